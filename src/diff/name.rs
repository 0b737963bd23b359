//! Changes of persons, organizations and places.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::bounds::Bounds;
use super::fold::{name_words, spelled_alike, typography};
use super::identity::{Identity, Likeness, following, is_name, likeness};
use super::severity::Rule;
use super::swap::{Swap, Swaps};
use super::world::{Draft, Spot, View, World};
use crate::model::{Change, Detail, EntityKind, Part, Person};

/// The changes of all names.
pub(super) fn changes(world: &World<'_>, identity: &Identity, swaps: &Swaps<'_>) -> Vec<Draft> {
    let mut names = Names { world, identity, drafts: Vec::new(), removed: BTreeSet::new(), added: BTreeSet::new() };
    names.swapped(swaps);
    let swapped_words = names.swapped_words();
    let same: Vec<(usize, usize)> = identity.from.iter().enumerate().filter_map(|(from, to)| to.map(|to| (from, to))).collect();
    let renamed: Vec<_> = same.iter().filter_map(|&(from, to)| Some((from, to, names.renamed(from, to)?))).collect();
    let both: Vec<_> = renamed.iter().map(|&(from, to, _)| identity.names(from, to)).collect();
    let follows = following(&both, world.bounds);
    names.drafts.extend(renamed.into_iter().zip(follows).filter(|(_, follows)| !follows).map(|((.., draft), _)| draft));
    for (from, to) in same {
        names.retitled(from, to, &swapped_words);
        names.relocated(from, to);
    }
    names.gone();
    names.come();
    names.drafts
}

struct Names<'a> {
    world: &'a World<'a>,
    identity: &'a Identity,
    drafts: Vec<Draft>,
    removed: BTreeSet<usize>,
    added: BTreeSet<usize>,
}

