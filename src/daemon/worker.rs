//! The thread that owns the ingest and does one piece of work after another, however long the database takes or fails.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::agenda::Work;
use super::behind::{Behind, Lag};
use super::sight::{Sight, note_killed};
use super::{Event, Hearer, Report, supervisor, time, upkeep};
use crate::config::Retention;
use crate::ingest::{Brake, Ingest, RootSpec, Told};
use crate::model::{Changes, Counters, FatalError};
use crate::store::{Reader, StoreError, Writer};
use crate::watch::Watcher;

/// After a failure of the database it is tried again after this long, doubled each time,
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// up to this long.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often old contents are looked for.
const RETAIN_EVERY: Duration = Duration::from_secs(60 * 60);

/// How long the work in hand may take once the daemon is to end.
const DRAIN: Duration = Duration::from_secs(3);
const DRAIN_STEP: Duration = Duration::from_millis(5);

/// The database, open to record what the roots hold.
#[derive(Debug)]
pub(super) struct Opened {
    ingest: Ingest,
    /// Device and inode of its file.
    identity: Option<(u64, u64)>,
}

impl Opened {
    pub(super) fn open(database: &Path, roots: Vec<RootSpec>) -> Result<Opened, StoreError> {
        let writer = Writer::open(database)?;
        let identity = identity(database).ok();
        Ok(Opened { ingest: Ingest::new(writer, roots)?, identity })
    }
}

/// A handle to the thread.
#[derive(Debug)]
pub(super) struct Worker {
    /// Holds one piece: the event loop hands out one at a time and never waits here.
    work: SyncSender<Work>,
    done: Arc<Notify>,
    ended: Arc<AtomicBool>,
    has_busy: Arc<AtomicBool>,
    lag: Lag,
    retention: Arc<Mutex<Retention>>,
    brake: Brake,
    thread: JoinHandle<Result<bool, FatalError>>,
}

/// Lets the event loop learn that nobody works any more, though the thread should panic.
struct End {
    has_ended: Arc<AtomicBool>,
    finished: Arc<Notify>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::Release);
        self.finished.notify_one();
    }
}

impl Worker {
    pub(super) fn start(
        opened: Opened,
        roots: Vec<RootSpec>,
        was_killed: bool,
        watcher: Arc<Watcher>,
        counters: Arc<Counters>,
        hearer: Hearer,
    ) -> Result<Worker, FatalError> {
        let (work, inbox) = sync_channel(1);
        let done = Arc::new(Notify::new());
        let has_busy = Arc::new(AtomicBool::new(false));
        let behind = Behind::default();
        let lag = behind.lag();
        let retention = Arc::<Mutex<Retention>>::default();
        let brake = Brake::default();
        let database = opened.ingest.writer().path().to_owned();
        let mut hand = Hand {
            database: database.clone(),
            ingest: Some(opened.ingest.with_brake(brake.clone())),
            identity: opened.identity,
            busy: BTreeSet::new(),
            has_busy: Arc::clone(&has_busy),
            behind,
            brake: brake.clone(),
            sight: Sight::new(Arc::clone(&watcher), Arc::clone(&counters), &roots),
            roots,
            watcher,
            counters,
            recorded_until: time(),
            retention: Arc::clone(&retention),
            retained: None,
            hearer,
        };
        // What is wrong with the database from the start is not waited for: whoever starts the daemon is there to hear of it.
        hand.begin(was_killed).map_err(|error| error.fatal(&database))?;
        let ended = Arc::new(AtomicBool::new(false));
        let (finished, has_ended) = (Arc::clone(&done), Arc::clone(&ended));
        let thread = thread::Builder::new().name("ingest".to_owned()).spawn(move || {
            let _end = End { has_ended, finished: Arc::clone(&finished) };
            hand.run(&inbox, &finished)
        });
        let thread = thread.map_err(|error| FatalError::Watch(format!("cannot start a thread: {error}")))?;
        Ok(Worker { work, done, ended, has_busy, lag, retention, brake, thread })
    }

    /// Hands out a piece of work. False when the thread has ended.
    pub(super) fn hand_out(&self, work: Work) -> bool {
        self.work.send(work).is_ok()
    }

    /// From the next full pass on these old contents are taken out.
    pub(super) fn retain(&self, retention: &Retention) {
        self.retention.lock().unwrap_or_else(PoisonError::into_inner).clone_from(retention);
    }

