//! What goes back: a status, a kind, a body, and the headers that keep a browser from making more of it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::pages;
use crate::query::QueryError;

/// What is said about a body that is no page.
pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const JSON: &str = "application/json";
pub(super) const NDJSON: &str = "application/x-ndjson";
const HTML: &str = "text/html; charset=utf-8";

/// Our own pages load our own style, script and icon, and ask our own addresses, and that is all they do.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// All else does nothing at all, even if a browser takes it for a page.
const STRICT_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) body: Bytes,
    /// Of an attachment: its name, as the header takes it.
    pub(super) attachment: Option<String>,
}

impl Answer {
    pub(super) fn new(kind: &'static str, body: impl Into<Bytes>) -> Answer {
        Answer { status: StatusCode::OK, kind, body: body.into(), attachment: None }
    }

    pub(super) fn page(html: String) -> Answer {
        Answer::new(HTML, html)
    }

    /// `place` is given back when the client has taken it all, or has gone.
    pub(super) fn into_response(self, place: Option<OwnedSemaphorePermit>) -> Response<Body> {
        let policy = if self.kind == HTML { PAGE_POLICY } else { STRICT_POLICY };
        let mut response = response(self.status, self.kind, policy, Body::Whole { rest: self.body, _place: place });
        if let Some(name) = self.attachment.and_then(|name| HeaderValue::try_from(name).ok()) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
        }
        response
    }
}

/// An answer that goes on until one side has had enough.
pub(super) fn stream(kind: &'static str, parts: mpsc::Receiver<Bytes>) -> Response<Body> {
    response(StatusCode::OK, kind, STRICT_POLICY, Body::Stream(parts))
}

fn response(status: StatusCode, kind: &'static str, policy: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // The history moves on, and what it says is nobody else's.
        (header::CACHE_CONTROL, "private, no-cache"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a request is not served.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// The parameter of the query that is at fault.
    parameter: Option<String>,
}

impl Trouble {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Trouble {
        Trouble { status, message: message.into(), parameter: None }
    }

    pub(super) fn not_found(message: impl Into<String>) -> Trouble {
        Trouble::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn parameter(name: impl Into<String>, message: impl std::fmt::Display) -> Trouble {
        let name = name.into();
        Trouble { status: StatusCode::BAD_REQUEST, message: format!("{name}: {message}"), parameter: Some(name) }
    }

    /// For a person a page, for a program an object.
    pub(super) fn into_response(self, for_program: bool) -> Response<Body> {
        let status = self.status;
        let mut answer = if for_program {
            let error = json!({ "status": status.as_u16(), "message": self.message, "parameter": self.parameter });
            Answer::new(JSON, format!("{}\n", json!({ "schema": "newswatch.error/1", "error": error })))
        } else {
            Answer::page(pages::trouble(&self))
        };
        answer.status = status;
        let mut response = answer.into_response(None);
        let more = match status {
            StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "GET, HEAD")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "5")),
            _ => None,
        };
        if let Some((name, value)) = more {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<QueryError> for Trouble {
    /// What went wrong with the database is for the daemon's log: it names places that are none of a stranger's business.
    fn from(error: QueryError) -> Trouble {
        if let QueryError::Removed { number, reason, .. } = error {
            return Trouble::new(StatusCode::GONE, format!("the content of version {number} was removed: {reason}"));
        }
        tracing::error!("a request could not be served: {error}");
        Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "the history cannot be read now; the daemon's messages say why")
    }
}

/// The body of a response: known from the start, or as it comes.
#[derive(Debug)]
pub(super) enum Body {
    Whole { rest: Bytes, _place: Option<OwnedSemaphorePermit> },
    Stream(mpsc::Receiver<Bytes>),
}

/// What is handed on at a time, as a copy: so a large body is freed, and its place given back, as soon as it has been taken,
/// and not before.
const CHUNK: usize = 64 * 1024;

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Body::Whole { rest, .. } if rest.is_empty() => Poll::Ready(None),
            Body::Whole { rest, .. } => {
                let chunk = rest.split_to(rest.len().min(CHUNK));
                Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&chunk)))))
            }
            Body::Stream(parts) => parts.poll_recv(context).map(|part| part.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole { rest, .. } if rest.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole { rest, .. } => SizeHint::with_exact(rest.len() as u64),
            Body::Stream(_) => SizeHint::default(),
        }
    }
}
