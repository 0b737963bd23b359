use std::io::Write;

use crate::model::{Digest, Seq};
use crate::query::Attestation;

use super::Outcome;
use super::context::Context;

const NOTE: &str = "\
Examples:
  newswatch attest >> ../notes/heads.txt && git -C ../notes commit -am \"the head of the chain\"
  newswatch verify && newswatch attest       checked first
  newswatch verify --against ../notes/heads.txt      later: was any of it changed since?

The link is BLAKE3 over all versions up to that one, and all gaps. Keep the line elsewhere (a notary, a printed page, a commit): \
whoever has it can tell later whether anything in the history was changed, left out or slipped in.";

/// Print the head of the hash chain, so that it can be kept elsewhere
#[derive(Debug, clap::Args)]
#[command(after_help = NOTE)]
pub(super) struct Attest {}

/// Reads what a line attests: the last version there was, and the link. What somebody's notes have before and behind it does not matter.
pub(super) fn attested(line: &str) -> Option<(Seq, Digest)> {
    let mut words = line.split_whitespace().skip_while(|&word| word != "newswatch").skip(1);
    let seq = words.next()?.parse().ok()?;
    let link = words.skip_while(|&word| word != "link").nth(1)?;
    Some((Seq(seq), link.parse().ok()?))
}

impl Attest {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        match history.attest()? {
            Some(Attestation { seq, versions, gaps, link }) => {
                writeln!(context.out(), "newswatch {} versions {versions} gaps {gaps} link {}", seq.0, Digest::from_bytes(link))?;
            }
            None => writeln!(context.out(), "no versions yet")?,
        }
        Ok(Outcome::Done)
    }
}
