//! Owns calendar arithmetic: which day a weekday, a day without a year or `last month` is, seen from the story's own date.

use jiff::civil::{self, Weekday};
use jiff::{Span, ToSpan};

use super::super::lexicon::Class;
use super::super::word::{Line, Words};
use crate::model::{Article, Number, Part};

/// The day that a story counts from.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Anchor {
    /// The story's own day, in some year where the year is not known.
    base: Option<civil::Date>,
    year_known: bool,
    /// The day of the week of `base` is known.
    week_known: bool,
}

/// Where the words around a date put it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    /// Told as done: the last such day, the story's own included.
    Past,
    /// Told as to come: the next such day, the story's own included.
    Future,
    /// `last Friday`: before the story's own day.
    Last,
    /// `next Friday`: after the story's own day.
    Next,
    /// Not told.
    Nearest,
}

impl Anchor {
    /// The article's date, else the dateline's. Where neither has a year, the first weekday that the story tells in the past
    /// tense is taken for the dateline's own: a wire story opens with what happened on its day.
    pub(in super::super) fn of(words: &Words<'_>) -> Anchor {
        let article: &Article = words.article;
        let dateline = article.dateline.as_ref().and_then(|dateline| dateline.date.as_deref());
        let known = article.date.or_else(|| dateline.and_then(|date| date.parse().ok()));
        if known.is_some() {
            return Anchor { base: known, year_known: true, week_known: true };
        }
        let day = dateline.and_then(|date| {
            let (month, day) = date.strip_prefix("--")?.split_once('-')?;
            Some((month.parse::<i8>().ok()?, day.parse::<i8>().ok()?))
        });
        let Some((month, day)) = day else { return Anchor { base: None, year_known: false, week_known: false } };
        let weekday = first_weekday(words);
        // Any year will do in which the day falls so: 28 years hold every case.
        let base = (2000..2028)
            .filter_map(|year| civil::Date::new(year, month, day).ok())
            .find(|date| weekday.is_none_or(|weekday| date.weekday() == weekday));
        Anchor { base, year_known: false, week_known: weekday.is_some() }
    }

    fn iso(&self, date: civil::Date) -> String {
        if self.year_known { date.to_string() } else { format!("--{:02}-{:02}", date.month(), date.day()) }
    }

    /// So many days from the story's own.
    pub(super) fn day(&self, shift: i32) -> Option<String> {
        Some(self.iso(self.base?.checked_add(shift.days()).ok()?))
    }

    pub(super) fn weekday(&self, weekday: Weekday, tense: Tense) -> Option<String> {
        let base = self.base.filter(|_| self.week_known)?;
        let back = i32::from(base.weekday().since(weekday));
        let shift = match tense {
            Tense::Past => -back,
            Tense::Last => {
                if back == 0 {
                    -7
                } else {
                    -back
                }
            }
            Tense::Future => (7 - back) % 7,
            Tense::Next => 7 - back,
            Tense::Nearest => {
                if back > 3 {
                    7 - back
                } else {
                    -back
                }
            }
        };
        self.day(shift)
    }

    /// A day, or the days from `first` to `last`, of a month. `None` where there is no such day.
    pub(super) fn days(&self, year: Option<i16>, month: i8, first: i8, last: Option<i8>, tense: Tense) -> Option<String> {
        let year = year.or_else(|| self.year_of(month, first, tense));
        // 2000 was a leap year: without a year, February 29 is a day.
        let valid = |day: i8| civil::Date::new(year.unwrap_or(2000), month, day).is_ok();
        let one = |day: i8| year.map_or_else(|| format!("--{month:02}-{day:02}"), |year| format!("{year:04}-{month:02}-{day:02}"));
        if !valid(first) || !last.is_none_or(valid) {
            return None;
        }
        Some(last.filter(|&last| last > first).map_or_else(|| one(first), |last| format!("{}/{}", one(first), one(last))))
    }

    fn year_of(&self, month: i8, day: i8, tense: Tense) -> Option<i16> {
        let base = self.base.filter(|_| self.year_known)?;
        let years = [base.year() - 1, base.year(), base.year() + 1];
        let mut dates = years.into_iter().filter_map(|year| civil::Date::new(year, month, day).ok());
        let distance = |date: &civil::Date| (date.duration_since(base).as_hours() / 24).abs();
        match tense {
            // `called for a strike on February 24` in a story of February 19: a verb of the past may tell of what is near at hand.
            Tense::Past => {
                let soon = dates.clone().find(|&date| date > base).filter(|date| distance(date) <= 60);
                dates.rfind(|&date| date <= base).filter(|date| soon.is_none() || distance(date) <= 270).or(soon)
            }
            Tense::Last => dates.rfind(|&date| date < base),
            Tense::Future => dates.into_iter().find(|&date| date >= base),
            Tense::Next => dates.into_iter().find(|&date| date > base),
            Tense::Nearest => dates.min_by_key(distance),
        }
        .map(civil::Date::year)
    }

