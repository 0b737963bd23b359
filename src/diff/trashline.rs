//! The revision in one line, as a wire would put it.

use std::collections::{BTreeSet, HashMap};

use super::severity::Rule;
use super::wording::Wording;
use super::world::{Draft, MAGNITUDES, Spot, View, World};
use crate::model::{Action, Change, Detail, EntityChange, EntityKind, Op, Part, SentenceState, Severity, TextDiff, WordOp};

/// In characters.
pub(super) const LONGEST: usize = 120;

/// One thing to tell, and how soon.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub severity: Severity,
    /// Where it shows; the first place orders it.
    pub places: Vec<(Part, usize)>,
    pub told: String,
    /// What follows the places.
    pub after: String,
    /// Told after all facts of its severity, and only where it takes the room of none.
    pub late: bool,
}

impl Item {
    fn new(severity: Severity, places: Vec<(Part, usize)>, told: impl Into<String>) -> Item {
        Item { severity, places, told: told.into(), after: String::new(), late: false }
    }
}

/// As many items as fit, most important first, and how many more there are.
pub(super) fn line(prefix: &str, items: Vec<Item>) -> String {
    let mut items = told_once(items);
    items.sort_by(|one, other| (other.severity, one.late, &one.places).cmp(&(one.severity, other.late, &other.places)));
    let facts: Vec<&Item> = items.iter().filter(|item| !item.late).collect();
    let all = joined(prefix, &items.iter().collect::<Vec<_>>());
    // A line that has all facts as long as nothing else is in it is better than one that has not.
    let line = if all.1 < items.len() { Some(joined(prefix, &facts)).filter(|(_, told)| *told == facts.len()).unwrap_or(all) } else { all };
    shortened(&line.0, LONGEST)
}

/// The items as far as they fit, and how many do.
fn joined(prefix: &str, items: &[&Item]) -> (String, usize) {
    let mut line = prefix.to_owned();
    for (told, item) in items.iter().enumerate() {
        let next = format!("{}{}{}{}", if line.is_empty() { "" } else { "; " }, item.told, places(&item.places), item.after);
        let left = items.len() - told - 1;
        let reserve = if left > 0 { format!("; +{left} more").chars().count() } else { 0 };
        if line.chars().count() + next.chars().count() + reserve > LONGEST {
            line = if line.is_empty() { format!("{} changes", left + 1) } else { format!("{line}; +{} more", left + 1) };
            return (line, told);
        }
        line.push_str(&next);
    }
    (line, items.len())
}

/// What reads the same is told once, with all its places.
fn told_once(items: Vec<Item>) -> Vec<Item> {
    let mut first: HashMap<(Severity, String, String), usize> = HashMap::new();
    let mut kept: Vec<Item> = Vec::new();
    for item in items {
        let place = *first.entry((item.severity, item.told.clone(), item.after.clone())).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(kept) => kept.places.extend(item.places),
            None => kept.push(item),
        }
    }
    kept
}

/// ` (headline, ¶1)`; of many places the first ones.
fn places(places: &[(Part, usize)]) -> String {
    let mut parts: Vec<Part> = places.iter().map(|(part, _)| *part).collect();
    parts.sort_unstable();
    parts.dedup();
    let told: Vec<String> = parts.iter().take(3).map(Part::to_string).collect();
    let more = if parts.len() > told.len() { " …" } else { "" };
    if told.is_empty() { String::new() } else { format!(" ({}{more})", told.join(", ")) }
}

/// At most `most` characters, with an ellipsis where some were left out, and white space and control characters as spaces.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let clean = text.split(|ch: char| ch.is_whitespace() || ch.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if clean.chars().count() <= most {
        return clean;
    }
    let kept: String = clean.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The same, cut between words where there are some.
fn opening(text: &str, most: usize) -> String {
    let short = shortened(text, most);
    match short.strip_suffix('…').filter(|_| !text.ends_with('…')).and_then(|cut| cut.rsplit_once(' ')) {
        Some((words, _)) => format!("{words}…"),
        None => short,
    }
}

