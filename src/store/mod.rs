//! The append-only history in SQLite. SQL never leaves this folder, and nothing here parses or diffs.
//!
//! Two kinds of table (see `schema/`, it is meant to be read): **ground** (roots, documents, versions, gaps, blobs), which is
//! only ever added to, and **derived** (extracts, revisions), which names the extractor that made it and can be made again.
//!
//! - One [`Writer`] a database: a thread of its own owns the only connection that writes, and commits in groups. A [`Ticket`]
//!   resolves when its work is on the disk, not before.
//! - Any number of [`Reader`]s, in this process or others. They never block the writer and need no right to write.
//! - Readers and writer refuse what is not ours: another program's file, or a schema newer than this binary knows.

#![expect(clippy::disallowed_types, reason = "this is the module that owns the database")]

mod backup;
mod bundle;
mod chain;
mod code;
mod database;
mod derived;
mod dictionary;
mod error;
mod gap;
mod known;
mod link;
mod log;
mod observation;
mod pack;
mod pages;
mod pending;
mod queue;
mod reader;
mod record;
mod remove;
mod repack;
mod salvage;
mod verify;
mod writer;

pub use backup::migration_copies;
pub use error::StoreError;
pub use known::{Known, LastScan};
pub use log::{Entry, Filter, Summary};
pub use observation::{Derived, DocumentId, NewContent, Observation, Packed, Signature, Stored};
pub use pending::{Pending, Reached};
pub use reader::{Document, Reader, Status, StoredEntities};
pub use remove::{Extent, Removed, Retention};
pub use repack::{Repacked, repack};
pub use salvage::{Salvaged, salvage};
pub use verify::{Attestation, Damage, Depth, Findings};
pub use writer::{Ticket, Writer};
