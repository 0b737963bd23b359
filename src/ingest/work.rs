//! Doing the jobs of a pass on all cores: read, extract, diff, and hand over to the store's writer in the order of the jobs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::brake::Brake;
use super::compare::{Job, Standing};
use super::cores::on_all_cores;
use super::derive::{extractor, nothing, revise};
use super::later::LARGE;
use super::read::{Manner, Read, read};
use super::root::{Root, is_still};
use super::{Recorded, Report, Told, standing};
use crate::model::{Circumstances, Digest, DocumentError, DocumentPath, Entities, Extract, Haste, Revision, Version, time_on};
use crate::store::{Derived, DocumentId, NewContent, Observation, Packed, Reader, Signature, StoreError, Stored, Ticket, Writer};

/// A batch ends with this many jobs, or this many bytes to read: what is under way at one time has to fit the memory.
const BATCH_JOBS: usize = 256;
/// The same where the ground alone is recorded, which takes a tenth of the time.
const GROUND_JOBS: usize = 2048;
const BATCH_BYTES: u64 = 32 * 1024 * 1024;

/// What the jobs of one root work with.
pub(super) struct Site<'a> {
    pub root: &'a Root,
    /// In bytes.
    pub max_size: u64,
    pub quiet: Duration,
    /// Files that are not to be waited for any longer, relative to the root.
    pub overdue: &'a HashSet<PathBuf>,
    /// The ground alone is recorded now, and what it says derived later.
    pub ground_first: bool,
    pub writer: &'a Writer,
    pub brake: &'a Brake,
}

/// What became of one job before the store has seen it.
enum Outcome {
    /// Without a revision where that is made later.
    Record(Box<Packed>, Option<Box<Revision>>, Option<Signature>),
    /// The bytes are the known ones; with the signature of the file, where another one is known.
    Unchanged(DocumentId, Option<Signature>),
    /// The file went away since it was listed, or the pass is to end: the next event or pass tells what became of it.
    Gone,
    /// These are to be looked at again: a file is still being written.
    Busy(Vec<PathBuf>),
    Trouble(DocumentError),
}

impl Outcome {
    /// The outcome for a document that has moved, as long as that could not be recorded.
    fn with_place_before(self, place: PathBuf) -> Outcome {
        match self {
            Outcome::Busy(paths) => Outcome::Busy([paths, vec![place]].concat()),
            Outcome::Gone => Outcome::Busy(vec![place]),
            other => other,
        }
    }
}

/// What was found where a document stands.
struct Found<'a> {
    content: NewContent<'a>,
    entities: Option<(&'a Entities, &'a [u8])>,
    signature: Option<Signature>,
    transient: bool,
}

/// Does all jobs. `tell` hears of each revision once it is on the disk, in the order in which they were recorded.
pub(super) fn work(
    site: &Site<'_>,
    readers: &mut [Reader],
    jobs: &mut dyn Iterator<Item = Job>,
    report: &mut Report,
    tell: &mut dyn FnMut(Told),
) -> Result<(), StoreError> {
    // One batch is computed while the one before is on its way to the disk.
    let mut under_way = Vec::new();
    loop {
        let batch = next_batch(jobs, if site.ground_first { GROUND_JOBS } else { BATCH_JOBS });
        if batch.is_empty() || site.brake.is_pulled() {
            break;
        }
        let outcomes = on_all_cores(readers, &batch, |reader, job| perform(site, reader, job));
        acknowledge(std::mem::take(&mut under_way), report, tell)?;
        under_way = hand_over(site, outcomes.into_iter().collect::<Result<_, _>>()?, report);
    }
    acknowledge(under_way, report, tell)
}

fn next_batch(jobs: &mut dyn Iterator<Item = Job>, most: usize) -> Vec<Job> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < most && bytes < BATCH_BYTES {
        let Some(job) = jobs.next() else { break };
        bytes += job.size();
        batch.push(job);
    }
    batch
}

struct UnderWay {
    ticket: Ticket<Stored>,
    revision: Option<Box<Revision>>,
    written: Option<Timestamp>,
}

