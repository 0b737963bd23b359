//! Rows read off the pages of a damaged file, without SQLite: where the pages that say which tables there are, and those that lead to the
//! rows, are lost, most rows are still there. Format: <https://www.sqlite.org/fileformat2.html>.
//!
//! A row is known by what stands in it: no two of our tables that matter have the same kinds of value in the same order. Nothing is
//! trusted for that: who takes the rows checks contents against their digests.
#![expect(clippy::disallowed_methods, reason = "the damaged file is read as it is")]

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rusqlite::types::Value;

use super::database::{PAGE, log_of};

#[cfg(test)]
mod tests;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// The first byte of a page that holds rows of a table.
const LEAF: u8 = 0x0d;
/// Of the log: its header, and that of each page in it.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// No row is longer: contents are smaller than this.
const LONGEST: usize = 1 << 31;
/// How every content, and nothing else, begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The table in which SQLite keeps the last number that a version had. It has no number itself.
pub(super) const SEQUENCE: &str = "sqlite_sequence";

/// A row: its table, its number, and its values after the number.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub table: &'static str,
    pub id: i64,
    pub values: Vec<Value>,
}

/// A database file, with the log beside it, as pages.
#[derive(Debug)]
pub(super) struct Pages {
    file: File,
    size: usize,
    /// What SQLite uses of a page.
    usable: usize,
    count: u32,
    log: Option<File>,
    /// Where the log has a newer page than the file.
    newer: HashMap<u32, u64>,
    /// Pages that hold nothing now, but maybe what they once held; `None` where they cannot be told from the others.
    free: Option<HashSet<u32>>,
}

impl Pages {
    /// # Errors
    /// The file cannot be read.
    pub(super) fn open(path: &Path) -> io::Result<Pages> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut header = [0; 100];
        let has_header = file.read_exact_at(&mut header, 0).is_ok() && header.starts_with(MAGIC);
        let said = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let is_sound = has_header && said.is_power_of_two() && said >= 512 && header[20] < 64;
        // Who made the file was newswatch.
        let size = if is_sound { said } else { PAGE as usize };
        let usable = if is_sound { size - usize::from(header[20]) } else { size };
        let mut pages = Pages { file, size, usable, count: 0, log: None, newer: HashMap::new(), free: None };
        pages.count = u32::try_from(length / size as u64).unwrap_or(u32::MAX - 1);
        if let Ok(log) = File::open(log_of(path)) {
            pages.newer = newer(&log, size).unwrap_or_default();
            pages.log = Some(log);
            pages.count = pages.newer.keys().copied().max().unwrap_or_default().max(pages.count);
        }
        pages.free = pages.find_free();
        Ok(pages)
    }

    /// Whether only what stands in the database now is read, and nothing that once stood there.
    pub(super) fn are_current(&self) -> bool {
        self.free.is_some()
    }

    /// Hands every row that can be read to `each`, in no promised order.
    pub(super) fn rows<E>(&self, mut each: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        // The first page belongs to the schema.
        for number in 2..=self.count {
            if self.free.as_ref().is_some_and(|free| free.contains(&number)) {
                continue;
            }
            let Some(page) = self.page(number).filter(|page| page[0] == LEAF) else { continue };
            for cell in 0..usize::from(u16_at(&page, 3).unwrap_or_default()) {
                let row = u16_at(&page, 8 + 2 * cell).and_then(|at| self.row(&page[..self.usable], usize::from(at)));
                row.map_or(Ok(()), &mut each)?;
            }
        }
        Ok(())
    }

    fn page(&self, number: u32) -> Option<Vec<u8>> {
        let mut page = vec![0; self.size];
        let read = match (self.newer.get(&number), &self.log) {
            (Some(&at), Some(log)) => log.read_exact_at(&mut page, at),
            _ => self.file.read_exact_at(&mut page, u64::from(number.checked_sub(1)?) * self.size as u64),
        };
        read.ok().map(|()| page)
    }

    /// The list of free pages, where it can be read to its end.
    fn find_free(&self) -> Option<HashSet<u32>> {
        let first = self.page(1).filter(|page| page.starts_with(MAGIC))?;
        let (mut trunk, all) = (u32_at(&first, 32)?, u32_at(&first, 36)?);
        let mut free = HashSet::new();
        while trunk != 0 {
            let page = self.page(trunk).filter(|_| free.insert(trunk))?;
            let leaves = usize::try_from(u32_at(&page, 4)?).ok()?;
            for leaf in 0..leaves {
                free.insert(u32_at(&page[..self.usable], 8 + 4 * leaf)?);
            }
            trunk = u32_at(&page, 0)?;
        }
        (free.len() == usize::try_from(all).ok()?).then_some(free)
    }

    /// The row in the cell that begins here.
    fn row(&self, page: &[u8], at: usize) -> Option<Row> {
        let mut cell = page.get(at..)?;
        let length = usize::try_from(varint(&mut cell)?).ok()?;
        let id = varint(&mut cell)?;
        let (payload, is_whole) = self.payload(cell, length)?;
        let values = values(&payload, is_whole)?;
        let (table, values) = known(values)?;
        // What is missing of a content shows in its digest. Of all else it would not.
        (is_whole || table == "blob").then_some(Row { table, id, values })
    }

    /// A record of this length that begins in a cell and goes on in other pages where it is too long for one, as far as it can be read;
    /// and whether that is all of it.
    fn payload(&self, cell: &[u8], length: usize) -> Option<(Vec<u8>, bool)> {
        let most = self.usable - 35;
        if length <= most {
            return Some((cell.get(..length)?.to_vec(), true));
        }
        if length > LONGEST.min(self.usable * self.count as usize) {
            return None;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let here = least + (length - least) % (self.usable - 4);
        let here = if here <= most { here } else { least };
        let mut payload = cell.get(..here)?.to_vec();
        let mut next = u32_at(cell, here)?;
        while payload.len() < length
            && let Some(page) = self.page(next).filter(|_| next <= self.count)
        {
            let part = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(&page[4..4 + part]);
            next = u32_at(&page, 0)?;
        }
        let is_whole = payload.len() == length;
        Some((payload, is_whole))
    }
}

