//! All entity changes of a revision, each edit told once.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::Identity;
use super::quote::{Quotes, Reattribution};
use super::severity::Rule;
use super::swap::Swaps;
use super::world::{Draft, Spot, View, World};
use super::{name, value};
use crate::model::{Change, EntityKind, Part};

/// The entity changes, most important first.
pub(super) fn changes<'a>(world: &'a World<'a>, identity: &'a Identity, truncated: bool) -> Vec<Draft> {
    let quotes = Quotes::new(world);
    let mut spoken = quotes.reattributed(identity);
    let swaps = Swaps::settle(world, identity, &mut spoken);
    let mut drafts = name::changes(world, identity, &swaps);
    drafts.extend(value::changes(world));
    drafts.extend(quotes.changes());
    drafts.extend(told_once(&spoken).map(|one| one.draft(world)));
    if truncated {
        let last = world.alignment.to.last().copied().flatten();
        let cut =
            |draft: &Draft| draft.from.as_ref().is_some_and(|spot| world.older_pair(spot).is_none() || world.older_pair(spot) == last);
        drafts.retain(|draft| !cut(draft) && draft.change != Change::Removed);
    }
    drop_told_by_quotes(world, &mut drafts);
    let mut drafts = once(drafts);
    drafts.sort_by_key(|draft| {
        let (part, at) = draft.places.first().copied().unwrap_or((Part::Headline, 0));
        (std::cmp::Reverse(draft.rule.severity()), part, at, draft.change == Change::Added)
    });
    drafts
}

/// Two quotes that one edit gave to another speaker (`"No," said Lee. "Never."`) are told at the first.
fn told_once<'a>(spoken: &'a [Reattribution<'a>]) -> impl Iterator<Item = &'a Reattribution<'a>> {
    let mut edits = BTreeSet::new();
    spoken.iter().filter(move |one| edits.insert((one.speakers, &one.hunks)))
}

/// A number or name that changed in a quote is told as such, or as the quote's rewording, but not as both.
fn drop_told_by_quotes(world: &World<'_>, drafts: &mut Vec<Draft>) {
    let about_quote = |draft: &Draft| draft.kind == EntityKind::Quote;
    let others = || drafts.iter().filter(|draft| !about_quote(draft));
    let from_told = tokens_of(&world.from, others().filter_map(|draft| draft.from.as_ref()));
    let to_told = tokens_of(&world.to, others().filter_map(|draft| draft.to.as_ref()));
    let explained = |draft: &Draft| {
        let side = |view: &View<'_>, map: &[Option<usize>], spot: &Option<Spot>, told: &[bool]| {
            let quoted = spot.iter().flat_map(|spot| &view.spots[spot.entity]).flat_map(|spot| spot.tokens.clone());
            let mut changed = quoted.filter(|&token| map[token].is_none() && world.lexicon.word(view.text.words[token]).is_word());
            changed.all(|token| told[token])
        };
        side(&world.from, &world.map.from, &draft.from, &from_told) && side(&world.to, &world.map.to, &draft.to, &to_told)
    };
    drafts.retain(|draft| draft.change != Change::Reworded || !explained(draft));
    let reworded = || drafts.iter().filter(|draft| draft.change == Change::Reworded);
    let from_told = tokens_of(&world.from, reworded().filter_map(|draft| draft.from.as_ref()));
    let to_told = tokens_of(&world.to, reworded().filter_map(|draft| draft.to.as_ref()));
    let within = |spot: &Option<Spot>, told: &[bool]| spot.as_ref().is_none_or(|spot| told[spot.tokens.clone()].iter().all(|&told| told));
    drafts.retain(|draft| {
        let came_or_went = matches!(draft.change, Change::Added | Change::Removed) && !about_quote(draft);
        !(came_or_went && within(&draft.from, &from_told) && within(&draft.to, &to_told))
    });
}

/// Which tokens of a side the entities of these spots stand on.
fn tokens_of<'a>(view: &View<'_>, spots: impl Iterator<Item = &'a Spot>) -> Vec<bool> {
    let entities: BTreeSet<usize> = spots.map(|spot| spot.entity).collect();
    let mut held = vec![false; view.text.words.len()];
    for spot in entities.into_iter().flat_map(|entity| &view.spots[entity]) {
        held[spot.tokens.clone()].fill(true);
    }
    held
}

/// Change, rule, older entity, newer entity.
type Key = (&'static str, Rule, Option<usize>, Option<usize>);

/// The same change of the same entity by the same rule at several places is one change, shown at the first.
fn once(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut first: BTreeMap<Key, usize> = BTreeMap::new();
    let mut kept: Vec<Draft> = Vec::new();
    for draft in drafts {
        let entity = |spot: &Option<Spot>| spot.as_ref().map(|spot| spot.entity);
        let key = (draft.change.name(), draft.rule, entity(&draft.from), entity(&draft.to));
        match first.get(&key) {
            Some(&index) => {
                kept[index].places.extend(draft.places);
                kept[index].elsewhere.push([draft.from, draft.to]);
            }
            None => {
                first.insert(key, kept.len());
                kept.push(draft);
            }
        }
    }
    kept
}
