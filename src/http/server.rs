//! The listening socket, its thread, and the limits that every connection is held to.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Settings;
use super::handle::App;

/// Connections at a time. One more waits in the kernel's queue.
const MAX_CONNECTIONS: usize = 64;
/// Requests that read the history at a time, a thread each.
pub(super) const MAX_READS: usize = 4;
/// From the first byte of a request to the last of its head, and between requests of one connection.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Then a connection is ended in good order, whatever it does: a client comes back, a dead or very slow one does not.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// What is left for answers that are under way.
const GRACE: Duration = Duration::from_secs(2);
/// The head of a request: address and headers together.
const MAX_HEAD: usize = 16 * 1024;

/// A running server. It ends, in good order and within seconds, when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Listens, and serves on a thread of its own, so that no reader is in the way of the daemon's event loop.
    ///
    /// # Errors
    /// The address cannot be had.
    pub fn start(settings: Settings) -> io::Result<Server> {
        let listener = TcpListener::bind(settings.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(MAX_READS)
            .thread_name("http-read")
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(App::new(settings, stopped.clone()));
        let run = move || {
            runtime.block_on(async {
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => serve(listener, &app, stopped).await,
                    Err(error) => tracing::error!("the pages are not served: {error}"),
                }
            });
            runtime.shutdown_timeout(GRACE);
        };
        let thread = thread::Builder::new().name("http".to_owned()).spawn(run)?;
        Ok(Server { address, stop, thread: Some(thread) })
    }

    /// Where it listens, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(Err(panic)) = self.thread.take().map(thread::JoinHandle::join)
            && !thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

/// Accepts until it is told to stop, then lets the answers under way end.
async fn serve(listener: tokio::net::TcpListener, app: &Arc<App>, mut stopped: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    connections.spawn(Arc::clone(app).follow());
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = stopped.wait_for(|&stopped| stopped) => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (app, stopped) = (Arc::clone(app), stopped.clone());
                connections.spawn(async move {
                    connection(stream, app, stopped).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: it passes as others are closed, and asking on at once would only heat the room.
                tracing::warn!("a connection cannot be accepted: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, all_ended).await.is_err() {
        tracing::debug!("connections were cut off");
    }
}

async fn connection(stream: TcpStream, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    // Events are small and want to leave at once. A socket that refuses this works all the same.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| Arc::clone(&app).handle(request));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        ended = connection.as_mut() => return tell(ended),
        _ = stopped.wait_for(|&stopped| stopped) => {}
        () = sleep(LIFETIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Ok(ended) = timeout(GRACE, connection).await {
        tell(ended);
    }
}

/// A client that goes away in the middle is everyday life.
fn tell(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}
