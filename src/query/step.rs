//! Two versions of a document side by side, with all that is derived from them by one extractor: what `diff`, `log -p` and the pages
//! show.

use super::{DocumentId, History, QueryError};
use crate::model::{Article, Circumstances, Content, Extract, Revision, Version, VersionNumber};

/// From one version to another.
#[derive(Debug)]
pub struct Step {
    /// `None` before the first version.
    pub from: Option<Side>,
    pub to: Side,
    pub revision: Revision,
}

/// One of its ends.
#[derive(Debug)]
pub struct Side {
    pub version: Version,
    /// `None` for a tombstone, and where the bytes were taken out.
    pub extract: Option<Extract>,
}

impl Side {
    #[must_use]
    pub fn article(&self) -> Option<&Article> {
        self.extract.as_ref().map(|extract| &extract.article)
    }

    fn is_removed(&self) -> bool {
        self.extract.is_none() && self.version.content != Content::Tombstone
    }
}

impl History {
    /// The step that led to version `number`. Made again where another extractor recorded it, or none yet; where a side's bytes were
    /// taken out since, what was recorded has to do.
    ///
    /// # Errors
    /// The database cannot be read, there is no such version, or [`QueryError::Removed`] where neither bytes nor revision are left.
    pub fn step(&self, document: DocumentId, number: VersionNumber) -> Result<Step, QueryError> {
        let kept = |version: Version| -> Result<Side, QueryError> {
            let extract = self.extract_if_kept(&version)?;
            Ok(Side { version, extract })
        };
        let to = kept(self.version(document, number)?)?;
        let from = match VersionNumber::new(number.get() - 1) {
            // A restored document is compared with what it last held, not with its tombstone.
            Some(before) => self.content_at(document, before)?.map(kept).transpose()?,
            None => None,
        };
        let removed = from.iter().chain([&to]).find(|side| side.is_removed());
        let is_current = self.made_by(to.version.seq)?.as_deref() == Some(self.extractor());
        let recorded = if is_current || removed.is_some() { self.revision(to.version.seq)? } else { None };
        if let Some(removed) = removed.filter(|_| recorded.is_none()) {
            // Says what was removed, and why.
            self.bytes(&removed.version)?;
        }
        let revision = match recorded {
            Some(revision) => revision,
            None => {
                let earlier = self.versions_before(document, number)?;
                self.revise(from.as_ref(), &to, Circumstances::of(&to.version, &earlier))
            }
        };
        Ok(Step { from, to, revision })
    }

    /// From any version to any other, forwards or backwards.
    ///
    /// # Errors
    /// As for [`History::step`]; the bytes of both have to be there unless the one follows the other.
    pub fn step_between(&self, document: DocumentId, from: VersionNumber, to: VersionNumber) -> Result<Step, QueryError> {
        if from.next() == to {
            return self.step(document, to);
        }
        let side = |number| -> Result<Side, QueryError> {
            let version = self.version(document, number)?;
            let extract = self.extract(&version)?;
            Ok(Side { version, extract })
        };
        let (from, to) = (side(from)?, side(to)?);
        let circumstances = Circumstances {
            renamed: from.version.path != to.version.path,
            same_bytes: from.version.content == to.version.content,
            transient: to.version.transient,
            ..Circumstances::default()
        };
        let revision = self.revise(Some(&from), &to, circumstances);
        Ok(Step { from: Some(from), to, revision })
    }

    fn revise(&self, from: Option<&Side>, to: &Side, circumstances: Circumstances) -> Revision {
        (self.extractor_itself().revise)(from.and_then(|from| from.extract.as_ref()), to.extract.as_ref(), circumstances)
    }
}
