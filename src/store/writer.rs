//! The one thread that writes. It takes work off a bounded queue and commits it in groups: one flush of the disk serves all
//! that came in while the one before was under way.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::database::{BUSY, open_to_write};
use super::dictionary::Desk;
use super::observation::PackedDerived;
use super::queue::{Budget, CloseAtEnd};
use super::record::Ground;
use super::{Derived, DocumentId, Extent, Observation, Packed, Removed, Signature, StoreError, Stored};
use crate::model::{Gap, Seq};

/// Pieces of work that may wait. Who adds more is held back.
const QUEUE: usize = 8192;
/// A group is committed when it has this many pieces,
const GROUP_COUNT: usize = 2048;
/// or this many bytes,
const GROUP_BYTES: usize = 8 * 1024 * 1024;
/// or when it has waited this long for more, or as soon as somebody waits for a ticket of it.
const GROUP_WAIT: Duration = Duration::from_millis(20);

/// After so long without work the log is emptied,
const IDLE: Duration = Duration::from_secs(5);
/// and this often in busy times: readers who always overlap keep SQLite itself from it.
const EMPTY_EVERY: Duration = Duration::from_secs(30);
/// So long that may wait for readers; work waits meanwhile. Where a reader stays longer it is tried again.
const EMPTYING: Duration = Duration::from_millis(50);

/// The right to write. One a database: the daemon's lock sees to that between processes.
///
/// Every method may be called from any thread, and blocks while too much work waits. Dropping the writer finishes the work
/// that was handed in.
#[derive(Debug)]
pub struct Writer {
    queue: SyncSender<Job>,
    budget: Arc<Budget>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
    desk: Arc<Desk>,
}

/// Stands for work on its way to the disk.
#[derive(Debug)]
#[must_use = "work that nobody waits for may fail unseen"]
pub struct Ticket<T> {
    answer: Receiver<Result<T, StoreError>>,
    queue: SyncSender<Job>,
}

impl<T> Ticket<T> {
    /// Waits until the work is on the disk, and asks for that to be soon.
    ///
    /// # Errors
    /// What kept the work from being recorded. None of it is then in the database.
    pub fn wait(self) -> Result<T, StoreError> {
        if let Ok(answer) = self.answer.try_recv() {
            return answer;
        }
        // Fails only when the thread is gone, and then the answer says so too.
        let _ = self.queue.send(Job { weight: 0, work: Work::Hurry });
        self.answer.recv().unwrap_or(Err(StoreError::Closed))
    }
}

#[derive(Debug)]
struct Job {
    weight: usize,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Record(Box<Packed>, SyncSender<Result<Stored, StoreError>>),
    Note(Note, SyncSender<Result<(), StoreError>>),
    Remove(Removal, SyncSender<Result<Removed, StoreError>>),
    /// Somebody waits: commit what is there.
    Hurry,
    /// The writer is dropped: commit what is there and end.
    Close,
}

/// Work that makes no version.
#[derive(Debug)]
enum Note {
    Signatures(Vec<(DocumentId, Signature)>),
    Scanned { root: PathBuf, finished: Timestamp, device: u64, inode: u64 },
    Derived(Seq, Box<PackedDerived>),
    Gap(Gap),
}

/// Contents to take out.
#[derive(Debug)]
struct Removal {
    versions: Vec<Seq>,
    extent: Extent,
    reason: String,
    now: Timestamp,
}

/// Work that is done but not committed, with the answer that its ticket will get.
enum Done {
    Recorded(Stored, SyncSender<Result<Stored, StoreError>>),
    Noted(SyncSender<Result<(), StoreError>>),
    Removed(Removed, Extent, SyncSender<Result<Removed, StoreError>>),
}

