//! Owns identity: which names are the same entity's, and which nouns take one up again.
//!
//! An ordered sieve after Raghunathan et al. (2010), "A Multi-Pass Sieve for Coreference Resolution": the surest rule first, and each
//! later one sees only what the earlier ones left. A rule joins only where exactly one entity fits.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::lexicon::{self, Class};
use super::name::{Name, NameKind};
use super::role::Title;
use super::word::Words;

/// A person, organization or place of the article.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub kind: NameKind,
    pub name: String,
    pub role: Option<String>,
    pub rank: Option<String>,
    /// In order of the text.
    pub mentions: Vec<(Range<usize>, u8)>,
}

/// What the sieve made of an article's names.
#[derive(Debug, Default)]
pub(super) struct Identities {
    pub known: Vec<Known>,
    /// The mentions of `known` in order of the text: the words, and which entity they name.
    pub mentions: Vec<(Range<usize>, usize)>,
}

/// More candidates than this for one short form are no identity: the form is ambiguous.
const CROWD: usize = 8;

/// Joins names into entities.
pub(super) fn join(words: &Words<'_>, names: &[Name], titles: &[Title]) -> Identities {
    let keys: Vec<Key> = names.iter().map(|name| Key::of(words, name)).collect();
    let mut sieve = Sieve { of: vec![None; names.len()], groups: 0 };
    sieve.exact(names, &keys);
    sieve.acronyms(names, &keys, words);
    sieve.shorter(names, &keys);
    let mut known: Vec<Option<Known>> = vec![None; sieve.groups];
    for (at, name) in names.iter().enumerate() {
        let Some(group) = sieve.of[at] else { continue };
        let text = &keys[at].text;
        let title = &titles[at];
        let entry =
            known[group].get_or_insert_with(|| Known { kind: name.kind, name: text.clone(), role: None, rank: None, mentions: Vec::new() });
        if fuller(text, &entry.name) {
            entry.name.clone_from(text);
        }
        let said = |range: &Option<Range<usize>>| range.as_ref().map(|range| words.slice(range).to_owned());
        entry.role = entry.role.take().or_else(|| said(&title.role));
        entry.rank = entry.rank.take().or_else(|| said(&title.rank));
        entry.mentions.push((name.words.clone(), name.confidence));
    }
    let mut identities = Identities { known: known.into_iter().flatten().collect(), mentions: Vec::new() };
    identities.nominals(words);
    for (id, known) in identities.known.iter_mut().enumerate() {
        known.mentions.sort_by_key(|(words, _)| words.start);
        identities.mentions.extend(known.mentions.iter().map(|(words, _)| (words.clone(), id)));
    }
    identities.mentions.sort_by_key(|(words, _)| words.start);
    identities
}

/// Whether `new` is the better name: longer in words, not all capitals, not an acronym.
fn fuller(new: &str, old: &str) -> bool {
    let shouting = |name: &str| !name.contains(char::is_lowercase);
    let count = |name: &str| name.split_whitespace().count();
    if shouting(new) == shouting(old) { count(new) > count(old) } else { shouting(old) }
}

/// A name as the sieve compares it.
#[derive(Debug)]
struct Key {
    text: String,
    /// Lower case, without articles and full stops.
    tokens: Vec<String>,
}

impl Key {
    fn of(words: &Words<'_>, name: &Name) -> Key {
        let text = words.slice(&name.words);
        // A dateline shouts its place; the parser has it as a reader would write it.
        let place = words.article.dateline.as_ref().and_then(|dateline| dateline.place.as_deref());
        let text = place.filter(|place| name.kind == NameKind::Place && *place != text && place.eq_ignore_ascii_case(text)).unwrap_or(text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let tokens =
            name.words.clone().map(|at| words.text(at).trim_end_matches('.').to_lowercase()).filter(|token| token != "the").collect();
        Key { text, tokens }
    }
}

struct Sieve {
    /// The group of each name.
    of: Vec<Option<usize>>,
    groups: usize,
}

impl Sieve {
    /// Same words: same entity. Persons known by more than one word, and all other names, open groups here.
    fn exact(&mut self, names: &[Name], keys: &[Key]) {
        let mut seen: HashMap<(NameKind, &[String]), usize> = HashMap::new();
        for (at, (name, key)) in names.iter().zip(keys).enumerate() {
            let group = *seen.entry((name.kind, key.tokens.as_slice())).or_insert_with(|| {
                self.groups += 1;
                self.groups - 1
            });
            self.of[at] = Some(group);
        }
    }

