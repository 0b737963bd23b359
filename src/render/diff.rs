//! What changed, for a terminal: a header, the entity changes as a table, then the changed sentences.

use anstyle::Style as Ink;
use jiff::tz::TimeZone;

use super::entities::add_changes;
use super::line::{Line, Page};
use super::log::verdict;
use super::script::{Row, hunks, rows};
use super::stat::add_stat;
use super::style::Style;
use super::view::{DiffView, Side};
use super::words::push_words;
use crate::model::{Action, Op, Part, SentenceAction, SentenceState};

/// Which parts of a diff are wanted, and in how many columns.
#[derive(Clone, Copy, Debug)]
pub struct DiffOptions {
    /// The entity changes.
    pub entities: bool,
    /// The changed sentences.
    pub text: bool,
    /// Numbers instead of contents.
    pub stat: bool,
    /// Unchanged sentences around each changed one.
    pub context: usize,
    /// Columns of the terminal.
    pub width: usize,
}

/// The whole diff, its header first.
#[must_use]
pub fn diff(view: &DiffView<'_>, options: &DiffOptions, zone: &TimeZone, style: &Style) -> String {
    let mut page = Page::new();
    add_header(&mut page, view, options.width, zone, style);
    page.blank();
    add_body(&mut page, view, options, style);
    page.finish()
}

/// The diff without its header, as it stands below a history's entry.
#[must_use]
pub fn diff_body(view: &DiffView<'_>, options: &DiffOptions, style: &Style) -> String {
    let mut page = Page::new();
    add_body(&mut page, view, options, style);
    page.finish()
}

/// Path and verdict, then which versions and when they were seen.
pub(super) fn add_header(page: &mut Page, view: &DiffView<'_>, width: usize, zone: &TimeZone, style: &Style) {
    let mut title = Line::new();
    title.push_path(style.path, view.path);
    title.plain("  ");
    title.append(verdict(view.revision, style));
    page.paragraph(2, width, &title);

    let side = |side: Option<Side<'_>>| match side {
        None => "nothing".to_owned(),
        Some(side) => match side.observed {
            None => side.label(),
            Some(observed) => {
                let seen = observed.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
                format!("{} {seen}{}", side.label(), side.remark())
            }
        },
    };
    let mut sides = Line::new();
    match view.from {
        None => sides.push(style.dim, &side(view.to)),
        Some(_) => sides.push(style.dim, &format!("{} → {}", side(view.from), side(view.to))),
    }
    page.paragraph(2, width, &sides);
    if let (Some(from), Some(to)) = (view.from, view.to)
        && from.path != to.path
        && from.version.is_some()
    {
        let mut renamed = Line::new().with(style.dim, "renamed from ");
        renamed.push_path(style.dim, from.path);
        page.paragraph(2, width, &renamed);
    }
}

fn add_body(page: &mut Page, view: &DiffView<'_>, options: &DiffOptions, style: &Style) {
    let revision = view.revision;
    if options.stat && add_stat(page, revision, style) {
        return;
    }
    if revision.entities.is_empty() && revision.text.actions.is_empty() {
        page.line(Line::new().with(style.dim, if revision.trashline.is_empty() { "no changes" } else { &revision.trashline }));
        return;
    }
    if options.entities {
        if revision.entities.is_empty() {
            page.line(Line::new().with(style.dim, "no entity changes"));
        }
        add_changes(page, &revision.entities, options.width, style);
    }
    if options.text && !revision.text.actions.is_empty() {
        if options.entities {
            page.blank();
        }
        add_sentences(page, view, options, style);
    }
}

/// Columns of the part's name: `headline`, `dateline` and a space.
pub(super) const PART: usize = 9;
/// Columns of the sign before a sentence.
const SIGN: usize = 2;

fn add_sentences(page: &mut Page, view: &DiffView<'_>, options: &DiffOptions, style: &Style) {
    let rows = rows(view);
    for (at, hunk) in hunks(&rows, options.context).into_iter().enumerate() {
        if at > 0 && options.context > 0 {
            page.line(Line::new().with(style.dim, "⋮"));
        }
        let mut part = None;
        for row in hunk {
            let mut line = Line::new();
            if row.part() != part {
                part = row.part();
                line.push(style.label, &part.map(|part| part.to_string()).unwrap_or_default());
            }
            line.pad_to(PART);
            add_row(page, line, row, options.width, style);
        }
    }
}

