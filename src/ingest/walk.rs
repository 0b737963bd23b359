//! Listing what stands below a root, through the root's handle, in the order in which the store has it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::iter::Peekable;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec::IntoIter;

use rustix::fs::{Dir, FileType};

use super::root::{Kind, Root, Stat, is_gone, stat_in};
use super::select::{Ignores, Selection};
use crate::model::DocumentError;

/// Files of a run, at most.
const RUN: usize = 512;

/// Some selected files of one directory, one after the other in the order of their paths' bytes. They have not been looked at.
pub(super) struct Run {
    handle: Arc<OwnedFd>,
    directory: PathBuf,
    paths: Vec<Vec<u8>>,
}

impl Run {
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Looks at the files. What is gone, or something else by now, is left out: its event is on the way. A file that cannot be
    /// looked at makes the directory one that is not known.
    pub(super) fn look(self, root: &Root) -> Looked {
        let mut looked = Looked { files: Vec::with_capacity(self.paths.len()), trouble: None };
        let names = prefix_of(&self.directory).len();
        for path in self.paths {
            match stat_in(&self.handle, OsStr::from_bytes(&path[names..])) {
                Ok(stat) if stat.kind == Kind::File => looked.files.push((OsString::from_vec(path).into(), stat)),
                Ok(_) => {}
                Err(error) if is_gone(&error) => {}
                Err(source) => {
                    looked.trouble = Some(DocumentError::Read { path: root.path().join(&self.directory), source });
                }
            }
        }
        looked
    }
}

/// What was found when a run was looked at.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub files: Vec<(PathBuf, Stat)>,
    pub trouble: Option<DocumentError>,
}

/// Hands every selected file at or below the directory `from` to `each`, in the order of their paths' bytes, until `each`
/// has enough and says false. A directory that cannot be listed is handed to `trouble`: what stands in it is not known.
pub(super) fn walk(
    root: &Root,
    selection: &Selection,
    from: &Path,
    each: &mut dyn FnMut(Run) -> bool,
    trouble: &mut dyn FnMut(DocumentError),
) {
    let mut ignores = Ignores::of(root, Path::new(""), None);
    let mut above = PathBuf::new();
    for part in from {
        above.push(part);
        if !selection.admits(&ignores, &above, Kind::Directory) {
            return;
        }
        ignores = Ignores::of(root, &above, Some(ignores));
    }
    let mut listing = |directory: PathBuf, ignores: Ignores| match list(root, selection, &directory, &ignores) {
        Ok((handle, entries)) => Some(Open { handle, directory, entries: entries.into_iter().peekable(), ignores }),
        // Gone since it was named, or replaced by something else.
        Err(error) if is_gone(&error) => None,
        Err(source) => {
            trouble(DocumentError::Read { path: root.path().join(directory), source });
            None
        }
    };
    // The directories that are under way, each inside the one before.
    let mut open: Vec<Open> = listing(from.to_owned(), ignores).into_iter().collect();
    while let Some(top) = open.last_mut() {
        let paths: Vec<_> = std::iter::from_fn(|| top.entries.next_if(|path| !is_directory(path))).take(RUN).collect();
        if !paths.is_empty() {
            if !each(Run { handle: Arc::clone(&top.handle), directory: top.directory.clone(), paths }) {
                return;
            }
        } else if let Some(mut path) = top.entries.next() {
            path.pop();
            let path = PathBuf::from(OsString::from_vec(path));
            let ignores = Ignores::of(root, &path, Some(top.ignores.clone()));
            open.extend(listing(path, ignores));
        } else {
            open.pop();
        }
    }
}

/// A directory that is under way.
struct Open {
    handle: Arc<OwnedFd>,
    directory: PathBuf,
    /// What is left of it: paths, see [`list`].
    entries: Peekable<IntoIter<Vec<u8>>>,
    ignores: Ignores,
}

/// The paths of the selected files and directories in a directory, in the order in which all that is below them comes: `a/b` comes
/// after `a.txt`, because `/` comes after `.`. So the path of a directory ends with the slash.
fn list(root: &Root, selection: &Selection, directory: &Path, ignores: &Ignores) -> io::Result<(Arc<OwnedFd>, Vec<Vec<u8>>)> {
    let handle = root.directory(directory)?;
    let mut paths = Vec::new();
    let mut path = prefix_of(directory);
    let names = path.len();
    for entry in Dir::read_from(&handle)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name.starts_with(b".") {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            // Some file systems do not tell.
            FileType::Unknown => match stat_in(&handle, OsStr::from_bytes(name)) {
                Ok(stat) => stat.kind,
                Err(error) if is_gone(&error) => continue,
                Err(error) => return Err(error),
            },
            _ => continue,
        };
        path.truncate(names);
        path.extend_from_slice(name);
        if kind == Kind::Other || !selection.admits(ignores, Path::new(OsStr::from_bytes(&path)), kind) {
            continue;
        }
        if kind == Kind::Directory {
            path.push(b'/');
        }
        paths.push(path.clone());
    }
    paths.sort_unstable();
    Ok((Arc::new(handle), paths))
}

fn is_directory(path: &[u8]) -> bool {
    path.ends_with(b"/")
}

/// What the paths of all that stands in a directory begin with.
fn prefix_of(directory: &Path) -> Vec<u8> {
    let mut prefix = directory.as_os_str().as_bytes().to_vec();
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    prefix
}
