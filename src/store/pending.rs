//! Versions that nothing has been derived from yet. Where there is much to do the ground is recorded first, which is quick, and
//! entities and revisions later. Until then such a version has no revision, and so no line in the log.

use rusqlite::params;

use super::observation::PackedDerived;
use super::record::Ground;
use super::{DocumentId, Reader, StoreError};
use crate::model::Seq;

/// A version that waits for what is to be derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    pub version: Seq,
    pub document: DocumentId,
    /// Of its content, in bytes.
    pub size: u64,
}

/// How far the deriving is behind the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The last version there is; 0 where there is none.
    pub recorded: Seq,
    /// Of all versions up to this one everything is derived: who follows the log has been told of them, or is to be told of them first.
    pub derived: Seq,
}

impl Reached {
    #[must_use]
    pub fn is_behind(self) -> bool {
        self.derived < self.recorded
    }
}

impl Reader {
    /// The next versions after this one that nothing has been derived from yet, in order, so many at most.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn pending(&self, after: Seq, most: usize) -> Result<Vec<Pending>, StoreError> {
        self.all(
            "SELECT version.seq, version.document, coalesce(blob.size, 0)
             FROM pending JOIN version ON version.seq = pending.version LEFT JOIN blob ON blob.id = version.blob
             WHERE pending.version > ?1 ORDER BY pending.version LIMIT ?2",
            params![after.0, i64::try_from(most).unwrap_or(i64::MAX)],
            |row| Ok(Pending { version: Seq(row.get(0)?), document: DocumentId(row.get(1)?), size: row.get::<_, i64>(2)?.cast_unsigned() }),
        )
    }

    /// Whether nothing has been derived from this version yet.
    ///
    /// # Errors
    /// The database cannot be read; so too for the methods below.
    pub fn is_pending(&self, seq: Seq) -> Result<bool, StoreError> {
        Ok(self.one("SELECT 1 FROM pending WHERE version = ?1", params![seq.0], |_| Ok(()))?.is_some())
    }

    /// From how many versions of a document nothing has been derived yet.
    pub fn pending_of(&self, document: DocumentId) -> Result<u64, StoreError> {
        // All versions of one document are fewer than all that is pending.
        let sql = "SELECT count(*) FROM version CROSS JOIN pending ON pending.version = version.seq WHERE version.document = ?1";
        Ok(self.one(sql, params![document.0], |row| row.get::<_, i64>(0))?.unwrap_or_default().cast_unsigned())
    }

    /// Whether there are any.
    pub fn has_pending(&self) -> Result<bool, StoreError> {
        Ok(self.one("SELECT 1 FROM pending LIMIT 1", params![], |_| Ok(()))?.is_some())
    }

    /// How far recording and deriving have come.
    pub fn reached(&self) -> Result<Reached, StoreError> {
        let sql =
            "SELECT last, coalesce((SELECT min(version) FROM pending) - 1, last) FROM (SELECT coalesce(max(seq), 0) AS last FROM version)";
        let reached = self.one(sql, params![], |row| Ok(Reached { recorded: Seq(row.get(0)?), derived: Seq(row.get(1)?) }))?;
        Ok(reached.unwrap_or_default())
    }
}

impl Ground {
    /// Nothing has been derived from this version yet.
    pub(super) fn put_off(&self, seq: Seq) -> Result<(), StoreError> {
        self.run("INSERT INTO pending (version) VALUES (?1)", params![seq.0])
    }

    /// Writes, or writes anew, what is derived from a version that is there already.
    pub(super) fn derive_later(&mut self, seq: Seq, derived: &PackedDerived) -> Result<(), StoreError> {
        self.derive(seq, derived)?;
        self.run("DELETE FROM pending WHERE version = ?1", params![seq.0])
    }
}