fn hand_over(site: &Site<'_>, outcomes: Vec<Outcome>, report: &mut Report) -> Vec<UnderWay> {
    let mut under_way = Vec::new();
    let mut signatures = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Record(packed, revision, signature) => {
                let written = signature.and_then(|signature| Timestamp::from_nanosecond(signature.changed.into()).ok());
                under_way.push(UnderWay { ticket: site.writer.record_packed(packed), revision, written });
            }
            Outcome::Unchanged(document, signature) => {
                report.unchanged += 1;
                signatures.extend(signature.map(|signature| (document, signature)));
            }
            Outcome::Gone => {}
            Outcome::Busy(paths) => report.busy.extend(paths),
            Outcome::Trouble(error) => report.troubles.push(error),
        }
    }
    if !signatures.is_empty() {
        // A cache: what is lost of it is read again.
        drop(site.writer.sign(signatures));
    }
    under_way
}

/// Waits until a batch is on the disk and tells of it.
fn acknowledge(under_way: Vec<UnderWay>, report: &mut Report, tell: &mut dyn FnMut(Told)) -> Result<(), StoreError> {
    // Asked from the last one on, one commit serves them all.
    let mut answers: Vec<_> =
        under_way.into_iter().rev().map(|UnderWay { ticket, revision, written }| (ticket.wait(), revision, written)).collect();
    answers.reverse();
    let mut failed = Ok(());
    for (answer, revision, written) in answers {
        match answer {
            Ok(Stored { document, version }) => {
                report.recorded += 1;
                tell(match revision {
                    Some(revision) => Told::Recorded(Box::new(Recorded { document, version, revision: *revision, written })),
                    None => Told::Stored(written),
                });
            }
            // Somebody else has written: nothing is lost, the next pass looks again.
            Err(error @ StoreError::Conflict { .. }) => tracing::warn!("{error}"),
            Err(error) => failed = Err(error),
        }
    }
    failed
}

fn perform(site: &Site<'_>, reader: &Reader, job: &Job) -> Result<Outcome, StoreError> {
    if site.brake.is_pulled() {
        return Ok(Outcome::Gone);
    }
    match job {
        Job::Bury { relative, document } => match standing(reader, *document)? {
            Some(standing) => bury(site, reader, relative, &standing),
            None => Ok(Outcome::Gone),
        },
        Job::Look { relative, document, from, .. } => {
            let standing = document.map_or(Ok(None), |document| standing(reader, document))?;
            let outcome = look(site, reader, relative, standing.as_ref(), from.is_some())?;
            Ok(match from {
                // Nobody names the place where it stood any more: that has to be looked at again together with this one.
                Some(from) => outcome.with_place_before(site.root.path().join(from)),
                None => outcome,
            })
        }
    }
}

fn look(site: &Site<'_>, reader: &Reader, relative: &Path, standing: Option<&Standing>, moved: bool) -> Result<Outcome, StoreError> {
    let Some(path) = DocumentPath::new(site.root.path(), relative) else { return Ok(Outcome::Gone) };
    let haste = if site.overdue.contains(relative) { Haste::Now } else { Haste::WhenQuiet };
    let manner = Manner { limit: site.max_size, quiet: site.quiet, haste };
    let (bytes, signature, transient) = match read(site.root, relative, manner, now) {
        Ok(Read::Bytes { bytes, signature, transient }) => (bytes, signature, transient),
        Ok(Read::Busy) => return Ok(Outcome::Busy(vec![path.absolute()])),
        Ok(Read::Gone) => return Ok(Outcome::Gone),
        Err(error) => return Ok(Outcome::Trouble(error)),
    };
    let digest = Digest::of(&bytes);
    let looks_the_same = standing.and_then(|standing| standing.signature).is_some_and(|known| is_still(&signature, &known));
    if let Some(standing) = standing.filter(|standing| !moved && standing.content.digest() == Some(digest)) {
        return Ok(Outcome::Unchanged(standing.id, (!looks_the_same).then_some(signature)));
    }
    if looks_the_same {
        let path = path.absolute();
        tracing::warn!("{}: other bytes under the same time stamps; they may have come long before they were found", path.display());
    }
    let before = standing.map_or(Ok(None), |standing| reader.latest_content(standing.id))?;
    let same_bytes = before.as_ref().and_then(|version| version.content.digest()) == Some(digest);
    // What was purged and stands there still is kept again, as any other file is.
    let content = if same_bytes && !reader.is_removed(digest)? { NewContent::Same } else { NewContent::Bytes(&bytes) };
    let mut found = Found { content, entities: None, signature: Some(signature), transient };
    if is_put_off(site, reader, standing, bytes.len() as u64)? {
        return record(site, standing, path, &found, None);
    }
    let reverts_to = match standing {
        Some(standing) if !same_bytes => reader.version_with(standing.id, digest)?,
        _ => None,
    };
    let restored = standing.is_some_and(|standing| !standing.is_present());
    let circumstances = Circumstances { restored, renamed: moved, same_bytes, transient, reverts_to };
    let before = before.map(|version| extract_of(reader, &version)).transpose()?;
    let after = (extractor().extract)(path.file_name(), &bytes);
    let revision = revise(before.as_ref(), Some(&after), circumstances);
    found.entities = Some((&after.entities, &bytes));
    record(site, standing, path, &found, Some(revision))
}

