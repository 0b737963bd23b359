//! The configured transformer.

use crate::config::Config;
use crate::ingest::{self, TransformerFiles};

/// Has names come from the transformer that the configuration names, if it names one.
pub fn use_transformer(config: &Config) {
    let Some(transformer) = config.transformer.clone() else { return };
    ingest::use_transformer(TransformerFiles {
        model: transformer.model,
        tokenizer: transformer.tokenizer,
        labels: transformer.labels,
        ask: transformer.ask.into_iter().collect(),
        threshold: transformer.threshold,
        lowercase: transformer.lowercase,
        library: transformer.library,
    });
}
