use std::path::{Path, PathBuf};

use jiff::Timestamp;
use thiserror::Error;

use crate::model::{Digest, DocumentPath, Extract, Extractor, Gap, Revision, Seq, Version, VersionNumber};
use crate::store::{Attestation, Depth, Document, DocumentId, Entry, Filter, Findings, Reader, Retention, Status, StoreError};

/// The history in one database, as people ask about it. Reading has no side effects.
#[derive(Debug)]
pub struct History {
    reader: Reader,
    extractor: fn() -> Extractor,
}

/// A path as it was given, and what it is once the current directory has been put before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub given: PathBuf,
    /// As it reads. A document that stood there is the one that is meant, whatever a link there leads to now.
    pub literal: PathBuf,
    /// With its links resolved.
    pub absolute: PathBuf,
}

impl Place {
    /// The path as it reads, and then where it leads.
    fn spellings(&self) -> impl Iterator<Item = &Path> {
        [&self.literal, &self.absolute].into_iter().map(PathBuf::as_path)
    }
}

/// Why a question has no answer.
#[derive(Debug, Error)]
pub enum QueryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{} is not in the history; `newswatch log` lists what is, `newswatch status` the watched roots", given.display())]
    Unknown { given: PathBuf },
    #[error("{} names a document below each of {} roots; give its whole path", given.display(), roots.len())]
    Ambiguous { given: PathBuf, roots: Vec<PathBuf> },
    #[error("there is no version {number}")]
    NoVersion { number: VersionNumber },
    #[error("version {number} of {} is a deletion: there is nothing to show; the version before it is {}", path.display(), number.get() - 1)]
    Deleted { path: PathBuf, number: VersionNumber },
    #[error("the content of version {number} of {} was removed: {reason}", path.display())]
    Removed { path: PathBuf, number: VersionNumber, reason: String },
}

impl History {
    /// `extractor` is asked for only where something has to be extracted: it may take a while to be had.
    ///
    /// # Errors
    /// There is no database, or it cannot be read; so too for every method below.
    pub fn open(database: &Path, extractor: fn() -> Extractor) -> Result<History, QueryError> {
        Ok(History { reader: Reader::open(database)?, extractor })
    }

    /// The document that stands at a place, or once stood there.
    ///
    /// A path that is not below a watched root is looked up below each root, so that what `--json` prints as `path` can be
    /// given back.
    ///
    /// # Errors
    /// [`QueryError::Unknown`] and [`QueryError::Ambiguous`] too.
    pub fn document(&self, place: &Place) -> Result<Document, QueryError> {
        let roots = self.reader.roots()?;
        for spelling in place.spellings() {
            for root in &roots {
                if let Some(path) = DocumentPath::below(root, spelling)
                    && let Some(document) = self.reader.document_at(&path)?
                {
                    return Ok(document);
                }
            }
        }
        let mut found = self.named(&place.given)?;
        match found.len() {
            0 => Err(QueryError::Unknown { given: place.given.clone() }),
            1 => Ok(found.remove(0)),
            _ => Err(QueryError::Ambiguous { given: place.given.clone(), roots }),
        }
    }

    /// The documents that places name: each a document, or a directory with all documents that stand or stood below it.
    ///
    /// # Errors
    /// As [`History::document`].
    pub fn select(&self, places: &[Place]) -> Result<Vec<DocumentId>, QueryError> {
        let roots = self.reader.roots()?;
        let mut selected = Vec::new();
        for place in places {
            let mut below = Vec::new();
            for spelling in place.spellings() {
                if !below.is_empty() {
                    break;
                }
                for root in &roots {
                    if root.starts_with(spelling) {
                        below.extend(self.reader.documents_below(root, Path::new(""))?);
                    } else if let Ok(relative) = spelling.strip_prefix(root) {
                        below.extend(self.reader.documents_below(root, relative)?);
                    }
                }
            }
            match self.document(place) {
                Ok(document) => selected.push(document.id),
                Err(QueryError::Unknown { .. }) if !below.is_empty() => {}
                Err(error) => return Err(error),
            }
            selected.extend(below.iter().map(|document| document.id));
        }
        Ok(selected)
    }

