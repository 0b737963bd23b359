//! Owns the tagger: which words are names, of persons, organizations, places and groups, and how sure that is.
//!
//! An averaged perceptron (Collins 2002) over hashed features, decoded by Viterbi, in two passes over a document: the second one sees
//! what the first took each word for elsewhere in the document. `MODEL.md` beside this module is the card of the embedded model.
//!
//! Weights and scores are integers, so the same text gives the same names on every machine.

mod calibration;
mod decode;
mod document;
mod evidence;
mod features;
mod hash;
mod label;
mod lexicon;
mod model;
pub mod score;
mod tabled;
pub mod train;
pub mod tsv;
mod word;

use std::ops::Range;
use std::sync::OnceLock;

use thiserror::Error;

use self::decode::{Scores, Transitions};
use self::document::Document;
pub use self::label::Label;
use self::label::Tag;
use self::model::Model;
pub use self::model::{ModelError, VERSION};
use self::word::Word;

/// What says which words of a document are names.
pub trait Labeller: Sync {
    /// The names in a document, or in a part of one that is long, in order and not overlapping; see [`Tagger::tag`].
    ///
    /// # Errors
    /// Whatever keeps a labeller from having a say. The embedded tagger has always one.
    fn label(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, LabelError>;
}

/// Why a labeller has nothing to say of a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct LabelError(pub String);

/// A model that finds names.
#[derive(Clone, Debug)]
pub struct Tagger<'m> {
    model: Model<'m>,
}

/// A name in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedSpan {
    /// Indices into the words that were tagged; never empty, never across the end of a sentence.
    pub tokens: Range<usize>,
    pub label: Label,
    /// How often names found with such a margin are right, in percent, 0 to 99.
    pub confidence: u8,
}

impl Tagger<'static> {
    /// The model that is part of the program.
    #[must_use]
    pub fn embedded() -> &'static Tagger<'static> {
        static TAGGER: OnceLock<Tagger<'static>> = OnceLock::new();
        TAGGER.get_or_init(|| Tagger::read(&EMBEDDED.0).expect("the embedded model is checked by the tests"))
    }
}

/// Keeps every bucket of the table in a cache line of its own.
#[repr(align(64))]
struct Aligned<Bytes: ?Sized>(Bytes);

static EMBEDDED: &Aligned<[u8]> = &Aligned(*include_bytes!("model.bin"));

impl<'m> Tagger<'m> {
    /// Reads a model file in place.
    pub fn read(bytes: &'m [u8]) -> Result<Tagger<'m>, ModelError> {
        Ok(Tagger { model: Model::read(bytes)? })
    }

    /// The names in a document, in order and not overlapping. `words` are its tokens, cut as [`crate::entity::token::tokens`] cuts
    /// them; `ends` are the indices after the last word of each sentence, rising.
    ///
    /// Linear in the number of words. What a name was taken for counts for its other mentions within some 16,000 words.
    #[must_use]
    pub fn tag(&self, words: &[&str], ends: &[usize]) -> Vec<TaggedSpan> {
        let mut spans = Vec::new();
        let mut start = 0;
        let mut from = 0;
        while start < words.len() {
            let fits = ends[from..].partition_point(|&end| end <= start + PART).max(1);
            let part_ends: Vec<usize> = ends[from..].iter().take(fits).map(|end| end.saturating_sub(start)).collect();
            from = (from + fits).min(ends.len());
            let end = if from < ends.len() { ends[from - 1].clamp(start, words.len()) } else { words.len() };
            let document = Document::look(&words[start..end], &part_ends, &self.model.lexicon);
            let (tags, scores) = document.tag(&self.model);
            for (tokens, label) in names(&tags) {
                let margin = margin(tokens.clone(), &document.words, &tags, &scores, &self.model.transitions);
                let confidence = self.model.calibration.percent(margin);
                spans.push(TaggedSpan { tokens: start + tokens.start..start + tokens.end, label, confidence });
            }
            start = end;
        }
        spans
    }
}

impl Labeller for Tagger<'_> {
    fn label(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, LabelError> {
        Ok(self.tag(words, ends))
    }
}

impl Tagger<'_> {
    /// The same as labels of the training format, one for each word: `B-PER`, `I-PER`, `O`.
    #[must_use]
    pub fn labels(&self, words: &[&str], ends: &[usize]) -> Vec<&'static str> {
        let mut labels = vec!["O"; words.len()];
        for span in self.tag(words, ends) {
            labels[span.tokens.clone()].fill(Tag::inside(span.label).name());
            labels[span.tokens.start] = Tag::first(span.label).name();
        }
        labels
    }
}

/// Longer documents are tagged in parts of about so many words, which bounds memory; few news stories have a tenth of it.
pub(super) const PART: usize = 1 << 14;

/// The names that tags lay over words.
fn names(tags: &[Tag]) -> impl Iterator<Item = (Range<usize>, Label)> {
    (0..tags.len()).filter(|&at| tags[at] != Tag::OUTSIDE && !tags[at].is_inside()).map(|at| {
        let more = tags[at + 1..].iter().take_while(|tag| tag.is_inside()).count();
        let label = tags[at].label().expect("not outside");
        (at..at + 1 + more, label)
    })
}

/// By how much the tags of a name beat the next best choice: the least such distance over its words, their neighbours' tags held fixed.
fn margin(name: Range<usize>, words: &[Word], tags: &[Tag], scores: &[Scores], transitions: &Transitions) -> i32 {
    name.map(|at| {
        let before = at.checked_sub(1).map_or(Tag::OUTSIDE, |at| tags[at]);
        let value = |tag: Tag| {
            let after = tags.get(at + 1).map_or(0, |&after| transitions.get(words[at + 1].case, tag, after));
            transitions.get(words[at].case, before, tag) + scores[at][tag.index()] + after
        };
        let rival = Tag::all().filter(|&tag| tag != tags[at] && tag.may_follow(before)).map(value).max();
        rival.map_or(i32::MAX, |rival| value(tags[at]).saturating_sub(rival))
    })
    .min()
    .unwrap_or(0)
}

#[cfg(test)]
mod tests;
