//! Reading the history. Every method takes its own short look at the database, so that a long-lived reader never keeps the
//! log from being checkpointed.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::chain::Shelf;
use super::database::{log_of, open_to_read};
use super::{DocumentId, LastScan, StoreError, bundle, chain, derived};
use crate::model::{Content, Digest, DocumentPath, Entities, Revision, Seq, Version, VersionNumber};

/// A way to read one database, by one thread at a time. Opens read-only, works while a writer writes and when none does.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) shelf: Shelf,
}

/// A document and its latest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub latest: Version,
}

/// The entities of a version and who found them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntities {
    pub extractor: String,
    pub entities: Entities,
}

/// The database in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Documents that are there now,
    pub present: u64,
    /// and all that ever were.
    pub documents: u64,
    pub versions: u64,
    /// Versions of which nothing has been derived yet.
    pub pending: u64,
    /// Different contents.
    pub blobs: u64,
    /// Their bytes as they were read,
    pub content_bytes: u64,
    /// and as they are packed.
    pub packed_bytes: u64,
    /// Of the database file and its log.
    pub file_bytes: u64,
    pub scans: Vec<LastScan>,
}

/// The columns that [`version`] reads, in its order.
pub(super) const VERSION: &str =
    "version.seq, version.number, root.path, place.path, version.observed, blob.digest, blob.size, version.transient";
/// Where they come from.
pub(super) const JOINS: &str =
    "JOIN place ON place.id = version.place JOIN root ON root.id = place.root LEFT JOIN blob ON blob.id = version.blob";

