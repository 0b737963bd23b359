//! Questions about the history: revision syntax, points in time, and which document a path means.

mod gaps;
mod history;
mod revision;
mod status;
mod step;
mod time;

pub use gaps::GapsToTell;
pub use history::{History, Place, QueryError};
pub use revision::{Range, RevisionError, RevisionName};
pub use step::{Side, Step};
pub use time::{TimeError, point_in_time};

pub use crate::store::{Attestation, Depth, Document, DocumentId, Entry, Filter, Findings, LastScan, Retention, Status, Summary, salvage};
