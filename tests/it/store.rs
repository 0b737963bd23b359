//! The contract of the store: what any caller may count on, held through its public API against a real file.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use newswatch::model::{
    Class, Content, Detail, Digest, DocumentPath, Entities, Entity, Flag, Gap, Mention, Named, Part, Revision, Seq, Severity, Span,
    TextDiff, Version, VersionNumber,
};
use newswatch::store::{
    Damage, Depth, Derived, DocumentId, Extent, Filter, NewContent, Observation, Reader, Retention, Signature, StoreError, Stored, Ticket,
    Writer, salvage,
};
use tempfile::TempDir;

struct Store {
    directory: TempDir,
    writer: Option<Writer>,
    clock: i64,
}

impl Store {
    fn new() -> Store {
        let directory = tempfile::tempdir().unwrap();
        let writer = Some(Writer::open(&directory.path().join("state/news.db")).unwrap());
        Store { directory, writer, clock: 1_700_000_000_000_000 }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("state/news.db")
    }

    fn writer(&self) -> &Writer {
        self.writer.as_ref().unwrap()
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.path()).unwrap()
    }

    fn reopen(&mut self) {
        self.writer = None;
        self.writer = Some(Writer::open(&self.path()).unwrap());
    }

    fn send(&mut self, after: Option<&Stored>, path: DocumentPath, content: NewContent<'_>, class: Class) -> Ticket<Stored> {
        self.clock += 1_000_000;
        let entities = entities("Port Ellery");
        let revision = revision(class, Severity::Minor);
        let tombstone = matches!(content, NewContent::Tombstone);
        self.writer().record(&Observation {
            after: after.map(|stored| (stored.document, stored.version.seq)),
            path,
            observed: Timestamp::from_microsecond(self.clock).unwrap(),
            content,
            transient: false,
            derived: Some(Derived {
                extractor: "test/1",
                entities: match content {
                    NewContent::Bytes(bytes) => Some((&entities, bytes)),
                    NewContent::Same | NewContent::Tombstone => None,
                },
                revision: &revision,
            }),
            signature: (!tombstone).then(|| signature(self.clock)),
        })
    }

    fn put(&mut self, after: Option<&Stored>, name: &str, bytes: &[u8]) -> Stored {
        self.send(after, at(name), NewContent::Bytes(bytes), Class::Update).wait().unwrap()
    }
}

fn at(name: impl AsRef<OsStr>) -> DocumentPath {
    DocumentPath::new("/spool", Path::new(&name)).unwrap()
}

fn entities(place: &str) -> Entities {
    let mention = Mention { part: Part::Headline, span: Span::new(3, 14), confidence: 90 };
    vec![Entity { detail: Detail::Place(Named { name: place.to_owned() }), mentions: vec![mention] }]
}

fn revision(class: Class, severity: Severity) -> Revision {
    Revision {
        class,
        severity,
        flags: [Flag::Stealth, Flag::Headline].into(),
        trashline: "toll 3 → 4 (¶1)".to_owned(),
        reverts_to: None,
        text: TextDiff { words_added: 5, words_deleted: 2, ..TextDiff::default() },
        entities: Vec::new(),
    }
}

fn signature(clock: i64) -> Signature {
    let seen = Timestamp::from_microsecond(clock).unwrap();
    Signature { device: u64::MAX, inode: 7, size: 3, modified: 1, changed: 2, seen }
}

fn numbers(versions: &[Version]) -> Vec<u32> {
    versions.iter().map(|version| version.number.get()).collect()
}

/// Runs a check on a store, and again after the store was closed and opened.
fn fresh_and_reopened(mut store: Store, check: impl Fn(&Store)) {
    check(&store);
    store.reopen();
    check(&store);
}

