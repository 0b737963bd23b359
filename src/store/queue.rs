//! How much work may wait for the writer: bounded in bytes, so that a burst of large documents cannot fill the memory.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that may be on their way to the disk at one time.
const MOST: usize = 64 * 1024 * 1024;

/// Counts the bytes that wait and holds back who would add more.
#[derive(Debug, Default)]
pub(super) struct Budget {
    account: Mutex<Account>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Account {
    waiting: usize,
    /// Nobody takes work any more, and nobody is to wait for room.
    is_closed: bool,
}

impl Budget {
    /// Blocks until there is room. A single piece of work that is larger than the whole budget passes when nothing waits.
    pub(super) fn take(&self, weight: usize) {
        let is_full = |account: &mut Account| !account.is_closed && account.waiting > 0 && account.waiting + weight > MOST;
        let mut account = self.freed.wait_while(self.account(), is_full).unwrap_or_else(PoisonError::into_inner);
        account.waiting += weight;
    }

    pub(super) fn give_back(&self, weight: usize) {
        let mut account = self.account();
        account.waiting = account.waiting.saturating_sub(weight);
        self.freed.notify_all();
    }

    /// Lets everybody through, to learn that the writer is gone.
    fn close(&self) {
        self.account().is_closed = true;
        self.freed.notify_all();
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the budget when the thread that takes work off the queue ends, though it should panic.
pub(super) struct CloseAtEnd<'a>(pub(super) &'a Budget);

impl Drop for CloseAtEnd<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn nobody_waits_for_a_writer_that_is_gone() {
        let budget = Arc::new(Budget::default());
        budget.take(MOST);
        let waiting = std::thread::spawn({
            let budget = Arc::clone(&budget);
            move || budget.take(1)
        });
        let writer = std::thread::spawn({
            let budget = Arc::clone(&budget);
            move || {
                let _end = CloseAtEnd(&budget);
                std::panic::resume_unwind(Box::new("the writer fails"));
            }
        });
        assert!(writer.join().is_err());
        waiting.join().unwrap();
        budget.take(1);
    }
}
