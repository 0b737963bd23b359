//! Owns the document as the tagger sees it: words, what tags they can have, sentences; and the two passes over it.

use std::ops::Range;

use super::decode::{self, Scores, TagSet, Transitions};
use super::evidence::{self, Evidence};
use super::features;
use super::label::{TAGS, Tag};
use super::lexicon::Lexicon;
use super::model::Model;
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
        self.score(&mut scores, model, |words, sentence, at, keys| {
            features::of_evidence(words, &evidence[sentence], at, keys);
        });
        (self.decode(&scores, &model.transitions), scores)
    }

    /// The first pass alone.
    pub(super) fn tag_once(&self, model: &Model<'_>) -> (Vec<Tag>, Vec<Scores>) {
        let mut scores = vec![[0; TAGS]; self.words.len()];
        self.score(&mut scores, model, |words, _, at, keys| features::of_word(words, at, keys));
        (self.decode(&scores, &model.transitions), scores)
    }

    /// Adds to the scores of every word that could be part of a name the weights of its features.
    fn score(&self, scores: &mut [Scores], model: &Model<'_>, keys_of: impl Fn(&[Word], Range<usize>, usize, &mut Vec<u64>)) {
        let mut keys = Vec::new();
        for sentence in &self.sentences {
            let words = &self.words[sentence.clone()];
            for at in 0..words.len() {
                if self.possible[sentence.start + at] != TagSet::OUTSIDE {
                    keys.clear();
                    keys_of(words, sentence.clone(), at, &mut keys);
                    model.table.add(&keys, &mut scores[sentence.start + at]);
                }
            }
        }
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
