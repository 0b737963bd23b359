//! What the history says, for browsers and programs: the pages, the API, the feed, the metrics. Read-only: nothing here
//! changes anything, and nothing here reaches the files that are watched.
//!
//! | address | gives |
//! |---|---|
//! | `/` | the change history, newest first |
//! | `/revision/SEQ` | what changed: facts first, then words |
//! | `/document/PATH` | every version of a document |
//! | `/version/SEQ/raw`, `/version/SEQ/text` | the exact bytes, the article text |
//! | `/api/log`, `/api/gaps`, `/api/diff/SEQ`, `/api/extract/SEQ`, `/api/status` | the JSON that the command line prints |
//! | `/events` | `newswatch.log/1` objects as they are recorded, as server-sent events |
//! | `/feed.atom` | the change history as an Atom feed |
//! | `/metrics` | numbers for Prometheus |
//!
//! Of many new documents what they say is made out after they are recorded: until then `/revision/SEQ` and `/api/diff/SEQ` answer 503
//! with Retry-After, and the others give what there is.
//!
//! `/`, `/api/log`, `/events` and `/feed.atom` take the same filters, see `parameters.rs`.
//!
//! Documents come from strangers, and so may requests: whatever a document, a name or an address says is escaped and shown
//! visibly, nothing is ever served as HTML that newswatch did not write, and a request costs bounded time and memory.

mod answer;
mod api;
mod asset;
mod events;
mod feed;
mod handle;
mod history;
mod metrics;
mod pages;
mod parameters;
mod route;
mod server;
mod step;
mod url;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

pub use server::Server;

use crate::model::{Counters, Extractor};

/// What a server needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Port 0 takes any port that is free.
    pub address: SocketAddr,
    pub database: PathBuf,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Makes again what the store keeps no extract of.
    pub extractor: fn() -> Extractor,
    /// What the daemon counts.
    pub counters: Arc<Counters>,
}
