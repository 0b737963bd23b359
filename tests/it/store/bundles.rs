//! Revisions of one document are packed together, and nobody can tell.

#![expect(clippy::disallowed_types, reason = "the tests look into the database, and damage it")]

use newswatch::model::{Action, SentenceAction, SentenceState};
use newswatch::store::{Summary, repack};

use super::*;

/// A revision that says much the same as its neighbours.
fn told(number: u32) -> Revision {
    let state = |toll: u32| SentenceState {
        part: Part::Paragraph(1),
        span: Span::new(0, 72),
        text: format!("The harbour office in Port Ellery said on Monday that {toll} people were hurt."),
    };
    let action = SentenceAction {
        action: Action::Edited,
        severity: Severity::Substantive,
        from: Some(state(number)),
        to: Some(state(number + 1)),
        words: Vec::new(),
        wording: Vec::new(),
    };
    let text = TextDiff { words_added: 1, words_deleted: 1, actions: vec![action], ..TextDiff::default() };
    Revision { trashline: format!("people {number} → {} (¶1)", number + 1), text, ..revision(Class::Update, Severity::Substantive) }
}

/// Records a document of so many versions. Each revision is made twice, as where something is derived later.
fn tell_on(store: &mut Store, name: &str, versions: u32) -> Vec<Stored> {
    let mut stored: Vec<Stored> = Vec::new();
    for number in 0..versions {
        stored.push(store.put(stored.last(), name, format!("{name}: {number} people were hurt").as_bytes()));
    }
    derive(store, &stored, "test/2", 0);
    stored
}

fn derive(store: &Store, stored: &[Stored], extractor: &str, from: u32) {
    for (stored, number) in stored.iter().zip(from..) {
        let derived = Derived { extractor, entities: None, revision: &told(number) };
        store.writer().derive(stored.version.seq, &derived).wait().unwrap();
    }
}

#[track_caller]
fn check(store: &Store, stored: &[Stored], from: u32) {
    let reader = store.reader();
    for (stored, number) in stored.iter().zip(from..) {
        assert_eq!(reader.revision(stored.version.seq).unwrap(), Some(told(number)), "of version {}", stored.version.number);
    }
    assert_eq!(damages(&reader, Depth::Full), []);
}

