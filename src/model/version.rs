use std::ffi::OsStr;
use std::fmt;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Article, Circumstances, Digest, DocumentPath, Entities, Format, Issue, Revision};

/// The number of a version within its document: 1, 2, 3 … without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionNumber(NonZeroU32);

impl VersionNumber {
    pub const FIRST: VersionNumber = VersionNumber(NonZeroU32::MIN);

    /// `None` for 0.
    #[must_use]
    pub fn new(number: u32) -> Option<VersionNumber> {
        NonZeroU32::new(number).map(VersionNumber)
    }

    #[must_use]
    pub fn get(self) -> u32 {
        self.0.get()
    }

    #[must_use]
    pub fn next(self) -> VersionNumber {
        VersionNumber(self.0.saturating_add(1))
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The store-wide, ever-rising cursor of a version and of the revision that led to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

/// One stored state of a document: ground truth, never changed once written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub seq: Seq,
    pub number: VersionNumber,
    /// Where the document stood at that time.
    pub path: DocumentPath,
    /// When newswatch saw this state, to the microsecond.
    pub observed: Timestamp,
    pub content: Content,
    /// The file was still being written when it could not be waited for any longer: this is how it stood, not how it was meant.
    pub transient: bool,
}

/// What a version holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Bytes {
        digest: Digest,
        /// In bytes.
        size: u64,
    },
    /// The document was deleted.
    Tombstone,
}

impl Content {
    #[must_use]
    pub fn digest(self) -> Option<Digest> {
        match self {
            Content::Bytes { digest, .. } => Some(digest),
            Content::Tombstone => None,
        }
    }

    /// In bytes; 0 for a tombstone.
    #[must_use]
    pub fn size(self) -> u64 {
        match self {
            Content::Bytes { size, .. } => size,
            Content::Tombstone => 0,
        }
    }
}

/// How extracts and revisions are made, and the name under which the store knows who made one.
///
/// Handed to those who read a history but may not parse: what another extractor made, they have made again.
#[derive(Clone, Copy, Debug)]
pub struct Extractor {
    pub name: &'static str,
    /// From a file's name and its bytes.
    pub extract: fn(&OsStr, &[u8]) -> Extract,
    /// The same where the entities are known already: then only the article has to be made.
    pub complete: fn(&OsStr, &[u8], Entities) -> Extract,
    /// What changed from one extract to another, both of them made by this extractor. `None` before the first version, and for a tombstone.
    pub revise: fn(Option<&Extract>, Option<&Extract>, Circumstances) -> Revision,
}

/// All that is derived from one version's bytes. Can always be made again from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    pub format: Format,
    /// The encoding that the bytes were read in, by its WHATWG name: `UTF-8`, `windows-1251`.
    pub encoding: String,
    pub article: Article,
    pub entities: Entities,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}
