//! Keeping a history in good order: verify, attest, backup, salvage.

use newswatch::ingest::EXTRACTOR;
use newswatch::model::Seq;
use newswatch::store::{Derived, Reader, Writer};

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
fn a_history_is_checked_against_what_was_attested_of_it() {
    let newsroom = three_versions();
    newsroom.write("heads.txt", [b"May 4: ".as_slice(), &newsroom.stdout(&["attest"])].concat());
    newsroom.edit("wire/ferry.txt", "15", "16");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.write("heads.txt", [std::fs::read(newsroom.path("heads.txt")).unwrap(), newsroom.stdout(&["attest"])].concat());
    let check = || newsroom.run(&["verify", "--against", "heads.txt"]);
    assert!(check().starts_with("exit 0\nsound, and as attested in 2 lines: 4 versions"), "{}", check());
    let heads = text(std::fs::read(newsroom.path("heads.txt")).unwrap());
    newsroom.write("heads.txt", heads.replacen("link ", "link z", 1));
    assert!(check().starts_with("exit 1\nnot as attested: this line is no longer"), "{}", check());
    newsroom.write("heads.txt", &heads);

    // A history that was begun anew is sound, and another one.
    std::fs::remove_dir_all(newsroom.path("state")).unwrap();
    newsroom.stdout(&["scan", "wire"]);
    assert!(newsroom.run(&["verify"]).starts_with("exit 0\nsound"));
    let told = check();
    assert!(told.starts_with("exit 1\nnot as attested: up to version 3"), "{told}");
    assert!(told.contains("May 4") && told.contains("not the history that was attested"), "{told}");
    newsroom.write("heads.txt", "nothing\n");
    assert!(check().starts_with("exit 2") && check().contains("holds no line of `newswatch attest`"), "{}", check());
}

