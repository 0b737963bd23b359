use std::io::Write;
use std::path::PathBuf;

use crate::daemon::{self, Extent};

use super::Outcome;
use super::context::Context;
use super::paths;
use super::watch::{counted, grouped};

const NOTE: &str = "\
Examples:
  newswatch purge wire/leak.txt --reason \"court order 12\"        what would go: nothing goes yet
  newswatch purge wire/leak.txt --reason \"court order 12\" --yes  remove it

Every word of the document goes: the bytes of all its versions, what was extracted from them, and the diffs that quote them; what is \
deleted is overwritten. What stays: that there was such a document, when its versions were seen, their digests, and the reason.

Backups are not touched: purge the document there too (`newswatch --db BACKUP purge …`), or throw them away. The file itself is not touched either: delete it first, or it is recorded again.";

/// Take a document out for good, because it may not be kept
#[derive(Debug, clap::Args)]
#[command(after_help = NOTE)]
pub(super) struct Purge {
    path: PathBuf,
    /// Kept for ever in its place
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Do it; without this you are only told what would go
    #[arg(long)]
    yes: bool,
}

impl Purge {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let history = context.history()?;
        let document = history.document(&paths::place(&context.directory, &self.path))?;
        let versions = history.versions(document.id)?;
        drop(history);
        let shown = paths::shown(&context.directory, &document.latest.path);
        let (shown, count) = (crate::render::visible_path(&shown), counted(versions.len() as u64, "version"));
        if !self.yes {
            writeln!(context.out(), "{shown}: {count} would lose every word; add --yes to do it")?;
            return Ok(Outcome::Done);
        }
        let removed = daemon::remove(&database, versions.iter().map(|version| version.seq).collect(), Extent::EveryWord, &self.reason)?;
        writeln!(context.out(), "{shown}: {count} purged, {} removed", counted(removed.contents, "content"))?;
        if removed.still_held > 0 {
            writeln!(context.out(), "{} of its contents stay, because other documents hold the same bytes", grouped(removed.still_held))?;
        }
        Ok(Outcome::Done)
    }
}
