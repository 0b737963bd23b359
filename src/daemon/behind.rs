//! The thread that derives what is put off, beside the worker: what changes meanwhile is recorded in time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::Notify;

use super::{Event, Hearer};
use crate::ingest::Deriver;
use crate::store::{Reached, StoreError};

/// How long the documents in hand may take once the daemon is to end. What is not derived then waits for the next start.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(5);

/// What both sides know of each other.
#[derive(Debug, Default)]
struct State {
    is_running: bool,
    /// More has been put off since the thread last looked.
    is_more: bool,
    /// It is to end before its next version, or has: what is left is taken up after the next look.
    is_stopped: bool,
    failed: Option<StoreError>,
    reached: Reached,
}

/// How far behind the deriving is, for the event loop.
#[derive(Clone, Debug, Default)]
pub(super) struct Lag {
    state: Arc<Mutex<State>>,
    moved: Arc<Notify>,
}

impl Lag {
    /// Waits until more is derived, or could not be.
    pub(super) async fn moved(&self) {
        self.moved.notified().await;
    }

    /// How far recording and deriving had come when somebody last looked.
    pub(super) fn reached(&self) -> Reached {
        self.state().reached
    }

    /// Whether the deriving has failed, and nobody has taken that up yet.
    pub(super) fn has_failed(&self) -> bool {
        self.state().failed.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's handle to the thread, which lives as long as there is something to do.
#[derive(Debug, Default)]
pub(super) struct Behind {
    lag: Lag,
    thread: Option<JoinHandle<()>>,
}

impl Behind {
    pub(super) fn lag(&self) -> Lag {
        self.lag.clone()
    }

    /// The worker has looked, and recording and deriving have come so far. `deriver` is asked for where there is something to do and nobody
    /// does it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) fn look(
        &mut self,
        reached: Reached,
        deriver: impl FnOnce() -> Result<Deriver, StoreError>,
        hearer: &Hearer,
    ) -> Result<(), StoreError> {
        {
            let mut state = self.lag.state();
            state.reached = reached;
            if state.is_running {
                state.is_more |= reached.is_behind();
                return Ok(());
            }
            state.is_stopped = false;
        }
        if reached.is_behind() {
            let deriver = deriver()?;
            self.lag.state().is_running = true;
            let (end, hearer) = (End(self.lag.clone()), hearer.clone());
            let thread = thread::Builder::new().name("derive".to_owned()).spawn(move || derive(&end, deriver, &hearer));
            // Where none could be started the end of it has been dropped, which says so.
            self.thread = thread.inspect_err(|error| tracing::warn!("cannot start a thread: {error}")).ok();
        }
        Ok(())
    }

    /// What has gone wrong since this was last asked.
    pub(super) fn take_failure(&mut self) -> Option<StoreError> {
        self.lag.state().failed.take()
    }

    /// Waits until the thread lets go of the database.
    pub(super) fn stop(&mut self) {
        self.lag.state().is_stopped = true;
        if let Some(thread) = self.thread.take() {
            // A panic has been printed, and told of as a failure.
            let _ = thread.join();
        }
    }

    /// The same with a brake that is pulled, and not for ever. False where the thread was left to itself.
    pub(super) fn finish(&mut self) -> bool {
        let mut left = PATIENCE;
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) && !left.is_zero() {
            thread::sleep(STEP);
            left = left.saturating_sub(STEP);
        }
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

/// Says that the thread has ended, though it should panic or never begin.
struct End(Lag);

impl End {
    /// Whether nothing was put off since the last look. Then the thread has ended, for all that others know.
    fn is_reached(&self) -> bool {
        let mut state = self.0.state();
        state.is_running = std::mem::take(&mut state.is_more) && !state.is_stopped;
        !state.is_running
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if std::mem::take(&mut state.is_running) {
            state.failed.get_or_insert(StoreError::Closed);
        }
        drop(state);
        self.0.moved.notify_one();
    }
}

fn derive(end: &End, mut deriver: Deriver, hearer: &Hearer) {
    loop {
        let goes_on = deriver.derive_while(&|| !end.0.state().is_stopped, &mut |told| hearer.tell(Event::from(told)));
        match goes_on.and_then(|goes_on| Ok((goes_on, deriver.reached()?))) {
            Ok((goes_on, reached)) => {
                end.0.state().reached = reached;
                if !goes_on && end.is_reached() {
                    return;
                }
                end.0.moved.notify_one();
            }
            Err(error) => {
                let mut state = end.0.state();
                state.failed = Some(error);
                state.is_running = false;
                return;
            }
        }
    }
}
