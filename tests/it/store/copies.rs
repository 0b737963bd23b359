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
