//! Backups and what is salvaged.

use super::*;

#[test]
fn a_backup_is_the_database_at_one_moment_while_the_writer_goes_on() {
    let mut store = lively();
    let attested = store.reader().attest().unwrap();
    let expect = everything(&store.reader()).unwrap();
    let backup = store.directory.path().join("backup.db");
    store.reader().backup(&backup).unwrap();
    store.put(None, "later.txt", b"later");
    let reader = Reader::open(&backup).unwrap();
    assert_eq!(everything(&reader).unwrap(), expect);
    assert_eq!((reader.attest().unwrap(), damages(&reader, Depth::Full)), (attested, vec![]));
    drop(reader);
    // It is a database like any other.
    assert_eq!(Writer::open(&backup).map(drop), Ok(()));
    assert!(store.reader().backup(&backup).is_err(), "an older backup is not overwritten");
}

#[test]
fn salvage_of_a_sound_database_is_the_same_database() {
    let mut store = lively();
    store.writer = None;
    let copy = store.directory.path().join("salvaged.db");
    let salvaged = salvage(&store.path(), &copy).unwrap();
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (116, 0, 0));
    let (before, after) = (store.reader(), Reader::open(&copy).unwrap());
    assert_eq!(after.attest().unwrap(), before.attest().unwrap());
    assert_eq!(everything(&after).unwrap(), everything(&before).unwrap());
    assert!(salvage(&store.path(), &copy).is_err(), "what is there is not overwritten");
}

#[test]
fn salvage_gets_out_what_damage_has_left() {
    let mut store = lively();
    store.writer = None;
    let mut bytes = std::fs::read(store.path()).unwrap();
    // A few pages in the middle, away from the schema.
    let pages = bytes.len() / 4096;
    for page in [pages / 2, pages * 2 / 3, pages - 2] {
        bytes[page * 4096..(page + 1) * 4096].fill(0x55);
    }
    std::fs::write(store.path(), &bytes).unwrap();
    assert_ne!(damages(&store.reader(), Depth::Full), []);
    let copy = store.directory.path().join("salvaged.db");
    let salvaged = salvage(&store.path(), &copy).unwrap();
    assert!(salvaged.versions + salvaged.lost == 116 && salvaged.versions >= 60, "{salvaged:?}");
    let reader = Reader::open(&copy).unwrap();
    // What could not be derived is missing until it is made again; nothing else is wrong.
    let left: Vec<_> = damages(&reader, Depth::Full).into_iter().filter(|damage| damage.how != "it is not there").collect();
    assert_eq!(left, []);
}

#[test]
fn salvage_reads_a_file_that_was_cut_off_as_far_as_it_goes() {
    let mut store = lively();
    store.writer = None;
    let whole = std::fs::metadata(store.path()).unwrap().len();
    std::fs::File::options().write(true).open(store.path()).unwrap().set_len(whole * 3 / 4).unwrap();
    let copy = store.directory.path().join("salvaged.db");
    let salvaged = salvage(&store.path(), &copy).unwrap();
    assert!(salvaged.versions >= 30, "{salvaged:?}");
    let left: Vec<_> =
        damages(&Reader::open(&copy).unwrap(), Depth::Full).into_iter().filter(|damage| damage.how != "it is not there").collect();
    assert_eq!(left, []);
}

/// A lively store that nobody has open, all of it in one file, damaged in some way; salvages it.
fn salvaged(damage: impl FnOnce(&mut Vec<u8>)) -> (Store, newswatch::store::Salvaged) {
    let mut store = lively();
    let whole = store.directory.path().join("whole.db");
    store.reader().backup(&whole).unwrap();
    store.writer = None;
    let mut bytes = std::fs::read(&whole).unwrap();
    damage(&mut bytes);
    let damaged = store.directory.path().join("damaged.db");
    std::fs::write(&damaged, &bytes).unwrap();
    let salvaged = salvage(&damaged, &store.directory.path().join("salvaged.db")).unwrap();
    let beside = |ending: &str| store.directory.path().join(format!("salvaged.db{ending}"));
    for ending in ["-wal", ".newswatch-part", ".newswatch-part-rows", ".newswatch-part-better"] {
        assert!(!beside(ending).exists(), "{ending} is left");
    }
    let left: Vec<_> = damages(&Reader::open(&beside("")).unwrap(), Depth::Full);
    assert_eq!(left.into_iter().filter(|damage| damage.how != "it is not there").collect::<Vec<_>>(), []);
    (store, salvaged)
}

