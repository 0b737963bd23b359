//! Names that the entity engine saw on one side only.
//!
//! An engine that knew `Zaphod Beeblebrox` for a person may take `Zaphod Beeblebryx` for nothing at all. What stands in the
//! very place of a name, and is written like one, is a name too.

use std::borrow::Cow;
use std::ops::Range;

use super::bounds::Bounds;
use super::fold::name_words;
use super::identity::is_name;
use super::token::{Lexicon, Text};
use super::word::{Hunk, WordMap};
use super::world::{Spot, View};
use crate::model::{Detail, Entity, EntityKind, Mention, Span};

/// In tokens.
const LONGEST_NAME: usize = 6;
/// More entities than this are not found again: a text that lost so many was exchanged.
const MOST_LOST: usize = 64;

/// The entities of both sides, with those that only the other side's engine saw.
pub(super) fn recover<'a>(
    lexicon: &Lexicon,
    from: &View<'a>,
    to: &View<'a>,
    map: &WordMap,
    bounds: &Bounds,
) -> (Cow<'a, [Entity]>, Cow<'a, [Entity]>) {
    let older = Slots { others: &map.from, in_hunk: &map.from_hunk, hunks: &map.hunks, own: |hunk| &hunk.from, other: |hunk| &hunk.to };
    let newer = Slots { others: &map.to, in_hunk: &map.to_hunk, hunks: &map.hunks, own: |hunk| &hunk.to, other: |hunk| &hunk.from };
    (with_lost(lexicon, to, from, &newer, bounds), with_lost(lexicon, from, to, &older, bounds))
}

/// Where the words of one side stand on the other.
struct Slots<'a> {
    others: &'a [Option<usize>],
    in_hunk: &'a [Option<usize>],
    hunks: &'a [Hunk],
    own: fn(&Hunk) -> &Range<usize>,
    other: fn(&Hunk) -> &Range<usize>,
}

impl Slots<'_> {
    /// The other side's tokens in the place of some tokens; `None` where an edit reaches beyond them.
    fn of(&self, tokens: &Range<usize>) -> Option<Range<usize>> {
        let hunk = |token: usize| self.in_hunk[token].map(|hunk| &self.hunks[hunk]);
        let start = match self.others[tokens.start] {
            Some(other) => other,
            None => hunk(tokens.start).filter(|hunk| (self.own)(hunk).start == tokens.start).map(|hunk| (self.other)(hunk).start)?,
        };
        let end = match self.others[tokens.end - 1] {
            Some(other) => other + 1,
            None => hunk(tokens.end - 1).filter(|hunk| (self.own)(hunk).end == tokens.end).map(|hunk| (self.other)(hunk).end)?,
        };
        (start < end && end - start <= LONGEST_NAME).then_some(start..end)
    }
}

/// The entities that are there, with what has the place of a name that is only here.
fn with_lost<'a>(lexicon: &Lexicon, here: &View<'a>, there: &View<'a>, slots: &Slots<'_>, bounds: &Bounds) -> Cow<'a, [Entity]> {
    let mut held = vec![false; there.text.words.len()];
    for spot in there.spots.iter().flatten() {
        if there.entities[spot.entity].kind() != EntityKind::Quote {
            held[spot.tokens.clone()].fill(true);
        }
    }
    let mut entities = Cow::Borrowed(there.entities);
    let mut lost = 0;
    for (entity, spots) in here.entities.iter().zip(&here.spots).filter(|(entity, _)| is_name(&entity.detail)) {
        // Where all of its words stand, the engine had a second thought, and nothing changed.
        if spots.iter().all(|spot| slots.others[spot.tokens.clone()].iter().all(Option::is_some)) {
            continue;
        }
        let found: Vec<Range<usize>> = spots.iter().filter_map(|spot| slots.of(&spot.tokens)).collect();
        if found.iter().cloned().flatten().any(|token| held[token]) {
            continue;
        }
        let mentions: Vec<Mention> = spots.iter().filter_map(|spot| mention(lexicon, there.text, &slots.of(&spot.tokens)?, spot)).collect();
        if let Some(longest) = mentions.iter().max_by_key(|mention| mention.span.len()) {
            if bounds.hit_if(lost == MOST_LOST) {
                break;
            }
            lost += 1;
            let name = longest.span.of(there.text.text).to_owned();
            add(entities.to_mut(), named(&entity.detail, name), mentions);
        }
    }
    entities
}

/// A mention in a slot, where what stands there is written like a name.
fn mention(lexicon: &Lexicon, text: &Text<'_>, slot: &Range<usize>, spot: &Spot) -> Option<Mention> {
    let capital = |token: usize| {
        let word = lexicon.word(text.words[token]);
        word.is_content() && !word.has_digit() && word.text.starts_with(char::is_uppercase)
    };
    let sentence = text.sentence_at(text.spans[slot.start].start())?;
    // Any word has a capital at the start of a sentence.
    let opens = text.sentences[sentence].tokens.start == slot.start && slot.len() == 1;
    if opens || !capital(slot.start) || !capital(slot.end - 1) {
        return None;
    }
    let (start, end) = (text.spans[slot.start].start(), text.spans[slot.end - 1].end());
    let words = Span::new(start, end).of(text.text);
    let bare = ["'s", "’s", "'", "’"].iter().find_map(|ending| words.strip_suffix(ending)).unwrap_or(words);
    Some(Mention { part: text.sentences[sentence].part, span: Span::new(start, start + bare.len()), ..spot.mention })
}

fn named(detail: &Detail, name: String) -> Detail {
    let mut detail = detail.clone();
    match &mut detail {
        Detail::Person(person) => person.name = name,
        Detail::Organization(named) | Detail::Place(named) => named.name = name,
        _ => {}
    }
    detail
}

/// Adds the mentions to the entity of that name where there is one.
fn add(entities: &mut Vec<Entity>, detail: Detail, mentions: Vec<Mention>) {
    let words = name_words(detail.name().unwrap_or_default());
    let same = |entity: &&mut Entity| {
        entity.kind() == detail.kind() && entity.detail.name().is_some_and(|name| name_words(name).ends_with(&words))
    };
    match entities.iter_mut().find(same) {
        Some(entity) => {
            entity.mentions.extend(mentions);
            entity.mentions.sort_unstable_by_key(|mention| mention.span);
        }
        None => entities.push(Entity { detail, mentions }),
    }
}
