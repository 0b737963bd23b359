//! What ingest makes of a directory: real files, a real database, and the history that must come out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use newswatch::config::Documents;
use newswatch::ingest::{Ingest, Recorded, Report, RootSpec, Selection, Told};
use newswatch::model::{Changes, Class, Content, Digest, DocumentError, DocumentPath, Haste, Revision};
use newswatch::store::{Derived, Extent, Filter, Reader, Signature, Writer};
use tempfile::TempDir;

const STORY: &str =
    "Harbour bridge closed\n\nPORT ELLERY, May 4 - The harbour bridge was closed on Monday.\n\nEngineers found cracks in two piers.\n";

struct Newsroom {
    directory: TempDir,
    selection: Selection,
    max_size: u64,
    quiet: Duration,
    ingest: Option<Ingest>,
}

impl Newsroom {
    fn new() -> Newsroom {
        let directory = tempfile::Builder::new().prefix("newsroom").tempdir().unwrap();
        fs::create_dir(directory.path().join("spool")).unwrap();
        let mut newsroom = Newsroom { directory, selection: Selection::default(), max_size: 1 << 20, quiet: Duration::ZERO, ingest: None };
        newsroom.restart();
        newsroom
    }

    fn selecting(include: &[&str], exclude: &[&str]) -> Newsroom {
        let mut newsroom = Newsroom { selection: Selection::new(include, exclude).unwrap(), ..Newsroom::new() };
        newsroom.restart();
        newsroom
    }

    /// With the leftovers of the default configuration left out, and with more.
    fn without_leftovers(more: &[&str]) -> Newsroom {
        let leftovers = Documents::default().exclude.into_iter().map(String::from).chain(more.iter().map(|&glob| glob.to_owned()));
        let selection = Selection::default().without_leftovers(&leftovers.collect::<Vec<_>>()).unwrap();
        let mut newsroom = Newsroom { selection, ..Newsroom::new() };
        newsroom.restart();
        newsroom
    }

    fn restart(&mut self) {
        self.ingest = None;
        let writer = Writer::open(&self.database()).unwrap();
        let spec = RootSpec {
            path: self.root(),
            selection: self.selection.clone(),
            max_size: self.max_size,
            quiet: self.quiet,
            rehash_every: Duration::ZERO,
        };
        self.ingest = Some(Ingest::new(writer, vec![spec]).unwrap());
    }

    fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("spool")
    }

    fn database(&self) -> PathBuf {
        self.directory.path().join("news.db")
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.database()).unwrap()
    }

    fn at(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.root().join(Path::new(&name))
    }

    fn write(&self, name: impl AsRef<OsStr>, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.at(to).parent().unwrap()).unwrap();
        fs::rename(self.at(from), self.at(to)).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.at(name)).unwrap();
    }

    /// A full pass, with what it recorded: `path version class`, in the order of recording.
    fn scan(&mut self) -> Vec<String> {
        self.scan_with_report().0
    }

    fn scan_with_report(&mut self) -> (Vec<String>, Report) {
        let mut lines = Vec::new();
        let report = self.ingest.as_mut().unwrap().scan(&mut |told| lines.push(line(&told))).unwrap();
        assert_eq!(report.recorded, lines.len() as u64);
        (lines, report)
    }

    /// What a watcher that named these paths would have recorded.
    fn apply(&mut self, names: &[&str]) -> Vec<String> {
        self.apply_with_report(names, Haste::WhenQuiet).0
    }

    fn apply_with_report(&mut self, names: &[&str], haste: Haste) -> (Vec<String>, Report) {
        let paths = Changes::from(names.iter().map(|name| (self.at(name), haste)).collect::<BTreeMap<_, _>>());
        let mut lines = Vec::new();
        let report = self.ingest.as_mut().unwrap().apply(&paths, &mut |told| lines.push(line(&told))).unwrap();
        (lines, report)
    }

    /// `path version class` of all that was ever recorded for the document at a path, oldest first.
    fn history(&self, name: &str) -> Vec<String> {
        let reader = self.reader();
        let path = DocumentPath::new(self.root(), Path::new(name)).unwrap();
        let document = reader.document_at(&path).unwrap().unwrap();
        let filter = Filter { documents: Some(vec![document.id]), ..Filter::default() };
        let mut lines: Vec<String> = reader
            .log(&filter)
            .unwrap()
            .iter()
            .map(|entry| format!("{} {} {}", entry.version.path.relative().display(), entry.version.number, entry.summary.class.name()))
            .collect();
        lines.reverse();
        lines
    }
}

fn line(told: &Told) -> String {
    match told {
        Told::Stored(_) => "stored".to_owned(),
        Told::Recorded(recorded) | Told::Derived(recorded) => {
            let Recorded { version, revision, .. } = &**recorded;
            format!("{} {} {}", version.path.relative().display(), version.number, revision.class.name())
        }
    }
}

