//! Of many documents at once, and of large ones, the ground is recorded first and what they say is derived later. What is seen in
//! between, and what may happen in between, comes to the same in the end as if each had come alone.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use newswatch::http::{Server, Settings};
use newswatch::ingest::{EXTRACTOR, Ingest, RootSpec, Selection, Told};
use newswatch::model::{Class, Counters, DocumentPath, Entities, Revision, Seq};
use newswatch::store::{Depth, Derived, Extent, Filter, Reader, Retention, Writer, repack, salvage};
use tempfile::TempDir;

use crate::newsroom::Newsroom;

/// A few more than are taken for many.
const FILES: usize = 1010;

struct Spool {
    directory: TempDir,
}

impl Spool {
    /// A directory with many files that nobody has looked at.
    fn new() -> Spool {
        let spool = Spool { directory: tempfile::tempdir().unwrap() };
        fs::create_dir(spool.root()).unwrap();
        (0..FILES).for_each(|number| spool.write(number, 12));
        spool
    }

    /// The same, and the ground of it recorded, by a process that has ended then.
    fn recorded() -> Spool {
        let spool = Spool::new();
        let mut told = Vec::new();
        let report = spool.ingest("news.db").scan(&mut |one| told.push(one)).unwrap();
        assert_eq!(report.recorded, FILES as u64);
        assert!(told.len() == FILES && told.iter().all(|one| matches!(one, Told::Stored(_))));
        spool
    }

    fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("spool")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, number: usize, hurt: usize) {
        let story =
            format!("Ferry {number} aground\n\nPORT ELLERY, May 4 (Gull) - The accident hurt {hurt} passengers, Mayor Ada Lund said.\n");
        fs::write(self.root().join(format!("{number:04}.txt")), story).unwrap();
    }

    fn ingest(&self, database: &str) -> Ingest {
        let spec = RootSpec {
            path: self.root(),
            selection: Selection::default(),
            max_size: 1 << 20,
            quiet: Duration::ZERO,
            rehash_every: Duration::ZERO,
        };
        Ingest::new(Writer::open(&self.at(database)).unwrap(), vec![spec]).unwrap()
    }

    /// Derives what is left. Gives the paths in the order in which they were told of.
    fn derive(&self, database: &str) -> Vec<String> {
        let ingest = self.ingest(database);
        let mut told = Vec::new();
        let mut tell = |one| match one {
            Told::Stored(_) | Told::Recorded(_) => panic!("nothing new comes here"),
            Told::Derived(recorded) => told.push(recorded.version.path.relative().display().to_string()),
        };
        let mut deriver = ingest.deriver().unwrap();
        while deriver.derive(&mut tell).unwrap() {}
        assert!(!ingest.reached().unwrap().is_behind());
        told
    }

    fn reader(&self, database: &str) -> Reader {
        Reader::open(&self.at(database)).unwrap()
    }

    /// All that is derived, in the order of the versions.
    fn derived(&self, database: &str) -> Vec<(String, Revision, Option<Entities>)> {
        let reader = self.reader(database);
        let log = reader.log(&Filter { oldest_first: true, ..Filter::default() }).unwrap();
        log.iter()
            .map(|entry| {
                let bytes = entry.version.content.digest().map(|digest| reader.bytes(digest).unwrap()).unwrap_or_default();
                let entities = reader.entities(entry.version.seq, &bytes).unwrap().map(|stored| stored.entities);
                let name = format!("{} {}", entry.version.path.relative().display(), entry.version.number);
                (name, reader.revision(entry.version.seq).unwrap().unwrap(), entities)
            })
            .collect()
    }

    #[track_caller]
    fn check_sound(&self, database: &str, pending: usize) {
        let reader = self.reader(database);
        assert_eq!(reader.verify(Depth::Full, &mut |_, _| ()).unwrap().damages, []);
        assert_eq!(reader.status().unwrap().pending, pending as u64);
    }

    /// What comes of it where nothing is put off: few come at a time.
    fn expected(&self) -> Vec<(String, Revision, Option<Entities>)> {
        let (spool, waiting) = (self.root(), self.at("waiting"));
        fs::rename(&spool, &waiting).unwrap();
        fs::create_dir(&spool).unwrap();
        let mut ingest = self.ingest("expected.db");
        for numbers in [0..FILES / 2, FILES / 2..FILES] {
            for number in numbers {
                let name = format!("{number:04}.txt");
                fs::rename(waiting.join(&name), spool.join(&name)).unwrap();
            }
            ingest.scan(&mut |one| assert!(!matches!(one, Told::Stored(_)))).unwrap();
        }
        drop(ingest);
        self.derived("expected.db")
    }
}

