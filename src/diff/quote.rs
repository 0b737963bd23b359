//! Changes of quotes: their words and their speakers.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::fold::name_words;
use super::identity::{Identity, likeness};
use super::severity::Rule;
use super::token::{Text, Word};
use super::value::{self, Restated};
use super::world::{Draft, Spot, View, World};
use crate::model::{Change, Detail, EntityKind, Quote};

/// The quotes of both sides and which of them is which.
pub(super) struct Quotes<'a> {
    world: &'a World<'a>,
    from: Vec<Said<'a>>,
    to: Vec<Said<'a>>,
    /// Places in `from` and `to`.
    pairs: Vec<(usize, usize)>,
}

impl<'a> Quotes<'a> {
    pub(super) fn new(world: &'a World<'a>) -> Quotes<'a> {
        let (from, to) = (quotes(&world.from), quotes(&world.to));
        let (mut from_paired, mut to_paired) = (vec![false; from.len()], vec![false; to.len()]);
        let mut pairs = Vec::new();
        for (one, other) in shared_words(world, &from, &to) {
            if !from_paired[one] && !to_paired[other] && from[one].quote.direct == to[other].quote.direct {
                (from_paired[one], to_paired[other]) = (true, true);
                pairs.push((one, other));
            }
        }
        Quotes { world, from, to, pairs }
    }

    /// What became of the quotes' words. Those of an indirect statement are the story's own.
    pub(super) fn changes(&self) -> Vec<Draft> {
        let world = self.world;
        let restated = value::restated(world);
        let reworded = |&(one, other): &(usize, usize)| reworded(world, &restated, &self.from[one], &self.to[other]);
        let mut drafts: Vec<Draft> = self.pairs.iter().filter_map(reworded).collect();
        let (from_paired, to_paired): (BTreeSet<usize>, BTreeSet<usize>) = self.pairs.iter().copied().unzip();
        for (_, said) in self.from.iter().enumerate().filter(|(one, said)| said.quote.direct && !from_paired.contains(one)) {
            let rule = if world.older_pair(said.first()).is_some() { Rule::GoneFromSentence } else { Rule::DroppedQuote };
            drafts.extend(touched(said, |spot| world.stands(spot)).map(|spot| Draft::new(world, Change::Removed, rule, Some(spot), None)));
        }
        for (_, said) in self.to.iter().enumerate().filter(|(other, said)| said.quote.direct && !to_paired.contains(other)) {
            let rule = if world.newer_pair(said.first()).is_some() { Rule::NewInSentence } else { Rule::Background };
            drafts.extend(touched(said, |spot| world.stood(spot)).map(|spot| Draft::new(world, Change::Added, rule, None, Some(spot))));
        }
        drafts
    }

    /// The quotes and statements that somebody else speaks now.
    pub(super) fn reattributed(&self, identity: &Identity) -> Vec<Reattribution<'a>> {
        let speakers = Speakers { from: names(&self.world.from), to: names(&self.world.to), identity };
        self.pairs.iter().filter_map(|&(one, other)| reattributed(self.world, &speakers, &self.from[one], &self.to[other])).collect()
    }
}

/// The same words from another speaker.
#[derive(Debug)]
pub(super) struct Reattribution<'a> {
    /// The entities that speak before and after, where they have one.
    pub speakers: (Option<usize>, Option<usize>),
    /// The edits around the quote that say so: those of the speakers' names, else all.
    pub hunks: BTreeSet<usize>,
    /// The edits in the quote's own sentences, beside its words.
    pub beside: BTreeSet<usize>,
    from: Said<'a>,
    to: Said<'a>,
}

impl Reattribution<'_> {
    pub(super) fn is_direct(&self) -> bool {
        self.from.quote.direct
    }

    pub(super) fn draft(&self, world: &World<'_>) -> Draft {
        Draft::new(world, Change::Reattributed, Rule::Speaker, Some(self.from.first()), Some(self.to.first()))
    }
}

/// A quote and the pieces it stands in: `"We won," she said, "and we knew it."` has two.
#[derive(Clone, Copy, Debug)]
struct Said<'a> {
    quote: &'a Quote,
    /// At least one.
    spots: &'a [Spot],
}

