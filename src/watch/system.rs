//! The platform's watcher. There may be none to be had: then nothing is watched, and what is below the roots is looked at instead.

use std::path::Path;

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Makes a watcher of the platform that has no watches yet.
pub(super) type MakeNotify = Box<dyn Fn() -> notify::Result<RecommendedWatcher> + Send>;

pub(super) struct System {
    make: MakeNotify,
    /// Or why there is none, for people.
    watcher: Result<RecommendedWatcher, String>,
}

impl System {
    pub(super) fn new(make: MakeNotify) -> System {
        let watcher = make().map_err(|error| why(&error));
        System { make, watcher }
    }

    /// Why nothing can be watched, for people; `None` where it can.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.watcher.as_ref().err().map(String::as_str)
    }

    /// # Errors
    /// The path cannot be watched, or nothing can.
    pub(super) fn watch(&mut self, path: &Path, mode: RecursiveMode) -> notify::Result<()> {
        match &mut self.watcher {
            Ok(watcher) => watcher.watch(path, mode),
            Err(why) => Err(notify::Error::generic(why)),
        }
    }

    /// Leaves all watches behind.
    ///
    /// # Errors
    /// No other watcher can be made; the one there is stays, with its watches.
    pub(super) fn renew(&mut self) -> notify::Result<()> {
        self.watcher = Ok((self.make)()?);
        Ok(())
    }
}

fn why(error: &notify::Error) -> String {
    let is_limit = matches!(&error.kind, ErrorKind::Io(source) if source.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()));
    if is_limit && cfg!(target_os = "linux") {
        return format!(
            "nothing can be watched ({error}): too many programs of this user watch files; raise fs.inotify.max_user_instances (sysctl), or end some"
        );
    }
    format!("nothing can be watched ({error})")
}
