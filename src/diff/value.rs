//! Changes of quantities, money, percents and dates.

use std::collections::{HashMap, HashSet};

use super::amount::{difference, same_noun};
use super::severity::Rule;
use super::world::{Draft, Spot, View, World};
use crate::model::{Amount, Change, Detail, EntityKind, Number, Part};

/// More values than this in one sentence are paired only where one took the other's very place.
const MOST_IN_SENTENCE: usize = 40;

/// Of the places that still say an older number, as many are told.
const MOST_FORGOTTEN: usize = 8;

/// The changes of all values.
pub(super) fn changes(world: &World<'_>) -> Vec<Draft> {
    let mut values = Values { world, from: Valued::new(&world.from), to: Valued::new(&world.to), drafts: Vec::new() };
    values.standing();
    for pair in 0..world.alignment.pairs.len() {
        if !world.is_equal(pair) {
            values.edited(pair);
        }
    }
    values.gone();
    values.come();
    values.find_forgotten();
    values.drafts
}

/// One side's values and which of them have found their like.
struct Valued<'a> {
    spots: Vec<&'a Spot>,
    matched: Vec<bool>,
}

impl<'a> Valued<'a> {
    fn new(view: &'a View<'_>) -> Valued<'a> {
        let mut spots: Vec<&Spot> = view.spots.iter().flatten().filter(|spot| is_value(&view.entities[spot.entity].detail)).collect();
        spots.sort_by_key(|spot| (spot.tokens.start, spot.tokens.end));
        Valued { matched: vec![false; spots.len()], spots }
    }
}

struct Values<'a> {
    world: &'a World<'a>,
    from: Valued<'a>,
    to: Valued<'a>,
    drafts: Vec<Draft>,
}

impl<'a> Values<'a> {
    /// Values whose words all stand, and are all of a value on the other side. Held to both sides, so that swapped sides give
    /// the same pairs.
    fn standing(&mut self) {
        let mut at: HashMap<usize, usize> = HashMap::new();
        for (index, spot) in self.to.spots.iter().enumerate() {
            at.extend(spot.tokens.clone().map(|token| (token, index)));
        }
        for one in 0..self.from.spots.len() {
            let mut landed = self.world.map.from[self.from.spots[one].tokens.clone()].iter().map(|token| at.get(token.as_ref()?));
            let Some(Some(&other)) = landed.next() else { continue };
            let whole = landed.all(|landed| landed == Some(&other)) && self.world.stood(self.to.spots[other]);
            let whole = whole && self.are_ends(self.from.spots[one], self.to.spots[other]) != Some(false);
            if whole && !self.to.matched[other] {
                self.pair(one, other);
            }
        }
    }