/// What an entity change is in a few words; `None` where another change tells it. `wording` is what a quote's words changed.
pub(super) fn told(world: &World<'_>, draft: &Draft, wording: &[&Wording]) -> Option<Item> {
    let subject = shortened(&draft.subject, 40);
    let told = match (draft.change, &draft.from, &draft.to) {
        (Change::ValueChanged, Some(one), Some(other)) => value_told(world, draft.kind, &subject, one, other),
        (Change::Renamed, Some(one), Some(other)) => {
            format!("{} → {}", shortened(world.from.words(one), 40), shortened(world.to.words(other), 40))
        }
        (Change::Retitled, Some(one), Some(other)) => title_told(world, &subject, one, other),
        (Change::Reworded, ..) => {
            let wording = wording.iter().map(|one| one.told.as_str()).collect::<Vec<_>>().join(", ");
            let colon = if wording.is_empty() { "" } else { ": " };
            quote_told("", &subject, &format!("reworded{colon}{}", shortened(&wording, 40)))
        }
        (Change::Reattributed, Some(one), Some(other)) => {
            let speaker = shortened(&world.to.subject(other), 40);
            match &world.from.entities[one.entity].detail {
                Detail::Quote(quote) if !quote.direct => format!("source {subject} → {speaker}"),
                _ => quote_told("", &subject, &format!("reattributed to {speaker}")),
            }
        }
        (Change::Relocated, ..) if draft.rule == Rule::MovedIn => format!("{subject} moved into"),
        (Change::Relocated, ..) => format!("{subject} moved out"),
        // A date that came or went with its sentence is no news.
        (Change::Removed | Change::Added, ..) if draft.kind == EntityKind::Date => return None,
        // The one that took its place names it.
        (Change::Removed, ..) if draft.rule == Rule::Replaced => return None,
        // The quote tells whose it was and whose it is.
        (Change::Removed | Change::Added, ..) if draft.rule == Rule::NewSpeaker => return None,
        (Change::Removed, ..) if draft.kind == EntityKind::Quote => quote_told("drops ", &subject, ""),
        (Change::Added, ..) if draft.kind == EntityKind::Quote => quote_told("adds ", &subject, ""),
        (Change::Removed, Some(one), _) => format!("drops {}", what(&world.from, one)),
        (Change::Added, _, Some(other)) => match &draft.replaces {
            Some(replaced) => format!("{} → {}", shortened(replaced, 40), what(&world.to, other)),
            None => format!("adds {}", what(&world.to, other)),
        },
        _ => subject,
    };
    let mut item = Item::new(draft.rule.severity(), draft.places.clone(), told);
    if let (Some(before), false) = (draft.from.as_ref().and_then(|spot| bare_number(&world.from, spot)), draft.still.is_empty()) {
        let parts: Vec<(Part, usize)> = draft.still.iter().map(|mention| (mention.part, mention.span.start())).collect();
        item.after = format!(", still {before}{}", places(&parts));
    }
    Some(item)
}

/// What a sentence's words changed.
pub(super) fn wording_told(wording: &Wording, part: Part, at: usize) -> Item {
    Item::new(wording.rule.severity(), vec![(part, at)], shortened(&wording.told, 60))
}

fn what(view: &View<'_>, spot: &Spot) -> String {
    let name = view.entities[spot.entity].detail.name().map_or_else(|| view.words(spot).to_owned(), str::to_owned);
    shortened(&name, 40)
}

/// A person's quote goes under the surname.
fn quote_told(before: &str, speaker: &str, after: &str) -> String {
    let speaker = speaker.rsplit(' ').next().unwrap_or_default();
    [before, speaker, if speaker.is_empty() { "" } else { " " }, "quote ", after].concat().trim_end().to_owned()
}

fn title_told(world: &World<'_>, subject: &str, one: &Spot, other: &Spot) -> String {
    let title = |view: &View<'_>, spot: &Spot| match &view.entities[spot.entity].detail {
        Detail::Person(person) => [person.rank.as_deref(), person.role.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", "),
        _ => String::new(),
    };
    match (title(&world.from, one), title(&world.to, other)) {
        (before, after) if before.is_empty() => format!("{subject} titled {}", shortened(&after, 40)),
        (before, after) if after.is_empty() => format!("{subject} no longer titled {}", shortened(&before, 40)),
        (before, after) => format!("{subject}: {} → {}", shortened(&before, 40), shortened(&after, 40)),
    }
}

fn value_told(world: &World<'_>, kind: EntityKind, subject: &str, one: &Spot, other: &Spot) -> String {
    let (older, newer) = (&world.from.entities[one.entity].detail, &world.to.entities[other.entity].detail);
    let unit = |detail: &Detail| detail.amount().and_then(|amount| amount.unit.clone());
    let (before, after) = (number_told(&world.from, one), number_told(&world.to, other));
    // `four metres` are told in their own words, and `15 servicemen` under the servicemen.
    let named = subject.split(' ').all(|noun| world.from.words(one).split(' ').any(|word| word == noun));
    let counted = kind == EntityKind::Quantity && unit(older) == unit(newer) && named;
    if counted && !subject.contains(&before) && before != after {
        return format!("{subject} {before} → {after}");
    }
    format!("{} → {}", shortened(world.from.words(one), 40), shortened(world.to.words(other), 40))
}

/// `at least 15–20`; a value's words where it is no number.
fn number_told(view: &View<'_>, spot: &Spot) -> String {
    let hedge = view.entities[spot.entity].detail.amount().and_then(|amount| amount.qualifier.as_ref());
    let hedge = hedge.map(|hedge| format!("{hedge} ")).unwrap_or_default();
    bare_number(view, spot).map_or_else(|| shortened(view.words(spot), 40), |number| format!("{hedge}{number}"))
}

