//! When two numbers or two dates say the same.

use super::fold::name_words;
use super::severity::Rule;
use crate::model::{Amount, Detail, Number};

/// What a value became; `None` where it is the same to a reader.
pub(super) fn difference(from: &Detail, to: &Detail) -> Option<Rule> {
    match (from, to) {
        (Detail::Date(older), Detail::Date(newer)) => match (&older.iso, &newer.iso) {
            (Some(one), Some(other)) if same_date(one, other) => None,
            _ => Some(Rule::DateValue),
        },
        _ => amounts_differ(from.amount()?, to.amount()?),
    }
}

/// Whether two ISO dates can be one: equal, or one leaves out the year, the day or the time that the other gives.
fn same_date(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short == long || long.starts_with(&format!("{short}-")) || long.starts_with(&format!("{short}T")) || yearless(short, long)
}

fn yearless(short: &str, long: &str) -> bool {
    let rest = long.get(4..).filter(|_| long.starts_with(|ch: char| ch.is_ascii_digit()));
    match (short.strip_prefix('-'), rest) {
        (Some(short), Some(rest)) => rest == short || rest.starts_with(&format!("{short}T")),
        _ => false,
    }
}

fn amounts_differ(from: &Amount, to: &Amount) -> Option<Rule> {
    let value = |amount: &Amount| (amount.value.map(Number::get), amount.high.map(Number::get));
    let same_unit = match (&from.unit, &to.unit) {
        (Some(one), Some(other)) => same_noun(one, other),
        // The number without its noun: `15 people`, later `15`.
        _ => true,
    };
    if value(from) != value(to) {
        let converted = !same_unit && converts(from, to);
        return Some(if converted { Rule::UnitConverted } else { Rule::Value });
    }
    if hedge(from) != hedge(to) {
        return Some(Rule::Qualifier);
    }
    if same_unit {
        return None;
    }
    let measured = |amount: &Amount| amount.unit.as_deref().is_some_and(|unit| measure(unit).is_some() || is_share(&name_words(unit)));
    Some(if measured(from) || measured(to) { Rule::Unit } else { Rule::CountedNoun })
}

/// Whether two units or counted nouns are one: `people` and `person`, `servicemen` and `Russian servicemen`, `mi` and `miles`.
pub(super) fn same_noun(one: &str, other: &str) -> bool {
    if let (Some(one), Some(other)) = (measure(one), measure(other)) {
        return one == other;
    }
    let (one, other) = (name_words(one), name_words(other));
    let last = |words: &[String]| words.last().map(|word| singular(word)).unwrap_or_default();
    // `12 people were killed`, `12 were killed`.
    let (person, harmed) = (|words: &[String]| last(words) == "person", |words: &[String]| HARMED.contains(&last(words).as_str()));
    let same_people = person(&one) && harmed(&other) || harmed(&one) && person(&other);
    one == other || same_people || (!is_share(&one) && !is_share(&other) && last(&one) == last(&other))
}

/// What is counted where people go without saying.
const HARMED: [&str; 10] =
    ["arrested", "dead", "detained", "displaced", "evacuated", "hospitalized", "hurt", "injured", "killed", "wounded"];

fn is_share(words: &[String]) -> bool {
    words.iter().any(|word| ["percent", "percentage", "point", "points"].contains(&word.as_str()))
}

fn singular(word: &str) -> String {
    match word {
        "people" | "persons" => "person".into(),
        "men" => "man".into(),
        "women" => "woman".into(),
        "children" => "child".into(),
        "feet" => "foot".into(),
        _ => {
            let stem = word.strip_suffix("men").map(|stem| format!("{stem}man"));
            let stem = stem.or_else(|| word.strip_suffix("ies").map(|stem| format!("{stem}y")));
            stem.unwrap_or_else(|| word.strip_suffix('s').unwrap_or(word).to_owned())
        }
    }
}

/// How the text hedges the number, by what the hedge means.
fn hedge(amount: &Amount) -> Option<&str> {
    amount.qualifier.as_deref().map(|qualifier| match qualifier {
        "about" | "around" | "approximately" | "some" | "roughly" | "circa" => "about",
        "more than" | "over" | "above" | "upwards of" | "just over" | "well over" => "more than",
        "less than" | "under" | "fewer than" | "below" => "less than",
        "at least" | "no fewer than" | "no less than" | "not fewer than" | "not less than" => "at least",
        "at most" | "up to" | "no more than" | "not more than" | "as many as" | "as much as" => "up to",
        "an estimated" => "estimated",
        "nearly" | "almost" | "close to" | "just under" => "nearly",
        other => other,
    })
}

/// What a unit measures, and how many of the measure's base unit it is; with an offset for temperatures.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    of: &'static str,
    factor: f64,
    offset: f64,
}

