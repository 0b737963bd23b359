//! Owns the transformer of this process: a user's own model in the place of the embedded tagger, where the configuration names one that works.
#![expect(clippy::disallowed_methods, reason = "the files of a model that the user names")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use thiserror::Error;

use super::derive::{EXTRACTOR, extract_with};
use crate::entity::transformer::{Parts, Transformer, TransformerError};
use crate::model::{Extract, Extractor};

/// Where the parts of a transformer are.
#[derive(Clone, Debug)]
pub struct TransformerFiles {
    /// The ONNX file.
    pub model: PathBuf,
    /// BERT's `vocab.txt`.
    pub vocabulary: PathBuf,
    /// What the scores of the model are of, in its order.
    pub labels: Vec<String>,
    pub lowercase: bool,
    /// ONNX Runtime; a bare name is looked for where the system looks for libraries.
    pub library: PathBuf,
}

/// Why names come from the embedded tagger all the same.
#[derive(Debug, Error)]
pub enum TransformerFault {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is not UTF-8", path.display())]
    Encoding { path: PathBuf },
    #[error("cannot load ONNX Runtime: {0}")]
    Library(String),
    #[error("{}: {source}", path.display())]
    Parts { path: PathBuf, source: TransformerError },
}

struct Installed {
    transformer: Transformer,
    extractor: Extractor,
}

static INSTALLED: OnceLock<Installed> = OnceLock::new();

/// From now on names in this process come from a transformer; the first one stays.
///
/// # Errors
/// Whatever part is missing or broken; then all stays as it was.
pub fn use_transformer(files: &TransformerFiles) -> Result<(), TransformerFault> {
    if INSTALLED.get().is_some() {
        return Ok(());
    }
    let model = read(&files.model)?;
    let vocabulary = read(&files.vocabulary)?;
    let text = std::str::from_utf8(&vocabulary).map_err(|_| TransformerFault::Encoding { path: files.vocabulary.clone() })?;
    let library = ort::init_from(&files.library).map_err(|error| TransformerFault::Library(error.to_string()))?;
    let runtime = library.build().map_err(|error| TransformerFault::Library(error.to_string()))?;
    let parts = Parts { model: &model, vocabulary: text, labels: &files.labels, lowercase: files.lowercase };
    let transformer = Transformer::new(&runtime, &parts).map_err(|source| TransformerFault::Parts { path: files.model.clone(), source })?;
    // The store keeps extractors apart by their names, which live as long as the process.
    let name = format!("{}+{}", EXTRACTOR.name, sum(&parts)).leak();
    INSTALLED.get_or_init(|| Installed {
        transformer,
        extractor: Extractor { name, extract: extract_with_transformer, complete: super::derive::complete },
    });
    Ok(())
}

/// The extractor with the transformer in it, where there is one.
pub(super) fn extractor() -> Option<Extractor> {
    INSTALLED.get().map(|installed| installed.extractor)
}

fn extract_with_transformer(file_name: &OsStr, bytes: &[u8]) -> Extract {
    extract_with(file_name, bytes, INSTALLED.get().map(|installed| &installed.transformer as _))
}

/// What tells one transformer from another: all that its names depend on.
fn sum(parts: &Parts<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    let labels = parts.labels.join("\n");
    for part in [parts.model, parts.vocabulary.as_bytes(), labels.as_bytes(), &[u8::from(parts.lowercase)]] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    hasher.finalize().to_hex()[..12].to_owned()
}

fn read(path: &Path) -> Result<Vec<u8>, TransformerFault> {
    fs::read(path).map_err(|source| TransformerFault::Read { path: path.to_owned(), source })
}
