//! A recorded revision with both of its versions.

use hyper::StatusCode;

use super::answer::Trouble;
use crate::model::{Extract, Revision, Seq, Version, VersionNumber};
use crate::query::{Document, History};
use crate::render;

/// A version, whose document it is, and what led to it.
pub(super) struct Step {
    pub(super) document: Document,
    pub(super) version: Version,
    pub(super) revision: Revision,
    /// What it is compared with; `None` before the first version.
    from: Option<(Version, Option<Extract>)>,
    to: Option<Extract>,
}

impl Step {
    /// # Errors
    /// There is no such cursor, or no revision is kept with it, or not yet.
    pub(super) fn load(history: &History, seq: Seq) -> Result<Step, Trouble> {
        let (document, version) = version(history, seq)?;
        // Asked first: it may be derived while we look.
        if history.is_pending(seq)? {
            let message = format!(
                "version {} is recorded and still being read: what changed in it will be told here soon; its text is at /version/{}/text",
                seq.0, seq.0
            );
            return Err(Trouble::new(StatusCode::SERVICE_UNAVAILABLE, message));
        }
        let revision = history.revision(seq)?.ok_or_else(|| Trouble::not_found(format!("no revision is kept with version {}", seq.0)))?;
        let to = history.extract_if_kept(&version)?;
        // A restored document is compared with what it last held, not with its tombstone.
        let before = VersionNumber::new(version.number.get() - 1);
        let before = before.map_or(Ok(None), |number| history.content_at(document.id, number))?;
        let from = match before {
            Some(before) => {
                let extract = history.extract_if_kept(&before)?;
                Some((before, extract))
            }
            None => None,
        };
        Ok(Step { document, version, revision, from, to })
    }

    pub(super) fn view(&self) -> render::DiffView<'_> {
        render::DiffView {
            path: self.version.path.relative(),
            root: Some(self.version.path.root()),
            from: self.from.as_ref().map(|(version, extract)| render::Side::of(version, extract.as_ref().map(|extract| &extract.article))),
            to: Some(render::Side::of(&self.version, self.to.as_ref().map(|extract| &extract.article))),
            revision: &self.revision,
        }
    }
}

/// The version with this cursor.
///
/// # Errors
/// There is none.
pub(super) fn version(history: &History, seq: Seq) -> Result<(Document, Version), Trouble> {
    history.at(seq)?.ok_or_else(|| Trouble::not_found(format!("there is no version with the cursor {}", seq.0)))
}
