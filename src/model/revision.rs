use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Detail, EntityKind, Mention, Part, Span, VersionNumber};

/// The transition from one version to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub class: Class,
    /// The highest of the changes' severities.
    pub severity: Severity,
    pub flags: BTreeSet<Flag>,
    /// The revision in one line of at most 120 characters.
    pub trashline: String,
    /// For a [`Class::Revert`]: the earlier version whose content is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts_to: Option<VersionNumber>,
    pub text: TextDiff,
    /// Most important first.
    pub entities: Vec<EntityChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The first version of a document.
    Created,
    Update,
    /// A correction notice or a CORRECTED label appeared.
    Correction,
    Refile,
    /// The content equals an earlier version's.
    Revert,
    /// The document was deleted, or a WITHDRAWN notice appeared.
    Withdrawn,
    /// A deleted document is back.
    Restored,
    /// The path changed, the bytes did not.
    Renamed,
    /// Only typography, white space, encoding or markup changed.
    Cosmetic,
}

impl Class {
    /// In the order in which they were named; the store's numbers follow it, so a new one comes last.
    pub const ALL: [Class; 9] = [
        Class::Created,
        Class::Update,
        Class::Correction,
        Class::Refile,
        Class::Revert,
        Class::Withdrawn,
        Class::Restored,
        Class::Renamed,
        Class::Cosmetic,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Created => "created",
            Class::Update => "update",
            Class::Correction => "correction",
            Class::Refile => "refile",
            Class::Revert => "revert",
            Class::Withdrawn => "withdrawn",
            Class::Restored => "restored",
            Class::Renamed => "renamed",
            Class::Cosmetic => "cosmetic",
        }
    }
}

/// How much a change matters, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Typography, white space, encoding, markup.
    Cosmetic,
    /// Spelling of a name, wording of a role, background, style.
    Minor,
    /// A fact changed.
    Substantive,
}

impl Severity {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Cosmetic => "cosmetic",
            Severity::Minor => "minor",
            Severity::Substantive => "substantive",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Substantive, and no new notice owns up to it.
    Stealth,
    /// A notice is new in this version.
    Noticed,
    /// The headline changed.
    Headline,
    /// The deck changed.
    Deck,
    /// The dateline changed.
    Dateline,
    /// The text looks cut off: a suspicion, not a finding.
    Truncated,
    /// A bound was hit and a coarser diff was made.
    Fallback,
}

impl Flag {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Flag::Stealth => "stealth",
            Flag::Noticed => "noticed",
            Flag::Headline => "headline",
            Flag::Deck => "deck",
            Flag::Dateline => "dateline",
            Flag::Truncated => "truncated",
            Flag::Fallback => "fallback",
        }
    }
}

/// What changed in the characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextDiff {
    pub words_added: usize,
    pub words_deleted: usize,
    pub sentences: ActionCounts,
    /// Every sentence action but the unchanged ones, in the order of the newer text.
    pub actions: Vec<SentenceAction>,
}

/// How many sentences met with which action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCounts {
    pub unchanged: usize,
    pub added: usize,
    pub deleted: usize,
    pub edited: usize,
    pub moved: usize,
    pub merged: usize,
    pub split: usize,
}

/// What happened to a sentence, or to the neighbouring sentences that were merged into one or split out of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentenceAction {
    pub action: Action,
    pub severity: Severity,
    /// `None` where added.
    pub from: Option<SentenceState>,
    /// `None` where deleted.
    pub to: Option<SentenceState>,
    /// The words of both sides: `equal` and `delete` in order give `from`'s text, `equal` and `insert` give `to`'s, up to
    /// white space and typography, where `equal` shows the newer side.
    pub words: Vec<WordOp>,
    /// What the words changed that is no entity change, each in a few words: `will → may`, `“not” added`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Unchanged,
    Added,
    Deleted,
    Edited,
    Moved,
    Merged,
    Split,
}

impl Action {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Action::Unchanged => "unchanged",
            Action::Added => "added",
            Action::Deleted => "deleted",
            Action::Edited => "edited",
            Action::Moved => "moved",
            Action::Merged => "merged",
            Action::Split => "split",
        }
    }
}

/// A sentence, or neighbouring sentences, on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentenceState {
    #[serde(rename = "paragraph")]
    pub part: Part,
    pub span: Span,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordOp {
    pub op: Op,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Equal,
    Delete,
    Insert,
}

/// What changed in the world of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityChange {
    pub change: Change,
    pub kind: EntityKind,
    pub severity: Severity,
    /// What the change is about, for people: a name, or the counted noun.
    pub subject: String,
    /// `None` where added.
    pub from: Option<EntityState>,
    /// `None` where removed.
    pub to: Option<EntityState>,
    /// On an `added`: the subject of the `removed` whose place it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// On a `value_changed`: where the newer version still says the older value, as a body does whose headline alone was fixed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub still: Vec<Mention>,
    /// The rule that set the severity, in words.
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Added,
    Removed,
    /// The same person, organization or place under another name.
    Renamed,
    /// The same person with another role.
    Retitled,
    /// The same counted thing or date with another value, qualifier or unit.
    ValueChanged,
    /// A quote's words.
    Reworded,
    /// A quote's speaker.
    Reattributed,
    /// Into or out of headline, deck or lede.
    Relocated,
}

impl Change {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Renamed => "renamed",
            Change::Retitled => "retitled",
            Change::ValueChanged => "value_changed",
            Change::Reworded => "reworded",
            Change::Reattributed => "reattributed",
            Change::Relocated => "relocated",
        }
    }
}

/// An entity as one version has it, with the one mention that the change is shown at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityState {
    /// The words of that mention.
    pub text: String,
    #[serde(rename = "paragraph")]
    pub part: Part,
    pub span: Span,
    #[serde(flatten)]
    pub detail: Detail,
    /// Every mention in that version.
    pub mentions: Vec<Mention>,
}
