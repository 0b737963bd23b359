use std::time::Duration;

use crate::daemon::{self, Request};

use super::Outcome;
use super::context::Context;

/// The daemon answers as soon as it has read the file.
const PATIENCE: Duration = Duration::from_secs(10);

const EXAMPLES: &str = "\
Examples:
  newswatch config check && newswatch reload";

/// Have the running daemon read its configuration again
///
/// A configuration that is not valid is refused, and the daemon goes on with the one it has. SIGHUP does the same.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Reload {}

impl Reload {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        daemon::ask(&context.load()?.database, Request::Reload, PATIENCE)?;
        Ok(Outcome::Done)
    }
}
