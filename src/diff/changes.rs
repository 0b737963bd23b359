//! All entity changes of a revision, each edit told once.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::Identity;
use super::severity::Rule;
use super::world::{Draft, Spot, View, World};
use super::{name, quote, value};
use crate::model::{Change, EntityKind, Part};

/// The entity changes, most important first.
pub(super) fn changes(world: &World<'_>, truncated: bool) -> Vec<Draft> {
    let identity = Identity::find(world);
    let mut drafts = name::changes(world, &identity);
    drafts.extend(value::changes(world));
    drafts.extend(quote::changes(world, &identity));
    if truncated {
        let last = world.alignment.to.last().copied().flatten();
        let cut =
            |draft: &Draft| draft.from.as_ref().is_some_and(|spot| world.older_pair(spot).is_none() || world.older_pair(spot) == last);
        drafts.retain(|draft| !cut(draft) && draft.change != Change::Removed);
    }
    drop_told_by_swaps(world, &mut drafts);
    drop_told_by_quotes(world, &mut drafts);
    let mut drafts = once(drafts);
    drafts.sort_by_key(|draft| {
        let (part, at) = draft.places.first().copied().unwrap_or((Part::Headline, 0));
        (std::cmp::Reverse(draft.rule.severity()), part, at, draft.change == Change::Added)
    });
    drafts
}

/// A person who was swapped for another through the story speaks the other's quotes too: that goes without saying.
fn drop_told_by_swaps(world: &World<'_>, drafts: &mut Vec<Draft>) {
    let swapped: BTreeSet<String> = drafts.iter().filter_map(|draft| draft.replaces.clone()).collect();
    let left: BTreeSet<&str> = swapped.iter().map(String::as_str).collect();
    let still: BTreeSet<&str> =
        world.to.entities.iter().filter_map(|entity| entity.detail.name()).filter(|name| left.contains(name)).collect();
    let older: BTreeMap<&str, usize> = world
        .from
        .entities
        .iter()
        .enumerate()
        .filter_map(|(index, entity)| entity.detail.name().map(|name| (name, index)))
        .filter(|(name, _)| left.contains(name) && !still.contains(name))
        .collect();
    drafts.retain(|draft| {
        let quoted = draft.from.as_ref().and_then(|spot| world.older_pair(spot));
        let elsewhere = |&entity: &usize| world.from.spots[entity].iter().any(|spot| world.older_pair(spot) != quoted);
        draft.change != Change::Reattributed || !older.get(draft.subject.as_str()).is_some_and(elsewhere)
    });
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
            Some(&index) => kept[index].places.extend(draft.places),
            None => {
                first.insert(key, kept.len());
                kept.push(draft);
            }
        }
    }
    kept
}
