//! Which named entity of the newer version is which of the older.
//!
//! First by equal names, then by the text (a mention that stands names who it named), then by like names, strictest first, in
//! the manner of a sieve (Raghunathan et al., "A Multi-Pass Sieve for Coreference Resolution", EMNLP 2010). Each entity has at most one
//! partner.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bounds::Bounds;
use super::fold::{name_words, slips, spelled_alike};
use super::vocabulary::VOCABULARY;
use super::world::World;
use crate::model::{Detail, Entity, EntityKind};

/// A word that more names than this share finds nobody.
const LONGEST_LIST: usize = 32;

/// Who is who.
#[derive(Debug)]
pub(super) struct Identity {
    /// Of each older entity its partner, where it is a name and has one.
    pub from: Vec<Option<usize>>,
    /// Of each newer entity its partner.
    pub to: Vec<Option<usize>>,
    /// Of each entity the words of its name; none where it is no name.
    pub from_names: Vec<Vec<String>>,
    pub to_names: Vec<Vec<String>>,
}

/// How two names that may be one relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    Equal,
    /// One is the other with words left out, or its initials.
    Fuller,
    /// Each word is the other's in another spelling.
    Spelling,
    /// A person with the same surname and another given name.
    GivenName,
}

impl Identity {
    pub(super) fn find(world: &World<'_>) -> Identity {
        let words = |entities: &[Entity]| entities.iter().map(|entity| name_words(entity.detail.name().unwrap_or_default())).collect();
        let mut identity = Identity {
            from: vec![None; world.from.entities.len()],
            to: vec![None; world.to.entities.len()],
            from_names: words(world.from.entities),
            to_names: words(world.to.entities),
        };
        identity.by_equal_name(world);
        identity.by_text(world);
        identity.by_name(world);
        identity
    }

    /// The names of an older and a newer entity.
    pub(super) fn names(&self, from: usize, to: usize) -> Names<'_> {
        (&self.from_names[from], &self.to_names[to])
    }

    fn pair(&mut self, from: usize, to: usize) {
        if self.from[from].is_none() && self.to[to].is_none() {
            self.from[from] = Some(to);
            self.to[to] = Some(from);
        }
    }

    fn by_equal_name(&mut self, world: &World<'_>) {
        let mut named: HashMap<(EntityKind, Vec<String>), usize> = HashMap::new();
        for (to, words) in self.to_names.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            named.entry((world.to.entities[to].kind(), words.clone())).or_insert(to);
        }
        for from in 0..self.from_names.len() {
            if let Some(&to) = named.get(&(world.from.entities[from].kind(), self.from_names[from].clone())) {
                self.pair(from, to);
            }
        }
    }

    /// Mentions whose words all stand, or whose surname does, vote for who is who.
    fn by_text(&mut self, world: &World<'_>) {
        let mut at: HashMap<usize, usize> = HashMap::new();
        for spot in world.to.spots.iter().flatten().filter(|spot| !self.to_names[spot.entity].is_empty()) {
            at.extend(spot.tokens.clone().map(|token| (token, spot.entity)));
        }
        let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for spot in world.from.spots.iter().flatten().filter(|spot| !self.from_names[spot.entity].is_empty()) {
            let person = world.from.entities[spot.entity].kind() == EntityKind::Person;
            let last = world.map.from[spot.tokens.end - 1].and_then(|token| at.get(&token));
            let Some(&to) = last else { continue };
            // `the minister` that stands may be said of another minister now.
            let alike = || likeness(&self.from_names[spot.entity], &self.to_names[to], world.from.entities[spot.entity].kind()).is_some();
            let named = world.stands(spot) || (person && world.to.entities[to].kind() == EntityKind::Person);
            if named && alike() {
                *votes.entry((spot.entity, to)).or_default() += 1;
            }
        }
        let mut votes: Vec<_> = votes.into_iter().map(|(pair, votes)| (Reverse(votes), pair)).collect();
        votes.sort_unstable();
        for (_, (from, to)) in votes {
            self.pair(from, to);
        }
    }

    fn by_name(&mut self, world: &World<'_>) {
        let mut candidates: BTreeSet<(Likeness, usize, usize)> = BTreeSet::new();
        let free = |from: usize, to: usize| self.from[from].is_none() && self.to[to].is_none();
        let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
        for (to, words) in self.to_names.iter().enumerate().filter(|&(to, _)| self.to[to].is_none()) {
            for word in words {
                holders.entry(word).or_default().push(to);
            }
        }
        for (from, words) in self.from_names.iter().enumerate().filter(|&(from, _)| self.from[from].is_none()) {
            for to in words.iter().filter_map(|word| short(holders.get(word.as_str())?, world.bounds)).flatten() {
                candidates.extend(self.likeness(world, from, *to).map(|likeness| (likeness, from, *to)));
            }
        }
        for (from, to) in in_same_hunk(world) {
            // A slip in a name can make the engine take a person for a place.
            let slip =
                || likeness(&self.from_names[from], &self.to_names[to], EntityKind::Organization).filter(|one| *one == Likeness::Spelling);
            let found = self.likeness(world, from, to).or_else(slip).filter(|_| free(from, to));
            candidates.extend(found.map(|likeness| (likeness, from, to)));
        }
        for (_, from, to) in candidates {
            self.pair(from, to);
        }
    }

    /// How two names relate, where they may be one.
    fn likeness(&self, world: &World<'_>, from: usize, to: usize) -> Option<Likeness> {
        let (kind, other) = (world.from.entities[from].kind(), world.to.entities[to].kind());
        (kind == other).then(|| likeness(&self.from_names[from], &self.to_names[to], kind)).flatten()
    }
}

