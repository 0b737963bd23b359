//! The chain over the ground rows: each version, and each gap, carries a link, made from the link before it and from all that
//! the row says. Who knows the last link can tell whether anything before it was changed, left out or added. A removal, which comes
//! when it comes, stands outside of the chain and carries a seal of its own: that shows damage.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::DocumentId;
use crate::model::{Content, Digest, DocumentPath, Gap, VersionNumber};

/// What stands before the first row.
pub(super) const FIRST: [u8; 32] = [0; 32];

/// BLAKE3 in its key-derivation mode, so that a link can never be taken for a digest of some content, nor one of a gap for
/// one of a version.
const VERSION: &str = "newswatch 2026 link of a version";
const GAP: &str = "newswatch 2026 link of a gap";
const REMOVAL: &str = "newswatch 2026 seal of a removal";

/// What a version's link is made from.
pub(super) struct VersionRow<'a> {
    pub document: DocumentId,
    pub number: VersionNumber,
    pub path: &'a DocumentPath,
    pub content: Content,
    /// In microseconds since 1970.
    pub observed: i64,
    pub transient: bool,
}

/// The link of the version that comes after `last`.
pub(super) fn of_version(last: [u8; 32], row: &VersionRow<'_>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(VERSION);
    hasher.update(&last);
    hasher.update(&row.document.0.to_le_bytes());
    hasher.update(&row.number.get().to_le_bytes());
    hasher.update(&row.observed.to_le_bytes());
    let transient = u8::from(row.transient) << 1;
    match row.content {
        Content::Bytes { digest, size } => hasher.update(&[1 | transient]).update(digest.as_bytes()).update(&size.to_le_bytes()),
        Content::Tombstone => hasher.update(&[transient]),
    };
    update_path(&mut hasher, row.path.root());
    update_path(&mut hasher, row.path.relative());
    *hasher.finalize().as_bytes()
}

/// The link of the gap that comes after `last`; `after` is the last version before it.
pub(super) fn of_gap(last: [u8; 32], after: i64, gap: &Gap) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(GAP);
    hasher.update(&last);
    for number in [after, gap.began.as_microsecond(), gap.ended.as_microsecond(), gap.noted.as_microsecond()] {
        hasher.update(&number.to_le_bytes());
    }
    update_path(&mut hasher, &gap.root);
    update_path(&mut hasher, &gap.path);
    hasher.update(gap.cause.as_bytes());
    *hasher.finalize().as_bytes()
}

/// The seal of the removal of a content; `removed` in microseconds since 1970.
pub(super) fn of_removal(digest: Digest, removed: i64, reason: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(REMOVAL);
    hasher.update(digest.as_bytes()).update(&removed.to_le_bytes()).update(reason.as_bytes());
    *hasher.finalize().as_bytes()
}

/// The length goes first: two paths that join to the same bytes must not make the same link.
fn update_path(hasher: &mut blake3::Hasher, path: &Path) {
    let bytes = path.as_os_str().as_bytes();
    hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}
