use std::path::Path;
use std::time::Duration;

use crate::config::Period;
use crate::daemon::{self, AskError, Reply, Request};

use super::Outcome;
use super::context::Context;
use super::watch::counted;

const EXAMPLES: &str = "\
Examples:
  cp story.txt ~/wire && newswatch sync && newswatch log --oneline story.txt
  newswatch sync --wait --timeout 300   start of a script: the daemon may still be starting

Ends with 0 when everything is recorded, with 3 when that takes longer than the time-out, with 2 when no daemon runs, or when it cannot
see all: a root is away or not to be trusted. A file that is too large or cannot be read is told of, and not waited for.";

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
                Ok(_) => break,
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
        let left_out = context.history()?.left_out()?;
        if left_out > 0 {
            tracing::warn!("not recorded: {} too large or not to be read; `newswatch log --gaps` names them", counted(left_out, "file"));
        }
        check_roots(&database)?;
        Ok(Outcome::Done)
    }
}

/// # Errors
/// The daemon does not see all that there is.
fn check_roots(database: &Path) -> anyhow::Result<()> {
    /// How long the daemon, which has just answered, may take to say how it is.
    const PATIENCE: Duration = Duration::from_secs(2);
    let Reply::Status(status) = daemon::ask(database, &Request::Status, PATIENCE)? else { return Ok(()) };
    let away = status.roots.iter().filter(|root| root.away);
    let away: Vec<_> = away.map(|root| format!("{}: {}", root.path, root.degraded.as_deref().unwrap_or_default())).collect();
    anyhow::ensure!(away.is_empty(), "not everything could be looked at: {}", away.join("; "));
    Ok(())
}
