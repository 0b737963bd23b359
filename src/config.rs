//! File, environment and flags → one validated [`Config`]. A flag wins over the environment, the environment over the file.
//!
//! The only module besides `cli` that reads the environment. Errors name the file, the line and the key.
#![expect(clippy::disallowed_methods, reason = "this is where the configuration file is read")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

mod listen;
#[cfg(test)]
mod tests;
mod transformer;
mod values;

pub use listen::Listen;
pub use transformer::Transformer;
pub use values::{Age, Glob, Period};

/// All that newswatch can be told. Field names are the keys of the TOML file; `config/newswatch.toml` explains each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The database file; empty for the default place.
    pub database: PathBuf,
    /// Serialized last but for tables, as TOML wants it.
    pub roots: Vec<Root>,
    pub documents: Documents,
    pub watch: Watch,
    pub retention: Retention,
    pub http: Http,
    /// A model of one's own in the place of the built-in tagger; only a newswatch that was built with the feature `onnx` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transformer: Option<Transformer>,
}

/// One watched directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    pub path: PathBuf,
    #[serde(default)]
    pub include: Vec<Glob>,
    #[serde(default)]
    pub exclude: Vec<Glob>,
}

/// What is a document, below every root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    pub exclude: Vec<Glob>,
    pub max_size_mib: u32,
}

/// When a changed file is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    pub quiet: Period,
    pub max_wait: Period,
    pub scan_every: Period,
    /// Zero: never.
    pub rehash_every: Period,
}

/// Which old contents are taken out by themselves, as `newswatch prune` does. Off unless an age or a count is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Only what is older than this,
    pub older_than: Age,
    /// and only beyond so many of the newest contents of a document; 0 where the count does not matter. The newest stays always.
    pub keep_versions: u32,
    /// Only of documents that stand at these paths, or below them; absolute, or below any root. Empty: of all.
    pub paths: Vec<PathBuf>,
}

impl Retention {
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.keep_versions > 0 || self.older_than != Age::default()
    }
}

/// The pages, the API, the feeds and the metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    pub listen: Listen,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            database: PathBuf::new(),
            roots: vec![Root { path: PathBuf::from("seeds"), include: Vec::new(), exclude: Vec::new() }],
            documents: Documents::default(),
            watch: Watch::default(),
            retention: Retention::default(),
            http: Http::default(),
            transformer: None,
        }
    }
}

impl Default for Documents {
    fn default() -> Documents {
        const LEFTOVERS: [&str; 13] = [
            "*~",
            "~$*",
            "#*#",
            "*.swp",
            "*.swo",
            "*.swx",
            "*.part",
            "*.partial",
            "*.filepart",
            "*.crdownload",
            "*.download",
            "*.tmp",
            "*.temp",
        ];
        Documents { exclude: LEFTOVERS.iter().map(|&glob| Glob(glob.to_owned())).collect(), max_size_mib: 64 }
    }
}

impl Documents {
    /// In bytes.
    #[must_use]
    pub fn max_size(&self) -> u64 {
        u64::from(self.max_size_mib) * 1024 * 1024
    }
}

impl Default for Watch {
    fn default() -> Watch {
        Watch {
            quiet: Period(Duration::from_millis(100)),
            max_wait: Period(Duration::from_secs(1)),
            scan_every: Period(Duration::from_secs(60)),
            rehash_every: Period(Duration::from_secs(24 * 60 * 60)),
        }
    }
}

/// What is wrong with a configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The message of the TOML reader shows line, column and key.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: Box<toml::de::Error> },
    #[error("environment variable {variable}: {message}")]
    Environment { variable: &'static str, message: String },
    #[error("{0}")]
    Invalid(String),
    #[error("there is no home directory to keep the database in: name a file with --db or NEWSWATCH_DB")]
    NoHome,
}

