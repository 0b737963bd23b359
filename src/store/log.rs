//! The change history, newest first.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::reader::{JOINS, VERSION, range_below, version};
use super::{DocumentId, Reader, StoreError, code};
use crate::model::{Class, Flag, Revision, Seq, Severity, Version};

/// Which revisions to list. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these documents. `Some` of an empty list lists nothing.
    pub documents: Option<Vec<DocumentId>>,
    /// Only what happened to a document while it stood at this path, or below it where it is a directory, in whatever root.
    pub below: Option<PathBuf>,
    /// Observed at this time or later.
    pub since: Option<Timestamp>,
    /// Observed at this time or earlier.
    pub until: Option<Timestamp>,
    pub classes: Option<Vec<Class>>,
    /// At least as severe as this.
    pub severity: Option<Severity>,
    /// With every one of these.
    pub flags: BTreeSet<Flag>,
    /// Before this revision: where the last page ended.
    pub before: Option<Seq>,
    /// After this revision: what a follower has seen already.
    pub after: Option<Seq>,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
    /// In the order in which it happened, for a follower, who must not miss what lies beyond the limit, nor what is still to be
    /// derived: the list ends before that.
    pub oldest_first: bool,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub document: DocumentId,
    /// The version that the revision led to.
    pub version: Version,
    pub summary: Summary,
}

/// What a listing shows of a revision; [`Reader::revision`] gives the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub class: Class,
    pub severity: Severity,
    pub flags: BTreeSet<Flag>,
    pub words_added: u64,
    pub words_deleted: u64,
    pub trashline: String,
}

impl Reader {
    /// A page of the history, newest first unless the filter says otherwise.
    pub fn log(&self, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
        let (sql, values) = query(filter);
        self.all(&sql, params_from_iter(values), entry)
    }
}

fn query(filter: &Filter) -> (String, Vec<Value>) {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    if let Some(path) = &filter.below {
        let (path, from, to) = range_below(path);
        conditions.push("(place.path = ? OR (place.path >= ? AND place.path < ?))");
        values.extend([path, from, to].map(Value::Blob));
    }
    let mut must = |condition: &'static str, value: Value| {
        conditions.push(condition);
        values.push(value);
    };
    if let Some(documents) = &filter.documents {
        let list = documents.iter().map(|document| document.0.to_string()).collect::<Vec<_>>().join(",");
        must("version.document IN (SELECT value FROM json_each(?))", Value::Text(format!("[{list}]")));
    }
    if let Some(since) = filter.since {
        must("version.observed >= ?", Value::Integer(since.as_microsecond()));
    }
    if let Some(until) = filter.until {
        must("version.observed <= ?", Value::Integer(until.as_microsecond()));
    }
    if let Some(classes) = &filter.classes {
        let list = classes.iter().map(|&class| code::class(class).to_string()).collect::<Vec<_>>().join(",");
        must("revision.class IN (SELECT value FROM json_each(?))", Value::Text(format!("[{list}]")));
    }
    if let Some(severity) = filter.severity {
        must("revision.severity >= ?", Value::Integer(code::severity(severity)));
    }
    if !filter.flags.is_empty() {
        must("~revision.flags & ? = 0", Value::Integer(code::flags(&filter.flags)));
    }
    if let Some(Seq(before)) = filter.before {
        must("version.seq < ?", Value::Integer(before));
    }
    if let Some(Seq(after)) = filter.after {
        must("version.seq > ?", Value::Integer(after));
    }
    if filter.oldest_first {
        conditions.push("version.seq < ifnull((SELECT min(version) FROM pending), 9223372036854775807)");
    }
    let mut sql = format!(
        "SELECT {VERSION}, version.document, revision.class, revision.severity, revision.flags, revision.words_added,
                revision.words_deleted, revision.trashline
         FROM version {JOINS} JOIN revision ON revision.version = version.seq"
    );
    for (place, condition) in conditions.iter().enumerate() {
        sql.push_str(if place == 0 { " WHERE " } else { " AND " });
        sql.push_str(condition);
    }
    sql.push_str(if filter.oldest_first { " ORDER BY version.seq" } else { " ORDER BY version.seq DESC" });
    if let Some(limit) = filter.limit {
        sql.push_str(" LIMIT ?");
        values.push(Value::Integer(i64::from(limit)));
    }
    (sql, values)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { document: DocumentId(row.get(8)?), version: version(row)?, summary: Summary::read(row, 9)? })
}

impl Summary {
    /// What the columns of a revision say.
    pub(super) fn of(revision: &Revision) -> Summary {
        let Revision { class, severity, flags, trashline, text, .. } = revision;
        Summary {
            class: *class,
            severity: *severity,
            flags: flags.clone(),
            words_added: text.words_added as u64,
            words_deleted: text.words_deleted as u64,
            trashline: trashline.clone(),
        }
    }

    /// Reads the columns class, severity, flags, words_added, words_deleted and trashline, which begin at `first`.
    pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Summary> {
        let unknown = |column| rusqlite::Error::IntegralValueOutOfRange(column, row.get(column).unwrap_or_default());
        Ok(Summary {
            class: code::class_of(row.get(first)?).ok_or_else(|| unknown(first))?,
            severity: code::severity_of(row.get(first + 1)?).ok_or_else(|| unknown(first + 1))?,
            flags: code::flags_of(row.get(first + 2)?),
            words_added: row.get::<_, i64>(first + 3)?.cast_unsigned(),
            words_deleted: row.get::<_, i64>(first + 4)?.cast_unsigned(),
            trashline: row.get(first + 5)?,
        })
    }
}
