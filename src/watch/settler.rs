//! The thread between notify and the daemon: gathers events until their paths are quiet, and keeps the watches.
#![expect(clippy::disallowed_methods, reason = "it reads the clock, looks at new directories and writes its own cookies")]

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use notify::RecursiveMode;
use notify::event::{CreateKind, Event, EventKind, ModifyKind, RenameMode};
use tokio::sync::mpsc;

use super::ground::{Ground, is_hidden, time, watch_tree};
use super::settle::{Hint, Settle};
use super::system::System;
use super::{BarrierId, Blindness, ChangeSet, Coverage, Loss, Sight, Timing};

#[derive(Debug)]
pub(super) enum Message {
    // What is large is in a box: the queue has room for many, and lays that out when it is made.
    Event(Box<notify::Result<Event>>),
    Renew(SyncSender<()>),
    Configure(Box<(Vec<PathBuf>, Timing)>, SyncSender<()>),
    Again(Vec<PathBuf>),
    Renames(SyncSender<Vec<(PathBuf, PathBuf)>>),
    Barrier(BarrierId),
    Stop,
}

/// Paths that may wait to settle. More cost a rescan.
const MAX_PENDING: usize = 1 << 16;
/// How often it is looked whether another directory has come to stand at a root: mounting makes no event.
const LOOK_AT_ROOTS: Duration = Duration::from_secs(1);

/// So many times in a row watches are set anew where yet another directory has come to stand at a root meanwhile.
const ROOT_LOOKS: usize = 3;

pub(super) struct Settler {
    grounds: Vec<Ground>,
    system: System,
    settle: Settle,
    rescan: bool,
    /// Renames that were pending when a rescan took the place of all that was.
    renamed: Vec<(PathBuf, PathBuf)>,
    overflow: Arc<AtomicBool>,
    /// A directory of our own, watched like the roots: the event of a file made there comes after all earlier events.
    cookies: PathBuf,
    /// Where that could not be watched no cookie comes back.
    watches_cookies: bool,
    /// Barriers whose cookie has not come back yet,
    barriers: BTreeSet<BarrierId>,
    /// and those whose cookie has, in the order in which they have: they wait until what was named before is handed on.
    passed: VecDeque<(Instant, BarrierId)>,
    deliveries: mpsc::Sender<ChangeSet>,
    sight: Arc<Mutex<Sight>>,
    tick: Duration,
    looked: Instant,
    /// When it last was at work and no event had been lost,
    well: Timestamp,
    /// and a second or more before that: what was lost since may not have been told of yet.
    surely_well: Timestamp,
}

impl Settler {
    pub(super) fn new(
        (roots, timing): (Vec<PathBuf>, Timing),
        cookies: PathBuf,
        system: System,
        overflow: Arc<AtomicBool>,
        deliveries: mpsc::Sender<ChangeSet>,
        sight: Arc<Mutex<Sight>>,
    ) -> Settler {
        let mut settler = Settler {
            grounds: Vec::new(),
            system,
            settle: Settle::new(timing.quiet, timing.max_wait),
            rescan: false,
            renamed: Vec::new(),
            overflow,
            cookies,
            watches_cookies: false,
            barriers: BTreeSet::new(),
            passed: VecDeque::new(),
            deliveries,
            sight,
            tick: Duration::ZERO,
            looked: Instant::now(),
            well: time(),
            surely_well: time(),
        };
        settler.watch_cookies();
        settler.configure(roots, timing);
        settler
    }