/// Where the log has the newest page of each number, up to its last commit.
fn newer(log: &File, size: usize) -> io::Result<HashMap<u32, u64>> {
    let mut header = [0; LOG_HEADER];
    log.read_exact_at(&mut header, 0)?;
    let is_big_endian = match header[..4] {
        [0x37, 0x7f, 0x06, 0x82] => false,
        [0x37, 0x7f, 0x06, 0x83] => true,
        _ => return Ok(HashMap::new()),
    };
    let sums = |bytes: &[u8], start: (u32, u32)| {
        bytes.as_chunks::<8>().0.iter().fold(start, |(one, two), &[a, b, c, d, e, f, g, h]| {
            let word = |bytes: [u8; 4]| if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
            let one = one.wrapping_add(word([a, b, c, d])).wrapping_add(two);
            (one, two.wrapping_add(word([e, f, g, h])).wrapping_add(one))
        })
    };
    let (mut committed, mut open) = (HashMap::new(), HashMap::new());
    let mut sum = sums(&header[..24], (0, 0));
    let said = |bytes: &[u8], at: usize| (u32_at(bytes, at).unwrap_or_default(), u32_at(bytes, at + 4).unwrap_or_default());
    if sum != said(&header, 24) || u32_at(&header, 8).map(|said| said as usize) != Some(size) {
        return Ok(committed);
    }
    let mut frame = vec![0; FRAME_HEADER + size];
    let mut at = LOG_HEADER as u64;
    while log.read_exact_at(&mut frame, at).is_ok() && frame[8..16] == header[16..24] {
        sum = sums(&frame[FRAME_HEADER..], sums(&frame[..8], sum));
        if sum != said(&frame, 16) {
            break;
        }
        let (number, commit) = said(&frame, 0);
        open.insert(number, at + FRAME_HEADER as u64);
        if commit != 0 {
            committed.extend(open.drain());
        }
        at += frame.len() as u64;
    }
    Ok(committed)
}

