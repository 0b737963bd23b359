//! notify events → [`ChangeSet`]: paths worth a look, or "look at everything".
//!
//! Events are hints. Notify can miss files in new directories, and the kernel's queue can overflow, so this module promises
//! only that nothing is lost *silently*: an overflow, an error or a full queue becomes [`ChangeSet::Rescan`], and a new
//! directory has its watch set before it is named, so that whoever then walks it misses nothing.
#![expect(clippy::disallowed_methods, reason = "the settling thread reads the clock and looks at new directories")]

mod settle;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, Event, EventKind, ModifyKind, RenameMode};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::model::FatalError;
use settle::Settle;

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeSet {
    /// These files or directories changed, appeared or disappeared.
    Paths(BTreeSet<PathBuf>),
    /// Events were lost: every file has to be looked at.
    Rescan,
}

/// How long a changed path is left alone.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A path without events for this long is handed on.
    pub quiet: Duration,
    /// A path is handed on this long after its first event, quiet or not.
    pub max_wait: Duration,
}

/// Events between notify and the settling thread. A full queue costs a rescan.
const QUEUE: usize = 1 << 16;
/// Paths that may wait to settle. More cost a rescan.
const MAX_PENDING: usize = 1 << 16;
/// Change sets between the settling thread and the daemon. A slow daemon makes the settling thread wait, and so the queue fill.
const DELIVERIES: usize = 16;

/// A running watch over some roots. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watcher {
    messages: SyncSender<Message>,
}

#[derive(Debug)]
enum Message {
    Event(notify::Result<Event>),
    Renew(SyncSender<()>),
    Stop,
}

impl Watcher {
    /// Watches `roots` (absolute, canonical) recursively. When this returns all watches are set: a scan that starts now and
    /// the change sets that follow see every change between them.
    ///
    /// # Errors
    /// When the platform's watcher cannot be made at all. A root that cannot be watched (missing, or the watch limit is
    /// reached) is logged and left to the periodic scans.
    pub fn start(roots: Vec<PathBuf>, timing: Timing) -> Result<(Watcher, mpsc::Receiver<ChangeSet>), FatalError> {
        let (messages, inbox) = sync_channel(QUEUE);
        let overflow = Arc::new(AtomicBool::new(false));
        let handler = {
            let (messages, overflow) = (messages.clone(), Arc::clone(&overflow));
            // Runs on notify's own thread, which also drains the kernel's queue: it only passes on, and drops at once what says
            // nothing about a change.
            move |event: notify::Result<Event>| {
                if event.as_ref().is_ok_and(|event| !tells_of_change(event.kind) && !event.need_rescan()) {
                    return;
                }
                if messages.try_send(Message::Event(event)).is_err() {
                    overflow.store(true, Ordering::Release);
                }
            }
        };
        let notify = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))
            .map_err(|error| FatalError::Watch(error.to_string()))?;
        let (deliveries, changes) = mpsc::channel(DELIVERIES);
        let mut settler =
            Settler { roots, notify, settle: Settle::new(timing.quiet, timing.max_wait), rescan: false, overflow, deliveries };
        settler.watch_roots();
        std::thread::Builder::new()
            .name("settle".to_owned())
            .spawn(move || settler.run(&inbox, (timing.quiet / 10).max(Duration::from_millis(1))))
            .map_err(|error| FatalError::Watch(format!("cannot start a thread: {error}")))?;
        Ok((Watcher { messages }, changes))
    }

    /// Sets all watches again, for roots that were missing, replaced or mounted over. Returns when they are set.
    pub fn renew(&self) {
        let (done, wait) = sync_channel(0);
        if self.messages.send(Message::Renew(done)).is_ok() {
            // An error means that the settling thread has ended: then there is nothing to wait for.
            let _ = wait.recv();
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // Does not wait for room: a full queue means that the thread is alive, and it ends when nobody takes its deliveries.
        let _ = self.messages.try_send(Message::Stop);
    }
}

/// Reading a file says nothing, and opening one is how *we* look at it: such events would feed on themselves.
fn tells_of_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// The thread between notify and the daemon.
struct Settler {
    roots: Vec<PathBuf>,
    notify: RecommendedWatcher,
    settle: Settle,
    rescan: bool,
    overflow: Arc<AtomicBool>,
    deliveries: mpsc::Sender<ChangeSet>,
}

