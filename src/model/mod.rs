//! Plain types, valid by construction. This module knows nobody: every other module may use it, it uses none of them.
//!
//! The serde names below are also the names of the JSON contract (`newswatch.diff/1` and its siblings) and of what the
//! store keeps, so renaming a field here is a breaking change for other people's programs.

mod article;
mod circumstances;
mod clock;
mod counters;
mod digest;
mod entity;
mod error;
mod gap;
mod path;
mod revision;
mod text;
mod version;

pub use article::{Article, ArticleBuilder, Block, BlockKind, Dateline, Format, Issue, NoticeKind, Part, Sentence};
pub use circumstances::Circumstances;
pub use clock::time_on;
pub use counters::{Counters, Lag, RootState, Snapshot, Watching};
pub use digest::Digest;
pub use entity::{Amount, Date, Detail, Entities, Entity, EntityKind, Mention, Named, Number, Person, Quote};
pub use error::{DocumentError, FatalError};
pub use gap::Gap;
pub use path::{Changes, DocumentPath, Haste};
pub use revision::{
    Action, ActionCounts, Change, Class, EntityChange, EntityState, Flag, Op, Revision, SentenceAction, SentenceState, Severity, TextDiff,
    WordOp,
};
pub use text::Span;
pub use version::{Content, Extract, Extractor, Seq, Version, VersionNumber};
