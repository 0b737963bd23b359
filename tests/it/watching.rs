//! The daemon through the real binary: nothing missed, nothing said that is not so, and an end in good order.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::newsroom::{Newsroom, wait_until};

/// How many documents stand there now, as the store has it.
fn present(newsroom: &Newsroom) -> u64 {
    newsroom.json(&["status", "--json"])[0]["documents"]["present"].as_u64().expect("a number")
}

fn sync(newsroom: &Newsroom) {
    newsroom.stdout(&["sync", "--timeout", "60s"]);
}

#[test]
fn sync_returns_when_everything_written_before_is_recorded() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.watch();
    for round in 1..=20 {
        newsroom.write("wire/a.txt", format!("Round {round}\n\nThe round is {round}.\n"));
        sync(&newsroom);
        assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), round);
    }
}

#[test]
fn a_sync_at_the_very_start_waits_for_the_first_pass() {
    let newsroom = Newsroom::new();
    let socket = newsroom.path("state/newswatch/newswatch.db.sock");
    for round in 1..=20 {
        newsroom.write("wire/a.txt", format!("Round {round}\n\nThe round is {round}.\n"));
        let mut daemon = newsroom.start(&["watch", "wire"]);
        // The first connection that the daemon takes; `newswatch sync --wait` itself looks for it less often.
        let mut connection = None;
        wait_until("the status socket", || {
            connection = (0..1000).find_map(|_| UnixStream::connect(&socket).ok());
            connection.is_some()
        });
        let mut connection = connection.expect("it was waited for");
        connection.write_all(b"\"sync\"\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "\"done\"\n");
        assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), round);
        daemon.kill();
    }
}

#[test]
fn sync_without_a_daemon_says_so() {
    let newsroom = Newsroom::new();
    let told = newsroom.run(&["sync"]);
    assert!(told.starts_with("exit 2") && told.contains("no daemon is running") && told.contains("newswatch watch"), "{told}");
    for timeout in ["120ms", "1", "0.1", ".1", "0.1 seconds"] {
        let told = newsroom.run(&["sync", "--wait", "--timeout", timeout]);
        assert!(told.starts_with("exit 2") && told.contains("no daemon is running"), "{told}");
    }
    let told = newsroom.run(&["sync", "--timeout", "soon"]);
    assert!(told.starts_with("exit 2") && told.contains("100ms"), "{told}");
}

#[test]
fn sync_waits_for_a_daemon_that_is_starting() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let mut waiting = newsroom.command(&["sync", "--wait"]).spawn().unwrap();
    let _daemon = newsroom.watch();
    assert!(waiting.wait().unwrap().success());
    assert_eq!(present(&newsroom), 1);
}

#[test]
fn a_file_that_is_appended_to_for_seconds_is_recorded_meanwhile_and_marked() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.watch_quietly();
    let mut file = fs::File::create(newsroom.path("wire/a.txt")).unwrap();
    let mut all = String::new();
    let start = Instant::now();
    // Shorter pauses than the quiet period, for longer than the longest wait.
    while start.elapsed() < Duration::from_millis(2500) {
        let line = format!("Line {} of the story.\n", all.lines().count());
        file.write_all(line.as_bytes()).unwrap();
        all.push_str(&line);
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(file);
    sync(&newsroom);
    let mut log = newsroom.json(&["log", "--json", "wire/a.txt"]);
    log.reverse();
    let (last, before) = log.split_last().expect("something is recorded");
    assert_eq!(newsroom.stdout(&["show", "wire/a.txt"]), all.as_bytes());
    assert_eq!(last.get("transient"), None, "{last}");
    // On a machine that is held up the writer seems to pause, and what stands there then is no transient version.
    assert!(before.iter().any(|version| version["transient"] == true), "{before:?}");
    for number in 1..=before.len() {
        let content = newsroom.stdout(&["show", &format!("wire/a.txt@{number}")]);
        assert!(all.as_bytes().starts_with(&content), "version {number} is no beginning of the file");
    }
}

