//! The daemon in the care of others: service managers, full disks, limits of the kernel.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::newsroom::Newsroom;

/// Whether a command can be run here and succeeds; the reason for skipping is printed.
pub(crate) fn can(program: &str, arguments: &[&str]) -> bool {
    let can =
        Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !can {
        eprintln!("skipped: `{program} {}` does not work here", arguments.join(" "));
    }
    can
}

/// Writes the unit that `service install` would write, under its own name.
fn unit(newsroom: &Newsroom, more: &[&str]) -> PathBuf {
    let text = newsroom.stdout(&[&["service", "install", "wire", "--print"], more].concat());
    newsroom.write("newswatch.service", text);
    newsroom.path("newswatch.service")
}

#[test]
fn the_unit_is_well_formed_and_fenced_in() {
    if !can("systemd-analyze", &["--version"]) {
        return;
    }
    let newsroom = Newsroom::new();
    std::fs::create_dir(newsroom.path("my wire, 100% $HOME")).unwrap();
    for (manager, more) in [("--system", &[][..]), ("--user", &["--user"]), ("--system", &["my wire, 100% $HOME"])] {
        let unit = unit(&newsroom, more);
        let verified = Command::new("systemd-analyze")
            .args([manager, "verify", "--man=no"])
            .arg(&unit)
            .env("XDG_RUNTIME_DIR", newsroom.path("home"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&verified.stderr);
        // Other units of this machine are not our business.
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("newswatch")).collect();
        assert!(verified.status.success() && ours.is_empty(), "{manager} {more:?}: {said}");
        if manager == "--system" {
            // Tenths: at most 2.0.
            let arguments = ["security", "--offline=true", "--threshold=20", "--no-pager"];
            let rated = Command::new("systemd-analyze").args(arguments).arg(&unit).output().unwrap();
            assert!(rated.status.success(), "{}", String::from_utf8_lossy(&rated.stdout));
        }
    }
}

#[test]
fn the_service_manager_is_told_what_happens() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let manager = UnixDatagram::bind(newsroom.path("notify")).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut command = newsroom.command(&["watch", "wire"]);
    command.env("NOTIFY_SOCKET", newsroom.path("notify")).env("WATCHDOG_USEC", "100000");
    let daemon = newsroom.spawn(command);
    let wait_for = |words: &str| loop {
        let mut told = [0; 4096];
        let length = manager.recv(&mut told).unwrap_or_else(|error| panic!("waiting for {words}: {error}"));
        let told = String::from_utf8_lossy(&told[..length]).into_owned();
        if told.contains(words) {
            return told;
        }
    };
    wait_for("READY=1");
    wait_for("WATCHDOG=1");
    wait_for("STATUS=watching 1 root, 1 versions recorded");
    daemon.signal("HUP");
    assert!(wait_for("RELOADING=1").contains("MONOTONIC_USEC="));
    wait_for("READY=1");
    daemon.signal("TERM");
    wait_for("STOPPING=1");
    assert_eq!(daemon.wait().code(), Some(0));
}

/// A small file system in memory, gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(newsroom: &Newsroom) -> Option<SmallDisk> {
        let place = newsroom.path("disk");
        std::fs::create_dir(&place).unwrap();
        can("mount", &["-t", "tmpfs", "-o", "size=700k", "none", place.to_str().unwrap()]).then_some(SmallDisk(place))
    }

    fn grow(&self) {
        assert!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_said_and_waited_for() {
    let newsroom = Newsroom::new();
    let Some(disk) = SmallDisk::mount(&newsroom) else { return };
    newsroom.write("wire/small.txt", "Small\n\nA small one.\n");
    let _daemon = newsroom.watch_with(&["--db", "disk/n.db", "watch", "wire", "--json"]).unheard();
    // Noise does not compress: together larger than the disk.
    let mut noise = 1_u64;
    for file in 0..12 {
        let text: String = (0..16_000)
            .map(|_| {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                format!("{:012x} ", noise >> 16)
            })
            .collect();
        newsroom.write(&format!("wire/{file}.txt"), text);
    }
    let status = || newsroom.json(&["--db", "disk/n.db", "status", "--json"]).remove(0);
    let trouble = (0..600).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        status()["daemon"]["database_trouble"].as_str().map(str::to_owned)
    });
    assert!(trouble.as_ref().is_some_and(|trouble| trouble.contains("is full")), "{trouble:?}");
    let told = newsroom.run(&["--db", "disk/n.db", "sync", "--timeout", "200ms"]);
    assert!(told.starts_with("exit 3") && told.contains("did not answer within"), "{told}");

    // What changes meanwhile is not lost.
    newsroom.write("wire/small.txt", "Small\n\nA smaller one.\n");
    disk.grow();
    newsroom.stdout(&["--db", "disk/n.db", "sync", "--timeout", "60s"]);
    let status = status();
    assert_eq!(status["daemon"]["database_trouble"], Value::Null);
    assert_eq!(status["documents"]["present"], Value::from(13));
    assert_eq!(newsroom.json(&["--db", "disk/n.db", "log", "--json", "wire/small.txt"]).len(), 2);
    let gaps = newsroom.json(&["--db", "disk/n.db", "log", "--gaps", "--json"]);
    assert!(gaps.iter().any(|gap| gap["cause"].as_str().unwrap().starts_with("nothing could be recorded")), "{gaps:?}");
}

