//! Ending a pass early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a pass between two documents. What was recorded until then is whole; the rest is found by the next pass.
#[derive(Clone, Debug, Default)]
pub struct Brake(Arc<AtomicBool>);

impl Brake {
    /// For good: passes that start later end at once.
    pub fn pull(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn is_pulled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