impl Reader {
    /// # Errors
    /// [`StoreError::Missing`] when there is no database yet; otherwise the file is not ours, too new, damaged or unreadable.
    pub fn open(path: &Path) -> Result<Reader, StoreError> {
        Ok(Reader { connection: open_to_read(path)?, path: path.to_owned(), shelf: Shelf::default() })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every root that ever had a document, in order of path.
    ///
    /// # Errors
    /// The database cannot be read; so too for every method below.
    pub fn roots(&self) -> Result<Vec<PathBuf>, StoreError> {
        self.all("SELECT path FROM root ORDER BY path", params![], |row| Ok(path_of(&row.get::<_, Vec<u8>>(0)?)))
    }

    /// Every document that ever was, in no promised order; those that are gone have a tombstone for their latest version.
    pub fn documents(&self) -> Result<Vec<Document>, StoreError> {
        let sql = format!("SELECT {VERSION}, head.document FROM head JOIN version ON version.seq = head.version {JOINS}");
        self.all(&sql, params![], document)
    }

    /// The documents whose current path is `path`, or below it where it is a directory; the whole root where it is empty.
    /// In order of path.
    pub fn documents_below(&self, root: &Path, path: &Path) -> Result<Vec<Document>, StoreError> {
        let (bytes, from, to) = range_below(path);
        let root = root.as_os_str().as_bytes();
        let sql = |which: &str| {
            format!(
                "SELECT {VERSION}, head.document FROM place JOIN root ON root.id = place.root JOIN head ON head.place = place.id
                 JOIN version ON version.seq = head.version LEFT JOIN blob ON blob.id = version.blob
                 WHERE root.path = ?1 AND {which} ORDER BY place.path, head.document"
            )
        };
        // One after the other: asked for both at once SQLite looks at every path of the root.
        let mut found = self.all(&sql("place.path = ?2"), params![root, bytes], document)?;
        found.extend(self.all(&sql("place.path >= ?2 AND place.path < ?3"), params![root, from, to], document)?);
        Ok(found)
    }

    /// The documents whose current path is one of these, or below one; each absolute, or below any root.
    pub fn documents_at_or_below(&self, paths: &[PathBuf]) -> Result<Vec<DocumentId>, StoreError> {
        let mut found = Vec::new();
        for root in self.roots()? {
            for path in paths {
                let below = if root.starts_with(path) { Some(Path::new("")) } else { path.strip_prefix(&root).ok() };
                let below = if path.is_absolute() { below } else { Some(path.as_path()) };
                let documents = below.map_or_else(|| Ok(Vec::new()), |below| self.documents_below(&root, below))?;
                found.extend(documents.into_iter().map(|document| document.id));
            }
        }
        Ok(found)
    }

    /// The document at a path: the one that stands there now; else the one that was deleted there last; else the one that
    /// stood there last before it was renamed.
    pub fn document_at(&self, path: &DocumentPath) -> Result<Option<Document>, StoreError> {
        let place = self.one(
            "SELECT place.id FROM place JOIN root ON root.id = place.root WHERE root.path = ?1 AND place.path = ?2",
            params![path.root().as_os_str().as_bytes(), path.relative_bytes()],
            |row| row.get::<_, i64>(0),
        )?;
        let Some(place) = place else { return Ok(None) };
        let now = self.one("SELECT document FROM head WHERE place = ?1 ORDER BY present DESC, version DESC LIMIT 1", params![place], id)?;
        let found = match now {
            Some(now) => Some(now),
            None => self.one("SELECT document FROM version WHERE place = ?1 ORDER BY seq DESC LIMIT 1", params![place], id)?,
        };
        found.map_or(Ok(None), |found| self.document(found))
    }

    pub fn document(&self, document_id: DocumentId) -> Result<Option<Document>, StoreError> {
        let sql = format!(
            "SELECT {VERSION}, head.document FROM head JOIN version ON version.seq = head.version {JOINS} WHERE head.document = ?1"
        );
        self.one(&sql, params![document_id.0], document)
    }

    /// The document that a version is of.
    pub fn document_of(&self, seq: Seq) -> Result<Option<Document>, StoreError> {
        let found = self.one("SELECT document FROM version WHERE seq = ?1", params![seq.0], id)?;
        found.map_or(Ok(None), |found| self.document(found))
    }

    /// All versions of a document, oldest first.
    pub fn versions(&self, document: DocumentId) -> Result<Vec<Version>, StoreError> {
        let sql = format!("SELECT {VERSION} FROM version {JOINS} WHERE version.document = ?1 ORDER BY version.number");
        self.all(&sql, params![document.0], version)
    }

    pub fn version(&self, document: DocumentId, number: VersionNumber) -> Result<Option<Version>, StoreError> {
        let sql = format!("SELECT {VERSION} FROM version {JOINS} WHERE version.document = ?1 AND version.number = ?2");
        self.one(&sql, params![document.0, number.get()], version)
    }

    pub fn version_by_seq(&self, seq: Seq) -> Result<Option<Version>, StoreError> {
        let sql = format!("SELECT {VERSION} FROM version {JOINS} WHERE version.seq = ?1");
        self.one(&sql, params![seq.0], version)
    }

    /// The latest version of a document that is not a tombstone.
    pub fn latest_content(&self, document: DocumentId) -> Result<Option<Version>, StoreError> {
        let sql = format!(
            "SELECT {VERSION} FROM version {JOINS} WHERE version.document = ?1 AND version.blob IS NOT NULL
             ORDER BY version.number DESC LIMIT 1"
        );
        self.one(&sql, params![document.0], version)
    }

    /// The latest version of a document that holds this content.
    pub fn version_with(&self, document: DocumentId, digest: Digest) -> Result<Option<VersionNumber>, StoreError> {
        let number = self.one(
            "SELECT max(version.number) FROM blob JOIN version ON version.blob = blob.id AND version.document = ?1 WHERE blob.digest = ?2",
            params![document.0, digest.as_bytes()],
            |row| row.get::<_, Option<u32>>(0),
        )?;
        Ok(number.flatten().and_then(VersionNumber::new))
    }

    /// The bytes of a content, checked against their digest.
    ///
    /// # Errors
    /// [`StoreError::Removed`] when they were taken out on purpose, [`StoreError::Damaged`] when they are not there or wrong.
    pub fn bytes(&self, digest: Digest) -> Result<Vec<u8>, StoreError> {
        let links = self.sqlite(chain::links(&self.connection, "digest = ?1", params![digest.as_bytes()]))?;
        match links.first() {
            None => return Err(self.damaged(format!("there is no content {digest}"))),
            Some(link) if link.bytes.is_none() => return Err(self.removed(digest)?),
            Some(_) => {}
        }
        let bytes = self.shelf.unchain(&self.connection, links).map_err(|error| self.damaged(format!("the content {digest}: {error}")))?;
        if Digest::of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(self.damaged(format!("the bytes of the content {digest} are not its own")))
        }
    }

