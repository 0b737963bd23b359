//! Which files are opened, by whom, and which are refused.

use super::*;

#[test]
fn can_be_read_after_a_clean_stop_by_who_may_not_write() {
    let mut store = Store::new();
    store.put(None, "a", b"one");
    store.writer = None;
    let directory = store.path().parent().unwrap().to_owned();
    // Who may not make the log and its index can read only if they are there.
    assert!(directory.join("news.db-wal").exists() && directory.join("news.db-shm").exists());
    let allow = |mode| std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    let seen = Reader::open(&store.path()).and_then(|reader| reader.bytes(Digest::of(b"one")));
    allow(0o755);
    assert_eq!(seen.unwrap(), b"one");
}

#[test]
fn a_copy_of_the_file_alone_can_be_read() {
    let mut store = Store::new();
    store.put(None, "a", b"one");
    store.writer = None;
    let copy = store.directory.path().join("a copy #1%.db");
    std::fs::copy(store.path(), &copy).unwrap();
    assert_eq!(Reader::open(&copy).unwrap().bytes(Digest::of(b"one")).unwrap(), b"one");
}

#[test]
fn says_what_to_do_when_there_is_no_database() {
    let missing = Path::new("/nowhere/news.db");
    let error = Reader::open(missing).unwrap_err();
    assert_eq!(error.to_string(), "no database at /nowhere/news.db; run `newswatch scan` or `newswatch watch` first");
}

/// Both a reader and a writer refuse the file, say so, and leave every byte of it.
fn refused(bytes: &[u8], expect: impl Fn(&StoreError) -> bool) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    std::fs::write(&path, bytes).unwrap();
    for error in [Writer::open(&path).map(drop).unwrap_err(), Reader::open(&path).map(drop).unwrap_err()] {
        assert!(expect(&error), "{error:?}");
        assert!(error.to_string().contains("other.db"), "{error}");
    }
    assert!(std::fs::read(&path).unwrap() == bytes, "the file was touched");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "something was left beside the file");
}

/// Our own database with one four-byte field of its header changed.
fn with_header(offset: usize, value: [u8; 4]) -> Vec<u8> {
    let mut store = Store::new();
    store.writer = None;
    let mut bytes = std::fs::read(store.path()).unwrap();
    bytes[offset..offset + 4].copy_from_slice(&value);
    // Format 1 instead of WAL, so that a log beside the file is nobody's business here.
    bytes[18..20].copy_from_slice(&[1, 1]);
    bytes
}

#[test]
fn refuses_what_is_not_its_own() {
    refused(b"These are the minutes of the parish council, not a database.\n".repeat(40).as_slice(), |error| {
        matches!(error, StoreError::Foreign { .. })
    });
    // application_id of another program, and none at all
    refused(&with_header(68, [0, 0, 0, 9]), |error| matches!(error, StoreError::Foreign { .. }));
    refused(&with_header(68, [0, 0, 0, 0]), |error| matches!(error, StoreError::Foreign { .. }));
}

#[test]
fn refuses_a_newer_schema() {
    refused(&with_header(60, [0, 0, 0, 99]), |error| matches!(error, StoreError::Newer { found: 99, .. }));
}

#[test]
fn an_empty_file_becomes_a_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("news.db");
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(Reader::open(&path).unwrap_err(), StoreError::Missing { .. }));
    drop(Writer::open(&path).unwrap());
    assert_eq!(Reader::open(&path).unwrap().status().unwrap().versions, 0);
}
