//! Two versions of a document side by side, with all that is derived from them: what `diff` and `log -p` show.

use std::path::Path;

use crate::diff::{self, Circumstances};
use crate::model::{Extract, Revision, Version, VersionNumber};
use crate::query::{DocumentId, History};
use crate::render;

pub(super) struct Step {
    /// `None` before the first version.
    from: Option<Side>,
    to: Side,
    pub(super) revision: Revision,
}

pub(super) struct Side {
    pub(super) version: Version,
    /// `None` for a tombstone, and where the bytes were taken out.
    extract: Option<Extract>,
}

impl Step {
    /// The step that was recorded with version `number`. Where a side's bytes were taken out since, what was recorded has to do.
    pub(super) fn recorded(history: &History, document: DocumentId, number: VersionNumber) -> anyhow::Result<Step> {
        let kept = |version: Version| {
            let extract = history.extract_if_kept(&version)?;
            anyhow::Ok(Side { version, extract })
        };
        let to = kept(history.version(document, number)?)?;
        let before = VersionNumber::new(number.get() - 1);
        let from = match before {
            // A restored document is compared with what it last held, not with its tombstone.
            Some(before) => history.content_at(document, before)?.map(kept).transpose()?,
            None => None,
        };
        let removed = from.iter().chain([&to]).find(|side| side.view().is_removed());
        let is_current = history.made_by(to.version.seq)?.as_deref() == Some(history.extractor());
        let recorded = if is_current || removed.is_some() { history.revision(to.version.seq)? } else { None };
        if let Some(removed) = removed.filter(|_| recorded.is_none()) {
            // Says what was removed, and why.
            history.bytes(&removed.version)?;
        }
        let from_version = from.as_ref().map(|side| &side.version);
        let restored = to.extract.is_some() && before.is_some() && from_version.is_none_or(|version| Some(version.number) != before);
        let revision = match recorded {
            Some(revision) => revision,
            None => revise(from.as_ref(), &to, restored),
        };
        Ok(Step { from, to, revision })
    }

    /// From any version to any other, forwards or backwards.
    pub(super) fn between(history: &History, document: DocumentId, from: VersionNumber, to: VersionNumber) -> anyhow::Result<Step> {
        if from.next() == to {
            return Step::recorded(history, document, to);
        }
        let from = Side::load(history, history.version(document, from)?)?;
        let to = Side::load(history, history.version(document, to)?)?;
        let revision = revise(Some(&from), &to, false);
        Ok(Step { from: Some(from), to, revision })
    }

    pub(super) fn versions(&self) -> (Option<&Version>, &Version) {
        (self.from.as_ref().map(|side| &side.version), &self.to.version)
    }

    /// The step as renderers take it, under the name that the reader knows the document by.
    pub(super) fn view<'a>(&'a self, shown: &'a Path) -> render::DiffView<'a> {
        render::DiffView {
            path: shown,
            root: Some(self.to.version.path.root()),
            from: self.from.as_ref().map(Side::view),
            to: Some(self.to.view()),
            revision: &self.revision,
        }
    }
}

impl Side {
    fn load(history: &History, version: Version) -> anyhow::Result<Side> {
        let extract = history.extract(&version)?;
        Ok(Side { version, extract })
    }

    fn view(&self) -> render::Side<'_> {
        render::Side::of(&self.version, self.extract.as_ref().map(|extract| &extract.article))
    }

    fn input(&self) -> Option<diff::Side<'_>> {
        self.extract.as_ref().map(|extract| diff::Side { article: &extract.article, entities: &extract.entities })
    }
}

fn revise(from: Option<&Side>, to: &Side, restored: bool) -> Revision {
    let circumstances = Circumstances {
        restored,
        renamed: from.is_some_and(|from| from.version.path != to.version.path),
        same_bytes: from.is_some_and(|from| from.version.content == to.version.content),
        transient: to.version.transient,
        reverts_to: None,
    };
    diff::revise(from.and_then(Side::input), to.input(), circumstances)
}
