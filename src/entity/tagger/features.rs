//! Owns the features: what of a word and its neighbours the model has weights for.
//!
//! Every feature has the number of its template, which is part of its key. Those of a first pass look at words alone; those of a second
//! pass stand in groups by the little that each looks at, so that [`super::tabled`] can weigh all there is to see beforehand.

use std::ops::Range;

use super::evidence::Evidence;
use super::hash;
use super::lexicon::Lists;
use super::word::{Case, Word};

/// A word and what stands around it.
#[derive(Clone, Debug)]
pub(super) struct View<'w> {
    pub(super) here: &'w Word,
    pub(super) after: &'w Word,
    before: &'w Word,
    before2: &'w Word,
    after2: &'w Word,
    words: &'w [Word],
    at: usize,
    /// The run of capitalized words around this one, which is nearly a name.
    run: Range<usize>,
}

impl<'w> View<'w> {
    pub(super) fn of(words: &'w [Word], at: usize) -> View<'w> {
        let word = |by: isize| at.checked_add_signed(by).and_then(|at| words.get(at)).unwrap_or(&OUTSIDE);
        View { here: &words[at], before: word(-1), before2: word(-2), after: word(1), after2: word(2), words, at, run: run(words, at) }
    }

    /// Where in its run the word stands, as one of [`POSITIONS`] codes.
    pub(super) fn position(&self) -> u32 {
        small(self.at - self.run.start) * 4 + small(self.run.end - 1 - self.at)
    }

    /// What stands beside the run.
    fn sides(&self) -> [&'w Word; 2] {
        let left = self.run.start.checked_sub(1).map_or(&OUTSIDE, |at| &self.words[at]);
        [left, self.words.get(self.run.end).unwrap_or(&OUTSIDE)]
    }
}

/// Puts the keys of the features of a first pass.
pub(super) fn of_view(view: &View<'_>, keys: &mut Keys) {
    let &View { here, before, before2, after, after2, .. } = view;
    // The ends of the run, and what stands beside them, say what it names.
    let position = view.position();
    let (first, last) = (&view.words[view.run.start], &view.words[view.run.end - 1]);
    let [left, right] = view.sides();
    keys.put([
        one(1, here.exact),
        one(2, here.lower),
        one(3, here.shape),
        one(4, here.prefix),
        one(5, here.suffix[0]),
        one(6, here.suffix[2]),
        two(7, here.suffix[1], case(here)),
        two(8, here.lists(), case(here)),
        two(9, here.cluster, case(here)),
        one(10, before.lower),
        one(11, after.lower),
        one(12, before2.lower),
        one(13, after2.lower),
        one(14, before.shape),
        one(15, before.cluster),
        one(16, after.cluster),
        two(17, here.lower, after.lower),
        two(18, here.shape, after.shape),
        two(19, hash::pair(before.shape, here.shape), after.shape),
        two(20, before.lower, here.lists()),
        two(21, here.lists(), after.lower),
        two(22, before.lists(), here.lists()),
        two(23, after.cluster, here.lists()),
        two(24, position, case(here)),
        two(25, first.lower, position),
        two(26, last.lower, position),
        two(27, left.lower, position),
        two(28, right.lower, position),
        two(29, last.suffix[1], position),
        two(30, first.lists(), hash::pair(last.lists(), position)),
        two(31, hash::pair(left.cluster, right.cluster), small(view.run.len())),
        two(32, hash::pair(case(left), case(right)), position),
    ]);

    // Only where a list of organizations says something.
    let organization = here.organization();
    if organization != 0 {
        keys.put([
            one(33, organization),
            two(34, organization, case(here)),
            two(35, organization, here.lists()),
            two(36, organization, hash::pair(before.organization(), after.organization())),
            two(37, organization, hash::pair(case(left), case(right))),
            two(38, organization, position),
            two(39, organization, before.lower),
            two(40, organization, after.lower),
            two(41, organization, hash::pair(before.shape, after.shape)),
        ]);
    }
    if before.organization() != 0 {
        keys.put([one(42, before.organization())]);
    }
    if after.organization() != 0 {
        keys.put([one(43, after.organization())]);
    }
}

/// What a second pass knows of a word and its neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    pub(super) before: Evidence,
    pub(super) here: Evidence,
    pub(super) after: Evidence,
}

