//! Owns dates and times: the agencies' forms, weekdays and relative expressions, times of day, durations. ISO 8601 out.

mod calendar;
mod clock;

pub(super) use calendar::Anchor;
use calendar::Tense;

use std::ops::Range;

use super::Finding;
use super::lexicon::Class;
use super::word::{Line, Words};
use super::{number, quantity};
use crate::model::{Date, Detail, Number};

/// Reads the date, time or duration that starts at the word `at`.
pub(super) fn find(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    let word = words.get(at)?;
    let text = words.text(at);
    let end = line.words.end;
    if word.class.has(Class::WEEKDAY) && word.capital() {
        return weekday(words, line, at, anchor);
    }
    if word.class.has(Class::MONTH) && word.capital() {
        return month(words, line, at, at, anchor);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return numeric(words, line, at, anchor).or_else(|| duration(words, line, at, anchor));
    }
    if !word.class.has(Class::WORD) {
        return None;
    }
    if word.class.has(Class::NUMBER) || text.contains('-') || words.is_any(at, &["a", "an"]) {
        return duration(words, line, at, anchor);
    }
    if !word.class.has(Class::TIME_CUE) {
        return None;
    }
    relative(words, at, end, anchor).or_else(|| period(words, at, anchor))
}

fn dated(words: Range<usize>, confidence: u8, iso: Option<String>) -> Finding {
    Finding { words, detail: Detail::Date(Date { iso }), confidence }
}

/// `Wednesday`, `Monday, December 17`.
fn weekday(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    let comma = usize::from(words.is(at + 1, ","));
    if words.has(at + 1 + comma, Class::MONTH)
        && words.capital(at + 1 + comma)
        && let Some(found) = month(words, line, at + 1 + comma, at, anchor).filter(|found| found.words.len() > 2 + comma)
    {
        return Some(found);
    }
    // `Good Friday` is the Friday of no week that is told.
    const FEASTS: [&str; 10] = ["good", "black", "ash", "palm", "maundy", "holy", "super", "cyber", "bloody", "shrove"];
    if at > line.words.start && words.capital(at - 1) && words.is_any(at - 1, &FEASTS) {
        return None;
    }
    if words.text(at).trim_end_matches('.').len() <= 4 || words.text(at).ends_with("ys") {
        // `Sun`, `Sat`, `Wed` are other words first.
        return None;
    }
    // `The Sunday Times`
    const PAPERS: [&str; 9] = ["times", "telegraph", "express", "mirror", "mail", "post", "herald", "independent", "people"];
    if words.capital(at + 1) && words.is_any(at + 1, &PAPERS) {
        return None;
    }
    let day = calendar::weekday(words.text(at))?;
    Some(dated(at..at + 1, 90, anchor.weekday(day, calendar::tense(words, line, at))))
}

/// `December 17, 2018`, `Dec. 17-19`, `December 2018`, `December`. The mention starts at `from`, where a weekday may stand.
fn month(words: &Words<'_>, line: &Line, at: usize, from: usize, anchor: &Anchor) -> Option<Finding> {
    let month = calendar::month(words.text(at))?;
    let tense = calendar::tense(words, line, at);
    let dot = usize::from(words.is(at + 1, ".") && words.glued(at + 1));
    let next = at + 1 + dot;
    if let Some((first, last)) = days(words.text(next)) {
        let (mut last, mut end) = (last, next + 1);
        if last.is_none()
            && words.is_any(end, &["-", "–", "to"])
            && let Some((day, None)) = days(words.text(end + 1))
        {
            // `December 17 to 19`, but not `December 17 to 20 people`.
            if words.glued(end) || from > line.words.start && words.is(from - 1, "from") {
                (last, end) = (Some(day), end + 2);
            }
        }
        let (year, end) = year_after(words, end);
        let iso = anchor.days(year, month, first, last, tense)?;
        return Some(dated(from..end, 100, Some(iso)));
    }
    if let Some(year) = year(words.text(next)) {
        return Some(dated(from..next + 1, 100, Some(format!("{year:04}-{month:02}"))));
    }
    if words.is(next, "of")
        && let Some(year) = year(words.text(next + 1))
    {
        return Some(dated(from..next + 2, 100, Some(format!("{year:04}-{month:02}"))));
    }
    // `In March last year`
    let shift = i16::from(words.is(next, "next")) - i16::from(words.is(next, "last"));
    if shift != 0 && words.is(next + 1, "year") {
        return Some(dated(from..next + 2, 95, anchor.year(shift).map(|year| format!("{year:04}-{month:02}"))));
    }
    // Alone, `May` and `March` are words and `Jan` is a man.
    let introduced = at > line.words.start
        && words.is_any(
            at - 1,
            &[
                "in", "since", "until", "till", "by", "of", "from", "early", "late", "mid", "-", "during", "before", "after", "and", "to",
                "last", "next", "this", "every",
            ],
        );
    let plain = words.text(at).len() > 4 && month != 3 && month != 4 && month != 6 && month != 8;
    (from == at && introduced && words.text(at).len() >= 3 && (plain || !words.capital(next)))
        .then(|| dated(at..at + 1, 85, Some(anchor.month(month, tense))))
}

