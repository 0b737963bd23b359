//! How the contents of one document are packed: the newest whole, each older one as a delta against a newer one.
//!
//! Contents of a document have ranks 1, 2, 3 … Every fourth is an *anchor*. A content is packed against the next one, so that
//! three steps at most lead to an anchor; an anchor leads to a later anchor, and the farther the older it is: with anchors
//! numbered k = rank / 4, from k to k + (the lowest set bit of k). Six such steps at most lead to an anchor that is whole or
//! the newest, and from there four to the newest content. So any content is read in [`STEPS`] steps, however many there are,
//! and a new content makes one delta, or, if it is an anchor, one for each anchor that waits for its later one: six at most.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, Params, params};

use super::dictionary::{self, Dictionary};
use super::record::Ground;
use super::{DocumentId, StoreError, pack};

/// Every content of such a rank is an anchor.
const ANCHOR: i64 = 4;
/// Every anchor of such a number stays whole, so that the way over anchors is bounded.
const WHOLE: i64 = 64;
/// What a read may take. A longer chain was not made here: it is damage.
pub(super) const STEPS: i64 = 16;

/// A new content of a document, which stands whole in the database.
pub(super) struct Newest<'a> {
    pub blob: i64,
    pub rank: i64,
    pub bytes: &'a [u8],
}

impl Ground {
    /// Packs anew the older contents of a document that are to lean on its newest one.
    pub(super) fn lean_on(&self, document: DocumentId, newest: &Newest<'_>) -> Result<(), StoreError> {
        let mut ranks = vec![newest.rank - 1];
        if newest.rank % ANCHOR == 0 {
            ranks.extend(waiting_anchors(newest.rank / ANCHOR).into_iter().map(|anchor| anchor * ANCHOR));
        }
        for rank in ranks.into_iter().filter(|&rank| rank > 0 && rank % (ANCHOR * WHOLE) != 0) {
            if let Some(blob) = self.blob_of_rank(document, rank, newest.blob)? {
                self.pack_against(blob, newest)?;
            }
        }
        Ok(())
    }

    /// The rank of the document's next content, and so, less one, of the last one that is its alone.
    pub(super) fn next_rank(&self, document: DocumentId) -> Result<i64, StoreError> {
        let last = self.find(
            "SELECT blob.rank FROM version JOIN blob ON blob.id = version.blob
             WHERE version.document = ?1 AND NOT blob.shared ORDER BY version.number DESC LIMIT 1",
            params![document.0],
            |row| row.get::<_, i64>(0),
        )?;
        Ok(last.map_or(1, |last| last + 1))
    }

    fn blob_of_rank(&self, document: DocumentId, rank: i64, newest: i64) -> Result<Option<i64>, StoreError> {
        self.find(
            "SELECT blob.id FROM version JOIN blob ON blob.id = version.blob
             WHERE version.document = ?1 AND blob.rank = ?2 AND blob.id <> ?3 AND NOT blob.shared AND blob.bytes IS NOT NULL
             ORDER BY version.number DESC LIMIT 1",
            params![document.0, rank, newest],
            |row| row.get(0),
        )
    }

    /// The bytes of a content.
    pub(super) fn content(&self, blob: i64) -> Result<Vec<u8>, StoreError> {
        let damaged = |error: std::io::Error| StoreError::damaged(&self.path, format!("the content {blob} cannot be unpacked: {error}"));
        self.shelf.unchain(&self.connection, self.links(blob)?).map_err(damaged)
    }

