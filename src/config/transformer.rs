use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A model of one's own: a BERT for token classification or a GLiNER, in ONNX form. Which of them it is the model itself shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transformer {
    /// The ONNX file, or the directory that has it.
    pub model: PathBuf,
    /// A `tokenizer.json`, or BERT's `vocab.txt`; left out, the one beside the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<PathBuf>,
    /// What the scores of a BERT are of, in its order: `O`, `B-PER`. Left out, its `config.json` says so.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Whether a `vocab.txt` is in lower case, without accents.
    #[serde(default)]
    pub lowercase: bool,
    /// How sure of a name a GLiNER has to be, in percent.
    #[serde(default = "threshold")]
    pub threshold: u8,
    /// ONNX Runtime.
    #[serde(default = "library")]
    pub library: PathBuf,
    /// What a GLiNER is asked for, in words, and what that is; left out, what is usual. Last, as TOML wants a table.
    #[serde(default)]
    pub ask: BTreeMap<String, String>,
}

impl Transformer {
    /// What is wrong with it, if something is.
    pub(super) fn fault(&self) -> Option<String> {
        if !cfg!(feature = "onnx") {
            return Some("transformer: this newswatch was built without it; build it with `--features onnx`".to_owned());
        }
        if !(1..=99).contains(&self.threshold) {
            return Some("transformer.threshold: must lie between 1 and 99 percent".to_owned());
        }
        let known = |label: &str| ["PER", "ORG", "LOC", "NORP"].contains(&label);
        let (words, label) = self.ask.iter().find(|(words, label)| words.trim().is_empty() || !known(label))?;
        Some(format!("transformer.ask: {words:?} = {label:?}: wants words to ask for, and one of PER, ORG, LOC and NORP"))
    }
}

fn threshold() -> u8 {
    50
}

fn library() -> PathBuf {
    PathBuf::from("libonnxruntime.so")
}
