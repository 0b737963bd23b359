//! Getting out of a damaged database all that can be shown to be sound.

use std::collections::{BTreeSet, HashMap};
use std::iter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params, params_from_iter};

use super::backup::{made_whole, remove_with_its_log, with_ending};
use super::chain::{self, Shelf};
use super::database::{APPLICATION, into_one_file, is_there, log_of, open_to_write};
use super::gap::{GAP, LinkedGap};
use super::observation::{Packed, PackedContent, PackedDerived};
use super::pages::{Pages, Row, SEQUENCE};
use super::reader::{path_of, time_of};
use super::record::Ground;
use super::{Derived, DocumentId, StoreError, bundle, derived, link, pack};
use crate::model::{Class, Digest, DocumentPath, Revision, Seq, Severity, TextDiff};

/// What [`salvage`] got out, and what it did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub versions: u64,
    /// Versions that are there, but whose bytes are lost.
    pub without_content: u64,
    /// Versions of which not even the row could be read. Later ones of the same document have moved up.
    pub lost: u64,
}

/// Versions that are committed at a time.
const GROUP: i64 = 500;

impl Salvaged {
    /// Whether nothing is missing. What was removed on purpose is missing, too.
    fn is_whole(self) -> bool {
        self.versions > 0 && self.lost + self.without_content == 0
    }

    fn is_better_than(self, other: Salvaged) -> bool {
        let [own, others] = [self, other].map(|salvaged| (salvaged.versions, salvaged.versions - salvaged.without_content));
        own.0 >= others.0 && own.1 >= others.1 && own != others
    }
}

/// Copies all of `from` that verifies into a new database at `to`: each row is read by itself, so that a damaged page costs
/// no more than what stood on it. Where that leaves anything out, the rows are looked for on all pages too, whether others lead to them
/// or not, and of each version is taken what either reading has. Entities and revisions that do not verify are left out; `newswatch
/// reparse` makes them again, and until then a revision that says no more than that stands in the place of each.
///
/// Where nothing is lost, the copy has the same versions with the same links.
///
/// # Errors
/// No version is found in `from`, there is something at `to` already, or `to` cannot be written.
pub fn salvage(from: &Path, to: &Path) -> Result<Salvaged, StoreError> {
    if !is_there(from)? {
        return Err(StoreError::Missing { path: from.to_owned() });
    }
    let wreck = Wreck::open(from).map_err(|error| StoreError::from_sqlite(from, &error));
    if wreck.as_ref().is_ok_and(Wreck::is_foreign) {
        return Err(StoreError::Foreign { path: from.to_owned(), found: "it holds no versions".to_owned() });
    }
    made_whole(to, |unfinished| {
        let led = wreck.as_ref().ok().map(|wreck| copied(&[wreck], from, unfinished)).transpose()?.unwrap_or_default();
        if led.is_whole() {
            return Ok(led);
        }
        let (rows, better) = (Scratch::new(unfinished, "-rows")?, Scratch::new(unfinished, "-better")?);
        // Either may have what the other has not: of two rows with one number only one is among those of the pages.
        let of_rows = Wreck::of_rows(from, &rows.0)?;
        let both: Vec<&Wreck> = wreck.iter().chain([&of_rows]).collect();
        let found = copied(&both, from, &better.0)?;
        if found.is_better_than(led) {
            better.replace(unfinished)?;
            return Ok(found);
        }
        match wreck {
            Err(error) if led.versions == 0 => Err(error),
            _ => Ok(led),
        }
    })
}

/// Copies from several readings of one database, of each version what the first has that has all of it.
fn copied(wrecks: &[&Wreck], from: &Path, to: &Path) -> Result<Salvaged, StoreError> {
    let mut ground = Ground::new(open_to_write(to)?, to)?;
    let salvaged = copy(wrecks, &Last::of(wrecks, from), &mut ground)?;
    into_one_file(ground.connection).map_err(|error| StoreError::from_sqlite(to, &error))?;
    Ok(salvaged)
}

/// A database for a while, gone when it is not needed any more.
struct Scratch(PathBuf);

