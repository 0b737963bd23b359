//! Owns names: which spans name a person, an organization or a place.

mod agree;
mod kind;
mod phrase;
mod shout;
mod tagged;

use foldhash::HashSet;
use std::ops::Range;

pub(super) use self::kind::serves;
use self::tagged::Tagged;

use super::lexicon::Class;
use super::number;
use super::tagger::{LabelError, Labeller, PART};
use super::word::{Line, Words};
use crate::model::Part;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NameKind {
    Person,
    Organization,
    Place,
}

/// One span that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub words: Range<usize>,
    pub kind: NameKind,
    pub confidence: u8,
}

/// Finds the names of an article, in order and not overlapping. `taken` says which words are part of a date.
pub(super) fn find_all(words: &Words<'_>, taken: &[bool], labeller: &dyn Labeller) -> Result<Vec<Name>, LabelError> {
    let mut tagged = Tagged::new(words);
    let mut names = Vec::new();
    for lines in parts(words.lines()) {
        tagged.label(words, lines, labeller)?;
        for line in lines.iter().filter(|line| !line.shouts && line.part != Part::Dateline) {
            find(&words.within(line), line, &tagged, taken, &mut names);
        }
    }
    let shouting = words.lines().iter().any(|line| line.shouts && line.part != Part::Dateline);
    let known = shout::Known::of(words, if shouting { &names } else { &[] });
    for line in words.lines() {
        if line.part == Part::Dateline {
            shout::dateline(&words.within(line), line, &mut names);
        } else if line.shouts {
            known.find(&words.within(line), line, taken, &mut names);
        }
    }
    names.sort_by_key(|name| name.words.start);
    tagged.fill(words, taken, &mut names);
    // `KILL`, `RPT`: nobody's.
    let is_label = |line: &Line| line.part == Part::Notice && !words.slice(&line.words).contains(char::is_lowercase);
    let labels: Vec<&Range<usize>> = words.lines().iter().filter(|line| is_label(line)).map(|line| &line.words).collect();
    let labelled = |at: usize| labels[..labels.partition_point(|label| label.start <= at)].last().is_some_and(|label| label.contains(&at));
    names.retain(|name| !labelled(name.words.start));
    agree::storms(words, &mut names);
    agree::directions(words, &mut names);
    agree::honours(words, &mut names);
    agree::houses(words, &mut names);
    agree::lists(words, &mut names);
    agree::tickers(words, &mut names);
    agree::forenames(words, &mut names);
    agree::rivals(words, &mut names);
    agree::owners(words, &mut names);
    agree::settle(words, &mut names);
    Ok(surnames(words, taken, names))
}

/// The lines of a long article in parts, cut where the tagger itself would cut: no more is at hand at once than it looks at.
fn parts(mut lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    std::iter::from_fn(move || {
        let end = lines.first()?.words.start + PART;
        let (part, rest) = lines.split_at(lines.partition_point(|line| line.words.end <= end).max(1));
        lines = rest;
        Some(part)
    })
}

/// Adds the lone surnames of persons that the article names in full: `— Lavrov` at the end of a headline.
fn surnames(words: &Words<'_>, taken: &[bool], names: Vec<Name>) -> Vec<Name> {
    let persons = || names.iter().filter(|name| name.kind == NameKind::Person);
    let full = || persons().filter(|name| name.words.len() > 1);
    // And what opens a full name, where the article calls that person so elsewhere: Thais go by their first names.
    let opening: HashSet<&str> = full().map(|name| words.text(name.words.start)).collect();
    let lone_names = persons().filter(|name| name.words.len() == 1).map(|name| words.text(name.words.start));
    let surnames = full().map(|name| words.text(name.words.end - 1));
    let known: HashSet<&str> =
        surnames.chain(lone_names.filter(|name| opening.contains(name))).filter(|surname| surname.len() > 2).collect();
    let mut all = Vec::with_capacity(names.len());
    let mut at = 0;
    for name in names {
        lone(words, taken, &known, at..name.words.start, &mut all);
        at = name.words.end;
        all.push(name);
    }
    lone(words, taken, &known, at..words.len(), &mut all);
    all
}

