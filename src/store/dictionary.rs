//! Dictionaries: what many small contents have in common, kept once. An aid to packing and no ground: whether a content is what
//! it was is told by its digest.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::{Connection, OptionalExtension, params};
use zstd::zstd_safe::{CDict, DDict};

use super::record::Ground;
use super::{StoreError, pack};

/// Larger contents have enough in common with themselves.
pub(super) const SMALL: usize = 64 * 1024;

/// So many small contents make a first dictionary worth trying; where it does not pay, it is tried again with four times as many.
const FIRST: u64 = 64;

/// Bytes of contents that a first dictionary is made from, at most.
const SAMPLES: usize = 4 * 1024 * 1024;

/// The largest dictionary, as zstd recommends it.
const MOST: usize = 110 * 1024;

/// A dictionary that is ready to pack and to unpack with.
pub(super) struct Dictionary {
    pub id: i64,
    pack: CDict<'static>,
    quick: CDict<'static>,
    pub unpack: DDict<'static>,
}

impl Dictionary {
    /// To pack at this level, and quickly.
    pub(super) fn new(id: i64, bytes: &[u8], level: i32) -> Dictionary {
        Dictionary { id, pack: CDict::create(bytes, level), quick: CDict::create(bytes, pack::QUICK), unpack: DDict::create(bytes) }
    }

    /// A level other than the quick one is the one that it was made for.
    pub(super) fn at(&self, level: i32) -> &CDict<'static> {
        if level == pack::QUICK { &self.quick } else { &self.pack }
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dictionary").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The dictionary with this number, as it is kept.
pub(super) fn load(connection: &Connection, id: i64, level: i32) -> rusqlite::Result<Option<Dictionary>> {
    let mut statement = connection.prepare_cached("SELECT size, bytes FROM dictionary WHERE id = ?1")?;
    let row = statement.query_row(params![id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))).optional()?;
    // One that cannot be unpacked is as good as not there: what was packed with it does not verify.
    Ok(row.and_then(|(size, packed)| {
        let bytes = pack::unpack(&packed, usize::try_from(size).ok()?, None).ok()?;
        Some(Dictionary::new(id, &bytes, level))
    }))
}

/// Contents to make a dictionary from.
#[derive(Default)]
pub(super) struct Samples {
    pub contents: Vec<Vec<u8>>,
    /// All of them lie between these blobs.
    pub first: i64,
    pub last: i64,
}

impl Samples {
    pub(super) fn add(&mut self, blob: i64, content: Vec<u8>) {
        self.first = if self.contents.is_empty() { blob } else { self.first.min(blob) };
        self.contents.push(content);
        self.last = self.last.max(blob);
    }
}

/// Trains a dictionary on some of the samples and gives it where it saves at least a twentieth of the others, against packing
/// them with the dictionary that is there, or with none.
pub(super) fn train(samples: &[Vec<u8>], against: Option<&Dictionary>, level: i32) -> Option<Vec<u8>> {
    if (samples.len() as u64) < FIRST {
        return None;
    }
    let (judges, teachers): (Vec<_>, Vec<_>) = samples.iter().enumerate().partition(|(place, _)| place % 4 == 3);
    let teachers: Vec<&[u8]> = teachers.into_iter().map(|(_, sample)| sample.as_slice()).collect();
    let all: usize = teachers.iter().map(|sample| sample.len()).sum();
    // More than an eighth of what it was made from would be learning by heart.
    let mut bytes = zstd::dict::from_samples(&teachers, MOST.min(all / 8)).ok()?;
    // Its number, which follows the magic number, would stand in every content; the row has ours.
    bytes.get_mut(4..8)?.fill(0);
    let dictionary = Dictionary::new(0, &bytes, level);
    let packed = |dictionary: Option<&Dictionary>| {
        judges.iter().map(|(_, sample)| pack::pack_at(sample, dictionary, level).map_or(0, |packed| packed.len())).sum::<usize>()
    };
    let (with, without) = (packed(Some(&dictionary)), packed(against));
    (with * 20 <= without * 19).then_some(bytes)
}

