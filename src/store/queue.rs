//! How much work may wait for the writer: bounded in bytes, so that a burst of large documents cannot fill the memory.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that may be on their way to the disk at one time.
const MOST: usize = 64 * 1024 * 1024;

/// Counts the bytes that wait and holds back who would add more.
#[derive(Debug, Default)]
pub(super) struct Budget {
    waiting: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    /// Blocks until there is room. A single piece of work that is larger than the whole budget passes when nothing waits.
    pub(super) fn take(&self, weight: usize) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting =
            self.freed.wait_while(waiting, |waiting| *waiting > 0 && *waiting + weight > MOST).unwrap_or_else(PoisonError::into_inner);
        *waiting += weight;
    }

    pub(super) fn give_back(&self, weight: usize) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = waiting.saturating_sub(weight);
        self.freed.notify_all();
    }
}
