//! From the configured roots to what the watcher and the ingest take.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::{Config, Glob, Watch};
use crate::ingest::{RootSpec, Selection};
use crate::model::FatalError;
use crate::store::Reader;

/// The configured roots as the ingest takes them, without the history in `database` where that stands in one of them.
///
/// # Errors
/// A root is not there and never was, is no directory, or lies inside another.
pub(super) fn specs(config: &Config, database: &Path) -> Result<Vec<RootSpec>, FatalError> {
    let globs = |globs: &[Glob]| globs.iter().map(|glob| glob.as_str().to_owned()).collect::<Vec<_>>();
    let spec = |(path, root): (PathBuf, &crate::config::Root)| {
        let selection = Selection::new(&globs(&root.include), &globs(&root.exclude))
            .and_then(|selection| selection.without_leftovers(&globs(&config.documents.exclude)))
            .expect("the configuration has read these globs");
        let selection = match super::beside(database, "").strip_prefix(&path) {
            Ok(relative) => selection.without_database(relative),
            Err(_) => selection,
        };
        let Watch { quiet, rehash_every, .. } = config.watch;
        RootSpec { path, selection, max_size: config.documents.max_size(), quiet: quiet.get(), rehash_every: rehash_every.get() }
    };
    // A database that is not there yet, or cannot be read, knows none: whoever needs it says why.
    let known = Reader::open(database).and_then(|reader| reader.roots()).unwrap_or_default();
    Ok(canonical(config, &known)?.into_iter().zip(&config.roots).map(spec).collect())
}

/// The roots as absolute paths without links. None may lie inside another: its documents would have two identities. One that is away now,
/// but is `known`, is waited for: nothing is to keep the others from being recorded.
fn canonical(config: &Config, known: &[PathBuf]) -> Result<Vec<PathBuf>, FatalError> {
    let mut roots: Vec<PathBuf> = Vec::new();
    for root in &config.roots {
        let trouble = |source| FatalError::Root { path: root.path.clone(), source };
        let mut path = super::without_links(&root.path);
        if !known.contains(&path) || path.exists() {
            path = root.path.canonicalize().map_err(|error| {
                let missing = "there is no such directory; name what to watch (`newswatch watch DIR…`), or set roots in the configuration";
                trouble(if error.kind() == io::ErrorKind::NotFound { io::Error::new(error.kind(), missing) } else { error })
            })?;
            if !path.is_dir() {
                return Err(trouble(io::Error::new(io::ErrorKind::NotADirectory, "not a directory")));
            }
        }
        if let Some(other) = roots.iter().find(|other| other.starts_with(&path) || path.starts_with(other)) {
            let message = format!("lies inside another root, or is the same: {}", other.display());
            return Err(trouble(io::Error::new(io::ErrorKind::InvalidInput, message)));
        }
        roots.push(path);
    }
    Ok(roots)
}

/// The directory for the watcher's cookies, beside the database, fresh and empty.
///
/// # Errors
/// It cannot be made.
pub(super) fn cookies(database: &Path) -> Result<PathBuf, FatalError> {
    let path = super::beside(database, ".cookies");
    let made = match std::fs::create_dir(&path) {
        // Left over from a daemon that was killed.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    };
    let canonical = made.and_then(|()| path.canonicalize());
    canonical.map_err(|error| FatalError::Database { path: database.to_owned(), message: format!("no directory beside it: {error}") })
}