/// How many files a burst has, unless a long run says more.
fn burst(usual: usize) -> usize {
    std::env::var("NEWSWATCH_BURST").map_or(usual, |value| value.parse().expect("a number"))
}

#[test]
fn new_directories_are_not_missed() {
    let files = burst(50_000);
    let newsroom = Newsroom::new();
    let _daemon = newsroom.watch_quietly();
    for file in 0..files {
        // As `mkdir -p a/b/c && echo … > a/b/c/f` does it, with a few more in each.
        newsroom.write(&format!("wire/day-{}/b/c/{file}.txt", file / 5), format!("Story {file}\n\nText.\n"));
    }
    newsroom.stdout(&["sync", "--timeout", "10m"]);
    assert_eq!(present(&newsroom), files as u64);
}

#[test]
fn a_git_checkout_is_not_missed() {
    let files = burst(10_000);
    let newsroom = Newsroom::new();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(newsroom.path("wire")).env("HOME", newsroom.path("home"));
        command.args(["-c", "user.name=test", "-c", "user.email=test@example.org"]).args(arguments);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q"]) {
        eprintln!("skipped: there is no git");
        return;
    }
    for file in 0..files {
        newsroom.write(&format!("wire/{}/{}/{file}.txt", file % 9, file % 31), format!("Story {file}\n\nText.\n"));
    }
    assert!(git(&["checkout", "-q", "-b", "full"]) && git(&["add", "-A"]) && git(&["commit", "-q", "-m", "all"]));
    assert!(git(&["checkout", "-q", "--orphan", "empty"]) && git(&["rm", "-rfq", "."]));
    assert!(git(&["commit", "-q", "--allow-empty", "-m", "none"]));
    let _daemon = newsroom.watch_quietly();
    for round in 1..=2 {
        assert!(git(&["checkout", "-q", "full"]));
        newsroom.stdout(&["sync", "--timeout", "10m"]);
        assert_eq!(present(&newsroom), files as u64, "round {round}");
        assert!(git(&["checkout", "-q", "empty"]));
        newsroom.stdout(&["sync", "--timeout", "10m"]);
        assert_eq!(present(&newsroom), 0, "round {round}");
    }
}

#[test]
fn trees_that_move_are_not_missed() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.watch_quietly();
    for file in 0..200 {
        newsroom.write(&format!("outside/{}/{}/f.txt", file % 7, file), format!("Story {file}\n\nText.\n"));
    }
    newsroom.rename("outside", "wire/in");
    sync(&newsroom);
    assert_eq!(present(&newsroom), 200);
    newsroom.rename("wire/in", "wire/on");
    // Written in the tree where it stands now: its watches have to tell of the new name.
    newsroom.write("wire/on/3/late.txt", "Late\n\nLate text.\n");
    sync(&newsroom);
    assert_eq!(present(&newsroom), 201);
    assert_eq!(newsroom.json(&["log", "--json", "wire/on/3/3/f.txt"]).len(), 2, "the history goes along");
    newsroom.rename("wire/on", "outside");
    sync(&newsroom);
    assert_eq!(present(&newsroom), 0);
}

#[test]
fn a_root_that_goes_away_is_degraded_and_comes_back_by_itself() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let _daemon = newsroom.watch_quietly();
    newsroom.rename("wire", "away");
    newsroom.sync_as_far_as_seen();
    let status = newsroom.json(&["status", "--json"]).remove(0);
    let reason = status["daemon"]["roots"][0]["degraded"].as_str().expect("degraded");
    assert!(reason.contains("nothing in it is recorded as deleted"), "{reason}");
    assert!(status["daemon"]["gaps"].as_u64() >= Some(1), "{status}");
    assert_eq!(present(&newsroom), 1);
    // What happens in the old tree meanwhile is not ours.
    newsroom.write("away/a.txt", "A\n\nAnother a.\n");
    newsroom.rename("away", "wire");
    sync(&newsroom);
    assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), 2);
    newsroom.write("wire/b.txt", "B\n\nA b.\n");
    sync(&newsroom);
    assert_eq!(present(&newsroom), 2);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["daemon"]["roots"][0]["degraded"], serde_json::Value::Null);
}