/// Entities with a mention each in one hunk.
pub(super) fn in_same_hunk(world: &World<'_>) -> Vec<(usize, usize)> {
    let mut inserted: HashMap<usize, Vec<usize>> = HashMap::new();
    for spot in world.to.spots.iter().flatten() {
        if let Some(hunk) = world.newer_hunk(spot) {
            inserted.entry(hunk).or_default().push(spot.entity);
        }
    }
    let mut found = BTreeSet::new();
    for spot in world.from.spots.iter().flatten() {
        if let Some(list) = world.older_hunk(spot).and_then(|hunk| inserted.get(&hunk)) {
            world.bounds.hit_if(list.len() > LONGEST_LIST);
            found.extend(list.iter().take(LONGEST_LIST).map(|&to| (spot.entity, to)));
        }
    }
    found.into_iter().collect()
}

/// A list that is not too long to go through.
fn short<'a>(list: &'a [usize], bounds: &Bounds) -> Option<&'a [usize]> {
    (!bounds.hit_if(list.len() > LONGEST_LIST)).then_some(list)
}

/// How two names of a kind relate, where they may be one entity's.
pub(super) fn likeness(from: &[String], to: &[String], kind: EntityKind) -> Option<Likeness> {
    if from.is_empty() || to.is_empty() {
        return None;
    }
    if from == to || from.concat() == to.concat() {
        return Some(Likeness::Equal);
    }
    let (short, long) = if from.len() <= to.len() { (from, to) } else { (to, from) };
    let within = short.len() < long.len() && short.iter().all(|word| long.contains(word));
    let initials: String =
        long.iter().filter(|word| !["of", "the", "and", "for"].contains(&word.as_str())).filter_map(|word| word.chars().next()).collect();
    if kind == EntityKind::Person {
        let (one, other) = (short.last()?, long.last()?);
        if within && (short.len() > 1 || one == other) {
            return Some(Likeness::Fuller);
        }
        let (given, others) = (&short[..short.len() - 1], &long[..long.len() - 1]);
        let same_given = given.iter().all(|word| others.iter().any(|other| same_given(word, other) && !is_of_other_sex(word, other)));
        return match (one == other, spelled_alike(one, other), same_given) {
            (true, _, true) => Some(if given.iter().all(|word| word.chars().count() > 1) && given.len() == others.len() {
                Likeness::Spelling
            } else {
                Likeness::Fuller
            }),
            (true, _, false) => Some(Likeness::GivenName),
            (false, true, true) => Some(Likeness::Spelling),
            _ => None,
        };
    }
    if within || (short.len() == 1 && long.len() > 1 && short[0] == initials) {
        return Some(Likeness::Fuller);
    }
    let alike = |one: &String, other: &String| spelled_alike(one, other) && !VOCABULARY.are_two_places(one, other);
    let spelled = short.len() == long.len() && short.iter().zip(long).all(|(one, other)| alike(one, other));
    spelled.then_some(Likeness::Spelling)
}

