use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::{Part, Span};

/// The entities of one article, in the order of their first mention.
pub type Entities = Vec<Entity>;

/// A person, organization, place, date, quantity, money, percent or quote, and every span that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    #[serde(flatten)]
    pub detail: Detail,
    /// In order of the text, at least one.
    pub mentions: Vec<Mention>,
}

impl Entity {
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        self.detail.kind()
    }
}

/// One span of text that names an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mention {
    #[serde(rename = "paragraph")]
    pub part: Part,
    pub span: Span,
    /// How sure the engine is, in percent. Rules that cannot be wrong about a shape say 100.
    pub confidence: u8,
}

/// What is known of an entity beside where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Detail {
    Person(Person),
    Organization(Named),
    Place(Named),
    Date(Date),
    Quantity(Amount),
    Money(Amount),
    Percent(Amount),
    Quote(Quote),
}

impl Detail {
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        match self {
            Detail::Person(_) => EntityKind::Person,
            Detail::Organization(_) => EntityKind::Organization,
            Detail::Place(_) => EntityKind::Place,
            Detail::Date(_) => EntityKind::Date,
            Detail::Quantity(_) => EntityKind::Quantity,
            Detail::Money(_) => EntityKind::Money,
            Detail::Percent(_) => EntityKind::Percent,
            Detail::Quote(_) => EntityKind::Quote,
        }
    }

    /// The name of a person, organization or place.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Detail::Person(person) => Some(&person.name),
            Detail::Organization(named) | Detail::Place(named) => Some(&named.name),
            _ => None,
        }
    }

    /// The number of a quantity, money or percent.
    #[must_use]
    pub fn amount(&self) -> Option<&Amount> {
        match self {
            Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount) => Some(amount),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Person,
    Organization,
    Place,
    Date,
    Quantity,
    Money,
    Percent,
    Quote,
}

impl EntityKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EntityKind::Person => "person",
            EntityKind::Organization => "organization",
            EntityKind::Place => "place",
            EntityKind::Date => "date",
            EntityKind::Quantity => "quantity",
            EntityKind::Money => "money",
            EntityKind::Percent => "percent",
            EntityKind::Quote => "quote",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The fullest form met: `Sergey Lavrov`.
    pub name: String,
    /// What the person is called to be: `Foreign Minister`.
    pub role: Option<String>,
    /// Military, police or court rank, kept apart from the post: `Major General`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<String>,
}

/// An organization or a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The fullest form met.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Date {
    /// ISO 8601 where the date is known: `2018-12-17`, `--12-17` without a year, `2018-12` for a month, a time or an
    /// interval where the text gives one.
    pub iso: Option<String>,
}

/// A number with what it counts or measures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    /// The number; the lower one of a range.
    pub value: Option<Number>,
    /// The upper number of a range: 20 in `15 to 20 people`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Number>,
    /// The counted noun (`servicemen`), the unit (`km`), the ISO 4217 currency (`USD`), or `percent`, `percentage points`.
    pub unit: Option<String>,
    /// How the text hedges the number: `at least`, `more than`, `about`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// What is measured, where a unit says how: `voters` in `30 percent of voters`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quote {
    /// The quoted words without their quotation marks.
    pub quote: String,
    /// The speaker's name as in its own entity where there is one (`Sergey Lavrov`), else the words of the text (`the ministry`).
    pub speaker: Option<String>,
    pub speaker_role: Option<String>,
    /// False for an indirect statement: `The ministry stressed that …`.
    pub direct: bool,
}

/// A finite number as news text gives it. Whole numbers print without a decimal point.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "RawNumber")]
pub struct Number(f64);

impl Number {
    /// `None` for infinities and for what is not a number.
    #[must_use]
    pub fn new(value: f64) -> Option<Number> {
        // -0 and 0 are one number to a reader.
        value.is_finite().then_some(Number(if value == 0.0 { 0.0 } else { value }))
    }

    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// As news writes a number: `91 million`, `26,000`, `47.2`.
    #[must_use]
    pub fn written(self) -> String {
        for (scale, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] {
            let scaled = self.0 / scale;
            // Up to a thousand of them, and no more than three decimals: a longer number is read more easily in digits.
            if (1.0..1000.0).contains(&scaled.abs()) && (scaled * 1000.0).fract() == 0.0 {
                return format!("{scaled} {name}");
            }
        }
        let plain = self.to_string();
        let digits = plain.trim_start_matches('-');
        if digits.len() < 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return plain;
        }
        let mut grouped = plain[..plain.len() - digits.len()].to_owned();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.0.total_cmp(&other.0).is_eq()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Number {
        Number(f64::from(value))
    }
}

impl TryFrom<f64> for Number {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Number, &'static str> {
        Number::new(value).ok_or("not a finite number")
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum RawNumber {
    Whole(i64),
    Fraction(f64),
}

impl From<Number> for RawNumber {
    #[expect(clippy::cast_possible_truncation, reason = "guarded: whole and below 2^53, where f64 is exact")]
    fn from(Number(value): Number) -> RawNumber {
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            RawNumber::Whole(value as i64)
        } else {
            RawNumber::Fraction(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_news_writes_them() {
        let check = |value: f64, expect: &str| assert_eq!(Number::new(value).expect("finite").written(), expect);
        check(15.0, "15");
        check(47.2, "47.2");
        check(-47.2, "-47.2");
        check(2031.0, "2031");
        check(26_000.0, "26,000");
        check(-126_000.0, "-126,000");
        check(91_000_000.0, "91 million");
        check(1_250_000_000.0, "1.25 billion");
        check(1_234_567.0, "1,234,567");
        check(2e12, "2 trillion");
        check(0.0, "0");
    }
}
