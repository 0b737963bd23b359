//! Taking contents out on purpose: to save room (prune), or because they may not be kept (purge). The versions stay, with
//! their numbers, digests and links; what a content was can still be proved, what it said cannot be read any more.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::params;

use super::observation::PackedDerived;
use super::reader::{JOINS, VERSION, version};
use super::record::Ground;
use super::{Derived, Document, DocumentId, Reader, StoreError, Summary, derived, link, pack};
use crate::model::{Class, Digest, Revision, Seq, Severity, TextDiff, Version};

/// Which old contents may go. The newest content of a document always stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Only of these documents; `None` for all.
    pub documents: Option<Vec<DocumentId>>,
    /// Only what was observed before this time.
    pub before: Option<Timestamp>,
    /// So many of the newest versions with content stay, for each document. Less than one counts as one.
    pub keep: u32,
}

/// How much of a version goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Its bytes and its entities. What the revision says has changed stays.
    Content,
    /// Every word of it: the revisions that quote it, too.
    EveryWord,
}

/// What a removal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Contents whose bytes are gone.
    pub contents: u64,
    /// Contents that stay, because versions that were not named hold them too.
    pub still_held: u64,
}

impl Reader {
    /// The versions whose contents may go, oldest first: what a dry run shows, and what [`super::Writer::remove`] takes. Of a document that
    /// has a version from which nothing is derived yet none may: what is to be told of it is made from the one before.
    pub fn removable(&self, retention: &Retention) -> Result<Vec<Version>, StoreError> {
        let documents: Option<HashSet<i64>> = retention.documents.as_ref().map(|list| list.iter().map(|document| document.0).collect());
        let sql = format!("SELECT {VERSION}, version.document FROM version {JOINS} WHERE blob.bytes IS NOT NULL ORDER BY version.seq DESC");
        let pending = "SELECT DISTINCT document FROM pending JOIN version ON version.seq = pending.version";
        let pending: HashSet<i64> = self.all(pending, params![], |row| row.get(0))?.into_iter().collect();
        let mut newer: HashMap<i64, u32> = HashMap::new();
        let mut removable = Vec::new();
        self.each(&sql, params![], |row| {
            let document: i64 = row.get(8)?;
            if documents.as_ref().is_some_and(|documents| !documents.contains(&document)) || pending.contains(&document) {
                return Ok(());
            }
            let newer = newer.entry(document).or_default();
            *newer += 1;
            if *newer > retention.keep.max(1) {
                let version = version(row)?;
                if retention.before.is_none_or(|before| version.observed < before) {
                    removable.push(version);
                }
            }
            Ok(())
        })?;
        removable.reverse();
        Ok(removable)
    }

    /// The other documents that hold, or held once, a content of one of these: what keeps it from being removed with them. In order of
    /// their first versions.
    pub fn sharers(&self, documents: &[DocumentId]) -> Result<Vec<Document>, StoreError> {
        let named: HashSet<i64> = documents.iter().map(|document| document.0).collect();
        let (mut shared, mut holders) = (HashSet::new(), BTreeSet::new());
        let sql = "SELECT document, blob FROM version JOIN blob ON blob.id = version.blob WHERE bytes IS NOT NULL";
        for look_for in [true, false] {
            self.each(sql, params![], |row| {
                let (document, blob): (i64, i64) = (row.get(0)?, row.get(1)?);
                if look_for && named.contains(&document) {
                    shared.insert(blob);
                } else if !look_for && !named.contains(&document) && shared.contains(&blob) {
                    holders.insert(document);
                }
                Ok(())
            })?;
        }
        holders.into_iter().filter_map(|document| self.document(DocumentId(document)).transpose()).collect()
    }
}

impl Ground {
    /// Takes out what only the named versions hold, in the transaction that is open. What is damaged beside it hinders no removal of every
    /// word: a content that cannot be read without it stays as unreadable as it was, and [`super::Reader::verify`] goes on naming it.
    pub(super) fn remove(&mut self, versions: &[Seq], extent: Extent, reason: &str, now: Timestamp) -> Result<Removed, StoreError> {
        let named: HashSet<i64> = versions.iter().map(|seq| seq.0).collect();
        // What is deleted is overwritten, here and in the log.
        self.set_secure_delete(true)?;
        let (gone, still_held) = self.held_only_by(&named)?;
        self.stand_alone(&gone, extent)?;
        for &blob in &gone {
            self.run("UPDATE blob SET base = NULL, bytes = NULL, dictionary = NULL WHERE id = ?1", params![blob])?;
            let digest = self.find("SELECT digest FROM blob WHERE id = ?1", params![blob], |row| row.get(0).map(Digest::from_bytes))?;
            if let Some(digest) = digest {
                self.note_removal(blob, digest, now.as_microsecond(), reason)?;
            }
        }
        for &seq in &named {
            self.run("DELETE FROM entities WHERE document = (SELECT document FROM version WHERE seq = ?1) AND version = ?1", params![seq])?;
        }
        if extent == Extent::EveryWord {
            self.silence(&named, reason)?;
            self.forget_dictionaries_of(&gone)?;
        }
        self.set_secure_delete(false)?;
        Ok(Removed { contents: gone.len() as u64, still_held })
    }

