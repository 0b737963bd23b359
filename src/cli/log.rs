use std::io::Write;
use std::path::{Path, PathBuf};

use crate::model::{Class, Severity};
use crate::query::{self, Entry, Filter, History};
use crate::render::{self, OneLine};

use super::Outcome;
use super::context::{Context, DEFAULT_WIDTH};
use super::step::Step;
use super::{diff, paths};

const EXAMPLES: &str = "\
Examples:
  newswatch log                                 everything, newest first
  newswatch log -n 20 --oneline                 the last twenty changes, a line each
  newswatch log --since 24h --severity substantive
  newswatch log wire/ferry.txt -p               every revision of a document with its diff
  newswatch log wire --class withdrawn          what was taken down below a directory
  newswatch log --json --since 2026-11-01 | jq 'select(.flags | index(\"stealth\"))'

Times: 2026-11-22, 2026-11-22T15:30, 24h, \"3 days\", today, yesterday.";

/// What changed, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Log {
    /// Only these documents, or those below these directories
    paths: Vec<PathBuf>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "COUNT")]
    max_count: Option<u32>,
    /// With the diff of each revision
    #[arg(short, long)]
    patch: bool,
    /// A line each
    #[arg(long, conflicts_with_all = ["patch", "stat", "json"])]
    oneline: bool,
    /// With numbers: words, sentences, entity changes
    #[arg(long)]
    stat: bool,
    /// Only what was seen at this time or later
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only what was seen at this time or earlier
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only revisions of these classes
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = named::<Class>)]
    class: Option<Vec<Class>>,
    /// Only revisions at least this severe: cosmetic, minor, substantive
    #[arg(long, value_name = "SEVERITY", value_parser = named::<Severity>)]
    severity: Option<Severity>,
    /// One newswatch.log/1 object a line; with -p the newswatch.diff/1 under `diff`
    #[arg(long)]
    json: bool,
}

/// Reads a class or a severity by its JSON name.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|error| error.to_string())
}

/// Revisions fetched at a time, so that a long history is never in memory at once.
const PAGE: u32 = 500;

impl Log {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        let time =
            |text: &Option<String>| text.as_deref().map(|text| query::point_in_time(text, context.now(), &context.time_zone())).transpose();
        let documents = match self.paths.as_slice() {
            [] => None,
            paths => {
                let places: Vec<_> = paths.iter().map(|path| paths::place(&context.directory, path)).collect();
                Some(history.select(&places)?)
            }
        };
        let filter = Filter {
            documents,
            since: time(&self.since)?,
            until: time(&self.until)?,
            classes: self.class.clone(),
            severity: self.severity,
            ..Filter::default()
        };
        if self.json {
            let mut out = std::io::BufWriter::new(context.out().lock());
            self.each_page(&history, filter, |entries| self.print_json(context, &history, &entries, &mut out))?;
            out.flush()?;
        } else {
            context.page(|out| self.each_page(&history, filter, |entries| self.print(context, &history, &entries, out)))?;
        }
        Ok(Outcome::Done)
    }

    fn each_page(
        &self,
        history: &History,
        mut filter: Filter,
        mut print: impl FnMut(Vec<Entry>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut left = self.max_count.unwrap_or(u32::MAX);
        loop {
            filter.limit = Some(left.min(PAGE));
            let entries = history.log(&filter)?;
            let Some(last) = entries.last() else { return Ok(()) };
            filter.before = Some(last.version.seq);
            left -= u32::try_from(entries.len()).unwrap_or(left);
            print(entries)?;
        }
    }

    fn print(&self, context: &Context, history: &History, entries: &[Entry], out: &mut dyn Write) -> anyhow::Result<()> {
        let style = context.style();
        let zone = context.time_zone();
        let shown: Vec<PathBuf> = entries.iter().map(|entry| paths::shown(&context.directory, &entry.version.path)).collect();
        let width = context.width();
        let layout =
            OneLine { date: true, zone: zone.clone(), path: render::path_column(shown.iter().map(PathBuf::as_path), width), width };
        for (entry, shown) in entries.iter().zip(&shown) {
            let Some(revision) = history.revision(entry.version.seq)? else { continue };
            let view = render::Entry { path: shown, version: &entry.version, revision: &revision };
            if self.oneline {
                out.write_all(render::one_line(&view, &layout, &style).as_bytes())?;
                continue;
            }
            out.write_all(render::entry(&view, &zone, &style).as_bytes())?;
            if self.stat {
                writeln!(out, "{}", render::stat(&revision, &style))?;
            }
            if self.patch {
                let step = Step::recorded(history, entry.document, entry.version.number)?;
                writeln!(out, "{}", diff::body(&step, shown, width.unwrap_or(DEFAULT_WIDTH), &style))?;
            }
        }
        Ok(())
    }

    fn print_json(&self, context: &Context, history: &History, entries: &[Entry], out: &mut impl Write) -> anyhow::Result<()> {
        for entry in entries {
            let Some(revision) = history.revision(entry.version.seq)? else { continue };
            let shown = paths::shown(&context.directory, &entry.version.path);
            let view = render::Entry { path: &shown, version: &entry.version, revision: &revision };
            let step = self.patch.then(|| Step::recorded(history, entry.document, entry.version.number)).transpose()?;
            let diff = step.as_ref().map(|step| step.view(Path::new(&shown)));
            out.write_all(render::json::log(&view, diff.as_ref()).as_bytes())?;
        }
        Ok(())
    }
}