fn names(derived: &[(String, Revision, Option<Entities>)]) -> Vec<&str> {
    derived.iter().map(|(name, ..)| name.as_str()).collect()
}

#[test]
fn what_is_derived_later_is_what_would_have_been_derived_at_once() {
    let spool = Spool::recorded();
    spool.check_sound("news.db", FILES);
    assert_eq!(spool.derived("news.db").len(), 0, "the log tells of what is derived");
    let reader = spool.reader("news.db");
    let first = reader.version_by_seq(Seq(1)).unwrap().unwrap();
    assert_eq!(reader.bytes(first.content.digest().unwrap()).unwrap(), fs::read(first.path.absolute()).unwrap());

    let told = spool.derive("news.db");
    assert_eq!(told.len(), FILES);
    assert!(told.is_sorted(), "in the order in which they were recorded");
    spool.check_sound("news.db", 0);
    let derived = spool.derived("news.db");
    let expected = spool.expected();
    assert_eq!(names(&derived), names(&expected));
    assert!(derived == expected);
    assert!(derived.iter().all(|(_, revision, entities)| revision.class == Class::Created && entities.is_some()));
    assert_eq!(spool.derive("news.db"), [""; 0], "done is done");
}

#[test]
fn a_second_change_that_comes_before_is_compared_with_the_first_version() {
    let spool = Spool::recorded();
    spool.write(7, 15);
    fs::remove_file(spool.root().join("0008.txt")).unwrap();
    spool.write(FILES, 3);
    let mut told = Vec::new();
    spool
        .ingest("news.db")
        .scan(&mut |one| match one {
            Told::Stored(_) => told.push("stored".to_owned()),
            Told::Derived(_) => panic!("it is not new"),
            Told::Recorded(recorded) => told.push(recorded.revision.trashline),
        })
        .unwrap();
    // What follows on a version that is still to be told of is not told of before it.
    assert_eq!(told, ["stored", "stored", &format!("new: Ferry {FILES} aground")]);
    spool.check_sound("news.db", FILES + 2);
    // Who follows the log is told of nothing before what is to be told first; who looks back sees what is there.
    let reader = spool.reader("news.db");
    assert_eq!(reader.log(&Filter { oldest_first: true, ..Filter::default() }).unwrap().len(), 0);
    assert_eq!(reader.log(&Filter::default()).unwrap().len(), 1);

    spool.derive("news.db");
    spool.check_sound("news.db", 0);
    let derived = spool.derived("news.db");
    let told = |name: &str| derived.iter().find(|(other, ..)| other == name).map(|(_, revision, _)| revision.trashline.clone());
    assert_eq!(told("0007.txt 2").as_deref(), Some("passengers 12 → 15 (¶1)"));
    assert_eq!(told("0008.txt 2").as_deref(), Some("deleted: Ferry 8 aground"));
    assert_eq!(derived.len(), FILES + 3);
    let of =
        |name: &str| derived.iter().find(|(other, ..)| other == name).map(|(_, revision, entities)| (revision.class, entities.is_some()));
    assert_eq!(of("0007.txt 1"), Some((Class::Created, false)), "entities are kept of the last version with content");
    assert_eq!(of("0007.txt 2"), Some((Class::Update, true)));
    assert_eq!(of("0008.txt 1"), Some((Class::Created, true)));
    assert_eq!(of("0008.txt 2"), Some((Class::Withdrawn, false)));
}

