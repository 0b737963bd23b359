//! Databases that a disk has damaged: flipped bits, pages that are empty, in each other's place or as they were long ago, files
//! that end too early, logs that belong to another. Each is harmless or named by `verify`, and `salvage` gets out all that can
//! still be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use newswatch::daemon;
use newswatch::model::{Digest, Gap, Seq, Version};
use newswatch::store::{Damage, Depth, Filter, Reader, StoreError, Writer, salvage};

use crate::dice::{Dice, setting};
use crate::newsroom::Newsroom;

const PAGE: usize = 4096;

/// All that a reader can tell, as text.
fn everything(reader: &Reader) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    for entry in reader.log(&Filter::default())? {
        let seq = entry.version.seq;
        let bytes = entry.version.content.digest().map(|digest| reader.bytes(digest).map(|bytes| Digest::of(&bytes)));
        lines.push(format!("{entry:?} {bytes:?} {:?} {:?}", reader.revision(seq)?, reader.made_by(seq)?));
    }
    let mut documents = reader.documents()?;
    documents.sort_by_key(|document| document.id);
    for document in documents {
        let (id, place) = (document.id, reader.document_at(&document.latest.path)?);
        lines.push(format!("{document:?} {:?} {:?}", place.map(|found| found.id), reader.versions(id)?));
    }
    lines.push(format!("{:?} {:?} {:?}", reader.gaps(None, None)?, reader.attest()?, reader.roots()?));
    Ok(lines)
}

/// What is kept of what was seen in the latest contents. One that is not there is made again when it is asked for.
fn extracts(reader: &Reader) -> Result<BTreeMap<Seq, String>, StoreError> {
    let mut extracts = BTreeMap::new();
    for document in reader.documents()? {
        for version in reader.versions(document.id)? {
            let Some(digest) = version.content.digest() else { continue };
            let Ok(bytes) = reader.bytes(digest) else { continue };
            if let Some(entities) = reader.entities(version.seq, &bytes)? {
                extracts.insert(version.seq, format!("{entities:?}"));
            }
        }
    }
    Ok(extracts)
}

/// What a version is in any database that holds it: its path, when it was observed, and its bytes, if it has some.
type Kept = (String, Timestamp, Option<Vec<u8>>);

/// The versions of which the row and the bytes can be read, one by one, and are what their digests say.
fn readable(reader: &Reader, sound: &Reader) -> BTreeSet<Kept> {
    let mut readable = BTreeSet::new();
    for document in sound.documents().unwrap() {
        for version in sound.versions(document.id).unwrap() {
            if !matches!(reader.version(document.id, version.number), Ok(Some(found)) if found == version) {
                continue;
            }
            let bytes = match version.content.digest().map(|digest| reader.bytes(digest)) {
                None => None,
                Some(Ok(bytes)) if Some(Digest::of(&bytes)) == version.content.digest() => Some(bytes),
                Some(_) => continue,
            };
            readable.insert((version.path.absolute().display().to_string(), version.observed, bytes));
        }
    }
    readable
}

/// What is held by a database of which all can be read.
fn held(reader: &Reader) -> BTreeSet<Kept> {
    let versions = reader.documents().unwrap().into_iter().flat_map(|document| reader.versions(document.id).unwrap());
    let kept = |version: Version| {
        let bytes = version.content.digest().and_then(|digest| reader.bytes(digest).ok());
        (version.path.absolute().display().to_string(), version.observed, bytes)
    };
    versions.map(kept).collect()
}

/// A history with edits, a rename, a deletion, the same bytes twice, contents taken out and a gap, in one file; and how that file
/// was when half of it had happened.
struct Sound {
    newsroom: Newsroom,
    bytes: Vec<u8>,
    earlier: Vec<u8>,
    everything: Vec<String>,
    extracts: BTreeMap<Seq, String>,
}