#[test]
fn the_attested_line_changes_with_every_version_and_only_then() {
    let newsroom = three_versions();
    let head = text(newsroom.stdout(&["attest"]));
    assert!(head.starts_with("newswatch 3 versions 3 gaps 0 link "), "{head}");
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

#[test]
fn pruning_shows_first_what_would_go_and_leaves_a_history_that_verifies() {
    let newsroom = three_versions();
    let head = newsroom.stdout(&["attest"]);
    assert!(newsroom.run(&["prune"]).contains("--older-than"));
    assert!(newsroom.run(&["prune", "--keep", "1"]).contains("2 contents would go; add --yes"));
    let shown = newsroom.run(&["prune", "--keep", "1", "--dry-run"]);
    assert!(shown.starts_with("exit 0\nv1    73 bytes  wire/ferry.txt\n") && shown.ends_with("\n2 contents would go\n"), "{shown}");
    let refused = newsroom.run(&["prune", "--keep", "1", "--dry-run", "--yes"]);
    assert!(refused.starts_with("exit 2") && refused.contains("cannot be used with"), "{refused}");
    assert!(newsroom.run(&["show", "wire/ferry.txt@1"]).contains("12 passengers"), "nothing has gone yet");
    assert!(newsroom.run(&["prune", "--keep", "1", "--yes"]).contains("2 contents removed"));
    let gone = newsroom.run(&["show", "wire/ferry.txt@1"]);
    assert!(gone.contains("the content of version 1 of $ROOM/wire/ferry.txt was removed: pruned"), "{gone}");
    assert_eq!(newsroom.run(&["prune", "--keep", "1"]), "exit 0\n0 contents would go\n");
    assert!(newsroom.run(&["show", "wire/ferry.txt"]).contains("15 passengers"));
    assert!(newsroom.run(&["verify"]).contains("sound"), "{}", newsroom.run(&["verify"]));
    assert_eq!(newsroom.stdout(&["attest"]), head, "pruning changes no version");
    assert!(newsroom.run(&["log", "--oneline"]).contains("14 → 15"), "what changed is still told");
    assert!(newsroom.run(&["diff", "wire/ferry.txt"]).contains("its text was removed"));
}

#[test]
fn bytes_that_another_document_holds_are_purged_with_it() {
    let newsroom = Newsroom::new();
    for name in ["a", "b"] {
        newsroom.write(&format!("wire/{name}.txt"), "The witness is Quirinus Zephyrhill, 41.\n");
    }
    newsroom.stdout(&["scan", "wire"]);
    let purge = |names: &[&str], reason: &str| newsroom.run(&[&["purge"], names, &["--yes", "--reason", reason]].concat());
    let alone = purge(&["wire/a.txt"], "court order 12");
    assert!(alone.starts_with("exit 1\n") && alone.contains("1 content stays") && alone.contains("\n  wire/b.txt\n"), "{alone}");
    assert!(newsroom.run(&["show", "wire/b.txt"]).contains("Zephyrhill"));
    let both = purge(&["wire/b.txt", "wire/a.txt", "wire/b.txt"], "court order 13");
    assert!(both.starts_with("exit 0\n") && both.contains("1 content removed"), "{both}");
    assert!(newsroom.run(&["show", "wire/a.txt@1"]).contains("was removed"));
    let log = newsroom.run(&["log", "wire/a.txt", "--oneline"]);
    assert!(log.contains("removed: court order 12"), "the first reason stays: {log}");
    assert!(purge(&["wire/a.txt"], "").starts_with("exit 2\n"));
}

#[test]
fn what_was_purged_and_stands_there_still_is_kept_when_it_is_recorded_again() {
    let newsroom = Newsroom::new();
    let purged = |text: &str| {
        newsroom.write("wire/a.txt", text);
        newsroom.stdout(&["scan", "wire"]);
        newsroom.stdout(&["purge", "wire/a.txt", "--reason", "court order 12", "--yes"]);
    };
    purged("The ferry sank off Vigo.\n");
    newsroom.rename("wire/a.txt", "wire/b.txt");
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(newsroom.stdout(&["show", "wire/b.txt"]), b"The ferry sank off Vigo.\n");
    newsroom.stdout(&["verify"]);
    purged("The ferry sank off Porto.\n");
    newsroom.remove("wire/a.txt");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.write("wire/a.txt", "The ferry sank off Porto.\n");
    newsroom.stdout(&["scan", "wire"]);
    assert_eq!(newsroom.stdout(&["show", "wire/a.txt"]), b"The ferry sank off Porto.\n");
    newsroom.stdout(&["verify"]);
    // What follows is no beginning, whether it is understood at once or later.
    for (name, size) in [("small", 1), ("large", 20_000)] {
        let story = |verb: &str| format!("The ferry {verb} off Lagos.\n").repeat(size);
        newsroom.write(&format!("wire/{name}.txt"), story("sank"));
        newsroom.stdout(&["scan", "wire"]);
        newsroom.stdout(&["purge", &format!("wire/{name}.txt"), "--reason", "court order 12", "--yes"]);
        newsroom.write(&format!("wire/{name}.txt"), story("lay"));
        newsroom.stdout(&["scan", "wire"]);
        let log = newsroom.json(&["log", "--json", &format!("wire/{name}.txt")]);
        assert_eq!(log[0]["class"], "update", "{name}: {}", log[0]);
    }
}

#[test]
fn a_link_leads_no_removal_to_another_document() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/2024/s.txt", "The first story.\n");
    newsroom.write("wire/2025/s.txt", "Another story.\n");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.remove("wire/2024/s.txt");
    std::fs::remove_dir(newsroom.path("wire/2024")).unwrap();
    std::os::unix::fs::symlink("2025", newsroom.path("wire/2024")).unwrap();
    std::os::unix::fs::symlink("wire", newsroom.path("link")).unwrap();
    newsroom.stdout(&["scan", "wire"]);
    assert!(newsroom.run(&["show", "wire/2024/s.txt@1"]).contains("The first story."));
    assert!(newsroom.run(&["show", "link/2025/../2025/./s.txt"]).contains("Another story."));
    newsroom.stdout(&["purge", "wire/2024/s.txt", "--reason", "court order 12", "--yes"]);
    assert!(newsroom.run(&["show", "wire/2025/s.txt"]).contains("Another story."));
}