#[test]
fn gives_back_what_was_recorded() {
    let mut store = Store::new();
    let first = store.put(None, "a.txt", b"one");
    let second = store.put(Some(&first), "a.txt", b"two");
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        let document = reader.document_at(&at("a.txt")).unwrap().unwrap();
        assert_eq!((document.id, &document.latest), (second.document, &second.version));
        assert_eq!(reader.versions(document.id).unwrap(), [first.version.clone(), second.version.clone()]);
        assert_eq!(reader.version(document.id, VersionNumber::FIRST).unwrap().as_ref(), Some(&first.version));
        assert_eq!(reader.version_by_seq(second.version.seq).unwrap().as_ref(), Some(&second.version));
        assert_eq!(reader.bytes(Digest::of(b"one")).unwrap(), b"one");
        assert_eq!(reader.bytes(Digest::of(b"two")).unwrap(), b"two");
        let stored = reader.entities(second.version.seq, b"two").unwrap().unwrap();
        assert_eq!((stored.extractor.as_str(), stored.entities), ("test/1", entities("Port Ellery")));
        assert_eq!(reader.entities(first.version.seq, b"one").unwrap(), None, "only the newest entities are kept");
        assert_eq!(reader.made_by(first.version.seq).unwrap().as_deref(), Some("test/1"));
        assert_eq!(reader.revision(second.version.seq).unwrap(), Some(revision(Class::Update, Severity::Minor)));
        assert_eq!(reader.roots().unwrap(), [PathBuf::from("/spool")]);
    });
}

#[test]
fn numbers_are_dense_and_seqs_rise_when_many_threads_record() {
    let store = Store::new();
    let writer = store.writer();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let mut last: Option<(DocumentId, Seq)> = None;
                for round in 0..50 {
                    let stored = writer
                        .record(&Observation {
                            after: last,
                            path: at(format!("{thread}.txt")),
                            observed: Timestamp::UNIX_EPOCH,
                            content: NewContent::Bytes(format!("{thread} {round}").as_bytes()),
                            transient: false,
                            derived: Some(Derived {
                                extractor: "test/1",
                                entities: None,
                                revision: &revision(Class::Update, Severity::Minor),
                            }),
                            signature: None,
                        })
                        .wait()
                        .unwrap();
                    last = Some((stored.document, stored.version.seq));
                }
            });
        }
    });
    let reader = store.reader();
    let mut all = Vec::new();
    for thread in 0..4 {
        let document = reader.document_at(&at(format!("{thread}.txt"))).unwrap().unwrap();
        let versions = reader.versions(document.id).unwrap();
        assert_eq!(numbers(&versions), (1..=50).collect::<Vec<_>>());
        assert!(versions.is_sorted_by_key(|version| version.seq));
        all.extend(versions.iter().map(|version| version.seq.0));
    }
    all.sort_unstable();
    assert_eq!(all, (1..=200).collect::<Vec<_>>());
}

#[test]
fn refuses_what_was_decided_on_an_older_state() {
    let mut store = Store::new();
    let first = store.put(None, "a.txt", b"one");
    let second = store.put(Some(&first), "a.txt", b"two");
    let stale = store.send(Some(&first), at("a.txt"), NewContent::Bytes(b"three"), Class::Update).wait();
    assert_eq!(stale, Err(StoreError::Conflict { expected: Some(first.version.seq), found: Some(second.version.seq) }));
    let twice = store.send(None, at("a.txt"), NewContent::Bytes(b"three"), Class::Created).wait();
    assert_eq!(twice, Err(StoreError::Conflict { expected: None, found: Some(second.version.seq) }));
    // The writer goes on, and what was refused left no trace.
    let third = store.put(Some(&second), "a.txt", b"four");
    assert_eq!(third.version.number.get(), 3);
    assert_eq!(numbers(&store.reader().versions(first.document).unwrap()), [1, 2, 3]);
}

#[test]
fn a_conflict_does_not_touch_the_rest_of_its_group() {
    let mut store = Store::new();
    let tickets: Vec<_> =
        ["a", "a", "b", "c"].iter().map(|name| store.send(None, at(name), NewContent::Bytes(name.as_bytes()), Class::Created)).collect();
    let outcomes: Vec<bool> = tickets.into_iter().map(|ticket| ticket.wait().is_ok()).collect();
    assert_eq!(outcomes, [true, false, true, true]);
}

