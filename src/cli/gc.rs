use std::io::Write;

use crate::daemon::{self, Repacked};

use super::Outcome;
use super::context::Context;
use super::progress::Progress;
use super::status::bytes;
use super::watch::counted;

const NOTE: &str = "\
Examples:
  newswatch gc                       now and then, after much has come in
  newswatch prune --keep 20 --yes && newswatch gc

Every content is packed anew at a level that is too slow for daily work, small ones with what they have in common kept once, and \
the file is written without gaps; for that there has to be room for a second one. Each content is checked against its digest before \
its old packing goes, so it may be stopped at any time: called again, it goes through all of it once more. It needs the right to \
write: where `newswatch watch` runs, stop that first and start it again afterwards; it finds what changed meanwhile.";

/// Pack the whole history anew, as small as it gets
///
/// Nothing is removed from the history. Ends with 1 where contents were found to be damaged; `newswatch verify` names them.
#[derive(Debug, clap::Args)]
#[command(after_help = NOTE)]
pub(super) struct Gc {}

impl Gc {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        // A database that is not there is an error, and not to be made.
        context.history()?;
        let mut progress = Progress::start("contents packed");
        let Repacked { contents, damaged, before, after } = daemon::gc(&database, &mut |done, all| progress.reach(done, Some(all)))?;
        progress.clear();
        let before = if after == before { "as before".to_owned() } else { format!("before {}", bytes(before)) };
        writeln!(context.out(), "{} packed smaller; the database takes {}, {before}", counted(contents, "content"), bytes(after))?;
        if damaged == 0 {
            return Ok(Outcome::Done);
        }
        let left = counted(damaged, "damaged content");
        writeln!(context.out(), "{left} left as before; `newswatch verify` names what is damaged")?;
        Ok(Outcome::Differs)
    }
}
