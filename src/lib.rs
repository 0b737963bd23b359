//! newswatch watches a directory of news documents, keeps every version it ever saw, and records for every revision what
//! changed in the text and in the world of the text. This page is the map of the house; read it first.
//!
//! Data flows one way:
//!
//! ```text
//! watch → ingest (read → parse → extract → diff against the last version) → store → query → render → cli, http
//! ```
//!
//! | module | owns | may use |
//! |---|---|---|
//! | [`model`] | plain types, valid by construction | nobody |
//! | [`parse`] | bytes → article and issues; one file a format | model |
//! | [`entity`] | article → entities | model |
//! | [`diff`] | two articles with their entities → revision | model |
//! | [`watch`] | notify events → a set of paths, or "rescan" | model |
//! | [`store`] | the append-only history; SQL never leaves it | model |
//! | [`ingest`] | the only way in: read, parse, extract, diff, store | parse, entity, diff, store, model |
//! | [`query`] | revision syntax, selections and filters | store, model |
//! | [`render`] | terminal text, patches, JSON, HTML | model |
//! | [`http`] | the pages, the API, the feeds, the metrics | query, render, model |
//! | [`daemon`] | one event loop over watch and ingest, shutdown | watch, ingest, store, http, config, model |
//! | [`config`] | file + environment + flags → a validated configuration | model |
//! | [`cli`] | one file a command | query, render, diff, config, daemon, model |
//!
//! One exception: the `model` command, which is about the tagger's model and no document, uses `entity` itself.
//!
//! What is never there, and what each absence buys (a test in `tests/it/layering.rs` holds the code to this table):
//!
//! - `parse`, `entity` and `diff` never touch a file, a clock or the environment and never fail: any bytes give a result, the
//!   same one every time. So a version can always be recorded, and derived data can always be rebuilt.
//! - `store` never parses or diffs, and no other module says SQL. So the ground truth does not depend on what we make of it.
//! - `watch` never stores. Events are hints; only `ingest`, which looks at the disk itself, decides what happened.
//! - Nothing uses `cli`. Readers have no side effects; data goes to standard output, messages to standard error.
//!
//! Two kinds of error ([`model::DocumentError`], [`model::FatalError`]): one document in trouble is counted, logged with its
//! path, and the loop goes on; when the ground itself is gone the daemon stops with a clear message.

pub mod cli;
pub mod config;
pub mod daemon;
pub mod diff;
pub mod entity;
pub mod http;
pub mod ingest;
pub mod model;
pub mod parse;
pub mod query;
pub mod render;
pub mod store;
pub mod watch;
