//! Making all derived data again, after the extractor has changed. No version comes into being or goes.

use std::collections::HashSet;

use super::Ingest;
use super::cores::on_all_cores;
use super::derive::{extractor, nothing, revise};
use super::work::extract_of;
use crate::model::{Circumstances, Content, Extract, Revision, Seq, Version};
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
            let made = on_all_cores(&mut self.readers, batch, |reader, &document| {
                derive_document(reader, writer, document, &not_by_this(reader, document)?, || true)
            });
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

/// The versions of a document from which this extractor has not derived anything.
fn not_by_this(reader: &Reader, document: DocumentId) -> Result<HashSet<Seq>, StoreError> {
    let mut due: HashSet<Seq> = reader.versions(document)?.into_iter().map(|version| version.seq).collect();
    for seq in reader.versions_by(document, extractor().name)? {
        due.remove(&seq);
    }
    Ok(due)
}

/// A revision that was made for a version that is there already, on its way to the disk.
#[derive(Debug)]
pub(super) struct Made {
    pub ticket: Ticket<()>,
    pub document: DocumentId,
    pub version: Version,
    pub revision: Revision,
}

/// Derives from those versions of a document that are `due`, in order, as long as `goes_on`. What was taken out on purpose leaves the
/// revisions from it and to it as they are, where there are any.
pub(super) fn derive_document(
    reader: &Reader,
    writer: &Writer,
    document: DocumentId,
    due: &HashSet<Seq>,
    goes_on: impl Fn() -> bool,
) -> Result<Vec<Made>, StoreError> {
    let versions = reader.versions(document)?;
    let last_with_content = versions.iter().rposition(|version| version.content != Content::Tombstone);
    let mut all_made = Vec::new();
    // The last version with content before the one at hand, with its extract where it was made here.
    let mut before: Option<(&Version, Option<Extract>)> = None;
    for (place, version) in versions.iter().enumerate() {
        let is_tombstone = version.content == Content::Tombstone;
        let mut extract = None;
        if due.contains(&version.seq) {
            if !goes_on() {
                break;
            }
            let bytes = bytes_of(reader, version)?;
            let before_is_gone = || before.as_ref().map_or(Ok(false), |(before, _)| is_removed(reader, before));
            let is_cut = bytes.is_none() || before_is_gone()?;
            if !is_cut || reader.made_by(version.seq)?.is_none() {
                let kept;
                let from = match &before {
                    None => None,
                    Some((_, Some(extract))) => Some(extract),
                    Some((version, None)) => {
                        kept = extract_of(reader, version)?;
                        Some(&kept)
                    }
                };
                let to = (!is_tombstone).then(|| match &bytes {
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
                extract = to;
            }
        }
        if !is_tombstone {
            before = Some((version, extract));
        }
    }
    Ok(all_made)
}

fn is_removed(reader: &Reader, version: &Version) -> Result<bool, StoreError> {
    version.content.digest().map_or(Ok(false), |digest| reader.is_removed(digest))
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
