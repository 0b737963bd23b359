use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::str::FromStr;

use thiserror::Error;

use crate::model::VersionNumber;

/// A version as people name it: `3`, `~1` (one before the last), `@first`, `@last`, `@last~2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionName {
    Number(VersionNumber),
    First,
    /// So many before the last; 0 is the last itself.
    BeforeLast(u32),
}

/// A pair of versions to compare, as people write it: `2..5`, `2..` and `2` (to the last), `..5` (from the one before it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    from: Option<RevisionName>,
    to: Option<RevisionName>,
}

/// A revision that cannot be read, or that the document does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RevisionError {
    #[error("{0:?} names no version: write a number (3), ~1 (one before the last), @first or @last")]
    Syntax(String),
    #[error("there is no version {wanted}: the document has versions 1 to {last}")]
    NotThere { wanted: String, last: VersionNumber },
    #[error("version 1 is the first, so there is nothing before it to compare it with; `newswatch show` prints it")]
    OnlyOne,
}

impl RevisionName {
    /// The version that this names in a document whose last version is `last`.
    ///
    /// # Errors
    /// [`RevisionError::NotThere`]
    pub fn resolve(self, last: VersionNumber) -> Result<VersionNumber, RevisionError> {
        let (number, wanted) = match self {
            RevisionName::First => (Some(VersionNumber::FIRST), String::new()),
            RevisionName::Number(number) => (Some(number).filter(|number| *number <= last), number.to_string()),
            RevisionName::BeforeLast(steps) => (last.get().checked_sub(steps).and_then(VersionNumber::new), format!("~{steps}")),
        };
        number.ok_or(RevisionError::NotThere { wanted, last })
    }

    /// Splits `story.txt@2` into the path and the version that it names. An `@` that no version follows belongs to the path.
    #[must_use]
    pub fn split_off(argument: &Path) -> (&Path, Option<RevisionName>) {
        let bytes = argument.as_os_str().as_bytes();
        let split = bytes.iter().rposition(|&byte| byte == b'@').filter(|&at| at > 0).and_then(|at| {
            let name = std::str::from_utf8(&bytes[at + 1..]).ok().and_then(RevisionName::parse_bare)?;
            Some((Path::new(OsStr::from_bytes(&bytes[..at])), Some(name)))
        });
        split.unwrap_or((argument, None))
    }

    /// Reads a name with its `@` taken off.
    fn parse_bare(name: &str) -> Option<RevisionName> {
        let steps = |digits: &str| digits.parse().ok().map(RevisionName::BeforeLast);
        match name {
            "first" => Some(RevisionName::First),
            "last" => Some(RevisionName::BeforeLast(0)),
            _ => match (name.strip_prefix("last~"), name.strip_prefix('~')) {
                (Some(digits), _) | (None, Some(digits)) => steps(digits),
                (None, None) => name.parse().ok().and_then(VersionNumber::new).map(RevisionName::Number),
            },
        }
    }
}

impl FromStr for RevisionName {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<RevisionName, RevisionError> {
        RevisionName::parse_bare(text.strip_prefix('@').unwrap_or(text)).ok_or_else(|| RevisionError::Syntax(text.to_owned()))
    }
}

impl Range {
    /// The last two versions.
    pub const LAST_TWO: Range = Range { from: None, to: None };

    /// The two versions that this names in a document whose last version is `last`. They may be the same, or in reverse order.
    ///
    /// # Errors
    /// [`RevisionError::NotThere`] and [`RevisionError::OnlyOne`]
    pub fn resolve(self, last: VersionNumber) -> Result<(VersionNumber, VersionNumber), RevisionError> {
        let to = self.to.unwrap_or(RevisionName::BeforeLast(0)).resolve(last)?;
        let from = match self.from {
            Some(from) => from.resolve(last)?,
            None => VersionNumber::new(to.get() - 1).ok_or(RevisionError::OnlyOne)?,
        };
        Ok((from, to))
    }
}

impl FromStr for Range {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Range, RevisionError> {
        let side = |side: &str| if side.is_empty() { Ok(None) } else { side.parse().map(Some) };
        match text.split_once("..") {
            Some(("", "")) => Err(RevisionError::Syntax(text.to_owned())),
            Some((from, to)) => Ok(Range { from: side(from)?, to: side(to)? }),
            None => Ok(Range { from: Some(text.parse()?), to: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: u32) -> VersionNumber {
        VersionNumber::new(number).unwrap()
    }

    /// Resolves a range in a document of seven versions.
    fn check(range: &str, expect: Result<(u32, u32), &str>) {
        let resolved = range.parse::<Range>().and_then(|range| range.resolve(number(7)));
        match (resolved, expect) {
            (Ok((from, to)), Ok(expect)) => assert_eq!((from.get(), to.get()), expect, "{range}"),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{range}: {error}"),
            (resolved, _) => panic!("{range}: {resolved:?}"),
        }
    }

    #[test]
    fn ranges() {
        check("2..5", Ok((2, 5)));
        check("5..2", Ok((5, 2)));
        check("3..3", Ok((3, 3)));
        check("2..", Ok((2, 7)));
        check("2", Ok((2, 7)));
        check("..5", Ok((4, 5)));
        check("~1", Ok((6, 7)));
        check("~3..~1", Ok((4, 6)));
        check("@first..@last", Ok((1, 7)));
        check("@last~2..@last", Ok((5, 7)));
        check("first..last", Ok((1, 7)));
        check("8", Err("versions 1 to 7"));
        check("~7", Err("no version ~7"));
        check("0..1", Err("\"0\" names no version"));
        check("..1", Err("version 1 is the first"));
        check("..", Err("names no version"));
        check("1...3", Err("names no version"));
        check("yesterday", Err("names no version"));
        check("99999999999..1", Err("names no version"));
    }

    #[test]
    fn the_last_two() {
        assert_eq!(Range::LAST_TWO.resolve(number(7)), Ok((number(6), number(7))));
        assert_eq!(Range::LAST_TWO.resolve(number(1)), Err(RevisionError::OnlyOne));
    }

    #[test]
    fn a_version_behind_a_path() {
        let check = |argument: &str, path: &str, name: Option<RevisionName>| {
            assert_eq!(RevisionName::split_off(Path::new(argument)), (Path::new(path), name), "{argument}");
        };
        check("a.txt", "a.txt", None);
        check("a.txt@2", "a.txt", Some(RevisionName::Number(number(2))));
        check("a.txt@~1", "a.txt", Some(RevisionName::BeforeLast(1)));
        check("a.txt@last", "a.txt", Some(RevisionName::BeforeLast(0)));
        check("me@home/a.txt", "me@home/a.txt", None);
        check("me@home/a.txt@first", "me@home/a.txt", Some(RevisionName::First));
        check("@2", "@2", None);
    }
}