/// The size of a page, and where each one of these begins.
fn pages(bytes: &[u8], kind: u8) -> (usize, Vec<usize>) {
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    (size, (size..bytes.len()).step_by(size).filter(|&at| bytes[at] == kind).collect())
}

#[track_caller]
fn check_all_is_there(store: &Store) {
    let reader = Reader::open(&store.directory.path().join("salvaged.db")).unwrap();
    assert_eq!(reader.attest().unwrap(), store.reader().attest().unwrap());
    assert_eq!(everything(&reader).unwrap(), everything(&store.reader()).unwrap());
}

#[test]
fn salvage_finds_all_rows_where_the_schema_is_lost() {
    let (store, salvaged) = salvaged(|bytes| {
        let (size, _) = pages(bytes, 0);
        bytes[..size].fill(0);
    });
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (116, 0, 0));
    check_all_is_there(&store);
}

#[test]
fn salvage_finds_all_rows_where_the_pages_that_lead_to_them_are_lost() {
    let (store, salvaged) = salvaged(|bytes| {
        let (size, leading) = pages(bytes, 0x05);
        assert!(leading.len() > 3, "too small a database");
        leading.into_iter().for_each(|at| bytes[at..at + size].fill(0x55));
    });
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (116, 0, 0));
    check_all_is_there(&store);
}

#[test]
fn salvage_reads_a_backup_that_was_cut_off() {
    for eighths in [7, 6] {
        let (_, salvaged) = salvaged(|bytes| bytes.truncate(bytes.len() * eighths / 8));
        assert!(salvaged.versions >= 90, "{eighths}/8: {salvaged:?}");
    }
}

#[test]
fn salvage_reads_the_log_too_where_the_schema_is_lost() {
    let mut store = lively();
    let expect = (store.reader().attest().unwrap(), everything(&store.reader()).unwrap());
    let damaged = store.directory.path().join("damaged.db");
    std::fs::copy(store.path(), &damaged).unwrap();
    std::fs::copy(store.directory.path().join("state/news.db-wal"), store.directory.path().join("damaged.db-wal")).unwrap();
    store.writer = None;
    let mut bytes = std::fs::read(&damaged).unwrap();
    let (size, _) = pages(&bytes, 0);
    bytes[..size].fill(0);
    std::fs::write(&damaged, bytes).unwrap();
    let salvaged = salvage(&damaged, &store.directory.path().join("salvaged.db")).unwrap();
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (116, 0, 0));
    let reader = Reader::open(&store.directory.path().join("salvaged.db")).unwrap();
    assert_eq!((reader.attest().unwrap(), everything(&reader).unwrap()), expect);
}

#[test]
fn salvage_brings_nothing_back_that_was_removed() {
    let mut store = lively();
    let reader = store.reader();
    let removable = reader.removable(&Retention { documents: None, before: None, keep: 1 }).unwrap();
    let removed = store.writer().remove(
        removable.iter().map(|version| version.seq).collect(),
        Extent::EveryWord,
        "court order",
        Timestamp::UNIX_EPOCH,
    );
    assert!(removed.wait().unwrap().contents > 0);
    let expect = everything(&store.reader()).unwrap();
    store.writer = None;
    let mut bytes = std::fs::read(store.path()).unwrap();
    let (size, _) = pages(&bytes, 0);
    bytes[..size].fill(0);
    let damaged = store.directory.path().join("damaged.db");
    std::fs::write(&damaged, &bytes).unwrap();
    let copy = store.directory.path().join("salvaged.db");
    assert_eq!(salvage(&damaged, &copy).unwrap().versions, 116);
    assert_eq!(everything(&Reader::open(&copy).unwrap()).unwrap(), expect);
}

#[test]
fn what_holds_no_version_is_not_salvaged() {
    let directory = tempfile::tempdir().unwrap();
    for (bytes, words) in [(&b"a shopping list: apples, pears, and a new rope for the bell"[..], "not a database"), (b"", "no versions")] {
        let (path, copy) = (directory.path().join("list.db"), directory.path().join("copy.db"));
        std::fs::write(&path, bytes).unwrap();
        let error = salvage(&path, &copy).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