/// When to try the next dictionary.
#[derive(Debug)]
pub(super) enum Schooling {
    /// There is one, and `newswatch gc` makes better ones.
    Done,
    /// There is none. So many contents are there, and it is tried at so many.
    Waiting { there: u64, due: u64 },
}

/// The dictionary to pack with now, on whatever thread.
#[derive(Debug, Default)]
pub(super) struct Desk(RwLock<Option<Arc<Dictionary>>>);

impl Desk {
    pub(super) fn get(&self) -> Option<Arc<Dictionary>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, dictionary: Option<Arc<Dictionary>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = dictionary;
    }
}

impl Ground {
    /// The newest dictionary, and whether one is wanted.
    pub(super) fn school(&mut self) -> Result<(), StoreError> {
        let dictionary = self.newest_dictionary(pack::LEVEL)?;
        self.schooling = match &dictionary {
            Some(_) => Schooling::Done,
            None => {
                let there = self.find("SELECT ifnull(max(id), 0) FROM blob", params![], |row| row.get::<_, i64>(0))?;
                let there = there.unwrap_or_default().cast_unsigned();
                let due = std::iter::successors(Some(FIRST), |due| due.checked_mul(4)).find(|&due| due > there).unwrap_or(u64::MAX);
                Schooling::Waiting { there, due }
            }
        };
        self.desk.set(dictionary.map(Arc::new));
        Ok(())
    }

    /// The newest dictionary, ready to pack at this level.
    pub(super) fn newest_dictionary(&self, level: i32) -> Result<Option<Dictionary>, StoreError> {
        let newest = self.find("SELECT max(id) FROM dictionary", params![], |row| row.get::<_, Option<i64>>(0))?.flatten();
        newest.map_or(Ok(None), |id| load(&self.connection, id, level)).map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    /// A content has come without a dictionary.
    pub(super) fn count_sample(&mut self) {
        if let Schooling::Waiting { there, .. } = &mut self.schooling {
            *there += 1;
        }
    }

    /// Makes the first dictionary as soon as there is enough to make it from. Between two groups: it is a group of its own.
    pub(super) fn train_if_due(&mut self) -> Result<(), StoreError> {
        match &mut self.schooling {
            Schooling::Waiting { there, due } if *there >= *due => *due = due.saturating_mul(4),
            _ => return Ok(()),
        }
        let samples = self.samples()?;
        if let Some(bytes) = train(&samples.contents, None, pack::LEVEL) {
            self.begin()?;
            let id = self.keep_dictionary(&bytes, &samples)?;
            self.commit()?;
            self.schooling = Schooling::Done;
            self.desk.set(Some(Arc::new(Dictionary::new(id, &bytes, pack::LEVEL))));
        }
        Ok(())
    }

    /// Small contents that stand whole, the newest first.
    fn samples(&self) -> Result<Samples, StoreError> {
        let mut samples = Samples::default();
        let (mut bytes, mut before) = (0, i64::MAX);
        while bytes < SAMPLES {
            let next = self.find(
                "SELECT id FROM blob WHERE id < ?1 AND size BETWEEN 64 AND ?2 AND base IS NULL AND bytes IS NOT NULL ORDER BY id DESC LIMIT 1",
                params![before, i64::try_from(SMALL).unwrap_or(i64::MAX)],
                |row| row.get::<_, i64>(0),
            )?;
            let Some(blob) = next else { break };
            before = blob;
            let content = self.content(blob)?;
            bytes += content.len();
            samples.add(blob, content);
        }
        Ok(samples)
    }

    pub(super) fn keep_dictionary(&self, bytes: &[u8], samples: &Samples) -> Result<i64, StoreError> {
        let packed = pack::pack(bytes, None).map_err(|error| StoreError::Other { path: self.path.clone(), cause: error.to_string() })?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let values = params![size, packed, samples.first, samples.last];
        self.run("INSERT INTO dictionary (size, bytes, first, last) VALUES (?1, ?2, ?3, ?4)", values)?;
        Ok(self.connection.last_insert_rowid())
    }
}
