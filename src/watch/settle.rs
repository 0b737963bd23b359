//! When a changed path is quiet enough to be read. Pure: time is passed in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::model::{Changes, Haste};

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
    /// It was moved away, and it is not known where to.
    Away,
    /// It was removed: what comes to stand there is another file.
    Gone,
    Nothing,
}

/// A file that its writer has open is left alone at least this long, however short the quiet period is: the end of the
/// writing is told of, and what stands there before is half a file.
const OPEN_QUIET: Duration = Duration::from_millis(50);

/// The two halves of a rename are told one right after the other, but may be read apart: so long a file that was moved away is not yet
/// said to be gone to an unknown place.
const HALVES: Duration = Duration::from_millis(10);

#[derive(Debug)]
struct Pending {
    first: Instant,
    last: Instant,
    is_open: bool,
    /// It is gone from there to an unknown place. That may be inside a directory whose watch was not set in time: so it is handed
    /// on with whatever else is, that both may be seen to be one document.
    is_away: bool,
    /// It has been handed on before, and was found to be written to.
    was_found_busy: bool,
    /// It was removed after whatever had been renamed to it.
    is_other: bool,
    /// The new path of a renamed file: both ends are handed on together, so that they are seen to be one document.
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

    /// Nothing is pending any more. Gives the renames that were.
    pub(super) fn clear(&mut self) -> Vec<(PathBuf, PathBuf)> {
        let renames = self.renames();
        self.pending.clear();
        renames
    }

    /// The renames that are pending.
    pub(super) fn renames(&self) -> Vec<(PathBuf, PathBuf)> {
        let renamed = |(from, pending): (&PathBuf, &Pending)| {
            let to = pending.renamed_to.as_ref()?;
            self.is_still(to).then(|| (from.clone(), to.clone()))
        };
        self.pending.iter().filter_map(renamed).collect()
    }

    /// Whether what was renamed to a path has not been removed there since.
    fn is_still(&self, to: &Path) -> bool {
        self.pending.get(to).is_none_or(|to| !to.is_other)
    }

    /// Something happened at `path`.
    pub(super) fn touch(&mut self, path: PathBuf, hint: Hint, now: Instant) {
        let pending = self.entry(path, now);
        pending.last = now;
        match hint {
            Hint::Open => (pending.is_open, pending.is_away) = (true, false),
            Hint::Closed => (pending.is_open, pending.is_away) = (false, false),
            Hint::Away => (pending.is_open, pending.is_away) = (false, true),
            Hint::Gone => (pending.is_open, pending.is_away, pending.is_other) = (false, false, true),
            Hint::Nothing => {}
        }
    }

    /// `from` is now called `to`.
    pub(super) fn rename(&mut self, from: PathBuf, to: PathBuf, now: Instant) {
        // An editor that has written to another file, and moves it over the one at hand, only changes that.
        let is_written = self.pending.contains_key(&from);
        if !is_written && self.pending.get(&to).is_some_and(|pending| pending.renamed_to.is_none()) {
            // What was renamed to it before is gone.
            self.pending
                .values_mut()
                .filter(|pending| pending.renamed_to.as_ref() == Some(&to))
                .for_each(|pending| pending.renamed_to = None);
        }
        self.touch(to.clone(), Hint::Closed, now);
        self.entry(to.clone(), now).is_other = false;
        let pending = self.entry(from, now);
        (pending.last, pending.is_open, pending.is_away) = (now, false, false);
        pending.renamed_to = Some(to);
    }

    /// Whoever looked at `path` found it being written to: it is handed on once more, and then it is as good as it gets.
    pub(super) fn again(&mut self, path: PathBuf, now: Instant) {
        self.entry(path, now).was_found_busy = true;
    }

    fn entry(&mut self, path: PathBuf, now: Instant) -> &mut Pending {
        let pending =
            Pending { first: now, last: now, is_open: false, is_away: false, was_found_busy: false, is_other: false, renamed_to: None };
        self.pending.entry(path).or_insert(pending)
    }

