use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// One document is in trouble: it is counted and logged with its path, and the loop goes on.
#[derive(Debug, Error)]
pub enum DocumentError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} is {size} bytes long, over the limit of {limit} (documents.max_size_mib); it is not recorded", path.display())]
    TooLarge { path: PathBuf, size: u64, limit: u64 },
}

impl DocumentError {
    /// The file or directory. Absolute.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            DocumentError::Read { path, .. } | DocumentError::TooLarge { path, .. } => path,
        }
    }

    /// What is wrong, in the same words each time it is tried.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            DocumentError::Read { source, .. } => format!("it cannot be read ({source})"),
            DocumentError::TooLarge { limit, .. } => format!("it is larger than {limit} bytes (documents.max_size_mib)"),
        }
    }
}

/// The ground is gone: the daemon stops with this message and a non-zero exit.
#[derive(Debug, Error)]
pub enum FatalError {
    #[error("the database {}: {message}", path.display())]
    Database { path: PathBuf, message: String },
    #[error("the watched root {}: {source}", path.display())]
    Root { path: PathBuf, source: io::Error },
    #[error("the watcher: {0}")]
    Watch(String),
    #[error("cannot listen on {address}: {source} (http.listen, --listen)")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("another newswatch daemon (or scan) already writes to {}; stop it first, or name another database with --db", path.display())]
    AlreadyRunning { path: PathBuf },
}