/// The words of the names that were swapped for each other. A title is compared without them: `farmer from Oran` and `farmer from
/// Tunis` are told as places.
struct SwappedWords<'a> {
    removed: HashSet<&'a str>,
    added: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    /// One stands where another stood: a removal and an addition that belong together.
    fn swapped(&mut self, swaps: &Swaps<'_>) {
        let (mut removed, mut added) = (BTreeSet::new(), BTreeSet::new());
        let told = swaps.told.iter().map(|swap| (swap, Rule::Replaced, true, true));
        // The quote tells it; beside that, only who is not in the story any more or was not in it before.
        let spoken = swaps.spoken.iter().map(|swap| {
            (swap, Rule::NewSpeaker, self.identity.from[swap.from.entity].is_none(), self.identity.to[swap.to.entity].is_none())
        });
        let mut drafts = Vec::new();
        for (Swap { from, to, .. }, rule, leaves, comes) in told.chain(spoken) {
            if leaves && removed.insert(from.entity) {
                let mut draft = Draft::new(self.world, Change::Removed, rule, Some(from), None);
                // It stands before the one that took its place, wherever that is now.
                draft.places = vec![(to.mention.part, to.mention.span.start())];
                drafts.push(draft);
            }
            if comes && added.insert(to.entity) {
                let mut draft = Draft::new(self.world, Change::Added, rule, None, Some(to));
                draft.replaces = Some(self.world.from.subject(from));
                drafts.push(draft);
            }
        }
        self.drafts = drafts;
        for swap in [&swaps.told, &swaps.spoken, &swaps.implied].into_iter().flatten() {
            self.removed.insert(swap.from.entity);
            self.added.insert(swap.to.entity);
        }
    }

    fn renamed(&self, from: usize, to: usize) -> Option<Draft> {
        let (world, kind) = (self.world, self.world.from.entities[from].kind());
        let (older, newer) = (&self.identity.from_names[from], &self.identity.to_names[to]);
        let rule = match likeness(older, newer, kind) {
            Some(Likeness::Equal) if written_alike(&world.from, from, &world.to, to) => return None,
            Some(Likeness::Fuller) => Rule::FullerName,
            Some(Likeness::Equal | Likeness::Spelling) | None => Rule::Spelling,
            Some(Likeness::GivenName) => Rule::GivenName,
        };
        let (one, other) = world.from.spots[from].iter().find_map(|one| {
            let other = world.counterpart(one, to)?;
            (!(world.stands(one) && world.stood(other)) && plain(world.from.words(one)) != plain(world.to.words(other)))
                .then_some((one, other))
        })?;
        Some(Draft::new(world, Change::Renamed, rule, Some(one), Some(other)))
    }

    fn retitled(&mut self, from: usize, to: usize, swapped: &SwappedWords<'_>) {
        let world = self.world;
        let (Detail::Person(older), Detail::Person(newer)) = (&world.from.entities[from].detail, &world.to.entities[to].detail) else {
            return;
        };
        let (mut before, mut after) = (titles(older), titles(newer));
        before.retain(|word| !swapped.removed.contains(word.as_str()));
        after.retain(|word| !swapped.added.contains(word.as_str()));
        if before.len() == after.len() && before.iter().zip(&after).all(|(one, other)| spelled_alike(one, other)) {
            return;
        }
        let rule = if same_post(&before, &after) { Rule::RoleWording } else { Rule::Post };
        let edited = world.from.spots[from].iter().find_map(|one| {
            let pair = world.older_pair(one)?;
            let other = world.to.spots[to].iter().find(|other| world.newer_pair(other) == Some(pair))?;
            // Either the title was edited, or the same name stands beside another's title.
            let elsewhere = !world.stands(one) && !world.stood(other) && world.from.words(one) == world.to.words(other);
            (elsewhere || self.title_edited(pair, &before, &after)).then_some((one, other))
        });
        if let Some((one, other)) = edited {
            self.push(Change::Retitled, rule, Some(one), Some(other));
        }
    }

    fn swapped_words(&self) -> SwappedWords<'a> {
        let identity = self.identity;
        SwappedWords {
            removed: self.removed.iter().flat_map(|&entity| &identity.from_names[entity]).map(String::as_str).collect(),
            added: self.added.iter().flat_map(|&entity| &identity.to_names[entity]).map(String::as_str).collect(),
        }
    }

    /// Whether the words that tell two titles apart are among a pair's deleted and inserted words.
    fn title_edited(&self, pair: usize, before: &[String], after: &[String]) -> bool {
        let world = self.world;
        let holds = |words: &[u32], title: &[String], other: &[String]| {
            words
                .iter()
                .any(|&word| title_words(&world.lexicon.word(word).text).iter().any(|word| title.contains(word) && !other.contains(word)))
        };
        world.map.pairs[pair].clone().filter(|&hunk| !world.is_slip(hunk)).map(|hunk| &world.map.hunks[hunk]).any(|hunk| {
            holds(&world.from.text.words[hunk.from.clone()], before, after) || holds(&world.to.text.words[hunk.to.clone()], after, before)
        })
    }

    /// Into or out of a headline, deck or lede that stands, by somebody who is in the story before and after.
    fn relocated(&mut self, from: usize, to: usize) {
        let world = self.world;
        if self.removed.contains(&from) || self.added.contains(&to) {
            return;
        }
        let (older, newer) = (&world.from.spots[from], &world.to.spots[to]);
        let at = |spots: &[Spot], part: Part| spots.iter().any(|spot| spot.mention.part == part);
        // Who is in the headline need not be in the lede again.
        let opens = |part: &Part| matches!(part, Part::Headline | Part::Deck);
        let ledes = [Part::Headline, Part::Deck].iter().all(|&part| !at(older, part) && !at(newer, part));
        for part in [Part::Headline, Part::Deck, Part::Paragraph(1)].into_iter().filter(|part| opens(part) || ledes) {
            let stands = |pair: Option<usize>| {
                pair.map(|pair| &world.alignment.pairs[pair]).is_some_and(|pair| {
                    let parts = (world.from.text.sentences[pair.from.start].part, world.to.text.sentences[pair.to.start].part);
                    parts == (part, part)
                })
            };
            let (rule, one, other) = match (at(older, part), at(newer, part)) {
                (true, false) => (Rule::MovedOut, older.iter().find(|spot| spot.mention.part == part), newer.first()),
                (false, true) => (Rule::MovedIn, older.first(), newer.iter().find(|spot| spot.mention.part == part)),
                _ => continue,
            };
            let (Some(one), Some(other)) = (one, other) else { continue };
            let edited = match rule {
                Rule::MovedOut => !world.stands(one) && stands(world.older_pair(one)),
                _ => !world.stood(other) && stands(world.newer_pair(other)),
            };
            if edited {
                let mut draft = Draft::new(world, Change::Relocated, rule, Some(one), Some(other));
                let spot = if rule == Rule::MovedOut { one } else { other };
                draft.places = vec![(part, spot.mention.span.start())];
                self.drafts.push(draft);
                return;
            }
        }
    }

    /// Those who left the story.
    fn gone(&mut self) {
        let world = self.world;
        let mut phrases = None;
        for (from, spots) in world.from.spots.iter().enumerate() {
            // A name that is only spelled otherwise and was not found again is still there.
            let touched = |spot: &&Spot| !world.stands(spot) && !world.older_hunk(spot).is_some_and(|hunk| world.is_respelled(hunk));
            let leaves = is_name(&world.from.entities[from].detail) && self.identity.from[from].is_none() && !self.removed.contains(&from);
            if !leaves || spots.is_empty() || !spots.iter().all(|spot| touched(&spot)) {
                continue;
            }
            if phrases.get_or_insert_with(|| Phrases::new(world, &world.to)).hold(&self.identity.from_names[from], world.bounds) {
                continue;
            }
            let person = world.from.entities[from].kind() == EntityKind::Person;
            let standing = spots.iter().find(|spot| world.older_pair(spot).is_some());
            let rule = match (standing, person) {
                (Some(_), _) => Rule::GoneFromSentence,
                (None, true) => Rule::DroppedName,
                (None, false) => Rule::Dropped,
            };
            self.push(Change::Removed, rule, standing.or(spots.first()), None);
        }
    }

    /// Those who came into it.
    fn come(&mut self) {
        let world = self.world;
        let mut phrases = None;
        for (to, spots) in world.to.spots.iter().enumerate() {
            let touched = |spot: &&Spot| !world.stood(spot) && !world.newer_hunk(spot).is_some_and(|hunk| world.is_respelled(hunk));
            let comes = is_name(&world.to.entities[to].detail) && self.identity.to[to].is_none() && !self.added.contains(&to);
            if !comes || spots.is_empty() || !spots.iter().all(|spot| touched(&spot)) {
                continue;
            }
            if phrases.get_or_insert_with(|| Phrases::new(world, &world.from)).hold(&self.identity.to_names[to], world.bounds) {
                continue;
            }
            let standing = spots.iter().find(|spot| world.newer_pair(spot).is_some());
            let rule = if standing.is_some() { Rule::NewInSentence } else { Rule::Background };
            self.push(Change::Added, rule, None, standing.or(spots.first()));
        }
    }

    fn push(&mut self, change: Change, rule: Rule, from: Option<&Spot>, to: Option<&Spot>) {
        self.drafts.push(Draft::new(self.world, change, rule, from, to));
    }
}