#[test]
fn a_deleted_document_keeps_its_history_and_can_come_back() {
    let mut store = Store::new();
    let first = store.put(None, "a.txt", b"one");
    let gone = store.send(Some(&first), at("a.txt"), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
    assert_eq!(gone.version.content, Content::Tombstone);
    assert_eq!(store.reader().latest_content(first.document).unwrap(), Some(first.version.clone()));
    assert_eq!(store.reader().document_at(&at("a.txt")).unwrap().unwrap().latest, gone.version);
    assert_eq!(store.reader().status().unwrap().present, 0);
    let back = store.put(Some(&gone), "a.txt", b"one");
    fresh_and_reopened(store, |store| {
        let versions = store.reader().versions(first.document).unwrap();
        assert_eq!(numbers(&versions), [1, 2, 3]);
        assert_eq!(store.reader().bytes(back.version.content.digest().unwrap()).unwrap(), b"one");
        assert_eq!(store.reader().status().unwrap().blobs, 1);
    });
}

#[test]
fn a_renamed_document_is_found_under_both_names() {
    let mut store = Store::new();
    let first = store.put(None, "old.txt", b"one");
    let moved = store.send(Some(&first), at("new.txt"), NewContent::Same, Class::Renamed).wait().unwrap();
    assert_eq!(moved.version.content, first.version.content);
    assert_eq!(store.reader().document_at(&at("old.txt")).unwrap().unwrap().id, first.document);
    assert_eq!(store.reader().document_at(&at("new.txt")).unwrap().unwrap().id, first.document);
    // Who stands at a name now comes before who stood there once.
    let other = store.put(None, "old.txt", b"another");
    assert_ne!(other.document, first.document);
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        assert_eq!(reader.document_at(&at("old.txt")).unwrap().unwrap().id, other.document);
        assert_eq!(reader.document_at(&at("new.txt")).unwrap().unwrap().id, first.document);
        let paths: Vec<_> = reader.versions(first.document).unwrap().into_iter().map(|version| version.path).collect();
        assert_eq!(paths, [at("old.txt"), at("new.txt")]);
    });
}

#[test]
fn the_same_content_is_stored_once() {
    let mut store = Store::new();
    for name in ["a", "b", "c"] {
        store.put(None, name, b"the same words");
    }
    let status = store.reader().status().unwrap();
    assert_eq!((status.documents, status.versions, status.blobs, status.content_bytes), (3, 3, 1, 14));
}

#[test]
fn any_name_that_a_file_can_have_is_kept() {
    let mut store = Store::new();
    let names: [&[u8]; 6] = [b"caf\xe9.txt", b"two\nlines.txt", b"\xff\xfe", b"a'b\"c%;--", b"d/e/f.txt", "числа.txt".as_bytes()];
    for name in names {
        let path = at(OsStr::from_bytes(name));
        let stored = store.send(None, path.clone(), NewContent::Bytes(name), Class::Created).wait().unwrap();
        let found = store.reader().document_at(&path).unwrap().unwrap();
        assert_eq!((found.id, found.latest.path), (stored.document, path));
    }
    assert_eq!(store.reader().documents().unwrap().len(), names.len());
}

#[test]
fn empty_and_large_contents_come_back() {
    let mut store = Store::new();
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    for (name, bytes) in [("empty", &[][..]), ("large", &large), ("binary", &[0, 255, 0, 10])] {
        let stored = store.put(None, name, bytes);
        assert_eq!(stored.version.content, Content::Bytes { digest: Digest::of(bytes), size: bytes.len() as u64 });
        assert!(store.reader().bytes(Digest::of(bytes)).unwrap() == bytes, "{name}");
    }
}

#[test]
fn lists_the_documents_below_a_directory() {
    let mut store = Store::new();
    for name in ["a.txt", "a/b.txt", "a/c/d.txt", "a0", "ab/e.txt"] {
        store.put(None, name, name.as_bytes());
    }
    let below = |path: &str| -> Vec<PathBuf> {
        let documents = store.reader().documents_below(Path::new("/spool"), Path::new(path)).unwrap();
        documents.into_iter().map(|document| document.latest.path.relative().to_owned()).collect()
    };
    assert_eq!(below("a"), [Path::new("a/b.txt"), Path::new("a/c/d.txt")]);
    assert_eq!(below("a/c/d.txt"), [Path::new("a/c/d.txt")]);
    assert_eq!(below("").len(), 5);
    assert_eq!(below("nothing").len(), 0);
    assert_eq!(store.reader().documents_below(Path::new("/other"), Path::new("")).unwrap().len(), 0);
}

