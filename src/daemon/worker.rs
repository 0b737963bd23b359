//! The thread that owns the ingest and does one piece of work after another, however long the database takes or fails.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::Notify;

use super::agenda::Work;
use super::{Event, Recorded, Report};
use crate::ingest::{Brake, Ingest, RootSpec};
use crate::model::{Counters, FatalError, RootState, Watching};
use crate::store::{StoreError, Writer};
use crate::watch::Watcher;

/// After a failure of the database it is tried again after this long, doubled each time,
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// up to this long.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long the work in hand may take once the daemon is to end.
const DRAIN: Duration = Duration::from_secs(4);
const DRAIN_STEP: Duration = Duration::from_millis(5);

/// A handle to the thread.
#[derive(Debug)]
pub(super) struct Worker {
    /// Holds one piece: the event loop hands out one at a time and never waits here.
    work: SyncSender<Work>,
    done: Arc<Notify>,
    ended: Arc<AtomicBool>,
    brake: Brake,
    thread: JoinHandle<Result<(), FatalError>>,
}

impl Worker {
    pub(super) fn start(
        database: &Path,
        roots: Vec<RootSpec>,
        watcher: Arc<Watcher>,
        counters: Arc<Counters>,
        tell: impl FnMut(Event) + Send + 'static,
    ) -> Result<Worker, FatalError> {
        let (work, inbox) = sync_channel(1);
        let done = Arc::new(Notify::new());
        let brake = Brake::default();
        let mut hand =
            Hand { database: database.to_owned(), roots, ingest: None, identity: None, brake: brake.clone(), watcher, counters, tell };
        // What is wrong with the database from the start is not waited for: whoever starts the daemon is there to hear of it.
        hand.open().map_err(|error| error.fatal(database))?;
        hand.tell_of_roots(&Report::default());
        let ended = Arc::new(AtomicBool::new(false));
        let (finished, has_ended) = (Arc::clone(&done), Arc::clone(&ended));
        let thread = thread::Builder::new().name("ingest".to_owned()).spawn(move || {
            let outcome = hand.run(&inbox, &finished);
            // The event loop has to learn that nobody works any more.
            has_ended.store(true, Ordering::Release);
            finished.notify_one();
            outcome
        });
        let thread = thread.map_err(|error| FatalError::Watch(format!("cannot start a thread: {error}")))?;
        Ok(Worker { work, done, ended, brake, thread })
    }

    /// Hands out a piece of work. False when the thread has ended.
    pub(super) fn hand_out(&self, work: Work) -> bool {
        self.work.send(work).is_ok()
    }

    /// Waits until a piece of work is done, or the thread has ended.
    pub(super) async fn done(&self) {
        self.done.notified().await;
    }

