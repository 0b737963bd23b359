//! What every command needs of the process it runs in: environment, configuration, terminal.
#![expect(clippy::disallowed_methods, reason = "the command line is where clocks and directories of the process are looked at")]

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use anstream::stream::AsLockedWrite;
use clap::ColorChoice;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{self, Environment, Flags, Listen, Loaded};
use crate::daemon;
use crate::daemon::Reload;
use crate::model::time_on;
use crate::query::History;
use crate::render::Style;

use super::Global;

/// Columns of an output that is no terminal.
pub(super) const DEFAULT_WIDTH: usize = 100;

#[derive(Debug)]
pub(super) struct Context {
    environment: Environment,
    flags: Flags,
    color: ColorChoice,
    /// The directory that relative paths count from.
    pub(super) directory: PathBuf,
}

impl Context {
    pub(super) fn of_process(global: &Global) -> Context {
        Context {
            environment: Environment::of_process(),
            flags: Flags { config: global.config.clone(), database: global.db.clone(), ..Flags::default() },
            color: global.color,
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        }
    }

    /// Messages go to the journal where systemd has connected standard error to it, else to standard error: warnings by default, more with `-v`, anything by RUST_LOG.
    pub(super) fn start_logging(&self, verbose: u8) {
        let level = ["warn", "newswatch=info,warn", "newswatch=debug,info"][usize::from(verbose.min(2))];
        let filter = self.environment.get("RUST_LOG").and_then(|value| value.to_str()).unwrap_or(level);
        let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(level));
        let journal = self.environment.get("JOURNAL_STREAM").filter(|stream| is_standard_error(stream));
        let journal = journal.and_then(|_| tracing_journald::layer().ok());
        let terminal = journal
            .is_none()
            .then(|| tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(self.color_on(&io::stderr())).with_target(false));
        tracing_subscriber::registry().with(filter).with(journal).with(terminal).init();
    }

    /// Flags, environment and file put together.
    pub(super) fn load(&self) -> anyhow::Result<Loaded> {
        self.loaded(&self.flags)
    }

    fn loaded(&self, flags: &Flags) -> anyhow::Result<Loaded> {
        let loaded = config::load(flags, &self.environment)?;
        #[cfg(feature = "onnx")]
        daemon::use_transformer(&loaded.config);
        Ok(loaded)
    }

    /// The history in the database in use.
    pub(super) fn history(&self) -> anyhow::Result<History> {
        Ok(History::open(&self.load()?.database, daemon::extractor)?)
    }

    /// The same, with other roots than the configured ones if any are given.
    pub(super) fn load_with_roots(&self, roots: &[PathBuf]) -> anyhow::Result<Loaded> {
        self.load_to_watch(roots, None)
    }

    /// The same, and served at another address if one is given.
    pub(super) fn load_to_watch(&self, roots: &[PathBuf], listen: Option<Listen>) -> anyhow::Result<Loaded> {
        let flags = Flags { roots: roots.to_vec(), listen, ..self.flags.clone() };
        self.loaded(&flags)
    }

    /// How a daemon that was started with these roots and this address, and writes to `database` reads its configuration again.
    pub(super) fn reload(&self, roots: &[PathBuf], listen: Option<Listen>, database: &Path) -> Reload {
        let flags = Flags { roots: roots.to_vec(), listen, ..self.flags.clone() };
        let (environment, database) = (self.environment.clone(), database.to_owned());
        Box::new(move || {
            let loaded = config::load(&flags, &environment).map_err(|error| error.to_string())?;
            if loaded.database != database {
                return Err(format!("the database is another one now ({}): that takes a restart", loaded.database.display()));
            }
            Ok(loaded.config)
        })
    }

    /// The database that a flag or the environment names.
    pub(super) fn named_database(&self) -> Option<PathBuf> {
        self.flags.database.clone().or_else(|| self.environment.get("NEWSWATCH_DB").map(PathBuf::from))
    }

    pub(super) fn home(&self) -> anyhow::Result<PathBuf> {
        self.environment.get("HOME").map(PathBuf::from).ok_or_else(|| anyhow::anyhow!("there is no home directory: HOME is not set"))
    }

    pub(super) fn configuration_home(&self) -> anyhow::Result<PathBuf> {
        match self.environment.get("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
            Some(path) => Ok(path),
            None => Ok(self.home()?.join(".config")),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        time_on(SystemTime::now())
    }

    pub(super) fn time_zone(&self) -> TimeZone {
        TimeZone::system()
    }

    /// Standard output, unpaged and unbuffered by us.
    pub(super) fn out(&self) -> io::Stdout {
        io::stdout()
    }

    /// Whether standard output is to be coloured.
    pub(super) fn is_colored(&self) -> bool {
        self.color_on(&io::stdout())
    }

    /// The palette for standard output.
    pub(super) fn style(&self) -> Style {
        if self.is_colored() { Style::coloured() } else { Style::plain() }
    }

    fn color_on(&self, stream: &(impl IsTerminal + AsLockedWrite + anstream::stream::RawStream)) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }

    /// Columns of the terminal; `None` where the output is no terminal.
    pub(super) fn width(&self) -> Option<usize> {
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
    }

    pub(super) fn complain(&self, error: &anyhow::Error) {
        let (red, reset) = if self.color_on(&io::stderr()) { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let mut message = String::new();
        for cause in error.chain().map(ToString::to_string) {
            // Errors of the library name their cause themselves.
            if message.is_empty() {
                message = cause;
            } else if !message.contains(cause.trim_end()) {
                message = format!("{message}: {cause}");
            }
        }
        // Nothing is left to do where standard error is gone.
        let _ = writeln!(io::stderr(), "{red}newswatch:{reset} {}", message.trim_end());
    }

    /// Gives `write` a pager's input where standard output is a terminal, as git does, else standard output.
    ///
    /// NEWSWATCH_PAGER or PAGER names the pager; `cat` means none. The default is `less`, which leaves at once what fits the screen.
    pub(super) fn page(&self, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
        match self.start_pager() {
            Some(mut pager) => {
                let mut input = pager.stdin.take().map(io::BufWriter::new);
                let written = match &mut input {
                    Some(input) => write(input).and_then(|()| Ok(input.flush()?)),
                    None => Ok(()),
                };
                drop(input);
                pager.wait()?;
                written
            }
            None => {
                let mut out = io::BufWriter::new(io::stdout().lock());
                write(&mut out)?;
                Ok(out.flush()?)
            }
        }
    }

    fn start_pager(&self) -> Option<Child> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let set = |name| self.environment.get(name).and_then(|value| value.to_str());
        let pager = set("NEWSWATCH_PAGER").or_else(|| set("PAGER")).unwrap_or("less");
        if pager == "cat" {
            return None;
        }
        let mut command = Command::new("sh");
        command.arg("-c").arg(pager).stdin(Stdio::piped());
        if set("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        let known = |program: &str| {
            Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", program]).status().is_ok_and(|status| status.success())
        };
        pager.split_whitespace().next().filter(|program| known(program)).and_then(|_| command.spawn().ok())
    }
}

/// Whether `stream`, device and inode as systemd writes them into JOURNAL_STREAM, is what standard error leads to: a command
/// whose output was redirected inherits the variable, but not the stream.
fn is_standard_error(stream: &std::ffi::OsStr) -> bool {
    let Ok(stat) = rustix::fs::fstat(io::stderr()) else { return false };
    stream.to_str() == Some(&format!("{}:{}", stat.st_dev, stat.st_ino))
}
