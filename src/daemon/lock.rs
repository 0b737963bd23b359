//! The lock that lets one process at a time write to a database.
#![expect(clippy::disallowed_methods, reason = "opens the lock file beside the database")]

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::beside;
use crate::model::FatalError;

/// The process that writes to the database now, if any.
#[must_use]
pub fn running(database: &Path) -> Option<u32> {
    let mut file = File::open(lock_path(database)).ok()?;
    if file.try_lock_shared().is_ok() {
        return None;
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.lines().next()?.parse().ok()
}

fn lock_path(database: &Path) -> PathBuf {
    beside(database, ".lock")
}

/// The second line of the lock file while a daemon watches. It stays there when the daemon is killed.
const WATCHING: &str = "watching";

/// What the lock file says beside the process.
#[derive(Debug)]
pub(super) struct Held<'a> {
    file: &'a mut File,
    is_watching: bool,
}

impl Held<'_> {
    /// Whether the last daemon did not come to say that it had ended.
    pub(super) fn was_killed(&self) -> bool {
        self.is_watching
    }

    /// From now on a daemon watches, or none.
    pub(super) fn set_watching(&mut self, is_watching: bool) -> io::Result<()> {
        self.is_watching = is_watching;
        let text = format!("{}\n{}\n", std::process::id(), if is_watching { WATCHING } else { "" });
        // Over what stands there, which is never empty in between, and down to the disk: whoever starts after a power cut, or after the
        // disk became read-only, has to learn that a daemon watched, or that time would be no gap.
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())?;
        self.file.set_len(text.len() as u64)?;
        self.file.sync_all()
    }
}

pub(super) fn trouble(database: &Path, error: &io::Error) -> FatalError {
    let message = format!("cannot be locked: {error}; see to its directory, then try again, or name another place with --db");
    FatalError::Database { path: database.to_owned(), message }
}

/// Takes the lock, though somebody may be asking [`running`] at this moment, which holds it for an instant.
fn lock(file: &File) -> Result<(), TryLockError> {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            done => return done,
        }
    }
    file.try_lock()
}

/// Does `work` while no other process may write to the database. The lock goes with the process, however it ends.
pub(super) fn exclusively<T>(database: &Path, work: impl FnOnce(Held<'_>) -> Result<T, FatalError>) -> Result<T, FatalError> {
    let trouble = |error: io::Error| trouble(database, &error);
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).mode(0o644).open(lock_path(database)).map_err(trouble)?;
    match lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(FatalError::AlreadyRunning { path: database.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(trouble(error)),
    }
    let mut before = String::new();
    file.read_to_string(&mut before).map_err(trouble)?;
    let is_watching = before.lines().nth(1) == Some(WATCHING);
    let mut held = Held { file: &mut file, is_watching };
    // The process is another one; what the last daemon left is for the one who looks after it.
    held.set_watching(is_watching).map_err(trouble)?;
    work(held)
}
