//! `/metrics` in the OpenMetrics text format, version 1.0: what the history counts, and what the daemon counts while it runs.

use std::fmt::{Display, Write as _};

use super::answer::{Answer, Trouble};
use crate::model::{Counters, Lag, Snapshot, Watching};
use crate::query::{History, Status};

pub(super) fn answer(history: &History, counters: &Counters) -> Result<Answer, Trouble> {
    let mut text = Text::default();
    of_history(&mut text, &history.status()?);
    of_daemon(&mut text, &counters.snapshot());
    text.0.push_str("# EOF\n");
    Ok(Answer::new("application/openmetrics-text; version=1.0.0; charset=utf-8", text.0))
}

fn of_history(text: &mut Text, status: &Status) {
    text.family("documents", Kind::Gauge, "Documents, by whether they are there now.");
    text.sample("documents", &[("state", "present")], status.present);
    text.sample("documents", &[("state", "deleted")], status.documents.saturating_sub(status.present));
    text.single("versions", Kind::Gauge, "Versions of all documents.", status.versions);
    text.family("contents_bytes", Kind::Gauge, "Different contents, as they were read and as they are packed.");
    text.sample("contents_bytes", &[("form", "read")], status.content_bytes);
    text.sample("contents_bytes", &[("form", "packed")], status.packed_bytes);
    text.single("database_bytes", Kind::Gauge, "The database file and its log.", status.file_bytes);
    text.family("last_pass_timestamp_seconds", Kind::Gauge, "When the last full pass over a root ended.");
    for scan in &status.scans {
        let finished = seconds(scan.finished.as_microsecond().unsigned_abs());
        text.sample("last_pass_timestamp_seconds", &[("root", &scan.root.to_string_lossy())], finished);
    }
}

fn of_daemon(text: &mut Text, now: &Snapshot) {
    let started = seconds(now.started.as_microsecond().unsigned_abs());
    text.single("start_time_seconds", Kind::Gauge, "When the daemon started.", started);
    text.single("waiting_paths", Kind::Gauge, "Changed paths that wait to be looked at.", now.waiting);
    text.single("database_trouble", Kind::Gauge, "1 while nothing can be recorded.", u8::from(now.database_trouble.is_some()));
    text.family("root_degraded", Kind::Gauge, "1 while a root is away or cannot be trusted.");
    for root in &now.roots {
        text.sample("root_degraded", &[("root", &root.path)], u8::from(root.degraded.is_some()));
    }
    text.family("root_polled", Kind::Gauge, "1 where events do not tell of all changes and files are looked at instead.");
    for root in &now.roots {
        text.sample("root_polled", &[("root", &root.path)], u8::from(root.watching == Watching::Polling));
    }
    for (name, help, number) in [
        ("passes", "Full passes over all roots.", now.passes),
        ("recorded_versions", "Versions recorded.", now.versions),
        ("document_errors", "Documents that could not be read, each time they were tried.", now.document_errors),
        ("database_errors", "Times the database failed.", now.database_errors),
        ("gaps", "Times in which a state may have come and gone unseen.", now.gaps),
    ] {
        text.single(name, Kind::Counter, help, number);
    }
    text.family("lag_seconds", Kind::Histogram, "From a file's change to its version on the disk.");
    let mut so_far = 0;
    let bounds = Lag::BOUNDS.map(|millis| seconds(millis * 1000));
    for (bound, count) in bounds.iter().map(String::as_str).chain(["+Inf"]).zip(now.lag.counts) {
        so_far += count;
        text.sample("lag_seconds_bucket", &[("le", bound)], so_far);
    }
    text.sample("lag_seconds_sum", &[], seconds(now.lag.sum));
    text.sample("lag_seconds_count", &[], now.lag.count());
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Only ever rises while the daemon runs.
    Counter,
    Gauge,
    Histogram,
}

/// The text in the making. `newswatch_` is put before every name.
#[derive(Default)]
struct Text(String);

impl Text {
    /// Announces the samples of one name. Writing into a string cannot fail.
    fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let _ = writeln!(self.0, "# TYPE newswatch_{name} {kind}\n# HELP newswatch_{name} {}", escape(help));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "newswatch_{name}{labels} {value}");
    }

    /// A family of one sample without labels.
    fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help);
        let suffix = if kind == Kind::Counter { "_total" } else { "" };
        self.sample(&format!("{name}{suffix}"), &[], value);
    }
}

/// Microseconds as seconds, without floating point: `0.001`, `1795394483.850034`.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::model::RootState;

    #[test]
    fn the_text_of_a_daemon() {
        let counters = Counters::new(7, Timestamp::from_microsecond(1_500_000).unwrap());
        counters.update(|now| {
            now.gaps = 2;
            now.roots.push(RootState { path: "/a\"b\\c\nd".to_owned(), watching: Watching::Polling, degraded: None, away: false });
            now.lag.add(SignedDuration::from_millis(1));
            now.lag.add(SignedDuration::from_millis(4));
            now.lag.add(SignedDuration::from_secs(60));
        });
        let mut text = Text::default();
        of_daemon(&mut text, &counters.snapshot());
        for line in [
            "# TYPE newswatch_gaps counter\n# HELP newswatch_gaps Times in which a state may have come and gone unseen.\nnewswatch_gaps_total 2\n",
            "newswatch_start_time_seconds 1.5\n",
            "newswatch_root_polled{root=\"/a\\\"b\\\\c\\nd\"} 1\n",
            "newswatch_lag_seconds_bucket{le=\"0.001\"} 1\nnewswatch_lag_seconds_bucket{le=\"0.002\"} 1\nnewswatch_lag_seconds_bucket{le=\"0.005\"} 2\n",
            "newswatch_lag_seconds_bucket{le=\"10\"} 2\nnewswatch_lag_seconds_bucket{le=\"+Inf\"} 3\nnewswatch_lag_seconds_sum 60.005\n",
            "newswatch_lag_seconds_count 3\n",
        ] {
            assert!(text.0.contains(line), "{line}\n{}", text.0);
        }
    }
}
