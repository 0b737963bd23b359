//! One file as the daemon would see it, recorded nowhere.
#![expect(clippy::disallowed_methods, reason = "reads the one file that the user named")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use crate::ingest::extractor;
use crate::model::{DocumentError, Extract};

/// A file as the daemon would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub bytes: Vec<u8>,
    pub extract: Extract,
}

/// Reads and extracts one file, and records nothing.
///
/// # Errors
/// The file cannot be read, or is larger than `limit` bytes.
pub fn preview(path: &Path, limit: u64) -> Result<Preview, DocumentError> {
    let trouble = |source| DocumentError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(trouble)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file of the largest size from a larger one, pipes included.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > limit {
        let size = fs::metadata(path).map_or(bytes.len() as u64, |metadata| metadata.len());
        return Err(DocumentError::TooLarge { path: path.to_owned(), size, limit });
    }
    let extract = (extractor().extract)(path.file_name().unwrap_or(OsStr::new("")), &bytes);
    Ok(Preview { bytes, extract })
}
