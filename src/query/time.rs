use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};
use thiserror::Error;

/// A point in time that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no point in time: write 2026-11-22, 2026-11-22T15:30, 24h, \"3 days\", today or yesterday")]
pub struct TimeError(String);

/// Reads `--since` and `--until`: an RFC 3339 time; a day or a day and time on the clock of `zone`; `today`, `yesterday`; or a
/// length of time before `now` (`24h`, `3 days`, `2 weeks ago`).
///
/// # Errors
/// When the text is none of these, or lies outside the calendar.
pub fn point_in_time(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, TimeError> {
    let text = text.trim();
    let now = now.to_zoned(zone.clone());
    let on_clock = |time: DateTime| time.to_zoned(zone.clone()).ok();
    let before = |span: Span| now.checked_sub(span.abs()).ok();
    let found: Option<Zoned> = match text {
        "now" => Some(now.clone()),
        "today" => now.start_of_day().ok(),
        "yesterday" => now.checked_sub(1.day()).and_then(|yesterday| yesterday.start_of_day()).ok(),
        _ => (text.parse::<Timestamp>().ok().map(|time| time.to_zoned(zone.clone())))
            .or_else(|| text.parse::<Span>().ok().and_then(before))
            .or_else(|| text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(|day| on_clock(day.at(0, 0, 0, 0))))
            .or_else(|| text.parse::<DateTime>().ok().and_then(on_clock)),
    };
    found.map(|time| time.timestamp()).ok_or_else(|| TimeError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read on 22 November 2026 at 12:00 UTC, on a clock two hours ahead.
    fn check(text: &str, expect: &str) {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let read = point_in_time(text, now, &TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(
            read.map_or_else(|error| error.to_string(), |time| time.to_string()).split(':').next().unwrap_or_default(),
            expect,
            "{text}"
        );
    }

    #[test]
    fn points_in_time() {
        check("2026-11-20", "2026-11-19T22");
        check("2026-11-20T15:30", "2026-11-20T13");
        check("2026-11-20 15:30", "2026-11-20T13");
        check("2026-11-20T15:30:00Z", "2026-11-20T15");
        check("2026-11-20T15:30:00+05:00", "2026-11-20T10");
        check("24h", "2026-11-21T12");
        check("24h ago", "2026-11-21T12");
        check("3 days", "2026-11-19T12");
        check("2 weeks ago", "2026-11-08T12");
        check("1 month", "2026-10-22T12");
        check("today", "2026-11-21T22");
        check("yesterday", "2026-11-20T22");
        check("now", "2026-11-22T12");
        check("soon", "\"soon\" is no point in time");
        check("", "\"\" is no point in time");
        check("99999 years", "\"99999 years\" is no point in time");
    }
}
