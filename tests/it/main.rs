//! The one integration binary: the real `newswatch`, real files, a real SQLite file.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests arrange the world that the fences keep the modules away from")]

mod commands;
mod end_to_end;
mod entities;
mod golden_diff;
mod http;
mod ingest;
mod kill;
mod layering;
mod migrate;
mod model;
mod newsroom;
mod patch;
mod picture;
mod service;
mod store;
mod upkeep;
mod watching;