    /// Whether the bytes of a content were taken out on purpose.
    pub fn is_removed(&self, digest: Digest) -> Result<bool, StoreError> {
        let removed = self.one("SELECT 1 FROM blob WHERE digest = ?1 AND bytes IS NULL", params![digest.as_bytes()], |_| Ok(()))?;
        Ok(removed.is_some())
    }

    /// Why the bytes of a content are not there.
    fn removed(&self, digest: Digest) -> Result<StoreError, StoreError> {
        let reason = self.one(
            "SELECT removal.reason FROM blob JOIN removal ON removal.blob = blob.id WHERE blob.digest = ?1",
            params![digest.as_bytes()],
            |row| row.get(0),
        )?;
        Ok(match reason {
            Some(reason) => StoreError::Removed { digest, reason },
            None => self.damaged(format!("the content {digest} has no bytes")),
        })
    }

    /// The entities that were found in a version, whose bytes are `content`, and by which extractor. `None` where they are not kept: they are for the last
    /// version of a document that has content.
    pub fn entities(&self, seq: Seq, content: &[u8]) -> Result<Option<StoredEntities>, StoreError> {
        let row = self.one(
            "SELECT extractor.name, entities.data
             FROM version JOIN entities ON entities.document = version.document AND entities.version = version.seq
             JOIN extractor ON extractor.id = entities.extractor WHERE version.seq = ?1",
            params![seq.0],
            |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)),
        )?;
        let Some((extractor, data)) = row else { return Ok(None) };
        let entities = derived::unpack_entities(&data, content)
            .map_err(|error| self.damaged(format!("the entities of version {}: {error}", seq.0)))?;
        Ok(Some(StoredEntities { extractor, entities }))
    }

    /// The revision that led to a version.
    pub fn revision(&self, seq: Seq) -> Result<Option<Revision>, StoreError> {
        let data = self.one(bundle::DATA, params![seq.0], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)))?;
        data.map(|(data, bundle)| {
            derived::unpack_revision(seq, &data, bundle.as_deref())
                .map_err(|error| self.damaged(format!("the revision of version {}: {error}", seq.0)))
        })
        .transpose()
    }

    /// The extractor that made the revision that led to a version.
    pub fn made_by(&self, seq: Seq) -> Result<Option<String>, StoreError> {
        let name = "SELECT extractor.name FROM revision JOIN extractor ON extractor.id = revision.extractor WHERE revision.version = ?1";
        self.one(name, params![seq.0], |row| row.get(0))
    }

    /// The documents that have a version whose revision another extractor made, or none.
    pub fn documents_not_by(&self, extractor: &str) -> Result<Vec<DocumentId>, StoreError> {
        self.all(
            "SELECT DISTINCT version.document FROM version LEFT JOIN revision ON revision.version = version.seq
             LEFT JOIN extractor ON extractor.id = revision.extractor WHERE extractor.name IS NOT ?1 ORDER BY version.document",
            params![extractor],
            id,
        )
    }

    /// How many documents have a revision that another extractor made, and that can be made again: not where the contents that it
    /// leads from or to were taken out on purpose.
    pub fn outdated(&self, extractor: &str) -> Result<u64, StoreError> {
        // Joined in this order, mostly one look at the revisions: few are of another extractor, or all, and then not for long.
        let count = self.one(
            "SELECT count(DISTINCT version.document) FROM revision CROSS JOIN version ON version.seq = revision.version
             WHERE revision.extractor IS NOT (SELECT id FROM extractor WHERE name = ?1)
             AND (NOT EXISTS (SELECT 1 FROM removal) OR
               NOT EXISTS (SELECT 1 FROM blob WHERE blob.id = version.blob AND blob.bytes IS NULL)
               AND NOT EXISTS (SELECT 1 FROM blob WHERE blob.bytes IS NULL AND blob.id =
                 (SELECT before.blob FROM version AS before WHERE before.document = version.document AND before.number < version.number
                  AND before.blob IS NOT NULL ORDER BY before.number DESC LIMIT 1)))",
            params![extractor],
            |row| row.get::<_, i64>(0),
        )?;
        Ok(count.unwrap_or_default().cast_unsigned())
    }

    /// The versions of a document whose revisions this extractor made.
    pub fn versions_by(&self, document: DocumentId, extractor: &str) -> Result<Vec<Seq>, StoreError> {
        self.all(
            "SELECT version.seq FROM version JOIN revision ON revision.version = version.seq
             JOIN extractor ON extractor.id = revision.extractor WHERE version.document = ?1 AND extractor.name = ?2",
            params![document.0, extractor],
            |row| row.get(0).map(Seq),
        )
    }

    /// How many documents are there now. Cheap, where [`Reader::status`] looks at every content.
    pub fn present(&self) -> Result<u64, StoreError> {
        self.number("SELECT count(*) FROM head WHERE present")
    }

    pub fn status(&self) -> Result<Status, StoreError> {
        let number = |sql| self.number(sql);
        let size = |path: &Path| path.symlink_metadata().map_or(0, |metadata| metadata.len());
        Ok(Status {
            present: self.present()?,
            documents: number("SELECT count(*) FROM document")?,
            versions: number("SELECT count(*) FROM version")?,
            pending: number("SELECT count(*) FROM pending")?,
            blobs: number("SELECT count(*) FROM blob")?,
            content_bytes: number("SELECT ifnull(sum(size), 0) FROM blob")?,
            packed_bytes: number("SELECT ifnull(sum(length(bytes)), 0) FROM blob")?,
            file_bytes: size(&self.path) + size(&log_of(&self.path)),
            scans: self.scans()?,
        })
    }

    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let all = || self.connection.prepare_cached(sql)?.query_map(values, read)?.collect();
        self.sqlite(all())
    }

    /// Hands row after row to `read`, without holding them.
    pub(super) fn each(
        &self,
        sql: &str,
        values: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let all = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                read(row)?;
            }
            Ok(())
        };
        self.sqlite(all())
    }

    fn number(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(self.one(sql, params![], |row| row.get::<_, i64>(0))?.unwrap_or_default().cast_unsigned())
    }

    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let one = || self.connection.prepare_cached(sql)?.query_row(values, read).optional();
        self.sqlite(one())
    }

    fn sqlite<T>(&self, outcome: rusqlite::Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    fn damaged(&self, cause: String) -> StoreError {
        StoreError::damaged(&self.path, cause)
    }
}

