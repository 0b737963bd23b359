//! A database of an older newswatch is brought up to date, with all that is in it, and a copy of it as it was is kept.

#![allow(clippy::disallowed_types, reason = "an older newswatch is played by the test itself")]

use std::fs;
use std::path::{Path, PathBuf};

use newswatch::model::{Content, Gap};
use newswatch::store::{Depth, Filter, Reader, StoreError, Writer, salvage};
use tempfile::TempDir;

/// What the newswatch that made the dump said of it.
const ATTESTED: &str = "6bf8d51426d3b6bb1eef451c853ab8e265db23ae8e1cb2c5b163c699ca84f5a7";

/// A real database of schema 1 in a directory of its own.
fn schema_1() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(include_str!("../golden/store-schema-1.sql")).unwrap();
    (directory, path)
}

fn schema_of(path: &Path) -> i32 {
    rusqlite::Connection::open(path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

fn check_everything_is_there(path: &Path) {
    let reader = Reader::open(path).unwrap();
    assert_eq!(reader.verify(Depth::Full, &mut |_, _| ()).unwrap().damages, []);
    let link = reader.attest().unwrap().unwrap().link;
    assert_eq!(newswatch::model::Digest::from_bytes(link).to_string(), ATTESTED);
    let log = reader.log(&Filter { oldest_first: true, ..Filter::default() }).unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|entry| {
            assert!(!entry.version.transient, "nothing was known of that then");
            let bytes = entry.version.content.digest().map(|digest| String::from_utf8(reader.bytes(digest).unwrap()).unwrap());
            let last = bytes.as_deref().and_then(|text| text.lines().last()).unwrap_or("deleted").to_owned();
            (entry.version.path.relative().display().to_string(), entry.summary.trashline.clone(), last)
        })
        .collect();
    let expect = [
        ("bridge.txt", "new: Bridge closed", "PORT ELLERY, May 4 (Gull) - The council closed the bridge on Monday."),
        ("ferry.txt", "new: Ferry aground", "PORT ELLERY, May 4 (Gull) - The accident hurt 12 passengers, the harbour office said."),
        ("ferry.txt", "passengers 12 → 14 (¶1)", "PORT ELLERY, May 4 (Gull) - The accident hurt 14 passengers, the harbour office said."),
        ("bridge.txt", "deleted: Bridge closed", "deleted"),
        ("ferry.txt", "passengers 14 → 15 (¶1)", "PORT ELLERY, May 4 (Gull) - The accident hurt 15 passengers, the harbour office said."),
        ("boat.txt", "renamed, the text stands", "PORT ELLERY, May 4 (Gull) - The accident hurt 15 passengers, the harbour office said."),
    ];
    assert_eq!(told, expect.map(|(path, trashline, last)| (path.to_owned(), trashline.to_owned(), last.to_owned())));
    for entry in &log {
        assert!(reader.revision(entry.version.seq).unwrap().is_some());
    }
    let last = log.last().unwrap();
    assert!(matches!(last.version.content, Content::Bytes { .. }));
    // What was found in it is found anew when somebody asks.
    assert_eq!(reader.entities(last.version.seq, b"").unwrap(), None);
}

#[test]
fn an_older_database_is_brought_up_to_date_and_kept_as_it_was() {
    let (directory, path) = schema_1();
    assert!(Reader::open(&path).unwrap_err().to_string().contains("newswatch scan"), "a reader changes nothing");
    let writer = Writer::open(&path).unwrap();
    check_everything_is_there(&path);
    // What the new schema is for works.
    let gap = Gap {
        root: "/tmp/v1/wire".into(),
        path: PathBuf::new(),
        began: jiff::Timestamp::UNIX_EPOCH,
        ended: jiff::Timestamp::from_second(9).unwrap(),
        cause: "an older newswatch".to_owned(),
        noted: jiff::Timestamp::from_second(10).unwrap(),
    };
    writer.note_gap(gap.clone()).wait().unwrap();
    assert_eq!(Reader::open(&path).unwrap().gaps(None, None).unwrap(), [gap]);
    drop(writer);
    let backup = directory.path().join("news.db.v1-backup");
    assert_eq!(schema_of(&backup), 1);
    // The copy is a database like any other: opened, it is brought up to date in its turn.
    drop(Writer::open(&backup).unwrap());
    check_everything_is_there(&backup);
}

#[test]
fn an_older_backup_is_never_overwritten() {
    let (directory, path) = schema_1();
    let taken = directory.path().join("news.db.v1-backup");
    fs::write(&taken, "somebody's").unwrap();
    fs::write(directory.path().join("news.db.v1-backup.2.newswatch-part"), "half of one, left by a migration that was killed").unwrap();
    drop(Writer::open(&path).unwrap());
    assert_eq!(fs::read_to_string(&taken).unwrap(), "somebody's");
    assert_eq!(schema_of(&directory.path().join("news.db.v1-backup.2")), 1);
    assert!(!directory.path().join("news.db.v1-backup.2.newswatch-part").exists());
    check_everything_is_there(&path);
}

#[test]
fn without_a_backup_nothing_is_changed() {
    let (directory, path) = schema_1();
    // A directory where the copy is to be written: for any user, and like a full disk, it cannot be made.
    let obstacle = directory.path().join("news.db.v1-backup.newswatch-part");
    fs::create_dir(&obstacle).unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Writer::open(&path).map(drop).unwrap_err();
    assert!(matches!(refused, StoreError::NoBackup { .. }), "{refused:?}");
    assert!(
        refused.to_string().contains("news.db.v1-backup.newswatch-part") && refused.to_string().contains("Nothing was changed"),
        "{refused}"
    );
    assert_eq!(schema_of(&path), 1);
    // All but the header, where SQLite counts who was there.
    assert!(before[100..] == fs::read(&path).unwrap()[100..]);
    fs::remove_dir(&obstacle).unwrap();
    drop(Writer::open(&path).unwrap());
    check_everything_is_there(&path);
}

#[test]
fn a_current_database_is_opened_without_any_copy() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.db");
    for _ in 0..2 {
        drop(Writer::open(&path).unwrap());
    }
    let names: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("backup")), "{names:?}");
}

#[test]
fn an_older_database_is_salvaged_into_a_current_one() {
    let (directory, path) = schema_1();
    let saved = directory.path().join("saved.db");
    let salvaged = salvage(&path, &saved).unwrap();
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (6, 0, 0));
    check_everything_is_there(&saved);
}
