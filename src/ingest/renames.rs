//! What a watcher has told of renames: where a new file may have come from, whatever has been written into it since.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

/// The renames of which was told lately. What was renamed may still be being written when it is looked at first, and it may be another
/// pass that comes to look at it.
#[derive(Debug, Default)]
pub(super) struct Lately {
    renames: VecDeque<(Timestamp, PathBuf, PathBuf)>,
}

/// Renames are remembered for so long,
const MEMORY: SignedDuration = SignedDuration::from_secs(60);
/// and so many of them.
const MOST: usize = 4096;

impl Lately {
    pub(super) fn note(&mut self, renames: impl IntoIterator<Item = (PathBuf, PathBuf)>, now: Timestamp) {
        self.renames.retain(|&(told, ..)| now.duration_since(told).abs() < MEMORY);
        self.renames.extend(renames.into_iter().map(|(from, to)| (now, from, to)));
        self.renames.drain(..self.renames.len().saturating_sub(MOST));
    }

    pub(super) fn below(&self, root: &Path) -> Renames {
        Renames::below(root, self.renames.iter().rev().map(|(_, from, to)| (from, to)))
    }
}

/// Renames below one root, of files and of directories with all that was in them.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// By the new path. Several, where one has come to the place of another: the last one first.
    sources: HashMap<PathBuf, Vec<PathBuf>>,
}

/// So many renames of one file, one after the other, are followed.
const STEPS: usize = 4;

impl Renames {
    fn below<'a>(root: &Path, renames: impl Iterator<Item = (&'a PathBuf, &'a PathBuf)>) -> Renames {
        let mut sources: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for (from, to) in renames {
            if let (Ok(from), Ok(to)) = (from.strip_prefix(root), to.strip_prefix(root)) {
                let known = sources.entry(to.to_owned()).or_default();
                if known.iter().all(|known| known != from) {
                    known.push(from.to_owned());
                }
            }
        }
        Renames { sources }
    }

    /// Where a file may have stood before, the nearest first.
    pub(super) fn sources(&self, path: &Path) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = Vec::new();
        let mut last = vec![path.to_owned()];
        for _ in 0..STEPS {
            last = last.iter().flat_map(|path| self.step(path)).filter(|from| from != path && !found.contains(from)).collect();
            found.extend(last.iter().cloned());
        }
        found
    }

    fn step(&self, path: &Path) -> Vec<PathBuf> {
        if self.sources.is_empty() {
            return Vec::new();
        }
        let above = path.ancestors().filter_map(|above| Some((self.sources.get(above)?, path.strip_prefix(above).ok()?)));
        let from = |from: &PathBuf, rest: &Path| if rest.as_os_str().is_empty() { from.clone() } else { from.join(rest) };
        above.flat_map(|(sources, rest)| sources.iter().map(move |source| from(source, rest))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_followed_through_renames_of_their_own_and_of_what_they_stand_in() {
        let check = |renames: &[(&str, &str)], path: &str, expect: &[&str]| {
            let renames: Vec<_> = renames.iter().map(|(from, to)| (Path::new("/r").join(from), Path::new("/r").join(to))).collect();
            let mut lately = Lately::default();
            lately.note(renames, Timestamp::UNIX_EPOCH);
            let sources = lately.below(Path::new("/r")).sources(Path::new(path));
            assert_eq!(sources, expect.iter().map(PathBuf::from).collect::<Vec<_>>(), "{path}");
        };
        check(&[("a", "b")], "b", &["a"]);
        check(&[("a", "b")], "a", &[]);
        check(&[("a", "b"), ("b", "c")], "c", &["b", "a"]);
        check(&[("d", "e")], "e/x/y", &["d/x/y"]);
        check(&[("d", "e"), ("e/tmp", "e/x")], "e/x", &["e/tmp", "d/x", "d/tmp"]);
        check(&[("a", "b"), ("b", "a")], "a", &["b"]);
        check(&[("a", "b"), ("c", "b"), ("a", "b")], "b", &["a", "c"]);
    }

    #[test]
    fn renames_are_forgotten_after_a_minute_and_where_there_are_too_many() {
        let (mut lately, rename) = (Lately::default(), |name: &str| (PathBuf::from("/r").join(name), PathBuf::from("/r/to").join(name)));
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let is_known = |lately: &Lately, name: &str| !lately.below(Path::new("/r")).sources(&Path::new("to").join(name)).is_empty();
        lately.note([rename("a")], at(0));
        lately.note([], at(59));
        assert!(is_known(&lately, "a"));
        lately.note([rename("b")], at(60));
        assert!(!is_known(&lately, "a") && is_known(&lately, "b"));
        lately.note((0..MOST).map(|number| rename(&number.to_string())), at(61));
        assert!(!is_known(&lately, "b") && is_known(&lately, "0"));
    }
}
