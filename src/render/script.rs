//! Both sides of a diff in one reading order: a revision lists only the sentences that changed, so the unchanged ones come
//! from the articles, and deleted sentences are put back where they stood.

use std::collections::BTreeMap;

use super::view::DiffView;
use crate::model::{Action, Op, Part, Sentence, SentenceAction, Span};

/// One sentence of the newer text, or one that it lacks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row<'a> {
    Unchanged(Sentence<'a>),
    Changed(&'a SentenceAction),
    /// A sentence that came or went with its whole document: the revision lists none of those.
    Whole(Op, Sentence<'a>),
}

impl Row<'_> {
    /// Where the sentence stands: in the newer text, in the older one where it is deleted.
    pub(super) fn part(&self) -> Option<Part> {
        match self {
            Row::Unchanged(sentence) | Row::Whole(_, sentence) => Some(sentence.part),
            Row::Changed(action) => action.to.as_ref().or(action.from.as_ref()).map(|state| state.part),
        }
    }

    pub(super) fn is_changed(&self) -> bool {
        !matches!(self, Row::Unchanged(_))
    }
}

/// Every sentence of both sides, once. Without the newer article: the changed sentences alone.
pub(super) fn rows<'a>(view: &DiffView<'a>) -> Vec<Row<'a>> {
    let actions = &view.revision.text.actions;
    let older: Vec<Sentence<'a>> = view.from.and_then(|side| side.article).map(|article| article.sentences().collect()).unwrap_or_default();
    let newer: Vec<Sentence<'a>> = view.to.and_then(|side| side.article).map(|article| article.sentences().collect()).unwrap_or_default();

    let removed = [view.from, view.to].into_iter().flatten().any(|side| side.is_removed());
    match (view.from.and_then(|side| side.article), view.to.and_then(|side| side.article)) {
        // What is not there any more did not come or go with this step.
        _ if removed => {}
        (None, Some(_)) if actions.is_empty() => return newer.into_iter().map(|sentence| Row::Whole(Op::Insert, sentence)).collect(),
        (Some(_), None) if actions.is_empty() => return older.into_iter().map(|sentence| Row::Whole(Op::Delete, sentence)).collect(),
        _ => {}
    }

    let mut emitted = vec![false; actions.len()];
    let mut rows = Vec::with_capacity(newer.len() + actions.len());
    let deletions = deletions(&older, actions);
    let mut emit = |index: usize, rows: &mut Vec<Row<'a>>| {
        if !std::mem::replace(&mut emitted[index], true) {
            rows.push(Row::Changed(&actions[index]));
        }
    };
    let mut unchanged = 0;
    for (sentence, owner) in newer.iter().zip(owners(&newer, actions, |action| action.to.as_ref().map(|state| state.span))) {
        let holder = owner.map_or(Holder::Unchanged(unchanged), Holder::Changed);
        let (before, after) = deletions.get(&holder).map_or((&[][..], &[][..]), |(before, after)| (before, after));
        before.iter().for_each(|&index| emit(index, &mut rows));
        match owner {
            Some(index) => emit(index, &mut rows),
            None => {
                rows.push(Row::Unchanged(*sentence));
                unchanged += 1;
            }
        }
        after.iter().for_each(|&index| emit(index, &mut rows));
    }
    for index in 0..actions.len() {
        emit(index, &mut rows);
    }
    rows
}

/// A sentence that holds its place in both texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    /// The how-manieth unchanged sentence: the same on both sides, because what is out of order counts as moved.
    Unchanged(usize),
    /// The index of an action.
    Changed(usize),
}

