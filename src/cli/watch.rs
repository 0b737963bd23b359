use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::config::Listen;
use crate::daemon::{Daemon, Degraded, Event, Recorded, Stop};
use crate::render::{self, OneLine, Style};

use super::Outcome;
use super::context::Context;
use super::paths;
use super::progress::Progress;

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
        let begins = new_history(&loaded.database);
        let stop = Stop::default();
        let printing = Printing::start()?;
        let tell = {
            let lines = printing.lines.clone();
            let (mut printer, mut progress) = (Printer::new(context, self.json), Progress::start("recorded"));
            let roots: Vec<String> = loaded.config.roots.iter().map(|root| root.path.display().to_string()).collect();
            // What is wrong with a root is said when it begins, not at every look.
            let mut told: BTreeMap<PathBuf, String> = BTreeMap::new();
            let mut first = Some(format!("watching {} - Ctrl-C ends it", roots.join(", ")));
            move |event| match event {
                Event::Stored => progress.step(),
                Event::Recorded(recorded) | Event::Derived(recorded) => {
                    progress.clear();
                    // Fails once printing has failed, which has been told.
                    let _ = lines.send(printer.line(&recorded));
                }
                Event::Listening(address) => {
                    let _ = writeln!(io::stderr(), "listening on http://{address}/");
                }
                Event::Scanned(report) | Event::Applied(report) => {
                    progress.clear();
                    told.retain(|root, _| !report.whole.contains(root));
                    let is_new = |degraded: &&Degraded| told.get(&degraded.root) != Some(&degraded.reason);
                    tell_degraded(report.degraded.iter().filter(is_new));
                    told.extend(report.degraded.iter().map(|degraded| (degraded.root.clone(), degraded.reason.clone())));
                    if let Some(first) = first.take() {
                        let documents = counted(report.recorded + report.unchanged, "document");
                        // Nothing is left to do where standard error is gone.
                        let _ = writeln!(io::stderr(), "{begins}{first} ({documents})");
                    }
                }
            }
        };
        let reload = context.reload(&self.roots, self.listen, &loaded.database);
        Daemon::new(loaded.config, loaded.database).reload_with(reload).run(&stop, tell)?;
        printing.finish();
        Ok(Outcome::Done)
    }
}

/// Lines that may wait for a reader of standard output who has stopped to look (a paused pager). More hold up the recording.
const UNREAD: usize = 1 << 16;
/// How long a reader is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(1);

/// The thread that writes to standard output, so that whoever reads it does not hold up the recording.
struct Printing {
    lines: SyncSender<String>,
    ended: Receiver<()>,
}

impl Printing {
    fn start() -> io::Result<Printing> {
        let (lines, inbox) = sync_channel::<String>(UNREAD);
        let (end, ended) = sync_channel(1);
        thread::Builder::new().name("print".to_owned()).spawn(move || {
            let printed = inbox.into_iter().try_for_each(|line| {
                let mut out = io::stdout().lock();
                out.write_all(line.as_bytes()).and_then(|()| out.flush())
            });
            if let Err(error) = printed {
                // A witness does not go home with its audience.
                let _ = writeln!(io::stderr(), "standard output is gone ({error}); recording goes on, and `newswatch log` tells it all");
            }
            // Nobody waits for it where the reader was given up.
            let _ = end.send(());
        })?;
        Ok(Printing { lines, ended })
    }

    /// Prints what is left. A reader who does not read is not waited for: the log has it all.
    fn finish(self) {
        drop(self.lines);
        let _ = self.ended.recv_timeout(PATIENCE);
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
        // Paths come one by one: with room for usual ones from the start most lines stand in the same columns.
        let path = width.map_or(0, |width| width / 4);
        let layout = OneLine { date: false, zone: context.time_zone(), path, width };
        Printer { directory: context.directory.clone(), style: context.style(), layout, json }
    }

    /// Shows paths as someone in `directory` would type them.
    pub(super) fn from(self, directory: &Path) -> Printer {
        Printer { directory: directory.to_owned(), ..self }
    }

    pub(super) fn print(&mut self, recorded: &Recorded) -> io::Result<()> {
        let line = self.line(recorded);
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()
    }

    fn line(&mut self, recorded: &Recorded) -> String {
        let shown = paths::shown(&self.directory, &recorded.version.path);
        let entry = render::Entry { path: &shown, version: &recorded.version, revision: &recorded.revision };
        // The column grows with the longest so far.
        self.layout.path = self.layout.path.max(render::path_column([shown.as_path()], self.layout.width));
        if self.json { render::json::log(&entry, None) } else { render::one_line(&entry, &self.layout, &self.style) }
    }
}

/// Roots that cannot be trusted are said aloud. Single documents in trouble are in the log that goes to standard error.
/// A line for where there is no history yet, empty where there is one: nobody is to find out late that it is not where it was.
pub(super) fn new_history(database: &Path) -> String {
    if database.exists() { String::new() } else { format!("a new history begins in {}\n", database.display()) }
}

pub(super) fn tell_degraded<'a>(degraded: impl Iterator<Item = &'a Degraded>) {
    for degraded in degraded {
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

/// `1 version`, `1,234 versions`.
pub(super) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
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
