//! The query of an address: which revisions, how many, from where on.
//!
//! `path` (a document, or a directory with all below it), `class` and `flag` (several, separated by commas; of the classes
//! any, of the flags all), `severity` (at least), `since` and `until` (as in `newswatch log`), `before` and `after` (cursors),
//! `limit`. A form sends what was left empty too, so an empty value counts as not given.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use super::answer::Trouble;
use super::url;
use crate::model::{Class, Flag, Seq, Severity};
use crate::query::{Filter, point_in_time};

/// The longest list that can be asked for at once.
pub(super) const MAX_LIMIT: u32 = 1000;

/// Every parameter of a filter.
pub(super) const FILTER: &[&str] = &["path", "class", "flag", "severity", "since", "until", "before", "after", "limit"];

/// The parameters of a query, decoded, each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, Vec<u8>)>);

impl Parameters {
    /// # Errors
    /// What cannot be decoded, is not in `known`, or stands there twice.
    pub(super) fn read(query: &str, known: &[&str]) -> Result<Parameters, Trouble> {
        let mut parameters: Vec<(String, Vec<u8>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded_name(name);
            let value = url::decode_query(value).ok_or_else(|| Trouble::parameter(name.clone(), "a % without two hexadecimal digits"))?;
            if !known.contains(&name.as_str()) {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Trouble::parameter(name, format_args!("no such parameter here; known are: {known}")));
            }
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(Trouble::parameter(name, "given twice"));
            }
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
        Ok(Parameters(parameters))
    }

    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }

    /// # Errors
    /// The value is not UTF-8.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Trouble> {
        self.bytes(name).map(|value| std::str::from_utf8(value).map_err(|_| Trouble::parameter(name, "not UTF-8"))).transpose()
    }

    pub(super) fn seq(&self, name: &str) -> Result<Option<Seq>, Trouble> {
        let read = |text: &str| text.parse().map(Seq).map_err(|_| Trouble::parameter(name, format_args!("no cursor: {text:?}")));
        self.text(name)?.map(read).transpose()
    }

    /// The revisions that are asked for, `limit` at most if nothing is said. With `after` the oldest come first, so that the
    /// last one is where a follower goes on.
    ///
    /// # Errors
    /// A value that means nothing.
    pub(super) fn filter(&self, limit: u32, now: Timestamp, zone: &TimeZone) -> Result<Filter, Trouble> {
        let time = |name: &str| -> Result<Option<Timestamp>, Trouble> {
            let read = |text| point_in_time(text, now, zone).map_err(|error| Trouble::parameter(name, error));
            self.text(name)?.map(read).transpose()
        };
        let limit = match self.text("limit")? {
            None => limit,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| Trouble::parameter("limit", format_args!("must be a number from 1 to {MAX_LIMIT}")))?,
        };
        let after = self.seq("after")?;
        let classes: Vec<Class> = self.names("class")?;
        Ok(Filter {
            below: self.bytes("path").map(below),
            since: time("since")?,
            until: time("until")?,
            classes: Some(classes).filter(|classes| !classes.is_empty()),
            severity: self.names::<Severity>("severity")?.into_iter().min(),
            flags: self.names::<Flag>("flag")?.into_iter().collect::<BTreeSet<_>>(),
            before: self.seq("before")?,
            after,
            limit: Some(limit),
            oldest_first: after.is_some(),
            ..Filter::default()
        })
    }

    /// The same query with one parameter changed, left out where `value` is `None`: `?path=wire&before=7`.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> String {
        let others = self.0.iter().filter(|(other, _)| other != name).map(|(name, value)| (name.as_str(), value.as_slice()));
        let all: Vec<String> = others
            .chain(value.map(|value| (name, value.as_bytes())))
            .map(|(name, value)| format!("{name}={}", url::encode(value)))
            .collect();
        if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) }
    }

    /// Names of the model, as JSON has them, separated by commas.
    fn names<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, Trouble> {
        let read = |word: &str| serde_json::from_value(word.into()).map_err(|error| Trouble::parameter(name, error));
        self.text(name)?.map_or(Ok(Vec::new()), |text| text.split(',').map(str::trim).map(read).collect())
    }
}

/// An unreadable name is none that is known, and is named as it came.
fn decoded_name(name: &str) -> String {
    url::decode_query(name).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| name.to_owned())
}

/// A path as people write it: with or without slashes at its ends.
fn below(path: &[u8]) -> PathBuf {
    let path = OsString::from_vec(path.to_vec());
    PathBuf::from(path).components().filter(|part| matches!(part, std::path::Component::Normal(_))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a query and shows the filter that it makes, or the error.
    fn check(query: &str, expect: Result<Filter, &str>) {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let read = Parameters::read(query, FILTER).and_then(|parameters| parameters.filter(50, now, &TimeZone::UTC));
        match (read, expect) {
            (Ok(filter), Ok(expect)) => assert_eq!(filter, expect, "{query}"),
            (Err(trouble), Err(words)) => assert!(trouble.message.contains(words), "{query}: {}", trouble.message),
            (read, _) => panic!("{query}: {read:?}"),
        }
    }

    #[test]
    fn filters() {
        let all = Filter { limit: Some(50), ..Filter::default() };
        check("", Ok(all.clone()));
        check("path=&severity=&since=", Ok(all.clone()));
        check("path=wire/", Ok(Filter { below: Some("wire".into()), ..all.clone() }));
        check("path=%2Fwire%2Ftwo+words.txt", Ok(Filter { below: Some("wire/two words.txt".into()), ..all.clone() }));
        check("severity=minor", Ok(Filter { severity: Some(Severity::Minor), ..all.clone() }));
        check("class=withdrawn,renamed", Ok(Filter { classes: Some(vec![Class::Withdrawn, Class::Renamed]), ..all.clone() }));
        check("flag=stealth%2Cheadline", Ok(Filter { flags: [Flag::Stealth, Flag::Headline].into(), ..all.clone() }));
        check("since=24h", Ok(Filter { since: Some("2026-11-21T12:00:00Z".parse().unwrap()), ..all.clone() }));
        check("before=7&limit=3", Ok(Filter { before: Some(Seq(7)), limit: Some(3), ..all.clone() }));
        check("after=7", Ok(Filter { after: Some(Seq(7)), oldest_first: true, ..all }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("severity=high", Err("severity: unknown variant `high`"));
        check("class=update,", Err("class: "));
        check("since=whenever", Err("since: "));
        check("before=x", Err("before: no cursor: \"x\""));
        check("limit=0", Err("limit: must be a number from 1 to 1000"));
        check("limit=1001", Err("limit: "));
        check("colour=red", Err("colour: no such parameter"));
        check("limit=1&limit=2", Err("limit: given twice"));
        check("path=%", Err("path: a %"));
        check("since=%ff", Err("since: not UTF-8"));
    }

    #[test]
    fn a_query_with_one_parameter_changed() {
        let parameters = Parameters::read("path=two+words&before=9&class=", FILTER).unwrap();
        assert_eq!(parameters.with("before", Some("4")), "?path=two%20words&before=4");
        assert_eq!(parameters.with("before", None), "?path=two%20words");
        assert_eq!(Parameters::default().with("before", None), "");
    }
}