fn lone(words: &Words<'_>, taken: &[bool], known: &HashSet<&str>, gap: Range<usize>, all: &mut Vec<Name>) {
    for at in gap {
        let free = words.capital(at) && !taken.get(at).copied().unwrap_or(false) && known.contains(words.text(at));
        if free && (!words.capital(at + 1) || words.line_of(at) != words.line_of(at + 1)) {
            all.push(Name { words: at..at + 1, kind: NameKind::Person, confidence: 90 });
        }
    }
}

fn find(words: &Words<'_>, line: &Line, tagged: &Tagged, taken: &[bool], names: &mut Vec<Name>) {
    let mut at = line.words.start;
    while at < line.words.end {
        if !opens(words, at) || taken.get(at).copied().unwrap_or(false) {
            at += 1;
            continue;
        }
        let end = chunk_end(words, at, line, taken);
        // A ship's name, be it `Admiral Sorokin` or `HMS Queen Elizabeth`, is nobody's.
        let prefixed = words.has(at, Class::VESSEL) && words.has(at, Class::PRODUCT);
        if prefixed || at > line.words.start && words.has(at - 1, Class::VESSEL) && !words.capital(at - 1) {
            at = end;
            continue;
        }
        split(words, line, tagged, at..end, names);
        at = end;
    }
}

/// Whether a name may start at the word.
fn opens(words: &Words<'_>, at: usize) -> bool {
    words.has(at, Class::NAMED)
}

/// The end of the run of words that `start` opens: capitalized words and the small ones that tie them together.
fn chunk_end(words: &Words<'_>, start: usize, line: &Line, taken: &[bool]) -> usize {
    /// A page of capitals is cut after so many words: what reads a run looks at all of it for every name in it.
    const LONGEST: usize = 32;
    let named = |at: usize| at < line.words.end && !taken.get(at).copied().unwrap_or(false) && opens(words, at);
    let fixed = |at: usize| phrase::at(words, at).map_or(1, |(len, _)| len);
    let mut at = (start + fixed(start)).min(line.words.end);
    let mut head = words.has(start, Class::ORG_HEAD);
    while at < line.words.end.min(start + LONGEST) {
        let more = if named(at) { fixed(at).min(line.words.end - at) } else { tied(words, at, head, named) };
        if more == 0 {
            break;
        }
        head |= words.has(at, Class::ORG_HEAD);
        at += more;
    }
    at
}