#[test]
fn the_log_is_newest_first_and_filtered() {
    let mut store = Store::new();
    let first = store.put(None, "a", b"1");
    let other = store.put(None, "b", b"2");
    let second = store.put(Some(&first), "a", b"3");
    let gone = store.send(Some(&other), at("b"), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
    let check = |filter: &Filter, expect: &[&Stored]| {
        let found: Vec<_> = store.reader().log(filter).unwrap().into_iter().map(|entry| entry.version).collect();
        let expect: Vec<_> = expect.iter().map(|stored| stored.version.clone()).collect();
        assert_eq!(found, expect, "{filter:?}");
    };
    let all = Filter::default();
    check(&all, &[&gone, &second, &other, &first]);
    check(&Filter { documents: Some(vec![first.document]), ..all.clone() }, &[&second, &first]);
    check(&Filter { documents: Some(Vec::new()), ..all.clone() }, &[]);
    check(&Filter { limit: Some(2), ..all.clone() }, &[&gone, &second]);
    check(&Filter { limit: Some(2), before: Some(second.version.seq), ..all.clone() }, &[&other, &first]);
    check(&Filter { after: Some(other.version.seq), ..all.clone() }, &[&gone, &second]);
    check(&Filter { since: Some(second.version.observed), ..all.clone() }, &[&gone, &second]);
    check(&Filter { until: Some(other.version.observed), ..all.clone() }, &[&other, &first]);
    check(&Filter { classes: Some(vec![Class::Withdrawn, Class::Created]), ..all.clone() }, &[&gone]);
    check(&Filter { severity: Some(Severity::Substantive), ..all.clone() }, &[]);
    check(&Filter { severity: Some(Severity::Cosmetic), limit: Some(1), ..all.clone() }, &[&gone]);
    check(&Filter { below: Some("a".into()), ..all.clone() }, &[&second, &first]);
    check(&Filter { below: Some("".into()), limit: Some(1), ..all.clone() }, &[&gone]);
    check(&Filter { after: Some(first.version.seq), limit: Some(2), oldest_first: true, ..all.clone() }, &[&other, &second]);
    check(&Filter { flags: [Flag::Stealth, Flag::Headline].into(), limit: Some(1), ..all.clone() }, &[&gone]);
    check(&Filter { flags: [Flag::Stealth, Flag::Deck].into(), ..all.clone() }, &[]);

    let entry = store.reader().log(&all).unwrap().remove(1);
    let revision = revision(Class::Update, Severity::Minor);
    assert_eq!(entry.document, first.document);
    assert_eq!(
        (entry.summary.class, entry.summary.severity, entry.summary.flags, entry.summary.trashline),
        (revision.class, revision.severity, revision.flags, revision.trashline)
    );
    assert_eq!((entry.summary.words_added, entry.summary.words_deleted), (5, 2));
}

#[test]
fn derived_data_can_be_made_anew() {
    let mut store = Store::new();
    let first = store.put(None, "a", b"1");
    let (newer, revised) = (entities("newer"), revision(Class::Created, Severity::Substantive));
    let derived = Derived { extractor: "test/2", entities: Some((&newer, b"1")), revision: &revised };
    store.writer().derive(first.version.seq, &derived).wait().unwrap();
    fresh_and_reopened(store, |store| {
        let stored = store.reader().entities(first.version.seq, b"1").unwrap().unwrap();
        assert_eq!((stored.extractor.as_str(), stored.entities), ("test/2", newer.clone()));
        assert_eq!(store.reader().revision(first.version.seq).unwrap().as_ref(), Some(&revised));
        assert_eq!(store.reader().log(&Filter::default()).unwrap()[0].summary.class, Class::Created);
        assert_eq!(numbers(&store.reader().versions(first.document).unwrap()), [1]);
    });
}

#[test]
fn signatures_come_back_until_the_document_is_gone() {
    let mut store = Store::new();
    let first = store.put(None, "a", b"1");
    let known = |store: &Store| {
        let mut known = Vec::new();
        store.reader().known(Path::new("/spool"), Path::new(""), |one| known.push(one)).unwrap();
        known
    };
    assert_eq!(known(&store)[0].signature, Some(signature(store.clock)));
    let touched = Signature { inode: u64::MAX, changed: i64::MAX, ..signature(store.clock) };
    store.writer().sign(vec![(first.document, touched)]).wait().unwrap();
    store.reopen();
    assert_eq!(known(&store)[0].signature, Some(touched));
    store.send(Some(&first), at("a"), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
    assert_eq!((known(&store)[0].signature, known(&store)[0].present), (None, false));
}

#[test]
fn the_last_scan_of_a_root_is_noted() {
    let store = Store::new();
    for second in [1, 2] {
        store.writer().scanned(Path::new("/spool"), Timestamp::from_second(second).unwrap(), 5, u64::MAX).wait().unwrap();
    }
    let scans = store.reader().status().unwrap().scans;
    assert_eq!(scans.len(), 1);
    assert_eq!((scans[0].root.as_path(), scans[0].finished.as_second(), scans[0].inode), (Path::new("/spool"), 2, u64::MAX));
}

#[test]
fn a_reader_sees_each_version_as_soon_as_it_is_acknowledged() {
    let mut store = Store::new();
    let mut last = store.put(None, "a", b"0");
    let reader = store.reader();
    for round in 1..20_u32 {
        last = store.put(Some(&last), "a", &round.to_le_bytes());
        assert_eq!(reader.document_at(&at("a")).unwrap().unwrap().latest, last.version);
    }
}

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

#[test]
fn work_handed_in_before_the_writer_is_dropped_is_done() {
    let mut store = Store::new();
    let tickets: Vec<_> = (0..100)
        .map(|number: i32| store.send(None, at(number.to_string()), NewContent::Bytes(&number.to_le_bytes()), Class::Created))
        .collect();
    store.writer = None;
    assert!(tickets.into_iter().all(|ticket| ticket.wait().is_ok()));
    assert_eq!(store.reader().status().unwrap().documents, 100);
}

/// A story of some length that differs a little from round to round.
fn round_of(round: u32) -> Vec<u8> {
    (0..120)
        .map(|line| format!("{line}: {} people, {} boats\n", (line * 7919) % 1000, if line == round % 120 { round } else { 0 }))
        .collect::<String>()
        .into_bytes()
}

#[test]
fn a_long_history_is_small_and_every_version_of_it_comes_back() {
    const ROUNDS: u32 = 600;
    let mut store = Store::new();
    let mut last = None;
    for round in 0..ROUNDS {
        let ticket = store.send(last.as_ref(), at("a"), NewContent::Bytes(&round_of(round)), Class::Update);
        last = Some(ticket.wait().unwrap());
    }
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        for round in 0..ROUNDS {
            let content = round_of(round);
            assert!(reader.bytes(Digest::of(&content)).unwrap() == content, "round {round}");
        }
        let status = reader.status().unwrap();
        assert_eq!(status.blobs, u64::from(ROUNDS));
        assert!(status.packed_bytes * 20 < status.content_bytes, "{} of {}", status.packed_bytes, status.content_bytes);
    });
}

