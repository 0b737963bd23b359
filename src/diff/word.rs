//! Which words of a matched sentence stand, and which were deleted and inserted.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::align::{Alignment, Pair};
use super::bounds::Bounds;
use super::token::{Lexicon, Text};
use crate::model::{Op, WordOp};

/// A pair with more words than this on both sides together is not searched for its shortest edit: what it has in common at
/// both ends stands, and the rest is one replacement. Ten times the longest sentence that anybody wrote on purpose.
const MOST_WORDS: usize = 40_000;

/// Words that took the place of others. One of the two ranges may be empty. Tokens are numbered through the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    pub from: Range<usize>,
    pub to: Range<usize>,
}

/// What became of every token of both sides.
#[derive(Debug, Default)]
pub(super) struct WordMap {
    /// Of each older token the newer one that it is, where it stands.
    pub from: Vec<Option<usize>>,
    /// Of each newer token the older one that it was.
    pub to: Vec<Option<usize>>,
    /// In the order of the pairs.
    pub hunks: Vec<Hunk>,
    /// Of each older token the hunk that it was deleted in. Tokens of deleted sentences are in none.
    pub from_hunk: Vec<Option<usize>>,
    /// Of each newer token the hunk that it was inserted in.
    pub to_hunk: Vec<Option<usize>>,
    /// Of each pair its hunks.
    pub pairs: Vec<Range<usize>>,
}

impl WordMap {
    pub(super) fn new(lexicon: &Lexicon, from: &Text<'_>, to: &Text<'_>, alignment: &Alignment, bounds: &Bounds) -> WordMap {
        let mut map = WordMap {
            from: vec![None; from.words.len()],
            to: vec![None; to.words.len()],
            from_hunk: vec![None; from.words.len()],
            to_hunk: vec![None; to.words.len()],
            ..WordMap::default()
        };
        let turned = from.text > to.text;
        for pair in &alignment.pairs {
            let first = map.hunks.len();
            let (from_tokens, to_tokens) = (from.tokens(&pair.from), to.tokens(&pair.to));
            let (older, newer) = (&from.words[from_tokens.clone()], &to.words[to_tokens.clone()]);
            let hunks = if pair.equal { Vec::new() } else { hunks_of(lexicon, older, newer, turned, bounds) };
            map.add(&from_tokens, &to_tokens, hunks);
            map.pairs.push(first..map.hunks.len());
        }
        map
    }

    /// Takes in what became of the tokens of a pair; the hunks count from its first ones.
    fn add(&mut self, from_tokens: &Range<usize>, to_tokens: &Range<usize>, hunks: Vec<Hunk>) {
        let (mut one, mut other) = (from_tokens.start, to_tokens.start);
        for hunk in hunks {
            let hunk = Hunk {
                from: hunk.from.start + from_tokens.start..hunk.from.end + from_tokens.start,
                to: hunk.to.start + to_tokens.start..hunk.to.end + to_tokens.start,
            };
            self.stand(one..hunk.from.start, other);
            (one, other) = (hunk.from.end, hunk.to.end);
            self.from_hunk[hunk.from.clone()].fill(Some(self.hunks.len()));
            self.to_hunk[hunk.to.clone()].fill(Some(self.hunks.len()));
            self.hunks.push(hunk);
        }
        self.stand(one..from_tokens.end, other);
    }

    fn stand(&mut self, from: Range<usize>, to: usize) {
        for (one, other) in from.zip(to..) {
            self.from[one] = Some(other);
            self.to[other] = Some(one);
        }
    }
}

/// The edits between the words of a pair.
fn hunks_of(lexicon: &Lexicon, older: &[u32], newer: &[u32], turned: bool, bounds: &Bounds) -> Vec<Hunk> {
    if bounds.hit_if(older.len() + newer.len() > MOST_WORDS) {
        return vec![ends(older, newer)];
    }
    // Searched from the same side whichever is the older one, so that swapped sides give the same hunks.
    let turn = |Hunk { from, to }| Hunk { from: to, to: from };
    let hunks = if turned { hunks(newer, older).into_iter().map(turn).collect() } else { hunks(older, newer) };
    readable(lexicon, older, hunks)
}

