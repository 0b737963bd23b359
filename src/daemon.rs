//! Puts the parts together: the event loop over watch and ingest, the lock that keeps a second daemon out, and shutdown.
#![expect(clippy::disallowed_methods, reason = "the daemon opens its lock file and looks at its roots")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use fd_lock::RwLock;
use jiff::tz::TimeZone;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, mpsc};
use tokio::time::MissedTickBehavior;

use crate::config::Config;
use crate::http::{Server, Settings};
use crate::ingest::{Ingest, RootSpec, Selection};
use crate::model::{DocumentError, Extract, FatalError};
use crate::store::{StoreError, Writer};
use crate::watch::{ChangeSet, Timing, Watcher};

pub use crate::ingest::{Recorded, Report, extract, extractor};

/// What a running daemon or scan tells of, in the order in which it happens.
#[derive(Debug)]
pub enum Event {
    /// A revision is on the disk.
    Recorded(Box<Recorded>),
    /// A full pass is done; the first one of a daemon means that from now on changes are seen as they happen.
    Scanned(Report),
    /// The paths that the watcher named have been looked at.
    Applied(Report),
    /// Pages are served at this address.
    Listening(SocketAddr),
}

/// Asks a running [`watch`] to finish the work in hand and return.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Notify>);

impl Stop {
    pub fn request(&self) {
        self.0.notify_one();
    }
}

/// One full pass over the roots, then the end.
///
/// # Errors
/// Another daemon writes to the database, a root is not there, or the database fails.
pub fn scan(config: &Config, database: &Path, tell: &mut dyn FnMut(Event)) -> Result<(), FatalError> {
    exclusively(database, || {
        let mut ingest = open(config, database)?;
        let report = ingest.scan(&mut |recorded| tell(Event::Recorded(Box::new(recorded)))).map_err(|error| error.fatal(database))?;
        tell(Event::Scanned(report));
        Ok(())
    })
}

/// Watches the roots until SIGINT, SIGTERM or `stop`: a full pass, then every change as it happens, and a full pass now and then.
///
/// # Errors
/// As [`scan`], and when the platform's watcher cannot be made.
pub fn watch(config: &Config, database: &Path, stop: &Stop, mut tell: impl FnMut(Event) + Send + 'static) -> Result<(), FatalError> {
    exclusively(database, || {
        let ingest = open(config, database)?;
        let timing = Timing { quiet: config.watch.quiet.get(), max_wait: config.watch.max_wait.get() };
        // Watches are set before the first pass: what changes meanwhile is named, and looked at after it.
        let (watcher, changes) = Watcher::start(canonical_roots(config)?, timing)?;
        let server = listen(config, database, &mut tell)?;
        let worker = Worker::start(ingest, watcher, tell)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| FatalError::Watch(format!("cannot start the event loop: {error}")))?;
        let served = runtime.block_on(serve(&worker, changes, stop, config.watch.scan_every.get()));
        drop(server);
        let ended = worker.finish();
        served.and(ended.map_err(|error| error.fatal(database)))
    })
}

/// Starts to serve pages where the configuration asks for it.
fn listen(config: &Config, database: &Path, tell: &mut impl FnMut(Event)) -> Result<Option<Server>, FatalError> {
    let Some(address) = config.http.listen.address() else { return Ok(None) };
    let settings = Settings { address, database: database.to_owned(), zone: TimeZone::system(), gather: Box::new(Vec::new) };
    let server = Server::start(settings).map_err(|source| FatalError::Listen { address, source })?;
    tell(Event::Listening(server.address()));
    Ok(Some(server))
}

/// A file as the daemon would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub bytes: Vec<u8>,
    pub extract: Extract,
}

/// Reads and extracts one file, and records nothing.
///
/// # Errors
/// The file cannot be read, or is larger than `limit` bytes.
pub fn preview(path: &Path, limit: u64) -> Result<Preview, DocumentError> {
    let trouble = |source| DocumentError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(trouble)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file of the largest size from a larger one, pipes included.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > limit {
        let size = fs::metadata(path).map_or(bytes.len() as u64, |metadata| metadata.len());
        return Err(DocumentError::TooLarge { path: path.to_owned(), size, limit });
    }
    let extract = extract(path.file_name().unwrap_or(OsStr::new("")), &bytes);
    Ok(Preview { bytes, extract })
}

