//! The contract of the store: what any caller may count on, held through its public API against a real file.

mod bundles;
mod chain;
mod copies;
mod opening;
mod packing;
mod removal;

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
    Damage, Depth, Derived, DocumentId, Extent, Filter, Known, NewContent, Observation, Reader, Retention, Signature, StoreError, Stored,
    Ticket, Writer, salvage,
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

/// What a pass over the disk is told of a root: documents, where they stand, whether they are there, and their signatures.
fn known(store: &Store) -> Vec<(DocumentId, PathBuf, bool, Option<Signature>)> {
    let mut known = Vec::new();
    let each = |one: Known<'_>| known.push((one.id, one.relative.to_owned(), one.present, one.signature));
    store.reader().known(Path::new("/spool"), Path::new(""), each).unwrap();
    known
}

#[test]
fn a_pass_is_told_of_the_document_that_counts_at_a_path() {
    let mut store = Store::new();
    let told = |store: &Store| known(store).into_iter().map(|(document, path, present, _)| (document, path, present)).collect::<Vec<_>>();
    let first = store.put(None, "a", b"1");
    store.send(Some(&first), at("a"), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
    let second = store.put(None, "c", b"2");
    assert_eq!(told(&store), [(first.document, "a".into(), false), (second.document, "c".into(), true)]);
    let second = store.send(Some(&second), at("a"), NewContent::Same, Class::Renamed).wait().unwrap();
    assert_eq!(told(&store), [(second.document, "a".into(), true)]);
    // It goes on, and what was deleted there before is all there is again.
    store.send(Some(&second), at("b"), NewContent::Same, Class::Renamed).wait().unwrap();
    assert_eq!(told(&store), [(first.document, "a".into(), false), (second.document, "b".into(), true)]);
    assert_eq!(damages(&store.reader(), Depth::Full), []);
}

#[test]
fn signatures_come_back_until_the_document_is_gone() {
    let mut store = Store::new();
    let first = store.put(None, "a", b"1");
    assert_eq!(known(&store), [(first.document, "a".into(), true, Some(signature(store.clock)))]);
    let touched = Signature { inode: u64::MAX, changed: i64::MAX, ..signature(store.clock) };
    store.writer().sign(vec![(first.document, touched)]).wait().unwrap();
    store.reopen();
    assert_eq!(known(&store), [(first.document, "a".into(), true, Some(touched))]);
    assert_eq!(store.reader().signature(first.document).unwrap(), Some(touched));
    store.send(Some(&first), at("a"), NewContent::Tombstone, Class::Withdrawn).wait().unwrap();
    assert_eq!(known(&store), [(first.document, "a".into(), false, None)]);
    assert_eq!(store.reader().signature(first.document).unwrap(), None);
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
