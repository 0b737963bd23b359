//! The revision in one line, as a wire would put it.

use super::wording::Wording;
use super::world::{Draft, Spot, View, World};
use crate::model::{Change, Detail, EntityKind, Part, Severity, TextDiff};

/// In characters.
const LONGEST: usize = 120;

/// One thing to tell, and how soon.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub severity: Severity,
    pub part: Part,
    pub at: usize,
    pub told: String,
}

/// As many items as fit, most important first, and how many more there are.
pub(super) fn line(prefix: &str, mut items: Vec<Item>) -> String {
    items.sort_by(|one, other| (other.severity, one.part, one.at).cmp(&(one.severity, other.part, other.at)));
    items.dedup_by(|one, other| one.told == other.told && one.part == other.part);
    let mut line = prefix.to_owned();
    let total = items.len();
    for (told, item) in items.into_iter().enumerate() {
        let next = format!("{}{} ({})", if line.is_empty() { "" } else { "; " }, item.told, item.part);
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

/// At most `most` characters, with an ellipsis where some were left out, and white space and control characters as spaces.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let clean = text.split(|ch: char| ch.is_whitespace() || ch.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if clean.chars().count() <= most {
        return clean;
    }
    let kept: String = clean.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// What an entity change is in a few words.
pub(super) fn told(world: &World<'_>, draft: &Draft) -> Item {
    let spot = draft.to.as_ref().or(draft.from.as_ref());
    let subject = shortened(&draft.subject, 40);
    let told = match (draft.change, &draft.from, &draft.to) {
        (Change::ValueChanged, Some(one), Some(other)) => value_told(world, draft.kind, &subject, one, other),
        (Change::Renamed, Some(one), Some(other)) => {
            format!("{} → {}", shortened(world.from.words(one), 40), shortened(world.to.words(other), 40))
        }
        (Change::Retitled, ..) => format!("{subject} retitled"),
        (Change::Reworded, ..) => quote_told(&subject, "reworded"),
        (Change::Reattributed, ..) => quote_told(&subject, "reattributed"),
        (Change::Relocated, ..) => format!("{subject} relocated"),
        (Change::Removed, ..) if draft.kind == EntityKind::Quote => format!("drops {}", quote_told(&subject, "").trim()),
        (Change::Added, ..) if draft.kind == EntityKind::Quote => format!("adds {}", quote_told(&subject, "").trim()),
        (Change::Removed, Some(one), _) => format!("drops {}", what(&world.from, one)),
        (Change::Added, _, Some(other)) => match &draft.replaces {
            Some(replaced) => format!("{} → {}", shortened(replaced, 40), what(&world.to, other)),
            None => format!("adds {}", what(&world.to, other)),
        },
        _ => subject,
    };
    Item {
        severity: draft.rule.severity(),
        part: spot.map_or(Part::Headline, |spot| spot.mention.part),
        at: spot.map_or(0, |spot| spot.mention.span.start()),
        told,
    }
}

/// What a sentence's words changed.
pub(super) fn wording_told(wording: &Wording, part: Part, at: usize) -> Item {
    Item { severity: wording.rule.severity(), part, at, told: shortened(&wording.told, 40) }
}

fn what(view: &View<'_>, spot: &Spot) -> String {
    let name = view.entities[spot.entity].detail.name().map_or_else(|| view.words(spot).to_owned(), str::to_owned);
    shortened(&name, 40)
}

fn quote_told(speaker: &str, what: &str) -> String {
    let speaker = speaker.rsplit(' ').next().unwrap_or_default();
    if speaker.is_empty() { format!("quote {what}") } else { format!("{speaker} quote {what}") }
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

/// Where nothing changed that is tracked: what the sentences did.
pub(super) fn plain(text: &TextDiff) -> String {
    let counts = &text.sentences;
    let told = [
        (counts.added, "added"),
        (counts.deleted, "deleted"),
        (counts.edited, "edited"),
        (counts.moved, "moved"),
        (counts.merged, "merged"),
        (counts.split, "split"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {} {what}", if count == 1 { "sentence" } else { "sentences" }))
        .collect();
    told.join(", ")
}
