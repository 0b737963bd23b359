//! Which sentence of the newer text is which of the older: unchanged, edited, moved, merged, split, added or deleted.
//!
//! The actions are those of NewsEdits (Spangher, Ren, May and Peng, "NewsEdits: A News Article Revision Dataset and a Novel
//! Document-Level Reasoning Challenge", NAACL 2022). Equal paragraphs are matched first, then equal sentences, then the rest by
//! the words they share, found through an inverted index of their rarest words, so the cost stays n log n in the words.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::bag::{Bag, Index};
use super::bounds::Bounds;
use super::moves;
use super::token::{Lexicon, Text};
use crate::model::Part;

/// Sentences of both sides that belong together. One to one but for a merge (several to one) and a split (one to several).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub from: Range<usize>,
    pub to: Range<usize>,
    /// It left its place among the others.
    pub moved: bool,
    /// Word for word the same, up to white space and typography.
    pub equal: bool,
}

/// Every sentence of both sides, matched or not.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// In the order of the newer text.
    pub pairs: Vec<Pair>,
    /// Of each older sentence its place in `pairs`.
    pub from: Vec<Option<usize>>,
    /// Of each newer sentence its place in `pairs`.
    pub to: Vec<Option<usize>>,
}

/// Aligns two texts. Which of them is the older decides moves and nothing else: with the sides swapped the same sentences are
/// pairs.
pub(super) fn align(lexicon: &Lexicon, from: &Text<'_>, to: &Text<'_>, bounds: &Bounds) -> Alignment {
    if from.text <= to.text {
        return finish(from, to, pairs(lexicon, from, to, bounds));
    }
    let swapped =
        pairs(lexicon, to, from, bounds).into_iter().map(|Pair { from, to, moved, equal }| Pair { from: to, to: from, moved, equal });
    finish(from, to, swapped.collect())
}

fn pairs(lexicon: &Lexicon, from: &Text<'_>, to: &Text<'_>, bounds: &Bounds) -> Vec<Pair> {
    let mut matcher = Matcher { lexicon, from, to, from_paired: Paired::new(from), to_paired: Paired::new(to), pairs: Vec::new() };
    matcher.equal_paragraphs();
    matcher.equal_sentences();
    matcher.similar_sentences(bounds);
    matcher.lone_parts();
    matcher.pairs
}

/// In thousandths: sentences that have less in common than this are no pair.
const ALIKE: u64 = 500;
/// The same between the same neighbours, where an edit is likelier than a deletion beside an addition.
const ALIKE_IN_PLACE: u64 = 340;
/// The same where both neighbours are the same and no other sentence could be meant.
const ALIKE_IN_SLOT: u64 = 220;
/// How much one more sentence must better the fit before a merge or a split is believed.
const BETTER_FIT: u64 = 60;
/// What a piece at least has in common with the whole that it was split out of.
const PIECE: u64 = 250;
/// Most sentences merged into one, or split out of one.
const MOST_PIECES: usize = 4;
/// Shorter equal sentences (`He declined.`) are matched in their place only, never as moves.
const SHORTEST_MOVE: usize = 4;

/// The kind of place where a sentence stands; a paragraph's number tells nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stream {
    Headline,
    Deck,
    Byline,
    Dateline,
    Notice,
    Body,
}

impl Stream {
    fn of(part: Part) -> Stream {
        match part {
            Part::Headline => Stream::Headline,
            Part::Deck => Stream::Deck,
            Part::Byline => Stream::Byline,
            Part::Dateline => Stream::Dateline,
            Part::Notice => Stream::Notice,
            Part::Paragraph(_) => Stream::Body,
        }
    }

    /// Whether its sentences tell the story. Labels are matched with their like and never move.
    fn tells(self) -> bool {
        matches!(self, Stream::Headline | Stream::Deck | Stream::Body)
    }
}

/// What is matched already on one side: of each sentence the other side's first one.
struct Paired {
    stream: Vec<Stream>,
    other: Vec<Option<usize>>,
}

impl Paired {
    fn new(text: &Text<'_>) -> Paired {
        let stream: Vec<Stream> = text.sentences.iter().map(|sentence| Stream::of(sentence.part)).collect();
        Paired { other: vec![None; stream.len()], stream }
    }