    /// Whether the thread has ended, which it does by itself only when the database is beyond hope.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Has the documents in hand finished, and gives what ended the thread.
    pub(super) fn finish(self) -> Result<(), FatalError> {
        self.brake.pull();
        drop(self.work);
        self.thread.thread().unpark();
        // Not longer than a service manager has patience: the thread may hang in a dead network file system, or in telling of
        // a revision to somebody who does not listen. What it has not recorded is found at the next start.
        let mut left = DRAIN;
        while !self.thread.is_finished() && !left.is_zero() {
            thread::sleep(DRAIN_STEP);
            left = left.saturating_sub(DRAIN_STEP);
        }
        if !self.thread.is_finished() {
            tracing::warn!("the work in hand does not end; what is not recorded is found at the next start");
            return Ok(());
        }
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The thread's own side.
struct Hand<T> {
    database: PathBuf,
    roots: Vec<RootSpec>,
    /// `None` after the database has failed, until it can be opened again.
    ingest: Option<Ingest>,
    /// Device and inode of the database's file.
    identity: Option<(u64, u64)>,
    brake: Brake,
    watcher: Arc<Watcher>,
    counters: Arc<Counters>,
    tell: T,
}

impl<T: FnMut(Event)> Hand<T> {
    fn run(&mut self, inbox: &Receiver<Work>, done: &Notify) -> Result<(), FatalError> {
        while let Ok(work) = inbox.recv() {
            self.insist(work)?;
            done.notify_one();
        }
        Ok(())
    }

    /// Does the work, and as long as the database fails in a way that may pass, tries again.
    fn insist(&mut self, mut work: Work) -> Result<(), FatalError> {
        let mut pause = FIRST_PAUSE;
        loop {
            self.check_database()?;
            match self.attempt(&work).map_err(StoreError::doubted) {
                Ok(()) => {
                    self.recovered();
                    return Ok(());
                }
                Err(error) if may_pass(&error) => self.failing(&error),
                Err(error) => return Err(error.fatal(&self.database)),
            }
            // A new connection: one that has failed may not know what is on the disk.
            self.ingest = None;
            // Cut short by `finish`.
            thread::park_timeout(pause);
            if self.brake.is_pulled() {
                // The failure has been said; what is not recorded is found at the next start.
                return Ok(());
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            // Whatever else changed meanwhile is found with it.
            work = Work::Scan { renew: false };
        }
    }

    /// SQLite would go on writing to a file that nobody finds any more, and a new connection would begin a new history.
    fn check_database(&self) -> Result<(), FatalError> {
        match identity(&self.database) {
            Ok(identity) if Some(identity) == self.identity => return Ok(()),
            // It cannot be reached now: that may pass, and the attempt will say so.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Ok(()),
            Ok(_) | Err(_) => {}
        }
        let message = "was moved away, removed or replaced while the daemon wrote to it; put it back, or start anew".to_owned();
        Err(FatalError::Database { path: self.database.clone(), message })
    }

    fn open(&mut self) -> Result<&mut Ingest, StoreError> {
        let ingest = match self.ingest.take() {
            Some(ingest) => ingest,
            None => {
                let writer = Writer::open(&self.database)?;
                self.identity = identity(&self.database).ok();
                Ingest::new(writer, self.roots.clone())?.with_brake(self.brake.clone())
            }
        };
        Ok(self.ingest.insert(ingest))
    }

    fn attempt(&mut self, work: &Work) -> Result<(), StoreError> {
        match work {
            Work::Scan { renew: true } => self.watcher.renew(),
            Work::Configure(roots, timing) => {
                self.watcher.configure(roots.iter().map(|root| root.path.clone()).collect(), *timing);
                self.roots.clone_from(roots);
                if let Some(ingest) = &mut self.ingest {
                    ingest.set_roots(roots.clone());
                }
            }
            Work::Scan { renew: false } | Work::Apply(_) => {}
        }
        let counters = Arc::clone(&self.counters);
        self.open()?;
        let Hand { ingest: Some(ingest), tell, .. } = self else { return Err(StoreError::Closed) };
        let is_live = matches!(work, Work::Apply(_));
        let mut recorded = |recorded: Recorded| {
            count(&counters, &recorded, is_live);
            tell(Event::Recorded(Box::new(recorded)));
        };
        let report = match work {
            Work::Scan { .. } | Work::Configure(..) => ingest.scan(&mut recorded)?,
            Work::Apply(paths) => ingest.apply(paths, &mut recorded)?,
        };
        self.sum_up(work, &report);
        // A pass that was cut short says nothing.
        if !self.brake.is_pulled() {
            (self.tell)(if is_live { Event::Applied(report) } else { Event::Scanned(report) });
        }
        Ok(())
    }

    fn sum_up(&self, work: &Work, report: &Report) {
        self.tell_of_roots(report);
        self.counters.update(|now| {
            now.passes += u64::from(!matches!(work, Work::Apply(_)));
            now.document_errors += report.troubles.len() as u64;
        });
    }

    /// What the pass says about the roots, beside what the watcher says.
    fn tell_of_roots(&self, report: &Report) {
        let coverage = self.watcher.coverage();
        let state = |root: &RootSpec| {
            let gap = coverage.iter().find(|coverage| coverage.root == root.path).and_then(|coverage| coverage.gap.clone());
            let away = report.degraded.iter().find(|degraded| degraded.root == root.path).map(|degraded| degraded.reason.clone());
            RootState {
                path: root.path.display().to_string(),
                watching: if gap.is_some() { Watching::Polling } else { Watching::Events },
                degraded: away.or(gap),
            }
        };
        let roots = self.roots.iter().map(state).collect();
        self.counters.update(|now| now.roots = roots);
    }

    fn failing(&self, error: &StoreError) {
        self.counters.update(|now| {
            now.database_errors += 1;
            // Said once, not at every try.
            if now.database_trouble.as_deref() != Some(&error.to_string()) {
                tracing::error!("{error}; changes are watched, and recorded as soon as that is possible");
                now.gaps += u64::from(now.database_trouble.is_none());
                now.database_trouble = Some(error.to_string());
            }
        });
    }

    fn recovered(&self) {
        self.counters.update(|now| {
            if now.database_trouble.take().is_some() {
                tracing::warn!("the database can be written again; all files have been looked at");
            }
        });
    }
}

fn count(counters: &Counters, recorded: &Recorded, is_live: bool) {
    #[expect(clippy::disallowed_methods, reason = "measures how long a change took to reach the disk")]
    let lag = recorded.written.filter(|_| is_live).map(|written| jiff::Timestamp::now().duration_since(written));
    counters.update(|now| {
        now.versions += 1;
        if let Some(lag) = lag {
            now.lag.add(lag);
        }
    });
}

fn identity(database: &Path) -> io::Result<(u64, u64)> {
    #[expect(clippy::disallowed_methods, reason = "whether the file of the database is still the same")]
    std::fs::metadata(database).map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Whether the database may work again by itself, or once somebody has made room or mounted a disk.
fn may_pass(error: &StoreError) -> bool {
    match error {
        StoreError::Full { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::Busy { .. }
        | StoreError::NoBackup { .. }
        | StoreError::Io { .. }
        | StoreError::Conflict { .. }
        | StoreError::Closed
        | StoreError::Lingers { .. }
        | StoreError::Other { .. } => true,
        StoreError::Missing { .. }
        | StoreError::Foreign { .. }
        | StoreError::Newer { .. }
        | StoreError::Damaged { .. }
        | StoreError::Removed { .. } => false,
    }
}
