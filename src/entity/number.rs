//! Owns numbers: digits, words and magnitudes read as one value, ranges of them, and how a text hedges them.

use std::ops::Range;

use super::lexicon::Class;
use super::word::Words;
use crate::model::Number;

/// A number or a range as the text gives it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// The words of the number itself, its hedge left out.
    pub words: Range<usize>,
    pub value: Number,
    /// The upper end of a range.
    pub high: Option<Number>,
    /// The number is written in words and so may be no number at all: `one`.
    pub spelled: bool,
    pub score: bool,
}

/// Half of what a number is counted in: `a million and a half`.
fn half(value: f64) -> f64 {
    [1e12, 1e9, 1e6, 1e3].into_iter().find(|&of| value >= of).unwrap_or(1.0) / 2.0
}

/// Reads the number that starts at the word `at` and does not go beyond `end`.
pub(super) fn figure(words: &Words<'_>, at: usize, end: usize) -> Option<Figure> {
    if let Some(pair) = glued_pair(words, at) {
        return Some(pair);
    }
    let mut low = single(words, at, end)?;
    if words.is(low.end, "and") && words.is(low.end + 1, "a") && words.is(low.end + 2, "half") && low.value.fract() == 0.0 {
        (low.value, low.end) = (low.value + half(low.value), low.end + 3);
        // `two and a half million`
        if let Some(power) = magnitude(words, low.end).filter(|&power| power >= 3 && low.value < 1000.0) {
            (low.value, low.end) = (scaled(low.value, power), low.end + 1);
        }
    }
    let mut next = low.end;
    let joined = words.is_any(next, &["to", "-", "–", "—", "and", "or"]) && (next + 1) < end;
    // `between 15 and 20`, but `15 and 20` are two numbers.
    let between = at > 0 && words.is(at - 1, "between");
    let allowed = if words.is(next, "and") {
        between
    } else if words.is(next, "to") {
        !between && !moved(words, at)
    } else if words.is(next, "or") {
        // `two or three people`
        low.value <= 100.0 && single(words, next + 1, end).is_some_and(|high| high.value <= 2.0 * low.value)
    } else {
        words.glued(next)
    };
    if joined
        && allowed
        && let Some(high) = single(words, next + 1, end)
        && high.value > low.value
    {
        next = high.end;
        // `5 to 6 million` is five million to six million.
        let value =
            if low.magnitude == 0 && high.magnitude > 0 && low.value < high.bare { scaled(low.value, high.magnitude) } else { low.value };
        return Some(Figure {
            words: at..next,
            value: Number::new(value)?,
            high: Some(Number::new(high.value)?),
            spelled: low.spelled,
            score: false,
        });
    }
    Some(Figure { words: at..low.end, value: Number::new(low.value)?, high: None, spelled: low.spelled, score: false })
}

/// `rose from 12 to 15`, `rose by 3 to 15`: two numbers, of which one became the other.
pub(super) fn moved(words: &Words<'_>, at: usize) -> bool {
    const REACH: usize = 8;
    const MOVES: [&str; 32] = [
        "rose",
        "rises",
        "rise",
        "risen",
        "fell",
        "falls",
        "fall",
        "fallen",
        "grew",
        "grown",
        "climbed",
        "dropped",
        "increased",
        "increase",
        "decreased",
        "raised",
        "raise",
        "lowered",
        "cut",
        "reduced",
        "revised",
        "jumped",
        "slipped",
        "surged",
        "widened",
        "narrowed",
        "up",
        "down",
        "shrank",
        "slid",
        "plunged",
        "soared",
    ];
    at > 0 && words.is_any(at - 1, &["from", "by"]) && (at.saturating_sub(REACH)..at - 1).any(|at| words.is_any(at, &MOVES))
}

