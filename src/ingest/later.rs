//! The second stage of a first look. Of many new documents at once only the ground is recorded at first, so that nothing is lost
//! that is on the disk now; what they say is derived afterwards, a slice at a time, so that whoever asks can do other work in
//! between. What is left when the process ends waits in the database for the next one.

use super::cores::on_all_cores;
use super::reparse::{Made, derive_document};
use super::{Ingest, Recorded, Told};
use crate::model::Seq;
use crate::store::StoreError;

/// More new documents than this in one pass are recorded first and understood later.
pub(super) const MANY: usize = 1000;

/// Documents in a slice: other work waits as long as these take.
const SLICE: usize = 128;

/// How far the second stage has come.
#[derive(Debug)]
pub(super) struct Later {
    /// All up to this version has been handed out.
    reached: Seq,
    /// On its way to the disk while the next slice is computed.
    under_way: Vec<Made>,
}

impl Default for Later {
    fn default() -> Later {
        Later { reached: Seq(0), under_way: Vec::new() }
    }
}

impl Ingest {
    /// Whether there are versions that nothing has been derived from yet: [`Ingest::derive`] is to be called.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_behind(&self) -> Result<bool, StoreError> {
        self.readers.first().map_or(Ok(false), crate::store::Reader::has_pending)
    }

    /// Derives what is still to be derived from the next versions, and tells of each revision once it is on the disk. False when
    /// all is derived and told of; with the brake pulled it only tells of what was on its way.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub fn derive(&mut self, tell: &mut dyn FnMut(Told)) -> Result<bool, StoreError> {
        let [reader, ..] = self.readers.as_slice() else { return Ok(false) };
        let slice = reader.pending(self.later.reached, SLICE)?;
        let (writer, brake) = (&self.writer, &self.brake);
        let made = on_all_cores(&mut self.readers, &slice, |reader, pending| match brake.is_pulled() {
            true => Ok(Vec::new()),
            false => derive_document(reader, writer, pending.document),
        });
        let made = made.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        acknowledge(std::mem::replace(&mut self.later.under_way, made), tell)?;
        if self.brake.is_pulled() {
            acknowledge(std::mem::take(&mut self.later.under_way), tell)?;
        }
        self.later.reached = slice.last().map_or(self.later.reached, |last| last.version);
        Ok(!self.later.under_way.is_empty())
    }
}

/// Waits until revisions are on the disk and tells of them.
fn acknowledge(written: Vec<Made>, tell: &mut dyn FnMut(Told)) -> Result<(), StoreError> {
    let mut recorded = Vec::with_capacity(written.len());
    // Asked from the last one on, one commit serves them all.
    for Made { ticket, document, version, revision } in written.into_iter().rev() {
        ticket.wait()?;
        recorded.push(Recorded { document, version, revision, written: None });
    }
    recorded.into_iter().rev().for_each(|recorded| tell(Told::Recorded(Box::new(recorded))));
    Ok(())
}
