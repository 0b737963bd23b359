//! Gaps: times in which something may have happened that nobody saw. Written down like versions, in their chain of links.

use std::os::unix::ffi::OsStrExt;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::reader::{path_of, time_of};
use super::record::Ground;
use super::{Reader, StoreError, link};
use crate::model::Gap;

/// A gap as it stands in the chain.
pub(super) struct LinkedGap {
    /// The last version when it was noted; 0: there was none.
    pub after: i64,
    pub gap: Gap,
    pub link: [u8; 32],
}

/// The columns that [`LinkedGap::read`] reads, in its order.
pub(super) const GAP: &str = "root.path, gap.path, gap.began, gap.ended, gap.cause, gap.noted, gap.after, gap.link";

impl Reader {
    /// The gaps that reach into a time, in the order in which they were noted. `None`: from the first, to the last.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn gaps(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<Vec<Gap>, StoreError> {
        let since = since.map_or(i64::MIN, Timestamp::as_microsecond);
        let until = until.map_or(i64::MAX, Timestamp::as_microsecond);
        let sql = format!("SELECT {GAP} FROM gap JOIN root ON root.id = gap.root WHERE ended >= ?1 AND began <= ?2 ORDER BY gap.id");
        self.all(&sql, params![since, until], |row| Ok(LinkedGap::read(row)?.gap))
    }

    /// All gaps, in the order of the chain.
    pub(super) fn linked_gaps(&self) -> Result<Vec<LinkedGap>, StoreError> {
        self.all(&format!("SELECT {GAP} FROM gap JOIN root ON root.id = gap.root ORDER BY gap.id"), params![], LinkedGap::read)
    }
}

impl LinkedGap {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<LinkedGap> {
        Ok(LinkedGap {
            gap: Gap {
                root: path_of(row.get_ref(0)?.as_blob()?),
                path: path_of(row.get_ref(1)?.as_blob()?),
                began: time_of(row.get(2)?),
                ended: time_of(row.get(3)?),
                cause: row.get(4)?,
                noted: time_of(row.get(5)?),
            },
            after: row.get(6)?,
            link: row.get(7)?,
        })
    }
}

impl Ground {
    /// Writes down a gap, in the transaction that is open.
    pub(super) fn note_gap(&mut self, gap: &Gap) -> Result<(), StoreError> {
        let root = self.root(&gap.root)?;
        let (last, after) = self.last_link()?;
        let next = link::of_gap(last, after, gap);
        self.run(
            "INSERT INTO gap (root, path, began, ended, cause, noted, after, link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                root,
                gap.path.as_os_str().as_bytes(),
                gap.began.as_microsecond(),
                gap.ended.as_microsecond(),
                gap.cause,
                gap.noted.as_microsecond(),
                after,
                next
            ],
        )?;
        self.linked(next, after);
        Ok(())
    }
}