    /// `Israel Defense Forces (IDF)`: the capitals of a longer name.
    fn acronyms(&mut self, names: &[Name], keys: &[Key], words: &Words<'_>) {
        let mut long: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, name) in names.iter().enumerate().filter(|(_, name)| name.kind != NameKind::Person && name.words.len() > 1) {
            let initials: String =
                name.words.clone().filter(|&at| words.capital(at)).filter_map(|at| words.text(at).chars().next()).collect();
            let list = long.entry(initials).or_default();
            if list.len() < CROWD {
                push(list, self.of[at]);
            }
        }
        for (at, _) in names.iter().enumerate().filter(|(_, name)| name.kind == NameKind::Organization && name.words.len() == 1) {
            let text = keys[at].text.replace('.', "");
            if text.len() < 2 || text.contains(char::is_lowercase) {
                continue;
            }
            if let Some([group]) = long.get(&text).map(Vec::as_slice) {
                self.of[at] = Some(*group);
            }
        }
    }

    /// Surnames (`Lavrov`) and other shorter forms (`the Defense Ministry`).
    fn shorter(&mut self, names: &[Name], keys: &[Key]) {
        let mut by_token: HashMap<(NameKind, &str), Vec<usize>> = HashMap::new();
        for (at, name) in names.iter().enumerate().filter(|(at, _)| keys[*at].tokens.len() > 1) {
            for token in &keys[at].tokens {
                let list = by_token.entry((name.kind, token)).or_default();
                // The first name of each group stands for it.
                if list.len() <= CROWD && !list.iter().any(|&other| self.of[other] == self.of[at]) {
                    list.push(at);
                }
            }
        }
        let mut moved: HashMap<usize, usize> = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            let Some(group) = self.of[at] else { continue };
            if let Some(&to) = moved.get(&group) {
                self.of[at] = Some(to);
                continue;
            }
            let Some(last) = keys[at].tokens.last() else { continue };
            // Chinese and Korean surnames go first, and news of private people goes on with the first name.
            let Some(list) = by_token.get(&(name.kind, last.as_str())).filter(|list| list.len() <= CROWD) else { continue };
            // Those named before come first: `Sandvik` is the one we know, though his wife turns up later.
            let (mut fits, mut earlier) = (Vec::new(), Vec::new());
            for &other in list.iter().filter(|&&other| keys[other].tokens.len() > keys[at].tokens.len()) {
                if shortens(name.kind, &keys[at].tokens, &keys[other].tokens) {
                    push(&mut fits, self.of[other]);
                    push(&mut earlier, self.of[other].filter(|_| other < at));
                }
            }
            let fits = if earlier.is_empty() { fits } else { earlier };
            if let [to] = fits[..]
                && to != group
            {
                moved.insert(group, to);
                self.of[at] = Some(to);
            }
        }
    }
}

fn push(list: &mut Vec<usize>, group: Option<usize>) {
    if let Some(group) = group.filter(|group| !list.contains(group)) {
        list.push(group);
    }
}

/// Whether the short name may stand for the long one.
fn shortens(kind: NameKind, short: &[String], long: &[String]) -> bool {
    match kind {
        // A surname, or given name and surname around a middle one.
        NameKind::Person => {
            long.ends_with(short)
                || long.starts_with(short)
                || short.len() > 1 && short.first() == long.first() && short.last() == long.last()
        }
        // `Defense Ministry` for `Russian Defense Ministry`.
        NameKind::Organization => long.ends_with(short) && short.len() > 1 || long.starts_with(short),
        // `Hmeymim` for `Hmeymim airbase`; but Korea is not North Korea.
        // `Austin` for `Austin, Texas`.
        NameKind::Place if long.get(short.len()).is_some_and(|next| next == ",") => long.starts_with(short),
        NameKind::Place => {
            long.starts_with(short) && long.len() == short.len() + 1 && lexicon::class_of(&long[short.len()]).has(Class::FACILITY)
        }
    }
}

