//! Articles to edit: their text and the names that are known to be in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::prose::prose;
use crate::random::Random;

#[derive(Clone, Debug, Default)]
pub(crate) struct Article {
    pub(crate) text: String,
    /// Full names.
    pub(crate) persons: Vec<String>,
    pub(crate) places: Vec<String>,
}

pub(crate) const GIVEN: &[&str] = &[
    "Anna", "Boris", "Carla", "David", "Elena", "Frank", "Greta", "Hassan", "Irene", "Jonas", "Karin", "Louis", "Maria", "Nadia", "Oscar",
    "Paula", "Robert", "Simon", "Teresa", "Victor",
];
pub(crate) const SURNAMES: &[&str] = &[
    "Adler", "Barnes", "Castillo", "Dorsey", "Eriksson", "Fischer", "Garcia", "Hoffman", "Ivanov", "Jensen", "Kowalski", "Lindgren",
    "Moreno", "Novotny", "Okafor", "Petrov", "Quinn", "Richter", "Sanders", "Tanaka", "Ulrich", "Vasquez", "Whitman", "Yilmaz", "Zimmer",
];
pub(crate) const TITLES: &[&str] = &[
    "Foreign Minister",
    "Defense Minister",
    "Finance Minister",
    "Prime Minister",
    "President",
    "Mayor",
    "Governor",
    "General",
    "Captain",
    "Judge",
    "Senator",
    "Health Minister",
];
pub(crate) const CITIES: &[&str] = &[
    "Berlin", "Madrid", "Vienna", "Oslo", "Warsaw", "Lisbon", "Cairo", "Nairobi", "Toronto", "Chicago", "Sydney", "Tokyo", "Beirut",
    "Athens", "Dublin", "Prague",
];

/// Wire stories put together from phrases, every name, number, date and quote of them known.
pub(crate) fn invented(count: u64) -> Vec<Article> {
    (0..count).map(|seed| story(&mut Random::new(seed + 77))).collect()
}

fn story(random: &mut Random) -> Article {
    let surnames = random.some(SURNAMES, 4);
    let persons: Vec<String> = surnames.iter().map(|surname| format!("{} {surname}", random.pick(GIVEN))).collect();
    let titles = random.some(TITLES, 4);
    let cities = random.some(CITIES, 4);
    let number = |random: &mut Random| (3 + random.below(90)).to_string();
    let counted = random.some(&["people", "workers", "soldiers", "families", "houses", "schools", "trucks", "protesters"], 3);
    let day = random.pick(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]);
    let said = random.pick(&["said", "told reporters", "said in a statement"]);
    let first = *random.pick(&[
        "At least {n} {c0} were hurt when a storm hit {l0} on {d}, {t0} {p0} said.",
        "A fire in {l0} killed {n} {c0} on {d}, according to {t0} {p0}.",
        "{t0} {p0} arrived in {l0} on {d} with a delegation of {n} {c0}.",
        "Police in {l0} arrested {n} {c0} on {d} after a raid ordered by {t0} {p0}.",
    ]);
    let second = *random.pick(&[
        "\"We will not leave anybody behind, and we will rebuild the old harbour before the winter,\" {t1} {p1} {s}.",
        "\"This was the hardest night that our region has seen in a generation,\" {t1} {p1} {s}.",
        "\"The agreement gives both countries a chance to end this quarrel,\" {t1} {p1} {s}.",
    ]);
    let third = *random.pick(&[
        "The damage was put at {m} million dollars. {p2}, a farmer from {l1}, lost {k} {c1} in the storm.",
        "Talks with {l1} lasted {k} hours. {t2} {p2} left the room twice, witnesses said.",
        "Rescue teams from {l1} brought {k} {c1} to safety. They were led by {t2} {p2}, who arrived by helicopter.",
    ]);
    let fourth = *random.pick(&[
        "Prices rose by {q} percent in {l2} last month. {s0} expects them to fall again.",
        "The road to {l2} stayed closed for {q} kilometres. {s0} will visit it on {e}.",
        "Only {q} percent of the voters in {l2} supported the plan. {s0} defended it again.",
    ]);
    let fifth = *random.pick(&[
        "{t3} {p3} called for an inquiry. \"Somebody has to answer for these mistakes,\" {s3} said.",
        "The opposition demanded answers. \"The government ignored every warning that it got,\" {t3} {p3} said.",
        "The meeting ended late at night. {t3} {p3} promised a report by March {r}.",
    ]);
    let paragraphs = [first, second, third, fourth, fifth].join("\n\n");
    let surname = |person: &str| person.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut text =
        format!("{} council meets after a long week\n\n{}, March 4 (Wire) - {paragraphs}\n", cities[3], cities[3].to_uppercase());
    for place in 0..4 {
        text = text.replace(&format!("{{p{place}}}"), &persons[place]).replace(&format!("{{t{place}}}"), titles[place]);
        text = text.replace(&format!("{{s{place}}}"), &surname(&persons[place])).replace(&format!("{{l{place}}}"), cities[place]);
        text = text.replace(&format!("{{c{place}}}"), counted[place % 3]);
    }
    text = text.replace("{d}", day).replace("{e}", "Saturday").replace("{s}", said);
    for slot in ["{n}", "{m}", "{k}", "{q}"] {
        text = text.replace(slot, &number(random));
    }
    text = text.replace("{r}", &(5 + random.below(25)).to_string());
    Article { text, persons, places: cities.iter().map(|&city| city.to_owned()).collect() }
}

