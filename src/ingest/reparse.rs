//! Making all derived data again, after the extractor has changed. No version comes into being or goes.

use std::collections::HashSet;

use super::Ingest;
use super::cores::on_all_cores;
use super::derive::{extract, extractor, nothing, revise};
use super::work::extract_of;
use crate::diff::Circumstances;
use crate::model::{Content, Extract, Version};
use crate::store::{Derived, DocumentId, Reader, StoreError, Ticket, Writer};

/// Documents whose new derived data may be on their way to the disk at one time.
const BATCH: usize = 256;

impl Ingest {
    /// Makes the extracts and revisions of every version that another extractor made. What is done stays done: stopped and
    /// called again, it goes on where it was. `progress` hears of documents done and documents to do.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn reparse(&mut self, progress: &mut dyn FnMut(usize, usize)) -> Result<(), StoreError> {
        let [reader, ..] = self.readers.as_slice() else { return Ok(()) };
        let documents = reader.documents_not_by(extractor())?;
        let writer = &self.writer;
        let mut done = 0;
        progress(done, documents.len());
        for batch in documents.chunks(BATCH) {
            let tickets = on_all_cores(&mut self.readers, batch, |reader, &document| reparse_document(reader, writer, document));
            // Asked from the last one on, one commit serves them all.
            for ticket in tickets.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().rev() {
                ticket.wait()?;
            }
            done += batch.len();
            progress(done, documents.len());
        }
        Ok(())
    }
}

fn reparse_document(reader: &Reader, writer: &Writer, document: DocumentId) -> Result<Vec<Ticket<()>>, StoreError> {
    let versions = reader.versions(document)?;
    let current: HashSet<_> = reader.versions_by(document, extractor())?.into_iter().collect();
    let mut tickets = Vec::new();
    // The last version with content, and its extract where it was made here.
    let mut before: Option<(&Version, Option<Extract>)> = None;
    for (place, version) in versions.iter().enumerate() {
        let made = if current.contains(&version.seq) {
            None
        } else {
            let kept;
            let from = match &before {
                None => None,
                Some((_, Some(extract))) => Some(extract),
                Some((version, None)) => {
                    kept = extract_of(reader, version)?;
                    Some(&kept)
                }
            };
            let to = extract_again(reader, version)?;
            let revision = revise(from, to.as_ref(), circumstances(&versions[..place], version));
            let derived = Derived { extractor: extractor(), extract: to.as_ref(), revision: &revision };
            tickets.push(writer.derive(version.seq, &derived));
            to
        };
        if version.content != Content::Tombstone {
            before = Some((version, made));
        }
    }
    Ok(tickets)
}

/// `None` for a tombstone.
fn extract_again(reader: &Reader, version: &Version) -> Result<Option<Extract>, StoreError> {
    let Some(digest) = version.content.digest() else { return Ok(None) };
    match reader.bytes(digest) {
        Ok(bytes) => Ok(Some(extract(version.path.file_name(), &bytes))),
        Err(StoreError::Removed { .. }) => Ok(Some(nothing())),
        Err(error) => Err(error),
    }
}

/// What was known when a version was recorded, read off the versions that came before it.
fn circumstances(earlier: &[Version], version: &Version) -> Circumstances {
    let (Some(last), Some(digest)) = (earlier.last(), version.content.digest()) else { return Circumstances::default() };
    let before = earlier.iter().rev().find_map(|version| version.content.digest());
    let same_bytes = before == Some(digest);
    let earlier_same = || earlier.iter().rev().find(|version| version.content.digest() == Some(digest)).map(|version| version.number);
    Circumstances {
        restored: last.content == Content::Tombstone,
        renamed: last.path != version.path,
        same_bytes,
        reverts_to: if same_bytes { None } else { earlier_same() },
    }
}