    /// Values of one edited sentence: who took whose place, then who counts the same.
    fn edited(&mut self, pair: usize) {
        let world = self.world;
        let within = |values: &Valued<'_>, tokens: std::ops::Range<usize>| {
            let start = values.spots.partition_point(|spot| spot.tokens.start < tokens.start);
            let end = values.spots.partition_point(|spot| spot.tokens.start < tokens.end);
            (start..end).filter(|&index| !values.matched[index]).collect::<Vec<_>>()
        };
        let sentences = &world.alignment.pairs[pair];
        let from = within(&self.from, world.from.text.tokens(&sentences.from));
        let to = within(&self.to, world.to.text.tokens(&sentences.to));
        let many = world.bounds.hit_if(!from.is_empty() && !to.is_empty() && from.len().max(to.len()) > MOST_IN_SENTENCE);
        let mut fits: Vec<(u32, usize, usize, usize)> = Vec::new();
        for (place, &one) in from.iter().enumerate() {
            let places = if many { place..(place + 1).min(to.len()) } else { 0..to.len() };
            for other_place in places {
                let other = to[other_place];
                let fit = self.fit(self.from.spots[one], self.to.spots[other]);
                fits.extend(fit.map(|fit| (fit, place.abs_diff(other_place), one, other)));
            }
        }
        // The sum breaks ties between pairs that share a value, and is the same whichever side is the older.
        fits.sort_unstable_by_key(|&(fit, apart, one, other)| (std::cmp::Reverse(fit), apart, one + other));
        for (_, _, one, other) in fits {
            if !self.from.matched[one] && !self.to.matched[other] {
                self.pair(one, other);
            }
        }
    }

    /// How well two values of one sentence fit, where one may have become the other.
    fn fit(&self, one: &Spot, other: &Spot) -> Option<u32> {
        let world = self.world;
        let (older, newer) = (&world.from.entities[one.entity].detail, &world.to.entities[other.entity].detail);
        let dates = |detail: &Detail| matches!(detail, Detail::Date(_));
        if dates(older) != dates(newer) {
            return None;
        }
        let place = match (world.older_hunk(one), world.newer_hunk(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        let shared = one.tokens.clone().filter_map(|token| world.map.from[token]).any(|token| other.tokens.contains(&token));
        let noun = match (older.amount().and_then(|amount| amount.unit.as_ref()), newer.amount().and_then(|amount| amount.unit.as_ref())) {
            (Some(one), Some(other)) => same_noun(one, other),
            _ => false,
        };
        let kind = older.kind() == newer.kind();
        // A toll that rose `to 12 from 9` and then `to 14 from 12` has two numbers that changed.
        let ends = self.are_ends(one, other);
        if ends == Some(false) {
            return None;
        }
        let end = kind && ends == Some(true);
        let same = kind && difference(older, newer).is_none();
        let fits = same || place || shared || end || (noun && kind);
        let weights = [(8, same), (4, shared), (4, place), (3, noun), (3, end), (2, kind)];
        fits.then(|| weights.iter().map(|&(weight, holds)| weight * u32::from(holds)).sum())
    }

    /// Whether two values are the same end of a way `to` one number `from` another; `None` where one of them is no end.
    fn are_ends(&self, one: &Spot, other: &Spot) -> Option<bool> {
        let preposition = |view: &View<'_>, spot: &Spot| {
            let before = &self.world.lexicon.word(view.text.words[spot.tokens.start.checked_sub(1)?]).text;
            ["to", "from"].into_iter().find(|word| **before == **word)
        };
        Some(preposition(&self.world.from, one)? == preposition(&self.world.to, other)?)
    }

    fn pair(&mut self, one: usize, other: usize) {
        let world = self.world;
        (self.from.matched[one], self.to.matched[other]) = (true, true);
        let (one, other) = (self.from.spots[one], self.to.spots[other]);
        // What the words do not explain is the entity engine's second thought and no change.
        if world.older_pair(one).is_some_and(|pair| world.is_equal(pair)) {
            return;
        }
        let (older, newer) = (&world.from.entities[one.entity].detail, &world.to.entities[other.entity].detail);
        if world.only_slips(one, other) {
            return;
        }
        // Where a story gives no year, all its weekdays may be the same date to the engine; its words know better.
        let other_day = matches!((older, newer), (Detail::Date(_), Detail::Date(_)))
            && weekday(&world.from, one).zip(weekday(&world.to, other)).is_some_and(|(one, other)| one != other);
        let Some(rule) = difference(older, newer).or(other_day.then_some(Rule::DateValue)) else { return };
        if rule == Rule::DateValue && !other_day && (world.stands(one) || reads_alike(world, one, other)) {
            return;
        }
        let rule = if rule == Rule::DateValue && one.mention.part == Part::Dateline { Rule::StoryDate } else { rule };
        self.push(Change::ValueChanged, rule, Some(one), Some(other));
    }

    fn gone(&mut self) {
        let world = self.world;
        let still = Said::new(&world.to);
        for (index, spot) in self.from.spots.iter().copied().enumerate().collect::<Vec<_>>() {
            if self.from.matched[index] || world.stands(spot) || world.older_slips(spot) || still.says(&world.from, spot) {
                continue;
            }
            let hunk = world.older_hunk(spot).map(|hunk| world.map.hunks[hunk].to.clone());
            if is_two(&world.from, spot) && hunk.is_some_and(|tokens| self.has_both(&world.to, tokens)) {
                continue;
            }
            let date = matches!(world.from.entities[spot.entity].detail, Detail::Date(_));
            let rule = match (world.older_pair(spot), date) {
                (_, true) => Rule::Dropped,
                (Some(_), false) => Rule::GoneFromSentence,
                (None, false) => Rule::DroppedValue,
            };
            self.push(Change::Removed, rule, Some(spot), None);
        }
    }

    fn come(&mut self) {
        let world = self.world;
        let before = Said::new(&world.from);
        for (index, spot) in self.to.spots.iter().copied().enumerate().collect::<Vec<_>>() {
            if self.to.matched[index] || world.stood(spot) || world.newer_slips(spot) || before.says(&world.to, spot) {
                continue;
            }
            let hunk = world.newer_hunk(spot).map(|hunk| world.map.hunks[hunk].from.clone());
            if is_two(&world.to, spot) && hunk.is_some_and(|tokens| self.has_both(&world.from, tokens)) {
                continue;
            }
            let date = matches!(world.to.entities[spot.entity].detail, Detail::Date(_));
            let standing = world.newer_pair(spot).is_some() && !date;
            self.push(Change::Added, if standing { Rule::NewInSentence } else { Rule::Background }, None, Some(spot));
        }
    }

    /// Whether `both` stands among some tokens, or another word for two.
    fn has_both(&self, view: &View<'_>, tokens: std::ops::Range<usize>) -> bool {
        const TWO: [&str; 6] = ["both", "pair", "couple", "either", "neither", "duo"];
        let is_both = |word: u32| TWO.iter().any(|two| two.eq_ignore_ascii_case(&self.world.lexicon.word(word).text));
        view.text.words[tokens].iter().any(|&word| is_both(word))
    }

    /// Finds for each number that changed the places where it did not: the body, say, of a headline that was fixed.
    fn find_forgotten(&mut self) {
        let world = self.world;
        let amount = |view: &View<'a>, spot: &Spot| view.entities[spot.entity].detail.amount();
        let number = |amount: &Amount| Some((amount.value?.to_string(), amount.high.map(|high| high.to_string())));
        let mut said: HashMap<_, Vec<&Spot>> = HashMap::new();
        for spot in self.to.spots.iter().copied().filter(|spot| world.stood(spot)) {
            if let Some(number) = amount(&world.to, spot).and_then(number) {
                let spots = said.entry(number).or_default();
                // One more tells that the list is cut.
                if spots.len() <= MOST_FORGOTTEN {
                    spots.push(spot);
                }
            }
        }
        for draft in self.drafts.iter_mut().filter(|draft| draft.change == Change::ValueChanged) {
            let (Some(from), Some(to)) = (&draft.from, &draft.to) else { continue };
            let Some(older) = amount(&world.from, from) else { continue };
            let same = |spot: &&&Spot| {
                let units = (older.unit.as_deref(), amount(&world.to, spot).and_then(|amount| amount.unit.as_deref()));
                let counted = matches!(units, (Some(one), Some(other)) if same_noun(one, other));
                // What the headline calls `dead`, the lede may call `miners`.
                let opens = |spot: &Spot| matches!(spot.mention.part, Part::Headline | Part::Deck | Part::Paragraph(1));
                let headed = opens(to) && opens(spot) && to.mention.part != spot.mention.part;
                let kinds = world.from.entities[from.entity].kind() == world.to.entities[spot.entity].kind();
                kinds && (counted || headed) && world.newer_pair(spot) != world.newer_pair(to)
            };
            let spots = number(older).and_then(|number| said.get(&number));
            world.bounds.hit_if(spots.is_some_and(|spots| spots.len() > MOST_FORGOTTEN));
            draft.still = spots.into_iter().flatten().take(MOST_FORGOTTEN).filter(same).map(|spot| spot.mention).collect();
        }
    }

    fn push(&mut self, change: Change, rule: Rule, from: Option<&Spot>, to: Option<&Spot>) {
        self.drafts.push(Draft::new(self.world, change, rule, from, to));
    }
}

