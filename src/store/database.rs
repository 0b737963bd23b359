//! Opening the file: what is ours and what is not, the settings every connection has, and the way from an older schema.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, DEFAULT_NAME, ErrorCode, FileControl, OpenFlags, TransactionBehavior};

use super::{StoreError, backup};

/// `news` in ASCII: marks the file as ours (`file` and other programs read it from the header).
pub(super) const APPLICATION: i32 = 0x6e65_7773;

/// The oldest SQLite without the WAL-reset bug, which could damage a database that several processes use.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Each step leads from the schema of its index to the next one; a new database takes them all. A step that was released is
/// never changed.
const MIGRATIONS: [&str; 6] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
];

/// The schema that this binary reads and writes: as many steps as there are.
const KNOWN: i32 = 6;
const _: () = assert!(MIGRATIONS.len() == KNOWN.unsigned_abs() as usize);

/// Longer than any commit or checkpoint takes on a slow disk.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// In bytes. Rows are some hundred bytes to some thousand, and change their size when a newer version comes: the smaller the
/// page, the smaller the holes.
pub(super) const PAGE: u32 = 1024;

/// What a checkpoint leaves of the write-ahead log on the disk, at most.
const WAL_LEFT: u32 = 32 * 1024 * 1024;

/// So long the log gets before SQLite brings it into the file by itself, in pages: what is written again and again meanwhile,
/// such as the inner pages of indexes, is written there once.
const CHECKPOINT: u32 = 8 * 1024 * 1024 / PAGE;

/// What the writer keeps of the database in memory, in KiB. A group that does not fit is written twice.
const CACHE: i32 = 24 * 1024;

/// Whether there is a file.
///
/// # Errors
/// What is there is no file, or that cannot be found out.
pub(super) fn is_there(path: &Path) -> Result<bool, StoreError> {
    #[expect(clippy::disallowed_methods, reason = "what stands where the database should")]
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(StoreError::Foreign { path: path.to_owned(), found: "a directory".to_owned() }),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::Io { path: path.to_owned(), cause: error.to_string() }),
    }
}

/// Opens the database to write to it; makes it, with its directories, where there is none.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, StoreError> {
    let sqlite = |error: rusqlite::Error| StoreError::from_sqlite(path, &error);
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(|error| StoreError::Io { path: path.to_owned(), cause: error.to_string() })?;
    }
    is_there(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    // Nothing is written before the file is known to be ours.
    settle(&connection).map_err(sqlite)?;
    let schema = schema(&connection, path)?;
    if schema == 0 {
        connection.pragma_update(None, "page_size", PAGE).map_err(sqlite)?;
    }
    connection.pragma_update(None, "journal_mode", "wal").map_err(sqlite)?;
    connection.pragma_update(None, "synchronous", "full").map_err(sqlite)?;
    connection.pragma_update(None, "journal_size_limit", WAL_LEFT).map_err(sqlite)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT).map_err(sqlite)?;
    connection.pragma_update(None, "cache_size", -CACHE).map_err(sqlite)?;
    // The log and its index stay when the last connection closes: who may only read cannot make them anew.
    let mut persist = 1;
    connection.file_control(DEFAULT_NAME, FileControl::PersistWal(&mut persist)).map_err(sqlite)?;
    if schema < MIGRATIONS.len() {
        migrate(&mut connection, path)?;
    }
    Ok(connection)
}

/// An empty database of the schema that this binary knows, in memory.
pub(super) fn blank() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    MIGRATIONS.iter().try_for_each(|sql| connection.execute_batch(sql))?;
    Ok(connection)
}

/// Closes a database that nobody else has open, and leaves nothing of it beside its file.
pub(super) fn into_one_file(connection: Connection) -> rusqlite::Result<()> {
    let mut persist = 0;
    connection.file_control(DEFAULT_NAME, FileControl::PersistWal(&mut persist))?;
    // Brings the log into the file, flushes it, and removes the log.
    connection.pragma_update(None, "journal_mode", "delete")?;
    connection.close().map_err(|(_, error)| error)
}

/// Opens the database to read from it. Changes nothing, not even the files beside it.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    if !is_there(path)? {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| settle(&connection).map(|()| connection));
    let connection = match opened {
        Ok(connection) => connection,
        // A copy of the file alone, where its log may not be made: without a log nothing in it can be in flux.
        Err(error) if cannot_make_its_log(&error) && !is_interrupted(&error) && !log_of(path).exists() => {
            let connection = Connection::open_with_flags(immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)
                .map_err(|error| StoreError::from_sqlite(path, &error))?;
            settle(&connection).map_err(|error| StoreError::from_sqlite(path, &error))?;
            connection
        }
        Err(error) if is_interrupted(&error) => {
            let cause = "a writer was stopped while it made it; run `newswatch scan` once to bring it in order".to_owned();
            return Err(StoreError::Other { path: path.to_owned(), cause });
        }
        Err(error) => return Err(StoreError::from_sqlite(path, &error)),
    };
    match schema(&connection, path)? {
        // A writer was stopped before it had made the tables: there is nothing to read yet.
        0 => return Err(StoreError::Missing { path: path.to_owned() }),
        found if found < MIGRATIONS.len() => {
            let cause = format!("schema {found} is older than this newswatch; run `newswatch scan` once to bring it up to date");
            return Err(StoreError::Other { path: path.to_owned(), cause });
        }
        _ => {}
    }
    connection.pragma_update(None, "query_only", true).map_err(|error| StoreError::from_sqlite(path, &error))?;
    Ok(connection)
}

