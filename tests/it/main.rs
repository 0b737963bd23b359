//! The one integration binary: the real `newswatch`, real files, a real SQLite file.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests arrange the world that the fences keep the modules away from")]

mod commands;
#[cfg(target_os = "linux")]
mod compiled;
mod damage;
mod dice;
mod editors;
mod end_to_end;
mod entities;
#[cfg(target_os = "linux")]
mod failing_disk;
#[cfg(target_os = "linux")]
mod far_clock;
mod gaps;
mod golden_diff;
mod held;
mod http;
mod ingest;
mod kill;
mod layering;
mod long_readers;
mod migrate;
mod model;
#[cfg(target_os = "linux")]
mod mounts;
mod newsroom;
mod outsider;
mod patch;
mod picture;
#[cfg(target_os = "linux")]
mod power_cut;
mod service;
mod store;
#[cfg(feature = "onnx")]
mod transformer;
mod two_stages;
mod upkeep;
mod watching;
#[cfg(target_os = "linux")]
mod write_faults;
