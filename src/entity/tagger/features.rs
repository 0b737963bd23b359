//! Owns the features: what of a word and its neighbours the model has weights for.

use super::evidence::Evidence;
use super::hash;
use super::lexicon::Lists;
use super::word::{Case, Word};

/// Appends the keys of the features of the word at `at` of a sentence.
pub(super) fn of_word(words: &[Word], at: usize, keys: &mut Vec<u64>) {
    let word = |at: usize, by: isize| at.checked_add_signed(by).and_then(|at| words.get(at)).unwrap_or(&OUTSIDE);
    let mut put = Templates { next: 0, keys };
    let [before2, before, here, after, after2] = [-2, -1, 0, 1, 2].map(|by| word(at, by));
    let case = |word: &Word| word.case as u32;

    put.one(here.exact);
    put.one(here.lower);
    put.one(here.shape);
    put.one(case(here));
    put.one(here.lists());
    put.two(here.lists(), case(here));
    put.two(here.cluster, case(here));
    for affix in here.prefix.into_iter().chain(here.suffix) {
        put.one(affix);
    }
    put.two(here.suffix[1], case(here));

    put.one(before.lower);
    put.one(after.lower);
    put.one(before2.lower);
    put.one(after2.lower);
    put.one(before.shape);
    put.one(after.shape);
    put.two(before.lists(), case(before));
    put.two(after.lists(), case(after));
    put.one(before.cluster);
    put.one(after.cluster);

    put.two(before.lower, here.lower);
    put.two(here.lower, after.lower);
    put.two(before.shape, here.shape);
    put.two(here.shape, after.shape);
    put.two(hash::pair(before.shape, here.shape), after.shape);
    put.two(before.lower, here.shape);
    put.two(here.shape, after.lower);
    put.two(before.lower, here.lists());
    put.two(here.lists(), after.lower);
    put.two(before.lists(), here.lists());
    put.two(here.lists(), after.lists());
    put.two(before.cluster, here.lists());
    put.two(after.cluster, here.lists());

    // The run of capitalized words around this one is nearly a name: its ends and what stands beside them say which.
    let run = run(words, at);
    let position = position(&run, at);
    let (first, last) = (&words[run.start], &words[run.end - 1]);
    let (left, right) = (word(run.start, -1), word(run.end, 0));
    put.two(position, case(here));
    put.two(first.lower, position);
    put.two(last.lower, position);
    put.two(left.lower, position);
    put.two(right.lower, position);
    put.two(last.suffix[1], position);
    put.two(first.lists(), hash::pair(last.lists(), position));
    put.two(hash::pair(left.cluster, right.cluster), small(run.len()));
    put.two(hash::pair(case(left), case(right)), position);

    let organization = here.organization();
    put.listed(organization, 0);
    put.listed(organization, case(here));
    put.listed(organization, here.lists());
    put.listed(organization, hash::pair(before.organization(), after.organization()));
    put.listed(organization, hash::pair(case(left), case(right)));
    put.listed(organization, position);
    put.listed(organization, before.lower);
    put.listed(organization, after.lower);
    put.listed(organization, hash::pair(before.shape, after.shape));
    put.listed(before.organization(), 0);
    put.listed(after.organization(), 0);
}

/// Appends the keys of the features that only a second pass has: of the evidence around the word at `at`.
pub(super) fn of_evidence(words: &[Word], evidence: &[Evidence], at: usize, keys: &mut Vec<u64>) {
    let mut put = Templates { next: 1000, keys };
    let [before, here, after] = [-1, 0, 1].map(|by| at.checked_add_signed(by).and_then(|at| evidence.get(at).copied()).unwrap_or_default());
    let [others, seen, own] = [here.others, here.case, here.own].map(u32::from);
    let both = |a: u8, b: u8| u32::from(a) << 8 | u32::from(b);
    let word = &words[at];
    let case = word.case as u32;
    put.one(others);
    put.two(others, case);
    put.two(others, word.lists());
    put.two(others, position(&run(words, at), at));
    put.two(seen, case);
    put.two(seen, word.lists());
    put.one(own);
    put.two(own, others);
    put.two(u32::from(before.own), own);
    put.two(own, u32::from(after.own));
    put.two(both(before.own, after.own), own);
    put.two(u32::from(after.own), words.get(at + 1).map_or(0, |word| word.case as u32));
    put.two(u32::from(before.others), others);
    put.two(others, u32::from(after.others));
    put.one(both(before.others, after.others));
}

/// Numbers the templates in the order in which they are put.
struct Templates<'k> {
    next: u32,
    keys: &'k mut Vec<u64>,
}

impl Templates<'_> {
    fn one(&mut self, seen: u32) {
        self.two(seen, 0);
    }

    /// Only where a list says something.
    fn listed(&mut self, code: u32, with: u32) {
        if code == 0 {
            self.next += 1;
        } else {
            self.two(code, with);
        }
    }

    fn two(&mut self, seen: u32, with: u32) {
        self.next += 1;
        self.keys.push(hash::feature(self.next, seen, with));
    }
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
fn run(words: &[Word], at: usize) -> std::ops::Range<usize> {
    if !words[at].case.is_capital() {
        return at..at + 1;
    }
    let before = words[..at].iter().rev().take(MAX_RUN).take_while(|word| word.case.is_capital()).count();
    let after = words[at + 1..].iter().take(MAX_RUN).take_while(|word| word.case.is_capital()).count();
    at - before..at + 1 + after
}

/// Further than this no run is followed, so that a page of capitals stays linear.
const MAX_RUN: usize = 8;

fn position(run: &std::ops::Range<usize>, at: usize) -> u32 {
    small(at - run.start) * 4 + small(run.end - 1 - at)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).min(3)
}