/// Arranges a newsroom and scans it, changes it, and checks what is recorded, once by a full pass after a restart and once
/// by naming the paths: both must come to the same.
fn check(before: impl Fn(&Newsroom), change: impl Fn(&Newsroom), named: &[&str], expect: &[&str]) {
    for scan in [true, false] {
        let mut newsroom = Newsroom::new();
        before(&newsroom);
        newsroom.scan();
        change(&newsroom);
        let found = if scan {
            newsroom.restart();
            newsroom.scan()
        } else {
            newsroom.apply(named)
        };
        assert_eq!(found, expect, "{}", if scan { "by a scan" } else { "by the named paths" });
        assert_eq!(newsroom.scan(), [""; 0], "a second pass finds nothing");
    }
}

fn edited(from: &str, to: &str) -> String {
    assert!(STORY.contains(from));
    STORY.replace(from, to)
}

#[test]
fn records_what_is_there_and_then_nothing_more() {
    let mut newsroom = Newsroom::new();
    newsroom.write("b.txt", "two");
    newsroom.write("a/c.txt", "three");
    newsroom.write("a.txt", STORY);
    assert_eq!(newsroom.scan(), ["a.txt 1 created", "a/c.txt 1 created", "b.txt 1 created"]);
    assert_eq!(newsroom.scan(), [""; 0]);
    newsroom.restart();
    assert_eq!(newsroom.scan(), [""; 0]);
    assert_eq!(newsroom.apply(&["a.txt", "a", ""]), [""; 0]);
    assert_eq!(newsroom.reader().bytes(Digest::of(STORY.as_bytes())).unwrap(), STORY.as_bytes());
}

#[test]
fn an_edit_is_the_next_version() {
    let change = |newsroom: &Newsroom| newsroom.write("a.txt", edited("two piers", "three piers"));
    check(|newsroom| newsroom.write("a.txt", STORY), change, &["a.txt"], &["a.txt 2 update"]);
}

#[test]
fn a_deletion_is_a_tombstone() {
    let before = |newsroom: &Newsroom| {
        newsroom.write("a.txt", STORY);
        newsroom.write("b.txt", "stays");
    };
    check(before, |newsroom| newsroom.remove("a.txt"), &["a.txt"], &["a.txt 2 withdrawn"]);
}

#[test]
fn a_deleted_directory_takes_its_documents_along() {
    let before = |newsroom: &Newsroom| {
        newsroom.write("desk/a.txt", STORY);
        newsroom.write("desk/deep/b.txt", "two");
        newsroom.write("desk2/c.txt", "three");
    };
    let change = |newsroom: &Newsroom| fs::remove_dir_all(newsroom.at("desk")).unwrap();
    check(before, change, &["desk"], &["desk/a.txt 2 withdrawn", "desk/deep/b.txt 2 withdrawn"]);
}

#[test]
fn a_document_that_comes_back_is_restored() {
    for (text, what) in [(STORY.to_owned(), "as it was"), (edited("two piers", "three piers"), "changed")] {
        let mut newsroom = Newsroom::new();
        newsroom.write("a.txt", STORY);
        newsroom.scan();
        newsroom.remove("a.txt");
        newsroom.scan();
        newsroom.write("a.txt", &text);
        assert_eq!(newsroom.apply(&["a.txt"]), ["a.txt 3 restored"], "{what}");
        assert_eq!(newsroom.scan(), [""; 0]);
    }
}

#[test]
fn a_rename_keeps_the_history() {
    let rename = |newsroom: &Newsroom| newsroom.rename("a.txt", "sub/b.txt");
    let before = |newsroom: &Newsroom| newsroom.write("a.txt", STORY);
    check(before, rename, &["a.txt", "sub"], &["sub/b.txt 2 renamed"]);

    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.scan();
    newsroom.rename("a.txt", "b.txt");
    newsroom.scan();
    newsroom.write("b.txt", edited("two piers", "three piers"));
    newsroom.scan();
    assert_eq!(newsroom.history("b.txt"), ["a.txt 1 created", "b.txt 2 renamed", "b.txt 3 update"]);
    assert_eq!(newsroom.history("a.txt"), newsroom.history("b.txt"));
}

#[test]
fn a_renamed_directory_keeps_all_histories() {
    let before = |newsroom: &Newsroom| {
        for name in ["desk/a.txt", "desk/b.txt", "desk/deep/c.txt"] {
            newsroom.write(name, format!("{STORY}{name}"));
        }
        // The same bytes twice, and none at all, are joined by what else is known of them.
        newsroom.write("desk/same1.txt", "same");
        newsroom.write("desk/same2.txt", "same");
        newsroom.write("desk/empty1.txt", "");
        newsroom.write("desk/empty2.txt", "");
    };
    let expect = ["a.txt", "b.txt", "deep/c.txt", "empty1.txt", "empty2.txt", "same1.txt", "same2.txt"];
    let expect: Vec<String> = expect.iter().map(|name| format!("wire/{name} 2 renamed")).collect();
    let expect: Vec<&str> = expect.iter().map(String::as_str).collect();
    for scan in [true, false] {
        let mut newsroom = Newsroom::new();
        before(&newsroom);
        newsroom.scan();
        newsroom.rename("desk", "wire");
        let mut found = if scan { newsroom.scan() } else { newsroom.apply(&["desk", "wire"]) };
        found.sort();
        assert_eq!(found, expect);
        for name in ["same1.txt", "same2.txt", "empty1.txt", "empty2.txt"] {
            assert_eq!(newsroom.history(&format!("wire/{name}"))[0], format!("desk/{name} 1 created"));
        }
    }
}

