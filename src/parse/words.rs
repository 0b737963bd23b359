//! Lists of words that the rules go by, and words in lower case.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Words as a person writes them down: parted by spaces and line ends. They are sorted out when they are first asked for.
#[derive(Debug)]
pub(super) struct Words {
    text: &'static str,
    known: OnceLock<Known<()>>,
}

impl Words {
    pub(super) const fn new(text: &'static str) -> Words {
        Words { text, known: OnceLock::new() }
    }

    /// Whether `word` is one of them, in the same case.
    pub(super) fn has(&self, word: &str) -> bool {
        self.known.get_or_init(|| self.text.split_ascii_whitespace().map(|word| (word, ())).collect()).get(word).is_some()
    }
}

/// What is known of some words. Most that are asked for are none of them, and fail by their first byte and their length.
#[derive(Debug)]
pub(super) struct Known<T> {
    words: HashMap<&'static str, T>,
    /// For the first byte of a word, a bit for each length of those that begin with it.
    lengths: [u32; 256],
}

impl<T> Known<T> {
    pub(super) fn get(&self, word: &str) -> Option<&T> {
        let &first = word.as_bytes().first()?;
        if self.lengths[usize::from(first)] & length_bit(word) == 0 { None } else { self.words.get(word) }
    }
}

impl<T: Copy> Known<T> {
    /// What is known of the word in lower case; here the words known must be in lower case.
    pub(super) fn get_lower(&self, word: &str) -> Option<T> {
        let &first = word.as_bytes().first()?;
        let fails = first.is_ascii() && self.lengths[usize::from(first.to_ascii_lowercase())] & length_bit(word) == 0 && word.is_ascii();
        if fails { None } else { with_lower(word, |word| self.get(word).copied()) }
    }
}

impl<T> FromIterator<(&'static str, T)> for Known<T> {
    fn from_iter<I: IntoIterator<Item = (&'static str, T)>>(words: I) -> Known<T> {
        let words: HashMap<&str, T> = words.into_iter().collect();
        let mut lengths = [0; 256];
        for word in words.keys() {
            lengths[usize::from(word.as_bytes()[0])] |= length_bit(word);
        }
        Known { words, lengths }
    }
}

fn length_bit(word: &str) -> u32 {
    1 << word.len().min(31)
}

/// Calls `see` with the word in lower case, which for most words needs no memory of its own.
pub(super) fn with_lower<T>(word: &str, see: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; 32];
    match buffer.get_mut(..word.len()) {
        Some(buffer) if word.is_ascii() => {
            buffer.copy_from_slice(word.as_bytes());
            buffer.make_ascii_lowercase();
            see(std::str::from_utf8(buffer).unwrap_or_default())
        }
        _ => see(&word.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_own_case() {
        static WORDS: Words = Words::new("the The  été\n a-very-long-word-of-more-than-thirty-one-bytes");
        for word in ["the", "The", "été", "a-very-long-word-of-more-than-thirty-one-bytes"] {
            assert!(WORDS.has(word), "{word}");
        }
        for word in ["", "THE", "th", "thee", "ét", "a-very-long-word-of-more-than-thirty-two-bytes", " "] {
            assert!(!WORDS.has(word), "{word}");
        }
    }

    #[test]
    fn lower_case() {
        for word in ["", "Oslo", "ÉTÉ", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ"] {
            assert_eq!(with_lower(word, str::to_owned), word.to_lowercase());
        }
    }
}