#[test]
fn a_content_that_is_taken_out_before_says_nothing() {
    for extent in [Extent::Content, Extent::EveryWord] {
        let spool = Spool::recorded();
        let path = DocumentPath::new(spool.root(), Path::new("0003.txt")).unwrap();
        let document = spool.reader("news.db").document_at(&path).unwrap().unwrap();
        let writer = Writer::open(&spool.at("news.db")).unwrap();
        let removed = writer.remove(vec![document.latest.seq], extent, "a judge said so", Timestamp::UNIX_EPOCH).wait().unwrap();
        assert_eq!(removed.contents, 1);
        drop(writer);
        // Of what every word is gone nothing is left to derive.
        spool.check_sound("news.db", FILES - usize::from(extent == Extent::EveryWord));
        spool.derive("news.db");
        spool.check_sound("news.db", 0);
        let revision = spool.reader("news.db").revision(document.latest.seq).unwrap().unwrap();
        assert_eq!(revision.class, Class::Created);
        assert!(revision.entities.is_empty() && !format!("{revision:?}").contains("aground"), "{revision:?}");
        if extent == Extent::EveryWord {
            assert_eq!(revision.trashline, "removed: a judge said so");
        }
    }
}

#[test]
fn what_the_next_version_is_still_to_be_compared_with_is_not_old_enough_to_go() {
    let spool = Spool::recorded();
    spool.write(7, 15);
    spool.ingest("news.db").scan(&mut drop).unwrap();
    let removable = || spool.reader("news.db").removable(&Retention { keep: 1, ..Retention::default() }).unwrap().len();
    assert_eq!(removable(), 0);
    spool.derive("news.db");
    assert_eq!(removable(), 1);
}

#[test]
fn only_what_was_put_off_is_derived_and_told_of() {
    let spool = Spool::recorded();
    spool.derive("news.db");
    let path = DocumentPath::new(spool.root(), Path::new("0007.txt")).unwrap();
    let first = spool.reader("news.db").document_at(&path).unwrap().unwrap().latest.seq;
    // As another extractor has left it.
    let (writer, revision) = (Writer::open(&spool.at("news.db")).unwrap(), spool.reader("news.db").revision(first).unwrap().unwrap());
    writer.derive(first, &Derived { extractor: "other/1", entities: None, revision: &revision }).wait().unwrap();
    drop(writer);
    fs::write(spool.root().join("0007.txt"), long_story(300_000, 3)).unwrap();
    spool.ingest("news.db").scan(&mut |one| assert!(matches!(one, Told::Stored(_)))).unwrap();
    assert_eq!(spool.derive("news.db"), ["0007.txt"], "old news is no news");
    assert_eq!(spool.reader("news.db").made_by(first).unwrap().as_deref(), Some("other/1"), "that is for a reparse");
}

#[test]
fn salvage_gc_backup_and_reparse_take_it_as_it_is() {
    let spool = Spool::recorded();
    let salvaged = salvage(&spool.at("news.db"), &spool.at("saved.db")).unwrap();
    assert_eq!((salvaged.versions, salvaged.without_content, salvaged.lost), (FILES as u64, 0, 0));
    spool.reader("news.db").backup(&spool.at("copy.db")).unwrap();
    repack(&spool.at("copy.db"), &mut |_, _| ()).unwrap();
    let attested = spool.reader("news.db").attest().unwrap();
    for database in ["saved.db", "copy.db"] {
        spool.check_sound(database, FILES);
        assert_eq!(spool.reader(database).attest().unwrap(), attested);
    }
    let mut ingest = spool.ingest("saved.db");
    ingest.reparse(&mut |_, _| ()).unwrap();
    drop(ingest);
    spool.derive("copy.db");
    spool.derive("news.db");
    let expected = spool.derived("news.db");
    for database in ["saved.db", "copy.db"] {
        spool.check_sound(database, 0);
        assert!(spool.derived(database) == expected);
    }
}

