//! The entities of both sides where they stand in the aligned texts.

use std::collections::BTreeSet;
use std::ops::Range;

use super::align::Alignment;
use super::bounds::Bounds;
use super::fold;
use super::severity::Rule;
use super::token::{Lexicon, Text, Word};
use super::vocabulary::VOCABULARY;
use super::word::WordMap;
use crate::model::{Change, Detail, Entity, EntityChange, EntityKind, EntityState, Mention, Named, Part, Person};

/// One mention among the tokens.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// In the side's entities.
    pub entity: usize,
    pub mention: Mention,
    /// Never empty.
    pub tokens: Range<usize>,
    pub sentence: usize,
}

/// One side: its text and its entities' spots.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub text: &'a Text<'a>,
    pub entities: &'a [Entity],
    /// Of each entity its spots, in order. A mention in a notice, a byline or outside of all sentences has none.
    pub spots: Vec<Vec<Spot>>,
}

impl<'a> View<'a> {
    pub(super) fn new(text: &'a Text<'a>, entities: &'a [Entity]) -> View<'a> {
        let spot = |entity: usize, mention: &Mention| {
            let tokens = text.tokens_in(mention.span);
            let sentence = text.sentence_at(mention.span.start())?;
            // Labels own up to changes and bylines sign them: what they name is not the story's world.
            let told = !matches!(mention.part, Part::Notice | Part::Byline);
            (told && !tokens.is_empty()).then_some(Spot { entity, mention: *mention, tokens, sentence })
        };
        let spots = entities
            .iter()
            .enumerate()
            .map(|(index, entity)| entity.mentions.iter().filter_map(|mention| spot(index, mention)).collect())
            .collect();
        View { text, entities, spots }
    }

    /// The mention of an entity that holds a token.
    pub(super) fn at(&self, entity: usize, token: usize) -> Option<&Spot> {
        let spots = &self.spots[entity];
        let next = spots.partition_point(|spot| spot.tokens.end <= token);
        spots.get(next).filter(|spot| spot.tokens.contains(&token))
    }

    /// Which tokens are part of such mentions.
    pub(super) fn held(&self, is_such: impl Fn(&Spot) -> bool) -> Vec<bool> {
        let mut held = vec![false; self.text.words.len()];
        for spot in self.spots.iter().flatten().filter(|spot| is_such(spot)) {
            held[spot.tokens.clone()].fill(true);
        }
        held
    }

    pub(super) fn words(&self, spot: &Spot) -> &str {
        spot.mention.span.of(self.text.text)
    }

    /// What a change of a mention is about, for people: the name, the counted noun, the speaker of a quote; else its words.
    pub(super) fn subject(&self, spot: &Spot) -> String {
        let subject = match &self.entities[spot.entity].detail {
            Detail::Person(Person { name, .. }) | Detail::Organization(Named { name }) | Detail::Place(Named { name }) => Some(name),
            Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => amount.of.as_ref().or(amount.unit.as_ref()),
            Detail::Quote(quote) => return quote.speaker.clone().unwrap_or_default(),
            Detail::Date(_) => None,
        };
        subject.map_or_else(|| self.words(spot).to_owned(), String::clone)
    }

    fn state(&self, spot: &Spot, room: &mut Room<'_>) -> EntityState {
        let entity = &self.entities[spot.entity];
        EntityState {
            text: self.words(spot).to_owned(),
            part: spot.mention.part,
            span: spot.mention.span,
            detail: entity.detail.clone(),
            mentions: if room.take(entity.mentions.len()) { entity.mentions.clone() } else { vec![spot.mention] },
        }
    }
}

/// Shorter words are often one slip away from each other.
const LONG_WORD: usize = 6;
pub(super) const MAGNITUDES: &[&str] = &["million", "billion", "trillion"];

/// Both sides and how their texts lie on each other.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub lexicon: &'a Lexicon,
    pub from: View<'a>,
    pub to: View<'a>,
    pub alignment: &'a Alignment,
    pub map: &'a WordMap,
    pub bounds: &'a Bounds,
}