/// How many words the small word at `at` adds to the run before it, itself included: none where it ties nothing. `head` says that the
/// run has the head word of an organization.
fn tied(words: &Words<'_>, at: usize, head: bool, named: impl Fn(usize) -> bool) -> usize {
    let last = at - 1;
    if words.has(at, Class::PARTICLE) && !words.has(last, Class::STOP) {
        let more = 1 + usize::from(words.has(at + 1, Class::PARTICLE) && !words.capital(at + 1));
        return if named(at + more) { more + 1 } else { 0 };
    }
    if let Some(close) = nickname(words, at).filter(|&close| named(close + 1)) {
        return close + 2 - at;
    }
    let the = usize::from(words.is(at + 1, "the"));
    let next = at + 1 + the;
    let bound = words.has(last, Class::ORG_HEAD) && !words.has(last, Class::POST);
    // `St James's Hospital`, `the Magistrates' Court`; but `Russia's Parliament` is two names.
    let building = words.has(at + 1, Class::ORG_HEAD.or(Class::FACILITY)) && named(at + 1);
    // `St Mary's Primary School`.
    let school = words.is_any(at + 1, &["primary", "secondary", "high", "infant", "junior", "girls", "boys", "catholic"])
        && words.has(at + 2, Class::ORG_HEAD.or(Class::FACILITY))
        && named(at + 1);
    let saint = last.checked_sub(1).is_some_and(|before| words.is_any(before, &["st", "st.", "saint"]));
    let ties = match words.text(at) {
        "&" => true,
        // `St. Peter's Square`.
        "'s" | "’s" if saint && words.has(at + 1, Class::PLACE_HEAD) => named(at + 1),
        "'s" | "’s" if saint && school => true,
        "'s" | "’s" if building => saint || words.is_any(last, &["king", "queen", "people", "children", "women", "men"]),
        "'" | "’" if building => words.glued(at) && words.text(last).ends_with('s'),
        // `the World Society for the Protection of Animals`.
        "of" => {
            bound
                || words.has(last, Class::PLACE_OPEN)
                || head && words.is_any(last, &AIMS) && words.is_any(last.wrapping_sub(1), &["for", "the"])
        }
        "for" => head && !words.has(last, Class::POST),
        "on" => bound && words.is_any(last, &["council", "committee", "commission"]),
        // `for Security and Co-operation in Europe`.
        "and" => {
            // `Safety and Health Administration`: what it is comes last.
            let fields = words.has(last, Class::ORG_FIELD) || words.has(next, Class::ORG_FIELD);
            let heads =
                || (next + 1..next + 4).take_while(|&at| words.capital(at) || words.is(at, "and")).any(|at| words.has(at, Class::ORG_HEAD));
            let field = head && words.has(next, Class::ORG_FIELD) && (the == 0 || !heads())
                || the == 0 && fields && !words.has(next, Class::ORG_HEAD) && heads();
            field && !words.has(last, Class::ORG_HEAD)
        }
        "in" => head && words.has(last, Class::ORG_FIELD) && words.has(next, Class::COUNTRY),
        _ => false,
    };
    if ties && named(next) && !words.has(next, Class::RANK.or(Class::HONORIFIC)) { 2 + the } else { 0 }
}

/// What organizations are for, and of whom or what.
const AIMS: [&str; 16] = [
    "liberation",
    "protection",
    "restoration",
    "coordination",
    "prohibition",
    "prevention",
    "promotion",
    "advancement",
    "independence",
    "defense",
    "defence",
    "reconstruction",
    "preservation",
    "emancipation",
    "study",
    "treatment",
];

/// `Dwayne "The Rock" Johnson`: where the nickname that opens at `at` closes, if a name goes on behind it.
fn nickname(words: &Words<'_>, at: usize) -> Option<usize> {
    const LONGEST: usize = 3;
    const NO_SURNAME: Class = Class::STOP.or(Class::POST).or(Class::SAY).or(Class::ORG_HEAD).or(Class::PLACE_HEAD).or(Class::EVENT);
    if !opens_nickname(words, at) || words.has(at - 1, NO_SURNAME) {
        return None;
    }
    let close = (at + 2..at + 2 + LONGEST).find(|&close| matches!(words.text(close), "\"" | "”"))?;
    let inside = (at + 1..close).all(|at| words.capital(at));
    (inside && words.glued(close) && !words.glued(close + 1) && !words.has(close + 1, NO_SURNAME)).then_some(close)
}

/// Whether a quotation mark opens at `at`.
fn opens_nickname(words: &Words<'_>, at: usize) -> bool {
    matches!(words.text(at), "\"" | "“") && words.glued(at + 1) && !words.glued(at)
}

