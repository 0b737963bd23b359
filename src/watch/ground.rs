//! A watched root: which directory stands there, and whether events tell of all that happens below it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use notify::{ErrorKind, RecursiveMode};

use super::Blindness;
use super::system::System;
use crate::model::time_on;

/// Device, inode and mount. What is unmounted and mounted again has the first two as before, and no watches any more.
pub(super) type Identity = (u64, u64, u64);

/// One root and its watches.
#[derive(Debug)]
pub(super) struct Ground {
    path: PathBuf,
    /// The directory that is watched; `None` while there is none.
    identity: Option<Identity>,
    /// When the watched directory was last seen to stand there.
    seen: Timestamp,
    gap: Option<Blindness>,
}

impl Ground {
    pub(super) fn new(path: PathBuf) -> Ground {
        Ground { path, identity: None, seen: time(), gap: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory that stands there now.
    pub(super) fn standing(&self) -> Option<Identity> {
        let stat = rustix::fs::stat(&self.path).ok()?;
        #[allow(
            clippy::unnecessary_cast,
            clippy::cast_sign_loss,
            clippy::cast_lossless,
            reason = "the width differs from system to system"
        )]
        Some((stat.st_dev as u64, stat.st_ino as u64, mount(&self.path)))
    }

    /// Why events do not tell of everything, for people; `None` while they do.
    pub(super) fn gap(&self) -> Option<&Blindness> {
        self.gap.as_ref()
    }

    /// Whether another directory stands there than the one that is watched, or none, or one again.
    pub(super) fn is_replaced(&mut self) -> bool {
        let moment = time();
        let replaced = self.standing() != self.identity;
        if !replaced {
            self.seen = moment;
        }
        replaced
    }

    /// Whether another directory stands there than the one that has been watched until now, or none: as long as they are there,
    /// the watches of the old tree go on telling of it under the names of the new one.
    pub(super) fn was_left(&self, now: Option<Identity>) -> bool {
        self.identity.is_some() && now != self.identity
    }

    /// Sets the watches, or sets them again; `now` is what was just found to stand there. When this returns, what is made below
    /// the root from now on is told of. Gives since when another directory has stood there than the one that was watched.
    pub(super) fn watch(&mut self, system: &mut System, now: Option<Identity>) -> Option<Blindness> {
        let (moment, since, is_other) = (time(), self.seen, self.was_left(now));
        self.identity = now;
        // The parent tells at once when the root is made again or replaced. Without it we see that within a second.
        if let Some(parent) = self.path.parent() {
            let _ = system.watch(parent, RecursiveMode::NonRecursive);
        }
        let blindness = match now {
            None => Some((since, "it is not there".to_owned())),
            Some(_) => match watch_tree(system, &self.path) {
                Ok(()) => silent_file_system(&self.path).map(|kind| (moment, format!("events are not to be relied on on {kind}"))),
                Err(error) => Some((moment, system.trouble().map_or_else(|| reason(&error), str::to_owned))),
            },
        };
        self.seen = moment;
        self.set_gap(blindness);
        let other = "another directory came to stand there".to_owned();
        (is_other && now.is_some()).then_some(Blindness { since, cause: other })
    }

    /// A part of the root could not be watched.
    pub(super) fn lacks(&mut self, error: &notify::Error) {
        self.set_gap(Some((time(), reason(error))));
    }

    /// One that goes on goes on from when it began.
    fn set_gap(&mut self, blindness: Option<(Timestamp, String)>) {
        self.gap = match (blindness, self.gap.take()) {
            (Some((_, cause)), Some(known)) if known.cause == cause => Some(known),
            (Some((since, cause)), _) => {
                tracing::warn!("{}: {cause}; all files are looked at every few seconds instead", self.path.display());
                Some(Blindness { since, cause })
            }
            (None, _) => None,
        };
    }
}

/// A number that no other mount has had; 0 where the system does not tell.
#[cfg(target_os = "linux")]
fn mount(path: &Path) -> u64 {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    /// `STATX_MNT_ID_UNIQUE`, since Linux 6.8. Older kernels tell a number that is used again after an unmount, or none.
    const UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);
    let wanted = StatxFlags::MNT_ID.union(UNIQUE);
    let told = statx(CWD, path, AtFlags::empty(), wanted).ok().filter(|stat| stat.stx_mask & wanted.bits() != 0);
    told.map_or(0, |stat| stat.stx_mnt_id)
}