/// `15-20` and `3-1` are one token: a range where the second number is higher, a score where it is not.
fn glued_pair(words: &Words<'_>, at: usize) -> Option<Figure> {
    let (low, high) = words.text(at).split_once(['-', '‑'])?;
    let (digits, suffix) = high.split_at(high.find(|c: char| c.is_alphabetic()).unwrap_or(high.len()));
    let (low, high) = (decimal(low)?, decimal(digits)?);
    let (power, extra) =
        if suffix.is_empty() { magnitude(words, at + 1).map_or((0, 0), |power| (power, 1)) } else { (suffix_power(suffix)?, 0) };
    let score = high <= low || played(words, at);
    Some(Figure {
        words: at..at + 1 + extra,
        value: Number::new(scaled(low, power))?,
        high: Some(Number::new(scaled(high, power))?),
        spelled: false,
        score,
    })
}

/// `lost 1-3`, `a 0-2 defeat`, `6-4, 3-6, 7-5`: what stands beside a pair tells that it is a score, though its second number is higher.
fn played(words: &Words<'_>, at: usize) -> bool {
    let fell = |at: usize| {
        let (low, high) = words.text(at).split_once('-')?;
        Some(low.len() <= 2 && high.len() <= 2 && decimal(high)? <= decimal(low)?)
    };
    let in_row = |comma: usize, other: usize| words.is(comma, ",") && fell(other) == Some(true);
    words.is_any(at + 1, &["defeat", "loss", "win", "victory", "draw"])
        || in_row(at + 1, at + 2)
        || at > 0 && words.is_any(at - 1, &["lost", "lose", "loses", "losing"])
        || at > 1 && in_row(at - 1, at - 2)
}

struct Single {
    value: f64,
    /// The value before its magnitude, and the magnitude's power of ten: 5.2 and 6 in `5.2 million`.
    bare: f64,
    magnitude: i32,
    end: usize,
    spelled: bool,
}

fn single(words: &Words<'_>, at: usize, end: usize) -> Option<Single> {
    if at >= end {
        return None;
    }
    let first = words.text(at);
    if first.starts_with(|c: char| c.is_ascii_digit()) {
        if let Some((bare, next)) = fraction(words, at, end) {
            let spaced = magnitude(words, next).filter(|_| next < end);
            let magnitude = spaced.unwrap_or(0);
            let end = next + usize::from(spaced.is_some());
            return Some(Single { value: scaled(bare, magnitude), bare, magnitude, end, spelled: false });
        }
        let (digits, suffix) = first.split_at(first.find(|c: char| c.is_alphabetic()).unwrap_or(first.len()));
        let spread = if suffix.is_empty() { spread_groups(words, at, end) } else { at + 1 };
        if spread > at + 1 {
            let bare = (at..spread).map(|at| words.text(at)).collect::<String>().parse().ok()?;
            return Some(Single { value: bare, bare, magnitude: 0, end: spread, spelled: false });
        }
        if suffix == "m" && is_length(words, at, digits) {
            return None;
        }
        let bare = decimal(digits).or_else(|| continental(words, at, digits, suffix))?;
        let glued = if suffix.is_empty() { None } else { Some(suffix_power(suffix)?) };
        let spaced = glued.is_none().then(|| magnitude(words, at + 1)).flatten().filter(|_| at + 1 < end);
        let magnitude = glued.or(spaced).unwrap_or(0);
        let end = at + 1 + usize::from(spaced.is_some());
        return Some(Single { value: scaled(bare, magnitude), bare, magnitude, end, spelled: false });
    }
    spelled(words, at, end)
}

