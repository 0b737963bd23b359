//! Owns the words of an article: every token once, with what its shape and the lexicon say of it, sentence by sentence.

use std::ops::Range;

use super::lexicon::{self, Class};
use super::measure;
use super::token::{self, Token, TokenKind};
use crate::model::{Article, Part, Span};

/// One token of the article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Bytes into the article's text.
    start: u32,
    end: u32,
    pub class: Class,
}

impl Word {
    /// `text` is that of the article; the token must lie in its first 4 GB.
    fn of(text: &str, token: Token, at: usize) -> Option<Word> {
        let (start, end) = (u32::try_from(at + token.span.start()).ok()?, u32::try_from(at + token.span.end()).ok()?);
        let word = text.get(start as usize..end as usize)?;
        let class = match token.kind {
            TokenKind::Word => Class::WORD.or(lexicon::class_of(word)),
            TokenKind::Number => Class::DIGITS,
            TokenKind::Link => lexicon::class_of(word),
            TokenKind::Mark => Class::MARK.or(lexicon::class_of(word)),
        };
        let lettered = token.kind == TokenKind::Word;
        let capital = lettered && word.starts_with(char::is_uppercase);
        let first = if lettered && word.bytes().any(|byte| byte == b'-') { word.split_once('-') } else { None };
        // `al-Assad`, `as-Suwayda`.
        let arabic = |(first, rest): (&str, &str)| {
            matches!(first, "al" | "el" | "ad" | "an" | "as" | "ar" | "at" | "az" | "ash") && rest.starts_with(char::is_uppercase)
        };
        let named = capital || first.is_some_and(arabic);
        // `twenty-five`, `three-day`.
        let counts = class.has(COUNTING)
            || word.as_bytes()[0].is_ascii_digit()
            || capital && measure::lettered(word).is_some()
            || first.is_some_and(|(first, _)| lexicon::class_of(first).has(Class::NUMBER));
        let class = class.with(Class::CAPITAL, capital).with(Class::NAMED, named).with(Class::COUNTS, counts);
        Some(Word { start, end, class: class.with(Class::PEOPLE, capital && word.ends_with("ian")) })
    }

    /// The first letter is a capital.
    pub(super) fn capital(&self) -> bool {
        self.class.has(Class::CAPITAL)
    }

    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// What starts an amount or a date.
const COUNTING: Class = Class::NUMBER.or(Class::CURRENCY).or(Class::ORDINAL).or(Class::WEEKDAY).or(Class::MONTH).or(Class::TIME_CUE);

/// A sentence as a range of words.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub part: Part,
    pub words: Range<usize>,
    /// The classes of all its words: what none of them has, no rule need look for.
    pub classes: Class,
    /// Most words of its block are capitalized, or all letters are: a capital says nothing here.
    pub shouts: bool,
}

/// What an article's text was cut into.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    article: &'a Article,
    words: Vec<Word>,
    lines: Vec<Line>,
    blocks: Vec<Range<usize>>,
}

