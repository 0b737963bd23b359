use std::io::{self, Write};
use std::path::PathBuf;

use crate::daemon::{self, Extent};
use crate::query::{self, Retention};

use super::Outcome;
use super::context::Context;
use super::paths;
use super::watch::{counted, grouped};

const EXAMPLES: &str = "\
Examples:
  newswatch prune --older-than \"1 year\"            what could go: nothing is removed yet
  newswatch prune --older-than \"1 year\" --dry-run  the same, said aloud in a script
  newswatch prune --older-than \"1 year\" --yes      remove it
  newswatch prune wire/live --keep 20 --yes        keep the last twenty contents of each story there
  newswatch prune wire/2019 --yes                  keep the last content of each story there

The daemon does the same by itself where the configuration has a [retention]; after much was removed `newswatch gc` gives the room back.

The newest content of a document always stays. Versions, digests and diffs stay too, so that `newswatch verify` still holds.";

/// Save room: take out the bytes of old versions
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Prune {
    /// Only these documents, or those below these directories
    paths: Vec<PathBuf>,
    /// Only what was seen before this time
    #[arg(long, value_name = "TIME", required_unless_present_any = ["keep", "paths"])]
    older_than: Option<String>,
    /// So many of the newest contents of each document stay
    #[arg(long, value_name = "COUNT", default_value_t = 1, hide_default_value = true)]
    keep: u32,
    /// Remove it; without this you are only shown what would go
    #[arg(long)]
    yes: bool,
    /// Only show what would go, as without --yes
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

impl Prune {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let history = context.history()?;
        let documents = match self.paths.as_slice() {
            [] => None,
            paths => Some(history.select(&paths.iter().map(|path| paths::place(&context.directory, path)).collect::<Vec<_>>())?),
        };
        let before = self.older_than.as_deref().map(|text| query::point_in_time(text, context.now(), &context.time_zone())).transpose()?;
        let versions = history.removable(&Retention { documents, before, keep: self.keep })?;
        drop(history);
        let mut out = io::BufWriter::new(context.out().lock());
        if !self.yes {
            for version in &versions {
                let shown = paths::shown(&context.directory, &version.path);
                writeln!(out, "{}  v{}  {} bytes", crate::render::visible_path(&shown), version.number, grouped(version.content.size()))?;
            }
            let hint = if self.dry_run { "" } else { "; add --yes to remove them" };
            writeln!(out, "{} would go{hint}", counted(versions.len() as u64, "content"))?;
            return Ok(out.flush().map(|()| Outcome::Done)?);
        }
        let removed = daemon::remove(&database, versions.iter().map(|version| version.seq).collect(), Extent::Content, "pruned")?;
        writeln!(
            out,
            "{} removed, {} kept because other versions hold them",
            counted(removed.contents, "content"),
            grouped(removed.still_held)
        )?;
        Ok(out.flush().map(|()| Outcome::Done)?)
    }
}