#[test]
fn a_root_that_is_away_keeps_no_other_from_being_recorded() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "15 dead\n");
    newsroom.write("desk/b.txt", "12 dead\n");
    newsroom.stdout(&["scan", "wire", "desk"]);
    newsroom.rename("desk", "away");
    newsroom.write("wire/c.txt", "13 dead\n");
    let scanned = newsroom.run(&["scan", "wire", "desk"]);
    assert!(scanned.starts_with("exit 2\n") && scanned.contains("wire/c.txt"), "{scanned}");
    assert!(newsroom.run(&["scan", "wire", "nowhere"]).contains("there is no such directory"), "one that never was is a slip");
    assert!(newsroom.run(&["scan", "desk", "desk"]).contains("lies inside another root, or is the same"));
    let _daemon = newsroom.watch_with(&["watch", "wire", "desk", "--json"]).unheard();
    newsroom.rename("away", "desk");
    newsroom.write("desk/d.txt", "14 dead\n");
    wait_until("the root is back", || newsroom.run(&["log", "--oneline"]).contains("desk/d.txt"));
    assert!(!newsroom.run(&["log", "--oneline"]).contains("deleted"));
}

#[test]
fn recording_goes_on_where_nobody_reads_what_it_says() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "15 dead\n");
    let mut daemon = newsroom.watch();
    drop(daemon.deafen());
    for number in 1..4 {
        newsroom.write("wire/a.txt", format!("{number} dead\n"));
        newsroom.stdout(&["sync", "--wait"]);
    }
    assert_eq!(newsroom.json(&["log", "--json"]).len(), 4);
    assert!(daemon.is_running());
}

#[test]
fn a_root_that_is_replaced_does_not_make_its_documents_deleted_ones() {
    let newsroom = Newsroom::new();
    for name in ["a", "b", "c"] {
        newsroom.write(&format!("wire/{name}.txt"), format!("Story {name}\n\nText of {name}.\n"));
    }
    let _daemon = newsroom.watch_quietly();
    newsroom.rename("wire", "away");
    newsroom.write("wire/new.txt", "New\n\nA new one.\n");
    newsroom.sync_as_far_as_seen();
    assert_eq!(present(&newsroom), 4);
    // Written under the old tree: it must not be recorded under the names of the new one.
    newsroom.write("away/ghost.txt", "Ghost\n\nNot here.\n");
    newsroom.write("wire/new.txt", "New\n\nA newer one.\n");
    newsroom.sync_as_far_as_seen();
    assert_eq!(present(&newsroom), 4);
    assert_eq!(newsroom.json(&["log", "--json", "wire/new.txt"]).len(), 2);
}

#[test]
fn sync_sees_what_stands_at_a_root_whose_parent_was_replaced() {
    let newsroom = Newsroom::new();
    newsroom.write("desk/wire/a.txt", "A\n\nAn a.\n");
    let _daemon = newsroom.start(&["watch", "desk/wire"]);
    newsroom.stdout(&["sync", "--wait"]);
    for round in 1..=3 {
        // No event tells of this: neither the root nor its parent has changed, but for its name.
        newsroom.rename("desk", &format!("away-{round}"));
        newsroom.write(&format!("desk/wire/new-{round}.txt"), format!("New\n\nThe round is {round}.\n"));
        newsroom.sync_as_far_as_seen();
        assert_eq!(newsroom.json(&["log", "--json", &format!("desk/wire/new-{round}.txt")]).len(), 1);
    }
}

