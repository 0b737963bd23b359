//! The configured transformer, put to use before anything is extracted.

use crate::config::Config;
use crate::ingest::{self, TransformerFiles};

/// Has names come from the transformer that the configuration names, if it names one. Where that does not work a warning says why, and
/// names come from the built-in tagger: a history must not stop because a library is missing.
pub fn use_transformer(config: &Config) {
    let Some(transformer) = config.transformer.clone() else { return };
    let files = TransformerFiles {
        model: transformer.model,
        tokenizer: transformer.tokenizer,
        labels: transformer.labels,
        ask: transformer.ask.into_iter().collect(),
        threshold: transformer.threshold,
        lowercase: transformer.lowercase,
        library: transformer.library,
    };
    if let Err(fault) = ingest::use_transformer(&files) {
        tracing::warn!("the transformer is not used, names come from the built-in tagger: {fault}");
    }
}
