//! What nobody saw is written down: every known gap stands in the log, and is no line that a reader of revisions trips over.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::newsroom::Newsroom;

/// The gaps so far, the oldest first, as `path cause`; one that has not ended has a `…`.
fn gaps(newsroom: &Newsroom) -> Vec<String> {
    let mut gaps = newsroom.json(&["log", "--gaps", "--json"]);
    gaps.reverse();
    let shown = |gap: &Value| {
        assert_eq!(gap["schema"], "newswatch.gap/1");
        assert!(gap["ended"].is_null() || gap["ended"].as_str() > gap["began"].as_str(), "{gap}");
        let open = if gap["ended"].is_null() { "…" } else { "" };
        format!("{} {}{open}", gap["path"].as_str().unwrap(), gap["cause"].as_str().unwrap())
    };
    gaps.iter().map(shown).collect()
}

fn sync(newsroom: &Newsroom) {
    newsroom.stdout(&["sync"]);
}

#[test]
fn the_time_between_two_daemons_is_a_gap_however_the_first_one_ended() {
    for kill in [false, true] {
        let newsroom = Newsroom::new();
        newsroom.write("wire/a.txt", "A\n\nAn a.\n");
        let mut daemon = newsroom.watch();
        daemon.line();
        assert_eq!(gaps(&newsroom), [""; 0], "nobody watched before the first one, and nobody said so");
        if kill {
            daemon.kill();
            drop(daemon);
            assert_eq!(gaps(&newsroom), [""; 0]);
        } else {
            daemon.signal("TERM");
            assert_eq!(daemon.wait().code(), Some(0));
            assert_eq!(gaps(&newsroom), [" newswatch was not running…"]);
        }
        newsroom.write("wire/a.txt", "A\n\nAnother a.\n");
        // A pass is a look, not a watch: the gap goes on.
        newsroom.stdout(&["scan", "wire", "--quiet"]);
        assert_eq!(gaps(&newsroom), [" newswatch was not running…"], "killed: {kill}");
        let daemon = newsroom.watch_quietly();
        assert_eq!(gaps(&newsroom), [" newswatch was not running"], "killed: {kill}");
        daemon.signal("TERM");
        daemon.wait();
        assert_eq!(gaps(&newsroom), [" newswatch was not running", " newswatch was not running…"]);
        let told = newsroom.stdout(&["verify"]);
        assert!(!told.is_empty());
    }
}

#[test]
fn a_gap_stands_among_the_revisions_and_not_among_their_json() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let daemon = newsroom.watch_quietly();
    daemon.signal("TERM");
    daemon.wait();
    newsroom.write("wire/a.txt", "A\n\nAnother a.\n");
    let _daemon = newsroom.watch_quietly();
    newsroom.write("wire/a.txt", "A\n\nYet another a.\n");
    sync(&newsroom);
    let order = |arguments: &[&str]| {
        let log = String::from_utf8(newsroom.stdout(arguments)).unwrap();
        let word = |line: &str| match line {
            _ if line.starts_with("gap  ") => Some("gap".to_owned()),
            _ => line.split_whitespace().find(|word| ["v1", "v2", "v3"].contains(word)).map(str::to_owned),
        };
        log.lines().filter_map(word).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order(&["log", "--oneline"]), "v3 gap v2 v1");
    assert_eq!(order(&["log", "--oneline", "wire/a.txt"]), "v3 gap v2 v1");
    assert_eq!(order(&["log", "--oneline", "-n", "1"]), "v3");
    assert_eq!(order(&["log", "--oneline", "-n", "2"]), "v3 gap v2");
    assert_eq!(order(&["log", "--oneline", "--class", "update"]), "v3 v2");
    assert_eq!(order(&["log", "--oneline", "--until", "2001-01-01"]), "");
    assert_eq!(order(&["log", "--gaps"]), "gap");
    let lines = newsroom.json(&["log", "--json"]);
    assert!(lines.len() == 3 && lines.iter().all(|line| line["schema"] == "newswatch.log/1"), "{lines:?}");
}

#[test]
fn a_root_that_was_away_is_a_gap() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let _daemon = newsroom.watch_quietly();
    newsroom.rename("wire", "away");
    newsroom.sync_as_far_as_seen();
    assert_eq!(gaps(&newsroom), [" it is not there…"]);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["daemon"]["gaps"], 1);
    newsroom.rename("away", "wire");
    sync(&newsroom);
    assert_eq!(gaps(&newsroom), [" it is not there"]);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["daemon"]["gaps"], 1);
}

