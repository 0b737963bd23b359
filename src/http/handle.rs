//! From a request to its answer: what is refused, who reads the history, and what goes wrong.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::answer::{Answer, Body, Trouble};
use super::events::MAX_FOLLOWERS;
use super::parameters::Parameters;
use super::route::{Resource, Route};
use super::server::MAX_READS;
use super::{Settings, api, feed, history, metrics, pages};
use crate::model::{Counters, Extractor, Seq, time_on};
use crate::query::History;

/// The longest address that is read.
const MAX_ADDRESS: usize = 8 * 1024;
/// In bytes: an answer beyond this is large, and only so many of them are in memory at a time, however slowly clients read.
const LARGE: usize = 1024 * 1024;
const MAX_LARGE: usize = 8;
/// How long a request waits for its turn, and how long reading may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What all requests share.
pub(super) struct App {
    database: PathBuf,
    extractor: fn() -> Extractor,
    pub(super) zone: TimeZone,
    counters: Arc<Counters>,
    /// Served to this machine alone.
    local: bool,
    /// Readers that nobody uses right now: opening one costs more than most requests.
    idle: Mutex<Vec<History>>,
    turns: Arc<Semaphore>,
    /// Large answers that wait for slow clients to take them.
    large: Arc<Semaphore>,
    pub(super) followers: Arc<Semaphore>,
    /// The last cursor that anybody has seen.
    pub(super) newest: watch::Sender<Seq>,
    pub(super) stopped: watch::Receiver<bool>,
}

impl App {
    pub(super) fn new(settings: Settings, stopped: watch::Receiver<bool>) -> App {
        App {
            local: settings.address.ip().is_loopback(),
            database: settings.database,
            extractor: settings.extractor,
            zone: settings.zone,
            counters: settings.counters,
            idle: Mutex::default(),
            turns: Arc::new(Semaphore::new(MAX_READS)),
            large: Arc::new(Semaphore::new(MAX_LARGE)),
            followers: Arc::new(Semaphore::new(MAX_FOLLOWERS)),
            newest: watch::Sender::new(Seq(0)),
            stopped,
        }
    }

    pub(super) async fn handle(self: Arc<App>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let for_program = ["/api/", "/events", "/metrics"].iter().any(|prefix| request.uri().path().starts_with(prefix));
        Ok(self.serve(&request).await.unwrap_or_else(|trouble| trouble.into_response(for_program)))
    }

    async fn serve(self: &Arc<App>, request: &Request<Incoming>) -> Result<Response<Body>, Trouble> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Trouble::new(StatusCode::METHOD_NOT_ALLOWED, "nothing can be changed here: only GET and HEAD are served"));
        }
        self.check_host(request)?;
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        if path.len() + query.len() > MAX_ADDRESS {
            return Err(Trouble::new(StatusCode::URI_TOO_LONG, format!("the address is longer than {MAX_ADDRESS} bytes")));
        }
        let route = Route::of(path)?;
        let parameters = Parameters::read(query, route.parameters())?;
        let resource = match route {
            Route::Events => return self.events(&parameters, request.headers().get("last-event-id")).await,
            Route::Whole(resource) => resource,
        };
        let (app, origin) = (Arc::clone(self), format!("http://{}", named(request).unwrap_or_default()));
        let answer = self.read(move |history| app.answer(history, &resource, &parameters, &origin)).await?;
        let place = if answer.body.len() > LARGE {
            let busy = |_| Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "too many large answers are under way; try again in a moment");
            Some(Arc::clone(&self.large).try_acquire_owned().map_err(busy)?)
        } else {
            None
        };
        Ok(answer.into_response(place))
    }

    /// A page of another site can have its own name point here and then read us as its own. The name that the browser was
    /// asked for gives that away: this machine is called by number or localhost.
    fn check_host(&self, request: &Request<Incoming>) -> Result<(), Trouble> {
        if !self.local || named(request).is_some_and(is_this_machine) {
            return Ok(());
        }
        Err(Trouble::new(StatusCode::MISDIRECTED_REQUEST, "served to this machine alone, as localhost or 127.0.0.1"))
    }

    fn answer(&self, history: &History, resource: &Resource, parameters: &Parameters, origin: &str) -> Result<Answer, Trouble> {
        let filter = |limit| parameters.filter(limit, now(), &self.zone);
        match resource {
            Resource::History => history::page(history, parameters, filter(history::LIMIT)?, &self.zone),
            Resource::Document(path) => pages::document(history, path, parameters, &self.zone),
            Resource::Revision(seq) => pages::revision(history, *seq, &self.zone),
            Resource::Raw(seq) => api::raw(history, *seq),
            Resource::Text(seq) => api::text(history, *seq),
            Resource::Log => api::log(history, &filter(api::LIMIT)?),
            Resource::Gaps => api::gaps(history, &filter(api::LIMIT)?),
            Resource::Diff(seq) => api::diff(history, *seq),
            Resource::Extract(seq) => api::extract(history, *seq),
            Resource::Status => api::status(history, &self.database, &self.counters),
            Resource::Feed => feed::atom(history, parameters, &filter(feed::LIMIT)?, origin),
            Resource::Metrics => metrics::answer(history, &self.counters),
            Resource::Asset(asset) => Ok(asset.answer()),
        }
    }

    /// Reads the history on a thread where waiting for the disk holds up nobody, when it is this reader's turn.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<App>,
        work: impl FnOnce(&History) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let busy = || Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "too much is being asked for at a time; try again in a moment");
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await.map_err(|_| busy())?;
        let app = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let idle = app.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let history = match idle {
                Some(history) => history,
                None => History::open(&app.database, app.extractor)?,
            };
            let outcome = work(&history);
            app.idle.lock().unwrap_or_else(PoisonError::into_inner).push(history);
            outcome
        });
        match timeout(PATIENCE, reading).await {
            Ok(Ok(outcome)) => outcome,
            // It panicked, and its message is in the log.
            Ok(Err(_)) => {
                Err(Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "newswatch tripped over this one; the daemon's messages say where"))
            }
            Err(_) => Err(busy()),
        }
    }
}

/// The name, with its port, that the client knows us by.
fn named(request: &Request<Incoming>) -> Option<&str> {
    let in_address = request.uri().authority().map(hyper::http::uri::Authority::as_str);
    in_address.or_else(|| request.headers().get(header::HOST).and_then(|host| host.to_str().ok()))
}

/// Whether the name before the port, if any, is one that only this machine answers to.
fn is_this_machine(host: &str) -> bool {
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let name = name.to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    name == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[expect(clippy::disallowed_methods, reason = "a query may ask for what was seen in the last 24 hours")]
pub(super) fn now() -> Timestamp {
    time_on(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        let check = |host: &str, expect: bool| assert_eq!(is_this_machine(host), expect, "{host}");
        check("localhost", true);
        check("LocalHost:8080", true);
        check("127.0.0.1:8080", true);
        check("[::1]:8080", true);
        check("[::1]", true);
        check("127.8.8.8", true);
        check("192.0.2.1:8080", false);
        check("news.example", false);
        check("localhost.example:8080", false);
        check("127.0.0.1.example", false);
        check("", false);
        check(":8080", false);
    }
}
