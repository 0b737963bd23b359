//! Owns BERTs for token classification: scores of labels for each wordpiece → names.

use serde::Deserialize;

use super::super::tagger::{Label, TaggedSpan};
use super::cut::{Pieces, Window};
use super::{Scores, TransformerError, label_of};

/// What the scores are of, in the order of the model.
#[derive(Debug)]
pub(super) struct Bert {
    labels: Vec<Step>,
}

/// What a label of the model says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Outside,
    Begin(Label),
    Inside(Label),
}

/// What the model says of a word, and how sure that is, in percent.
pub(super) type Said = (Step, u8);

impl Bert {
    /// Labels that the user names, or those of a `config.json`.
    pub(super) fn new(labels: &[String], config: Option<&[u8]>) -> Result<Bert, TransformerError> {
        let known = if labels.is_empty() { labels_of(config.ok_or(TransformerError::NoLabels)?)? } else { labels.to_vec() };
        Ok(Bert { labels: known.iter().map(|label| Step::of(label)).collect() })
    }

    /// What the model says of each word that is decided on. A word is what its first piece is.
    pub(super) fn said(&self, scores: &Scores, pieces: &Pieces, before: usize, window: &Window) -> Result<Vec<Said>, TransformerError> {
        let [1, rows, columns] = scores.shape[..] else { return Err(TransformerError::Shape(scores.shape.clone())) };
        if rows != scores.pieces {
            return Err(TransformerError::Shape(scores.shape.clone()));
        }
        if columns != self.labels.len() || columns == 0 {
            return Err(TransformerError::Labels { found: columns, wanted: self.labels.len() });
        }
        let row = |at: usize| &scores.values[at * columns..][..columns];
        let said = |word| pieces.place(window.shown.start, word).map_or((Step::Outside, 0), |at| best(row(before + at), &self.labels));
        Ok(window.core.clone().map(said).collect())
    }
}

impl Step {
    /// From a label as models name them: `B-PER`, `I-LOC`, `PERSON`. What newswatch has no names of is outside.
    fn of(label: &str) -> Step {
        let (prefix, kind) = label.split_once('-').unwrap_or(("I", label));
        match label_of(kind) {
            None => Step::Outside,
            Some(kind) if prefix == "B" => Step::Begin(kind),
            Some(kind) => Step::Inside(kind),
        }
    }
}

/// The label of the highest score, the first of equals, and its share in percent, at most 99.
fn best(scores: &[f32], labels: &[Step]) -> Said {
    let top = (0..scores.len()).rev().max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
    let share = 1.0 / scores.iter().map(|score| (score - scores[top]).exp()).sum::<f32>();
    (labels[top], super::percent(share))
}

/// The names that the words make up, none across the end of a sentence. A name is as sure as the least sure of its words.
pub(super) fn spans(said: &[Said], ends: &[usize]) -> Vec<TaggedSpan> {
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

/// `id2label` of a `config.json`, in the order of its numbers.
fn labels_of(config: &[u8]) -> Result<Vec<String>, TransformerError> {
    #[derive(Deserialize)]
    struct Config {
        #[serde(default)]
        id2label: std::collections::BTreeMap<usize, String>,
    }
    let config: Config = serde_json::from_slice(config).map_err(|source| TransformerError::Config { file: "config.json", source })?;
    let dense = config.id2label.keys().copied().eq(0..config.id2label.len());
    if !dense || config.id2label.is_empty() {
        return Err(TransformerError::NoLabels);
    }
    Ok(config.id2label.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_by_their_usual_names() {
        let check = |label: &str, expect: Step| assert_eq!(Step::of(label), expect, "{label}");
        check("O", Step::Outside);
        check("B-MISC", Step::Outside);
        check("B-PER", Step::Begin(Label::Person));
        check("I-ORG", Step::Inside(Label::Organization));
        check("B-GPE", Step::Begin(Label::Place));
        check("person", Step::Inside(Label::Person));
        check("I-NORP", Step::Inside(Label::Group));
    }

    #[test]
    fn a_config_knows_the_labels() {
        let config = br#"{"model_type": "bert", "id2label": {"0": "O", "2": "I-PER", "1": "B-PER"}}"#;
        assert_eq!(labels_of(config).unwrap(), ["O", "B-PER", "I-PER"]);
        for unknown in [&b"{}"[..], br#"{"id2label": {"1": "O"}}"#] {
            assert!(matches!(labels_of(unknown), Err(TransformerError::NoLabels)));
        }
        assert!(labels_of(b"{").unwrap_err().to_string().starts_with("config.json: "));
    }
}