#[test]
fn a_file_that_was_renamed_and_edited_is_the_same_document() {
    let change = |newsroom: &Newsroom| {
        newsroom.rename("a.txt", "b.txt");
        newsroom.write("b.txt", edited("two piers", "three piers"));
    };
    check(|newsroom| newsroom.write("a.txt", STORY), change, &["a.txt", "b.txt"], &["b.txt 2 update"]);
}

#[test]
fn a_new_file_that_says_something_else_is_a_new_document() {
    // The file system is likely to give the inode of the first to the second.
    let change = |newsroom: &Newsroom| {
        newsroom.remove("a.txt");
        newsroom.write("b.txt", "Nothing of this\nstood in the first one\n");
    };
    check(|newsroom| newsroom.write("a.txt", STORY), change, &["a.txt", "b.txt"], &["a.txt 2 withdrawn", "b.txt 1 created"]);
}

#[test]
fn a_path_keeps_its_document_when_files_swap_names() {
    let before = |newsroom: &Newsroom| {
        newsroom.write("a.txt", STORY);
        newsroom.write("b.txt", "another story\n");
    };
    let swap = |newsroom: &Newsroom| {
        newsroom.rename("a.txt", "c");
        newsroom.rename("b.txt", "a.txt");
        newsroom.rename("c", "b.txt");
    };
    check(before, swap, &["a.txt", "b.txt", "c"], &["a.txt 2 update", "b.txt 2 update"]);
}

#[test]
fn replacing_a_file_by_rename_is_an_edit() {
    let save = |newsroom: &Newsroom| {
        newsroom.write("a.txt.tmp", edited("two piers", "three piers"));
        newsroom.rename("a.txt.tmp", "a.txt");
    };
    check(|newsroom| newsroom.write("a.txt", STORY), save, &["a.txt", "a.txt.tmp"], &["a.txt 2 update"]);
}

#[test]
fn a_document_may_move_to_where_another_was_deleted() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.write("b.txt", "bee\n");
    newsroom.scan();
    newsroom.remove("b.txt");
    newsroom.scan();
    newsroom.rename("a.txt", "b.txt");
    assert_eq!(newsroom.scan(), ["b.txt 2 renamed"]);
    assert_eq!(newsroom.history("b.txt"), ["a.txt 1 created", "b.txt 2 renamed"]);
}

#[test]
fn a_new_file_may_take_the_name_of_a_renamed_one() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.scan();
    newsroom.rename("a.txt", "b.txt");
    newsroom.scan();
    newsroom.write("a.txt", "A new story\n");
    assert_eq!(newsroom.scan(), ["a.txt 1 created"]);
    assert_eq!(newsroom.history("b.txt"), ["a.txt 1 created", "b.txt 2 renamed"]);
}

#[test]
fn the_same_bytes_written_again_make_no_version() {
    let touch = |newsroom: &Newsroom| {
        newsroom.write("a.txt", "something else for a moment");
        newsroom.write("a.txt", STORY);
    };
    check(|newsroom| newsroom.write("a.txt", STORY), touch, &["a.txt"], &[]);
}

#[test]
fn bytes_that_change_under_the_same_stamps_are_found_by_who_is_told_to_read() {
    let forged = || {
        let mut newsroom = Newsroom::new();
        ["a.txt", "b.txt"].iter().for_each(|name| newsroom.write(name, STORY));
        newsroom.scan();
        newsroom.write("a.txt", STORY.replace("two piers", "ten piers"));
        // What is known of the stamps from now on is what they are.
        for name in ["a.txt", "b.txt"] {
            let path = DocumentPath::new(newsroom.root(), Path::new(name)).unwrap();
            let document = newsroom.reader().document_at(&path).unwrap().unwrap().id;
            let stat = fs::metadata(newsroom.at(name)).unwrap();
            let nanoseconds = |seconds: i64, rest: i64| seconds * 1_000_000_000 + rest;
            let signature = Signature {
                device: stat.dev(),
                inode: stat.ino(),
                size: stat.len(),
                modified: nanoseconds(stat.mtime(), stat.mtime_nsec()),
                changed: nanoseconds(stat.ctime(), stat.ctime_nsec()),
                seen: Timestamp::from_second(stat.ctime() + 60).unwrap(),
            };
            newsroom.ingest.as_ref().unwrap().writer().sign(vec![(document, signature)]).wait().unwrap();
        }
        let (lines, report) = newsroom.scan_with_report();
        assert!(lines.is_empty() && report.unchanged == 2, "{lines:?} {report:?}");
        newsroom
    };
    assert_eq!(forged().apply(&["a.txt", "b.txt"]), ["a.txt 2 update"]);

    let mut newsroom = forged();
    newsroom.ingest.as_mut().unwrap().rehash();
    let (lines, report) = newsroom.scan_with_report();
    assert_eq!((lines.as_slice(), report.unchanged), (["a.txt 2 update".to_owned()].as_slice(), 1));
    assert_eq!(newsroom.scan(), [""; 0]);
}

