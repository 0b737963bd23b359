//! Markdown with front matter, read with pulldown-cmark: what a reader would see, block by block.

use std::borrow::Cow;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::byline::{self, Byline};
use super::front_matter::{self, FrontMatter};
use super::story::Story;
use super::{issue, notice, tags};
use crate::model::NoticeKind;

/// Reads a Markdown document.
pub(super) fn read(text: &str) -> Story<'_> {
    let mut reader = Reader::default();
    let mut body = text;
    if let Some((raw, below)) = front_matter::split(text) {
        body = below;
        match raw.read() {
            Ok(front) => reader.front_matter(front),
            Err(error) => {
                let message = format!("the front matter cannot be read ({error}); its text is kept as a paragraph");
                reader.story.issue(issue("front_matter", message));
                reader.story.body(Cow::Borrowed(raw.whole));
            }
        }
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for event in Parser::new_ext(body, options) {
        reader.event(event);
    }
    reader.flush();
    reader.story
}

/// Where the text that is being gathered belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Paragraph,
    Heading(HeadingLevel),
    Row,
    Code,
    Html,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    story: Story<'a>,
    place: Place,
    /// The text of the block that is open.
    text: String,
    /// Where in it lines of the source end, as long as nothing but the head of a story was read: bylines stand on lines of their own.
    line_ends: Vec<usize>,
    /// How many emphases are open, and whether any of the block's text stands outside of them.
    emphases: usize,
    has_plain: bool,
    /// The headline, and whether nothing but bylines and notices came after it.
    headline: Option<String>,
    may_have_deck: bool,
}

impl<'a> Reader<'a> {
    fn front_matter(&mut self, front: FrontMatter) {
        let FrontMatter { section, title, deck, authors, date, updated, language, corrections } = front;
        if let Some(section) = section {
            self.story.section(Cow::Owned(section));
        }
        self.may_have_deck = title.is_some() && deck.is_none();
        if let Some(title) = title {
            self.headline = Some(title.trim().to_owned());
            self.story.headline(Cow::Owned(title));
        }
        if let Some(deck) = deck {
            self.story.deck(Cow::Owned(deck));
        }
        self.story.byline(Cow::Owned(authors.join(", ")), Byline { date, is_update: false });
        self.story.byline(Cow::Borrowed(""), Byline { date: updated, is_update: true });
        if let Some(language) = language {
            self.story.language(language);
        }
        for correction in corrections {
            self.story.notice(NoticeKind::Correction, Cow::Owned(correction));
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) | Event::Html(text) => {
                self.push(&text);
            }
            Event::InlineHtml(tag) if tags::is_line_break(&tag) => self.line_break(),
            Event::InlineHtml(_) | Event::Rule => {}
            Event::FootnoteReference(label) => self.push(&format!("[{label}]")),
            Event::SoftBreak => {
                if !self.story.has_body() {
                    self.line_ends.push(self.text.len());
                }
                self.text.push(' ');
            }
            Event::HardBreak => self.line_break(),
            Event::TaskListMarker(is_done) => self.text.push_str(if is_done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong => self.emphases += 1,
            Tag::TableCell if !self.text.is_empty() => self.text.push_str(" | "),
            Tag::Paragraph | Tag::Item | Tag::FootnoteDefinition(_) => self.open(Place::Paragraph),
            Tag::Heading { level, .. } => self.open(Place::Heading(*level)),
            Tag::CodeBlock(_) => self.open(Place::Code),
            Tag::HtmlBlock => self.open(Place::Html),
            Tag::TableHead | Tag::TableRow => self.open(Place::Row),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong => self.emphases = self.emphases.saturating_sub(1),
            TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow => self.flush(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.has_plain |= self.emphases == 0 && !text.trim().is_empty();
        self.text.push_str(text);
    }

    fn line_break(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    fn open(&mut self, place: Place) {
        self.flush();
        self.place = place;
    }

    /// Hands the gathered block on.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let is_emphasized = !std::mem::take(&mut self.has_plain);
        let place = std::mem::take(&mut self.place);
        let line_ends = std::mem::take(&mut self.line_ends);
        if text.trim().is_empty() {
            return;
        }
        match place {
            Place::Heading(level) => self.heading(level, text),
            Place::Paragraph if self.bylines(&text, &line_ends) => {}
            Place::Paragraph => self.paragraph(text, is_emphasized),
            Place::Code | Place::Row => self.body(text),
            Place::Html => {
                for line in tags::text(&text).lines() {
                    self.paragraph(line.to_owned(), false);
                }
            }
        }
    }

    /// The first heading of the first level is the headline, unless the front matter has a title; so is a lesser one at the very top.
    fn heading(&mut self, level: HeadingLevel, text: String) {
        let is_repeated = self.headline.as_deref() == Some(text.trim());
        let is_top = level == HeadingLevel::H1 || !self.story.has_body();
        if is_repeated {
            return;
        }
        if self.headline.is_none() && is_top {
            self.headline = Some(text.trim().to_owned());
            self.may_have_deck = true;
            self.story.headline(Cow::Owned(text));
        } else {
            self.body(text);
        }
    }

    /// Takes a paragraph above the body of which every line is a byline.
    fn bylines(&mut self, text: &str, line_ends: &[usize]) -> bool {
        let starts = std::iter::once(0).chain(line_ends.iter().copied());
        let ends = line_ends.iter().copied().chain([text.len()]);
        let lines: Option<Vec<_>> = starts
            .zip(ends)
            .map(|(start, end)| {
                let line = text[start..end].trim();
                byline::read(line).map(|byline| (line, byline))
            })
            .collect();
        let Some(lines) = lines.filter(|_| !self.story.has_body()) else {
            return false;
        };
        for (line, byline) in lines {
            self.story.byline(Cow::Owned(line.to_owned()), byline);
        }
        true
    }

    fn paragraph(&mut self, text: String, is_emphasized: bool) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return;
        }
        if is_emphasized && self.may_have_deck && notice::classify(trimmed).is_none() && !byline::is_credit(trimmed) {
            self.may_have_deck = false;
            self.story.deck(Cow::Owned(text));
        } else {
            self.story.paragraph(Cow::Owned(text.trim().to_owned()));
            self.may_have_deck &= !self.story.has_body();
        }
    }

    fn body(&mut self, text: String) {
        self.may_have_deck = false;
        self.story.body(Cow::Owned(text));
    }
}
