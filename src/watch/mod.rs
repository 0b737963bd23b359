//! notify events → [`ChangeSet`]: paths worth a look, or "look at everything".
//!
//! Events are hints. Notify can miss files in new directories, and the kernel's queue can overflow, so this module promises
//! only that nothing is lost *silently*: an overflow, an error or a full queue becomes [`ChangeSet::Rescan`], and a new
//! directory has its watch set before it is named, so that whoever then walks it misses nothing. Where events do not tell of
//! everything (network file systems, the limit of watches), or there are none at all, [`Watcher::coverage`] says so.

mod ground;
mod settle;
mod settler;
mod system;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use notify::event::{AccessKind, AccessMode, Event, EventKind};
use notify::{Config, RecommendedWatcher, Watcher as _};
use tokio::sync::mpsc;

use crate::model::{Changes, FatalError};
use settler::{Message, Settler};
use system::System;

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeSet {
    Paths(Changes),
    /// Events were lost: every file has to be looked at.
    Rescan,
    /// All that changed before [`Watcher::barrier`] was called has been handed on.
    Barrier(BarrierId),
}

/// Names a barrier; no two of one watcher are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarrierId(pub u64);

/// How long a changed path is left alone.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A path without events for this long is handed on.
    pub quiet: Duration,
    /// A path is handed on this long after its first event, quiet or not.
    pub max_wait: Duration,
}

/// Whether events tell of all that happens below a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub root: PathBuf,
    /// They do not: such a root has to be looked at now and then. `None` where they do.
    pub gap: Option<Blindness>,
}

/// What keeps events from telling of everything, or kept them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blindness {
    /// The last time at which all was well, or a little earlier.
    pub since: Timestamp,
    /// For people.
    pub cause: String,
}

/// Events were lost, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// `None`: of all roots.
    pub root: Option<PathBuf>,
    pub blindness: Blindness,
}

/// What the settling thread shows to others.
#[derive(Debug, Default)]
struct Sight {
    coverage: Vec<Coverage>,
    losses: Vec<Loss>,
}

/// Events between notify and the settling thread. A full queue costs a rescan.
const QUEUE: usize = 1 << 16;
/// Change sets between the settling thread and the daemon. A slow daemon makes the settling thread wait, and so the queue fill.
const DELIVERIES: usize = 16;

/// A running watch over some roots. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watcher {
    messages: SyncSender<Message>,
    /// Set when a message found no room: then every file has to be looked at.
    overflow: Arc<AtomicBool>,
    sight: Arc<Mutex<Sight>>,
}