    /// Writes down for ever that a content was removed, when (in microseconds since 1970) and why.
    pub(super) fn note_removal(&self, blob: i64, digest: Digest, removed: i64, reason: &str) -> Result<(), StoreError> {
        // One that came back after it was removed, and is removed again, has its reason already.
        self.run(
            "INSERT INTO removal (blob, removed, reason, seal) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (blob) DO NOTHING",
            params![blob, removed, reason, link::of_removal(digest, removed, reason)],
        )
    }

    /// The contents that no version but the named ones holds, and how many of theirs others hold too.
    fn held_only_by(&self, named: &HashSet<i64>) -> Result<(Vec<i64>, u64), StoreError> {
        let mut only: HashMap<i64, (bool, bool)> = HashMap::new();
        self.each("SELECT seq, blob FROM version JOIN blob ON blob.id = version.blob WHERE blob.bytes IS NOT NULL", params![], |row| {
            let (inside, outside) = only.entry(row.get(1)?).or_default();
            if named.contains(&row.get(0)?) {
                *inside = true;
            } else {
                *outside = true;
            }
            Ok(())
        })?;
        let still_held = only.values().filter(|&&both| both == (true, true)).count() as u64;
        let mut gone: Vec<i64> = only.into_iter().filter(|&(_, (inside, outside))| inside && !outside).map(|(blob, _)| blob).collect();
        gone.sort_unstable();
        Ok((gone, still_held))
    }

    /// Makes whole what leans on contents that are to go, and stays itself.
    fn stand_alone(&self, gone: &[i64], extent: Extent) -> Result<(), StoreError> {
        let gone: HashSet<i64> = gone.iter().copied().collect();
        let mut leaning = Vec::new();
        self.each("SELECT id, base FROM blob WHERE base IS NOT NULL", params![], |row| {
            let (blob, base): (i64, i64) = (row.get(0)?, row.get(1)?);
            if gone.contains(&base) && !gone.contains(&blob) {
                leaning.push(blob);
            }
            Ok(())
        })?;
        leaning.into_iter().try_for_each(|blob| match self.pack_whole(blob) {
            Err(StoreError::Damaged { .. }) if extent == Extent::EveryWord => Ok(()),
            packed => packed,
        })
    }

    /// Packs a content anew, by itself.
    fn pack_whole(&self, blob: i64) -> Result<(), StoreError> {
        let whole = pack::pack(&self.content(blob)?, None)
            .map_err(|error| StoreError::damaged(&self.path, format!("the content {blob}: {error}")))?;
        self.run("UPDATE blob SET base = NULL, bytes = ?2, dictionary = NULL WHERE id = ?1", params![blob, whole])
    }

    /// A dictionary that was made from one of these contents may hold words of it.
    fn forget_dictionaries_of(&mut self, gone: &[i64]) -> Result<(), StoreError> {
        let mut dictionaries = Vec::new();
        self.each("SELECT id, first, last FROM dictionary", params![], |row| {
            let (id, first, last): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if gone.iter().any(|blob| (first..=last).contains(blob)) {
                dictionaries.push(id);
            }
            Ok(())
        })?;
        for dictionary in &dictionaries {
            let mut packed = Vec::new();
            self.each("SELECT id FROM blob WHERE dictionary = ?1", params![dictionary], |row| {
                packed.push(row.get(0)?);
                Ok(())
            })?;
            packed.into_iter().try_for_each(|blob| match self.pack_whole(blob) {
                Err(StoreError::Damaged { .. }) => self.run("UPDATE blob SET dictionary = NULL WHERE id = ?1", params![blob]),
                packed => packed,
            })?;
            self.run("DELETE FROM dictionary WHERE id = ?1", params![dictionary])?;
            self.dictionary = None;
        }
        if dictionaries.is_empty() { Ok(()) } else { self.school() }
    }

