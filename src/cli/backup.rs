use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  newswatch backup /backup/news-2026-11-22.db
  newswatch backup news.db && newswatch --db news.db verify";

/// Copy the database, as it is at one moment, into a new file; a daemon may go on writing
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backup {
    /// Must not exist yet
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        history.backup(&self.file)?;
        writeln!(context.out(), "{}: written; check it with `newswatch --db {} verify`", self.file.display(), self.file.display())?;
        Ok(Outcome::Done)
    }
}
