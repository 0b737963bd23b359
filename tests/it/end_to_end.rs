//! The main job through the real binary: what a user does, and what they are told.

use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::Value;

use crate::newsroom::{Newsroom, shared};

/// An invented story with a toll, a minister and a quotation.
const FERRY: &str = "\
Ferry runs aground off Lowen Point, 12 hurt

PORT ALDER, March 3. /HPA/. A passenger ferry with 140 people on board ran aground off Lowen Point on Tuesday, the Harbour \
Ministry said. The accident injured 12 passengers.

\"We will find out why the pilot left the channel,\" Harbour Minister Clara Voss said at a news conference.

The ferry was built in 1998 and carries commuters between Port Alder and the island of Brenn.
";

/// The fields of a log entry that a test argues about, in one line.
fn told(entry: &Value) -> String {
    let flags: Vec<&str> = entry["flags"].as_array().expect("flags").iter().filter_map(Value::as_str).collect();
    format!(
        "{} v{} {} {} [{}] {}",
        text(&entry["path"]),
        entry["version"],
        text(&entry["class"]),
        text(&entry["severity"]),
        flags.join(" "),
        text(&entry["trashline"])
    )
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// What the log tells, oldest first.
fn history(newsroom: &Newsroom) -> Vec<String> {
    let mut lines: Vec<String> = newsroom.json(&["log", "--json"]).iter().map(told).collect();
    lines.reverse();
    lines
}

#[test]
fn a_scan_records_what_changed_and_nothing_else() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/ferry.txt", FERRY);
    newsroom.write("wire/calm.txt", "Calm seas expected\n\nThe sea will be calm.\n");
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(history(&newsroom).len(), 2);
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(history(&newsroom).len(), 2, "the same bytes make no version");

    newsroom.edit("wire/ferry.txt", "injured 12 passengers", "injured 14 passengers");
    newsroom.stdout(&["scan", "wire"]);
    let lines = history(&newsroom);
    assert_eq!(lines.len(), 3);
    assert!(lines[2].starts_with("ferry.txt v2 update substantive [stealth] passengers 12 → 14 (¶1)"), "{}", lines[2]);
}

#[test]
fn versions_come_back_byte_for_byte() {
    let newsroom = Newsroom::new();
    let contents: [&[u8]; 5] = [b"plain", b"", b"\xff\xfe\x00odd\r\nbytes\x00", "caf\u{e9}\n".as_bytes(), b"caf\xe9\n"];
    for content in contents {
        newsroom.write("wire/a.txt", content);
        newsroom.stdout(&["scan", "wire"]);
    }
    for (number, content) in (1..).zip(contents) {
        assert_eq!(newsroom.stdout(&["show", &format!("wire/a.txt@{number}")]), content, "version {number}");
    }
    assert_eq!(newsroom.stdout(&["show", "wire/a.txt"]), contents[4]);
    assert_eq!(newsroom.stdout(&["show", "wire/a.txt@first"]), contents[0]);
    assert_eq!(newsroom.stdout(&["show", "wire/a.txt@~1"]), contents[3]);
}

#[test]
fn a_day_while_newswatch_was_down() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/ferry.txt", FERRY);
    newsroom.write("wire/old-name.txt", "Bridge closed\n\nThe Talin bridge is closed for repairs.\n");
    newsroom.write("wire/gone.txt", "Fair opens\n\nThe fair opens on Friday.\n");
    newsroom.stdout(&["scan", "wire"]);

    newsroom.edit("wire/ferry.txt", "Harbour Minister Clara Voss", "Deputy Harbour Minister Clara Voss");
    newsroom.rename("wire/old-name.txt", "wire/new-name.txt");
    newsroom.remove("wire/gone.txt");
    newsroom.stdout(&["scan", "wire"]);
    let mut lines = history(&newsroom).split_off(3);
    lines.sort();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].starts_with("ferry.txt v2 update"), "{}", lines[0]);
    assert!(lines[1].starts_with("gone.txt v2 withdrawn substantive"), "{}", lines[1]);
    assert!(lines[2].starts_with("new-name.txt v2 renamed cosmetic"), "{}", lines[2]);

    newsroom.write("wire/gone.txt", "Fair opens\n\nThe fair opens on Friday.\n");
    newsroom.stdout(&["scan", "wire"]);
    assert!(history(&newsroom)[6].starts_with("gone.txt v3 restored"), "{:?}", history(&newsroom)[6]);

    // The old name still leads to the history.
    assert_eq!(newsroom.json(&["log", "--json", "wire/old-name.txt"]).len(), 2);
    assert_eq!(newsroom.json(&["log", "--json", "wire/new-name.txt"]).len(), 2);
}