#[test]
fn bytes_that_come_back_are_a_revert() {
    let mut newsroom = Newsroom::new();
    for text in ["one\n", "two\n", "three\n", "one\n"] {
        newsroom.write("a.txt", text);
        newsroom.scan();
    }
    assert_eq!(newsroom.history("a.txt").last().unwrap(), "a.txt 4 revert");
    let newest = newsroom.reader().log(&Filter::default()).unwrap().remove(0);
    let revision = newsroom.reader().revision(newest.version.seq).unwrap().unwrap();
    assert_eq!((revision.class, revision.reverts_to.map(newswatch::model::VersionNumber::get)), (Class::Revert, Some(1)));
}

#[test]
fn any_name_that_a_file_can_have_is_a_document() {
    let names: [&[u8]; 4] = [b"caf\xe9.txt", b"two\nlines.txt", b"\xff\xfe", "числа.txt".as_bytes()];
    let mut newsroom = Newsroom::new();
    for name in names {
        newsroom.write(OsStr::from_bytes(name), name);
    }
    assert_eq!(newsroom.scan().len(), names.len());
    for name in names {
        newsroom.write(OsStr::from_bytes(name), STORY);
    }
    assert_eq!(newsroom.scan().len(), names.len());
    for name in names {
        fs::remove_file(newsroom.at(OsStr::from_bytes(name))).unwrap();
    }
    assert_eq!(newsroom.scan().len(), names.len());
    assert!(newsroom.reader().documents().unwrap().iter().all(|document| document.latest.content == Content::Tombstone));
}

#[test]
fn what_is_not_a_file_is_passed_over_without_a_hang() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    let outside = newsroom.directory.path().join("secret.txt");
    fs::write(&outside, "not in the root").unwrap();
    fs::create_dir(newsroom.at("loop")).unwrap();
    symlink(newsroom.root(), newsroom.at("loop/again")).unwrap();
    symlink(&outside, newsroom.at("out.txt")).unwrap();
    symlink(newsroom.directory.path(), newsroom.at("outdir")).unwrap();
    symlink("a.txt", newsroom.at("inside.txt")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, newsroom.at("pipe.txt"), rustix::fs::FileType::Fifo, 0o644.into(), 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(newsroom.at("socket.txt")).unwrap();
    assert_eq!(newsroom.scan(), ["a.txt 1 created"]);
    assert_eq!(newsroom.apply(&["pipe.txt", "out.txt", "outdir/secret.txt", "loop/again/a.txt", "inside.txt", "socket.txt"]), [""; 0]);
}

#[test]
fn a_document_that_becomes_something_else_is_gone() {
    let change = |newsroom: &Newsroom| {
        newsroom.remove("a.txt");
        symlink("b.txt", newsroom.at("a.txt")).unwrap();
        newsroom.remove("c.txt");
        newsroom.write("c.txt/d.txt", "below");
    };
    let before = |newsroom: &Newsroom| {
        newsroom.write("a.txt", STORY);
        newsroom.write("b.txt", "bee");
        newsroom.write("c.txt", "sea");
    };
    check(before, change, &["a.txt", "c.txt"], &["a.txt 2 withdrawn", "c.txt 2 withdrawn", "c.txt/d.txt 1 created"]);
}

#[test]
fn a_file_over_the_limit_is_in_trouble_and_keeps_its_history() {
    let mut newsroom = Newsroom { max_size: 100, ..Newsroom::new() };
    newsroom.restart();
    newsroom.write("a.txt", "small");
    newsroom.write("b.txt", "x".repeat(101));
    let (lines, report) = newsroom.scan_with_report();
    assert_eq!(lines, ["a.txt 1 created"]);
    assert!(matches!(report.troubles.as_slice(), [DocumentError::TooLarge { size: 101, limit: 100, .. }]));
    newsroom.write("a.txt", "y".repeat(101));
    assert_eq!(newsroom.scan(), [""; 0]);
    newsroom.write("a.txt", "small again");
    newsroom.write("b.txt", "x".repeat(100));
    assert_eq!(newsroom.scan(), ["a.txt 2 update", "b.txt 1 created"]);
}