/// What a server without a daemon behind it answers.
fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Serves the history without a daemon behind it.
fn serve(spool: &Spool) -> Server {
    let settings = Settings {
        address: "127.0.0.1:0".parse().unwrap(),
        database: spool.at("news.db"),
        zone: TimeZone::UTC,
        extractor: || EXTRACTOR,
        counters: Arc::new(Counters::new(1, Timestamp::UNIX_EPOCH)),
    };
    Server::start(settings).unwrap()
}

#[test]
fn who_follows_the_events_is_told_of_what_was_still_being_read() {
    let spool = Spool::recorded();
    spool.write(7, 15);
    spool.ingest("news.db").scan(&mut drop).unwrap();
    let server = serve(&spool);
    let follow = |after: &str| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET /events{after} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        // The stream has begun.
        assert!(lines.any(|line| line.starts_with("retry: ")));
        lines
    };
    let (from_now, from_the_first) = (follow(""), follow("?after=0"));
    // Whoever looks while much of it is still to come does not pass over that.
    std::thread::sleep(Duration::from_millis(1200));
    spool.derive("news.db");
    for lines in [from_now, from_the_first] {
        // A sign of life means that nothing came for long.
        let told: Vec<usize> =
            lines.take_while(|line| line != ":").filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).take(FILES + 1).collect();
        assert_eq!(told, (1..=FILES + 1).collect::<Vec<_>>());
    }
}

#[test]
fn pages_say_that_a_version_is_still_being_read() {
    let spool = Spool::recorded();
    let server = serve(&spool);
    let check = |path: &str, status: &str, words: &[&str]| {
        let answer = get(&server, path);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        words.iter().for_each(|words| assert!(answer.contains(words), "{path}: {words:?} is not in {answer}"));
    };
    check("/revision/1", "503", &["retry-after: 5", "text/html", "recorded and still being read", "/version/1/text"]);
    check("/api/diff/1", "503", &["retry-after: 5", "newswatch.error/1", "recorded and still being read"]);
    check("/document/0000.txt", "200", &["1 version is recorded and still being read", "/version/1/raw"]);
    check("/", "200", &["some are recorded and still being read", "what is recorded is still being read"]);
    check("/version/1/raw", "200", &["Ferry 0 aground"]);
    check("/version/1/text", "200", &["Ferry 0 aground"]);
    check("/api/extract/1", "200", &["Ada Lund"]);
    check("/revision/99999", "404", &["there is no version"]);
    spool.derive("news.db");
    check("/revision/1", "200", &["Ferry 0 aground"]);
    let answer = get(&server, "/document/0000.txt") + &get(&server, "/");
    assert!(!answer.contains("still being read"), "{answer}");
}

#[test]
fn the_command_line_shows_and_compares_what_is_still_to_be_derived() {
    let newsroom = Newsroom::new();
    let spec = || RootSpec {
        path: newsroom.path("wire"),
        selection: Selection::default(),
        max_size: 1 << 20,
        quiet: Duration::ZERO,
        rehash_every: Duration::ZERO,
    };
    let scan = || Ingest::new(Writer::open(&newsroom.path("n.db")).unwrap(), vec![spec()]).unwrap().scan(&mut |_| ()).unwrap();
    for number in 0..FILES {
        newsroom.write(&format!("wire/{number:04}.txt"), format!("Ferry {number} aground\n\nIt hurt 12 passengers.\n"));
    }
    scan();
    newsroom.edit("wire/0007.txt", "12 passengers", "15 passengers");
    scan();
    let reader = Reader::open(&newsroom.path("n.db")).unwrap();
    let is_pending = |number: i64| reader.is_pending(Seq(number)).unwrap();
    assert!(is_pending(8) && is_pending(1), "the first versions wait");
    let run = |arguments: &[&str]| newsroom.run(&[&["--db", "n.db"], arguments].concat());
    assert!(run(&["show", "wire/0003.txt"]).contains("It hurt 12 passengers."));
    assert!(run(&["show", "wire/0003.txt", "--text"]).contains("Ferry 3 aground"));
    assert!(run(&["show", "wire/0007.txt@1"]).contains("It hurt 12 passengers."));
    let diff = run(&["diff", "wire/0007.txt"]);
    assert!(diff.starts_with("exit 0") && diff.contains("passengers  12 → 15"), "{diff}");
    let only = run(&["diff", "wire/0003.txt"]);
    assert!(only.contains("version 1 is the first"), "{only}");
    assert!(run(&["log"]).contains("recorded and not in the log yet"));
}

