//! Articles cut into sentences and Unicode words, each word an integer that both sides share.

use std::ops::Range;

use foldhash::HashMap;
use unicode_segmentation::UnicodeSegmentation;

use super::fold;
use crate::model::{Article, Part, Span};

/// The words of both sides. Two words that differ only in typography are one.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    numbers: HashMap<Box<str>, u32>,
    words: Vec<Word>,
}

/// A word after folding.
#[derive(Debug)]
pub(super) struct Word {
    pub text: Box<str>,
    /// What it weighs when sentences are compared: little for punctuation and for the words that every sentence has.
    pub weight: u16,
}

impl Word {
    /// Whether it is a word and not punctuation.
    pub(super) fn is_word(&self) -> bool {
        self.weight > PUNCTUATION
    }

    pub(super) fn has_digit(&self) -> bool {
        self.text.chars().any(char::is_numeric)
    }

    /// Whether it bears meaning of its own.
    pub(super) fn is_content(&self) -> bool {
        self.weight == CONTENT
    }
}

const PUNCTUATION: u16 = 1;
const COMMON: u16 = 3;
const CONTENT: u16 = 10;

/// Words that carry little: their presence makes no two sentences alike.
const COMMON_WORDS: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have",
    "he", "her", "him", "his", "in", "is", "it", "its", "of", "on", "or", "she", "so", "than", "that", "the", "their", "them", "there",
    "they", "this", "to", "was", "we", "were", "which", "who", "with", "said", "says",
];

impl Lexicon {
    pub(super) fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    fn number(&mut self, folded: &str) -> u32 {
        if let Some(&number) = self.numbers.get(folded) {
            return number;
        }
        // The texts are capped far below 2^32 bytes; should one ever not be, its further words all count as one.
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX - 1);
        let weight = if !folded.contains(char::is_alphanumeric) {
            PUNCTUATION
        } else if COMMON_WORDS.iter().any(|word| word.eq_ignore_ascii_case(folded)) {
            COMMON
        } else {
            CONTENT
        };
        self.words.push(Word { text: folded.into(), weight });
        self.numbers.insert(folded.into(), number);
        number
    }
}

/// One sentence of an article.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub part: Part,
    pub span: Span,
    pub tokens: Range<usize>,
}

/// One article, cut. A token is a word or a mark of punctuation; white space is none.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub text: &'a str,
    /// Of each token its number in the [`Lexicon`].
    pub words: Vec<u32>,
    /// Of each token where it stands.
    pub spans: Vec<Span>,
    /// In order; the section line is left out.
    pub sentences: Vec<Sentence>,
}

impl<'a> Text<'a> {
    pub(super) fn new(article: &'a Article, lexicon: &mut Lexicon) -> Text<'a> {
        let mut text = Text { text: article.text(), words: Vec::new(), spans: Vec::new(), sentences: Vec::new() };
        for sentence in article.sentences() {
            let start = text.words.len();
            text.push_tokens(lexicon, sentence.text, sentence.span.start());
            text.sentences.push(Sentence { part: sentence.part, span: sentence.span, tokens: start..text.words.len() });
        }
        text
    }

    /// Cuts both sides, in an order that swapped sides do not change, so that they get the same numbers.
    pub(super) fn both(from: &'a Article, to: &'a Article, lexicon: &mut Lexicon) -> (Text<'a>, Text<'a>) {
        if from.text() <= to.text() {
            let from = Text::new(from, lexicon);
            return (from, Text::new(to, lexicon));
        }
        let to = Text::new(to, lexicon);
        (Text::new(from, lexicon), to)
    }

    /// Cuts at Unicode word boundaries (UAX #29). What typography writes in one character or in several (`…` and `...`, `—`
    /// and `--`, `“` and `''`) is one token either way.
    fn push_tokens(&mut self, lexicon: &mut Lexicon, sentence: &str, start: usize) {
        let first = self.words.len();
        for (offset, raw) in sentence.split_word_bound_indices() {
            let folded = fold::typography(raw);
            if folded.chars().all(char::is_whitespace) {
                continue;
            }
            let span = Span::new(start + offset, start + offset + raw.len());
            if let ([.., word], [.., last]) = (&mut self.words[first..], &mut self.spans[first..])
                && last.end() == span.start()
                && let Some(joined) = joined(&lexicon.word(*word).text, &folded)
            {
                *last = Span::new(last.start(), span.end());
                *word = lexicon.number(joined);
            } else {
                self.words.push(lexicon.number(&folded));
                self.spans.push(span);
            }
        }
    }

    /// The tokens of a run of sentences.
    pub(super) fn tokens(&self, sentences: &Range<usize>) -> Range<usize> {
        if sentences.is_empty() {
            return 0..0;
        }
        self.sentences[sentences.start].tokens.start..self.sentences[sentences.end - 1].tokens.end
    }

    /// The words of a run of sentences.
    pub(super) fn words_of(&self, sentences: &Range<usize>) -> &[u32] {
        &self.words[self.tokens(sentences)]
    }

    /// From the first sentence's first byte to the last one's last.
    pub(super) fn span(&self, sentences: &Range<usize>) -> Span {
        Span::new(self.sentences[sentences.start].span.start(), self.sentences[sentences.end - 1].span.end())
    }

    /// The tokens that share a byte with `span`.
    pub(super) fn tokens_in(&self, span: Span) -> Range<usize> {
        let start = self.spans.partition_point(|token| token.end() <= span.start());
        let end = self.spans.partition_point(|token| token.start() < span.end());
        start..end.max(start)
    }

    /// The sentence that holds the byte at `offset`, or the next one.
    pub(super) fn sentence_at(&self, offset: usize) -> Option<usize> {
        let index = self.sentences.partition_point(|sentence| sentence.span.end() <= offset);
        (index < self.sentences.len()).then_some(index)
    }
}

/// The one mark that two neighbouring marks make.
fn joined(left: &str, right: &str) -> Option<&'static str> {
    match (left, right) {
        ("-", "-") => Some("-"),
        ("'", "'") => Some("\""),
        (".", ".") => Some(".."),
        (".." | "...", ".") => Some("..."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArticleBuilder, BlockKind};

    fn tokens(text: &str) -> Vec<String> {
        let mut builder = ArticleBuilder::new();
        builder.push(BlockKind::Paragraph(0), text, |_| Vec::new());
        let (article, mut lexicon) = (builder.build(), Lexicon::default());
        let text = Text::new(&article, &mut lexicon);
        text.words.iter().map(|&word| lexicon.word(word).text.to_string()).collect()
    }

    #[test]
    fn typography_makes_no_other_tokens() {
        for (one, other) in [
            ("“No,” he said — twice…", "\"No,\" he said -- twice..."),
            ("''No''", "“No”"),
            ("10\u{a0}000 men", "10 000  men"),
            ("the S‑200", "the S-200"),
        ] {
            assert_eq!(tokens(one), tokens(other));
        }
        assert_ne!(tokens("10,000"), tokens("10.000"));
    }
}
