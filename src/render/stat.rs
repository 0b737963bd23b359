//! How much changed, as numbers and a small bar.

use super::line::{Line, Page};
use super::style::Style;
use super::telling::change_name;
use crate::model::{ActionCounts, Change, EntityChange, Revision};

/// Words, sentences and entity changes of a revision, a line each; nothing for a line that would say "none".
#[must_use]
pub fn stat(revision: &Revision, style: &Style) -> String {
    let mut page = Page::new();
    let _ = add_stat(&mut page, revision, style);
    page.finish()
}

/// Whether there was anything to count.
pub(super) fn add_stat(page: &mut Page, revision: &Revision, style: &Style) -> bool {
    let mut any = false;
    let (added, deleted) = (revision.text.words_added, revision.text.words_deleted);
    let mut row = |label: &str, value: Line| {
        if !value.is_empty() {
            any = true;
            let mut line = Line::new().with(style.label, &format!(" {label}"));
            line.pad_to(LABEL);
            line.append(value);
            page.line(line);
        }
    };
    row("words", words(added, deleted, style));
    row("sentences", counted(sentences(&revision.text.sentences)));
    row("entities", counted(entities(&revision.entities)));
    any
}

/// Wide enough for ` sentences` and two spaces.
const LABEL: usize = 12;
/// The longest bar.
const BAR: usize = 32;

fn words(added: usize, deleted: usize, style: &Style) -> Line {
    let mut line = Line::new();
    if added + deleted > 0 {
        let (plus, minus) = bar(added, deleted);
        line.plain(&format!("+{added} −{deleted}  "));
        line.push(style.newer, &"+".repeat(plus));
        line.push(style.older, &"-".repeat(minus));
    }
    line
}

/// The lengths of both halves: the numbers themselves where they fit, else in proportion, and never nothing for something.
fn bar(added: usize, deleted: usize) -> (usize, usize) {
    let total = added.saturating_add(deleted);
    let scale = |count: usize| {
        if total <= BAR || count == 0 {
            count
        } else {
            // In 128 bits: a count times the bar's length must not overflow.
            usize::try_from(count as u128 * BAR as u128 / total as u128).unwrap_or(BAR).max(1)
        }
    };
    (scale(added), scale(deleted))
}

fn sentences(counts: &ActionCounts) -> Vec<(usize, &'static str)> {
    let ActionCounts { unchanged, added, deleted, edited, moved, merged, split } = *counts;
    vec![
        (edited, "edited"),
        (added, "added"),
        (deleted, "deleted"),
        (moved, "moved"),
        (merged, "merged"),
        (split, "split"),
        (unchanged, "unchanged"),
    ]
}

fn entities(changes: &[EntityChange]) -> Vec<(usize, &'static str)> {
    [
        Change::ValueChanged,
        Change::Reworded,
        Change::Reattributed,
        Change::Renamed,
        Change::Retitled,
        Change::Added,
        Change::Removed,
        Change::Relocated,
    ]
    .map(|change| (changes.iter().filter(|entity| entity.change == change).count(), change_name(change)))
    .to_vec()
}

fn counted(counts: Vec<(usize, &'static str)>) -> Line {
    let mut line = Line::new();
    line.plain(&told(counts));
    line
}

fn told(counts: Vec<(usize, &'static str)>) -> String {
    let said: Vec<String> = counts.into_iter().filter(|&(count, _)| count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}

/// The same counts as sentences for a page.
pub(super) fn counts(revision: &Revision) -> Vec<String> {
    let (added, deleted) = (revision.text.words_added, revision.text.words_deleted);
    let words = vec![(added, "added"), (deleted, "deleted")];
    [("Words", words), ("Sentences", sentences(&revision.text.sentences)), ("Entities", entities(&revision.entities))]
        .into_iter()
        .map(|(what, counts)| (what, told(counts)))
        .filter(|(_, told)| !told.is_empty())
        .map(|(what, told)| format!("{what}: {told}."))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_keeps_proportion_and_never_hides_a_change() {
        assert_eq!(bar(0, 0), (0, 0));
        assert_eq!(bar(3, 2), (3, 2));
        assert_eq!(bar(100, 100), (16, 16));
        assert_eq!(bar(10_000, 1), (31, 1));
        assert_eq!(bar(usize::MAX, usize::MAX), (32, 32));
    }
}
