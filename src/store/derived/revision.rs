//! A revision as it is stored: as the model has it, but for the mentions of its entities, which are many and alike. It is lent
//! when it is written, and owned when it is read.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{At, mentions, steps};
use crate::model::{
    Change, Class, Detail, EntityChange, EntityKind, EntityState, Flag, Part, Revision, Severity, Span, TextDiff, VersionNumber,
};

#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'a> {
    class: Class,
    severity: Severity,
    flags: Cow<'a, BTreeSet<Flag>>,
    trashline: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reverts_to: Option<VersionNumber>,
    text: Cow<'a, TextDiff>,
    entities: Vec<StoredChange<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StoredChange<'a> {
    change: Change,
    kind: EntityKind,
    severity: Severity,
    subject: Cow<'a, str>,
    from: Option<StoredState<'a>>,
    to: Option<StoredState<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    still: Vec<At>,
    reason: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct StoredState<'a> {
    text: Cow<'a, str>,
    paragraph: Part,
    span: Span,
    #[serde(flatten)]
    detail: Cow<'a, Detail>,
    at: Vec<At>,
}

impl<'a> From<&'a Revision> for Stored<'a> {
    fn from(revision: &'a Revision) -> Stored<'a> {
        let Revision { class, severity, flags, trashline, reverts_to, text, entities } = revision;
        Stored {
            class: *class,
            severity: *severity,
            flags: Cow::Borrowed(flags),
            trashline: trashline.into(),
            reverts_to: *reverts_to,
            text: Cow::Borrowed(text),
            entities: entities.iter().map(StoredChange::from).collect(),
        }
    }
}

impl<'a> From<&'a EntityChange> for StoredChange<'a> {
    fn from(one: &'a EntityChange) -> StoredChange<'a> {
        let EntityChange { change, kind, severity, subject, from, to, replaces, still, reason } = one;
        StoredChange {
            change: *change,
            kind: *kind,
            severity: *severity,
            subject: subject.into(),
            from: from.as_ref().map(StoredState::from),
            to: to.as_ref().map(StoredState::from),
            replaces: replaces.as_deref().map(Cow::Borrowed),
            still: steps(still),
            reason: reason.into(),
        }
    }
}

impl<'a> From<&'a EntityState> for StoredState<'a> {
    fn from(state: &'a EntityState) -> StoredState<'a> {
        let EntityState { text, part, span, detail, mentions } = state;
        StoredState { text: text.into(), paragraph: *part, span: *span, detail: Cow::Borrowed(detail), at: steps(mentions) }
    }
}

impl Stored<'_> {
    /// `None` where a mention lies outside of any text.
    pub(super) fn read(self) -> Option<Revision> {
        let Stored { class, severity, flags, trashline, reverts_to, text, entities } = self;
        Some(Revision {
            class,
            severity,
            flags: flags.into_owned(),
            trashline: trashline.into_owned(),
            reverts_to,
            text: text.into_owned(),
            entities: entities.into_iter().map(StoredChange::read).collect::<Option<_>>()?,
        })
    }
}

impl StoredChange<'_> {
    fn read(self) -> Option<EntityChange> {
        let StoredChange { change, kind, severity, subject, from, to, replaces, still, reason } = self;
        let state = |state: Option<StoredState<'_>>| state.map_or(Some(None), |state| state.read().map(Some));
        Some(EntityChange {
            change,
            kind,
            severity,
            subject: subject.into_owned(),
            from: state(from)?,
            to: state(to)?,
            replaces: replaces.map(Cow::into_owned),
            still: mentions(still)?,
            reason: reason.into_owned(),
        })
    }
}

impl StoredState<'_> {
    fn read(self) -> Option<EntityState> {
        let StoredState { text, paragraph, span, detail, at } = self;
        Some(EntityState { text: text.into_owned(), part: paragraph, span, detail: detail.into_owned(), mentions: mentions(at)? })
    }
}
