//! Whole copies of the database, as it is at one moment: for people who ask for one, and before its schema is changed.
#![expect(clippy::disallowed_methods, reason = "flushes copies, and the directories they stand in")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Reader, StoreError};

impl Reader {
    /// Writes a copy of the whole database, as it is at this moment, to a new file. A writer goes on meanwhile.
    ///
    /// # Errors
    /// There is something at `to` already, or it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        // The copy is written by this connection, which else may not write anything.
        let allow = |yes: bool| self.connection.pragma_update(None, "query_only", !yes);
        allow(true).map_err(|error| StoreError::from_sqlite(&self.path, &error))?;
        let copied = made_whole(to, |unfinished| copy(&self.connection, unfinished));
        allow(false).map_err(|error| StoreError::from_sqlite(&self.path, &error))?;
        copied
    }
}

/// Has a new file written under another name, and gives it its name once all of it is on the disk: whatever happens meanwhile,
/// what is called `to` is whole.
///
/// # Errors
/// There is something at `to` already, or it cannot be written.
pub(super) fn made_whole<T>(to: &Path, write: impl FnOnce(&Path) -> Result<T, StoreError>) -> Result<T, StoreError> {
    if to.symlink_metadata().is_ok() {
        let cause = "it exists already; only a new file is written to, name another".to_owned();
        return Err(StoreError::Other { path: to.to_owned(), cause });
    }
    let unfinished = with_ending(to, ".newswatch-part");
    // Left by one that was killed. Nothing but this function makes a file of that name.
    remove_with_its_log(&unfinished).map_err(|error| cannot_reach(&unfinished, &error))?;
    let finish = |made| {
        let named = File::open(&unfinished).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&unfinished, to));
        // The name is to survive a power cut too.
        let directory = to.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
        named.and_then(|()| File::open(directory)?.sync_all()).map_err(|error| cannot_reach(to, &error)).map(|()| made)
    };
    let finished = write(&unfinished).and_then(finish);
    if finished.is_err() {
        // On a full disk half a copy only stands in the way.
        let _ = remove_with_its_log(&unfinished);
    }
    finished
}

/// Copies the database at `path` to a new file beside it, named after its schema, and gives the copy's name. An older copy is
/// never overwritten: then the new one is numbered.
pub(super) fn before_migration(connection: &Connection, path: &Path, schema: usize) -> Result<PathBuf, StoreError> {
    let named = |ending: String| with_ending(path, &format!(".v{schema}-backup{ending}"));
    let numbered = (2..).map(|number| named(format!(".{number}")));
    let free = |name: &PathBuf| name.symlink_metadata().is_err();
    let backup = std::iter::once(named(String::new())).chain(numbered).find(free).expect("names do not run out");
    made_whole(&backup, |unfinished| copy(connection, unfinished))
        .map_err(|error| StoreError::NoBackup { path: path.to_owned(), cause: error.to_string() })?;
    Ok(backup)
}

/// The copies that migrations have left beside a database, in order of their names. None where its directory cannot be listed.
#[must_use]
pub fn migration_copies(database: &Path) -> Vec<PathBuf> {
    let directory = database.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = database.file_name().unwrap_or_default().as_encoded_bytes();
    let is_copy = |path: &PathBuf| {
        let ending = path.file_name().and_then(|other| other.as_encoded_bytes().strip_prefix(name));
        let ending = ending.and_then(|ending| std::str::from_utf8(ending).ok()?.strip_prefix(".v"));
        let schema = ending.and_then(|ending| ending.split_once("-backup")).map(|(schema, _)| schema);
        schema.is_some_and(|schema| !schema.is_empty() && schema.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut copies: Vec<PathBuf> =
        fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_copy).collect();
    copies.sort();
    copies
}

/// Writes a copy to a file that is not there yet.
fn copy(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    let Some(name) = to.to_str() else {
        return Err(StoreError::Other { path: to.to_owned(), cause: "the name of a backup has to be UTF-8".to_owned() });
    };
    connection.execute("VACUUM INTO ?1", [name]).map(|_| ()).map_err(|error| StoreError::from_sqlite(to, &error))
}

/// Removes a database that nobody has open, if it is there, with all that SQLite may have left beside it.
pub(super) fn remove_with_its_log(path: &Path) -> io::Result<()> {
    ["", "-journal", "-wal", "-shm"].into_iter().try_for_each(|ending| match fs::remove_file(with_ending(path, ending)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    })
}

pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn cannot_reach(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), cause: error.to_string() }
}
