//! Entity changes as a table: what happened, to whom, old → new, where.

use anstyle::Style as Ink;

use super::line::{Line, Page};
use super::style::{Style, severity_mark};
use super::table::{Fit, Table};
use super::telling::{Told, change_name, place, tell};
use super::words::push_words;
use crate::model::EntityChange;

/// Adds one row a change, in the order of the revision: most important first.
pub(super) fn add_changes(page: &mut Page, changes: &[EntityChange], width: usize, style: &Style) {
    let mut table = Table::new(2, Fit::Wrap);
    for change in changes {
        let ink = style.severity(change.severity);
        let what = Line::new().with(ink, severity_mark(change.severity)).with(ink, " ").with(ink, change_name(change.change));
        table.row(vec![what, subject(change, style), before_and_after(change, style), Line::new().with(style.dim, &place(change))]);
    }
    table.layout(page, width);
}

fn subject(change: &EntityChange, style: &Style) -> Line {
    let mut line = Line::new().with(style.title, &change.subject);
    if let Some(replaced) = &change.replaces {
        line.push(style.dim, &format!(" for {replaced}"));
    }
    line
}

fn before_and_after(change: &EntityChange, style: &Style) -> Line {
    let mut line = Line::new();
    match tell(change) {
        Told::Words(words) => push_words(&mut line, &words, Ink::new(), style),
        Told::Pair(older, newer) => line = line.with(style.older, &older).with(style.dim, " → ").with(style.newer, &newer),
        Told::Gone(words) => line.push(style.older, &words),
        Told::New(words) => line.push(style.newer, &words),
        Told::Stays(words) => line.plain(&words),
    }
    line
}