impl Scratch {
    fn new(beside: &Path, ending: &str) -> Result<Scratch, StoreError> {
        let scratch = Scratch(with_ending(beside, ending));
        // Left by one that was killed.
        remove_with_its_log(&scratch.0).map_err(|error| scratch.trouble(&error))?;
        Ok(scratch)
    }

    fn replace(&self, other: &Path) -> Result<(), StoreError> {
        std::fs::rename(&self.0, other).map_err(|error| self.trouble(&error))
    }

    fn trouble(&self, error: &std::io::Error) -> StoreError {
        StoreError::Io { path: self.0.clone(), cause: error.to_string() }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Its name says what it is, should it stay.
        let _ = remove_with_its_log(&self.0);
    }
}

/// A damaged database, or one of an older schema.
struct Wreck {
    connection: Connection,
    shelf: Shelf,
    /// How the dictionary of a content is said there.
    dictionary: &'static str,
    /// Asks there for the data of a revision and for its bundle.
    revision: &'static str,
    /// How many of the tables are there without which there is no version.
    tables: i64,
}

impl Wreck {
    fn open(from: &Path) -> rusqlite::Result<Wreck> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(from, flags)?;
        // A file that ends too early, as a copy that was broken off does, is read as far as it goes. Nothing is written: it is read-only.
        connection.pragma_update(None, "writable_schema", true)?;
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('version', 'blob', 'place')";
        let tables = connection.query_row(tables, [], |row| row.get(0))?;
        Ok(Wreck::new(connection, tables))
    }

    /// What stands on the pages of a file, wherever it stands, gathered in a database of its own at `rows`.
    fn of_rows(from: &Path, rows: &Path) -> Result<Wreck, StoreError> {
        let pages = Pages::open(from).map_err(|error| StoreError::Io { path: from.to_owned(), cause: error.to_string() })?;
        let gather = || {
            let connection = Connection::open(rows)?;
            connection.execute_batch(ROWS)?;
            let mut said = 0;
            pages.rows(|row| match (row.table, row.values.as_slice()) {
                (SEQUENCE, [_, Value::Integer(last)]) => {
                    said = said.max(*last);
                    Ok(())
                }
                _ => connection
                    .prepare_cached(&insertion(&row))?
                    .execute(params_from_iter(iter::once(row.id.into()).chain(row.values)))
                    .map(drop),
            })?;
            connection.execute("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'version'", params![said])?;
            if !pages.are_current() {
                // What was removed may be found as it once was.
                let removed = "UPDATE blob SET base = NULL, bytes = NULL, dictionary = NULL WHERE id IN (SELECT blob FROM removal)";
                connection.execute(removed, [])?;
            }
            connection.execute_batch("COMMIT")?;
            Ok(Wreck::new(connection, 3))
        };
        gather().map_err(|error| StoreError::from_sqlite(rows, &error))
    }

    fn new(connection: Connection, tables: i64) -> Wreck {
        let has_dictionaries = connection.prepare("SELECT dictionary FROM blob").is_ok();
        let dictionary = if has_dictionaries { chain::DICTIONARY } else { chain::NO_DICTIONARY };
        let has_bundles = connection.prepare(bundle::DATA).is_ok();
        let revision = if has_bundles { bundle::DATA } else { "SELECT data, NULL FROM revision WHERE version = ?1" };
        Wreck { connection, shelf: Shelf::default(), dictionary, revision, tables }
    }

    /// Whether it can be read, and never had a version of ours.
    fn is_foreign(&self) -> bool {
        let application = self.connection.query_row("SELECT application_id FROM pragma_application_id", [], |row| row.get::<_, i32>(0));
        self.tables == 0 && application.is_ok_and(|application| application != APPLICATION)
    }
}

