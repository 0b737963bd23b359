//! Owns nominals: `the ministry`, `the senior Russian diplomat`, nouns with `the` that take up the one entity that they fit.

use foldhash::HashMap;
use std::ops::Range;

use super::Group;
use super::few::Few;
use crate::entity::lexicon::{self, Class};
use crate::entity::name::NameKind;
use crate::entity::word::{Line, Words};

/// What the noun may be.
const HEAD: Class = Class::NOMINAL.or(Class::POST).or(Class::ORG_HEAD);

/// What may stand between `the` and the noun.
const MODIFIER: Class = Class::POST_PART.or(Class::DEMONYM).or(Class::ADJECTIVE).or(Class::ORG_FIELD);

/// Modifiers that tell one holder of a post from another, beside the fields of [`Class::ORG_FIELD`]: `the prime minister` is no foreign
/// minister, and `the new president` not the one that was named. Others (`senior`, `top`) only describe.
const TELLING: [&str; 23] = [
    "prime", "foreign", "deputy", "vice", "former", "ex", "then", "acting", "incoming", "outgoing", "new", "next", "other", "first",
    "second", "third", "last", "special", "main", "oldest", "largest", "biggest", "merchant",
];

/// What makes a post another one: a vice president is not `the president`, nor is a former one.
const LESSER: [&str; 5] = ["vice", "deputy", "assistant", "former", "ex"];

