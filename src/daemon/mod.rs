//! Puts the parts together: one event loop over watch and ingest, the lock that keeps a second daemon out, the status socket,
//! and shutdown.
//!
//! Four threads matter. The event loop (`serve.rs`) only takes note of what is to be done and never waits for a disk; the
//! worker does it, one piece after another; what takes long to understand it leaves to a thread behind it (`behind.rs`); the
//! watcher's thread gathers events. So a stop, a question on the socket or a signal is always answered at once, whatever the
//! disk does, and a state that does not last is recorded, whatever is being read.

mod agenda;
mod behind;
mod gaps;
mod lock;
mod preview;
mod roots;
mod serve;
mod sight;
mod socket;
mod supervisor;
#[cfg(feature = "onnx")]
mod transformer;
mod upkeep;
mod worker;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::signal::unix::SignalKind;
use tokio::sync::Notify;

use crate::config::Config;
use crate::http::{Server, Settings};
use crate::ingest::{Ingest, Told};
use crate::model::{Counters, FatalError, time_on};
use crate::store::Writer;
use crate::watch::{Timing, Watcher};

pub use self::lock::running;
pub use self::preview::{Preview, preview};
use self::serve::{Parts, listen_for, serve};
pub use self::socket::{AskError, Reply, Request, ask};
#[cfg(feature = "onnx")]
pub use self::transformer::use_transformer;
pub use self::upkeep::{gc, remove, reparse};
use self::worker::{Opened, Worker};
pub use crate::ingest::{Degraded, EXTRACTOR, Recorded, Report, extractor, extractor_at_hand};
pub use crate::store::{Extent, Removed, Repacked, migration_copies};

/// What a running daemon or scan tells of, in the order in which it happens.
#[derive(Debug)]
pub enum Event {
    /// A version is on the disk. Its revision comes later, as
    Stored,
    /// the revision of a version that was stored before, on the disk now.
    Derived(Box<Recorded>),
    /// A revision is on the disk.
    Recorded(Box<Recorded>),
    /// A full pass is done; the first one of a daemon means that from now on changes are seen as they happen.
    Scanned(Report),
    /// The paths that the watcher named have been looked at.
    Applied(Report),
    /// Pages are served at this address.
    Listening(SocketAddr),
}

impl From<Told> for Event {
    fn from(told: Told) -> Event {
        match told {
            Told::Stored(_) => Event::Stored,
            Told::Derived(recorded) => Event::Derived(recorded),
            Told::Recorded(recorded) => Event::Recorded(recorded),
        }
    }
}

/// Who hears of all that happens, from one thread at a time.
#[derive(Clone)]
struct Hearer(Arc<Mutex<dyn FnMut(Event) + Send>>);

impl Hearer {
    fn tell(&self, event: Event) {
        let mut hear = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hear(event);
    }
}

/// Asks a running daemon to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Notify>);

impl Stop {
    pub fn request(&self) {
        self.0.notify_one();
    }
}

/// What a single pass is to do beyond what each does.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScanOptions {
    /// Each root is taken for what it holds now, though another directory stood there before.
    pub trust: bool,
    /// Every file is read, even if its size and time stamps are what they were.
    pub rehash: bool,
}

/// One full pass over the roots, then the end.
///
/// # Errors
/// Another daemon writes to the database, a root is not there, or the database fails.
pub fn scan(config: &Config, database: &Path, options: ScanOptions, tell: &mut dyn FnMut(Event)) -> Result<(), FatalError> {
    lock::exclusively(database, |mut held| {
        let roots = roots::specs(config, database)?;
        let trusted: Vec<PathBuf> = roots.iter().filter(|_| options.trust).map(|root| root.path.clone()).collect();
        let fatal = |error: crate::store::StoreError| error.fatal(database);
        let writer = Writer::open(database).map_err(fatal)?;
        if held.was_killed() {
            // Before this pass looks as if it had been the daemon's last one.
            sight::note_killed(&writer).map_err(fatal)?;
            held.set_watching(false).map_err(|error| lock::trouble(database, &error))?;
        }
        let mut ingest = Ingest::new(writer, roots).map_err(fatal)?;
        trusted.iter().for_each(|root| ingest.trust(root));
        if options.rehash {
            ingest.rehash();
        }
        let mut told = |told| tell(Event::from(told));
        let report = ingest.scan_to_the_end(&mut told).map_err(fatal)?;
        let mut deriver = ingest.deriver().map_err(fatal)?;
        while deriver.derive(&mut told).map_err(fatal)? {}
        report.troubles.iter().for_each(|trouble| tracing::warn!("{trouble}"));
        tell(Event::Scanned(report));
        Ok(())
    })
}

/// Reads the configuration again; says, for people, why it cannot be taken up.
pub type Reload = Box<dyn FnMut() -> Result<Config, String> + Send>;

