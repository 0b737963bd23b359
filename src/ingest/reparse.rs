//! Making all derived data again, after the extractor has changed. No version comes into being or goes.

use std::collections::HashSet;

use super::Ingest;
use super::cores::on_all_cores;
use super::derive::{extractor, nothing, revise};
use super::work::extract_of;
use crate::model::{Circumstances, Content, Extract, Revision, Version};
use crate::store::{Derived, DocumentId, Reader, StoreError, Ticket, Writer};

/// Documents whose new derived data may be on their way to the disk at one time; between such lots `progress` hears of it, which is a second
/// or so even where documents have long histories.
const BATCH: usize = 32;

impl Ingest {
    /// Makes the extracts and revisions of every version that another extractor made. What is done stays done: stopped and
    /// called again, it goes on where it was. `progress` hears of documents done and documents to look at. Gives in how many something
    /// was made again: where contents were taken out on purpose there may be nothing to make it from.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn reparse(&mut self, progress: &mut dyn FnMut(usize, usize)) -> Result<usize, StoreError> {
        let [reader, ..] = self.readers.as_slice() else { return Ok(0) };
        let documents = reader.documents_not_by(extractor().name)?;
        let writer = &self.writer;
        let (mut done, mut made_again) = (0, 0);
        progress(done, documents.len());
        for batch in documents.chunks(BATCH) {
            let made = on_all_cores(&mut self.readers, batch, |reader, &document| derive_document(reader, writer, document));
            let made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
            made_again += made.iter().filter(|made| !made.is_empty()).count();
            // Asked from the last one on, one commit serves them all.
            for made in made.into_iter().flatten().rev() {
                made.ticket.wait()?;
            }
            done += batch.len();
            progress(done, documents.len());
        }
        Ok(made_again)
    }
}

/// A revision that was made for a version that is there already, on its way to the disk.
#[derive(Debug)]
pub(super) struct Made {
    pub ticket: Ticket<()>,
    pub document: DocumentId,
    pub version: Version,
    pub revision: Revision,
}

/// Derives what this extractor has not derived yet from the versions of a document.
pub(super) fn derive_document(reader: &Reader, writer: &Writer, document: DocumentId) -> Result<Vec<Made>, StoreError> {
    let versions = reader.versions(document)?;
    let current: HashSet<_> = reader.versions_by(document, extractor().name)?.into_iter().collect();
    let last_with_content = versions.iter().rposition(|version| version.content != Content::Tombstone);
    let mut all_made = Vec::new();
    let mut before = Before::Nothing;
    for (place, version) in versions.iter().enumerate() {
        let bytes = bytes_of(reader, version)?;
        let mut made = None;
        // What was taken out on purpose leaves the revisions from it and to it as they are, where there are any.
        let is_cut = bytes.is_none() || matches!(before, Before::Removed);
        let stays = current.contains(&version.seq) || is_cut && reader.made_by(version.seq)?.is_some();
        if !stays {
            let kept;
            let from = match &before {
                Before::Nothing | Before::Removed => None,
                Before::Version(_, Some(extract)) => Some(extract.as_ref()),
                Before::Version(version, None) => {
                    kept = extract_of(reader, version)?;
                    Some(&kept)
                }
            };
            let to = (version.content != Content::Tombstone).then(|| match &bytes {
                Some(bytes) => (extractor().extract)(version.path.file_name(), bytes),
                None => nothing(),
            });
            let revision = revise(from, to.as_ref(), Circumstances::of(version, &versions[..place]));
            let stored = to.as_ref().zip(bytes.as_deref()).filter(|_| Some(place) == last_with_content);
            let derived = Derived {
                extractor: extractor().name,
                entities: stored.map(|(extract, bytes)| (&extract.entities, bytes)),
                revision: &revision,
            };
            let ticket = writer.derive(version.seq, &derived);
            all_made.push(Made { ticket, document, version: version.clone(), revision });
            made = to;
        }
        if version.content != Content::Tombstone {
            before = if bytes.is_some() { Before::Version(version, made.map(Box::new)) } else { Before::Removed };
        }
    }
    Ok(all_made)
}

/// The last version with content before the one at hand.
enum Before<'a> {
    Nothing,
    /// Its bytes were taken out.
    Removed,
    /// With its extract, where it was made here.
    Version(&'a Version, Option<Box<Extract>>),
}

/// The bytes of a version, none for a tombstone; `None` where they were removed.
fn bytes_of(reader: &Reader, version: &Version) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(digest) = version.content.digest() else { return Ok(Some(Vec::new())) };
    match reader.bytes(digest) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::Removed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
