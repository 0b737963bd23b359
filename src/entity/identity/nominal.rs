//! Owns nominals: `the ministry`, `the senior Russian diplomat`, nouns with `the` that take up the one entity that they fit.

use foldhash::HashMap;
use std::ops::Range;

use super::Group;
use super::few::Few;
use crate::entity::lexicon::{self, Class};
use crate::entity::name::NameKind;
use crate::entity::word::{Line, Words};

/// What may stand between `the` and the noun.
const MODIFIER: Class = Class::POST_PART.or(Class::DEMONYM).or(Class::ADJECTIVE).or(Class::ORG_FIELD);

/// What ends the name of a firm.
const LEGAL_FORMS: [&str; 15] = ["inc", "inc.", "corp", "corp.", "ltd", "ltd.", "plc", "ag", "se", "sa", "asa", "ab", "nv", "gmbh", "llc"];

/// Gives each nominal to the entity it takes up, where exactly one fits.
pub(super) fn join(words: &Words<'_>, groups: &mut [Group]) {
    let mut heads: HashMap<u64, Few> = HashMap::default();
    for (id, group) in groups.iter().enumerate() {
        for noun in nouns(words, group) {
            heads.entry(noun).or_default().add(id);
        }
    }
    let mut taken: Vec<(usize, usize)> =
        groups.iter().flat_map(|group| group.mentions.iter().map(|(words, _)| (words.start, words.end))).collect();
    taken.sort_unstable();
    let mut found = Vec::new();
    for line in words.lines().iter().filter(|line| line.classes.has(Class::NOMINAL)) {
        for head in line.words.clone().filter(|&at| words.has(at, Class::NOMINAL)) {
            let Some(candidates) = heads.get(&words.spelling(head)).filter(|candidates| !candidates.crowded()) else { continue };
            let Some(start) = start(words, line, head) else { continue };
            // Part of a name, or before one: no nominal.
            let next = taken.partition_point(|&(_, end)| end <= start);
            if taken.get(next).is_some_and(|&(from, _)| from <= head + 1) {
                continue;
            }
            let nation = (start + 1..head).find(|&at| words.has(at, Class::DEMONYM)).map(|at| words.spelling(at));
            let mut fits = candidates.iter().filter(|&id| fits(words, &groups[id], nation, start));
            if let (Some(id), None) = (fits.next(), fits.next()) {
                found.push((id, start..head + 1));
            }
        }
    }
    for (id, range) in found {
        groups[id].mentions.push((range, 80));
    }
}

/// Where the nominal with this head starts: at a `the` with nothing but modifiers between.
fn start(words: &Words<'_>, line: &Line, head: usize) -> Option<usize> {
    const REACH: usize = 4;
    let from = line.words.start.max(head.saturating_sub(REACH));
    let the = (from..head).rev().find(|&at| words.is(at, "the"))?;
    let goes_on = words.is_any(head + 1, &["of", "-"]) || words.capital(head + 1);
    (!goes_on && (the + 1..head).all(|at| words.has(at, MODIFIER))).then_some(the)
}

/// Whether the entity has been named before the word at `at`, and no nationality speaks against it.
fn fits(words: &Words<'_>, group: &Group, nation: Option<u64>, at: usize) -> bool {
    let own = || {
        let said = group.named.clone().chain(group.role.clone().into_iter().flatten());
        said.into_iter().find(|&at| words.has(at, Class::DEMONYM)).map(|at| words.spelling(at))
    };
    let first = group.mentions.first().map_or(usize::MAX, |(words, _)| words.start);
    first < at && nation.is_none_or(|nation| own().is_none_or(|own| own == nation))
}

/// The nouns that may take an entity up again.
fn nouns(words: &Words<'_>, group: &Group) -> Vec<u64> {
    // The head of a role or a name stands before any `of`.
    let before = |range: &Range<usize>, ties: &[&str]| {
        let end = range.clone().find(|&at| words.is_any(at, ties)).unwrap_or(range.end);
        range.start..end
    };
    let nominal = |at: &usize| words.has(*at, Class::NOMINAL);
    if group.kind != NameKind::Person {
        let head = before(&group.named, &["of", "for"]).next_back();
        let firm = head.is_some_and(|at| words.is_any(at, &LEGAL_FORMS)) && group.kind == NameKind::Organization;
        let called = group.mentions.first().and_then(|(words, _)| words.start.checked_sub(1)).filter(|&at| words.has(at, Class::ORG_NOUN));
        return (head.filter(nominal).map(|at| words.spelling(at)).into_iter())
            .chain((firm || called.is_some()).then(|| lexicon::spelling("company")))
            .chain(called.map(|at| words.spelling(at)))
            .collect();
    }
    let mut nouns = Vec::new();
    if let Some(role) = &group.role {
        let head = before(role, &["of"]);
        nouns.extend(head.clone().filter(nominal).map(|at| words.spelling(at)));
        let minister = head.len() > 1 && words.is(head.end - 1, "minister") && words.is(head.end - 2, "foreign");
        if minister || head.clone().any(|at| words.is_any(at, &["ambassador", "envoy"])) {
            nouns.push(lexicon::spelling("diplomat"));
        }
    }
    nouns.extend(group.rank.as_ref().map(|rank| words.spelling(rank.end - 1)));
    nouns
}
