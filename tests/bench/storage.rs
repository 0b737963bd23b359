//! What a history takes on the disk and how fast any version of it is read back, beside git on the same steps in the same run.
//!
//! `cargo bench --bench storage -- [DIRECTORY]…` (default `../shared/revisions`): each directory holds `revs.tsv` (step, time,
//! operation A, M or D, path, offset, length) and `blobs.bin`, which the offsets cut. Without one, and in any case, a document
//! of 1,200 versions is measured too. Prints what it measured; judges nothing.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types, reason = "a measuring program arranges its own world")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use newswatch::ingest::{Ingest, RootSpec, Selection};
use newswatch::model::Content;
use newswatch::store::{Reader, Writer};
use tempfile::TempDir;

#[path = "random.rs"]
mod random;

use random::Random;

fn main() {
    let given: Vec<PathBuf> = std::env::args_os().skip(1).filter(|argument| argument != "--bench").map(PathBuf::from).collect();
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/revisions")).to_owned();
    let directories = if given.is_empty() { vec![shared] } else { given };
    for directory in directories {
        match steps(&directory) {
            Ok(steps) => measure(&directory.display().to_string(), &steps),
            Err(error) => println!("{} is left out: {error}", directory.display()),
        }
    }
    measure("a story that is told on for 1,200 versions", &live_blog(1200));
}

/// What is written, by path, in one step; `None`: deleted.
type Step = Vec<(String, Option<Vec<u8>>)>;

fn steps(directory: &Path) -> Result<Vec<Step>, std::io::Error> {
    let contents = fs::read(directory.join("blobs.bin"))?;
    let mut steps: Vec<Step> = Vec::new();
    let mut last = None;
    for line in fs::read_to_string(directory.join("revs.tsv"))?.lines() {
        let [step, _, operation, path, offset, length] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        if last.as_deref() != Some(step) {
            last = Some(step.to_owned());
            steps.push(Step::new());
        }
        let (offset, length): (usize, usize) = (offset.parse().unwrap(), length.parse().unwrap());
        let content = (operation != "D").then(|| contents[offset..offset + length].to_vec());
        steps.last_mut().unwrap().push((path.to_owned(), content));
    }
    Ok(steps)
}

/// A live blog: every step adds an entry at the top, and now and then mends a number below.
fn live_blog(versions: usize) -> Vec<Step> {
    const WORDS: &str =
        "the council ferry harbour said on Monday that workers had left a bridge after storm reports from northern districts";
    let words: Vec<&str> = WORDS.split(' ').collect();
    let mut random = Random::new(11);
    let mut entries: Vec<String> = Vec::new();
    (0..versions)
        .map(|number| {
            let text: Vec<&str> = (0..12 + random.below(20)).map(|_| words[random.below(words.len())]).collect();
            entries.insert(0, format!("{}:{:02} The toll stands at {number}. {}.", number / 60 % 24, number % 60, text.join(" ")));
            // An entry far below is corrected; the oldest ones leave the page.
            let place = random.below(entries.len());
            entries[place] = entries[place].replacen("stands at", "has been put at", 1);
            entries.truncate(60);
            vec![("live.txt".to_owned(), Some(format!("Live: storm on the coast\n\n{}\n", entries.join("\n\n")).into_bytes()))]
        })
        .collect()
}

fn measure(name: &str, steps: &[Step]) {
    let raw: usize = steps.iter().flatten().filter_map(|(_, content)| content.as_ref()).map(Vec::len).sum();
    println!("{name}: {} steps, {} revisions, {} raw", steps.len(), steps.iter().map(Vec::len).sum::<usize>(), mb(raw as u64));
    let world = World::new();
    let mut ingest = world.ingest();
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for step in steps {
        world.write(step);
        ours += timed(|| ingest.scan(&mut drop).unwrap()).0;
        theirs += timed(|| {
            world.git(&["add", "-A"]);
            world.git(&["commit", "-q", "--allow-empty", "-m", "step"]);
        })
        .0;
    }
    drop(ingest);
    println!("  recorded in {:.2} s; git add and commit {:.2} s", ours.as_secs_f64(), theirs.as_secs_f64());
    let (took, ()) = timed(|| world.git(&["gc", "-q", "--aggressive", "--prune=now"]));
    let git = world.packs();
    println!("  git gc --aggressive ({:.1} s): {} of packs", took.as_secs_f64(), mb(git));
    world.report("as written", git);
    let (took, repacked) = timed(|| newswatch::store::repack(&world.database(), &mut |_, _| ()).unwrap());
    println!("  newswatch gc: {:.2} s, {} contents packed smaller", took.as_secs_f64(), repacked.contents);
    world.report("after gc", git);
}

