//! A watched root, held open: every look below it goes through this handle, so that no symbolic link and no directory
//! swapped in between can lead out of it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, fstatvfs, openat, statat};

use crate::store::Signature;

/// What the file system says about one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub kind: Kind,
    pub device: u64,
    pub inode: u64,
    /// How many names the file has.
    pub links: u64,
    /// In bytes.
    pub size: u64,
    /// In nanoseconds since 1970.
    pub modified: i64,
    /// In nanoseconds since 1970.
    pub changed: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    /// A symbolic link, pipe, device or socket: never a document, never opened.
    Other,
}

impl Stat {
    #[allow(
        clippy::cast_lossless,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        clippy::unnecessary_cast,
        reason = "the widths of these fields differ from system to system; all their values fit"
    )]
    fn new(stat: &rustix::fs::Stat) -> Stat {
        let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Stat {
            kind: match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                _ => Kind::Other,
            },
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            links: stat.st_nlink as u64,
            size: stat.st_size as u64,
            modified: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }

    /// The signature of a file that was seen to be so at `seen`.
    pub(super) fn signature(self, seen: Timestamp) -> Signature {
        let Stat { device, inode, size, modified, changed, .. } = self;
        Signature { device, inode, size, modified, changed, seen }
    }

    /// Whether the file is, by all that its stamps say, the one that had this signature, with the same bytes.
    pub(super) fn is_still(self, signature: &Signature) -> bool {
        is_still(&self.signature(signature.seen), signature)
    }
}

/// Whether a file that has the signature `now` is, by all that its stamps say, the one that had `then`, with the same bytes.
pub(super) fn is_still(now: &Signature, then: &Signature) -> bool {
    // Time stamps are coarse: a file that was written within two seconds of being read may have been written again
    // since, under the same time stamp.
    const RACY: i64 = 2_000_000_000;
    let is_old = i128::from(then.modified.max(then.changed).saturating_add(RACY)) <= then.seen.as_nanosecond();
    Signature { seen: then.seen, ..*now } == *then && is_old
}

#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    handle: OwnedFd,
    stat: Stat,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Root> {
        let handle = rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let stat = Stat::new(&fstat(&handle)?);
        Ok(Root { path: path.to_owned(), handle, stat })
    }

    /// Absolute.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// File system and inode of the directory. Of the file system its own number, where it has one: the numbers of devices are given
    /// again to whatever is mounted next.
    pub(super) fn identity(&self) -> (u64, u64) {
        let own = fstatvfs(&self.handle).map_or(0, |system| system.f_fsid);
        (if own == 0 { self.stat.device } else { own }, self.stat.inode)
    }

    /// Whether this is the directory that was scanned last.
    pub(super) fn is(&self, scanned: (u64, u64)) -> bool {
        // As it was kept at first.
        scanned == self.identity() || scanned == (self.stat.device, self.stat.inode)
    }

    /// Whether the path still leads to the directory that was opened. When it does not, what is missing below the handle
    /// says nothing about documents.
    pub(super) fn still_stands(&self) -> bool {
        rustix::fs::stat(&self.path).is_ok_and(|stat| {
            let now = Stat::new(&stat);
            (now.device, now.inode) == (self.stat.device, self.stat.inode)
        })
    }

    /// Looks at one name below the root; links in it are not followed. The root itself where `relative` is empty.
    pub(super) fn stat(&self, relative: &Path) -> io::Result<Stat> {
        if relative.as_os_str().is_empty() {
            return Ok(self.stat);
        }
        match relative.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => {
                let directory = self.open_below(parent, OFlags::RDONLY | OFlags::DIRECTORY)?;
                stat_in(&directory, relative.file_name().unwrap_or_default())
            }
            _ => stat_in(&self.handle, relative.as_os_str()),
        }
    }

    /// Opens a directory below the root, or the root itself.
    pub(super) fn directory(&self, relative: &Path) -> io::Result<OwnedFd> {
        if relative.as_os_str().is_empty() {
            return Ok(openat(&self.handle, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?);
        }
        self.open_below(relative, OFlags::RDONLY | OFlags::DIRECTORY)
    }

    /// Opens a file below the root to read it. Does not block, whatever it turns out to be: look at it before reading.
    pub(super) fn file(&self, relative: &Path) -> io::Result<File> {
        self.open_below(relative, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY).map(File::from)
    }

    #[cfg(target_os = "linux")]
    fn open_below(&self, relative: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        use rustix::fs::{ResolveFlags, openat2};
        use rustix::io::Errno;

        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(&self.handle, relative, flags, Mode::empty(), resolve) {
            // Older kernels do not have the call, and some containers filter it.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => self.step_below(relative, flags),
            opened => Ok(opened?),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_below(&self, relative: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        self.step_below(relative, flags | OFlags::CLOEXEC | OFlags::NOFOLLOW)
    }

    /// The same without the kernel's help: one part of the path at a time, none of them a link.
    fn step_below(&self, relative: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let step = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let mut directory = self.directory(Path::new(""))?;
        for part in relative.parent().into_iter().flat_map(Path::iter) {
            directory = openat(&directory, part, step, Mode::empty())?;
        }
        Ok(openat(&directory, relative.file_name().unwrap_or_default(), flags, Mode::empty())?)
    }
}

/// Looks at one name in an open directory; a link is not followed.
pub(super) fn stat_in(directory: &OwnedFd, name: impl rustix::path::Arg) -> io::Result<Stat> {
    Ok(Stat::new(&statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?))
}

/// What the file system says about an open file.
pub(super) fn stat_of(file: &File) -> io::Result<Stat> {
    Ok(Stat::new(&fstat(file)?))
}

/// Whether a failed look says that nothing is there, as against that we may not or cannot look.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        // A part of the path has become a symbolic link: no document stands behind it.
        || error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}
