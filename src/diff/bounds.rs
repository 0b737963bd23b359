//! Whether a bound was hit.

use std::cell::Cell;

/// What one revision knows of its bounds. Wherever something coarser is told than could be, because to find out more would cost
/// too much, the bound is said to be hit here, and the revision carries [`Flag::Fallback`](crate::model::Flag::Fallback).
#[derive(Debug, Default)]
pub(super) struct Bounds(Cell<bool>);

impl Bounds {
    pub(super) fn hit(&self) {
        self.0.set(true);
    }

    /// Says so where it is: `bounds.hit_if(list.len() > LONGEST)`. Gives the condition.
    pub(super) fn hit_if(&self, beyond: bool) -> bool {
        if beyond {
            self.hit();
        }
        beyond
    }

    pub(super) fn were_hit(&self) -> bool {
        self.0.get()
    }
}
