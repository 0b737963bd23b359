use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::model::{Digest, FatalError, Seq};

/// What can go wrong between newswatch and its database. Says what was met, where, and what to do about it.
///
/// It can be cloned because one failed commit fails all the work that was to be committed with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    #[error("no database at {}; run `newswatch scan` or `newswatch watch` first", path.display())]
    Missing { path: PathBuf },
    #[error("{} is not a newswatch database ({found}); it is left as it is. Name another place with --db", path.display())]
    Foreign { path: PathBuf, found: String },
    #[error(
        "{} was written by a newer newswatch (schema {found}; this one knows schemas up to {known}). Update newswatch, or name another database with --db",
        path.display()
    )]
    Newer { path: PathBuf, found: i32, known: i32 },
    /// The caller decided on the strength of a state that is not the latest any more. Nothing was recorded.
    #[error("the document moved on meanwhile: expected its last version to be {expected:?}, found {found:?}")]
    Conflict { expected: Option<Seq>, found: Option<Seq> },
    #[error("the disk that holds {} is full; free some space, nothing that was acknowledged is lost", path.display())]
    Full { path: PathBuf },
    #[error("{} cannot be written: {cause}; make it and its directory writable, then try again", path.display())]
    ReadOnly { path: PathBuf, cause: String },
    #[error("{} is held by another program for too long: {cause}; try again when that has ended", path.display())]
    Busy { path: PathBuf, cause: String },
    /// The database has an older schema and stays as it is.
    #[error(
        "{} has an older schema, and the copy that is made before it is brought up to date cannot be: {cause}. Nothing was changed",
        path.display()
    )]
    NoBackup { path: PathBuf, cause: String },
    /// Includes a database, or a directory of it, that cannot be opened.
    #[error("cannot reach {}: {cause}; see to the disk and to the directory, then try again: nothing that was acknowledged is lost", path.display())]
    Io { path: PathBuf, cause: String },
    #[error("{} is damaged: {cause}; `newswatch verify` names what is, `newswatch salvage OUT` copies what is sound", path.display())]
    Damaged { path: PathBuf, cause: String },
    /// What was to be removed is out of the history, but not yet overwritten.
    #[error("what was removed can still be found in the files of {}: {cause}; give the same command again", path.display())]
    Lingers { path: PathBuf, cause: String },
    /// The content was taken out on purpose (prune, purge).
    #[error("the content {digest} was removed: {reason}")]
    Removed { digest: Digest, reason: String },
    /// The writer has been closed.
    #[error("the store is closed")]
    Closed,
    /// A slip in newswatch itself, or a refusal of SQLite that no other variant names.
    #[error("{}: {cause}", path.display())]
    Other { path: PathBuf, cause: String },
}

impl StoreError {
    /// Raises the error: without this database the caller cannot go on.
    #[must_use]
    pub fn fatal(self, path: &Path) -> FatalError {
        FatalError::Database { path: path.to_owned(), message: self.doubted().to_string() }
    }

    /// SQLite calls a database damaged that the disk fails to read. Reads the file once to tell the one from the other.
    #[must_use]
    pub fn doubted(self) -> StoreError {
        let StoreError::Damaged { path, .. } = &self else { return self };
        #[expect(clippy::disallowed_methods, reason = "whether the disk gives the bytes of the database")]
        let read = std::fs::File::open(path).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
        match read {
            Ok(_) => self,
            Err(error) => StoreError::Io { path: path.clone(), cause: error.to_string() },
        }
    }

    pub(super) fn damaged(path: &Path, cause: impl Into<String>) -> StoreError {
        StoreError::Damaged { path: path.to_owned(), cause: cause.into() }
    }

    /// Sorts what SQLite says into what a caller can act on.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> StoreError {
        let (path, cause) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path, cause },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path, cause },
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => StoreError::Io { path, cause },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, cause },
            Some(ErrorCode::NotADatabase) => StoreError::Foreign { path, found: cause },
            _ => StoreError::Other { path, cause },
        }
    }
}