impl Identities {
    /// `the ministry`, `the senior Russian diplomat`: nouns with `the` that fit exactly one entity.
    fn nominals(&mut self, words: &Words<'_>) {
        let mut heads: HashMap<String, Vec<usize>> = HashMap::new();
        for (id, known) in self.known.iter().enumerate() {
            for head in nouns(known) {
                let list = heads.entry(head).or_default();
                if list.len() <= CROWD && list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
        let mut taken: Vec<(usize, usize)> =
            self.known.iter().flat_map(|known| known.mentions.iter().map(|(words, _)| (words.start, words.end))).collect();
        taken.sort_unstable();
        let bearings: Vec<Bearing> = self.known.iter().map(Bearing::of).collect();
        let mut found = Vec::new();
        for line in words.lines() {
            for head in line.words.clone().filter(|&at| words.has(at, Class::NOMINAL)) {
                let Some(start) = (line.words.start.max(head.saturating_sub(4))..head).rev().find(|&at| words.is(at, "the")) else {
                    continue;
                };
                // Part of a name, or before one: no nominal.
                let next = taken.partition_point(|&(_, end)| end <= start);
                if taken.get(next).is_some_and(|&(from, _)| from <= head + 1)
                    || words.is_any(head + 1, &["of", "-"])
                    || words.capital(head + 1)
                {
                    continue;
                }
                let modifiers = start + 1..head;
                if modifiers.clone().any(|at| !words.has(at, Class::POST_PART.or(Class::DEMONYM).or(Class::ADJECTIVE).or(Class::ORG_FIELD)))
                {
                    continue;
                }
                let Some(list) = heads.get(&words.text(head).to_lowercase()).filter(|list| list.len() <= CROWD) else { continue };
                let mut fits = list.iter().copied().filter(|&id| bearings[id].fits(words, &modifiers, start));
                if let (Some(id), None) = (fits.next(), fits.next()) {
                    found.push((id, start..head + 1));
                }
            }
        }
        for (id, range) in found {
            self.known[id].mentions.push((range, 80));
        }
    }
}

/// What speaks for or against a noun's meaning an entity.
struct Bearing {
    /// The word of its first mention.
    first: usize,
    /// The nationality in its name or role, in lower case.
    nation: Option<String>,
}

impl Bearing {
    fn of(known: &Known) -> Bearing {
        let said = [Some(known.name.as_str()), known.role.as_deref()].into_iter().flatten();
        let nation = said.flat_map(str::split_whitespace).find(|word| lexicon::class_of(word).has(Class::DEMONYM)).map(str::to_lowercase);
        Bearing { first: known.mentions.iter().map(|(words, _)| words.start).min().unwrap_or(usize::MAX), nation }
    }

    /// Whether the entity has been named before the word at `at`, and no nationality among the modifiers speaks against it.
    fn fits(&self, words: &Words<'_>, modifiers: &Range<usize>, at: usize) -> bool {
        let national = modifiers.clone().find(|&at| words.has(at, Class::DEMONYM));
        self.first < at && national.is_none_or(|at| self.nation.as_ref().is_none_or(|nation| nation.eq_ignore_ascii_case(words.text(at))))
    }
}

/// The nouns that may take an entity up again.
fn nouns(known: &Known) -> Vec<String> {
    match known.kind {
        NameKind::Person => {
            let role = known.role.as_deref().unwrap_or_default().to_lowercase();
            // The head of the role stands before any `of`.
            let head = role.split(" of ").next().unwrap_or_default();
            let mut nouns: Vec<String> =
                head.split_whitespace().filter(|word| lexicon::class_of(word).has(Class::NOMINAL)).map(str::to_owned).collect();
            if head.ends_with("foreign minister") || nouns.iter().any(|noun| noun == "ambassador" || noun == "envoy") {
                nouns.push("diplomat".to_owned());
            }
            nouns.extend(known.rank.iter().filter_map(|rank| rank.split_whitespace().last()).map(str::to_lowercase));
            nouns
        }
        // The head stands last, or before the first `of` or `for`.
        NameKind::Organization | NameKind::Place => {
            let name = known.name.to_lowercase();
            let head = name.split(" of ").next().and_then(|name| name.split(" for ").next()).unwrap_or_default();
            head.split_whitespace()
                .last()
                .filter(|word| lexicon::class_of(word).has(Class::NOMINAL))
                .map(str::to_owned)
                .into_iter()
                .collect()
        }
    }
}
