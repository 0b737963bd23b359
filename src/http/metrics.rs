//! `/metrics` in the OpenMetrics text format, version 1.0.

use std::fmt::Write as _;

use super::answer::{Answer, Trouble};
use crate::query::History;

/// Numbers of one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// In snake case, with the unit at its end and without `_total`; `newswatch_` is put before it.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    pub kind: Kind,
    pub samples: Vec<Sample>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only ever rises while the daemon runs.
    Counter,
    Gauge,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub labels: Vec<(&'static str, String)>,
    pub value: f64,
}

impl Family {
    /// A family of one number without labels.
    #[must_use]
    pub fn single(name: &'static str, help: &'static str, kind: Kind, value: f64) -> Family {
        Family { name, help, kind, samples: vec![Sample { labels: Vec::new(), value }] }
    }
}

/// What the history counts, and then what the daemon does.
pub(super) fn answer(history: &History, counted: Vec<Family>) -> Result<Answer, Trouble> {
    let mut families = of_history(history)?;
    families.extend(counted);
    Ok(Answer::new("application/openmetrics-text; version=1.0.0; charset=utf-8", text(&families)))
}

fn of_history(history: &History) -> Result<Vec<Family>, Trouble> {
    let status = history.status()?;
    let gauge = |name, help, samples: Vec<(&'static str, &str, u64)>| Family {
        name,
        help,
        kind: Kind::Gauge,
        samples: (samples.into_iter())
            .map(|(label, value, number)| Sample { labels: vec![(label, value.to_owned())], value: float(number) })
            .collect(),
    };
    let single = |name, help, number| Family::single(name, help, Kind::Gauge, float(number));
    let scans = status.scans.iter().map(|scan| Sample {
        labels: vec![("root", scan.root.to_string_lossy().into_owned())],
        value: scan.finished.as_duration().as_secs_f64(),
    });
    Ok(vec![
        gauge(
            "documents",
            "Documents, by whether they are there now.",
            vec![("state", "present", status.present), ("state", "deleted", status.documents.saturating_sub(status.present))],
        ),
        single("versions", "Versions of all documents.", status.versions),
        gauge(
            "contents_bytes",
            "Different contents, as they were read and as they are packed.",
            vec![("form", "read", status.content_bytes), ("form", "packed", status.packed_bytes)],
        ),
        single("database_bytes", "The database file and its log.", status.file_bytes),
        Family {
            name: "last_scan_timestamp_seconds",
            help: "When the last full pass over a root ended.",
            kind: Kind::Gauge,
            samples: scans.collect(),
        },
    ])
}

/// Exact up to 2^53, beyond which nobody counts here.
#[expect(clippy::cast_precision_loss, reason = "numbers of things and bytes stay far below the point where it starts")]
fn float(number: u64) -> f64 {
    number as f64
}

fn text(families: &[Family]) -> String {
    let mut out = String::new();
    for Family { name, help, kind, samples } in families {
        let (kind, suffix) = match kind {
            Kind::Counter => ("counter", "_total"),
            Kind::Gauge => ("gauge", ""),
        };
        // Writing into a string cannot fail.
        let _ = writeln!(out, "# TYPE newswatch_{name} {kind}\n# HELP newswatch_{name} {}", escape(help));
        for Sample { labels, value } in samples {
            let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(out, "newswatch_{name}{suffix}{labels} {value}");
        }
    }
    out.push_str("# EOF\n");
    out
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_format() {
        let families = [
            Family::single("scans", "Full passes.", Kind::Counter, 3.0),
            Family {
                name: "last_scan_timestamp_seconds",
                help: "When the last\nended.",
                kind: Kind::Gauge,
                samples: vec![Sample { labels: vec![("root", "/a\"b\\c\n".to_owned())], value: 1.5 }],
            },
        ];
        let expect = "\
# TYPE newswatch_scans counter
# HELP newswatch_scans Full passes.
newswatch_scans_total 3
# TYPE newswatch_last_scan_timestamp_seconds gauge
# HELP newswatch_last_scan_timestamp_seconds When the last\\nended.
newswatch_last_scan_timestamp_seconds{root=\"/a\\\"b\\\\c\\n\"} 1.5
# EOF
";
        assert_eq!(text(&families), expect);
    }
}
