//! Bytes → [`Article`] and issues. One file a format. Never fails, never touches a file or a clock.

use crate::model::{Article, ArticleBuilder, BlockKind, Format, Issue};

/// What the bytes turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub format: Format,
    /// The WHATWG name of the encoding that the bytes were read in.
    pub encoding: &'static str,
    pub article: Article,
    pub issues: Vec<Issue>,
}

/// Parses a document's bytes. `file_name` is the last part of its path: the ending says which format to read.
#[must_use]
pub fn parse(file_name: &[u8], bytes: &[u8]) -> Parsed {
    let _ = file_name;
    let mut builder = ArticleBuilder::new();
    builder.push(BlockKind::Paragraph(0), &String::from_utf8_lossy(bytes), |_| Vec::new());
    Parsed { format: Format::Text, encoding: "UTF-8", article: builder.build(), issues: Vec::new() }
}
