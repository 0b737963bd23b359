//! Which files a full pass reads although their signatures are what they were.
//!
//! A signature can lie: what is written through a mapping on tmpfs changes no time stamp, a network file system may hand out stale
//! ones, an image may be put back under the old ones. So every file is read again within a set time, a share of all of them at
//! each full pass: nothing has to be kept for it, and no pass becomes long.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

/// All documents are dealt out into so many shares, one of which comes due after the other, by the clock: so a daemon that is started
/// anew goes on about where it was.
const SHARES: u64 = 1024;

/// What has been read so far, for each root.
#[derive(Debug, Default)]
pub(super) struct Rehash {
    roots: HashMap<PathBuf, Due>,
    all: bool,
}

/// The shares that a pass has to read, counted on from 1970: from this one, to before that one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    from: u64,
    until: u64,
    /// In which all shares come due once; zero where none does.
    period: Duration,
}

impl Rehash {
    /// Everything is due until it is done.
    pub(super) fn all(&mut self) {
        self.all = true;
    }

    /// What is due by `now` below a root of which each file is to be read once in `period`.
    pub(super) fn due(&self, root: &Path, period: Duration, now: Timestamp) -> Due {
        let now = u128::try_from(now.as_nanosecond()).unwrap_or(0);
        let until = now.saturating_mul(u128::from(SHARES)).checked_div(period.as_nanos()).unwrap_or(0);
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        if self.all {
            return Due { from: until.saturating_sub(SHARES), until: until.max(SHARES), period };
        }
        // Behind what was done last, where that is known; a clock that was set back begins anew.
        let done = self.roots.get(root).filter(|done| done.period == period && done.until <= until);
        Due { from: done.map_or(until, |done| done.until), until, period }
    }

    /// All that was due below a root has been read.
    pub(super) fn done(&mut self, root: &Path, due: Due) {
        self.roots.insert(root.to_owned(), due);
    }
}

impl Due {
    /// Whether the document with this number is to be read.
    pub(super) fn has(self, document: u64) -> bool {
        (document % SHARES + SHARES - self.from % SHARES) % SHARES < self.until - self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    const DOCUMENTS: std::ops::RangeInclusive<usize> = 1..=5000;

    fn count(due: Due) -> usize {
        DOCUMENTS.filter(|&number| due.has(number as u64)).count()
    }

    /// How often each document is due in passes at these seconds.
    fn times(period: Duration, passes: impl Iterator<Item = i64>) -> Vec<usize> {
        let (mut rehash, mut times) = (Rehash::default(), vec![0; 5001]);
        for at in passes {
            let due = rehash.due(Path::new("/a"), period, second(at));
            DOCUMENTS.filter(|&number| due.has(number as u64)).for_each(|number| times[number] += 1);
            rehash.done(Path::new("/a"), due);
        }
        times.split_off(1)
    }

    #[test]
    fn each_document_comes_once_in_a_period_however_often_all_are_looked_at() {
        for every in [1, 60, 7000] {
            let passes = (0..=86_400 + every).step_by(usize::try_from(every).unwrap());
            let times = times(Duration::from_secs(86_400), passes);
            assert!(times.iter().all(|&times| (1..=2).contains(&times)), "a pass every {every} s");
        }
        assert!(times(Duration::from_secs(2), (0..=10).step_by(10)).iter().all(|&times| times == 1));
    }

    #[test]
    fn nothing_is_due_at_the_first_pass_nor_without_a_period_nor_twice() {
        let day = Duration::from_secs(86_400);
        let mut rehash = Rehash::default();
        let first = rehash.due(Path::new("/a"), day, second(0));
        assert_eq!(count(first), 0);
        rehash.done(Path::new("/a"), first);
        let minute = rehash.due(Path::new("/a"), day, second(86));
        assert!((1..=10).contains(&count(minute)), "{}", count(minute));
        assert_eq!(rehash.due(Path::new("/a"), day, second(86)), minute, "what was not done is due still");
        rehash.done(Path::new("/a"), minute);
        assert_eq!(count(rehash.due(Path::new("/a"), day, second(86))), 0);
        assert_eq!(count(rehash.due(Path::new("/a"), day, second(-1000))), 0, "the clock was set back");
        assert_eq!(count(rehash.due(Path::new("/b"), day, second(1000))), 0, "another root");
        assert_eq!(count(rehash.due(Path::new("/a"), day / 2, second(1000))), 0, "another period");
        assert_eq!(count(rehash.due(Path::new("/a"), Duration::ZERO, second(1000))), 0);
    }

    #[test]
    fn all_can_be_asked_for() {
        for period in [Duration::ZERO, Duration::from_secs(60), Duration::MAX] {
            let mut rehash = Rehash::default();
            rehash.all();
            assert_eq!(count(rehash.due(Path::new("/a"), period, second(0))), 5000, "{period:?}");
        }
    }
}