/// A story of at least so many bytes, with a toll in its last sentence.
fn long_story(bytes: usize, hurt: usize) -> String {
    let mut story = "Ferries aground\n\nPORT ELLERY, May 4 (Gull) - Many ferries ran aground.\n\n".to_owned();
    let ferries = (0..).map(|number| format!("Ferry {number} ran aground near Oran, Mayor Ada Lund said.\n\n"));
    for ferry in ferries {
        story.push_str(&ferry);
        if story.len() > bytes {
            break;
        }
    }
    story + &format!("The accidents hurt {hurt} passengers.\n")
}

#[test]
fn a_large_document_is_recorded_at_once_and_understood_later() {
    let spool = Spool { directory: tempfile::tempdir().unwrap() };
    fs::create_dir(spool.root()).unwrap();
    let mut ingest = spool.ingest("news.db");
    let mut stored = |stored: usize| {
        let mut told = Vec::new();
        ingest.scan(&mut |one| told.push(one)).unwrap();
        assert!(told.len() == stored && told.iter().all(|one| matches!(one, Told::Stored(_))), "{told:?}");
    };
    let write = |name: &str, hurt| fs::write(spool.root().join(name), long_story(270_000, hurt)).unwrap();
    write("long.txt", 12);
    stored(1);
    write("long.txt", 15);
    stored(1);
    fs::rename(spool.root().join("long.txt"), spool.root().join("longer.txt")).unwrap();
    stored(1);
    fs::remove_file(spool.root().join("longer.txt")).unwrap();
    stored(1);
    write("longer.txt", 12);
    stored(1);
    drop(ingest);
    spool.check_sound("news.db", 5);
    assert_eq!(spool.derive("news.db"), ["long.txt", "long.txt", "longer.txt", "longer.txt", "longer.txt"]);
    spool.check_sound("news.db", 0);
    let derived = spool.derived("news.db");
    let told: Vec<_> = derived.iter().map(|(_, revision, entities)| (revision.class, &*revision.trashline, entities.is_some())).collect();
    assert_eq!(
        told,
        [
            (Class::Created, "new: Ferries aground", false),
            (Class::Update, "passengers 12 → 15 (¶4842)", false),
            (Class::Renamed, "renamed, the text stands", false),
            (Class::Withdrawn, "deleted: Ferries aground", false),
            (Class::Restored, "back after deletion; passengers 15 → 12 (¶4842)", true),
        ]
    );
}

#[test]
fn what_is_derived_from_an_earlier_version_takes_nothing_from_the_last_one() {
    let spool = Spool::recorded();
    // It begins before the next change, which is understood at once, and ends after it.
    let mut deriver = spool.ingest("news.db").deriver().unwrap();
    assert!(deriver.derive(&mut |told| panic!("{told:?} is on its way")).unwrap());
    spool.write(7, 15);
    spool.ingest("news.db").scan(&mut drop).unwrap();
    while deriver.derive(&mut drop).unwrap() {}
    spool.check_sound("news.db", 0);
    let derived = spool.derived("news.db");
    let last = derived.iter().find(|(name, ..)| name == "0007.txt 2");
    assert!(last.is_some_and(|(.., entities)| entities.is_some()));
}

