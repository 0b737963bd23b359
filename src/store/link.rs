//! The chain over the ground rows: each version carries a link, made from the link before it and from all that the row says.
//! Who knows the last link can tell whether any version before it was changed, left out or added.

use std::os::unix::ffi::OsStrExt;

use super::DocumentId;
use crate::model::{Content, DocumentPath, VersionNumber};

/// What stands before the first version.
pub(super) const FIRST: [u8; 32] = [0; 32];

/// BLAKE3 in its key-derivation mode, so that a link can never be taken for a digest of some content.
const CONTEXT: &str = "newswatch 2026 link of a version";

/// The link of the version that comes after `last`. `observed` is in microseconds since 1970.
pub(super) fn next(
    last: [u8; 32],
    document: DocumentId,
    number: VersionNumber,
    path: &DocumentPath,
    content: Content,
    observed: i64,
) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(&last);
    hasher.update(&document.0.to_le_bytes());
    hasher.update(&number.get().to_le_bytes());
    hasher.update(&observed.to_le_bytes());
    match content {
        Content::Bytes { digest, size } => hasher.update(&[1]).update(digest.as_bytes()).update(&size.to_le_bytes()),
        Content::Tombstone => hasher.update(&[0]),
    };
    // The lengths go first: two paths that join to the same bytes must not make the same link.
    for part in [path.root().as_os_str().as_bytes(), path.relative_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    *hasher.finalize().as_bytes()
}
