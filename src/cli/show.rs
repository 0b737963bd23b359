use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::daemon;
use crate::query::{QueryError, RevisionName};

use super::Outcome;
use super::context::Context;
use super::paths;

const EXAMPLES: &str = "\
Examples:
  newswatch show wire/ferry.txt             the last version that was not a deletion, byte for byte
  newswatch show wire/ferry.txt@2           version 2
  newswatch show wire/ferry.txt@~1 --text   the article text of the version before the last";

/// The exact bytes of a version
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    /// The document, and which version: a number, ~N, first or last
    #[arg(value_name = "PATH[@REV]")]
    document: PathBuf,
    /// The article text instead, which the spans of --json point into
    #[arg(long)]
    text: bool,
}

impl Show {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        // A document may have an @ in its own name: the whole argument is tried first.
        let whole = history.document(&paths::place(&context.directory, &self.document));
        let split = RevisionName::split_off(&self.document);
        let (document, name) = match (whole, split) {
            (Err(QueryError::Unknown { .. }), (path, Some(name))) => {
                (history.document(&paths::place(&context.directory, path))?, Some(name))
            }
            (whole, _) => (whole?, None),
        };
        let shown = paths::shown(&context.directory, &document.latest.path);
        let version = match name {
            Some(name) => {
                let number = name.resolve(document.latest.number).with_context(|| shown.display().to_string())?;
                history.version(document.id, number)?
            }
            None => history.content_at(document.id, document.latest.number)?.unwrap_or(document.latest),
        };
        let mut bytes = history.bytes(&version)?;
        if self.text {
            bytes = (daemon::extractor().extract)(version.path.file_name(), &bytes).article.text().as_bytes().to_vec();
            bytes.push(b'\n');
        }
        let mut out = context.out().lock();
        out.write_all(&bytes)?;
        Ok(out.flush().map(|()| Outcome::Done)?)
    }
}
