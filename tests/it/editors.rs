//! Editors and tools as people use them: the exact history that each of them leaves.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::compiled;
use crate::newsroom::{Daemon, Newsroom, wait_until};
use crate::service::can;

/// A newsroom where every tool finds `a.txt` in a directory of its own, and other files beside the root.
struct Desk {
    newsroom: Newsroom,
    _daemon: Daemon,
}

impl Desk {
    fn new(first: &str) -> Desk {
        let newsroom = Newsroom::new();
        newsroom.write("wire/d/a.txt", first);
        newsroom.write("outside/a.txt", "Second line.\n");
        let daemon = newsroom.watch_quietly();
        Desk { newsroom, _daemon: daemon }
    }

    /// Runs a script in the directory and waits until all is recorded.
    fn run(&self, script: &str) {
        let mut shell = Command::new("sh");
        shell.args(["-euc", script]).current_dir(self.newsroom.path("wire/d")).env_clear();
        shell.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", self.newsroom.path("home")).env("TERM", "dumb");
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        self.newsroom.stdout(&["sync"]);
    }

    /// All that is recorded, oldest first: `name version class: content`.
    fn history(&self) -> Vec<String> {
        let mut log = self.newsroom.json(&["log", "--json"]);
        log.reverse();
        let line = |entry: &serde_json::Value| {
            assert_eq!(entry.get("transient"), None, "{entry}");
            let (path, version) = (entry["path"].as_str().unwrap(), &entry["version"]);
            let content = match entry["digest"].as_str() {
                Some(_) => String::from_utf8(self.newsroom.stdout(&["show", &format!("{path}@{version}")])).unwrap(),
                None => String::new(),
            };
            format!("{} {version} {}: {}", path.trim_start_matches("d/"), entry["class"].as_str().unwrap(), content.trim_end())
        };
        log.iter().map(line).collect()
    }
}

/// Runs scripts one after another, and compares what they leave beyond the first version of `a.txt`.
fn check(scripts: &[&str], expect: &[&str]) {
    let desk = Desk::new("First line.\n");
    scripts.iter().for_each(|script| desk.run(script));
    let history = desk.history();
    assert_eq!(history[0], "a.txt 1 created: First line.");
    assert_eq!(history[1..], *expect, "{scripts:?}");
}

const EDITED: &str = "a.txt 2 update: Second line.";

#[test]
fn vim() {
    if !can("vim", &["--version"]) {
        return;
    }
    // A new file in the old one's place, the same file written anew, what vim itself chooses; with and without a backup.
    for settings in ["backupcopy=no", "backupcopy=yes", "backupcopy=auto", "backupcopy=no backup", "backupcopy=yes backup"] {
        let script = format!("vim -u NONE -N -es -c 'set {settings}' -c 's/First/Second/' -c wq a.txt");
        check(&[&script], &[EDITED]);
    }
}

#[test]
fn stream_editors_and_shells() {
    check(&["sed -i s/First/Second/ a.txt"], &[EDITED]);
    check(&["printf 'Second line.\\n' > .a.tmp && mv .a.tmp a.txt"], &[EDITED]);
    check(&[": > a.txt && printf 'Second line.\\n' > a.txt"], &[EDITED]);
    check(&["rm a.txt && printf 'Second line.\\n' > a.txt"], &[EDITED]);
    check(&["printf 'And more.\\n' >> a.txt"], &["a.txt 2 update: First line.\nAnd more."]);
    check(&["cp ../../outside/a.txt a.txt"], &[EDITED]);
    check(&["cp -p ../../outside/a.txt a.txt"], &[EDITED]);
}

#[test]
fn copies_moves_and_deletions() {
    check(&["mv a.txt b.txt"], &["b.txt 2 renamed: First line."]);
    check(&["cp a.txt b.txt"], &["b.txt 1 created: First line."]);
    check(&["mkdir -p e/f && mv a.txt e/f/"], &["e/f/a.txt 2 renamed: First line."]);
    check(&["mv a.txt ../../outside/b.txt"], &["a.txt 2 withdrawn: "]);
    check(&["mv ../../outside/a.txt b.txt"], &["b.txt 1 created: Second line."]);
    check(&["rm a.txt", "printf 'First line.\\n' > a.txt"], &["a.txt 2 withdrawn: ", "a.txt 3 restored: First line."]);
    check(&["cd .. && mv d e"], &["e/a.txt 2 renamed: First line."]);
    // Whatever was written into it before anybody could look.
    check(&["mv a.txt b.txt && echo 'Second line.' > b.txt"], &["b.txt 2 update: Second line."]);
    check(&["mv a.txt b.txt && mv b.txt c.txt && sed -i s/First/Second/ c.txt"], &["c.txt 2 update: Second line."]);
    check(&["cd .. && mv d e && sed -i s/First/Second/ e/a.txt"], &["e/a.txt 2 update: Second line."]);
    // But what comes where it was removed is another.
    check(&["mv a.txt b.txt && rm b.txt && cp ../../outside/a.txt b.txt"], &["a.txt 2 withdrawn: ", "b.txt 1 created: Second line."]);
    check(&["mv a.txt b.txt && echo 'Second line.' > a.txt"], &["a.txt 2 update: Second line.", "b.txt 1 created: First line."]);
}

