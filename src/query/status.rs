use std::path::Path;

use serde_json::{Value, json};

use super::{History, LastScan, QueryError};

impl History {
    /// `newswatch.status/1`: what the history counts, with what is known of the daemon; null where none runs. `extractor` is the name of
    /// the one in use, where it is known: without it nothing tells whether a reparse is due.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn status_object(&self, database: &Path, daemon: &Value, extractor: Option<&str>) -> Result<Value, QueryError> {
        let (status, roots) = (self.status()?, self.roots()?);
        let scan = |scan: &LastScan| json!({ "root": scan.root.to_string_lossy(), "finished": scan.finished.to_string() });
        Ok(json!({
            "schema": "newswatch.status/1",
            "database": database.to_string_lossy(),
            "roots": roots.iter().map(|root| root.to_string_lossy()).collect::<Vec<_>>(),
            "documents": { "present": status.present, "all": status.documents },
            "versions": status.versions,
            "pending": status.pending,
            "outdated": extractor.map(|extractor| self.outdated(extractor)).transpose()?,
            "left_out": self.left_out()?,
            "extractor": extractor,
            "bytes": { "content": status.content_bytes, "packed": status.packed_bytes, "database": status.file_bytes },
            "scans": status.scans.iter().map(scan).collect::<Vec<_>>(),
            "daemon": daemon,
        }))
    }
}
