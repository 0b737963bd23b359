use serde::{Deserialize, Serialize, Serializer};

use super::Span;

/// What a parser makes of a version's bytes: one text, cut into blocks.
///
/// The text is what spans everywhere point into and what `newswatch show --text` prints. Blocks lie in order, never
/// overlap, are never empty, and lie on char boundaries; between two blocks stands a blank line, or one space after a dateline.
/// Body paragraphs are numbered 1, 2, 3 … in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawArticle")]
pub struct Article {
    text: String,
    blocks: Vec<Block>,
    /// The place, date and agency that were read out of the dateline block, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<Dateline>,
    /// The document's own date (front matter, a dated byline, a dateline with a year): the anchor of dates without a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
    /// BCP 47 language tag where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Article {
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The text of the first block of a kind.
    #[must_use]
    pub fn first(&self, kind: BlockKind) -> Option<&str> {
        self.blocks.iter().find(|block| block.kind == kind).map(|block| block.span.of(&self.text))
    }

    #[must_use]
    pub fn headline(&self) -> Option<&str> {
        self.first(BlockKind::Headline)
    }

    /// The notices in order: what kind, and the text.
    pub fn notices(&self) -> impl Iterator<Item = (NoticeKind, &str)> {
        self.blocks.iter().filter_map(|block| match block.kind {
            BlockKind::Notice(kind) => Some((kind, block.span.of(&self.text))),
            _ => None,
        })
    }

    /// The texts of the body paragraphs, in order.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Paragraph(_))).map(|block| block.span.of(&self.text))
    }

    /// The block that holds the byte at `offset`.
    #[must_use]
    pub fn block_at(&self, offset: usize) -> Option<&Block> {
        let after = self.blocks.partition_point(|block| block.span.end() <= offset);
        self.blocks.get(after).filter(|block| block.span.start() <= offset)
    }

    /// Where in the article the byte at `offset` stands; `None` between blocks and in the section line.
    #[must_use]
    pub fn part_at(&self, offset: usize) -> Option<Part> {
        self.block_at(offset).and_then(|block| block.kind.part())
    }

    /// All sentences of all blocks, in order, the section line's left out.
    pub fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        self.blocks
            .iter()
            .filter_map(|block| block.kind.part().map(|part| (part, block)))
            .flat_map(move |(part, block)| block.sentences.iter().map(move |&span| Sentence { part, span, text: span.of(&self.text) }))
    }
}

/// Builds an [`Article`] block by block, and so keeps its invariants.
#[derive(Debug, Default)]
pub struct ArticleBuilder {
    article: Article,
    paragraphs: u32,
}

impl ArticleBuilder {
    #[must_use]
    pub fn new() -> ArticleBuilder {
        ArticleBuilder::default()
    }

    /// One that holds so many blocks with so many bytes of text, and what stands between them, without moving.
    #[must_use]
    pub fn with_capacity(blocks: usize, bytes: usize) -> ArticleBuilder {
        let mut builder = ArticleBuilder::new();
        builder.article.text.reserve_exact(bytes + 2 * blocks);
        builder.article.blocks.reserve_exact(blocks);
        builder
    }

    /// Appends a block. White space around `text` is dropped; an empty block is not added. `sentences` splits the block's
    /// text: spans into that text, in order and not overlapping. Where it gives none, the whole block is one sentence.
    pub fn push(&mut self, kind: BlockKind, text: &str, sentences: impl FnOnce(&str) -> Vec<Span>) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let article = &mut self.article;
        if let Some(last) = article.blocks.last() {
            article.text.push_str(if last.kind == BlockKind::Dateline { " " } else { "\n\n" });
        }
        let kind = match kind {
            BlockKind::Paragraph(_) => {
                self.paragraphs += 1;
                BlockKind::Paragraph(self.paragraphs)
            }
            other => other,
        };
        let start = article.text.len();
        article.text.push_str(text);
        let mut sentences: Vec<Span> =
            sentences(text).into_iter().filter(|span| !span.of(text).is_empty()).map(|span| span.shifted(start)).collect();
        if sentences.is_empty() {
            sentences.push(Span::new(start, start + text.len()));
        }
        article.blocks.push(Block { kind, span: Span::new(start, start + text.len()), sentences });
    }

    pub fn dateline(&mut self, dateline: Dateline) {
        self.article.dateline = Some(dateline);
    }

    pub fn date(&mut self, date: jiff::civil::Date) {
        self.article.date = Some(date);
    }

    pub fn language(&mut self, language: impl Into<String>) {
        self.article.language = Some(language.into());
    }

    #[must_use]
    pub fn build(self) -> Article {
        self.article
    }
}

/// One block of an article and its sentences. All spans point into the article's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    pub span: Span,
    /// In order, inside `span`, at least one.
    pub sentences: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The desk or rubric above the headline (`All news`).
    Section,
    Headline,
    Deck,
    Byline,
    Dateline,
    Notice(NoticeKind),
    /// A body paragraph and its number, from 1. [`ArticleBuilder::push`] numbers it, whatever number it is given.
    Paragraph(u32),
}

