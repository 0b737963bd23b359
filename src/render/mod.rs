//! Model types → what people and programs read: terminal text, patches, JSON, HTML. Pure and deterministic.
//!
//! Nothing here looks at a clock, a terminal or the environment: width, colour, time zone and the path to call a document by
//! come in as arguments. Every function returns whole lines. What is hostile in a document, a name or a path is shown
//! visibly and never sent raw: text reaches a line only through [`visible`] and [`visible_path`].
//!
//! | to print | call |
//! |---|---|
//! | `watch`, `log --oneline` | [`one_line`], laid out by [`OneLine`] and [`path_column`] |
//! | `log` | [`entry`], then [`stat`] for `--stat`, [`diff_body`] for `-p` |
//! | `diff` | [`diff`] with [`DiffOptions`] (`-U`, `--entities`, `--text`, `--stat`) |
//! | `diff --word-diff`, `--side-by-side` | [`word_diff`], [`side_by_side`] |
//! | `diff --unified` | [`Patch`]: its bytes for programs, [`Patch::shown`] for a terminal |
//! | `extract`, `status` | [`extract`], [`fields`] |
//! | `diff --html`, the pages | [`html`]; [`html_body`] with an [`Html`] |
//! | any `--json` | [`json::diff`], [`json::extract`], [`json::log`] |
//!
//! What they are made from: [`DiffView`] with its [`Side`]s, [`Entry`], [`Style`].

mod diff;
mod entities;
mod extract;
mod fields;
mod gap;
#[cfg(test)]
mod hostile;
mod html;
pub mod json;
mod line;
mod log;
mod markup;
#[cfg(test)]
mod sample;
mod script;
mod side_by_side;
mod stat;
mod style;
mod table;
mod telling;
mod unified;
mod view;
mod visible;
mod word;
mod words;

pub use diff::{DiffOptions, diff, diff_body};
pub use extract::extract;
pub use fields::fields;
pub use gap::gap;
pub use html::{HTML_STYLE, html, html_body, html_title};
pub use log::{OneLine, entry, one_line, path_column};
pub use markup::Html;
pub use side_by_side::side_by_side;
pub use stat::stat;
pub use style::{Style, severity_mark};
pub use unified::{Blob, Patch, PatchSides};
pub use view::{DiffView, Entry, Side};
pub use visible::{visible, visible_path};
pub use word::word_diff;
