//! An entity change in the words of people, whatever it is printed on.

use unicode_segmentation::UnicodeSegmentation;

use super::words::word_ops;
use crate::model::{Amount, Change, Date, Detail, EntityChange, EntityState, Op, WordOp};

/// What there is to say of a change beside its subject.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A quote, word by word.
    Words(Vec<WordOp>),
    /// Old and new.
    Pair(String, String),
    Gone(String),
    New(String),
    /// Nothing but the place changed.
    Stays(String),
}

pub(super) fn tell(change: &EntityChange) -> Told {
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => match change.change {
            Change::Reworded => Told::Words(abridged(word_ops(&quoted(from), &quoted(to)))),
            Change::Relocated => Told::Stays(about(to)),
            _ => {
                let (older, newer) = pair(change.change, &change.subject, from, to);
                Told::Pair(older, newer)
            }
        },
        (Some(from), None) => Told::Gone(about(from)),
        (None, Some(to)) => Told::New(about(to)),
        (None, None) => Told::Stays(String::new()),
    }
}

/// The change itself.
pub(super) fn change_name(change: Change) -> &'static str {
    match change {
        Change::ValueChanged => "value changed",
        other => other.name(),
    }
}

/// What of the two states differs.
fn pair(change: Change, subject: &str, from: &EntityState, to: &EntityState) -> (String, String) {
    let both = |tell: fn(&EntityState) -> String| (tell(from), tell(to));
    match change {
        Change::Renamed => both(|state| state.detail.name().unwrap_or(&state.text).to_owned()),
        Change::Retitled => both(|state| match &state.detail {
            Detail::Person(person) => titles(person.rank.as_deref(), person.role.as_deref()).unwrap_or_else(|| "no role".to_owned()),
            _ => state.text.clone(),
        }),
        Change::Reattributed => both(|state| match &state.detail {
            Detail::Quote(quote) => quote.speaker.clone().unwrap_or_else(|| "nobody".to_owned()),
            _ => state.text.clone(),
        }),
        _ => {
            let (told, words) = ((value(from, subject), value(to, subject)), (from.text.clone(), to.text.clone()));
            match &to.detail {
                // A reader knows a date by its words; only where they stay the same does its value tell.
                Detail::Date(_) if words.0 != words.1 => words,
                // Two values that read alike differ in something the short form leaves out: the words tell it.
                _ if told.0 == told.1 => words,
                _ => told,
            }
        }
    }
}

/// A number, date or name without the words around it, and without the unit that the subject says already.
fn value(state: &EntityState, subject: &str) -> String {
    match &state.detail {
        Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => {
            let unit = amount.unit.as_deref().filter(|unit| !subject.contains(unit));
            amount_text(amount, unit).unwrap_or_else(|| state.text.clone())
        }
        Detail::Date(Date { iso: Some(iso) }) => iso.clone(),
        detail => detail.name().unwrap_or(&state.text).to_owned(),
    }
}

/// `at least 15 to 20 km`; `None` where there is no number.
pub(super) fn amount_text(amount: &Amount, unit: Option<&str>) -> Option<String> {
    let value = amount.value?;
    let mut text = String::new();
    if let Some(qualifier) = &amount.qualifier {
        text.push_str(qualifier);
        text.push(' ');
    }
    text.push_str(&value.written());
    if let Some(high) = amount.high {
        text.push_str(" to ");
        text.push_str(&high.written());
    }
    if let Some(unit) = unit {
        text.push(' ');
        text.push_str(unit);
    }
    Some(text)
}

/// What there is to say of an entity that came or went: a role, the words that were counted, who said it.
fn about(state: &EntityState) -> String {
    match &state.detail {
        Detail::Person(person) => titles(person.rank.as_deref(), person.role.as_deref()).unwrap_or_else(|| state.text.clone()),
        Detail::Quote(_) => opening(&quoted(state)),
        _ => state.text.clone(),
    }
}

/// The first words of a long quote.
fn opening(quote: &str) -> String {
    match starts(quote).get(KEPT * 3) {
        Some(&at) => format!("{}…", quote[..at].trim_end()),
        None => quote.to_owned(),
    }
}

/// Unchanged words that are kept on either side of a changed one, where a quote is told in short.
const KEPT: usize = 5;

/// The changed words of a quote with a few around them: an ellipsis tells where more were left out.
fn abridged(mut words: Vec<WordOp>) -> Vec<WordOp> {
    let last = words.len().saturating_sub(1);
    for (at, word) in words.iter_mut().enumerate().filter(|(_, word)| word.op == Op::Equal) {
        let starts: Vec<usize> = starts(&word.text);
        let (head, tail) = (if at > 0 { KEPT } else { 0 }, if at < last { KEPT } else { 0 });
        if starts.len() > head + tail + 2 {
            let (head, tail) = (starts[head], starts.get(starts.len() - tail).copied().unwrap_or(word.text.len()));
            let gap = if tail < word.text.len() { "… " } else { "…" };
            word.text = format!("{}{gap}{}", word.text[..head].trim_end(), &word.text[tail..]);
        }
    }
    words
}

/// Where each word or sign of a text starts.
fn starts(text: &str) -> Vec<usize> {
    text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty()).map(|(at, _)| at).collect()
}

fn quoted(state: &EntityState) -> String {
    match &state.detail {
        Detail::Quote(quote) if quote.direct => format!("“{}”", quote.quote),
        Detail::Quote(quote) => quote.quote.clone(),
        _ => state.text.clone(),
    }
}

