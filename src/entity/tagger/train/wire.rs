//! Owns invented wire copy: results, tables, datelines, share prices and headlines in capitals, which the annotated sets hardly have.
//!
//! Each form is a line of tokens; those in braces are filled from the lists of names. All forms are our own.

use std::fmt::Write;

use super::super::tsv;
use super::random::Random;
use super::{Data, Source, lists};

/// A file of so many invented documents, in the training format.
pub(super) fn invent(data: &Data<'_>, documents: usize, random: &mut Random) -> String {
    let names = Names::of(data.lists);
    let mut text = String::new();
    if names.any_empty() {
        return text;
    }
    for _ in 0..documents {
        text.push_str("-DOCSTART-\tO\n\n");
        let (_, forms) = random.pick(DESKS);
        for _ in 0..LINES {
            let form = random.pick(forms);
            let (form, shouted) = form.strip_prefix('^').map_or((*form, false), |form| (form, true));
            for token in form.split(' ') {
                let (words, label) = names.fill(token, random);
                for (at, word) in words.split(' ').enumerate() {
                    let word = if shouted { word.to_uppercase() } else { word.to_owned() };
                    let prefix = if at == 0 { "B-" } else { "I-" };
                    let (prefix, label) = if label == "O" { ("", label) } else { (prefix, label) };
                    writeln!(text, "{word}\t{prefix}{label}").expect("a string takes all");
                }
            }
            text.push('\n');
        }
    }
    text
}

/// Every so many sentences of all files one, set in capitals as headlines are.
pub(super) fn shout(sources: &[Source<'_>], every: usize) -> String {
    let mut text = String::new();
    for document in sources.iter().flat_map(|source| tsv::parse(source.text)) {
        text.push_str("-DOCSTART-\tO\n\n");
        for range in document.ends.windows(2).map(|ends| ends[0]..ends[1]).skip(every / 2).step_by(every) {
            for at in range {
                writeln!(text, "{}\t{}", document.words[at].to_uppercase(), document.labels[at]).expect("a string takes all");
            }
            text.push('\n');
        }
    }
    text
}

const LINES: usize = 12;

struct Names<'a> {
    first: Vec<&'a str>,
    last: Vec<&'a str>,
    city: Vec<&'a str>,
    country: Vec<&'a str>,
    demonym: Vec<&'a str>,
    teams: Vec<&'static str>,
    firms: Vec<&'static str>,
    bodies: Vec<&'static str>,
}

/// How many of ten teams, firms and offices are real ones; the others are made up from cities and surnames.
const OF_REAL: usize = 3;