    /// When that which has been waiting longest was first named.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.pending.values().map(|pending| pending.first).min()
    }

    /// When the next path will be ready; `None` while nothing is pending.
    pub(super) fn due(&self) -> Option<Instant> {
        let joined = self.joined();
        self.pending.iter().map(|(path, pending)| self.ready_at(path, pending, &joined)).min()
    }

    /// Takes out what is ready.
    pub(super) fn take(&mut self, now: Instant) -> Changes {
        let joined = self.joined();
        let haste = |pending: &Pending| {
            if pending.was_found_busy || self.quiet_at(pending) > now { Haste::Now } else { Haste::WhenQuiet }
        };
        let mut taken: BTreeMap<PathBuf, Haste> = self
            .pending
            .iter()
            .filter(|(path, pending)| self.ready_at(path, pending, &joined) <= now)
            .map(|(path, pending)| (path.clone(), haste(pending)))
            .collect();
        if !taken.is_empty() {
            let away = self.pending.iter().filter(|(_, pending)| pending.is_away && pending.last + HALVES <= now);
            taken.extend(away.map(|(path, _)| (path.clone(), Haste::WhenQuiet)));
            self.take_partners(&mut taken);
        }
        let renamed = |(from, pending): (&PathBuf, &Pending)| {
            let to = pending.renamed_to.as_ref().filter(|to| taken.contains_key(*to) && taken.contains_key(from))?;
            self.is_still(to).then(|| (from.clone(), to.clone()))
        };
        let renames = self.pending.iter().filter_map(renamed).collect();
        self.pending.retain(|path, _| !taken.contains_key(path));
        Changes { paths: taken, renames }
    }

    /// Whoever looks at a directory finds what was renamed to below it, ready or not: so where it came from goes along.
    fn take_partners(&self, taken: &mut BTreeMap<PathBuf, Haste>) {
        for (from, pending) in &self.pending {
            if let Some(to) = &pending.renamed_to
                && [from, to].iter().any(|path| path.ancestors().any(|above| taken.contains_key(above)))
            {
                for path in [from, to] {
                    taken.entry(path.clone()).or_insert(Haste::WhenQuiet);
                }
            }
        }
    }

    fn ready_at(&self, path: &Path, pending: &Pending, joined: &HashMap<&Path, Instant>) -> Instant {
        let alone = || self.quiet_at(pending).min(pending.first + self.max_wait);
        joined.get(path).copied().unwrap_or_else(alone)
    }

    /// When the paths will be ready that renames have joined, `a` to `b` and `b` to `c`: all of them as if they were one.
    fn joined(&self) -> HashMap<&Path, Instant> {
        let mut groups: Vec<Vec<&Path>> = Vec::new();
        let mut places: HashMap<&Path, usize> = HashMap::new();
        for (from, pending) in &self.pending {
            let Some((to, _)) = pending.renamed_to.as_ref().and_then(|to| self.pending.get_key_value(to)) else { continue };
            let mut place_of = |path| {
                *places.entry(path).or_insert_with(|| {
                    groups.push(vec![path]);
                    groups.len() - 1
                })
            };
            let (mut one, mut other) = (place_of(from.as_path()), place_of(to.as_path()));
            if one != other {
                // The smaller to the larger, so that a long chain does not move its paths again and again.
                if groups[one].len() > groups[other].len() {
                    std::mem::swap(&mut one, &mut other);
                }
                let moved = std::mem::take(&mut groups[one]);
                places.extend(moved.iter().map(|&path| (path, other)));
                groups[other].extend(moved);
            }
        }
        let ready = |group: &Vec<&Path>| {
            let members = || group.iter().filter_map(|path| self.pending.get(*path));
            let quiet = members().map(|pending| self.quiet_at(pending)).max()?;
            Some(quiet.min(members().map(|pending| pending.first).min()? + self.max_wait))
        };
        groups
            .iter()
            .filter_map(|group| Some((group, ready(group)?)))
            .flat_map(|(group, at)| group.iter().map(move |&path| (path, at)))
            .collect()
    }

    fn quiet_at(&self, pending: &Pending) -> Instant {
        pending.last + if pending.is_open { self.quiet.max(OPEN_QUIET) } else { self.quiet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: u64 = 100;
    const MAX_WAIT: u64 = 1000;

    /// Plays a script against a settle of 100 ms quiet and 1 s at most. `50 a` touches a at 50 ms, `50 a+` writes to it, `50 a-`
    /// closes it, `50 a>b` renames it, `50 a*` has found it busy, `50 a<` moves it away, `150 ?` asks what is ready then. The answers are compared,
    /// joined by `|`; what is not to be waited for any longer has a `!`.
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
                    let mark = |haste: &Haste| if *haste == Haste::Now { "!" } else { "" };
                    let Changes { paths: ready, .. } = settle.take(now);
                    let names = ready.iter().map(|(path, haste)| format!("{}{}", path.display(), mark(haste)));
                    answers.push(names.collect::<Vec<_>>().join(" "));
                }
                None if what.ends_with('+') => settle.touch(what.trim_end_matches('+').into(), Hint::Open, now),
                None if what.ends_with('*') => settle.again(what.trim_end_matches('*').into(), now),
                None if what.ends_with('<') => settle.touch(what.trim_end_matches('<').into(), Hint::Away, now),
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
        check(&format!("{}, 1000 ?", busy.join(", ")), "a!");
        let almost: Vec<String> = (0..=19).map(|n| format!("{} a", n * 50)).collect();
        check(&format!("{}, 999 ?", almost.join(", ")), "");
    }

    #[test]
    fn what_was_renamed_is_told_with_both_its_names() {
        let start = Instant::now_for_tests();
        let mut settle = Settle::new(Duration::ZERO, Duration::from_millis(MAX_WAIT));
        settle.rename("a".into(), "b".into(), start);
        settle.touch("b".into(), Hint::Closed, start);
        settle.rename("c".into(), "d".into(), start);
        settle.touch("d".into(), Hint::Gone, start);
        settle.touch("d".into(), Hint::Closed, start);
        let named = settle.take(start);
        assert_eq!(named.renames, [(PathBuf::from("a"), PathBuf::from("b"))]);
        assert_eq!(named.paths.into_keys().collect::<Vec<_>>(), ["a", "b", "c", "d"].map(PathBuf::from));
    }

    #[test]
    fn what_is_renamed_over_another_is_what_stands_there() {
        let start = Instant::now_for_tests();
        let mut settle = Settle::new(Duration::ZERO, Duration::from_millis(MAX_WAIT));
        for (from, to) in [("a", "b"), ("c", "b"), ("d", "e"), ("e", "f")] {
            settle.rename(from.into(), to.into(), start);
        }
        let expect = [("c", "b"), ("d", "e"), ("e", "f")].map(|(from, to)| (PathBuf::from(from), PathBuf::from(to)));
        assert_eq!(settle.renames(), expect);
        assert_eq!(settle.clear(), expect, "who looks at everything has to know");
        assert_eq!(settle.len(), 0);

        // `mv a b && sed -i … b`
        settle.rename("a".into(), "b".into(), start);
        settle.touch("sed".into(), Hint::Open, start);
        settle.rename("sed".into(), "b".into(), start);
        assert!(settle.renames().contains(&("a".into(), "b".into())));
    }

    #[test]
    fn the_halves_of_a_rename_may_be_told_apart() {
        check("0 c, 99 a<, 100 ?, 100 a>b, 200 ?", "c|a b");
        check("0 c, 90 a<, 100 ?", "a c");
    }

    #[test]
    fn a_path_that_was_found_busy_is_handed_on_once_more() {
        check("0 a*, 99 ?, 100 ?, 200 ?", "|a!|");
        check("0 a, 50 a*, 100 ?", "a!");
        check("0 a*, 60 a, 120 ?, 160 ?", "|a!");
        check("0 a, 100 ?, 200 a, 300 ?", "a|a");
    }

    #[test]
    fn the_oldest_is_what_was_named_first() {
        let start = Instant::now_for_tests();
        let mut settle = Settle::new(Duration::from_millis(QUIET), Duration::from_millis(MAX_WAIT));
        assert_eq!(settle.oldest(), None);
        settle.touch("b".into(), Hint::Nothing, start);
        settle.touch("a".into(), Hint::Nothing, start + Duration::from_millis(1));
        settle.touch("b".into(), Hint::Nothing, start + Duration::from_millis(90));
        assert_eq!(settle.oldest(), Some(start));
    }

    #[test]
    fn both_ends_of_a_rename_are_ready_together() {
        check("0 a>b, 100 ?", "a b");
        check("0 a>b, 80 b, 100 ?, 180 ?", "|a b");
        check("0 a>b, 80 a, 100 ?, 180 ?", "|a b");
        check("0 a>b, 30 b>c, 100 ?, 130 ?", "|a b c");
        check("0 a>b, 30 b>c, 80 c, 130 ?, 180 ?", "|a b c");
        check("0 b>c, 30 a>b, 80 d, 130 ?, 180 ?", "a b c|d");
    }

    #[test]
    fn what_is_moved_away_goes_along_with_whatever_is_ready() {
        check("0 e, 50 a<, 60 b, 100 ?, 160 ?", "a e|b");
        check("0 a<, 99 ?, 100 ?", "|a");
        check("0 e, 50 a<, 60 a-, 100 ?, 160 ?", "e|a");
        check("0 e, 50 a<, 50 a>b, 100 ?, 150 ?", "e|a b");
    }

    #[test]
    fn what_was_renamed_to_below_a_directory_goes_along_with_it() {
        check("0 e, 50 a>e/f/a, 100 ?, 160 ?", "a e e/f/a|");
        check("0 e, 50 e/f/a>a, 100 ?, 160 ?", "a e e/f/a|");
    }

    #[test]
    fn a_chain_of_renames_that_goes_on_is_handed_on_after_the_longest_wait() {
        let chain: Vec<String> = (0..12).map(|n| format!("{} p{n:02}>p{:02}", n * 90, n + 1)).collect();
        let all: Vec<String> = (0..=12).map(|n| format!("p{n:02}")).collect();
        let expect = format!("{} p11! p12!", all[..11].join(" "));
        check(&format!("{}, 999 ?, 1000 ?", chain.join(", ")), &format!("|{expect}"));
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
        assert_eq!(settle.take(settle.due().unwrap()).paths.len(), 1);
        assert_eq!(settle.due(), Some(start + Duration::from_millis(150)));
    }
}