#[test]
fn archives() {
    check(&["tar -C ../../outside -cf ../../outside.tar a.txt && tar -xf ../../outside.tar"], &[EDITED]);
    check(&["mkdir e && cp a.txt e/b.txt && tar -cf ../../e.tar e && rm -r e", "tar -xf ../../e.tar"], &["e/b.txt 1 created: First line."]);
}

#[test]
fn rsync() {
    if !can("rsync", &["--version"]) {
        return;
    }
    check(&["rsync -c ../../outside/a.txt a.txt"], &[EDITED]);
    check(&["rsync -c --inplace ../../outside/a.txt a.txt"], &[EDITED]);
    check(
        &["rsync -a --delete ../../outside/ ./e/", "rm ../../outside/a.txt; rsync -a --delete ../../outside/ ./e/"],
        &["e/a.txt 1 created: Second line.", "e/a.txt 2 withdrawn: "],
    );
}

#[test]
fn git_checkout() {
    if !can("git", &["--version"]) {
        return;
    }
    let git = "git -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main";
    check(
        &[
            &format!("{git} init -q && {git} add a.txt && {git} commit -qm one && {git} checkout -qb two"),
            &format!("printf 'Second line.\\n' > a.txt && {git} commit -qam two"),
            &format!("{git} checkout -q main"),
            &format!("{git} checkout -q two"),
        ],
        &[EDITED, "a.txt 3 revert: First line.", "a.txt 4 revert: Second line."],
    );
}

#[test]
fn writing_through_a_mapping() {
    let desk = Desk::new("First line.\n");
    let Some(writer) = compiled::program("mmap_write", &desk.newsroom.path("")) else { return };
    desk.run(&format!("{} a.txt Third", writer.display()));
    assert_eq!(desk.history(), ["a.txt 1 created: First line.", "a.txt 2 update: Third line."]);
}

#[test]
fn a_mapping_that_stays_open_changes_no_time_stamp_after_the_first() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "First line.\n");
    let Some(program) = compiled::program("mmap_write", &newsroom.path("")) else { return };
    let mut command = newsroom.command(&["watch", "wire"]);
    command.env("NEWSWATCH_SCAN_EVERY", "1s").env("NEWSWATCH_REHASH_EVERY", "1s");
    let _daemon = newsroom.spawn(command);
    newsroom.stdout(&["sync", "--wait"]);
    let mut writer = Command::new(program);
    writer.arg(newsroom.path("wire/a.txt")).args(["Other", "Third"]).stdin(Stdio::piped());
    let mut writer = writer.spawn().unwrap();
    let shows = |text: &str| wait_until(text, || newsroom.stdout(&["show", "wire/a.txt"]).starts_with(text.as_bytes()));
    shows("Other");
    // Until a look at the file finds it too old to have been written to in the same tick.
    std::thread::sleep(Duration::from_secs(4));
    writer.stdin.take().unwrap().write_all(b"x").unwrap();
    shows("Third");
    writer.kill().unwrap();
    writer.wait().unwrap();
}

#[test]
fn what_changes_no_content_makes_no_version() {
    check(&["touch a.txt", "touch -d '2001-02-03 04:05:06' a.txt", "chmod 600 a.txt", "printf 'First line.\\n' > a.txt"], &[]);
    check(&["mv a.txt b.txt && mv b.txt a.txt"], &[]);
}

#[test]
fn what_is_no_document_is_passed_over() {
    check(&["ln -s ../../outside/a.txt out.txt", "ln -s ../../outside out", "ln -s . loop", "mkfifo pipe.txt", "mkdir empty.txt"], &[]);
    check(&["rm a.txt && ln -s ../../outside/a.txt a.txt"], &["a.txt 2 withdrawn: "]);
}

#[test]
fn both_names_of_a_hard_link_are_documents() {
    // An event names the name that was written to, and not the other one.
    let desk = Desk::new("First line.\n");
    desk.run("ln a.txt b.txt");
    desk.run("printf 'Second line.\\n' > a.txt");
    let expect = ["a.txt 1 created: First line.", "b.txt 1 created: First line.", EDITED, "b.txt 2 update: Second line."];
    assert_eq!(desk.history(), expect);
    // Nor does one that names a new name.
    desk.run("ln a.txt c.txt && printf 'Third line.\\n' > c.txt");
    desk.run("printf 'Fourth line.\\n' > c.txt && mv c.txt d.txt");
    let mut last: Vec<_> = ["a.txt", "b.txt", "d.txt"]
        .map(|name| String::from_utf8(desk.newsroom.stdout(&["show", &format!("wire/d/{name}")])).unwrap())
        .into();
    last.dedup();
    assert_eq!(last, ["Fourth line.\n"]);
}

#[test]
fn any_name_that_a_file_can_have() {
    let desk = Desk::new("First line.\n");
    desk.run("printf 'Second line.\\n' > \"$(printf 'new\\nline.txt')\"; printf 'Third line.\\n' > \"$(printf 'caf\\351.txt')\"");
    let log = desk.newsroom.json(&["log", "--json"]);
    let mut names: Vec<&str> = log.iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["d/a.txt", "d/caf\u{fffd}.txt", "d/new\nline.txt"]);
}