#[test]
fn a_moved_file_that_is_still_being_written_is_looked_at_again_with_the_place_it_left() {
    let mut newsroom = Newsroom::new();
    newsroom.write("bridge.txt", STORY);
    newsroom.scan();
    newsroom.quiet = Duration::from_secs(3600);
    newsroom.restart();
    newsroom.rename("bridge.txt", "harbour.txt");
    newsroom.write("harbour.txt", STORY);
    let (recorded, report) = newsroom.scan_with_report();
    assert_eq!((recorded, report.busy), (vec![], vec![newsroom.at("harbour.txt"), newsroom.at("bridge.txt")]));
    let (recorded, report) = newsroom.apply_with_report(&["bridge.txt", "harbour.txt"], Haste::Now);
    assert_eq!((recorded, report.busy), (vec!["harbour.txt 2 renamed".to_owned()], vec![]));
}

#[test]
fn a_rename_that_was_seen_is_remembered_while_what_was_renamed_is_still_being_written() {
    let mut newsroom = Newsroom::new();
    newsroom.write("d/bridge.txt", STORY);
    newsroom.scan();
    newsroom.quiet = Duration::from_secs(3600);
    newsroom.restart();
    newsroom.rename("d", "e");
    fs::remove_file(newsroom.at("e/bridge.txt")).unwrap();
    newsroom.write("e/bridge.txt", "Other words\n\nNothing is as it was.\n");
    let paths = BTreeMap::from(["d", "e"].map(|name| (newsroom.at(name), Haste::WhenQuiet)));
    let changes = Changes { paths, renames: vec![(newsroom.at("d"), newsroom.at("e"))] };
    let report = newsroom.ingest.as_mut().unwrap().apply(&changes, &mut |told| panic!("{told:?}")).unwrap();
    assert_eq!(report.busy, [newsroom.at("e/bridge.txt"), newsroom.at("d/bridge.txt")]);
    // Whatever else comes between. Named once more, and the rename is not.
    newsroom.write("other.txt", "other");
    assert_eq!(newsroom.apply_with_report(&["other.txt"], Haste::Now).0, ["other.txt 1 created"]);
    let (recorded, _) = newsroom.apply_with_report(&["d/bridge.txt", "e/bridge.txt"], Haste::Now);
    assert_eq!(recorded, ["e/bridge.txt 2 update"]);
}

#[test]
fn a_rename_that_was_seen_joins_in_a_full_pass_too() {
    let mut newsroom = Newsroom::new();
    newsroom.write("bridge.txt", STORY);
    newsroom.scan();
    newsroom.write("harbour.txt", "Other words\n\nNothing is as it was.\n");
    newsroom.remove("bridge.txt");
    let renames = [(newsroom.at("bridge.txt"), newsroom.at("harbour.txt"))];
    newsroom.ingest.as_mut().unwrap().renamed(renames);
    assert_eq!(newsroom.scan(), ["harbour.txt 2 update"]);
}

#[test]
fn a_root_is_trusted_for_one_pass() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.scan();
    let away = newsroom.directory.path().join("away");
    fs::rename(newsroom.root(), &away).unwrap();
    let root = newsroom.root();
    let ingest = newsroom.ingest.as_mut().unwrap();
    ingest.trust(&root);
    // It cannot be looked at: what comes to stand there later is not what was trusted.
    assert_eq!(newsroom.scan_with_report().1.degraded.len(), 1);
    fs::create_dir(newsroom.root()).unwrap();
    let (lines, report) = newsroom.scan_with_report();
    assert!(lines.is_empty() && report.degraded[0].reason.contains("documents are missing from it"), "{lines:?} {report:?}");
    newsroom.ingest.as_mut().unwrap().trust(&root);
    assert_eq!(newsroom.scan(), ["a.txt 2 withdrawn"]);
}

#[test]
fn a_file_that_is_being_written_is_left_alone_until_it_may_not_be_waited_for() {
    let mut newsroom = Newsroom::new();
    // No pause in writing is long enough.
    newsroom.quiet = Duration::from_secs(3600);
    newsroom.restart();
    newsroom.write("a.txt", "half a st");
    newsroom.write("d/b.txt", "half an");
    let (recorded, report) = newsroom.scan_with_report();
    assert_eq!((recorded.as_slice(), report.busy.as_slice()), (&[][..], &[newsroom.at("a.txt"), newsroom.at("d/b.txt")][..]));
    // A directory that cannot wait says nothing of the files in it.
    let (recorded, report) = newsroom.apply_with_report(&["a.txt", "d"], Haste::Now);
    assert_eq!((recorded.as_slice(), report.busy.as_slice()), (&["a.txt 1 created".to_owned()][..], &[newsroom.at("d/b.txt")][..]));
    newsroom.quiet = Duration::ZERO;
    newsroom.restart();
    newsroom.write("a.txt", "half a story, and the other half");
    assert_eq!(newsroom.scan(), ["a.txt 2 update", "d/b.txt 1 created"]);
    let reader = newsroom.reader();
    let mut transient: Vec<(String, bool)> = reader
        .log(&Filter::default())
        .unwrap()
        .iter()
        .map(|entry| (entry.version.path.relative().display().to_string(), entry.version.transient))
        .collect();
    transient.reverse();
    assert_eq!(transient, [("a.txt".to_owned(), true), ("a.txt".to_owned(), false), ("d/b.txt".to_owned(), false)]);
}

