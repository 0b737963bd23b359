//! Readers who stay: they hold up neither the recording nor, for good, the emptying of the database's log.

use std::process::Stdio;
use std::time::Duration;

use crate::newsroom::{Newsroom, wait_until};

/// Longer than the daemon waits before it empties the log.
const IDLE: Duration = Duration::from_secs(6);

fn log_size(newsroom: &Newsroom) -> u64 {
    std::fs::metadata(newsroom.path("state/newswatch/newswatch.db-wal")).unwrap().len()
}

/// A reader of another program's, in the middle of a transaction.
#[expect(clippy::disallowed_types, reason = "another program reads the database")]
fn stranger(newsroom: &Newsroom) -> rusqlite::Connection {
    let stranger = rusqlite::Connection::open(newsroom.path("state/newswatch/newswatch.db")).unwrap();
    stranger.execute_batch("BEGIN; SELECT count(*) FROM version").unwrap();
    stranger
}

#[test]
fn a_reader_who_stays_holds_up_nothing_and_the_log_is_emptied_when_he_goes() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "Take 0\n\nText.\n");
    let _daemon = newsroom.watch_quietly();
    let stranger = stranger(&newsroom);
    for take in 1..=2 {
        newsroom.write("wire/a.txt", format!("Take {take}\n\nText.\n"));
        newsroom.stdout(&["sync"]);
        std::thread::sleep(IDLE);
        // The daemon is about to empty the log, and cannot.
        newsroom.write("wire/a.txt", format!("Take {take}, corrected\n\nText.\n"));
        newsroom.stdout(&["sync", "--timeout", "5s"]);
    }
    assert!(log_size(&newsroom) > 0, "the log was emptied under a reader");
    drop(stranger);
    wait_until("the log to be emptied, without another change", || log_size(&newsroom) == 0);
    assert_eq!(newsroom.json(&["log", "--json"]).len(), 5);
}

#[test]
fn a_pager_that_is_left_open_does_not_keep_the_log_from_being_emptied() {
    let newsroom = Newsroom::new();
    for take in ["Nothing", "Something", "Little"] {
        // Longer diffs than a pipe holds.
        let lines: String = (0..400).map(|line| format!("{take} happened in street {line} today.\n\n")).collect();
        newsroom.write("wire/1.txt", format!("The streets\n\n{lines}"));
        newsroom.stdout(&["scan", "wire", "--quiet"]);
    }
    let _daemon = newsroom.watch_quietly();
    let commands = [&["log", "-p", "--json"][..], &["log", "-p"], &["status", "--json"], &["show", "wire/1.txt"]];
    let mut paused: Vec<_> = commands.iter().map(|arguments| newsroom.command(arguments).stdout(Stdio::piped()).spawn().unwrap()).collect();
    newsroom.write("wire/1.txt", "Story 1\n\nSomething happened.\n");
    newsroom.stdout(&["sync"]);
    wait_until("the log to be emptied", || log_size(&newsroom) == 0);
    assert!(paused[0].try_wait().unwrap().is_none(), "its output is too short to be paused in");
    for mut child in paused {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
