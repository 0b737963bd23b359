//! How long a 4 KB file takes from being closed to being a durable version, beside a loop of `git add` and `git commit`.
//!
//! `cargo bench --bench latency -- [CHANGES]` (default 200). Prints what it measured; judges nothing. It runs the real daemon
//! and takes the line that it prints for a revision, which it prints once the version is on the disk, as the end.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measuring program arranges its own world")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn story(number: usize) -> String {
    let mut text = format!("Council meets for the {number}th time\n\nPORT ELLERY, May 4 (Gull) - ");
    while text.len() < 4096 {
        let people = 40 + (number * 7 + text.len()) % 60;
        write!(text, "The harbour council met on Tuesday and Mayor Ada Lund said {people} people had come. ").unwrap();
    }
    text
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("{what:<34} p50 {:>7.1} ms, p99 {:>7.1} ms, most {:>7.1} ms", at(50), at(99), at(100));
}

/// New files, or one file again and again; one change at a time.
fn newswatch(room: &Path, quiet: &str, same_file: bool, changes: usize) -> Vec<Duration> {
    let wire = room.join("wire");
    fs::create_dir(&wire).unwrap();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_newswatch"))
        .args(["--db", "n.db", "watch", "wire", "--json"])
        .current_dir(room)
        .env("NEWSWATCH_QUIET", quiet)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let synced = Command::new(env!("CARGO_BIN_EXE_newswatch")).args(["--db", "n.db", "sync", "--wait"]).current_dir(room).status();
    assert!(synced.unwrap().success());
    let mut lines = BufReader::new(daemon.stdout.take().unwrap());
    let mut times = Vec::new();
    for number in 0..changes {
        let name = if same_file { "story.txt".to_owned() } else { format!("{number}.txt") };
        fs::write(wire.join(name), story(number)).unwrap();
        let closed = Instant::now();
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        times.push(closed.elapsed());
        assert!(line.contains("newswatch.log/1"), "{line}");
    }
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    times
}

fn git(room: &Path, changes: usize) -> Vec<Duration> {
    let run = |arguments: &[&str]| {
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"];
        assert!(Command::new("git").arg("-C").arg(room).args(who).args(arguments).status().unwrap().success(), "git {arguments:?}");
    };
    run(&["init", "-q"]);
    let mut times = Vec::new();
    for number in 0..changes {
        fs::write(room.join("story.txt"), story(number)).unwrap();
        let closed = Instant::now();
        run(&["add", "-A"]);
        run(&["commit", "-q", "-m", "change"]);
        times.push(closed.elapsed());
    }
    times
}

fn main() {
    let changes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(200);
    println!("{changes} changes of a 4 KB file, from its close to its durable version, one at a time");
    for (what, quiet, same_file) in [
        ("quiet 0, new files", "0ms", false),
        ("quiet 0, one file", "0ms", true),
        ("quiet 100 ms (default), new files", "100ms", false),
        ("quiet 100 ms (default), one file", "100ms", true),
    ] {
        let room = tempfile::tempdir().unwrap();
        print(what, newswatch(room.path(), quiet, same_file, changes));
    }
    let room = tempfile::tempdir().unwrap();
    print("git add -A && git commit", git(room.path(), changes));
}
