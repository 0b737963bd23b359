//! How one piece of work becomes rows: the writer's side, in the transaction that is open.

use std::borrow::Cow;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::chain::{Newest, Shelf};
use super::dictionary::{Desk, Dictionary, Schooling};
use super::observation::{PackedContent, PackedDerived};
use super::{DocumentId, Packed, Signature, StoreError, Stored, known, link, pack};
use crate::model::{Content, Digest, DocumentPath, Seq, Version, VersionNumber};

/// The writer's connection and what it remembers of rows it has written. What it remembers is true only as long as the
/// transaction in which it learned it stands: [`Ground::forget`] after a rollback.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    roots: HashMap<PathBuf, i64>,
    extractors: HashMap<String, i64>,
    /// A dictionary that is there.
    pub(super) dictionary: Option<i64>,
    /// The last link, and the last version's seq.
    link: Option<([u8; 32], i64)>,
    /// Changes when another connection has written.
    pub(super) others: Option<i64>,
    pub(super) desk: Arc<Desk>,
    pub(super) shelf: Shelf,
    pub(super) schooling: Schooling,
    /// What stands at a path since this transaction, and is not written yet: see [`Ground::write_arrivals`].
    arrivals: Vec<Arrival>,
}

/// A document that is present at a path.
#[derive(Debug)]
struct Arrival {
    root: i64,
    /// Relative to the root.
    path: Vec<u8>,
    document: DocumentId,
    signature: Option<Signature>,
}

/// What a new version holds, and where.
struct Held {
    blob: Option<i64>,
    content: Content,
    /// Its rank, where the content is new to the database.
    rank: Option<i64>,
}

/// A path below a root, as it is kept.
struct Place {
    id: i64,
    /// No document has ever stood there.
    is_new: bool,
}

/// A content that is packed by itself, but for a dictionary.
struct Whole<'a> {
    bytes: Cow<'a, [u8]>,
    dictionary: Option<i64>,
}

impl Ground {
    pub(super) fn new(connection: Connection, path: &Path) -> Result<Ground, StoreError> {
        let mut ground = Ground {
            connection,
            path: path.to_owned(),
            roots: HashMap::new(),
            extractors: HashMap::new(),
            dictionary: None,
            link: None,
            others: None,
            desk: Arc::default(),
            shelf: Shelf::default(),
            schooling: Schooling::Done,
            arrivals: Vec::new(),
        };
        ground.school()?;
        Ok(ground)
    }

    pub(super) fn forget(&mut self) {
        self.roots.clear();
        self.extractors.clear();
        self.dictionary = None;
        self.link = None;
        self.arrivals.clear();
    }

    /// Writes one version and all that belongs to it, in the transaction that is open.
    pub(super) fn record(&mut self, packed: &Packed) -> Result<Stored, StoreError> {
        let Place { id: place, is_new } = self.place(&packed.path)?;
        let (document, number, stood) = match packed.after {
            Some((document, expected)) => {
                let (number, stood) = self.check_last(document, expected)?;
                (document, number.next(), stood)
            }
            None => {
                if !is_new {
                    self.check_free(place)?;
                }
                (self.new_document()?, VersionNumber::FIRST, place)
            }
        };
        let Held { blob, content, rank } = self.hold(packed, document)?;
        let observed = packed.observed.as_microsecond();
        let transient = packed.transient;
        let row = link::VersionRow { document, number, path: &packed.path, content, observed, transient };
        let link = link::of_version(self.last_link()?.0, &row);
        self.run(
            "INSERT INTO version (document, number, place, blob, observed, transient, link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![document.0, number.get(), place, blob, observed, transient, link],
        )?;
        let seq = Seq(self.connection.last_insert_rowid());
        self.linked(link, seq.0);
        self.run(
            "INSERT INTO head (document, version, place, present) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (document) DO UPDATE SET version = excluded.version, place = excluded.place, present = excluded.present",
            params![document.0, seq.0, place, blob.is_some()],
        )?;
        if rank.is_some_and(|rank| rank == 1) {
            self.count_sample();
        }
        if let (Some(blob), Some(rank @ 2..)) = (blob, rank) {
            self.lean_on(document, &Newest { blob, rank, bytes: &self.content(blob)? })?;
        }
        let without_entities = packed.derived.as_ref().is_none_or(|derived| derived.entities.is_none());
        if blob.is_some() && packed.after.is_some() && without_entities {
            // The last version with content is this one now.
            self.run("DELETE FROM entities WHERE document = ?1", params![document.0])?;
        }
        match &packed.derived {
            Some(derived) => self.derive(seq, derived)?,
            None => self.put_off(seq)?,
        }
        if stood != place {
            self.leave(stood)?;
        }
        match blob {
            Some(_) => self.stand(&packed.path, document, packed.signature.as_ref())?,
            None => self.leave(place)?,
        }
        let version = Version { seq, number, path: packed.path.clone(), observed: packed.observed, content, transient };
        Ok(Stored { document, version })
    }

