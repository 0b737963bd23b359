use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;

use crate::daemon::{self, Extent};
use crate::model::Version;
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
    #[arg(long, value_name = "TIME")]
    older_than: Option<String>,
    /// So many of the newest contents of each document stay
    #[arg(long, value_name = "COUNT")]
    keep: Option<u32>,
    /// Remove it; without this you are only shown what would go
    #[arg(long)]
    yes: bool,
    /// Only show what would go, as without --yes
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

impl Prune {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        if self.older_than.is_none() && self.keep.is_none() && self.paths.is_empty() {
            bail!("say what may go: --older-than \"1 year\", --keep 20, or the paths of documents; `newswatch help prune` has examples");
        }
        let database = context.load()?.database;
        let history = context.history()?;
        let documents = match self.paths.as_slice() {
            [] => None,
            paths => Some(history.select(&paths.iter().map(|path| paths::place(&context.directory, path)).collect::<Vec<_>>())?),
        };
        let before = self.older_than.as_deref().map(|text| query::point_in_time(text, context.now(), &context.time_zone())).transpose()?;
        let versions = history.removable(&Retention { documents, before, keep: self.keep.unwrap_or(1) })?;
        drop(history);
        let mut out = io::BufWriter::new(context.out().lock());
        if !self.yes {
            let size = |version: &Version| grouped(version.content.size());
            let widest = versions.iter().map(|version| size(version).len()).max().unwrap_or_default();
            for version in &versions {
                let shown = paths::shown(&context.directory, &version.path);
                let number = format!("v{}", version.number);
                writeln!(out, "{number:<4}  {:>widest$} bytes  {}", size(version), crate::render::visible_path(&shown))?;
            }
            let hint = if self.dry_run || versions.is_empty() { "" } else { "; add --yes to go ahead" };
            writeln!(out, "{} would go{hint}", counted(versions.len() as u64, "content"))?;
            return Ok(out.flush().map(|()| Outcome::Done)?);
        }
        let removed = daemon::remove(&database, versions.iter().map(|version| version.seq).collect(), Extent::Content, "pruned")?;
        write!(out, "{} removed", counted(removed.contents, "content"))?;
        if removed.still_held > 0 {
            write!(out, ", {} kept because other versions hold the same bytes", grouped(removed.still_held))?;
        }
        writeln!(out)?;
        Ok(out.flush().map(|()| Outcome::Done)?)
    }
}
