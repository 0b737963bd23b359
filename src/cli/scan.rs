use std::io::{self, Write};
use std::path::PathBuf;

use crate::daemon::{self, Event, Recorded, ScanOptions};
use crate::model::FatalError;

use super::Outcome;
use super::context::Context;
use super::progress::Progress;
use super::watch::{Printer, grouped, new_history, tell_degraded};

const EXAMPLES: &str = "\
Examples:
  newswatch scan                     the configured roots, else seeds
  newswatch scan ~/wire --quiet      these, from cron
  newswatch scan --rehash            every file is read, though its size and time stamps are what they were

Ends with 2 where a root could not be looked at; what could be looked at is recorded all the same.";

/// Look at every document once, record what changed, and end
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Scan {
    /// The directories [default: the configured roots, else seeds]
    #[arg(value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// One newswatch.log/1 object for each recorded revision
    #[arg(long)]
    json: bool,
    /// Take what stands at each DIR for what it holds, though another directory stood there when it was scanned last: what is missing is
    /// recorded as deleted
    #[arg(long, requires = "roots")]
    trust: bool,
    /// Read every file, even if its size and time stamps are what they were
    #[arg(long)]
    rehash: bool,
    /// Print no line for each recorded revision
    #[arg(short, long)]
    quiet: bool,
}

impl Scan {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let loaded = context.load_with_roots(&self.roots)?;
        let begins = new_history(&loaded.database);
        let mut printer = Printer::new(context, self.json);
        let (mut progress, mut derived) = (Progress::start("recorded"), Progress::start("derived"));
        let (mut put_off, mut made) = (0, 0);
        let mut failed: io::Result<()> = Ok(());
        let mut print = |recorded: &Recorded, progress: &mut Progress| {
            if !self.quiet && failed.is_ok() {
                progress.clear();
                failed = printer.print(recorded);
            }
        };
        let mut degraded = 0;
        let options = ScanOptions { trust: self.trust, rehash: self.rehash };
        daemon::scan(&loaded.config, &loaded.database, options, &mut |event| match event {
            Event::Stored => {
                put_off += 1;
                progress.step();
            }
            Event::Recorded(recorded) => {
                progress.step();
                print(&recorded, &mut progress);
            }
            Event::Derived(recorded) => {
                made += 1;
                // An earlier one may have been put off by a scan that was cut short.
                derived.reach(made, Some(put_off.max(made)));
                print(&recorded, &mut derived);
            }
            Event::Scanned(report) | Event::Applied(report) => {
                progress.clear();
                derived.clear();
                tell_degraded(report.degraded.iter());
                degraded += report.degraded.len();
                let (recorded, unchanged) = (grouped(report.recorded), grouped(report.unchanged));
                // Nothing is left to do where standard error is gone.
                let _ = writeln!(io::stderr(), "{begins}{recorded} recorded, {unchanged} unchanged");
            }
            Event::Listening(_) => {}
        })
        .map_err(|error: FatalError| anyhow::Error::new(error))?;
        failed?;
        anyhow::ensure!(degraded == 0, "not every root could be looked at; scan again when it can");
        Ok(Outcome::Done)
    }
}