/// The tables that are copied from, with the columns that [`Pages::rows`] gives and without any rule that damaged rows might break.
const ROWS: &str = "
    PRAGMA journal_mode = off; PRAGMA synchronous = off; BEGIN;
    CREATE TABLE root (id INTEGER PRIMARY KEY, path);
    CREATE TABLE place (id INTEGER PRIMARY KEY, root, path);
    CREATE TABLE blob (id INTEGER PRIMARY KEY, digest, size, rank, shared, base, bytes, dictionary);
    CREATE TABLE version (seq INTEGER PRIMARY KEY AUTOINCREMENT, document, number, place, blob, observed, link, transient);
    CREATE TABLE removal (blob INTEGER PRIMARY KEY, removed, reason, seal);
    CREATE TABLE extractor (id INTEGER PRIMARY KEY, name);
    CREATE TABLE revision (version INTEGER PRIMARY KEY, extractor, class, severity, flags, words_added, words_deleted, trashline, data, bundle);
    CREATE TABLE bundle (id INTEGER PRIMARY KEY, data);
    CREATE TABLE entities (document INTEGER PRIMARY KEY, version, extractor, data);
    CREATE TABLE gap (id INTEGER PRIMARY KEY, root, path, began, ended, cause, noted, after, link);
    CREATE TABLE dictionary (id INTEGER PRIMARY KEY, size, bytes, first, last);";

/// How a row is taken. A page that is not in use any more may hold one as it once was: ground rows never change, of the others the one
/// is taken that needs the least to be read, or came last; and never one that says again what was purged.
fn insertion(row: &Row) -> String {
    let newer = match row.table {
        "blob" => {
            "UPDATE SET base = excluded.base, bytes = excluded.bytes, dictionary = excluded.dictionary
             WHERE blob.base IS NOT NULL AND excluded.base IS NULL"
        }
        "revision" => {
            "UPDATE SET extractor = excluded.extractor, trashline = excluded.trashline, data = excluded.data, bundle = excluded.bundle
             WHERE excluded.trashline LIKE 'removed: %' OR revision.trashline NOT LIKE 'removed: %'
               AND (excluded.extractor, excluded.bundle IS NULL) > (revision.extractor, revision.bundle IS NULL)"
        }
        "entities" => {
            "UPDATE SET version = excluded.version, extractor = excluded.extractor, data = excluded.data
             WHERE excluded.version > entities.version"
        }
        _ => "NOTHING",
    };
    let places = ", ?".repeat(row.values.len());
    format!("INSERT INTO {} VALUES (?{places}) ON CONFLICT DO {newer}", row.table)
}

/// How far the versions go, as far as that can be told.
struct Last {
    /// The last one that the database speaks of; 0: it speaks of none.
    said: i64,
    /// Where to stop looking.
    limit: i64,
}

impl Last {
    fn of(wrecks: &[&Wreck], from: &Path) -> Last {
        let all = wrecks.iter().map(|wreck| Last::in_one(&wreck.connection, from));
        all.reduce(|a, b| Last { said: a.said.max(b.said), limit: a.limit.max(b.limit) }).unwrap_or(Last { said: 0, limit: 0 })
    }

    fn in_one(wreck: &Connection, from: &Path) -> Last {
        /// Bytes that a version takes at the least: its link.
        const LEAST: u64 = 32;
        #[expect(clippy::disallowed_methods, reason = "how many versions the file and its log can hold at the most")]
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        let most = i64::try_from((length(from) + length(&log_of(from))) / LEAST).unwrap_or(i64::MAX);
        let number = |sql| wreck.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).ok().map(Option::unwrap_or_default);
        // Each may be damaged: a number that is too large to be true says nothing.
        let said =
            [number("SELECT max(seq) FROM sqlite_sequence WHERE name = 'version'"), number("SELECT max(seq) FROM version NOT INDEXED")]
                .map(|said| said.filter(|said| (0..=most).contains(said)));
        let sound = said.iter().all(Option::is_some);
        let said = said.into_iter().flatten().max().unwrap_or_default();
        Last { said, limit: if sound { said } else { most } }
    }
}

