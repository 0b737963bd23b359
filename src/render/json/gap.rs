//! `newswatch.gap/1`.

use jiff::Timestamp;
use serde::Serialize;

use super::{PathJson, object};
use crate::model::Gap;

/// One line of `newswatch.gap/1`.
#[must_use]
pub fn gap(gap: &Gap) -> String {
    object(&GapJson {
        schema: "newswatch.gap/1",
        path: PathJson::of(&gap.path),
        root: gap.root.to_string_lossy().into_owned(),
        began: gap.began,
        ended: gap.has_ended().then_some(gap.ended),
        noted: gap.noted,
        cause: &gap.cause,
    })
}

/// `path` is empty for all of the root; `ended` is null where the gap has not ended as far as is known.
#[derive(Serialize)]
struct GapJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    path: PathJson,
    root: String,
    began: Timestamp,
    ended: Option<Timestamp>,
    noted: Timestamp,
    cause: &'a str,
}
