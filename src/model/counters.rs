//! What a running daemon counts, for `status`, the status socket and the metrics.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The one registry of a daemon's counters. Every part of the daemon writes to it, anybody may take a [`Snapshot`].
#[derive(Debug)]
pub struct Counters(Mutex<Snapshot>);

impl Counters {
    #[must_use]
    pub fn new(process: u32, started: Timestamp) -> Counters {
        Counters(Mutex::new(Snapshot {
            process,
            started,
            roots: Vec::new(),
            database_trouble: None,
            waiting: 0,
            passes: 0,
            versions: 0,
            document_errors: 0,
            database_errors: 0,
            gaps: 0,
            lag: Lag::default(),
        }))
    }

    pub fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How a daemon is at one moment. All counts are since it started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub process: u32,
    pub started: Timestamp,
    pub roots: Vec<RootState>,
    /// Why nothing can be recorded now; `None` while all is well.
    pub database_trouble: Option<String>,
    /// Changed paths that wait to be looked at.
    pub waiting: u64,
    /// Full passes over all roots.
    pub passes: u64,
    /// Versions recorded.
    pub versions: u64,
    /// Documents that could not be read, each time they were tried.
    pub document_errors: u64,
    /// Times the database failed.
    pub database_errors: u64,
    /// Times in which a state may have come and gone unseen: events were lost, a root was away, the database failed. A full
    /// pass has followed each.
    pub gaps: u64,
    /// From a file's change to its version on the disk. Changes that a full pass found are not counted: nobody hurried.
    pub lag: Lag,
}

/// One watched root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootState {
    /// For people: bytes that are not UTF-8 are replaced.
    pub path: String,
    pub watching: Watching,
    /// Why the root is degraded, for people; `None` while all is well.
    pub degraded: Option<String>,
    /// Whether what stands there is not recorded now: it cannot be looked at, or is not to be trusted. A root that is polled is
    /// degraded, but not away.
    #[serde(default)]
    pub away: bool,
}

/// How a daemon learns of changes below a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watching {
    Events,
    /// It looks at all files every few seconds, because events do not tell of all changes.
    Polling,
}

impl Watching {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Watching::Events => "events",
            Watching::Polling => "polling",
        }
    }
}

/// A histogram of lengths of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// How many took at most [`Lag::BOUNDS`] at the same place and more than the bound before; the last one counts the rest.
    pub counts: [u64; Lag::BOUNDS.len() + 1],
    /// In microseconds.
    pub sum: u64,
}

impl Lag {
    /// In milliseconds.
    pub const BOUNDS: [u64; 13] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    /// Adds one; a length below zero, which a clock that was set makes, counts as zero.
    pub fn add(&mut self, length: SignedDuration) {
        let micros = u64::try_from(length.as_micros()).unwrap_or_default();
        self.counts[Lag::BOUNDS.partition_point(|&bound| bound * 1000 < micros)] += 1;
        self.sum = self.sum.saturating_add(micros);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The smallest bound, in milliseconds, that at least `percent` of a hundred kept; `None` where none did, or there are none.
    #[must_use]
    pub fn within(&self, percent: u64) -> Option<u64> {
        let wanted = (self.count() * percent).div_ceil(100).max(1);
        let mut kept = 0;
        self.counts.iter().zip(Lag::BOUNDS).find_map(|(count, bound)| {
            kept += count;
            (kept >= wanted).then_some(bound)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_fall_below_their_bound() {
        let check = |micros: i64, place: usize| {
            let mut lag = Lag::default();
            lag.add(SignedDuration::from_micros(micros));
            assert_eq!(lag.counts.iter().position(|&count| count == 1), Some(place), "{micros}");
        };
        check(-5, 0);
        check(0, 0);
        check(1_000, 0);
        check(1_001, 1);
        check(100_000, 6);
        check(10_000_000, 12);
        check(10_000_001, 13);
    }

    #[test]
    fn a_share_is_told_by_its_bound() {
        let mut lag = Lag::default();
        assert_eq!(lag.within(50), None);
        for millis in [3, 4, 4, 60_000] {
            lag.add(SignedDuration::from_millis(millis));
        }
        assert_eq!((lag.count(), lag.within(50), lag.within(75), lag.within(99)), (4, Some(5), Some(5), None));
        assert_eq!(lag.sum, 60_011_000);
    }

    #[test]
    fn a_snapshot_goes_through_json() {
        let counters = Counters::new(7, Timestamp::UNIX_EPOCH);
        counters.update(|now| now.versions += 2);
        let snapshot = counters.snapshot();
        assert_eq!(snapshot.versions, 2);
        assert_eq!(serde_json::from_str::<Snapshot>(&serde_json::to_string(&snapshot).unwrap()).unwrap(), snapshot);
    }
}