impl<'a> Cut<'a> {
    pub(super) fn of(article: &'a Article) -> Cut<'a> {
        let words = Vec::with_capacity(article.text().len() / 5);
        let mut cut = Cut { article, words, lines: Vec::new(), blocks: Vec::new() };
        for block in article.blocks() {
            let Some(part) = block.kind.part() else { continue };
            let (first_line, first_word) = (cut.lines.len(), cut.words.len());
            for &sentence in &block.sentences {
                cut.push_sentence(part, sentence);
            }
            if cut.words.len() > first_word {
                cut.blocks.push(first_word..cut.words.len());
            }
            let shouts = cut.shouts(first_word, matches!(part, Part::Headline | Part::Deck));
            for line in &mut cut.lines[first_line..] {
                line.shouts = shouts;
            }
        }
        cut
    }

    fn push_sentence(&mut self, part: Part, sentence: Span) {
        let text = self.article.text();
        let start = self.words.len();
        self.words.extend(token::tokens(sentence.of(text)).filter_map(|token| Word::of(text, token, sentence.start())));
        let classes = self.words[start..].iter().fold(Class::NONE, |classes, word| classes.or(word.class));
        if start < self.words.len() {
            self.lines.push(Line { part, words: start..self.words.len(), classes, shouts: false });
        }
    }

    /// Whether capitals say nothing in the block whose words start at `from`: a headline in title case, or any block in capitals.
    fn shouts(&self, from: usize, headline: bool) -> bool {
        let text = self.article.text();
        let (mut capitals, mut small) = (0_usize, 0_usize);
        if !headline && self.words[from..].iter().any(|word| text[word.start as usize..word.end as usize].contains(char::is_lowercase)) {
            return false;
        }
        for word in self.words[from..].iter().filter(|word| word.class.has(Class::WORD)) {
            if word.capital() {
                capitals += 1;
            } else if !word.class.has(Class::STOP) && word.len() > 3 {
                small += 1;
            }
        }
        capitals >= 3 && small * 5 <= capitals
    }

    pub(super) fn words(&'a self) -> Words<'a> {
        Words { article: self.article, words: &self.words, lines: &self.lines, blocks: &self.blocks }
    }
}

/// The words of an article in order, and its sentences over them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    pub article: &'a Article,
    words: &'a [Word],
    lines: &'a [Line],
    blocks: &'a [Range<usize>],
}

impl<'a> Words<'a> {
    /// The same words, ending with the sentence: so a rule that looks ahead never looks beyond it.
    pub(super) fn within(self, line: &Line) -> Words<'a> {
        Words { words: &self.words[..line.words.end], ..self }
    }

    pub(super) fn lines(&self) -> &'a [Line] {
        self.lines
    }

    /// The words of each block that has any.
    pub(super) fn blocks(&self) -> &'a [Range<usize>] {
        self.blocks
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The text of the word at `at`; empty beyond the end.
    pub(super) fn text(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |word| &self.article.text()[word.start as usize..word.end as usize])
    }

    pub(super) fn has(&self, at: usize, class: Class) -> bool {
        self.words.get(at).is_some_and(|word| word.class.has(class))
    }

    pub(super) fn capital(&self, at: usize) -> bool {
        self.has(at, Class::CAPITAL)
    }

    /// The same number for every form of the word at `at`, see [`lexicon::spelling`]; 0 beyond the end.
    pub(super) fn spelling(&self, at: usize) -> u64 {
        if at < self.len() { lexicon::spelling(self.text(at)) } else { 0 }
    }

    /// The same number for every form of these words.
    pub(super) fn spelling_of(&self, range: &Range<usize>) -> u64 {
        range.clone().fold(0, |all, at| lexicon::joined(all, self.spelling(at)))
    }

    /// Whether the word at `at` is `text`, whatever its case.
    pub(super) fn is(&self, at: usize, text: &str) -> bool {
        self.words.get(at).is_some_and(|word| word.len() == text.len() && self.bytes(word).eq_ignore_ascii_case(text.as_bytes()))
    }

    pub(super) fn is_any(&self, at: usize, texts: &[&str]) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        let bytes = self.bytes(word);
        texts.iter().any(|text| bytes.len() == text.len() && bytes.eq_ignore_ascii_case(text.as_bytes()))
    }

    fn bytes(&self, word: &Word) -> &'a [u8] {
        &self.article.text().as_bytes()[word.start as usize..word.end as usize]
    }

    /// Whether no white space stands between the word at `at` and the one before it.
    pub(super) fn glued(&self, at: usize) -> bool {
        at > 0 && self.words.get(at).is_some_and(|word| self.words[at - 1].end == word.start)
    }

    /// The bytes that a range of words covers. The range must not be empty.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.words.get(range.start).map_or(self.article.text().len(), |word| word.start as usize);
        let end = range.end.checked_sub(1).and_then(|last| self.words.get(last)).map_or(start, |word| word.end as usize);
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
}
