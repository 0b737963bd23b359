//! What is known of a revision before anybody reads the texts.

use super::{Content, Version, VersionNumber};

/// What the history knows about a revision and the two texts cannot tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// The document was deleted before: this version brings it back.
    pub restored: bool,
    /// The path changed.
    pub renamed: bool,
    /// The raw bytes are the same on both sides.
    pub same_bytes: bool,
    /// The newer version is how the file stood while it was still being written.
    pub transient: bool,
    /// The earlier version of this document, not the one just before, whose bytes are back.
    pub reverts_to: Option<VersionNumber>,
}

impl Circumstances {
    /// Of a document's version, read off all those `earlier` than it, in order.
    #[must_use]
    pub fn of(version: &Version, earlier: &[Version]) -> Circumstances {
        let (Some(last), Some(digest)) = (earlier.last(), version.content.digest()) else {
            return Circumstances { transient: version.transient, ..Circumstances::default() };
        };
        let before = earlier.iter().rev().find_map(|version| version.content.digest());
        let same_bytes = before == Some(digest);
        let earlier_same = || earlier.iter().rev().find(|version| version.content.digest() == Some(digest)).map(|version| version.number);
        Circumstances {
            restored: last.content == Content::Tombstone,
            renamed: last.path != version.path,
            same_bytes,
            transient: version.transient,
            reverts_to: if same_bytes { None } else { earlier_same() },
        }
    }
}
