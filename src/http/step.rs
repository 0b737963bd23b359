//! A recorded revision with both of its versions, as the pages and the API show it.

use hyper::StatusCode;

use super::answer::Trouble;
use crate::model::{Seq, Version, VersionNumber};
use crate::query::{Document, History, Side, Step};
use crate::render;

/// The step to the version with this cursor, and whose document it is.
///
/// # Errors
/// There is no such cursor, its bytes were taken out before anything was derived from them, nothing is derived yet, or it is too large.
pub(super) fn load(history: &History, seq: Seq) -> Result<(Document, Step), Trouble> {
    let (document, version) = version(history, seq)?;
    // Asked first: it may be derived while we look.
    if history.is_pending(seq)? {
        let message = format!(
            "version {} is recorded and still being read: what changed in it will be told here soon; its text is at /version/{}/text",
            seq.0, seq.0
        );
        return Err(Trouble::new(StatusCode::SERVICE_UNAVAILABLE, message));
    }
    let before = VersionNumber::new(version.number.get() - 1).map_or(Ok(None), |number| history.content_at(document.id, number))?;
    let size = version.content.size().max(before.map_or(0, |before| before.content.size()));
    check_size(size, &format!("newswatch diff shows what changed in it, /version/{}/raw has its bytes", seq.0))?;
    let step = history.step(document.id, version.number)?;
    Ok((document, step))
}

/// A document of which the pages and the API say more than its text has this many bytes at most: several are read at a time, and what is
/// found in one takes a hundred times as much memory.
const LARGEST: u64 = 4 * 1024 * 1024;

/// # Errors
/// The content is too large; `instead` says what to do.
pub(super) fn check_size(size: u64, instead: &str) -> Result<(), Trouble> {
    if size <= LARGEST {
        return Ok(());
    }
    let message = format!("this version has more than {LARGEST} bytes, too many to be read here: {instead}");
    Err(Trouble::new(StatusCode::PAYLOAD_TOO_LARGE, message))
}

/// The step as renderers take it.
pub(super) fn view(step: &Step) -> render::DiffView<'_> {
    let path = &step.to.version.path;
    render::DiffView {
        path: path.relative(),
        root: Some(path.root()),
        from: step.from.as_ref().map(side),
        to: Some(side(&step.to)),
        revision: &step.revision,
    }
}

fn side(side: &Side) -> render::Side<'_> {
    render::Side::of(&side.version, side.article())
}

/// The version with this cursor.
///
/// # Errors
/// There is none.
pub(super) fn version(history: &History, seq: Seq) -> Result<(Document, Version), Trouble> {
    history.at(seq)?.ok_or_else(|| Trouble::not_found(format!("there is no version with the cursor {}", seq.0)))
}