#[test]
fn purging_leaves_no_word_in_the_files() {
    let newsroom = three_versions();
    newsroom.write("wire/secret.txt", "Xylophonist named\n\nThe witness is Quirinus Zephyrhill, 41.\n");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.remove("wire/secret.txt");
    assert!(newsroom.run(&["purge", "wire/secret.txt", "--reason", "court order 12"]).contains("1 version would lose"));
    newsroom.stdout(&["scan", "wire"]);
    let purged = newsroom.run(&["purge", "wire/secret.txt", "--reason", "court order 12", "--yes"]);
    assert!(purged.contains("2 versions purged") && !purged.contains("copies of the history"), "{purged}");
    newsroom.write("state/newswatch/newswatch.db.v5-backup.2", "as a migration leaves it");
    let again = newsroom.run(&["purge", "wire/secret.txt", "--reason", "court order 12", "--yes"]);
    assert!(again.contains("may hold it still") && again.contains("newswatch.db.v5-backup.2"), "{again}");
    newsroom.remove("state/newswatch/newswatch.db.v5-backup.2");
    assert!(newsroom.run(&["show", "wire/secret.txt@1"]).contains("court order 12"));
    assert!(!newsroom.run(&["log", "-p"]).contains("Xylophonist"), "{}", newsroom.run(&["log", "-p"]));
    assert!(newsroom.run(&["verify"]).contains("sound"), "{}", newsroom.run(&["verify"]));
    for file in ["newswatch.db", "newswatch.db-wal"] {
        let bytes = std::fs::read(newsroom.path("state/newswatch").join(file)).unwrap_or_default();
        for word in ["Xylophonist", "Zephyrhill"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is still in {file}");
        }
    }
}

#[test]
fn reparse_has_nothing_to_do_after_the_same_newswatch() {
    let newsroom = three_versions();
    assert!(newsroom.run(&["reparse"]).contains("nothing to do"));
    newsroom.run(&["prune", "--keep", "1", "--yes"]);
    let database = newsroom.path("state/newswatch/newswatch.db");
    let revision = Reader::open(&database).unwrap().revision(Seq(1)).unwrap().unwrap();
    let writer = Writer::open(&database).unwrap();
    writer.derive(Seq(1), &Derived { extractor: "newswatch/0", entities: None, revision: &revision }).wait().unwrap();
    drop(writer);
    assert!(newsroom.run(&["reparse"]).contains("nothing to do"), "what was taken out gives nothing new");
    assert!(Newsroom::new().run(&["reparse"]).contains("no database"));
}

#[test]
fn status_says_when_a_reparse_is_due() {
    let newsroom = three_versions();
    let status = || newsroom.json(&["status", "--json"]).remove(0);
    assert_eq!((&status()["outdated"], &status()["extractor"]), (&0.into(), &EXTRACTOR.name.into()));
    assert!(!newsroom.run(&["status"]).contains("reparse"));
    let database = newsroom.path("state/newswatch/newswatch.db");
    let revision = Reader::open(&database).unwrap().revision(Seq(2)).unwrap().unwrap();
    let writer = Writer::open(&database).unwrap();
    writer.derive(Seq(2), &Derived { extractor: "newswatch/0", entities: None, revision: &revision }).wait().unwrap();
    drop(writer);
    assert_eq!(status()["outdated"], 1);
    let told = newsroom.run(&["status"]);
    assert!(told.contains("reparse    due for 1 document") && told.contains("run `newswatch reparse`"), "{told}");
    assert!(newsroom.run(&["reparse"]).contains("1 document made again"));
    assert_eq!(status()["outdated"], 0);
}

