//! A count on standard error while nothing else tells that something is going on. Only a terminal sees it.
#![expect(clippy::disallowed_methods, reason = "the line is drawn ten times a second")]

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::watch::grouped;

pub(super) struct Progress {
    what: &'static str,
    count: u64,
    last: Instant,
    shown: bool,
}

impl Progress {
    /// `what` is counted: `recorded`, `contents checked`.
    pub(super) fn start(what: &'static str) -> Progress {
        Progress { what, count: 0, last: Instant::now(), shown: false }
    }

    /// One more.
    pub(super) fn step(&mut self) {
        self.reach(self.count + 1, None);
    }

    /// So many now, of so many where that is known.
    pub(super) fn reach(&mut self, count: u64, all: Option<u64>) {
        self.count = count;
        if io::stderr().is_terminal() && self.last.elapsed() > Duration::from_millis(100) {
            self.last = Instant::now();
            self.shown = true;
            let of = all.map(|all| format!(" of {}", grouped(all))).unwrap_or_default();
            // Nothing is left to do where standard error is gone.
            let _ = write!(io::stderr(), "\r\u{1b}[K{}{of} {} …", grouped(count), self.what);
        }
    }

    /// Takes the line away, so that another can be printed.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
