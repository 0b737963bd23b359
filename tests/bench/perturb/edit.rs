//! Edits of a known kind, and what a revision has to say about them.

use crate::article::{Article, CITIES, GIVEN, SURNAMES, TITLES};
use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Value,
    Date,
    Person,
    Place,
    Rename,
    Role,
    QuoteWords,
    Speaker,
    Move,
    Typo,
    Typography,
    Deletion,
    Insertion,
    Mixture,
}

impl Kind {
    pub(crate) const ALL: [Kind; 14] = [
        Kind::Value,
        Kind::Date,
        Kind::Person,
        Kind::Place,
        Kind::Rename,
        Kind::Role,
        Kind::QuoteWords,
        Kind::Speaker,
        Kind::Move,
        Kind::Typo,
        Kind::Typography,
        Kind::Deletion,
        Kind::Insertion,
        Kind::Mixture,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Value => "value",
            Kind::Date => "date",
            Kind::Person => "person",
            Kind::Place => "place",
            Kind::Rename => "rename",
            Kind::Role => "role",
            Kind::QuoteWords => "quote words",
            Kind::Speaker => "speaker",
            Kind::Move => "move",
            Kind::Typo => "typo",
            Kind::Typography => "typography",
            Kind::Deletion => "deletion",
            Kind::Insertion => "insertion",
            Kind::Mixture => "mixture",
        }
    }
}

/// One entity change that was made: what it is called, and words that its older and newer side must show.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) change: &'static str,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// The edited text and what was done to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edited {
    pub(crate) text: String,
    pub(crate) made: Vec<Made>,
    /// Changes that may be told too, because they follow from what was made.
    pub(crate) follow: Vec<&'static str>,
}

/// Makes an edit of a kind, where the article has something to make it on.
pub(crate) fn edit(article: &Article, kind: Kind, random: &mut Random) -> Option<Edited> {
    let edited = match kind {
        Kind::Value => value(&article.text, random),
        Kind::Date => date(&article.text, random),
        Kind::Person => person(article, random),
        Kind::Place => place(article, random),
        Kind::Rename => rename(article, random),
        Kind::Role => role(article, random),
        Kind::QuoteWords => quote_words(&article.text, random),
        Kind::Speaker => speaker(article, random),
        Kind::Move => moved(&article.text, random),
        Kind::Typo => typo(&article.text, random),
        Kind::Typography => Some(Edited { text: typography(&article.text, random), ..Edited::default() }),
        Kind::Deletion => deletion(&article.text, random),
        Kind::Insertion => insertion(&article.text, random),
        Kind::Mixture => mixture(article, random),
    }?;
    (edited.text != article.text).then_some(edited)
}

fn made(text: String, change: &'static str, from: &str, to: &str) -> Option<Edited> {
    Some(Edited { text, made: vec![Made { change, from: from.into(), to: to.into() }], follow: Vec::new() })
}

fn replaced(text: &str, start: usize, old: &str, new: &str) -> String {
    format!("{}{new}{}", &text[..start], &text[start + old.len()..])
}

/// Words with the places where they start, without the marks around them.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    let mut found = Vec::new();
    for word in text.split(|ch: char| ch.is_whitespace()) {
        let bare = word.trim_matches(|ch: char| !ch.is_alphanumeric());
        if !bare.is_empty() {
            found.push((start + word.find(bare).unwrap_or(0), bare));
        }
        start += word.len() + 1;
    }
    found
}