    pub(super) fn run(mut self, inbox: &Receiver<Message>) {
        loop {
            let now = Instant::now();
            let timeout = match self.settle.due() {
                _ if self.rescan => self.tick,
                // Not before a tick has passed: a burst is taken in first.
                Some(due) => due.saturating_duration_since(now).max(self.tick),
                None => LOOK_AT_ROOTS,
            };
            match inbox.recv_timeout(timeout.min(LOOK_AT_ROOTS)) {
                Ok(message) => {
                    // A burst is taken in before what is due is looked for, but it must not keep what is ready waiting.
                    let patience = Instant::now() + self.tick;
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
            if self.looked.elapsed() >= LOOK_AT_ROOTS {
                self.looked = Instant::now();
                (self.surely_well, self.well) = (self.well, time());
                self.look_at_roots();
            }
            if !self.deliver() {
                return;
            }
        }
    }

    /// False when the thread is to end.
    fn handle(&mut self, message: Message) -> bool {
        match message {
            Message::Event(event) => match *event {
                Ok(event) => self.event(&event),
                Err(error) => {
                    tracing::warn!(%error, "the watcher reported an error; looking at every file");
                    self.lost(&format!("the watcher reported an error ({error})"));
                }
            },
            Message::Renew(done) => {
                if self.system.trouble().is_some() {
                    self.start_afresh();
                }
                self.watch_roots();
                let _ = done.send(());
            }
            Message::Configure(configuration, done) => {
                let (roots, timing) = *configuration;
                self.configure(roots, timing);
                let _ = done.send(());
            }
            Message::Again(paths) => {
                let now = Instant::now();
                paths.into_iter().for_each(|path| self.settle.again(path, now));
            }
            Message::Renames(answer) => {
                let mut renames = std::mem::take(&mut self.renamed);
                renames.extend(self.settle.renames());
                let _ = answer.send(renames);
            }
            Message::Barrier(barrier) => {
                // Where another directory came to stand at a root no event need have told of it.
                self.look_at_roots();
                self.barriers.insert(barrier);
                let cookie = self.cookies.join(barrier.0.to_string());
                // Where that is not possible, looking at every file does the same.
                self.rescan |= !self.watches_cookies;
                self.rescan |= std::fs::File::create(&cookie).and_then(|_| std::fs::remove_file(&cookie)).is_err();
                // FSEvents may tell of it before what happened earlier.
                self.rescan |= cfg!(not(target_os = "linux"));
            }
            Message::Stop => return false,
        }
        true
    }

    fn event(&mut self, event: &Event) {
        let now = Instant::now();
        if event.need_rescan() {
            self.lost("more changes at once than the system keeps in its queue");
        }
        self.rescan |= self.settle.len() > MAX_PENDING;
        if let [path] = event.paths.as_slice()
            && path.starts_with(&self.cookies)
        {
            return self.cookie(path);
        }
        if self.rescan {
            return;
        }
        let is_root = |path: &PathBuf| self.grounds.iter().any(|ground| ground.path() == path);
        let may_be_new = matches!(
            event.kind,
            EventKind::Create(CreateKind::Any | CreateKind::Folder | CreateKind::Other)
                | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both | RenameMode::Any))
        );
        let may_be_gone = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        if (may_be_new || may_be_gone) && event.paths.iter().any(is_root) {
            self.look_at_roots();
            self.rescan = true;
            return;
        }
        if may_be_new && let Some(path) = event.paths.last() {
            self.watch_new_directory(path);
        }
        // The parents of the roots are watched too.
        let concerns_us = |path: &&PathBuf| self.grounds.iter().any(|ground| path.starts_with(ground.path()));
        match (event.kind, event.paths.as_slice()) {
            (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) if concerns_us(&from) && concerns_us(&to) => {
                self.settle.rename(from.clone(), to.clone(), now);
            }
            (_, paths) => {
                let ours: Vec<PathBuf> = paths.iter().filter(concerns_us).cloned().collect();
                ours.into_iter().for_each(|path| self.settle.touch(path, hint(event.kind), now));
            }
        }
    }

    /// A cookie has come back: all that was named before it is known, and will be handed on in its time.
    fn cookie(&mut self, path: &Path) {
        let id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        if let Some(barrier) = id.map(BarrierId)
            && self.barriers.remove(&barrier)
        {
            self.passed.push_back((Instant::now(), barrier));
        }
    }

    /// What was made in a new directory before it is watched is never named. It is watched here, before it is handed on to be
    /// walked: so nothing in it is missed.
    fn watch_new_directory(&mut self, path: &Path) {
        let is_shown = |below: &Path| !below.iter().any(is_hidden);
        let holds = |ground: &&mut Ground| path.strip_prefix(ground.path()).is_ok_and(is_shown);
        let Some(ground) = self.grounds.iter_mut().find(holds) else { return };
        if std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
            && let Err(error) = watch_tree(&mut self.system, path)
            && path.exists()
        {
            tracing::warn!(path = %path.display(), %error, "cannot watch a new directory; looking at every file");
            ground.lacks(&error);
            self.rescan = true;
            self.publish();
        }
    }

    fn configure(&mut self, roots: Vec<PathBuf>, timing: Timing) {
        let are_kept = self.grounds.iter().all(|ground| roots.iter().any(|root| root == ground.path()));
        self.grounds = roots.into_iter().map(Ground::new).collect();
        self.settle.set_timing(timing.quiet, timing.max_wait);
        self.tick = (timing.quiet / 10).max(Duration::from_millis(1));
        if !are_kept {
            self.start_afresh();
            // What the old watches would still have told of.
            self.rescan = true;
        }
        self.watch_roots();
    }

    /// Leaves all watches behind, if there were any.
    fn start_afresh(&mut self) {
        match self.system.renew() {
            Ok(()) => self.watch_cookies(),
            // Said already.
            Err(_) if self.system.trouble().is_some() => {}
            Err(error) => tracing::warn!(%error, "old watches stay; what they tell of is looked at in vain"),
        }
    }

