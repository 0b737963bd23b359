//! Owns ages: `aged 45`, `45 years old`, `travellers under 18`.

use super::Finding;
use super::lexicon::Class;
use super::number;
use super::quantity::{amount, counted, plain};
use super::word::{Line, Words};
use crate::model::{Amount, Detail};

/// The unit of ages.
pub(super) const YEARS_OLD: &str = "years old";

/// `aged 45`, `45 years old`, `45-year-old`, `John Smith, 45,`.
pub(super) fn find(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    let unit = Some(YEARS_OLD);
    if let Some((number, unit)) = in_one_word(words.text(at)) {
        let value = number.parse().ok().or_else(|| number::small_word(number))?;
        let amount = Amount { value: Some(value.into()), unit: Some(unit.to_owned()), ..Amount::default() };
        return Some(self::amount(at..at + 1, 100, Detail::Quantity, amount));
    }
    if let Some(found) = decade(words, line, at) {
        return Some(found);
    }
    let figure = number::figure(words, at, line.words.end)?;
    let (start, end) = (figure.words.start, figure.words.end);
    let human = figure.high.is_none() && figure.value.get() <= 120.0 && figure.value.get().fract() == 0.0;
    if words.has(end, Class::TIME_UNIT) && words.is(end + 1, "old") {
        let unit = if words.is_any(end, &["year", "years"]) { YEARS_OLD.to_owned() } else { format!("{} old", words.text(end)) };
        return Some(amount(start..end + 2, 100, Detail::Quantity, plain(&figure, Some(&unit))));
    }
    // `aged 45`, `at age 37`, `the age of 37`.
    let aged = (line.words.start..start).next_back().filter(|&at| words.is_any(at, &["aged", "age", "ages"]));
    let age_of = || start > line.words.start + 1 && words.is(start - 1, "of") && words.is(start - 2, "age");
    if let Some(from) = aged.or_else(|| age_of().then(|| start - 2)) {
        return Some(amount(from..end, 100, Detail::Quantity, plain(&figure, unit)));
    }
    // `aged under 16`, `travellers under 18`.
    const PEOPLE: [&str; 14] = [
        "children",
        "people",
        "persons",
        "adults",
        "women",
        "men",
        "girls",
        "boys",
        "travellers",
        "travelers",
        "passengers",
        "those",
        "anyone",
        "players",
    ];
    if human && start >= line.words.start + 2 && words.is_any(start - 1, &["under", "over"]) {
        let aged = words.is_any(start - 2, &["aged", "age"]);
        if aged || words.is_any(start - 2, &PEOPLE) && counted(words, end, line.words.end).is_none() {
            let qualifier = Some(words.text(start - 1).to_lowercase());
            let from = if aged { start - 2 } else { start - 1 };
            return Some(amount(from..end, 95, Detail::Quantity, Amount { qualifier, ..plain(&figure, unit) }));
        }
    }
    if human && !figure.spelled && told_age(words, line, start, end) {
        return Some(amount(start..end, 90, Detail::Quantity, plain(&figure, unit)));
    }
    // Between commas after a name.
    let named =
        start >= line.words.start + 2 && words.is(start - 1, ",") && words.capital(start - 2) && !words.has(start - 2, Class::MONTH);
    // `Ada Marlow, 37, Karl's daughter,`.
    let owned = words.is(end, ",") && words.is_any(end + 2, &["'s", "’s"]);
    let last = words.is(end, ".") && end + 1 >= line.words.end;
    let closed =
        owned || last || words.is_any(end, &[",", "."]) && !words.capital(end + 1) || words.is(end, ",") && words.is(end + 1, "who");
    // `Ramesh Yadav (32)`, but not `Messi (45)`.
    let in_brackets = words.is(start.wrapping_sub(1), "(")
        && words.is(end, ")")
        && start >= line.words.start + 3
        && (start - 3..start - 1).all(|at| words.capital(at) && words.has(at, Class::WORD) && !words.has(at, Class::MONTH))
        && figure.value.get() >= 10.0;
    (named && closed && human && !figure.spelled || in_brackets && human)
        .then(|| amount(start..end, 90, Detail::Quantity, plain(&figure, unit)))
}

/// `45-year-old`, `eight-year-olds`, `18-month-old`: the number and its unit.
fn in_one_word(text: &str) -> Option<(&str, &'static str)> {
    const UNITS: [(&str, &str); 4] =
        [("-year-old", YEARS_OLD), ("-month-old", "months old"), ("-week-old", "weeks old"), ("-day-old", "days old")];
    let text = text.strip_suffix('s').unwrap_or(text);
    UNITS.iter().find_map(|(ending, unit)| Some((text.strip_suffix(ending)?, *unit)))
}

/// `a man in his late 50s`.
fn decade(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    let tens: u32 = words.text(at).strip_suffix('s')?.parse().ok().filter(|tens| (20..100).contains(tens) && tens % 10 == 0)?;
    let part = at.checked_sub(1).filter(|&part| words.is_any(part, &["early", "mid", "late", "mid-"]));
    let whose = part.unwrap_or(at).checked_sub(1).filter(|&whose| whose > line.words.start && words.is(whose - 1, "in"))?;
    if !words.is_any(whose, &["his", "her", "their"]) {
        return None;
    }
    let (value, high, qualifier) = (Some(tens.into()), Some((tens + 9).into()), part.map(|part| words.text(part).to_lowercase()));
    let amount = Amount { value, high, unit: Some(YEARS_OLD.to_owned()), qualifier, of: None };
    Some(self::amount(part.unwrap_or(at)..at + 1, 95, Detail::Quantity, amount))
}

/// `He died at 97`, `She was 97.`, `who turns 40 in May`.
fn told_age(words: &Words<'_>, line: &Line, start: usize, end: usize) -> bool {
    if start < line.words.start + 2 {
        return false;
    }
    let died = words.is(start - 1, "at") && words.is_any(start - 2, &["dies", "died", "dead"]);
    let turned = words.is_any(start - 1, &["turned", "turns"]);
    let was = words.is_any(start - 1, &["was", "is"]) && words.is_any(start - 2, &["he", "she", "who"]);
    let ends = end == line.words.end
        || words.is_any(end, &[".", ",", "and", "when"])
        || turned && words.is_any(end, &["in", "on", "last", "this"]);
    (died || turned || was) && ends
}