/// The stories of a folder. Their names are not known, so only what needs no names is edited in them.
pub(crate) fn seeds(folder: &Path) -> Vec<Article> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let texts =
        paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt")).filter_map(|path| fs::read_to_string(path).ok());
    texts.map(|text| Article { text, ..Article::default() }).collect()
}

/// Annotated texts as prose again, at most `most` documents a file.
pub(crate) fn annotated(folder: &Path, most: usize) -> Vec<Article> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files = paths.iter().filter_map(|path| fs::read_to_string(path).ok());
    files.flat_map(|text| text.split("-DOCSTART-\tO").filter_map(document).take(most).collect::<Vec<_>>()).collect()
}

/// Four to sixty sentences, three a paragraph.
fn document(lines: &str) -> Option<Article> {
    let sentences: Vec<&str> = lines.split("\n\n").filter(|sentence| sentence.contains('\t')).take(60).collect();
    if sentences.len() < 4 {
        return None;
    }
    let mut article = Article::default();
    let (mut persons, mut places) = (BTreeSet::new(), BTreeSet::new());
    for (number, sentence) in sentences.iter().enumerate() {
        let tokens: Vec<(&str, &str)> = sentence.lines().filter_map(|line| line.split_once('\t')).collect();
        for (start, (token, label)) in tokens.iter().enumerate() {
            let kind = label.strip_prefix("B-").unwrap_or_default();
            let rest = tokens[start + 1..].iter().take_while(|(_, label)| label.strip_prefix("I-") == Some(kind));
            let name = rest.fold((*token).to_owned(), |name, (token, _)| format!("{name} {token}"));
            let plain = name.split(' ').all(|word| {
                word.len() > 2 && word.chars().all(|ch| ch.is_ascii_alphabetic()) && word.starts_with(|ch: char| ch.is_ascii_uppercase())
            });
            match kind {
                "PER" if plain && name.split(' ').count() == 2 => drop(persons.insert(name)),
                "LOC" if plain && name.split(' ').count() == 1 => drop(places.insert(name)),
                _ => {}
            }
        }
        if number > 0 {
            article.text.push_str(if number % 3 == 0 { "\n\n" } else { " " });
        }
        article.text.push_str(&prose(tokens.iter().map(|(token, _)| *token)));
    }
    article.text.push('\n');
    (article.persons, article.places) = (persons.into_iter().collect(), places.into_iter().collect());
    Some(article)
}
