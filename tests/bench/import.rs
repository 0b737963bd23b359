//! Imports a tree of invented news files in one scan and has git do the same beside it.
//!
//! `cargo bench --bench import -- [FILES]` (default 10,000). Prints what it measured; judges nothing.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measuring program arranges its own world")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use newswatch::ingest::{Ingest, RootSpec, Selection};
use newswatch::model::Haste;
use newswatch::store::{Reader, Writer};

const WORDS: [&str; 48] = [
    "the",
    "of",
    "a",
    "in",
    "said",
    "on",
    "for",
    "ministry",
    "harbour",
    "council",
    "officials",
    "report",
    "after",
    "bridge",
    "district",
    "workers",
    "company",
    "government",
    "was",
    "were",
    "has",
    "people",
    "city",
    "million",
    "percent",
    "new",
    "agreement",
    "talks",
    "river",
    "storm",
    "police",
    "hospital",
    "school",
    "budget",
    "vote",
    "minister",
    "spokesman",
    "told",
    "reporters",
    "region",
    "border",
    "that",
    "with",
    "by",
    "from",
    "election",
    "results",
    "monday",
];

/// A small generator of numbers that are the same in every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn sentence(&mut self, text: &mut String) {
        for place in 0..8 + self.roll(16) {
            let word = WORDS[self.roll(WORDS.len())];
            match (place, self.roll(12)) {
                (0, _) => text.push_str(&word[..1].to_uppercase()),
                (_, 0) => write!(text, " {}", self.roll(5000)).unwrap(),
                (_, 1) => text.push_str(" Anna Kestrel"),
                _ => text.push(' '),
            }
            text.push_str(if place == 0 { &word[1..] } else { word });
        }
        text.push_str(". ");
    }
}

fn story(dice: &mut Dice) -> String {
    let size = 2048 + dice.roll(6144);
    let mut text = String::from("Officials report on the harbour bridge\n\nPORT ELLERY, May 4 (Gull) - ");
    while text.len() < size {
        for _ in 0..3 {
            dice.sentence(&mut text);
        }
        text.push_str("\n\n");
    }
    text
}

fn plant(root: &Path, files: usize) -> u64 {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut bytes = 0;
    for number in 0..files {
        let directory = root.join(format!("{:03}", number / 200));
        fs::create_dir_all(&directory).unwrap();
        let text = story(&mut dice);
        bytes += text.len() as u64;
        fs::write(directory.join(format!("story-{number:06}.txt")), text).unwrap();
    }
    bytes
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

/// What one change costs in a store of this size: it is to be the same in any.
fn one_change(root: &Path, spec: &RootSpec, database: &Path, files: usize) {
    const CHANGES: usize = 400;
    let mut ingest = Ingest::new(Writer::open(database).unwrap(), vec![spec.clone()]).unwrap();
    // The first pass settles what is known of the root.
    ingest.scan(&mut drop).unwrap();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let before = cpu();
    let mut times: Vec<Duration> = (0..CHANGES)
        .map(|number| {
            let file = dice.roll(files);
            let path = root.join(format!("{:03}/story-{file:06}.txt", file / 200));
            let text = fs::read_to_string(&path).unwrap().replacen(". ", &format!(", {number} officials said. "), 1);
            fs::write(&path, text).unwrap();
            let named = BTreeMap::from([(path.canonicalize().unwrap(), Haste::Now)]);
            timed(|| assert_eq!(ingest.apply(&named, &mut drop).unwrap().recorded, 1)).0
        })
        .collect();
    times.sort_unstable();
    println!(
        "one change:            p50 {:.2?}, p99 {:.2?}, {:.2} ms of processor",
        times[CHANGES / 2],
        times[CHANGES * 99 / 100],
        (cpu() - before) * 1000.0 / CHANGES as f64
    );
}

fn size_of_tree(path: &Path) -> u64 {
    fs::read_dir(path)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() { size_of_tree(&entry.path()) } else { entry.metadata().unwrap().len() }
        })
        .sum()
}

fn git(root: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"];
    let done = Command::new("git").arg("-C").arg(root).args(who).args(arguments).status().unwrap();
    assert!(done.success(), "git {arguments:?}");
}

fn main() {
    let files = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("spool");
    fs::create_dir(&root).unwrap();
    let bytes = plant(&root, files);
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!("{files} files, {:.1} MiB, on {} threads", mib(bytes), std::thread::available_parallelism().unwrap());

    let database = directory.path().join("news.db");
    let spec = RootSpec { path: root.canonicalize().unwrap(), selection: Selection::default(), max_size: 1 << 24, quiet: Duration::ZERO };
    forget_peak();
    let before = cpu();
    let scan = || Ingest::new(Writer::open(&database).unwrap(), vec![spec.clone()]).unwrap().scan(&mut drop).unwrap();
    let (import, report) = timed(scan);
    assert_eq!(report.recorded, files as u64);
    let status = Reader::open(&database).unwrap().status().unwrap();
    println!(
        "newswatch scan:        {:>6.2} s ({:.2} s of processor), {:>7.0} files/s, peak {:.0} MiB, database {:.1} MiB (contents {:.1} MiB)",
        import.as_secs_f64(),
        cpu() - before,
        files as f64 / import.as_secs_f64(),
        peak().unwrap_or_default(),
        mib(status.file_bytes),
        mib(status.packed_bytes),
    );
    for what in ["once more, read again", "nothing changed      "] {
        // Files written less than two seconds before they were read are not to be trusted yet.
        std::thread::sleep(Duration::from_millis(2100));
        let (again, report) = timed(scan);
        assert_eq!((report.recorded, report.unchanged), (0, files as u64));
        println!("{what}: {:>6.2} s, {:>7.0} files/s", again.as_secs_f64(), files as f64 / again.as_secs_f64());
    }

    one_change(&root, &spec, &database, files);

    git(&root, &["init", "-q"]);
    let before = cpu();
    let (add, ()) = timed(|| {
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-q", "-m", "all"]);
    });
    println!(
        "git add -A, commit:    {:>6.2} s ({:.2} s of processor), {:>7.0} files/s, {:.1} MiB",
        add.as_secs_f64(),
        cpu() - before,
        files as f64 / add.as_secs_f64(),
        mib(size_of_tree(&root.join(".git")))
    );
    let (status, ()) = timed(|| git(&root, &["status", "--short"]));
    println!("git status:            {:>6.2} s", status.as_secs_f64());
    let (gc, ()) = timed(|| git(&root, &["gc", "-q", "--aggressive"]));
    println!("git gc --aggressive:   {:>6.2} s, {:.1} MiB", gc.as_secs_f64(), mib(size_of_tree(&root.join(".git"))));
    println!("newswatch / git import: {:.2}x", import.as_secs_f64() / add.as_secs_f64());
}
