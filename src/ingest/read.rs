//! Reading one document's bytes: all of them, from one moment, and never from what is not a file.

use std::io::{self, Read as _};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;

use super::root::{Kind, Root, is_gone, stat_of};
use crate::model::DocumentError;
use crate::store::Signature;

/// How often a file that changes while it is read is read again,
const TRIES: u32 = 5;
/// and how long to wait before that, doubled each time: 5 + 10 + 20 + 40 ms in all.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(super) enum Read {
    Bytes(Vec<u8>, Signature),
    /// There is no file there, or what is there is not a file.
    Gone,
}

/// Reads a file of at most `limit` bytes. `now` is asked before each try.
pub(super) fn read(root: &Root, relative: &Path, limit: u64, now: impl Fn() -> Timestamp) -> Result<Read, DocumentError> {
    let path = || root.path().join(relative);
    let mut pause = PAUSE;
    for attempt in 1..=TRIES {
        match read_once(root, relative, limit, now()) {
            Ok(Once::Whole(bytes, signature)) => return Ok(Read::Bytes(bytes, signature)),
            Ok(Once::NotAFile) => return Ok(Read::Gone),
            Ok(Once::TooLarge(size)) => return Err(DocumentError::TooLarge { path: path(), size, limit }),
            Ok(Once::Torn) if attempt < TRIES => {
                sleep(pause);
                pause *= 2;
            }
            Ok(Once::Torn) => break,
            Err(error) if is_gone(&error) => return Ok(Read::Gone),
            Err(source) => return Err(DocumentError::Read { path: path(), source }),
        }
    }
    Err(DocumentError::Unsettled { path: path() })
}

enum Once {
    Whole(Vec<u8>, Signature),
    NotAFile,
    TooLarge(u64),
    /// The file changed between the first look and the last.
    Torn,
}

fn read_once(root: &Root, relative: &Path, limit: u64, seen: Timestamp) -> io::Result<Once> {
    let mut file = root.file(relative)?;
    let before = stat_of(&file)?;
    if before.kind != Kind::File {
        return Ok(Once::NotAFile);
    }
    if before.size > limit {
        return Ok(Once::TooLarge(before.size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.size).unwrap_or_default() + 1);
    // One byte more than there should be tells a growing file from a whole one, and keeps it within bounds.
    (&mut file).take(before.size + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == before.size && stat_of(&file)? == before {
        Ok(Once::Whole(bytes, before.signature(seen)))
    } else {
        Ok(Once::Torn)
    }
}
