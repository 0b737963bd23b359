//! `newswatch.log/1`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::diff::DiffJson;
use super::{PathJson, object};
use crate::model::{Class, Digest, Flag, Seq, Severity, VersionNumber};
use crate::render::{DiffView, Entry};

/// One line of `newswatch.log/1`. The path is the one below the watched root, whatever the entry calls it for terminals.
#[must_use]
pub fn log(entry: &Entry<'_>, diff: Option<&DiffView<'_>>) -> String {
    let Entry { version, revision, .. } = entry;
    object(&LogJson {
        schema: "newswatch.log/1",
        seq: version.seq,
        path: PathJson::of(version.path.relative()),
        root: version.path.root().to_string_lossy().into_owned(),
        version: version.number,
        observed: version.observed,
        transient: version.transient,
        digest: version.content.digest(),
        size: version.content.size(),
        class: revision.class,
        severity: revision.severity,
        flags: &revision.flags,
        trashline: &revision.trashline,
        reverts_to: revision.reverts_to,
        words_added: revision.text.words_added,
        words_deleted: revision.text.words_deleted,
        diff: diff.map(DiffJson::of),
    })
}

#[derive(Serialize)]
struct LogJson<'a> {
    schema: &'static str,
    seq: Seq,
    #[serde(flatten)]
    path: PathJson,
    root: String,
    version: VersionNumber,
    observed: Timestamp,
    /// There only where it is true: the file was still being written.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    transient: bool,
    digest: Option<Digest>,
    size: u64,
    class: Class,
    severity: Severity,
    flags: &'a BTreeSet<Flag>,
    trashline: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reverts_to: Option<VersionNumber>,
    words_added: usize,
    words_deleted: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<DiffJson<'a>>,
}
