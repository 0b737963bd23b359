//! The event loop: takes note of what happens and hands out work. It never waits for a disk.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::agenda::Agenda;
use super::socket::{CONNECTIONS, Question, Reply, Request, Socket, converse};
use super::worker::Worker;
use super::{Reload, Stop, roots, supervisor, timing};
use crate::config::Config;
use crate::model::{Counters, FatalError, Haste};
use crate::watch::{BarrierId, ChangeSet, Watcher};

/// How often roots that events do not cover are looked at.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// Looking at such roots may take one part in this many of the time.
const POLL_SHARE: u32 = 10;
/// Questions that may wait for the loop.
const QUESTIONS: usize = 64;

/// What the loop works with.
pub(super) struct Parts<'a> {
    pub config: Config,
    pub database: &'a Path,
    pub worker: &'a Worker,
    pub watcher: &'a Watcher,
    pub counters: &'a Counters,
    pub reload: Option<Reload>,
}

/// Returns when asked to stop, or when the worker has ended.
pub(super) async fn serve(
    parts: Parts<'_>,
    mut changes: mpsc::Receiver<ChangeSet>,
    mut hang_up: Signal,
    stop: &Stop,
) -> Result<(), FatalError> {
    let (mut interrupt, mut terminate) = (listen_for(SignalKind::interrupt())?, listen_for(SignalKind::terminate())?);
    let socket = Socket::bind(parts.database)
        .inspect_err(|error| tracing::warn!(%error, "no status socket: sync, reload and the daemon's status are not to be had"))
        .ok();
    let (ask, mut questions) = mpsc::channel(QUESTIONS);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut polls = every(POLL_EVERY);
    let mut feeding = every(supervisor::feeding_time().unwrap_or(Duration::from_secs(3600)));
    let mut feeder = supervisor::Feeder::default();
    let mut desk = Desk::new(parts);
    supervisor::ready();
    while desk.hand_out() {
        // Changes are taken in while the worker is busy too: a watcher that waits for us could not renew its watches for the worker.
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            () = stop.0.notified() => break,
            _ = hang_up.recv() => if let Err(why) = desk.reload() {
                tracing::error!("the configuration stays as it was: {why}");
            },
            () = desk.parts.worker.done() => {
                if desk.parts.worker.has_ended() {
                    break;
                }
                desk.done();
            }
            () = desk.parts.worker.lag().moved() => desk.derived(),
            _ = desk.scans.tick() => desk.agenda.scan(true),
            _ = polls.tick() => desk.poll(),
            _ = feeding.tick() => feeder.feed(desk.agenda.is_busy(), desk.parts.worker.progress()),
            change = changes.recv() => match change {
                Some(change) => desk.change(change),
                None => return Err(FatalError::Watch("the settling thread has ended".to_owned())),
            },
            Some(Question { request, answer }) = questions.recv() => desk.question(request, answer),
            Some((connection, place)) = accept(socket.as_ref(), &places) => {
                let ask = ask.clone();
                drop(tokio::spawn(async move {
                    converse(connection, ask).await;
                    drop(place);
                }));
            }
        }
    }
    supervisor::stopping();
    Ok(())
}

/// Whoever waits for a file that never comes to rest is answered after as many.
const ROUNDS: u8 = 3;

/// Somebody who waits for a sync.
#[derive(Debug)]
struct Asker {
    answer: oneshot::Sender<Reply>,
    /// So many times more they wait where some of what they wait for was being written when it was looked at: it is named again.
    /// A full pass may come between and find it so once more.
    rounds: u8,
    /// The root that was said to be the right one.
    trusts: Option<PathBuf>,
}

/// What the loop has to do and who waits for it.
struct Desk<'a> {
    parts: Parts<'a>,
    /// Those of the configuration, though the worker may not have taken them up yet.
    roots: Vec<PathBuf>,
    agenda: Agenda<Asker>,
    /// Who asked for a sync, until the watcher has handed on all that happened before.
    barriers: HashMap<BarrierId, Asker>,
    last_barrier: u64,
    scans: Interval,
    handed_out: Instant,
    next_poll: Instant,
}

