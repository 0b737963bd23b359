//! `newswatch.diff/1`.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::{MentionJson, PathJson, mentions, object, write_object};
use crate::model::{
    Article, Change, Class, Detail, Digest, EntityChange, EntityKind, EntityState, Flag, Part, Severity, Span, TextDiff, VersionNumber,
};
use crate::render::{DiffView, Side};

/// One line of `newswatch.diff/1`.
#[must_use]
pub fn diff(view: &DiffView<'_>) -> String {
    object(&DiffJson::of(view))
}

/// Writes the same without holding it: the line of two large texts is a multiple of their size. In many small pieces: `out` had
/// better be buffered.
///
/// # Errors
/// Those of `out`.
pub fn write_diff(view: &DiffView<'_>, out: impl io::Write) -> io::Result<()> {
    write_object(&DiffJson::of(view), out)
}

#[derive(Serialize)]
pub(super) struct DiffJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    path: PathJson,
    root: Option<String>,
    from: Option<SideJson>,
    to: Option<SideJson>,
    class: Class,
    severity: Severity,
    flags: &'a BTreeSet<Flag>,
    trashline: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reverts_to: Option<VersionNumber>,
    text: &'a TextDiff,
    entities: Vec<ChangeJson<'a>>,
}

impl<'a> DiffJson<'a> {
    pub(super) fn of(view: &DiffView<'a>) -> DiffJson<'a> {
        let revision = view.revision;
        let (from, to) = (view.from.and_then(|side| side.article), view.to.and_then(|side| side.article));
        DiffJson {
            schema: "newswatch.diff/1",
            path: PathJson::of(view.path),
            root: view.root.map(lossy),
            from: view.from.map(SideJson::of),
            to: view.to.map(SideJson::of),
            class: revision.class,
            severity: revision.severity,
            flags: &revision.flags,
            trashline: &revision.trashline,
            reverts_to: revision.reverts_to,
            text: &revision.text,
            entities: revision.entities.iter().map(|change| ChangeJson::of(change, from, to)).collect(),
        }
    }
}

/// `version` and `observed` are null for a file that has none, `digest` for a tombstone. `transient` is there only where it is
/// true: the file was still being written; so is `removed`: the bytes were taken out on purpose.
#[derive(Serialize)]
struct SideJson {
    version: Option<VersionNumber>,
    digest: Option<Digest>,
    observed: Option<Timestamp>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    transient: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    size: u64,
    #[serde(flatten)]
    path: PathJson,
}

impl SideJson {
    fn of(side: Side<'_>) -> SideJson {
        SideJson {
            version: side.version,
            digest: side.content.digest(),
            observed: side.observed,
            transient: side.transient,
            removed: side.is_removed(),
            size: side.content.size(),
            path: PathJson::of(side.path),
        }
    }
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    change: Change,
    kind: EntityKind,
    severity: Severity,
    subject: &'a str,
    from: Option<StateJson<'a>>,
    to: Option<StateJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    still: Vec<MentionJson<'a>>,
    reason: &'a str,
}

impl<'a> ChangeJson<'a> {
    fn of(change: &'a EntityChange, from: Option<&'a Article>, to: Option<&'a Article>) -> ChangeJson<'a> {
        ChangeJson {
            change: change.change,
            kind: change.kind,
            severity: change.severity,
            subject: &change.subject,
            from: change.from.as_ref().map(|state| StateJson::of(state, from)),
            to: change.to.as_ref().map(|state| StateJson::of(state, to)),
            replaces: change.replaces.as_deref(),
            still: mentions(&change.still, to),
            reason: &change.reason,
        }
    }
}

#[derive(Serialize)]
struct StateJson<'a> {
    text: &'a str,
    #[serde(flatten)]
    detail: &'a Detail,
    paragraph: Part,
    span: Span,
    mentions: Vec<MentionJson<'a>>,
}

impl<'a> StateJson<'a> {
    fn of(state: &'a EntityState, article: Option<&'a Article>) -> StateJson<'a> {
        StateJson {
            text: &state.text,
            detail: &state.detail,
            paragraph: state.part,
            span: state.span,
            mentions: mentions(&state.mentions, article),
        }
    }
}

fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
