use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// What to do where a named file is still being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Haste {
    /// Leave it alone until it is quiet.
    WhenQuiet,
    /// It has been waited for as long as it may: record it as it stands.
    Now,
}

/// Paths that are worth a look: files or directories that changed, appeared or disappeared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub paths: BTreeMap<PathBuf, Haste>,
    /// What was renamed, and to what, in no order. Both are among the paths.
    pub renames: Vec<(PathBuf, PathBuf)>,
}

impl From<BTreeMap<PathBuf, Haste>> for Changes {
    fn from(paths: BTreeMap<PathBuf, Haste>) -> Changes {
        Changes { paths, renames: Vec::new() }
    }
}

/// Where a document stands: a path below a watched root. Kept as bytes, because names need not be UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentPath {
    root: PathBuf,
    relative: PathBuf,
}

impl DocumentPath {
    /// `None` unless `root` is absolute and `relative` names something strictly below it (no `..`, no `.`, not absolute).
    pub fn new(root: impl Into<PathBuf>, relative: impl Into<PathBuf>) -> Option<DocumentPath> {
        let (root, relative) = (root.into(), relative.into());
        let below = relative.components().all(|part| matches!(part, Component::Normal(_)));
        (root.is_absolute() && below && !relative.as_os_str().is_empty()).then_some(DocumentPath { root, relative })
    }

    /// The path of the file at `path` below `root`, where it is below it.
    #[must_use]
    pub fn below(root: &Path, path: &Path) -> Option<DocumentPath> {
        DocumentPath::new(root, path.strip_prefix(root).ok()?)
    }

    /// Absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    #[must_use]
    pub fn relative(&self) -> &Path {
        &self.relative
    }

    #[must_use]
    pub fn relative_bytes(&self) -> &[u8] {
        self.relative.as_os_str().as_bytes()
    }

    #[must_use]
    pub fn absolute(&self) -> PathBuf {
        self.root.join(&self.relative)
    }

    /// The last part of the path.
    #[must_use]
    pub fn file_name(&self) -> &OsStr {
        self.relative.file_name().unwrap_or_default()
    }
}
