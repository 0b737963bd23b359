//! The same work on many things, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::Reader;

/// Does `work` on every item, one thread a reader, and gives the results in the order of the items.
pub(super) fn on_all_cores<I: Sync, O: Send>(readers: &mut [Reader], items: &[I], work: impl Fn(&Reader, &I) -> O + Sync) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let run = &|reader: &mut Reader| {
        while let Some((place, item)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            items.get(place).map(|item| (place, item))
        } {
            let result = work(reader, item);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
        }
    };
    let hands = readers.len().min(items.len());
    match &mut readers[..hands] {
        [] => {}
        // A single change, the common case, is not worth a thread.
        [reader] => run(reader),
        several => std::thread::scope(|scope| {
            for reader in several {
                scope.spawn(move || run(reader));
            }
        }),
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|&(place, _)| place);
    results.into_iter().map(|(_, result)| result).collect()
}
