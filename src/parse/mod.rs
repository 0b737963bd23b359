//! Bytes → [`Article`] and issues. One file a format. Never fails, never touches a file or a clock.
//!
//! `encoding` makes text of the bytes, a format's file (`text`, `markdown`) finds its parts, `story` puts them together: it knows
//! the conventions of news (labels, datelines, credits) that are the same in every format. Time is linear in the bytes.

mod abbreviation;
mod agency;
mod byline;
mod dateline;
mod dates;
mod encoding;
mod front_matter;
mod language;
mod layout;
mod markdown;
mod notice;
mod place;
mod sentence;
mod story;
mod tags;
mod text;
mod words;

use crate::model::{Article, Digest, Format, Issue};

/// The most blocks an article has; what comes after them stays together in one last paragraph, with an issue `coarse`.
pub const MAX_BLOCKS: usize = 100_000;

/// The most sentences an article is split into; a block after them is one sentence, with an issue `coarse`.
pub const MAX_SENTENCES: usize = 500_000;

/// The most text that is read, in bytes of UTF-8: what is found in a text takes a hundred times its size in memory. Of what comes after
/// it the issue [`TOO_LONG`] tells the digest.
pub const MAX_TEXT: usize = 16 * 1024 * 1024;

/// The code of the issue of a text that is not read to its end. Two with the same message are the same from there on.
pub const TOO_LONG: &str = "too_long";

/// What the bytes turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub format: Format,
    /// The WHATWG name of the encoding that the bytes were read in; `replacement` where they are not text.
    pub encoding: &'static str,
    pub article: Article,
    pub issues: Vec<Issue>,
}

/// Parses a document's bytes. `file_name` is the last part of its path: the ending says which format to read.
#[must_use]
pub fn parse(file_name: &[u8], bytes: &[u8]) -> Parsed {
    let format = format(file_name);
    let decoded = encoding::decode(bytes);
    let (read, rest) = decoded.text.split_at(end_of_read(&decoded.text));
    let story = match format {
        Format::Text => text::read(read),
        Format::Markdown => markdown::read(read),
    };
    let (article, found) = story.build();
    let too_long = (!rest.is_empty()).then(|| {
        let (read, digest) = (MAX_TEXT / (1024 * 1024), Digest::of(rest.as_bytes()));
        issue(
            TOO_LONG,
            format!("only the first {read} MiB are read; the {} bytes after them are kept, their digest is {digest}", rest.len()),
        )
    });
    let issues = decoded.issue.into_iter().chain(found).chain(too_long).collect();
    Parsed { format, encoding: decoded.encoding, article, issues }
}

/// Where the text ends that is read: after a line, if one ends not long before the bound.
fn end_of_read(text: &str) -> usize {
    const LONGEST_LINE: usize = 64 * 1024;
    if text.len() <= MAX_TEXT {
        return text.len();
    }
    let end = text.floor_char_boundary(MAX_TEXT);
    let near = text.floor_char_boundary(end - LONGEST_LINE);
    text[near..end].rfind('\n').map_or(end, |line_end| near + line_end + 1)
}

fn format(file_name: &[u8]) -> Format {
    let dot = file_name.iter().rposition(|&byte| byte == b'.');
    let ending = dot.map_or(&[][..], |dot| &file_name[dot + 1..]);
    let is_markdown = ["md", "markdown", "mdown", "mkd", "mkdn"].iter().any(|known| ending.eq_ignore_ascii_case(known.as_bytes()));
    if is_markdown { Format::Markdown } else { Format::Text }
}

fn issue(code: &str, message: impl Into<String>) -> Issue {
    Issue { code: code.to_owned(), message: message.into() }
}

#[cfg(test)]
mod tests;
