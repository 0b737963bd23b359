//! Owns word clusters: words that stand between the same neighbours fall together.
//!
//! The exchange algorithm (Kneser and Ney 1993; Martin, Liermann and Ney 1998) with words predicting the class of the next word (Uszkoreit
//! and Brants 2008) and, the same way, of the word before. Every word in turn goes to the class that makes the text most likely.

use std::cmp::Reverse;

use super::super::hash::{self, HashedMap};
use super::super::lexicon::MAX_CLUSTERS;
use super::super::tsv;
use super::Source;

/// The cluster, from 1, of every word (by the hash of its lower-cased form) that is met at least `least` times.
pub(super) fn clusters(sources: &[Source<'_>], least: u32, turns: usize) -> Vec<(u32, u32)> {
    let sentences = sentences(sources);
    let vocabulary = Vocabulary::of(&sentences, least);
    let mut exchange = Exchange::new(&sentences, &vocabulary);
    for _ in 0..turns {
        for word in 0..vocabulary.words.len() {
            exchange.place(word);
        }
    }
    vocabulary.words.iter().zip(&exchange.class).map(|(&word, &class)| (word, 1 + u32::try_from(class).expect("few classes"))).collect()
}

/// Cluster 0 says that a word is in none.
const CLASSES: usize = MAX_CLUSTERS as usize - 1;

fn sentences(sources: &[Source<'_>]) -> Vec<Vec<u32>> {
    let mut sentences = Vec::new();
    for document in sources.iter().flat_map(|source| tsv::parse(source.text)) {
        let mut start = 0;
        for &end in &document.ends {
            sentences.push(document.words[start..end].iter().map(|word| hash::word(word.to_lowercase().as_bytes())).collect());
            start = end;
        }
    }
    sentences
}

struct Vocabulary {
    /// The most frequent first.
    words: Vec<u32>,
    counts: Vec<u32>,
    numbers: HashedMap<u32, usize>,
}

impl Vocabulary {
    fn of(sentences: &[Vec<u32>], least: u32) -> Vocabulary {
        let mut counts: HashedMap<u32, u32> = HashedMap::default();
        for &word in sentences.iter().flatten() {
            *counts.entry(word).or_default() += 1;
        }
        let mut words: Vec<(Reverse<u32>, u32)> =
            counts.into_iter().filter(|&(_, count)| count >= least).map(|(word, count)| (Reverse(count), word)).collect();
        words.sort_unstable();
        let numbers = words.iter().map(|&(_, word)| word).zip(0..).collect();
        Vocabulary {
            counts: words.iter().map(|&(Reverse(count), _)| count).collect(),
            words: words.into_iter().map(|(_, word)| word).collect(),
            numbers,
        }
    }
}

struct Exchange {
    class: Vec<usize>,
    /// How often each word occurs.
    counts: Vec<u32>,
    /// How often the words of each class occur.
    sizes: Vec<u32>,
    sides: [Side; 2],
    /// n·log₂ n in fixed point, for every n that can be met.
    entropy: Vec<i64>,
}

/// The neighbours on one side.
struct Side {
    /// For each word its neighbours and how often it has them.
    neighbours: Vec<Vec<(usize, u32)>>,
    /// For each neighbour how often it stands beside the words of each class.
    beside: Vec<[u32; CLASSES]>,
}

impl Exchange {
    fn new(sentences: &[Vec<u32>], vocabulary: &Vocabulary) -> Exchange {
        let words = vocabulary.words.len();
        let class: Vec<usize> = (0..words).map(|word| word % CLASSES).collect();
        let mut sizes = vec![0; CLASSES];
        for (class, count) in class.iter().zip(&vocabulary.counts) {
            sizes[*class] += count;
        }
        let total: u32 = vocabulary.counts.iter().sum();
        let sides = [false, true].map(|after| Side::new(sentences, vocabulary, after, &class));
        let entropy = (0..=u64::from(total)).map(entropy).collect();
        Exchange { class, counts: vocabulary.counts.clone(), sizes, sides, entropy }
    }

    /// Moves a word to the class where it is worth most.
    fn place(&mut self, word: usize) {
        let count = self.counts[word];
        let from = self.class[word];
        self.sizes[from] -= count;
        let mut worth = [0i64; CLASSES];
        for side in &mut self.sides {
            for &(neighbour, times) in &side.neighbours[word] {
                let beside = &mut side.beside[neighbour];
                beside[from] -= times;
                for (worth, &now) in worth.iter_mut().zip(beside.iter()) {
                    *worth += self.entropy[(now + times) as usize] - self.entropy[now as usize];
                }
            }
        }
        for (worth, &size) in worth.iter_mut().zip(&self.sizes) {
            *worth -= 2 * (self.entropy[(size + count) as usize] - self.entropy[size as usize]);
        }
        let to = (0..CLASSES).max_by_key(|&class| (worth[class], Reverse(class))).unwrap_or(from);
        self.class[word] = to;
        self.sizes[to] += count;
        for side in &mut self.sides {
            for &(neighbour, times) in &side.neighbours[word] {
                side.beside[neighbour][to] += times;
            }
        }
    }
}

impl Side {
    fn new(sentences: &[Vec<u32>], vocabulary: &Vocabulary, after: bool, class: &[usize]) -> Side {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for sentence in sentences {
            for pair in sentence.windows(2) {
                if let [Some(&left), Some(&right)] = [pair[0], pair[1]].map(|word| vocabulary.numbers.get(&word)) {
                    pairs.push(if after { (left, right) } else { (right, left) });
                }
            }
        }
        pairs.sort_unstable();
        let mut side = Side { neighbours: vec![Vec::new(); class.len()], beside: vec![[0; CLASSES]; class.len()] };
        for same in pairs.chunk_by(|a, b| a == b) {
            let ((word, neighbour), times) = (same[0], u32::try_from(same.len()).expect("fewer than 2^32 words"));
            side.neighbours[word].push((neighbour, times));
            side.beside[neighbour][class[word]] += times;
        }
        side
    }
}

/// n·log₂ n with sixteen bits of fraction, by integers alone: the same on every machine.
fn entropy(n: u64) -> i64 {
    let Some(whole) = n.checked_ilog2() else { return 0 };
    // The mantissa in [1, 2), as 32 bits of fraction; each squaring gives one bit of the logarithm.
    let mut mantissa = (n << 32) >> whole;
    let mut log = u64::from(whole);
    for _ in 0..16 {
        mantissa = u64::try_from((u128::from(mantissa) * u128::from(mantissa)) >> 32).unwrap_or(u64::MAX);
        log <<= 1;
        if mantissa >> 33 != 0 {
            mantissa >>= 1;
            log |= 1;
        }
    }
    i64::try_from(n * log).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn words_between_the_same_neighbours_fall_together() {
        let mut text = String::new();
        for (subject, verb) in [("cat", "slept"), ("dog", "slept"), ("cat", "ran"), ("dog", "ran")].repeat(5) {
            writeln!(text, "The\tO\n{subject}\tO\n{verb}\tO\nthere\tO\n").unwrap();
        }
        let found = clusters(&[Source { name: "x", text: &text }], 5, 4);
        let of = |word: &str| found.iter().find(|(key, _)| *key == hash::word(word.as_bytes())).unwrap().1;
        assert_eq!(of("cat"), of("dog"));
        assert_eq!(of("slept"), of("ran"));
        assert_ne!(of("cat"), of("ran"));
        assert!(found.iter().all(|&(_, cluster)| cluster != 0));
    }

    #[test]
    fn entropy_is_near_the_real_one() {
        for n in [0u32, 1, 2, 3, 10, 1000, 123_456, 2_000_000] {
            let real = if n == 0 { 0.0 } else { f64::from(n) * f64::from(n).log2() };
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let ours = entropy(u64::from(n)) as f64 / 65536.0;
            assert!((ours - real).abs() <= f64::from(n) / 60000.0, "{n}: {ours} for {real}");
        }
    }
}
