//! Listing what stands below a root, through the root's handle, in an order that is the same every time.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, FileType};

use super::brake::Brake;
use super::root::{Kind, Root, Stat, is_gone, stat_in};
use super::select::{Ignores, Selection};
use crate::model::DocumentError;

/// Hands every selected file at or below `from` to `each`. A directory that cannot be listed is handed to `trouble`, and
/// what stands in it is not known. Ends early once the brake is pulled.
pub(super) fn walk(
    root: &Root,
    selection: &Selection,
    from: &Path,
    brake: &Brake,
    each: &mut dyn FnMut(PathBuf, Stat),
    trouble: &mut dyn FnMut(DocumentError),
) {
    let mut ignores = Ignores::of(root, Path::new(""), None);
    let mut above = PathBuf::new();
    for part in from {
        above.push(part);
        if !selection.admits(&ignores, &above, true) {
            return;
        }
        ignores = Ignores::of(root, &above, Some(ignores));
    }
    let mut todo = vec![(from.to_owned(), ignores)];
    while !brake.is_pulled()
        && let Some((directory, ignores)) = todo.pop()
    {
        let first_below = todo.len();
        let listed = list(root, &directory, |name, look| {
            let path = directory.join(name);
            if !selection.admits(&ignores, &path, false) && !selection.admits(&ignores, &path, true) {
                return Ok(());
            }
            let stat = match look() {
                Ok(stat) => stat,
                // Gone since the directory was listed.
                Err(error) if is_gone(&error) => return Ok(()),
                Err(error) => return Err(error),
            };
            match stat.kind {
                Kind::File if selection.admits(&ignores, &path, false) => each(path, stat),
                Kind::Directory if selection.admits(&ignores, &path, true) => {
                    let ignores = Ignores::of(root, &path, Some(ignores.clone()));
                    todo.push((path, ignores));
                }
                _ => {}
            }
            Ok(())
        });
        // The last one pushed is taken first.
        todo[first_below..].reverse();
        match listed {
            Err(error) if !is_gone(&error) => trouble(DocumentError::Read { path: root.path().join(&directory), source: error }),
            _ => {}
        }
    }
}

/// Hands the names in a directory to `each`, in order, each with a way to look at it. Links, pipes and devices are left out
/// where the directory tells.
fn list(
    root: &Root,
    directory: &Path,
    mut each: impl FnMut(&OsStr, &mut dyn FnMut() -> io::Result<Stat>) -> io::Result<()>,
) -> io::Result<()> {
    let handle = root.directory(directory)?;
    let mut names = Vec::new();
    for entry in Dir::read_from(&handle)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        let may_matter = matches!(entry.file_type(), FileType::RegularFile | FileType::Directory | FileType::Unknown);
        if may_matter && name != b"." && name != b".." {
            names.push(name.to_vec());
        }
    }
    names.sort_unstable();
    names.iter().map(|name| OsStr::from_bytes(name)).try_for_each(|name| each(name, &mut || stat_in(&handle, name)))
}
