use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::daemon;
use crate::model::{Circumstances, Version};
use crate::query::{Range, Side, Step};
use crate::render::{self, Blob, DiffOptions, DiffView, Patch, PatchSides, Style};

use super::Outcome;
use super::context::{Context, DEFAULT_WIDTH};
use super::paths;

const EXAMPLES: &str = "\
Examples:
  newswatch diff wire/ferry.txt                 the last change
  newswatch diff wire/ferry.txt 2..5            from version 2 to version 5
  newswatch diff wire/ferry.txt @first..@last   all that ever changed
  newswatch diff wire/ferry.txt ~3              the last three changes together
  newswatch diff wire/ferry.txt --side-by-side
  newswatch diff wire/ferry.txt --html > ferry.html
  newswatch diff wire/ferry.txt 3..2 --unified | patch -p1   undo the last change
  newswatch diff --no-index old.txt new.txt     two files, without a database

Versions: a number, ~N (N before the last), @first, @last. A..B compares the two, A alone compares it with the last.";

/// What changed between two versions: facts first, then words
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Diff {
    /// The document (with --no-index: the older file)
    path: PathBuf,
    /// Which versions, as A..B [default: the last two] (with --no-index: the newer file)
    #[arg(value_name = "A..B")]
    range: Option<OsString>,
    /// Compare two files, without a database
    #[arg(long, requires = "range")]
    no_index: bool,
    /// Exit with 1 where there is a difference, 0 where there is none
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    form: Form,
}

/// How a diff is shown. Shared with `log -p`.
#[derive(Debug, clap::Args)]
pub(super) struct Form {
    /// One newswatch.diff/1 object
    #[arg(long, group = "form")]
    pub(super) json: bool,
    /// Only the entity changes
    #[arg(long, group = "form")]
    entities: bool,
    /// Only the changed sentences
    #[arg(long, group = "form")]
    text: bool,
    /// Only numbers
    #[arg(long, group = "form")]
    stat: bool,
    /// The whole article, changed words marked
    #[arg(long, group = "form")]
    word_diff: bool,
    /// Both versions beside each other
    #[arg(short = 'y', long, group = "form")]
    side_by_side: bool,
    /// A patch of the exact bytes, which `patch -p1` applies
    #[arg(short = 'u', long, group = "form")]
    unified: bool,
    /// A self-contained HTML page
    #[arg(long, group = "form")]
    html: bool,
    /// Unchanged sentences (with --unified: lines) shown around each change [default: 1; with --unified: 3]
    #[arg(short = 'U', long = "context", value_name = "N")]
    context: Option<usize>,
}

impl Form {
    fn options(&self, width: usize) -> DiffOptions {
        let all = !(self.entities || self.text);
        let context = self.context.unwrap_or(1);
        DiffOptions { entities: all || self.entities, text: all || self.text, stat: self.stat, context, width }
    }
}

impl Diff {
    pub(super) fn run(self, context: &mut Context) -> anyhow::Result<Outcome> {
        let differs = if self.no_index { self.files(context)? } else { self.versions(context)? };
        Ok(if differs && self.exit_code { Outcome::Differs } else { Outcome::Done })
    }

    fn versions(&self, context: &Context) -> anyhow::Result<bool> {
        let range = match &self.range {
            None => Range::LAST_TWO,
            Some(range) => range.to_str().context("the versions to compare are not UTF-8")?.parse().map_err(|error| {
                let two_files = Path::new(range).exists() && self.path.exists();
                anyhow::Error::new(error).context(if two_files { "to compare two files, add --no-index" } else { "the second argument" })
            })?,
        };
        let history = context.history()?;
        let document = history.document(&paths::place(&context.directory, &self.path))?;
        let (from, to) = range
            .resolve(document.latest.number)
            .with_context(|| format!("{}", paths::shown(&context.directory, &document.latest.path).display()))?;
        let step = history.step_between(document.id, from, to)?;
        let (old, new) = (step.from.as_ref().map(|side| &side.version), &step.to.version);
        let differs = old.is_none_or(|old| old.content != new.content);
        let shown = paths::shown(&context.directory, &document.latest.path);
        let bytes = |version: Option<&Version>| match version {
            Some(version) if version.content.digest().is_some() => history.bytes(version).map(Some),
            _ => Ok(None),
        };
        self.print(context, &view(&step, &shown), || Ok([bytes(old)?, bytes(Some(new))?]))?;
        Ok(differs)
    }