    fn free(&self) -> Vec<usize> {
        (0..self.other.len()).filter(|&index| self.other[index].is_none()).collect()
    }

    fn is_free(&self, sentences: Range<usize>) -> bool {
        self.other[sentences].iter().all(Option::is_none)
    }
}

/// The unmatched sentences of both sides, by their index.
struct Bags {
    from: HashMap<usize, Bag>,
    to: HashMap<usize, Bag>,
}

/// A possible pair.
struct Candidate {
    score: u64,
    from: Range<usize>,
    to: Range<usize>,
}

struct Matcher<'a> {
    lexicon: &'a Lexicon,
    from: &'a Text<'a>,
    to: &'a Text<'a>,
    from_paired: Paired,
    to_paired: Paired,
    pairs: Vec<Pair>,
}

impl Matcher<'_> {
    fn pair(&mut self, from: Range<usize>, to: Range<usize>, equal: bool) {
        self.from_paired.other[from.clone()].fill(Some(to.start));
        self.to_paired.other[to.clone()].fill(Some(from.start));
        self.pairs.push(Pair { from, to, moved: false, equal });
    }

    fn equal_paragraphs(&mut self) {
        let (from, to) = (parts(self.from), parts(self.to));
        let mut ids = Ids::default();
        let from_ids: Vec<u32> = from.iter().map(|part| ids.of((self.from_paired.stream[part.start], shape(self.from, part)))).collect();
        let to_ids: Vec<u32> = to.iter().map(|part| ids.of((self.to_paired.stream[part.start], shape(self.to, part)))).collect();
        for (one, other) in in_order(&from_ids, &to_ids) {
            for (from, to) in from[one].clone().zip(to[other].clone()) {
                self.pair(from..from + 1, to..to + 1, true);
            }
        }
    }

    /// Equal sentences in the order in which they stand, then those that stand elsewhere.
    fn equal_sentences(&mut self) {
        let (from, to) = (self.from_paired.free(), self.to_paired.free());
        let mut ids = Ids::default();
        let key = |text: &Text<'_>, index: usize| text.words_of(&(index..index + 1)).to_vec();
        let from_ids: Vec<u32> = from.iter().map(|&index| ids.of(key(self.from, index))).collect();
        let to_ids: Vec<u32> = to.iter().map(|&index| ids.of(key(self.to, index))).collect();
        let (from_gaps, to_gaps) = self.gaps();
        for (one, other) in in_order(&from_ids, &to_ids) {
            let (one, other) = (from[one], to[other]);
            let long = self.from.sentences[one].tokens.len() >= SHORTEST_MOVE;
            if self.from_paired.stream[one] == self.to_paired.stream[other] && (long || from_gaps[one].beside(to_gaps[other])) {
                self.pair(one..one + 1, other..other + 1, true);
            }
        }
        let mut elsewhere: HashMap<u32, Vec<usize>> = HashMap::new();
        for (place, &one) in from.iter().enumerate().rev() {
            if self.from_paired.other[one].is_none() && self.from.sentences[one].tokens.len() >= SHORTEST_MOVE {
                elsewhere.entry(from_ids[place]).or_default().push(one);
            }
        }
        for (place, &other) in to.iter().enumerate() {
            if self.to_paired.other[other].is_none()
                && let Some(found) = elsewhere.get_mut(&to_ids[place])
                && let Some(&one) = found.last()
                && self.may_pair(one, other)
            {
                found.pop();
                self.pair(one..one + 1, other..other + 1, true);
            }
        }
    }

    fn may_pair(&self, one: usize, other: usize) -> bool {
        let (from, to) = (self.from_paired.stream[one], self.to_paired.stream[other]);
        from == to || (from.tells() && to.tells())
    }

    /// Of each sentence the nearest matched ones around it, named by their place in the newer text.
    fn gaps(&self) -> (Vec<Gap>, Vec<Gap>) {
        let from = gaps(&self.from_paired.other);
        let to: Vec<Option<usize>> = self.to_paired.other.iter().enumerate().map(|(index, pair)| pair.map(|_| index)).collect();
        (from, gaps(&to))
    }

    fn similar_sentences(&mut self, bounds: &Bounds) {
        let (from, to) = (self.from_paired.free(), self.to_paired.free());
        if from.is_empty() || to.is_empty() {
            return;
        }
        let bag = |text: &Text<'_>, index: usize| Bag::new(self.lexicon, text.words_of(&(index..index + 1)));
        let bags = Bags {
            from: from.iter().map(|&one| (one, bag(self.from, one))).collect(),
            to: to.iter().map(|&other| (other, bag(self.to, other))).collect(),
        };
        let (from_gaps, to_gaps) = self.gaps();
        let index = Index::new(from.iter().map(|one| (*one, &bags.from[one])));
        let mut starts: HashMap<Option<usize>, usize> = HashMap::new();
        for (place, &one) in from.iter().enumerate() {
            starts.entry(from_gaps[one].before).or_insert(place);
        }
        let mut candidates = Vec::new();
        for &other in &to {
            let gap = to_gaps[other];
            let mut found = index.look_up(&bags.to[&other], bounds);
            if let Some(start) = starts.get(&gap.before) {
                let near = start + gap.ordinal.saturating_sub(2)..start + gap.ordinal + 1;
                found.extend(from.iter().take(near.end).skip(near.start));
            }
            found.sort_unstable();
            found.dedup();
            for one in found {
                if self.from_paired.stream[one] == self.to_paired.stream[other] {
                    self.consider(&bags, one, other, from_gaps[one].nearness(gap), &mut candidates);
                }
            }
        }
        candidates.sort_by_key(|candidate: &Candidate| {
            (Reverse(candidate.score), candidate.to.start, candidate.from.start, candidate.to.end, candidate.from.end)
        });
        for Candidate { from, to, .. } in candidates {
            if self.from_paired.is_free(from.clone()) && self.to_paired.is_free(to.clone()) {
                self.pair(from, to, false);
            }
        }
    }

    /// Scores a pair, and the merge or split that it may be a piece of.
    fn consider(&self, bags: &Bags, one: usize, other: usize, near: Nearness, candidates: &mut Vec<Candidate>) {
        let (enough, bonus) = match near {
            Nearness::Far => (ALIKE, 0),
            Nearness::Beside => (ALIKE_IN_PLACE, 50),
            Nearness::Slot => (ALIKE_IN_SLOT, 80),
        };
        let (from, to) = (&bags.from[&one], &bags.to[&other]);
        if from.most(to) < enough.min(PIECE) {
            return;
        }
        let score = from.likeness(to);
        if score >= enough {
            candidates.push(Candidate { score: score + bonus, from: one..one + 1, to: other..other + 1 });
        }
        if score < PIECE {
            return;
        }
        let (mut best, mut from_run, mut to_run) = (score, one..one + 1, other..other + 1);
        let (mut from_bag, mut to_bag) = (from.clone(), to.clone());
        let split = from.weight > to.weight;
        for _ in 1..MOST_PIECES {
            let (run, side, side_bags) =
                if split { (&to_run, &self.to_paired, &bags.to) } else { (&from_run, &self.from_paired, &bags.from) };
            let grown = [run.start.checked_sub(1).map(|start| (start, start..run.end)), Some((run.end, run.start..run.end + 1))]
                .into_iter()
                .flatten()
                .filter(|(piece, _)| side.stream.get(*piece) == Some(&side.stream[run.start]))
                .filter_map(|(piece, run)| side_bags.get(&piece).map(|bag| (bag, run)))
                .map(|(bag, run)| {
                    let bag = bag.with(if split { &to_bag } else { &from_bag });
                    (if split { from.likeness(&bag) } else { bag.likeness(to) }, run, bag)
                })
                .max_by_key(|(score, run, _)| (*score, run.start));
            let Some((score, run, bag)) = grown.filter(|(score, ..)| *score >= best + BETTER_FIT) else { break };
            best = score;
            if split {
                (to_run, to_bag) = (run, bag);
            } else {
                (from_run, from_bag) = (run, bag);
            }
            if best >= ALIKE {
                candidates.push(Candidate { score: best + bonus, from: from_run.clone(), to: to_run.clone() });
            }
        }
    }

    /// A story's one headline is its headline, however it was rewritten; so with the deck, the byline and the dateline.
    fn lone_parts(&mut self) {
        for stream in [Stream::Headline, Stream::Deck, Stream::Byline, Stream::Dateline] {
            let lone = |paired: &Paired| {
                let mut found = (0..paired.stream.len()).filter(|&index| paired.stream[index] == stream && paired.other[index].is_none());
                (found.next(), found.next())
            };
            if let ((Some(one), None), (Some(other), None)) = (lone(&self.from_paired), lone(&self.to_paired)) {
                self.pair(one..one + 1, other..other + 1, false);
            }
        }
    }
}

