//! The daemon on a disk that begins to fail while it runs: it says so, acknowledges nothing that is not on the disk, goes on
//! watching, and when the disk works again everything is recorded.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use newswatch::model::Digest;
use newswatch::store::Reader;

use crate::compiled;
use crate::dice::setting;
use crate::held;
use crate::newsroom::{Newsroom, wait_until};

/// How the disk fails from some call on: the error, and whether calls that read fail too.
const FAILURES: [(&str, bool); 5] = [("eio", false), ("enospc", false), ("erofs", false), ("short", false), ("eio", true)];

/// What stands in `wire`: names and digests.
fn standing(wire: &Path) -> BTreeSet<(String, Digest)> {
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), Digest::of(&fs::read(&path).unwrap()))
    };
    fs::read_dir(wire).unwrap().map(file).collect()
}

/// What is recorded as standing there.
fn recorded(database: &Path) -> BTreeSet<(String, Digest)> {
    let documents = Reader::open(database).unwrap().documents().unwrap();
    let name = |path: &Path| path.to_str().unwrap().to_owned();
    documents.iter().filter_map(|document| Some((name(document.latest.path.relative()), document.latest.content.digest()?))).collect()
}

/// The disk fails from its `call`th call on, and works again.
fn check(newsroom: &Newsroom, library: &Path, call: u64, kind: &str, reads: bool) {
    let context = format!("{kind} from call {call} on{}", if reads { ", reads too" } else { "" });
    let (place, failing, report) = (newsroom.path("place"), newsroom.path("failing"), newsroom.path("report"));
    let story = |name: &str, take: u64| newsroom.write(&format!("wire/{name}.txt"), format!("Story {name}\n\nThis is take {take}.\n"));
    for name in ["edited", "removed", "renamed"] {
        story(name, 1);
    }
    let ask = |arguments: &[&str]| newsroom.run(&[&["--db", "place/news.db"], arguments].concat());
    let trouble = || {
        let status = newsroom.json(&["--db", "place/news.db", "status", "--json"]).remove(0);
        status["daemon"]["database_trouble"].as_str().map(str::to_owned)
    };
    let mut command = newsroom.command(&["--db", "place/news.db", "watch", "wire", "--json"]);
    command.env("LD_PRELOAD", library).env("FAULT_BELOW", &place).env("FAULT_AT", call.to_string()).env("FAULT_KIND", kind);
    command.env("FAULT_WHILE", &failing).env("FAULT_REPORT", &report);
    if reads {
        command.env("FAULT_READS", "yes");
    }
    let mut daemon = newsroom.spawn(command);
    let overheard = daemon.overheard();
    assert!(ask(&["sync", "--wait"]).starts_with("exit 0"), "{context}");

    fs::write(&failing, "").unwrap();
    let mut take = 1;
    wait_until(&format!("{context}: the failure"), || {
        take += 1;
        story("edited", take);
        ask(&["sync", "--timeout", "50ms"]);
        report.exists()
    });
    wait_until(&format!("{context}: that the daemon says so"), || {
        assert!(daemon.is_running(), "{context}: the daemon has ended");
        take += 1;
        story("edited", take);
        trouble().is_some()
    });
    let said = ask(&["sync", "--timeout", "50ms"]);
    assert!(said.starts_with("exit 3") && said.contains("did not answer within"), "{context}: {said}");
    story("new", 1);
    newsroom.remove("wire/removed.txt");
    newsroom.rename("wire/renamed.txt", "wire/under-another-name.txt");

    fs::remove_file(&failing).unwrap();
    let said = ask(&["sync", "--timeout", "60s"]);
    assert!(said.starts_with("exit 0"), "{context}: {said}");
    assert_eq!(trouble(), None, "{context}");
    assert_eq!(recorded(&place.join("news.db")), standing(&newsroom.path("wire")), "{context}: recorded, and on the disk");
    daemon.signal("TERM");
    assert_eq!(daemon.wait().code(), Some(0), "{context}");
    let told = held::told(&overheard.all());
    let history = held::history(&place.join("news.db"), &context);
    assert_eq!(held::lost(&told, &history), [], "{context}: acknowledged and lost");
    assert_eq!(history.values().filter(|version| version.path == "new.txt").count(), 1, "{context}: once written, once recorded");
}

#[test]
fn the_daemon_outlives_a_failing_disk() {
    let points = setting("NEWSWATCH_DAEMON_FAULTS", 10);
    for point in 0..points {
        let newsroom = Newsroom::new();
        let Some(library) = compiled::library("write_faults", &newsroom.path("")) else { return };
        let (kind, reads) = FAILURES[usize::try_from(point).unwrap() % FAILURES.len()];
        let round = point / FAILURES.len() as u64;
        // One after the other; a short run takes long steps.
        let call = 1 + if points > 100 { round } else { round * 13 };
        check(&newsroom, &library, call, kind, reads);
    }
}