#[test]
fn a_root_that_is_taken_out_of_the_configuration_is_a_gap_until_it_is_put_back() {
    let newsroom = Newsroom::new();
    newsroom.write("spool/a.txt", "A\n\nAn a.\n");
    let configure = |roots: &[&str]| {
        let tables: Vec<String> = roots.iter().map(|root| format!("[[roots]]\npath = {root:?}\n")).collect();
        newsroom.write("n.toml", tables.concat());
    };
    configure(&["wire", "spool"]);
    let _daemon = newsroom.watch_with(&["--config", "n.toml", "watch"]).unheard();
    let reload = |roots: &[&str]| {
        configure(roots);
        newsroom.stdout(&["reload"]);
        sync(&newsroom);
    };
    let expect = " newswatch did not watch it (it was taken out of the configuration)";
    reload(&["wire"]);
    assert_eq!(gaps(&newsroom), [format!("{expect}…")]);
    newsroom.write("spool/a.txt", "A\n\nAnother a.\n");
    reload(&["wire", "spool"]);
    assert_eq!(gaps(&newsroom), [expect]);
    assert_eq!(newsroom.json(&["log", "--json", "spool/a.txt"]).len(), 2);
}

#[test]
fn what_is_missing_in_another_directory_is_deleted_once_that_is_said_to_be_the_right_one() {
    let newsroom = Newsroom::new();
    let name = |number: usize| format!("{number}.txt");
    let write = |directory: &str, number: usize| {
        newsroom.write(&format!("{directory}/{}", name(number)), format!("Story {number}\n\nText.\n"));
    };
    (0..10).for_each(|number| write("wire", number));
    let exchange = |numbers: std::ops::Range<usize>| {
        numbers.for_each(|number| write("next", number));
        newsroom.rename("wire", "old");
        newsroom.rename("next", "wire");
    };
    let state = || {
        let status = newsroom.json(&["status", "--json"]).remove(0);
        (status["documents"]["present"].as_u64().unwrap(), !status["daemon"]["roots"][0]["degraded"].is_null())
    };
    let daemon = newsroom.watch_quietly();
    exchange(0..6);
    newsroom.sync_as_far_as_seen();
    assert_eq!(state(), (10, true), "four are missing, and none is taken for deleted");
    newsroom.write("wire/0.txt", "Story 0\n\nAnother text.\n");
    newsroom.sync_as_far_as_seen();
    assert_eq!(newsroom.json(&["log", "--json", "wire/0.txt"]).len(), 2, "what is there is recorded all the same");
    assert_eq!(gaps(&newsroom).iter().filter(|gap| gap.contains("documents are missing from it")).count(), 1, "one gap, however long");

    let said = newsroom.run(&["reload", "--trust", "next"]);
    assert!(said.starts_with("exit 2") && said.contains("next"), "{said}");
    newsroom.write("elsewhere/a.txt", "A\n\nB.\n");
    let said = newsroom.run(&["reload", "--trust", "elsewhere"]);
    assert!(said.starts_with("exit 2") && said.contains("is no root that is watched"), "{said}");
    newsroom.stdout(&["reload", "--trust", "wire"]);
    assert_eq!(state(), (6, false));
    assert_eq!(newsroom.json(&["log", "--json", "--class", "withdrawn"]).len(), 4);
    drop(daemon);

    newsroom.rename("old", "older");
    exchange(0..2);
    assert!(newsroom.run(&["scan", "wire"]).starts_with("exit 2"));
    newsroom.stdout(&["scan", "--trust", "wire"]);
    assert_eq!(newsroom.json(&["log", "--json", "--class", "withdrawn"]).len(), 8);
}

#[test]
fn a_document_that_cannot_be_recorded_is_a_gap_until_it_can() {
    let newsroom = Newsroom::new();
    newsroom.write("n.toml", "[documents]\nmax_size_mib = 1\n[[roots]]\npath = \"wire\"\n");
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let watch = || newsroom.watch_with(&["--config", "n.toml", "watch"]).unheard();
    let daemon = watch();
    newsroom.write("wire/a.txt", "x".repeat(2 << 20));
    sync(&newsroom);
    let large = "a.txt it is larger than 1048576 bytes (documents.max_size_mib)";
    assert_eq!(gaps(&newsroom), [format!("{large}…")]);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["left_out"], 1);
    assert!(newsroom.run(&["status"]).contains("left out   1 file too large or not to be read"), "{}", newsroom.run(&["status"]));
    // It is known across a restart, and not written down again.
    daemon.signal("TERM");
    daemon.wait();
    let _daemon = watch();
    assert_eq!(gaps(&newsroom), [format!("{large}…"), " newswatch was not running".to_owned()]);
    newsroom.write("wire/a.txt", "A\n\nA small a.\n");
    sync(&newsroom);
    assert_eq!(gaps(&newsroom), [" newswatch was not running".to_owned(), large.to_owned()]);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["left_out"], 0);
    assert!(!newsroom.run(&["status"]).contains("left out"));
    assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), 2);
}

#[test]
fn a_document_that_may_not_be_read_is_a_gap() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.watch_quietly();
    newsroom.write("wire/d/a.txt", "A\n\nAn a.\n");
    fs::set_permissions(newsroom.path("wire/d/a.txt"), Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(newsroom.path("wire/d/a.txt")).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    sync(&newsroom);
    assert_eq!(gaps(&newsroom), ["d/a.txt it cannot be read (Permission denied (os error 13))…"]);
    fs::remove_file(newsroom.path("wire/d/a.txt")).unwrap();
    sync(&newsroom);
    assert_eq!(gaps(&newsroom), ["d/a.txt it cannot be read (Permission denied (os error 13))"]);
}
