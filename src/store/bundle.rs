//! Revisions of one document, packed together. They quote the same sentences and say the same of them, so that many take hardly
//! more room than some; and rows as small as theirs leave much of each page empty.
//!
//! With every [`FEW`] versions of a document the revisions that stand alone are bundled; `newswatch gc` makes larger bundles, packed
//! harder. To read a revision is to unpack its bundle, which is why there are [`MOST`] and [`BYTES`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use super::record::Ground;
use super::{DocumentId, StoreError, derived, pack};
use crate::model::Seq;

/// As often as a document has so many versions more.
const FEW: i64 = 16;

/// Revisions in one bundle, at most. What is further apart is never in one, so that a history of any length is bundled in parts.
const MOST: i64 = 64;

/// A bundle is closed when its revisions have so many bytes, before they are packed.
const BYTES: usize = 256 * 1024;

/// Asks for the data of the revision of a version: what is in its row, and its bundle.
pub(super) const DATA: &str =
    "SELECT revision.data, bundle.data FROM revision LEFT JOIN bundle ON bundle.id = revision.bundle WHERE revision.version = ?1";

/// A revision as it is before it is packed, and where it is now.
struct Member {
    seq: i64,
    text: Vec<u8>,
    bundle: Option<i64>,
    /// Bytes of its own that it takes, packed.
    packed: usize,
}

/// What a document's revisions say.
#[derive(Default)]
struct Members {
    /// Oldest first, without those that cannot be read.
    members: Vec<Member>,
    /// Bytes of the bundles that they are in.
    packed: usize,
    /// The versions whose revisions cannot be read out of their bundles.
    damaged: Vec<Seq>,
}

impl Ground {
    /// Bundles the revisions of a document that stand alone, where it is time to, now that this one has been written.
    pub(super) fn bundle_after(&self, seq: Seq) -> Result<(), StoreError> {
        let version = self.find("SELECT document, number FROM version WHERE seq = ?1", params![seq.0], |row| {
            Ok((DocumentId(row.get(0)?), row.get::<_, i64>(1)?))
        })?;
        let Some((document, number)) = version.filter(|(_, number)| number % FEW == 0) else { return Ok(()) };
        let alone = self.members(document, part(number), true)?.members;
        groups(&alone).into_iter().try_for_each(|group| self.keep_bundle(group, &self.packed(group, pack::LEVEL)?))
    }

    /// Bundles all revisions of a document anew, where they get smaller by that and none is damaged.
    pub(super) fn rebundle(&self, document: DocumentId, level: i32) -> Result<(), StoreError> {
        for part in self.parts(document)? {
            let Members { members, packed, damaged } = self.members(document, part, false)?;
            let groups = groups(&members);
            let bundles = groups.iter().map(|group| self.packed(group, level)).collect::<Result<Vec<_>, _>>()?;
            let before = packed + groups.iter().copied().flatten().map(|member| member.packed).sum::<usize>();
            if damaged.is_empty() && bundles.iter().map(Vec::len).sum::<usize>() < before {
                self.unbundle_members(&members)?;
                groups.iter().zip(&bundles).try_for_each(|(group, bundle)| self.keep_bundle(group, bundle))?;
            }
        }
        Ok(())
    }

    /// Has every revision of a document stand alone: one that cannot be read with no more than its row says of it. What is left of those
    /// in their bundles that have been made again goes, too.
    pub(super) fn unbundle(&mut self, document: DocumentId) -> Result<(), StoreError> {
        for part in self.parts(document)? {
            let Members { members, damaged, .. } = self.members(document, part, false)?;
            self.unbundle_members(&members)?;
            damaged.into_iter().try_for_each(|seq| self.keep_remains(seq))?;
        }
        Ok(())
    }

    /// The numbers of a document's versions, in parts that are bundled each by itself.
    fn parts(&self, document: DocumentId) -> Result<impl Iterator<Item = Range<i64>> + use<>, StoreError> {
        let last =
            self.find("SELECT max(number) FROM version WHERE document = ?1", params![document.0], |row| row.get::<_, Option<i64>>(0))?;
        Ok((1..=last.flatten().unwrap_or_default()).step_by(usize::try_from(MOST).unwrap_or(1)).map(part))
    }

    /// Writes, in the transaction that is open, over the revision of a version, and removes the bundle that it was the last one in.
    pub(super) fn leave_bundle(&self, seq: Seq, write: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let left = self.find("SELECT bundle FROM revision WHERE version = ?1", params![seq.0], |row| row.get::<_, Option<i64>>(0))?;
        write()?;
        left.flatten().map_or(Ok(()), |bundle| {
            let empty = "DELETE FROM bundle WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM revision WHERE bundle = ?1)";
            self.run(empty, params![bundle])
        })
    }

