//! Disks that fail: the first, second, … nth call of a command that writes is refused, done by half, or the process is killed in
//! the middle of it, each in turn until the command comes to its end untouched. After each: what was acknowledged is there,
//! `verify` finds nothing, the message says what to do, and the next run makes up for everything.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use newswatch::model::Digest;
use newswatch::store::{Reader, StoreError};

use crate::compiled;
use crate::dice::setting;
use crate::held::{self, History};
use crate::newsroom::{Newsroom, finish};

/// What is done to a call, and whether all after it fail as well.
const FAULTS: [(&str, bool); 9] = [
    ("eio", false),
    ("enospc", true),
    ("short", false),
    ("kill", false),
    ("eio", true),
    ("torn", false),
    ("enospc", false),
    ("erofs", true),
    ("short", true),
];

/// One failing call of one run.
struct Point {
    /// For people: which call of which command failed how.
    name: String,
    /// The directory in which all that was written stands.
    place: PathBuf,
    output: Output,
    was_killed: bool,
}

impl Point {
    fn database(&self) -> PathBuf {
        self.place.join("news.db")
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// What was held before is held still. Gives all that is held now.
    fn keeps(&self, before: &History) -> History {
        let history = held::history(&self.database(), &self.name);
        assert_eq!(held::lost(before, &history), [], "{}: lost of what was there", self.name);
        history
    }
}

/// A command that is disturbed at every call with which it writes below `place`.
struct Trial<'a> {
    newsroom: &'a Newsroom,
    /// The database to begin with; `None`: there is none.
    base: Option<&'a str>,
    command: &'a [&'a str],
    /// A fault for each call, or as many as there are: 1 to [`FAULTS`].
    faults: u64,
}

impl Trial<'_> {
    /// Gives each point to `judge`, and how many there were.
    fn run(&self, mut judge: impl FnMut(&Point)) -> usize {
        let Some(library) = compiled::library("write_faults", &self.newsroom.path("")) else { return 0 };
        let faults = setting("NEWSWATCH_FAULTS", self.faults);
        let stride = FAULTS.len().div_ceil(usize::try_from(faults).unwrap());
        let mut points = 0;
        for (first, (kind, lasting)) in FAULTS.into_iter().enumerate() {
            for call in (1 + first % stride..).step_by(stride) {
                let Some(point) = self.point(&library, call, kind, lasting) else { break };
                let has_failed = !point.output.status.success();
                assert_eq!(has_failed && point.output.status.signal().is_some(), has_failed && point.was_killed, "{}", point.name);
                if has_failed && !point.was_killed {
                    says_what_to_do(&point);
                }
                judge(&point);
                points += 1;
                fs::remove_dir_all(&point.place).unwrap();
            }
        }
        eprintln!("{:?}: {points} failing calls", self.command);
        assert!(points > 20, "the faults did not reach {:?}", self.command);
        points
    }

    /// `None` when the command had come to its end before that call.
    fn point(&self, library: &Path, call: usize, kind: &str, lasting: bool) -> Option<Point> {
        let (place, report) = (self.newsroom.path("point"), self.newsroom.path("report"));
        fs::create_dir(&place).unwrap();
        if let Some(base) = self.base {
            fs::copy(self.newsroom.path(base), place.join("news.db")).unwrap();
        }
        let arguments: Vec<&str> = [&["--db", "point/news.db"], self.command].concat();
        let mut command = self.newsroom.command(&arguments);
        command.env("LD_PRELOAD", library).env("FAULT_BELOW", &place).env("FAULT_AT", call.to_string()).env("FAULT_KIND", kind);
        command.env("FAULT_REPORT", &report);
        if lasting {
            command.env("FAULT_WHILE", &place);
        }
        let output = finish(command);
        let Ok(reported) = fs::read_to_string(&report) else {
            fs::remove_dir_all(&place).unwrap();
            return None;
        };
        fs::remove_file(report).unwrap();
        let name = format!("{:?}, call {call} ({}), {kind}{}", self.command, reported.trim(), if lasting { " from there on" } else { "" });
        Some(Point { name, place, output, was_killed: matches!(kind, "kill" | "torn") })
    }
}

/// Which file, what is wrong with it, and what to do.
fn says_what_to_do(point: &Point) {
    let said = point.said();
    assert_eq!(point.output.status.code(), Some(2), "{}: {said}", point.name);
    assert!(said.contains("point/"), "{}: names no file: {said}", point.name);
    let causes = ["full", "I/O error", "Input/output error", "No space left", "Read-only", "cannot be written", "unable to open"];
    assert!(causes.iter().any(|cause| said.contains(cause)), "{}: names no cause: {said}", point.name);
    let steps = ["again", "free some space", "newswatch verify"];
    assert!(steps.iter().any(|step| said.contains(step)), "{}: names no next step: {said}", point.name);
}

