use std::io::Write;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;

use crate::daemon::{self, Extent};
use crate::query::{Document, DocumentId};
use crate::render::visible_path;

use super::Outcome;
use super::context::Context;
use super::paths;
use super::watch::counted;

const NOTE: &str = "\
Examples:
  newswatch purge wire/leak.txt --reason \"court order 12\"        what would go: nothing goes yet
  newswatch purge wire/leak.txt --reason \"court order 12\" --yes  remove it

Bytes that another document holds too stay, and the other is named: purge both in one command. Ends with 1 where such bytes stay.

Every word of the document goes: the bytes of all its versions, what was extracted from them, and the diffs that quote them; what is \
deleted is overwritten. What stays: that there was such a document, when its versions were seen, their digests, and the reason.

Backups are not touched: purge the document there too (`newswatch --db BACKUP purge …`), or throw them away. The file itself is not touched either: delete it first, or it is recorded again once it changes or is moved.";

/// Take documents out for good, because they may not be kept
#[derive(Debug, clap::Args)]
#[command(after_help = NOTE)]
pub(super) struct Purge {
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Kept for ever in their place
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: String,
    /// Do it; without this you are only told what would go
    #[arg(long)]
    yes: bool,
}

impl Purge {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let history = context.history()?;
        let mut documents: Vec<Document> = Vec::new();
        for path in &self.paths {
            let document = history.document(&paths::place(&context.directory, path))?;
            if documents.iter().all(|other| other.id != document.id) {
                documents.push(document);
            }
        }
        let versions = documents.iter().map(|document| history.versions(document.id)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
        let sharers = history.sharers(&ids)?;
        drop(history);
        let shown = |document: &Document| visible_path(&paths::shown(&context.directory, &document.latest.path)).to_string();
        let told = |out: &mut dyn Write, done: &str| {
            documents.iter().zip(&versions).try_for_each(|(document, versions)| {
                writeln!(out, "{}: {} {done}", shown(document), counted(versions.len() as u64, "version"))
            })
        };
        let mut out = context.out();
        if !self.yes {
            told(&mut out, "would lose every word; add --yes to do it")?;
            if !sharers.is_empty() {
                writeln!(out, "what these hold too would stay; purge them together:")?;
                sharers.iter().try_for_each(|document| writeln!(out, "  {}", shown(document)))?;
            }
            return Ok(Outcome::Done);
        }
        let versions = versions.iter().flatten().map(|version| version.seq).collect();
        let removed = daemon::remove(&database, versions, Extent::EveryWord, &self.reason)?;
        told(&mut out, "purged")?;
        writeln!(out, "{} removed", counted(removed.contents, "content"))?;
        let copies = daemon::migration_copies(&database);
        if !copies.is_empty() {
            writeln!(out, "copies of the history that may hold it still; throw them away, or purge it there too (--db COPY):")?;
            copies.iter().try_for_each(|copy| writeln!(out, "  {}", visible_path(copy)))?;
        }
        if removed.still_held == 0 {
            return Ok(Outcome::Done);
        }
        let stay = if removed.still_held == 1 { "stays" } else { "stay" };
        writeln!(
            out,
            "{} {stay}, because other documents hold the same bytes; purge them together:",
            counted(removed.still_held, "content")
        )?;
        sharers.iter().try_for_each(|document| writeln!(out, "  {}", shown(document)))?;
        Ok(Outcome::Differs)
    }
}