    fn links(&self, blob: i64) -> Result<Vec<Link>, StoreError> {
        links(&self.connection, "id = ?1", params![blob]).map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    fn pack_against(&self, blob: i64, base: &Newest<'_>) -> Result<(), StoreError> {
        let damaged = |error: std::io::Error| StoreError::damaged(&self.path, format!("the content {blob} cannot be unpacked: {error}"));
        let links = self.links(blob)?;
        let stored = links.first().and_then(|link| link.bytes.as_ref()).map_or(0, Vec::len);
        let whole = links.len() == 1;
        let content = self.shelf.unchain(&self.connection, links).map_err(damaged)?;
        let delta = pack::pack_delta(&content, base.bytes, pack::LEVEL).map_err(damaged)?;
        // Two contents with nothing in common: the delta would only make reading slower. One that leans on an older
        // base than it should is packed anew whatever it costs, to keep the way short.
        if whole && delta.len() >= stored {
            return Ok(());
        }
        self.run("UPDATE blob SET base = ?2, bytes = ?3, dictionary = NULL WHERE id = ?1", params![blob, base.blob, delta])
    }
}

/// The anchors before `newest` whose later anchor is `newest` or has not come yet; never one that stays whole.
fn waiting_anchors(newest: i64) -> Vec<i64> {
    let mut waiting = Vec::new();
    let mut anchor = newest - 1;
    // Those are what is left when the lowest set bits are taken off one by one: 7, 6, 4 for 8 as for 7 and something.
    while anchor > 0 && anchor % WHOLE != 0 {
        waiting.push(anchor);
        anchor &= anchor - 1;
    }
    waiting
}

/// One step of a chain: how many bytes come out, and what they are packed as. `None`: removed.
pub(super) struct Link {
    pub size: i64,
    pub bytes: Option<Vec<u8>>,
    leans: bool,
    dictionary: Option<i64>,
}

/// The chain from a content to the whole one that it leans on in the end.
pub(super) fn links(connection: &Connection, which: &str, value: impl Params) -> rusqlite::Result<Vec<Link>> {
    links_in(connection, DICTIONARY, which, value)
}

/// Where the dictionary of a content stands.
pub(super) const DICTIONARY: &str = "blob.dictionary";
/// The first schema had none.
pub(super) const NO_DICTIONARY: &str = "NULL";

/// The same in a database of an older schema.
pub(super) fn links_in(connection: &Connection, dictionary: &str, which: &str, value: impl Params) -> rusqlite::Result<Vec<Link>> {
    let sql = format!(
        "WITH RECURSIVE chain (step, size, base, bytes, dictionary) AS (
           SELECT 0, size, base, bytes, {dictionary} FROM blob WHERE {which}
           UNION ALL SELECT step + 1, blob.size, blob.base, blob.bytes, {dictionary}
             FROM chain JOIN blob ON blob.id = chain.base WHERE step < {STEPS}
         ) SELECT size, bytes, base IS NOT NULL, dictionary FROM chain ORDER BY step"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map(value, |row| Ok(Link { size: row.get(0)?, bytes: row.get(1)?, leans: row.get(2)?, dictionary: row.get(3)? }))?;
    rows.collect()
}

/// The dictionaries that one connection has met, ready for use.
#[derive(Debug, Default)]
pub(super) struct Shelf(RefCell<HashMap<i64, Arc<Dictionary>>>);

impl Shelf {
    /// The content at the beginning of a chain.
    pub(super) fn unchain(&self, connection: &Connection, links: Vec<Link>) -> std::io::Result<Vec<u8>> {
        let broken = |message: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, message.to_owned());
        if links.last().is_none_or(|last| last.leans) {
            return Err(broken("its chain of deltas does not end"));
        }
        let mut content: Option<Vec<u8>> = None;
        for link in links.into_iter().rev() {
            let packed = link.bytes.ok_or_else(|| broken("its chain of deltas leads over a removed content"))?;
            let size = usize::try_from(link.size).map_err(|_| broken("its size is less than nothing"))?;
            content = Some(match (content, link.dictionary) {
                (None, None) => pack::unpack(&packed, size, None)?,
                (None, Some(id)) => {
                    let dictionary = self.get(connection, id)?.ok_or_else(|| broken("the dictionary it was packed with is not there"))?;
                    pack::unpack(&packed, size, Some(&dictionary))?
                }
                (Some(base), _) => pack::unpack_delta(&packed, size, &base)?,
            });
        }
        content.ok_or_else(|| broken("it is not there"))
    }

    pub(super) fn get(&self, connection: &Connection, id: i64) -> std::io::Result<Option<Arc<Dictionary>>> {
        if let Some(dictionary) = self.0.borrow().get(&id) {
            return Ok(Some(Arc::clone(dictionary)));
        }
        let dictionary = dictionary::load(connection, id, pack::LEVEL).map_err(std::io::Error::other)?.map(Arc::new);
        self.0.borrow_mut().extend(dictionary.iter().map(|dictionary| (id, Arc::clone(dictionary))));
        Ok(dictionary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `lean_on` on ranks alone and gives the longest way from any content to a whole one, over the whole history.
    fn longest_way(contents: i64) -> i64 {
        let mut base: HashMap<i64, i64> = HashMap::new();
        let mut longest = 0;
        for newest in 1..=contents {
            let mut ranks = vec![newest - 1];
            if newest % ANCHOR == 0 {
                ranks.extend(waiting_anchors(newest / ANCHOR).into_iter().map(|anchor| anchor * ANCHOR));
            }
            for rank in ranks.into_iter().filter(|&rank| rank > 0 && rank % (ANCHOR * WHOLE) != 0) {
                base.insert(rank, newest);
            }
            if newest > contents - 600 {
                for rank in 1..=newest {
                    let way = std::iter::successors(Some(rank), |rank| base.get(rank).copied()).count() - 1;
                    longest = longest.max(i64::try_from(way).unwrap());
                }
            }
        }
        longest
    }

    #[test]
    fn every_content_is_read_in_few_steps() {
        for contents in [1, 2, 5, 17, 100, 600, 3000] {
            let longest = longest_way(contents);
            assert!(longest <= STEPS, "{longest} steps among {contents} contents");
        }
    }
}