/// A date that starts with digits: `17 December 2018`, `2018-12-17`, `17.12.2018`, `14:30 GMT`, `1990s`, `2018`.
fn numeric(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    let text = words.text(at);
    if let Some((end, iso)) = clock::time(words, at) {
        return Some(dated(at..end, 95, Some(iso)));
    }
    let day = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffixed = matches!(&text[day.len()..], "st" | "nd" | "rd" | "th");
    if let Some((first, last)) = days(if suffixed { day } else { text }) {
        let of = usize::from(suffixed && words.is(at + 1, "of"));
        let name = at + 1 + of;
        if words.has(name, Class::MONTH) && words.capital(name) {
            let month = calendar::month(words.text(name))?;
            let (year, end) = year_after(words, name + 1);
            let iso = anchor.days(year, month, first, last, calendar::tense(words, line, at))?;
            return Some(dated(at..end, 100, Some(iso)));
        }
    }
    if let Some(found) = before_its_month(words, line, at, anchor).or_else(|| after_its_month(words, line, at, anchor)) {
        return Some(found);
    }
    if let Some(iso) = calendar::written(text) {
        return Some(dated(at..at + 1, 95, iso));
    }
    if let Some(decade) = text.strip_suffix('s').or_else(|| text.strip_suffix("'s")).and_then(year).filter(|year| year % 10 == 0) {
        return Some(dated(at..at + 1, 95, Some(format!("{decade:04}/{:04}", decade + 9))));
    }
    if let Some((first, last)) = text.split_once(['-', '/'])
        && let Some(first) = year(first)
    {
        let last = year(last)
            .or_else(|| last.parse::<i16>().ok().filter(|&y| last.len() == 2 && y > first % 100).map(|y| first / 100 * 100 + y))?;
        return (last > first).then(|| dated(at..at + 1, 90, Some(format!("{first:04}/{last:04}"))));
    }
    let year = year(text).or_else(|| old_year(words, line, at))?;
    let counts = words.has(at + 1, Class::COUNTED.or(Class::UNIT).or(Class::CURRENCY).or(Class::MAGNITUDE).or(Class::TIME_UNIT))
        || words.is_any(at + 1, &["%", "percent"]);
    let before = at.checked_sub(1).filter(|&before| before >= line.words.start);
    // `Resolution 1701` and `Flight 1549` have a number.
    const NUMBERED: [&str; 8] = ["resolution", "flight", "article", "route", "highway", "room", "channel", "case"];
    let numbered = before.is_some_and(|before| words.capital(before) && words.is_any(before, &NUMBERED));
    let priced = numbered || before.is_some_and(|before| words.has(before, Class::CURRENCY.or(Class::PRODUCT)));
    // `the 2018 elections`, `a quake in 2015 killed 9,000`, but `2000 people`.
    let done = words.is_any(at + 1, &["killed", "injured", "wounded", "left", "displaced"]);
    let dated_noun = before.is_some_and(|before| words.is(before, "the") || done && words.is(before, "in"));
    (!priced && (!counts || dated_noun)).then(|| dated(at..at + 1, 85, Some(format!("{year:04}"))))
}

/// A day whose month comes after a later day: `from 3 to 18 May` and `between 24 - 27 April` are one date with both; of `7, 8 and 9 July`
/// each day is one of its own.
fn before_its_month(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    const MOST: usize = 5;
    let (first, None) = days(words.text(at))? else { return None };
    let between = at > line.words.start && words.is(at - 1, "between");
    let to = words.is_any(at + 1, &["to", "-", "–"]) || between && words.is(at + 1, "and");
    let (mut last, mut next) = (first, at);
    for _ in 0..MOST {
        let comma = usize::from(words.is(next + 1, ","));
        let joined = if to { 1 } else { comma + usize::from(words.is_any(next + 1 + comma, &["and", "or"])) };
        let (day, None) = days(words.text(next + 1 + joined)).filter(|_| joined > 0)? else { return None };
        if day <= last {
            return None;
        }
        (last, next) = (day, next + 1 + joined);
        if words.has(next + 1, Class::MONTH) && words.capital(next + 1) {
            let month = calendar::month(words.text(next + 1))?;
            let (year, end) = year_after(words, next + 2);
            let iso = anchor.days(year, month, first, to.then_some(last), calendar::tense(words, line, at))?;
            return Some(dated(at..if to { end } else { at + 1 }, 100, Some(iso)));
        }
        if to {
            return None;
        }
    }
    None
}