    /// The season of that name that was over or on last.
    pub(super) fn last_season(&self, season: u8) -> Option<i16> {
        let base = self.base.filter(|_| self.year_known)?;
        // The month in which it ends, in the north.
        let ends = match season {
            21 => 5,
            22 => 8,
            23 => 11,
            _ => 2,
        };
        Some(if base.month() > ends { base.year() } else { base.year() - 1 })
    }

    /// A month by name.
    pub(super) fn month(&self, month: i8, tense: Tense) -> String {
        let Some(base) = self.base.filter(|_| self.year_known) else { return format!("--{month:02}") };
        let year = match tense {
            Tense::Past if month > base.month() => base.year() - 1,
            Tense::Last if month >= base.month() => base.year() - 1,
            Tense::Future if month < base.month() => base.year() + 1,
            Tense::Next if month <= base.month() => base.year() + 1,
            Tense::Nearest if month - base.month() > 6 => base.year() - 1,
            Tense::Nearest if base.month() - month > 6 => base.year() + 1,
            _ => base.year(),
        };
        format!("{year:04}-{month:02}")
    }

    /// The year so many years from the story's own.
    pub(super) fn year(&self, shift: i16) -> Option<i16> {
        self.base.filter(|_| self.year_known).map(|base| base.year() + shift)
    }

    pub(super) fn months(&self, shift: i16) -> Option<String> {
        let date = self.base?.checked_add(i32::from(shift).months()).ok()?;
        Some(if self.year_known { format!("{:04}-{:02}", date.year(), date.month()) } else { format!("--{:02}", date.month()) })
    }

    /// The ISO week so many weeks from the story's own: `2018-W50`.
    pub(super) fn week(&self, shift: i16) -> Option<String> {
        let week = self.base.filter(|_| self.year_known)?.checked_add(i32::from(shift).weeks()).ok()?.iso_week_date();
        Some(format!("{:04}-W{:02}", week.year(), week.week()))
    }

    /// `three days ago`, to the precision of the unit.
    pub(super) fn ago(&self, count: u32, unit: char) -> Option<String> {
        let count = i32::try_from(count).ok()?;
        let back: Span = match unit {
            'D' => return self.day(-count),
            'W' => return self.day(count.checked_mul(-7)?),
            'M' => Span::new().try_months(-count).ok()?,
            'Y' => Span::new().try_years(-count).ok()?,
            _ => return None,
        };
        let date = self.base.filter(|_| self.year_known)?.checked_add(back).ok()?;
        Some(if unit == 'M' { format!("{:04}-{:02}", date.year(), date.month()) } else { format!("{:04}", date.year()) })
    }
}

/// The first weekday of the body's first two paragraphs that is told in the past tense.
fn first_weekday(words: &Words<'_>) -> Option<Weekday> {
    words.lines().iter().filter(|line| matches!(line.part, Part::Paragraph(1 | 2))).find_map(|line| {
        line.words.clone().filter(|&at| words.has(at, Class::WEEKDAY) && words.capital(at)).find_map(|at| {
            let plain = tense(words, line, at) == Tense::Past && !words.is_any(at.wrapping_sub(1), &["last", "next"]);
            weekday(words.text(at)).filter(|_| plain)
        })
    })
}

