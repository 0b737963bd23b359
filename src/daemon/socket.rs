//! The status socket beside the database: one question a connection, one line of JSON each way.
//!
//! A question is `"status"`, `"sync"` or `"reload"`; the answer `{"status": {…}}`, `"done"` or `{"refused": "why"}`.

use std::fs::Permissions;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};

use crate::model::Snapshot;

/// What can be asked of a running daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Status,
    /// Answered once all that was written below the roots before the question is recorded.
    Sync,
    /// Take up the configuration as it is now.
    Reload,
    /// What stands at this root now is what it holds, though another directory stood there before. Answered once it is recorded.
    Trust(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Status(Box<Snapshot>),
    Done,
    /// For people: why not.
    Refused(String),
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum AskError {
    #[error("no daemon is running for {}; `newswatch watch` starts one", database.display())]
    NotRunning { database: PathBuf },
    #[error("you may not talk to the daemon at {}: {source}", path.display())]
    Denied { path: PathBuf, source: io::Error },
    #[error("the daemon did not answer within {timeout:?}; it goes on with its work")]
    TimedOut { timeout: Duration },
    #[error("the daemon went away before it answered")]
    WentAway,
    #[error("the daemon refuses: {0}")]
    Refused(String),
    #[error("cannot talk to the daemon: {0}")]
    Io(#[from] io::Error),
}

/// Asks the daemon that writes to `database`, and waits for its answer for at most `timeout`.
///
/// # Errors
/// As [`AskError`] says; a refusal is one of them.
pub fn ask(database: &Path, request: &Request, timeout: Duration) -> Result<Reply, AskError> {
    let path = path(database);
    let mut connection = Connection::connect(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AskError::NotRunning { database: database.to_owned() },
        io::ErrorKind::PermissionDenied => AskError::Denied { path: path.clone(), source },
        _ => AskError::Io(source),
    })?;
    connection.set_read_timeout(Some(timeout.max(Duration::from_millis(1))))?;
    let mut line = serde_json::to_string(request).map_err(io::Error::from)?;
    line.push('\n');
    connection.write_all(line.as_bytes()).map_err(|error| match error.kind() {
        // Closed before the question came, by a daemon on its way out.
        io::ErrorKind::BrokenPipe => AskError::WentAway,
        _ => AskError::Io(error),
    })?;
    let mut answer = String::new();
    match BufReader::new(connection).read_line(&mut answer) {
        Ok(0) => Err(AskError::WentAway),
        Ok(_) => match serde_json::from_str(&answer).map_err(io::Error::from)? {
            Reply::Refused(why) => Err(AskError::Refused(why)),
            reply => Ok(reply),
        },
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Err(AskError::TimedOut { timeout }),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Err(AskError::WentAway),
        Err(error) => Err(error.into()),
    }
}

/// How long the daemon waits for the question of a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many connections it keeps at a time. More wait.
pub(super) const CONNECTIONS: usize = 256;

/// A question, and where its answer goes. The asker may have gone away: then the answer is for nobody.
#[derive(Debug)]
pub(super) struct Question {
    pub request: Request,
    pub answer: oneshot::Sender<Reply>,
}

/// The daemon's side. The file goes with it.
#[derive(Debug)]
pub(super) struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Makes the socket, for its owner and group. Whoever holds the lock on the database may: a file that is there is left over.
    pub(super) fn bind(database: &Path) -> io::Result<Socket> {
        let path = path(database);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o660))?;
        Ok(Socket { listener, path })
    }

    /// The next connection. One that breaks at once is the next one's matter.
    pub(super) async fn accept(&self) -> Option<UnixStream> {
        match self.listener.accept().await {
            Ok((connection, _)) => Some(connection),
            Err(error) => {
                tracing::warn!(%error, "the status socket");
                // Out of file descriptors, most likely: others have to be closed first.
                tokio::time::sleep(Duration::from_millis(100)).await;
                None
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Left over at worst; the next daemon removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Reads the question of one connection, has it answered and passes the answer on.
pub(super) async fn converse(mut connection: UnixStream, questions: mpsc::Sender<Question>) {
    /// No question is longer: it may hold a path.
    const LONGEST: u64 = 16 * 1024;
    let (reader, mut writer) = connection.split();
    let mut line = String::new();
    let mut reader = tokio::io::BufReader::new(reader.take(LONGEST));
    // Who asks nothing is not to hold a file descriptor for long: the documents need them.
    let read = tokio::time::timeout(PATIENCE, reader.read_line(&mut line)).await;
    if !matches!(read, Ok(Ok(1..))) {
        return;
    }
    let reply = match serde_json::from_str(&line) {
        Ok(request) => {
            let (answer, reply) = oneshot::channel();
            // An error means that the daemon is on its way out: the connection is closed without an answer, and that says so.
            let _ = questions.send(Question { request, answer }).await;
            reply.await.ok()
        }
        Err(_) => Some(Reply::Refused("not a question: status, sync, reload or trust".to_owned())),
    };
    let Some(mut reply) = reply.and_then(|reply| serde_json::to_string(&reply).ok()) else { return };
    reply.push('\n');
    // The asker may have gone away.
    let _ = writer.write_all(reply.as_bytes()).await;
}

fn path(database: &Path) -> PathBuf {
    super::beside(database, ".sock")
}
