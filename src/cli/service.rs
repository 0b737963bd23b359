//! `newswatch service`: the daemon under the care of systemd or launchd.
#![expect(clippy::disallowed_methods, reason = "writes the one file that the service manager reads")]

mod launchd;
mod systemd;

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  newswatch service install ~/wire --user     as you, from your next login on and right now
  sudo newswatch service install /srv/wire    as a service of the machine, under a user of its own
  newswatch service install --print           what would be written, without writing it
  newswatch service status --user";

/// Have the system keep the daemon running
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServiceCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write the unit (systemd) or property list (launchd) and start the daemon
    Install {
        /// The directories [default: the configured roots]
        #[arg(value_name = "DIR")]
        roots: Vec<PathBuf>,
        /// As yourself, not as a service of the machine
        #[arg(long)]
        user: bool,
        /// Print what would be written, and do nothing
        #[arg(long)]
        print: bool,
    },
    /// Stop the daemon and remove what `install` wrote; the history stays
    Uninstall {
        /// The one that was installed with --user
        #[arg(long)]
        user: bool,
    },
    /// Ask the service manager how the daemon is
    Status {
        /// The one that was installed with --user
        #[arg(long)]
        user: bool,
    },
}

/// What is to be run, and what it touches. All paths are absolute.
#[derive(Debug)]
struct Service {
    program: PathBuf,
    /// The flags that every command for this daemon needs.
    globals: Vec<PathBuf>,
    /// Those and the rest of the daemon's own.
    arguments: Vec<PathBuf>,
    roots: Vec<PathBuf>,
    /// Where pages are served.
    listen: Option<SocketAddr>,
    is_user: bool,
}

/// systemd or launchd, for the machine or for a user: where its file is and how it is spoken to.
struct Manager {
    file: PathBuf,
    is_user: bool,
}

const IS_MAC: bool = cfg!(target_os = "macos");

impl ServiceCommand {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        match self.action {
            Action::Install { roots, user, print } => {
                // launchd runs daemons of the machine as root: newswatch needs no such power.
                let is_user = user || IS_MAC;
                let manager = Manager::of(context, is_user)?;
                let service = Service::of(context, &roots, is_user)?;
                let text = if IS_MAC { launchd::plist(&service, &log(context)?) } else { systemd::unit(&service) };
                if print {
                    write!(context.out(), "{text}")?;
                    return Ok(Outcome::Done);
                }
                manager.install(&text)?;
                writeln!(context.out(), "installed {}", manager.file.display())?;
                if !is_user {
                    let database = systemd::SYSTEM_DATABASE;
                    writeln!(context.out(), "the history is kept in {database}: export NEWSWATCH_DB={database} to read it")?;
                }
            }
            Action::Uninstall { user } => {
                let manager = Manager::of(context, user || IS_MAC)?;
                manager.uninstall()?;
                writeln!(context.out(), "removed {}; the history stays", manager.file.display())?;
            }
            Action::Status { user } => Manager::of(context, user || IS_MAC)?.status()?,
        }
        Ok(Outcome::Done)
    }
}

impl Service {
    fn of(context: &Context, roots: &[PathBuf], is_user: bool) -> anyhow::Result<Service> {
        let loaded = context.load_with_roots(roots)?;
        let program = std::env::current_exe().context("cannot find this program")?;
        let absolute = |path: &Path| path.canonicalize().with_context(|| format!("the root {}", path.display()));
        let watched = loaded.config.roots.iter().map(|root| absolute(&root.path)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut globals = Vec::new();
        if let Some(file) = &loaded.file {
            globals.extend(["--config".into(), file.canonicalize()?]);
        }
        if is_user && let Some(database) = context.named_database() {
            globals.extend(["--db".into(), std::path::absolute(database)?]);
        }
        let mut arguments = globals.clone();
        arguments.push("watch".into());
        // Roots of the file are read from it, at each start and reload; any others, and relative ones, are named.
        if !roots.is_empty() || loaded.file.is_none() || loaded.config.roots.iter().any(|root| root.path.is_relative()) {
            arguments.extend(watched.iter().cloned());
        }
        for path in arguments.iter().chain(&watched).chain([&program]) {
            let named = path.to_str().is_some_and(|path| !path.contains(char::is_control));
            anyhow::ensure!(named, "no unit file can name {path:?}: it is not UTF-8, or holds a line break");
        }
        Ok(Service { program, globals, arguments, roots: watched, listen: loaded.config.http.listen.address(), is_user })
    }
}

impl Manager {
    fn of(context: &Context, is_user: bool) -> anyhow::Result<Manager> {
        let file = match (IS_MAC, is_user) {
            (true, _) => context.home()?.join("Library/LaunchAgents").join(format!("{}.plist", launchd::LABEL)),
            (false, true) => context.configuration_home()?.join("systemd/user/newswatch.service"),
            (false, false) => PathBuf::from("/etc/systemd/system/newswatch.service"),
        };
        Ok(Manager { file, is_user })
    }

    fn install(&self, text: &str) -> anyhow::Result<()> {
        let trouble = || format!("cannot write {} (a service of the machine takes root; --user does not)", self.file.display());
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(trouble)?;
        }
        fs::write(&self.file, text).with_context(trouble)?;
        if IS_MAC {
            return run(Command::new("launchctl").arg("load").arg("-w").arg(&self.file));
        }
        if !self.is_at_work() {
            bail!("{} is written, but systemd is not running here; it will start with it once enabled", self.file.display());
        }
        run(self.systemctl().arg("daemon-reload"))?;
        run(self.systemctl().args(["enable", "newswatch.service"]))?;
        // Also where an older one runs already.
        run(self.systemctl().args(["restart", "newswatch.service"]))
    }

    fn uninstall(&self) -> anyhow::Result<()> {
        if !self.file.exists() {
            bail!("there is no {}", self.file.display());
        }
        if IS_MAC {
            run(Command::new("launchctl").arg("unload").arg("-w").arg(&self.file))?;
        } else if self.is_at_work() {
            run(self.systemctl().args(["disable", "--now", "newswatch.service"]))?;
        }
        fs::remove_file(&self.file).with_context(|| format!("cannot remove {}", self.file.display()))?;
        if !IS_MAC && self.is_at_work() {
            run(self.systemctl().arg("daemon-reload"))?;
        }
        Ok(())
    }

    fn status(&self) -> anyhow::Result<()> {
        if !self.file.exists() {
            bail!("there is no {}; `newswatch service install` writes it", self.file.display());
        }
        match IS_MAC {
            true => run(Command::new("launchctl").args(["list", launchd::LABEL])),
            false => run(self.systemctl().args(["status", "--no-pager", "newswatch.service"])),
        }
    }

    fn systemctl(&self) -> Command {
        let mut command = Command::new("systemctl");
        if self.is_user {
            command.arg("--user");
        }
        command
    }

    /// As sd_booted(3) finds it out.
    fn is_at_work(&self) -> bool {
        Path::new("/run/systemd/system").is_dir()
    }
}

fn log(context: &Context) -> anyhow::Result<PathBuf> {
    Ok(context.home()?.join("Library/Logs/newswatch.log"))
}

/// Runs a command of the service manager, whose own words explain what went wrong.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().display());
    }
    Ok(())
}