/// Short titles and the nouns that take them up.
const SHORT_TITLES: [(&str, &str); 6] =
    [("gen", "general"), ("col", "colonel"), ("adm", "admiral"), ("gov", "governor"), ("sen", "senator"), ("prof", "professor")];

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
    let strangers = strangers(words, &heads, &taken);
    let mut found = Vec::new();
    for line in words.lines().iter().filter(|line| line.classes.has(HEAD)) {
        for head in line.words.clone().filter(|&at| words.has(at, HEAD)) {
            let Some(candidates) = heads.get(&words.spelling(head)).filter(|candidates| !candidates.crowded()) else { continue };
            let Some(start) = start(words, line, head) else { continue };
            // Part of a name, or before one: no nominal.
            let next = taken.partition_point(|&(_, end)| end <= start);
            if taken.get(next).is_some_and(|&(from, _)| from <= head + 1) {
                continue;
            }
            let mut fits = candidates.iter().filter(|&id| fits(words, &groups[id], start..head));
            let stranger = strangers.get(&words.spelling(head)).is_some_and(|&stranger| stranger < start);
            if let (Some(id), None) = (fits.next(), fits.next())
                && !(stranger && groups[id].kind != NameKind::Person)
            {
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
    // `the general public`, `the chief executive`: no noun at all.
    let describes = words.is_any(head, &["general", "chief", "head", "official"])
        && words.has(head + 1, Class::POST.or(Class::POST_PART).or(Class::COUNTED));
    let adverb = words.is_any(head + 1, &["then", "late", "last", "now", "first"]);
    let goes_on =
        words.is_any(head + 1, &["of", "-"]) || words.capital(head + 1) || words.has(head + 1, Class::POST) || describes && !adverb;
    (!goes_on && (the + 1..head).all(|at| words.has(at, MODIFIER))).then_some(the)
}

/// Where a noun first stands with a capital in the middle of a sentence and in no name that is known: another one of the kind, that was
/// not made out (`the Farmers' Party`).
fn strangers(words: &Words<'_>, heads: &HashMap<u64, Few>, taken: &[(usize, usize)]) -> HashMap<u64, usize> {
    let mut strangers = HashMap::default();
    for line in words.lines().iter().filter(|line| line.classes.has(HEAD)) {
        for at in (line.words.start + 1..line.words.end).filter(|&at| words.has(at, HEAD) && words.capital(at)) {
            let named = taken.get(taken.partition_point(|&(_, end)| end <= at)).is_some_and(|&(from, _)| from <= at);
            // `The Institute` is whichever was meant.
            let meant = words.is(at - 1, "the") || words.has(at - 1, Class::DETERMINER);
            if !named && !meant && heads.contains_key(&words.spelling(at)) {
                strangers.entry(words.spelling(at)).or_insert(at);
            }
        }
    }
    strangers
}

/// Whoever was named no more than so many words ago, some two paragraphs, may be told by a land that nobody has told of them.
const MOMENT: usize = 80;

/// Whether the entity has been named before the nominal, whose words before its head are given, and none of these speaks against it.
fn fits(words: &Words<'_>, group: &Group, before_head: Range<usize>) -> bool {
    let first = group.mentions.first().map_or(usize::MAX, |(words, _)| words.start);
    let said = || group.named.clone().chain(group.role.clone().into_iter().flatten());
    let own = |at: usize| said().any(|own| words.spelling(own) == words.spelling(at));
    // `the senior Russian diplomat`, whose land nobody has told: a person of a moment ago.
    let fresh = || {
        let before = group.mentions.partition_point(|(words, _)| words.end <= before_head.start);
        let last = before.checked_sub(1).map(|last| group.mentions[last].0.end);
        last.is_some_and(|last| before_head.start - last <= MOMENT) && !words.capital(before_head.end)
    };
    let landless = || group.kind == NameKind::Person && !said().any(|own| words.has(own, Class::DEMONYM));
    let agrees = |at: usize| {
        // `the US Government` is that of no other land.
        if words.has(at, Class::DEMONYM.or(Class::COUNTRY)) {
            return own(at) || landless() && fresh();
        }
        // `the Union army` is none that is called otherwise.
        own(at) || !(words.capital(at) || words.has(at, Class::ORG_FIELD) || words.is_any(at, &TELLING))
    };
    let told = |at: usize| (before_head.start + 1..=before_head.end).any(|told| words.spelling(told) == words.spelling(at));
    let lesser = group.role.clone().into_iter().flatten().any(|at| words.is_any(at, &LESSER) && !told(at));
    first < before_head.start && !lesser && (before_head.start + 1..before_head.end).all(agrees)
}

/// The nouns that may take an entity up again.
fn nouns(words: &Words<'_>, group: &Group) -> Vec<u64> {
    // The head of a role or a name stands before any `of`.
    let before = |range: &Range<usize>, ties: &[&str]| {
        let end = range.clone().find(|&at| words.is_any(at, ties)).unwrap_or(range.end);
        range.start..end
    };
    // `The Washington Post` is hardly ever the post; several of a kind are no one.
    let several = |at: usize| words.text(at).ends_with('s') && !words.text(at).ends_with("ss");
    let nominal = |at: &usize| {
        words.has(*at, Class::NOMINAL)
            || words.has(*at, HEAD) && !several(*at) && !words.is_any(*at, &["post", "front", "member", "capital"])
    };
    if group.kind != NameKind::Person {
        let head = before(&group.named, &["of", "for"]).next_back();
        let firm = head.is_some_and(|at| words.has(at, Class::LEGAL_FORM)) && group.kind == NameKind::Organization;
        let called = group.mentions.first().and_then(|(words, _)| words.start.checked_sub(1)).filter(|&at| words.has(at, Class::ORG_NOUN));
        // `Kestrel Airlines`: the airline. Islands are several.
        let firm_of_several = head.filter(|at| group.kind == NameKind::Organization && !nominal(at));
        let one = firm_of_several.and_then(|at| words.text(at).strip_suffix('s'));
        let one = one.filter(|one| lexicon::class_of(one).has(Class::NOMINAL)).map(lexicon::spelling);
        return (head.filter(nominal).map(|at| words.spelling(at)).into_iter())
            .chain(one)
            .chain((firm || called.is_some()).then(|| lexicon::spelling("company")))
            .chain(called.map(|at| words.spelling(at)))
            .collect();
    }
    let mut nouns = Vec::new();
    if let Some(role) = &group.role {
        let head = before(role, &["of", "for", "at", "in", "to", "on", "from", "with"]);
        // A company spokesman is no company.
        nouns.extend(head.clone().filter(|at| nominal(at) && words.has(*at, Class::POST)).map(|at| words.spelling(at)));
        let minister = head.len() > 1 && words.is(head.end - 1, "minister") && words.is(head.end - 2, "foreign");
        if minister || head.clone().any(|at| words.is_any(at, &["ambassador", "envoy"])) {
            nouns.push(lexicon::spelling("diplomat"));
        }
    }
    let title = group.rank.as_ref().map_or(group.named.start, |rank| rank.end).checked_sub(1);
    let long = title.and_then(|at| SHORT_TITLES.iter().find(|(short, _)| words.spelling(at) == lexicon::spelling(short)));
    nouns.extend(long.map(|(_, long)| lexicon::spelling(long)));
    nouns.extend(group.rank.as_ref().map(|rank| words.spelling(rank.end - 1)));
    nouns
}
