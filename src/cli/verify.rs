use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::query::{Depth, History};

use super::Outcome;
use super::attest::attested;
use super::context::Context;
use super::progress::Progress;
use super::watch::{counted, grouped};

const EXAMPLES: &str = "\
Examples:
  newswatch verify                  everything; for a large history this takes its time
  newswatch verify --fast           every night
  newswatch --db copy.db verify     a backup
  newswatch verify --against ../notes/heads.txt      the lines of `newswatch attest`, kept elsewhere";

/// Check that every content, link and derived row is what was put in
///
/// Ends with 1 where something is damaged, and names it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// Every link, and one in a hundred contents: others each day, in a hundred days all
    #[arg(long)]
    fast: bool,
    /// Check too that the history still leads through every line of `newswatch attest` in this file; - for standard input
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
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
        let (lines, strange) = self.against.as_ref().map_or(Ok((0, 0)), |file| compare(&history, file, &mut out))?;
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
            0 if strange > 0 => writeln!(out, "sound in itself ({looked}), but not the history that was attested")?,
            0 if lines > 0 => writeln!(out, "sound, and as attested in {}: {looked}", counted(lines, "line"))?,
            0 => writeln!(out, "sound: {looked}")?,
            count => writeln!(out, "{} damaged of {looked}; `newswatch salvage OUT` copies what is sound", grouped(count as u64))?,
        }
        out.flush()?;
        Ok(if findings.damages.is_empty() && strange == 0 { Outcome::Done } else { Outcome::Differs })
    }
}

/// Looks for what was attested in the history. Gives how many lines there are, and how many of them it does not lead through.
#[expect(clippy::disallowed_methods, reason = "reads what was attested, and no document")]
fn compare(history: &History, file: &PathBuf, out: &mut impl Write) -> anyhow::Result<(u64, u64)> {
    let text = if file.as_os_str() == "-" { io::read_to_string(io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    let (mut lines, mut strange) = (0, 0);
    for line in text.lines() {
        let Some((seq, link)) = attested(line) else {
            // Others may stand beside it; but one that was is not to be passed over.
            if line.contains("newswatch ") && line.contains(" versions ") {
                (lines, strange) = (lines + 1, strange + 1);
                writeln!(out, "not as attested: this line is no longer what `newswatch attest` wrote: {line}")?;
            }
            continue;
        };
        lines += 1;
        if !history.was_head(seq, link)? {
            strange += 1;
            writeln!(out, "not as attested: up to version {} something was changed, left out or slipped in since: {line}", seq.0)?;
        }
    }
    anyhow::ensure!(lines > 0, "{} holds no line of `newswatch attest`", file.display());
    Ok((lines, strange))
}