/// `Sergei` and `Sergey`, `J` and `John`.
fn same_given(one: &str, other: &str) -> bool {
    let initial = one.chars().count() == 1 || other.chars().count() == 1;
    let short = one.chars().count().min(other.chars().count());
    let slip = short >= 3 && slips(one, other, 1).is_some();
    slip || spelled_alike(one, other) || (initial && one.chars().next() == other.chars().next())
}

/// `Maria` and `Mario`, `Daniel` and `Daniela`.
fn is_of_other_sex(one: &str, other: &str) -> bool {
    let stem = |name: &str| name.strip_suffix(['a', 'o']).unwrap_or(name).to_owned();
    one != other && one.ends_with('a') != other.ends_with('a') && stem(one) == stem(other)
}

/// An older and a newer name.
pub(super) type Names<'a> = (&'a [String], &'a [String]);

/// Of each change of a name whether it follows from another one: where `Maine` became `Oregon`, `Northern Maine` became
/// `Northern Oregon`, and where `Ann Lee` became `Bob Orr`, so did `Lee`. Of two that say the same, the later follows.
pub(super) fn following(changes: &[Names<'_>], bounds: &Bounds) -> Vec<bool> {
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (from, _)) in changes.iter().enumerate() {
        for word in *from {
            holders.entry(word).or_default().push(index);
        }
    }
    let follows = |one: usize| {
        let change = changes[one];
        let others = change.0.iter().filter_map(|word| short(holders.get(word.as_str())?, bounds)).flatten();
        others.copied().filter(|&other| other != one).any(|other| match changes[other] {
            same if same == change => other < one,
            other => is_inside(other, change) || is_part(change, other),
        })
    };
    (0..changes.len()).map(follows).collect()
}

/// Whether a change is the whole of what happened inside a longer name.
fn is_inside((from, to): Names<'_>, (longer_from, longer_to): Names<'_>) -> bool {
    let at = longer_from.windows(from.len()).position(|words| words == from);
    at.is_some_and(|at| [&longer_from[..at], to, &longer_from[at + from.len()..]].concat() == longer_to)
}

/// Whether a change names the same two as another, one of them in fewer words.
fn is_part((from, to): Names<'_>, (longer_from, longer_to): Names<'_>) -> bool {
    (longer_from.ends_with(from) && to == longer_to) || (from == longer_from && longer_to.ends_with(to))
}

/// Whether a detail is a name's.
pub(super) fn is_name(detail: &Detail) -> bool {
    detail.name().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        use EntityKind::{Organization, Person, Place};
        for (from, to, kind, expect) in [
            ("Sergey Lavrov", "Sergei Lavrov", Person, Some(Likeness::Spelling)),
            ("Lavrov", "Sergey Lavrov", Person, Some(Likeness::Fuller)),
            ("S. Lavrov", "Sergey Lavrov", Person, Some(Likeness::Fuller)),
            ("Vasily Trushin", "Vasily Trushyn", Person, Some(Likeness::Spelling)),
            ("Sergey Lavrov", "Sergey Ryabkov", Person, None),
            ("Jane Smith", "Robert Smith", Person, Some(Likeness::GivenName)),
            ("Maria Lopez", "Mario Lopez", Person, Some(Likeness::GivenName)),
            ("Iran", "Iraq", Place, None),
            ("Slovakian army", "Slovenian army", Organization, None),
            ("Bejing", "Beijing", Place, Some(Likeness::Spelling)),
            ("Defense Ministry", "Russian Defense Ministry", Organization, Some(Likeness::Fuller)),
            ("WHO", "World Health Organization", Organization, Some(Likeness::Fuller)),
            ("Latakia", "Aleppo", Place, None),
            ("Kyiv", "Kiev", Place, None),
        ] {
            assert_eq!(likeness(&name_words(from), &name_words(to), kind), expect, "{from} → {to}");
        }
    }
}
