//! Ending a pass early, and seeing from outside that it goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Ends a pass between two documents. What was recorded until then is whole; the rest is found by the next pass.
#[derive(Clone, Debug, Default)]
pub struct Brake(Arc<Lever>);

#[derive(Debug, Default)]
struct Lever {
    is_pulled: AtomicBool,
    asked: AtomicU64,
}

impl Brake {
    /// For good: passes that start later end at once.
    pub fn pull(&self) {
        self.0.is_pulled.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn is_pulled(&self) -> bool {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        self.0.is_pulled.load(Ordering::Relaxed)
    }

    /// The same for work beside the pass, which is not to hide that the pass itself has come to stand.
    pub(super) fn has_been_pulled(&self) -> bool {
        self.0.is_pulled.load(Ordering::Relaxed)
    }

    /// How often it was asked whether it is pulled. A pass asks before every document, so this rises as long as it goes on.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.0.asked.load(Ordering::Relaxed)
    }
}