    /// The other documents that hold, or held once, a content of one of these.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sharers(&self, documents: &[DocumentId]) -> Result<Vec<Document>, QueryError> {
        Ok(self.reader.sharers(documents)?)
    }

    /// A page of revisions, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn log(&self, filter: &Filter) -> Result<Vec<Entry>, QueryError> {
        Ok(self.reader.log(filter)?)
    }

    /// The whole of a revision; `None` where none is kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn revision(&self, seq: Seq) -> Result<Option<Revision>, QueryError> {
        Ok(self.reader.revision(seq)?)
    }

    /// A version that the document has. Versions are numbered without gaps, so a number up to the latest is always there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn version(&self, document: DocumentId, number: VersionNumber) -> Result<Version, QueryError> {
        self.reader.version(document, number)?.ok_or(QueryError::NoVersion { number })
    }

    /// A version by its cursor, and the document that it is of; `None` where there is no such cursor.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn at(&self, seq: Seq) -> Result<Option<(Document, Version)>, QueryError> {
        let version = self.reader.version_by_seq(seq)?;
        Ok(self.reader.document_of(seq)?.zip(version))
    }

    /// The documents that stand, or once stood, at a path below a root: one a root that knows the path.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn named(&self, relative: &Path) -> Result<Vec<Document>, QueryError> {
        let mut found = Vec::new();
        for root in self.reader.roots()? {
            if let Some(path) = DocumentPath::new(root, relative) {
                found.extend(self.reader.document_at(&path)?);
            }
        }
        Ok(found)
    }

    /// All versions of a document, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn versions(&self, document: DocumentId) -> Result<Vec<Version>, QueryError> {
        Ok(self.reader.versions(document)?)
    }

    /// The latest version at or before `number` that is not a tombstone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn content_at(&self, document: DocumentId, number: VersionNumber) -> Result<Option<Version>, QueryError> {
        let mut at = Some(number);
        while let Some(number) = at {
            let version = self.version(document, number)?;
            if version.content.digest().is_some() {
                return Ok(Some(version));
            }
            at = VersionNumber::new(number.get() - 1);
        }
        Ok(None)
    }

    /// The exact bytes of a version.
    ///
    /// # Errors
    /// The database cannot be read, [`QueryError::Deleted`] for a tombstone, [`QueryError::Removed`] where they were taken out.
    pub fn bytes(&self, version: &Version) -> Result<Vec<u8>, QueryError> {
        let (path, number) = (version.path.absolute(), version.number);
        let Some(digest) = version.content.digest() else { return Err(QueryError::Deleted { path, number }) };
        self.reader.bytes(digest).map_err(|error| match error {
            StoreError::Removed { reason, .. } => QueryError::Removed { path, number, reason },
            error => error.into(),
        })
    }

    /// The extractor that made the revision that led to a version.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn made_by(&self, seq: Seq) -> Result<Option<String>, QueryError> {
        Ok(self.reader.made_by(seq)?)
    }

    /// What this extractor makes of a version; `None` for a tombstone. Made again from the bytes where the store keeps nothing,
    /// or what another extractor found: both sides of a diff are always made by the same.
    ///
    /// # Errors
    /// The database cannot be read, [`QueryError::Removed`] where the bytes were taken out.
    pub fn extract(&self, version: &Version) -> Result<Option<Extract>, QueryError> {
        if version.content.digest().is_none() {
            return Ok(None);
        }
        let (name, bytes) = (version.path.file_name(), self.bytes(version)?);
        let extractor = self.extractor_itself();
        let stored = self.reader.entities(version.seq, &bytes)?.filter(|stored| stored.extractor == extractor.name);
        Ok(Some(match stored {
            Some(stored) => (extractor.complete)(name, &bytes, stored.entities),
            None => (extractor.extract)(name, &bytes),
        }))
    }

    /// The same, and `None` too where the bytes were taken out: for who can do with what the revision says.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn extract_if_kept(&self, version: &Version) -> Result<Option<Extract>, QueryError> {
        match self.extract(version) {
            Err(QueryError::Removed { .. }) => Ok(None),
            extract => extract,
        }
    }

    /// The name of the extractor that [`History::extract`] asks.
    #[must_use]
    pub fn extractor(&self) -> &'static str {
        self.extractor_itself().name
    }

    pub(super) fn extractor_itself(&self) -> Extractor {
        (self.extractor)()
    }

    /// The versions of a document before this one, in order.
    pub(super) fn versions_before(&self, document: DocumentId, number: VersionNumber) -> Result<Vec<Version>, QueryError> {
        let mut versions = self.reader.versions(document)?;
        versions.retain(|version| version.number < number);
        Ok(versions)
    }

    /// Whether there are versions that are not in the log yet, because nothing has been derived from them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_behind(&self) -> Result<bool, QueryError> {
        Ok(self.reader.has_pending()?)
    }

    /// Up to this version everything is in the log that ever will be: who has been told of it all goes on from here.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn derived_until(&self) -> Result<Seq, QueryError> {
        Ok(self.reader.reached()?.derived)
    }

    /// Whether a version is recorded and nothing has been derived from it yet, so that no revision is kept with it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_pending(&self, seq: Seq) -> Result<bool, QueryError> {
        Ok(self.reader.is_pending(seq)?)
    }

    /// How many versions of a document are recorded and not in the log yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn pending_of(&self, document: DocumentId) -> Result<u64, QueryError> {
        Ok(self.reader.pending_of(document)?)
    }

    /// How many files, or directories, could not be recorded when they were looked at last, too large or not to be read. What the
    /// configuration excludes is no document, and nobody counts it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn left_out(&self) -> Result<u64, QueryError> {
        let gaps = self.gaps(None, None)?;
        Ok(gaps.iter().filter(|gap| !gap.has_ended() && !gap.path.as_os_str().is_empty()).count() as u64)
    }

    /// How many documents `newswatch reparse` would make again, because another extractor than this one made what is derived from them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn outdated(&self, extractor: &str) -> Result<u64, QueryError> {
        Ok(self.reader.outdated(extractor)?)
    }

    /// How many documents are there now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn present(&self) -> Result<u64, QueryError> {
        Ok(self.reader.present()?)
    }

    /// The database in numbers. Takes its time: it looks at every content.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn status(&self) -> Result<Status, QueryError> {
        Ok(self.reader.status()?)
    }

    /// Every root that ever had a document.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn roots(&self) -> Result<Vec<PathBuf>, QueryError> {
        Ok(self.reader.roots()?)
    }

    /// The gaps that reach into a time, in the order in which they were noted. `None`: from the first, to the last.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn gaps(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<Vec<Gap>, QueryError> {
        // Each end is to find its beginning, and a gap that has not ended reaches to this day: so all of them are read. They
        // are few.
        let mut gaps = Gap::joined(self.reader.gaps(None, None)?);
        gaps.retain(|gap| {
            let ends_in_time = since.is_none_or(|since| gap.ended >= since || !gap.has_ended());
            ends_in_time && until.is_none_or(|until| gap.began <= until)
        });
        Ok(gaps)
    }

    /// The head of the chain of links over all versions; `None` while there is none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn attest(&self) -> Result<Option<Attestation>, QueryError> {
        Ok(self.reader.attest()?)
    }

    /// Whether this was the link of the head once, when the version `seq` was the last one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn was_head(&self, seq: Seq, link: Digest) -> Result<bool, QueryError> {
        Ok(self.reader.was_head(seq, link.as_bytes())?)
    }

    /// Checks the database against itself; `progress` hears of contents done and contents to do.
    ///
    /// # Errors
    /// What keeps the check from going on. Damage is no error but a finding.
    pub fn verify(&self, depth: Depth, progress: &mut dyn FnMut(u64, u64)) -> Result<Findings, QueryError> {
        Ok(self.reader.verify(depth, progress)?)
    }

    /// Copies the database, as it is at one moment, into a new file.
    ///
    /// # Errors
    /// There is something at `to` already, or it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), QueryError> {
        Ok(self.reader.backup(to)?)
    }

    /// The versions whose contents may go, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn removable(&self, retention: &Retention) -> Result<Vec<Version>, QueryError> {
        Ok(self.reader.removable(retention)?)
    }
}