/// Whether two names that fold to the same words are written the same too: `Krol` and `Król` are not.
fn written_alike(from: &View<'_>, older: usize, to: &View<'_>, newer: usize) -> bool {
    let name = |view: &View<'_>, entity: usize| plain(view.entities[entity].detail.name().unwrap_or_default());
    name(from, older) == name(to, newer)
}

/// A name without its marks of punctuation and capitals, but with its diacritics.
fn plain(name: &str) -> String {
    typography(name).chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text's words as names have them, to find a name that the entity engine missed.
struct Phrases {
    words: Vec<String>,
    places: HashMap<String, Vec<usize>>,
}

/// A name's first word is looked for at this many places.
const MOST_PLACES: usize = 64;

impl Phrases {
    fn new(world: &World<'_>, view: &View<'_>) -> Phrases {
        let words: Vec<String> = view.text.words.iter().flat_map(|&word| name_words(&world.lexicon.word(word).text)).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, word) in words.iter().enumerate() {
            let list = places.entry(word.clone()).or_default();
            // One more tells that the list is cut.
            if list.len() <= MOST_PLACES {
                list.push(place);
            }
        }
        Phrases { words, places }
    }

    fn hold(&self, name: &[String], bounds: &Bounds) -> bool {
        let Some(places) = name.first().and_then(|first| self.places.get(first)) else { return false };
        let held = places.iter().take(MOST_PLACES).any(|&place| self.words[place..].starts_with(name));
        bounds.hit_if(!held && places.len() > MOST_PLACES);
        held
    }
}

