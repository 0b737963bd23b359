use std::io::Write;

use crate::daemon;

use super::Outcome;
use super::context::Context;
use super::progress::Progress;
use super::watch::counted;

const EXAMPLES: &str = "\
Examples:
  newswatch status        says whether it is due
  newswatch reparse";

/// Make articles, entities and revisions again after newswatch has learnt better
///
/// No version comes or goes, and no revision is invented. Stop it when you like: called again, it goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Reparse {}

impl Reparse {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        // A database that is not there is an error, and not to be made.
        context.history()?;
        let mut progress = Progress::start("documents");
        let documents = daemon::reparse(&database, &mut |done, all| progress.reach(done as u64, Some(all as u64)))?;
        progress.clear();
        match documents {
            0 => writeln!(context.out(), "nothing to do: all was made by this newswatch ({})", daemon::extractor().name)?,
            _ => writeln!(context.out(), "{} made again by {}", counted(documents as u64, "document"), daemon::extractor().name)?,
        }
        Ok(Outcome::Done)
    }
}