/// What is left when both ends are taken off.
fn ends(from: &[u32], to: &[u32]) -> Hunk {
    let start = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    let end = from[start..].iter().rev().zip(to[start..].iter().rev()).take_while(|(one, other)| one == other).count();
    Hunk { from: start..from.len() - end, to: start..to.len() - end }
}

fn hunks(from: &[u32], to: &[u32]) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, from, to) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let hunk = Hunk { from: op.old_range(), to: op.new_range() };
        match hunks.last_mut() {
            Some(last) if last.from.end == hunk.from.start && last.to.end == hunk.to.start => {
                *last = Hunk { from: last.from.start..hunk.from.end, to: last.to.start..hunk.to.end };
            }
            _ => hunks.push(hunk),
        }
    }
    hunks
}

/// A lone `the` or comma that two rewritten passages happen to share only tears them apart.
fn readable(lexicon: &Lexicon, from: &[u32], hunks: Vec<Hunk>) -> Vec<Hunk> {
    let long = |hunk: &Hunk| hunk.from.len() + hunk.to.len() >= 4;
    let mut merged: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match merged.last_mut() {
            Some(last)
                if hunk.from.start - last.from.end == 1 && !lexicon.word(from[last.from.end]).is_content() && long(last) && long(&hunk) =>
            {
                *last = Hunk { from: last.from.start..hunk.from.end, to: last.to.start..hunk.to.end };
            }
            _ => merged.push(hunk),
        }
    }
    merged
}

/// The words of a pair, for readers. `equal` and `insert` give the newer text to the byte; `equal` and `delete` give the older
/// one up to white space and typography.
pub(super) fn word_ops(from: &Text<'_>, to: &Text<'_>, pair: &Pair, hunks: &[Hunk]) -> Vec<WordOp> {
    let (from_span, to_span) = (from.span(&pair.from), to.span(&pair.to));
    let to_tokens = to.tokens(&pair.to);
    let mut ops = Vec::new();
    let mut push = |op: Op, text: &str| {
        if !text.is_empty() {
            ops.push(WordOp { op, text: text.to_owned() });
        }
    };
    // How far the newer text has been told.
    let mut told = to_span.start();
    for hunk in hunks {
        let last = hunk.to.end == to_tokens.end;
        // An equal run takes the white space around it, but an insertion or deletion that stands alone takes its own along.
        let alone = hunk.from.is_empty() || hunk.to.is_empty();
        let equal_end = match (hunk.to.start.checked_sub(1).filter(|&token| token >= to_tokens.start), to.spans.get(hunk.to.start)) {
            (None, _) => to_span.start(),
            (Some(before), _) if alone && last => to.spans[before].end(),
            (Some(_), Some(next)) if hunk.to.start < to_tokens.end => next.start(),
            (Some(before), _) => to.spans[before].end(),
        };
        push(Op::Equal, &to.text[told..equal_end.max(told)]);
        told = equal_end.max(told);
        if !hunk.from.is_empty() {
            push(Op::Delete, deleted(from, from_span.end(), &from.tokens(&pair.from), hunk, alone));
        }
        if !hunk.to.is_empty() {
            let end = if last {
                to_span.end()
            } else if alone {
                to.spans[hunk.to.end].start()
            } else {
                to.spans[hunk.to.end - 1].end()
            };
            push(Op::Insert, &to.text[told..end]);
            told = end;
        }
    }
    push(Op::Equal, &to.text[told..to_span.end()]);
    ops
}

fn deleted<'a>(from: &Text<'a>, end: usize, tokens: &Range<usize>, hunk: &Hunk, alone: bool) -> &'a str {
    let (first, last) = (from.spans[hunk.from.start].start(), from.spans[hunk.from.end - 1].end());
    if !alone {
        return &from.text[first..last];
    }
    if hunk.from.end < tokens.end {
        return &from.text[first..from.spans[hunk.from.end].start()];
    }
    let before = hunk.from.start.checked_sub(1).filter(|&token| token >= tokens.start).map_or(first, |token| from.spans[token].end());
    &from.text[before..end.max(last)]
}