impl Sound {
    fn new() -> Sound {
        let newsroom = Newsroom::new();
        let scan = || newsroom.stdout(&["--db", "sound.db", "scan", "wire", "--quiet"]);
        let mut dice = Dice::new(1);
        // Words that do not pack away: most bits of the file are to mean something.
        let mut detail = |_| (0..600).map(|_| format!("{:x} ", dice.roll(1 << 30))).collect::<String>();
        let details: Vec<String> = (0..6).map(&mut detail).collect();
        let mut earlier = Vec::new();
        // So many versions that their revisions are packed together.
        for take in 0..18 {
            newsroom
                .write("wire/live.txt", format!("Flood, live\n\nThe flood has hurt {take} people, the mayor of {} said.\n", dice.roll(99)));
            scan();
        }
        for take in 0..6 {
            for (story, detail) in details.iter().enumerate() {
                let toll = story * 10 + take * usize::from(story % 2 == 0 || take < 3);
                let text = format!("Story {story}\n\nThe flood hurt {toll} people.\n\n{detail}\n");
                newsroom.write(&format!("wire/{story}.txt"), text);
            }
            if take == 2 {
                newsroom.rename("wire/3.txt", "wire/renamed.txt");
                newsroom.write("wire/copy.txt", fs::read(newsroom.path("wire/1.txt")).unwrap());
            }
            scan();
            if take == 3 {
                newsroom.stdout(&["--db", "sound.db", "prune", "wire/0.txt", "--keep", "1", "--yes"]);
                earlier = fs::read(newsroom.path("sound.db")).unwrap();
                newsroom.remove("wire/renamed.txt");
            }
        }
        let writer = Writer::open(&newsroom.path("sound.db")).unwrap();
        let (root, now) = (newsroom.path("wire"), Timestamp::UNIX_EPOCH);
        writer.note_gap(Gap { root, path: "".into(), began: now, ended: now, cause: "a test".to_owned(), noted: now }).wait().unwrap();
        drop(writer);
        let bytes = fs::read(newsroom.path("sound.db")).unwrap();
        let reader = Reader::open(&newsroom.path("sound.db")).unwrap();
        let (everything, extracts) = (everything(&reader).unwrap(), extracts(&reader).unwrap());
        drop(reader);
        Sound { newsroom, bytes, earlier, everything, extracts }
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.newsroom.path("sound.db")).unwrap()
    }

    /// Puts these bytes in place of the database and looks at them. Gives whether something was found to be wrong with them.
    fn check(&self, damaged: &[u8], context: &str) -> bool {
        let (path, saved) = (self.newsroom.path("damaged.db"), self.newsroom.path("saved.db"));
        for name in ["damaged.db-wal", "damaged.db-shm", "saved.db", "saved.db-wal", "saved.db-shm"] {
            let _ = fs::remove_file(self.newsroom.path(name));
        }
        fs::write(&path, damaged).unwrap();
        let Some(damages) = self.verified(&path, context) else {
            self.check_salvage(&path, &saved, context);
            return true;
        };
        if damages.is_empty() {
            return false;
        }
        // What is damaged is saved as far as it can be read.
        let Ok(reader) = Reader::open(&path) else { return true };
        let expect = readable(&reader, &self.reader());
        match salvage(&path, &saved) {
            Err(error) => assert!(expect.is_empty(), "{context}: {error}, but {} versions can be read", expect.len()),
            Ok(_) => {
                let reader = Reader::open(&saved).unwrap();
                let got = held(&reader);
                let missing: Vec<_> = expect.difference(&got).map(|(path, observed, _)| (path, observed)).collect();
                assert!(missing.is_empty(), "{context}: can be read and was not saved: {missing:?}; {damages:?}");
                let sound = |reader: &Reader, when: &str| {
                    assert_eq!(reader.verify(Depth::Full, &mut |_, _| ()).unwrap().damages, [], "{context}: saved, {when}");
                    assert_eq!(reader.log(&Filter::default()).unwrap().len(), got.len(), "{context}: listed, {when}");
                };
                sound(&reader, "as it is");
                drop(reader);
                // What was derived and did not survive can be made again.
                daemon::reparse(&saved, &mut |_, _| ()).unwrap_or_else(|error| panic!("{context}: {error}"));
                sound(&Reader::open(&saved).unwrap(), "reparsed");
            }
        }
        true
    }

    /// Of what can not even be opened, or not be gone through, is saved what is true, if anything.
    fn check_salvage(&self, path: &Path, saved: &Path, context: &str) {
        let Ok(salvaged) = salvage(path, saved) else { return };
        let (reader, truth) = (Reader::open(saved).unwrap(), held(&self.reader()));
        assert_eq!(reader.verify(Depth::Full, &mut |_, _| ()).unwrap().damages, [], "{context}: saved {salvaged:?}");
        for (path, observed, bytes) in held(&reader) {
            let is_true = truth.iter().any(|(a, b, c)| *a == path && *b == observed && (bytes.is_none() || *c == bytes));
            assert!(is_true, "{context}: saved, and never there: {path} {observed}");
        }
    }

    /// What `verify` names; `None` where not even that can be asked. Where it names nothing, everything has to be as it was.
    fn verified(&self, path: &Path, context: &str) -> Option<Vec<Damage>> {
        let reader = Reader::open(path).ok()?;
        let damages = reader.verify(Depth::Full, &mut |_, _| ()).ok()?.damages;
        if damages.is_empty() {
            let everything = everything(&reader).unwrap_or_else(|error| panic!("{context}: nothing was found to be wrong, but {error}"));
            let changed = everything.iter().zip(&self.everything).find(|(now, before)| now != before);
            assert!(changed.is_none() && everything.len() == self.everything.len(), "{context}: not found to be wrong: {changed:?}");
            let extracts = extracts(&reader).unwrap_or_else(|error| panic!("{context}: nothing was found to be wrong, but {error}"));
            let changed = extracts.iter().find(|&(seq, extract)| self.extracts.get(seq).is_some_and(|before| before != extract));
            assert!(changed.is_none(), "{context}: not found to be wrong: {changed:?}");
        }
        Some(damages)
    }
}

