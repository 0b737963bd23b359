//! Whole copies of the database, as it is at one moment: for people who ask for one, and before its schema is changed.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Reader, StoreError};

impl Reader {
    /// Writes a copy of the whole database, as it is at this moment, to a new file. A writer goes on meanwhile.
    ///
    /// # Errors
    /// There is something at `to` already, or it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.symlink_metadata().is_ok() {
            return Err(StoreError::Other {
                path: to.to_owned(),
                cause: "it exists already; a backup only writes to a new file".to_owned(),
            });
        }
        // The copy is written by this connection, which else may not write anything.
        let allow = |yes: bool| self.connection.pragma_update(None, "query_only", !yes);
        allow(true).map_err(|error| StoreError::from_sqlite(&self.path, &error))?;
        let copied = copy(&self.connection, to);
        allow(false).map_err(|error| StoreError::from_sqlite(&self.path, &error))?;
        copied
    }
}

/// Copies the database at `path` to a new file beside it, named after its schema, and gives the copy's name. An older copy is
/// never overwritten: then the new one is numbered.
pub(super) fn before_migration(connection: &Connection, path: &Path, schema: usize) -> Result<PathBuf, StoreError> {
    let named = |ending: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".v{schema}-backup{ending}"));
        PathBuf::from(name)
    };
    let backup = || {
        let unfinished = named(".part".to_owned());
        // Left by a migration that was killed. Nothing but this function makes a file of that name.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(cannot_reach(&unfinished, &error)),
            _ => {}
        }
        let copied = copy(connection, &unfinished).and_then(|()| {
            let numbered = (2..).map(|number| named(format!(".{number}")));
            let free = |name: &PathBuf| name.symlink_metadata().is_err();
            let finished = std::iter::once(named(String::new())).chain(numbered).find(free).expect("names do not run out");
            fs::rename(&unfinished, &finished).map_err(|error| cannot_reach(&finished, &error))?;
            // The name is to survive a power cut too.
            let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
            OpenOptions::new()
                .read(true)
                .open(directory)
                .and_then(|directory| directory.sync_all())
                .map_err(|error| cannot_reach(directory, &error))?;
            Ok(finished)
        });
        if copied.is_err() {
            // On a full disk half a copy only stands in the way.
            let _ = fs::remove_file(&unfinished);
        }
        copied
    };
    backup().map_err(|error| StoreError::NoBackup { path: path.to_owned(), cause: error.to_string() })
}

/// Writes a copy to a file that is not there yet, down to the disk.
fn copy(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    let Some(name) = to.to_str() else {
        return Err(StoreError::Other { path: to.to_owned(), cause: "the name of a backup has to be UTF-8".to_owned() });
    };
    connection.execute("VACUUM INTO ?1", [name]).map_err(|error| StoreError::from_sqlite(to, &error))?;
    OpenOptions::new().write(true).open(to).and_then(|file| file.sync_all()).map_err(|error| cannot_reach(to, &error))
}

fn cannot_reach(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), cause: error.to_string() }
}