#[cfg(not(target_os = "linux"))]
fn mount(_: &Path) -> u64 {
    0
}

/// Watches a directory and all below it. Hidden directories are left out, as documents never stand in them; links are not
/// followed. Notify's own recursion would look at every file, which takes longer than all else at the start.
///
/// # Errors
/// The first that a part of it could not be watched for. Unless that is the limit of watches, the rest is watched all the same.
#[cfg(target_os = "linux")]
pub(super) fn watch_tree(system: &mut System, directory: &Path) -> notify::Result<()> {
    let mut result = Ok(());
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        // Watched before it is listed: what is made in it meanwhile is either listed or told of.
        match system.watch(&directory, RecursiveMode::NonRecursive) {
            Ok(()) if holds_no_directory(&directory) => {}
            Ok(()) => open.extend(directories_in(&directory)),
            // Gone since it was listed.
            Err(_) if std::fs::symlink_metadata(&directory).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) => {}
            Err(error) => {
                let is_limit = matches!(error.kind, ErrorKind::MaxFilesWatch);
                result = result.and(Err(error));
                if is_limit {
                    break;
                }
            }
        }
    }
    result
}

/// Elsewhere the system watches whole trees by itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch_tree(system: &mut System, directory: &Path) -> notify::Result<()> {
    system.watch(directory, RecursiveMode::Recursive)
}

pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a directory surely holds no other, which most of a large tree do not, so that it need not be listed. The `..` of each
/// directory in it is a link to it, on the file systems that are known to count them.
#[cfg(target_os = "linux")]
fn holds_no_directory(directory: &Path) -> bool {
    // Its name where it stands, and its own `.`.
    rustix::fs::lstat(directory).is_ok_and(|stat| stat.st_nlink == 2) && magic_of(directory).is_some_and(|magic| COUNTING.contains(&magic))
}

/// Ext4, tmpfs, XFS.
#[cfg(target_os = "linux")]
const COUNTING: [u32; 3] = [0xef53, 0x0102_1994, 0x5846_5342];

/// What kind of file system a path is on, by the number that linux/magic.h has for it.
#[cfg(target_os = "linux")]
fn magic_of(path: &Path) -> Option<u32> {
    // The field's width and sign differ between architectures.
    u32::try_from(i128::from(rustix::fs::statfs(path).ok()?.f_type) & 0xffff_ffff).ok()
}

/// None where it cannot be listed: the full pass says so.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "only to find what to watch")]
fn directories_in(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && !is_hidden(&entry.file_name()))
        .map(|entry| entry.path())
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "for people: since when a root is not wholly seen")]
pub(super) fn time() -> Timestamp {
    time_on(SystemTime::now())
}

fn reason(error: &notify::Error) -> String {
    match error.kind {
        ErrorKind::MaxFilesWatch => "the limit of watches is reached (raise fs.inotify.max_user_watches)".to_owned(),
        _ => format!("not all of it can be watched ({error})"),
    }
}

/// The file systems on which others make changes that this kernel never hears of. Overlayfs is none of them: what is changed
/// through it makes events, and what is changed beneath it behind its back is not defined to be seen at all (overlayfs.rst).
#[cfg(target_os = "linux")]
fn silent_file_system(path: &Path) -> Option<&'static str> {
    // From linux/magic.h and the sources of the file systems.
    match magic_of(path)? {
        0x6969 => Some("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Some("SMB"),
        0x6573_5546 => Some("FUSE"),
        0x0102_1997 => Some("9P"),
        0x00c3_6400 => Some("Ceph"),
        0x5346_414f | 0x6b41_4653 => Some("AFS"),
        0x786f_4256 => Some("a shared folder of VirtualBox"),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn silent_file_system(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "the tests make what is looked at")]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_holds_another_is_always_listed() {
        let folder = tempfile::tempdir().unwrap();
        let (root, below) = (folder.path().join("root"), folder.path().join("root/below"));
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(root.join("a.txt"), "a").unwrap();
        assert!(!holds_no_directory(&root), "{:?}", magic_of(&root));
        assert_eq!(directories_in(&root), std::slice::from_ref(&below));
        std::fs::remove_dir(&below).unwrap();
        // Where links are not counted, it is listed in vain.
        let counts = magic_of(&root).is_some_and(|magic| COUNTING.contains(&magic));
        assert_eq!(holds_no_directory(&root), counts);
        assert_eq!(directories_in(&root), [] as [PathBuf; 0]);
    }
}
