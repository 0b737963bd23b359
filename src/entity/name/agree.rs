//! Owns agreement: names that stand together fit each other, and one spelling names one kind of thing all over an article.

use foldhash::{HashMap, HashMapExt, HashSet};

use super::super::lexicon::Class;
use super::super::word::Words;
use super::kind::{BEATS, KNOWN_PLACE};
use super::{Name, NameKind};

/// In `Novak Djokovic beat Stefanos Tsitsipas` both are persons, where nothing but a guess says that the second is none.
pub(super) fn rivals(words: &Words<'_>, names: &mut [Name]) {
    const GUESS: u8 = 80;
    for at in 1..names.len() {
        let [one, other] = [&names[at - 1], &names[at]];
        let beat = one.words.end + 1 == other.words.start && words.is_any(one.words.end, &BEATS);
        if beat && one.kind == NameKind::Person && one.words.len() > 1 && other.words.len() > 1 && other.confidence < GUESS {
            names[at].kind = NameKind::Person;
        }
    }
}

/// What the words around it call a firm is no person and no place: `Carris, the company that`, `the retailer Primark`, `an economist at
/// Natixis`.
pub(super) fn houses(words: &Words<'_>, names: &mut [Name]) {
    const SURE: u8 = 97;
    const REACH: usize = 6;
    const HOUSES: [&str; 32] = [
        "company",
        "firm",
        "bank",
        "lender",
        "insurer",
        "airline",
        "carrier",
        "retailer",
        "supermarket",
        "chain",
        "broadcaster",
        "newspaper",
        "tabloid",
        "daily",
        "weekly",
        "magazine",
        "channel",
        "carmaker",
        "automaker",
        "drugmaker",
        "chipmaker",
        "planemaker",
        "brewer",
        "refiner",
        "utility",
        "startup",
        "subsidiary",
        "conglomerate",
        "charity",
        "nonprofit",
        "thinktank",
        "watchdog",
    ];
    const STAFF: [&str; 8] = ["economist", "analyst", "strategist", "trader", "researcher", "economists", "analysts", "researchers"];
    const GOES_ON: [&str; 12] = ["that", "which", "of", "in", "behind", "based", "whose", "to", "for", "with", "and", "owned"];
    let called = |name: &Name| {
        let (start, end) = (name.words.start, name.words.end);
        let noun = || (end + 2..end + REACH).take_while(|&at| !words.has(at, Class::MARK)).find(|&at| words.is_any(at, &HOUSES));
        let behind = words.is(end, ",") && words.has(end + 1, Class::DETERMINER);
        let stands = |at: usize| words.has(at + 1, Class::MARK) || words.is_any(at + 1, &GOES_ON);
        let before = start > 0 && name.words.len() == 1 && words.is_any(start - 1, &HOUSES) && !words.capital(start - 1);
        let works = start > 1 && words.is(start - 1, "at") && words.is_any(start - 2, &STAFF) && name.kind == NameKind::Place;
        behind && noun().is_some_and(stands) || before || works
    };
    for name in names.iter_mut().filter(|name| name.kind != NameKind::Organization && name.words.len() <= 2 && name.confidence < SURE) {
        let is_known = words.has(name.words.start, KNOWN_PLACE.or(Class::FIRST_NAME).or(Class::MALE).or(Class::FEMALE));
        if !is_known && called(name) {
            (name.kind, name.confidence) = (NameKind::Organization, SURE);
        }
    }
}

/// Of a list all are of one kind, where nothing but a guess says otherwise of a single one: `Idukki, Thrissur and Palakkad`.
pub(super) fn lists(words: &Words<'_>, names: &mut [Name]) {
    const GUESS: u8 = 90;
    let ties = |one: &Name, other: &Name| {
        let between = one.words.end..other.words.start;
        (1..=2).contains(&between.len()) && between.clone().all(|at| words.is_any(at, &[",", "and"]))
    };
    let mut start = 0;
    while start < names.len() {
        let more = names[start..].windows(2).take_while(|pair| ties(&pair[0], &pair[1])).count();
        let list = &mut names[start..=start + more];
        let places = list.iter().filter(|name| name.kind == NameKind::Place).count();
        if places >= 2 && places + 1 == list.len() {
            let other = list.iter_mut().find(|name| name.kind == NameKind::Person && name.words.len() == 1 && name.confidence < GUESS);
            if let Some(other) = other {
                other.kind = NameKind::Place;
            }
        }
        start += more + 1;
    }
}

/// `Boeing (BA.N)`, `Apple (AAPL)`: under what letters a share is traded names nobody.
pub(super) fn tickers(words: &Words<'_>, names: &mut Vec<Name>) {
    let mut before: Option<(usize, bool)> = None;
    names.retain(|name| {
        let start = name.words.start;
        let letters = words.text(start);
        let capitals = name.words.len() == 1 && letters.len() <= 5 && letters.bytes().all(|byte| byte.is_ascii_uppercase());
        // Letters that stand for several words are another name of theirs.
        let traded = before.is_some_and(|(end, is_house)| is_house && end + 1 == start);
        let is_ticker = capitals && traded && words.is(start - 1, "(") && (words.is(start + 1, ")") || words.is(start + 1, "."));
        before = Some((name.words.end, name.kind == NameKind::Organization && name.words.len() == 1));
        !is_ticker
    });
}