fn add_row(page: &mut Page, mut margin: Line, row: &Row<'_>, width: usize, style: &Style) {
    let mut text = Line::new();
    match row {
        Row::Unchanged(sentence) => {
            margin.pad_to(PART + SIGN);
            text.push(style.dim, sentence.text);
        }
        Row::Whole(op, sentence) => {
            let (sign, ink) = whole(*op, style);
            margin.push(ink, sign);
            margin.pad_to(PART + SIGN);
            text.push(ink, sentence.text);
        }
        Row::Changed(action) => {
            let ink = match action.action {
                Action::Added => style.newer,
                Action::Deleted => style.older,
                Action::Moved => style.moved,
                _ => style.severity(action.severity),
            };
            margin.push(ink, sign(action.action));
            margin.pad_to(PART + SIGN);
            if let Some(note) = note(action) {
                text.push(style.moved, &note);
            }
            push_sentence(&mut text, action, style);
        }
    }
    page.beside(&margin, PART + SIGN, width, &text);
}

/// Sign and ink of a sentence that came or went with its document.
pub(super) fn whole(op: Op, style: &Style) -> (&'static str, Ink) {
    match op {
        Op::Equal => (" ", style.dim),
        Op::Delete => ("-", style.older),
        Op::Insert => ("+", style.newer),
    }
}

pub(super) fn sign(action: Action) -> &'static str {
    match action {
        Action::Unchanged => " ",
        Action::Added => "+",
        Action::Deleted => "-",
        Action::Moved => "»",
        Action::Edited | Action::Merged | Action::Split => "~",
    }
}

/// What words cannot show: `moved ¶2 → ¶5: `.
pub(super) fn note(action: &SentenceAction) -> Option<String> {
    let parts = || -> String {
        match (part(action.from.as_ref()), part(action.to.as_ref())) {
            (Some(from), Some(to)) if from != to => format!(" {from} → {to}"),
            _ => String::new(),
        }
    };
    match action.action {
        Action::Moved if parts().is_empty() => Some("moved within the paragraph: ".to_owned()),
        Action::Moved | Action::Merged | Action::Split => Some(format!("{}{}: ", action.action.name(), parts())),
        _ => None,
    }
}

fn part(state: Option<&SentenceState>) -> Option<Part> {
    state.map(|state| state.part)
}

/// The sentence itself: whole where it came or went, with its changed words marked where it stands on both sides.
pub(super) fn push_sentence(line: &mut Line, action: &SentenceAction, style: &Style) {
    let equal = Ink::new();
    match (&action.from, &action.to) {
        (Some(from), None) => line.push(style.older, &from.text),
        (None, Some(to)) => line.push(style.newer, &to.text),
        _ if action.words.iter().any(|word| word.op != Op::Equal) => push_words(line, &action.words, equal, style),
        (_, Some(to)) => line.push(equal, &to.text),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::*;
    use crate::render::sample::{Sample, golden, readable};

    const ALL: DiffOptions = DiffOptions { entities: true, text: true, stat: false, context: 1, width: 100 };

    fn shown(options: DiffOptions, style: Style) -> String {
        readable(&diff(&Sample::new().view(), &options, &TimeZone::fixed(jiff::tz::offset(3)), &style))
    }

    #[test]
    fn a_whole_diff() {
        golden!("diff_plain", shown(ALL, Style::plain()));
        golden!("diff_coloured", shown(ALL, Style::coloured()));
        golden!("diff_narrow", shown(DiffOptions { width: 50, context: 0, ..ALL }, Style::plain()));
    }

    #[test]
    fn parts_of_a_diff() {
        golden!("diff_entities", shown(DiffOptions { text: false, ..ALL }, Style::plain()));
        golden!("diff_text", shown(DiffOptions { entities: false, context: 0, ..ALL }, Style::plain()));
        golden!("diff_stat", shown(DiffOptions { stat: true, ..ALL }, Style::plain()));
    }

    #[test]
    fn a_document_that_went() {
        let mut sample = Sample::new();
        sample.revision = Revision {
            class: Class::Withdrawn,
            severity: Severity::Substantive,
            flags: [].into(),
            trashline: "deleted: Ferry with 40 aboard sinks off Port Maren".into(),
            reverts_to: None,
            text: TextDiff { words_deleted: 72, sentences: ActionCounts { deleted: 12, ..ActionCounts::default() }, ..TextDiff::default() },
            entities: Vec::new(),
        };
        sample.versions[1].content = Content::Tombstone;
        let view = DiffView { to: Some(Side::of(&sample.versions[1], None)), ..sample.view() };
        let shown = |options| diff(&view, &options, &TimeZone::UTC, &Style::plain());
        golden!("diff_withdrawn", shown(ALL) + "\n" + &shown(DiffOptions { stat: true, ..ALL }));
    }

    #[test]
    fn nothing_changed() {
        let mut sample = Sample::new();
        sample.revision.entities.clear();
        sample.revision.text.actions.clear();
        sample.revision.trashline.clear();
        assert_eq!(diff_body(&sample.view(), &ALL, &Style::plain()), "no changes\n");
    }
}