const MEASURES: &[(&[&str], &str, f64, f64)] = &[
    (&["m", "metre", "meter"], "length", 1.0, 0.0),
    (&["km", "kilometre", "kilometer"], "length", 1000.0, 0.0),
    (&["cm", "centimetre", "centimeter"], "length", 0.01, 0.0),
    (&["mm", "millimetre", "millimeter"], "length", 0.001, 0.0),
    (&["mi", "mile"], "length", 1609.344, 0.0),
    (&["nmi", "nautical mile"], "length", 1852.0, 0.0),
    (&["ft", "foot"], "length", 0.3048, 0.0),
    (&["yd", "yard"], "length", 0.9144, 0.0),
    (&["in", "inch", "inche"], "length", 0.0254, 0.0),
    (&["g", "gram"], "mass", 0.001, 0.0),
    (&["kg", "kilogram", "kilo"], "mass", 1.0, 0.0),
    (&["lb", "pound"], "mass", 0.453_592, 0.0),
    (&["oz", "ounce"], "mass", 0.028_35, 0.0),
    (&["t", "tonne", "metric ton"], "mass", 1000.0, 0.0),
    (&["ton", "short ton"], "mass", 907.185, 0.0),
    (&["ha", "hectare"], "area", 10_000.0, 0.0),
    (&["acre"], "area", 4046.856, 0.0),
    (&["sq km", "square kilometre", "square kilometer", "km2"], "area", 1_000_000.0, 0.0),
    (&["sq mi", "square mile"], "area", 2_589_988.0, 0.0),
    (&["l", "litre", "liter"], "volume", 1.0, 0.0),
    (&["gallon"], "volume", 3.785, 0.0),
    (&["barrel"], "volume", 158.987, 0.0),
    (&["km h", "kmh", "kph", "kilometre per hour", "kilometer per hour"], "speed", 1.0, 0.0),
    (&["mph", "mile per hour"], "speed", 1.609_344, 0.0),
    (&["knot"], "speed", 1.852, 0.0),
    (&["c", "celsiu", "degree celsiu", "degree c"], "temperature", 1.0, 0.0),
    (&["f", "fahrenheit", "degree fahrenheit", "degree f"], "temperature", 5.0 / 9.0, -160.0 / 9.0),
];

fn measure(unit: &str) -> Option<Measure> {
    let unit = name_words(unit).iter().map(|word| singular(word)).collect::<Vec<_>>().join(" ");
    let row = MEASURES.iter().find(|row| row.0.contains(&unit.as_str()))?;
    Some(Measure { of: row.1, factor: row.2, offset: row.3 })
}

/// Whether one amount is the other in another unit, as rounded as news rounds: to three in a hundred.
fn converts(from: &Amount, to: &Amount) -> bool {
    let base = |amount: &Amount| {
        let measure = measure(amount.unit.as_deref()?)?;
        Some((measure.of, amount.value?.get() * measure.factor + measure.offset))
    };
    match (base(from), base(to)) {
        (Some((one, older)), Some((other, newer))) => one == other && (older - newer).abs() <= 0.03 * older.abs().max(newer.abs()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(value: f64, unit: &str, qualifier: &str) -> Detail {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Detail::Quantity(Amount { value: Number::new(value), unit: some(unit), qualifier: some(qualifier), ..Amount::default() })
    }

    #[test]
    fn amounts_are_compared_by_what_they_say() {
        for (from, to, expect) in [
            (amount(15.0, "servicemen", ""), amount(14.0, "servicemen", ""), Some(Rule::Value)),
            (amount(15.0, "servicemen", ""), amount(15.0, "servicemen", "at least"), Some(Rule::Qualifier)),
            (amount(15.0, "people", "about"), amount(15.0, "people", "around"), None),
            (amount(15.0, "people", "more than"), amount(15.0, "people", "well over"), None),
            (amount(15.0, "people", "not more than"), amount(15.0, "people", "no more than"), None),
            (amount(15.0, "people", "an estimated"), amount(15.0, "people", "estimated"), None),
            (amount(1.0, "person", ""), amount(1.0, "people", ""), None),
            (amount(15.0, "servicemen", ""), amount(15.0, "", ""), None),
            (amount(15.0, "civilians", ""), amount(15.0, "soldiers", ""), Some(Rule::CountedNoun)),
            (amount(10.0, "km", ""), amount(6.2, "miles", ""), Some(Rule::UnitConverted)),
            (amount(10.0, "km", ""), amount(10.0, "miles", ""), Some(Rule::Unit)),
            (amount(10.0, "km", ""), amount(10.0, "kilometres", ""), None),
            (amount(10.0, "km", ""), amount(7.5, "miles", ""), Some(Rule::Value)),
            (amount(100.0, "degrees Fahrenheit", ""), amount(38.0, "degrees Celsius", ""), Some(Rule::UnitConverted)),
            (amount(3.0, "percent", ""), amount(3.0, "percentage points", ""), Some(Rule::Unit)),
        ] {
            assert_eq!(difference(&from, &to), expect, "{from:?} → {to:?}");
        }
    }

    #[test]
    fn dates_are_compared_by_what_they_can_be() {
        for (one, other, same) in [
            ("2018-12-17", "2018-12-17", true),
            ("--12-17", "2018-12-17", true),
            ("2018-12", "2018-12-17", true),
            ("2018-12-17", "2018-12-17T10:00", true),
            ("2018-12-17", "2018-12-18", false),
            ("--12-17", "2018-12-18", false),
            ("2018-1", "2018-12", false),
        ] {
            assert_eq!(same_date(one, other), same, "{one} {other}");
        }
    }
}