/// Finds the moves, and who is whose.
fn finish(from: &Text<'_>, to: &Text<'_>, mut pairs: Vec<Pair>) -> Alignment {
    pairs.sort_by_key(|pair| pair.to.start);
    let stream = |text: &Text<'_>, sentence: usize| Stream::of(text.sentences[sentence].part);
    let body: Vec<usize> = (0..pairs.len())
        .filter(|&index| stream(from, pairs[index].from.start) == Stream::Body && stream(to, pairs[index].to.start) == Stream::Body)
        .collect();
    let order: Vec<usize> = body.iter().map(|&index| pairs[index].from.start).collect();
    for (&index, moved) in body.iter().zip(moves::moved(&order)) {
        pairs[index].moved = moved;
    }
    let mut alignment = Alignment { from: vec![None; from.sentences.len()], to: vec![None; to.sentences.len()], pairs };
    for (index, pair) in alignment.pairs.iter_mut().enumerate() {
        pair.moved |= stream(from, pair.from.start) != stream(to, pair.to.start);
        alignment.from[pair.from.clone()].fill(Some(index));
        alignment.to[pair.to.clone()].fill(Some(index));
    }
    alignment
}

/// The sentences of each block: runs of the same part.
fn parts(text: &Text<'_>) -> Vec<Range<usize>> {
    let mut start = 0;
    text.sentences
        .chunk_by(|one, other| one.part == other.part)
        .map(|run| {
            start += run.len();
            start - run.len()..start
        })
        .collect()
}

