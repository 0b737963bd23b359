//! Changes of quotes: their words and their speakers.

use std::collections::HashMap;
use std::ops::Range;

use super::fold::name_words;
use super::identity::{Identity, likeness};
use super::severity::Rule;
use super::token::Text;
use super::world::{Draft, Spot, View, World};
use crate::model::{Change, Detail, EntityKind, Quote};

/// The changes of all quotes. Of an indirect statement only the speaker is watched: its words are the story's own.
pub(super) fn changes(world: &World<'_>, identity: &Identity) -> Vec<Draft> {
    let (from, to) = (quotes(&world.from), quotes(&world.to));
    let mut drafts = Vec::new();
    let speakers = Speakers { from: names(&world.from), to: names(&world.to), identity };
    let (mut from_paired, mut to_paired) = (vec![false; from.len()], vec![false; to.len()]);
    for (one, other) in shared_words(world, &from, &to) {
        if !from_paired[one] && !to_paired[other] && from[one].quote.direct == to[other].quote.direct {
            (from_paired[one], to_paired[other]) = (true, true);
            reworded(world, &from[one], &to[other], &mut drafts);
            reattributed(world, &speakers, &from[one], &to[other], &mut drafts);
        }
    }
    for (said, _) in from.iter().zip(&from_paired).filter(|(said, paired)| said.quote.direct && !**paired) {
        let rule = if world.older_pair(said.first()).is_some() { Rule::GoneFromSentence } else { Rule::DroppedQuote };
        drafts.extend(touched(said, |spot| world.stands(spot)).map(|spot| Draft::new(world, Change::Removed, rule, Some(spot), None)));
    }
    for (said, _) in to.iter().zip(&to_paired).filter(|(said, paired)| said.quote.direct && !**paired) {
        let rule = if world.newer_pair(said.first()).is_some() { Rule::NewInSentence } else { Rule::Background };
        drafts.extend(touched(said, |spot| world.stood(spot)).map(|spot| Draft::new(world, Change::Added, rule, None, Some(spot))));
    }
    drafts
}

/// A quote and the pieces it stands in: `"We won," she said, "and we knew it."` has two.
struct Said<'a> {
    quote: &'a Quote,
    /// At least one.
    spots: &'a [Spot],
}

impl Said<'_> {
    fn first(&self) -> &Spot {
        &self.spots[0]
    }

    fn tokens(&self) -> impl Iterator<Item = usize> {
        self.spots.iter().flat_map(|spot| spot.tokens.clone())
    }

    fn words(&self, text: &Text<'_>) -> Vec<u32> {
        self.tokens().map(|token| text.words[token]).collect()
    }
}

fn quotes<'a>(view: &'a View<'_>) -> Vec<Said<'a>> {
    let said = |(entity, spots): (usize, &'a Vec<Spot>)| match &view.entities[entity].detail {
        Detail::Quote(quote) if !spots.is_empty() => Some(Said { quote, spots }),
        _ => None,
    };
    view.spots.iter().enumerate().filter_map(said).collect()
}

/// The first piece that does not stand.
fn touched<'a>(said: &Said<'a>, stands: impl Fn(&Spot) -> bool) -> Option<&'a Spot> {
    said.spots.iter().find(|spot| !stands(spot))
}

/// Quotes that have words in common where the texts lie on each other, most words first.
fn shared_words(world: &World<'_>, from: &[Said<'_>], to: &[Said<'_>]) -> Vec<(usize, usize)> {
    let at: HashMap<usize, usize> =
        to.iter().enumerate().flat_map(|(index, said)| said.tokens().map(move |token| (token, index))).collect();
    let mut shared: Vec<(usize, usize, usize)> = Vec::new();
    for (index, said) in from.iter().enumerate() {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for other in said.tokens().filter_map(|token| at.get(&world.map.from[token]?)) {
            *counts.entry(*other).or_default() += 1;
        }
        shared.extend(counts.into_iter().map(|(other, count)| (count, index, other)));
    }
    shared.sort_unstable_by_key(|&(count, one, other)| (std::cmp::Reverse(count), one, other));
    shared.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// Words that a quote's meaning does not hang on.
const SMALL: &[&str] = &["a", "an", "the", "this", "that", "these", "those", "and", "of", "to"];

fn reworded(world: &World<'_>, from: &Said<'_>, to: &Said<'_>, drafts: &mut Vec<Draft>) {
    if !from.quote.direct || from.words(world.from.text) == to.words(world.to.text) {
        return;
    }
    let lost = from.tokens().filter(|&token| world.map.from[token].is_none()).map(|token| world.from.text.words[token]);
    let got = to.tokens().filter(|&token| world.map.to[token].is_none()).map(|token| world.to.text.words[token]);
    let mut changed = lost.chain(got).map(|word| world.lexicon.word(word)).filter(|word| word.is_word());
    let slips = || from.spots.iter().all(|spot| world.older_slips(spot)) && to.spots.iter().all(|spot| world.newer_slips(spot));
    let rule = if slips() || changed.all(|word| SMALL.contains(&&*word.text.to_lowercase())) { Rule::QuoteStyle } else { Rule::QuoteWords };
    let one = touched(from, |spot| world.stands(spot)).unwrap_or(from.first());
    let other = touched(to, |spot| world.stood(spot)).unwrap_or(to.first());
    drafts.push(Draft::new(world, Change::Reworded, rule, Some(one), Some(other)));
}

/// Who speaks on either side, by name.
struct Speakers<'a> {
    from: HashMap<&'a str, usize>,
    to: HashMap<&'a str, usize>,
    identity: &'a Identity,
}

fn names<'a>(view: &View<'a>) -> HashMap<&'a str, usize> {
    view.entities.iter().enumerate().filter_map(|(index, entity)| Some((entity.detail.name()?, index))).collect()
}

fn reattributed(world: &World<'_>, speakers: &Speakers<'_>, from: &Said<'_>, to: &Said<'_>, drafts: &mut Vec<Draft>) {
    let (Some(before), Some(after)) = (&from.quote.speaker, &to.quote.speaker) else { return };
    let other_speaker = match (speakers.from.get(before.as_str()), speakers.to.get(after.as_str())) {
        (Some(&one), Some(&other)) => speakers.identity.from[one] != Some(other),
        // Who a statement without quotation marks belongs to is a guess where it is no name.
        _ if !from.quote.direct => false,
        _ => likeness(&name_words(before), &name_words(after), EntityKind::Organization).is_none(),
    };
    if other_speaker && edited_around(world, from, to) {
        drafts.push(Draft::new(world, Change::Reattributed, Rule::Speaker, Some(from.first()), Some(to.first())));
    }
}

/// Whether words changed beside the quote: in its own sentences or in their neighbours, where its speaker may be named. What
/// nothing there explains is the entity engine's second thought.
fn edited_around(world: &World<'_>, from: &Said<'_>, to: &Said<'_>) -> bool {
    let around = |text: &Text<'_>, said: &Said<'_>| {
        let last = said.spots.last().and_then(|spot| text.sentence_at(spot.mention.span.end() - 1)).unwrap_or(said.first().sentence);
        text.tokens(&(said.first().sentence.saturating_sub(1)..(last + 2).min(text.sentences.len())))
    };
    let edited = |tokens: Range<usize>, hunks: &[Option<usize>], said: &Said<'_>| {
        tokens.filter(|&token| hunks[token].is_some()).any(|token| !said.spots.iter().any(|spot| spot.tokens.contains(&token)))
    };
    edited(around(world.from.text, from), &world.map.from_hunk, from) || edited(around(world.to.text, to), &world.map.to_hunk, to)
}