    /// Writes, or writes anew, what is derived from a version.
    pub(super) fn derive(&mut self, seq: Seq, derived: &PackedDerived) -> Result<(), StoreError> {
        let extractor = self.extractor(&derived.extractor)?;
        if let Some(entities) = &derived.entities {
            // They are kept of the last version with content, which may be another one by now.
            self.run(
                "INSERT OR REPLACE INTO entities (document, version, extractor, data)
                 SELECT document, seq, ?2, ?3 FROM version WHERE seq = ?1 AND NOT EXISTS
                 (SELECT 1 FROM version later WHERE later.document = version.document AND later.number > version.number AND later.blob IS NOT NULL)",
                params![seq.0, extractor, entities],
            )?;
        }
        self.leave_bundle(seq, || {
            self.run(
                "INSERT OR REPLACE INTO revision (version, extractor, class, severity, flags, words_added, words_deleted, trashline, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    seq.0,
                    extractor,
                    derived.class,
                    derived.severity,
                    derived.flags,
                    derived.words_added,
                    derived.words_deleted,
                    derived.trashline,
                    derived.revision
                ],
            )
        })?;
        self.bundle_after(seq)
    }

    /// Notes that a document is present at a path.
    fn stand(&mut self, path: &DocumentPath, document: DocumentId, signature: Option<&Signature>) -> Result<(), StoreError> {
        let root = self.root(path.root())?;
        self.arrivals.push(Arrival { root, path: path.relative_bytes().to_vec(), document, signature: signature.copied() });
        Ok(())
    }

    /// Writes what stands at paths since the transaction began. One after the other, so that the pages they take lie side by side in the
    /// file: a start reads all that stands and nothing else, and where each row lay among what else its version wrote, it would have to
    /// fetch most of the file.
    pub(super) fn write_arrivals(&mut self) -> Result<(), StoreError> {
        let mut arrivals = std::mem::take(&mut self.arrivals);
        // Of two at one path the later counts.
        arrivals.sort_by(|a, b| (a.root, &a.path).cmp(&(b.root, &b.path)));
        arrivals.iter().try_for_each(|Arrival { root, path, document, signature }| {
            self.run(
                "INSERT OR REPLACE INTO standing (root, path, document, present, signature) VALUES (?1, ?2, ?3, 1, ?4)",
                params![root, path, document.0, signature.as_ref().map(known::packed)],
            )
        })
    }

    /// Notes which document counts at a place, now that one has gone from there.
    fn leave(&mut self, place: i64) -> Result<(), StoreError> {
        self.write_arrivals()?;
        self.run("DELETE FROM standing WHERE (root, path) = (SELECT root, path FROM place WHERE id = ?1)", params![place])?;
        self.run(
            "INSERT INTO standing (root, path, document, present)
             SELECT root, path, document, present FROM place JOIN head ON head.place = place.id
             WHERE place.id = ?1 ORDER BY present DESC, version DESC LIMIT 1",
            params![place],
        )
    }

    /// Keeps what the file system said of a document's file.
    pub(super) fn sign(&mut self, document: DocumentId, signature: &Signature) -> Result<(), StoreError> {
        self.write_arrivals()?;
        self.run(
            "UPDATE standing SET signature = ?2 WHERE document = ?1 AND (root, path) =
             (SELECT place.root, place.path FROM head JOIN place ON place.id = head.place WHERE head.document = ?1)",
            params![document.0, known::packed(signature)],
        )
    }

    /// Notes a finished scan of a root and the identity of the directory that stood there.
    pub(super) fn scanned(&mut self, root: &Path, finished: Timestamp, device: u64, inode: u64) -> Result<(), StoreError> {
        let root = self.root(root)?;
        self.run(
            "INSERT OR REPLACE INTO scan (root, finished, device, inode) VALUES (?1, ?2, ?3, ?4)",
            params![root, finished.as_microsecond(), device.cast_signed(), inode.cast_signed()],
        )
    }

    /// The number and the place of the document's last version, if that is the expected one.
    fn check_last(&self, document: DocumentId, expected: Seq) -> Result<(VersionNumber, i64), StoreError> {
        let last = self.find(
            "SELECT version.seq, version.number, version.place FROM head JOIN version ON version.seq = head.version WHERE head.document = ?1",
            params![document.0],
            |row| Ok((Seq(row.get(0)?), row.get(1)?, row.get(2)?)),
        )?;
        match last {
            Some((seq, number, place)) if seq == expected => {
                let number = VersionNumber::new(number).ok_or_else(|| StoreError::damaged(&self.path, "a version has the number 0"))?;
                Ok((number, place))
            }
            other => Err(StoreError::Conflict { expected: Some(expected), found: other.map(|(seq, ..)| seq) }),
        }
    }

    /// The document that stands at a path now.
    pub(super) fn standing(&mut self, path: &DocumentPath) -> Result<Option<DocumentId>, StoreError> {
        let place = self.place(path)?;
        self.find("SELECT document FROM head WHERE place = ?1 AND present", params![place.id], |row| row.get(0).map(DocumentId))
    }

    /// A new document comes only where none stands.
    fn check_free(&self, place: i64) -> Result<(), StoreError> {
        let standing = self.find("SELECT version FROM head WHERE place = ?1 AND present", params![place], |row| row.get(0))?;
        standing.map_or(Ok(()), |seq| Err(StoreError::Conflict { expected: None, found: Some(Seq(seq)) }))
    }

    fn new_document(&self) -> Result<DocumentId, StoreError> {
        self.run("INSERT INTO document DEFAULT VALUES", params![])?;
        Ok(DocumentId(self.connection.last_insert_rowid()))
    }

    fn hold(&mut self, version: &Packed, document: DocumentId) -> Result<Held, StoreError> {
        match &version.content {
            PackedContent::Tombstone => Ok(Held { blob: None, content: Content::Tombstone, rank: None }),
            PackedContent::Same => {
                let (blob, content) = self.last_content(document)?.ok_or(StoreError::Conflict { expected: None, found: None })?;
                Ok(Held { blob: Some(blob), content, rank: None })
            }
            PackedContent::Lost { digest, size, reason } => {
                let content = Content::Bytes { digest: *digest, size: *size };
                let found = self.find("SELECT id FROM blob WHERE digest = ?1", params![digest.as_bytes()], |row| row.get::<_, i64>(0))?;
                if found.is_some() {
                    return Ok(Held { blob: found, content, rank: None });
                }
                self.run("INSERT INTO blob (digest, size, rank) VALUES (?1, ?2, 0)", params![digest.as_bytes(), size.cast_signed()])?;
                let blob = self.connection.last_insert_rowid();
                self.note_removal(blob, *digest, version.observed.as_microsecond(), reason)?;
                Ok(Held { blob: Some(blob), content, rank: None })
            }
            PackedContent::Bytes { digest, size, packed, dictionary } => {
                let content = Content::Bytes { digest: *digest, size: *size };
                let whole = self.whole(packed, dictionary.as_deref(), *size)?;
                let rank = if version.after.is_some() { self.next_rank(document)? } else { 1 };
                self.run(
                    "INSERT INTO blob (digest, size, rank, bytes, dictionary) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (digest) DO NOTHING",
                    params![digest.as_bytes(), size.cast_signed(), rank, whole.bytes, whole.dictionary],
                )?;
                if self.connection.changes() > 0 {
                    return Ok(Held { blob: Some(self.connection.last_insert_rowid()), content, rank: Some(rank) });
                }
                let blob = self.find("SELECT id FROM blob WHERE digest = ?1", params![digest.as_bytes()], |row| row.get::<_, i64>(0))?;
                if let Some(blob) = blob {
                    self.share(blob, &whole, document)?;
                }
                Ok(Held { blob, content, rank: None })
            }
        }
    }

    fn last_content(&self, document: DocumentId) -> Result<Option<(i64, Content)>, StoreError> {
        self.find(
            "SELECT blob.id, blob.digest, blob.size FROM version JOIN blob ON blob.id = version.blob
             WHERE version.document = ?1 ORDER BY version.number DESC LIMIT 1",
            params![document.0],
            |row| {
                let (digest, size) = (Digest::from_bytes(row.get(1)?), row.get::<_, i64>(2)?.cast_unsigned());
                Ok((row.get(0)?, Content::Bytes { digest, size }))
            },
        )
    }

    /// Takes a content that is there already, or was until it was removed, for one more version. Unless that is the same document's
    /// next, it stays whole from now on: two chains that cross could grow without bound.
    fn share(&self, blob: i64, whole: &Whole<'_>, document: DocumentId) -> Result<(), StoreError> {
        let is_next = self.last_content(document)?.is_some_and(|(last, _)| last == blob);
        self.run(
            "UPDATE blob SET shared = shared OR NOT ?4, base = NULL, bytes = ?2, dictionary = ?3 WHERE id = ?1 AND (NOT ?4 OR bytes IS NULL)",
            params![blob, whole.bytes, whole.dictionary, is_next],
        )
    }

    /// A packed content as it can be kept: a purge may have taken the dictionary meanwhile.
    fn whole<'a>(&mut self, packed: &'a [u8], dictionary: Option<&Dictionary>, size: u64) -> Result<Whole<'a>, StoreError> {
        let Some(dictionary) = dictionary else { return Ok(Whole { bytes: packed.into(), dictionary: None }) };
        if self.dictionary != Some(dictionary.id) {
            self.dictionary = self.find("SELECT id FROM dictionary WHERE id = ?1", params![dictionary.id], |row| row.get(0))?;
        }
        if self.dictionary.is_some() {
            return Ok(Whole { bytes: packed.into(), dictionary: Some(dictionary.id) });
        }
        let bytes = pack::unpack(packed, usize::try_from(size).unwrap_or(usize::MAX), Some(dictionary))
            .and_then(|content| pack::pack(&content, None))
            .map_err(|error| StoreError::Other { path: self.path.clone(), cause: error.to_string() })?;
        Ok(Whole { bytes: bytes.into(), dictionary: None })
    }

    /// The last link of the chain, and the last version's seq; 0 where there is none.
    pub(super) fn last_link(&self) -> Result<([u8; 32], i64), StoreError> {
        if let Some(last) = self.link {
            return Ok(last);
        }
        let version =
            self.find("SELECT link, seq FROM version ORDER BY seq DESC LIMIT 1", params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (link, seq) = version.unwrap_or((link::FIRST, 0));
        let gap = self.find("SELECT link FROM gap WHERE after = ?1 ORDER BY id DESC LIMIT 1", params![seq], |row| row.get(0))?;
        Ok((gap.unwrap_or(link), seq))
    }

    /// Remembers the last link of the chain.
    pub(super) fn linked(&mut self, link: [u8; 32], seq: i64) {
        self.link = Some((link, seq));
    }

    pub(super) fn root(&mut self, path: &Path) -> Result<i64, StoreError> {
        if let Some(&root) = self.roots.get(path) {
            return Ok(root);
        }
        let bytes = path.as_os_str().as_bytes();
        let root = match self.find("SELECT id FROM root WHERE path = ?1", params![bytes], |row| row.get(0))? {
            Some(root) => root,
            None => {
                self.run("INSERT INTO root (path) VALUES (?1)", params![bytes])?;
                self.connection.last_insert_rowid()
            }
        };
        self.roots.insert(path.to_owned(), root);
        Ok(root)
    }

    fn place(&mut self, path: &DocumentPath) -> Result<Place, StoreError> {
        let root = self.root(path.root())?;
        let found =
            self.find("SELECT id FROM place WHERE root = ?1 AND path = ?2", params![root, path.relative_bytes()], |row| row.get(0))?;
        if let Some(id) = found {
            return Ok(Place { id, is_new: false });
        }
        self.run("INSERT INTO place (root, path) VALUES (?1, ?2)", params![root, path.relative_bytes()])?;
        Ok(Place { id: self.connection.last_insert_rowid(), is_new: true })
    }

    pub(super) fn extractor(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(&extractor) = self.extractors.get(name) {
            return Ok(extractor);
        }
        let extractor = match self.find("SELECT id FROM extractor WHERE name = ?1", params![name], |row| row.get(0))? {
            Some(extractor) => extractor,
            None => {
                self.run("INSERT INTO extractor (name) VALUES (?1)", params![name])?;
                self.connection.last_insert_rowid()
            }
        };
        self.extractors.insert(name.to_owned(), extractor);
        Ok(extractor)
    }

    pub(super) fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        let run = || self.connection.prepare_cached(sql)?.execute(values);
        run().map(|_| ()).map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    pub(super) fn find<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let find = || self.connection.prepare_cached(sql)?.query_row(values, read).optional();
        find().map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }
}
