//! Reading one document's bytes: all of them, from one moment, and never from what is not a file.
//!
//! A look before and one after tell whether the file changed meanwhile. That is not enough: a writer that pauses leaves half a
//! file that holds still. So a file that was written to a moment ago is [`Read::Busy`], until it may not be waited for any
//! longer; then it is read all the same, and marked as transient.

use std::io::{self, Read as _};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;

use super::root::{Kind, Root, is_gone, stat_of};
use crate::model::{DocumentError, Haste};
use crate::store::Signature;

/// How often a file that changes while it is read is read, where it has to be recorded now,
const TRIES: u32 = 5;
/// and how long to wait in between, doubled each time: 5 + 10 + 20 + 40 ms in all.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(super) enum Read {
    /// `transient`: they are how the file stood while it was still being written.
    Bytes { bytes: Vec<u8>, signature: Signature, transient: bool },
    /// It is still being written, and may be waited for.
    Busy,
    /// There is no file there, or what is there is not a file.
    Gone,
}

/// What to make of files that are being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Larger files are not read. In bytes.
    pub limit: u64,
    /// A file that was written to less than this long ago is still being written.
    pub quiet: Duration,
    pub haste: Haste,
}

/// Reads a file. `now` is asked before each try.
pub(super) fn read(root: &Root, relative: &Path, manner: Manner, now: impl Fn() -> Timestamp) -> Result<Read, DocumentError> {
    let path = || root.path().join(relative);
    let mut pauses = (1..TRIES).scan(PAUSE, |pause, _| Some(std::mem::replace(pause, *pause * 2)));
    loop {
        match read_once(root, relative, manner, now()) {
            Ok(Once::Whole(bytes, signature)) => return Ok(Read::Bytes { bytes, signature, transient: false }),
            Ok(Once::Young(..) | Once::Torn(..)) if manner.haste == Haste::WhenQuiet => return Ok(Read::Busy),
            Ok(Once::Young(bytes, signature)) => return Ok(Read::Bytes { bytes, signature, transient: true }),
            Ok(Once::Torn(bytes, signature)) => match pauses.next() {
                Some(pause) => sleep(pause),
                // Of a file that only grows this is how it stood at the first look; of any other it may be a mixture.
                None => return Ok(Read::Bytes { bytes, signature, transient: true }),
            },
            Ok(Once::NotAFile) => return Ok(Read::Gone),
            Ok(Once::TooLarge(size)) => return Err(DocumentError::TooLarge { path: path(), size, limit: manner.limit }),
            Err(error) if is_gone(&error) => return Ok(Read::Gone),
            // Somebody holds a lease on it, as file servers do for their clients, and has been asked to give it back.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Read::Busy),
            Err(source) => return Err(DocumentError::Read { path: path(), source }),
        }
    }
}

enum Once {
    Whole(Vec<u8>, Signature),
    /// From one moment, but its writer may only have paused.
    Young(Vec<u8>, Signature),
    /// The file changed between the first look and the last.
    Torn(Vec<u8>, Signature),
    NotAFile,
    TooLarge(u64),
}

fn read_once(root: &Root, relative: &Path, manner: Manner, seen: Timestamp) -> io::Result<Once> {
    let mut file = root.file(relative)?;
    let before = stat_of(&file)?;
    if before.kind != Kind::File {
        return Ok(Once::NotAFile);
    }
    if before.size > manner.limit {
        return Ok(Once::TooLarge(before.size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.size).unwrap_or_default() + 1);
    // One byte more than there should be tells a growing file from a whole one, and keeps it within bounds.
    (&mut file).take(before.size + 1).read_to_end(&mut bytes)?;
    let whole = bytes.len() as u64 == before.size && stat_of(&file)? == before;
    bytes.truncate(usize::try_from(before.size).unwrap_or(usize::MAX));
    let signature = before.signature(seen);
    Ok(match whole {
        false => Once::Torn(bytes, signature),
        true if is_young(signature, manner.quiet) => Once::Young(bytes, signature),
        true => Once::Whole(bytes, signature),
    })
}

/// A time of change that lies in the future says nothing.
fn is_young(signature: Signature, quiet: Duration) -> bool {
    let age = signature.seen.as_nanosecond() - i128::from(signature.modified);
    u128::try_from(age).is_ok_and(|age| age < quiet.as_nanos())
}
