//! Owns wordpieces: words cut the way of BERT (Devlin et al. 2019), by the longest piece that the vocabulary has.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The pieces that a model knows, by their numbers.
#[derive(Debug)]
pub(super) struct Vocabulary {
    numbers: HashMap<String, i64>,
    lowercase: bool,
    open: i64,
    close: i64,
    unknown: i64,
}

/// Longer words are one unknown piece, as BERT has it.
const MAX_CHARS: usize = 100;

impl Vocabulary {
    /// From one piece a line.
    ///
    /// # Errors
    /// The mark of BERT's that is missing.
    pub(super) fn new(lines: &str, lowercase: bool) -> Result<Vocabulary, &'static str> {
        let numbers: HashMap<String, i64> = lines.lines().map(str::to_owned).zip(0..).collect();
        let mark = |name: &'static str| numbers.get(name).copied().ok_or(name);
        let (open, close, unknown) = (mark("[CLS]")?, mark("[SEP]")?, mark("[UNK]")?);
        Ok(Vocabulary { numbers, lowercase, open, close, unknown })
    }

    /// What stands before all pieces.
    pub(super) fn open(&self) -> i64 {
        self.open
    }

    /// What stands after all pieces.
    pub(super) fn close(&self) -> i64 {
        self.close
    }

    pub(super) fn pieces(&self, words: &[&str]) -> Pieces {
        let mut pieces = Pieces { numbers: Vec::with_capacity(words.len()), starts: Vec::with_capacity(words.len() + 1) };
        for word in words {
            pieces.starts.push(pieces.numbers.len());
            if word.chars().nth(MAX_CHARS).is_some() {
                pieces.numbers.push(self.unknown);
            } else {
                self.cut(word, &mut pieces.numbers);
            }
        }
        pieces.starts.push(pieces.numbers.len());
        pieces
    }

    /// Appends the pieces of a word, of which there is at least one. Marks stand alone.
    fn cut(&self, word: &str, numbers: &mut Vec<i64>) {
        let start = numbers.len();
        let word: String = match self.lowercase {
            true => word.to_lowercase().nfd().filter(|&c| !is_combining_mark(c)).collect(),
            false => word.to_owned(),
        };
        let mut rest = word.as_str();
        while let Some(first) = rest.chars().next() {
            let end =
                if first.is_alphanumeric() { rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()) } else { first.len_utf8() };
            let (part, after) = rest.split_at(end);
            self.cut_part(part, numbers);
            rest = after;
        }
        if numbers.len() == start {
            numbers.push(self.unknown);
        }
    }

    /// Cuts off the longest known piece again and again; where there is none the whole is unknown.
    fn cut_part(&self, part: &str, numbers: &mut Vec<i64>) {
        let start = numbers.len();
        let mut from = 0;
        while from < part.len() {
            let continued = if from == 0 { "" } else { "##" };
            let ends = part[from..].char_indices().rev().map(|(at, c)| from + at + c.len_utf8());
            let found = ends
                .map(|end| (end, format!("{continued}{}", &part[from..end])))
                .find_map(|(end, piece)| Some((end, *self.numbers.get(&piece)?)));
            let Some((end, number)) = found else {
                numbers.truncate(start);
                numbers.push(self.unknown);
                return;
            };
            numbers.push(number);
            from = end;
        }
    }
}

/// The pieces of a document's words.
#[derive(Debug)]
pub(super) struct Pieces {
    numbers: Vec<i64>,
    /// Where each word starts, and last where the last one ends. Every word has a piece, and at most [`MAX_CHARS`] of them.
    starts: Vec<usize>,
}

impl Pieces {
    /// The index of the first piece of a word.
    pub(super) fn place(&self, word: usize) -> usize {
        self.starts[word]
    }

    /// The pieces of these words.
    pub(super) fn of(&self, words: Range<usize>) -> &[i64] {
        &self.numbers[self.starts[words.start]..self.starts[words.end]]
    }

    /// As many words from `start` on as have `most` pieces together, which must be more than any word has to come forward.
    pub(super) fn fitting(&self, start: usize, most: usize) -> Range<usize> {
        let limit = self.starts[start] + most;
        start..self.starts.partition_point(|&piece| piece <= limit) - 1
    }

    /// The first of as many words before `end` as have `most` pieces together.
    pub(super) fn fitting_before(&self, end: usize, most: usize) -> usize {
        let limit = self.starts[end].saturating_sub(most);
        self.starts.partition_point(|&piece| piece < limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nAnn\nOs\n##lo\n'\ns\nzur\n##ich\n-\nz";

    /// `expect` has the pieces of all words, words apart by `|`.
    #[track_caller]
    fn check(lowercase: bool, words: &str, expect: &str) {
        let names: Vec<&str> = LINES.lines().collect();
        let words: Vec<&str> = words.split(' ').collect();
        let pieces = Vocabulary::new(LINES, lowercase).unwrap().pieces(&words);
        let name = |&number: &i64| names[usize::try_from(number).unwrap()];
        let got: Vec<String> = (0..words.len()).map(|at| pieces.of(at..at + 1).iter().map(name).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(got.join(" | "), expect);
    }

    #[test]
    fn words_are_cut_by_the_longest_known_piece() {
        check(false, "Ann Oslo", "Ann | Os ##lo");
        check(false, "Oslo's", "Os ##lo ' s");
        check(false, "Oslot Annlo", "[UNK] | Ann ##lo");
        check(false, "z-Oslo €", "z - Os ##lo | [UNK]");
        check(true, "Zürich ZURICH ann", "zur ##ich | zur ##ich | [UNK]");
        check(false, &"lo".repeat(60), "[UNK]");
    }

    #[test]
    fn windows_are_of_whole_words() {
        let pieces = Vocabulary::new(LINES, false).unwrap().pieces(&["Oslo", "Ann", "Oslo", "Ann"]);
        assert_eq!(pieces.fitting(0, 3), 0..2);
        assert_eq!(pieces.fitting(0, 4), 0..2);
        assert_eq!(pieces.fitting(2, 99), 2..4);
        assert_eq!(pieces.fitting(4, 9), 4..4);
        assert_eq!([0, 1, 2, 3, 4].map(|most| pieces.fitting_before(3, most)), [3, 3, 2, 1, 1]);
    }

    #[test]
    fn a_vocabulary_without_the_marks_is_none() {
        assert_eq!(Vocabulary::new("Ann\n[UNK]", false).unwrap_err(), "[CLS]");
    }
}
