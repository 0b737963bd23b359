//! One name in the place of another: a removal and an addition that are one edit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::identity::{Identity, following, is_name};
use super::quote::Reattribution;
use super::world::{Spot, View, World};

/// In a hunk of more words than this a sentence was rewritten, and who follows whom in it tells nothing about two entities
/// that both are in the story before and after.
const LONGEST_SWAP: usize = 12;

/// An older entity and the newer one that took its place.
#[derive(Debug)]
pub(super) struct Swap<'a> {
    /// The first mention that was taken out, and the one that came for it.
    pub from: &'a Spot,
    pub to: &'a Spot,
    /// Everywhere it happened.
    hunks: BTreeSet<usize>,
}

/// The swaps of a revision, each edit told once.
#[derive(Debug)]
pub(super) struct Swaps<'a> {
    /// Those to tell.
    pub told: Vec<Swap<'a>>,
    /// Those in which nothing but the speaker of a quote changed.
    pub spoken: Vec<Swap<'a>>,
    /// Those that go without saying, because they follow from another one.
    pub implied: Vec<Swap<'a>>,
}

impl<'a> Swaps<'a> {
    /// Finds the swaps, and settles with the reattributions which of the two tells what happened: a name that was swapped
    /// nowhere but beside a quotation is another speaker; a name that was swapped elsewhere too speaks the quotes as well, which
    /// goes without saying, as it does for words that are not quoted.
    pub(super) fn settle(world: &'a World<'_>, identity: &'a Identity, spoken: &mut Vec<Reattribution<'_>>) -> Swaps<'a> {
        let swaps = find(world, identity);
        let names: Vec<_> = swaps.iter().map(|swap| identity.names(swap.from.entity, swap.to.entity)).collect();
        let follows = following(&names, world.bounds);
        let mut by_speakers: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, one) in spoken.iter().enumerate() {
            by_speakers.entry(one.speakers).or_default().push(index);
        }
        let mut unsaid = BTreeSet::new();
        let mut settled = Swaps { told: Vec::new(), spoken: Vec::new(), implied: Vec::new() };
        for (swap, follows) in swaps.into_iter().zip(follows) {
            let spoken_by_both = by_speakers.get(&(Some(swap.from.entity), Some(swap.to.entity)));
            let said = || spoken_by_both.into_iter().flatten().copied().filter(|&index| !spoken[index].hunks.is_disjoint(&swap.hunks));
            let direct = || said().filter(|&index| spoken[index].is_direct());
            let beside: BTreeSet<usize> = direct().flat_map(|index| spoken[index].beside.iter().copied()).collect();
            let speaker_only = !follows && swap.hunks.is_subset(&beside);
            unsaid.extend(said().filter(|&index| !(speaker_only && spoken[index].is_direct())));
            let list = match (follows, speaker_only) {
                (true, _) => &mut settled.implied,
                (false, true) => &mut settled.spoken,
                (false, false) => &mut settled.told,
            };
            list.push(swap);
        }
        let mut index = 0..;
        spoken.retain(|_| index.next().is_none_or(|index| !unsaid.contains(&index)));
        settled
    }
}

/// All swaps, in the order in which they stand in the older text.
fn find<'a>(world: &'a World<'_>, identity: &'a Identity) -> Vec<Swap<'a>> {
    let mut inserted: HashMap<usize, Vec<&Spot>> = HashMap::new();
    for spot in names(&world.to) {
        if let Some(hunk) = world.newer_hunk(spot) {
            inserted.entry(hunk).or_default().push(spot);
        }
    }
    let mut deleted: BTreeMap<usize, Vec<&Spot>> = BTreeMap::new();
    for spot in names(&world.from) {
        if let Some(hunk) = world.older_hunk(spot) {
            deleted.entry(hunk).or_default().push(spot);
        }
    }
    let edited_from = names(&world.from).filter(|spot| !world.stands(spot));
    let edited_to = names(&world.to).filter(|spot| !world.stood(spot));
    let mut found = Found {
        world,
        identity,
        edited_from: edited_from.filter_map(|spot| Some((world.older_pair(spot)?, spot.entity))).collect(),
        edited_to: edited_to.filter_map(|spot| Some((world.newer_pair(spot)?, identity.to[spot.entity]?))).collect(),
        places: HashMap::new(),
        swaps: Vec::new(),
    };
    for (hunk, mut older) in deleted {
        let Some(newer) = inserted.get_mut(&hunk) else { continue };
        older.retain(|spot| !found.stays(spot));
        newer.retain(|spot| !found.stayed(spot));
        older.sort_by_key(|spot| spot.tokens.start);
        newer.sort_by_key(|spot| spot.tokens.start);
        older.retain(|one| {
            let kind = world.from.entities[one.entity].kind();
            let same = newer.iter().position(|other| world.to.entities[other.entity].kind() == kind);
            if let Some(place) = same {
                found.swap(one, newer.remove(place), hunk);
            }
            same.is_none()
        });
        if let ([one], [other]) = (older.as_slice(), newer.as_slice()) {
            found.swap(one, other, hunk);
        }
    }
    found.swaps
}

fn names<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a Spot> {
    view.spots.iter().flatten().filter(|spot| is_name(&view.entities[spot.entity].detail))
}

struct Found<'a, 'w> {
    world: &'a World<'w>,
    identity: &'a Identity,
    /// Older entities by the pair of sentences in which a mention of theirs was edited …
    edited_from: HashSet<(usize, usize)>,
    /// … and in which one came of an edit.
    edited_to: HashSet<(usize, usize)>,
    /// Of older and newer entity their place in `swaps`.
    places: HashMap<(usize, usize), usize>,
    swaps: Vec<Swap<'a>>,
}

impl<'a> Found<'a, '_> {
    /// Whether an older spot is still in its sentence: in part, or its entity at another place. Where the entity was named
    /// twice, the mention that stands says nothing about the other.
    fn stays(&self, spot: &Spot) -> bool {
        let Some(to) = self.identity.from[spot.entity] else { return false };
        let in_part = self.world.map.from[spot.tokens.clone()].iter().flatten().any(|&token| self.world.to.at(to, token).is_some());
        in_part || self.world.older_pair(spot).is_some_and(|pair| self.edited_to.contains(&(pair, spot.entity)))
    }

    /// Whether a newer spot was in its sentence before.
    fn stayed(&self, spot: &Spot) -> bool {
        let Some(from) = self.identity.to[spot.entity] else { return false };
        let in_part = self.world.map.to[spot.tokens.clone()].iter().flatten().any(|&token| self.world.from.at(from, token).is_some());
        in_part || self.world.newer_pair(spot).is_some_and(|pair| self.edited_from.contains(&(pair, from)))
    }

    fn swap(&mut self, from: &'a Spot, to: &'a Spot, hunk: usize) {
        let words = &self.world.map.hunks[hunk];
        let both_known = self.identity.from[from.entity].is_some() && self.identity.to[to.entity].is_some();
        if (both_known && words.from.len() + words.to.len() > LONGEST_SWAP) || self.world.is_respelled(hunk) {
            return;
        }
        let place = *self.places.entry((from.entity, to.entity)).or_insert_with(|| {
            self.swaps.push(Swap { from, to, hunks: BTreeSet::new() });
            self.swaps.len() - 1
        });
        self.swaps[place].hunks.insert(hunk);
    }
}