impl Said<'_> {
    fn first(&self) -> &Spot {
        &self.spots[0]
    }

    fn tokens(&self) -> impl Iterator<Item = usize> {
        self.spots.iter().flat_map(|spot| spot.tokens.clone())
    }

    fn words(&self, text: &Text<'_>) -> Vec<u32> {
        self.tokens().map(|token| text.words[token]).collect()
    }
}

fn quotes<'a>(view: &'a View<'_>) -> Vec<Said<'a>> {
    let said = |(entity, spots): (usize, &'a Vec<Spot>)| match &view.entities[entity].detail {
        Detail::Quote(quote) if !spots.is_empty() => Some(Said { quote, spots }),
        _ => None,
    };
    view.spots.iter().enumerate().filter_map(said).collect()
}

/// The first piece that does not stand.
fn touched<'a>(said: &Said<'a>, stands: impl Fn(&Spot) -> bool) -> Option<&'a Spot> {
    said.spots.iter().find(|spot| !stands(spot))
}

/// Quotes that have words in common where the texts lie on each other, most words first.
fn shared_words(world: &World<'_>, from: &[Said<'_>], to: &[Said<'_>]) -> Vec<(usize, usize)> {
    let at: HashMap<usize, usize> =
        to.iter().enumerate().flat_map(|(index, said)| said.tokens().map(move |token| (token, index))).collect();
    let mut shared: Vec<(usize, usize, usize)> = Vec::new();
    for (index, said) in from.iter().enumerate() {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for other in said.tokens().filter_map(|token| at.get(&world.map.from[token]?)) {
            *counts.entry(*other).or_default() += 1;
        }
        shared.extend(counts.into_iter().map(|(other, count)| (count, index, other)));
    }
    shared.sort_unstable_by_key(|&(count, one, other)| (std::cmp::Reverse(count), one, other));
    shared.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// Words that a quote's meaning does not hang on.
const SMALL: &[&str] = &["a", "an", "the", "this", "that", "these", "those", "and", "of", "to"];

fn reworded(world: &World<'_>, restated: &Restated, from: &Said<'_>, to: &Said<'_>) -> Option<Draft> {
    if !from.quote.direct || from.words(world.from.text) == to.words(world.to.text) {
        return None;
    }
    let changed = |view: &View<'_>, map: &[Option<usize>], restated: &[bool], said: &Said<'_>| -> Vec<u32> {
        said.tokens().filter(|&token| map[token].is_none() && !restated[token]).map(|token| view.text.words[token]).collect()
    };
    let lost = changed(&world.from, &world.map.from, &restated.from, from);
    let got = changed(&world.to, &world.map.to, &restated.to, to);
    let slips = || from.spots.iter().all(|spot| world.older_slips(spot)) && to.spots.iter().all(|spot| world.newer_slips(spot));
    let small = |word: &Word| !word.is_word() || SMALL.contains(&&*word.text.to_lowercase());
    let same = || plain_words(world, &lost) == plain_words(world, &got);
    let style = slips() || same() || lost.iter().chain(&got).all(|&word| small(world.lexicon.word(word)));
    let rule = if style { Rule::QuoteStyle } else { Rule::QuoteWords };
    let one = touched(from, |spot| world.stands(spot)).unwrap_or(from.first());
    let other = touched(to, |spot| world.stood(spot)).unwrap_or(to.first());
    Some(Draft::new(world, Change::Reworded, rule, Some(one), Some(other)))
}

/// The words without capitals and short forms: house styles write `We're` and `we are`, `the Board` and `the board`.
fn plain_words(world: &World<'_>, words: &[u32]) -> Vec<String> {
    let mut plain: Vec<String> = Vec::new();
    for word in words.iter().map(|&word| world.lexicon.word(word)).filter(|word| word.is_word()) {
        let word = word.text.to_lowercase();
        let whole = SHORT_FORMS.iter().find_map(|(short, long)| {
            // Of a whole word, or of an ending.
            let stem =
                if short.starts_with('\'') || *short == "n't" { word.strip_suffix(short)? } else { (word == *short).then_some("")? };
            Some((stem.to_owned(), *long))
        });
        let (stem, long) = whole.unwrap_or((word, &[]));
        plain.extend(Some(stem).filter(|stem| !stem.is_empty()).into_iter().chain(long.iter().map(|&word| word.to_owned())));
    }
    plain
}

const SHORT_FORMS: &[(&str, &[&str])] = &[
    ("can't", &["can", "not"]),
    ("cannot", &["can", "not"]),
    ("won't", &["will", "not"]),
    ("gonna", &["going", "to"]),
    ("gotta", &["got", "to"]),
    ("wanna", &["want", "to"]),
    ("n't", &["not"]),
    ("'re", &["are"]),
    ("'ve", &["have"]),
    ("'ll", &["will"]),
    ("'m", &["am"]),
    ("'s", &["is"]),
];

/// Who speaks on either side, by name.
struct Speakers<'a> {
    from: HashMap<&'a str, usize>,
    to: HashMap<&'a str, usize>,
    identity: &'a Identity,
}

