//! What systemd is told, where it listens (NOTIFY_SOCKET): see `sd_notify(3)`. Elsewhere all of this does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::model::Snapshot;

/// How often the watchdog is to be fed; `None` where there is none.
pub(super) fn feeding_time() -> Option<Duration> {
    // Half of what is asked for, as sd_watchdog_enabled(3) recommends.
    sd_notify::watchdog_enabled().map(|longest| longest / 2)
}

/// Feeds the watchdog as long as there is progress. The event loop itself does the feeding: one that hangs feeds nobody.
#[derive(Debug, Default)]
pub(super) struct Feeder {
    progress: u64,
}

impl Feeder {
    /// Not where the worker has work in hand and has not come on with it since the last time: it waits for a disk, or for the
    /// writer, that hangs, and systemd should start it anew.
    pub(super) fn feed(&mut self, is_busy: bool, progress: u64) {
        if self.comes_on(is_busy, progress) {
            tell(&[NotifyState::Watchdog]);
        }
    }

    fn comes_on(&mut self, is_busy: bool, progress: u64) -> bool {
        let before = std::mem::replace(&mut self.progress, progress);
        !is_busy || before != progress
    }
}

/// From now on every change is seen.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The line that `systemctl status` shows.
pub(super) fn status(now: &Snapshot) {
    tell(&[NotifyState::Status(&describe(now))]);
}

fn describe(now: &Snapshot) -> String {
    if let Some(trouble) = &now.database_trouble {
        return format!("nothing can be recorded: {trouble}");
    }
    let degraded: Vec<String> = now.roots.iter().filter_map(|root| Some(format!("{}: {}", root.path, root.degraded.as_deref()?))).collect();
    let roots = if now.roots.len() == 1 { "1 root".to_owned() } else { format!("{} roots", now.roots.len()) };
    let mut text = format!("watching {roots}, {} versions recorded since the start", now.versions);
    if !degraded.is_empty() {
        text.push_str("; degraded: ");
        text.push_str(&degraded.join("; "));
    }
    text
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "cannot notify the service manager");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_does_not_come_on_starves_the_watchdog() {
        let mut feeder = Feeder::default();
        let fed = [(false, 0), (false, 0), (true, 0), (true, 7), (true, 7), (true, 7), (true, 8), (false, 8), (true, 8)]
            .map(|(is_busy, progress)| feeder.comes_on(is_busy, progress));
        assert_eq!(fed, [true, true, false, true, false, false, true, true, false]);
    }
}