fn numbers(store: &Store, sql: &str) -> Vec<i64> {
    let connection = rusqlite::Connection::open(store.path()).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn change(store: &Store, sql: &str) {
    rusqlite::Connection::open(store.path()).unwrap().execute_batch(sql).unwrap();
}

/// How many revisions are in each bundle.
fn bundles(store: &Store) -> Vec<i64> {
    numbers(store, "SELECT (SELECT count(*) FROM revision WHERE bundle = bundle.id) FROM bundle ORDER BY id")
}

#[test]
fn they_take_half_the_room_and_come_back() {
    let mut store = Store::new();
    let stored = tell_on(&mut store, "a.txt", 70);
    check(&store, &stored, 0);
    assert_eq!(bundles(&store).iter().sum::<i64>(), 64);
    let [alone, together] =
        ["SELECT max(length(data)) FROM revision", "SELECT sum(length(data)) / 64 FROM bundle"].map(|sql| numbers(&store, sql)[0]);
    assert!(together * 2 < alone, "{together} bytes each, {alone} alone");
    let pages = numbers(&store, "SELECT count(*) FROM dbstat WHERE name = 'revision' AND pagetype = 'leaf'")[0];
    assert!(pages < 20, "{pages} pages for 64 rows that are nearly empty and 6 that are not");
    store.reopen();
    check(&store, &stored, 0);
}

#[test]
fn gc_makes_few_bundles_and_then_leaves_them() {
    let mut store = Store::new();
    let (a, b) = (tell_on(&mut store, "a.txt", 130), tell_on(&mut store, "b.txt", 2));
    store.writer = None;
    let mut ids = Vec::new();
    for _ in 0..2 {
        repack(&store.path(), &mut |_, _| ()).unwrap();
        assert_eq!(bundles(&store), [64, 64, 2, 2]);
        ids.push(numbers(&store, "SELECT id FROM bundle"));
    }
    assert_eq!(ids[0], ids[1]);
    store.reopen();
    check(&store, &a, 0);
    check(&store, &b, 0);
}

#[test]
fn what_is_made_again_leaves_no_bundle_that_nobody_is_in() {
    let mut store = Store::new();
    let stored = tell_on(&mut store, "a.txt", 40);
    derive(&store, &stored[5..], "test/3", 100);
    check(&store, &stored[..5], 0);
    check(&store, &stored[5..], 100);
    assert!(bundles(&store).iter().all(|&revisions| revisions > 0), "{:?}", bundles(&store));
}

#[test]
fn a_purge_leaves_no_bundle_that_quotes_the_document() {
    let mut store = Store::new();
    let (a, b) = (tell_on(&mut store, "a.txt", 40), tell_on(&mut store, "b.txt", 20));
    let quoting = bundles(&store).len() - 1;
    let purged = vec![a[20].version.seq];
    store.writer().remove(purged, Extent::EveryWord, "court order", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert!(quoting > 1 && bundles(&store).len() == 1, "only that of the other document is left");
    check(&store, &a[..20], 0);
    check(&store, &a[22..], 22);
    check(&store, &b, 0);
    for silent in &a[20..22] {
        let revision = store.reader().revision(silent.version.seq).unwrap().unwrap();
        assert_eq!((revision.trashline.as_str(), revision.text.actions.len()), ("removed: court order", 0));
    }
}

#[test]
fn a_purge_is_not_hindered_by_what_is_damaged() {
    let mut store = Store::new();
    let stored = tell_on(&mut store, "a.txt", 40);
    change(&store, "UPDATE revision SET data = x'00' WHERE bundle IS NULL AND version = 40");
    change(&store, "UPDATE bundle SET data = substr(data, 1, length(data) - 1) WHERE id = (SELECT bundle FROM revision WHERE version = 3)");
    let unread = numbers(&store, "SELECT version FROM revision WHERE bundle = (SELECT bundle FROM revision WHERE version = 3)");
    assert!(unread.contains(&3) && unread.contains(&4) && unread.contains(&5) && !unread.contains(&39), "{unread:?}");
    let log = |store: &Store| store.reader().log(&Filter::default()).unwrap();
    let before = log(&store);
    let purged = vec![stored[3].version.seq, stored[39].version.seq];
    store.writer().remove(purged, Extent::EveryWord, "court order", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    // What is told stays, but for the words of what was purged.
    for (before, after) in before.iter().zip(log(&store)) {
        let silent = [4, 5, 40].contains(&after.version.seq.0);
        let trashline = if silent { "removed: court order" } else { &before.summary.trashline };
        assert_eq!(after.summary, Summary { trashline: trashline.to_owned(), ..before.summary.clone() });
    }
    // Whatever could not be read is to be made again.
    assert_eq!(store.reader().versions_by(stored[0].document, "test/2").unwrap().len(), 40 - unread.len() - 1);
    assert_eq!(store.reader().outdated("test/2").unwrap(), 1);
}

#[test]
fn what_is_damaged_is_named_and_hinders_nobody() {
    let mut store = Store::new();
    let stored = tell_on(&mut store, "a.txt", 30);
    // One that stands alone,
    change(&store, "UPDATE revision SET data = x'00' WHERE version = 20");
    let last = store.put(stored.last(), "a.txt", b"31");
    store.put(Some(&last), "a.txt", b"32");
    let found = |store: &Store| damages(&store.reader(), Depth::Full).into_iter().map(|damage| damage.what).collect::<Vec<_>>();
    assert_eq!(found(&store), ["the revision of version 20"]);
    // and a bundle.
    change(&store, "UPDATE bundle SET data = substr(data, 1, length(data) - 1) WHERE id = (SELECT bundle FROM revision WHERE version = 3)");
    let together = numbers(&store, "SELECT version FROM revision WHERE bundle = (SELECT bundle FROM revision WHERE version = 3)");
    let expect: Vec<String> = [&20].into_iter().chain(&together).map(|version| format!("the revision of version {version}")).collect();
    assert_eq!(found(&store), expect);
    store.writer = None;
    repack(&store.path(), &mut |_, _| ()).unwrap();
    assert_eq!(found(&store), expect, "it is left as it is");
    store.reopen();
    derive(&store, &stored, "test/3", 0);
    check(&store, &stored, 0);
}

#[test]
fn salvage_reads_them_where_the_schema_is_lost() {
    let mut store = Store::new();
    let stored = tell_on(&mut store, "a.txt", 40);
    store.writer = None;
    let copy = store.directory.path().join("salvaged.db");
    for lost in [0, 1024] {
        let mut bytes = std::fs::read(store.path()).unwrap();
        bytes[..lost].fill(0);
        let damaged = store.directory.path().join("damaged.db");
        std::fs::write(&damaged, &bytes).unwrap();
        assert_eq!(salvage(&damaged, &copy).unwrap().versions, 40);
        let reader = Reader::open(&copy).unwrap();
        for (stored, number) in stored.iter().zip(0..) {
            assert_eq!(reader.revision(stored.version.seq).unwrap(), Some(told(number)), "{lost} bytes lost");
        }
        std::fs::remove_file(&copy).unwrap();
    }
}
