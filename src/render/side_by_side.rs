//! `--side-by-side`: the older text on the left, the newer on the right, each wrapped inside its half.

use anstyle::Style as Ink;
use jiff::tz::TimeZone;

use super::diff::{PART, add_header, note, sign, whole};
use super::line::{Line, Page};
use super::script::{Row, hunks, rows};
use super::style::Style;
use super::view::DiffView;
use super::words::push_side;
use crate::model::{Action, Op, SentenceAction};

/// Between the halves: the sign of the action with a space on either side.
const GUTTER: usize = 3;
/// However narrow the terminal: a half with fewer columns cannot be read.
const MIN_HALF: usize = 16;

/// Header, then changed sentences with `context` unchanged ones around each, in at most `width` columns.
#[must_use]
pub fn side_by_side(view: &DiffView<'_>, context: usize, width: usize, zone: &TimeZone, style: &Style) -> String {
    let mut page = Page::new();
    add_header(&mut page, view, width, zone, style);
    page.blank();
    let half = (width.saturating_sub(PART + GUTTER) / 2).max(MIN_HALF);
    let rows = rows(view);
    let hunks = hunks(&rows, context);
    if hunks.is_empty() {
        page.line(Line::new().with(style.dim, "no changes"));
    }
    for (at, hunk) in hunks.into_iter().enumerate() {
        if at > 0 && context > 0 {
            page.line(Line::new().with(style.dim, "⋮"));
        }
        let mut part = None;
        for row in hunk {
            let label = if row.part() == part { String::new() } else { row.part().map(|part| part.to_string()).unwrap_or_default() };
            part = row.part();
            let (left, gutter, right) = match row {
                Row::Unchanged(sentence) => {
                    let text = Line::new().with(style.dim, sentence.text);
                    (text.clone(), Line::new().with(style.dim, " "), text)
                }
                Row::Whole(op, sentence) => {
                    let (sign, ink) = whole(*op, style);
                    let (sign, text) = (Line::new().with(ink, sign), Line::new().with(ink, sentence.text));
                    if *op == Op::Delete { (text, sign, Line::new()) } else { (Line::new(), sign, text) }
                }
                Row::Changed(action) => halves(action, style),
            };
            add_row(&mut page, &Line::new().with(style.label, &label), &left, &gutter, &right, half);
        }
    }
    page.finish()
}

fn halves(action: &SentenceAction, style: &Style) -> (Line, Line, Line) {
    let (mut left, mut right) = (Line::new(), Line::new());
    let ink = match action.action {
        Action::Added => style.newer,
        Action::Deleted => style.older,
        Action::Moved => style.moved,
        _ => style.severity(action.severity),
    };
    match (&action.from, &action.to) {
        (Some(from), None) => left.push(style.older, &from.text),
        (None, Some(to)) => right.push(style.newer, &to.text),
        (Some(from), Some(to)) => {
            if let Some(note) = note(action) {
                right.push(style.moved, &note);
            }
            if action.words.is_empty() {
                left.plain(&from.text);
                right.plain(&to.text);
            } else {
                push_side(&mut left, &action.words, Op::Delete, Ink::new(), style);
                push_side(&mut right, &action.words, Op::Insert, Ink::new(), style);
            }
        }
        (None, None) => {}
    }
    (left, Line::new().with(ink, sign(action.action)), right)
}

fn add_row(page: &mut Page, label: &Line, left: &Line, gutter: &Line, right: &Line, half: usize) {
    let (left, right) = (left.wrap(half), right.wrap(half));
    for at in 0..left.len().max(right.len()) {
        let mut line = if at == 0 { label.clone() } else { Line::new() };
        line.pad_to(PART);
        line.append(left.get(at).cloned().unwrap_or_default());
        line.pad_to(PART + half + 1);
        if at == 0 {
            line.append(gutter.clone());
        }
        line.pad_to(PART + half + GUTTER);
        line.append(right.get(at).cloned().unwrap_or_default());
        page.line(line);
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::render::sample::{Sample, golden, readable};

    #[test]
    fn both_texts() {
        let sample = Sample::new();
        golden!("side_by_side_plain", side_by_side(&sample.view(), 1, 100, &TimeZone::UTC, &Style::plain()));
        golden!("side_by_side_coloured", readable(&side_by_side(&sample.view(), 0, 80, &TimeZone::UTC, &Style::coloured())));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let sample = Sample::new();
        for width in 44..120 {
            for line in side_by_side(&sample.view(), 3, width, &TimeZone::UTC, &Style::plain()).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}