#[test]
fn a_flipped_bit_is_harmless_or_named_and_the_rest_is_saved() {
    let (flips, seed) = (setting("NEWSWATCH_FLIPS", 200), setting("NEWSWATCH_FLIP_SEED", 1));
    let sound = Sound::new();
    let mut dice = Dice::new(seed);
    let mut named = 0;
    for _ in 0..flips {
        let mut damaged = sound.bytes.clone();
        let (place, bit) = (dice.place(damaged.len()), dice.roll(8));
        damaged[place] ^= 1 << bit;
        named += u64::from(sound.check(&damaged, &format!("seed {seed}, byte {place}, bit {bit}")));
    }
    eprintln!("{flips} flipped bits, seed {seed}: {named} named, {} harmless", flips - named);
    assert!(named * 4 > flips, "only {named} of {flips} were found: are most of the bits unused?");
}

#[test]
fn a_spoilt_page_is_harmless_or_named_and_the_rest_is_saved() {
    let sound = Sound::new();
    let pages = sound.bytes.len() / PAGE;
    let page = |number: usize| number * PAGE..(number + 1) * PAGE;
    let mut named = 0;
    for number in 0..pages {
        let mut empty = sound.bytes.clone();
        empty[page(number)].fill(0);
        named += u64::from(sound.check(&empty, &format!("page {number} is empty")));
        let mut swapped = sound.bytes.clone();
        let other = (number + 1) % pages;
        swapped.copy_within(page(other), number * PAGE);
        swapped[page(other)].copy_from_slice(&sound.bytes[page(number)]);
        named += u64::from(sound.check(&swapped, &format!("pages {number} and {other} in each other's place")));
        if let Some(earlier) = sound.earlier.get(page(number)) {
            let mut stale = sound.bytes.clone();
            stale[page(number)].copy_from_slice(earlier);
            named += u64::from(sound.check(&stale, &format!("page {number} as it once was")));
        }
        named += u64::from(sound.check(&sound.bytes[..number * PAGE + dice_in_page(number)], &format!("ends in page {number}")));
    }
    assert!(named > 2 * pages as u64, "only {named} were found");
}

#[test]
#[expect(clippy::disallowed_types, reason = "the pages of a table are asked for")]
fn a_row_under_the_number_of_another_costs_no_other_row() {
    const LEAF: u8 = 13;
    let sound = Sound::new();
    let connection = rusqlite::Connection::open(sound.newsroom.path("sound.db")).unwrap();
    let size: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    let mut damages = 0;
    for table in ["blob", "version", "revision", "place"] {
        let mut leaves = connection.prepare("SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf' ORDER BY pageno").unwrap();
        for page in leaves.query_map([table], |row| row.get::<_, u32>(0)).unwrap() {
            let page = ((page.unwrap() - 1) * size) as usize;
            assert_eq!(sound.bytes[page], LEAF);
            let number = |at: usize| usize::from(u16::from_be_bytes([sound.bytes[page + at], sound.bytes[page + at + 1]]));
            let cells = (0..number(3)).map(|cell| page + number(8 + 2 * cell));
            // Behind the length of the row, of one to three bytes, stands its number: here one of a single byte.
            let ids = cells.map(|cell| cell + 1 + sound.bytes[cell..].iter().take_while(|&&byte| byte >= 0x80).count());
            let ids: Vec<usize> = ids.filter(|&id| sound.bytes[id] < 0x80).collect();
            let Some(&last) = ids.last() else { continue };
            for &id in ids.iter().rev().skip(1).step_by(8) {
                for other in [sound.bytes[last], sound.bytes[id] ^ 0x20] {
                    let mut damaged = sound.bytes.clone();
                    damaged[id] = other;
                    damages += usize::from(sound.check(&damaged, &format!("{table}: row {} as {other}", sound.bytes[id])));
                }
            }
        }
    }
    assert!(damages > 20, "{damages} damages were found");
}

