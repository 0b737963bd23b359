//! Which gaps are open, and what has to be written down of them. Pure: times and findings are passed in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::Gap;
use crate::watch::Blindness;

/// What a gap is of: a root, and a path relative to it, which is empty for all of the root.
pub(super) type Place = (PathBuf, PathBuf);

/// The gaps that have begun and not ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    open: BTreeMap<Place, Blindness>,
}

impl Gaps {
    /// What is open according to what was written down, in the order in which it was.
    pub(super) fn of(noted: Vec<Gap>) -> Gaps {
        let open = Gap::joined(noted).into_iter().filter(|gap| !gap.has_ended());
        Gaps { open: open.map(|gap| ((gap.root, gap.path), Blindness { since: gap.began, cause: gap.cause })).collect() }
    }

    /// Whether it is known already that this place cannot be seen, and why.
    pub(super) fn is_open(&self, place: &Place, cause: &str) -> bool {
        self.open.get(place).is_some_and(|blindness| blindness.cause == cause)
    }

    /// Takes in what cannot be seen now. What is open ends where it is not among that and `looked` says that it would have been.
    /// Gives what is to be written down.
    pub(super) fn update(&mut self, blind: BTreeMap<Place, Blindness>, looked: impl Fn(&Place) -> bool, now: Timestamp) -> Vec<Gap> {
        let mut rows = Vec::new();
        let is_over = |place: &Place, open: &Blindness| match blind.get(place) {
            Some(blindness) => blindness.cause != open.cause,
            None => looked(place),
        };
        self.open.retain(|place, open| {
            let is_over = is_over(place, open);
            if is_over {
                rows.push(gap(place, open, now, now));
            }
            !is_over
        });
        for (place, blindness) in blind {
            self.open.entry(place).or_insert_with_key(|place| {
                rows.push(gap(place, &blindness, blindness.since, now));
                blindness
            });
        }
        rows
    }

    /// Takes in that from now on, or from some time on, all of some roots is unseen. Gives what is to be written down.
    pub(super) fn begin(&mut self, roots: impl Iterator<Item = (PathBuf, Timestamp)>, cause: &str, now: Timestamp) -> Vec<Gap> {
        let mut rows = Vec::new();
        for (root, since) in roots {
            self.open.entry((root, PathBuf::new())).or_insert_with_key(|place| {
                let blindness = Blindness { since, cause: cause.to_owned() };
                rows.push(gap(place, &blindness, since, now));
                blindness
            });
        }
        rows
    }
}

/// A gap that is over when it is known.
pub(super) fn over(root: &Path, blindness: &Blindness, now: Timestamp) -> Gap {
    gap(&(root.to_owned(), PathBuf::new()), blindness, now, now)
}

fn gap((root, path): &Place, blindness: &Blindness, ended: Timestamp, now: Timestamp) -> Gap {
    // What is kept has microseconds, by which a beginning is found again; and a clock may have been set back.
    let micros = |time: Timestamp| Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time);
    let began = micros(blindness.since);
    Gap {
        root: root.clone(),
        path: path.clone(),
        began,
        ended: micros(ended).max(began),
        cause: blindness.cause.clone(),
        noted: micros(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn blind(blind: &[(&str, i64, &str)]) -> BTreeMap<Place, Blindness> {
        let one = |&(path, since, cause): &(&str, i64, &str)| {
            (("/r".into(), path.into()), Blindness { since: at(since), cause: cause.to_owned() })
        };
        blind.iter().map(one).collect()
    }

    fn shown(rows: &[Gap]) -> Vec<String> {
        let row = |gap: &Gap| format!("{} {}-{} {}", gap.path.display(), gap.began.as_second(), gap.ended.as_second(), gap.cause);
        rows.iter().map(row).collect()
    }

    #[test]
    fn a_gap_is_written_down_when_it_begins_and_when_it_has_ended() {
        let mut gaps = Gaps::default();
        let rows = gaps.update(blind(&[("a", 5, "locked")]), |_| true, at(6));
        assert_eq!(shown(&rows), ["a 5-5 locked"]);
        let is_open = |cause| gaps.is_open(&("/r".into(), "a".into()), cause);
        assert!(is_open("locked") && !is_open("too large"));
        let mut noted = rows;
        assert_eq!(shown(&gaps.update(blind(&[("a", 7, "locked")]), |_| true, at(8))), [""; 0]);
        assert_eq!(Gaps::of(noted.clone()), gaps);
        let rows = gaps.update(BTreeMap::new(), |_| true, at(9));
        assert_eq!(shown(&rows), ["a 5-9 locked"]);
        noted.extend(rows);
        assert_eq!(gaps, Gaps::default());
        assert_eq!(Gaps::of(noted), gaps);
    }

    #[test]
    fn what_was_not_looked_at_stays_open() {
        let mut gaps = Gaps::default();
        gaps.update(blind(&[("a", 1, "locked"), ("b", 1, "locked")]), |_| true, at(1));
        assert_eq!(shown(&gaps.update(BTreeMap::new(), |(_, path)| path == Path::new("b"), at(2))), ["b 1-2 locked"]);
    }

    #[test]
    fn another_cause_is_another_gap() {
        let mut gaps = Gaps::default();
        let rows = gaps.begin([("/r".into(), at(1))].into_iter(), "not running", at(2));
        assert_eq!(shown(&rows), [" 1-1 not running"]);
        assert_eq!(gaps.begin([("/r".into(), at(3))].into_iter(), "killed", at(3)), []);
        let rows = gaps.update(blind(&[("", 4, "no watches")]), |_| true, at(5));
        assert_eq!(shown(&rows), [" 1-5 not running", " 4-4 no watches"]);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_gap_that_ends_before_it_begins() {
        assert_eq!(shown(&[over(Path::new("/r"), &Blindness { since: at(9), cause: "c".to_owned() }, at(3))]), [" 9-9 c"]);
    }
}