/// A number in digits: what somebody counted, a share, a sum, an age, a measure. Not what is part of a date, a time, a score or a
/// name, which are no values by themselves.
fn value(text: &str, random: &mut Random) -> Option<Edited> {
    let words = words(text);
    let lone = |place: usize| {
        let (start, word) = words[place];
        let before = text[..start].chars().next_back().unwrap_or(' ');
        let after = text[start + word.len()..].chars().next().unwrap_or(' ');
        let next = words.get(place + 1).map_or("", |(_, next)| next);
        let previous = place.checked_sub(1).map_or("", |place| words[place].1);
        let month = |word: &str| MONTHS.iter().any(|month| word.len() > 2 && month.starts_with(word));
        let named = previous.starts_with(|ch: char| ch.is_ascii_uppercase()) && before == ' ';
        let counted = next.starts_with(|ch: char| ch.is_ascii_lowercase()) && after == ' ' && !["a.m", "p.m", "and", "to"].contains(&next);
        let marked = before == '$' || after == '%';
        !month(previous) && !month(next) && !named && matches!(before, ' ' | '$' | '\n') && (counted || marked)
    };
    let digits = |word: &str| {
        let (whole, rest) = word.split_once('.').unwrap_or((word, "0"));
        (1..=3).contains(&whole.len()) && whole != "0" && format!("{whole}{rest}").chars().all(|ch| ch.is_ascii_digit())
    };
    let places: Vec<usize> = (0..words.len()).filter(|&place| digits(words[place].1) && lone(place)).collect();
    let &place = (!places.is_empty()).then(|| random.pick(&places))?;
    let (start, old) = words[place];
    let (whole, rest) = old.split_at(old.find('.').unwrap_or(old.len()));
    let number: usize = whole.parse().ok()?;
    let new = format!("{}{rest}", number + 1 + random.below(number.max(2)));
    made(replaced(text, start, old, &new), "value_changed", old, &new)
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn date(text: &str, random: &mut Random) -> Option<Edited> {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let words = words(text);
    let mut found: Vec<(usize, &str, String)> = Vec::new();
    for (place, &(start, word)) in words.iter().enumerate() {
        if DAYS.contains(&word) {
            let other = random.pick(&DAYS);
            found.push((start, word, (*other).to_owned()));
        }
        let day = words.get(place + 1).filter(|(at, next)| *at == start + word.len() + 1 && next.len() <= 2);
        if let Some((start, day)) = day.filter(|_| MONTHS.contains(&word))
            && let Ok(number) = day.parse::<usize>()
        {
            found.push((*start, day, (1 + (number + random.below(26)) % 28).to_string()));
        }
    }
    found.retain(|(_, old, new)| old != new);
    let (start, old, new) = (!found.is_empty()).then(|| random.pick(&found).clone())?;
    made(replaced(text, start, old, &new), "value_changed", old, &new)
}

fn surname(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

/// A person whose surname nobody else has.
fn target<'a>(article: &'a Article, random: &mut Random) -> Option<&'a String> {
    let alone = |person: &&String| {
        article.persons.iter().filter(|other| other.split(' ').any(|word| word == surname(person))).count() == 1
            && article.text.contains(person.as_str())
    };
    let persons: Vec<&String> = article.persons.iter().filter(alone).collect();
    (!persons.is_empty()).then(|| *random.pick(&persons))
}

fn other_name(article: &Article, random: &mut Random) -> String {
    loop {
        let name = format!("{} {}", random.pick(GIVEN), random.pick(SURNAMES));
        if !article.text.contains(surname(&name)) {
            return name;
        }
    }
}

/// Every whole word or phrase `old`.
fn replace_words(text: &str, old: &str, new: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let before = rest[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = rest[at + old.len()..].chars().next().is_some_and(char::is_alphanumeric);
        out.push_str(&rest[..at]);
        out.push_str(if before || after { old } else { new });
        rest = &rest[at + old.len()..];
    }
    out + rest
}

/// Somebody else, everywhere or in the one sentence that gives the full name.
fn person(article: &Article, random: &mut Random) -> Option<Edited> {
    let old = target(article, random)?;
    let new = other_name(article, random);
    let everywhere = random.below(2) == 0;
    let text = if everywhere {
        replace_words(&replace_words(&article.text, old, &new), surname(old), surname(&new))
    } else {
        article.text.replacen(old.as_str(), &new, 1)
    };
    let made = vec![
        Made { change: "removed", from: surname(old).into(), to: String::new() },
        Made { change: "added", from: String::new(), to: surname(&new).into() },
    ];
    Some(Edited { text, made, follow: vec!["reattributed"] })
}

fn place(article: &Article, random: &mut Random) -> Option<Edited> {
    let bare = |place: &&String| {
        let count = article.text.matches(place.as_str()).count();
        count > 0 && replace_words(&article.text, place, "").matches(place.as_str()).count() == 0
    };
    let places: Vec<&String> = article.places.iter().filter(bare).collect();
    let old = *(!places.is_empty()).then(|| random.pick(&places))?;
    let free: Vec<&&str> = CITIES.iter().filter(|city| !article.text.contains(**city)).collect();
    let new = **(!free.is_empty()).then(|| random.pick(&free))?;
    let text = replace_words(&replace_words(&article.text, old, new), &old.to_uppercase(), &new.to_uppercase());
    let made = vec![
        Made { change: "removed", from: old.clone(), to: String::new() },
        Made { change: "added", from: String::new(), to: new.into() },
    ];
    Some(Edited { text, made, follow: Vec::new() })
}

