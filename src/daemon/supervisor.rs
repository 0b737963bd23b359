//! What systemd is told, where it listens (NOTIFY_SOCKET): see `sd_notify(3)`. Elsewhere all of this does nothing.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::model::Snapshot;

/// How often the watchdog is to be fed; `None` where there is none.
pub(super) fn feeding_time() -> Option<Duration> {
    // Half of what is asked for, as sd_watchdog_enabled(3) recommends.
    sd_notify::watchdog_enabled().map(|longest| longest / 2)
}

/// Fed by the event loop itself: a loop that hangs is one that systemd should restart.
pub(super) fn feed() {
    tell(&[NotifyState::Watchdog]);
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