    fn files(&self, context: &Context) -> anyhow::Result<bool> {
        let Some(newer) = &self.range else { bail!("--no-index needs two files") };
        let newer = Path::new(newer);
        let limit = context.load()?.config.documents.max_size();
        let (a, b) = (daemon::preview(&self.path, limit)?, daemon::preview(newer, limit)?);
        let same_bytes = a.bytes == b.bytes;
        let circumstances = Circumstances { same_bytes, ..Circumstances::default() };
        let revision = (daemon::extractor().revise)(Some(&a.extract), Some(&b.extract), circumstances);
        let view = DiffView {
            path: newer,
            root: None,
            from: Some(render::Side::file(&self.path, &a.bytes, &a.extract.article)),
            to: Some(render::Side::file(newer, &b.bytes, &b.extract.article)),
            revision: &revision,
        };
        self.print(context, &view, || Ok([Some(a.bytes.clone()), Some(b.bytes.clone())]))?;
        Ok(!same_bytes)
    }

    /// `bytes` reads the raw bytes of both sides; only a patch needs them.
    fn print(
        &self,
        context: &Context,
        view: &DiffView<'_>,
        bytes: impl FnOnce() -> anyhow::Result<[Option<Vec<u8>>; 2]>,
    ) -> anyhow::Result<()> {
        let (form, zone, style) = (&self.form, context.time_zone(), context.style());
        let width = context.width().unwrap_or(DEFAULT_WIDTH);
        if form.json {
            let mut out = BufWriter::new(context.out().lock());
            render::json::write_diff(view, &mut out)?;
            return Ok(out.flush()?);
        }
        if form.html {
            return Ok(context.out().write_all(render::html(view, &zone).as_bytes())?);
        }
        let text = if form.unified {
            let [from, to] = bytes()?;
            let sides =
                PatchSides { from: blob(view.from, from.as_deref()), to: blob(view.to, to.as_deref()), renamed: view.root.is_some() };
            let patch = Patch::new(&sides, form.context.unwrap_or(3));
            if context.width().is_none() && !context.is_colored() {
                return Ok(context.out().write_all(&patch.to_bytes())?);
            }
            patch.shown(&style)
        } else if form.side_by_side {
            render::side_by_side(view, form.context.unwrap_or(1), width, &zone, &style)
        } else if form.word_diff {
            render::word_diff(view, width, &zone, &style)
        } else {
            render::diff(view, &form.options(width), &zone, &style)
        };
        context.page(|out| Ok(out.write_all(text.as_bytes())?))
    }
}

/// A side as a patch takes it; `None` where there is no file.
fn blob<'a>(side: Option<render::Side<'a>>, bytes: Option<&'a [u8]>) -> Option<Blob<'a>> {
    Some(Blob { path: side?.path, bytes: bytes? })
}

/// The step as renderers take it, under the name that the reader knows the document by.
pub(super) fn view<'a>(step: &'a Step, shown: &'a Path) -> DiffView<'a> {
    DiffView {
        path: shown,
        root: Some(step.to.version.path.root()),
        from: step.from.as_ref().map(side),
        to: Some(side(&step.to)),
        revision: &step.revision,
    }
}

fn side(side: &Side) -> render::Side<'_> {
    render::Side::of(&side.version, side.article())
}

/// The diff of a recorded revision below its entry in `log -p`.
pub(super) fn body(step: &Step, shown: &Path, width: usize, style: &Style) -> String {
    let options = DiffOptions { entities: true, text: true, stat: false, context: 0, width };
    render::diff_body(&view(step, shown), &options, style)
}