impl<'a> Names<'a> {
    fn of(lists: &[Source<'a>]) -> Names<'a> {
        let list = |name: &str| -> Vec<&'a str> {
            let lines = lists.iter().filter(|list| list.name == name).flat_map(|list| list.text.lines());
            lines.filter(|line| line.starts_with(char::is_uppercase) && line.split(' ').count() <= 3).collect()
        };
        let own = |list: &'static str| list.lines().collect();
        Names {
            first: list("first"),
            last: list("last"),
            city: list("city"),
            country: list("country"),
            demonym: list("demonym"),
            teams: own(lists::TEAMS),
            firms: own(lists::FIRMS),
            bodies: own(lists::BODIES),
        }
    }

    fn any_empty(&self) -> bool {
        [&self.first, &self.last, &self.city, &self.country, &self.demonym].iter().any(|list| list.is_empty())
    }

    /// The words that stand for a token of a form, and their label.
    fn fill(&self, token: &str, random: &mut Random) -> (String, &'static str) {
        let last = |random: &mut Random| (*random.pick(&self.last)).to_owned();
        let place = |random: &mut Random| (*random.pick(&self.city)).to_owned();
        match token {
            "{person}" => {
                let first = *random.pick(&self.first);
                let initial = &first[..first.chars().next().map_or(0, char::len_utf8)];
                let first = match random.below(16) {
                    0 | 1 => format!("{initial}."),
                    2 => format!("{initial}. {initial}."),
                    _ => first.to_owned(),
                };
                (format!("{first} {}", last(random)), "PER")
            }
            "{surname}" => (last(random), "PER"),
            "{city}" => (place(random), "LOC"),
            "{dateline}" => (place(random).to_uppercase(), "LOC"),
            "{country}" => ((*random.pick(&self.country)).to_owned(), "LOC"),
            "{land}" => {
                let land = if random.below(4) == 0 { place(random) } else { (*random.pick(&self.country)).to_owned() };
                (land, "LOC")
            }
            "{demonym}" if random.below(3) == 0 => {
                let place = *random.pick(&self.city);
                (adjective(place, random), "NORP")
            }
            "{demonym}" => ((*random.pick(&self.demonym)).to_owned(), "NORP"),
            "{team}" | "{firm}" | "{office}" if random.below(10) < OF_REAL => {
                let list = match token {
                    "{team}" => &self.teams,
                    "{firm}" => &self.firms,
                    _ => &self.bodies,
                };
                ((*random.pick(list)).to_owned(), "ORG")
            }
            "{home}" => (place(random), "ORG"),
            "{team}" => {
                let home = place(random);
                let team = match random.below(5) {
                    0 | 1 => home,
                    2 => format!("{home} {}", random.pick(TEAM_ENDS)),
                    3 => format!("{} {home}", random.pick(TEAM_STARTS)),
                    _ => format!("{} {}", random.pick(TEAM_STARTS), last(random)),
                };
                (team, "ORG")
            }
            "{firm}" => {
                let stem = if random.below(3) == 0 { place(random) } else { last(random) };
                let firm = match random.below(5) {
                    0 => stem,
                    1 => format!("{stem} {} {}", random.pick(TRADES), random.pick(FIRM_ENDS)),
                    2 => format!("{stem} & {}", last(random)),
                    _ => format!("{stem} {}", random.pick(FIRM_ENDS)),
                };
                (firm, "ORG")
            }
            "{agency}" => ((*random.pick(AGENCIES)).to_owned(), "ORG"),
            "{office}" => ((*random.pick(OFFICES)).to_owned(), "ORG"),
            "{day}" => ((*random.pick(DAYS)).to_owned(), "O"),
            "{month}" => ((*random.pick(MONTHS)).to_owned(), "O"),
            "{n}" => (random.below(90).to_string(), "O"),
            "{nth}" => (format!("{}th", 4 + random.below(16)), "O"),
            "{rank}" => (format!("{}.", 1 + random.below(20)), "O"),
            "{score}" => (format!("{}-{}", random.below(7), random.below(5)), "O"),
            "{time}" => (format!("{}:{:02}.{:02}", 1 + random.below(9), random.below(60), random.below(100)), "O"),
            "{date}" => (format!("{}-{:02}-{:02}", 1990 + random.below(30), 1 + random.below(12), 1 + random.below(28)), "O"),
            "{price}" => (format!("{}.{}", random.below(300), random.below(100)), "O"),
            word => (word.to_owned(), "O"),
        }
    }
}

/// A made-up adjective of a place, so that those on no list are known by their ends: `Talvian`, `Norlandish`.
fn adjective(place: &str, random: &mut Random) -> String {
    let stem = place.split(' ').next().unwrap_or(place).trim_end_matches(['a', 'e', 'i', 'o', 'u']);
    format!("{stem}{}", random.pick(&["ian", "ian", "ish", "ese", "an", "i"]))
}

const TEAM_ENDS: &[&str] = &[
    "United",
    "City",
    "Rovers",
    "Wanderers",
    "Town",
    "County",
    "Athletic",
    "Albion",
    "FC",
    "Rangers",
    "Bulls",
    "Kings",
    "Tigers",
    "Giants",
    "Stars",
    "Hawks",
];
const TEAM_STARTS: &[&str] =
    &["Dynamo", "Real", "Sporting", "Inter", "Racing", "Olympique", "Lokomotiv", "AC", "FC", "Union", "Red Star", "Spartak"];
const TRADES: &[&str] =
    &["Steel", "Oil", "Airways", "Motor", "Foods", "Gold", "Insurance", "Telecom", "Savings", "Power", "Pharma", "Mining"];
const FIRM_ENDS: &[&str] = &[
    "Corp",
    "Corp.",
    "Inc",
    "Inc.",
    "Ltd",
    "Co",
    "Co.",
    "Group",
    "Holdings",
    "Plc",
    "AG",
    "SA",
    "Bank",
    "& Co",
    "Industries",
    "Securities",
];
const AGENCIES: &[&str] = &["Reuters", "AP", "AFP", "TASS", "Interfax", "Xinhua", "DPA", "Kyodo", "ANSA"];
const OFFICES: &[&str] = &[
    "Finance Ministry",
    "Foreign Ministry",
    "Defence Ministry",
    "Interior Ministry",
    "Supreme Court",
    "Central Bank",
    "Parliament",
    "U.N. Security Council",
    "European Commission",
    "Congress",
    "Senate",
    "Treasury",
    "NATO",
    "EU",
    "Labour Party",
    "Democratic Party",
    "National Assembly",
    "Health Ministry",
];
const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: &[&str] = &["January", "March", "April", "June", "August", "October", "Dec.", "Nov", "Feb."];

/// What a desk is called, and the forms of its lines. A caret sets a line in capitals.
const DESKS: &[(&str, &[&str])] = &[
    (
        "results",
        &[
            "{team} {n} {team} {n}",
            "{team} {score} {team}",
            "{team} {n} , {team} {n}",
            "{team} {n} ( {surname} {n} , {surname} {n} ) {team} {n} ( {surname} {n} )",
            "{team} {n} {n} {n} {n} {n} {n} {n}",
            "{rank} {team} {n} {n} {n} {n}",
            "{rank} {person} ( {country} ) {time}",
            "{rank} {person} ( {country} ) {firm} {time}",
            "{rank} {person} , {country} , {n} points",
            "{person} ( {country} ) beat {person} ( {country} ) {score} {score}",
            "{n} - {person} ( {country} ) beat {person} {score} {score}",
            "{n} {person} ( {country} ) {n} {n} {n}",
            "{n} {person} {n} {n} {n}",
            "{surname} c {surname} b {surname} {n}",
            "{person} lbw b {surname} {n}",
            "Bowling : {surname} {n} {n} {n} , {surname} {n} {n} {n}",
            "Scorers : {surname} ( {nth} minute ) , {surname} ( {nth} )",
            "{country} - {person} , {person} , {person} , {person}",
            "{country} {n} {country} {n}",
            "{home} {n} {home} {n}",
            "{home} {n} {n} {n} {n} {n} {n} {n}",
            "Postponed : {home} v {home}",
            "Halftime {score} . Attendance {n}",
            "{country} : {n} - {person} , {n} - {person} ( {n} - {surname} {n} ) ; {n} - {person}",
            "Referee : {person} ( {country} )",
            "{surname} not out {n}",
            "{surname} run out {n}",
            "Did not bat : {surname} , {surname} , {surname} .",
            "At {city} : {team} {n} ( {person} {n} ) and {n} for {n} v {team}",
            "Tabulated under played , won , drawn , lost , points :",
            "^{home} {n} {n} {price} -",
            "^{home} at {city}",
            "^{demonym} league eastern division",
            "^schedule for {day}",
            "At {city} : {team} {score} {team} .",
            "^{team} at {city}",
            "^soccer - {country} beat {country} {score} in friendly .",
            "^soccer - {demonym} league results .",
            "^cricket - {team} close in on {team} .",
            "^baseball - {team} edge {team} .",
            "{dateline} , {country} {date}",
            "^tennis - {surname} reaches {city} final .",
            "^results of {demonym} first division matches .",
            "{dateline} {date}",
            "Results of {demonym} league matches played on {day} :",
            "Standings after {day} 's games in the {demonym} premier division :",
        ],
    ),
    (
        "sport",
        &[
            "{team} beat {team} {score} on {day} .",
            "{team} midfielder {person} scored twice as they won at {team} .",
            "{team} coach {person} said he would stay until the end of the season .",
            "{person} of {country} won the men 's race in {city} .",
            "{country} 's {person} won the downhill ahead of {person} of {country} .",
            "{surname} , who joined {team} from {team} , missed the match with an injury .",
            "Striker {person} put {team} ahead in the {nth} minute before {surname} levelled .",
            "{demonym} champion {person} lost to {person} in the second round in {city} .",
            "{country} play {country} in {city} on {day} .",
            "Goalkeeper {surname} saved a penalty as {team} drew {score} with {team} .",
            "^{team} coach {surname} quits after defeat .",
            "^{surname} wins in {city} .",
            "{dateline} , {month} {n} ( {agency} ) - {team} lost {score} to {team} on {day} .",
        ],
    ),
    (
        "markets",
        &[
            "{firm} said on {day} its net profit rose {n} percent .",
            "Shares in {firm} fell {n} percent to {price} in {city} .",
            "{firm} shares closed {price} higher at {price} .",
            "{firm} , the {demonym} insurer , will buy {firm} for $ {n} million .",
            "\" The market is nervous , \" said {person} , an analyst at {firm} in {city} .",
            "{firm} chief executive {person} told reporters the deal would close in {month} .",
            "{firm} named {person} chairman .",
            "^{firm} profit falls .",
            "^{country} to sell stake in {firm} .",
            "^{demonym} stocks end lower .",
            "{dateline} {date}",
            "{dateline} , {month} {n} ( {agency} ) - {firm} plans to cut {n} jobs in {country} .",
            "-- {city} newsroom {n} {n} {n}",
            "-- {person} , {city} Newsroom , {n}",
            "-- {city} Commodity Desk , {n}",
            "{firm} Q3 EPS $ {price} vs $ {price} .",
            "{firm} lost {n} to {price} and {firm} gained {price} to {price} .",
            "{firm} , {firm} and {firm} were also weaker .",
            "The dollar rose to {price} yen from {price} in {city} on {day} .",
        ],
    ),
    (
        "world",
        &[
            "{dateline} , {month} {n} ( {agency} ) - {demonym} President {person} arrived in {city} on {day} .",
            "{dateline} , {month} {n} . / {agency} / . {country} will send a delegation to {city} , {surname} said .",
            "{dateline} {date}",
            "{country} said on {day} it had recalled its ambassador to {country} .",
            "{demonym} Foreign Minister {person} met his {demonym} counterpart {person} in {city} .",
            "The {office} said {n} people were hurt near {city} , {agency} reported .",
            "{person} , a spokesman for the {office} , declined to comment .",
            "Police in {city} , {country} , arrested {n} people .",
            "{surname} told the {office} that {demonym} troops had left {city} .",
            "^{country} says {country} broke truce .",
            "^{demonym} president {surname} meets {surname} in {city} .",
            "^{office} approves aid to {country} .",
            "^{city} bomb kills {n} .",
            "-- {person} in {city}",
            "{dateline} ( {agency} ) _ Police in {country} 's {city} held {n} men , {agency} said .",
            "{person} , a member of the {office} , told {agency} in {city} .",
            "Officials of the {office} and the {office} met in {city} .",
            "In {city} , {person} , an aide to President {person} , praised the {office} .",
            "Mr. {surname} and Mrs. {surname} flew from {city} to {city} .",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [Source<'_>; 5] = [
        Source { name: "first", text: "Ann\nbob" },
        Source { name: "last", text: "Lee" },
        Source { name: "city", text: "Port Alder" },
        Source { name: "country", text: "Norland" },
        Source { name: "demonym", text: "Norlandic" },
    ];

    #[test]
    fn forms_are_filled_with_labelled_names() {
        let data = Data { train: &[], dev: &[], lists: &LISTS };
        let text = invent(&data, 30, &mut Random::new(1));
        let documents = tsv::parse(&text);
        assert_eq!(documents.len(), 30);
        for document in &documents {
            assert_eq!(document.ends.len(), LINES);
            assert!(document.words.iter().all(|word| !word.contains(['{', '}'])), "{document:?}");
        }
        for line in ["Port\tB-LOC\nAlder\tI-LOC", "Ann\tB-PER\nLee\tI-PER", "Norlandic\tB-NORP", "NORLAND\tB-LOC"] {
            assert!(text.contains(line), "{line:?} is missing");
        }
    }

    #[test]
    fn without_lists_nothing_is_invented() {
        assert_eq!(invent(&Data { train: &[], dev: &[], lists: &LISTS[1..] }, 5, &mut Random::new(1)), "");
    }

    #[test]
    fn sentences_are_repeated_in_capitals() {
        let text = "One\tO\n\nAnn\tB-PER\nran\tO\n\nTwo\tO\n\nThree\tO\n";
        assert_eq!(shout(&[Source { name: "x", text }], 2), "-DOCSTART-\tO\n\nTWO\tO\n\n");
        assert!(shout(&[Source { name: "x", text }], 1).contains("ANN\tB-PER\nRAN\tO"));
    }
}
