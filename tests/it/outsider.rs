//! What a stranger may do to newswatch in the wrong place or with the wrong file: an answer that names the place and the cause,
//! and nothing is harmed.

use std::os::unix::fs::symlink;

use crate::newsroom::Newsroom;

/// The command fails, with these words, and leaves the files named as they were.
fn check(newsroom: &Newsroom, arguments: &[&str], words: &[&str]) {
    let told = newsroom.run(arguments);
    assert!(told.starts_with("exit 2"), "{arguments:?}: {told}");
    for word in words {
        assert!(told.contains(word), "{arguments:?}: no {word:?} in {told}");
    }
}

#[test]
fn what_is_no_database_of_ours_is_named_and_left_as_it_is() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nText.\n");
    std::fs::create_dir(newsroom.path("directory")).unwrap();
    let text = "Some notes that have nothing to do with it. ".repeat(100);
    newsroom.write("notes", &text);
    newsroom.write("empty", "");
    for arguments in [&["scan", "wire"][..], &["log"], &["verify"], &["salvage", "out"], &["backup", "out"], &["reparse"]] {
        let of = |database| [&["--db", database], arguments].concat();
        check(&newsroom, &of("directory"), &["directory", "not a newswatch database", "--db"]);
        check(&newsroom, &of("notes"), &["notes", "not a newswatch database", "--db"]);
        check(&newsroom, &of("wire/a.txt/news.db"), &["wire/a.txt/news.db"]);
    }
    check(&newsroom, &["--db", "empty", "log"], &["no database at empty", "newswatch scan"]);
    check(&newsroom, &["--db", "empty", "salvage", "out"], &["empty", "no versions"]);
    assert_eq!(std::fs::read_to_string(newsroom.path("notes")).unwrap(), text);
    assert!(!newsroom.path("out").exists());
}

#[test]
fn two_names_of_one_database_have_one_writer() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nText.\n");
    let _daemon = newsroom.watch_quietly();
    symlink(newsroom.path("state/newswatch/newswatch.db"), newsroom.path("link.db")).unwrap();
    check(&newsroom, &["--db", "link.db", "scan", "wire"], &["already writes"]);
    newsroom.stdout(&["--db", "link.db", "sync"]);
    assert!(newsroom.run(&["--db", "link.db", "status"]).contains("running"));
}

#[test]
fn a_disk_that_takes_no_output_is_named() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nText.\n");
    newsroom.stdout(&["scan", "wire"]);
    for arguments in [&["log"][..], &["verify"], &["status"], &["show", "wire/a.txt"]] {
        let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
            eprintln!("skipped: there is no /dev/full");
            return;
        };
        let output = newsroom.command(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said.contains("cannot write the output: No space left"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_root_that_cannot_be_looked_at_fails_the_scan() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nText.\n");
    newsroom.stdout(&["scan", "wire"]);
    // Another directory in its place, as when the disk with the documents is not mounted.
    newsroom.rename("wire", "away");
    std::fs::create_dir(newsroom.path("wire")).unwrap();
    check(&newsroom, &["scan", "wire"], &["documents are missing from it", "not every root", "again"]);
    assert!(newsroom.run(&["log", "--oneline"]).contains("v1   created"));
}
