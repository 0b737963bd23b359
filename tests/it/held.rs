//! What a database holds, read back version by version: the judge of every test that does harm.

use std::collections::BTreeMap;
use std::path::Path;

use newswatch::model::Digest;
use newswatch::store::{Depth, Filter, Reader, StoreError};
use serde_json::Value;

/// One recorded version, as a reader of the database finds it or as the daemon has told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) path: String,
    pub(crate) number: u64,
    /// `None` for a tombstone.
    pub(crate) digest: Option<Digest>,
}

/// All versions by their place in the order of recording.
pub(crate) type History = BTreeMap<i64, Held>;

/// Reads every version back. Empty where no database has been made yet.
///
/// Panics unless `verify` finds nothing, every content has its digest, and numbers are dense.
pub(crate) fn history(database: &Path, context: &str) -> History {
    try_history(database).unwrap_or_else(|error| panic!("{context}: {error}"))
}

/// The same for a database that may be damaged.
pub(crate) fn try_history(database: &Path) -> Result<History, String> {
    let wrong = |error: StoreError| error.to_string();
    let reader = match Reader::open(database) {
        Err(StoreError::Missing { .. }) => return Ok(History::new()),
        opened => opened.map_err(wrong)?,
    };
    if let Some(damage) = reader.verify(Depth::Full, &mut |_, _| ()).map_err(wrong)?.damages.first() {
        return Err(damage.to_string());
    }
    let mut history = History::new();
    for entry in reader.log(&Filter::default()).map_err(wrong)? {
        let version = entry.version;
        let digest = version.content.digest();
        match digest.map(|digest| reader.bytes(digest)) {
            // Removed: taken out on purpose.
            None | Some(Err(StoreError::Removed { .. })) => {}
            Some(Ok(bytes)) if Some(Digest::of(&bytes)) == digest => {}
            Some(Ok(_)) => return Err(format!("another content than the digest says: {version:?}")),
            Some(Err(error)) => return Err(format!("{version:?}: {error}")),
        }
        let path = version.path.relative().to_str().expect("the tests name their files in UTF-8").to_owned();
        history.insert(version.seq.0, Held { path, number: u64::from(version.number.get()), digest });
    }
    for document in reader.documents().map_err(wrong)? {
        let versions = reader.versions(document.id).map_err(wrong)?;
        let numbers: Vec<u32> = versions.iter().map(|version| version.number.get()).collect();
        if !numbers.iter().copied().eq((1..).take(numbers.len())) {
            return Err(format!("numbers with gaps, {numbers:?}: {document:?}"));
        }
    }
    Ok(history)
}

/// The versions that a command has told of with `--json`, which is to say that they are on the disk. A last line that was cut
/// off by a kill has told nothing.
pub(crate) fn told(lines: &str) -> History {
    let whole = lines.rfind('\n').map_or("", |end| &lines[..=end]);
    let told = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a JSON line");
        let digest = line["digest"].as_str().map(|digest| digest.parse().expect("a digest"));
        let path = line["path"].as_str().expect("a path").to_owned();
        (line["seq"].as_i64().expect("a number"), Held { path, number: line["version"].as_u64().expect("a number"), digest })
    };
    whole.lines().map(told).collect()
}

/// The versions that were told of and are not held as they were told.
pub(crate) fn lost(told: &History, held: &History) -> Vec<Held> {
    told.iter().filter(|(seq, version)| held.get(seq) != Some(version)).map(|(_, version)| version.clone()).collect()
}