#[test]
fn contents_that_go_to_and_fro_between_documents_come_back() {
    let mut store = Store::new();
    let mut last: [Option<Stored>; 3] = Default::default();
    for step in 0..300_u32 {
        // Reverts, contents of other documents, tombstones, in an order that no scheme of packing expects.
        let which = (step * 7 % 3) as usize;
        let round = step.wrapping_mul(2_654_435_761) % 40;
        let name = format!("{which}.txt");
        let deleted = last[which].as_ref().is_some_and(|last| last.version.content == Content::Tombstone);
        last[which] = Some(if step % 11 == 5 && !deleted && last[which].is_some() {
            store.send(last[which].as_ref(), at(name), NewContent::Tombstone, Class::Withdrawn).wait().unwrap()
        } else {
            let content = round_of(round);
            store.send(last[which].as_ref(), at(name), NewContent::Bytes(&content), Class::Update).wait().unwrap()
        });
    }
    fresh_and_reopened(store, |store| {
        let reader = store.reader();
        for document in reader.documents().unwrap() {
            for digest in reader.versions(document.id).unwrap().iter().filter_map(|version| version.content.digest()) {
                assert_eq!(Digest::of(&reader.bytes(digest).unwrap()), digest);
            }
        }
    });
}

fn gap(began: i64, ended: i64, cause: &str) -> Gap {
    let time = |second| Timestamp::from_second(second).unwrap();
    Gap {
        root: "/spool".into(),
        path: "desk".into(),
        began: time(began),
        ended: time(ended),
        cause: cause.to_owned(),
        noted: time(ended + 1),
    }
}