/// One letter of the surname, everywhere.
fn rename(article: &Article, random: &mut Random) -> Option<Edited> {
    let old = target(article, random)?;
    let last = surname(old);
    if last.len() < 5 {
        return None;
    }
    let at = 2 + random.below(last.len() - 2);
    let letter = *random.pick(&["a", "e", "i", "o", "y", "n", "s"]);
    let new = format!("{}{letter}{}", &last[..at], &last[at + 1..]);
    let text = replace_words(&article.text, last, &new);
    (new != last).then(|| made(text, "renamed", last, &new)).flatten()
}

fn role(article: &Article, random: &mut Random) -> Option<Edited> {
    let titled: Vec<(&str, &String)> = article
        .persons
        .iter()
        .flat_map(|person| TITLES.iter().map(move |&title| (title, person)))
        .filter(|(title, person)| article.text.contains(&format!("{title} {person}")))
        .filter(|(title, _)| *title != "Minister")
        .collect();
    let &(old, person) = (!titled.is_empty()).then(|| random.pick(&titled))?;
    let others: Vec<&&str> = TITLES.iter().filter(|title| !article.text.contains(**title)).collect();
    let new = **(!others.is_empty()).then(|| random.pick(&others))?;
    let text = article.text.replacen(&format!("{old} {person}"), &format!("{new} {person}"), 1);
    made(text, "retitled", surname(person), surname(person))
}

/// Quoted passages of some length: from after the opening mark to before the closing one.
fn quotes(text: &str) -> Vec<(usize, usize)> {
    let marks: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    let pairs = marks.chunks(2).filter_map(|pair| Some((pair[0] + 1, *pair.get(1)?)));
    pairs.filter(|(start, end)| end - start > 30 && !text[*start..*end].contains('\n')).collect()
}

fn quote_words(text: &str, random: &mut Random) -> Option<Edited> {
    let quotes = quotes(text);
    let &(start, end) = (!quotes.is_empty()).then(|| random.pick(&quotes))?;
    let long: Vec<(usize, &str)> =
        words(&text[start..end]).into_iter().filter(|(_, word)| word.len() > 4 && word.chars().all(|ch| ch.is_ascii_lowercase())).collect();
    let &(at, old) = (!long.is_empty()).then(|| random.pick(&long))?;
    let new = *random.pick(&["terrible", "garden", "quietly", "measure", "stronger", "together"]);
    made(replaced(text, start + at, old, new), "reworded", old, new)
}

/// The name that stands after a closing mark in the same sentence, in full or the surname alone.
fn speaker(article: &Article, random: &mut Random) -> Option<Edited> {
    let text = &article.text;
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (_, end) in quotes(text) {
        let tail = text[end..].split_inclusive(['.', '\n']).next().unwrap_or_default();
        let names = article.persons.iter().flat_map(|person| [person.as_str(), surname(person)]);
        if let Some((at, name)) = names.filter_map(|name| Some((tail.find(name)?, name))).min()
            && tail[..at + name.len() + 20.min(tail.len() - at - name.len())].contains("said")
        {
            found.push((end + at, name));
        }
    }
    let &(start, old) = (!found.is_empty()).then(|| random.pick(&found))?;
    let new = other_name(article, random);
    let mut edited = made(replaced(text, start, old, &new), "reattributed", surname(old), surname(&new))?;
    edited.follow = vec!["removed", "added", "retitled"];
    Some(edited)
}

/// A paragraph of prose to another place among the paragraphs of prose.
fn moved(text: &str, random: &mut Random) -> Option<Edited> {
    let mut paragraphs: Vec<&str> = text.trim_end().split("\n\n").collect();
    let prose = |paragraph: &str| paragraph.len() > 40 && paragraph.ends_with(['.', '!', '?', '"', '”']);
    let places: Vec<usize> = (2..paragraphs.len()).filter(|&place| prose(paragraphs[place])).collect();
    if places.len() < 3 {
        return None;
    }
    let (from, to) = (*random.pick(&places), *random.pick(&places));
    let paragraph = paragraphs.remove(from);
    paragraphs.insert(to, paragraph);
    (from != to).then(|| Edited { text: paragraphs.join("\n\n") + "\n", ..Edited::default() })
}

