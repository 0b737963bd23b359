//! The JSON that programs read: `newswatch.diff/1`, `newswatch.extract/1`, `newswatch.log/1` and `newswatch.gap/1`, one object
//! a line.
//!
//! Field names are a contract: more may be added, none renamed or left out. What has no value is `null`. Times are RFC 3339
//! in UTC, spans `[start, end)` in bytes of the version's article text. What a terminal would obey or hide is written as a
//! `\u` escape, which means the same to every program and nothing to a terminal.

mod diff;
mod extract;
mod gap;
mod log;

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::Formatter;

pub use diff::{diff, write_diff};
pub use extract::extract;
pub use gap::gap;
pub use log::log;

use super::visible::needs_care;
use crate::model::{Article, Mention, Part, Span};

/// One object and its newline.
fn object(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(1024);
    write_object(value, &mut out).expect("structs with string keys and finite numbers always serialize into memory");
    String::from_utf8(out).expect("serde_json writes UTF-8")
}

fn write_object(value: &impl Serialize, mut out: impl io::Write) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Careful))?;
    out.write_all(b"\n")
}

/// Compact JSON in which no string holds a character that a terminal obeys or hides.
struct Careful;

impl Formatter for Careful {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(needs_care) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let character = rest[at..].chars().next().expect("find gives the start of a character");
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// A path as text, and as hexadecimal bytes beside it where the text cannot say it all.
#[derive(Serialize)]
struct PathJson {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

impl PathJson {
    fn of(path: &Path) -> PathJson {
        let path_bytes =
            path.to_str().is_none().then(|| path.as_os_str().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        PathJson { path: path.to_string_lossy().into_owned(), path_bytes }
    }
}

/// A mention with its words, where the text it points into is at hand.
#[derive(Serialize)]
struct MentionJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    paragraph: Part,
    span: Span,
    confidence: u8,
}

fn mentions<'a>(mentions: &[Mention], article: Option<&'a Article>) -> Vec<MentionJson<'a>> {
    let mention = |&Mention { part, span, confidence }: &Mention| MentionJson {
        text: article.map(|article| span.of(article.text())),
        paragraph: part,
        span,
        confidence,
    };
    mentions.iter().map(mention).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::render::sample::{Sample, golden};

    /// Each object must be one line; the golden file breaks it where a person would.
    fn broken(line: &str) -> String {
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        assert!(serde_json::from_str::<serde_json::Value>(line).unwrap().is_object());
        [
            "\"from\":",
            "\"to\":",
            "\"text\":{",
            "\"article\":",
            "\"entities\":",
            "\"issues\":",
            "\"words\":",
            "\"mentions\":",
            "\"diff\":",
            "{\"action\":",
            "{\"change\":",
            "{\"kind\":",
        ]
        .iter()
        .fold(line.to_owned(), |text, start| text.replace(start, &format!("\n{start}")))
    }

    #[test]
    fn the_three_schemas() {
        let sample = Sample::new();
        golden!("json_diff", broken(&diff(&sample.view())));
        golden!("json_extract", broken(&extract(&sample.newer, "rules-1")));
        golden!("json_log", broken(&log(&sample.entry(), None)));
        golden!("json_log_with_diff", broken(&log(&sample.entry(), Some(&sample.view()))));
    }

    #[test]
    fn strings_are_safe_to_print_and_mean_the_same() {
        let check = |raw: &str, expect: &str| {
            let line = object(&raw);
            assert_eq!(line, format!("{expect}\n"));
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), raw);
        };
        check("toll “15” — ¶6\n", r#""toll “15” — ¶6\n""#);
        check("\u{1b}[2J\u{7f}\u{9b}", r#""\u001b[2J\u007f\u009b""#);
        check("a\u{202e}b\u{e0041}\"c\\", r#""a\u202eb\udb40\udc41\"c\\""#);
    }

    #[test]
    fn a_path_that_is_not_text_keeps_its_bytes() {
        let path = |bytes| object(&PathJson::of(Path::new(OsStr::from_bytes(bytes))));
        assert_eq!(path(b"wire/toll.txt"), "{\"path\":\"wire/toll.txt\"}\n");
        assert_eq!(path(b"caf\xe9.txt"), "{\"path\":\"caf\u{fffd}.txt\",\"path_bytes\":\"636166e92e747874\"}\n");
    }
}