#[test]
fn a_stop_during_the_first_pass_leaves_nothing_half_recorded() {
    const FILES: usize = 700;
    let newsroom = Newsroom::new();
    for file in 0..FILES {
        newsroom.write(&format!("wire/{}/{file}.txt", file % 10), format!("Story {file}\n\nText.\n"));
    }
    let mut daemon = newsroom.start(&["watch", "wire", "--json"]);
    daemon.line();
    let daemon = daemon.unheard();
    let asked = Instant::now();
    daemon.signal("TERM");
    assert_eq!(daemon.wait().code(), Some(0));
    // Generous: a document in hand takes a few milliseconds. What is tested is that all of them are not waited for.
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    let recorded = newsroom.json(&["log", "--json"]).len();
    assert!(recorded < FILES, "the pass was over before the signal came");
    newsroom.stdout(&["scan", "wire", "--quiet"]);
    assert_eq!(newsroom.json(&["log", "--json"]).len(), FILES);
}

#[test]
fn a_stop_does_not_wait_for_a_reader_that_does_not_read() {
    let newsroom = Newsroom::new();
    for file in 0..600 {
        newsroom.write(&format!("wire/{file}.txt"), format!("Story {file}\n\nText.\n"));
    }
    // Nobody reads its lines: they fill the pipe.
    let mut daemon = newsroom.start(&["watch", "wire", "--json"]);
    daemon.line();
    daemon.signal("TERM");
    assert_eq!(daemon.wait().code(), Some(0));
}

#[test]
fn reload_takes_up_new_roots_and_keeps_the_old_ones_on_error() {
    let newsroom = Newsroom::new();
    fs::create_dir(newsroom.path("spool")).unwrap();
    let configuration = |roots: &[&str]| {
        let tables: Vec<String> = roots.iter().map(|root| format!("[[roots]]\npath = {:?}\n", newsroom.path(root))).collect();
        newsroom.write("n.toml", tables.concat());
    };
    configuration(&["wire"]);
    let daemon = newsroom.start(&["--config", "n.toml", "watch"]);
    newsroom.stdout(&["--config", "n.toml", "sync", "--wait"]);
    newsroom.write("spool/a.txt", "A\n\nAn a.\n");
    configuration(&["wire", "spool"]);
    newsroom.stdout(&["--config", "n.toml", "reload"]);
    sync(&newsroom);
    assert_eq!(present(&newsroom), 1);

    // The file is read by the daemon only: `reload` itself is to work with a configuration that is broken.
    newsroom.write("n.toml", "nonsense = 1\n");
    daemon.signal("HUP");
    let told = newsroom.run(&["reload"]);
    assert!(told.starts_with("exit 2") && told.contains("nonsense"), "{told}");
    newsroom.write("n.toml", format!("[http]\nlisten = \"8080\"\n[[roots]]\npath = {:?}\n", newsroom.path("wire")));
    let told = newsroom.run(&["reload"]);
    assert!(told.starts_with("exit 2") && told.contains("http.listen") && told.contains("takes a restart"), "{told}");
    configuration(&["wire", "missing"]);
    let told = newsroom.run(&["reload"]);
    assert!(told.starts_with("exit 2") && told.contains("missing"), "{told}");
    newsroom.write("spool/b.txt", "B\n\nA b.\n");
    sync(&newsroom);
    assert_eq!(present(&newsroom), 2);
}

#[test]
fn a_reader_who_stops_to_look_does_not_hold_up_the_recording() {
    let newsroom = Newsroom::new();
    // More lines than a pipe holds, and nobody reads them.
    let daemon = newsroom.watch();
    for number in 0..1500 {
        newsroom.write(&format!("wire/story-{number}.txt"), format!("Story {number}\n\nIt is short.\n"));
    }
    newsroom.stdout(&["sync"]);
    assert_eq!(newsroom.json(&["log", "--json"]).len(), 1500);
    drop(daemon);
}
