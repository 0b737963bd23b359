//! What the commands print, whole: exit code, standard output and standard error together, as snapshots under `tests/golden/commands`.
//!
//! `INSTA_UPDATE=always cargo test commands` rewrites them; read what changed before you commit it.

use std::fmt::Write as _;
use std::path::Path;

use crate::newsroom::{Newsroom, finish};

/// A newsroom with the sample stories and a day of edits behind it.
fn after_a_day() -> Newsroom {
    let newsroom = Newsroom::new();
    for name in ["harbour-ferry.txt", "oslo-talks.txt", "city-budget.txt", "rail-merger.txt"] {
        let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
        newsroom.write(&format!("wire/{name}"), std::fs::read(seed).unwrap());
    }
    let scan = || newsroom.stdout(&["scan", "wire"]);
    scan();
    newsroom.edit("wire/harbour-ferry.txt", "12 people were killed", "15 people were killed");
    scan();
    newsroom.edit("wire/oslo-talks.txt", "something that hurt", "something of value");
    scan();
    newsroom.edit("wire/oslo-talks.txt", "Norwegian Deputy Foreign Minister", "Norwegian Foreign Minister");
    scan();
    newsroom.rename("wire/city-budget.txt", "wire/austin-budget.txt");
    scan();
    newsroom.remove("wire/rail-merger.txt");
    scan();
    newsroom
}

fn check(name: &str, newsroom: &Newsroom, commands: &[&[&str]]) {
    let mut transcript = String::new();
    for command in commands {
        writeln!(transcript, "$ newswatch {}\n{}", command.join(" "), newsroom.run(command)).unwrap();
    }
    insta::with_settings!({ snapshot_path => "../golden/commands", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, transcript);
    });
}

#[test]
fn a_version_of_a_name_that_is_not_utf8_is_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let newsroom = Newsroom::new();
    let name = std::ffi::OsStr::from_bytes(b"b\xffd@1.txt");
    std::fs::create_dir_all(newsroom.path("wire")).unwrap();
    std::fs::write(newsroom.path("wire").join(name), "15 dead\n").unwrap();
    newsroom.stdout(&["scan", "wire"]);
    let mut command = newsroom.command(&["show"]);
    command.arg(Path::new("wire").join(std::ffi::OsStr::from_bytes(b"b\xffd@1.txt@1")));
    assert_eq!(finish(command).stdout, b"15 dead\n");
}

#[test]
fn log() {
    let newsroom = after_a_day();
    check(
        "log",
        &newsroom,
        &[
            &["log", "--oneline"],
            &["log", "-n", "2"],
            &["log", "-p", "-n", "1", "wire/oslo-talks.txt"],
            &["log", "--stat", "wire/harbour-ferry.txt"],
        ],
    );
}

#[test]
fn diff() {
    let newsroom = after_a_day();
    check(
        "diff",
        &newsroom,
        &[
            &["diff", "wire/harbour-ferry.txt"],
            &["diff", "wire/oslo-talks.txt", "@first..@last"],
            &["diff", "wire/oslo-talks.txt", "--entities"],
            &["diff", "wire/oslo-talks.txt", "-U0", "--text"],
            &["diff", "wire/oslo-talks.txt", "--stat"],
            &["diff", "wire/oslo-talks.txt", "-U0", "--side-by-side"],
            &["diff", "wire/oslo-talks.txt", "-U0", "--unified"],
            &["diff", "wire/austin-budget.txt"],
            &["diff", "wire/rail-merger.txt"],
            &["diff", "wire/oslo-talks.txt", "3..3"],
        ],
    );
}

#[test]
fn errors_say_what_to_do_next() {
    let newsroom = Newsroom::new();
    check(
        "no_database",
        &newsroom,
        &[&["log"], &["status"], &["watch", "missing"], &["scan", "wire", "wire"], &["extract", "missing.txt"]],
    );
    let newsroom = after_a_day();
    newsroom.write("bad.toml", "[watch]\nquite = \"1s\"\n");
    newsroom.write("not-ours.db", "This is not a database, it is a shopping list: apples, pears, and a new rope for the bell.");
    check(
        "errors",
        &newsroom,
        &[
            &["diff", "wire/missing.txt"],
            &["diff", "wire/harbour-ferry.txt", "1..9"],
            &["diff", "wire/harbour-ferry.txt", "yesterday"],
            &["diff", "wire/austin-budget.txt", "..1"],
            &["diff", "wire/harbour-ferry.txt", "bad.toml"],
            &["show", "wire/rail-merger.txt@2"],
            &["log", "--since", "soon"],
            &["log", "--severity", "grave"],
            &["--config", "bad.toml", "status"],
            &["--db", "not-ours.db", "log"],
            &["--db", "not-ours.db", "scan", "wire"],
        ],
    );
}

#[test]
fn status_and_configuration() {
    let newsroom = after_a_day();
    check("configuration", &newsroom, &[&["config", "check"], &["config", "show"]]);
    let status = newsroom.run(&["status"]);
    for words in ["not running", "$ROOM/wire", "3 there now, 1 deleted", "9", "newswatch.db"] {
        assert!(status.contains(words), "{words:?} is not in:\n{status}");
    }
}

#[test]
fn help() {
    let newsroom = Newsroom::new();
    check("help", &newsroom, &[&["--help"], &["watch", "--help"], &["log", "--help"], &["diff", "--help"], &["show", "--help"]]);
}
