//! When a changed path is quiet enough to be read. Pure: time is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Paths that changed and have not been handed on yet.
///
/// A path is handed on once it has been quiet for a while, and at the latest a maximum wait after its first event: a timer
/// that every event restarts would never let go of a file that is rewritten all the time.
#[derive(Debug)]
pub(super) struct Settle {
    quiet: Duration,
    max_wait: Duration,
    pending: BTreeMap<PathBuf, Pending>,
}

/// What an event says about who holds the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// It was made or written to: its writer has it open, and closing it makes another event.
    Open,
    /// Its writer has closed it, or a whole file was moved there.
    Closed,
    Nothing,
}

/// A file that its writer has open is left alone at least this long, however short the quiet period is: the end of the
/// writing is told of, and what stands there before is half a file.
const OPEN_QUIET: Duration = Duration::from_millis(50);

#[derive(Debug)]
struct Pending {
    first: Instant,
    last: Instant,
    is_open: bool,
    /// The new path of a renamed file: both ends are handed on together, so that they can be told to be one document.
    renamed_to: Option<PathBuf>,
}

impl Settle {
    pub(super) fn new(quiet: Duration, max_wait: Duration) -> Settle {
        Settle { quiet, max_wait, pending: BTreeMap::new() }
    }

    /// For what changes from now on, and for what is pending.
    pub(super) fn set_timing(&mut self, quiet: Duration, max_wait: Duration) {
        (self.quiet, self.max_wait) = (quiet, max_wait);
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn clear(&mut self) {
        self.pending.clear();
    }

    /// Something happened at `path`.
    pub(super) fn touch(&mut self, path: PathBuf, hint: Hint, now: Instant) {
        let pending = self.entry(path, now);
        pending.last = now;
        match hint {
            Hint::Open => pending.is_open = true,
            Hint::Closed => pending.is_open = false,
            Hint::Nothing => {}
        }
    }

    /// `from` is now called `to`.
    pub(super) fn rename(&mut self, from: PathBuf, to: PathBuf, now: Instant) {
        self.touch(to.clone(), Hint::Closed, now);
        let pending = self.entry(from, now);
        (pending.last, pending.is_open) = (now, false);
        pending.renamed_to = Some(to);
    }

    fn entry(&mut self, path: PathBuf, now: Instant) -> &mut Pending {
        self.pending.entry(path).or_insert(Pending { first: now, last: now, is_open: false, renamed_to: None })
    }

    /// When the next path will be ready; `None` while nothing is pending.
    pub(super) fn due(&self) -> Option<Instant> {
        self.pending.values().map(|pending| self.ready_at(pending)).min()
    }

    /// Takes out what is ready.
    pub(super) fn take(&mut self, now: Instant) -> BTreeSet<PathBuf> {
        let ready = |path: &Path| self.pending.get(path).is_none_or(|pending| self.ready_at(pending) <= now);
        let taken: BTreeSet<PathBuf> = self
            .pending
            .iter()
            .filter(|(path, pending)| ready(path) && pending.renamed_to.as_deref().is_none_or(ready))
            .map(|(path, _)| path.clone())
            .collect();
        self.pending.retain(|path, _| !taken.contains(path));
        taken
    }

    /// Takes out everything, ready or not.
    pub(super) fn take_all(&mut self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.pending).into_keys().collect()
    }