impl Settler {
    /// `tick` is the shortest time between two looks at what is due: a burst is taken in first.
    fn run(mut self, inbox: &Receiver<Message>, tick: Duration) {
        loop {
            let now = Instant::now();
            let timeout = match self.settle.due() {
                _ if self.rescan => tick,
                Some(due) => due.saturating_duration_since(now).max(tick),
                None => Duration::from_secs(3600),
            };
            match inbox.recv_timeout(timeout) {
                Ok(message) => {
                    // A burst is taken in before what is due is looked for, but it must not keep what is ready waiting.
                    let patience = Instant::now() + tick;
                    if !self.handle(message) {
                        return;
                    }
                    while Instant::now() < patience
                        && let Ok(message) = inbox.try_recv()
                    {
                        if !self.handle(message) {
                            return;
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.deliver() {
                return;
            }
        }
    }

    /// False when the thread is to end.
    fn handle(&mut self, message: Message) -> bool {
        match message {
            Message::Event(Ok(event)) => self.event(&event),
            Message::Event(Err(error)) => {
                tracing::warn!(%error, "the watcher reported an error; looking at every file");
                self.rescan = true;
            }
            Message::Renew(done) => {
                self.watch_roots();
                let _ = done.send(());
            }
            Message::Stop => return false,
        }
        true
    }

    fn event(&mut self, event: &Event) {
        let now = Instant::now();
        self.rescan |= event.need_rescan() || self.settle.len() > MAX_PENDING;
        if self.rescan {
            return;
        }
        let may_be_new = matches!(
            event.kind,
            EventKind::Create(CreateKind::Any | CreateKind::Folder | CreateKind::Other)
                | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both | RenameMode::Any))
        );
        if may_be_new && let Some(path) = event.paths.last() {
            self.watch_new_directory(path);
        }
        let may_be_gone = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        if may_be_gone && event.paths.iter().any(|path| self.roots.contains(path)) {
            self.rescan = true;
            return;
        }
        match (event.kind, event.paths.as_slice()) {
            (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) => self.settle.rename(from.clone(), to.clone(), now),
            (_, paths) => paths.iter().for_each(|path| self.settle.touch(path.clone(), now)),
        }
    }

    /// Notify sets the watch of a new directory when it handles that directory's event, and what was made inside it before then
    /// is never named. Setting the watch again here, before the directory is handed on to be walked, closes the gap.
    fn watch_new_directory(&mut self, path: &Path) {
        if std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
            && let Err(error) = self.notify.watch(path, RecursiveMode::Recursive)
            && path.exists()
        {
            tracing::warn!(path = %path.display(), %error, "cannot watch a new directory; the periodic scan covers it");
            self.rescan = true;
        }
    }

    fn watch_roots(&mut self) {
        for root in &self.roots {
            if let Err(error) = self.notify.watch(root, RecursiveMode::Recursive) {
                tracing::warn!(root = %root.display(), %error, "cannot watch all of this root; the periodic scan covers it");
            }
        }
    }

    /// Hands on what is ready. False when nobody listens any more.
    fn deliver(&mut self) -> bool {
        if self.overflow.swap(false, Ordering::AcqRel) {
            tracing::info!("more events than the queue holds; looking at every file");
            self.rescan = true;
        }
        if std::mem::take(&mut self.rescan) {
            // Whoever rescans looks at all files after this moment, so at the pending ones too.
            self.settle.clear();
            return self.deliveries.blocking_send(ChangeSet::Rescan).is_ok();
        }
        let ready = self.settle.take(Instant::now());
        ready.is_empty() || self.deliveries.blocking_send(ChangeSet::Paths(ready)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Watches a fresh directory while `act` works in it, and gathers change sets until `done` is content with them.
    fn gather(act: impl FnOnce(&Path), done: impl Fn(&BTreeSet<PathBuf>, bool) -> bool) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let timing = Timing { quiet: Duration::from_millis(20), max_wait: Duration::from_millis(200) };
        let (_watcher, mut changes) = Watcher::start(vec![root.clone()], timing).unwrap();
        act(&root);
        let (mut paths, mut rescan) = (BTreeSet::new(), false);
        while !done(&paths, rescan) {
            match changes.blocking_recv().expect("the watch goes on") {
                ChangeSet::Paths(more) => paths.extend(more.iter().map(|path| path.strip_prefix(&root).unwrap().to_owned())),
                ChangeSet::Rescan => rescan = true,
            }
        }
    }

    fn names(names: &[&str]) -> impl Fn(&BTreeSet<PathBuf>, bool) -> bool {
        move |paths, rescan| rescan || names.iter().all(|name| paths.contains(Path::new(name)))
    }

    #[test]
    fn writes_renames_and_removals_are_named() {
        gather(
            |root| {
                std::fs::write(root.join("a.txt"), "a").unwrap();
                std::fs::rename(root.join("a.txt"), root.join("b.txt")).unwrap();
                std::fs::write(root.join("c.txt"), "c").unwrap();
                std::fs::remove_file(root.join("c.txt")).unwrap();
            },
            names(&["a.txt", "b.txt", "c.txt"]),
        );
    }

    #[test]
    fn a_new_directory_or_what_is_in_it_is_named() {
        for _ in 0..20 {
            gather(
                |root| {
                    std::fs::create_dir_all(root.join("d/e/f")).unwrap();
                    std::fs::write(root.join("d/e/f/x.txt"), "x").unwrap();
                },
                // A walk of any of these finds the file.
                |paths, rescan| rescan || ["d", "d/e", "d/e/f", "d/e/f/x.txt"].iter().any(|name| paths.contains(Path::new(name))),
            );
        }
    }

    #[test]
    fn the_removal_of_a_root_is_a_rescan() {
        gather(|root| std::fs::remove_dir(root).unwrap(), |_, rescan| rescan);
    }

    #[test]
    fn renewing_watches_finds_a_root_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("root");
        std::fs::create_dir(&root).unwrap();
        let timing = Timing { quiet: Duration::from_millis(5), max_wait: Duration::from_millis(50) };
        let (watcher, mut changes) = Watcher::start(vec![root.clone()], timing).unwrap();
        std::fs::remove_dir(&root).unwrap();
        assert_eq!(changes.blocking_recv(), Some(ChangeSet::Rescan));
        std::fs::create_dir(&root).unwrap();
        watcher.renew();
        std::fs::write(root.join("a.txt"), "a").unwrap();
        while changes.blocking_recv() != Some(ChangeSet::Paths(BTreeSet::from([root.join("a.txt")]))) {}
    }

    #[test]
    fn reading_is_no_change() {
        assert!(!tells_of_change(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!tells_of_change(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(tells_of_change(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(tells_of_change(EventKind::Modify(ModifyKind::Any)));
    }
}
