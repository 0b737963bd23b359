use std::io::Write;
use std::path::PathBuf;

use crate::config;

use super::Outcome;
use super::context::Context;

const EXAMPLES: &str = "\
Examples:
  newswatch config show > newswatch.toml        a file to begin with
  newswatch config check newswatch.toml
  newswatch --config newswatch.toml watch";

/// Check or show the configuration
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Check a configuration file; an error names file, line and key
    Check {
        /// [default: the one in use]
        file: Option<PathBuf>,
    },
    /// Print the configuration in use, with file, environment and flags put together
    Show,
}

impl Config {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        match self.what {
            What::Check { file: Some(file) } => {
                config::read(&file)?;
                writeln!(context.out(), "{}: good", file.display())?;
            }
            What::Check { file: None } => {
                let name = match context.load()?.file {
                    Some(file) => file.display().to_string(),
                    None => "no configuration file (all keys at their defaults, as changed by the environment and flags)".to_owned(),
                };
                writeln!(context.out(), "{name}: good")?;
            }
            What::Show => {
                let loaded = context.load()?;
                let source = loaded.file.map_or_else(|| "no file; defaults".to_owned(), |file| file.display().to_string());
                let effective = config::Config { database: loaded.database, ..loaded.config };
                write!(context.out(), "# from: {source}, then NEWSWATCH_* and flags\n{}", effective.to_toml())?;
            }
        }
        Ok(Outcome::Done)
    }
}
