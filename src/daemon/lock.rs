//! The lock that lets one process at a time write to a database.
#![expect(clippy::disallowed_methods, reason = "opens the lock file beside the database")]

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use fd_lock::RwLock;

use super::beside;
use crate::model::FatalError;

/// The process that writes to the database now, if any.
#[must_use]
pub fn running(database: &Path) -> Option<u32> {
    let lock = RwLock::new(File::open(lock_path(database)).ok()?);
    if lock.try_read().is_ok() {
        return None;
    }
    let mut text = String::new();
    lock.into_inner().read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn lock_path(database: &Path) -> PathBuf {
    beside(database, ".lock")
}

/// Does `work` while no other process may write to the database. The lock goes with the process, however it ends.
pub(super) fn exclusively<T>(database: &Path, work: impl FnOnce() -> Result<T, FatalError>) -> Result<T, FatalError> {
    let trouble = |error: io::Error| {
        let message = format!("cannot be locked: {error}; see to its directory, then try again, or name another place with --db");
        FatalError::Database { path: database.to_owned(), message }
    };
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    let file =
        File::options().read(true).write(true).create(true).truncate(false).mode(0o644).open(lock_path(database)).map_err(trouble)?;
    let mut lock = RwLock::new(file);
    let mut guard = match lock.try_write() {
        Ok(guard) => guard,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(FatalError::AlreadyRunning { path: database.to_owned() }),
        Err(error) => return Err(trouble(error)),
    };
    guard.set_len(0).and_then(|()| guard.rewind()).and_then(|()| writeln!(guard, "{}", std::process::id())).map_err(trouble)?;
    work()
}