/// Copies the versions, and the gaps.
fn copy(wrecks: &[&Wreck], last: &Last, ground: &mut Ground) -> Result<Salvaged, StoreError> {
    let most = wrecks.iter().map(|wreck| gaps(wreck)).reduce(|most, gaps| if gaps.len() > most.len() { gaps } else { most });
    let mut gaps = most.unwrap_or_default().into_iter().peekable();
    let mut salvaged = Salvaged::default();
    // Which document of the copy goes on with which of the wreck, and the last version of each.
    let mut continued: HashMap<i64, DocumentId> = HashMap::new();
    let mut newest: HashMap<DocumentId, Seq> = HashMap::new();
    let mut end = last.said;
    for first in (1..=last.limit).step_by(usize::try_from(GROUP).unwrap_or(1)) {
        ground.begin()?;
        for seq in first..(first + GROUP).min(last.limit + 1) {
            while let Some(gap) = gaps.next_if(|gap| gap.after < seq) {
                ground.note_gap(&gap.gap)?;
            }
            let Some((document, mut packed)) = best_row(wrecks, seq) else { continue };
            end = end.max(seq);
            let own = continued.get(&document).copied();
            // Whoever stands in its place has left it in a version that is lost: then their histories are one from here on.
            let document_before = ground.standing(&packed.path)?.filter(|_| own.is_none() || !packed.is_tombstone()).or(own);
            packed.after = document_before.and_then(|document| Some((document, *newest.get(&document)?)));
            if packed.derived.is_none() && !wrecks.iter().any(|wreck| is_pending(wreck, seq)) {
                packed.derived = Some(unknown_step(&packed, &ground.path)?);
            }
            salvaged.without_content += u64::from(matches!(packed.content, PackedContent::Lost { .. }));
            let stored = ground.record(&packed)?;
            continued.insert(document, stored.document);
            newest.insert(stored.document, stored.version.seq);
            salvaged.versions += 1;
        }
        ground.commit()?;
    }
    ground.begin()?;
    gaps.try_for_each(|gap| ground.note_gap(&gap.gap))?;
    ground.commit()?;
    salvaged.lost = end.unsigned_abs() - salvaged.versions;
    Ok(salvaged)
}

/// The gaps that can be read, in the order of the chain; a database of the first schema has none.
fn gaps(wreck: &Wreck) -> Vec<LinkedGap> {
    let next = "SELECT min(id) FROM gap NOT INDEXED WHERE id > ?1";
    let ids = iter::successors(Some(0), |&last| one(wreck, next, last, |row| row.get::<_, Option<i64>>(0)).flatten());
    let sql = format!("SELECT {GAP} FROM gap JOIN root ON root.id = gap.root WHERE gap.id = ?1");
    ids.skip(1).filter_map(|id| one(wreck, &sql, id, LinkedGap::read)).collect()
}

/// A version as the first tells it that has its content, or knows why it was removed, else as the first that tells of it; and what is
/// derived from it as the first tells it that tells of the same content.
fn best_row(wrecks: &[&Wreck], seq: i64) -> Option<(i64, Packed)> {
    let is_lost = |packed: &Packed| matches!(&packed.content, PackedContent::Lost { reason, .. } if reason == LOST);
    let mut rows = wrecks.iter().filter_map(|wreck| row(wreck, seq));
    let (mut document, mut best) = rows.next()?;
    while is_lost(&best) || best.derived.is_none() {
        let Some((other, mut found)) = rows.next() else { break };
        if is_lost(&best) && !is_lost(&found) {
            document = other;
            std::mem::swap(&mut best, &mut found);
        }
        if best.derived.is_none() && best.content.digest() == found.content.digest() {
            best.derived = found.derived;
        }
    }
    Some((document, best))
}

/// One version with all that belongs to it and can be read; `None` when not even its row, its path or its digest can.
fn row(wreck: &Wreck, seq: i64) -> Option<(i64, Packed)> {
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
    let derived = derived_of(wreck, seq, bytes.as_deref());
    Some((document, Packed { after: None, path, observed, content, transient, derived, signature: None }))
}

