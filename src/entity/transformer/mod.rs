//! Owns the optional transformer: a user's own model in ONNX form in the place of the embedded tagger. It is a BERT for token classification
//! or a span-level GLiNER; which of them is seen from what it wants to be given.
//!
//! What runs it, ONNX Runtime, is a library that is found and loaded by the caller, as are all files; nothing here touches one. A
//! transformer computes with floats: the same names on every machine are not promised, other than with the embedded tagger.

mod bert;
mod cut;
mod gliner;

use std::sync::{Mutex, PoisonError};

use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;
use thiserror::Error;

use self::bert::Bert;
pub use self::cut::Cutter;
use self::cut::{Pieces, Window};
use self::gliner::Gliner;
use super::tagger::{Label, LabelError, Labeller, TaggedSpan};

/// What is to be known of a model beside its session and its tokenizer. What does not belong to its kind is left unread.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// What the scores of a BERT are of, in the order of the model: `O`, `B-PER`, `I-PER`. If empty, its `config.json` says so.
    pub labels: &'a [String],
    /// What a GLiNER is asked for, and which label that is: `person`, `PER`. If empty, what is usual.
    pub ask: &'a [(String, String)],
    /// How sure of a name a GLiNER has to be, in percent.
    pub threshold: u8,
    /// The `config.json` of a BERT.
    pub config: Option<&'a [u8]>,
    /// The `gliner_config.json` of a GLiNER.
    pub gliner_config: Option<&'a [u8]>,
}

