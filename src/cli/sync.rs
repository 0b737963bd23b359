use std::time::Duration;

use crate::config::Period;
use crate::daemon::{self, AskError, Request};

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  cp story.txt ~/wire && newswatch sync && newswatch log --oneline story.txt
  newswatch sync --wait --timeout 5m    start of a script: the daemon may still be starting

Ends with 0 when everything is recorded, with 2 when that took longer than the time-out or no daemon runs.";

/// Wait until everything written before this command is recorded
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Sync {
    /// Wait for a daemon to start, too, if none is running
    #[arg(long)]
    wait: bool,
    /// How long to wait at most: 500ms, 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = |text: &str| Period::try_from(text.to_owned()))]
    timeout: Period,
}

impl Sync {
    #[expect(clippy::disallowed_methods, reason = "counts down what is left of the time-out")]
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let start = std::time::Instant::now();
        loop {
            let left = self.timeout.get().saturating_sub(start.elapsed());
            match daemon::ask(&database, Request::Sync, left) {
                Ok(_) => return Ok(Outcome::Done),
                Err(AskError::NotRunning { .. } | AskError::WentAway) if self.wait && !left.is_zero() => {
                    std::thread::sleep(left.min(Duration::from_millis(50)));
                }
                // The time that was given, not what was left of it.
                Err(AskError::TimedOut { .. }) => return Err(AskError::TimedOut { timeout: self.timeout.get() }.into()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