/// `15`, `3.2 million`, as the text has it; `15–20`.
fn bare_number(view: &View<'_>, spot: &Spot) -> Option<String> {
    let amount = view.entities[spot.entity].detail.amount()?;
    let (value, high) = (amount.value?, amount.high);
    let figure = |word: &&str| word.starts_with(|ch: char| ch.is_ascii_digit()) || MAGNITUDES.contains(word);
    let figures: Vec<&str> = view.words(spot).split_whitespace().filter(figure).collect();
    Some(match high {
        Some(high) => format!("{}–{}", value.written(), high.written()),
        None if figures.first().is_some_and(|word| !MAGNITUDES.contains(word)) => figures.join(" "),
        None => value.written(),
    })
}

/// Where nothing changed that is tracked: what the sentences did, and small edits in full.
pub(super) fn plain(text: &TextDiff) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    // What happened to several sentences is counted.
    let mut counted: Vec<(Action, usize, Vec<&SentenceState>)> = Vec::new();
    for action in text.actions.iter().filter(|action| action.severity > Severity::Cosmetic) {
        let Some(state) = action.to.as_ref().or(action.from.as_ref()) else { continue };
        let place = (state.part, state.span.start());
        if state.part == Part::Notice {
            items.push(Item::new(action.severity, Vec::new(), format!("notice {}", action.action.name())));
        } else if let Some(told) = small_edit(&action.words).filter(|_| action.action == Action::Edited) {
            items.push(Item::new(action.severity, vec![place], told));
        } else if let Some((_, item, states)) = counted.iter_mut().find(|(other, ..)| *other == action.action) {
            states.push(state);
            items[*item].places.push(place);
        } else {
            counted.push((action.action, items.len(), vec![state]));
            items.push(Item::new(action.severity, vec![place], ""));
        }
    }
    for (action, item, states) in counted {
        items[item].told = sentences_told(action, &states);
    }
    items
}

/// What happened to sentences: of those that came or went the first that says something by its first words, of others how many.
fn sentences_told(action: Action, states: &[&SentenceState]) -> String {
    const ONE: usize = 60;
    const FIRST: usize = 48;
    let done = match action {
        Action::Added => Some("added"),
        Action::Deleted => Some("cut"),
        _ => None,
    };
    // `19 August 2026` is a sentence too.
    let says = |state: &&&SentenceState| state.text.split(' ').count() > 3;
    let first = states.iter().find(says).or(states.first()).map(|state| state.text.as_str()).unwrap_or_default();
    match (states, done) {
        ([_], Some(done)) => format!("“{}” {done}", opening(first, ONE)),
        ([_, _], Some(done)) => format!("“{}” and 1 more sentence {done}", opening(first, FIRST)),
        (_, Some(done)) => format!("“{}” and {} more sentences {done}", opening(first, FIRST), states.len() - 1),
        // Of a merge there were always several.
        ([_], None) if action == Action::Merged => format!("sentences {}", action.name()),
        ([_], None) => format!("sentence {}", action.name()),
        _ => format!("{} sentences {}", states.len(), action.name()),
    }
}

/// Sentences that came or went with nothing in them that `items` tell. One that is nothing but a date is none of them, as its date is
/// told by nobody else either.
pub(super) fn untold(text: &TextDiff, entities: &[EntityChange], items: &[Item]) -> Vec<Item> {
    let told: BTreeSet<(Part, usize)> = items.iter().flat_map(|item| item.places.iter().copied()).collect();
    let dates = entities.iter().filter(|change| change.kind == EntityKind::Date).flat_map(|change| [&change.from, &change.to]).flatten();
    let dates: BTreeSet<(Part, &str)> = dates.map(|date| (date.part, date.text.as_str())).collect();
    let is_told = |state: &SentenceState| {
        told.range((state.part, state.span.start())..(state.part, state.span.end())).next().is_some()
            || dates.contains(&(state.part, state.text.trim_end_matches(['.', ':'])))
    };
    let tell = |action: Action| {
        let actions = text.actions.iter().filter(|one| one.action == action && one.severity > Severity::Cosmetic);
        let states = actions.filter_map(|one| Some((one.severity, one.to.as_ref().or(one.from.as_ref())?)));
        let (severities, states): (Vec<_>, Vec<_>) = states.filter(|(_, state)| state.part != Part::Notice && !is_told(state)).unzip();
        let places = states.iter().map(|state| (state.part, state.span.start())).collect();
        Some(Item { late: true, ..Item::new(severities.into_iter().max()?, places, sentences_told(action, &states)) })
    };
    [Action::Added, Action::Deleted].into_iter().filter_map(tell).collect()
}

/// The one passage that an edit replaced, where it is short.
fn small_edit(words: &[WordOp]) -> Option<String> {
    let text = |op: Op| words.iter().filter(|word| word.op == op).map(|word| word.text.trim()).collect::<Vec<_>>();
    let (lost, got) = (text(Op::Delete), text(Op::Insert));
    let told = match (lost.as_slice(), got.as_slice()) {
        ([lost], [got]) => format!("{lost} → {got}"),
        ([lost], []) => format!("“{lost}” cut"),
        ([], [got]) => format!("“{got}” added"),
        _ => return None,
    };
    (told.chars().count() <= 60).then(|| shortened(&told, 60))
}