#[test]
fn a_time_stamp_from_the_future_keeps_nobody_waiting() {
    let mut newsroom = Newsroom::new();
    newsroom.quiet = Duration::from_secs(3600);
    newsroom.restart();
    newsroom.write("a.txt", STORY);
    let tomorrow = std::time::SystemTime::now() + Duration::from_secs(86_400);
    fs::File::options().write(true).open(newsroom.at("a.txt")).unwrap().set_modified(tomorrow).unwrap();
    assert_eq!(newsroom.scan(), ["a.txt 1 created"]);
}

#[test]
fn hidden_files_and_leftovers_are_not_documents() {
    let mut newsroom = Newsroom::without_leftovers(&[]);
    for name in [".hidden", ".git/config", "a.txt~", ".a.txt.swp", "#a.txt#", "a.part", ".a.txt.Ks8dQ1", "d/.x/y.txt"] {
        newsroom.write(name, "no");
    }
    newsroom.write("a.txt", STORY);
    newsroom.write("4913.txt", "yes");
    assert_eq!(newsroom.scan(), ["4913.txt 1 created", "a.txt 1 created"]);
    assert_eq!(newsroom.apply(&[".hidden", "a.txt~", ".git/config", ".git", "d/.x/y.txt", "d/.x"]), [""; 0]);
}

#[test]
fn the_history_is_no_document_of_itself() {
    let mut newsroom = Newsroom { selection: Selection::default().without_database(Path::new("kept/n.db")), ..Newsroom::new() };
    newsroom.restart();
    let of_sqlite = ["n.db", "n.db-wal", "n.db-shm", "n.db-journal"];
    let of_ours = ["n.db.lock", "n.db.sock", "n.db.cookies/7", "n.db.v5-backup", "n.db.v12-backup.2", "n.db.v5-backup.newswatch-part"];
    for name in of_sqlite.into_iter().chain(of_ours).chain(["n.db.txt", "n.db.v5"]) {
        newsroom.write(format!("kept/{name}"), "kept");
    }
    newsroom.write("n.db", "another");
    assert_eq!(newsroom.scan(), ["kept/n.db.txt 1 created", "kept/n.db.v5 1 created", "n.db 1 created"]);
    assert_eq!(newsroom.apply(&["kept/n.db-wal", "kept/n.db.cookies/7", "kept"]), [""; 0]);
}

#[test]
fn a_directory_with_the_name_of_a_leftover_is_somebodys_work() {
    let mut newsroom = Newsroom::without_leftovers(&["drafts/"]);
    let names = ["flood.part/a.txt", "4913/b.txt", "old~/c.txt", "#desk#/d.txt", "x.tmp/y.download/e.txt"];
    for name in names {
        newsroom.write(name, name);
    }
    newsroom.write("flood.part/b.part", "no");
    newsroom.write("drafts/f.txt", "no");
    assert_eq!(newsroom.scan().len(), names.len());
    newsroom.write("flood.part/a.txt", "a second take");
    newsroom.write("drafts/f.txt", "no, again");
    assert_eq!(newsroom.apply(&["flood.part/a.txt", "flood.part/b.part", "drafts/f.txt"]), ["flood.part/a.txt 2 update"]);
}

#[test]
fn what_comes_to_be_called_a_leftover_is_left_alone() {
    let mut newsroom = Newsroom::new();
    for name in ["changed.tmp", "gone.tmp", "kept.tmp", "news.txt", "removed.tmp"] {
        newsroom.write(name, name);
    }
    assert_eq!(newsroom.scan().len(), 5);
    fs::remove_file(newsroom.at("gone.tmp")).unwrap();
    assert_eq!(newsroom.scan(), ["gone.tmp 2 withdrawn"]);
    newsroom.selection = Newsroom::without_leftovers(&[]).selection;
    newsroom.restart();
    newsroom.write("changed.tmp", "no longer a document");
    newsroom.write("gone.tmp", "back, but no document");
    newsroom.write("new.tmp", "never a document");
    fs::remove_file(newsroom.at("removed.tmp")).unwrap();
    assert_eq!(newsroom.scan(), ["removed.tmp 2 withdrawn"]);
    newsroom.write("gone.tmp", "and again");
    assert_eq!(newsroom.apply(&["changed.tmp", "gone.tmp", "kept.tmp", "new.tmp"]), [""; 0]);
}

