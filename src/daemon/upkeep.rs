//! Work on the whole history that needs the right to write, done by one process while no daemon runs.

use std::path::Path;

use super::lock::exclusively;
use crate::ingest::Ingest;
use crate::model::{FatalError, Seq};
use crate::store::{Extent, Removed, Repacked, StoreError, Writer, repack};

/// Makes all derived data again that another extractor made; no version comes or goes. `progress` hears of documents done and
/// documents to do. Stopped and called again, it goes on where it was.
///
/// # Errors
/// A daemon writes to the database, or the database fails.
pub fn reparse(database: &Path, progress: &mut dyn FnMut(usize, usize)) -> Result<(), FatalError> {
    write(database, |writer| Ingest::new(writer, Vec::new())?.reparse(progress))
}

/// Packs the whole history anew, as small as it gets. `progress` hears of contents done and contents to do. Stopped at any point,
/// what is done stays done and nothing is lost.
///
/// # Errors
/// As [`reparse`]; there has to be room for a second database beside the first.
pub fn gc(database: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Repacked, FatalError> {
    exclusively(database, |_| repack(database, progress).map_err(|error| error.fatal(database)))
}

/// Takes the contents out that only these versions hold. The versions stay, with their digests and the reason.
///
/// # Errors
/// As [`reparse`].
pub fn remove(database: &Path, versions: Vec<Seq>, extent: Extent, reason: &str) -> Result<Removed, FatalError> {
    write(database, |writer| writer.remove(versions, extent, reason, super::time()).wait())
}

fn write<T>(database: &Path, work: impl FnOnce(Writer) -> Result<T, StoreError>) -> Result<T, FatalError> {
    exclusively(database, |_| Writer::open(database).and_then(work).map_err(|error| error.fatal(database)))
}