/// Reads the columns of [`VERSION`], which stand first in the row.
pub(super) fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    let broken =
        |column, message: &str| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Null, message.to_owned().into());
    let path = DocumentPath::new(path_of(&row.get::<_, Vec<u8>>(2)?), path_of(&row.get::<_, Vec<u8>>(3)?));
    Ok(Version {
        seq: Seq(row.get(0)?),
        number: VersionNumber::new(row.get(1)?).ok_or_else(|| broken(1, "a version has the number 0"))?,
        path: path.ok_or_else(|| broken(3, "a document's path leads out of its root"))?,
        observed: time_of(row.get(4)?),
        content: match row.get::<_, Option<[u8; 32]>>(5)? {
            Some(digest) => Content::Bytes { digest: Digest::from_bytes(digest), size: row.get::<_, i64>(6)?.cast_unsigned() },
            None => Content::Tombstone,
        },
        transient: row.get(7)?,
    })
}

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document { id: DocumentId(row.get(8)?), latest: version(row)? })
}

pub(super) fn id(row: &Row<'_>) -> rusqlite::Result<DocumentId> {
    row.get(0).map(DocumentId)
}

/// The path itself, and the half-open range of paths below it, as bytes.
pub(super) fn range_below(path: &Path) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let bytes = path.as_os_str().as_bytes().to_vec();
    if bytes.is_empty() {
        // Sorts after every path: none is longer than 4096 bytes.
        return (bytes, Vec::new(), vec![0xff; 4097]);
    }
    let with = |last: u8| bytes.iter().copied().chain([last]).collect();
    // '0' comes right after '/'.
    let (from, to) = (with(b'/'), with(b'0'));
    (bytes, from, to)
}

pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// A time that jiff cannot hold was never written by us; it shows as the beginning of time.
pub(super) fn time_of(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MIN)
}
