//! Work on the whole history that needs the right to write: by one process while no daemon runs, or by the daemon itself.

use std::path::Path;

use super::lock::exclusively;
use crate::config;
use crate::ingest::Ingest;
use crate::model::{FatalError, Seq};
use crate::store::{self, Extent, Reader, Removed, Repacked, StoreError, Writer, repack};

/// Makes all derived data again that another extractor made; no version comes or goes. `progress` hears of documents done and
/// documents to look at. Stopped and called again, it goes on where it was. Gives in how many documents something was made again.
///
/// # Errors
/// A daemon writes to the database, or the database fails.
pub fn reparse(database: &Path, progress: &mut dyn FnMut(usize, usize)) -> Result<usize, FatalError> {
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

/// Takes out what the configuration says is too old, as `newswatch prune` does.
pub(super) fn retain(writer: &Writer, retention: &config::Retention) -> Result<(), StoreError> {
    if !retention.is_on() {
        return Ok(());
    }
    let now = super::time();
    let reader = Reader::open(writer.path())?;
    let documents = if retention.paths.is_empty() { None } else { Some(reader.documents_at_or_below(&retention.paths)?) };
    let (before, keep) = (retention.older_than.before(now), retention.keep_versions);
    let versions = reader.removable(&store::Retention { documents, before, keep })?;
    if !versions.is_empty() {
        let versions = versions.iter().map(|version| version.seq).collect();
        let removed = writer.remove(versions, Extent::Content, "pruned, as the configuration says", now).wait()?;
        tracing::info!("{} contents were older than the configuration keeps them, and are removed", removed.contents);
    }
    Ok(())
}

fn write<T>(database: &Path, work: impl FnOnce(Writer) -> Result<T, StoreError>) -> Result<T, FatalError> {
    exclusively(database, |_| Writer::open(database).and_then(work).map_err(|error| error.fatal(database)))
}