/// Whether the words around the date at `at` tell it as done or to come: the nearest verb that says so wins, those before first.
pub(super) fn tense(words: &Words<'_>, line: &Line, at: usize) -> Tense {
    const REACH: usize = 14;
    /// Where no verb stands as near.
    const FAR: usize = 40;
    // `The match was moved to Saturday`.
    const MOVED: [&str; 8] = ["moved", "rescheduled", "postponed", "delayed", "pushed", "scheduled", "deferred", "adjourned"];
    // `is due to`, `to meet on Friday`; but `to Moscow on Friday`, `according to`, `rose to 233 on Friday`.
    const NO_VERB: Class = Class::DETERMINER.or(Class::PREPOSITION).or(Class::PRONOUN).or(Class::NUMBER).or(Class::HEDGE);
    let future = |at: usize| {
        let effect = || words.is_any(at, &["takes", "take"]) && words.is(at + 1, "effect");
        // What is told so of the past is told with other words: `The school reopens Monday`, `Voters go to the polls on Sunday`.
        let before = at.wrapping_sub(1);
        let scheduled = || words.has(at, Class::SCHEDULED) && !words.is_any(before, &["'s", "’s", "the", "a", "an", "did", "to"]);
        !words.capital(at)
            && (words.has(at, Class::TO_COME) || scheduled() || effect())
            && (!words.is(at, "to")
                || words.get(at + 1).is_some_and(|next| !next.capital() && next.class.has(Class::WORD) && !next.class.has(NO_VERB)))
            && (!words.is_any(at, &["set", "expected", "scheduled", "planned", "due"]) || words.is_any(at + 1, &["to", "for", "on", "in"]))
    };
    let past = |at: usize| {
        let text = words.text(at);
        let passive = words.is_any(at.wrapping_sub(1), &["be", "to"]);
        !passive
            && !words.capital(at)
            && (words.has(at, Class::SAY)
                || words.is_any(at, &["was", "were", "had", "did"])
                || text.len() > 4 && text.ends_with("ed")
                || PAST.contains(&text))
    };
    // `until at least Wednesday`
    let at_least = 2 * usize::from(at > line.words.start + 2 && words.is(at - 1, "least") && words.is(at - 2, "at"));
    if words.is_any((at - at_least).wrapping_sub(1), &["until", "till"]) {
        return Tense::Future;
    }
    let before = |back: usize| at.checked_sub(back).filter(|&at| at >= line.words.start);
    let moved = before(1).is_some_and(|at| words.is_any(at, &["to", "for"])) && before(2).is_some_and(|at| words.is_any(at, &MOVED));
    // `The deadline is Friday`
    if moved || before(1).is_some_and(|at| words.is_any(at, &["is", "are"])) {
        return Tense::Future;
    }
    // `by Wednesday`, `from Saturday`, `forecast for Tuesday`: the one that is near.
    if words.is_any(at.wrapping_sub(1), &["by", "from", "for"]) {
        return Tense::Nearest;
    }
    let verdict = |at: usize| {
        // `They were due to meet on 3 August`: they did, or were to.
        let before = at
            .saturating_sub(1 + usize::from(at > 0 && words.is_any(at - 1, &["due", "supposed", "planned", "scheduled", "set", "meant"])));
        let was = words.is_any(before, &["was", "were", "had"]);
        let future = future(at).then_some(if was { Tense::Nearest } else { Tense::Future });
        future.or_else(|| past(at).then_some(Tense::Past))
    };
    let near = (line.words.start.max(at.saturating_sub(REACH))..at).rev().find_map(verdict);
    let behind = || (at + 1..line.words.end.min(at + REACH)).find_map(verdict);
    let far = || (line.words.start.max(at.saturating_sub(FAR))..at.saturating_sub(REACH)).rev().find_map(verdict);
    near.or_else(behind).or_else(far).unwrap_or(Tense::Past)
}

/// Past tenses without `-ed` that carry much news.
const PAST: [&str; 26] = [
    "met", "died", "held", "took", "left", "came", "won", "lost", "fell", "rose", "began", "went", "got", "made", "gave", "sent", "shot",
    "hit", "broke", "found", "told", "spoke", "struck", "flew", "led", "saw",
];

pub(super) fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..3)?.to_ascii_lowercase().as_str() {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

pub(super) fn month(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = name.get(..3)?;
    MONTHS.iter().zip(1..).find(|(month, _)| month.eq_ignore_ascii_case(name)).map(|(_, number)| number)
}

/// The code of a season in ISO 8601-2: no hemisphere is meant.
pub(super) fn season(name: &str) -> Option<u8> {
    Some(match name.to_ascii_lowercase().as_str() {
        "spring" => 21,
        "summer" => 22,
        "autumn" | "fall" => 23,
        "winter" => 24,
        _ => return None,
    })
}

/// The letter of a unit of time: D, W, M, Y, and h, m, s below the day.
pub(super) fn unit(name: &str) -> Option<char> {
    Some(match name.to_ascii_lowercase().trim_end_matches('s') {
        "second" => 's',
        "minute" => 'm',
        "hour" => 'h',
        "day" => 'D',
        "week" => 'W',
        "month" => 'M',
        "year" => 'Y',
        "decade" => 'X',
        _ => return None,
    })
}

/// A duration in ISO 8601: `P3D`, `PT24H`, `P2.5Y`.
pub(super) fn lasting(count: Number, unit: char) -> String {
    match unit {
        'X' => format!("P{}Y", count.get() * 10.0),
        's' | 'm' | 'h' => format!("PT{count}{}", unit.to_ascii_uppercase()),
        _ => format!("P{count}{unit}"),
    }
}

/// A date written in digits: `2018-12-17`, `17.12.2018`, `12/17/2018`. `Some(None)` where day and month could be either.
pub(super) fn written(text: &str) -> Option<Option<String>> {
    let mut parts = text.split(['-', '.', '/']);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || text.contains(',') {
        return None;
    }
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2);
    let date = |year: &str, month: i8, day: i8| civil::Date::new(year.parse().ok()?, month, day).ok().map(|date| date.to_string());
    if a.len() == 4 {
        return date(a, number(b)?, number(c)?).map(Some);
    }
    let (first, second) = (number(a)?, number(b)?);
    if c.len() != 4 {
        return None;
    }
    if first > 12 || text.contains('.') {
        date(c, second, first).map(Some)
    } else if second > 12 {
        date(c, first, second).map(Some)
    } else {
        Some(None)
    }
}
