use std::time::Duration;

use crate::config::Period;
use crate::daemon::{self, AskError, Request};

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  cp story.txt ~/wire && newswatch sync && newswatch log --oneline story.txt
  newswatch sync --wait --timeout 300   start of a script: the daemon may still be starting

Ends with 0 when everything is recorded, with 3 when that takes longer than the time-out, with 2 when no daemon runs.";

/// Wait until everything written before this command is recorded
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Sync {
    /// Wait for a daemon to start, too, if none is running
    #[arg(long)]
    wait: bool,
    /// How long to wait at most: 30 or 0.5 (seconds), 500ms, 5m
    #[arg(long, value_name = "TIME", default_value = "60")]
    timeout: Period,
}

impl Sync {
    #[expect(clippy::disallowed_methods, reason = "counts down what is left of the time-out")]
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let start = std::time::Instant::now();
        loop {
            let left = self.timeout.get().saturating_sub(start.elapsed());
            match daemon::ask(&database, &Request::Sync, left) {
                Ok(_) => return Ok(Outcome::Done),
                Err(AskError::NotRunning { .. } | AskError::WentAway) if self.wait && !left.is_zero() => {
                    std::thread::sleep(left.min(Duration::from_millis(50)));
                }
                // The time that was given, not what was left of it.
                Err(AskError::TimedOut { .. }) => {
                    context.complain(&AskError::TimedOut { timeout: self.timeout.get() }.into());
                    return Ok(Outcome::TimedOut);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