    /// Makes the revisions that led to the named versions, and from them to the next, say no more than why they are silent.
    fn silence(&mut self, named: &HashSet<i64>, reason: &str) -> Result<(), StoreError> {
        let mut documents = BTreeSet::new();
        for &seq in named {
            documents.extend(self.find("SELECT document FROM version WHERE seq = ?1", params![seq], |row| row.get(0).map(DocumentId))?);
        }
        // Their bundles quote them, too.
        documents.into_iter().try_for_each(|document| self.unbundle(document))?;
        for &seq in named {
            let next =
                "SELECT next.seq FROM version JOIN version AS next ON next.document = version.document AND next.number = version.number + 1
                        WHERE version.seq = ?1";
            let next = self.find(next, params![seq], |row| row.get::<_, i64>(0))?;
            for seq in std::iter::once(seq).chain(next) {
                let seq = Seq(seq);
                if let Err(StoreError::Damaged { .. }) = self.revision(seq) {
                    self.keep_remains(seq)?;
                }
                let Some(mut revision) = self.revision(seq)? else {
                    if named.contains(&seq.0) {
                        self.say_nothing(seq, reason)?;
                    }
                    continue;
                };
                let silent = revision.entities.is_empty() && revision.text.actions.is_empty() && revision.trashline.starts_with(SILENT);
                if silent {
                    // The first reason stays.
                    continue;
                }
                revision.entities.clear();
                revision.text.actions.clear();
                revision.trashline = format!("{SILENT}{reason}");
                let data = self.pack(&revision)?;
                self.run("UPDATE revision SET trashline = ?2, data = ?3 WHERE version = ?1", params![seq.0, revision.trashline, data])?;
            }
        }
        Ok(())
    }

    /// Writes the revision of a version that nothing has been derived from yet, and that nothing can be derived from any more.
    fn say_nothing(&mut self, seq: Seq, reason: &str) -> Result<(), StoreError> {
        let pending = "SELECT number, blob IS NULL FROM pending JOIN version ON seq = version WHERE seq = ?1";
        let pending = self.find(pending, params![seq.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)))?;
        let Some((number, is_tombstone)) = pending else { return Ok(()) };
        let class = match number {
            _ if is_tombstone => Class::Withdrawn,
            1 => Class::Created,
            _ => Class::Update,
        };
        let revision = Revision {
            class,
            severity: Severity::Minor,
            flags: BTreeSet::new(),
            trashline: format!("{SILENT}{reason}"),
            reverts_to: None,
            entities: Vec::new(),
            text: TextDiff::default(),
        };
        let derived = Derived { extractor: REMAINS, entities: None, revision: &revision };
        let packed =
            PackedDerived::new(&derived).map_err(|error| StoreError::Other { path: self.path.clone(), cause: error.to_string() })?;
        self.derive_later(seq, &packed)
    }

    /// Writes in place of a revision that cannot be read what its row says of it, so that nothing it quoted stays. It is made again with
    /// those of other extractors, where its contents are there.
    pub(super) fn keep_remains(&mut self, seq: Seq) -> Result<(), StoreError> {
        let columns = "SELECT class, severity, flags, words_added, words_deleted, trashline FROM revision WHERE version = ?1";
        let Some(summary) = self.find(columns, params![seq.0], |row| Summary::read(row, 0))? else { return Ok(()) };
        let Summary { class, severity, flags, words_added, words_deleted, trashline } = summary;
        let words = |count| usize::try_from(count).unwrap_or_default();
        let text = TextDiff { words_added: words(words_added), words_deleted: words(words_deleted), ..TextDiff::default() };
        let revision = Revision { class, severity, flags, trashline, reverts_to: None, text, entities: Vec::new() };
        let data = self.pack(&revision)?;
        let extractor = self.extractor(REMAINS)?;
        self.leave_bundle(seq, || {
            self.run("UPDATE revision SET extractor = ?2, bundle = NULL, data = ?3 WHERE version = ?1", params![seq.0, extractor, data])
        })
    }

    fn pack(&self, revision: &Revision) -> Result<Vec<u8>, StoreError> {
        derived::pack_revision(revision).map_err(|error| StoreError::Other { path: self.path.clone(), cause: error.to_string() })
    }

    fn revision(&self, seq: Seq) -> Result<Option<Revision>, StoreError> {
        let data = self.find("SELECT data FROM revision WHERE version = ?1", params![seq.0], |row| row.get::<_, Vec<u8>>(0))?;
        let damaged = |error: std::io::Error| StoreError::damaged(&self.path, format!("the revision of version {}: {error}", seq.0));
        data.map(|data| derived::unpack_revision(seq, &data, None).map_err(damaged)).transpose()
    }

    fn set_secure_delete(&self, on: bool) -> Result<(), StoreError> {
        // The pragma answers with its new value, so it is a query.
        let set = self.connection.pragma_update_and_check(None, "secure_delete", on, |_| Ok(()));
        set.map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }

    pub(super) fn each(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        mut read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let all = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                read(row)?;
            }
            Ok(())
        };
        all().map_err(|error| StoreError::from_sqlite(&self.path, &error))
    }
}

/// What a revision that is silent says, before the reason.
const SILENT: &str = "removed: ";

/// Stands in the place of an extractor where a revision could not be read, and only its row was left. No extractor has this name, so it
/// is made again.
const REMAINS: &str = "remains";
