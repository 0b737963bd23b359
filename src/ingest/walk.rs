//! Listing what stands below a root, through the root's handle, in the order in which the store has it.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, FileType};

use super::root::{Kind, Root, Stat, is_gone, stat_in};
use super::select::{Ignores, Selection};
use crate::model::DocumentError;

/// Hands every selected file at or below the directory `from` to `each`, in the order of their paths' bytes, until `each`
/// has enough and says false. A directory that cannot be listed is handed to `trouble`: what stands in it is not known.
pub(super) fn walk(
    root: &Root,
    selection: &Selection,
    from: &Path,
    each: &mut dyn FnMut(PathBuf, Stat) -> bool,
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
    let mut listing = |directory: &Path, ignores: Ignores| match list(root, selection, directory, &ignores) {
        Ok(entries) => Some((entries.into_iter(), ignores)),
        // Gone since it was named.
        Err(error) if is_gone(&error) => None,
        Err(source) => {
            trouble(DocumentError::Read { path: root.path().join(directory), source });
            None
        }
    };
    // The directories that are under way, each inside the one before.
    let mut open: Vec<_> = listing(from, ignores).into_iter().collect();
    while let Some((entries, ignores)) = open.last_mut() {
        match entries.next() {
            None => drop(open.pop()),
            Some((path, stat)) if stat.kind == Kind::Directory => {
                let ignores = Ignores::of(root, &path, Some(ignores.clone()));
                open.extend(listing(&path, ignores));
            }
            Some((path, stat)) => {
                if !each(path, stat) {
                    return;
                }
            }
        }
    }
}

/// The selected files and directories in a directory, in the order in which all that is below them comes.
fn list(root: &Root, selection: &Selection, directory: &Path, ignores: &Ignores) -> io::Result<Vec<(PathBuf, Stat)>> {
    let handle = root.directory(directory)?;
    let mut entries = Vec::new();
    for entry in Dir::read_from(&handle)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name.starts_with(b".") {
            continue;
        }
        let path = directory.join(OsStr::from_bytes(name));
        let told = match entry.file_type() {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            // Some file systems do not tell.
            FileType::Unknown => match look(&handle, name)? {
                Some(stat) => stat.kind,
                None => continue,
            },
            _ => continue,
        };
        if !selection.admits(ignores, &path, told) {
            continue;
        }
        match look(&handle, name)? {
            Some(stat) if stat.kind == told => entries.push((path, stat)),
            // Gone, or replaced by something else, since the directory was listed: its event is on the way.
            _ => {}
        }
    }
    // `a/b` comes after `a.txt`, because `/` comes after `.`: a directory is sorted as what it puts before all that is in it.
    entries.sort_unstable_by(|(one, one_stat), (other, other_stat)| key(one, one_stat).cmp(key(other, other_stat)));
    Ok(entries)
}

fn key<'a>(path: &'a Path, stat: &Stat) -> impl Iterator<Item = &'a u8> {
    let slash: &[u8] = if stat.kind == Kind::Directory { b"/" } else { b"" };
    path.as_os_str().as_bytes().iter().chain(slash)
}

/// `None` when nothing is there any more.
fn look(directory: &OwnedFd, name: &[u8]) -> io::Result<Option<Stat>> {
    match stat_in(directory, OsStr::from_bytes(name)) {
        Ok(stat) => Ok(Some(stat)),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}
