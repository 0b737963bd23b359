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
    keys.one(1, here.exact);
    keys.one(2, here.lower);
    keys.one(3, here.shape);
    keys.one(4, case(here));
    keys.one(5, here.lists());
    keys.two(6, here.lists(), case(here));
    keys.two(7, here.cluster, case(here));
    for (template, affix) in (8..).zip(here.prefix.into_iter().chain(here.suffix)) {
        keys.one(template, affix);
    }
    keys.two(14, here.suffix[1], case(here));

    keys.one(15, before.lower);
    keys.one(16, after.lower);
    keys.one(17, before2.lower);
    keys.one(18, after2.lower);
    keys.one(19, before.shape);
    keys.one(20, after.shape);
    keys.two(21, before.lists(), case(before));
    keys.two(22, after.lists(), case(after));
    keys.one(23, before.cluster);
    keys.one(24, after.cluster);

    keys.two(25, before.lower, here.lower);
    keys.two(26, here.lower, after.lower);
    keys.two(27, before.shape, here.shape);
    keys.two(28, here.shape, after.shape);
    keys.two(29, hash::pair(before.shape, here.shape), after.shape);
    keys.two(30, before.lower, here.shape);
    keys.two(31, here.shape, after.lower);
    keys.two(32, before.lower, here.lists());
    keys.two(33, here.lists(), after.lower);
    keys.two(34, before.lists(), here.lists());
    keys.two(35, here.lists(), after.lists());
    keys.two(36, before.cluster, here.lists());
    keys.two(37, after.cluster, here.lists());

    // The ends of the run, and what stands beside them, say what it names.
    let position = view.position();
    let (first, last) = (&view.words[view.run.start], &view.words[view.run.end - 1]);
    let [left, right] = view.sides();
    keys.two(38, position, case(here));
    keys.two(39, first.lower, position);
    keys.two(40, last.lower, position);
    keys.two(41, left.lower, position);
    keys.two(42, right.lower, position);
    keys.two(43, last.suffix[1], position);
    keys.two(44, first.lists(), hash::pair(last.lists(), position));
    keys.two(45, hash::pair(left.cluster, right.cluster), small(view.run.len()));
    keys.two(46, hash::pair(case(left), case(right)), position);

    // Only where a list of organizations says something.
    if here.organization() != 0 {
        let with = [
            0,
            case(here),
            here.lists(),
            hash::pair(before.organization(), after.organization()),
            hash::pair(case(left), case(right)),
            position,
            before.lower,
            after.lower,
            hash::pair(before.shape, after.shape),
        ];
        (47..).zip(with).for_each(|(template, with)| keys.two(template, here.organization(), with));
    }
    if before.organization() != 0 {
        keys.one(56, before.organization());
    }
    if after.organization() != 0 {
        keys.one(57, after.organization());
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
    keys.one(1007, own);
    keys.two(1009, before, own);
    keys.two(1010, own, after);
    keys.two(1011, before << 8 | after, own);
}

pub(super) fn of_own_and_others(here: Evidence, keys: &mut Keys) {
    keys.two(1008, here.own.into(), here.others.into());
}

pub(super) fn of_others_before(before: Evidence, here: Evidence, keys: &mut Keys) {
    keys.two(1013, before.others.into(), here.others.into());
}

pub(super) fn of_others_after(here: Evidence, after: Evidence, keys: &mut Keys) {
    keys.two(1014, here.others.into(), after.others.into());
}

pub(super) fn of_others_beside(before: Evidence, after: Evidence, keys: &mut Keys) {
    keys.one(1015, u32::from(before.others) << 8 | u32::from(after.others));
}

pub(super) fn of_others_and_case(here: Evidence, case: u32, keys: &mut Keys) {
    keys.one(1001, here.others.into());
    keys.two(1002, here.others.into(), case);
}

pub(super) fn of_seen_and_case(here: Evidence, case: u32, keys: &mut Keys) {
    keys.two(1005, here.case.into(), case);
}

pub(super) fn of_position(here: Evidence, position: u32, keys: &mut Keys) {
    keys.two(1004, here.others.into(), position);
}

pub(super) fn of_next_case(after: Evidence, case: u32, keys: &mut Keys) {
    keys.two(1012, after.own.into(), case);
}

/// Those of evidence and lists.
pub(super) fn of_listed_evidence(here: Evidence, word: &Word, keys: &mut Keys) {
    keys.two(1003, here.others.into(), word.lists());
    keys.two(1006, here.case.into(), word.lists());
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

    fn one(&mut self, template: u32, seen: u32) {
        self.two(template, seen, 0);
    }

    fn two(&mut self, template: u32, seen: u32, with: u32) {
        self.0.push(hash::feature(template, seen, with));
    }
}

fn case(word: &Word) -> u32 {
    word.case as u32
}

/// What stands before the first and after the last word of a sentence.
const OUTSIDE: Word = Word {
    exact: 1,
    lower: 1,
    shape: 1,
    prefix: [0; 3],
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
