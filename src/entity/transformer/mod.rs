//! Owns the optional transformer: a user's own BERT for token classification, in ONNX form, in the place of the embedded tagger.
//!
//! What runs it, ONNX Runtime, is a library that is found and loaded by the caller; nothing here touches a file. A transformer computes
//! with floats: the same names on every machine are not promised, other than with the embedded tagger.

mod wordpiece;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;
use thiserror::Error;

use self::wordpiece::{Pieces, Vocabulary};
use super::tagger::{Label, LabelError, Labeller, TaggedSpan};

/// What a transformer is made of, as files of the usual form hold it.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The model in the ONNX format: `input_ids`, and `attention_mask` and `token_type_ids` where it has them, to scores of labels.
    pub model: &'a [u8],
    /// One wordpiece a line, as BERT's `vocab.txt`.
    pub vocabulary: &'a str,
    /// What the scores are of, in the order of the model: `O`, `B-PER`, `I-PER`.
    pub labels: &'a [String],
    /// Whether the vocabulary is in lower case, without accents.
    pub lowercase: bool,
}

/// Why a transformer cannot be used.
#[derive(Debug, Error)]
pub enum TransformerError {
    #[error("the model: {0}")]
    Model(#[from] ort::Error),
    #[error("the model has {found} labels, not the {wanted} that the configuration names")]
    Labels { found: usize, wanted: usize },
    #[error("the model has scores of the shape {0:?}, not one row for each wordpiece")]
    Shape(Vec<i64>),
    #[error("the model wants {0:?}, which is no input of a BERT")]
    Input(String),
    #[error("the vocabulary has no {0}")]
    Vocabulary(&'static str),
}

/// A transformer that is ready to label words.
#[derive(Debug)]
pub struct Transformer {
    /// One at a time: running changes a session.
    session: Mutex<Session>,
    vocabulary: Vocabulary,
    labels: Vec<Step>,
}

/// What a label of the model says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Outside,
    Begin(Label),
    Inside(Label),
}

/// What the model says of a word, and how sure that is, in percent.
type Said = (Step, u8);

/// Wordpieces that are decided on at a time; with [`AROUND`] on either side and two marks they fit the 512 places of a BERT.
const AT_ONCE: usize = 382;
/// Wordpieces that are shown on either side of those that are decided on.
const AROUND: usize = 64;

impl Transformer {
    /// Puts the parts together and has them label two marks, to see that they fit each other.
    ///
    /// # Errors
    /// Parts that are broken, or do not belong together.
    pub fn new(runtime: &Environment, parts: &Parts<'_>) -> Result<Transformer, TransformerError> {
        let vocabulary = Vocabulary::new(parts.vocabulary, parts.lowercase).map_err(TransformerError::Vocabulary)?;
        // One thread: newswatch works on several documents at a time as it is.
        let session = Session::builder(runtime)?.with_intra_threads(1).map_err(ort::Error::from)?.commit_from_memory(parts.model)?;
        let labels = parts.labels.iter().map(|label| Step::of(label)).collect();
        let transformer = Transformer { session: Mutex::new(session), vocabulary, labels };
        transformer.run(&[])?;
        Ok(transformer)
    }

    /// What the model says of each word of a window. A word is what its first piece is.
    fn window(&self, pieces: &Pieces, words: Range<usize>) -> Result<Vec<Said>, TransformerError> {
        let shown = pieces.of(words.clone());
        let rows = self.run(shown)?;
        let start = pieces.place(words.start);
        Ok(words.map(|word| best(&rows[1 + pieces.place(word) - start], &self.labels)).collect())
    }

    /// The scores of the labels for the opening mark, each piece and the closing mark.
    fn run(&self, pieces: &[i64]) -> Result<Vec<Vec<f32>>, TransformerError> {
        let ids: Vec<i64> = [self.vocabulary.open()].into_iter().chain(pieces.iter().copied()).chain([self.vocabulary.close()]).collect();
        let len = ids.len();
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inputs: Vec<(String, SessionInputValue<'_>)> = Vec::new();
        for input in session.inputs() {
            let values = match input.name() {
                "input_ids" => ids.clone(),
                "attention_mask" => vec![1; len],
                "token_type_ids" => vec![0; len],
                other => return Err(TransformerError::Input(other.to_owned())),
            };
            inputs.push((input.name().to_owned(), Tensor::from_array(([1, len], values))?.into()));
        }
        let outputs = session.run(inputs)?;
        let (shape, scores) = outputs[0].try_extract_tensor::<f32>()?;
        let [1, rows, columns] = shape[..] else { return Err(TransformerError::Shape(shape.to_vec())) };
        let columns = usize::try_from(columns).unwrap_or(0);
        if usize::try_from(rows) != Ok(len) {
            return Err(TransformerError::Shape(shape.to_vec()));
        }
        if columns != self.labels.len() || columns == 0 {
            return Err(TransformerError::Labels { found: columns, wanted: self.labels.len() });
        }
        Ok(scores.chunks_exact(columns).map(<[f32]>::to_vec).collect())
    }
}

impl Labeller for Transformer {
    fn label(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, LabelError> {
        let pieces = self.vocabulary.pieces(words);
        let mut said = Vec::with_capacity(words.len());
        while said.len() < words.len() {
            let core = pieces.fitting(said.len(), AT_ONCE);
            let shown = pieces.fitting_before(core.start, AROUND)..pieces.fitting(core.end, AROUND).end;
            let window = self.window(&pieces, shown.clone()).map_err(|error| LabelError(error.to_string()))?;
            said.extend_from_slice(&window[core.start - shown.start..core.end - shown.start]);
        }
        Ok(spans(&said, ends))
    }
}

impl Step {
    /// From a label as models name them: `B-PER`, `I-LOC`, `PERSON`. What newswatch has no names of is outside.
    fn of(label: &str) -> Step {
        let (prefix, kind) = label.split_once('-').unwrap_or(("I", label));
        let kind = match kind.to_ascii_uppercase().as_str() {
            "PER" | "PERSON" => Label::Person,
            "ORG" | "ORGANIZATION" | "ORGANISATION" => Label::Organization,
            "LOC" | "LOCATION" | "GPE" | "FAC" => Label::Place,
            "NORP" => Label::Group,
            _ => return Step::Outside,
        };
        if prefix == "B" { Step::Begin(kind) } else { Step::Inside(kind) }
    }
}

/// The label of the highest score, the first of equals, and its share in percent, at most 99.
fn best(scores: &[f32], labels: &[Step]) -> Said {
    let top = (0..scores.len()).rev().max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
    let share = 1.0 / scores.iter().map(|score| (score - scores[top]).exp()).sum::<f32>();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 99; a cast of no number gives 0")]
    let percent = (100.0 * share).min(99.0) as u8;
    (labels[top], percent)
}

/// The names that the words make up, none across the end of a sentence. A name is as sure as the least sure of its words.
fn spans(said: &[Said], ends: &[usize]) -> Vec<TaggedSpan> {
    let mut spans: Vec<TaggedSpan> = Vec::new();
    for (at, &(step, percent)) in said.iter().enumerate() {
        let label = match step {
            Step::Outside => continue,
            Step::Begin(label) | Step::Inside(label) => label,
        };
        match spans.last_mut() {
            Some(span) if step == Step::Inside(span.label) && span.tokens.end == at && ends.binary_search(&at).is_err() => {
                span.tokens.end = at + 1;
                span.confidence = span.confidence.min(percent);
            }
            _ => spans.push(TaggedSpan { tokens: at..at + 1, label, confidence: percent }),
        }
    }
    spans
}

#[cfg(test)]
mod tests;