impl World<'_> {
    /// Whether every word of an older spot still stands.
    pub(super) fn stands(&self, spot: &Spot) -> bool {
        self.map.from[spot.tokens.clone()].iter().all(Option::is_some)
    }

    /// Whether every word of a newer spot stood before.
    pub(super) fn stood(&self, spot: &Spot) -> bool {
        self.map.to[spot.tokens.clone()].iter().all(Option::is_some)
    }

    /// The hunk in which an older spot lost its first word.
    pub(super) fn older_hunk(&self, spot: &Spot) -> Option<usize> {
        self.map.from_hunk[spot.tokens.clone()].iter().find_map(|hunk| *hunk)
    }

    /// The hunk in which a newer spot got its first new word.
    pub(super) fn newer_hunk(&self, spot: &Spot) -> Option<usize> {
        self.map.to_hunk[spot.tokens.clone()].iter().find_map(|hunk| *hunk)
    }

    /// The mention of a newer entity in the place of an older mention: they share words, or the edit that changed them.
    pub(super) fn counterpart(&self, one: &Spot, to: usize) -> Option<&Spot> {
        let spots = &self.to.spots[to];
        let standing = self.map.from[one.tokens.clone()].iter().find_map(|token| *token);
        let in_hunk = |hunk: usize| {
            let tokens = &self.map.hunks[hunk].to;
            let next = spots.partition_point(|spot| spot.tokens.end <= tokens.start);
            spots.get(next).filter(|spot| spot.tokens.start < tokens.end)
        };
        standing.and_then(|token| self.to.at(to, token)).or_else(|| self.older_hunk(one).and_then(in_hunk))
    }

    /// The hunks in all mentions of a draft's entities.
    pub(super) fn hunks_of(&self, draft: &Draft) -> BTreeSet<usize> {
        let hunks = |view: &View<'_>, map: &[Option<usize>], spot: &Option<Spot>| -> Vec<usize> {
            let spots = spot.iter().flat_map(|spot| &view.spots[spot.entity]);
            spots.flat_map(|spot| map[spot.tokens.clone()].iter().flatten().copied()).collect()
        };
        let mut found: BTreeSet<usize> = hunks(&self.from, &self.map.from_hunk, &draft.from).into_iter().collect();
        found.extend(hunks(&self.to, &self.map.to_hunk, &draft.to));
        found
    }

    /// Whether all that changed about an older spot are slips of the pen.
    pub(super) fn older_slips(&self, spot: &Spot) -> bool {
        self.slips(&self.map.from[spot.tokens.clone()], &self.map.from_hunk[spot.tokens.clone()])
    }

    /// Whether all that changed about a newer spot are slips of the pen.
    pub(super) fn newer_slips(&self, spot: &Spot) -> bool {
        self.slips(&self.map.to[spot.tokens.clone()], &self.map.to_hunk[spot.tokens.clone()])
    }

    /// Whether two spots differ, and in slips of the pen only: `16 families` and `16 famliies`.
    pub(super) fn only_slips(&self, one: &Spot, other: &Spot) -> bool {
        !(self.stands(one) && self.stood(other)) && [self.older_slips(one), self.newer_slips(other)] == [true, true]
    }

    fn slips(&self, others: &[Option<usize>], hunks: &[Option<usize>]) -> bool {
        others.iter().zip(hunks).all(|(other, hunk)| other.is_some() || hunk.is_some_and(|hunk| self.is_slip(hunk)))
    }

    /// Whether a hunk only spells its words in another way. Digits and short words are never spelling, nor is `billion` for
    /// `million`.
    pub(super) fn is_slip(&self, hunk: usize) -> bool {
        let hunk = &self.map.hunks[hunk];
        let (from, to) = (&self.from.text.words[hunk.from.clone()], &self.to.text.words[hunk.to.clone()]);
        let slip = |one: &Word, other: &Word| {
            let plain = |word: &Word| word.text.chars().count() >= LONG_WORD && !word.has_digit();
            let magnitudes = [one, other].iter().all(|word| MAGNITUDES.contains(&&*word.text));
            let excluded = || VOCABULARY.are_two_places(&one.text.to_lowercase(), &other.text.to_lowercase());
            plain(one) && plain(other) && !magnitudes && is_typo(&one.text, &other.text) && !excluded()
        };
        from.len() == to.len() && from.iter().zip(to).all(|(&one, &other)| slip(self.lexicon.word(one), self.lexicon.word(other)))
    }

    /// Whether a hunk only spells its names in another way: `Washington` and `Washingtin`.
    pub(super) fn is_respelled(&self, hunk: usize) -> bool {
        let hunk = &self.map.hunks[hunk];
        let (from, to) = (&self.from.text.words[hunk.from.clone()], &self.to.text.words[hunk.to.clone()]);
        let name = |word: u32| fold::name_words(&self.lexicon.word(word).text).concat();
        from.len() == to.len()
            && from.iter().zip(to).all(|(&one, &other)| {
                let (one, other) = (name(one), name(other));
                fold::spelled_alike(&one, &other) && !VOCABULARY.are_two_places(&one, &other)
            })
    }

    /// The pair that an older spot's sentence belongs to; `None` where the sentence was deleted.
    pub(super) fn older_pair(&self, spot: &Spot) -> Option<usize> {
        self.alignment.from[spot.sentence]
    }

    /// The pair that a newer spot's sentence belongs to; `None` where the sentence was added.
    pub(super) fn newer_pair(&self, spot: &Spot) -> Option<usize> {
        self.alignment.to[spot.sentence]
    }

    /// Whether the words of a pair are the same on both sides.
    pub(super) fn is_equal(&self, pair: usize) -> bool {
        self.map.pairs[pair].is_empty()
    }
}