    /// Waits until a piece of work is done, or the thread has ended.
    pub(super) async fn done(&self) {
        self.done.notified().await;
    }

    /// Whether the thread has ended, which it does by itself only when the database is beyond hope.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Whether there are files that were being written when they were looked at, and that the watcher will name again.
    pub(super) fn has_busy(&self) -> bool {
        self.has_busy.load(Ordering::Acquire)
    }

    /// How far behind the deriving is.
    pub(super) fn lag(&self) -> &Lag {
        &self.lag
    }

    /// Rises as long as the work in hand goes on. It stands still where a disk hangs.
    pub(super) fn progress(&self) -> u64 {
        self.brake.asked()
    }

    /// Has the documents in hand finished. Gives what ended the thread, or whether it was written down that the daemon has ended.
    pub(super) fn finish(self) -> Result<bool, FatalError> {
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
            return Ok(false);
        }
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The thread's own side.
struct Hand {
    database: PathBuf,
    roots: Vec<RootSpec>,
    /// `None` after the database has failed, until it can be opened again.
    ingest: Option<Ingest>,
    /// Device and inode of the database's file.
    identity: Option<(u64, u64)>,
    /// Files that were being written when they were looked at, and have been named to the watcher again.
    busy: BTreeSet<PathBuf>,
    /// Whether there are any.
    has_busy: Arc<AtomicBool>,
    behind: Behind,
    brake: Brake,
    watcher: Arc<Watcher>,
    counters: Arc<Counters>,
    sight: Sight,
    /// All that was handed on before this is recorded.
    recorded_until: Timestamp,
    /// Which old contents are to be taken out,
    retention: Arc<Mutex<Retention>>,
    /// and when that was last done, with which were to be then.
    retained: Option<(Instant, Retention)>,
    hearer: Hearer,
}

impl Hand {
    fn begin(&mut self, was_killed: bool) -> Result<(), StoreError> {
        let writer = self.open()?.writer();
        if was_killed {
            note_killed(writer)?;
        }
        let reader = Reader::open(writer.path())?;
        self.sight.take_up(&reader)
    }

    /// Gives whether it was written down that the daemon has ended.
    fn run(&mut self, inbox: &Receiver<Work>, done: &Notify) -> Result<bool, FatalError> {
        while let Ok(work) = inbox.recv() {
            self.insist(work)?;
            done.notify_one();
        }
        if !self.behind.finish() {
            tracing::info!("a large document is left for the next start to understand; its bytes are recorded");
        }
        let Some(ingest) = &self.ingest else { return Ok(false) };
        let ended = self.sight.end(self.recorded_until, ingest.writer());
        Ok(ended.inspect_err(|error| tracing::warn!("the end cannot be written down: {error}")).is_ok())
    }

    /// Does the work, and as long as the database fails in a way that may pass, tries again.
    fn insist(&mut self, mut work: Work) -> Result<(), FatalError> {
        let mut pause = FIRST_PAUSE;
        let begun = time();
        loop {
            self.check_database()?;
            match self.attempt(&work).map_err(StoreError::doubted) {
                Ok(()) => {
                    self.recovered();
                    if !self.brake.is_pulled() {
                        self.recorded_until = begun;
                    }
                    return Ok(());
                }
                Err(error) if may_pass(&error) => self.failing(&error, begun),
                Err(error) => return Err(error.fatal(&self.database)),
            }
            // A new connection: one that has failed may not know what is on the disk.
            self.behind.stop();
            self.ingest = None;
            // Cut short by `finish`.
            thread::park_timeout(pause);
            if self.brake.is_pulled() {
                // The failure has been said; what is not recorded is found at the next start.
                return Ok(());
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            // Whatever else changed meanwhile is found with it.
            if let Work::Apply(Changes { renames, .. }) = work {
                work = Work::Scan { renew: false, trust: Vec::new(), renames };
            }
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
                let opened = Opened::open(&self.database, self.roots.clone())?;
                self.identity = opened.identity;
                opened.ingest.with_brake(self.brake.clone())
            }
        };
        Ok(self.ingest.insert(ingest))
    }