#[test]
fn the_daemon_tells_of_each_change_as_it_happens() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/ferry.txt", FERRY);
    let mut daemon = newsroom.watch();
    assert_eq!(daemon.json()["class"], "created");
    newsroom.edit("wire/ferry.txt", "injured 12 passengers", "injured 15 passengers");
    let entry = daemon.json();
    assert_eq!((text(&entry["schema"]), text(&entry["class"]), text(&entry["severity"])), ("newswatch.log/1", "update", "substantive"));
    assert!(text(&entry["trashline"]).starts_with("passengers 12 → 15"), "{entry}");
    newsroom.rename("wire/ferry.txt", "wire/aground.txt");
    assert_eq!(daemon.json()["class"], "renamed");
    newsroom.remove("wire/aground.txt");
    assert_eq!(daemon.json()["class"], "withdrawn");
    newsroom.write("wire/aground.txt", FERRY);
    assert_eq!(daemon.json()["class"], "restored");
    fs::create_dir_all(newsroom.path("wire/a/b")).unwrap();
    newsroom.write("wire/a/b/deep.txt", "Deep\n\nA deep story.\n");
    assert_eq!(daemon.json()["path"], "a/b/deep.txt");

    // Readers work while the daemon writes.
    assert_eq!(newsroom.json(&["log", "--json"]).len(), 6);
    let status = newsroom.run(&["status"]);
    assert!(status.contains("running"), "{status}");

    // A second one is refused; the first ends in good order.
    let refused = newsroom.run(&["scan", "wire"]);
    assert!(refused.starts_with("exit 2") && refused.contains("another newswatch"), "{refused}");
    daemon.signal("TERM");
    assert_eq!(daemon.wait().code(), Some(0));
    assert!(newsroom.run(&["scan", "wire"]).starts_with("exit 0"));
}

#[test]
fn ctrl_c_ends_it_in_good_order() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.watch();
    daemon.signal("INT");
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn a_diff_says_the_fact_first_and_obeys_the_contract() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/ferry.txt", FERRY);
    newsroom.stdout(&["scan", "wire"]);
    newsroom.edit("wire/ferry.txt", "injured 12 passengers", "injured 14 passengers");
    newsroom.stdout(&["scan", "wire"]);
    let diff = newsroom.json(&["diff", "wire/ferry.txt", "--json"]).remove(0);
    assert_eq!(text(&diff["schema"]), "newswatch.diff/1");
    assert_eq!((&diff["from"]["version"], &diff["to"]["version"]), (&Value::from(1), &Value::from(2)));
    let changes = diff["entities"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:#?}");
    let change = &changes[0];
    assert_eq!((text(&change["change"]), text(&change["kind"]), text(&change["subject"])), ("value_changed", "quantity", "passengers"));
    assert_eq!((&change["from"]["value"], &change["to"]["value"]), (&Value::from(12), &Value::from(14)));
    assert_eq!(change["to"]["paragraph"], Value::from(1));
    // Spans point into the article text.
    let article = newsroom.stdout(&["show", "wire/ferry.txt", "--text"]);
    let span = change["to"]["span"].as_array().unwrap();
    let (start, end) = (span[0].as_u64().unwrap(), span[1].as_u64().unwrap());
    assert_eq!(&article[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()], text(&change["to"]["text"]).as_bytes());

    let terminal = String::from_utf8(newsroom.stdout(&["diff", "wire/ferry.txt"])).unwrap();
    let (fact, words) = (terminal.find("12").unwrap(), terminal.find("[-12-]{+14+}").expect("word marks"));
    assert!(fact < words, "{terminal}");

    assert!(newsroom.run(&["diff", "wire/ferry.txt", "--exit-code"]).starts_with("exit 1"));
    assert!(newsroom.run(&["diff", "wire/ferry.txt", "2..2", "--exit-code"]).starts_with("exit 0"));
    assert!(newsroom.run(&["diff", "wire/ferry.txt", "1..9", "--exit-code"]).starts_with("exit 2"));
}