/// The process that writes to the database now, if any.
#[must_use]
pub fn running(database: &Path) -> Option<u32> {
    let lock = RwLock::new(File::open(lock_path(database)).ok()?);
    if lock.try_read().is_ok() {
        return None;
    }
    let mut text = String::new();
    lock.into_inner().read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// The thread that owns the ingest and does one piece of work after another.
struct Worker {
    work: std::sync::mpsc::SyncSender<Work>,
    idle: Arc<Notify>,
    thread: thread::JoinHandle<Result<(), StoreError>>,
}

enum Work {
    /// Set all watches again, then look at everything.
    Scan,
    Apply(BTreeSet<PathBuf>),
}

impl Worker {
    fn start(mut ingest: Ingest, watcher: Watcher, mut tell: impl FnMut(Event) + Send + 'static) -> Result<Worker, FatalError> {
        let (work, inbox) = std::sync::mpsc::sync_channel::<Work>(1);
        let idle = Arc::new(Notify::new());
        let done = Arc::clone(&idle);
        let run = move || {
            for work in inbox {
                let outcome = match work {
                    Work::Scan => {
                        watcher.renew();
                        ingest.scan(&mut |recorded| tell(Event::Recorded(Box::new(recorded)))).map(Event::Scanned)
                    }
                    Work::Apply(paths) => {
                        ingest.apply(&paths, &mut |recorded| tell(Event::Recorded(Box::new(recorded)))).map(Event::Applied)
                    }
                };
                // On the way out too: the event loop has to learn that nobody works any more.
                done.notify_one();
                tell(outcome?);
            }
            Ok(())
        };
        let thread = thread::Builder::new().name("ingest".to_owned()).spawn(run);
        Ok(Worker { work, idle, thread: thread.map_err(|error| FatalError::Watch(format!("cannot start a thread: {error}")))? })
    }

    /// Waits for the work in hand and gives what ended the thread.
    fn finish(self) -> Result<(), StoreError> {
        drop(self.work);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Paths that wait for the worker. More of them cost a full pass.
const MAX_PENDING: usize = 1 << 16;

/// The event loop. Returns when asked to stop, or when the worker has ended.
async fn serve(worker: &Worker, mut changes: mpsc::Receiver<ChangeSet>, stop: &Stop, scan_every: Duration) -> Result<(), FatalError> {
    let handler = |kind| signal(kind).map_err(|error| FatalError::Watch(format!("cannot listen for signals: {error}")));
    let (mut interrupt, mut terminate) = (handler(SignalKind::interrupt())?, handler(SignalKind::terminate())?);
    let mut scans = tokio::time::interval(scan_every);
    scans.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut busy, mut scan) = (false, false);
    let mut paths = BTreeSet::new();
    loop {
        // Changes are taken in while the worker is busy too: a watcher that waits for us could not renew its watches for the worker.
        tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            () = stop.0.notified() => return Ok(()),
            () = worker.idle.notified() => busy = false,
            // The first tick comes at once: it is the pass at the start.
            _ = scans.tick() => scan = true,
            change = changes.recv() => match change {
                Some(ChangeSet::Paths(more)) => paths.extend(more),
                Some(ChangeSet::Rescan) => scan = true,
                None => return Err(FatalError::Watch("the settling thread has ended".to_owned())),
            },
        }
        let nothing_to_do = !scan && paths.is_empty();
        if busy || nothing_to_do {
            continue;
        }
        let named = std::mem::take(&mut paths);
        // A full pass looks at the named paths too.
        let work = if std::mem::take(&mut scan) || named.len() > MAX_PENDING { Work::Scan } else { Work::Apply(named) };
        if worker.work.send(work).is_err() {
            return Ok(());
        }
        busy = true;
    }
}

fn open(config: &Config, database: &Path) -> Result<Ingest, FatalError> {
    let roots = canonical_roots(config)?
        .into_iter()
        .zip(&config.roots)
        .map(|(path, root)| {
            let globs = |globs: &[crate::config::Glob]| globs.iter().map(|glob| glob.as_str().to_owned()).collect::<Vec<_>>();
            let exclude = [globs(&config.documents.exclude), globs(&root.exclude)].concat();
            let selection = Selection::new(&globs(&root.include), &exclude).expect("the configuration has read these globs");
            RootSpec { path, selection, max_size: config.documents.max_size() }
        })
        .collect();
    let writer = Writer::open(database).map_err(|error| error.fatal(database))?;
    Ingest::new(writer, roots).map_err(|error| error.fatal(database))
}

/// The roots as absolute paths without links. None may lie inside another: its documents would have two identities.
fn canonical_roots(config: &Config) -> Result<Vec<PathBuf>, FatalError> {
    let mut roots: Vec<PathBuf> = Vec::new();
    for root in &config.roots {
        let trouble = |source| FatalError::Root { path: root.path.clone(), source };
        let path = root.path.canonicalize().map_err(trouble)?;
        if !path.is_dir() {
            return Err(trouble(io::Error::new(io::ErrorKind::NotADirectory, "not a directory")));
        }
        if let Some(other) = roots.iter().find(|other| other.starts_with(&path) || path.starts_with(other)) {
            let message = format!("lies inside another root, or is the same: {}", other.display());
            return Err(trouble(io::Error::new(io::ErrorKind::InvalidInput, message)));
        }
        roots.push(path);
    }
    Ok(roots)
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Does `work` while no other process may write to the database. The lock goes with the process, however it ends.
fn exclusively<T>(database: &Path, work: impl FnOnce() -> Result<T, FatalError>) -> Result<T, FatalError> {
    let trouble = |error: io::Error| FatalError::Database { path: database.to_owned(), message: format!("cannot be locked: {error}") };
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    let file =
        File::options().read(true).write(true).create(true).truncate(false).mode(0o644).open(lock_path(database)).map_err(trouble)?;
    let mut lock = RwLock::new(file);
    let mut guard = match lock.try_write() {
        Ok(guard) => guard,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(FatalError::AlreadyRunning { path: database.to_owned() }),
        Err(error) => return Err(trouble(error)),
    };
    guard.set_len(0).and_then(|()| guard.rewind()).and_then(|()| writeln!(guard, "{}", std::process::id())).map_err(trouble)?;
    work()
}