/// The settings that both sides have, none of which writes. Reads the header, so that an unreadable file shows here.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    assert!(rusqlite::version_number() >= OLDEST_SQLITE, "linked with SQLite {}, which can damage databases", rusqlite::version());
    connection.busy_timeout(BUSY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Without it a statement is planned anew for each range of paths that it is asked about.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// The number of the schema that the file has; 0 for an empty file. Refuses what is not ours or too new for us.
fn schema(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i32>(0)).map_err(|error| StoreError::from_sqlite(path, &error));
    let application = number("SELECT application_id FROM pragma_application_id")?;
    let found = number("SELECT user_version FROM pragma_user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application == 0 && found == 0 && tables == 0 {
        return Ok(0);
    }
    if application != APPLICATION {
        let found = format!("a SQLite database of another program, application_id {application:#x}");
        return Err(StoreError::Foreign { path: path.to_owned(), found });
    }
    match usize::try_from(found) {
        Ok(known) if known <= MIGRATIONS.len() => Ok(known),
        _ => Err(StoreError::Newer { path: path.to_owned(), found, known: KNOWN }),
    }
}

/// Takes all missing steps in one transaction: the file has the old schema or the new one, never one between. What there was
/// before is kept in a copy beside the file.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let from = schema(connection, path)?;
    let kept = if from == 0 { None } else { Some(backup::before_migration(connection, path, from)?) };
    let step = |connection: &mut Connection| {
        let sqlite = |error: rusqlite::Error| StoreError::from_sqlite(path, &error);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
        // Somebody else may have been faster.
        for sql in &MIGRATIONS[schema(&transaction, path)?..] {
            transaction.execute_batch(sql).map_err(sqlite)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION).map_err(sqlite)?;
        transaction.pragma_update(None, "user_version", KNOWN).map_err(sqlite)?;
        transaction.commit().map_err(sqlite)
    };
    let stepped = step(connection);
    match (&stepped, kept) {
        // Nothing was changed, so there is nothing to go back to; tried again and again, copies would fill the disk.
        (Err(_), Some(kept)) => drop(std::fs::remove_file(kept)),
        (Ok(()), Some(kept)) => {
            let (path, kept) = (path.display(), kept.display());
            tracing::warn!("{path}: brought from schema {from} to {KNOWN}; as it was, it is kept at {kept}");
        }
        (_, None) => {}
    }
    stepped
}

fn cannot_make_its_log(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether a reader would have to undo what a writer did before it kept a log: at the very beginning, or in a copy.
fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;

    /// Runs SQL that a slip in newswatch, or somebody with another program, might run.
    fn refused(connection: &Connection, sql: &str) {
        let error = connection.execute(sql, params![]).expect_err(sql);
        assert!(error.to_string().contains("append-only"), "{sql}: {error}");
    }

    #[test]
    fn ground_rows_are_neither_changed_nor_deleted() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open_to_write(&directory.path().join("news.db")).unwrap();
        connection
            .execute_batch(
                "INSERT INTO root (path) VALUES (x'2f');
                 INSERT INTO place (root, path) VALUES (1, x'61');
                 INSERT INTO document DEFAULT VALUES;
                 INSERT INTO blob (digest, size, rank, bytes) VALUES (zeroblob(32), 1, 0, x'00');
                 INSERT INTO version (document, number, place, blob, observed, link) VALUES (1, 1, 1, 1, 0, zeroblob(32));
                 INSERT INTO removal (blob, removed, reason) VALUES (1, 0, 'test');
                 INSERT INTO gap (root, path, began, ended, cause, noted, after, link) VALUES (1, x'', 0, 1, 'test', 2, 1, zeroblob(32));",
            )
            .unwrap();
        for table in ["root", "place", "document", "blob", "version", "removal", "gap"] {
            refused(&connection, &format!("DELETE FROM {table}"));
        }
        for change in ["root SET path = x'00'", "place SET path = x'00'", "document SET id = 2", "blob SET digest = randomblob(32)"] {
            refused(&connection, &format!("UPDATE {change}"));
        }
        for change in ["version SET observed = 1", "version SET transient = 1", "removal SET reason = ''", "gap SET cause = ''"] {
            refused(&connection, &format!("UPDATE {change}"));
        }
        connection.execute("UPDATE blob SET bytes = x'01'", params![]).unwrap();
    }

    #[test]
    fn every_commit_reaches_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open_to_write(&directory.path().join("news.db")).unwrap();
        let pragma =
            |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        assert_eq!(pragma("synchronous"), 2.into());
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        for on in ["foreign_keys", "cell_size_check"] {
            assert_eq!(pragma(on), 1.into(), "{on}");
        }
        assert_eq!(pragma("trusted_schema"), 0.into());
    }
}