#[test]
#[expect(clippy::disallowed_types, reason = "the damage is done by hand")]
fn what_is_noted_beside_a_content_is_named_where_it_is_wrong_and_put_right_in_what_is_saved() {
    let sound = Sound::new();
    let path = sound.newsroom.path("by-hand.db");
    for (what, sql) in [
        ("every size too large", "DROP TRIGGER blob_stays; UPDATE blob SET size = size + 8"),
        ("another reason of a removal", "DROP TRIGGER removal_stays; UPDATE removal SET reason = 'pbuned'"),
        ("another time of a removal", "DROP TRIGGER removal_stays; UPDATE removal SET removed = removed + 1"),
        ("a removal that is no more", "DROP TRIGGER removal_kept; DELETE FROM removal"),
        ("another document at a path", "UPDATE standing SET document = document + 1"),
        ("a document that is not present where it stands", "UPDATE standing SET present = 0"),
        ("a path that nothing stands at", "UPDATE standing SET path = CAST(path || x'00' AS BLOB) WHERE present"),
        ("a path that is not told of", "DELETE FROM standing WHERE present"),
        ("a column of another name", "ALTER TABLE revision RENAME COLUMN extractor TO dxtractor"),
    ] {
        fs::write(&path, &sound.bytes).unwrap();
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(&format!("{sql}; PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
        drop(connection);
        assert!(sound.check(&fs::read(&path).unwrap(), what), "{what}");
    }
}

/// Some place in a page, another one in each.
fn dice_in_page(number: usize) -> usize {
    number * 1237 % PAGE
}

/// The three files of a database, copied while a daemon has it open and not all of it has come into the main file.
struct Live {
    database: Vec<u8>,
    log: Vec<u8>,
    index: Vec<u8>,
}

impl Live {
    fn of(newsroom: &Newsroom) -> Live {
        let daemon = newsroom.start(&["--db", "live.db", "watch", "wire"]);
        newsroom.stdout(&["--db", "live.db", "sync", "--wait"]);
        for take in 0..4 {
            newsroom.write("wire/late.txt", format!("Late story\n\nTake {take} of it.\n"));
            newsroom.stdout(&["--db", "live.db", "sync"]);
        }
        let read = |name: &str| fs::read(newsroom.path(name)).unwrap();
        let live = Live { database: read("live.db"), log: read("live.db-wal"), index: read("live.db-shm") };
        drop(daemon);
        assert!(live.log.len() > PAGE, "nothing is left in the log");
        live
    }
}

/// Looks at a database with a log and its index beside it: `verify` names something, or everything that is listed is true. Gives
/// how many versions are listed then.
fn listed(sound: &Sound, (database, log, index): (&[u8], &[u8], &[u8]), truth: &Reader, context: &str) -> Option<usize> {
    let path = sound.newsroom.path("damaged.db");
    fs::write(&path, database).unwrap();
    fs::write(sound.newsroom.path("damaged.db-wal"), log).unwrap();
    fs::write(sound.newsroom.path("damaged.db-shm"), index).unwrap();
    let reader = Reader::open(&path).ok()?;
    if !reader.verify(Depth::Full, &mut |_, _| ()).ok()?.damages.is_empty() {
        return None;
    }
    let (listed, truth) = (held(&reader), held(truth));
    assert!(listed.is_subset(&truth), "{context}: not found to be wrong: {:?}", listed.difference(&truth).next());
    Some(listed.len())
}

#[test]
fn a_log_that_is_damaged_or_not_its_own_never_adds_what_was_not_recorded() {
    let sound = Sound::new();
    let live = Live::of(&sound.newsroom);
    let truth = Reader::open(&sound.newsroom.path("live.db")).unwrap();
    let all = held(&truth).len();
    let Live { database, log, index } = &live;
    let garbage = vec![0x5a; index.len()];
    for (index, what) in [(index.as_slice(), "as it was"), (&garbage, "garbage"), (&[], "empty"), (&index[..PAGE], "cut off")] {
        let listed = listed(&sound, (database, log, index), &truth, what);
        assert_eq!(listed, Some(all), "an index of the log is made anew: {what}");
    }
    // The end of a log is where it ceases to be sound: what was in it is missing then, as after a power cut, and all else is there.
    let mut dice = Dice::new(2);
    for _ in 0..30 {
        let end = dice.place(log.len());
        listed(&sound, (database, &log[..end], index), &truth, &format!("the log ends at {end}"));
        let (mut flipped, place) = (log.clone(), dice.place(log.len()));
        flipped[place] ^= 1;
        listed(&sound, (database, &flipped, index), &truth, &format!("byte {place} of the log"));
    }
    let context = "the log of another database";
    if let Some(listed) = listed(&sound, (&sound.bytes, log, index), &truth, context) {
        assert_eq!(listed, all, "{context}");
    }
}