#[test]
fn gaps_are_kept_and_found_by_the_time_they_reach_into() {
    let mut store = Store::new();
    let early = gap(10, 20, "the disk was full");
    store.writer().note_gap(early.clone()).wait().unwrap();
    store.put(None, "a", b"1");
    let late = Gap { root: "/other".into(), path: PathBuf::new(), ..gap(30, 40, "nobody watched") };
    store.writer().note_gap(late.clone()).wait().unwrap();
    fresh_and_reopened(store, |store| {
        let found = |since: Option<i64>, until: Option<i64>| {
            let time = |second: i64| Timestamp::from_second(second).unwrap();
            let gaps = store.reader().gaps(since.map(time), until.map(time)).unwrap();
            gaps.into_iter().map(|gap| gap.cause).collect::<Vec<_>>()
        };
        assert_eq!(store.reader().gaps(None, None).unwrap(), [early.clone(), late.clone()]);
        assert_eq!(found(Some(20), None), ["the disk was full", "nobody watched"]);
        assert_eq!(found(Some(21), None), ["nobody watched"]);
        assert_eq!(found(None, Some(29)), ["the disk was full"]);
        assert_eq!(found(Some(35), Some(35)), ["nobody watched"]);
        assert_eq!(found(Some(21), Some(29)), [""; 0]);
        assert_eq!(damages(&store.reader(), Depth::Full), []);
    });
}

#[test]
fn a_gap_is_part_of_what_is_attested() {
    let mut store = Store::new();
    store.put(None, "a", b"1");
    let before = store.reader().attest().unwrap().unwrap();
    store.writer().note_gap(gap(1, 2, "a long sleep")).wait().unwrap();
    store.reopen();
    let noted = store.reader().attest().unwrap().unwrap();
    assert_eq!((noted.versions, before.gaps, noted.gaps), (1, 0, 1));
    assert_ne!(noted.link, before.link);
    // The next version stands on it.
    store.put(None, "b", b"2");
    assert_ne!(store.reader().attest().unwrap().unwrap().link, noted.link);
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}

#[test]
fn what_was_still_being_written_is_marked_for_ever() {
    let mut store = Store::new();
    let record = |store: &Store, name: &str, transient| {
        let observation = Observation {
            after: None,
            path: at(name),
            observed: Timestamp::UNIX_EPOCH,
            content: NewContent::Bytes(b"half of a sen"),
            transient,
            derived: Some(Derived { extractor: "test/1", entities: None, revision: &revision(Class::Created, Severity::Minor) }),
            signature: None,
        };
        store.writer().record(&observation).wait().unwrap()
    };
    let marked = record(&store, "a", true);
    let unmarked = record(&store, "b", false);
    store.reopen();
    let reader = store.reader();
    assert!(marked.version.transient && !unmarked.version.transient);
    assert_eq!(reader.version_by_seq(marked.version.seq).unwrap(), Some(marked.version));
    assert_eq!(reader.version_by_seq(unmarked.version.seq).unwrap(), Some(unmarked.version));
    let log = reader.log(&Filter::default()).unwrap();
    assert_eq!(log.iter().map(|entry| entry.version.transient).collect::<Vec<_>>(), [false, true]);
    assert_eq!(damages(&reader, Depth::Full), []);
    // The mark is part of what is attested.
    let link = reader.attest().unwrap().unwrap().link;
    let other = Store::new();
    record(&other, "a", false);
    record(&other, "b", false);
    assert_ne!(other.reader().attest().unwrap().unwrap().link, link);
}

