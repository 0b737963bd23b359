//! Owns the averaged structured perceptron (Collins 2002), over features that are counted first and then numbered without gaps.

use std::ops::Range;

use super::super::decode::{self, Scores, TagSet, Transitions};
use super::super::evidence::Evidence;
use super::super::features;
use super::super::hash::HashedMap;
use super::super::label::{TAGS, Tag};
use super::super::model::WIDTH;
use super::super::word::Word;
use super::Recipe;
use super::corpus::Annotated;

#[derive(Debug)]
pub(super) struct Perceptron {
    /// Rising.
    keys: Vec<u64>,
    /// A row of [`TAGS`] weights for each key.
    weights: Vec<i32>,
    transitions: Transitions,
    /// Every change of a weight times the turn it was made in: what takes the present weights back to their average.
    late: Vec<i64>,
    late_transitions: Vec<i64>,
    /// How many sentences were seen.
    turns: i64,
}

/// A document, and the evidence of a first pass over it where both passes are to be learnt.
pub(super) type Example<'a> = (&'a Annotated, Option<&'a [Evidence]>);

impl Perceptron {
    pub(super) fn train(examples: &[Example<'_>], recipe: &Recipe) -> Perceptron {
        let keys = frequent(examples, recipe.least);
        let sentences = number(examples, &keys);
        let mut perceptron = Perceptron {
            weights: vec![0; keys.len() * TAGS],
            late: vec![0; keys.len() * TAGS],
            transitions: Transitions::new(vec![0; Transitions::LEN]),
            late_transitions: vec![0; Transitions::LEN],
            keys,
            turns: 1,
        };
        let mut random = Random(recipe.seed);
        let passes = |sentence: &Sentence<'_>| if sentence.evidence.is_empty() { 1 } else { 2 };
        let mut order: Vec<(usize, usize)> =
            sentences.iter().enumerate().flat_map(|(at, sentence)| (0..passes(sentence)).map(move |pass| (at, pass))).collect();
        for _ in 0..recipe.epochs {
            random.shuffle(&mut order);
            for &(at, pass) in &order {
                perceptron.learn(&sentences[at], pass);
            }
        }
        perceptron
    }

    /// The averaged weights of every feature, relative to those of [`Tag::OUTSIDE`].
    pub(super) fn features(&self) -> impl Iterator<Item = (u64, [i64; WIDTH])> {
        self.keys.iter().enumerate().map(|(at, &key)| {
            let average = |tag: usize| self.average(self.weights[at * TAGS + tag], self.late[at * TAGS + tag]);
            (key, std::array::from_fn(|tag| average(tag + 1) - average(0)))
        })
    }

    /// The averaged transitions, each as `rounded`.
    pub(super) fn transitions(&self, rounded: impl Fn(i64) -> i32) -> Transitions {
        let weights = self.transitions.weights().iter().zip(&self.late_transitions);
        Transitions::new(weights.map(|(&now, &late)| rounded(self.average(now, late))).collect())
    }

    /// In sixteenths, so that little is lost before the weights are scaled.
    fn average(&self, now: i32, late: i64) -> i64 {
        (i64::from(now) * self.turns - late) * 16 / self.turns
    }

    /// One turn: where the best tags are not right, the best of the right ones are rewarded and they are punished.
    fn learn(&mut self, sentence: &Sentence<'_>, pass: usize) {
        let scores: Vec<Scores> = (0..sentence.words.len()).map(|at| self.scores(sentence.rows(at, pass))).collect();
        let best = |allowed: &[TagSet]| {
            let mut tags = Vec::with_capacity(scores.len());
            decode::best(&scores, sentence.words, allowed, &self.transitions, &mut tags);
            tags
        };
        let given = best(sentence.possible);
        if given.iter().zip(sentence.gold).any(|(&tag, gold)| !gold.has(tag)) {
            let wanted = best(sentence.gold);
            self.update(sentence, pass, &wanted, &given);
        }
        self.turns += 1;
    }

    fn scores<'r>(&self, rows: impl Iterator<Item = &'r u32>) -> Scores {
        let mut scores = [0; TAGS];
        for &row in rows {
            let weights = &self.weights[row as usize * TAGS..][..TAGS];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += weight);
        }
        scores
    }

    fn update(&mut self, sentence: &Sentence<'_>, pass: usize, wanted: &[Tag], given: &[Tag]) {
        let (mut before_wanted, mut before_given) = (Tag::OUTSIDE, Tag::OUTSIDE);
        for (at, (&wanted, &given)) in wanted.iter().zip(given).enumerate() {
            if wanted != given {
                for &row in sentence.rows(at, pass) {
                    self.add(row as usize * TAGS + wanted.index(), sentence.weight);
                    self.add(row as usize * TAGS + given.index(), -sentence.weight);
                }
            }
            let case = sentence.words[at].case;
            self.add_transition(Transitions::index(case, before_wanted, wanted), sentence.weight);
            self.add_transition(Transitions::index(case, before_given, given), -sentence.weight);
            (before_wanted, before_given) = (wanted, given);
        }
    }

    fn add(&mut self, at: usize, change: i32) {
        self.weights[at] += change;
        self.late[at] += i64::from(change) * self.turns;
    }

    fn add_transition(&mut self, at: usize, change: i32) {
        self.transitions.weights_mut()[at] += change;
        self.late_transitions[at] += i64::from(change) * self.turns;
    }
}

