//! The parts of a story, whatever format they come from → [`Article`]. Knows what is the same in all of them: labels at
//! headlines, days in bylines, the dateline before the first paragraph, notices and credits between paragraphs.

use std::borrow::Cow;

use jiff::civil::Date;

use super::byline::{self, Byline};
use super::{MAX_BLOCKS, MAX_SENTENCES, dateline, issue, language, notice, sentence};
use crate::model::{Article, ArticleBuilder, BlockKind, Dateline, Issue, NoticeKind, Span};

/// Takes the parts in the order of the document.
#[derive(Debug, Default)]
pub(super) struct Story<'a> {
    blocks: Vec<(BlockKind, Cow<'a, str>)>,
    /// What no longer fits into [`MAX_BLOCKS`].
    overflow: String,
    dateline: Option<dateline::Found>,
    has_body: bool,
    published: Option<Date>,
    updated: Option<Date>,
    language: Option<String>,
    issues: Vec<Issue>,
}

impl<'a> Story<'a> {
    pub(super) fn section(&mut self, text: Cow<'a, str>) {
        self.push(BlockKind::Section, text);
    }

    /// A headline. The labels around it become notices before it.
    pub(super) fn headline(&mut self, text: Cow<'a, str>) {
        let mut rest = text.as_ref();
        // `CORRECTED-UPDATE 2-…`; more than a few are somebody's joke.
        const LABELS: usize = 8;
        for _ in 0..LABELS {
            let Some(label) = notice::label(rest) else { break };
            self.push(BlockKind::Notice(label.kind), Cow::Owned(label.text.to_owned()));
            rest = label.rest;
        }
        if let Some(label) = notice::trailing_label(rest) {
            self.push(BlockKind::Notice(label.kind), Cow::Owned(label.text.to_owned()));
            rest = label.rest;
        }
        if rest.len() < text.len() {
            let rest = rest.to_owned();
            self.push(BlockKind::Headline, Cow::Owned(rest));
        } else {
            self.push(BlockKind::Headline, text);
        }
    }

    pub(super) fn deck(&mut self, text: Cow<'a, str>) {
        self.push(BlockKind::Deck, text);
    }

    pub(super) fn byline(&mut self, text: Cow<'a, str>, byline: Byline) {
        let date = if byline.is_update { &mut self.updated } else { &mut self.published };
        *date = date.or(byline.date);
        self.push(BlockKind::Byline, text);
    }

    pub(super) fn notice(&mut self, kind: NoticeKind, text: Cow<'a, str>) {
        self.push(BlockKind::Notice(kind), text);
    }

    /// A paragraph of the body, which may turn out to be a notice or a credit. The first may open with a dateline.
    pub(super) fn paragraph(&mut self, text: Cow<'a, str>) {
        if self.is_full() {
            return self.push(BlockKind::Paragraph(0), text);
        }
        if let Some(kind) = notice::classify(&text) {
            return self.push(BlockKind::Notice(kind), text);
        }
        if byline::is_credit(&text) {
            return self.push(BlockKind::Byline, text);
        }
        let may_open = !self.has_body && self.dateline.is_none();
        if let Some(found) = may_open.then(|| dateline::read(&text)).flatten() {
            self.push(BlockKind::Dateline, Cow::Owned(text[..found.len].to_owned()));
            let rest = Cow::Owned(text[found.len..].to_owned());
            self.dateline = Some(found);
            return self.body(rest);
        }
        self.body(text);
    }

    /// A paragraph that is taken as it is: code, a verse, an item of a list.
    pub(super) fn body(&mut self, text: Cow<'a, str>) {
        if !text.trim().is_empty() {
            self.has_body = true;
            self.push(BlockKind::Paragraph(0), text);
        }
    }

    pub(super) fn language(&mut self, language: String) {
        self.language = Some(language);
    }

    pub(super) fn issue(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Whether a body paragraph was taken already.
    pub(super) fn has_body(&self) -> bool {
        self.has_body
    }

    fn push(&mut self, kind: BlockKind, text: Cow<'a, str>) {
        if text.trim().is_empty() {
            return;
        }
        if self.is_full() {
            self.overflow.push_str(&text);
            self.overflow.push('\n');
        } else {
            self.blocks.push((kind, text));
        }
    }

    /// Whether only the paragraph of what is left over has room.
    fn is_full(&self) -> bool {
        self.blocks.len() + 1 >= MAX_BLOCKS
    }

    /// The article and what was odd about it.
    pub(super) fn build(self) -> (Article, Vec<Issue>) {
        let Story { mut blocks, overflow, dateline, published, updated, language, mut issues, .. } = self;
        if !overflow.is_empty() {
            issues.push(issue("coarse", format!("more than {MAX_BLOCKS} paragraphs: the last ones are kept together as one")));
            blocks.push((BlockKind::Paragraph(0), Cow::Owned(overflow)));
        }
        let mut builder = ArticleBuilder::with_capacity(blocks.len(), blocks.iter().map(|(_, text)| text.len()).sum());
        let mut left = MAX_SENTENCES;
        let texts = || blocks.iter().map(|(_, text)| text.as_ref());
        if let Some(language) = language.or_else(|| language::guess(texts()).map(str::to_owned)) {
            builder.language(language);
        }
        for (kind, text) in &blocks {
            builder.push(*kind, text, |text| if is_split(*kind) { split(text, &mut left) } else { Vec::new() });
        }
        if left == 0 {
            issues.push(issue("coarse", format!("more than {MAX_SENTENCES} sentences: the last paragraphs are not cut into sentences")));
        }
        let date = published.or(updated).or_else(|| dateline.as_ref()?.day?.date());
        if let Some(date) = date {
            builder.date(date);
        }
        if let Some(found) = dateline {
            builder.dateline(Dateline { place: found.place, date: found.day.map(|day| day.iso(date)), agency: found.agency });
        }
        (builder.build(), issues)
    }
}

/// The other blocks are one phrase each.
fn is_split(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Deck | BlockKind::Notice(_) | BlockKind::Paragraph(_))
}

fn split(text: &str, left: &mut usize) -> Vec<Span> {
    if *left == 0 {
        return Vec::new();
    }
    let mut sentences: Vec<Span> = sentence::sentences(text).take(*left).collect();
    *left -= sentences.len();
    if *left == 0 {
        // The sentence after the last one allowed reaches to the end.
        if let Some(last) = sentences.last_mut() {
            *last = Span::new(last.start(), text.len());
        }
    }
    sentences
}
