//! The second stage. Where there is much to do, or a document is large, only the ground is recorded at first: nothing of it is lost, and
//! what changes meanwhile is seen in time. What it says is derived afterwards, a slice at a time, beside the recording or after it. What
//! is left when the process ends waits in the database for the next one.

use std::collections::HashSet;
use std::sync::Arc;

use super::brake::Brake;
use super::cores::on_all_cores;
use super::reparse::{Made, derive_document};
use super::{Ingest, Recorded, Told, readers};
use crate::model::Seq;
use crate::store::{Pending, Reached, Reader, StoreError, Writer};

/// More new documents than this in one pass are recorded first and understood later,
pub(super) const MANY: usize = 1000;
/// or more bytes than this,
pub(super) const MUCH: u64 = 1024 * 1024;
/// and so is a document whose versions before and after have more bytes than this together: to read them would take the better part
/// of a tenth of a second, and a state that lasts no longer would go unseen meanwhile.
pub(super) const LARGE: u64 = 256 * 1024;

/// Versions in a slice,
const SLICE: usize = 128;
/// which ends after so many bytes too: all that is found in them is held until it is on the disk, and told of then.
const SLICE_BYTES: u64 = 4 * 1024 * 1024;

/// Derives what waits to be derived. Apart from the recording, so that both can go on at one time; one at a time for a database.
#[derive(Debug)]
pub struct Deriver {
    writer: Arc<Writer>,
    /// One for each thread that works.
    readers: Vec<Reader>,
    brake: Brake,
    /// All up to this version has been handed out.
    handed_out: Seq,
    /// On its way to the disk while the next slice is computed.
    under_way: Vec<Made>,
}

impl Ingest {
    /// How far recording and deriving have come; where the second is behind, a [`Deriver`] is to go on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn reached(&self) -> Result<Reached, StoreError> {
        self.readers.first().map_or_else(|| Ok(Reached::default()), Reader::reached)
    }

    /// Derives what is put off from now on, and what has been until now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn deriver(&self) -> Result<Deriver, StoreError> {
        let readers = readers(self.writer.path())?;
        Ok(Deriver { writer: Arc::clone(&self.writer), readers, brake: self.brake.clone(), handed_out: Seq(0), under_way: Vec::new() })
    }
}

impl Deriver {
    /// Derives from the next versions that wait for it, and tells of each revision once it is on the disk. False when all is derived and
    /// told of, and with the brake pulled.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn derive(&mut self, tell: &mut dyn FnMut(Told)) -> Result<bool, StoreError> {
        self.derive_while(&|| true, tell)
    }

    /// The same as long as `goes_on`: then it ends after the version in hand, and all that was made has been told of.
    ///
    /// # Errors
    /// As for [`Deriver::derive`].
    pub fn derive_while(&mut self, goes_on: &(dyn Fn() -> bool + Sync), tell: &mut dyn FnMut(Told)) -> Result<bool, StoreError> {
        let mut slice = self.next_slice()?;
        let under_way: HashSet<_> = self.under_way.iter().map(|made| made.document).collect();
        if slice.iter().any(|pending| under_way.contains(&pending.document)) {
            // Until that is on the disk it would be made a second time.
            self.acknowledge(Vec::new(), tell)?;
            slice = self.next_slice()?;
        }
        self.handed_out = slice.last().map_or(self.handed_out, |last| last.version);
        let due: HashSet<_> = slice.iter().map(|pending| pending.version).collect();
        let mut documents = HashSet::new();
        slice.retain(|pending| documents.insert(pending.document));
        let (writer, brake) = (&self.writer, &self.brake);
        let goes_on = || goes_on() && !brake.has_been_pulled();
        let made = on_all_cores(&mut self.readers, &slice, |reader, pending| {
            if goes_on() { derive_document(reader, writer, pending.document, &due, goes_on) } else { Ok(Vec::new()) }
        });
        let made = made.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        let is_over = !goes_on();
        self.acknowledge(made, tell)?;
        if is_over {
            self.acknowledge(Vec::new(), tell)?;
        }
        Ok(!self.under_way.is_empty())
    }

    /// How far recording and deriving have come.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn reached(&self) -> Result<Reached, StoreError> {
        self.readers.first().map_or_else(|| Ok(Reached::default()), Reader::reached)
    }

    fn next_slice(&self) -> Result<Vec<Pending>, StoreError> {
        let [reader, ..] = self.readers.as_slice() else { return Ok(Vec::new()) };
        let mut slice = reader.pending(self.handed_out, SLICE)?;
        let mut bytes = 0;
        slice.retain(|pending| {
            let fits = bytes < SLICE_BYTES;
            bytes += pending.size;
            fits
        });
        Ok(slice)
    }

    /// Waits until what is under way is on the disk and tells of it; `next` is under way then.
    fn acknowledge(&mut self, next: Vec<Made>, tell: &mut dyn FnMut(Told)) -> Result<(), StoreError> {
        let written = std::mem::replace(&mut self.under_way, next);
        let mut recorded = Vec::with_capacity(written.len());
        // Asked from the last one on, one commit serves them all.
        for Made { ticket, document, version, revision } in written.into_iter().rev() {
            ticket.wait()?;
            recorded.push(Recorded { document, version, revision, written: None });
        }
        recorded.into_iter().rev().for_each(|recorded| tell(Told::Derived(Box::new(recorded))));
        Ok(())
    }
}
