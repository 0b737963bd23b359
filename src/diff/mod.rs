//! Two versions → [`Revision`]: text, sentences, entities, severity. Pure.
//!
//! The way of a revision: `token` cuts both texts into words that they share, `align` finds which sentence is which and `word`
//! which words stand; `recover` finds names that the entity engine saw on one side only; `identity` then says who is who,
//! `swap`, `name`, `value` and `quote` what became of them, `wording` and `exchange` what changed without any entity, by the words
//! of `vocabulary`; `changes` sees to it that each edit is told once. `severity` is the table of what matters, `class` and
//! `trashline` sum up. Nothing here reads a clock: what could take long is bounded by counting words and names, and where such a
//! bound is hit (`bounds`) the revision tells something coarser, and says so by its flag `fallback`.
//!
//! A name that takes another's place is told once, by one rule: beside a quotation and nowhere else, it is the quote that is
//! told (`reattributed`), and beside it only who left the story or is new to it; everywhere else it is the pair of names
//! (`removed`, and `added` with `replaces`), and that they also speak goes without saying.
//!
//! # What it gets wrong
//!
//! It reads words, not meaning, and it knows no more of the world than the two texts and their entities tell. So, for example:
//!
//! - **Who did what to whom, in other words.** `Oran beat Tunis` → `Tunis beat Oran` is told; `Oran beat Tunis` → `Oran was beaten
//!   by Tunis` is an edited sentence, minor; so is `Top seed Lee beat Hall` → `Hall beat top seed Lee`, where words go along. And `Oran met Tunis` → `Tunis met Oran` is told too, though it says the same.
//! - **Opposites that are on no list.** `rose` → `fell` is substantive, `succeeded` → `failed` or `ordered` → `rejected` is an edit
//!   like any other. The list (`vocabulary.txt`) holds what news is about; a wrong entry would cry wolf in every revision. That men and
//!   women came becomes that women and men did is told, though it is none.
//! - **Denials in long insertions.** A `not` or a `may` inside a passage of nine words or more counts as new text, not as a denial
//!   of the old one.
//! - **A sentence written anew.** Where less than about a third of the words stands, it is a deletion beside an addition, and
//!   what both sentences say is dropped (substantive) and added (minor).
//! - **Namesakes.** `Jane Smith` → `Robert Smith` is one person with another given name, `Ivanov` → `Ivanova` one with another
//!   spelling. Where a spelling fix makes one real name of another, it is told as the same person.
//! - **Slips that are none.** `16 miners` → `16 minors`: one letter of a long word is taken for a spelling fix, so the number
//!   stands and the edit is minor; so is `adopted` → `adapted` in a quote, but not `locked` → `blocked`. Numbers themselves and words of five letters or
//!   fewer are never taken so.
//! - **Numbers without a noun.** `won by 12 to 9` → `won by 9 to 12`: which number became which is guessed by place.
//! - **Units that it does not know.** A converted amount in a unit that is not in the table is another value, substantive.
//! - **What the entity engine misses.** A name that neither side's engine sees is not dropped or added; what it takes for another
//!   name in one version only is filtered by asking whether the words changed at all, which also hides a real change next to
//!   it. What stands in the place of a name and has its capitals is taken for a name: `Lee` → `Central Station` would be a person.
//! - **Numbers that were never one.** `still 15` names a place that says the older number of the same noun, or a headline, deck or
//!   lede that says it at all: it may have meant something else.
//! - **A cut text** that stops at the end of a sentence is not suspected: its deletions are told as deletions.

mod align;
mod amount;
mod bag;
mod bounds;
mod changes;
mod class;
mod exchange;
mod fold;
mod identity;
mod moves;
mod name;
mod quote;
mod recover;
mod severity;
mod swap;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod trashline;
mod value;
mod vocabulary;
mod word;
mod wording;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

use self::bounds::Bounds;
use self::exchange::Exchanges;
use self::identity::Identity;
use self::severity::Rule;
use self::text::Severities;
use self::token::{Lexicon, Text};
use self::trashline::Item;
use self::word::WordMap;
use self::wording::Wording;
use self::world::{Draft, Room, Spot, View, World};
use crate::model::{Article, Change, Circumstances, Class, Entities, EntityKind, Flag, NoticeKind, Part, Revision, Severity, TextDiff};

/// One side of a diff. Both sides must come from the same extractor.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub article: &'a Article,
    pub entities: &'a Entities,
}

/// Says what changed from one version to the next. `from` is `None` for a document's first version, `to` for a deletion: then
/// there is nothing to compare, and the revision counts the sentences and words but lists none of them.
///
/// Spans on the older side point into the older article's text, on the newer side into the newer's.
#[must_use]
pub fn revise(from: Option<Side<'_>>, to: Option<Side<'_>>, circumstances: Circumstances) -> Revision {
    match (from, to) {
        (Some(from), Some(to)) => between(from, to, circumstances),
        (None, Some(to)) => first(to, circumstances),
        (from, None) => deleted(from),
    }
}

