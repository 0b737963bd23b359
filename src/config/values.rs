//! Values that are more than a number or a path: written as text, refused where they make no sense.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ignore::gitignore::GitignoreBuilder;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// How old something has to be: `1 year`, `90 days`. Empty: its age does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Age(String);

impl Age {
    /// The time before which everything is old enough; `None` where the age does not matter.
    #[must_use]
    pub fn before(&self, now: Timestamp) -> Option<Timestamp> {
        let age: Span = self.0.parse().ok()?;
        // So long ago that there is no date for it, nothing is.
        Some(now.to_zoned(TimeZone::UTC).checked_sub(age).map_or(Timestamp::MIN, |time| time.timestamp()))
    }
}

impl From<Age> for String {
    fn from(age: Age) -> String {
        age.0
    }
}

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(text: String) -> Result<Age, String> {
        match text.parse::<Span>() {
            Ok(span) if span.is_positive() => Ok(Age(text)),
            Err(_) if text.is_empty() => Ok(Age(text)),
            Ok(_) | Err(_) => Err(format!("not an age: {text:?} (write it as 1 year, 90 days)")),
        }
    }
}

/// A glob in the manner of `.gitignore`, known to be well formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob(pub(super) String);

impl Glob {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> String {
        glob.0
    }
}

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(glob: String) -> Result<Glob, String> {
        // As it will be read: in a list of globs neither sign has the meaning that it has in a file.
        let line = if glob.starts_with(['#', '!']) { format!("\\{glob}") } else { glob.clone() };
        GitignoreBuilder::new("/").allow_unclosed_class(false).add_line(None, &line).map_err(|error| format!("not a glob: {error}"))?;
        Ok(Glob(glob))
    }
}

/// A length of time, written `100ms`, `1s`, `5m`; a bare number, `60` or `0.5`, is one of seconds. The one way in which such a
/// length is read, wherever it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Period(pub(super) Duration);

impl Period {
    #[must_use]
    pub fn get(self) -> Duration {
        self.0
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        format!("{period}")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX))
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Period, String> {
        let is_bare = text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.');
        // The zero is for those who write half a second as .5.
        let read: Result<SignedDuration, _> = if is_bare { format!("0{text}s").parse() } else { text.parse() };
        let duration = read.map_err(|_| {
            format!("not a length of time: {text:?} (write it as 100ms, 1s, 5m; a bare number, 0.5 or 60, is one of seconds)")
        })?;
        Duration::try_from(duration).map(Period).map_err(|_| format!("not a length of time: {text:?} lies below zero"))
    }
}

impl<'de> Deserialize<'de> for Period {
    /// A text, or a number as TOML has them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Period;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time, such as \"100ms\", \"5m\" or a number of seconds")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Period, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Period, E> {
                self.visit_str(&seconds.to_string())
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Period, E> {
                self.visit_str(&seconds.to_string())
            }
        }
        deserializer.deserialize_any(Written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let check = |text: &str, expect: Option<Duration>| {
            let read = text.parse::<Period>();
            assert_eq!(read.as_ref().ok().map(|period| period.get()), expect, "{text}");
            if let Ok(period) = read {
                assert_eq!(period.to_string().parse(), Ok(period), "{text}");
            }
        };
        let millis = |millis| Some(Duration::from_millis(millis));
        check("500ms", millis(500));
        check("2s", millis(2_000));
        check("1m", millis(60_000));
        check("1m 30s", millis(90_000));
        check("1.5h", millis(5_400_000));
        check("2 minutes", millis(120_000));
        check("PT2S", millis(2_000));
        check("60", millis(60_000));
        check("0.5", millis(500));
        check(".5", millis(500));
        check("0", millis(0));
        check("00:01:30", millis(90_000));
        for wrong in ["", ".", "1.2.3", "soon", "-1", "-1s", "5 parsecs", "1e3", "NaN", "inf", " 1", "99999999999999999999"] {
            check(wrong, None);
        }
    }
}
