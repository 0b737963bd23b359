//! What a watcher has told of renames: where a new file may have come from, whatever has been written into it since.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Renames below one root, of files and of directories with all that was in them.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// By the new path. Several, where one has come to the place of another.
    sources: HashMap<PathBuf, Vec<PathBuf>>,
}

/// So many renames of one file, one after the other, are followed.
const STEPS: usize = 4;

impl Renames {
    pub(super) fn below(root: &Path, renames: &[(PathBuf, PathBuf)]) -> Renames {
        let mut sources: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for (from, to) in renames {
            if let (Ok(from), Ok(to)) = (from.strip_prefix(root), to.strip_prefix(root)) {
                sources.entry(to.to_owned()).or_default().push(from.to_owned());
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
            let sources = Renames::below(Path::new("/r"), &renames).sources(Path::new(path));
            assert_eq!(sources, expect.iter().map(PathBuf::from).collect::<Vec<_>>(), "{path}");
        };
        check(&[("a", "b")], "b", &["a"]);
        check(&[("a", "b")], "a", &[]);
        check(&[("a", "b"), ("b", "c")], "c", &["b", "a"]);
        check(&[("d", "e")], "e/x/y", &["d/x/y"]);
        check(&[("d", "e"), ("e/tmp", "e/x")], "e/x", &["e/tmp", "d/x", "d/tmp"]);
        check(&[("a", "b"), ("b", "a")], "a", &["b"]);
    }
}