fn first(to: Side<'_>, circumstances: Circumstances) -> Revision {
    let (class, told) = if circumstances.restored { (Class::Restored, "back") } else { (Class::Created, "new") };
    let (words, sentences) = size(to.article);
    let mut text = TextDiff { words_added: words, ..TextDiff::default() };
    text.sentences.added = sentences;
    whole(class, Severity::Minor, told, to.article, text)
}

fn deleted(from: Option<Side<'_>>) -> Revision {
    let nothing = Article::default();
    let article = from.map_or(&nothing, |side| side.article);
    let (words, sentences) = size(article);
    let mut text = TextDiff { words_deleted: words, ..TextDiff::default() };
    text.sentences.deleted = sentences;
    let mut revision = whole(Class::Withdrawn, Severity::Substantive, "deleted", article, text);
    // Nothing is left that could own up to it; what did before the deletion counts.
    if article.notices().all(|(kind, _)| kind != NoticeKind::Withdrawn) {
        revision.flags.insert(Flag::Stealth);
    }
    revision
}

/// A revision in which a whole document came or went.
fn whole(class: Class, severity: Severity, told: &str, article: &Article, text: TextDiff) -> Revision {
    let trashline = trashline::shortened(&format!("{told}: {}", title(article)), trashline::LONGEST);
    Revision { class, severity, flags: BTreeSet::new(), trashline, reverts_to: None, text, entities: Vec::new() }
}

fn title(article: &Article) -> &str {
    article.headline().or_else(|| article.paragraphs().next()).unwrap_or("no text")
}

/// The words and sentences of an article, as its [`Text`] would have them.
fn size(article: &Article) -> (usize, usize) {
    article.sentences().fold((0, 0), |(words, sentences), sentence| (words + sentence.text.unicode_words().count(), sentences + 1))
}

fn between(from: Side<'_>, to: Side<'_>, circumstances: Circumstances) -> Revision {
    let mut lexicon = Lexicon::default();
    let (older, newer) = Text::both(from.article, to.article, &mut lexicon);
    let bounds = Bounds::default();
    let alignment = align::align(&lexicon, &older, &newer, &bounds);
    let map = WordMap::new(&lexicon, &older, &newer, &alignment, &bounds);
    let (from_seen, to_seen) = (View::new(&older, from.entities), View::new(&newer, to.entities));
    let (from_entities, to_entities) = recover::recover(&lexicon, &from_seen, &to_seen, &map, &bounds);
    let world = World {
        lexicon: &lexicon,
        from: View::new(&older, &from_entities),
        to: View::new(&newer, &to_entities),
        alignment: &alignment,
        map: &map,
        bounds: &bounds,
    };

    let truncated = class::truncated(from.article, to.article, circumstances.transient);
    let identity = Identity::find(&world);
    let drafts = changes::changes(&world, &identity, truncated);
    let wordings = wordings(&world, &drafts, truncated);
    let mut severities = Severities::of_actions(&world);
    for draft in &drafts {
        raise(&world, &mut severities, draft);
    }
    for (pair, wording) in &wordings {
        severities.pairs[*pair] = severities.pairs[*pair].max(wording.rule.severity());
    }
    let mut items = items(&world, &drafts, &wordings);
    let text = text::text_diff(&world, &severities, &wordings);
    let severity = text.actions.iter().map(|action| action.severity).chain(drafts.iter().map(|draft| draft.rule.severity())).max();
    let severity = severity.unwrap_or(Severity::Cosmetic);
    let notices = class::new_notices(from.article, to.article);
    let class = class::class(circumstances, &notices, severity);
    // That a story is back matters, even where not a word of it changed.
    let severity = if class == Class::Restored { severity.max(Severity::Minor) } else { severity };
    let prefix = prefix(class, circumstances, truncated, from.article, &text);
    let mut room = Room::new(&bounds);
    let entities: Vec<_> = drafts.iter().map(|draft| draft.finish(&world, &mut room)).collect();
    if class == Class::Withdrawn {
        items.clear();
    } else if items.is_empty() && class != Class::Cosmetic && !truncated {
        items = trashline::plain(&text);
    } else if !truncated {
        items.extend(trashline::untold(&text, &entities, &items));
    }
    let flags = class::flags(&world, &text, &notices, severity, truncated);
    Revision { class, severity, flags, trashline: trashline::line(&prefix, items), reverts_to: circumstances.reverts_to, entities, text }
}