/// The deleted sentences that stood just before and just behind each place holder. One between two holders goes to the one
/// in its own paragraph, to the earlier one in doubt.
fn deletions(older: &[Sentence<'_>], actions: &[SentenceAction]) -> BTreeMap<Holder, (Vec<usize>, Vec<usize>)> {
    let mut deletions: BTreeMap<Holder, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    let mut earlier: Option<(Holder, Part)> = None;
    let mut waiting: Vec<(usize, Part)> = Vec::new();
    let mut unchanged = 0;
    for (sentence, owner) in older.iter().zip(owners(older, actions, |action| action.from.as_ref().map(|state| state.span))) {
        let holder = match owner {
            None => {
                unchanged += 1;
                Holder::Unchanged(unchanged - 1)
            }
            Some(index) => match actions[index].action {
                Action::Deleted => {
                    waiting.push((index, sentence.part));
                    continue;
                }
                // It stands elsewhere now, so it holds no place here.
                Action::Moved => continue,
                _ => Holder::Changed(index),
            },
        };
        for (index, part) in waiting.drain(..) {
            match earlier {
                Some((earlier, home)) if part == home || part != sentence.part => deletions.entry(earlier).or_default().1.push(index),
                _ => deletions.entry(holder).or_default().0.push(index),
            }
        }
        earlier = Some((holder, sentence.part));
    }
    // What stands behind the last holder comes last of all anyway.
    deletions
}

/// For each sentence the index of the action that covers it on one side.
fn owners(sentences: &[Sentence<'_>], actions: &[SentenceAction], side: impl Fn(&SentenceAction) -> Option<Span>) -> Vec<Option<usize>> {
    let mut spans: Vec<(Span, usize)> = actions.iter().enumerate().filter_map(|(index, action)| Some((side(action)?, index))).collect();
    spans.sort_unstable();
    let mut next = 0;
    let owner = |sentence: &Sentence<'_>| {
        while spans.get(next).is_some_and(|(span, _)| span.end() <= sentence.span.start()) {
            next += 1;
        }
        spans.get(next).filter(|(span, _)| span.overlaps(sentence.span)).map(|&(_, index)| index)
    };
    sentences.iter().map(owner).collect()
}

/// The rows to show with `context` unchanged ones around each changed one, as runs of neighbours.
pub(super) fn hunks<'r, 'a>(rows: &'r [Row<'a>], context: usize) -> Vec<&'r [Row<'a>]> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..rows.len()).filter(|&at| rows[at].is_changed()) {
        let (start, end) = (at.saturating_sub(context), at.saturating_add(context).saturating_add(1).min(rows.len()));
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => hunks.push(start..end),
        }
    }
    hunks.into_iter().map(|range| &rows[range]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::Sample;

    fn told(rows: &[Row<'_>]) -> Vec<String> {
        let first = |text: &str| text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        rows.iter()
            .map(|row| match row {
                Row::Unchanged(sentence) => first(sentence.text),
                Row::Whole(op, sentence) => format!("{op:?}: {}", first(sentence.text)),
                Row::Changed(action) => {
                    let state = action.to.as_ref().or(action.from.as_ref()).expect("a side");
                    format!("{}: {}", action.action.name(), first(&state.text))
                }
            })
            .collect()
    }

    #[test]
    fn every_sentence_once_and_the_deleted_one_in_its_paragraph() {
        let sample = Sample::new();
        let expect = [
            "edited: Ferry with",
            "Rescuers search",
            "PORT MAREN,",
            "edited: At least",
            "edited: “We hope",
            "The search",
            "moved: The ship",
            "deleted: Harbour master",
            "The owner,",
            "The weather",
            "merged: It carried",
            "added: Two trawlers",
        ];
        assert_eq!(told(&rows(&sample.view())), expect);
    }

    #[test]
    fn without_the_articles_the_changes_alone() {
        let sample = Sample::new();
        let mut view = sample.view();
        view.from = None;
        view.to = None;
        assert_eq!(rows(&view).len(), sample.revision.text.actions.len());
    }

    #[test]
    fn a_document_that_came_or_went_is_all_new_or_all_gone() {
        let mut sample = Sample::new();
        sample.revision.text.actions.clear();
        let (created, deleted) = (DiffView { from: None, ..sample.view() }, DiffView { to: None, ..sample.view() });
        assert_eq!(told(&rows(&created))[..2], ["Insert: Ferry with", "Insert: Rescuers search"]);
        assert_eq!(told(&rows(&deleted))[..2], ["Delete: Ferry with", "Delete: Rescuers search"]);
        assert_eq!((rows(&created).len(), rows(&deleted).len()), (11, 12));
    }

    #[test]
    fn context_joins_hunks_that_touch() {
        let sample = Sample::new();
        let rows = rows(&sample.view());
        let lengths = |context| hunks(&rows, context).iter().map(|hunk| hunk.len()).collect::<Vec<_>>();
        assert_eq!(lengths(0), [1, 2, 2, 2]);
        assert_eq!(lengths(1), [12]);
        assert_eq!(lengths(usize::MAX), [12]);
    }
}
