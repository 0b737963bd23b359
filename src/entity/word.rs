//! Owns the words of an article: every token once, with what its shape and the lexicon say of it, sentence by sentence.

use std::ops::Range;

use super::lexicon::{self, Class};
use super::token::{self, TokenKind};
use crate::model::{Article, Part, Span};

/// One token of the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Bytes into the article's text.
    pub span: Span,
    pub kind: TokenKind,
    pub class: Class,
    /// The first letter is a capital.
    pub capital: bool,
}

/// A sentence as a range of words.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub part: Part,
    pub words: Range<usize>,
    /// Most words of its block are capitalized, or all letters are: a capital says nothing here.
    pub shouts: bool,
}

/// What an article's text was cut into.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    article: &'a Article,
    words: Vec<Word>,
    lines: Vec<Line>,
}

impl<'a> Cut<'a> {
    pub(super) fn of(article: &'a Article) -> Cut<'a> {
        let mut cut = Cut { article, words: Vec::with_capacity(article.text().len() / 5), lines: Vec::new() };
        for block in article.blocks() {
            let Some(part) = block.kind.part() else { continue };
            let (first_line, first_word) = (cut.lines.len(), cut.words.len());
            for &sentence in &block.sentences {
                cut.push_sentence(part, sentence);
            }
            let shouts = cut.shouts(first_word, matches!(part, Part::Headline | Part::Deck));
            for line in &mut cut.lines[first_line..] {
                line.shouts = shouts;
            }
        }
        cut
    }

    fn push_sentence(&mut self, part: Part, sentence: Span) {
        let text = sentence.of(self.article.text());
        let start = self.words.len();
        for token in token::tokens(text) {
            let word = token.span.of(text);
            let capital = token.kind == TokenKind::Word && word.chars().next().is_some_and(char::is_uppercase);
            let class = if token.kind == TokenKind::Number { Class::NONE } else { lexicon::class_of(word) };
            self.words.push(Word { span: token.span.shifted(sentence.start()), kind: token.kind, class, capital });
        }
        if start < self.words.len() {
            self.lines.push(Line { part, words: start..self.words.len(), shouts: false });
        }
    }

    /// Whether capitals say nothing in the block whose words start at `from`: a headline in title case, or any block in capitals.
    fn shouts(&self, from: usize, headline: bool) -> bool {
        let (mut capitals, mut small) = (0_usize, 0_usize);
        if !headline && self.words[from..].iter().any(|word| word.span.of(self.article.text()).contains(char::is_lowercase)) {
            return false;
        }
        for word in self.words[from..].iter().filter(|word| word.kind == TokenKind::Word) {
            if word.capital {
                capitals += 1;
            } else if !word.class.has(Class::STOP) && word.span.len() > 3 {
                small += 1;
            }
        }
        capitals >= 3 && small * 5 <= capitals
    }

    pub(super) fn words(&'a self) -> Words<'a> {
        Words { article: self.article, words: &self.words, lines: &self.lines }
    }
}

/// The words of an article in order, and its sentences over them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    pub article: &'a Article,
    words: &'a [Word],
    lines: &'a [Line],
}

impl<'a> Words<'a> {
    /// The same words, ending with the sentence: so a rule that looks ahead never looks beyond it.
    pub(super) fn within(self, line: &Line) -> Words<'a> {
        Words { words: &self.words[..line.words.end], ..self }
    }

    pub(super) fn lines(&self) -> &'a [Line] {
        self.lines
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The text of the word at `at`; empty beyond the end.
    pub(super) fn text(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |word| word.span.of(self.article.text()))
    }

    pub(super) fn has(&self, at: usize, class: Class) -> bool {
        self.words.get(at).is_some_and(|word| word.class.has(class))
    }

    pub(super) fn capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.capital)
    }

    /// Whether the word at `at` is `text`, whatever its case.
    pub(super) fn is(&self, at: usize, text: &str) -> bool {
        self.text(at).eq_ignore_ascii_case(text)
    }

    pub(super) fn is_any(&self, at: usize, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.is(at, text))
    }

    /// Whether no white space stands between the word at `at` and the one before it.
    pub(super) fn glued(&self, at: usize) -> bool {
        at > 0 && self.words.get(at).is_some_and(|word| self.words[at - 1].span.end() == word.span.start())
    }

    /// The bytes that a range of words covers. The range must not be empty.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.words.get(range.start).map_or(self.article.text().len(), |word| word.span.start());
        let end = range.end.checked_sub(1).and_then(|last| self.words.get(last)).map_or(start, |word| word.span.end());
        Span::new(start, end.max(start))
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &'a str {
        self.span(range).of(self.article.text())
    }

    /// The sentence that holds the word at `at`.
    pub(super) fn line_of(&self, at: usize) -> Option<usize> {
        let after = self.lines.partition_point(|line| line.words.end <= at);
        self.lines.get(after).filter(|line| line.words.contains(&at)).map(|_| after)
    }

    /// The first word that starts at or after the byte `offset`.
    pub(super) fn at_offset(&self, offset: usize) -> usize {
        self.words.partition_point(|word| word.span.start() < offset)
    }
}
