//! File systems that come and go under the daemon, lie over each other or inside themselves, and events that overflow. What
//! takes root says so where it is skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::newsroom::{Newsroom, wait_until};
use crate::service::can;

/// Something that was mounted, unmounted when dropped.
struct Mount(PathBuf);

impl Mount {
    /// `None`, with the reason printed, where that takes more rights.
    fn new(arguments: &[&str], place: &Path) -> Option<Mount> {
        fs::create_dir_all(place).unwrap();
        can("mount", &[arguments, &[place.to_str().unwrap()]].concat()).then(|| Mount(place.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

const TMPFS: [&str; 3] = ["-t", "tmpfs", "none"];

fn present(newsroom: &Newsroom) -> u64 {
    newsroom.json(&["status", "--json"])[0]["documents"]["present"].as_u64().unwrap()
}

fn degraded(newsroom: &Newsroom) -> Value {
    newsroom.json(&["status", "--json"])[0]["daemon"]["roots"][0]["degraded"].clone()
}

fn causes(newsroom: &Newsroom) -> Vec<String> {
    newsroom.json(&["log", "--gaps", "--json"]).iter().map(|gap| gap["cause"].as_str().unwrap().to_owned()).collect()
}

fn sync(newsroom: &Newsroom) {
    newsroom.stdout(&["sync"]);
}

#[test]
fn a_disk_that_is_unmounted_and_mounted_again_loses_nothing() {
    let newsroom = Newsroom::new();
    let disk = newsroom.path("disk");
    let Some(kept) = Mount::new(&TMPFS, &disk) else { return };
    for file in 0..4 {
        newsroom.write(&format!("disk/{file}.txt"), format!("Story {file}\n\nText.\n"));
    }
    // The disk stays as it is while it is not there: it is mounted elsewhere too.
    let root = newsroom.path("wire");
    let mount = |to: &Path| Mount::new(&["--bind", disk.to_str().unwrap()], to).unwrap();
    let wire = mount(&root);
    let _daemon = newsroom.watch_quietly();
    assert_eq!(present(&newsroom), 4);
    drop(wire);
    wait_until("the daemon sees that the disk is away", || !degraded(&newsroom).is_null());
    newsroom.sync_as_far_as_seen();
    assert_eq!(present(&newsroom), 4, "an empty mount point is no deletion");
    newsroom.write("disk/0.txt", "Story 0\n\nWritten while it was away.\n");
    let _wire = mount(&root);
    wait_until("the daemon sees that the disk is back", || degraded(&newsroom).is_null());
    sync(&newsroom);
    assert_eq!((present(&newsroom), newsroom.json(&["log", "--json", "wire/0.txt"]).len()), (4, 2));
    newsroom.write("wire/1.txt", "Story 1\n\nWritten when it was back.\n");
    sync(&newsroom);
    assert_eq!(newsroom.json(&["log", "--json", "wire/1.txt"]).len(), 2);
    assert!(!causes(&newsroom).is_empty(), "the time without the disk is a gap");
    drop(kept);
}

/// Whether the kernel gives every mount a number of its own.
fn tells_mounts_apart() -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    (numbers.next(), numbers.next()) >= (Some(6), Some(8))
}

#[test]
fn a_disk_that_is_mounted_again_before_anybody_looks_is_watched_again() {
    if !tells_mounts_apart() {
        eprintln!("skipped: before Linux 6.8 a mount may have the number of the one before");
        return;
    }
    let newsroom = Newsroom::new();
    let disk = newsroom.path("disk");
    let Some(_kept) = Mount::new(&TMPFS, &disk) else { return };
    newsroom.write("disk/d/0.txt", "Story 0\n\nText.\n");
    let root = newsroom.path("wire");
    let mount = |to: &Path| Mount::new(&["--bind", disk.to_str().unwrap()], to).unwrap();
    let wire = mount(&root);
    let mut command = newsroom.command(&["watch", "wire", "--json"]);
    command.env("NEWSWATCH_SCAN_EVERY", "1h");
    let _daemon = newsroom.spawn(command);
    newsroom.stdout(&["sync", "--wait"]);
    // Device and inode are the same again, and all watches are gone.
    drop(wire);
    let _wire = mount(&root);
    newsroom.write("wire/d/0.txt", "Story 0\n\nWritten when it was back.\n");
    sync(&newsroom);
    assert_eq!(newsroom.json(&["log", "--json", "wire/d/0.txt"]).len(), 2);
    newsroom.write("wire/d/0.txt", "Story 0\n\nWritten once more.\n");
    sync(&newsroom);
    assert_eq!(newsroom.json(&["log", "--json", "wire/d/0.txt"]).len(), 3);
    assert!(!causes(&newsroom).is_empty(), "what happened in between nobody saw");
}

#[test]
fn a_directory_that_is_mounted_inside_itself_ends() {
    let newsroom = Newsroom::new();
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let Some(_loop) = Mount::new(&["--bind", newsroom.path("wire").to_str().unwrap()], &newsroom.path("wire/loop")) else { return };
    let _daemon = newsroom.watch_quietly();
    assert_eq!(present(&newsroom), 2, "a file that stands there under two names is two documents");
    newsroom.write("wire/a.txt", "A\n\nAnother a.\n");
    sync(&newsroom);
    // An event names one of the two, and not always the one that was written to. The next full pass, here that of a reload,
    // finds the other.
    newsroom.stdout(&["reload"]);
    sync(&newsroom);
    for name in ["wire/a.txt", "wire/loop/a.txt"] {
        assert_eq!(newsroom.json(&["log", "--json", name]).len(), 2, "{name}");
    }
}

#[test]
fn on_an_overlay_events_tell_of_all_that_is_changed_through_it() {
    let newsroom = Newsroom::new();
    // An overlay cannot lie on an overlay, as a container's root often is one.
    let Some(_disk) = Mount::new(&TMPFS, &newsroom.path("disk")) else { return };
    for name in ["lower/d", "upper", "work"] {
        fs::create_dir_all(newsroom.path("disk").join(name)).unwrap();
    }
    newsroom.write("disk/lower/a.txt", "A\n\nAn a.\n");
    newsroom.write("disk/lower/d/b.txt", "B\n\nA b.\n");
    let disk = newsroom.path("disk").display().to_string();
    let layers = format!("lowerdir={disk}/lower,upperdir={disk}/upper,workdir={disk}/work");
    let Some(_overlay) = Mount::new(&["-t", "overlay", "overlay", "-o", &layers], &newsroom.path("wire")) else { return };
    let mut command = newsroom.command(&["watch", "wire", "--json"]);
    command.env("NEWSWATCH_SCAN_EVERY", "1h");
    let _daemon = newsroom.spawn(command).unheard();
    newsroom.stdout(&["sync", "--wait"]);
    assert_eq!(newsroom.json(&["status", "--json"])[0]["daemon"]["roots"][0]["watching"], "events");
    for round in 1..=5 {
        // Copied up from the lower layer, new in the upper one, in a directory that is copied up, and in a new one.
        for name in ["a.txt", "d/b.txt", "c.txt", "d/e.txt"].map(str::to_owned).into_iter().chain([format!("new-{round}/f.txt")]) {
            newsroom.write(&format!("wire/{name}"), format!("Story of {name}\n\nRound {round}.\n"));
        }
        sync(&newsroom);
    }
    newsroom.rename("wire/a.txt", "wire/g.txt");
    newsroom.remove("wire/d/b.txt");
    sync(&newsroom);
    let versions = |name: &str| newsroom.json(&["log", "--json", name]).len();
    assert_eq!(["wire/g.txt", "wire/d/b.txt", "wire/c.txt", "wire/d/e.txt"].map(versions), [7, 7, 5, 5]);
    assert_eq!(present(&newsroom), 8);
}

/// More events than the system keeps for a watcher that does not take them.
#[test]
fn more_events_than_the_queue_holds_are_a_rescan_and_a_gap() {
    let Some(limit) =
        fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").ok().and_then(|limit| limit.trim().parse::<usize>().ok())
    else {
        eprintln!("skipped: the system has no inotify");
        return;
    };
    if limit > 100_000 {
        eprintln!("skipped: {limit} events would have to be made");
        return;
    }
    let newsroom = Newsroom::new();
    newsroom.write("wire/0/a.txt", "A\n\nAn a.\n");
    let daemon = newsroom.watch_quietly();
    daemon.hold();
    // Two events for each: no two in a row are alike, or they would be one.
    let (one, other) = (newsroom.path("wire/0/.x"), newsroom.path("wire/0/.y"));
    fs::write(&one, "x").unwrap();
    for _ in 0..limit / 4 + 100 {
        fs::rename(&one, &other).unwrap();
        fs::rename(&other, &one).unwrap();
    }
    newsroom.write("wire/0/a.txt", "A\n\nWritten when nobody could hear of it.\n");
    newsroom.write("wire/1/2/b.txt", "B\n\nIn a directory that nobody heard of.\n");
    daemon.signal("CONT");
    sync(&newsroom);
    assert_eq!((present(&newsroom), newsroom.json(&["log", "--json", "wire/0/a.txt"]).len()), (2, 2));
    assert_eq!(causes(&newsroom), ["more changes at once than the system keeps in its queue"]);
    newsroom.write("wire/1/2/b.txt", "B\n\nHeard of.\n");
    sync(&newsroom);
    assert_eq!(newsroom.json(&["log", "--json", "wire/1/2/b.txt"]).len(), 2);
}

/// An ext4 in a file, as a server has it: after an error it takes no more writes.
const ERRORS_MAKE_IT_READ_ONLY: [&str; 4] = ["-t", "ext4", "-o", "loop,errors=remount-ro"];

fn formatted(newsroom: &Newsroom) -> Option<PathBuf> {
    let image = newsroom.path("image");
    fs::File::create(&image).unwrap().set_len(64 << 20).unwrap();
    can("mkfs.ext4", &["-q", "-F", image.to_str().unwrap()]).then_some(image)
}

#[test]
fn what_changes_while_the_kernel_has_made_the_disk_read_only_is_recorded_when_it_is_mounted_again() {
    let newsroom = Newsroom::new();
    let Some(image) = formatted(&newsroom) else { return };
    let disk = newsroom.path("disk");
    let mount = || Mount::new(&[&ERRORS_MAKE_IT_READ_ONLY[..], &[image.to_str().unwrap()]].concat(), &disk);
    let Some(mounted) = mount() else { return };
    let source = Command::new("findmnt").args(["-n", "-o", "SOURCE"]).arg(&disk).output().unwrap().stdout;
    let device = String::from_utf8(source).unwrap().trim().replace("/dev/", "");
    let error = PathBuf::from(format!("/sys/fs/ext4/{device}/trigger_fs_error"));
    if !error.exists() {
        eprintln!("skipped: {} is not there", error.display());
        return;
    }
    newsroom.write("wire/0.txt", "Story 0\n\nText.\n");
    let daemon = newsroom.watch_with(&["--db", "disk/n.db", "watch", "wire", "--json"]).unheard();
    assert!(
        !Command::new("mount").args(["-o", "remount,ro"]).arg(&disk).stderr(Stdio::null()).status().unwrap().success(),
        "nobody can make it read-only by hand below a daemon that writes"
    );
    fs::write(&error, "a test").unwrap();
    assert!(fs::write(disk.join("x"), "x").is_err(), "it is read-only now");
    for file in 0..20 {
        newsroom.write(&format!("wire/{file}.txt"), format!("Story {file}\n\nAnother text.\n"));
    }
    let trouble = || newsroom.json(&["--db", "disk/n.db", "status", "--json"])[0]["daemon"]["database_trouble"].clone();
    wait_until("the daemon says so", || !trouble().is_null());
    let told = newsroom.run(&["--db", "disk/n.db", "sync", "--timeout", "200ms"]);
    assert!(told.starts_with("exit 3"), "{told}");
    daemon.signal("TERM");
    assert!(daemon.wait().code().is_some(), "it ends, and is not killed");

    drop(mounted);
    // A mount namespace of another test may hold on to the broken file system for a while: then that is what is mounted again.
    let mut mounted = None;
    wait_until("it can be written again", || {
        mounted = None;
        mounted = mount();
        fs::write(disk.join("alive"), "").is_ok()
    });
    let _daemon = newsroom.watch_with(&["--db", "disk/n.db", "watch", "wire", "--json"]).unheard();
    let log = |name: &str| newsroom.json(&["--db", "disk/n.db", "log", "--json", name]).len();
    assert_eq!((log("wire/0.txt"), log("wire/19.txt")), (2, 1));
    assert_eq!(newsroom.json(&["--db", "disk/n.db", "status", "--json"])[0]["documents"]["present"], Value::from(20));
    newsroom.stdout(&["--db", "disk/n.db", "verify"]);
    assert!(!newsroom.json(&["--db", "disk/n.db", "log", "--gaps", "--json"]).is_empty(), "the time without a database is a gap");
}

#[test]
fn a_root_that_is_made_read_only_and_writable_again_is_still_watched() {
    let newsroom = Newsroom::new();
    let Some(image) = formatted(&newsroom) else { return };
    let wire = newsroom.path("wire");
    let Some(_wire) = Mount::new(&["-t", "ext4", "-o", "loop", image.to_str().unwrap()], &wire) else { return };
    newsroom.write("wire/a.txt", "A\n\nAn a.\n");
    let _daemon = newsroom.watch_quietly();
    for round in 2..=4 {
        for how in ["remount,ro", "remount,rw"] {
            assert!(can("mount", &["-o", how, wire.to_str().unwrap()]), "newswatch keeps nothing open for writing below a root");
            sync(&newsroom);
            assert_eq!((degraded(&newsroom), present(&newsroom)), (Value::Null, 1), "{how}");
        }
        newsroom.write("wire/a.txt", format!("A\n\nRound {round}.\n"));
        sync(&newsroom);
        assert_eq!(newsroom.json(&["log", "--json", "wire/a.txt"]).len(), round);
    }
}
