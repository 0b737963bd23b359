//! Owns span-level GLiNERs (Zaratiana et al. 2023): models that are told in words what to look for, and score every short run of words for each.
//!
//! Before the words of the document stand those that are asked for, each behind a mark: `<<ENT>> person <<ENT>> location <<SEP>>`.

use serde::Deserialize;

use super::super::tagger::{Label, TaggedSpan};
use super::cut::{Cutter, Window};
use super::{Scores, TransformerError, label_of};

/// What is asked for unless the user says otherwise.
const USUAL: [(&str, Label); 4] =
    [("person", Label::Person), ("organization", Label::Organization), ("location", Label::Place), ("nationality", Label::Group)];
/// A name of more words is none; what a model has room for is far less.
const WIDEST: usize = 64;

/// What a model is asked, and how it answers.
#[derive(Debug)]
pub(super) struct Gliner {
    /// The pieces that ask.
    prompt: Vec<i64>,
    labels: Vec<Label>,
    /// In percent; a name is surer than that.
    threshold: u8,
    /// How many words the longest run has that the model scores.
    width: usize,
}

/// What of a `gliner_config.json` matters here. A file that leaves a key out means what the makers of GLiNER took for granted.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Config {
    max_width: usize,
    ent_token: String,
    sep_token: String,
    subtoken_pooling: String,
}

impl Default for Config {
    fn default() -> Config {
        Config { max_width: 12, ent_token: "<<ENT>>".to_owned(), sep_token: "<<SEP>>".to_owned(), subtoken_pooling: "first".to_owned() }
    }
}

impl Gliner {
    /// Asks for `ask`, words and their label (`person`, `PER`); if that is empty for what is usual.
    pub(super) fn new(ask: &[(String, String)], threshold: u8, config: Option<&[u8]>, cutter: &Cutter) -> Result<Gliner, TransformerError> {
        let config: Config = match config {
            Some(json) => serde_json::from_slice(json).map_err(|source| TransformerError::Config { file: "gliner_config.json", source })?,
            None => Config::default(),
        };
        if !(1..=WIDEST).contains(&config.max_width) {
            return Err(TransformerError::Unsupported(format!("max_width {}", config.max_width)));
        }
        if config.subtoken_pooling != "first" {
            return Err(TransformerError::Unsupported(format!("subtoken_pooling {:?}", config.subtoken_pooling)));
        }
        let asked = ask.iter().map(|(words, label)| {
            Ok((words.as_str(), label_of(label).ok_or_else(|| TransformerError::Asked { words: words.clone(), label: label.clone() })?))
        });
        let asked: Vec<(&str, Label)> = if ask.is_empty() { USUAL.to_vec() } else { asked.collect::<Result<_, TransformerError>>()? };
        let mark = |name: &str| cutter.mark(name).ok_or_else(|| TransformerError::Mark(name.to_owned()));
        let mut prompt = Vec::new();
        for &(words, _) in &asked {
            prompt.push(mark(&config.ent_token)?);
            let words: Vec<&str> = words.split_whitespace().collect();
            prompt.extend_from_slice(cutter.pieces(&words)?.of(0..words.len()));
        }
        prompt.push(mark(&config.sep_token)?);
        Ok(Gliner { prompt, labels: asked.into_iter().map(|(_, label)| label).collect(), threshold, width: config.max_width })
    }

    pub(super) fn prompt(&self) -> &[i64] {
        &self.prompt
    }

    /// The first and the last word of every run of up to `width` words, for each first word in turn; nothing for one that would go on behind
    /// the last word.
    pub(super) fn runs(&self, words: usize) -> impl Iterator<Item = Option<[i64; 2]>> {
        let number = |word: usize| i64::try_from(word).expect("windows are short");
        let run = move |first, last| (last < words).then(|| [number(first), number(last)]);
        (0..words).flat_map(move |first| (first..first + self.width).map(move |last| run(first, last)))
    }

    /// The runs of words that begin among those that are decided on and are surer names than the threshold. They may overlap.
    pub(super) fn candidates(&self, scores: &Scores, window: &Window, ends: &[usize]) -> Result<Vec<(f32, TaggedSpan)>, TransformerError> {
        let (words, labels) = (window.shown.len(), self.labels.len());
        if scores.shape != [1, words, self.width, labels] {
            return Err(TransformerError::Runs { found: scores.shape.clone(), wanted: [1, words, self.width, labels] });
        }
        let mut found = Vec::new();
        for first in window.core.clone() {
            let sentence = ends[ends.partition_point(|&end| end <= first)..].first().copied().unwrap_or(window.shown.end);
            let end = window.shown.end.min(sentence).min(first + self.width);
            for last in first..end {
                let row = ((first - window.shown.start) * self.width + last - first) * labels;
                for (&score, &label) in scores.values[row..][..labels].iter().zip(&self.labels) {
                    let sure = 1.0 / (1.0 + (-score).exp());
                    if sure > f32::from(self.threshold) / 100.0 {
                        found.push((sure, TaggedSpan { tokens: first..last + 1, label, confidence: super::percent(sure) }));
                    }
                }
            }
        }
        Ok(found)
    }
}

/// Of names that share a word the surest, the earlier and shorter of equals; in the order of the words.
pub(super) fn surest(mut found: Vec<(f32, TaggedSpan)>) -> Vec<(f32, TaggedSpan)> {
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let first = found.iter().map(|(_, span)| span.tokens.start).min().unwrap_or(0);
    let end = found.iter().map(|(_, span)| span.tokens.end).max().unwrap_or(0);
    let mut taken = vec![false; end - first];
    found.retain(|(_, span)| {
        let words = &mut taken[span.tokens.start - first..span.tokens.end - first];
        let free = !words.contains(&true);
        if free {
            words.fill(true);
        }
        free
    });
    found.sort_by_key(|(_, span)| span.tokens.start);
    found
}