/// `3-1/4`, `2 1/2`, `2½`; `1/2` where what it is a half of follows. Gives the value and the word after it.
fn fraction(words: &Words<'_>, at: usize, end: usize) -> Option<(f64, usize)> {
    const MEASURED: Class = Class::UNIT.or(Class::CURRENCY).or(Class::MAGNITUDE);
    const VULGAR: [(char, f64); 8] =
        [('½', 0.5), ('¼', 0.25), ('¾', 0.75), ('⅛', 0.125), ('⅜', 0.375), ('⅝', 0.625), ('⅞', 0.875), ('⅓', 1.0 / 3.0)];
    let whole =
        |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit())).map(f64::from);
    let part = |text: &str| {
        let (above, below) = text.split_once('/')?;
        let (above, below) = (whole(above)?, whole(below)?);
        (above > 0.0 && above < below && [2.0, 3.0, 4.0, 5.0, 8.0, 16.0, 32.0].contains(&below)).then_some(above / below)
    };
    let text = words.text(at);
    if let Some((first, rest)) = text.split_once('-') {
        return Some((whole(first)? + part(rest)?, at + 1));
    }
    if let Some(value) = text.chars().last().and_then(|last| VULGAR.iter().find(|(vulgar, _)| *vulgar == last)) {
        return Some((whole(text.strip_suffix(value.0)?)? + value.1, at + 1));
    }
    if let Some(value) = part(text) {
        let measured = words.is_any(at + 1, &["of", "percent", "%", "point", "points"]) || words.has(at + 1, MEASURED);
        return measured.then_some((value, at + 1));
    }
    let next = Some(at + 1).filter(|&next| next < end && !words.glued(next))?;
    Some((whole(text)? + part(words.text(next))?, at + 2))
}

/// `2,500m`, `3m deep`, `6m by 4m`: metres, which no million is written like.
fn is_length(words: &Words<'_>, at: usize, digits: &str) -> bool {
    const LONG: [&str; 14] = [
        "deep",
        "high",
        "long",
        "wide",
        "tall",
        "thick",
        "away",
        "above",
        "below",
        "underground",
        "hurdles",
        "freestyle",
        "sprint",
        "relay",
    ];
    let metres = |at: usize| words.text(at).strip_suffix('m').is_some_and(|digits| decimal(digits).is_some());
    let by = |next: usize, other: usize| words.is_any(next, &["by", "x"]) && metres(other);
    digits.contains(',') || words.is_any(at + 1, &LONG) || by(at + 1, at + 2) || at > 1 && by(at - 1, at - 2)
}

/// `5.2bn`, `300k`. `m` is a million in news, except where a length says otherwise, which the unit reader tries first.
fn suffix_power(suffix: &str) -> Option<i32> {
    Some(match suffix.to_ascii_lowercase().as_str() {
        "k" => 3,
        "m" | "mn" | "mln" => 6,
        "b" | "bn" | "bln" => 9,
        "t" | "tn" | "trn" => 12,
        _ => return None,
    })
}

pub(super) fn magnitude(words: &Words<'_>, at: usize) -> Option<i32> {
    if !words.has(at, Class::MAGNITUDE) {
        return None;
    }
    Some(match words.text(at).to_ascii_lowercase().as_str() {
        "hundred" => 2,
        "thousand" => 3,
        "lakh" => 5,
        "million" | "mln" => 6,
        "crore" => 7,
        "billion" | "bn" | "bln" => 9,
        "trillion" | "tn" | "trn" => 12,
        _ => return None,
    })
}

/// `value` with the magnitude of `like`: 5 in `$5 to $6 million` is five million.
pub(super) fn scaled_like(words: &Words<'_>, like: &Figure, value: Number) -> Option<Number> {
    Number::new(scaled(value.get(), magnitude(words, like.words.end - 1)?))
}

/// Moves the decimal point in the text of the number, so that `5.2 million` is exactly 5200000.
pub(super) fn scaled(value: f64, power: i32) -> f64 {
    if power == 0 { value } else { format!("{value}e{power}").parse().unwrap_or(value) }
}