/// Rank and role in plain words.
pub(super) fn titles(person: &Person) -> Vec<String> {
    let title = |title: &Option<String>| title.as_deref().map(title_words).unwrap_or_default();
    [title(&person.rank), title(&person.role)]
        .concat()
        .into_iter()
        .filter(|word| !["the", "of", "a", "an", "for", "and", "s"].contains(&word.as_str()))
        .collect()
}

/// The words of a title, or of a part of one, none of them shortened.
pub(super) fn title_words(text: &str) -> Vec<String> {
    let long = |word: String| match ABBREVIATIONS.iter().find(|(short, _)| *short == word) {
        Some((_, long)) => long.iter().copied().map(str::to_owned).collect(),
        None => vec![word],
    };
    name_words(text).into_iter().flat_map(long).collect()
}

/// Titles as news shortens them. `Gen.` and `General` are one.
const ABBREVIATIONS: &[(&str, &[&str])] = &[
    ("adm", &["admiral"]),
    ("asst", &["assistant"]),
    ("brig", &["brigadier"]),
    ("capt", &["captain"]),
    ("cdr", &["commander"]),
    ("ceo", &["chief", "executive"]),
    ("cfo", &["chief", "financial", "officer"]),
    ("cmdr", &["commander"]),
    ("col", &["colonel"]),
    ("coo", &["chief", "operating", "officer"]),
    ("cpl", &["corporal"]),
    ("det", &["detective"]),
    ("dr", &["doctor"]),
    ("gen", &["general"]),
    ("gov", &["governor"]),
    ("insp", &["inspector"]),
    ("lt", &["lieutenant"]),
    ("maj", &["major"]),
    ("pm", &["prime", "minister"]),
    ("prof", &["professor"]),
    ("rep", &["representative"]),
    ("sen", &["senator"]),
    ("sgt", &["sergeant"]),
    ("supt", &["superintendent"]),
];

/// Words that make another post of the same words.
const STANDING: &[&str] = &[
    "deputy",
    "acting",
    "former",
    "vice",
    "interim",
    "ex",
    "assistant",
    "outgoing",
    "incoming",
    "elect",
    "designate",
    "late",
    "retired",
    "prime",
    "executive",
    // Half of a rank.
    "general",
    "lieutenant",
    "major",
    "brigadier",
    "colonel",
    "rear",
];

/// Words for the one at the top, which style guides swap freely.
const HEADS: &[&[&str]] =
    &[&["head", "chief", "leader", "director", "boss"], &["chair", "chairman", "chairwoman", "chairperson", "chairlady"]];

/// Whether two titles are one post in other words.
fn same_post(before: &[String], after: &[String]) -> bool {
    let has = |title: &[String], word: &str| title.iter().any(|other| other == word);
    // `minister of state`.
    let below = has(before, "minister") && has(after, "minister") && has(before, "state") != has(after, "state");
    if below || STANDING.iter().any(|word| has(before, word) != has(after, word)) {
        return before.is_empty() || after.is_empty();
    }
    let (short, long) = if before.len() <= after.len() { (before, after) } else { (after, before) };
    let heads = |one: &str, other: &str| HEADS.iter().any(|words| words.contains(&one) && words.contains(&other));
    short.iter().all(|word| long.iter().any(|other| spelled_alike(stem(word), stem(other)) || heads(word, other)))
}

/// `spokeswoman` and `spokesperson` are one post.
fn stem(word: &str) -> &str {
    ["woman", "man", "person"].iter().find_map(|end| word.strip_suffix(end)).filter(|stem| stem.len() > 3).unwrap_or(word)
}
