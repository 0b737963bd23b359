//! Lists of words that the rules go by.

/// Words as a person writes them down: parted by spaces and line ends. Meant for short lists and rare questions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub &'static str);

impl Words {
    /// Whether `word` is one of them, in the same case.
    pub(super) fn has(self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }
}
