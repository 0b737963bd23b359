//! What a renderer is told: model types, and beside them only how a thing is to be called.

use std::path::Path;

use jiff::Timestamp;

use crate::model::{Article, Content, Digest, Revision, Version, VersionNumber};

/// A revision with its two sides: what every form of a diff is made from.
#[derive(Clone, Copy, Debug)]
pub struct DiffView<'a> {
    /// The document's path in the words of the reader: below `root` where there is one, else as it was given.
    pub path: &'a Path,
    /// The watched root, absolute; `None` for files that are compared without a database.
    pub root: Option<&'a Path>,
    /// `None` for a document's first version.
    pub from: Option<Side<'a>>,
    pub to: Option<Side<'a>>,
    pub revision: &'a Revision,
}

/// One side of a diff: a stored version, or a file as it is.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub path: &'a Path,
    /// `None` for a file that is compared without a database, and so is `observed`.
    pub version: Option<VersionNumber>,
    pub observed: Option<Timestamp>,
    pub content: Content,
    /// The file was still being written.
    pub transient: bool,
    /// `None` for a tombstone, and where the bytes were taken out on purpose.
    pub article: Option<&'a Article>,
}

impl<'a> Side<'a> {
    #[must_use]
    pub fn of(version: &'a Version, article: Option<&'a Article>) -> Side<'a> {
        Side {
            path: version.path.relative(),
            version: Some(version.number),
            observed: Some(version.observed),
            content: version.content,
            transient: version.transient,
            article,
        }
    }

    /// A file that is not, or not yet, in any database.
    #[must_use]
    pub fn file(path: &'a Path, bytes: &[u8], article: &'a Article) -> Side<'a> {
        let content = Content::Bytes { digest: Digest::of(bytes), size: bytes.len() as u64 };
        Side { path, version: None, observed: None, content, transient: false, article: Some(article) }
    }

    /// Whether the bytes were taken out on purpose: of the text is known only what the revision says.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.article.is_none() && self.content.digest().is_some()
    }

    /// What is odd about it, for people.
    pub(super) fn remark(&self) -> &'static str {
        match self.content {
            Content::Tombstone => " (deleted)",
            _ if self.is_removed() => " (its text was removed)",
            _ => "",
        }
    }

    /// `v3`, or the path of a file that has no versions.
    pub(super) fn label(&self) -> String {
        match self.version {
            Some(number) => format!("v{number}"),
            None => super::visible_path(self.path).into_owned(),
        }
    }
}

/// One line of the change history: a version and the revision that led to it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The document's path as the reader is to see it.
    pub path: &'a Path,
    pub version: &'a Version,
    pub revision: &'a Revision,
}
