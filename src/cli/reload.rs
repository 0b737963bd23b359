use std::path::PathBuf;
use std::time::Duration;

use crate::daemon::{self, Request};

use super::Outcome;
use super::context::Context;

/// The daemon answers as soon as it has read the file,
const PATIENCE: Duration = Duration::from_secs(10);
/// or recorded what stands at a root.
const RECORDING: Duration = Duration::from_secs(60 * 60);

const EXAMPLES: &str = "\
Examples:
  newswatch config check && newswatch reload
  newswatch reload --trust ~/wire      the archive was moved to a new disk, and some of it was left behind";

/// Have the running daemon read its configuration again
///
/// A configuration that is not valid is refused, and the daemon goes on with the one it has. SIGHUP does the same.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Reload {
    /// Take what stands at this root now for what it holds, though another directory stood there before: what is missing is recorded as
    /// deleted
    #[arg(long, value_name = "DIR")]
    trust: Vec<PathBuf>,
}

impl Reload {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let absolute = |root: &PathBuf| {
            let found = context.directory.join(root).canonicalize();
            // Not an input or output error of this command.
            found.map_err(|error| anyhow::anyhow!("cannot trust {}: {error}", root.display()))
        };
        let trusted = self.trust.iter().map(absolute).collect::<anyhow::Result<Vec<_>>>()?;
        // First: a root may be new.
        daemon::ask(&database, &Request::Reload, PATIENCE)?;
        for root in trusted {
            daemon::ask(&database, &Request::Trust(root), RECORDING)?;
        }
        Ok(Outcome::Done)
    }
}
