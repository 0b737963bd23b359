//! Two versions → [`Revision`]: text, sentences, entities, severity. Pure.

use std::collections::BTreeSet;

use crate::model::{Article, Class, Entities, Revision, Severity, TextDiff, VersionNumber};

/// One side of a diff. Both sides must come from the same extractor.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub article: &'a Article,
    pub entities: &'a Entities,
}

/// What the history knows about a revision and the two texts cannot tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances {
    /// The document was deleted before: this version brings it back.
    pub restored: bool,
    /// The path changed.
    pub renamed: bool,
    /// The raw bytes are the same on both sides.
    pub same_bytes: bool,
    /// The earlier version of this document, not the one just before, whose bytes are back.
    pub reverts_to: Option<VersionNumber>,
}

/// Says what changed from one version to the next. `from` is `None` for a document's first version, `to` for a deletion.
#[must_use]
pub fn revise(from: Option<Side<'_>>, to: Option<Side<'_>>, circumstances: Circumstances) -> Revision {
    let _ = (from, to);
    Revision {
        class: Class::Update,
        severity: Severity::Minor,
        flags: BTreeSet::new(),
        trashline: String::new(),
        reverts_to: circumstances.reverts_to,
        text: TextDiff::default(),
        entities: Vec::new(),
    }
}
