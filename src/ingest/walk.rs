//! Listing what stands below a root, through the root's handle, in the order in which the store has it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Dir, FileType};

use super::root::{Kind, Root, Stat, is_gone, stat_in};
use super::select::{IGNORE_FILE, Ignores, Selection};
use crate::model::DocumentError;

/// Files of a run, at most.
const RUN: usize = 512;

/// Some files of one directory, one after the other in the order of their paths' bytes. They have not been looked at.
#[derive(Debug)]
pub(super) struct Run {
    handle: Arc<OwnedFd>,
    listing: Arc<Listing>,
    names: Range<usize>,
}

impl Run {
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Looks at the files. What is gone, or something else by now, is left out: its event is on the way. A file that cannot be
    /// looked at makes the directory one that is not known.
    pub(super) fn look(self, root: &Root) -> Looked {
        let Run { handle, listing, names } = self;
        let mut trouble = None;
        let look = |at| match stat_in(&handle, OsStr::from_bytes(listing.name(at))) {
            Ok(stat) => Some(stat).filter(|stat| stat.kind == Kind::File),
            Err(error) if is_gone(&error) => None,
            Err(source) => {
                let directory = listing.prefix.strip_suffix(b"/").unwrap_or_default();
                trouble = Some(DocumentError::Read { path: root.path().join(OsStr::from_bytes(directory)), source });
                None
            }
        };
        let stats = names.clone().map(look).collect();
        Looked { listing, first: names.start, stats, trouble }
    }
}

/// What was found when a run was looked at.
#[derive(Debug, Default)]
pub(super) struct Looked {
    listing: Arc<Listing>,
    first: usize,
    /// Of every name from the first; `None` for one that is left out.
    stats: Vec<Option<Stat>>,
    pub trouble: Option<DocumentError>,
}

impl Looked {
    /// Of a single file.
    pub(super) fn at(path: &Path, stat: Stat) -> Looked {
        let text = path.as_os_str().as_bytes().to_vec();
        let listing = Listing { names: std::iter::once(0..text.len()).collect(), text, prefix: Vec::new() };
        Looked { listing: Arc::new(listing), first: 0, stats: vec![Some(stat)], trouble: None }
    }

    /// The first file from this place on, with the place after it: writes its path, and gives what the file system said.
    pub(super) fn next_file(&self, from: usize, path: &mut Vec<u8>) -> Option<(usize, Stat)> {
        let (at, stat) = (from..).zip(self.stats.get(from..)?).find_map(|(at, stat)| Some((at, (*stat)?)))?;
        path.clear();
        path.extend_from_slice(&self.listing.prefix);
        path.extend_from_slice(self.listing.name(self.first + at));
        Some((at + 1, stat))
    }
}

/// Hands every selected file at or below the directory `from` to `each`, and leftovers with them, in the order of their paths' bytes, until
/// `each` has enough and says false. A directory that cannot be listed is handed to `trouble`: what stands in it is not known.
pub(super) fn walk(
    root: &Root,
    selection: &Selection,
    from: &Path,
    each: &mut dyn FnMut(Run) -> bool,
    trouble: &mut dyn FnMut(DocumentError),
) {
    let (mut above, mut ignores) = (PathBuf::new(), None);
    for part in from {
        let ignored = Ignores::of(root, &above, ignores);
        above.push(part);
        if !selection.admits_or_leftover(&ignored, &above, Kind::Directory) {
            return;
        }
        ignores = Some(ignored);
    }
    let mut listed = |directory: &Path, above: Option<Ignores>| match list(root, selection, directory, above) {
        Ok(open) => Some(open),
        // Gone since it was named, or replaced by something else.
        Err(error) if is_gone(&error) => None,
        Err(source) => {
            trouble(DocumentError::Read { path: root.path().join(directory), source });
            None
        }
    };
    // The directories that are under way, each inside the one before.
    let mut open: Vec<Open> = listed(from, ignores).into_iter().collect();
    while let Some(top) = open.last_mut() {
        let first = top.at;
        let rest = first..top.listing.names.len();
        let files = rest.take(RUN).take_while(|&at| !is_directory(top.listing.name(at))).count();
        if files > 0 {
            top.at += files;
            if !each(Run { handle: Arc::clone(&top.handle), listing: Arc::clone(&top.listing), names: first..top.at }) {
                return;
            }
        } else if first < top.listing.names.len() {
            top.at += 1;
            let (path, ignores) = (top.listing.directory(first), top.ignores.clone());
            open.extend(listed(&path, Some(ignores)));
        } else {
            open.pop();
        }
    }
}

/// A directory that is under way.
struct Open {
    handle: Arc<OwnedFd>,
    listing: Arc<Listing>,
    /// The first name that is left of it.
    at: usize,
    ignores: Ignores,
}

/// Names in a directory. Held once, however many: a directory may have a million.
#[derive(Debug, Default)]
struct Listing {
    /// What the paths of all of them begin with: nothing, or the path of the directory and a slash.
    prefix: Vec<u8>,
    /// The names; that of a directory ends with a slash.
    text: Vec<u8>,
    /// Where in the text each name stands, in the order in which what bears it and all below that comes: `a/b` comes after `a.txt`,
    /// because `/` comes after `.`.
    names: Vec<Range<usize>>,
}

impl Listing {
    fn name(&self, at: usize) -> &[u8] {
        &self.text[self.names[at].clone()]
    }

    /// The path of a directory.
    fn directory(&self, at: usize) -> PathBuf {
        let name = self.name(at);
        let path = [&self.prefix, name.strip_suffix(b"/").unwrap_or(name)].concat();
        PathBuf::from(OsString::from_vec(path))
    }
}

/// The files and directories in a directory that are selected, and leftovers with them: see [`Selection::is_leftover`]. `above` are the
/// ignore files of the directories above.
fn list(root: &Root, selection: &Selection, directory: &Path, above: Option<Ignores>) -> io::Result<Open> {
    let handle = root.directory(directory)?;
    let (mut text, mut names) = (Vec::new(), Vec::new());
    let mut has_ignore_file = false;
    for entry in Dir::read_from(&handle)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        has_ignore_file |= name == IGNORE_FILE.as_bytes();
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
        if kind == Kind::Other {
            continue;
        }
        let start = text.len();
        text.extend_from_slice(name);
        if kind == Kind::Directory {
            text.push(b'/');
        }
        names.push(start..text.len());
    }
    // Few directories have one. To ask each for it would make a disk that has not been read yet go to and fro.
    let ignores = if has_ignore_file { Ignores::of(root, directory, above) } else { above.unwrap_or_default() };
    let prefix = prefix_of(directory);
    let mut path = prefix.clone();
    names.retain(|name| {
        let name = &text[name.clone()];
        let (name, kind) = name.strip_suffix(b"/").map_or((name, Kind::File), |name| (name, Kind::Directory));
        path.truncate(prefix.len());
        path.extend_from_slice(name);
        selection.admits_or_leftover(&ignores, Path::new(OsStr::from_bytes(&path)), kind)
    });
    names.sort_unstable_by(|one: &Range<usize>, other| text[one.clone()].cmp(&text[other.clone()]));
    Ok(Open { handle: Arc::new(handle), listing: Arc::new(Listing { prefix, text, names }), at: 0, ignores })
}

fn is_directory(name: &[u8]) -> bool {
    name.ends_with(b"/")
}

/// What the paths of all that stands in a directory begin with.
fn prefix_of(directory: &Path) -> Vec<u8> {
    let mut prefix = directory.as_os_str().as_bytes().to_vec();
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    prefix
}