fn content(wreck: &Wreck, blob: i64) -> Option<(PackedContent, Option<Vec<u8>>)> {
    let (digest, size) = one(wreck, "SELECT digest, size FROM blob WHERE id = ?1", blob, |row| {
        // A size below nothing is damaged, and the bytes with it.
        Ok((Digest::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.max(0).cast_unsigned()))
    })?;
    let links = chain::links_in(&wreck.connection, wreck.dictionary, "id = ?1", params![blob]).ok();
    let bytes = links.and_then(|links| wreck.shelf.unchain(&wreck.connection, links).ok());
    let sound = bytes.filter(|bytes| Digest::of(bytes) == digest);
    Some(match sound.as_deref().and_then(|bytes| Some((bytes.len() as u64, pack::pack(bytes, None).ok()?))) {
        // The digest vouches for the bytes, and for nothing that is noted beside them.
        Some((size, packed)) => (PackedContent::Bytes { digest, size, packed, dictionary: None }, sound),
        None => (PackedContent::Lost { digest, size, reason: reason(wreck, blob, digest) }, None),
    })
}

const LOST: &str = "damaged, and lost in a salvage";

/// Why a content is not there: because it was removed, else because it is damaged.
fn reason(wreck: &Wreck, blob: i64, digest: Digest) -> String {
    let removal = one(wreck, "SELECT removed, reason FROM removal WHERE blob = ?1", blob, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    });
    // Older schemas, and removals from their time, have none.
    let seal = one(wreck, "SELECT seal FROM removal WHERE blob = ?1", blob, |row| row.get::<_, Option<Vec<u8>>>(0)).flatten();
    let is_sound = |(removed, reason): &(i64, String)| seal.is_none_or(|seal| seal == link::of_removal(digest, *removed, reason));
    removal.filter(is_sound).map_or_else(|| LOST.to_owned(), |(_, reason)| reason)
}

/// Whether nothing had been derived from a version yet. Older schemas knew of no such thing.
fn is_pending(wreck: &Wreck, seq: i64) -> bool {
    one(wreck, "SELECT 1 FROM pending WHERE version = ?1", seq, |_| Ok(())).is_some()
}

/// `bytes` are the version's, where they are sound.
fn derived_of(wreck: &Wreck, seq: i64, bytes: Option<&[u8]>) -> Option<PackedDerived> {
    let (data, bundle) = one(wreck, wreck.revision, seq, |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)))?;
    let extractor = one(wreck, "SELECT extractor FROM revision WHERE version = ?1", seq, |row| row.get::<_, i64>(0))?;
    let extractor = one(wreck, "SELECT name FROM extractor WHERE id = ?1", extractor, |row| row.get::<_, String>(0))?;
    // The columns beside it are made from it anew.
    let revision = derived::unpack_revision(Seq(seq), &data, bundle.as_deref()).ok()?;
    let mut made = PackedDerived::new(&Derived { extractor: &extractor, entities: None, revision: &revision }).ok()?;
    let entities =
        "SELECT entities.data FROM version JOIN entities ON entities.document = version.document AND entities.version = version.seq
                    WHERE version.seq = ?1";
    made.entities = one(wreck, entities, seq, |row| row.get::<_, Vec<u8>>(0))
        .filter(|data| bytes.is_some_and(|bytes| derived::unpack_entities(data, bytes).is_ok()));
    Some(made)
}

/// Stands for a revision that is lost, so that its version is listed with the others; `newswatch reparse` makes a true one where
/// the contents are there.
fn unknown_step(packed: &Packed, path: &Path) -> Result<PackedDerived, StoreError> {
    let class = match (&packed.content, packed.after) {
        (PackedContent::Tombstone, _) => Class::Withdrawn,
        (_, None) => Class::Created,
        (_, Some(_)) => Class::Update,
    };
    let revision = Revision {
        class,
        severity: Severity::Minor,
        flags: BTreeSet::new(),
        trashline: "what changed was lost in a salvage".to_owned(),
        reverts_to: None,
        text: TextDiff::default(),
        entities: Vec::new(),
    };
    let derived = Derived { extractor: "salvage/1", entities: None, revision: &revision };
    PackedDerived::new(&derived).map_err(|error| StoreError::Other { path: path.to_owned(), cause: error.to_string() })
}

/// One row by its number. What cannot be read is as good as not there.
fn one<T>(wreck: &Wreck, sql: &str, number: i64, read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Option<T> {
    wreck.connection.prepare_cached(sql).and_then(|mut statement| statement.query_row(params![number], read).optional()).ok().flatten()
}