    fn attempt(&mut self, work: &Work) -> Result<(), StoreError> {
        if let Some(error) = self.behind.take_failure() {
            return Err(error);
        }
        match work {
            Work::Scan { renew, .. } => {
                if *renew {
                    self.watcher.renew();
                }
            }
            Work::Configure { roots, timing, .. } => {
                self.watcher.configure(roots.iter().map(|root| root.path.clone()).collect(), *timing);
                self.roots.clone_from(roots);
                self.sight.set_roots(roots);
                if let Some(ingest) = &mut self.ingest {
                    ingest.set_roots(roots.clone());
                }
            }
            Work::Apply(_) => {}
        }
        let is_live = matches!(work, Work::Apply(_));
        if !is_live {
            self.sight.begin_pass();
        }
        let counters = Arc::clone(&self.counters);
        self.open()?;
        let Hand { ingest: Some(ingest), hearer, behind, watcher, .. } = self else { return Err(StoreError::Closed) };
        let mut recorded = |told: Told| {
            count(&counters, &told, is_live);
            hearer.tell(Event::from(told));
        };
        match work {
            Work::Scan { renames, .. } | Work::Configure { renames, .. } => {
                // A pass does not wait for what is still settling.
                ingest.renamed(renames.iter().cloned().chain(watcher.renames()));
            }
            Work::Apply(_) => {}
        }
        if let Work::Scan { trust, .. } = work {
            trust.iter().for_each(|root| ingest.trust(root));
        }
        let is_first = counters.snapshot().passes == 0;
        let mut report = match work {
            // Who waits for the daemon to be ready waits for all that stands there.
            Work::Scan { .. } if is_first => ingest.scan_to_the_end(&mut recorded)?,
            Work::Apply(named) => ingest.apply(named, &mut recorded)?,
            _ => ingest.scan(&mut recorded)?,
        };
        behind.look(ingest.reached()?, || ingest.deriver(), hearer)?;
        match work {
            Work::Apply(named) => self.busy.retain(|path| !named.paths.contains_key(path)),
            _ => self.busy.clear(),
        }
        self.busy.extend(report.busy.iter().cloned());
        self.has_busy.store(!self.busy.is_empty(), Ordering::Release);
        self.watcher.again(std::mem::take(&mut report.busy));
        // A pass that was cut short says nothing.
        if !self.brake.is_pulled() {
            self.sum_up(work, &report)?;
            if !is_live {
                self.retain()?;
            }
            self.hearer.tell(if is_live { Event::Applied(report) } else { Event::Scanned(report) });
        }
        Ok(())
    }

    /// Takes out what is too old, now and then, and at once where that is a new wish. Where something is still to be derived, which may
    /// need it, the next pass tries again.
    #[expect(clippy::disallowed_methods, reason = "time only says when to look; what is too old is decided by the record")]
    fn retain(&mut self) -> Result<(), StoreError> {
        let wish = self.retention.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_done = self.retained.as_ref().is_some_and(|(at, granted)| at.elapsed() < RETAIN_EVERY && *granted == wish);
        let Some(ingest) = self.ingest.as_ref().filter(|_| !is_done) else { return Ok(()) };
        if ingest.reached()?.is_behind() {
            return Ok(());
        }
        upkeep::retain(ingest.writer(), &wish)?;
        self.retained = Some((Instant::now(), wish));
        Ok(())
    }

    fn sum_up(&mut self, work: &Work, report: &Report) -> Result<(), StoreError> {
        self.counters.update(|now| {
            now.passes += u64::from(!matches!(work, Work::Apply(_)));
            now.document_errors += report.troubles.len() as u64;
        });
        match &self.ingest {
            Some(ingest) => self.sight.after(work, report, ingest.writer()),
            None => Err(StoreError::Closed),
        }
    }

    fn failing(&mut self, error: &StoreError, begun: Timestamp) {
        let mut before = None;
        self.counters.update(|now| {
            now.database_errors += 1;
            before = now.database_trouble.replace(error.to_string());
        });
        supervisor::status(&self.counters.snapshot());
        // Said once, not at every try.
        if before.as_deref() != Some(&error.to_string()) {
            tracing::error!("{error}; changes are watched, and recorded as soon as that is possible");
        }
        if before.is_none() {
            self.sight.lose(begun, format!("nothing could be recorded: {error}"));
        }
    }

    fn recovered(&self) {
        self.counters.update(|now| {
            if now.database_trouble.take().is_some() {
                tracing::warn!("the database can be written again; all files have been looked at");
            }
        });
    }
}

fn count(counters: &Counters, told: &Told, is_live: bool) {
    let written = match told {
        Told::Derived(_) => return,
        Told::Stored(written) => *written,
        Told::Recorded(recorded) => recorded.written,
    };
    let lag = written.filter(|_| is_live).map(|written| time().duration_since(written));
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