fn bury(site: &Site<'_>, reader: &Reader, relative: &Path, standing: &Standing) -> Result<Outcome, StoreError> {
    let Some(path) = DocumentPath::new(site.root.path(), relative) else { return Ok(Outcome::Gone) };
    let found = Found { content: NewContent::Tombstone, entities: None, signature: None, transient: false };
    if is_put_off(site, reader, Some(standing), 0)? {
        return record(site, Some(standing), path, &found, None);
    }
    let before = reader.latest_content(standing.id)?.map(|version| extract_of(reader, &version)).transpose()?;
    let revision = revise(before.as_ref(), None, Circumstances::default());
    record(site, Some(standing), path, &found, Some(revision))
}

/// Whether a new version with so many bytes is understood later: the pass has much to do, the document is large, or its version before is
/// still to be understood, so that it would be told of first.
fn is_put_off(site: &Site<'_>, reader: &Reader, standing: Option<&Standing>, bytes: u64) -> Result<bool, StoreError> {
    let before = standing.map_or(0, |standing| standing.content.size());
    Ok(site.ground_first
        || bytes.saturating_add(before) > LARGE
        || standing.map_or(Ok(false), |standing| reader.is_pending(standing.seq))?)
}

fn record(
    site: &Site<'_>,
    standing: Option<&Standing>,
    path: DocumentPath,
    found: &Found<'_>,
    revision: Option<Revision>,
) -> Result<Outcome, StoreError> {
    let Found { content, entities, signature, transient } = *found;
    let observation = Observation {
        after: standing.map(|standing| (standing.id, standing.seq)),
        path,
        observed: now(),
        content,
        transient,
        derived: revision.as_ref().map(|revision| Derived { extractor: extractor().name, entities, revision }),
        signature,
    };
    Ok(Outcome::Record(site.writer.pack(&observation)?, revision.map(Box::new), signature))
}

/// What this extractor sees in a version; the entities are from the store where it was this one that found them.
pub(super) fn extract_of(reader: &Reader, version: &Version) -> Result<Extract, StoreError> {
    let Some(digest) = version.content.digest() else { return Ok(nothing()) };
    let name = version.path.file_name();
    match reader.bytes(digest) {
        Ok(bytes) => Ok(match reader.entities(version.seq, &bytes)?.filter(|stored| stored.extractor == extractor().name) {
            Some(stored) => (extractor().complete)(name, &bytes, stored.entities),
            None => (extractor().extract)(name, &bytes),
        }),
        Err(StoreError::Removed { .. }) => Ok(nothing()),
        Err(error) => Err(error),
    }
}

#[expect(clippy::disallowed_methods, reason = "when a version was observed is decided here")]
pub(super) fn now() -> Timestamp {
    time_on(SystemTime::now())
}