fn names<'a>(view: &View<'a>) -> HashMap<&'a str, usize> {
    view.entities.iter().enumerate().filter_map(|(index, entity)| Some((entity.detail.name()?, index))).collect()
}

fn reattributed<'a>(world: &World<'_>, speakers: &Speakers<'_>, from: &Said<'a>, to: &Said<'a>) -> Option<Reattribution<'a>> {
    let (before, after) = (from.quote.speaker.as_ref()?, to.quote.speaker.as_ref()?);
    let (older, newer) = (speakers.from.get(before.as_str()).copied(), speakers.to.get(after.as_str()).copied());
    let (before, after) = (name_words(before), name_words(after));
    let other_speaker = match (older, newer) {
        (Some(one), Some(other)) => speakers.identity.from[one] != Some(other),
        _ => likeness(&before, &after, EntityKind::Organization).is_none(),
    };
    if !other_speaker {
        return None;
    }
    let (mut named, mut all, mut beside) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (view, said, hunks, speaker) in [(&world.from, from, &world.map.from_hunk, older), (&world.to, to, &world.map.to_hunk, newer)] {
        let text = view.text;
        let own = own_sentences(text, said);
        let around = own.start.saturating_sub(1)..(own.end + 1).min(text.sentences.len());
        let own = text.tokens(&own);
        for token in text.tokens(&around).filter(|token| !said.spots.iter().any(|spot| spot.tokens.contains(token))) {
            let held = speaker.is_some_and(|entity| view.at(entity, token).is_some());
            named.extend(hunks[token].filter(|_| held));
            all.extend(hunks[token]);
            beside.extend(hunks[token].filter(|_| own.contains(&token)));
        }
    }
    // What no edit explains is the entity engine's second thought.
    let hunks = if named.is_empty() { all } else { named };
    let nameless = older.is_none() || newer.is_none();
    // Who a statement without quotation marks belongs to is a guess where it is no name: its very words must have changed.
    if nameless && !from.quote.direct && !hunks.iter().any(|&hunk| replaces(world, hunk, &before, &after)) {
        return None;
    }
    (!hunks.is_empty()).then_some(Reattribution { speakers: (older, newer), hunks, beside, from: *from, to: *to })
}

/// Whether an edit puts words of one speaker in the place of another's, and nothing else.
fn replaces(world: &World<'_>, hunk: usize, before: &[String], after: &[String]) -> bool {
    let changed = &world.map.hunks[hunk];
    let words = |words: &[u32]| words.iter().flat_map(|&word| name_words(&world.lexicon.word(word).text)).collect::<Vec<_>>();
    let lost = words(&world.from.text.words[changed.from.clone()]);
    let got = words(&world.to.text.words[changed.to.clone()]);
    let within = |words: &[String], speaker: &[String]| !words.is_empty() && words.iter().all(|word| speaker.contains(word));
    within(&lost, before) && within(&got, after) && !world.is_slip(hunk)
}

/// The sentences that a quote stands in. Their neighbours may name its speaker too.
fn own_sentences(text: &Text<'_>, said: &Said<'_>) -> Range<usize> {
    let first = said.first().sentence;
    let last = said.spots.last().and_then(|spot| text.sentence_at(spot.mention.span.end() - 1)).unwrap_or(first);
    first..last + 1
}