/// The table that a record is of, with its values as that table has them now, its number aside; `None` where it is of none that matters.
fn known(mut values: Vec<Value>) -> Option<(&'static str, Vec<Value>)> {
    use Value::{Blob, Integer as Int, Null, Text};
    let is_digest = |bytes: &[u8]| bytes.len() == 32;
    let table = match values.as_slice() {
        [Text(name), Int(_)] if name == "version" => SEQUENCE,
        [Null, Blob(data)] if data.starts_with(&ZSTD) => "bundle",
        [Null, Blob(_)] => "root",
        // The first schema had a table of extracts that looks like this.
        [Null, Int(_), Blob(path)] if !path.starts_with(&ZSTD) => "place",
        [Null, Blob(digest), Int(_), Int(_), Int(_), Int(_) | Null, Blob(_) | Null, dictionary @ ..]
            if is_digest(digest) && matches!(dictionary, [] | [Int(_) | Null]) =>
        {
            "blob"
        }
        [Null, Int(_), Int(_), Int(_), Int(_) | Null, Int(_), Blob(link), transient @ ..]
            if is_digest(link) && matches!(transient, [] | [Int(_)]) =>
        {
            "version"
        }
        [Null, Int(_), Text(_)] | [Null, Int(_), Text(_), Blob(_) | Null] => "removal",
        [Null, Text(_)] => "extractor",
        [Null, Int(_), Int(_), Int(_), Int(_), Int(_), Int(_), Text(_), Blob(_)]
        | [Null, Int(_), Int(_), Int(_), Int(_), Int(_), Int(_), Text(_), Blob(_), Int(_) | Null] => "revision",
        [Null, Int(_), Int(_), Blob(_)] => "entities",
        [Null, Int(_), Blob(_), Int(_), Int(_), Text(_), Int(_), Int(_), Blob(link)] if is_digest(link) => "gap",
        [Null, Int(_), Blob(_), Int(_), Int(_)] => "dictionary",
        _ => return None,
    };
    match table {
        // Columns that came later, in rows from before.
        "blob" => values.resize(8, Null),
        "version" => values.resize(8, Int(0)),
        "removal" => values.resize(4, Null),
        "revision" => values.resize(10, Null),
        _ => {}
    }
    if table != SEQUENCE {
        values.remove(0);
    }
    Some((table, values))
}

/// The values in a record; `None` where it is none of ours. Of one that is not whole the last values are cut off, too.
fn values(payload: &[u8], is_whole: bool) -> Option<Vec<Value>> {
    let mut rest = payload;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let mut kinds = payload.get(payload.len() - rest.len()..header)?;
    let mut data = &payload[header..];
    let mut values = Vec::new();
    while !kinds.is_empty() {
        let kind = varint(&mut kinds)?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 => 8,
            12.. => (kind - 12) / 2,
            // Numbers with a fraction, and what SQLite never writes.
            _ => return None,
        };
        let length = usize::try_from(length).ok()?;
        let (bytes, left) = data.split_at_checked(length).or_else(|| (!is_whole).then_some((data, &[])))?;
        data = left;
        values.push(match kind {
            0 => Value::Null,
            1..=6 if bytes.len() < length => Value::Null,
            8 | 9 => Value::Integer(kind - 8),
            1..=6 => {
                let start = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
                Value::Integer(bytes.iter().fold(start, |number, &byte| number << 8 | i64::from(byte)))
            }
            _ if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
    }
    // No table has more.
    (values.len() <= 10).then_some(values)
}

/// Takes a number off the front: seven bits a byte, the ninth byte whole.
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for place in 0..9 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if place == 8 {
            return Some((number << 8 | u64::from(byte)).cast_signed());
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number.cast_signed())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