    fn watch_cookies(&mut self) {
        let watched = self.system.watch(&self.cookies, RecursiveMode::NonRecursive);
        self.watches_cookies = watched.is_ok();
        if let Err(error) = watched {
            tracing::warn!(%error, "cannot watch {}; each sync looks at every file", self.cookies.display());
        }
    }

    fn watch_roots(&mut self) {
        self.watch_where(|_| true);
    }

    fn look_at_roots(&mut self) {
        let is_replaced = |ground: &mut Ground| {
            let is_replaced = ground.is_replaced();
            if is_replaced {
                tracing::warn!("{}: another directory stands there now, or none; looking at every file", ground.path().display());
            }
            is_replaced
        };
        // What came to stand there while its parent was not watched yet, nothing will tell of: so once more. Where roots come and
        // go faster than that, the next look finds them.
        for _ in 0..ROOT_LOOKS {
            if !self.watch_where(is_replaced) {
                break;
            }
            self.rescan = true;
        }
    }

    /// Sets the watches of some roots, or sets them again. Whether there were any.
    fn watch_where(&mut self, mut wanted: impl FnMut(&mut Ground) -> bool) -> bool {
        let mut due: Vec<bool> = self.grounds.iter_mut().map(&mut wanted).collect();
        if !due.contains(&true) {
            return false;
        }
        let standing: Vec<_> = self.grounds.iter().map(Ground::standing).collect();
        if self.grounds.iter().zip(&standing).any(|(ground, &now)| ground.was_left(now)) {
            self.start_afresh();
            self.rescan = true;
            due.fill(true);
        }
        let mut losses = Vec::new();
        for ((ground, now), _) in self.grounds.iter_mut().zip(standing).zip(due).filter(|&(_, due)| due) {
            let blindness = ground.watch(&mut self.system, now);
            losses.extend(blindness.map(|blindness| Loss { root: Some(ground.path().to_owned()), blindness }));
        }
        self.publish();
        self.sight.lock().unwrap_or_else(PoisonError::into_inner).losses.extend(losses);
        true
    }

    /// Events were lost, of whatever root.
    fn lost(&mut self, cause: &str) {
        self.rescan = true;
        let blindness = Blindness { since: self.surely_well, cause: cause.to_owned() };
        let mut sight = self.sight.lock().unwrap_or_else(PoisonError::into_inner);
        // One of a kind does: they are told of again and again until the rescan begins.
        if !sight.losses.iter().any(|loss| loss.root.is_none() && loss.blindness.cause == cause) {
            sight.losses.push(Loss { root: None, blindness });
        }
    }

    fn publish(&self) {
        let coverage = |ground: &Ground| Coverage { root: ground.path().to_owned(), gap: ground.gap().cloned() };
        self.sight.lock().unwrap_or_else(PoisonError::into_inner).coverage = self.grounds.iter().map(coverage).collect();
    }

    /// Hands on what is ready. False when nobody listens any more.
    fn deliver(&mut self) -> bool {
        if self.overflow.swap(false, Ordering::AcqRel) {
            tracing::info!("more events than the queue holds; looking at every file");
            self.lost("more changes at once than newswatch keeps in its queue");
        }
        if std::mem::take(&mut self.rescan) {
            // Whoever rescans looks at all files after this moment, so at the pending ones too, and at all that was written
            // before any barrier.
            self.renamed.extend(self.settle.clear());
            self.renamed.drain(..self.renamed.len().saturating_sub(MAX_PENDING));
            let now = Instant::now();
            self.passed.extend(std::mem::take(&mut self.barriers).into_iter().map(|barrier| (now, barrier)));
            if self.deliveries.blocking_send(ChangeSet::Rescan).is_err() {
                return false;
            }
        }
        let ready = self.settle.take(Instant::now());
        (ready.paths.is_empty() || self.deliveries.blocking_send(ChangeSet::Paths(ready)).is_ok()) && self.pass_barriers()
    }

    /// Tells of the barriers before which nothing is pending any more. False when nobody listens any more.
    fn pass_barriers(&mut self) -> bool {
        let oldest = self.settle.oldest();
        while let Some(&(passed, barrier)) = self.passed.front()
            && oldest.is_none_or(|oldest| oldest > passed)
        {
            self.passed.pop_front();
            if self.deliveries.blocking_send(ChangeSet::Barrier(barrier)).is_err() {
                return false;
            }
        }
        true
    }
}

fn hint(kind: EventKind) -> Hint {
    match kind {
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => Hint::Open,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Hint::Away,
        EventKind::Remove(_) => Hint::Gone,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Name(_)) => Hint::Closed,
        _ => Hint::Nothing,
    }
}