impl Writer {
    /// Opens the database at `path`; makes it, with the directories above it, where there is none, and brings an older
    /// schema up to date.
    ///
    /// # Errors
    /// The file is another program's, is damaged, is of a newer schema, or cannot be written.
    pub fn open(path: &Path) -> Result<Writer, StoreError> {
        let ground = Ground::new(open_to_write(path)?, path)?;
        let desk = Arc::clone(&ground.desk);
        let (queue, jobs) = sync_channel(QUEUE);
        let budget = Arc::new(Budget::default());
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn({
                let budget = Arc::clone(&budget);
                move || write(ground, &jobs, &budget)
            })
            .map_err(|error| StoreError::Other { path: path.to_owned(), cause: error.to_string() })?;
        Ok(Writer { queue, budget, thread: Some(thread), path: path.to_owned(), desk })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Records a version with its entities, its revision and its signature, all or nothing.
    pub fn record(&self, observation: &Observation<'_>) -> Ticket<Stored> {
        match self.pack(observation) {
            Ok(packed) => self.record_packed(packed),
            Err(error) => self.refuse(error),
        }
    }

    /// Packs what is to be stored, on the calling thread.
    ///
    /// # Errors
    /// The bytes cannot be compressed, for want of memory.
    pub fn pack(&self, observation: &Observation<'_>) -> Result<Box<Packed>, StoreError> {
        observation.pack(&self.desk, &self.path).map(Box::new)
    }

    /// The same with what was packed before, perhaps on another thread.
    pub fn record_packed(&self, packed: Box<Packed>) -> Ticket<Stored> {
        let (answer, ticket) = self.ticket();
        self.enqueue(packed.weight(), Work::Record(packed, answer));
        ticket
    }

    /// Writes anew what is derived from a version that is there already.
    pub fn derive(&self, version: Seq, derived: &Derived<'_>) -> Ticket<()> {
        match PackedDerived::new(derived) {
            Ok(derived) => {
                let (answer, ticket) = self.ticket();
                self.enqueue(derived.weight(), Work::Note(Note::Derived(version, Box::new(derived)), answer));
                ticket
            }
            Err(error) => self.refuse(StoreError::Other { path: self.path.clone(), cause: error.to_string() }),
        }
    }

    /// Remembers what the file system says about documents whose bytes have not changed.
    pub fn sign(&self, signatures: Vec<(DocumentId, Signature)>) -> Ticket<()> {
        let (answer, ticket) = self.ticket();
        self.enqueue(size_of_val(signatures.as_slice()), Work::Note(Note::Signatures(signatures), answer));
        ticket
    }

    /// Notes that a full pass over `root` is done, and the device and inode of the directory that stood there.
    pub fn scanned(&self, root: &Path, finished: Timestamp, device: u64, inode: u64) -> Ticket<()> {
        let (answer, ticket) = self.ticket();
        self.enqueue(0, Work::Note(Note::Scanned { root: root.to_owned(), finished, device, inode }, answer));
        ticket
    }

    /// Writes down a time in which something may have happened that nobody saw; for ever, as versions are.
    pub fn note_gap(&self, gap: Gap) -> Ticket<()> {
        let (answer, ticket) = self.ticket();
        self.enqueue(gap.cause.len(), Work::Note(Note::Gap(gap), answer));
        ticket
    }

    /// Takes the contents out that only these versions hold, and says why for ever. See [`Reader::removable`](super::Reader::removable).
    pub fn remove(&self, versions: Vec<Seq>, extent: Extent, reason: &str, now: Timestamp) -> Ticket<Removed> {
        let (answer, ticket) = self.ticket();
        self.enqueue(size_of_val(versions.as_slice()), Work::Remove(Removal { versions, extent, reason: reason.to_owned(), now }, answer));
        ticket
    }

    fn ticket<T>(&self) -> (SyncSender<Result<T, StoreError>>, Ticket<T>) {
        let (sender, answer) = sync_channel(1);
        (sender, Ticket { answer, queue: self.queue.clone() })
    }

    fn refuse<T>(&self, error: StoreError) -> Ticket<T> {
        let (answer, ticket) = self.ticket();
        let _ = answer.send(Err(error));
        ticket
    }

    /// If the thread is gone the job is dropped with its answer, and the ticket says so.
    fn enqueue(&self, weight: usize, work: Work) {
        self.budget.take(weight);
        if self.queue.send(Job { weight, work }).is_err() {
            self.budget.give_back(weight);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Tickets hold the queue open, so its end has to be said.
        let _ = self.queue.send(Job { weight: 0, work: Work::Close });
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed, and its tickets have said `Closed`.
            let _ = thread.join();
        }
    }
}

/// The thread: group after group, until the writer is dropped.
#[expect(clippy::disallowed_methods, reason = "time decides when the log is emptied, and nothing that is recorded")]
fn write(mut ground: Ground, jobs: &Receiver<Job>, budget: &Budget) {
    let _end = CloseAtEnd(budget);
    let (mut log_is_empty, mut tried) = (true, Instant::now());
    loop {
        let first = match jobs.recv_timeout(if log_is_empty { Duration::MAX } else { IDLE }) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                (log_is_empty, tried) = (ground.checkpoint(), Instant::now());
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        match first.work {
            Work::Hurry => {}
            Work::Close => break,
            _ => {
                let (weight, end) = commit_group(&mut ground, first, jobs);
                budget.give_back(weight);
                log_is_empty = false;
                if end {
                    break;
                }
                if tried.elapsed() > EMPTY_EVERY {
                    (log_is_empty, tried) = (ground.checkpoint(), Instant::now());
                }
                if let Err(error) = ground.train_if_due() {
                    // Nothing depends on it; what is wrong with the database the next group will say.
                    ground.roll_back();
                    tracing::debug!("no dictionary could be made: {error}");
                }
            }
        }
    }
    // Who copies the file after a clean stop has all of it.
    ground.checkpoint();
}

/// Does one group's work in one transaction and answers its tickets. Gives the weight of all it took off the queue, and
/// whether it met the end of the queue.
#[expect(clippy::disallowed_methods, reason = "time only closes the group; nothing that is recorded depends on it")]
fn commit_group(ground: &mut Ground, first: Job, jobs: &Receiver<Job>) -> (usize, bool) {
    let deadline = Instant::now() + GROUP_WAIT;
    let (mut weight, mut end) = (0, false);
    let mut done = Vec::new();
    let mut failed = ground.begin().err();
    let mut next = Some(first);
    while let Some(job) = next.take() {
        weight += job.weight;
        match job.work {
            Work::Hurry => break,
            Work::Close => {
                end = true;
                break;
            }
            work => match perform(ground, work, failed.as_ref()) {
                Ok(one) => done.extend(one),
                Err(error) => failed = Some(error),
            },
        }
        if done.len() < GROUP_COUNT && weight < GROUP_BYTES && failed.is_none() {
            next = jobs.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok();
        }
    }
    let outcome = match failed {
        None => ground.commit(),
        Some(error) => Err(error),
    };
    let mut overwritten = Ok(());
    if outcome.is_err() {
        ground.roll_back();
    } else if done.iter().any(|one| matches!(one, Done::Removed(..))) {
        let every_word = done.iter().any(|one| matches!(one, Done::Removed(_, Extent::EveryWord, _)));
        if every_word {
            // No word may be left in the log, nor in what older rows have left between the rows of today.
            let lingers = |error: StoreError| StoreError::Lingers { path: ground.path.clone(), cause: error.to_string() };
            overwritten = ground.rewrite().and_then(|()| ground.empty_log()).map_err(lingers);
        } else {
            // To make room is not worth keeping others waiting for a reader: the log is emptied some time.
            ground.checkpoint();
        }
    }
    for one in done {
        // Who threw the ticket away does not want the answer.
        let _ = match one {
            Done::Recorded(stored, answer) => answer.send(outcome.clone().map(|()| stored)).is_ok(),
            Done::Noted(answer) => answer.send(outcome.clone()).is_ok(),
            Done::Removed(removed, _, answer) => answer.send(outcome.clone().and(overwritten.clone()).map(|()| removed)).is_ok(),
        };
    }
    (weight, end)
}

/// Does one piece of work in the open transaction. `Err` when the transaction cannot go on; a conflict is the answer to
/// that one ticket and touches nothing else.
fn perform(ground: &mut Ground, work: Work, failed: Option<&StoreError>) -> Result<Option<Done>, StoreError> {
    if let Some(error) = failed {
        match work {
            Work::Record(_, answer) => drop(answer.send(Err(error.clone()))),
            Work::Note(_, answer) => drop(answer.send(Err(error.clone()))),
            Work::Remove(_, answer) => drop(answer.send(Err(error.clone()))),
            Work::Hurry | Work::Close => {}
        }
        return Err(error.clone());
    }
    match work {
        Work::Record(packed, answer) => match ground.record(&packed) {
            Ok(stored) => Ok(Some(Done::Recorded(stored, answer))),
            Err(error) => {
                let _ = answer.send(Err(error.clone()));
                if matches!(error, StoreError::Conflict { .. }) { Ok(None) } else { Err(error) }
            }
        },
        Work::Note(note, answer) => match ground.note(&note) {
            Ok(()) => Ok(Some(Done::Noted(answer))),
            Err(error) => {
                let _ = answer.send(Err(error.clone()));
                Err(error)
            }
        },
        Work::Remove(Removal { versions, extent, reason, now }, answer) => match ground.remove(&versions, extent, &reason, now) {
            Ok(removed) => Ok(Some(Done::Removed(removed, extent, answer))),
            Err(error) => {
                let _ = answer.send(Err(error.clone()));
                Err(error)
            }
        },
        Work::Hurry | Work::Close => Ok(None),
    }
}

impl Ground {
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| StoreError::from_sqlite(&self.path, &error))?;
        let others = self.find("PRAGMA data_version", [], |row| row.get(0))?;
        if others != self.others {
            // Somebody else has written: what is remembered may not be so any more.
            self.forget();
            self.others = others;
        }
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        self.write_arrivals()?;
        self.connection.execute_batch("COMMIT").map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    /// Leaves the database as it was before the group. What fails here, SQLite has rolled back by itself.
    fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.forget();
        // One that was made in the group is gone with it. Where the database cannot even be read, nothing is packed with any.
        if self.school().is_err() {
            self.desk.set(None);
        }
    }

    /// Empties the log, unless a reader is in the way for long. Whether it is empty now.
    fn checkpoint(&self) -> bool {
        let patience = |time| self.connection.busy_timeout(time).map_err(|error| StoreError::from_sqlite(&self.path, &error));
        let emptied = patience(EMPTYING).and_then(|()| self.empty_log());
        if let Err(cause) = emptied.and(patience(BUSY)) {
            tracing::debug!("{}: the log could not be emptied now: {cause}", self.path.display());
            return false;
        }
        true
    }

    /// Writes the whole file anew, without what deleted rows have left in it.
    pub(super) fn rewrite(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("VACUUM").map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    /// Brings the log into the database file and empties it. Says why, where that cannot be done.
    pub(super) fn empty_log(&self) -> Result<(), StoreError> {
        match self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0)) {
            Ok(false) => Ok(()),
            Ok(true) => Err(StoreError::Busy { path: self.path.clone(), cause: "somebody reads an older state".to_owned() }),
            Err(error) => Err(StoreError::from_sqlite(&self.path, &error)),
        }
    }

    fn note(&mut self, note: &Note) -> Result<(), StoreError> {
        match note {
            Note::Signatures(signatures) => signatures.iter().try_for_each(|&(document, signature)| self.sign(document, &signature)),
            Note::Scanned { root, finished, device, inode } => self.scanned(root, *finished, *device, *inode),
            Note::Derived(seq, derived) => self.derive_later(*seq, derived),
            Note::Gap(gap) => self.note_gap(gap),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, DocumentPath, Revision, Severity, TextDiff};
    use crate::store::{NewContent, Reader};

    fn job(name: &str, bytes: &[u8]) -> (Job, Receiver<Result<Stored, StoreError>>) {
        let revision = Revision {
            class: Class::Created,
            severity: Severity::Minor,
            flags: std::collections::BTreeSet::new(),
            trashline: String::new(),
            reverts_to: None,
            text: TextDiff::default(),
            entities: Vec::new(),
        };
        let observation = Observation {
            after: None,
            path: DocumentPath::new("/spool", name).unwrap(),
            observed: Timestamp::UNIX_EPOCH,
            content: NewContent::Bytes(bytes),
            transient: false,
            derived: Some(Derived { extractor: "test/1", entities: None, revision: &revision }),
            signature: None,
        };
        let (answer, receiver) = sync_channel(1);
        let packed = observation.pack(&Desk::default(), Path::new("test")).unwrap();
        (Job { weight: 0, work: Work::Record(Box::new(packed), answer) }, receiver)
    }

    fn commit(ground: &mut Ground, name: &str, bytes: &[u8]) -> Result<Stored, StoreError> {
        let (job, answer) = job(name, bytes);
        // The queue is closed: the group is this one job.
        commit_group(ground, job, &sync_channel(1).1);
        answer.recv().unwrap()
    }

    #[test]
    fn a_full_disk_is_said_and_got_over() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("news.db");
        let mut ground = Ground::new(open_to_write(&path).unwrap(), &path).unwrap();
        let mut noise = vec![0; 200_000];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        commit(&mut ground, "first", &noise[..100]).unwrap();
        ground.connection.pragma_update(None, "max_page_count", 45).unwrap();
        assert_eq!(commit(&mut ground, "second", &noise), Err(StoreError::Full { path: path.clone() }));
        assert_eq!(Reader::open(&path).unwrap().status().unwrap().versions, 1, "all or nothing");
        ground.connection.pragma_update(None, "max_page_count", 100_000).unwrap();
        let second = commit(&mut ground, "second", &noise).unwrap();
        assert_eq!(second.version.seq, Seq(2));
        let reader = Reader::open(&path).unwrap();
        assert!(reader.bytes(second.version.content.digest().unwrap()).unwrap() == noise);
        assert_eq!(reader.verify(crate::store::Depth::Full, &mut |_, _| ()).unwrap().damages, []);
    }
}
