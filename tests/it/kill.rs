//! `kill -9` in the middle of thousands of changes: what was recorded is whole, and nothing that is on the disk stays out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use newswatch::model::{Content, Digest};
use newswatch::query::{Filter, History};

use crate::dice::{Dice, setting};
use crate::newsroom::Newsroom;

#[test]
fn nothing_recorded_is_lost_or_torn_by_kill_9() {
    let (rounds, changes, seed) =
        (setting("NEWSWATCH_KILLS", 20), setting("NEWSWATCH_KILL_CHANGES", 2000), setting("NEWSWATCH_KILL_SEED", 1));
    // At least a few changes before each kill, so that there is something to be told of.
    let each = (changes / rounds).max(60);
    let newsroom = Newsroom::new();
    let mut dice = Dice::new(seed);
    // Every content that was ever written, by path: what is recorded has to be one of them.
    let mut written: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
    let mut recorded_before = 0;
    for round in 0..rounds {
        let mut daemon = newsroom.start(&["watch", "wire", "--json"]);
        let kill_at = each / 2 + dice.roll(each / 2);
        for change in 0..each {
            if change == kill_at {
                // It is in the middle of it: it has told of some changes, and not of all.
                for _ in 0..dice.roll(12) {
                    daemon.line();
                }
                std::thread::sleep(dice.milliseconds(20));
                daemon.kill();
            }
            let name = format!("{}/{}.txt", dice.roll(5), dice.roll(40));
            let words = "word ".repeat(usize::try_from(dice.roll(150)).unwrap());
            let text = format!("Story {name}, take {round}.{change}\n\n{words}\n");
            written.entry(name.clone()).or_default().insert(Digest::of(text.as_bytes()));
            // As good editors save: so every content that ever stands there is a whole one.
            newsroom.write("beside", &text);
            fs::create_dir_all(newsroom.path(&format!("wire/{name}")).parent().unwrap()).unwrap();
            newsroom.rename("beside", &format!("wire/{name}"));
        }
        let recorded = check(&newsroom, &written, seed);
        assert!(recorded >= recorded_before, "round {round}, seed {seed}: {recorded_before} versions had become {recorded}");
        recorded_before = recorded;
    }
    newsroom.stdout(&["scan", "wire", "--quiet"]);
    check(&newsroom, &written, seed);
    for name in written.keys() {
        let now = fs::read(newsroom.path(&format!("wire/{name}"))).unwrap();
        assert_eq!(newsroom.stdout(&["show", &format!("wire/{name}")]), now, "seed {seed}: the last content of {name}");
    }
}

/// Reads every version back: dense numbers, a digest that is the content's, a content that was really written. Gives their
/// number.
fn check(newsroom: &Newsroom, written: &BTreeMap<String, BTreeSet<Digest>>, seed: u64) -> u64 {
    let database = newsroom.path("state/newswatch/newswatch.db");
    if !database.exists() {
        return 0;
    }
    // A daemon that was killed at its very start may have left a database without tables.
    let Ok(history) = History::open(&database, newswatch::daemon::EXTRACTOR) else { return 0 };
    let mut numbers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for entry in history.log(&Filter::default()).unwrap() {
        let version = entry.version;
        let name = version.path.relative().to_str().unwrap().to_owned();
        let Content::Bytes { digest, size } = version.content else { panic!("seed {seed}: nothing was deleted, but {name} is") };
        let bytes = history.bytes(&version).unwrap();
        assert_eq!((Digest::of(&bytes), bytes.len() as u64), (digest, size), "seed {seed}: {name} {}", version.number);
        assert!(written[&name].contains(&digest), "seed {seed}: {name} never held what version {} says", version.number);
        numbers.entry(name).or_default().push(version.number.get());
    }
    for (name, numbers) in &mut numbers {
        numbers.sort_unstable();
        let dense: Vec<u32> = (1..=u32::try_from(numbers.len()).unwrap()).collect();
        assert_eq!(*numbers, dense, "seed {seed}: {name}");
    }
    numbers.values().map(|numbers| numbers.len() as u64).sum()
}
