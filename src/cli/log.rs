use std::io::Write;
use std::path::{Path, PathBuf};

use crate::model::{Class, Gap, Severity};
use crate::query::{self, Entry, Filter, GapsToTell, History};
use crate::render::{self, OneLine};

use super::Outcome;
use super::context::{Context, DEFAULT_WIDTH};
use super::{diff, paths};

const EXAMPLES: &str = "\
Examples:
  newswatch log                                 everything, newest first
  newswatch log -n 20 --oneline                 the last twenty changes, a line each
  newswatch log --since 24h --severity substantive
  newswatch log wire/ferry.txt -p               every revision of a document with its diff
  newswatch log wire --class withdrawn          what was taken down below a directory
  newswatch log --gaps                          when something may have happened unseen
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
    #[arg(long, conflicts_with = "json")]
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
    /// Only the gaps, times in which something may have happened unseen; else they stand among the revisions
    #[arg(long, conflicts_with_all = ["patch", "stat", "oneline", "class", "severity"])]
    gaps: bool,
    /// One newswatch.log/1 object a line; with -p the newswatch.diff/1 under `diff`; with --gaps newswatch.gap/1
    #[arg(long)]
    json: bool,
}

/// Reads a class or a severity by its JSON name.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|error| error.to_string())
}

/// Whether something at `place`, or below it, is in a gap.
fn concerns(gap: &Gap, place: &Path) -> bool {
    let gap = gap.root.join(&gap.path);
    place.starts_with(&gap) || gap.starts_with(place)
}

/// Revisions fetched at a time, so that a long history is never in memory at once.
const PAGE: u32 = 500;

impl Log {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let history = context.history()?;
        let time =
            |text: &Option<String>| text.as_deref().map(|text| query::point_in_time(text, context.now(), &context.time_zone())).transpose();
        let places: Vec<_> = self.paths.iter().map(|path| paths::place(&context.directory, path)).collect();
        let (since, until) = (time(&self.since)?, time(&self.until)?);
        let mut gaps = history.gaps(since, until)?;
        // Of what is asked for, or of a directory above or below it.
        gaps.retain(|gap| places.is_empty() || places.iter().any(|place| concerns(gap, &place.absolute)));
        if self.gaps {
            return self.print_gaps(context, gaps);
        }
        if history.is_behind()? {
            // Nothing is left to do where standard error is gone.
            let _ = writeln!(
                std::io::stderr(),
                "newswatch: some documents are recorded and not in the log yet; `newswatch status` counts them, `newswatch scan` goes on"
            );
        }
        let filter = Filter {
            documents: if places.is_empty() { None } else { Some(history.select(&places)?) },
            since,
            until,
            classes: self.class.clone(),
            severity: self.severity,
            ..Filter::default()
        };
        if self.json {
            let mut out = std::io::BufWriter::new(context.out().lock());
            self.each_page(&history, filter, |entries| self.print_json(context, &history, &entries, &mut out))?;
            out.flush()?;
        } else {
            // A gap has no class.
            let mut gaps = GapsToTell::new(if self.class.is_some() { Vec::new() } else { gaps });
            context.page(|out| {
                let told = self.each_page(&history, filter, |entries| self.print(context, &history, &entries, &mut gaps, out))?;
                if self.max_count.is_none_or(|most| told < most) {
                    gaps.rest().try_for_each(|gap| self.print_gap(context, &gap, out))?;
                }
                Ok(())
            })?;
        }
        Ok(Outcome::Done)
    }

    /// Gives how many revisions there were.
    fn each_page(
        &self,
        history: &History,
        mut filter: Filter,
        mut print: impl FnMut(Vec<Entry>) -> anyhow::Result<()>,
    ) -> anyhow::Result<u32> {
        let most = self.max_count.unwrap_or(u32::MAX);
        let mut left = most;
        loop {
            filter.limit = Some(left.min(PAGE));
            let entries = history.log(&filter)?;
            let Some(last) = entries.last() else { return Ok(most - left) };
            filter.before = Some(last.version.seq);
            left -= u32::try_from(entries.len()).unwrap_or(left);
            print(entries)?;
        }
    }

    fn print_gaps(&self, context: &Context, mut gaps: Vec<Gap>) -> anyhow::Result<Outcome> {
        gaps.reverse();
        gaps.truncate(self.max_count.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX)));
        if self.json {
            let mut out = context.out().lock();
            gaps.iter().try_for_each(|gap| out.write_all(render::json::gap(gap).as_bytes()))?;
        } else {
            context.page(|out| gaps.iter().try_for_each(|gap| self.print_gap(context, gap, out)))?;
        }
        Ok(Outcome::Done)
    }

    fn print_gap(&self, context: &Context, gap: &Gap, out: &mut dyn Write) -> anyhow::Result<()> {
        let place = paths::shown_absolute(&context.directory, &gap.root.join(&gap.path));
        out.write_all(render::gap(gap, &place, &context.time_zone(), &context.style()).as_bytes())?;
        if !self.oneline && !self.gaps {
            writeln!(out)?;
        }
        Ok(())
    }

    fn print(
        &self,
        context: &Context,
        history: &History,
        entries: &[Entry],
        gaps: &mut GapsToTell,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let style = context.style();
        let zone = context.time_zone();
        let shown: Vec<PathBuf> = entries.iter().map(|entry| paths::shown(&context.directory, &entry.version.path)).collect();
        let width = context.width();
        let layout =
            OneLine { date: true, zone: zone.clone(), path: render::path_column(shown.iter().map(PathBuf::as_path), width), width };
        for (entry, shown) in entries.iter().zip(&shown) {
            gaps.before(entry.version.observed).try_for_each(|gap| self.print_gap(context, &gap, out))?;
            let Some(revision) = history.revision(entry.version.seq)? else { continue };
            let view = render::Entry { path: shown, version: &entry.version, revision: &revision };
            if self.oneline {
                out.write_all(render::one_line(&view, &layout, &style).as_bytes())?;
                continue;
            }
            out.write_all(render::entry(&view, &zone, width, &style).as_bytes())?;
            if self.stat {
                writeln!(out, "{}", render::stat(&revision, &style))?;
            }
            if self.patch {
                let step = history.step(entry.document, entry.version.number)?;
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
            let step = self.patch.then(|| history.step(entry.document, entry.version.number)).transpose()?;
            let diff = step.as_ref().map(|step| diff::view(step, Path::new(&shown)));
            out.write_all(render::json::log(&view, diff.as_ref()).as_bytes())?;
        }
        Ok(())
    }
}
