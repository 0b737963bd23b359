//! What a caller hands in to be recorded, and how it is packed before the writer sees it.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::dictionary::{self, Desk, Dictionary};
use super::{StoreError, code, derived, pack};
use crate::model::{Digest, DocumentPath, Entities, Revision, Seq, Version};

/// A document's identity. It survives renames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub(super) i64);

impl DocumentId {
    /// From 1 on, in the order in which documents were found first.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0.unsigned_abs()
    }
}

/// One new version of a document, to be recorded with all that is derived from it.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// The document, and the version that the caller takes for its last one: if another has come between, nothing is
    /// recorded and the answer is [`StoreError::Conflict`]. `None`: a new document, where none stands now.
    pub after: Option<(DocumentId, Seq)>,
    /// Where the document stands; for a tombstone, where it stood.
    pub path: DocumentPath,
    pub observed: Timestamp,
    pub content: NewContent<'a>,
    /// The file was still being written when it could not be waited for any longer.
    pub transient: bool,
    /// `None` where that comes later, by [`Writer::derive`](super::Writer::derive).
    pub derived: Option<Derived<'a>>,
    /// What the file system said when the bytes were read. `None` for a tombstone.
    pub signature: Option<Signature>,
}

#[derive(Clone, Copy, Debug)]
pub enum NewContent<'a> {
    Bytes(&'a [u8]),
    /// The very content that the document's last version with content holds: it was renamed.
    Same,
    Tombstone,
}

/// What an extractor made of a version and of the step that led to it.
#[derive(Clone, Copy, Debug)]
pub struct Derived<'a> {
    /// The extractor's name and version; never compared but for equality.
    pub extractor: &'a str,
    /// What was found, and the bytes that it was found in. `None` for a tombstone, and for a version that is not its
    /// document's last one with content: only of that one the entities are kept.
    pub entities: Option<(&'a Entities, &'a [u8])>,
    pub revision: &'a Revision,
}

/// What the file system says about a file: as long as it says the same, the bytes are taken to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub device: u64,
    pub inode: u64,
    /// In bytes.
    pub size: u64,
    /// When the content changed last, in nanoseconds since 1970.
    pub modified: i64,
    /// When content or inode changed last, in nanoseconds since 1970.
    pub changed: i64,
    /// When newswatch read the bytes: a signature is not to be trusted where the file changed shortly before.
    pub seen: Timestamp,
}

/// What became of an [`Observation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub document: DocumentId,
    pub version: Version,
}

/// An observation that is ready to be written: made on the caller's thread, so that the writer's has little to do.
#[derive(Debug)]
pub struct Packed {
    pub(super) after: Option<(DocumentId, Seq)>,
    pub(super) path: DocumentPath,
    pub(super) observed: Timestamp,
    pub(super) content: PackedContent,
    pub(super) transient: bool,
    /// `None` where it is still to be made.
    pub(super) derived: Option<PackedDerived>,
    pub(super) signature: Option<Signature>,
}

#[derive(Debug)]
pub(super) enum PackedContent {
    Bytes {
        digest: Digest,
        size: u64,
        packed: Vec<u8>,
        dictionary: Option<Arc<Dictionary>>,
    },
    Same,
    /// It is known what the bytes were, but not what they said.
    Lost {
        digest: Digest,
        size: u64,
        reason: String,
    },
    Tombstone,
}

impl PackedContent {
    /// Where it is told: not of one that is the same as before.
    pub(super) fn digest(&self) -> Option<Digest> {
        match self {
            PackedContent::Bytes { digest, .. } | PackedContent::Lost { digest, .. } => Some(*digest),
            PackedContent::Same | PackedContent::Tombstone => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct PackedDerived {
    pub(super) extractor: String,
    pub(super) entities: Option<Vec<u8>>,
    pub(super) class: i64,
    pub(super) severity: i64,
    pub(super) flags: i64,
    pub(super) words_added: i64,
    pub(super) words_deleted: i64,
    pub(super) trashline: String,
    pub(super) revision: Vec<u8>,
}

impl PackedDerived {
    pub(super) fn new(derived: &Derived<'_>) -> std::io::Result<PackedDerived> {
        let Derived { extractor, entities, revision } = *derived;
        Ok(PackedDerived {
            extractor: extractor.to_owned(),
            entities: entities.map(|(entities, bytes)| derived::pack_entities(entities, bytes)).transpose()?,
            class: code::class(revision.class),
            severity: code::severity(revision.severity),
            flags: code::flags(&revision.flags),
            words_added: count(revision.text.words_added),
            words_deleted: count(revision.text.words_deleted),
            trashline: revision.trashline.clone(),
            revision: derived::pack_revision(revision)?,
        })
    }

    /// How many bytes it holds in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.entities.as_ref().map_or(0, Vec::len) + self.revision.len()
    }
}

impl Observation<'_> {
    pub(super) fn pack(&self, desk: &Desk, database: &Path) -> Result<Packed, StoreError> {
        let failed = |error: std::io::Error| StoreError::Other { path: database.to_owned(), cause: error.to_string() };
        let content = match self.content {
            NewContent::Bytes(bytes) => {
                let dictionary = desk.get().filter(|_| bytes.len() <= dictionary::SMALL);
                // What is derived later comes with many others.
                let pack = if self.derived.is_some() { pack::pack } else { pack::pack_quickly };
                let packed = pack(bytes, dictionary.as_deref()).map_err(failed)?;
                PackedContent::Bytes { digest: Digest::of(bytes), size: bytes.len() as u64, packed, dictionary }
            }
            NewContent::Same => PackedContent::Same,
            NewContent::Tombstone => PackedContent::Tombstone,
        };
        Ok(Packed {
            after: self.after,
            path: self.path.clone(),
            // What is kept has microseconds; what is answered is to equal what is kept.
            observed: Timestamp::from_microsecond(self.observed.as_microsecond()).unwrap_or(self.observed),
            content,
            transient: self.transient,
            derived: self.derived.as_ref().map(PackedDerived::new).transpose().map_err(failed)?,
            signature: self.signature,
        })
    }
}

impl Packed {
    pub(super) fn is_tombstone(&self) -> bool {
        matches!(self.content, PackedContent::Tombstone)
    }

    /// How many bytes it holds in memory, about.
    pub(super) fn weight(&self) -> usize {
        let packed = match &self.content {
            PackedContent::Bytes { packed, .. } => packed.len(),
            PackedContent::Same | PackedContent::Lost { .. } | PackedContent::Tombstone => 0,
        };
        packed + self.derived.as_ref().map_or(0, PackedDerived::weight)
    }
}

fn count(words: usize) -> i64 {
    i64::try_from(words).unwrap_or(i64::MAX)
}
