//! Imports a tree of invented news files, restarts with nothing changed, and has git do the same beside it in the same run.
//!
//! `cargo bench --bench import -- [FILES] [--no-git]` (default 10,000 files of 3 KB). Prints what it measured; judges nothing. As
//! root it empties the page cache to measure cold starts too.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measuring program arranges its own world")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod newsroom;
#[path = "../random.rs"]
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use newswatch::ingest::{Ingest, RootSpec, Selection};
use newswatch::model::{Changes, Haste};
use newswatch::store::{Reader, Writer};

use newsroom::Newsroom;
use random::Random;

fn plant(root: &Path, files: usize) -> u64 {
    let mut newsroom = Newsroom::open(1);
    let mut bytes = 0;
    for number in 0..files {
        let path = file(root, number);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = newsroom.story();
        bytes += text.len() as u64;
        fs::write(path, text).unwrap();
    }
    // What the disk still has to do for this is not to be counted to anybody.
    rustix::fs::sync();
    bytes
}

fn file(root: &Path, number: usize) -> PathBuf {
    root.join(format!("{:03}/story-{number:06}.txt", number / 200))
}

fn timed<T>(what: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = what();
    (start.elapsed(), done)
}

/// Processor time of this process and of the children it has waited for, in seconds: what counts on a busy machine.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // utime, stime, cutime and cstime are the 14th to 17th fields; the second, in brackets, may hold spaces.
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The largest resident size of this process since [`forget_peak`], in MiB.
fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn forget_peak() {
    // Where this is not allowed the peak includes the planting of the tree.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

/// Gives the wall time until all bytes are on the disk, and until all that is derived is, too.
fn import(spec: &RootSpec, database: &Path, files: usize) -> (Duration, Duration) {
    forget_peak();
    let (start, before) = (Instant::now(), cpu());
    let reached = |what: &str| {
        let (time, cpu) = (start.elapsed(), cpu() - before);
        println!(
            "newswatch, {what} {:>7.2} s ({cpu:.2} s of processor, {:.3} ms a file), {:>6.0} files/s, peak {:.0} MiB",
            time.as_secs_f64(),
            cpu * 1000.0 / files as f64,
            files as f64 / time.as_secs_f64(),
            peak().unwrap_or_default(),
        );
        time
    };
    let mut ingest = Ingest::new(Writer::open(database).unwrap(), vec![spec.clone()]).unwrap();
    assert_eq!(ingest.scan(&mut drop).unwrap().recorded, files as u64);
    let durable = reached("durable:");
    let mut deriver = ingest.deriver().unwrap();
    while deriver.derive(&mut drop).unwrap() {}
    let derived = reached("derived:");
    let status = Reader::open(database).unwrap().status().unwrap();
    println!("database:              {:.1} MiB, contents {:.1} MiB", mib(status.file_bytes), mib(status.packed_bytes));
    (durable, derived)
}

fn import_by_git(root: &Path, files: usize) -> Duration {
    git(root, &["init", "-q"]);
    let before = cpu();
    let (time, ()) = timed(|| {
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "all"]);
    });
    println!(
        "git add -A, commit:    {:>7.2} s ({:.2} s of processor), {:>6.0} files/s",
        time.as_secs_f64(),
        cpu() - before,
        files as f64 / time.as_secs_f64(),
    );
    time
}

fn git(root: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"];
    let done = Command::new("git").arg("-C").arg(root).args(who).args(arguments).status().unwrap();
    assert!(done.success(), "git {arguments:?}");
}

/// A daemon that watches. Dropped, it ends.
struct Ready(Child);

impl Drop for Ready {
    fn drop(&mut self) {
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        self.0.wait().unwrap();
    }
}

/// From the start of the daemon until it says that it watches.
fn restart(root: &Path, database: &Path) -> Ready {
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_newswatch"))
        .arg("--db")
        .arg(database)
        .arg("watch")
        .arg(root)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(daemon.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("watching ")));
    Ready(daemon)
}