impl<'a> Desk<'a> {
    fn new(parts: Parts<'a>) -> Desk<'a> {
        let (now, scans) = (Instant::now(), from_now_every(parts.config.watch.scan_every.get()));
        let mut agenda = Agenda::new();
        // The pass at the start, noted before anybody can ask whether all is done. The watches have just been set.
        agenda.scan(false);
        let roots = parts.watcher.coverage().into_iter().map(|coverage| coverage.root).collect();
        Desk { parts, roots, agenda, barriers: HashMap::new(), last_barrier: 0, scans, handed_out: now, next_poll: now }
    }

    fn poll(&mut self) {
        if !self.agenda.is_busy() && Instant::now() >= self.next_poll {
            self.agenda.look(self.uncovered());
        }
    }

    fn change(&mut self, change: ChangeSet) {
        match change {
            ChangeSet::Paths(paths) => self.agenda.look(paths),
            ChangeSet::Rescan => self.agenda.scan(true),
            ChangeSet::Barrier(barrier) => {
                if let Some(asker) = self.barriers.remove(&barrier) {
                    self.agenda.look(self.uncovered());
                    // Though nothing is left to do, a file may have been found that was being written, and is yet to be named again.
                    let waited = self.agenda.wait(asker).into_iter().collect();
                    self.release(waited);
                }
            }
        }
    }

    fn question(&mut self, request: Request, asker: oneshot::Sender<Reply>) {
        match request {
            Request::Status => answer(asker, Reply::Status(Box::new(self.parts.counters.snapshot()))),
            Request::Sync => self.sync(Asker { answer: asker, rounds: ROUNDS, trusts: None }),
            Request::Trust(root) => self.trust(root, asker),
            Request::Reload => answer(asker, self.reload().map_or_else(Reply::Refused, |()| Reply::Done)),
        }
    }

    /// Answers once all that has happened until now is recorded.
    fn sync(&mut self, asker: Asker) {
        self.last_barrier += 1;
        let barrier = BarrierId(self.last_barrier);
        if self.parts.watcher.barrier(barrier) {
            self.barriers.insert(barrier, asker);
        } else {
            // The queue is full: that makes a rescan anyway.
            self.agenda.scan(false);
            drop(self.agenda.wait(asker));
        }
    }

    /// Answers once what stands at the root now is recorded.
    fn trust(&mut self, root: PathBuf, asker: oneshot::Sender<Reply>) {
        if self.roots.contains(&root) {
            self.agenda.trust(root.clone());
            drop(self.agenda.wait(Asker { answer: asker, rounds: 0, trusts: Some(root) }));
        } else {
            answer(asker, Reply::Refused(format!("{} is no root that is watched", root.display())));
        }
    }

    /// Takes up the configuration as it is now, or says why not and keeps the old one.
    fn reload(&mut self) -> Result<(), String> {
        let load = self.parts.reload.as_mut().ok_or("this daemon was started without a configuration to read again")?;
        supervisor::reloading();
        let (listen, database) = (self.parts.config.http.listen, self.parts.database);
        let taken_up = load().and_then(|config| {
            if config.http.listen != listen {
                return Err("the address that pages are served at is another one now (http.listen): that takes a restart".to_owned());
            }
            Ok((roots::specs(&config, database).map_err(|error| error.to_string())?, config))
        });
        let outcome = taken_up.map(|(specs, config)| {
            if config.watch.scan_every != self.parts.config.watch.scan_every {
                self.scans = from_now_every(config.watch.scan_every.get());
            }
            self.parts.worker.retain(&config.retention);
            self.roots = specs.iter().map(|spec| spec.path.clone()).collect();
            self.agenda.configure(specs, timing(&config));
            self.parts.config = config;
            tracing::info!("the configuration has been read again");
        });
        supervisor::ready();
        outcome
    }

    fn done(&mut self) {
        self.next_poll = Instant::now() + self.handed_out.elapsed() * POLL_SHARE;
        let waited = self.agenda.done(self.parts.worker.lag().reached());
        self.release(waited);
        supervisor::status(&self.parts.counters.snapshot());
    }

    /// The thread behind the worker has come further, or to its end.
    fn derived(&mut self) {
        let lag = self.parts.worker.lag();
        if lag.has_failed() {
            // The worker takes up what was wrong, and finds what is left to do.
            self.agenda.scan(false);
        } else {
            let waited = self.agenda.derived(lag.reached());
            self.release(waited);
        }
    }

    /// Answers those whose wait is over, unless what they wait for was being written and is to be looked at again.
    fn release(&mut self, waited: Vec<Asker>) {
        let was_busy = self.parts.worker.has_busy();
        for asker in waited {
            if was_busy && asker.rounds > 0 {
                self.sync(Asker { rounds: asker.rounds - 1, ..asker });
            } else {
                answer(asker.answer, self.outcome(asker.trusts.as_deref()));
            }
        }
    }

    /// What became of the root that was said to be the right one.
    fn outcome(&self, trusted: Option<&Path>) -> Reply {
        let Some(trusted) = trusted.map(|root| root.display().to_string()) else { return Reply::Done };
        let away = self.parts.counters.snapshot().roots.into_iter().find(|root| root.path == trusted && root.away);
        away.map_or(Reply::Done, |root| Reply::Refused(format!("{trusted}: {}", root.degraded.unwrap_or_default())))
    }

    /// Gives the worker what is next. False when it has ended.
    fn hand_out(&mut self) -> bool {
        self.parts.counters.update(|now| now.waiting = self.agenda.len() as u64);
        let Some(work) = self.agenda.next() else { return true };
        self.handed_out = Instant::now();
        self.parts.worker.hand_out(work)
    }

    /// The roots whose changes events do not tell of. To look at a root is a full pass over it.
    fn uncovered(&self) -> BTreeMap<PathBuf, Haste> {
        let coverage = self.parts.watcher.coverage().into_iter();
        coverage.filter(|coverage| coverage.gap.is_some()).map(|coverage| (coverage.root, Haste::WhenQuiet)).collect()
    }
}

/// The asker may have gone away.
fn answer(asker: oneshot::Sender<Reply>, reply: Reply) {
    let _ = asker.send(reply);
}

/// The next connection, once there is a place for it.
async fn accept(socket: Option<&Socket>, places: &Arc<Semaphore>) -> Option<(UnixStream, OwnedSemaphorePermit)> {
    let Some(socket) = socket else { return std::future::pending().await };
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    Some((socket.accept().await?, place))
}

/// From now on such a signal waits to be heard, and ends nothing by itself. Called within a runtime.
///
/// # Errors
/// The system does not let us.
pub(super) fn listen_for(kind: SignalKind) -> Result<Signal, FatalError> {
    signal(kind).map_err(|error| FatalError::Watch(format!("cannot listen for signals: {error}")))
}

/// The first time at once.
fn every(period: Duration) -> Interval {
    delayed(tokio::time::interval(period))
}

/// The first time after the period.
fn from_now_every(period: Duration) -> Interval {
    /// As good as never.
    const LONGEST: Duration = Duration::from_secs(1 << 30);
    let period = period.min(LONGEST);
    delayed(tokio::time::interval_at(Instant::now() + period, period))
}

/// What comes too late puts off what comes after it.
fn delayed(mut interval: Interval) -> Interval {
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
