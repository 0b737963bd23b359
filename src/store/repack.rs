//! Packing the whole history anew, as small as it gets: what is too slow to be done while documents come in.

use std::path::Path;

use rusqlite::params;

use super::database::open_to_write;
use super::dictionary::{self, Dictionary, SMALL, Samples};
use super::record::Ground;
use super::{DocumentId, StoreError, pack};
use crate::model::Digest;

/// Ten times as slow as the level at which documents come in, and a tenth smaller.
const LEVEL: i32 = 19;

/// Contents, or documents, that are packed anew in one transaction.
const BATCH: usize = 256;

/// Bytes of contents that a dictionary is made from, at most.
const SAMPLES: i64 = 16 * 1024 * 1024;

/// What [`repack`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repacked {
    /// Contents that are packed smaller than before.
    pub contents: u64,
    /// Contents that were left as they are, because they are not what their digests say.
    pub damaged: u64,
    /// Bytes of the database before,
    pub before: u64,
    /// and after.
    pub after: u64,
}

/// Packs every content and every document's revisions anew and writes the file without gaps. Each content is unpacked and held
/// against its digest before the old packing goes; stopped at any point, what is done stays done and nothing is lost. `progress`
/// hears of contents and documents done and to do.
///
/// # Errors
/// The database cannot be read or written; there has to be room for a second one beside it.
pub fn repack(path: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Repacked, StoreError> {
    let mut ground = Ground::new(open_to_write(path)?, path)?;
    let mut repacked = Repacked { before: ground.size()?, ..Repacked::default() };
    let dictionary = ground.better_dictionary()?;
    let blobs = ground.contents()?;
    let documents = ground.documents_with_a_past()?;
    let all = (blobs.len() + documents.len()) as u64;
    for (batch, done) in blobs.chunks(BATCH).zip((0..).step_by(BATCH)) {
        progress(done, all);
        ground.begin()?;
        for &blob in batch {
            match ground.repack_content(blob, dictionary.as_ref())? {
                Outcome::Smaller => repacked.contents += 1,
                Outcome::Same => {}
                Outcome::Damaged => repacked.damaged += 1,
            }
        }
        ground.commit()?;
    }
    for (batch, done) in documents.chunks(BATCH).zip((blobs.len() as u64..).step_by(BATCH)) {
        progress(done, all);
        ground.begin()?;
        batch.iter().try_for_each(|&document| ground.rebundle(document, LEVEL))?;
        ground.commit()?;
    }
    progress(all, all);
    ground.begin()?;
    ground.run(
        "DELETE FROM dictionary WHERE id NOT IN (SELECT dictionary FROM blob WHERE dictionary IS NOT NULL)
                                  AND id <> (SELECT max(id) FROM dictionary)",
        params![],
    )?;
    ground.commit()?;
    ground.rewrite()?;
    ground.empty_log()?;
    repacked.after = ground.size()?;
    Ok(repacked)
}

enum Outcome {
    Smaller,
    Same,
    Damaged,
}

impl Ground {
    /// The contents that are there, the oldest first.
    fn contents(&self) -> Result<Vec<i64>, StoreError> {
        let mut blobs = Vec::new();
        self.each("SELECT id FROM blob WHERE bytes IS NOT NULL ORDER BY id", params![], |row| {
            blobs.push(row.get(0)?);
            Ok(())
        })?;
        Ok(blobs)
    }

    /// The documents with revisions that can be bundled.
    fn documents_with_a_past(&self) -> Result<Vec<DocumentId>, StoreError> {
        let mut documents = Vec::new();
        self.each("SELECT document FROM version GROUP BY document HAVING count(*) > 1", params![], |row| {
            documents.push(DocumentId(row.get(0)?));
            Ok(())
        })?;
        Ok(documents)
    }

    /// The dictionary to pack with: a new one, made from contents of all times, where it is better than the one that is there.
    fn better_dictionary(&mut self) -> Result<Option<Dictionary>, StoreError> {
        let kept = self.newest_dictionary(LEVEL)?;
        let samples = self.samples_of_all_times()?;
        let Some(bytes) = dictionary::train(&samples.contents, kept.as_ref(), LEVEL) else { return Ok(kept) };
        self.begin()?;
        let id = self.keep_dictionary(&bytes, &samples)?;
        self.commit()?;
        Ok(Some(Dictionary::new(id, &bytes, LEVEL)))
    }

    fn samples_of_all_times(&self) -> Result<Samples, StoreError> {
        let mut small = Vec::new();
        let whole =
            format!("SELECT id, size FROM blob WHERE base IS NULL AND bytes IS NOT NULL AND size BETWEEN 64 AND {SMALL} ORDER BY id");
        let mut bytes = 0;
        self.each(&whole, params![], |row| {
            small.push(row.get::<_, i64>(0)?);
            bytes += row.get::<_, i64>(1)?;
            Ok(())
        })?;
        // Every so many of them, so that all together are not too many.
        let every = usize::try_from(bytes / SAMPLES + 1).unwrap_or(usize::MAX);
        let mut samples = Samples::default();
        for blob in small.into_iter().step_by(every) {
            // What is damaged is for `verify` to name.
            if let Ok(content) = self.content(blob) {
                samples.add(blob, content);
            }
        }
        Ok(samples)
    }

    fn repack_content(&self, blob: i64, dictionary: Option<&Dictionary>) -> Result<Outcome, StoreError> {
        let row = self.find("SELECT digest, base, length(bytes), dictionary FROM blob WHERE id = ?1", params![blob], |row| {
            let (base, length): (Option<i64>, i64) = (row.get(1)?, row.get(2)?);
            Ok((Digest::from_bytes(row.get(0)?), base, length, row.get::<_, Option<i64>>(3)?))
        })?;
        let Some((digest, base, length, packed_with)) = row else { return Ok(Outcome::Same) };
        let Some(content) = self.content(blob).ok().filter(|content| Digest::of(content) == digest) else { return Ok(Outcome::Damaged) };
        let failed = |error: std::io::Error| StoreError::Other { path: self.path.clone(), cause: error.to_string() };
        let dictionary = dictionary.filter(|_| base.is_none() && content.len() <= SMALL);
        let (packed, unpacked) = match base {
            Some(base) => {
                let base = self.content(base)?;
                let packed = pack::pack_delta(&content, &base, LEVEL).map_err(failed)?;
                let unpacked = pack::unpack_delta(&packed, content.len(), &base).map_err(failed)?;
                (packed, unpacked)
            }
            None => {
                let packed = pack::pack_at(&content, dictionary, LEVEL).map_err(failed)?;
                let unpacked = pack::unpack(&packed, content.len(), dictionary).map_err(failed)?;
                (packed, unpacked)
            }
        };
        let dictionary = dictionary.map(|dictionary| dictionary.id);
        let smaller = i64::try_from(packed.len()).unwrap_or(i64::MAX) < length;
        // With the new dictionary even where it makes no difference, so that the old one can go.
        if unpacked != content || !(smaller || dictionary.is_some() && dictionary != packed_with) {
            return Ok(Outcome::Same);
        }
        self.run("UPDATE blob SET bytes = ?2, dictionary = ?3 WHERE id = ?1", params![blob, packed, dictionary])?;
        Ok(if smaller { Outcome::Smaller } else { Outcome::Same })
    }

    /// Bytes of the database, without its log.
    fn size(&self) -> Result<u64, StoreError> {
        let pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(self.find(pages, params![], |row| row.get::<_, i64>(0))?.unwrap_or_default().unsigned_abs())
    }
}