fn mb(bytes: u64) -> String {
    format!("{:.3} MB", bytes as f64 / 1e6)
}

fn timed<T>(what: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = what();
    (start.elapsed(), done)
}

struct World {
    directory: TempDir,
}

impl World {
    fn new() -> World {
        let world = World { directory: tempfile::tempdir().unwrap() };
        fs::create_dir(world.root()).unwrap();
        world.git(&["init", "-q"]);
        world
    }

    fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("spool")
    }

    fn database(&self) -> PathBuf {
        self.directory.path().join("news.db")
    }

    fn ingest(&self) -> Ingest {
        let root = RootSpec {
            path: self.root(),
            selection: Selection::default(),
            max_size: 1 << 26,
            quiet: Duration::ZERO,
            rehash_every: Duration::ZERO,
        };
        Ingest::new(Writer::open(&self.database()).unwrap(), vec![root]).unwrap()
    }

    fn write(&self, step: &Step) {
        for (path, content) in step {
            let path = self.root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match content {
                Some(content) => fs::write(path, content).unwrap(),
                None => fs::remove_file(path).unwrap(),
            }
        }
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"];
        let done = Command::new("git").arg("-C").arg(self.root()).args(who).args(arguments).status().unwrap();
        assert!(done.success(), "git {arguments:?}");
    }

    /// Bytes of git's packs, without their indexes.
    fn packs(&self) -> u64 {
        let packs = fs::read_dir(self.root().join(".git/objects/pack")).unwrap();
        packs.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|name| name == "pack")).map(size).sum()
    }

    fn report(&self, when: &str, git: u64) {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let bytes = |tables: &str| {
            let sql = format!(
                "SELECT ifnull(sum(pgsize), 0) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ({tables}))"
            );
            connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap().cast_unsigned()
        };
        // The dictionary is part of how blobs are packed.
        let (blob, version) = (bytes("'blob', 'dictionary'"), bytes("'version'"));
        let whole = connection.query_row("SELECT sum(pgsize) FROM dbstat", [], |row| row.get::<_, i64>(0)).unwrap().cast_unsigned();
        let ground = blob + version;
        println!("  {when}: ground {} (blob {}, version {}), {:.2}x git", mb(ground), mb(blob), mb(version), ratio(ground, git));
        println!("  {when}: whole database {}, {:.2}x git", mb(whole), ratio(whole, git));
        let mut statement = connection
            .prepare("SELECT name, sum(pgsize), sum(unused), sum(ncell) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 12")
            .unwrap();
        let rows = statement.query_map([], |row| {
            let numbers = [row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?];
            Ok((row.get::<_, String>(0)?, numbers))
        });
        for (name, [bytes, unused, cells]) in rows.unwrap().map(Result::unwrap) {
            println!("    {name:<28} {:>10}  {unused:>8} unused  {cells:>7} cells", mb(bytes.cast_unsigned()));
        }
        self.read_back(when);
    }

    /// Every version once, in an order that no cache expects.
    fn read_back(&self, when: &str) {
        let reader = Reader::open(&self.database()).unwrap();
        let mut digests = Vec::new();
        for document in reader.documents().unwrap() {
            digests.extend(reader.versions(document.id).unwrap().into_iter().filter_map(|version| match version.content {
                Content::Bytes { digest, .. } => Some(digest),
                Content::Tombstone => None,
            }));
        }
        let mut random = Random::new(7);
        for place in (1..digests.len()).rev() {
            digests.swap(place, random.below(place + 1));
        }
        let mut times: Vec<Duration> = digests.iter().map(|&digest| timed(|| reader.bytes(digest).unwrap()).0).collect();
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        println!("  {when}: read back p50 {:.0?}, p99 {:.0?}, worst {:.0?} of {}", at(50), at(99), at(100), times.len());
    }
}

fn ratio(ours: u64, theirs: u64) -> f64 {
    ours as f64 / theirs as f64
}

fn size(path: PathBuf) -> u64 {
    fs::metadata(path).unwrap().len()
}