    /// The revisions of the versions with these numbers; or those of them that stand alone.
    fn members(&self, document: DocumentId, numbers: Range<i64>, alone: bool) -> Result<Members, StoreError> {
        let mut members = Members::default();
        // The bundles unpacked, each once.
        let mut bundles: HashMap<i64, Option<Vec<u8>>> = HashMap::new();
        let rows = "SELECT revision.version, revision.data, revision.bundle
                    FROM version CROSS JOIN revision ON revision.version = version.seq
                    WHERE version.document = ?1 AND version.number >= ?2 AND version.number < ?3 AND (revision.bundle IS NULL OR NOT ?4)
                    ORDER BY version.number";
        let mut found: Vec<(i64, Vec<u8>, Option<i64>)> = Vec::new();
        self.each(rows, params![document.0, numbers.start, numbers.end, alone], |row| {
            found.push((row.get(0)?, row.get(1)?, row.get(2)?));
            Ok(())
        })?;
        for (seq, data, bundle) in found {
            let text = match bundle {
                None => derived::unpack_text(&data).ok(),
                Some(id) => {
                    let texts = match bundles.entry(id) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(new) => {
                            let data = self.find("SELECT data FROM bundle WHERE id = ?1", params![id], |row| row.get::<_, Vec<u8>>(0))?;
                            members.packed += data.as_ref().map_or(0, Vec::len);
                            new.insert(data.and_then(|data| derived::unpack_text(&data).ok()))
                        }
                    };
                    texts.as_ref().and_then(|texts| derived::text_in_bundle(texts, seq)).map(<[u8]>::to_vec)
                }
            };
            match text {
                Some(text) => members.members.push(Member { seq, text, bundle, packed: data.len() }),
                None => members.damaged.extend(bundle.map(|_| Seq(seq))),
            }
        }
        Ok(members)
    }

    fn packed(&self, group: &[Member], level: i32) -> Result<Vec<u8>, StoreError> {
        let members = group.iter().map(|member| (member.seq, member.text.as_slice()));
        derived::pack_bundle(members, level).map_err(|error| self.other(&error))
    }

    fn keep_bundle(&self, group: &[Member], packed: &[u8]) -> Result<(), StoreError> {
        self.run("INSERT INTO bundle (data) VALUES (?1)", params![packed])?;
        let bundle = self.connection.last_insert_rowid();
        group.iter().try_for_each(|member| self.put_into_bundle(member.seq, bundle))
    }

    /// Deletes the row and writes it anew, as SQLite joins pages that have become nearly empty where a row is deleted, and not where
    /// one gets shorter.
    fn put_into_bundle(&self, seq: i64, bundle: i64) -> Result<(), StoreError> {
        const COLUMNS: &str = "extractor, class, severity, flags, words_added, words_deleted, trashline";
        let columns = |row: &Row<'_>| (0..7).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Value>>>();
        let row = self.find(&format!("SELECT {COLUMNS} FROM revision WHERE version = ?1"), params![seq], columns)?;
        let Some(row) = row else { return Ok(()) };
        self.run("DELETE FROM revision WHERE version = ?1", params![seq])?;
        self.run(
            &format!("INSERT INTO revision (version, bundle, data, {COLUMNS}) VALUES (?1, ?2, x'', ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
            params_from_iter([seq.into(), bundle.into()].into_iter().chain(row)),
        )
    }

    fn unbundle_members(&self, members: &[Member]) -> Result<(), StoreError> {
        for member in members.iter().filter(|member| member.bundle.is_some()) {
            let data = derived::pack_text(&member.text).map_err(|error| self.other(&error))?;
            self.leave_bundle(Seq(member.seq), || {
                self.run("UPDATE revision SET data = ?2, bundle = NULL WHERE version = ?1", params![member.seq, data])
            })?;
        }
        Ok(())
    }

    fn other(&self, error: &std::io::Error) -> StoreError {
        StoreError::Other { path: self.path.clone(), cause: error.to_string() }
    }
}

/// The numbers that this one is bundled with.
fn part(number: i64) -> Range<i64> {
    let first = (number - 1) / MOST * MOST + 1;
    first..first + MOST
}

/// Neighbours to be bundled; one that would be in a bundle by itself is in none.
fn groups(members: &[Member]) -> Vec<&[Member]> {
    let mut groups = Vec::new();
    let mut rest = members;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |member: &&Member| {
            let has_room = bytes < BYTES;
            bytes += member.text.len();
            has_room
        };
        let count = rest.iter().take_while(fits).count();
        let (group, after) = rest.split_at(count);
        if count > 1 {
            groups.push(group);
        }
        rest = after;
    }
    groups
}
