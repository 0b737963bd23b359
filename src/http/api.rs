//! What programs read. The objects are those of the command line, byte for byte.

use std::path::Path;

use super::answer::{Answer, JSON, NDJSON, TEXT, Trouble};
use super::step;
use super::url;
use crate::model::{Counters, Seq};
use crate::query::{Entry, Filter, History};
use crate::render;

/// Revisions in one answer where nothing else is asked for.
pub(super) const LIMIT: u32 = 100;

/// `newswatch.log/1`, one object a line.
pub(super) fn log(history: &History, filter: &Filter) -> Result<Answer, Trouble> {
    let mut lines = String::new();
    for entry in history.log(filter)? {
        lines.push_str(&line(history, &entry)?);
    }
    Ok(Answer::new(NDJSON, lines))
}

/// `newswatch.gap/1`, one object a line, the newest first: in a list of their own, so that every line of the log is a revision.
pub(super) fn gaps(history: &History, filter: &Filter) -> Result<Answer, Trouble> {
    let gaps = history.gaps(filter.since, filter.until)?;
    let most = filter.limit.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Answer::new(NDJSON, gaps.iter().rev().take(most).map(render::json::gap).collect::<String>()))
}

/// One object of the log, with its newline.
pub(super) fn line(history: &History, entry: &Entry) -> Result<String, Trouble> {
    let revision = history.revision(entry.version.seq)?;
    // Revisions are derived, and may be in the making again right now.
    let line = revision.map(|revision| {
        let entry = render::Entry { path: entry.version.path.relative(), version: &entry.version, revision: &revision };
        render::json::log(&entry, None)
    });
    Ok(line.unwrap_or_default())
}

/// `newswatch.diff/1`.
pub(super) fn diff(history: &History, seq: Seq) -> Result<Answer, Trouble> {
    Ok(Answer::new(JSON, render::json::diff(&step::view(&step::load(history, seq)?.1))))
}

/// `newswatch.extract/1`.
pub(super) fn extract(history: &History, seq: Seq) -> Result<Answer, Trouble> {
    let (_, version) = step::version(history, seq)?;
    step::check_size(
        version.content.size(),
        &format!("newswatch extract shows what is found in it, /version/{}/raw has its bytes", seq.0),
    )?;
    let extract = history.extract(&version)?.ok_or_else(nothing_in)?;
    Ok(Answer::new(JSON, render::json::extract(&extract, history.extractor())))
}

/// `newswatch.status/1`.
pub(super) fn status(history: &History, database: &Path, counters: &Counters) -> Result<Answer, Trouble> {
    let object = history.status_object(database, &serde_json::json!(counters.snapshot()), Some(history.extractor()))?;
    Ok(Answer::new(JSON, format!("{object}\n")))
}

/// The exact bytes. They come as a file to keep: a browser that showed them would run what stands in them.
pub(super) fn raw(history: &History, seq: Seq) -> Result<Answer, Trouble> {
    let (_, version) = step::version(history, seq)?;
    if version.content.digest().is_none() {
        return Err(nothing_in());
    }
    let mut answer = Answer::new("text/plain", history.bytes(&version)?);
    let name = version.path.file_name().to_string_lossy().into_owned();
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    answer.attachment = Some(format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", url::encode(name.as_bytes())));
    Ok(answer)
}

/// The article text, which the spans of the other objects point into.
pub(super) fn text(history: &History, seq: Seq) -> Result<Answer, Trouble> {
    let (_, version) = step::version(history, seq)?;
    step::check_size(
        version.content.size(),
        &format!("newswatch extract shows what is found in it, /version/{}/raw has its bytes", seq.0),
    )?;
    let extract = history.extract(&version)?.ok_or_else(nothing_in)?;
    Ok(Answer::new(TEXT, format!("{}\n", extract.article.text())))
}

fn nothing_in() -> Trouble {
    Trouble::not_found("this version is a deletion: there is nothing to show")
}