#[test]
fn a_prune_by_path_alone_keeps_the_newest_there() {
    let newsroom = three_versions();
    newsroom.write("wire/old/a.txt", "One\n\nA first text.\n");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.write("wire/old/a.txt", "One\n\nA second text.\n");
    newsroom.stdout(&["scan", "wire"]);
    assert!(newsroom.run(&["prune", "wire/old"]).contains("1 content would go"), "{}", newsroom.run(&["prune", "wire/old"]));
    assert!(newsroom.run(&["prune", "wire/old", "--yes"]).contains("1 content removed"));
    assert!(newsroom.run(&["show", "wire/ferry.txt@1"]).contains("12 passengers"));
}

#[test]
fn what_changed_is_told_though_the_text_was_pruned() {
    let newsroom = three_versions();
    newsroom.stdout(&["prune", "wire/ferry.txt", "--yes"]);
    // From one that is gone to another, and to the one that is there.
    for (range, old, new) in [("1..2", "12", "14"), ("2..3", "14", "15")] {
        let told = newsroom.run(&["diff", "wire/ferry.txt", range]);
        assert!(told.contains("its text was removed") && told.contains(&format!("{old} → {new}")), "{told}");
        for form in ["--text", "--stat", "--word-diff", "--side-by-side", "--html", "--json"] {
            assert!(!newsroom.run(&["diff", "wire/ferry.txt", range, form]).contains("newswatch: "), "{form}");
        }
    }
    let all = newsroom.run(&["log", "wire/ferry.txt", "-p"]);
    assert!(all.contains("12 → 14") && all.contains("14 → 15"), "{all}");
    // Nobody has compared these two.
    assert!(newsroom.run(&["diff", "wire/ferry.txt", "1..3"]).contains("the content of version 1"));
    assert!(newsroom.run(&["diff", "wire/ferry.txt", "1..2", "--unified"]).contains("the content of version 1"));
    // What was purged is told to nobody.
    newsroom.stdout(&["purge", "wire/ferry.txt", "--reason", "court order 12", "--yes"]);
    let purged = newsroom.run(&["log", "wire/ferry.txt", "-p"]);
    assert!(purged.contains("removed: court order 12") && !purged.contains("passengers"), "{purged}");
}

#[test]
fn the_daemon_takes_out_what_the_configuration_does_not_keep() {
    let newsroom = three_versions();
    newsroom.write("wire/kept.txt", "Kept\n\nA first text.\n");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.write("wire/kept.txt", "Kept\n\nA second text.\n");
    newsroom.stdout(&["scan", "wire"]);
    newsroom.write("news.toml", "[retention]\nkeep_versions = 2\npaths = [\"ferry.txt\"]\n");
    let daemon = newsroom.watch_with(&["--config", "news.toml", "watch", "wire", "--json"]);
    newsroom.stdout(&["sync", "--timeout", "60s"]);
    drop(daemon);
    assert!(newsroom.run(&["show", "wire/ferry.txt@1"]).contains("pruned, as the configuration says"));
    assert!(newsroom.run(&["show", "wire/ferry.txt@2"]).contains("14 passengers"));
    assert!(newsroom.run(&["show", "wire/kept.txt@1"]).contains("A first text"), "it is not below the paths");
    assert!(newsroom.run(&["verify"]).contains("sound"), "{}", newsroom.run(&["verify"]));
}

#[test]
fn gc_needs_the_right_to_write_and_changes_nothing_that_is_told() {
    let newsroom = three_versions();
    let told =
        |newsroom: &Newsroom| (newsroom.run(&["log", "-p"]), newsroom.run(&["show", "wire/ferry.txt@1"]), newsroom.stdout(&["attest"]));
    let before = told(&newsroom);
    let daemon = newsroom.watch_with(&["watch", "wire", "--json"]);
    newsroom.stdout(&["sync", "--timeout", "60s"]);
    assert!(newsroom.run(&["gc"]).starts_with("exit 2\nerr: newswatch: "), "{}", newsroom.run(&["gc"]));
    drop(daemon);
    assert!(newsroom.run(&["gc"]).starts_with("exit 0\n"), "{}", newsroom.run(&["gc"]));
    assert_eq!(told(&newsroom), before);
    assert!(newsroom.run(&["verify"]).contains("sound"));
    assert!(Newsroom::new().run(&["gc"]).contains("no database"));
}
