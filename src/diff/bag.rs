//! Sentences as bags of weighted words: how alike two are, and which to compare at all.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::bounds::Bounds;
use super::token::Lexicon;

/// A sentence looks others up by this many of its rarest words …
const RARE_WORDS: usize = 12;
/// … in lists of at most this many sentences, so that a frequent word never makes the search quadratic …
const LONGEST_LIST: usize = 48;
/// … and gets this many of the best found.
const CANDIDATES: usize = 6;

/// The words of a sentence without their order.
#[derive(Clone, Debug)]
pub(super) struct Bag {
    /// Sorted, with repetitions; each with its weight.
    words: Vec<(u32, u16)>,
    pub weight: u64,
}

impl Bag {
    pub(super) fn new(lexicon: &Lexicon, words: &[u32]) -> Bag {
        let mut words: Vec<(u32, u16)> = words.iter().map(|&word| (word, lexicon.word(word).weight)).collect();
        words.sort_unstable();
        let weight = words.iter().map(|&(_, weight)| u64::from(weight)).sum();
        Bag { words, weight }
    }

    /// Both bags' words in one.
    pub(super) fn with(&self, other: &Bag) -> Bag {
        let mut words = [self.words.as_slice(), &other.words].concat();
        words.sort_unstable();
        Bag { words, weight: self.weight + other.weight }
    }

    /// Twice the weight of the shared words over both weights (Dice), in thousandths.
    pub(super) fn likeness(&self, other: &Bag) -> u64 {
        let (mut one, mut two, mut shared) = (0, 0, 0);
        while let (Some(&(word, weight)), Some(&(other, _))) = (self.words.get(one), other.words.get(two)) {
            if word == other {
                shared += u64::from(weight);
            }
            one += usize::from(word <= other);
            two += usize::from(word >= other);
        }
        2000 * shared / (self.weight + other.weight).max(1)
    }

    /// The most that [`Bag::likeness`] could be, from the weights alone.
    pub(super) fn most(&self, other: &Bag) -> u64 {
        2000 * self.weight.min(other.weight) / (self.weight + other.weight).max(1)
    }
}

/// Which sentences hold a word.
pub(super) struct Index {
    sentences: HashMap<u32, Vec<usize>>,
}

impl Index {
    pub(super) fn new<'a>(bags: impl Iterator<Item = (usize, &'a Bag)>) -> Index {
        let mut sentences: HashMap<u32, Vec<usize>> = HashMap::new();
        for (sentence, bag) in bags {
            for &(word, _) in &bag.words {
                let list = sentences.entry(word).or_default();
                // One more than the longest that is read: enough to know that it is too long.
                if list.len() <= LONGEST_LIST && list.last() != Some(&sentence) {
                    list.push(sentence);
                }
            }
        }
        Index { sentences }
    }

    /// The sentences that share most of the bag's rare words, best first. A sentence all of whose words are too frequent to look
    /// it up by, though others could be like it, hits a bound: it finds its like in its own place only.
    pub(super) fn look_up(&self, bag: &Bag, bounds: &Bounds) -> Vec<usize> {
        let shared = bag
            .words
            .chunk_by(|one, other| one.0 == other.0)
            .filter_map(|same| self.sentences.get(&same[0].0).map(|list| (list.as_slice(), same[0].0, same[0].1)));
        let (mut rare, frequent): (Vec<_>, Vec<_>) = shared.partition(|(list, ..)| list.len() <= LONGEST_LIST);
        // Less than a third of the weight is in common with nothing that is half alike.
        let weight: u64 = frequent.iter().map(|&(.., weight)| u64::from(weight)).sum();
        bounds.hit_if(rare.is_empty() && weight > 0 && 3 * weight >= bag.weight);
        rare.sort_unstable_by_key(|&(list, word, weight)| (Reverse(weight), list.len(), word));
        let mut votes: HashMap<usize, u64> = HashMap::new();
        for (list, _, weight) in rare.into_iter().take(RARE_WORDS) {
            for &sentence in list {
                *votes.entry(sentence).or_default() += u64::from(weight) * 48 / list.len() as u64;
            }
        }
        let mut found: Vec<(Reverse<u64>, usize)> = votes.into_iter().map(|(sentence, votes)| (Reverse(votes), sentence)).collect();
        found.sort_unstable();
        found.into_iter().take(CANDIDATES).map(|(_, sentence)| sentence).collect()
    }
}