/// A history of a few stories, as the database `base.db`, and what has changed since: one edit, one new story, one withdrawn, one
/// renamed.
fn newsroom_with_a_past() -> Newsroom {
    let newsroom = Newsroom::new();
    for story in 0..6 {
        newsroom.write(&format!("wire/{story}.txt"), format!("Story {story}\n\nThe storm left {story} villages without power.\n"));
    }
    newsroom.stdout(&["--db", "base.db", "scan", "wire"]);
    newsroom.edit("wire/0.txt", "0 villages", "12 villages");
    newsroom.stdout(&["--db", "base.db", "scan", "wire"]);
    newsroom.edit("wire/0.txt", "12 villages", "14 villages");
    newsroom.write("wire/new.txt", "New story\n\nThe mayor of Leipzig resigned.\n");
    newsroom.remove("wire/1.txt");
    newsroom.rename("wire/2.txt", "wire/renamed.txt");
    newsroom
}

/// What each path has held, in order.
fn contents(history: &History) -> BTreeMap<String, Vec<Option<Digest>>> {
    let mut contents: BTreeMap<String, Vec<Option<Digest>>> = BTreeMap::new();
    for version in history.values() {
        contents.entry(version.path.clone()).or_default().push(version.digest);
    }
    contents
}

/// Disturbs a scan on top of `base` at every call and scans again.
fn disturb_a_scan(newsroom: &Newsroom, base: Option<&str>, faults: u64) {
    // The history in another schema is the same.
    let before = base.map_or_else(History::new, |_| held::history(&newsroom.path("base.db"), "before"));
    if let Some(base) = base {
        fs::copy(newsroom.path(base), newsroom.path("expect.db")).unwrap();
    }
    newsroom.stdout(&["--db", "expect.db", "scan", "wire"]);
    let expect = contents(&held::history(&newsroom.path("expect.db"), "undisturbed"));
    Trial { newsroom, base, command: &["scan", "wire", "--json"], faults }.run(|point| {
        let told = held::told(&String::from_utf8_lossy(&point.output.stdout));
        if told.is_empty() && is_to_be_put_in_order(&point.database()) {
            assert!(!point.output.status.success(), "{}: it ended well", point.name);
        } else {
            let held = point.keeps(&before);
            assert_eq!(held::lost(&told, &held), [], "{}: acknowledged and lost", point.name);
            assert!(!point.output.status.success() || contents(&held) == expect, "{}: it ended well", point.name);
        }
        newsroom.stdout(&["--db", "point/news.db", "scan", "wire", "--quiet"]);
        let after = point.keeps(&before);
        assert_eq!(held::lost(&told, &after), [], "{}: acknowledged and lost", point.name);
        assert_eq!(contents(&after), expect, "{}: after the next scan", point.name);
    });
}

/// Whether a reader has to wait for the next command that writes, and is told so.
fn is_to_be_put_in_order(database: &Path) -> bool {
    Reader::open(database).is_err_and(|error| error.to_string().contains("run `newswatch scan` once to bring it"))
}

#[test]
fn a_scan_survives_any_failing_call() {
    disturb_a_scan(&newsroom_with_a_past(), Some("base.db"), 3);
}

#[test]
fn the_first_scan_survives_any_failing_call() {
    disturb_a_scan(&newsroom_with_a_past(), None, 1);
}

/// Makes `old.db`: the same history as an older newswatch would have left it, with the first schema.
fn with_an_old_schema(newsroom: &Newsroom) {
    fs::copy(newsroom.path("base.db"), newsroom.path("old.db")).unwrap();
    let undo = "DROP TABLE pending; DROP TABLE gap; ALTER TABLE version DROP COLUMN transient;
                DROP TABLE dictionary; ALTER TABLE blob DROP COLUMN dictionary; ALTER TABLE removal DROP COLUMN seal;
                DROP INDEX revision_by_bundle; ALTER TABLE revision DROP COLUMN bundle; DROP TABLE bundle;
                DROP TABLE standing; CREATE TABLE signature (document INTEGER PRIMARY KEY, device, inode, size, modified, changed, seen);
                DROP TABLE entities; CREATE TABLE extract (version INTEGER PRIMARY KEY, extractor INTEGER, data BLOB);
                PRAGMA user_version = 1";
    // Without a log, as a backup is.
    change(&newsroom.path("old.db"), &format!("{undo}; PRAGMA journal_mode = delete"));
}