#[test]
fn two_files_without_a_database() {
    let newsroom = Newsroom::new();
    newsroom.write("a.txt", FERRY);
    newsroom.write("b.txt", FERRY.replace("140 people", "150 people"));
    let diff = newsroom.json(&["diff", "--no-index", "a.txt", "b.txt", "--json"]).remove(0);
    assert_eq!(text(&diff["entities"][0]["change"]), "value_changed");
    assert!(newsroom.run(&["diff", "--no-index", "a.txt", "b.txt", "--exit-code"]).starts_with("exit 1"));
    assert!(newsroom.run(&["diff", "--no-index", "a.txt", "a.txt", "--exit-code"]).starts_with("exit 0"));
    assert!(newsroom.run(&["diff", "--no-index", "a.txt", "missing.txt"]).contains("missing.txt"));
    assert!(!newsroom.path("state/newswatch").exists(), "nothing was recorded");
}

#[test]
fn names_that_are_not_utf8_or_hold_newlines() {
    let newsroom = Newsroom::new();
    for name in [&b"caf\xe9.txt"[..], b"two\nlines.txt", b"\x1b[31mred.txt"] {
        fs::write(newsroom.path("wire").join(std::ffi::OsStr::from_bytes(name)), "Odd name\n\nA story with an odd name.\n").unwrap();
    }
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(newsroom.json(&["log", "--json"]).len(), 3);
    let log = newsroom.run(&["log", "--oneline"]);
    assert_eq!(log.lines().count(), 4, "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

/// The story in the shared folder, edited as its desk might: log and diff tell exactly that.
#[test]
fn the_seed_story_through_a_day_of_edits() {
    let Some(folder) = shared("seed") else { return };
    let newsroom = Newsroom::new();
    let seed = fs::read_dir(folder).unwrap().next().expect("a story").unwrap().path();
    fs::copy(seed, newsroom.path("wire/syria.txt")).unwrap();
    let scan = || {
        newsroom.stdout(&["scan", "wire"]);
        history(&newsroom).pop().unwrap()
    };
    scan();
    newsroom.edit("wire/syria.txt", "15 Russian military servicemen", "14 Russian military servicemen");
    let told = scan();
    assert!(told.starts_with("syria.txt v2 update substantive [stealth] servicemen 15 → 14 (¶4)"), "{told}");
    let diff = newsroom.json(&["diff", "wire/syria.txt", "--json"]).remove(0);
    assert_eq!(diff["entities"].as_array().unwrap().len(), 1, "{}", diff["entities"]);
    assert_eq!(text(&diff["entities"][0]["change"]), "value_changed");

    newsroom.edit("wire/syria.txt", "Foreign Minister Sergey Lavrov", "Deputy Foreign Minister Sergey Lavrov");
    scan();
    let diff = newsroom.json(&["diff", "wire/syria.txt", "--json"]).remove(0);
    assert_eq!(text(&diff["entities"][0]["change"]), "retitled", "{}", diff["entities"]);
    assert!(text(&diff["entities"][0]["subject"]).contains("Lavrov"));

    newsroom.edit("wire/syria.txt", "will not jeopardize", "may not endanger");
    scan();
    let diff = newsroom.json(&["diff", "wire/syria.txt", "--json"]).remove(0);
    assert_eq!(text(&diff["entities"][0]["change"]), "reworded", "{}", diff["entities"]);

    newsroom.rename("wire/syria.txt", "wire/talks.txt");
    assert!(scan().starts_with("talks.txt v5 renamed"), "{:?}", history(&newsroom));
    newsroom.remove("wire/talks.txt");
    assert!(scan().starts_with("talks.txt v6 withdrawn"));
    let last = newsroom.stdout(&["show", "wire/talks.txt"]);
    newsroom.write("wire/talks.txt", last);
    assert!(scan().starts_with("talks.txt v7 restored"));
}
