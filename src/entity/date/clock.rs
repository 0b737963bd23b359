//! Owns times of day and their zones.

use super::super::word::Words;

/// Reads the time of day that starts at the word `at`: the word after it, and the time in ISO 8601 (`T14:30Z`).
pub(super) fn time(words: &Words<'_>, at: usize) -> Option<(usize, String)> {
    let text = words.text(at);
    let mut end = at + 1;
    let digits = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (clock, glued) = text.split_at(digits);
    let colon = clock.contains(':');
    let (hour, minute) = hour_and_minute(clock)?;
    let half = if glued.is_empty() { half(words.text(end)) } else { Some(half(glued)?) };
    if glued.is_empty() && half.is_some() {
        end += 1;
    }
    let zone = zone(words, end);
    // `14:30` is a time by its colon (`2:1` is not), `1430` only by its zone, `10` only by `a.m.`.
    let military = clock.len() == 4 && !colon && zone.is_some();
    if !(half.is_some() || military || (colon && clock.rsplit(':').next().is_some_and(|minute| minute.len() == 2))) {
        return None;
    }
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(false) => hour % 12,
        Some(true) => hour % 12 + 12,
        None => hour,
    };
    // `finished 1:48 ahead of her`, `2:14 into overtime`, `in a span of 5:37`: how long, not when.
    const LASTING: [&str; 9] = ["ahead", "behind", "into", "remaining", "left", "slower", "faster", "clear", "adrift"];
    const LEADS: [&str; 5] = ["span", "time", "lead", "margin", "record"];
    let span = words.is_any(end, &LASTING) || at > 1 && words.is(at - 1, "of") && words.is_any(at - 2, &LEADS);
    if half.is_none() && zone.is_none() && span {
        return None;
    }
    let (zone, end) = zone.map_or(("", end), |(zone, zone_end)| (zone, zone_end));
    Some((end, format!("T{hour:02}:{minute:02}{zone}")))
}

fn hour_and_minute(clock: &str) -> Option<(u8, u8)> {
    if !clock.is_ascii() {
        return None;
    }
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        None if clock.len() == 4 => clock.split_at(2),
        None => (clock, "0"),
        Some(_) => return None,
    };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 25 && minute < 60).then_some((hour, minute))
}

/// Whether the word is `p.m.` (true) or `a.m.` (false).
fn half(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "am" | "a.m." | "a.m" => Some(false),
        "pm" | "p.m." | "p.m" => Some(true),
        _ => None,
    }
}

/// The zone named at `at`, as an offset where the name has only one meaning, and the word after it.
fn zone(words: &Words<'_>, at: usize) -> Option<(&'static str, usize)> {
    let zone = match words.text(at) {
        "GMT" | "UTC" => "Z",
        "CET" => "+01:00",
        "CEST" | "EET" => "+02:00",
        "MSK" | "EEST" => "+03:00",
        "EST" => "-05:00",
        "EDT" => "-04:00",
        "PST" => "-08:00",
        "PDT" => "-07:00",
        "BST" => "+01:00",
        "JST" => "+09:00",
        "ET" | "CT" | "PT" | "IST" | "CST" | "CDT" | "HKT" => "",
        "Moscow" if words.is_any(at + 1, &["time", "Time"]) => return Some(("+03:00", at + 2)),
        "local" if words.is(at + 1, "time") => return Some(("", at + 2)),
        _ => return None,
    };
    Some((zone, at + 1))
}
