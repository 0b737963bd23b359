//! The revision in one line, as a wire would put it.

use super::severity::Rule;
use super::wording::Wording;
use super::world::{Draft, Spot, View, World};
use crate::model::{Action, Change, Detail, EntityKind, Op, Part, Severity, TextDiff, WordOp};

/// In characters.
pub(super) const LONGEST: usize = 120;

/// One thing to tell, and how soon.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub severity: Severity,
    /// Where it shows; the first place orders it.
    pub places: Vec<(Part, usize)>,
    pub told: String,
}

/// As many items as fit, most important first, and how many more there are.
pub(super) fn line(prefix: &str, mut items: Vec<Item>) -> String {
    items.sort_by(|one, other| (other.severity, &one.places).cmp(&(one.severity, &other.places)));
    let mut line = prefix.to_owned();
    let total = items.len();
    for (told, item) in items.into_iter().enumerate() {
        let next = format!("{}{}{}", if line.is_empty() { "" } else { "; " }, item.told, places(&item.places));
        let left = total - told - 1;
        let reserve = if left > 0 { format!("; +{left} more").chars().count() } else { 0 };
        if line.chars().count() + next.chars().count() + reserve > LONGEST {
            line = if line.is_empty() { format!("{} changes", left + 1) } else { format!("{line}; +{} more", left + 1) };
            break;
        }
        line.push_str(&next);
    }
    shortened(&line, LONGEST)
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

/// What an entity change is in a few words; `None` where another change tells it.
pub(super) fn told(world: &World<'_>, draft: &Draft) -> Option<Item> {
    let subject = shortened(&draft.subject, 40);
    let told = match (draft.change, &draft.from, &draft.to) {
        (Change::ValueChanged, Some(one), Some(other)) => value_told(world, draft.kind, &subject, one, other),
        (Change::Renamed, Some(one), Some(other)) => {
            format!("{} → {}", shortened(world.from.words(one), 40), shortened(world.to.words(other), 40))
        }
        (Change::Retitled, Some(one), Some(other)) => title_told(world, &subject, one, other),
        (Change::Reworded, ..) => quote_told("", &subject, "reworded"),
        (Change::Reattributed, ..) => quote_told("", &subject, "reattributed"),
        (Change::Relocated, ..) if draft.rule == Rule::MovedIn => format!("{subject} moved into"),
        (Change::Relocated, ..) => format!("{subject} moved out"),
        // A date that came or went with its sentence is no news.
        (Change::Removed | Change::Added, ..) if draft.kind == EntityKind::Date => return None,
        // The one that took its place names it.
        (Change::Removed, ..) if draft.rule == Rule::Replaced => return None,
        (Change::Removed, ..) if draft.kind == EntityKind::Quote => quote_told("drops ", &subject, ""),
        (Change::Added, ..) if draft.kind == EntityKind::Quote => quote_told("adds ", &subject, ""),
        (Change::Removed, Some(one), _) => format!("drops {}", what(&world.from, one)),
        (Change::Added, _, Some(other)) => match &draft.replaces {
            Some(replaced) => format!("{} → {}", shortened(replaced, 40), what(&world.to, other)),
            None => format!("adds {}", what(&world.to, other)),
        },
        _ => subject,
    };
    Some(Item { severity: draft.rule.severity(), places: draft.places.clone(), told })
}

/// What a sentence's words changed.
pub(super) fn wording_told(wording: &Wording, part: Part, at: usize) -> Item {
    Item { severity: wording.rule.severity(), places: vec![(part, at)], told: shortened(&wording.told, 40) }
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
    let number = |detail: &Detail| {
        let amount = detail.amount()?;
        let (value, high) = (amount.value?, amount.high);
        let hedge = amount.qualifier.as_ref().map(|hedge| format!("{hedge} ")).unwrap_or_default();
        Some(format!("{hedge}{value}{}", high.map(|high| format!("–{high}")).unwrap_or_default()))
    };
    let plain = |older: &Detail, newer: &Detail| older.amount().map(|amount| &amount.unit) == newer.amount().map(|amount| &amount.unit);
    match (number(older), number(newer)) {
        (Some(before), Some(after)) if kind == EntityKind::Quantity && plain(older, newer) && !subject.contains(&before) => {
            format!("{subject} {before} → {after}")
        }
        _ => format!("{} → {}", shortened(world.from.words(one), 40), shortened(world.to.words(other), 40)),
    }
}

/// Where nothing changed that is tracked: what the sentences did, and small edits in full.
pub(super) fn plain(text: &TextDiff) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for action in text.actions.iter().filter(|action| action.severity > Severity::Cosmetic) {
        let Some(state) = action.to.as_ref().or(action.from.as_ref()) else { continue };
        let told = match action.action {
            Action::Unchanged => continue,
            _ if state.part == Part::Notice => format!("notice {}", action.action.name()),
            Action::Added => "sentence added".to_owned(),
            Action::Deleted => "sentence deleted".to_owned(),
            Action::Moved => "sentence moved".to_owned(),
            Action::Merged => "sentences merged".to_owned(),
            Action::Split => "sentence split".to_owned(),
            Action::Edited => small_edit(&action.words).unwrap_or_else(|| "sentence edited".to_owned()),
        };
        let place = (state.part, state.span.start());
        if state.part == Part::Notice {
            items.push(Item { severity: action.severity, places: Vec::new(), told });
            continue;
        }
        match items.iter_mut().find(|item| item.told == told) {
            Some(item) => item.places.push(place),
            None => items.push(Item { severity: action.severity, places: vec![place], told }),
        }
    }
    items
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
