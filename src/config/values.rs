//! Values that are more than a number or a path: written as text, refused where they make no sense.

use std::fmt;
use std::time::Duration;

use ignore::gitignore::GitignoreBuilder;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

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
        GitignoreBuilder::new("/").allow_unclosed_class(false).add_line(None, &glob).map_err(|error| format!("not a glob: {error}"))?;
        Ok(Glob(glob))
    }
}

/// A length of time, written `100ms`, `1s`, `5m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Period, String> {
        let duration: SignedDuration = text.parse().map_err(|_| format!("not a length of time: {text:?} (write it as 100ms, 1s, 5m)"))?;
        Duration::try_from(duration).map(Period).map_err(|_| format!("not a length of time: {text:?} lies below zero"))
    }
}