/// How many more mentions a revision may list: an entity of ten thousand mentions that became ten thousand others would list
/// them all ten thousand times. Past the bound, a change lists the one mention that it is shown at.
#[derive(Debug)]
pub(super) struct Room<'a> {
    left: usize,
    bounds: &'a Bounds,
}

impl<'a> Room<'a> {
    pub(super) fn new(bounds: &'a Bounds) -> Room<'a> {
        Room { left: 200_000, bounds }
    }

    fn take(&mut self, mentions: usize) -> bool {
        let fits = !self.bounds.hit_if(mentions > self.left);
        self.left -= if fits { mentions } else { 0 };
        fits
    }
}

/// An entity change before it is told to anybody: it still knows its rule and its sentences.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub change: Change,
    pub kind: EntityKind,
    pub rule: Rule,
    pub subject: String,
    pub from: Option<Spot>,
    pub to: Option<Spot>,
    pub replaces: Option<String>,
    /// Where the newer text still says the older value.
    pub still: Vec<Mention>,
    /// Where it shows, first the place that orders it among the others.
    pub places: Vec<(Part, usize)>,
    /// The mentions that the same change is about elsewhere.
    pub elsewhere: Vec<[Option<Spot>; 2]>,
}

impl Draft {
    /// A change from one mention to another; one of the two may be missing.
    pub(super) fn new(world: &World<'_>, change: Change, rule: Rule, from: Option<&Spot>, to: Option<&Spot>) -> Draft {
        let (view, spot) = from.map_or((&world.to, to), |spot| (&world.from, Some(spot)));
        let shown = to.or(from);
        Draft {
            change,
            kind: spot.map_or(EntityKind::Quote, |spot| view.entities[spot.entity].kind()),
            rule,
            subject: spot.map(|spot| view.subject(spot)).unwrap_or_default(),
            from: from.cloned(),
            to: to.cloned(),
            replaces: None,
            still: Vec::new(),
            places: shown.iter().map(|spot| (spot.mention.part, spot.mention.span.start())).collect(),
            elsewhere: Vec::new(),
        }
    }

    pub(super) fn finish(&self, world: &World<'_>, room: &mut Room<'_>) -> EntityChange {
        EntityChange {
            change: self.change,
            kind: self.kind,
            severity: self.rule.severity(),
            subject: self.subject.clone(),
            from: self.from.as_ref().map(|spot| world.from.state(spot, room)),
            to: self.to.as_ref().map(|spot| world.to.state(spot, room)),
            replaces: self.replaces.clone(),
            still: if room.take(self.still.len()) { self.still.clone() } else { Vec::new() },
            reason: self.rule.reason().to_owned(),
        }
    }
}

/// Whether one long word is the other with a slip of the pen. A word seldom begins with one: `locked` and `blocked` are two words.
fn is_typo(one: &str, other: &str) -> bool {
    let first = |word: &str, place: usize| word.chars().nth(place).map(|ch| ch.to_lowercase().to_string());
    let begins = first(one, 0) == first(other, 0) || (first(one, 0) == first(other, 1) && first(one, 1) == first(other, 0));
    begins && fold::slips(one, other, 1).is_some()
}