/// Cuts a run into names: roles and ranks are no part of them, and one name may follow another (`Jewish Agency for Israel Isaac Herzog`).
fn split(words: &Words<'_>, line: &Line, tagged: &Tagged, chunk: Range<usize>, names: &mut Vec<Name>) {
    let mut at = chunk.start;
    while at < chunk.end {
        if let Some(name) = royal(words, at, chunk.end) {
            at = name.words.end;
            names.push(name);
            continue;
        }
        if let Some(name) = fixed(words, at, chunk.end) {
            at = name.words.end;
            names.push(name);
            continue;
        }
        if skipped(words, line, at, chunk.end) {
            at += 1;
            continue;
        }
        let office = words.is(at, "office") && words.is(at + 1, "of") && words.is(at + 2, "the");
        let posts = (at + 3..chunk.end).take_while(|&at| words.has(at, Class::POST.or(Class::POST_PART))).count();
        if office && posts > 0 {
            names.push(Name { words: at..at + 3 + posts, kind: NameKind::Organization, confidence: 90 });
            at += 3 + posts;
            continue;
        }
        let end = (at + 1..chunk.end).find(|&next| breaks(words, next, chunk.end)).unwrap_or(chunk.end);
        // `Martin Luther King`: before a small word or `Jr.`, and after a given name, a surname.
        let named_king = end < chunk.end && words.is(end, "king") && words.has(at, Class::MALE.or(Class::FEMALE));
        let goes_on = words.capital(end + 1) && !words.is_any(end + 1, &["jr", "sr", "jr.", "sr."]);
        let end = if named_king && !goes_on { chunk.end } else { end };
        // `Stephanie Pope`: a surname, where the tagger takes it for one and nobody's name follows.
        let end = if end + 1 == chunk.end && tagged.is_person(&(at..chunk.end)) { chunk.end } else { end };
        let end = match kind::classify(words, line, tagged, at..end) {
            Some(mut name) => {
                let after = name.words.end;
                // `1st Infantry Brigade`.
                let numbered = name.kind == NameKind::Organization
                    && name.words.start > line.words.start
                    && number::ordinal(words, name.words.start - 1).is_some();
                if numbered && words.text(name.words.start - 1).starts_with(|c: char| c.is_ascii_digit()) {
                    name.words.start -= 1;
                }
                if names.last().is_none_or(|last| last.words.end <= name.words.start) {
                    names.push(name);
                }
                after.max(at + 1)
            }
            None => end,
        };
        at = end;
    }
}

/// A fixed name that no other word makes longer: `West Bank`, but not that of the `World Bank Group`.
fn fixed(words: &Words<'_>, at: usize, end: usize) -> Option<Name> {
    const HEADS: Class = Class::ORG_HEAD.or(Class::PLACE_HEAD).or(Class::FACILITY).or(Class::EVENT).or(Class::PRODUCT_NOUN);
    /// So many words behind it are asked, so that a page of capitals stays linear.
    const BEHIND: usize = 6;
    let (len, kind) = phrase::at(words, at)?;
    let after = at + len;
    let longer = (after..=end).take(BEHIND).any(|at| words.has(at, HEADS)) || words.is_any(after, &["of", "for", "&"]);
    (len > 1 && !longer).then_some(Name { words: at..after, kind, confidence: 98 })
}

/// `King Fahd Causeway`, `King County`, `Prince Sultan Air Base`, `Queen Elizabeth Hospital`: no person, and the title is part of the name.
fn royal(words: &Words<'_>, at: usize, end: usize) -> Option<Name> {
    const TITLES: [&str; 6] = ["king", "queen", "prince", "princess", "sultan", "emperor"];
    const HOUSES: [&str; 5] = ["hospital", "university", "college", "school", "foundation"];
    const LONGEST: usize = 6;
    if !words.is_any(at, &TITLES) || !words.capital(at) {
        return None;
    }
    let run = (at + 1..end.min(at + LONGEST)).take_while(|&at| words.capital(at));
    let head = run
        .filter(|&head| words.has(head, Class::FACILITY.or(Class::PLACE_HEAD)) || words.is_any(head, &HOUSES) || words.is(head, "jail"))
        .last()
        .filter(|&head| head > at + 1 || words.is(head, "county"))?;
    let kind = if words.is_any(head, &HOUSES) { NameKind::Organization } else { NameKind::Place };
    Some(Name { words: at..head + 1, kind, confidence: 92 })
}

