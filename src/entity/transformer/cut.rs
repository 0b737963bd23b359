//! Owns the cutting of words into the pieces that a model knows: wordpieces, byte pairs or unigrams, as its own tokenizer has them.

use std::ops::Range;

use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{InputSequence, Tokenizer};

use super::TransformerError;

/// The tokenizer of a model.
#[derive(Debug)]
pub struct Cutter {
    tokenizer: Tokenizer,
    open: Vec<i64>,
    close: Vec<i64>,
}

/// Of longer words only the start is cut, and of what that gives only as many pieces are kept: a word is what its first piece is.
const MAX_CHARS: usize = 100;
const MAX_PIECES: usize = 100;

impl Cutter {
    /// From a `tokenizer.json`.
    ///
    /// # Errors
    /// One that is broken, or of a kind that is not known.
    pub fn from_json(json: &[u8]) -> Result<Cutter, TransformerError> {
        Cutter::new(Tokenizer::from_bytes(json).map_err(broken)?)
    }

    /// From BERT's `vocab.txt`, one wordpiece a line; `lowercase` where it is without capitals and accents.
    ///
    /// # Errors
    /// One without the marks of a BERT.
    pub fn from_vocabulary(lines: &str, lowercase: bool) -> Result<Cutter, TransformerError> {
        let mark = |name: &'static str| {
            let at = lines.lines().zip(0..).find(|&(piece, _)| piece == name);
            at.map(|(piece, number)| (piece.to_owned(), number)).ok_or(TransformerError::Vocabulary(name))
        };
        let (open, close, _) = (mark("[CLS]")?, mark("[SEP]")?, mark("[UNK]")?);
        let pieces = WordPiece::read_bytes(lines.as_bytes()).map_err(broken)?;
        let model = WordPiece::builder().vocab(pieces).build().map_err(broken)?;
        let mut tokenizer = Tokenizer::new(model);
        tokenizer.with_normalizer(Some(BertNormalizer::new(true, true, None, lowercase))).map_err(broken)?;
        tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
        tokenizer.with_post_processor(Some(BertProcessing::new(close, open)));
        Cutter::new(tokenizer)
    }

    fn new(mut tokenizer: Tokenizer) -> Result<Cutter, TransformerError> {
        // What fits is decided here, by whole words.
        tokenizer.with_truncation(None).map_err(broken)?;
        tokenizer.with_padding(None);
        let word = tokenizer.encode(InputSequence::from(vec!["a"]), true).map_err(broken)?;
        let is_mark = word.get_special_tokens_mask();
        let opening = is_mark.iter().take_while(|&&mark| mark == 1).count();
        let closing = is_mark.iter().rev().take_while(|&&mark| mark == 1).count();
        if opening == is_mark.len() {
            return Err(TransformerError::Tokenizer("it makes no pieces of a word".to_owned()));
        }
        let numbers = numbers(word.get_ids());
        let (open, close) = (numbers[..opening].to_vec(), numbers[numbers.len() - closing..].to_vec());
        // A document that holds the name of a mark holds words.
        tokenizer.set_encode_special_tokens(true);
        Ok(Cutter { tokenizer, open, close })
    }

    /// What stands before all pieces.
    pub(super) fn open(&self) -> &[i64] {
        &self.open
    }

    /// What stands after all pieces.
    pub(super) fn close(&self) -> &[i64] {
        &self.close
    }

    /// The number of a mark.
    pub(super) fn mark(&self, name: &str) -> Option<i64> {
        self.tokenizer.token_to_id(name).map(i64::from)
    }

    pub(super) fn pieces(&self, words: &[&str]) -> Result<Pieces, TransformerError> {
        let mut pieces = Pieces { numbers: Vec::with_capacity(words.len()), starts: Vec::with_capacity(words.len() + 1) };
        for word in words {
            pieces.starts.push(pieces.numbers.len());
            let start = word.char_indices().nth(MAX_CHARS).map_or(*word, |(at, _)| &word[..at]);
            let cut = self.tokenizer.encode_fast(InputSequence::from(vec![start]), false).map_err(broken)?;
            pieces.numbers.extend(cut.get_ids().iter().take(MAX_PIECES).copied().map(i64::from));
        }
        pieces.starts.push(pieces.numbers.len());
        Ok(pieces)
    }
}

fn numbers(ids: &[u32]) -> Vec<i64> {
    ids.iter().copied().map(i64::from).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn broken(error: tokenizers::Error) -> TransformerError {
    TransformerError::Tokenizer(error.to_string())
}

/// The pieces of a document's words.
#[derive(Debug)]
pub(super) struct Pieces {
    numbers: Vec<i64>,
    /// Where each word starts, and last where the last one ends. A word of nothing that the tokenizer keeps has no piece.
    starts: Vec<usize>,
}

/// Words that a model is shown at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Those that are decided on,
    pub(super) core: Range<usize>,
    /// and with them those around them.
    pub(super) shown: Range<usize>,
}

impl Pieces {
    /// All pieces of these words.
    pub(super) fn of(&self, words: Range<usize>) -> &[i64] {
        &self.numbers[self.starts[words.start]..self.starts[words.end]]
    }

