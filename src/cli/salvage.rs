use std::io::Write;
use std::path::PathBuf;

use crate::query;

use super::Outcome;
use super::context::Context;
use super::watch::grouped;

/// Copy all that is sound out of a damaged database into a new file
///
/// The damaged database is left as it is. Ends with 1 where something was lost.
#[derive(Debug, clap::Args)]
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
            "{}: {} versions saved, {} of them without their content, {} lost",
            self.file.display(),
            grouped(salvaged.versions),
            grouped(salvaged.without_content),
            grouped(salvaged.lost)
        )?;
        Ok(if salvaged.lost + salvaged.without_content == 0 { Outcome::Done } else { Outcome::Differs })
    }
}