/// The time of the best of some starts with nothing changed.
fn start(what: &str, cold: bool, mut run: impl FnMut() -> Duration) -> Option<Duration> {
    let times = (0..if cold { 3 } else { 7 }).map(|_| {
        if cold {
            rustix::fs::sync();
            fs::write("/proc/sys/vm/drop_caches", "3").ok()?;
        }
        Some(run())
    });
    let best = times.collect::<Option<Vec<_>>>()?.into_iter().min();
    println!("{what:<22} {:>7.3} s", best?.as_secs_f64());
    best
}

/// What one change costs in a store of this size: it is to be the same in any.
fn one_change(root: &Path, spec: &RootSpec, database: &Path, files: usize) {
    const CHANGES: usize = 1000;
    let mut ingest = Ingest::new(Writer::open(database).unwrap(), vec![spec.clone()]).unwrap();
    // The first pass settles what is known of the root.
    ingest.scan(&mut drop).unwrap();
    let mut random = Random::new(2);
    // Written first: what the edits themselves cost is nobody's.
    let mut changed = BTreeSet::new();
    while changed.len() < CHANGES.min(files) {
        changed.insert(random.below(files));
    }
    let mut paths: Vec<PathBuf> = changed
        .into_iter()
        .map(|number| {
            let path = file(root, number);
            let text = fs::read_to_string(&path).unwrap().replacen(". ", &format!(", {number} officials said. "), 1);
            fs::write(&path, text).unwrap();
            path.canonicalize().unwrap()
        })
        .collect();
    for place in (1..paths.len()).rev() {
        paths.swap(place, random.below(place + 1));
    }
    let before = cpu();
    let mut times: Vec<Duration> = paths
        .into_iter()
        .map(|path| {
            let named = Changes::from(BTreeMap::from([(path, Haste::Now)]));
            timed(|| assert_eq!(ingest.apply(&named, &mut drop).unwrap().recorded, 1)).0
        })
        .collect();
    let processor = (cpu() - before) * 1000.0 / times.len() as f64;
    times.sort_unstable();
    println!(
        "one change:            p50 {:.2?}, p99 {:.2?}, {:.2} ms of processor",
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        processor
    );
}

fn main() {
    let files = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let with_git = !std::env::args().any(|argument| argument == "--no-git");
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("spool");
    fs::create_dir(&root).unwrap();
    let root = root.canonicalize().unwrap();
    let bytes = plant(&root, files);
    println!("{files} files, {:.1} MiB, on {} threads", mib(bytes), std::thread::available_parallelism().unwrap());

    let database = directory.path().join("news.db");
    let spec = RootSpec {
        path: root.clone(),
        selection: Selection::default(),
        max_size: 1 << 24,
        quiet: Duration::ZERO,
        rehash_every: Duration::ZERO,
    };
    let (durable, derived) = import(&spec, &database, files);
    if with_git {
        let theirs = import_by_git(&root, files).as_secs_f64();
        println!("newswatch / git:       {:.2}x durable, {:.2}x derived", durable.as_secs_f64() / theirs, derived.as_secs_f64() / theirs);
    }

    // Files written less than two seconds before they were read are not to be trusted yet, by neither.
    std::thread::sleep(Duration::from_secs(2));
    drop(restart(&root, &database));
    for (kind, cold) in [("warm", false), ("cold", true)] {
        let ours = start(&format!("restart, {kind}:"), cold, || timed(|| restart(&root, &database)).0);
        if with_git {
            let theirs = start(&format!("git status, {kind}:"), cold, || timed(|| git(&root, &["status", "--short"])).0);
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                println!("newswatch / git:       {:.2}x", ours.as_secs_f64() / theirs.as_secs_f64());
            }
        }
        if ours.is_none() {
            println!("{kind} starts: not measured, the page cache cannot be emptied");
        }
    }
    one_change(&root, &spec, &database, files);
}
