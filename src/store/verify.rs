//! Checking that what is in the database is what was put there: every content against its digest, every version against the
//! chain of links, and every derived row against the ground it stands on.

use std::collections::HashSet;
use std::fmt;

use rusqlite::{Row, params};

use super::database::blank;
use super::gap::LinkedGap;
use super::reader::{JOINS, VERSION, path_of, version};
use super::{DocumentId, Reader, StoreError, Summary, derived, link};
use crate::model::{Digest, Revision, Seq, Version};

/// How much [`Reader::verify`] looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every link and every row that points to another; of contents and derived rows one in a hundred, others with each `turn`, and all in
    /// a hundred turns.
    Fast { turn: u64 },
    /// Everything.
    Full,
}

/// What [`Reader::verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub versions: u64,
    pub contents: u64,
    pub derived: u64,
    pub gaps: u64,
    /// Empty when all is well.
    pub damages: Vec<Damage>,
}

/// Something that is not as it was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is damaged, for people: `version 3 of wire/a.txt`.
    pub what: String,
    /// How that shows.
    pub how: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.how)
    }
}

/// The state of the whole ground in one line, to be kept elsewhere: no version up to `seq` and no gap can be changed, left out
/// or added without the link becoming another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    pub seq: Seq,
    pub versions: u64,
    pub gaps: u64,
    /// BLAKE3 over all versions and gaps.
    pub link: [u8; 32],
}

type Check = fn(&Reader, Depth, &mut Findings) -> Result<(), StoreError>;

/// One in so many rows is looked at in a fast check.
const SAMPLE: i64 = 100;

impl Depth {
    /// Divisor and remainder of the numbers of the rows that are looked at.
    fn sample(self) -> (i64, i64) {
        match self {
            Depth::Fast { turn } => (SAMPLE, turn.cast_signed().rem_euclid(SAMPLE)),
            Depth::Full => (1, 0),
        }
    }
}

impl Reader {
    /// The head of the chain of links; `None` while there is no version.
    pub fn attest(&self) -> Result<Option<Attestation>, StoreError> {
        // A gap that was noted after the last version has the last link.
        let sql = "SELECT seq, ifnull((SELECT link FROM gap WHERE after = seq ORDER BY id DESC LIMIT 1), link),
                          (SELECT count(*) FROM version), (SELECT count(*) FROM gap)
                   FROM version ORDER BY seq DESC LIMIT 1";
        self.one(sql, params![], |row| {
            let (versions, gaps) = (row.get::<_, i64>(2)?.cast_unsigned(), row.get::<_, i64>(3)?.cast_unsigned());
            Ok(Attestation { seq: Seq(row.get(0)?), versions, gaps, link: row.get(1)? })
        })
    }

    /// Whether this was the link of the head once, when the version `seq` was the last one: nothing up to there is another now. That the
    /// links are what their rows make them [`Reader::verify`] has to say.
    pub fn was_head(&self, seq: Seq, link: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM version WHERE seq = ?1 AND link = ?2 UNION ALL SELECT 1 FROM gap WHERE after = ?1 AND link = ?2 LIMIT 1";
        Ok(self.one(sql, params![seq.0, link], |_| Ok(()))?.is_some())
    }

    /// Checks the database against itself. What is damaged is named in the findings; an error is only what keeps the check
    /// from going on. `progress` hears of contents done and contents to do.
    pub fn verify(&self, depth: Depth, progress: &mut dyn FnMut(u64, u64)) -> Result<Findings, StoreError> {
        let mut findings = Findings::default();
        let checks: [Check; 6] = [
            Reader::verify_pages,
            Reader::verify_schema,
            Reader::verify_links,
            Reader::verify_removals,
            Reader::verify_heads,
            Reader::verify_derived,
        ];
        for check in checks {
            // A table that cannot be read through to its end is a finding too, and the others are still looked at.
            if let Err(error) = check(self, depth, &mut findings) {
                findings.damaged("the database", error.to_string());
            }
        }
        self.verify_contents(depth, &mut findings, progress)?;
        Ok(findings)
    }