/// A paragraph's words, and where its sentences end among them.
fn shape(text: &Text<'_>, part: &Range<usize>) -> (Vec<u32>, Vec<usize>) {
    let first = text.sentences[part.start].tokens.start;
    (text.words_of(part).to_vec(), text.sentences[part.clone()].iter().map(|sentence| sentence.tokens.end - first).collect())
}

/// Small numbers for equal things.
struct Ids<K>(HashMap<K, u32>);

impl<K> Default for Ids<K> {
    fn default() -> Ids<K> {
        Ids(HashMap::new())
    }
}

impl<K: Hash + Eq> Ids<K> {
    fn of(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

/// The equal places of two sequences, in order.
fn in_order(from: &[u32], to: &[u32]) -> Vec<(usize, usize)> {
    capture_diff_slices(Algorithm::Myers, from, to)
        .into_iter()
        .filter_map(|op| match op {
            DiffOp::Equal { old_index, new_index, len } => Some((0..len).map(move |at| (old_index + at, new_index + at))),
            _ => None,
        })
        .flatten()
        .collect()
}

/// How near two unmatched sentences stand, by their matched neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nearness {
    Far,
    Beside,
    /// Between the same neighbours, and equally far from them.
    Slot,
}

/// The nearest matched sentences before and after one.
#[derive(Clone, Copy, Debug)]
struct Gap {
    before: Option<usize>,
    after: Option<usize>,
    /// How many unmatched sentences stand between `before` and this one.
    ordinal: usize,
}

impl Gap {
    fn beside(self, other: Gap) -> bool {
        self.nearness(other) != Nearness::Far
    }

    fn nearness(self, other: Gap) -> Nearness {
        let (before, after) = (self.before == other.before, self.after == other.after);
        if before && after && self.ordinal == other.ordinal {
            Nearness::Slot
        } else if (before || after) && self.ordinal.abs_diff(other.ordinal) <= 3 {
            Nearness::Beside
        } else {
            Nearness::Far
        }
    }
}

fn gaps(paired: &[Option<usize>]) -> Vec<Gap> {
    let (mut before, mut ordinal) = (None, 0);
    let mut gaps: Vec<Gap> = paired
        .iter()
        .map(|pair| {
            (before, ordinal) = pair.map_or((before, ordinal + 1), |pair| (Some(pair), 0));
            Gap { before, after: None, ordinal }
        })
        .collect();
    let mut after = None;
    for (gap, pair) in gaps.iter_mut().zip(paired).rev() {
        after = pair.or(after);
        gap.after = after;
    }
    gaps
}