    fn ready_at(&self, pending: &Pending) -> Instant {
        let quiet = if pending.is_open { self.quiet.max(OPEN_QUIET) } else { self.quiet };
        (pending.last + quiet).min(pending.first + self.max_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: u64 = 100;
    const MAX_WAIT: u64 = 1000;

    /// Plays a script against a settle of 100 ms quiet and 1 s at most. `50 a` touches a at 50 ms, `50 a+` writes to it, `50 a-`
    /// closes it, `50 a>b` renames it, `150 ?` asks what is ready then. The answers are compared, joined by `|`.
    fn check(script: &str, expect: &str) {
        check_with(QUIET, script, expect);
    }

    fn check_with(quiet: u64, script: &str, expect: &str) {
        let start = Instant::now_for_tests();
        let mut settle = Settle::new(Duration::from_millis(quiet), Duration::from_millis(MAX_WAIT));
        let mut answers = Vec::new();
        for line in script.split(',') {
            let (time, what) = line.trim().split_once(' ').unwrap();
            let now = start + Duration::from_millis(time.parse().unwrap());
            match what.split_once('>') {
                Some((from, to)) => settle.rename(from.into(), to.into(), now),
                None if what == "?" => {
                    answers.push(settle.take(now).iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" "));
                }
                None if what.ends_with('+') => settle.touch(what.trim_end_matches('+').into(), Hint::Open, now),
                None if what.ends_with('-') => settle.touch(what.trim_end_matches('-').into(), Hint::Closed, now),
                None => settle.touch(what.into(), Hint::Nothing, now),
            }
        }
        assert_eq!(answers.join("|"), expect, "{script}");
    }

    trait NowForTests {
        fn now_for_tests() -> Instant;
    }

    impl NowForTests for Instant {
        #[expect(clippy::disallowed_methods, reason = "any instant does: the tests only add to it")]
        fn now_for_tests() -> Instant {
            Instant::now()
        }
    }

    #[test]
    fn a_path_is_ready_once_it_is_quiet() {
        check("0 a, 99 ?, 100 ?, 200 ?", "|a|");
        check("0 a, 60 a, 120 ?, 160 ?", "|a");
        check("0 a, 50 b, 100 ?, 150 ?", "a|b");
        check("0 ?", "");
    }

    #[test]
    fn a_path_that_is_never_quiet_is_ready_after_the_longest_wait() {
        let busy: Vec<String> = (0..=20).map(|n| format!("{} a", n * 50)).collect();
        check(&format!("{}, 1000 ?", busy.join(", ")), "a");
        let almost: Vec<String> = (0..=19).map(|n| format!("{} a", n * 50)).collect();
        check(&format!("{}, 999 ?", almost.join(", ")), "");
    }

    #[test]
    fn both_ends_of_a_rename_are_ready_together() {
        check("0 a>b, 100 ?", "a b");
        check("0 a>b, 80 b, 100 ?, 180 ?", "|a b");
        check("0 a>b, 30 b>c, 100 ?, 130 ?", "|a b c");
    }

    #[test]
    fn a_rename_to_and_fro_does_not_wait_for_itself() {
        check("0 a>b, 10 b>a, 110 ?", "a b");
        check("0 a>a, 100 ?", "a");
    }

    #[test]
    fn without_a_quiet_period_a_closed_file_is_ready_at_once_and_an_open_one_is_not() {
        check_with(0, "0 a+, 5 ?, 10 a+, 20 a-, 20 ?", "|a");
        check_with(0, "0 a+, 49 ?, 50 ?", "|a");
        check_with(0, "0 a+, 10 a, 10 ?, 60 ?", "|a");
        check_with(0, "0 a, 0 ?", "a");
        check_with(0, "0 a+, 10 a>b, 10 ?", "a b");
        // Elsewhere the quiet period is longer anyway.
        check("0 a+, 10 a-, 100 ?, 110 ?", "|a");
    }

    #[test]
    fn due_is_the_earliest_time_that_yields_a_path() {
        let start = Instant::now_for_tests();
        let mut settle = Settle::new(Duration::from_millis(QUIET), Duration::from_millis(MAX_WAIT));
        assert_eq!(settle.due(), None);
        settle.touch("a".into(), Hint::Nothing, start);
        settle.touch("b".into(), Hint::Nothing, start + Duration::from_millis(50));
        assert_eq!(settle.due(), Some(start + Duration::from_millis(100)));
        assert_eq!(settle.take(settle.due().unwrap()).len(), 1);
        assert_eq!(settle.due(), Some(start + Duration::from_millis(150)));
    }
}