/// What the words of edited sentences changed beside the entities, by the pair, in order.
fn wordings(world: &World<'_>, drafts: &[Draft], truncated: bool) -> Vec<(usize, Wording)> {
    // The sentence in which a text was cut off lost its words to the cut.
    let cut = world.alignment.to.last().copied().flatten().filter(|_| truncated);
    let (known, names) = (value::known_numbers(world), wording::Names::of(world));
    let exchanges = Exchanges::new(world);
    // Two who changed titles are told so, and so are a quote's new speaker and amounts that changed places.
    let told: BTreeSet<usize> = drafts
        .iter()
        .filter(|draft| matches!(draft.change, Change::Retitled | Change::Reattributed | Change::ValueChanged))
        .filter_map(|draft| world.older_pair(draft.from.as_ref()?))
        .collect();
    // `last week` → `next week` is told as another date.
    let is_date = |spot: &Spot| world.from.entities[spot.entity].kind() == EntityKind::Date;
    let changed = |draft: &&Draft| draft.change == Change::ValueChanged && draft.from.as_ref().is_some_and(is_date);
    let dates: BTreeSet<usize> = drafts.iter().filter(changed).flat_map(|draft| world.hunks_of(draft)).collect();
    let mut found = Vec::new();
    for (index, pair) in world.alignment.pairs.iter().enumerate() {
        let part = world.to.text.sentences[pair.to.start].part;
        if world.is_equal(index) || cut == Some(index) || matches!(part, Part::Notice | Part::Byline | Part::Dateline) {
            continue;
        }
        let exchanged = if told.contains(&index) { None } else { Wording::exchanged(&exchanges.of(index)) };
        let mut read = wording::read(world, index, &names, &known);
        read.retain(|wording| wording.rule != Rule::Opposite || wording.hunk.is_none_or(|hunk| !dates.contains(&hunk)));
        read.retain(|wording| wording.rule != Rule::Post || !told.contains(&index));
        // Numbers that changed places are no others.
        read.retain(|wording| exchanged.is_none() || wording.rule != Rule::Number);
        found.extend(exchanged.into_iter().chain(read).map(|wording| (index, wording)));
    }
    found
}

/// What the trashline may tell. What the words of a quote changed is told with the quote.
fn items(world: &World<'_>, drafts: &[Draft], wordings: &[(usize, Wording)]) -> Vec<Item> {
    let mut by_hunk: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, (_, wording)) in wordings.iter().enumerate() {
        by_hunk.entry(wording.hunk.unwrap_or(usize::MAX)).or_default().push(index);
    }
    let mut quoted = BTreeSet::new();
    let mut told = Vec::new();
    for draft in drafts {
        let own: BTreeSet<usize> = if draft.change == Change::Reworded {
            world.hunks_of(draft).iter().filter_map(|hunk| by_hunk.get(hunk)).flatten().copied().collect()
        } else {
            BTreeSet::new()
        };
        quoted.extend(own.iter().copied());
        let own: Vec<&Wording> = own.into_iter().map(|index| &wordings[index].1).collect();
        told.extend(trashline::told(world, draft, &own));
    }
    let alone = wordings.iter().enumerate().filter(|(index, _)| !quoted.contains(index)).map(|(_, (pair, wording))| {
        let sentence = &world.to.text.sentences[world.alignment.pairs[*pair].to.start];
        trashline::wording_told(wording, sentence.part, sentence.span.start())
    });
    alone.chain(told).collect()
}

/// A sentence matters as much as what changed in it.
fn raise(world: &World<'_>, severities: &mut Severities, draft: &Draft) {
    let severity = draft.rule.severity();
    let elsewhere = draft.elsewhere.iter().map(|[from, to]| (from, to));
    for (from, to) in elsewhere.chain([(&draft.from, &draft.to)]) {
        if let Some(spot) = from {
            let place = world.older_pair(spot).map_or(&mut severities.deleted[spot.sentence], |pair| &mut severities.pairs[pair]);
            *place = severity.max(*place);
        }
        if let Some(spot) = to {
            let place = world.newer_pair(spot).map_or(&mut severities.added[spot.sentence], |pair| &mut severities.pairs[pair]);
            *place = severity.max(*place);
        }
    }
}

/// What the trashline says before the changes.
fn prefix(class: Class, circumstances: Circumstances, truncated: bool, from: &Article, text: &TextDiff) -> String {
    match (class, circumstances.reverts_to) {
        (Class::Revert, Some(version)) => format!("back to version {version}"),
        (Class::Restored, _) => "back after deletion".into(),
        (Class::Renamed, _) => "renamed, the text stands".into(),
        (Class::Withdrawn, _) => format!("withdrawn: {}", title(from)),
        (Class::Correction, _) => "corrected".into(),
        (Class::Refile, _) => "refiled".into(),
        (Class::Cosmetic, _) if circumstances.same_bytes => "no change".into(),
        (Class::Cosmetic, _) if text.actions.is_empty() => "layout only".into(),
        (Class::Cosmetic, _) => "typography only".into(),
        _ if truncated => format!("looks cut off, {} sentences short", text.sentences.deleted),
        _ => String::new(),
    }
}