    /// Where the first piece of a word stands among those of the words from `start` on; nowhere if it has none.
    pub(super) fn place(&self, start: usize, word: usize) -> Option<usize> {
        (self.starts[word] < self.starts[word + 1]).then(|| self.starts[word] - self.starts[start])
    }

    /// Cuts the words into windows whose cores follow each other and have at most `most` words and pieces, with at most `around` of each on
    /// either side. `most` is more than [`MAX_PIECES`], so that every window holds a word.
    pub(super) fn windows(&self, most: usize, around: usize) -> impl Iterator<Item = Window> {
        let words = self.starts.len() - 1;
        let mut next = 0;
        std::iter::from_fn(move || {
            (next < words).then(|| {
                let core = next..self.end_of(next, most);
                next = core.end;
                Window { shown: self.start_of(core.start, around)..self.end_of(core.end, around), core }
            })
        })
    }

    /// The end of as many words from `start` on as are `most` words and pieces.
    fn end_of(&self, start: usize, most: usize) -> usize {
        let limit = self.starts[start] + most;
        (self.starts.partition_point(|&piece| piece <= limit) - 1).min(start + most)
    }

    /// The first of as many words before `end` as are `most` words and pieces.
    fn start_of(&self, end: usize, most: usize) -> usize {
        let limit = self.starts[end].saturating_sub(most);
        self.starts.partition_point(|&piece| piece < limit).max(end.saturating_sub(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nAnn\nOs\n##lo\n'\ns\nzur\n##ich\n-\nz";

    /// `expect` has the pieces of all words, words apart by `|`.
    #[track_caller]
    fn check(cutter: &Cutter, words: &str, expect: &str) {
        let words: Vec<&str> = words.split(' ').collect();
        let pieces = cutter.pieces(&words).unwrap();
        let name = |&number: &i64| cutter.tokenizer.id_to_token(u32::try_from(number).unwrap()).unwrap();
        let got: Vec<String> = (0..words.len()).map(|at| pieces.of(at..at + 1).iter().map(name).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(got.join(" | "), expect);
    }

    #[test]
    fn a_vocabulary_cuts_by_the_longest_known_piece() {
        let cutter = Cutter::from_vocabulary(LINES, false).unwrap();
        assert_eq!((cutter.open(), cutter.close()), (&[2][..], &[3][..]));
        check(&cutter, "Ann Oslo", "Ann | Os ##lo");
        check(&cutter, "Oslo's", "Os ##lo ' s");
        check(&cutter, "Oslot Annlo", "[UNK] | Ann ##lo");
        check(&cutter, "z-Oslo €", "z - Os ##lo | [UNK]");
        // A soft hyphen is nothing at all; the name of a mark is words.
        check(&cutter, "\u{ad} Ann", " | Ann");
        check(&cutter, "[SEP]", "[UNK] [UNK] [UNK]");
        check(&cutter, &"-".repeat(1 << 20), &["-"; MAX_PIECES].join(" "));
        check(&Cutter::from_vocabulary(LINES, true).unwrap(), "Zürich ZURICH ann", "zur ##ich | zur ##ich | [UNK]");
    }

    #[test]
    fn a_unigram_tokenizer_cuts_as_it_says() {
        let cutter = Cutter::from_json(include_bytes!("../../../tests/onnx/unigram.json")).unwrap();
        assert_eq!((cutter.open(), cutter.close()), (&[1][..], &[2][..]));
        assert_eq!(cutter.mark("<<ENT>>"), Some(10));
        check(&cutter, "Ostholm Ost", "▁Ost holm | ▁Ost");
        // What stands in the file of length and padding is not for us.
        check(&cutter, &["Ost"; 9].join(" "), &["▁Ost"; 9].join(" | "));
    }

    #[test]
    fn windows_are_of_whole_words() {
        let pieces = Cutter::from_vocabulary(LINES, false).unwrap().pieces(&["Oslo", "Ann", "Oslo", "Ann", "Ann"]).unwrap();
        let windows = |most, around| pieces.windows(most, around).map(|window| (window.core, window.shown)).collect::<Vec<_>>();
        assert_eq!(windows(3, 0), [(0..2, 0..2), (2..4, 2..4), (4..5, 4..5)]);
        assert_eq!(windows(4, 1), [(0..2, 0..2), (2..5, 1..5)]);
        assert_eq!(windows(4, 3), [(0..2, 0..4), (2..5, 0..5)]);
        assert_eq!(windows(99, 9), [(0..5, 0..5)]);
        // Words of no pieces count as well.
        let nothing = Cutter::from_vocabulary(LINES, false).unwrap().pieces(&["\u{ad}"; 9]).unwrap();
        assert_eq!(nothing.windows(4, 2).map(|window| window.shown).collect::<Vec<_>>(), [0..6, 2..9, 6..9]);
    }

    #[test]
    fn what_is_no_tokenizer_is_refused() {
        let refused = |cutter: Result<Cutter, TransformerError>| cutter.unwrap_err().to_string();
        assert_eq!(refused(Cutter::from_vocabulary("Ann\n[UNK]", false)), "the vocabulary has no [CLS]");
        assert!(refused(Cutter::from_json(b"{\"model\": 1}")).starts_with("the tokenizer: "));
        assert!(refused(Cutter::from_json(b"\xff")).starts_with("the tokenizer: "));
    }
}