/// Takes the letters of an honour, a degree or a seat off the ends of persons' names: `Anthony Reid KC`, `Susan Marsh MP`.
pub(super) fn honours(words: &Words<'_>, names: &mut [Name]) {
    const LETTERS: [&str; 22] = [
        "KC", "QC", "SC", "SAN", "MP", "MSP", "MEP", "MLA", "MLC", "MPL", "MBE", "OBE", "CBE", "KBE", "DBE", "AO", "OAM", "TD", "PhD",
        "MD", "JP", "RN",
    ];
    for name in names.iter_mut().filter(|name| name.kind == NameKind::Person) {
        while name.words.len() > 2 && LETTERS.contains(&words.text(name.words.end - 1)) {
            name.words.end -= 1;
        }
    }
}

/// `Yagi made landfall` in a story of Typhoon Yagi names nobody.
pub(super) fn storms(words: &Words<'_>, names: &mut Vec<Name>) {
    const STORMS: [&str; 4] = ["storm", "hurricane", "cyclone", "typhoon"];
    let named = |&at: &usize| words.has(at, Class::EVENT_OPEN) && words.capital(at + 1) && words.is_any(at, &STORMS) && words.capital(at);
    let storms: HashSet<&str> = (0..words.len()).filter(named).map(|at| words.text(at + 1)).collect();
    if !storms.is_empty() {
        let is_storm = |name: &Name| name.words.len() == 1 && storms.contains(words.text(name.words.start));
        names.retain(|name| name.kind == NameKind::Place || !is_storm(name));
    }
}

/// `within 40km North and West of the river`: a direction from a place is none itself, nor a part of it. `The South of France` is one.
pub(super) fn directions(words: &Words<'_>, names: &mut Vec<Name>) {
    const DIRECTIONS: [&str; 4] = ["north", "south", "east", "west"];
    let of_another = |at: usize| words.is_any(at, &DIRECTIONS) && words.is(at + 1, "of");
    let leads = |at: usize| words.is_any(at, &DIRECTIONS) && words.is_any(at + 1, &["and", "or"]) && of_another(at + 2);
    names.retain_mut(|name| {
        let start = name.words.start;
        let the = start > 0 && words.is(start - 1, "the");
        if name.kind != NameKind::Place || the || !of_another(start) && !leads(start) {
            return true;
        }
        let rest = start + 2..name.words.end;
        let is_named = !rest.is_empty() && of_another(start);
        if is_named {
            name.words = rest;
        }
        is_named || name.words.len() > 1
    });
}

/// Where nothing but a guess says that a lone name is no person's, it is the person's whose name opens with it: `Srettha` after
/// `Srettha Thavisin`.
pub(super) fn forenames(words: &Words<'_>, names: &mut [Name]) {
    const GUESS: u8 = 80;
    let full = names.iter().filter(|name| name.kind == NameKind::Person && name.words.len() > 1);
    let opening: HashSet<&str> = full.map(|name| words.text(name.words.start)).collect();
    for name in names.iter_mut().filter(|name| name.words.len() == 1 && name.confidence < GUESS) {
        if opening.contains(words.text(name.words.start)) {
            name.kind = NameKind::Person;
        }
    }
}

/// In `Ferrari's Charles Leclerc` and `Manchester City's Erling Haaland` somebody plays or works for the one before: that is nobody, and
/// no place stands behind it, where nothing but a guess says so.
pub(super) fn owners(words: &Words<'_>, names: &mut [Name]) {
    const GUESS: u8 = 97;
    const PLACE_GUESS: u8 = 80;
    let full: HashSet<&str> = names
        .iter()
        .filter(|name| name.kind == NameKind::Person && name.words.len() > 1)
        .map(|name| words.text(name.words.end - 1))
        .collect();
    for at in 1..names.len() {
        let [one, other] = [&names[at - 1], &names[at]];
        let owned = one.words.end + 1 == other.words.start && words.is_any(one.words.end, &["'s", "’s"]) && other.words.len() > 1;
        let stranger = one.words.len() == 1 && one.confidence < GUESS && !full.contains(words.text(one.words.start));
        match (one.kind, other.kind) {
            (NameKind::Person, NameKind::Person) if owned && stranger => names[at - 1].kind = NameKind::Organization,
            (NameKind::Organization, NameKind::Place) if owned && other.confidence < PLACE_GUESS => names[at].kind = NameKind::Person,
            _ => {}
        }
    }
}

/// Gives all names with the same words the kind that most speaks for, by confidence. A single word also hears the longer names that it
/// opens: `Lumen` is what `Lumen Robotics` is, unless a person's name ends with it or it is a place's by itself (`Washington Post`).
pub(super) fn settle(words: &Words<'_>, names: &mut [Name]) {
    let mut votes: HashMap<u64, [u64; 3]> = HashMap::with_capacity(names.len());
    for name in names.iter() {
        // What the parser read out of the dateline, or what stands like a state, is no guess.
        let count = u64::from(name.confidence) * if name.confidence == 100 { 4 } else { 1 };
        votes.entry(words.spelling_of(&name.words)).or_default()[index(name.kind)] += count;
        let word = if name.kind == NameKind::Person { name.words.end - 1 } else { name.words.start };
        if name.words.len() > 1 && (name.kind != NameKind::Organization || !words.has(word, KNOWN_PLACE)) {
            votes.entry(words.spelling_of(&(word..word + 1))).or_default()[index(name.kind)] += count;
        }
    }
    for name in names {
        let Some(votes) = votes.get(&words.spelling_of(&name.words)) else { continue };
        let most = KINDS.into_iter().max_by_key(|&kind| (votes[index(kind)], kind == name.kind));
        name.kind = most.unwrap_or(name.kind);
    }
}

const KINDS: [NameKind; 3] = [NameKind::Person, NameKind::Organization, NameKind::Place];

fn index(kind: NameKind) -> usize {
    KINDS.iter().position(|&other| other == kind).unwrap_or_default()
}