fn is_two(view: &View<'_>, spot: &Spot) -> bool {
    let amount = view.entities[spot.entity].detail.amount();
    amount.is_some_and(|amount| amount.high.is_none() && amount.value == Some(Number::from(2)))
}

fn is_value(detail: &Detail) -> bool {
    matches!(detail.kind(), EntityKind::Quantity | EntityKind::Money | EntityKind::Percent | EntityKind::Date)
}

fn weekday(view: &View<'_>, spot: &Spot) -> Option<&'static str> {
    const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let words = view.words(spot).to_lowercase();
    let mut words = words.split(|ch: char| !ch.is_alphabetic());
    words.find_map(|word| WEEKDAYS.into_iter().find(|day| word.starts_with(day) && (word.ends_with("day") || word == *day)))
}

/// Whether a date's words are the other's with words left out: `Monday` and `on Monday, December 17`.
fn reads_alike(world: &World<'_>, one: &Spot, other: &Spot) -> bool {
    let words = |view: &View<'_>, spot: &Spot| -> Vec<u32> {
        view.text.words[spot.tokens.clone()].iter().copied().filter(|&word| world.lexicon.word(word).is_content()).collect()
    };
    let (one, other) = (words(&world.from, one), words(&world.to, other));
    let (short, mut long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().all(|word| long.iter().position(|other| other == word).map(|place| long.swap_remove(place)).is_some())
}

/// Everything that one side's values say, so that a repeated number is no change.
struct Said {
    facts: HashSet<String>,
}

impl Said {
    fn new(view: &View<'_>) -> Said {
        Said { facts: view.spots.iter().flatten().filter_map(|spot| fact(view, spot)).collect() }
    }

    fn says(&self, view: &View<'_>, spot: &Spot) -> bool {
        fact(view, spot).is_some_and(|fact| self.facts.contains(&fact))
    }
}

/// A value in one comparable form.
fn fact(view: &View<'_>, spot: &Spot) -> Option<String> {
    match &view.entities[spot.entity].detail {
        // Where nothing tells which Monday it is, it is the one that the text speaks of elsewhere.
        Detail::Date(date) => Some(date.iso.clone().unwrap_or_else(|| view.words(spot).to_lowercase())),
        detail => detail.amount().map(|amount| format!("{:?} {:?} {:?}", amount.value, amount.high, amount.unit)),
    }
}

/// The tokens of each side's values that the other side says too, maybe in another form: `11` and `eleven`.
pub(super) struct Restated {
    pub from: Vec<bool>,
    pub to: Vec<bool>,
}

pub(super) fn restated(world: &World<'_>) -> Restated {
    let held = |view: &View<'_>, said: &Said| view.held(|spot| said.says(view, spot));
    Restated { from: held(&world.from, &Said::new(&world.to)), to: held(&world.to, &Said::new(&world.from)) }
}

/// The tokens that are part of a value on each side: the changes of these are told, or known to be none.
pub(super) struct KnownNumbers {
    pub from: Vec<bool>,
    pub to: Vec<bool>,
    from_digits: Vec<bool>,
    to_digits: Vec<bool>,
}

pub(super) fn known_numbers(world: &World<'_>) -> KnownNumbers {
    let held = |view: &View<'_>| view.held(|spot| is_value(&view.entities[spot.entity].detail));
    let digits = |view: &View<'_>| view.text.words.iter().map(|&word| world.lexicon.word(word).has_digit()).collect();
    KnownNumbers { from: held(&world.from), to: held(&world.to), from_digits: digits(&world.from), to_digits: digits(&world.to) }
}

impl KnownNumbers {
    /// Whether all digits of a hunk are part of values.
    pub(super) fn covers(&self, hunk: &super::word::Hunk) -> bool {
        hunk.from.clone().all(|token| !self.from_digits[token] || self.from[token])
            && hunk.to.clone().all(|token| !self.to_digits[token] || self.to[token])
    }
}