/// Rank and role: `Major General, Deputy Head of the Directorate`.
pub(super) fn titles(rank: Option<&str>, role: Option<&str>) -> Option<String> {
    match (rank, role) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (Some(rank), Some(role)) => Some(format!("{rank}, {role}")),
    }
}

pub(super) fn place(change: &EntityChange) -> String {
    let place = match (&change.from, &change.to) {
        (Some(from), Some(to)) if from.part != to.part => format!("{} → {}", from.part, to.part),
        (_, Some(state)) | (Some(state), None) => state.part.to_string(),
        (None, None) => String::new(),
    };
    // The other places that were forgotten: the first is enough to see that there are some.
    match change.still.as_slice() {
        [] => place,
        [mention] => format!("{place}, not {}", mention.part),
        [mention, ..] => format!("{place}, not {} …", mention.part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::*;

    fn state(text: &str, detail: Detail) -> EntityState {
        EntityState { text: text.into(), part: Part::Paragraph(2), span: Span::new(0, text.len()), detail, mentions: Vec::new() }
    }

    fn check(change: Change, subject: &str, from: (&str, Detail), to: (&str, Detail), expect: (&str, &str)) {
        let [from, to] = [from, to].map(|(text, detail)| Some(state(text, detail)));
        let kind = to.as_ref().map_or(EntityKind::Quote, |state| state.detail.kind());
        let severity = Severity::Substantive;
        let (subject, replaces, still, reason) = (subject.into(), None, Vec::new(), String::new());
        let change = EntityChange { change, kind, severity, subject, from, to, replaces, still, reason };
        assert_eq!(tell(&change), Told::Pair(expect.0.into(), expect.1.into()));
    }

    fn amount(value: f64, high: Option<u32>, qualifier: &str, unit: &str) -> Amount {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Amount { value: Number::new(value), high: high.map(Number::from), unit: some(unit), qualifier: some(qualifier), of: None }
    }

    fn person(role: Option<&str>, rank: Option<&str>) -> Detail {
        Detail::Person(Person { name: "Emil Tarn".into(), role: role.map(Into::into), rank: rank.map(Into::into) })
    }

    #[test]
    fn values() {
        let quantity = |value, high, qualifier, unit| Detail::Quantity(amount(value, high, qualifier, unit));
        let value = Change::ValueChanged;
        let sailors = |value| quantity(value, None, "", "sailors");
        check(value, "sailors", ("15 sailors", sailors(15.0)), ("14 sailors", sailors(14.0)), ("15", "14"));
        check(value, "sailors", ("15", sailors(15.0)), ("at least 15", quantity(15.0, None, "at least", "sailors")), ("15", "at least 15"));
        check(value, "sailors", ("15", sailors(15.0)), ("15 to 20", quantity(15.0, Some(20), "", "sailors")), ("15", "15 to 20"));
        check(
            value,
            "depth",
            ("3 km", quantity(3.0, None, "", "km")),
            ("2.5 miles", quantity(2.5, None, "", "miles")),
            ("3 km", "2.5 miles"),
        );
        check(value, "it", ("a few", quantity(3.0, None, "", "")), ("some", quantity(3.0, None, "", "")), ("a few", "some"));
        let date = |iso: &str| Detail::Date(Date { iso: Some(iso.into()) });
        check(value, "date", ("Monday", date("2031-03-03")), ("Tuesday", date("2031-03-04")), ("Monday", "Tuesday"));
        check(value, "date", ("Monday", date("2031-03-03")), ("Monday", date("2031-03-10")), ("2031-03-03", "2031-03-10"));
    }

    #[test]
    fn long_quotes_are_told_in_short() {
        let check = |from: &str, to: &str, expect: &str| {
            let told: String = abridged(word_ops(from, to)).iter().map(|word| format!("{:?}({})", word.op, word.text)).collect();
            assert_eq!(told, expect);
        };
        check("We will go", "We may go", "Equal(We )Delete(will)Insert(may)Equal( go)");
        let tail = "go out at dawn with all the boats that the harbour can spare for the search";
        check(
            &format!("Whatever the weather may be over the strait tonight we will {tail}"),
            &format!("Whatever the weather may be over the strait tonight we may {tail}"),
            "Equal(… over the strait tonight we )Delete(will)Insert(may)Equal( go out at dawn with…)",
        );
        assert_eq!(opening(tail), "go out at dawn with all the boats that the harbour can spare for the…");
        assert_eq!(opening("Nobody was hurt"), "Nobody was hurt");
    }

    #[test]
    fn names_roles_and_speakers() {
        let (captain, both) = (person(Some("port captain"), None), person(Some("port captain"), Some("Major")));
        check(Change::Retitled, "Emil Tarn", ("Tarn", captain.clone()), ("Tarn", both), ("port captain", "Major, port captain"));
        check(Change::Retitled, "Emil Tarn", ("Tarn", captain), ("Tarn", person(None, None)), ("port captain", "no role"));
        let place = |name: &str| Detail::Place(Named { name: name.into() });
        check(Change::Renamed, "Port Maren", ("Maren", place("Maren")), ("Port Maren", place("Port Maren")), ("Maren", "Port Maren"));
        let said = |speaker: Option<&str>| {
            let speaker = speaker.map(Into::into);
            Detail::Quote(Quote { quote: "No.".into(), speaker, speaker_role: None, direct: true })
        };
        check(Change::Reattributed, "“No.”", ("No.", said(Some("Tarn"))), ("No.", said(None)), ("Tarn", "nobody"));
    }
}