/// Why a transformer cannot be used.
#[derive(Debug, Error)]
pub enum TransformerError {
    #[error("the model: {0}")]
    Model(#[from] ort::Error),
    #[error("the model has {found} labels, not the {wanted} that `labels` of [transformer], or its config.json, names")]
    Labels { found: usize, wanted: usize },
    #[error("what the model's scores are of is not known: list them as `labels` of [transformer], or put its config.json beside it")]
    NoLabels,
    #[error("the model has scores of the shape {0:?}, not one row for each wordpiece: it is no BERT for token classification")]
    Shape(Vec<usize>),
    #[error("the model has scores of the shape {found:?}, not {wanted:?}: its gliner_config.json has to stand beside it")]
    Runs { found: Vec<usize>, wanted: [usize; 4] },
    #[error("the model wants {0:?}, which neither a BERT nor a span-level GLiNER does")]
    Input(String),
    #[error("the model is a GLiNER, but scores single words (token level); only span-level ones can be used")]
    TokenLevel,
    #[error("its gliner_config.json has {0}, which is not supported")]
    Unsupported(String),
    #[error("{file}: {source}")]
    Config { file: &'static str, source: serde_json::Error },
    #[error("`ask` of [transformer] takes {words:?} for {label:?}, which is none of PER, ORG, LOC and NORP")]
    Asked { words: String, label: String },
    #[error("`ask` of [transformer] takes {0} pieces, which leaves too little room for text")]
    LongAsk(usize),
    #[error("the tokenizer has no {0:?}, which a GLiNER is asked with: it belongs to another model")]
    Mark(String),
    #[error("the tokenizer: {0}")]
    Tokenizer(String),
    #[error("the vocabulary has no {0}")]
    Vocabulary(&'static str),
}

/// A transformer that is ready to label words.
#[derive(Debug)]
pub struct Transformer {
    /// One at a time: running changes a session.
    session: Mutex<Session>,
    cutter: Cutter,
    kind: Kind,
    /// How many words and pieces are decided on at a time.
    at_once: usize,
}

#[derive(Debug)]
enum Kind {
    Bert(Bert),
    Gliner(Gliner),
}

/// What a model answers for the words of a window.
#[derive(Debug)]
struct Scores {
    shape: Vec<usize>,
    values: Vec<f32>,
    /// How many pieces and marks were shown.
    pieces: usize,
}

/// The places of a BERT, for pieces, marks and prompt; GLiNERs are made for about as many words.
const PLACES: usize = 512;
/// Wordpieces that are shown on either side of those that are decided on.
const AROUND: usize = 64;
/// What a prompt has to leave to the words that are decided on.
const ROOM: usize = 128;

impl Transformer {
    /// Puts the parts together and has them label a word, to see that they fit each other.
    ///
    /// # Errors
    /// Parts that do not belong together, or a model of another kind.
    pub fn new(session: Session, cutter: Cutter, settings: &Settings<'_>) -> Result<Transformer, TransformerError> {
        let wants = |name: &str| session.inputs().iter().any(|input| input.name() == name);
        let kind = match (wants("words_mask"), wants("span_idx")) {
            (true, true) => Kind::Gliner(Gliner::new(settings.ask, settings.threshold, settings.gliner_config, &cutter)?),
            (true, false) => return Err(TransformerError::TokenLevel),
            (false, _) => Kind::Bert(Bert::new(settings.labels, settings.config)?),
        };
        let taken = kind.prompt().len() + cutter.open().len() + cutter.close().len() + 2 * AROUND;
        let at_once = PLACES.saturating_sub(taken);
        if at_once < ROOM {
            return Err(TransformerError::LongAsk(kind.prompt().len()));
        }
        let transformer = Transformer { session: Mutex::new(session), cutter, kind, at_once };
        transformer.spans(&["a"], &[1])?;
        Ok(transformer)
    }

    fn spans(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, TransformerError> {
        let pieces = self.cutter.pieces(words)?;
        let windows = pieces.windows(self.at_once, AROUND);
        match &self.kind {
            Kind::Bert(bert) => {
                let mut said = Vec::with_capacity(words.len());
                for window in windows {
                    said.extend(bert.said(&self.run(&pieces, &window)?, &pieces, self.cutter.open().len(), &window)?);
                }
                Ok(bert::spans(&said, ends))
            }
            Kind::Gliner(gliner) => {
                let mut found = Vec::new();
                for window in windows {
                    // In each window, so that what is kept grows by words and not by runs of words, and then where windows meet.
                    found.extend(gliner::surest(gliner.candidates(&self.run(&pieces, &window)?, &window, ends)?));
                }
                Ok(gliner::surest(found).into_iter().map(|(_, span)| span).collect())
            }
        }
    }

    /// Shows the model the words of a window.
    fn run(&self, pieces: &Pieces, window: &Window) -> Result<Scores, TransformerError> {
        let (open, close, shown) = (self.cutter.open(), self.cutter.close(), &window.shown);
        let ids = [open, self.kind.prompt(), pieces.of(shown.clone()), close].concat();
        let (len, words) = (ids.len(), shown.len());
        let number = |count: usize| i64::try_from(count).expect("windows are short");
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inputs: Vec<(String, SessionInputValue<'_>)> = Vec::new();
        for input in session.inputs() {
            let value: SessionInputValue<'_> = match (input.name(), &self.kind) {
                ("input_ids", _) => Tensor::from_array(([1, len], ids.clone()))?.into(),
                ("attention_mask", _) => Tensor::from_array(([1, len], vec![1_i64; len]))?.into(),
                ("token_type_ids", _) => Tensor::from_array(([1, len], vec![0_i64; len]))?.into(),
                // The number of the word, from 1 on, at its first piece.
                ("words_mask", Kind::Gliner(gliner)) => {
                    let mut mask = vec![0_i64; len];
                    for (word, at) in shown.clone().zip(1..) {
                        if let Some(place) = pieces.place(shown.start, word) {
                            mask[open.len() + gliner.prompt().len() + place] = at;
                        }
                    }
                    Tensor::from_array(([1, len], mask))?.into()
                }
                ("text_lengths", Kind::Gliner(_)) => Tensor::from_array(([1, 1], vec![number(words)]))?.into(),
                ("span_idx", Kind::Gliner(gliner)) => {
                    let runs: Vec<i64> = gliner.runs(words).flat_map(Option::unwrap_or_default).collect();
                    Tensor::from_array(([1, runs.len() / 2, 2], runs))?.into()
                }
                ("span_mask", Kind::Gliner(gliner)) => {
                    let there: Vec<bool> = gliner.runs(words).map(|run| run.is_some()).collect();
                    Tensor::from_array(([1, there.len()], there))?.into()
                }
                (other, _) => return Err(TransformerError::Input(other.to_owned())),
            };
            inputs.push((input.name().to_owned(), value));
        }
        let outputs = session.run(inputs)?;
        let (shape, values) = outputs[0].try_extract_tensor::<f32>()?;
        let shape = shape.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        Ok(Scores { shape, values: values.to_vec(), pieces: len })
    }
}

impl Kind {
    /// The pieces between the opening mark and the words.
    fn prompt(&self) -> &[i64] {
        match self {
            Kind::Bert(_) => &[],
            Kind::Gliner(gliner) => gliner.prompt(),
        }
    }
}

impl Labeller for Transformer {
    fn label(&self, words: &[&str], ends: &[usize]) -> Result<Vec<TaggedSpan>, LabelError> {
        self.spans(words, ends).map_err(|error| LabelError(error.to_string()))
    }
}

/// The label of a usual name for it: `PER`, `GPE`.
fn label_of(name: &str) -> Option<Label> {
    match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Some(Label::Person),
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Some(Label::Organization),
        "LOC" | "LOCATION" | "GPE" | "FAC" => Some(Label::Place),
        "NORP" => Some(Label::Group),
        _ => None,
    }
}

/// At most 99: no model knows.
fn percent(share: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 99; a cast of no number gives 0")]
    let percent = (100.0 * share).min(99.0) as u8;
    percent
}

#[cfg(test)]
mod tests;