/// A sentence with the rows of its features.
struct Sentence<'a> {
    words: &'a [Word],
    possible: &'a [TagSet],
    gold: &'a [TagSet],
    weight: i32,
    /// For each word its features; none for a word that cannot be part of a name.
    base: Vec<Box<[u32]>>,
    /// The same of the features that only a second pass has; empty where that is not to be learnt.
    evidence: Vec<Box<[u32]>>,
}

impl Sentence<'_> {
    fn rows(&self, at: usize, pass: usize) -> impl Iterator<Item = &u32> {
        let evidence = if pass == 0 { &[][..] } else { &self.evidence[at] };
        self.base[at].iter().chain(evidence)
    }
}

/// The keys of all features that are met at least so often, rising.
fn frequent(examples: &[Example<'_>], least: u32) -> Vec<u64> {
    let mut counts: HashedMap<u64, u32> = HashedMap::default();
    for example in examples {
        for sentence in &example.0.document.sentences {
            each_word(example, sentence, |_, keys| keys.iter().for_each(|&key| *counts.entry(key).or_default() += 1));
        }
    }
    let mut keys: Vec<u64> = counts.into_iter().filter(|&(_, count)| count >= least).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

/// The sentences, with numbers for the keys of their features.
fn number<'a>(examples: &[Example<'a>], keys: &[u64]) -> Vec<Sentence<'a>> {
    let numbers: HashedMap<u64, u32> = keys.iter().copied().zip(0..).collect();
    let rows = |keys: &[u64]| keys.iter().filter_map(|key| numbers.get(key).copied()).collect();
    let mut sentences: Vec<Sentence<'_>> = Vec::new();
    for example in examples {
        let annotated = example.0;
        for range in annotated.document.sentences.iter().cloned() {
            let (mut base, mut evidence) = (Vec::new(), Vec::new());
            each_word(example, &range, |pass, keys| if pass == 0 { &mut base } else { &mut evidence }.push(rows(keys)));
            let words = &annotated.document.words[range.clone()];
            let possible = &annotated.document.possible[range.clone()];
            sentences.push(Sentence { words, possible, gold: &annotated.gold[range], weight: annotated.weight, base, evidence });
        }
    }
    sentences
}

/// Calls `visit` for every word of a sentence with 0 and the keys of its features, none for a word that cannot be part of a name; where
/// there is evidence, also with 1 and the keys of what that tells.
fn each_word(example: &Example<'_>, sentence: &Range<usize>, mut visit: impl FnMut(usize, &[u64])) {
    let (annotated, evidence) = example;
    let words = &annotated.document.words[sentence.clone()];
    let mut keys = Vec::new();
    for at in 0..words.len() {
        let open = annotated.document.possible[sentence.start + at] != TagSet::OUTSIDE;
        keys.clear();
        if open {
            features::of_word(words, at, &mut keys);
        }
        visit(0, &keys);
        let Some(evidence) = evidence else { continue };
        keys.clear();
        if open {
            features::of_evidence(words, &evidence[sentence.clone()], at, &mut keys);
        }
        visit(1, &keys);
    }
}

/// splitmix64 (Steele et al. 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Fisher and Yates, 1938.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = usize::try_from(self.next() % (at as u64 + 1)).unwrap_or(0);
            items.swap(at, other);
        }
    }
}