impl Known {
    pub(super) fn of(evidence: &[Evidence], at: usize) -> Known {
        let beside = |by: isize| at.checked_add_signed(by).and_then(|at| evidence.get(at).copied()).unwrap_or_default();
        Known { before: beside(-1), here: evidence[at], after: beside(1) }
    }
}

/// Puts the keys of the features that only a second pass has.
pub(super) fn of_evidence(view: &View<'_>, known: &Known, keys: &mut Keys) {
    let Known { before, here, after } = *known;
    let case = case(view.here);
    of_own_tags(known, keys);
    of_own_and_others(here, keys);
    of_others_before(before, here, keys);
    of_others_after(here, after, keys);
    of_others_beside(before, after, keys);
    of_others_and_case(here, case, keys);
    of_seen_and_case(here, case, keys);
    of_position(here, view.position(), keys);
    of_next_case(after, self::case(view.after), keys);
    of_listed_evidence(here, view.here, keys);
}

/// Those of the tags of a first pass.
pub(super) fn of_own_tags(known: &Known, keys: &mut Keys) {
    let [before, own, after] = [known.before, known.here, known.after].map(|evidence| u32::from(evidence.own));
    keys.put([one(1007, own), two(1009, before, own), two(1010, own, after), two(1011, before << 8 | after, own)]);
}

pub(super) fn of_own_and_others(here: Evidence, keys: &mut Keys) {
    keys.put([two(1008, here.own.into(), here.others.into())]);
}

pub(super) fn of_others_before(before: Evidence, here: Evidence, keys: &mut Keys) {
    keys.put([two(1013, before.others.into(), here.others.into())]);
}

pub(super) fn of_others_after(here: Evidence, after: Evidence, keys: &mut Keys) {
    keys.put([two(1014, here.others.into(), after.others.into())]);
}

pub(super) fn of_others_beside(before: Evidence, after: Evidence, keys: &mut Keys) {
    keys.put([one(1015, u32::from(before.others) << 8 | u32::from(after.others))]);
}

pub(super) fn of_others_and_case(here: Evidence, case: u32, keys: &mut Keys) {
    keys.put([one(1001, here.others.into()), two(1002, here.others.into(), case)]);
}

pub(super) fn of_seen_and_case(here: Evidence, case: u32, keys: &mut Keys) {
    keys.put([two(1005, here.case.into(), case)]);
}

pub(super) fn of_position(here: Evidence, position: u32, keys: &mut Keys) {
    keys.put([two(1004, here.others.into(), position)]);
}

pub(super) fn of_next_case(after: Evidence, case: u32, keys: &mut Keys) {
    keys.put([two(1012, after.own.into(), case)]);
}

/// Those of evidence and lists.
pub(super) fn of_listed_evidence(here: Evidence, word: &Word, keys: &mut Keys) {
    keys.put([two(1003, here.others.into(), word.lists()), two(1006, here.case.into(), word.lists())]);
}

/// The keys of features, in no order that matters.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(Vec<u64>);

impl Keys {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn as_slice(&self) -> &[u64] {
        &self.0
    }

    fn put<const N: usize>(&mut self, keys: [u64; N]) {
        self.0.extend_from_slice(&keys);
    }
}

/// The key of a template that sees one thing.
fn one(template: u32, seen: u32) -> u64 {
    two(template, seen, 0)
}

/// The key of a template that sees two things.
fn two(template: u32, seen: u32, with: u32) -> u64 {
    hash::feature(template, seen, with)
}

fn case(word: &Word) -> u32 {
    word.case as u32
}

/// What stands before the first and after the last word of a sentence.
const OUTSIDE: Word = Word {
    exact: 1,
    lower: 1,
    shape: 1,
    prefix: 0,
    suffix: [0; 3],
    case: Case::Outside,
    lists: Lists::NONE,
    cluster: 1,
    place: 0,
    organization: 0,
    plain: true,
};

/// The run of capitalized words around the one at `at`.
fn run(words: &[Word], at: usize) -> Range<usize> {
    if !words[at].case.is_capital() {
        return at..at + 1;
    }
    let before = words[..at].iter().rev().take(MAX_RUN).take_while(|word| word.case.is_capital()).count();
    let after = words[at + 1..].iter().take(MAX_RUN).take_while(|word| word.case.is_capital()).count();
    at - before..at + 1 + after
}

/// Further than this no run is followed, so that a page of capitals stays linear.
const MAX_RUN: usize = 8;

pub(super) const POSITIONS: usize = 16;

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).min(3)
}
