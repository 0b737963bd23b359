//! What a pass over the disk asks: which documents are known to stand where, how their files looked, when a root was gone through.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use super::reader::{id, path_of, range_below, time_of};
use super::{DocumentId, Reader, Signature, StoreError};

/// What a scan needs to know of a document whose file may be what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    pub id: DocumentId,
    /// Below the root.
    pub relative: &'a Path,
    /// The document's latest version is a tombstone where this is false.
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

const KNOWN_AT: &str = "SELECT document, standing.path, present, signature FROM root JOIN standing ON standing.root = root.id
     WHERE root.path = ?1 AND standing.path = ?2";
const KNOWN_BELOW: &str = "SELECT document, standing.path, present, signature FROM root JOIN standing ON standing.root = root.id
     WHERE root.path = ?1 AND standing.path >= ?2 AND standing.path < ?3 ORDER BY standing.path";

impl Reader {
    /// What the file system said about a document's file when it was read last, where that is known.
    pub fn signature(&self, document: DocumentId) -> Result<Option<Signature>, StoreError> {
        let sql = "SELECT signature FROM head JOIN place ON place.id = head.place
                   JOIN standing ON standing.root = place.root AND standing.path = place.path AND standing.document = head.document
                   WHERE head.document = ?1";
        Ok(self.one(sql, params![document.0], |row| Ok(unpacked(row.get_ref(0)?)))?.flatten())
    }

    /// Hands every document that counts at `path`, or below it, to `each`, with the signature its file had when it was read last;
    /// all of the root where `path` is empty. In the order of the paths' bytes, one for each path: the document that is present
    /// there, else the one that was deleted there last.
    pub fn known(&self, root: &Path, path: &Path, mut each: impl FnMut(Known<'_>)) -> Result<(), StoreError> {
        let mut read = |row: &Row<'_>| {
            each(Known {
                id: id(row)?,
                relative: Path::new(OsStr::from_bytes(row.get_ref(1)?.as_blob()?)),
                present: row.get(2)?,
                signature: unpacked(row.get_ref(3)?),
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

    /// How many documents came into a root after `since`. Costs a look at every version.
    pub fn arrivals(&self, root: &Path, since: Timestamp) -> Result<u64, StoreError> {
        let count = "SELECT count(*) FROM version JOIN place ON place.id = version.place JOIN root ON root.id = place.root
                     WHERE root.path = ?1 AND number = 1 AND observed > ?2";
        let found = self.one(count, params![root.as_os_str().as_bytes(), since.as_microsecond()], |row| row.get::<_, i64>(0))?;
        Ok(found.unwrap_or_default().cast_unsigned())
    }
}

/// A signature as it is kept, in one column that is read as a whole: its numbers in the order of its fields, little-endian.
pub(super) fn packed(signature: &Signature) -> Vec<u8> {
    let &Signature { device, inode, size, modified, changed, seen } = signature;
    let numbers = [device, inode, size, modified.cast_unsigned(), changed.cast_unsigned(), seen.as_microsecond().cast_unsigned()];
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// `None` where there is none, and where it is damaged: the file is read then.
fn unpacked(column: ValueRef<'_>) -> Option<Signature> {
    let (numbers, rest) = column.as_blob().ok()?.as_chunks();
    let &[device, inode, size, modified, changed, seen] = numbers else { return None };
    let signed = |number: [u8; 8]| i64::from_le_bytes(number);
    rest.is_empty().then(|| Signature {
        device: u64::from_le_bytes(device),
        inode: u64::from_le_bytes(inode),
        size: u64::from_le_bytes(size),
        modified: signed(modified),
        changed: signed(changed),
        seen: time_of(signed(seen)),
    })
}