/// Does to a database what newswatch itself never does, and leaves all of it in its one file.
#[expect(clippy::disallowed_types, reason = "the past of a database is made up")]
fn change(database: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

#[test]
fn a_migration_survives_any_failing_call() {
    let newsroom = newsroom_with_a_past();
    with_an_old_schema(&newsroom);
    disturb_a_scan(&newsroom, Some("old.db"), 1);
}

/// Which versions can still be read, and which were taken out.
fn readable(database: &Path) -> Vec<(i64, bool)> {
    let reader = Reader::open(database).unwrap();
    let is_readable = |digest| match reader.bytes(digest) {
        Ok(_) => true,
        Err(StoreError::Removed { .. }) => false,
        Err(error) => panic!("{error}"),
    };
    let history = held::history(database, "readable");
    history.iter().filter_map(|(&seq, version)| Some((seq, is_readable(version.digest?)))).collect()
}

/// A document with a past of its own in `base.db`.
fn with_a_long_story() -> Newsroom {
    let newsroom = newsroom_with_a_past();
    for toll in 1..6 {
        newsroom.write("wire/long.txt", format!("Ferry aground\n\nAmbrose Quillfeather saw {toll} passengers jump.\n"));
        newsroom.stdout(&["--db", "base.db", "scan", "wire", "--quiet"]);
    }
    newsroom
}

/// Disturbs a command that takes contents out, and calls it again.
fn disturb_a_removal(newsroom: &Newsroom, command: &[&str], judge: impl Fn(&Point)) {
    let before = held::history(&newsroom.path("base.db"), "before");
    fs::copy(newsroom.path("base.db"), newsroom.path("expect.db")).unwrap();
    newsroom.stdout(&[&["--db", "expect.db"], command].concat());
    let (all, expect) = (readable(&newsroom.path("base.db")), readable(&newsroom.path("expect.db")));
    assert_ne!(all, expect, "nothing was taken out");
    Trial { newsroom, base: Some("base.db"), command, faults: 1 }.run(|point| {
        point.keeps(&before);
        let now = readable(&point.database());
        assert!(now == all || now == expect, "{}: neither all of it was taken out nor nothing: {now:?}", point.name);
        if point.output.status.success() {
            assert_eq!(now, expect, "{}: it ended well", point.name);
            judge(point);
        }
        newsroom.stdout(&[&["--db", "point/news.db"], command].concat());
        point.keeps(&before);
        assert_eq!(readable(&point.database()), expect, "{}: after the next run", point.name);
        judge(point);
    });
}

#[test]
fn a_prune_survives_any_failing_call() {
    disturb_a_removal(&with_a_long_story(), &["prune", "--keep", "2", "--yes"], |_| ());
}

#[test]
fn a_purge_survives_any_failing_call_and_is_done_only_when_no_word_is_left() {
    let newsroom = with_a_long_story();
    disturb_a_removal(&newsroom, &["purge", "wire/long.txt", "--reason", "court order 12", "--yes"], |point| {
        for file in fs::read_dir(&point.place).unwrap() {
            let path = file.unwrap().path();
            let bytes = if path.is_file() { fs::read(&path).unwrap() } else { continue };
            let word = b"Quillfeather";
            assert!(!bytes.windows(word.len()).any(|window| window == word), "{}: a word is left in {}", point.name, path.display());
        }
    });
}

/// Disturbs a command that writes all that is held to `point/copy.db`: what bears that name is whole, or it is not there.
fn disturb_a_copy(command: &str) {
    let newsroom = newsroom_with_a_past();
    let before = held::history(&newsroom.path("base.db"), "before");
    let command = [command, "point/copy.db"];
    Trial { newsroom: &newsroom, base: Some("base.db"), command: &command, faults: 1 }.run(|point| {
        point.keeps(&before);
        let copy = point.place.join("copy.db");
        if point.output.status.success() {
            assert!(copy.exists(), "{}: it ended well", point.name);
        } else if !copy.exists() {
            newsroom.stdout(&[&["--db", "point/news.db"], command.as_slice()].concat());
        }
        assert_eq!(held::history(&copy, &point.name), before, "{}: the copy", point.name);
        point.keeps(&before);
    });
}

#[test]
fn a_backup_survives_any_failing_call() {
    disturb_a_copy("backup");
}

#[test]
fn a_salvage_survives_any_failing_call() {
    disturb_a_copy("salvage");
}

#[test]
fn a_gc_survives_any_failing_call() {
    let newsroom = with_a_long_story();
    let before = held::history(&newsroom.path("base.db"), "before");
    Trial { newsroom: &newsroom, base: Some("base.db"), command: &["gc"], faults: 1 }.run(|point| {
        point.keeps(&before);
        newsroom.stdout(&["--db", "point/news.db", "gc"]);
        point.keeps(&before);
    });
}

#[test]
fn a_reparse_survives_any_failing_call() {
    let newsroom = newsroom_with_a_past();
    let before = held::history(&newsroom.path("base.db"), "before");
    // As if another newswatch had read it all.
    change(&newsroom.path("base.db"), "UPDATE extractor SET name = 'another/1'");
    Trial { newsroom: &newsroom, base: Some("base.db"), command: &["reparse"], faults: 1 }.run(|point| {
        point.keeps(&before);
        newsroom.stdout(&["--db", "point/news.db", "reparse"]);
        point.keeps(&before);
        let told = newsroom.stdout(&["--db", "point/news.db", "reparse"]);
        assert!(String::from_utf8_lossy(&told).contains("nothing to do"), "{}", point.name);
    });
}