/// Where a number ends whose groups stand apart: `300 000`. A plain space sets groups apart only before hundreds, so that
/// `Flight 370 239 passengers` holds two numbers; no other number has a space of its own width in it.
fn spread_groups(words: &Words<'_>, at: usize, end: usize) -> usize {
    let digits = |at: usize| Some(words.text(at)).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).map_or(0, str::len);
    let group = |at: usize| {
        let narrow = words.slice(&(at - 1..at + 1)).contains(['\u{a0}', '\u{2009}', '\u{202f}']);
        digits(at) == 3 && (narrow || words.text(at).ends_with("00"))
    };
    if !(1..=3).contains(&digits(at)) || words.text(at).starts_with('0') {
        return at + 1;
    }
    /// More than the quintillions are no number that anybody writes.
    const GROUPS: usize = 6;
    let end = end.min(at + 1 + GROUPS);
    (at + 1..end).find(|&next| !group(next)).unwrap_or(end)
}

/// `1,5 bn`, `2,3 percent`: a decimal comma, believed where a magnitude or a unit follows.
fn continental(words: &Words<'_>, at: usize, digits: &str, suffix: &str) -> Option<f64> {
    let (whole, fraction) = digits.split_once(',')?;
    let measures = !suffix.is_empty()
        || words.has(at + 1, Class::MAGNITUDE.or(Class::CURRENCY).or(Class::UNIT))
        || words.is_any(at + 1, &["%", "percent"]);
    if !measures || !(1..=2).contains(&fraction.len()) {
        return None;
    }
    decimal(whole).and(decimal(&format!("{whole}.{fraction}")))
}

/// Digits with grouping commas and a decimal point. Other commas (`1,5`), times and dates are no numbers.
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !fraction.is_none_or(digits) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if !digits(first) || (grouped && first.len() > 3) || !groups.all(|group| group.len() == 3 && digits(group)) {
        return None;
    }
    if grouped { text.replace(',', "").parse().ok() } else { text.parse().ok() }
}

/// `four`, `twenty-five`, `two hundred and five thousand`, `a dozen`, `half a million`.
fn spelled(words: &Words<'_>, at: usize, end: usize) -> Option<Single> {
    let mut next = at;
    let (mut total, mut group, mut seen) = (0.0, 0.0, false);
    let article = words.is_any(next, &["a", "an"]);
    // `a quarter of a million`, `three-quarters of a million`.
    let of_million = |at: usize| words.is(at, "of") && words.is(at + 1, "a") && words.is_any(at + 2, &["million", "billion", "trillion"]);
    if article && words.is(next + 1, "quarter") && of_million(next + 2) {
        (group, seen) = (0.25, true);
        next += 4;
    } else if words.is(next, "three-quarters") && of_million(next + 1) {
        (group, seen) = (0.75, true);
        next += 3;
    } else if article {
        // `a hundred`, `a dozen`, `a million`.
        if !words.is_any(next + 1, &["hundred", "thousand", "million", "billion", "trillion", "dozen"]) {
            return None;
        }
        (group, seen) = (1.0, true);
        next += 1;
    } else if words.is(next, "half") && words.is(next + 1, "a") && words.is_any(next + 2, &["million", "billion", "dozen"]) {
        (group, seen) = (0.5, true);
        next += 2;
    } else if !words.has(next, Class::NUMBER) && !words.text(next).contains('-') {
        return None;
    }
    // What is more than any number that news has (`dozen dozen dozen …`) is read no further.
    const MOST: f64 = 1e15;
    while next < end && group < MOST {
        let word = words.text(next).to_ascii_lowercase();
        if let Some(value) = small(&word) {
            if seen && group % 100.0 != 0.0 {
                break;
            }
            group += f64::from(value);
        } else if word == "dozen" {
            group = if seen { group * 12.0 } else { 12.0 };
        } else if word == "hundred" && seen {
            group *= 100.0;
        } else if let Some(power) = magnitude(words, next).filter(|&power| power >= 3 && seen) {
            total += scaled(group, power);
            group = 0.0;
        } else if word == "and"
            && seen
            && (group % 100.0 == 0.0 && (group > 0.0 || total > 0.0))
            && small(&words.text(next + 1).to_ascii_lowercase()).is_some()
        {
            // `two hundred and five`, but `four and five` are two numbers.
            if group == 0.0 && total == 0.0 {
                break;
            }
        } else {
            break;
        }
        seen = true;
        next += 1;
    }
    let value = total + group;
    (seen && next > at).then_some(Single { value, bare: value, magnitude: 0, end: next, spelled: true })
}

