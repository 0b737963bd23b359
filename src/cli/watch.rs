use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::config::Listen;
use crate::daemon::{Daemon, Event, Recorded, Report, Stop};
use crate::render::{self, OneLine, Style};

use super::Outcome;
use super::context::Context;
use super::paths;

const EXAMPLES: &str = "\
Examples:
  newswatch watch                       the configured roots, else seeds
  newswatch watch ~/wire /srv/archive   these directories
  newswatch watch ~/wire --listen 8080  the same, with pages at http://127.0.0.1:8080/
  newswatch watch ~/wire --json | jq 'select(.severity == \"substantive\")'

It runs in the foreground until Ctrl-C or SIGTERM, finishes the work in hand and ends with 0.";

/// Record every change below some directories as it happens, a line each
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Watch {
    /// The directories [default: the configured roots, else seeds]
    #[arg(value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// One newswatch.log/1 object a line
    #[arg(long)]
    json: bool,
    /// Serve the history to browsers and programs: 8080 for this machine alone, public:ADDRESS:PORT for others too
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<Listen>,
}

impl Watch {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let loaded = context.load_to_watch(&self.roots, self.listen)?;
        let stop = Stop::default();
        let failed = Arc::new(Mutex::new(None));
        let tell = {
            let (stop, failed) = (stop.clone(), Arc::clone(&failed));
            let mut printer = Printer::new(context, self.json);
            let roots: Vec<String> = loaded.config.roots.iter().map(|root| root.path.display().to_string()).collect();
            let mut first = Some(format!("watching {} - Ctrl-C ends it", roots.join(", ")));
            move |event| match event {
                Event::Recorded(recorded) => {
                    if let Err(error) = printer.print(&recorded) {
                        *failed.lock().expect("nobody panics with it") = Some(error);
                        stop.request();
                    }
                }
                Event::Listening(address) => {
                    let _ = writeln!(io::stderr(), "listening on http://{address}/");
                }
                Event::Scanned(report) | Event::Applied(report) => {
                    tell_troubles(&report);
                    if let Some(first) = first.take() {
                        let documents = grouped(report.recorded + report.unchanged);
                        // Nothing is left to do where standard error is gone.
                        let _ = writeln!(io::stderr(), "{first} ({documents} documents)");
                    }
                }
            }
        };
        let reload = context.reload(&self.roots, &loaded.database);
        Daemon::new(loaded.config, loaded.database).reload_with(reload).run(&stop, tell)?;
        match failed.lock().expect("nobody panics with it").take() {
            Some(error) => Err(error.into()),
            None => Ok(Outcome::Done),
        }
    }
}

/// Prints each revision as it is recorded.
pub(super) struct Printer {
    directory: PathBuf,
    style: Style,
    layout: OneLine,
    json: bool,
}

impl Printer {
    pub(super) fn new(context: &Context, json: bool) -> Printer {
        let width = context.width();
        let layout = OneLine { date: false, zone: context.time_zone(), path: render::path_column([], width), width };
        Printer { directory: context.directory.clone(), style: context.style(), layout, json }
    }

    /// Shows paths as someone in `directory` would type them.
    pub(super) fn from(self, directory: &Path) -> Printer {
        Printer { directory: directory.to_owned(), ..self }
    }

    pub(super) fn print(&mut self, recorded: &Recorded) -> io::Result<()> {
        let shown = paths::shown(&self.directory, &recorded.version.path);
        let entry = render::Entry { path: &shown, version: &recorded.version, revision: &recorded.revision };
        // Paths come one by one: the column grows with the longest so far.
        self.layout.path = self.layout.path.max(render::path_column([shown.as_path()], self.layout.width));
        let line = if self.json { render::json::log(&entry, None) } else { render::one_line(&entry, &self.layout, &self.style) };
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()
    }
}

/// Roots that cannot be trusted are said aloud. Single documents in trouble are in the log that goes to standard error.
pub(super) fn tell_troubles(report: &Report) {
    for degraded in &report.degraded {
        tracing::error!(root = %degraded.root.display(), "{}", degraded.reason);
    }
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_groups() {
        let check = |number, expect| assert_eq!(grouped(number), expect);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(1_234_567, "1,234,567");
    }
}
