//! `kill -9` in the middle of thousands of changes: what was recorded is whole, and nothing that is on the disk stays out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use newswatch::model::{Content, Digest, Seq};
use newswatch::query::{Filter, History};

use crate::dice::{Dice, setting};
use crate::newsroom::Newsroom;

#[test]
fn nothing_recorded_is_lost_or_torn_by_kill_9() {
    let (rounds, changes, seed) =
        (setting("NEWSWATCH_KILLS", 100), setting("NEWSWATCH_KILL_CHANGES", 6000), setting("NEWSWATCH_KILL_SEED", 1));
    // At least a few changes before each kill, so that there is something to be told of.
    let each = (changes / rounds).max(60);
    let newsroom = Newsroom::new();
    let mut dice = Dice::new(seed);
    // Every content that was ever written, by path: what is recorded has to be one of them.
    let mut written: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
    let mut checked = Checked::default();
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
        checked.go_on(&newsroom, &written, seed);
    }
    newsroom.stdout(&["scan", "wire", "--quiet"]);
    checked.go_on(&newsroom, &written, seed);
    // Once more from the beginning: what was there after some kill is there after all of them.
    let mut again = Checked::default();
    again.go_on(&newsroom, &written, seed);
    assert_eq!(again.numbers, checked.numbers, "seed {seed}");
    assert!(checked.versions() as u64 > rounds, "seed {seed}: hardly anything was recorded");
    for name in written.keys() {
        let now = fs::read(newsroom.path(&format!("wire/{name}"))).unwrap();
        assert_eq!(newsroom.stdout(&["show", &format!("wire/{name}")]), now, "seed {seed}: the last content of {name}");
    }
}

/// What has been read back so far.
#[derive(Default)]
struct Checked {
    /// The numbers of each document's versions.
    numbers: BTreeMap<String, BTreeSet<u32>>,
    last: Option<Seq>,
}

impl Checked {
    /// Reads every version back that is new: dense numbers, a digest that is the content's, a content that was really written.
    fn go_on(&mut self, newsroom: &Newsroom, written: &BTreeMap<String, BTreeSet<Digest>>, seed: u64) {
        let database = newsroom.path("state/newswatch/newswatch.db");
        if !database.exists() {
            return;
        }
        // A daemon that was killed at its very start may have left a database without tables.
        let Ok(history) = History::open(&database, || newswatch::daemon::EXTRACTOR) else { return };
        for entry in history.log(&Filter { after: self.last, oldest_first: true, ..Filter::default() }).unwrap() {
            let version = entry.version;
            let name = version.path.relative().to_str().unwrap().to_owned();
            let Content::Bytes { digest, size } = version.content else { panic!("seed {seed}: nothing was deleted, but {name} is") };
            let bytes = history.bytes(&version).unwrap();
            assert_eq!((Digest::of(&bytes), bytes.len() as u64), (digest, size), "seed {seed}: {name} {}", version.number);
            assert!(written[&name].contains(&digest), "seed {seed}: {name} never held what version {} says", version.number);
            self.numbers.entry(name).or_default().insert(version.number.get());
            self.last = Some(version.seq);
        }
        for (name, numbers) in &self.numbers {
            assert_eq!(numbers.last().copied(), u32::try_from(numbers.len()).ok(), "seed {seed}: the numbers of {name}: {numbers:?}");
        }
    }

    fn versions(&self) -> usize {
        self.numbers.values().map(BTreeSet::len).sum()
    }
}
