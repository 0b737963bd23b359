//! Getting out of a damaged database all that can be shown to be sound.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::backup::made_whole;
use super::database::{into_one_file, open_to_write};
use super::gap::{GAP, LinkedGap};
use super::reader::{path_of, time_of};
use super::record::{Ground, Packed, PackedContent, PackedDerived};
use super::{DocumentId, StoreError, chain, pack};
use crate::model::{Digest, DocumentPath, Extract, Revision, Seq};

/// What [`salvage`] got out, and what it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub versions: u64,
    /// Versions that are there, but whose bytes are lost.
    pub without_content: u64,
    /// Versions of which not even the row could be read. Later ones of the same document have moved up.
    pub lost: u64,
}

/// Versions that are committed at a time.
const GROUP: i64 = 500;

/// Copies all of `from` that verifies into a new database at `to`: each row is read by itself, so that a damaged page costs
/// no more than what stood on it. Extracts and revisions that do not verify are left out; `newswatch reparse` makes them again.
///
/// Where nothing is lost, the copy has the same versions with the same links.
///
/// # Errors
/// `from` cannot be opened at all, there is something at `to` already, or `to` cannot be written.
pub fn salvage(from: &Path, to: &Path) -> Result<Salvaged, StoreError> {
    if !from.exists() {
        return Err(StoreError::Missing { path: from.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let wreck = Connection::open_with_flags(from, flags).map_err(|error| StoreError::from_sqlite(from, &error))?;
    let last: i64 = wreck
        .query_row("SELECT max(seq) FROM sqlite_sequence WHERE name = 'version'", [], |row| row.get::<_, Option<i64>>(0))
        .or_else(|_| wreck.query_row("SELECT max(seq) FROM version NOT INDEXED", [], |row| row.get::<_, Option<i64>>(0)))
        .map_err(|error| StoreError::from_sqlite(from, &error))?
        .unwrap_or_default();
    made_whole(to, |unfinished| {
        let mut ground = Ground::new(open_to_write(unfinished)?, unfinished);
        let salvaged = copy(&wreck, last, &mut ground)?;
        into_one_file(ground.connection).map_err(|error| StoreError::from_sqlite(unfinished, &error))?;
        Ok(salvaged)
    })
}

/// Copies the versions up to `last`, and the gaps.
fn copy(wreck: &Connection, last: i64, ground: &mut Ground) -> Result<Salvaged, StoreError> {
    let mut gaps = gaps(wreck).into_iter().peekable();
    let mut salvaged = Salvaged::default();
    let mut newest: HashMap<i64, (DocumentId, Seq)> = HashMap::new();
    for first in (1..=last).step_by(usize::try_from(GROUP).unwrap_or(1)) {
        ground.begin()?;
        for seq in first..(first + GROUP).min(last + 1) {
            while let Some(gap) = gaps.next_if(|gap| gap.after < seq) {
                ground.note_gap(&gap.gap)?;
            }
            let Some((document, mut packed)) = row(wreck, seq) else {
                salvaged.lost += 1;
                continue;
            };
            packed.after = newest.get(&document).copied();
            salvaged.without_content += u64::from(matches!(packed.content, PackedContent::Lost { .. }));
            let stored = ground.record(&packed)?;
            newest.insert(document, (stored.document, stored.version.seq));
            salvaged.versions += 1;
        }
        ground.commit()?;
    }
    ground.begin()?;
    gaps.try_for_each(|gap| ground.note_gap(&gap.gap))?;
    ground.commit()?;
    Ok(salvaged)
}

/// The gaps that can be read, in the order of the chain; a database of the first schema has none.
fn gaps(wreck: &Connection) -> Vec<LinkedGap> {
    let last = wreck.query_row("SELECT max(id) FROM gap NOT INDEXED", [], |row| row.get::<_, Option<i64>>(0)).ok().flatten();
    let sql = format!("SELECT {GAP} FROM gap JOIN root ON root.id = gap.root WHERE gap.id = ?1");
    (1..=last.unwrap_or_default()).filter_map(|id| one(wreck, &sql, id, LinkedGap::read)).collect()
}

/// One version with all that belongs to it and can be read; `None` when not even its row, its path or its digest can.
fn row(wreck: &Connection, seq: i64) -> Option<(i64, Packed)> {
    let (document, place, blob, observed) = one(wreck, "SELECT document, place, blob, observed FROM version WHERE seq = ?1", seq, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?, row.get::<_, i64>(3)?))
    })?;
    // The first schema did not have it.
    let transient = one(wreck, "SELECT transient FROM version WHERE seq = ?1", seq, |row| row.get(0)).unwrap_or_default();
    let (root, path) = one(wreck, "SELECT root, path FROM place WHERE id = ?1", place, |row| {
        Ok((row.get::<_, i64>(0)?, path_of(&row.get::<_, Vec<u8>>(1)?)))
    })?;
    let root = one(wreck, "SELECT path FROM root WHERE id = ?1", root, |row| Ok(path_of(&row.get::<_, Vec<u8>>(0)?)))?;
    let (content, bytes) = match blob {
        None => (PackedContent::Tombstone, None),
        Some(blob) => content(wreck, blob)?,
    };
    let observed: Timestamp = time_of(observed);
    let path = DocumentPath::new(root, path)?;
    let derived = derived(wreck, seq, bytes.as_deref());
    Some((document, Packed { after: None, path, observed, content, transient, derived, signature: None }))
}

