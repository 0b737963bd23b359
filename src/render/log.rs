//! The change history: one line a revision, or an entry of a few lines in the manner of `git log`.

use std::path::Path;

use jiff::tz::TimeZone;

use super::line::{Line, Page, shown_width};
use super::style::{Style, severity_mark};
use super::view::Entry;
use super::visible::visible_path;
use crate::model::{Content, Flag, Revision};

/// How the one-line form lays out its columns.
#[derive(Clone, Debug)]
pub struct OneLine {
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Whether the date stands before the time: a history needs it, a running daemon does not.
    pub date: bool,
    /// Columns of the terminal; `None` never cuts anything.
    pub width: Option<usize>,
    /// Columns of the path: see [`path_column`].
    pub path: usize,
}

/// A path column that fits these paths, and leaves most of the line to what happened.
#[must_use]
pub fn path_column<'a>(paths: impl IntoIterator<Item = &'a Path>, width: Option<usize>) -> usize {
    let widest = paths.into_iter().map(|path| shown_width(&visible_path(path))).max().unwrap_or_default();
    widest.min(width.map_or(MAX_PATH, |width| (width / 3).clamp(MIN_PATH, MAX_PATH)))
}

/// The widest path column: a longer path pushes its own line's columns, or is cut where a width is given.
const MAX_PATH: usize = 40;
const MIN_PATH: usize = 16;
/// The widest class name.
const CLASS: usize = 10;
/// `v12`: a longer number pushes its line's columns.
const VERSION: usize = 3;

/// Time, path, version, class, severity and trashline of a revision on one line, as `watch` and `log --oneline` print it.
#[must_use]
pub fn one_line(entry: &Entry<'_>, layout: &OneLine, style: &Style) -> String {
    let Entry { path, version, revision } = entry;
    let observed = version.observed.to_zoned(layout.zone.clone());
    let mut line = Line::new();
    line.push(style.dim, &observed.strftime(if layout.date { "%Y-%m-%d %H:%M:%S" } else { "%H:%M:%S" }).to_string());
    let mut column = |cell: Line, width: usize| {
        line.plain("  ");
        let stop = line.width() + width;
        line.append(cell);
        line.pad_to(stop);
    };
    let mut name = Line::new();
    name.push_path(style.path, path);
    column(if layout.width.is_some() { name.cut_start(layout.path) } else { name }, layout.path);
    column(Line::new().with(style.dim, &format!("v{}", version.number)), VERSION);
    column(Line::new().with(style.title, revision.class.name()), CLASS);
    column(Line::new().with(style.severity(revision.severity), severity_mark(revision.severity)), 1);
    line.plain(" ");
    line.plain(&revision.trashline);
    let mut page = Page::new();
    page.line(match layout.width {
        Some(width) => line.cut(width),
        None => line,
    });
    page.finish()
}

/// A revision in a few lines, its trashline indented below, and an empty line at the end. The trashline wraps where a width is given.
#[must_use]
pub fn entry(entry: &Entry<'_>, zone: &TimeZone, width: Option<usize>, style: &Style) -> String {
    let Entry { path, version, revision } = entry;
    let mut page = Page::new();

    let mut title = Line::new();
    title.push(style.title, &format!("revision {}", version.seq.0));
    title.plain("  ");
    title.push_path(style.path, path);
    title.plain("  ");
    title.push(
        style.dim,
        &match version.number.get() {
            1 => "v1".to_owned(),
            number => format!("v{} → v{number}", number - 1),
        },
    );
    page.line(title);

    let mut field = |label: &str, value: Line| {
        let mut line = Line::new().with(style.label, label);
        line.pad_to(LABEL);
        line.append(value);
        page.line(line);
    };
    field("Date:", Line::new().with(style.dim, &version.observed.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()));
    field("Class:", verdict(revision, style));
    field(
        "Bytes:",
        match version.content {
            Content::Bytes { digest, size } => Line::new().with(style.dim, &format!("{size}  {}", &digest.to_string()[..SHORT_DIGEST])),
            Content::Tombstone => Line::new().with(style.dim, "deleted"),
        },
    );
    page.blank();
    if !revision.trashline.is_empty() {
        let trashline = Line::new().with(style.title, &revision.trashline);
        let rows = width.map_or_else(|| vec![trashline.clone()], |width| trashline.wrap(width.saturating_sub(INDENT.len()).max(MIN_PATH)));
        for row in rows {
            let mut line = Line::new().with(style.dim, INDENT);
            line.append(row);
            page.line(line);
        }
        page.blank();
    }
    page.finish()
}

/// Of a trashline below its entry.
const INDENT: &str = "    ";
/// Wide enough for the longest label and a space.
const LABEL: usize = 8;
/// Digits of a digest that people are shown.
const SHORT_DIGEST: usize = 16;

/// Class, severity and flags: `update  ● substantive  stealth, headline`.
pub(super) fn verdict(revision: &Revision, style: &Style) -> Line {
    let severity = style.severity(revision.severity);
    let mut line = Line::new();
    line.push(style.title, revision.class.name());
    if let Some(number) = revision.reverts_to {
        line.push(style.dim, &format!(" to v{number}"));
    }
    line.plain("  ");
    line.push(severity, severity_mark(revision.severity));
    line.plain(" ");
    line.push(severity, revision.severity.name());
    for (at, &flag) in revision.flags.iter().enumerate() {
        line.plain(if at == 0 { "  " } else { ", " });
        line.push(if flag == Flag::Stealth { style.stealth } else { style.flag }, flag.name());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::{Sample, golden, readable};

    fn layout(width: Option<usize>) -> OneLine {
        OneLine { zone: TimeZone::fixed(jiff::tz::offset(3)), date: false, width, path: 16 }
    }

    #[test]
    fn one_line_keeps_to_its_width() {
        let sample = Sample::new();
        let shown = |layout: &OneLine| one_line(&sample.entry(), layout, &Style::plain());
        let lines = [
            shown(&layout(None)),
            shown(&OneLine { date: true, ..layout(None) }),
            shown(&layout(Some(80))),
            shown(&OneLine { path: 9, ..layout(Some(60)) }),
        ];
        golden!("log_one_line", lines.concat());
    }

    #[test]
    fn an_entry() {
        let sample = Sample::new();
        let zone = TimeZone::fixed(jiff::tz::offset(3));
        golden!("log_entry_plain", entry(&sample.entry(), &zone, None, &Style::plain()));
        golden!("log_entry_coloured", readable(&entry(&sample.entry(), &zone, None, &Style::coloured())));
        let narrow = entry(&sample.entry(), &zone, Some(40), &Style::plain());
        let trashline: Vec<&str> = narrow.lines().filter(|line| line.starts_with("    ")).collect();
        assert!(trashline.len() > 1 && trashline.iter().all(|line| line.chars().count() <= 40), "{narrow}");
    }

    #[test]
    fn the_path_column_fits_what_it_can() {
        let paths = [Path::new("wire/toll.txt"), Path::new("wire/2031/03/03/a-long-name-for-a-story.txt")];
        assert_eq!(path_column(paths, None), 40);
        assert_eq!(path_column(paths, Some(90)), 30);
        assert_eq!(path_column(paths, Some(20)), 16);
        assert_eq!(path_column(paths[..1].iter().copied(), Some(90)), 13);
    }
}