/// The process environment as it was at the start, so that tests can hand in their own.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    #[must_use]
    pub fn of_process() -> Environment {
        Environment(std::env::vars_os().collect())
    }

    /// A variable's value; an empty one counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsString> {
        self.0.get(&OsString::from(name)).filter(|value| !value.is_empty())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// `$variable/newswatch`, where the variable holds an absolute path as the XDG specification asks, else `$HOME/fallback/newswatch`.
    fn xdg(&self, variable: &str, fallback: &str) -> Option<PathBuf> {
        let base = self.path(variable).filter(|path| path.is_absolute()).or_else(|| self.path("HOME").map(|home| home.join(fallback)))?;
        Some(base.join("newswatch"))
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Environment {
        Environment(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// What the command line says; it wins over everything.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub database: Option<PathBuf>,
    /// Not empty: watched instead of the configured roots.
    pub roots: Vec<PathBuf>,
    pub listen: Option<Listen>,
}

/// A [`Config`] with the places filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub config: Config,
    /// The database, absolute or relative to the current directory; never empty.
    pub database: PathBuf,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
}

/// Puts flags, environment, file and defaults together.
///
/// # Errors
/// A named configuration file that cannot be read, any key or value that is not known or not valid.
pub fn load(flags: &Flags, environment: &Environment) -> Result<Loaded, ConfigError> {
    let named = flags.config.clone().or_else(|| environment.path("NEWSWATCH_CONFIG"));
    let usual = environment.xdg("XDG_CONFIG_HOME", ".config").map(|place| place.join("newswatch.toml"));
    let (mut config, file) = match (named, usual) {
        (Some(path), _) => (read(&path)?, Some(path)),
        (None, Some(path)) if path.exists() => (read(&path)?, Some(path)),
        _ => (Config::default(), None),
    };
    apply_environment(&mut config, environment)?;
    if !flags.roots.is_empty() {
        config.roots = bare_roots(flags.roots.iter().cloned());
    }
    if let Some(listen) = flags.listen {
        config.http.listen = listen;
    }
    validate(&config)?;
    let database = match &flags.database {
        Some(path) => path.clone(),
        None if !config.database.as_os_str().is_empty() => config.database.clone(),
        None => environment.xdg("XDG_STATE_HOME", ".local/state").ok_or(ConfigError::NoHome)?.join("newswatch.db"),
    };
    Ok(Loaded { config, database, file })
}

/// Reads one file. Keys it leaves out keep their defaults.
///
/// # Errors
/// As [`load`].
pub fn read(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    let config = toml::from_str(&text).map_err(|source| ConfigError::File { path: path.to_owned(), source: Box::new(source) })?;
    validate(&config).map_err(|error| ConfigError::Invalid(format!("{}: {error}", path.display())))?;
    Ok(config)
}

impl Config {
    /// The configuration as a TOML file that reads back as the same configuration.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a configuration has only types that TOML has")
    }
}

fn apply_environment(config: &mut Config, environment: &Environment) -> Result<(), ConfigError> {
    fn text<'a>(environment: &'a Environment, variable: &'static str) -> Result<Option<&'a str>, ConfigError> {
        let Some(value) = environment.get(variable) else { return Ok(None) };
        value.to_str().map(Some).ok_or_else(|| ConfigError::Environment { variable, message: "not UTF-8".to_owned() })
    }
    if let Some(path) = environment.path("NEWSWATCH_DB") {
        config.database = path;
    }
    if let Some(roots) = environment.get("NEWSWATCH_ROOTS") {
        let paths = roots.as_bytes().split(|&byte| byte == b':').filter(|path| !path.is_empty());
        config.roots = bare_roots(paths.map(|path| PathBuf::from(OsString::from_vec(path.to_vec()))));
    }
    if let Some(size) = text(environment, "NEWSWATCH_MAX_SIZE_MIB")? {
        let message = || format!("not a whole number of MiB: {size:?}");
        config.documents.max_size_mib =
            size.parse().map_err(|_| ConfigError::Environment { variable: "NEWSWATCH_MAX_SIZE_MIB", message: message() })?;
    }
    if let Some(listen) = text(environment, "NEWSWATCH_LISTEN")? {
        config.http.listen = listen.parse().map_err(|message| ConfigError::Environment { variable: "NEWSWATCH_LISTEN", message })?;
    }
    for (variable, key) in [
        ("NEWSWATCH_QUIET", &mut config.watch.quiet),
        ("NEWSWATCH_MAX_WAIT", &mut config.watch.max_wait),
        ("NEWSWATCH_SCAN_EVERY", &mut config.watch.scan_every),
        ("NEWSWATCH_REHASH_EVERY", &mut config.watch.rehash_every),
    ] {
        if let Some(value) = text(environment, variable)? {
            *key = value.parse().map_err(|message| ConfigError::Environment { variable, message })?;
        }
    }
    Ok(())
}

fn bare_roots(paths: impl Iterator<Item = PathBuf>) -> Vec<Root> {
    paths.map(|path| Root { path, include: Vec::new(), exclude: Vec::new() }).collect()
}

/// What the types cannot say: bounds between keys.
fn validate(config: &Config) -> Result<(), ConfigError> {
    let invalid = |message: &str| Err(ConfigError::Invalid(message.to_owned()));
    if config.roots.is_empty() {
        return invalid("roots: there is nothing to watch; give at least one [[roots]] table");
    }
    if config.roots.iter().any(|root| root.path.as_os_str().is_empty()) {
        return invalid("roots.path: an empty path");
    }
    if !(1..=1024).contains(&config.documents.max_size_mib) {
        return invalid("documents.max_size_mib: must lie between 1 and 1024");
    }
    if config.watch.max_wait < config.watch.quiet {
        return invalid("watch.max_wait: must not be shorter than watch.quiet");
    }
    if let Some(fault) = config.transformer.as_ref().and_then(Transformer::fault) {
        return invalid(&fault);
    }
    if config.watch.scan_every.get() < Duration::from_secs(1) {
        return invalid("watch.scan_every: must be at least 1s");
    }
    Ok(())
}
