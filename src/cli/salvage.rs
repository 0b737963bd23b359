use std::io::Write;
use std::path::PathBuf;

use crate::query;

use super::Outcome;
use super::context::Context;
use super::watch::{counted, grouped};

const EXAMPLES: &str = "\
Examples:
  newswatch salvage saved.db                    all that is sound in the database in use
  newswatch --db broken.db salvage saved.db     in another one
  newswatch --db saved.db reparse               then: makes entities and revisions again";

/// Copy all that is sound out of a damaged database into a new file
///
/// The damaged database is left as it is. Ends with 1 where something was lost.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Salvage {
    /// Must not exist yet
    #[arg(value_name = "OUT")]
    file: PathBuf,
}

impl Salvage {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let salvaged = query::salvage(&context.load()?.database, &self.file)?;
        writeln!(
            context.out(),
            "{}: {} saved, {} of them without their content, {} lost",
            self.file.display(),
            counted(salvaged.versions, "version"),
            grouped(salvaged.without_content),
            grouped(salvaged.lost)
        )?;
        Ok(if salvaged.lost + salvaged.without_content == 0 { Outcome::Done } else { Outcome::Differs })
    }
}