/// Some documents with some history: edits, renames, a deletion, the same content twice, gaps.
fn lively() -> Store {
    let mut store = Store::new();
    store.writer().note_gap(gap(0, 9, "before everything")).wait().unwrap();
    for document in 0..12_u32 {
        let name = format!("desk/{document}.txt");
        let mut last = store.put(None, &name, &round_of(document * 100));
        for round in 1..8 {
            last = store.put(Some(&last), &name, &round_of(document * 100 + round));
        }
        if document % 3 == 0 {
            last = store.send(Some(&last), at(format!("moved/{document}.txt")), NewContent::Same, Class::Renamed).wait().unwrap();
            store.send(Some(&last), last.version.path.clone(), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
        }
        store.put(None, &format!("copy/{document}.txt"), &round_of(document * 100 + 3));
        store.writer().note_gap(gap(20, 30, "between two documents")).wait().unwrap();
    }
    store
}

/// All that a reader can tell, as text.
fn everything(reader: &Reader) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    for entry in reader.log(&Filter::default())? {
        let seq = entry.version.seq;
        let bytes = entry.version.content.digest().map(|digest| reader.bytes(digest));
        let entities = match &bytes {
            Some(Ok(bytes)) => reader.entities(seq, bytes)?,
            _ => None,
        };
        lines.push(format!("{entry:?} {bytes:?} {:?} {entities:?}", reader.revision(seq)?));
    }
    lines.extend(reader.gaps(None, None)?.iter().map(|gap| format!("{gap:?}")));
    let mut documents = reader.documents()?;
    documents.sort_by_key(|document| document.id);
    lines.extend(documents.iter().map(|document| format!("{document:?} {:?}", reader.document_at(&document.latest.path))));
    Ok(lines)
}

fn damages(reader: &Reader, depth: Depth) -> Vec<Damage> {
    reader.verify(depth, &mut |_, _| ()).unwrap().damages
}

#[test]
fn a_sound_database_verifies() {
    let store = lively();
    fresh_and_reopened(store, |store| {
        let findings = store.reader().verify(Depth::Full, &mut |_, _| ()).unwrap();
        assert_eq!(findings.damages, []);
        assert_eq!((findings.versions, findings.contents, findings.derived, findings.gaps), (116, 96, 136, 13));
        assert_eq!(damages(&store.reader(), Depth::Fast), []);
    });
}

#[test]
fn the_attestation_holds_all_that_was_recorded() {
    let mut store = Store::new();
    assert_eq!(store.reader().attest().unwrap(), None);
    let first = store.put(None, "a", b"1");
    let before = store.reader().attest().unwrap().unwrap();
    store.put(Some(&first), "a", b"2");
    let after = store.reader().attest().unwrap().unwrap();
    assert_eq!((before.versions, after.versions), (1, 2));
    assert_ne!(before.link, after.link);
    // The same history makes the same links, wherever it is recorded.
    let mut other = Store::new();
    other.put(None, "a", b"1");
    assert_eq!(other.reader().attest().unwrap(), Some(before));
}

