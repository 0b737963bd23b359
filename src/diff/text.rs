//! The alignment told as sentence actions.

use super::align::{Alignment, Pair};
use super::severity::Rule;
use super::token::Text;
use super::word::{WordMap, word_ops};
use super::wording::Wording;
use super::world::World;
use crate::model::{Action, ActionCounts, Op, SentenceAction, SentenceState, Severity, TextDiff, WordOp};

/// Tells the actions. The severities are those of the sentences' own changes: of each pair, each deleted older and each added
/// newer sentence. The wordings go by the pair, in order.
pub(super) fn text_diff(world: &World<'_>, severities: &Severities, wordings: &[(usize, Wording)]) -> TextDiff {
    let (from, to) = (world.from.text, world.to.text);
    let Alignment { pairs, .. } = world.alignment;
    let mut counts = ActionCounts::default();
    // By where they stand in the newer text; what was deleted comes after what stood before it.
    let mut actions: Vec<((usize, usize), SentenceAction)> = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let action = action(from, to, pair);
        *count(&mut counts, action) += 1;
        if action != Action::Unchanged {
            let words = word_ops(from, to, pair, &world.map.hunks[world.map.pairs[index].clone()]);
            let told = wordings.partition_point(|(pair, _)| *pair < index)..wordings.partition_point(|(pair, _)| *pair <= index);
            let state = SentenceAction {
                action,
                severity: severities.pairs[index],
                from: Some(state(from, pair.from.start, pair.from.end)),
                to: Some(state(to, pair.to.start, pair.to.end)),
                words,
                wording: wordings[told].iter().map(|(_, wording)| wording.told.clone()).collect(),
            };
            actions.push(((2 * pair.to.start + 1, 0), state));
        }
    }
    let mut place = 0;
    for (index, pair) in world.alignment.from.iter().enumerate() {
        if let Some(pair) = pair.map(|pair| &pairs[pair]) {
            place = if pair.moved { place } else { 2 * pair.to.end };
            continue;
        }
        counts.deleted += 1;
        actions.push(((place, index), lone(Action::Deleted, severities.deleted[index], from, index)));
    }
    for (index, _) in world.alignment.to.iter().enumerate().filter(|(_, pair)| pair.is_none()) {
        counts.added += 1;
        actions.push(((2 * index + 1, 0), lone(Action::Added, severities.added[index], to, index)));
    }
    actions.sort_by_key(|(place, _)| *place);
    let (words_deleted, words_added) = word_counts(world);
    TextDiff { words_added, words_deleted, sentences: counts, actions: actions.into_iter().map(|(_, action)| action).collect() }
}

/// How much each sentence's change matters.
#[derive(Debug)]
pub(super) struct Severities {
    pub pairs: Vec<Severity>,
    pub deleted: Vec<Severity>,
    pub added: Vec<Severity>,
}

impl Severities {
    /// What the actions alone say, before anybody looked at what they changed.
    pub(super) fn of_actions(world: &World<'_>) -> Severities {
        let pair = |index: usize, pair: &Pair| match action(world.from.text, world.to.text, pair) {
            Action::Moved if world.is_equal(index) => Rule::Moved,
            _ if world.is_equal(index) => Rule::Typography,
            _ => Rule::Style,
        };
        Severities {
            pairs: world.alignment.pairs.iter().enumerate().map(|(index, one)| pair(index, one).severity()).collect(),
            deleted: vec![Rule::Dropped.severity(); world.alignment.from.len()],
            added: vec![Rule::Background.severity(); world.alignment.to.len()],
        }
    }
}

/// What happened to a pair.
pub(super) fn action(from: &Text<'_>, to: &Text<'_>, pair: &Pair) -> Action {
    if pair.from.len() > 1 {
        Action::Merged
    } else if pair.to.len() > 1 {
        Action::Split
    } else if pair.moved {
        Action::Moved
    } else if from.span(&pair.from).of(from.text) == to.span(&pair.to).of(to.text) {
        Action::Unchanged
    } else {
        Action::Edited
    }
}

fn count(counts: &mut ActionCounts, action: Action) -> &mut usize {
    match action {
        Action::Unchanged => &mut counts.unchanged,
        Action::Added => &mut counts.added,
        Action::Deleted => &mut counts.deleted,
        Action::Edited => &mut counts.edited,
        Action::Moved => &mut counts.moved,
        Action::Merged => &mut counts.merged,
        Action::Split => &mut counts.split,
    }
}

fn state(text: &Text<'_>, start: usize, end: usize) -> SentenceState {
    let span = text.span(&(start..end));
    SentenceState { part: text.sentences[start].part, span, text: span.of(text.text).to_owned() }
}

fn lone(action: Action, severity: Severity, text: &Text<'_>, index: usize) -> SentenceAction {
    let state = state(text, index, index + 1);
    let op = if action == Action::Added { Op::Insert } else { Op::Delete };
    let words = vec![WordOp { op, text: state.text.clone() }];
    let (from, to) = if action == Action::Added { (None, Some(state)) } else { (Some(state), None) };
    SentenceAction { action, severity, from, to, words, wording: Vec::new() }
}

/// Words, not punctuation, that do not stand.
fn word_counts(world: &World<'_>) -> (usize, usize) {
    let lost = |text: &Text<'_>, map: &[Option<usize>]| {
        text.words.iter().zip(map).filter(|(word, other)| other.is_none() && world.lexicon.word(**word).is_word()).count()
    };
    let WordMap { from, to, .. } = world.map;
    (lost(world.from.text, from), lost(world.to.text, to))
}
