//! `/events`: every revision as it is recorded, as server-sent events. The id of an event is its cursor, so that a client
//! that was cut off goes on where it was.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};

use super::answer::{self, Body, Trouble};
use super::api;
use super::handle::App;
use super::parameters::Parameters;
use crate::model::Seq;
use crate::query::{Filter, History};

/// Streams at a time: they leave connections to those who only want to read a page.
pub(super) const MAX_FOLLOWERS: usize = 32;
/// How often the history is looked at for all of them together.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A sign of life, before somebody in between takes the connection for dead.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// Then a stream ends in good order, before its connection does, and the client comes back where it was.
const STREAM_TIME: Duration = Duration::from_secs(10 * 60);
/// Revisions that are read, and frames that may wait for a slow client, at a time.
const AT_A_TIME: u32 = 64;

impl App {
    /// Looks for something new as long as somebody wants to know.
    pub(super) async fn follow(self: Arc<App>) {
        let mut stopped = self.stopped.clone();
        let look = async {
            loop {
                sleep(LOOK_EVERY).await;
                if self.newest.receiver_count() > 0
                    && let Ok(seq) = self.read(newest).await
                {
                    self.newest.send_if_modified(|newest| std::mem::replace(newest, seq) != seq);
                }
            }
        };
        tokio::select! {
            _ = stopped.wait_for(|&stopped| stopped) => {}
            () = look => {}
        }
    }

    /// The stream that goes on after `Last-Event-ID` or the parameter `after`, else from now on.
    pub(super) async fn events(
        self: &Arc<App>,
        parameters: &Parameters,
        last_event: Option<&HeaderValue>,
    ) -> Result<Response<Body>, Trouble> {
        let busy = |_| Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "too many follow the events already");
        let place = Arc::clone(&self.followers).try_acquire_owned().map_err(busy)?;
        let mut filter = parameters.filter(AT_A_TIME, super::handle::now(), &self.zone)?;
        filter.oldest_first = true;
        let last_event = last_event.map(|id| {
            let seq = id.to_str().ok().and_then(|id| id.parse().ok()).map(Seq);
            seq.ok_or_else(|| Trouble::new(StatusCode::BAD_REQUEST, "Last-Event-ID: not the id of an event"))
        });
        filter.after = Some(match last_event.transpose()?.or(filter.after) {
            Some(seen) => seen,
            None => self.read(newest).await?,
        });
        let (sender, parts) = mpsc::channel(4);
        tokio::spawn(Arc::clone(self).push(filter, sender, place));
        Ok(answer::stream("text/event-stream", parts))
    }

    /// Sends what is new until the client has gone, the server stops, or the history cannot be read.
    async fn push(self: Arc<App>, mut filter: Filter, client: mpsc::Sender<Bytes>, _place: OwnedSemaphorePermit) {
        let (mut stopped, mut newest) = (self.stopped.clone(), self.newest.subscribe());
        let push = async {
            client.send("retry: 2000\n\n".into()).await?;
            loop {
                let looked_at = *newest.borrow_and_update();
                let asked = filter.clone();
                let Ok((frames, last)) = self.read(move |history| frames(history, &asked)).await else { break };
                if let Some(last) = last {
                    filter.after = Some(last);
                    client.send(frames).await?;
                    continue;
                }
                // Nothing up to there is for a client that asked for few: it need not be looked at again.
                filter.after = filter.after.max(Some(looked_at));
                if !matches!(timeout(SIGN_OF_LIFE, newest.changed()).await, Ok(Ok(()))) {
                    client.send(":\n\n".into()).await?;
                }
            }
            Ok::<(), mpsc::error::SendError<Bytes>>(())
        };
        tokio::select! {
            _ = stopped.wait_for(|&stopped| stopped) => {}
            () = client.closed() => {}
            () = sleep(STREAM_TIME) => {}
            _ = push => {}
        }
    }
}

/// The next revisions as events, and the cursor of the last of them.
fn frames(history: &History, filter: &Filter) -> Result<(Bytes, Option<Seq>), Trouble> {
    let entries = history.log(filter)?;
    let mut frames = String::new();
    for entry in &entries {
        let line = api::line(history, entry)?;
        if !line.is_empty() {
            // Writing into a string cannot fail. The line brings its own newline, the empty line ends the event.
            let _ = write!(frames, "id: {}\ndata: {line}\n", entry.version.seq.0);
        }
    }
    Ok((frames.into(), entries.last().map(|entry| entry.version.seq)))
}

/// What waits to be derived is still to come, though later revisions are in the log already.
fn newest(history: &History) -> Result<Seq, Trouble> {
    Ok(history.derived_until()?)
}
