//! Owns evidence: what one pass over a document teaches the next about its words.

use super::hash::HashedMap;

use super::label::{Label, TAGS, Tag};
use super::word::{Case, Word};

/// What the first pass over a document taught about one word of it. Codes, opaque to the features; 0 says nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// What the other mentions of the word were taken for, and how surely.
    pub(super) others: u8,
    /// Whether the document has the word in lower case, and capitalized inside a sentence.
    pub(super) case: u8,
    /// The tag that the first pass gave to this very word.
    pub(super) own: u8,
}

/// How many codes there are for the other mentions of a word, for their case and for the tag of the word itself.
pub(super) const OTHERS: usize = 2 + 6 * Label::ALL.len() + 2 * 2 + 1;
pub(super) const SEEN: usize = 5;
pub(super) const OWN: usize = 1 + TAGS;

/// The evidence for every word of a document, from the tags of a first pass.
pub(super) fn gather(words: &[Word], tags: &[Tag]) -> Vec<Evidence> {
    // A plain word can only go on with a name; of itself it says nothing.
    let tells = |word: &Word, tag: Tag| !word.plain || tag != Tag::OUTSIDE;
    let mut document = Seens::default();
    let mut asked = Asked::default();
    for (word, &tag) in words.iter().zip(tags) {
        if tells(word, tag) {
            asked.add(word);
        }
        if !word.plain {
            document.entry(word.lower).or_default().see(word, tag);
        }
    }
    // Of words in lower case only those count that are asked for.
    for (word, &tag) in words.iter().zip(tags).filter(|(word, _)| word.plain && word.case == Case::Lower && asked.maybe(word)) {
        document.entry(word.lower).or_default().see(word, tag);
    }
    let evidence = |(word, &tag): (&Word, &Tag)| {
        if !tells(word, tag) {
            return Evidence::default();
        }
        let seen = document.get(&word.lower).copied().unwrap_or_default();
        Evidence { others: seen.others(word, tag), case: seen.case(), own: 1 + tag.code() }
    };
    words.iter().zip(tags).map(evidence).collect()
}

/// By the hash of the lower-cased word.
type Seens = HashedMap<u32, Seen>;

/// Which words are asked for, by ten bits of their hash: most others are told so without a look into a map.
struct Asked([u64; 64]);

impl Default for Asked {
    fn default() -> Asked {
        Asked([0; 64])
    }
}

impl Asked {
    fn add(&mut self, word: &Word) {
        let (at, bit) = Asked::bit(word);
        self.0[at] |= bit;
    }

    fn maybe(&self, word: &Word) -> bool {
        let (at, bit) = Asked::bit(word);
        self.0[at] & bit != 0
    }

    fn bit(word: &Word) -> (usize, u64) {
        ((word.lower >> 6 & 63) as usize, 1 << (word.lower & 63))
    }
}

/// What a document says of one word.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// How often it was part of a name of each type, and last how often it was capitalized but no name.
    kinds: [u16; Label::ALL.len() + 1],
    lower: bool,
    /// Capitalized where no sentence starts.
    title: bool,
}

impl Seen {
    fn see(&mut self, word: &Word, tag: Tag) {
        if word.case == Case::Lower {
            self.lower = true;
        } else {
            let count = &mut self.kinds[kind(tag)];
            *count = count.saturating_add(1);
            self.title |= matches!(word.case, Case::Title | Case::Mixed);
        }
    }

    /// What the mentions other than this one were taken for most: 0 for none, else the kind, how clear the majority is, and whether
    /// there were more than two.
    fn others(&self, word: &Word, tag: Tag) -> u8 {
        let mut kinds = self.kinds;
        if word.case != Case::Lower {
            kinds[kind(tag)] = kinds[kind(tag)].saturating_sub(1);
        }
        let total: u32 = kinds.iter().map(|&count| u32::from(count)).sum();
        let mut top = 0;
        for at in 1..kinds.len() {
            if kinds[at] > kinds[top] {
                top = at;
            }
        }
        let share = u32::from(kinds[top]);
        let clear = u8::from(2 * share > total) + u8::from(5 * share >= 4 * total);
        if total == 0 { 0 } else { 1 + u8::try_from(top).unwrap_or(0) * 6 + clear * 2 + u8::from(total > 2) }
    }

    fn case(&self) -> u8 {
        1 + u8::from(self.lower) + 2 * u8::from(self.title)
    }
}

fn kind(tag: Tag) -> usize {
    tag.label().map_or(Label::ALL.len(), |label| label as usize)
}