#[test]
fn what_changes_while_a_large_document_is_read_is_recorded_meanwhile() {
    // Takes seconds to be understood.
    let bytes = if cfg!(debug_assertions) { 600_000 } else { 20_000_000 };
    let newsroom = Newsroom::new();
    newsroom.write("wire/first.txt", "Ferry aground\n\nIt hurt 12 passengers.\n");
    let _daemon = newsroom.watch();
    newsroom.stdout(&["sync", "--wait"]);
    let reader = Reader::open(&newsroom.path("state/newswatch/newswatch.db")).unwrap();
    let until = |is_met: &dyn Fn() -> bool| {
        while !is_met() {
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    newsroom.write("wire/long.txt", long_story(bytes, 12));
    until(&|| reader.has_pending().unwrap());
    newsroom.write("wire/first.txt", "Ferry aground\n\nIt hurt 15 passengers.\n");
    until(&|| reader.status().unwrap().versions == 3);
    newsroom.write("wire/first.txt", "Ferry aground\n\nIt hurt 12 passengers.\n");
    until(&|| reader.status().unwrap().versions == 4);
    assert!(reader.has_pending().unwrap(), "the large one is not understood yet");
    newsroom.stdout(&["sync", "--wait"]);
    assert!(!reader.has_pending().unwrap());
    let told: Vec<_> = newsroom.json(&["log", "--json"]).iter().map(|line| line["trashline"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        told,
        ["back to version 1; passengers 15 → 12 (¶2)", "passengers 12 → 15 (¶2)", "new: Ferries aground", "new: Ferry aground"]
    );
}

#[test]
fn who_waits_for_a_daemon_waits_for_what_is_derived_too() {
    let newsroom = Newsroom::new();
    for number in 0..FILES {
        newsroom.write(&format!("wire/{number:04}.txt"), format!("Ferry {number} aground\n\nIt hurt {number} passengers.\n"));
    }
    let daemon = newsroom.watch();
    newsroom.stdout(&["sync", "--wait"]);
    let status = newsroom.json(&["status", "--json"]).remove(0);
    assert_eq!((&status["versions"], &status["pending"]), (&FILES.into(), &0.into()), "{status}");
    assert_eq!(status["daemon"]["versions"], FILES, "each is counted once");
    assert_eq!(newsroom.json(&["log", "--json"]).len(), FILES);
    drop(daemon);
}

#[test]
fn a_scan_goes_on_where_another_was_killed() {
    let newsroom = Newsroom::new();
    for number in 0..FILES {
        newsroom.write(&format!("wire/{number:04}.txt"), format!("Ferry {number} aground\n\nIt hurt {number} passengers.\n"));
    }
    // It is to be killed while it derives; where the machine is too quick or too slow for that, it was killed elsewhere.
    let mut scan = newsroom.command(&["scan", "wire", "--quiet"]).spawn().unwrap();
    let behind =
        || Reader::open(&newsroom.path("state/newswatch/newswatch.db")).and_then(|reader| reader.has_pending()).unwrap_or_default();
    while scan.try_wait().unwrap().is_none() && !behind() {
        std::thread::sleep(Duration::from_millis(1));
    }
    scan.kill().unwrap();
    scan.wait().unwrap();
    assert!(newsroom.run(&["verify"]).starts_with("exit 0\nsound"), "{}", newsroom.run(&["verify"]));
    newsroom.stdout(&["scan", "wire", "--quiet"]);
    assert!(!behind());
    assert_eq!(newsroom.json(&["log", "--json"]).len(), FILES);
    assert!(newsroom.run(&["verify"]).starts_with("exit 0\nsound: 1,010 versions"), "{}", newsroom.run(&["verify"]));
}
