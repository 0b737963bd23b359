//! Changes of quotes: their words and their speakers.

use std::collections::HashMap;

use super::fold::name_words;
use super::identity::{Identity, likeness};
use super::severity::Rule;
use super::world::{Draft, Spot, View, World};
use crate::model::{Change, Detail, EntityKind, Quote};

/// The changes of all quotes.
pub(super) fn changes(world: &World<'_>, identity: &Identity) -> Vec<Draft> {
    let (from, to) = (quotes(&world.from), quotes(&world.to));
    let pairs = pair(world, &from, &to);
    let mut drafts = Vec::new();
    for &(one, other) in &pairs {
        compare(world, identity, from[one], to[other], &mut drafts);
    }
    for (index, &(spot, quote)) in from.iter().enumerate() {
        if quote.direct && !world.stands(spot) && !pairs.iter().any(|pair| pair.0 == index) {
            let rule = if world.older_pair(spot).is_some() { Rule::GoneFromSentence } else { Rule::DroppedQuote };
            drafts.push(draft(Change::Removed, rule, quote, Some(spot), None));
        }
    }
    for (index, &(spot, quote)) in to.iter().enumerate() {
        if quote.direct && !world.stood(spot) && !pairs.iter().any(|pair| pair.1 == index) {
            let rule = if world.newer_pair(spot).is_some() { Rule::NewInSentence } else { Rule::Background };
            drafts.push(draft(Change::Added, rule, quote, None, Some(spot)));
        }
    }
    drafts
}

fn quotes<'a>(view: &'a View<'_>) -> Vec<(&'a Spot, &'a Quote)> {
    view.spots
        .iter()
        .flatten()
        .filter_map(|spot| match &view.entities[spot.entity].detail {
            Detail::Quote(quote) => Some((spot, quote)),
            _ => None,
        })
        .collect()
}

/// Which quote is which: by the words that stand.
fn pair(world: &World<'_>, from: &[(&Spot, &Quote)], to: &[(&Spot, &Quote)]) -> Vec<(usize, usize)> {
    let mut at: HashMap<usize, usize> = HashMap::new();
    for (index, (spot, _)) in to.iter().enumerate() {
        at.extend(spot.tokens.clone().map(|token| (token, index)));
    }
    let mut shared: Vec<(usize, usize, usize)> = Vec::new();
    for (index, (spot, _)) in from.iter().enumerate() {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for other in world.map.from[spot.tokens.clone()].iter().flatten().filter_map(|token| at.get(token)) {
            *counts.entry(*other).or_default() += 1;
        }
        shared.extend(counts.into_iter().map(|(other, count)| (count, index, other)));
    }
    shared.sort_unstable_by_key(|&(count, one, other)| (std::cmp::Reverse(count), one, other));
    let (mut one_taken, mut other_taken) = (vec![false; from.len()], vec![false; to.len()]);
    let mut pairs = Vec::new();
    for (_, one, other) in shared {
        if !one_taken[one] && !other_taken[other] {
            (one_taken[one], other_taken[other]) = (true, true);
            pairs.push((one, other));
        }
    }
    pairs
}

fn compare(world: &World<'_>, identity: &Identity, from: (&Spot, &Quote), to: (&Spot, &Quote), drafts: &mut Vec<Draft>) {
    let ((one, older), (other, newer)) = (from, to);
    if world.older_pair(one).is_some_and(|pair| world.is_equal(pair)) {
        return;
    }
    let words = |view: &View<'_>, spot: &Spot| view.text.words[spot.tokens.clone()].to_vec();
    if older.direct && newer.direct && words(&world.from, one) != words(&world.to, other) {
        let lost = one.tokens.clone().filter(|&token| world.map.from[token].is_none()).map(|token| world.from.text.words[token]);
        let got = other.tokens.clone().filter(|&token| world.map.to[token].is_none()).map(|token| world.to.text.words[token]);
        let heavy = lost.chain(got).any(|word| world.lexicon.word(word).is_content());
        let rule = if heavy { Rule::QuoteWords } else { Rule::QuoteStyle };
        drafts.push(draft(Change::Reworded, rule, older, Some(one), Some(other)));
    }
    if let (Some(before), Some(after)) = (&older.speaker, &newer.speaker)
        && !same_speaker(world, identity, before, after)
    {
        drafts.push(draft(Change::Reattributed, Rule::Speaker, older, Some(one), Some(other)));
    }
}

fn same_speaker(world: &World<'_>, identity: &Identity, before: &str, after: &str) -> bool {
    let named = |view: &View<'_>, name: &str| view.entities.iter().position(|entity| entity.detail.name() == Some(name));
    match (named(&world.from, before), named(&world.to, after)) {
        (Some(one), Some(other)) => identity.from[one] == Some(other),
        _ => likeness(&name_words(before), &name_words(after), EntityKind::Organization).is_some(),
    }
}

fn draft(change: Change, rule: Rule, quote: &Quote, from: Option<&Spot>, to: Option<&Spot>) -> Draft {
    let subject = quote.speaker.clone().unwrap_or_default();
    Draft { change, kind: EntityKind::Quote, rule, subject, from: from.cloned(), to: to.cloned(), replaces: None }
}
