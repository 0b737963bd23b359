//! Entity changes as a table: what happened, to whom, old → new, where.

use anstyle::Style as Ink;

use super::line::{Line, Page};
use super::stat::change_name;
use super::style::{Style, severity_mark};
use super::table::Table;
use super::words::{push_words, word_ops};
use crate::model::{Amount, Change, Date, Detail, EntityChange, EntityState};

/// Adds one row a change, in the order of the revision: most important first.
pub(super) fn add_changes(page: &mut Page, changes: &[EntityChange], width: usize, style: &Style) {
    let mut table = Table::new(2);
    for change in changes {
        let ink = style.severity(change.severity);
        let what = Line::new().with(ink, severity_mark(change.severity)).with(ink, " ").with(ink, change_name(change.change));
        table.row(vec![what, subject(change, style), before_and_after(change, style), Line::new().with(style.dim, &place(change))]);
    }
    table.layout(page, 0, width);
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
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => match change.change {
            Change::Reworded => push_words(&mut line, &word_ops(&quoted(from), &quoted(to)), Ink::new(), style),
            Change::Relocated => line.plain(&about(to)),
            _ => {
                let (from, to) = sides(change.change, &change.subject, from, to);
                line.push(style.older, &from);
                line.push(style.dim, " → ");
                line.push(style.newer, &to);
            }
        },
        (Some(from), None) => line.push(style.older, &about(from)),
        (None, Some(to)) => line.push(style.newer, &about(to)),
        (None, None) => {}
    }
    line
}

/// What of the two states differs.
fn sides(change: Change, subject: &str, from: &EntityState, to: &EntityState) -> (String, String) {
    let pair = |tell: fn(&EntityState) -> String| (tell(from), tell(to));
    match change {
        Change::Renamed => pair(|state| state.detail.name().unwrap_or(&state.text).to_owned()),
        Change::Retitled => pair(|state| match &state.detail {
            Detail::Person(person) => titles(person.rank.as_deref(), person.role.as_deref()).unwrap_or_else(|| "no role".to_owned()),
            _ => state.text.clone(),
        }),
        Change::Reattributed => pair(|state| match &state.detail {
            Detail::Quote(quote) => quote.speaker.clone().unwrap_or_else(|| "nobody".to_owned()),
            _ => state.text.clone(),
        }),
        _ => {
            let (older, newer) = (value(from, subject), value(to, subject));
            // Two values that read alike differ in something the short form leaves out: the words of the text tell it.
            if older == newer { (from.text.clone(), to.text.clone()) } else { (older, newer) }
        }
    }
}

/// A number, date or name without the words around it, and without the unit that the subject says already.
fn value(state: &EntityState, subject: &str) -> String {
    match &state.detail {
        Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => {
            let unit = amount.unit.as_deref().filter(|unit| !subject.contains(unit));
            amount_text(amount, unit).unwrap_or_else(|| state.text.clone())
        }
        Detail::Date(Date { iso: Some(iso) }) => iso.clone(),
        detail => detail.name().unwrap_or(&state.text).to_owned(),
    }
}

/// `at least 15 to 20 km`; `None` where there is no number.
pub(super) fn amount_text(amount: &Amount, unit: Option<&str>) -> Option<String> {
    let value = amount.value?;
    let mut text = String::new();
    if let Some(qualifier) = &amount.qualifier {
        text.push_str(qualifier);
        text.push(' ');
    }
    text.push_str(&value.to_string());
    if let Some(high) = amount.high {
        text.push_str(" to ");
        text.push_str(&high.to_string());
    }
    if let Some(unit) = unit {
        text.push(' ');
        text.push_str(unit);
    }
    Some(text)
}

/// What there is to say of an entity that came or went: a role, the words that were counted, who said it.
fn about(state: &EntityState) -> String {
    match &state.detail {
        Detail::Person(person) => titles(person.rank.as_deref(), person.role.as_deref()).unwrap_or_else(|| state.text.clone()),
        Detail::Quote(_) => quoted(state),
        _ => state.text.clone(),
    }
}

fn quoted(state: &EntityState) -> String {
    match &state.detail {
        Detail::Quote(quote) if quote.direct => format!("“{}”", quote.quote),
        Detail::Quote(quote) => quote.quote.clone(),
        _ => state.text.clone(),
    }
}

/// Rank and role: `Major General, Deputy Head of the Directorate`.
pub(super) fn titles(rank: Option<&str>, role: Option<&str>) -> Option<String> {
    match (rank, role) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (Some(rank), Some(role)) => Some(format!("{rank}, {role}")),
    }
}

fn place(change: &EntityChange) -> String {
    match (&change.from, &change.to) {
        (Some(from), Some(to)) if from.part != to.part => format!("{} → {}", from.part, to.part),
        (_, Some(state)) | (Some(state), None) => state.part.to_string(),
        (None, None) => String::new(),
    }
}