#[test]
fn a_damaged_content_is_named_by_the_version_that_holds_it() {
    let mut store = Store::new();
    let content: Vec<u8> = (0..20_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    store.put(None, "a.txt", &content);
    store.writer = None;
    let mut bytes = std::fs::read(store.path()).unwrap();
    let place = bytes.windows(8).position(|window| window == &content[40_000..40_008]).unwrap();
    bytes[place] ^= 1;
    std::fs::write(store.path(), &bytes).unwrap();
    let damages = damages(&store.reader(), Depth::Full);
    let named: Vec<&str> = damages.iter().map(|damage| damage.what.as_str()).collect();
    assert_eq!(named, ["the entities of version 1", "version 1 of /spool/a.txt"]);
    assert!(matches!(store.reader().bytes(Digest::of(&content)), Err(StoreError::Damaged { .. })));
}

#[test]
fn two_writers_keep_one_chain() {
    // The daemon's lock keeps them apart; where it cannot (a file system without locks), the chain still has to hold.
    let mut store = Store::new();
    for round in 0..3 {
        let mine = store.put(None, &format!("mine-{round}"), format!("mine {round}").as_bytes());
        let own = store.writer.replace(Writer::open(&store.path()).unwrap());
        store.put(Some(&mine), &format!("mine-{round}"), format!("mine, corrected {round}").as_bytes());
        store.writer = own;
    }
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}

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
fn prune_takes_old_contents_and_leaves_the_history() {
    let mut store = lively();
    let attested = store.reader().attest().unwrap();
    let removable = store.reader().removable(&Retention { keep: 2, ..Retention::default() }).unwrap();
    // Of eight contents six; of those that were renamed the last one counts twice.
    assert_eq!(removable.len(), 12 * 6 + 4);
    let seqs = removable.iter().map(|version| version.seq).collect();
    let removed = store.writer().remove(seqs, Extent::Content, "older than the law wants", Timestamp::UNIX_EPOCH).wait().unwrap();
    // One of each is held by its copy, too.
    assert_eq!((removed.contents, removed.still_held), (12 * 5 + 4, 12));
    store.reopen();
    let reader = store.reader();
    assert_eq!(damages(&reader, Depth::Full), []);
    assert_eq!(reader.attest().unwrap(), attested);
    let first = &removable[0];
    let expect = StoreError::Removed { digest: first.content.digest().unwrap(), reason: "older than the law wants".to_owned() };
    assert_eq!(reader.bytes(first.content.digest().unwrap()), Err(expect));
    assert_eq!((reader.entities(first.seq, b"").unwrap(), reader.revision(first.seq).unwrap().is_some()), (None, true));
    assert_eq!(reader.bytes(Digest::of(&round_of(107))).unwrap(), round_of(107));
    assert_eq!(reader.removable(&Retention { keep: 8, ..Retention::default() }).unwrap(), []);
}

#[test]
fn packed_anew_it_is_smaller_and_the_same() {
    let mut store = Store::new();
    let name = |number: u32| format!("desk/{number}.txt");
    let story = |number: u32, toll: u32| {
        let about = (0..12)
            .map(|line| format!("{} of the {} boats were seen near pier {}.\n", number * line, number % 13, line * 7))
            .collect::<String>();
        format!("Storm on the coast\n\nThe harbour office said on Monday that {toll} people were hurt.\n{about}").into_bytes()
    };
    for number in 0..160 {
        let first = store.put(None, &name(number), &story(number, 3));
        store.put(Some(&first), &name(number), &story(number, 4));
    }
    let expect = everything(&store.reader()).unwrap();
    store.writer = None;
    // Stopped in the middle it has lost nothing.
    let path = store.path();
    let stopped = std::panic::catch_unwind(|| newswatch::store::repack(&path, &mut |done, _| assert!(done < 256, "stopped")));
    assert!(stopped.is_err());
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    let repacked = newswatch::store::repack(&path, &mut |_, _| ()).unwrap();
    assert!(repacked.after < repacked.before && repacked.damaged == 0, "{repacked:?}");
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    assert_eq!(everything(&store.reader()).unwrap(), expect);
    assert_eq!(newswatch::store::repack(&path, &mut |_, _| ()).unwrap().contents, 0, "there is nothing left to do");
    // It goes on as any other.
    store.reopen();
    let later = store.put(None, "later.txt", &story(900, 5));
    assert_eq!(store.reader().bytes(later.version.content.digest().unwrap()).unwrap(), story(900, 5));
    // Not even what many have in common keeps a word of one that has to go.
    let document = store.reader().document_at(&at(name(7))).unwrap().unwrap();
    let seqs = store.reader().versions(document.id).unwrap().iter().map(|version| version.seq).collect();
    store.writer().remove(seqs, Extent::EveryWord, "court order 9", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    let other = Digest::of(&story(8, 4));
    assert_eq!(store.reader().bytes(other).unwrap(), story(8, 4));
}

#[test]
fn purge_leaves_not_a_word_of_the_document() {
    let secret = b"The name that a court has ordered to be forgotten: Ambrose Quillfeather.\n".as_slice();
    let mut store = lively();
    let first = store.put(None, "a.txt", secret);
    let second = store.put(Some(&first), "a.txt", &[secret, b"And again.\n"].concat());
    let told = Revision { trashline: "Quillfeather named".to_owned(), ..revision(Class::Update, Severity::Minor) };
    let derived = Derived { extractor: "test/1", entities: None, revision: &told };
    store.writer().derive(second.version.seq, &derived).wait().unwrap();
    let versions = vec![first.version.seq, second.version.seq];
    let removed = store.writer().remove(versions, Extent::EveryWord, "court order 7", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!((removed.contents, removed.still_held), (2, 0));
    assert_eq!(store.reader().revision(second.version.seq).unwrap().unwrap().trashline, "removed: court order 7");
    assert_eq!(damages(&store.reader(), Depth::Full), []);
    for file in ["news.db", "news.db-wal"] {
        let bytes = std::fs::read(store.directory.path().join("state").join(file)).unwrap();
        assert!(!bytes.windows(12).any(|window| window == b"Quillfeather"), "{file}");
    }
    // The document can go on, and even the content can come back.
    let third = store.put(Some(&second), "a.txt", secret);
    assert_eq!(store.reader().bytes(third.version.content.digest().unwrap()).unwrap(), secret);
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}
