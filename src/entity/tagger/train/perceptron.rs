//! Owns the averaged structured perceptron (Collins 2002), over features that are counted first and then numbered without gaps.

use std::cmp::Reverse;
use std::ops::Range;

use super::super::decode::{self, Scores, TagSet, Transitions};
use super::super::evidence::Evidence;
use super::super::features::{self, Keys, Known, View};
use super::super::hash::HashedMap;
use super::super::label::{TAGS, Tag};
use super::super::model::WIDTH;
use super::super::word::Word;
use super::Recipe;
use super::corpus::Annotated;
use super::random::Random;

/// What training gives: weights, averaged over all turns of all learners.
#[derive(Debug)]
pub(super) struct Averaged {
    keys: Vec<u64>,
    /// A row of [`TAGS`] weights for each key.
    weights: Vec<i64>,
    transitions: Vec<i64>,
}

/// A document, and the evidence of a first pass over it where both passes are to be learnt.
pub(super) type Example<'a> = (&'a Annotated, Option<&'a [Evidence]>);

impl Averaged {
    /// Trains as many learners as the recipe wants, each on its own order of the sentences, and adds up what they learnt: that evens out
    /// what one order happens to favour.
    pub(super) fn train(examples: &[Example<'_>], recipe: &Recipe) -> Averaged {
        let keys = frequent(examples, recipe.least);
        let sentences = number(examples, &keys);
        let mut averaged = Averaged { weights: vec![0; keys.len() * TAGS], transitions: vec![0; Transitions::LEN], keys };
        let mut random = Random::new(recipe.seed);
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        for _ in 0..recipe.learners {
            let mut learner = Learner::new(averaged.keys.len());
            for _ in 0..recipe.epochs {
                random.shuffle(&mut order);
                for &at in &order {
                    learner.learn_passes(&sentences[at]);
                }
            }
            learner.add_to(&mut averaged);
        }
        averaged
    }

    /// The weights of every feature, relative to those of [`Tag::OUTSIDE`].
    pub(super) fn features(&self) -> impl Iterator<Item = (u64, [i64; WIDTH])> {
        let rows = self.weights.as_chunks::<TAGS>().0;
        self.keys.iter().zip(rows).map(|(&key, row)| (key, std::array::from_fn(|tag| row[tag + 1] - row[0])))
    }

    /// The transitions, each as `rounded`.
    pub(super) fn transitions(&self, rounded: impl Fn(i64) -> i32) -> Transitions {
        Transitions::new(&self.transitions.iter().map(|&weight| rounded(weight)).collect::<Vec<_>>())
    }
}

#[derive(Debug)]
struct Learner {
    weights: Vec<i32>,
    transitions: Transitions,
    /// Every change of a weight times the turn it was made in: what takes the present weights back to their average.
    late: Vec<i64>,
    late_transitions: Vec<i64>,
    /// How many sentences were seen.
    turns: i64,
}

impl Learner {
    fn new(features: usize) -> Learner {
        Learner {
            weights: vec![0; features * TAGS],
            late: vec![0; features * TAGS],
            transitions: Transitions::new(&[0; Transitions::LEN]),
            late_transitions: vec![0; Transitions::LEN],
            turns: 1,
        }
    }

    /// Adds the averages of its weights, in sixteenths, so that little is lost before they are scaled.
    fn add_to(&self, averaged: &mut Averaged) {
        let average = |(&now, &late): (&i32, &i64)| (i64::from(now) * self.turns - late) * 16 / self.turns;
        let weights = self.weights.iter().zip(&self.late).map(average);
        averaged.weights.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
        let transitions = self.transitions.weights().iter().zip(&self.late_transitions).map(average);
        averaged.transitions.iter_mut().zip(transitions).for_each(|(sum, weight)| *sum += weight);
    }

    /// Learns the first pass, and the second where there is evidence for one.
    fn learn_passes(&mut self, sentence: &Sentence<'_>) {
        let mut scores = vec![[0; TAGS]; sentence.words.len()];
        self.score(&sentence.base, &mut scores);
        let learnt = self.learn(sentence, 0, &scores);
        if !sentence.evidence.is_empty() {
            if learnt {
                scores.fill([0; TAGS]);
                self.score(&sentence.base, &mut scores);
            }
            self.score(&sentence.evidence, &mut scores);
            self.learn(sentence, 1, &scores);
        }
    }

    /// One turn: where the best tags are not right, the best of the right ones are rewarded and they are punished.
    fn learn(&mut self, sentence: &Sentence<'_>, pass: usize, scores: &[Scores]) -> bool {
        let best = |allowed: &[TagSet]| {
            let mut tags = Vec::with_capacity(scores.len());
            decode::best(scores, sentence.words, allowed, &self.transitions, &mut tags);
            tags
        };
        let given = best(sentence.possible);
        let wrong = given.iter().zip(sentence.gold).any(|(&tag, gold)| !gold.has(tag));
        if wrong {
            let wanted = best(sentence.gold);
            self.update(sentence, pass, &wanted, &given);
        }
        self.turns += 1;
        wrong
    }

    fn score(&self, rows: &[Box<[u32]>], scores: &mut [Scores]) {
        for (rows, scores) in rows.iter().zip(scores) {
            for &row in rows {
                let weights = &self.weights[row as usize * TAGS..][..TAGS];
                scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += weight);
            }
        }
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
    /// The rows that a pass (0 or 1) sees at a word.
    fn rows(&self, at: usize, pass: usize) -> impl Iterator<Item = &u32> {
        let evidence = if pass == 0 { &[][..] } else { &self.evidence[at] };
        self.base[at].iter().chain(evidence)
    }
}

/// The keys of all features that are met at least so often, the most frequent first.
fn frequent(examples: &[Example<'_>], least: u32) -> Vec<u64> {
    let mut counts: HashedMap<u64, u32> = HashedMap::default();
    for example in examples {
        for sentence in &example.0.document.sentences {
            each_word(example, sentence, |_, keys| keys.iter().for_each(|&key| *counts.entry(key).or_default() += 1));
        }
    }
    let mut keys: Vec<(Reverse<u32>, u64)> =
        counts.into_iter().filter(|&(_, count)| count >= least).map(|(key, count)| (Reverse(count), key)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, key)| key).collect()
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
    let mut keys = Keys::default();
    for at in 0..words.len() {
        let view = (annotated.document.possible[sentence.start + at] != TagSet::OUTSIDE).then(|| View::of(words, at));
        keys.clear();
        if let Some(view) = &view {
            features::of_view(view, &mut keys);
        }
        visit(0, keys.as_slice());
        let Some(evidence) = evidence else { continue };
        keys.clear();
        if let Some(view) = &view {
            features::of_evidence(view, &Known::of(&evidence[sentence.clone()], at), &mut keys);
        }
        visit(1, keys.as_slice());
    }
}
