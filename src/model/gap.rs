use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

/// A time in which something may have happened to documents that newswatch did not see, or could not record.
///
/// What is written down is never changed. So a gap that lasts is written down twice: when it begins, with an end that is its
/// beginning, and when it has ended. [`Gap::joined`] makes one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The watched root, absolute,
    pub root: PathBuf,
    /// and the file or directory below it, relative to it; empty for all of the root.
    pub path: PathBuf,
    pub began: Timestamp,
    /// Not before it began. When it began, where it has not ended as far as is known.
    pub ended: Timestamp,
    /// For people: `the database could not be written (disk full)`.
    pub cause: String,
    /// When it was written down, to the microsecond.
    pub noted: Timestamp,
}

impl Gap {
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended > self.began
    }

    /// Leaves out the beginnings of gaps whose end was written down later. Takes and gives them in the order in which they
    /// were noted.
    #[must_use]
    pub fn joined(gaps: Vec<Gap>) -> Vec<Gap> {
        let mut joined: Vec<Option<Gap>> = Vec::with_capacity(gaps.len());
        let mut begun = BTreeMap::new();
        for gap in gaps {
            let which = (gap.root.clone(), gap.path.clone(), gap.began);
            if !gap.has_ended() {
                begun.insert(which, joined.len());
            } else if let Some(place) = begun.remove(&which) {
                joined[place] = None;
            }
            joined.push(Some(gap));
        }
        joined.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each gap as `path began-ended`, in seconds.
    fn check(noted: &[&str], expect: &[&str]) {
        let at = |second: &str| Timestamp::from_second(second.parse().unwrap()).unwrap();
        let gap = |line: &&str| {
            let (path, times) = line.split_once(' ').unwrap();
            let (began, ended) = times.split_once('-').unwrap();
            Gap { root: "/r".into(), path: path.into(), began: at(began), ended: at(ended), cause: String::new(), noted: at(ended) }
        };
        let joined = Gap::joined(noted.iter().map(gap).collect());
        let shown: Vec<String> =
            joined.iter().map(|gap| format!("{} {}-{}", gap.path.display(), gap.began.as_second(), gap.ended.as_second())).collect();
        assert_eq!(shown, expect, "{noted:?}");
    }

    #[test]
    fn the_end_of_a_gap_takes_the_place_of_its_beginning() {
        check(&["a 1-1", "b 2-2", "a 1-3"], &["b 2-2", "a 1-3"]);
        check(&["a 1-1", "a 1-2", "a 1-1"], &["a 1-2", "a 1-1"]);
        check(&["a 1-3", "a 1-4"], &["a 1-3", "a 1-4"]);
        check(&["a 1-1", "b 1-2"], &["a 1-1", "b 1-2"]);
        check(&[], &[]);
    }
}