/// Two letters of a long small word change places.
fn typo(text: &str, random: &mut Random) -> Option<Edited> {
    let long: Vec<(usize, &str)> = words(text)
        .into_iter()
        .filter(|(_, word)| word.len() > 6 && word.chars().all(|ch| ch.is_ascii_lowercase()) && word.as_bytes()[3] != word.as_bytes()[4])
        .collect();
    let &(start, old) = (!long.is_empty()).then(|| random.pick(&long))?;
    let new = format!("{}{}{}{}", &old[..3], &old[4..5], &old[3..4], &old[5..]);
    let follow = if is_quoted(text, start) { vec!["reworded"] } else { Vec::new() };
    Some(Edited { text: replaced(text, start, old, &new), made: Vec::new(), follow })
}

fn typography(text: &str, random: &mut Random) -> String {
    let mut open = false;
    let curly: String = text
        .chars()
        .map(|ch| match ch {
            '"' => {
                open = !open;
                if open { '“' } else { '”' }
            }
            '\'' => '’',
            other => other,
        })
        .collect();
    match random.below(3) {
        0 => curly,
        1 => curly.replace(" - ", " — ").replace("fi", "ﬁ"),
        _ => curly.replacen(" of ", " of\u{a0}", 3).replace(". ", ".  "),
    }
}

/// Whether a place stands between quotation marks: behind an odd number of them in its paragraph.
fn is_quoted(text: &str, place: usize) -> bool {
    let start = text[..place].rfind("\n\n").map_or(0, |at| at + 2);
    text[start..place].matches(['"', '“', '”']).count() % 2 == 1
}

/// Places of whole sentences outside of quotations, inside paragraphs after the first. Only what is a sentence's end beyond
/// doubt counts: a full stop behind a small word, before a capital or the end of the paragraph.
fn sentences(text: &str) -> Vec<(usize, usize)> {
    let ends = |at: usize| {
        let word = text[..at].rsplit(|ch: char| !ch.is_alphanumeric() && ch != '.').next().unwrap_or_default();
        let small = word.len() > 3 && word.chars().all(|ch| ch.is_ascii_lowercase());
        let rest = &text[at + 1..];
        small && (rest.starts_with('\n') || (rest.starts_with(' ') && rest[1..].starts_with(|ch: char| ch.is_ascii_uppercase())))
    };
    let body = text.find("\n\n").map_or(0, |at| at + 2);
    let mut found = Vec::new();
    // Where a sentence starts for sure.
    let mut start = None;
    for (at, mark) in text[body..].match_indices(['.', '\n']).map(|(at, mark)| (body + at, mark)) {
        if mark == "\n" {
            start = Some(at + 1);
        } else if ends(at) {
            let whole =
                start.filter(|&start| at > start + 20 && !text[start..at].contains(['"', '“', '”', '\n']) && !is_quoted(text, start));
            found.extend(whole.map(|start| (start, at + 1)));
            start = Some(at + 2);
        }
    }
    found
}

fn deletion(text: &str, random: &mut Random) -> Option<Edited> {
    let sentences = sentences(text);
    let &(start, end) = (!sentences.is_empty()).then(|| random.pick(&sentences))?;
    let text = format!("{}{}", &text[..start], text[end..].trim_start_matches(' '));
    Some(Edited { text, made: Vec::new(), follow: vec!["removed", "renamed", "relocated"] })
}

fn insertion(text: &str, random: &mut Random) -> Option<Edited> {
    let sentences = sentences(text);
    let &(_, end) = (!sentences.is_empty()).then(|| random.pick(&sentences))?;
    let new = random.pick(&[
        " The weather is expected to stay cold for the rest of the week.",
        " Nobody at the company could be reached for comment.",
        " The building has stood empty for years.",
    ]);
    Some(Edited { text: format!("{}{new}{}", &text[..end], &text[end..]), made: Vec::new(), follow: vec!["added"] })
}

/// Three edits, one after the other.
fn mixture(article: &Article, random: &mut Random) -> Option<Edited> {
    const PARTS: [Kind; 8] = [Kind::Value, Kind::Date, Kind::Rename, Kind::Role, Kind::QuoteWords, Kind::Move, Kind::Typo, Kind::Insertion];
    let mut kinds = PARTS.to_vec();
    let mut whole = Edited { text: article.text.clone(), ..Edited::default() };
    for _ in 0..3 {
        let kind = kinds.swap_remove(random.below(kinds.len()));
        let current = Article { text: whole.text.clone(), ..article.clone() };
        if let Some(edited) = edit(&current, kind, random) {
            whole.text = edited.text;
            whole.made.extend(edited.made);
            whole.follow.extend(edited.follow);
        }
    }
    Some(whole)
}
