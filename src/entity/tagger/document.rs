//! Owns the document as the tagger sees it: words, what tags they can have, sentences; and the two passes over it.

use std::ops::Range;

use super::decode::{self, Scores, TagSet, Transitions};
use super::evidence::{self, Evidence};
use super::features::{self, Keys, Known, View};
use super::label::{TAGS, Tag};
use super::lexicon::Lexicon;
use super::model::{Model, Sums, Table};
use super::word::{self, Word};

#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) words: Vec<Word>,
    /// One for each word.
    pub(super) possible: Vec<TagSet>,
    pub(super) sentences: Vec<Range<usize>>,
}

impl Document {
    /// Looks at words whose sentences end at `ends`. Words after the last end are a sentence of their own; an end out of order is none.
    pub(super) fn look(words: &[&str], ends: &[usize], lexicon: &Lexicon<'_>) -> Document {
        let mut document = Document { words: Vec::with_capacity(words.len()), ..Document::default() };
        for &end in ends.iter().chain([&words.len()]) {
            let start = document.words.len();
            if start < end && end <= words.len() {
                word::look(&words[start..end], lexicon, &mut document.words);
                decode::possible(&document.words[start..end], &mut document.possible);
                let live = document.possible[start..].iter().map(|possible| *possible != TagSet::OUTSIDE);
                for ((word, text), _) in document.words[start..].iter_mut().zip(&words[start..]).zip(live).filter(|(_, live)| *live) {
                    word.look_at_affixes(text);
                }
                document.sentences.push(start..end);
            }
        }
        document
    }

    /// The tags of all words, and the scores that led to them.
    pub(super) fn tag(&self, model: &Model<'_>) -> (Vec<Tag>, Vec<Scores>) {
        let (first, mut scores) = self.tag_once(model);
        let evidence = evidence::gather(&self.words, &first);
        self.score(&mut scores, model, |view, sentence, at, sums, keys| {
            let known = Known::of(&evidence[sentence], at);
            model.tabled.add(view, &known, sums);
            features::of_listed_evidence(known.here, view.here, keys);
        });
        (self.decode(&scores, &model.transitions), scores)
    }

    /// The first pass alone.
    pub(super) fn tag_once(&self, model: &Model<'_>) -> (Vec<Tag>, Vec<Scores>) {
        let mut scores = vec![[0; TAGS]; self.words.len()];
        self.score(&mut scores, model, |view, _, _, _, keys| features::of_view(view, keys));
        (self.decode(&scores, &model.transitions), scores)
    }

    /// Adds to the scores of every word that could be part of a name what its features weigh. `look` is given the word's view, its sentence
    /// and its index in that; it adds to sums what it knows, and puts the keys of the features that are to be looked up.
    fn score(&self, scores: &mut [Scores], model: &Model<'_>, mut look: impl FnMut(&View<'_>, Range<usize>, usize, &mut Sums, &mut Keys)) {
        let mut batch = Batch::default();
        for sentence in &self.sentences {
            let words = &self.words[sentence.clone()];
            for at in (0..words.len()).filter(|at| self.possible[sentence.start + at] != TagSet::OUTSIDE) {
                let mut sums = Sums::default();
                look(&View::of(words, at), sentence.clone(), at, &mut sums, &mut batch.keys);
                batch.words.push((sentence.start + at, sums, batch.keys.as_slice().len()));
                if batch.keys.as_slice().len() >= BATCH {
                    batch.add_to(scores, &model.table);
                }
            }
        }
        batch.add_to(scores, &model.table);
    }

    fn decode(&self, scores: &[Scores], transitions: &Transitions) -> Vec<Tag> {
        let mut tags = Vec::with_capacity(self.words.len());
        for sentence in &self.sentences {
            let range = || sentence.clone();
            decode::best(&scores[range()], &self.words[range()], &self.possible[range()], transitions, &mut tags);
        }
        tags
    }

    /// The evidence that these tags of a first pass give.
    pub(super) fn evidence(&self, tags: &[Tag]) -> Vec<Evidence> {
        evidence::gather(&self.words, tags)
    }
}

/// Words whose features are looked up together, so that their ways from memory overlap.
#[derive(Debug, Default)]
struct Batch {
    keys: Keys,
    /// For each word its index, what it scores besides, and where its keys end.
    words: Vec<(usize, Sums, usize)>,
}

/// About how many features are looked up together: as many as the nearest cache holds.
const BATCH: usize = 400;

impl Batch {
    fn add_to(&mut self, scores: &mut [Scores], table: &Table<'_>) {
        table.fetch(self.keys.as_slice());
        let mut start = 0;
        for (word, mut sums, end) in self.words.drain(..) {
            table.add(&self.keys.as_slice()[start..end], &mut sums);
            scores[word][1..].iter_mut().zip(sums).for_each(|(score, sum)| *score += i32::from(sum));
            start = end;
        }
        self.keys.clear();
    }
}