#[test]
fn globs_and_ignore_files_select_the_same_for_a_scan_and_for_a_named_path() {
    let mut newsroom = Newsroom::selecting(&["*.txt", "wire/**"], &["drafts/", "*-old.txt"]);
    let names =
        ["a.txt", "a.html", "wire/b.html", "wire/drafts/c.txt", "drafts/d.txt", "e-old.txt", "logs/f.txt", "logs/keep.txt", "tmp/g.txt"];
    for name in names {
        newsroom.write(name, name);
    }
    newsroom.write(".newswatchignore", "/tmp\n");
    newsroom.write("logs/.newswatchignore", "*\n!keep.txt\n");
    let expect = ["a.txt 1 created", "logs/keep.txt 1 created", "wire/b.html 1 created"];
    assert_eq!(newsroom.apply(&names), expect);
    newsroom = Newsroom { directory: newsroom.directory, ..Newsroom::selecting(&["*.txt", "wire/**"], &["drafts/", "*-old.txt"]) };
    fs::remove_file(newsroom.database()).unwrap();
    newsroom.restart();
    assert_eq!(newsroom.scan(), expect);
}

#[test]
fn a_document_that_is_no_longer_selected_is_not_a_deleted_one() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.write("b.txt", "two");
    newsroom.scan();
    newsroom.write(".newswatchignore", "a.txt\n");
    assert_eq!(newsroom.apply(&[".newswatchignore"]), [""; 0]);
    newsroom.write("a.txt", "unseen");
    assert_eq!(newsroom.scan(), [""; 0]);
    newsroom.remove(".newswatchignore");
    assert_eq!(newsroom.apply(&[".newswatchignore"]), ["a.txt 2 update"]);
}

#[test]
fn a_bad_glob_is_named() {
    let error = Selection::new(&["ok/*.txt"], &["bad[.txt"]).unwrap_err();
    assert!(error.to_string().starts_with("the glob `bad[.txt`: "), "{error}");
    // Signs that mean something in an ignore file mean themselves in a list.
    Selection::new(&["#1.txt", "!important.txt"], &[]).unwrap();
}

#[test]
fn a_missing_root_deletes_nothing() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.scan();
    let away = newsroom.directory.path().join("away");
    fs::rename(newsroom.root(), &away).unwrap();
    let (lines, report) = newsroom.scan_with_report();
    assert_eq!((lines.len(), report.degraded.len()), (0, 1));
    assert!(newsroom.apply(&["a.txt", ""]).is_empty());
    fs::rename(&away, newsroom.root()).unwrap();
    let (lines, report) = newsroom.scan_with_report();
    assert_eq!((lines.len(), report.degraded.len()), (0, 0));
}

#[test]
fn a_replaced_root_deletes_nothing_and_goes_on() {
    let mut newsroom = Newsroom::new();
    for name in ["a.txt", "b.txt", "c.txt"] {
        newsroom.write(name, format!("{name}{STORY}"));
    }
    newsroom.scan();
    fs::rename(newsroom.root(), newsroom.directory.path().join("away")).unwrap();
    fs::create_dir(newsroom.root()).unwrap();
    newsroom.write("new.txt", "new");
    assert_eq!(newsroom.apply(&["a.txt", "b.txt"]), ["new.txt 1 created"]);
    newsroom.restart();
    let (lines, report) = newsroom.scan_with_report();
    assert!(lines.is_empty());
    assert!(report.degraded[0].reason.contains("documents are missing from it"), "{}", report.degraded[0].reason);
    // However many come into the bare directory that a disk was mounted on.
    for number in 0..9 {
        newsroom.write(format!("new{number}.txt"), format!("new {number}"));
        assert_eq!(newsroom.scan(), [format!("new{number}.txt 1 created")]);
    }
    newsroom.restart();
    assert_eq!(newsroom.scan(), [""; 0]);
}

#[test]
fn a_root_that_was_copied_back_is_the_same_newsroom() {
    let mut newsroom = Newsroom::new();
    let write = |newsroom: &Newsroom, numbers: std::ops::Range<usize>| {
        numbers.for_each(|number| newsroom.write(format!("{number:02}.txt"), format!("{number}{STORY}")));
    };
    write(&newsroom, 0..12);
    newsroom.scan();
    fs::rename(newsroom.root(), newsroom.directory.path().join("away")).unwrap();
    write(&newsroom, 0..11);
    newsroom.restart();
    assert_eq!(newsroom.scan(), ["11.txt 2 withdrawn"], "one in ten may well have been deleted");
}

#[test]
fn exactly_what_happened_while_nobody_watched_is_recorded() {
    let mut newsroom = Newsroom::new();
    for name in ["edit.txt", "delete.txt", "move.txt", "stay.txt"] {
        newsroom.write(name, format!("{STORY}{name}\n"));
    }
    newsroom.scan();
    newsroom.ingest = None;
    newsroom.write("edit.txt", STORY);
    newsroom.remove("delete.txt");
    newsroom.rename("move.txt", "moved.txt");
    newsroom.write("new.txt", "new\n");
    newsroom.restart();
    let expect = ["moved.txt 2 renamed", "delete.txt 2 withdrawn", "edit.txt 2 update", "new.txt 1 created"];
    assert_eq!(newsroom.scan(), expect);
    assert_eq!(newsroom.scan(), [""; 0]);
}