/// The second day of `July 7 and 8`, unless it counts something.
fn after_its_month(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    let name = at.checked_sub(3).filter(|&name| name >= line.words.start && words.has(name, Class::MONTH) && words.capital(name))?;
    let ((before, None), (day, None)) = (days(words.text(at - 2))?, days(words.text(at))?) else { return None };
    let ends = words.get(at + 1).is_none_or(|next| !next.class.has(Class::WORD));
    if !words.is(at - 1, "and") || day <= before || !ends {
        return None;
    }
    let (year, end) = year_after(words, at + 1);
    let iso = anchor.days(year, calendar::month(words.text(name))?, day, None, calendar::tense(words, line, at))?;
    Some(dated(at..end, 100, Some(iso)))
}

/// `three days`, `24 hours`, `a three-day visit`; with `ago` a date.
fn duration(words: &Words<'_>, line: &Line, at: usize, anchor: &Anchor) -> Option<Finding> {
    if let Some((count, unit)) = words.text(at).rsplit_once('-')
        && let Some(unit) = calendar::unit(unit).filter(|_| !words.text(at).ends_with('s'))
    {
        let count: u32 = count.parse().ok().or_else(|| number::small_word(count))?;
        return Some(dated(at..at + 1, 95, Some(calendar::lasting(count.into(), unit))));
    }
    let (count, high, start, next) = if words.is_any(at, &["a", "an"]) && words.has(at + 1, Class::TIME_UNIT) {
        // `a day` counts nothing unless it is `a week ago`.
        if !words.is(at + 2, "ago") {
            return None;
        }
        (Number::from(1), None, at, at + 1)
    } else {
        let figure = number::figure(words, at, line.words.end)?;
        (figure.value, figure.high, at, figure.words.end)
    };
    let unit = calendar::unit(words.text(next)).filter(|_| words.has(next, Class::TIME_UNIT))?;
    if words.is(next + 1, "old") || words.is(next + 1, "-") && words.is(next + 2, "old") {
        return None;
    }
    if words.is(next + 1, "ago") {
        let whole = count.to_string().parse().ok().filter(|_| high.is_none());
        return Some(dated(start..next + 2, 95, whole.and_then(|count| anchor.ago(count, unit))));
    }
    if high.is_none()
        && let Some((rest, end)) = smaller(words, line, next + 1, unit)
    {
        return Some(dated(start..end, 95, Some(calendar::lasting(count, unit) + &rest)));
    }
    let lasting = |count| calendar::lasting(count, unit);
    let iso = high.map_or_else(|| lasting(count), |high| format!("{}/{}", lasting(count), lasting(high)));
    Some(dated(start..next + 1, 95, Some(iso)))
}

/// What follows hours or years in one duration: `two hours and 50 minutes`, `3 years, 2 months`. As ISO 8601 goes on, and where it ends.
fn smaller(words: &Words<'_>, line: &Line, at: usize, unit: char) -> Option<(String, usize)> {
    let next = at + usize::from(words.is_any(at, &["and", ","]));
    let figure = number::figure(words, next, line.words.end).filter(|figure| figure.high.is_none())?;
    let end = figure.words.end;
    let below = calendar::unit(words.text(end)).filter(|_| words.has(end, Class::TIME_UNIT))?;
    let fits = matches!((unit, below), ('h', 'm') | ('m', 's') | ('Y', 'M'));
    let ends = !words.is_any(end + 1, &["ago", "old", "later", "earlier", "before", "after"]);
    if !(fits && ends) {
        return None;
    }
    // Units get smaller, so this goes two steps deep at most.
    let (rest, end) = smaller(words, line, end + 1, below).unwrap_or_else(|| (String::new(), end + 1));
    Some((format!("{}{}{rest}", figure.value, below.to_ascii_uppercase()), end))
}

