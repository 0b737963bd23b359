//! What a pass over the disk asks: which documents are known to stand where, how their files looked, when a root was gone through.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::reader::{id, path_of, range_below, time_of};
use super::{DocumentId, Reader, Signature, StoreError};
use crate::model::Seq;

/// What a scan needs to know of a document whose file may be what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: DocumentId,
    /// Below the root.
    pub relative: PathBuf,
    /// Its latest version,
    pub latest: Seq,
    /// which is a tombstone where this is false.
    pub present: bool,
    /// `None` when the bytes have to be read to know whether they changed.
    pub signature: Option<Signature>,
}

/// The last full pass over a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastScan {
    pub root: PathBuf,
    pub finished: Timestamp,
    /// Device and inode of the directory that stood there.
    pub device: u64,
    pub inode: u64,
}

const KNOWN_AT: &str =
    "SELECT head.document, place.path, head.version, head.present, device, inode, signature.size, modified, changed, seen
     FROM root JOIN place ON place.root = root.id JOIN head ON head.place = place.id
     LEFT JOIN signature ON signature.document = head.document
     WHERE root.path = ?1 AND place.path = ?2
     ORDER BY head.present, head.version";
const KNOWN_BELOW: &str =
    "SELECT head.document, place.path, head.version, head.present, device, inode, signature.size, modified, changed, seen
     FROM root JOIN place ON place.root = root.id JOIN head ON head.place = place.id
     LEFT JOIN signature ON signature.document = head.document
     WHERE root.path = ?1 AND place.path >= ?2 AND place.path < ?3
     ORDER BY place.path, head.present, head.version";

impl Reader {
    /// What the file system said about a document's file when it was read last, where that is known.
    pub fn signature(&self, document: DocumentId) -> Result<Option<Signature>, StoreError> {
        let columns = "SELECT 0, 0, 0, 0, device, inode, size, modified, changed, seen FROM signature WHERE document = ?1";
        Ok(self.one(columns, params![document.0], signature)?.flatten())
    }

    /// Hands every document whose current path is `path`, or below it, to `each`, with the signature its file had when it was
    /// read last; all of the root where `path` is empty. In the order of the paths' bytes; several of one path oldest first,
    /// the one that is present last.
    pub fn known(&self, root: &Path, path: &Path, mut each: impl FnMut(Known)) -> Result<(), StoreError> {
        let mut read = |row: &Row<'_>| {
            each(Known {
                id: id(row)?,
                relative: path_of(row.get_ref(1)?.as_blob()?),
                latest: Seq(row.get(2)?),
                present: row.get(3)?,
                signature: signature(row)?,
            });
            Ok(())
        };
        let (bytes, from, to) = range_below(path);
        let root = root.as_os_str().as_bytes();
        // One after the other: asked for both at once SQLite looks at every path of the root.
        if !bytes.is_empty() {
            self.each(KNOWN_AT, params![root, bytes], &mut read)?;
        }
        self.each(KNOWN_BELOW, params![root, from, to], read)
    }

    /// The last full pass over each root that had one, in order of path.
    pub fn scans(&self) -> Result<Vec<LastScan>, StoreError> {
        self.all(
            "SELECT root.path, finished, device, inode FROM scan JOIN root ON root.id = scan.root ORDER BY root.path",
            params![],
            |row| {
                Ok(LastScan {
                    root: path_of(&row.get::<_, Vec<u8>>(0)?),
                    finished: time_of(row.get(1)?),
                    device: row.get::<_, i64>(2)?.cast_unsigned(),
                    inode: row.get::<_, i64>(3)?.cast_unsigned(),
                })
            },
        )
    }
}

/// Reads the columns device, inode, size, modified, changed and seen, which begin at the fifth.
fn signature(row: &Row<'_>) -> rusqlite::Result<Option<Signature>> {
    let Some(device) = row.get::<_, Option<i64>>(4)? else { return Ok(None) };
    Ok(Some(Signature {
        device: device.cast_unsigned(),
        inode: row.get::<_, i64>(5)?.cast_unsigned(),
        size: row.get::<_, i64>(6)?.cast_unsigned(),
        modified: row.get(7)?,
        changed: row.get(8)?,
        seen: time_of(row.get(9)?),
    }))
}