#[test]
fn many_files_are_recorded_in_order_of_path() {
    let mut newsroom = Newsroom::new();
    for number in 0..700 {
        newsroom.write(format!("{number:03}.txt"), format!("Story {number}\n\n{STORY}"));
    }
    let expect: Vec<String> = (0..700).map(|number| format!("{number:03}.txt 1 created")).collect();
    assert_eq!(newsroom.scan(), expect);
    assert_eq!(newsroom.scan_with_report().1.unchanged, 700);
}

#[test]
fn a_file_that_may_not_be_read_is_in_trouble() {
    use std::os::unix::fs::PermissionsExt;
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.write("desk/b.txt", "two");
    newsroom.scan();
    let mode = |name: &str, mode| fs::set_permissions(newsroom.at(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("a.txt", 0o000);
    mode("desk", 0o000);
    if fs::File::open(newsroom.at("a.txt")).is_ok() {
        eprintln!("skipped: this user may read everything");
        mode("desk", 0o755);
        return;
    }
    let mut lines = Vec::new();
    let report = newsroom.ingest.as_mut().unwrap().scan(&mut |told| lines.push(line(&told))).unwrap();
    fs::set_permissions(newsroom.at("desk"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(lines.is_empty(), "nothing is taken for deleted: {lines:?}");
    assert!(report.troubles.iter().all(|trouble| matches!(trouble, DocumentError::Read { .. })) && report.troubles.len() >= 2);
}

#[test]
fn reparse_makes_all_derived_data_again_and_no_version() {
    let mut newsroom = Newsroom::new();
    newsroom.write("a.txt", STORY);
    newsroom.write("b.txt", "bee\n");
    newsroom.scan();
    newsroom.write("a.txt", edited("two piers", "three piers"));
    newsroom.rename("b.txt", "c.txt");
    newsroom.scan();
    newsroom.remove("a.txt");
    newsroom.scan();
    newsroom.write("a.txt", STORY);
    newsroom.scan();
    let derived = |newsroom: &Newsroom| {
        let reader = newsroom.reader();
        let log = reader.log(&Filter::default()).unwrap();
        log.into_iter()
            .map(|entry| {
                let seq = entry.version.seq;
                let bytes = entry.version.content.digest().map(|digest| reader.bytes(digest).unwrap()).unwrap_or_default();
                (entry, reader.revision(seq).unwrap().unwrap(), reader.entities(seq, &bytes).unwrap())
            })
            .collect::<Vec<_>>()
    };
    let expect = derived(&newsroom);
    assert_eq!(expect.len(), 6);
    // An older newswatch saw something else in all versions but the first.
    let nonsense = Revision { trashline: "nonsense".to_owned(), ..expect[3].1.clone() };
    for (entry, ..) in &expect[..5] {
        let derived = Derived { extractor: "newswatch/0", entities: None, revision: &nonsense };
        newsroom.ingest.as_ref().unwrap().writer().derive(entry.version.seq, &derived).wait().unwrap();
    }
    assert_ne!(derived(&newsroom), expect);
    let mut told = Vec::new();
    let extractor = newswatch::ingest::EXTRACTOR.name;
    assert_eq!((newsroom.reader().outdated(extractor).unwrap(), newsroom.reader().outdated("newswatch/1000").unwrap()), (2, 2));
    newsroom.ingest.as_mut().unwrap().reparse(&mut |done, all| told.push((done, all))).unwrap();
    assert_eq!(derived(&newsroom), expect);
    assert_eq!(newsroom.reader().outdated(extractor).unwrap(), 0);
    assert_eq!(told, [(0, 2), (2, 2)]);
    told.clear();
    newsroom.ingest.as_mut().unwrap().reparse(&mut |done, all| told.push((done, all))).unwrap();
    assert_eq!(told, [(0, 0)]);
    // What cannot be made again because contents were taken out is not waited for.
    for (entry, ..) in &expect {
        let derived = Derived { extractor: "newswatch/0", entities: None, revision: &nonsense };
        newsroom.ingest.as_ref().unwrap().writer().derive(entry.version.seq, &derived).wait().unwrap();
    }
    let b = expect.iter().find(|(entry, ..)| entry.version.path.relative() == Path::new("b.txt")).unwrap().0.version.seq;
    assert_eq!(newsroom.reader().outdated(extractor).unwrap(), 2);
    let versions = newsroom.reader().versions(newsroom.reader().document_of(b).unwrap().unwrap().id).unwrap();
    let seqs = versions.iter().map(|version| version.seq).collect();
    newsroom.ingest.as_ref().unwrap().writer().remove(seqs, Extent::Content, "test", Timestamp::UNIX_EPOCH).wait().unwrap();
    assert_eq!(newsroom.reader().outdated(extractor).unwrap(), 1);
    newsroom.ingest.as_mut().unwrap().reparse(&mut |_, _| ()).unwrap();
    assert_eq!(newsroom.reader().outdated(extractor).unwrap(), 0);
}