impl BlockKind {
    /// The part of the article that the block is; `None` for the section line, which tells nothing about the world.
    #[must_use]
    pub fn part(self) -> Option<Part> {
        match self {
            BlockKind::Section => None,
            BlockKind::Headline => Some(Part::Headline),
            BlockKind::Deck => Some(Part::Deck),
            BlockKind::Byline => Some(Part::Byline),
            BlockKind::Dateline => Some(Part::Dateline),
            BlockKind::Notice(_) => Some(Part::Notice),
            BlockKind::Paragraph(number) => Some(Part::Paragraph(number)),
        }
    }
}

/// How a document owns up to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A CORRECTED label, in the headline or on a line of its own.
    Corrected,
    /// A paragraph that says what was wrong: `Correction: An earlier version …`.
    Correction,
    Clarification,
    /// REFILE: the same story sent again because of a slip.
    Refile,
    /// UPDATE 1, 2ND LEAD, WRITETHRU: the story moved on.
    Update,
    Withdrawn,
    Advisory,
    EditorsNote,
    /// Reuters' line in brackets that says what this take adds: `(Adds quote, background)`.
    Trashline,
}

/// Where in an article something stands: the `paragraph` of the JSON contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "RawPart")]
pub enum Part {
    Headline,
    Deck,
    Byline,
    Dateline,
    Notice,
    /// A body paragraph, from 1.
    Paragraph(u32),
}

impl Part {
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Part::Headline => Some("headline"),
            Part::Deck => Some("deck"),
            Part::Byline => Some("byline"),
            Part::Dateline => Some("dateline"),
            Part::Notice => Some("notice"),
            Part::Paragraph(_) => None,
        }
    }
}

impl std::fmt::Display for Part {
    /// `headline`, `deck` … or `¶6`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self, self.name()) {
            (Part::Paragraph(number), _) => write!(f, "¶{number}"),
            (_, name) => f.write_str(name.unwrap_or_default()),
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Part::Paragraph(number) => serializer.serialize_u32(*number),
            other => serializer.serialize_str(other.name().unwrap_or_default()),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawPart {
    Number(u32),
    Name(NamedPart),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NamedPart {
    Headline,
    Deck,
    Byline,
    Dateline,
    Notice,
}

impl From<RawPart> for Part {
    fn from(raw: RawPart) -> Part {
        match raw {
            RawPart::Number(number) => Part::Paragraph(number),
            RawPart::Name(NamedPart::Headline) => Part::Headline,
            RawPart::Name(NamedPart::Deck) => Part::Deck,
            RawPart::Name(NamedPart::Byline) => Part::Byline,
            RawPart::Name(NamedPart::Dateline) => Part::Dateline,
            RawPart::Name(NamedPart::Notice) => Part::Notice,
        }
    }
}

/// One sentence and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence<'a> {
    pub part: Part,
    pub span: Span,
    pub text: &'a str,
}

/// What was read out of the line that opens a wire story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dateline {
    /// As a reader would write it: `Moscow` for `MOSCOW`.
    pub place: Option<String>,
    /// ISO 8601: `2018-12-17`, or `--12-17` where no year is known.
    pub date: Option<String>,
    pub agency: Option<String>,
}

/// The form of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Text,
    Markdown,
}

impl Format {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Markdown => "markdown",
        }
    }
}

/// Something odd that a parser met. It never stops anything: the version is recorded with its issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Short, stable, for programs: `invalid_bytes`, `front_matter`.
    pub code: String,
    /// For people: what was met and what was done about it.
    pub message: String,
}

/// The unchecked form, so that an article read back from bytes is held to the same invariants as one that was built.
#[derive(Deserialize)]
struct RawArticle {
    text: String,
    blocks: Vec<Block>,
    #[serde(default)]
    dateline: Option<Dateline>,
    #[serde(default)]
    date: Option<jiff::civil::Date>,
    #[serde(default)]
    language: Option<String>,
}

impl TryFrom<RawArticle> for Article {
    type Error = String;

    fn try_from(raw: RawArticle) -> Result<Article, String> {
        let fits = |span: Span, from: usize, to: usize| {
            from <= span.start() && span.end() <= to && !span.is_empty() && raw.text.get(span.range()).is_some()
        };
        let mut end = 0;
        for block in &raw.blocks {
            if !fits(block.span, end, raw.text.len()) {
                return Err(format!("a block does not fit the text: {:?}", block.span));
            }
            let mut inner = block.span.start();
            for &sentence in &block.sentences {
                if !fits(sentence, inner, block.span.end()) {
                    return Err(format!("a sentence does not fit its block: {sentence:?}"));
                }
                inner = sentence.end();
            }
            end = block.span.end();
        }
        let RawArticle { text, blocks, dateline, date, language } = raw;
        Ok(Article { text, blocks, dateline, date, language })
    }
}