/// `today`, `last week`, `next month`, `this year`, `last Friday`, `last December`.
fn relative(words: &Words<'_>, at: usize, end: usize, anchor: &Anchor) -> Option<Finding> {
    let shift = match words.text(at).to_ascii_lowercase().as_str() {
        "today" | "tonight" => return Some(dated(at..at + 1, 95, anchor.day(0))),
        "yesterday" => return Some(dated(at..at + 1, 95, anchor.day(-1))),
        "tomorrow" => return Some(dated(at..at + 1, 95, anchor.day(1))),
        "last" | "past" | "previous" => -1,
        "this" | "current" => 0,
        "next" | "coming" => 1,
        _ => return None,
    };
    if at + 1 >= end {
        return None;
    }
    let next = words.text(at + 1);
    if words.has(at + 1, Class::WEEKDAY) && words.capital(at + 1) && next.len() > 4 {
        let day = calendar::weekday(next)?;
        let iso = anchor.weekday(
            day,
            if shift > 0 {
                Tense::Next
            } else if shift < 0 {
                Tense::Last
            } else {
                Tense::Nearest
            },
        );
        return Some(dated(at..at + 2, 95, iso));
    }
    if words.has(at + 1, Class::MONTH) && words.capital(at + 1) {
        let tense = if shift > 0 {
            Tense::Next
        } else if shift < 0 {
            Tense::Last
        } else {
            Tense::Nearest
        };
        return Some(dated(at..at + 2, 95, Some(anchor.month(calendar::month(next)?, tense))));
    }
    if let Some(season) = calendar::season(next) {
        let year = if shift < 0 { anchor.last_season(season) } else { anchor.year(shift) };
        return Some(dated(at..at + 2, 90, year.map(|year| format!("{year:04}-{season}"))));
    }
    if next.ends_with('s') {
        return None;
    }
    let iso = match calendar::unit(next)? {
        'W' => anchor.week(shift),
        'M' if !next.starts_with("min") => anchor.months(shift),
        'Y' => anchor.year(shift).map(|year| format!("{year:04}")),
        _ => return None,
    };
    Some(dated(at..at + 2, 95, iso))
}

/// `first quarter of 2018`, `Q3 2018`, `the summer of 2019`, `second half`.
fn period(words: &Words<'_>, at: usize, anchor: &Anchor) -> Option<Finding> {
    let text = words.text(at);
    let cue_year = |next: usize| {
        let of = usize::from(words.is(next, "of"));
        year(words.text(next + of)).map(|year| (year, next + of + 1))
    };
    if let Some(season) = calendar::season(text) {
        let (year, end) = cue_year(at + 1)?;
        return Some(dated(at..end, 95, Some(format!("{year:04}-{season}"))));
    }
    let (months, next) = if let Some(quarter @ 1..=4) =
        text.strip_prefix(['Q', 'q']).and_then(|quarter| quarter.parse::<i16>().ok()).filter(|_| text.len() == 2)
    {
        (quarter * 3 - 2..quarter * 3, at + 1)
    } else {
        let nth = match text.to_ascii_lowercase().as_str() {
            "first" => 1,
            "second" => 2,
            "third" => 3,
            "fourth" => 4,
            _ => return None,
        };
        if words.is(at + 1, "quarter") {
            (nth * 3 - 2..nth * 3, at + 2)
        } else if words.is(at + 1, "half")
            && nth <= 2
            && (cue_year(at + 2).is_some()
                || words.is(at + 2, "of") && words.is_any(at + 3, &["this", "last", "next", "the"]) && words.is(at + 4, "year"))
        {
            (nth * 6 - 5..nth * 6, at + 2)
        } else {
            return None;
        }
    };
    let (year, end) = cue_year(next).map_or((None, next), |(year, end)| (Some(year), end));
    let shift = words
        .is(next, "of")
        .then(|| if words.is(next + 1, "last") { -1 } else { i16::from(words.is(next + 1, "next")) })
        .filter(|_| words.is(next + 2, "year"));
    let end = if shift.is_some() { next + 3 } else { end };
    let year = year.or_else(|| anchor.year(shift.unwrap_or(0)));
    Some(dated(at..end, 90, year.map(|year| format!("{year:04}-{:02}/{year:04}-{:02}", months.start, months.end))))
}

/// Days of a month: `17`, or `17-19`.
fn days(text: &str) -> Option<(i8, Option<i8>)> {
    let day = |text: &str| {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text);
        digits.parse::<i8>().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)
    };
    match text.split_once(['-', '‑']) {
        Some((first, last)) => Some((day(first)?, Some(day(last)?))),
        None => Some((day(text)?, None)),
    }
}

/// The year that may follow a day, and where the date then ends: `, 2018`, ` 2018`.
fn year_after(words: &Words<'_>, at: usize) -> (Option<i16>, usize) {
    let comma = usize::from(words.is(at, ","));
    match year(words.text(at + comma)) {
        Some(year) => (Some(year), at + comma + 1),
        None => (None, at),
    }
}

/// A year from 1000 to 1499, where what stands around it says that it is one: `in 1492`, but not `in 1200 homes`.
fn old_year(words: &Words<'_>, line: &Line, at: usize) -> Option<i16> {
    let text = words.text(at);
    let said = at > line.words.start && words.is_any(at - 1, &["in", "since", "until"]) && !quantity::is_plural(words, at + 1);
    let year = text.parse().ok().filter(|_| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()));
    year.filter(|year| said && (1000..1500).contains(year))
}

/// A year as news gives it: four digits from 1500 to 2199. Earlier ones need more around them: see [`old_year`].
fn year(text: &str) -> Option<i16> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
        .filter(|year| (1500..2200).contains(year))
}