/// Whether the word at `at` cannot start a name: a role, a rank, an honorific, or a capital that only opens the sentence.
fn skipped(words: &Words<'_>, line: &Line, at: usize, end: usize) -> bool {
    let Some(word) = words.get(at) else { return true };
    // `Private First Class Anna Brandt`.
    let grade = |at: usize| words.is(at, "first") && words.is(at + 1, "class") && words.has(at.wrapping_sub(1), Class::RANK);
    if grade(at) || at > line.words.start && grade(at - 1) {
        return true;
    }
    // `People's Bank of China`.
    let owning = words.is_any(at + 1, &["'s", "’s"]) && at + 2 < end && words.has(at + 2, Class::ORG_HEAD.or(Class::FACILITY));
    if phrase::at(words, at).is_some() || owning && words.is_any(at, &["people", "king", "queen", "children", "women", "men"]) {
        return false;
    }
    // `Secretary of State Ada Marlow`, but `president of State Bank`.
    let of_post = at > 1 && words.is(at - 1, "of") && words.has(at - 2, Class::POST);
    if breaks(words, at, end) || of_post && words.is(at, "state") && !words.has(at + 1, Class::ORG_HEAD) {
        return true;
    }
    if word.class.has(Class::MONTH.or(Class::WEEKDAY)) && at + 1 >= end {
        return true;
    }
    // `Carmaker Falk`: a common noun that opens the sentence.
    if at == line.words.start && word.class.has(Class::NOMINAL.or(Class::ORG_NOUN)) && !word.class.has(Class::ORG_HEAD) {
        return true;
    }
    if word.class.has(Class::STOP) {
        // `Foreign Ministry` and `Military Academy` start with words that are small elsewhere.
        let part = word.class.has(Class::POST_PART.or(Class::ADJECTIVE).or(Class::ORG_HEAD).or(Class::DEMONYM));
        return !(part && at + 1 < end && !words.has(at + 1, Class::STOP))
            || at == line.words.start && !words.has(at + 1, Class::ORG_HEAD.or(Class::POST_PART).or(Class::ORG_FIELD));
    }
    !word.class.has(Class::WORD)
}

/// Whether a role, a rank or an honorific stands at `at`, which ends the name before it.
fn breaks(words: &Words<'_>, at: usize, end: usize) -> bool {
    let Some(word) = words.get(at) else { return true };
    let org_next = at + 1 < end && words.has(at + 1, Class::ORG_HEAD) && !words.has(at + 1, Class::POST);
    if word.class.has(Class::HONORIFIC) && at + 1 < end {
        // `Khalid Sheikh Mohammed`.
        let given = |at: usize| words.capital(at) && words.has(at, Class::MALE);
        return !(words.is_any(at, &["sheikh", "sheik"]) && at.checked_sub(1).is_some_and(given));
    }
    if word.class.has(Class::RANK) {
        // `General Staff`, `General Motors`: no rank.
        return !(org_next
            || words.is(at, "general") && words.is_any(at + 1, &["Electric", "Motors", "Mills", "Dynamics", "Court"])
            || words.is(at, "private")
            || words.is(at, "rear") && !words.has(at + 1, Class::RANK));
    }
    // `Dean Marlow` and `Son Heung-min`, but `Dean Anna Marlow`.
    if word.class.has(Class::FIRST_NAME) && word.class.has(Class::POST) {
        return at + 2 < end;
    }
    if word.class.has(Class::POST) {
        // `Ministry of Justice`.
        if word.class.has(Class::ORG_FIELD) && at > 1 && words.is(at - 1, "of") && words.has(at - 2, Class::ORG_HEAD) {
            return false;
        }
        // `Prosecutor General's Office`, `Officer Corps`: part of an organization's name.
        let org = org_next && !words.is(at + 1, "operations");
        return !org && !word.class.has(Class::FIRST_NAME.or(Class::ORG_HEAD));
    }
    // The modifiers of a role (`Deputy`, `Prime`) only where a role follows.
    word.class.has(Class::POST_PART)
        && (at + 1..end.min(at + 4)).find(|&next| !words.has(next, Class::POST_PART)).is_some_and(|next| words.has(next, Class::POST))
        // The ministry of a `Foreign Ministry spokesman` is an organization all the same; `Energy Secretary` is none.
        || word.class.has(Class::POST_PART)
            && (word.class.has(Class::ORG_FIELD) || !word.class.has(Class::ORG_HEAD))
            && words.has(at + 1, Class::POST)
}