/// The service: watches the roots and records every change.
pub struct Daemon {
    config: Config,
    database: PathBuf,
    counters: Arc<Counters>,
    reload: Option<Reload>,
}

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daemon").field("config", &self.config).field("database", &self.database).finish_non_exhaustive()
    }
}

impl Daemon {
    #[must_use]
    pub fn new(config: Config, database: PathBuf) -> Daemon {
        let counters = Arc::new(Counters::new(std::process::id(), time()));
        Daemon { config, database, counters, reload: None }
    }

    /// How to read the configuration again, on SIGHUP or when asked to.
    #[must_use]
    pub fn reload_with(self, reload: Reload) -> Daemon {
        Daemon { reload: Some(reload), ..self }
    }

    /// What the daemon will count while it runs.
    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Runs until SIGINT, SIGTERM or `stop`: a full pass, then every change as it happens, and a full pass now and then. When
    /// asked to end it finishes the documents in hand; the rest is found at the next start.
    ///
    /// # Errors
    /// At the start: as [`scan`], or no thread can be started. Later only when the database turns out to be
    /// damaged; a full disk, a database that cannot be written for now or a root that is away are waited for.
    pub fn run(self, stop: &Stop, mut tell: impl FnMut(Event) + Send + 'static) -> Result<(), FatalError> {
        let Daemon { config, database, counters, reload } = self;
        // First of all: who asks for a reload while the daemon starts is not to end it. Who asks it to end still may.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| FatalError::Watch(format!("cannot start the event loop: {error}")))?;
        let hang_up = runtime.block_on(async { listen_for(SignalKind::hangup()) })?;
        // A transformer is made ready before the first change, or told of that it does not work.
        let _ = extractor();
        lock::exclusively(&database, |mut held| {
            let roots = roots::specs(&config, &database)?;
            let cookies = roots::cookies(&database)?;
            // Watches are set before the first pass: what changes meanwhile is named, and looked at after it. The kernel is asked for one
            // after the other, which leaves time to open the database.
            let paths = roots.iter().map(|root| root.path.clone()).collect();
            let (opened, watching) = std::thread::scope(|scope| {
                let opening = scope.spawn(|| Opened::open(&database, roots.clone()));
                let watching = Watcher::start(paths, timing(&config), &cookies);
                (opening.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), watching)
            });
            let opened = opened.map_err(|error| error.fatal(&database))?;
            let (watcher, changes) = watching?;
            let watcher = Arc::new(watcher);
            let server = listen(&config, &database, &counters, &mut tell)?;
            let worker = Worker::start(
                opened,
                roots,
                held.was_killed(),
                Arc::clone(&watcher),
                Arc::clone(&counters),
                Hearer(Arc::new(Mutex::new(tell))),
            )?;
            worker.retain(&config.retention);
            held.set_watching(true).map_err(|error| lock::trouble(&database, &error))?;
            let parts = Parts { config, database: &database, worker: &worker, watcher: &watcher, counters: &counters, reload };
            let served = runtime.block_on(serve(parts, changes, hang_up, stop));
            drop(server);
            let ended = worker.finish();
            // Left over from a barrier at most; the directory is made again at the next start.
            let _ = std::fs::remove_dir(&cookies);
            served?;
            if ended? {
                held.set_watching(false).map_err(|error| lock::trouble(&database, &error))?;
            }
            Ok(())
        })
    }
}

/// Starts to serve pages where the configuration asks for it.
fn listen(config: &Config, database: &Path, counters: &Arc<Counters>, tell: &mut impl FnMut(Event)) -> Result<Option<Server>, FatalError> {
    let Some(address) = config.http.listen.address() else { return Ok(None) };
    let settings = Settings { address, database: database.to_owned(), zone: TimeZone::system(), extractor, counters: Arc::clone(counters) };
    let server = Server::start(settings).map_err(|source| FatalError::Listen { address, source })?;
    tell(Event::Listening(server.address()));
    Ok(Some(server))
}

#[expect(clippy::disallowed_methods, reason = "when something happened to the daemon is part of the record")]
fn time() -> Timestamp {
    time_on(SystemTime::now())
}

fn timing(config: &Config) -> Timing {
    Timing { quiet: config.watch.quiet.get(), max_wait: config.watch.max_wait.get() }
}

/// A path without links, though what it leads to may not be there.
fn without_links(path: &Path) -> PathBuf {
    let to_be = || {
        let absolute = std::path::absolute(path).ok()?;
        Some(absolute.parent()?.canonicalize().ok()?.join(absolute.file_name()?))
    };
    path.canonicalize().ok().or_else(to_be).unwrap_or_else(|| path.to_owned())
}

/// The file beside the database with this ending.
fn beside(database: &Path, ending: &str) -> PathBuf {
    // However it is called: two names of one database are not to have two locks.
    let mut name = without_links(database).into_os_string();
    name.push(ending);
    PathBuf::from(name)
}
