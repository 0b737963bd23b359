//! `--word-diff`: the whole newer text, every deleted and inserted word marked where it stands.

use jiff::tz::TimeZone;

use super::diff::{PART, add_header, note, push_sentence};
use super::line::{Line, Page};
use super::script::{Row, rows};
use super::style::Style;
use super::view::DiffView;
use crate::model::{Op, Part};
use crate::render::words::push_word;

/// Header and text, in at most `width` columns. Both articles are needed; without them only changed sentences are shown.
#[must_use]
pub fn word_diff(view: &DiffView<'_>, width: usize, zone: &TimeZone, style: &Style) -> String {
    let mut page = Page::new();
    add_header(&mut page, view, width, zone, style);
    let mut current: Option<(Option<Part>, Line)> = None;
    for row in rows(view) {
        match &mut current {
            Some((part, line)) if *part == row.part() => line.plain(" "),
            _ => {
                add_part(&mut page, current.take(), width, style);
                current = Some((row.part(), Line::new()));
            }
        }
        if let Some((_, line)) = &mut current {
            push_row(line, &row, style);
        }
    }
    add_part(&mut page, current, width, style);
    page.finish()
}

fn add_part(page: &mut Page, part: Option<(Option<Part>, Line)>, width: usize, style: &Style) {
    let Some((part, line)) = part else { return };
    page.blank();
    let label = part.map(|part| part.to_string()).unwrap_or_default();
    page.beside(&Line::new().with(style.label, &label), PART, width, &line);
}

fn push_row(line: &mut Line, row: &Row<'_>, style: &Style) {
    match row {
        Row::Unchanged(sentence) => line.plain(sentence.text),
        Row::Whole(op, sentence) => push_word(line, *op, sentence.text, style),
        Row::Changed(action) => {
            if let Some(note) = note(action) {
                line.push(style.moved, "(");
                line.push(style.moved, note.trim_end_matches([':', ' ']));
                line.push(style.moved, ") ");
            }
            match (&action.from, &action.to) {
                (Some(from), None) => push_word(line, Op::Delete, &from.text, style),
                (None, Some(to)) => push_word(line, Op::Insert, &to.text, style),
                _ => push_sentence(line, action, style),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::{Sample, golden, readable};

    #[test]
    fn the_whole_text_with_its_marks() {
        let sample = Sample::new();
        golden!("word_plain", word_diff(&sample.view(), 80, &TimeZone::UTC, &Style::plain()));
        golden!("word_coloured", readable(&word_diff(&sample.view(), 80, &TimeZone::UTC, &Style::coloured())));
    }
}
