//! Keeping a history in good order: verify, attest, backup, salvage.

use crate::newsroom::Newsroom;

fn three_versions() -> Newsroom {
    let newsroom = Newsroom::new();
    for toll in [12, 14, 15] {
        newsroom.write("wire/ferry.txt", format!("Ferry aground\n\nThe accident hurt {toll} passengers, the harbour office said.\n"));
        newsroom.stdout(&["scan", "wire"]);
    }
    newsroom
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_sound_history_is_called_sound() {
    let newsroom = three_versions();
    assert!(newsroom.run(&["verify"]).starts_with("exit 0\nsound: 3 versions, 3 contents"), "{}", newsroom.run(&["verify"]));
    assert!(newsroom.run(&["verify", "--fast"]).starts_with("exit 0\nsound: 3 versions"));
}

#[test]
fn the_attested_line_changes_with_every_version_and_only_then() {
    let newsroom = three_versions();
    let head = text(newsroom.stdout(&["attest"]));
    assert!(head.starts_with("newswatch 3 versions 3 link "), "{head}");
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(text(newsroom.stdout(&["attest"])), head);
    newsroom.write("wire/b.txt", "Another story\n\nIt is short.\n");
    newsroom.stdout(&["scan", "wire"]);
    assert_ne!(text(newsroom.stdout(&["attest"])), head);
}

#[test]
fn a_backup_is_a_history_of_its_own() {
    let newsroom = three_versions();
    let head = newsroom.stdout(&["attest"]);
    newsroom.stdout(&["backup", "copy.db"]);
    assert!(newsroom.run(&["backup", "copy.db"]).contains("exists already"));
    assert_eq!(newsroom.stdout(&["--db", "copy.db", "attest"]), head);
    assert!(newsroom.run(&["--db", "copy.db", "verify"]).contains("sound"));
    assert_eq!(newsroom.stdout(&["--db", "copy.db", "show", "wire/ferry.txt@1"]), newsroom.stdout(&["show", "wire/ferry.txt@1"]));
}

#[test]
fn damage_is_named_and_the_rest_is_saved() {
    let newsroom = three_versions();
    newsroom.stdout(&["backup", "copy.db"]);
    // The oldest version's words stand in its packed content, or in what was derived from them: damage each.
    let path = newsroom.path("copy.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let places: Vec<usize> = bytes.windows(9).enumerate().filter(|(_, window)| *window == b"passenger").map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the test looks for words that are packed away");
    for at in places {
        bytes[at] ^= 0x20;
    }
    std::fs::write(&path, bytes).unwrap();
    let verdict = newsroom.run(&["--db", "copy.db", "verify"]);
    assert!(verdict.starts_with("exit 1\ndamaged: ") && verdict.contains("newswatch salvage"), "{verdict}");
    let salvaged = newsroom.run(&["--db", "copy.db", "salvage", "saved.db"]);
    assert!(salvaged.contains("3 versions saved"), "{salvaged}");
    assert!(newsroom.run(&["--db", "saved.db", "log"]).starts_with("exit 0"));
}
