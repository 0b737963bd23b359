//! Counts what was told rightly, told wrongly and not told.

use std::collections::BTreeMap;
use std::fmt;

use newswatch::diff::{Side, revise};
use newswatch::entity::extract;
use newswatch::model::Circumstances;
use newswatch::model::{Class, EntityChange, EntityState, Revision};
use newswatch::parse::parse;

use crate::article::Article;
use crate::edit::{Edited, Kind, Made};

/// Rights and wrongs of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    made: usize,
    found: usize,
    told: usize,
    right: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Scores {
    /// By what the change is called.
    changes: BTreeMap<&'static str, Tally>,
    /// By the kind of edit: whole texts.
    texts: BTreeMap<Kind, Tally>,
}

impl Scores {
    pub(crate) fn add(&mut self, other: &Scores) {
        let add = |into: &mut Tally, tally: &Tally| {
            into.made += tally.made;
            into.found += tally.found;
            into.told += tally.told;
            into.right += tally.right;
        };
        other.changes.iter().for_each(|(name, tally)| add(self.changes.entry(name).or_default(), tally));
        other.texts.iter().for_each(|(kind, tally)| add(self.texts.entry(*kind).or_default(), tally));
    }

    pub(crate) fn count(&mut self, kind: Kind, article: &Article, edited: &Edited, show: bool) {
        let revision = revision(&article.text, &edited.text);
        let mut left: Vec<&Made> = edited.made.iter().collect();
        let mut wrong = Vec::new();
        for change in &revision.entities {
            let name = change.change.name();
            let right = left.iter().position(|made| is(change, made));
            if right.is_none() && edited.follow.contains(&name) {
                continue;
            }
            let tally = self.changes.entry(group(name)).or_default();
            tally.told += 1;
            match right {
                Some(at) => {
                    tally.right += 1;
                    left.remove(at);
                }
                None => wrong.push(change),
            }
        }
        for made in &edited.made {
            let tally = self.changes.entry(group(made.change)).or_default();
            tally.made += 1;
            tally.found += usize::from(!left.iter().any(|missed| std::ptr::eq(*missed, made)));
        }
        let whole = whole(kind, &revision) && left.is_empty() && wrong.is_empty();
        let tally = self.texts.entry(kind).or_default();
        (tally.made, tally.found) = (tally.made + 1, tally.found + usize::from(whole));
        if show && !whole {
            let wrong: Vec<String> = wrong.iter().map(|change| told(change)).collect();
            println!("missed {left:?}\n  wrong {wrong:?}\n  {:?} {}", revision.text.sentences, revision.trashline);
            for action in revision.text.actions.iter().take(4) {
                let text =
                    |state: &Option<newswatch::model::SentenceState>| state.as_ref().map_or("—".to_owned(), |state| state.text.clone());
                println!("    {}: {}\n        → {}", action.action.name(), text(&action.from), text(&action.to));
            }
        }
    }
}

fn told(change: &EntityChange) -> String {
    let text = |state: &Option<EntityState>| state.as_ref().map_or("—".to_owned(), |state| state.text.clone());
    format!("{} {} {} → {}", change.change.name(), change.kind.name(), text(&change.from), text(&change.to))
}

fn revision(from: &str, to: &str) -> Revision {
    let (older, newer) = (parse(b"story.txt", from.as_bytes()).article, parse(b"story.txt", to.as_bytes()).article);
    let (older_entities, newer_entities) = (extract(&older), extract(&newer));
    let side = |article, entities| Some(Side { article, entities });
    revise(side(&older, &older_entities), side(&newer, &newer_entities), Circumstances::default())
}

/// Which of the announced figures a change counts in.
fn group(change: &'static str) -> &'static str {
    match change {
        "renamed" | "retitled" => "renamed, retitled",
        "reworded" | "reattributed" => "reworded, reattributed",
        "removed" | "added" => "removed, added",
        other => other,
    }
}

/// Whether a change that was told is one that was made.
fn is(change: &EntityChange, made: &Made) -> bool {
    let shows = |state: &Option<EntityState>, words: &str| {
        words.is_empty()
            || state.as_ref().is_some_and(|state| {
                let about = match &state.detail {
                    newswatch::model::Detail::Quote(quote) => {
                        format!("{} {}", quote.quote, quote.speaker.as_deref().unwrap_or_default())
                    }
                    detail => detail.name().unwrap_or_default().to_owned(),
                };
                state.text.contains(words) || about.contains(words)
            })
    };
    change.change.name() == made.change && shows(&change.from, &made.from) && shows(&change.to, &made.to)
}

/// Whether the sentences and the class are what an edit of this kind leaves behind.
fn whole(kind: Kind, revision: &Revision) -> bool {
    let counts = &revision.text.sentences;
    match kind {
        Kind::Move => counts.moved > 0 && counts.added + counts.deleted + counts.edited == 0,
        Kind::Typography => revision.class == Class::Cosmetic,
        Kind::Deletion => counts.deleted > 0 && counts.added == 0,
        Kind::Insertion => counts.added > 0 && counts.deleted == 0,
        _ => counts.added + counts.deleted == 0 || kind == Kind::Mixture,
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent =
            |part: usize, whole: usize| if whole == 0 { "-".to_owned() } else { format!("{:.1}", 100.0 * part as f64 / whole as f64) };
        writeln!(f, "  {:<26}{:>7}{:>11}{:>9}", "change", "made", "precision", "recall")?;
        for (name, tally) in &self.changes {
            writeln!(f, "  {name:<26}{:>7}{:>11}{:>9}", tally.made, percent(tally.right, tally.told), percent(tally.found, tally.made))?;
        }
        writeln!(f, "  {:<26}{:>7}{:>20}", "edit", "texts", "all right")?;
        for (kind, tally) in &self.texts {
            writeln!(f, "  {:<26}{:>7}{:>20}", kind.name(), tally.made, percent(tally.found, tally.made))?;
        }
        Ok(())
    }
}
