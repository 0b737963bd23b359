//! The command line: one file a command. Data goes to standard output, messages to standard error. Nothing uses this module.
//!
//! Exit codes: 0 done, 1 `diff --exit-code` found a difference or `verify` a damage, 2 trouble, 3 `sync` was out of time. A reader that goes away (`| head`) is no trouble.

mod attest;
mod backup;
mod config;
mod context;
mod demo;
mod diff;
mod extract;
mod gc;
mod log;
mod model;
mod paths;
mod progress;
mod prune;
mod purge;
mod reload;
mod reparse;
mod salvage;
mod scan;
mod service;
mod show;
mod status;
mod sync;
mod verify;
mod watch;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use context::Context;

const EXAMPLES: &str = "\
Examples:
  newswatch demo                        see it react to a day of edits, on a copy of the sample newsroom
  newswatch watch ~/wire                record every change below ~/wire, one line each
  newswatch log --since 24h             what changed since yesterday
  newswatch log -p story.txt            every revision of one document, with its diff
  newswatch diff story.txt              what changed last: facts first, then words
  newswatch diff story.txt @first..@last
  newswatch diff --no-index a.txt b.txt compare two files, without a database

`newswatch help COMMAND` tells more.";

/// Watches a directory of news documents, keeps every version, and says what changed and whether it mattered.
#[derive(Debug, Parser)]
#[command(name = "newswatch", version, after_help = EXAMPLES, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Global {
    /// The database [default: $XDG_STATE_HOME/newswatch/newswatch.db, or NEWSWATCH_DB, or the configuration]
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "FILE")]
    db: Option<PathBuf>,
    /// The configuration file [default: $XDG_CONFIG_HOME/newswatch/newswatch.toml, or NEWSWATCH_CONFIG]
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Colours [default: where the output is a terminal and NO_COLOR is not set]
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    color: ColorChoice,
    /// Say more about what is being done; twice for still more. RUST_LOG is heard too
    #[arg(short, long, global = true, help_heading = "Everywhere", action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Watch(watch::Watch),
    Scan(scan::Scan),
    Log(log::Log),
    Diff(diff::Diff),
    Show(show::Show),
    Extract(extract::Extract),
    Status(status::Status),
    Verify(verify::Verify),
    Attest(attest::Attest),
    Backup(backup::Backup),
    Salvage(salvage::Salvage),
    Sync(sync::Sync),
    Reload(reload::Reload),
    Service(service::ServiceCommand),
    Reparse(reparse::Reparse),
    Gc(gc::Gc),
    Prune(prune::Prune),
    Purge(purge::Purge),
    Config(config::Config),
    Demo(demo::Demo),
    Model(model::Model),
}

/// How a command ended that met no trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// `diff --exit-code` found a difference, `verify` or `salvage` a damage, `purge` bytes that others hold too.
    Differs,
    /// `sync` has waited for as long as it was to.
    TimedOut,
}

/// Runs the command that the process arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut context = Context::of_process(&arguments.global);
    context.start_logging(arguments.global.verbose);
    let outcome = match arguments.command {
        Command::Watch(command) => command.run(&mut context),
        Command::Scan(command) => command.run(&mut context),
        Command::Log(command) => command.run(&mut context),
        Command::Diff(command) => command.run(&mut context),
        Command::Show(command) => command.run(&mut context),
        Command::Extract(command) => command.run(&mut context),
        Command::Status(command) => command.run(&mut context),
        Command::Verify(command) => command.run(&mut context),
        Command::Attest(command) => command.run(&mut context),
        Command::Backup(command) => command.run(&mut context),
        Command::Salvage(command) => command.run(&mut context),
        Command::Sync(command) => command.run(&mut context),
        Command::Reload(command) => command.run(&mut context),
        Command::Service(command) => command.run(&mut context),
        Command::Reparse(command) => command.run(&mut context),
        Command::Gc(command) => command.run(&mut context),
        Command::Prune(command) => command.run(&mut context),
        Command::Purge(command) => command.run(&mut context),
        Command::Config(command) => command.run(&mut context),
        Command::Demo(command) => command.run(&mut context),
        Command::Model(command) => command.run(&mut context),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::from(1),
        Ok(Outcome::TimedOut) => ExitCode::from(3),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // An error of the system that nobody has put into words comes from writing what was asked for.
            let error = if error.is::<io::Error>() { error.context("cannot write the output") } else { error };
            context.complain(&error);
            ExitCode::from(2)
        }
    }
}

/// Whether the one who read our output went away: they have seen enough, which is success.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }
}