fn content(wreck: &Connection, blob: i64) -> Option<(PackedContent, Option<Vec<u8>>)> {
    let (digest, size) = one(wreck, "SELECT digest, size FROM blob WHERE id = ?1", blob, |row| {
        Ok((Digest::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
    })?;
    let bytes = chain::links(wreck, "id = ?1", params![blob]).ok().and_then(|links| chain::unchain(links).ok());
    let sound = bytes.filter(|bytes| Digest::of(bytes) == digest);
    Some(match sound.as_deref().and_then(|bytes| pack::pack(bytes).ok()) {
        Some(packed) => (PackedContent::Bytes { digest, size, packed }, sound),
        None => (PackedContent::Lost { digest, size, reason: reason(wreck, blob) }, None),
    })
}

/// Why a content is not there: because it was removed, else because it is damaged.
fn reason(wreck: &Connection, blob: i64) -> String {
    one(wreck, "SELECT reason FROM removal WHERE blob = ?1", blob, |row| row.get(0))
        .unwrap_or_else(|| "damaged, and lost in a salvage".to_owned())
}

/// `bytes` are the version's, where they are sound.
fn derived(wreck: &Connection, seq: i64, bytes: Option<&[u8]>) -> Option<PackedDerived> {
    let columns = "SELECT extractor, class, severity, flags, words_added, words_deleted, trashline, data FROM revision WHERE version = ?1";
    let (extractor, mut derived) = one(wreck, columns, seq, |row| {
        let derived = PackedDerived {
            extractor: String::new(),
            extract: None,
            class: row.get(1)?,
            severity: row.get(2)?,
            flags: row.get(3)?,
            words_added: row.get(4)?,
            words_deleted: row.get(5)?,
            trashline: row.get(6)?,
            revision: row.get(7)?,
        };
        Ok((row.get::<_, i64>(0)?, derived))
    })?;
    pack::unpack_value::<Revision>(&derived.revision, &[]).ok()?;
    derived.extractor = one(wreck, "SELECT name FROM extractor WHERE id = ?1", extractor, |row| row.get(0))?;
    derived.extract = one(wreck, "SELECT data FROM extract WHERE version = ?1", seq, |row| row.get::<_, Vec<u8>>(0))
        .filter(|data| bytes.is_some_and(|bytes| pack::unpack_value::<Extract>(data, bytes).is_ok()));
    Some(derived)
}

/// One row by its number. What cannot be read is as good as not there.
fn one<T>(wreck: &Connection, sql: &str, number: i64, read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Option<T> {
    wreck.prepare_cached(sql).and_then(|mut statement| statement.query_row(params![number], read).optional()).ok().flatten()
}
