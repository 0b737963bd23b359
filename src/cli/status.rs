use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::daemon::{self, AskError, Reply, Request};
use crate::model::{Snapshot, Watching};
use crate::render;

use super::Outcome;
use super::context::{Context, DEFAULT_WIDTH};
use super::watch::{counted, grouped};

/// How long the daemon may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
Examples:
  newswatch status
  newswatch status --json | jq .versions";

/// Roots, documents, versions, last scan, database size, and whether a daemon runs
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Status {
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let database = context.load()?.database;
        let history = context.history()?;
        let daemon = Daemon::of(&database);
        if self.json {
            let object = history.status_object(&database, &daemon.json(), daemon::extractor_at_hand())?;
            writeln!(context.out(), "{object}")?;
            return Ok(Outcome::Done);
        }
        let (status, roots) = (history.status()?, history.roots()?);
        let zone = context.time_zone();
        let roots = roots.iter().map(|root| root.display().to_string()).collect::<Vec<_>>().join(", ");
        let gone = status.documents - status.present;
        let documents = match gone {
            0 => grouped(status.present),
            _ => format!("{} there now, {} deleted", grouped(status.present), grouped(gone)),
        };
        let pending = match status.pending {
            0 => String::new(),
            pending => format!(", {} not in the log yet: entities and revisions are still to be derived", grouped(pending)),
        };
        let scan = match status.scans.iter().map(|scan| scan.finished).max() {
            Some(finished) => finished.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
            None => "none yet".to_owned(),
        };
        let content = format!("{} as read, {} packed", bytes(status.content_bytes), bytes(status.packed_bytes));
        let mut fields = daemon.fields();
        let outdated = daemon::extractor_at_hand().map(|extractor| history.outdated(extractor)).transpose()?;
        let reparse = match outdated.unwrap_or_default() {
            0 => None,
            outdated => Some(format!("due for {}, which an older extractor read: run `newswatch reparse`", counted(outdated, "document"))),
        };
        fields.extend(
            [
                ("roots", roots),
                ("documents", documents),
                ("versions", format!("{}{pending}", grouped(status.versions))),
                ("last scan", scan),
                ("contents", content),
                ("database", format!("{} ({})", database.display(), bytes(status.file_bytes))),
            ]
            .map(|(name, text)| (name.to_owned(), text)),
        );
        let left_out = match history.left_out()? {
            0 => None,
            left_out => Some(format!("{} too large or not to be read; `newswatch log --gaps` names them", counted(left_out, "file"))),
        };
        fields.extend(left_out.map(|text| ("left out".to_owned(), text)));
        fields.extend(reparse.map(|text| ("reparse".to_owned(), text)));
        let fields = fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let text = render::fields(fields, context.width().unwrap_or(DEFAULT_WIDTH), &context.style());
        write!(context.out(), "{text}")?;
        Ok(Outcome::Done)
    }
}

/// What can be learnt of the daemon.
enum Daemon {
    None,
    /// It answers.
    Answers(Box<Snapshot>),
    /// It holds the lock and does not answer, for this reason; a `newswatch scan` is such a one.
    Silent(u32, AskError),
}

impl Daemon {
    fn of(database: &Path) -> Daemon {
        let Some(process) = daemon::running(database) else { return Daemon::None };
        match daemon::ask(database, &Request::Status, PATIENCE) {
            Ok(Reply::Status(snapshot)) => Daemon::Answers(snapshot),
            Ok(_) => Daemon::Silent(process, AskError::WentAway),
            Err(error) => Daemon::Silent(process, error),
        }
    }

    fn json(&self) -> serde_json::Value {
        match self {
            Daemon::None => serde_json::Value::Null,
            Daemon::Answers(snapshot) => json!(snapshot),
            Daemon::Silent(process, _) => json!({ "process": process }),
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        let field = |name: &str, text: String| (name.to_owned(), text);
        match self {
            Daemon::None => vec![field("daemon", "not running; `newswatch watch` starts one".to_owned())],
            Daemon::Silent(process, AskError::NotRunning { .. }) => vec![field("daemon", format!("running a scan (process {process})"))],
            Daemon::Silent(process, error) => vec![field("daemon", format!("running (process {process}); {error}"))],
            Daemon::Answers(now) => {
                let mut fields = vec![field("daemon", format!("running (process {})", now.process))];
                fields.extend(now.database_trouble.iter().map(|trouble| field("trouble", trouble.clone())));
                for root in &now.roots {
                    let how = if root.watching == Watching::Polling { "; it is polled" } else { "" };
                    fields.extend(root.degraded.iter().map(|reason| field("degraded", format!("{}: {reason}{how}", root.path))));
                }
                if now.waiting > 0 {
                    fields.push(field("waiting", format!("{} changed paths", grouped(now.waiting))));
                }
                if now.gaps > 0 {
                    fields.push(field("gaps", format!("{} since the start; `newswatch log --gaps` lists them", grouped(now.gaps))));
                }
                if let (Some(half), Some(most)) = (now.lag.within(50), now.lag.within(99)) {
                    let within = if half == most {
                        format!("99 % of all changes within {most} ms")
                    } else {
                        format!("half of all changes within {half} ms, 99 % within {most} ms")
                    };
                    fields.push(field("recorded", within));
                }
                fields
            }
        }
    }
}

/// A number of bytes for people: `982 B`, `1.4 MiB`.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if number < 1024 {
        return format!("{number} B");
    }
    // Tenths of the largest unit that leaves at least one, without floating point.
    let mut tenths = u128::from(number) * 10;
    let mut unit = "B";
    for larger in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths = (tenths + 512) / 1024;
        unit = larger;
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people() {
        let check = |number, expect| assert_eq!(bytes(number), expect);
        check(0, "0 B");
        check(1023, "1023 B");
        check(1024, "1.0 KiB");
        check(1536, "1.5 KiB");
        check(1_048_576, "1.0 MiB");
        check(u64::MAX, "16384.0 PiB");
    }
}
