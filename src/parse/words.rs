//! Lists of words that the rules go by.

use std::ops::Range;
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
        self.known().get(word).is_some()
    }

    /// Whether `word` in lower case is one of them; here all of them must be in lower case.
    pub(super) fn has_lower(&self, word: &str) -> bool {
        self.known().get_lower(word).is_some()
    }

    fn known(&self) -> &Known<()> {
        self.known.get_or_init(|| self.text.split_ascii_whitespace().map(|word| (word, ())).collect())
    }
}

/// What is known of some words. Most that are asked for are none of them, and fail by their first byte and their length.
#[derive(Debug)]
pub(super) struct Known<T> {
    /// In order of their first byte.
    words: Vec<(&'static str, T)>,
    /// For each first byte, which words have it, and a bit for each of their lengths.
    firsts: Vec<(Range<usize>, u32)>,
}

impl<T: Copy> Known<T> {
    pub(super) fn get(&self, word: &str) -> Option<T> {
        let &first = word.as_bytes().first()?;
        self.find(first, word, str::eq)
    }

    /// What is known of the word in lower case; here the words known must be in lower case.
    pub(super) fn get_lower(&self, word: &str) -> Option<T> {
        let &first = word.as_bytes().first()?;
        if word.is_ascii() {
            self.find(first.to_ascii_lowercase(), word, str::eq_ignore_ascii_case)
        } else {
            self.get(&word.to_lowercase())
        }
    }

    fn find(&self, first: u8, word: &str, is_same: fn(&str, &str) -> bool) -> Option<T> {
        let (range, lengths) = &self.firsts[usize::from(first)];
        if lengths & length_bit(word) == 0 {
            return None;
        }
        let found = self.words[range.clone()].iter().find(|(known, _)| known.len() == word.len() && is_same(known, word))?;
        Some(found.1)
    }
}

impl<T> FromIterator<(&'static str, T)> for Known<T> {
    fn from_iter<I: IntoIterator<Item = (&'static str, T)>>(words: I) -> Known<T> {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| word.as_bytes().first().copied());
        let firsts = (0..=u8::MAX).map(|first| {
            let start = words.partition_point(|(word, _)| word.as_bytes()[0] < first);
            let end = words.partition_point(|(word, _)| word.as_bytes()[0] <= first);
            (start..end, words[start..end].iter().fold(0, |lengths, (word, _)| lengths | length_bit(word)))
        });
        let firsts = firsts.collect();
        Known { words, firsts }
    }
}

fn length_bit(word: &str) -> u32 {
    1 << word.len().min(31)
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
    fn words_are_found_in_any_case() {
        static WORDS: Words = Words::new("the été монд");
        for word in ["the", "THE", "Été", "МОНД"] {
            assert!(WORDS.has_lower(word), "{word}");
        }
        for word in ["", "thé", "ete", "TH"] {
            assert!(!WORDS.has_lower(word), "{word}");
        }
    }
}