/// The whole number below a hundred that a single word says: 3 for `three`.
pub(super) fn small_word(word: &str) -> Option<u32> {
    small(&word.to_ascii_lowercase())
}

fn small(word: &str) -> Option<u32> {
    if let Some((tens, ones)) = word.split_once('-') {
        let (tens, ones) = (small(tens)?, small(ones)?);
        return (tens >= 20 && tens % 10 == 0 && (1..10).contains(&ones)).then_some(tens + ones);
    }
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    SMALL.iter().zip(0..).chain(TENS.iter().zip((20..).step_by(10))).find(|(entry, _)| **entry == word).map(|(_, value)| value)
}

/// `17th`, `third`: the number that an ordinal says.
pub(super) fn ordinal(words: &Words<'_>, at: usize) -> Option<Number> {
    let word = words.text(at);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending))?;
        return Number::new(decimal(digits)?);
    }
    const WORDS: [&str; 10] = ["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];
    let index = WORDS.iter().position(|entry| word.eq_ignore_ascii_case(entry))?;
    Number::new(f64::from(u32::try_from(index).ok()? + 3))
}

/// The hedge that ends right before the word `at`: where it starts, and its words as the text has them, in lower case.
pub(super) fn hedge(words: &Words<'_>, at: usize, from: usize) -> Option<(usize, String)> {
    const HEDGES: [&[&str]; 42] = [
        &["at", "least"],
        &["at", "most"],
        &["more", "than"],
        &["less", "than"],
        &["fewer", "than"],
        &["no", "fewer", "than"],
        &["no", "less", "than"],
        &["no", "more", "than"],
        &["not", "fewer", "than"],
        &["not", "less", "than"],
        &["not", "more", "than"],
        &["as", "many", "as"],
        &["as", "much", "as"],
        &["as", "few", "as"],
        &["up", "to"],
        &["close", "to"],
        &["well", "over"],
        &["just", "over"],
        &["just", "under"],
        &["over"],
        &["under"],
        &["about"],
        &["around"],
        &["nearly"],
        &["almost"],
        &["roughly"],
        &["approximately"],
        &["some"],
        &["only"],
        &["exactly"],
        &["an", "estimated"],
        &["estimated"],
        &["above"],
        &["below"],
        &["circa"],
        &["upwards", "of"],
        &["a", "total", "of"],
        &["just"],
        &["a", "record"],
        &["an", "additional"],
        &["another"],
        &["a", "further"],
    ];
    // The longest one wins; they are sought by their last word, so a look back is a handful of comparisons.
    let last = at.checked_sub(1).filter(|&last| last >= from)?;
    if !words.has(last, Class::HEDGE) {
        return None;
    }
    // `take over four plants`.
    const TAKES: [&str; 8] = ["take", "takes", "took", "taken", "taking", "hand", "handed", "handing"];
    if words.is(last, "over") && last > from && words.is_any(last - 1, &TAKES) {
        return None;
    }
    // `new information about 7.7 magnitude earthquakes`.
    const TOLD: [&str; 9] = ["information", "news", "details", "advice", "guidance", "questions", "concerns", "reports", "talk"];
    if words.is(last, "about") && last > from && words.is_any(last - 1, &TOLD) {
        return None;
    }
    HEDGES
        .iter()
        .filter(|hedge| at - from >= hedge.len())
        .filter(|hedge| hedge.iter().enumerate().all(|(i, word)| words.is(at - hedge.len() + i, word)))
        .max_by_key(|hedge| hedge.len())
        .map(|hedge| (at - hedge.len(), hedge.join(" ")))
}
