use std::io::{self, Write};

use crate::query::Depth;

use super::Outcome;
use super::context::Context;
use super::progress::Progress;
use super::watch::{counted, grouped};

const EXAMPLES: &str = "\
Examples:
  newswatch verify                  everything; for a large history this takes its time
  newswatch verify --fast           every night
  newswatch --db copy.db verify     a backup";

/// Check that every content, link and derived row is what was put in
///
/// Ends with 1 where something is damaged, and names it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// Every link, and one in a hundred contents: others each day, in a hundred days all
    #[arg(long)]
    fast: bool,
}

impl Verify {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        // Every night another hundredth.
        let day = context.now().as_second().div_euclid(24 * 60 * 60).unsigned_abs();
        let depth = if self.fast { Depth::Fast { turn: day } } else { Depth::Full };
        let mut progress = Progress::start("contents checked");
        let findings = history.verify(depth, &mut |done, all| progress.reach(done, Some(all)))?;
        progress.clear();
        let mut out = io::BufWriter::new(context.out().lock());
        for damage in &findings.damages {
            writeln!(out, "damaged: {damage}")?;
        }
        let looked = format!(
            "{}, {}, {}, {}",
            counted(findings.versions, "version"),
            counted(findings.contents, "content"),
            counted(findings.derived, "derived row"),
            counted(findings.gaps, "gap")
        );
        match findings.damages.len() {
            0 => writeln!(out, "sound: {looked}")?,
            count => writeln!(out, "{} damaged of {looked}; `newswatch salvage OUT` copies what is sound", grouped(count as u64))?,
        }
        out.flush()?;
        Ok(if findings.damages.is_empty() { Outcome::Done } else { Outcome::Differs })
    }
}