impl Watcher {
    /// Watches `roots` (absolute, canonical) recursively. When this returns all watches are set: a scan that starts now and
    /// the change sets that follow see every change between them. A root that cannot be watched, or not wholly, is named by
    /// [`Watcher::coverage`].
    ///
    /// `cookies` is an existing directory that only this watcher writes to: [`Watcher::barrier`] needs it.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(roots: Vec<PathBuf>, timing: Timing, cookies: &Path) -> Result<(Watcher, mpsc::Receiver<ChangeSet>), FatalError> {
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
                if messages.try_send(Message::Event(Box::new(event))).is_err() {
                    overflow.store(true, Ordering::Release);
                }
            }
        };
        let make_notify = Box::new(move || RecommendedWatcher::new(handler.clone(), Config::default().with_follow_symlinks(false)));
        let (deliveries, changes) = mpsc::channel(DELIVERIES);
        let sight = Arc::new(Mutex::new(Sight::default()));
        let system = System::new(make_notify);
        let settler = Settler::new((roots, timing), cookies.to_owned(), system, Arc::clone(&overflow), deliveries, Arc::clone(&sight));
        std::thread::Builder::new()
            .name("settle".to_owned())
            .spawn(move || settler.run(&inbox))
            .map_err(|error| FatalError::Watch(format!("cannot start a thread: {error}")))?;
        Ok((Watcher { messages, overflow, sight }, changes))
    }

    /// Sets all watches again, for roots that were missing, replaced or mounted over. Returns when they are set.
    pub fn renew(&self) {
        self.wait_for(Message::Renew);
    }

    /// Watches other roots, or with another timing. Returns when the watches are set; a scan has to follow.
    pub fn configure(&self, roots: Vec<PathBuf>, timing: Timing) {
        self.wait_for(|done| Message::Configure(Box::new((roots, timing)), done));
    }

    /// Has paths handed on once more, as [`Haste::Now`](crate::model::Haste::Now), after they have been quiet or have been waited for
    /// long enough: they were found being written to. Does not block.
    pub fn again(&self, paths: Vec<PathBuf>) {
        if !paths.is_empty() && self.messages.try_send(Message::Again(paths)).is_err() {
            self.overflow.store(true, Ordering::Release);
        }
    }

    /// The renames that are known and have not been handed on, those before a [`ChangeSet::Rescan`] among them: who looks at every file
    /// finds what they have done.
    #[must_use]
    pub fn renames(&self) -> Vec<(PathBuf, PathBuf)> {
        let (answer, wait) = sync_channel(1);
        self.messages.send(Message::Renames(answer)).ok().and_then(|()| wait.recv().ok()).unwrap_or_default()
    }

    /// Asks for a [`ChangeSet::Barrier`] once all that changed until now has been handed on, each path in its time. Does not
    /// block; false when it cannot be asked for now, and looking at every file has to do instead.
    #[must_use]
    pub fn barrier(&self, id: BarrierId) -> bool {
        self.messages.try_send(Message::Barrier(id)).is_ok()
    }

    /// How well each root is covered now.
    #[must_use]
    pub fn coverage(&self) -> Vec<Coverage> {
        self.sight.lock().unwrap_or_else(PoisonError::into_inner).coverage.clone()
    }

    /// The losses of events since this was asked last. Each is known before its [`ChangeSet::Rescan`] is handed on.
    #[must_use]
    pub fn take_losses(&self) -> Vec<Loss> {
        std::mem::take(&mut self.sight.lock().unwrap_or_else(PoisonError::into_inner).losses)
    }

    fn wait_for(&self, message: impl FnOnce(SyncSender<()>) -> Message) {
        let (done, wait) = sync_channel(0);
        if self.messages.send(message(done)).is_ok() {
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

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests make what is watched")]
mod tests {
    use std::collections::BTreeSet;

    use notify::event::ModifyKind;

    use super::*;

    /// Watches a fresh directory while `act` works in it, and gathers change sets until `done` is content with them.
    fn gather(act: impl FnOnce(&Path), done: impl Fn(&BTreeSet<PathBuf>, bool) -> bool) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let timing = Timing { quiet: Duration::from_millis(20), max_wait: Duration::from_millis(200) };
        let cookies = tempfile::tempdir().unwrap();
        let (_watcher, mut changes) = Watcher::start(vec![root.clone()], timing, cookies.path()).unwrap();
        act(&root);
        let (mut paths, mut rescan) = (BTreeSet::new(), false);
        while !done(&paths, rescan) {
            match changes.blocking_recv().expect("the watch goes on") {
                ChangeSet::Paths(more) => paths.extend(more.paths.keys().map(|path| path.strip_prefix(&root).unwrap().to_owned())),
                ChangeSet::Rescan => rescan = true,
                ChangeSet::Barrier(_) => {}
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
        let cookies = tempfile::tempdir().unwrap();
        let (watcher, mut changes) = Watcher::start(vec![root.clone()], timing, cookies.path()).unwrap();
        std::fs::remove_dir(&root).unwrap();
        assert_eq!(changes.blocking_recv(), Some(ChangeSet::Rescan));
        std::fs::create_dir(&root).unwrap();
        watcher.renew();
        let is_named = |change: &ChangeSet| matches!(change, ChangeSet::Paths(named) if named.paths.contains_key(&root.join("a.txt")));
        loop {
            std::fs::write(root.join("a.txt"), "a").unwrap();
            let change = changes.blocking_recv().expect("the watch goes on");
            if is_named(&change) {
                break;
            }
            // That the root is there again may be a rescan that comes later, and covers what was written.
            assert_eq!(change, ChangeSet::Rescan);
        }
    }

    #[test]
    fn a_tree_that_was_moved_away_is_not_told_of_under_its_old_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("root");
        let (away, named) = (root.with_file_name("away"), |name: &str| root.join("d").join(name));
        std::fs::create_dir_all(root.join("d")).unwrap();
        let timing = Timing { quiet: Duration::from_millis(5), max_wait: Duration::from_millis(50) };
        let cookies = tempfile::tempdir().unwrap();
        let (watcher, mut changes) = Watcher::start(vec![root.clone()], timing, cookies.path()).unwrap();
        std::fs::rename(&root, &away).unwrap();
        std::fs::create_dir_all(root.join("d")).unwrap();
        watcher.renew();
        let mut seen = BTreeSet::new();
        while !seen.contains(&named("new.txt")) {
            std::fs::write(away.join("d/old.txt"), "old").unwrap();
            std::fs::write(named("new.txt"), "new").unwrap();
            if let ChangeSet::Paths(named) = changes.blocking_recv().expect("the watch goes on") {
                seen.extend(named.paths.into_keys());
            }
        }
        assert!(!seen.contains(&named("old.txt")), "{seen:?}");
    }

    #[test]
    fn a_directory_that_was_hidden_is_watched_once_it_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join(".e")).unwrap();
        let timing = Timing { quiet: Duration::from_millis(5), max_wait: Duration::from_millis(50) };
        let cookies = tempfile::tempdir().unwrap();
        let (_watcher, mut changes) = Watcher::start(vec![root.clone()], timing, cookies.path()).unwrap();
        std::fs::rename(root.join(".e"), root.join("e")).unwrap();
        let mut seen = BTreeSet::new();
        // Written once more whenever something was heard of: once the watch is set, the file itself is named.
        for _ in 0..200 {
            std::fs::write(root.join("e/x.txt"), "x").unwrap();
            std::fs::write(root.join("tick.txt"), "tick").unwrap();
            if let ChangeSet::Paths(named) = changes.blocking_recv().expect("the watch goes on") {
                seen.extend(named.paths.into_keys());
            }
            if seen.contains(&root.join("e/x.txt")) {
                return;
            }
        }
        panic!("only these were named: {seen:?}");
    }

    #[test]
    fn reading_is_no_change() {
        assert!(!tells_of_change(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!tells_of_change(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(tells_of_change(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(tells_of_change(EventKind::Modify(ModifyKind::Any)));
    }
}