    /// What SQLite itself can tell: torn pages, indexes that disagree with their tables, dangling references.
    fn verify_pages(&self, depth: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        let pragma = match depth {
            Depth::Fast { .. } => "PRAGMA quick_check(100)",
            Depth::Full => "PRAGMA integrity_check(100)",
        };
        for line in self.all(pragma, params![], |row| row.get::<_, String>(0))? {
            if line != "ok" {
                findings.damaged("the database file", line);
            }
        }
        for (table, row, parent) in self.all("PRAGMA foreign_key_check", params![], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
        })? {
            findings.damaged(format!("row {} of {table}", row.unwrap_or_default()), format!("points to a {parent} that is not there"));
        }
        Ok(())
    }

    /// What the tables are called, and their columns. The rest of what SQLite keeps of a schema is comment, or shows by itself.
    fn verify_schema(&self, _: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        const COLUMNS: &str = "SELECT part.name, col.name FROM sqlite_schema AS part JOIN pragma_table_info(part.name) AS col
                               WHERE part.type = 'table' AND part.name NOT LIKE 'sqlite%'";
        let pair = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let there: HashSet<_> = self.all(COLUMNS, params![], pair)?.into_iter().collect();
        let expected = blank().and_then(|blank| blank.prepare(COLUMNS)?.query_map([], pair)?.collect::<Result<Vec<_>, _>>());
        for expected in expected.map_err(|error| StoreError::from_sqlite(self.path(), &error))? {
            if !there.contains(&expected) {
                findings.damaged(format!("the table {}", expected.0), format!("it has no column {}", expected.1));
            }
        }
        Ok(())
    }

    fn verify_links(&self, _: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        let mut gaps = self.linked_gaps()?.into_iter().peekable();
        let mut last = link::FIRST;
        let gap = |last: &mut [u8; 32], findings: &mut Findings, LinkedGap { after, gap, link }| {
            findings.gaps += 1;
            if link::of_gap(*last, after, &gap) != link {
                findings.damaged(format!("gap {}", findings.gaps), "it, or what was recorded before it, is not what was linked");
            }
            *last = link;
        };
        let sql = format!("SELECT {VERSION}, version.document, version.link FROM version {JOINS} ORDER BY version.seq");
        self.each(&sql, params![], |row| {
            let (version, document, stored) = (version(row)?, DocumentId(row.get(8)?), row.get::<_, [u8; 32]>(9)?);
            while let Some(before) = gaps.next_if(|gap| gap.after < version.seq.0) {
                gap(&mut last, findings, before);
            }
            findings.versions += 1;
            let Version { number, path, content, transient, .. } = &version;
            let observed = version.observed.as_microsecond();
            let row = link::VersionRow { document, number: *number, path, content: *content, observed, transient: *transient };
            if link::of_version(last, &row) != stored {
                findings.damaged(named(&version), "it, or what was recorded before it, is not what was linked");
            }
            // From the stored link on, so that one damage is one finding.
            last = stored;
            Ok(())
        })?;
        gaps.for_each(|after| gap(&mut last, findings, after));
        let rows = self.one("SELECT count(*) FROM version", params![], |row| row.get::<_, i64>(0))?.unwrap_or_default();
        if rows.cast_unsigned() != findings.versions {
            findings.damaged("the versions", format!("only {} of {rows} can be read with their paths", findings.versions));
        }
        let rows = self.one("SELECT count(*) FROM gap", params![], |row| row.get::<_, i64>(0))?.unwrap_or_default();
        if rows.cast_unsigned() != findings.gaps {
            findings.damaged("the gaps", format!("only {} of {rows} can be read with their paths", findings.gaps));
        }
        for document in self.all(
            "SELECT document FROM version GROUP BY document HAVING min(number) <> 1 OR max(number) <> count(*)",
            params![],
            |row| row.get::<_, i64>(0),
        )? {
            findings.damaged(format!("document {document}"), "its versions are not numbered without gaps");
        }
        Ok(())
    }

    fn verify_removals(&self, _: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        let removals =
            "SELECT blob.id, digest, removed, reason, seal FROM removal JOIN blob ON blob.id = removal.blob WHERE seal IS NOT NULL";
        self.each(removals, params![], |row| {
            let (blob, digest, removed, reason) =
                (row.get::<_, i64>(0)?, Digest::from_bytes(row.get(1)?), row.get(2)?, row.get::<_, String>(3)?);
            if row.get_ref(4)?.as_blob()? != link::of_removal(digest, removed, &reason) {
                findings
                    .damaged(format!("the removal of {}", self.holder(blob, digest)), "when and why it was is not what was written down");
            }
            Ok(())
        })
    }

    /// Where each document stands now has to be what its latest version says.
    fn verify_heads(&self, _: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        for document in self.all(
            "SELECT document.id FROM document LEFT JOIN head ON head.document = document.id
             LEFT JOIN version ON version.seq = head.version AND version.document = document.id
             WHERE version.seq IS NULL OR version.place <> head.place OR (version.blob IS NOT NULL) <> head.present
                OR version.seq <> (SELECT max(seq) FROM version WHERE version.document = document.id)",
            params![],
            |row| row.get::<_, i64>(0),
        )? {
            findings.damaged(format!("document {document}"), "where it stands is not what its latest version says");
        }
        // Both ways: what stands at a path that is not so, and what is not said to stand anywhere.
        for path in self.all(
            "SELECT path FROM (
                 SELECT standing.path, standing.document, standing.present, place.id AS place
                 FROM standing LEFT JOIN place ON place.root = standing.root AND place.path = standing.path
             ) AS said
             WHERE (document, present) IS NOT
                   (SELECT document, present FROM head WHERE head.place = said.place ORDER BY present DESC, version DESC LIMIT 1)
             UNION
             SELECT place.path FROM head JOIN place ON place.id = head.place
             WHERE NOT EXISTS (SELECT 1 FROM standing WHERE standing.root = place.root AND standing.path = place.path)",
            params![],
            |row| Ok(path_of(row.get_ref(0)?.as_blob()?)),
        )? {
            findings.damaged(path.display().to_string(), "which document stands there is not what the latest versions say");
        }
        Ok(())
    }

    fn verify_derived(&self, depth: Depth, findings: &mut Findings) -> Result<(), StoreError> {
        let (every, rest) = depth.sample();
        for seq in self.all("SELECT version FROM entities WHERE version % ?1 = ?2", params![every, rest], |row| row.get::<_, i64>(0))? {
            findings.derived += 1;
            let digest = self.version_by_seq(Seq(seq))?.and_then(|version| version.content.digest());
            let content = digest.map_or(Ok(Vec::new()), |digest| self.bytes(digest));
            match content.and_then(|content| self.entities(Seq(seq), &content)) {
                Ok(Some(_)) if digest.is_some() => {}
                Ok(_) => findings.damaged(format!("the entities of version {seq}"), "they are of a version without content"),
                Err(error) => findings.damaged(format!("the entities of version {seq}"), error.to_string()),
            }
        }
        let mut check = |row: &Row<'_>, unpacked: std::io::Result<Revision>| {
            findings.derived += 1;
            let what = format!("the revision of version {}", row.get::<_, i64>(6)?);
            match unpacked {
                Err(error) => findings.damaged(what, error.to_string()),
                Ok(revision) => match Summary::read(row, 0) {
                    Ok(summary) if summary == Summary::of(&revision) => {}
                    _ => findings.damaged(what, "its columns do not say what it says itself"),
                },
            }
            Ok(())
        };
        let alone = "SELECT class, severity, flags, words_added, words_deleted, trashline, version, data FROM revision
                     WHERE version % ?1 = ?2 AND bundle IS NULL";
        self.each(alone, params![every, rest], |row| {
            check(row, derived::unpack_revision(Seq(row.get(6)?), row.get_ref(7)?.as_blob()?, None))
        })?;
        // Bundle after bundle, so that each is unpacked once. Of one that is not there SQLite tells itself.
        let bundled = "SELECT class, severity, flags, words_added, words_deleted, trashline, version, bundle.id, bundle.data
                       FROM bundle CROSS JOIN revision ON revision.bundle = bundle.id WHERE version % ?1 = ?2 ORDER BY bundle.id";
        let mut open = None;
        self.each(bundled, params![every, rest], |row| {
            let (id, data) = (row.get::<_, i64>(7)?, row.get_ref(8)?.as_blob()?);
            if open.as_ref().is_some_and(|(open, _)| *open != id) {
                open = None;
            }
            let (_, texts) = open.get_or_insert_with(|| (id, derived::unpack_text(data)));
            let texts = texts.as_ref().map_err(|error| std::io::Error::other(error.to_string()));
            let seq = Seq(row.get(6)?);
            check(row, texts.and_then(|texts| derived::revision_in_bundle(texts, seq)))
        })?;
        for version in self.all(
            "SELECT seq FROM version LEFT JOIN revision ON revision.version = version.seq
             WHERE revision.version IS NULL AND seq NOT IN (SELECT version FROM pending)",
            params![],
            |row| row.get::<_, i64>(0),
        )? {
            findings.damaged(format!("the revision of version {version}"), "it is not there");
        }
        Ok(())
    }

    fn verify_contents(&self, depth: Depth, findings: &mut Findings, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        let (every, rest) = depth.sample();
        // Only what is small is held: the contents come one by one.
        let ids = self.all("SELECT id, digest, size FROM blob WHERE id % ?1 = ?2", params![every, rest], |row| {
            Ok((row.get::<_, i64>(0)?, Digest::from_bytes(row.get(1)?), row.get::<_, i64>(2)?))
        });
        let ids = match ids {
            Ok(ids) => ids,
            Err(error) => {
                findings.damaged("the contents", error.to_string());
                return Ok(());
            }
        };
        for (place, (id, digest, size)) in (0..).zip(&ids) {
            progress(place, ids.len() as u64);
            findings.contents += 1;
            match self.bytes(*digest) {
                Ok(bytes) if i64::try_from(bytes.len()) == Ok(*size) => {}
                Ok(_) => findings.damaged(format!("content {id}"), "its size is not the one that is noted"),
                Err(StoreError::Removed { .. }) => {}
                Err(StoreError::Damaged { cause, .. }) => findings.damaged(self.holder(*id, *digest), cause),
                Err(error) => findings.damaged(self.holder(*id, *digest), error.to_string()),
            }
        }
        progress(ids.len() as u64, ids.len() as u64);
        Ok(())
    }

    /// A name that means something to people for a content: the first version that holds it.
    fn holder(&self, blob: i64, digest: Digest) -> String {
        let sql = format!("SELECT {VERSION} FROM version {JOINS} WHERE version.blob = ?1 ORDER BY version.seq LIMIT 1");
        match self.one(&sql, params![blob], version) {
            Ok(Some(version)) => named(&version),
            Ok(None) | Err(_) => format!("content {digest}"),
        }
    }
}

impl Findings {
    fn damaged(&mut self, what: impl Into<String>, how: impl Into<String>) {
        self.damages.push(Damage { what: what.into(), how: how.into() });
    }
}

fn named(version: &Version) -> String {
    format!("version {} of {}", version.number, version.path.absolute().display())
}