#[test]
fn a_database_that_is_taken_away_ends_the_daemon_aloud() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.watch();
    newsroom.rename("state/newswatch/newswatch.db", "state/elsewhere.db");
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    assert_eq!(daemon.wait().code(), Some(2));
    assert!(!newsroom.path("state/newswatch/newswatch.db").exists(), "a new history was begun");
}

#[test]
fn where_watches_run_out_the_files_are_looked_at() {
    check_limit("max_inotify_watches", 10, "max_user_watches");
}

#[test]
fn where_nothing_can_be_watched_the_files_are_looked_at() {
    check_limit("max_inotify_instances", 0, "max_user_instances");
}

/// A daemon under a limit of the kernel's on watching records all the same, and names what to raise.
fn check_limit(limit: &str, value: u32, named: &str) {
    if !can("unshare", &["-Ur", "true"]) {
        return;
    }
    let newsroom = Newsroom::new();
    for directory in 0..30 {
        newsroom.write(&format!("wire/{directory}/a.txt"), format!("Story {directory}\n\nText.\n"));
    }
    let plain = newsroom.command(&["watch", "wire", "--json"]);
    let mut limited = Command::new("unshare");
    limited
        .args(["-Ur", "sh", "-c", &format!("echo {value} > /proc/sys/user/{limit} && exec \"$0\" \"$@\"")])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(newsroom.path(""))
        .env_clear()
        .envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut daemon = newsroom.spawn(limited);
    for _ in 0..30 {
        assert_eq!(daemon.json()["class"], "created");
    }
    for directory in 0..30 {
        newsroom.write(&format!("wire/{directory}/b.txt"), format!("Another story {directory}\n\nText.\n"));
    }
    // Without a sync: polling finds them.
    for _ in 0..30 {
        assert_eq!(daemon.json()["class"], "created");
    }
    newsroom.stdout(&["sync"]);
    let root = newsroom.json(&["status", "--json"]).remove(0)["daemon"]["roots"][0].take();
    assert_eq!(root["watching"], "polling", "{root}");
    assert!(root["degraded"].as_str().is_some_and(|reason| reason.contains(named)), "{root}");
    let shown = newsroom.run(&["status"]);
    assert!(shown.contains("degraded") && shown.contains("it is polled"), "{shown}");
}

#[test]
fn messages_go_to_the_journal_where_systemd_has_connected_it() {
    if !can("unshare", &["-m", "true"]) {
        return;
    }
    let newsroom = Newsroom::new();
    std::fs::create_dir(newsroom.path("journal")).unwrap();
    let journal = UnixDatagram::bind(newsroom.path("journal/socket")).unwrap();
    journal.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    newsroom.write("messages", "");
    let messages = std::fs::metadata(newsroom.path("messages")).unwrap();
    let plain = newsroom.command(&["watch", "wire"]);
    let mut fenced = Command::new("unshare");
    let script = "mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind journal /run/systemd/journal \
                  && exec \"$0\" \"$@\" 2>> messages";
    fenced.args(["-m", "sh", "-c", script]).arg(plain.get_program()).args(plain.get_args());
    fenced.current_dir(newsroom.path("")).env_clear();
    fenced.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    fenced.env("JOURNAL_STREAM", format!("{}:{}", messages.dev(), messages.ino())).env("RUST_LOG", "newswatch=info");
    let daemon = newsroom.spawn(fenced);
    newsroom.stdout(&["sync", "--wait"]);
    daemon.signal("HUP");
    let words = "the configuration has been read again";
    let mut told = String::new();
    while !told.contains(words) {
        let mut entry = [0; 8192];
        let length = journal.recv(&mut entry).unwrap_or_else(|error| panic!("the journal hears nothing of it: {error}"));
        told = String::from_utf8_lossy(&entry[..length]).into_owned();
    }
    assert!(told.contains("PRIORITY"), "{told}");
    let elsewhere = std::fs::read_to_string(newsroom.path("messages")).unwrap();
    assert!(!elsewhere.contains(words), "{elsewhere}");
}
