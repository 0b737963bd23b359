//! Owns what the tagger sees of one word: hashes of its forms, its case, its entry in the lexicon.

use super::hash;
use super::lexicon::{Lexicon, Lists};

/// One word of a sentence, hashed once and then seen by all features of its neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    pub(super) exact: u32,
    pub(super) lower: u32,
    pub(super) shape: u32,
    /// Of two, three and four chars of the lower-cased word; zero where it is shorter.
    pub(super) prefix: [u32; 3],
    pub(super) suffix: [u32; 3],
    pub(super) case: Case,
    pub(super) lists: Lists,
    pub(super) cluster: u32,
    /// What list of places the word is a part of, together with its neighbours: see [`Lexicon::mark_places`].
    pub(super) place: u8,
    /// No name starts here: the decoder need not look.
    pub(super) plain: bool,
}

impl Word {
    /// All that the lexicon says of the word, as one code of 16 bits.
    pub(super) fn lists(&self) -> u32 {
        u32::from(self.lists.0) | u32::from(self.place) << 8
    }
}

/// How a word is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    #[default]
    Outside,
    Mark,
    Lower,
    Number,
    /// Letters and digits: `F-16`, `20th`.
    Coded,
    /// `Moscow`.
    Title,
    /// The same as the first word of a sentence, where it says little.
    First,
    /// `NATO`.
    Upper,
    /// `J.`, `A`.
    Initial,
    /// `McDonald`, `al-Assad`.
    Mixed,
    /// `'s`, `n't`.
    Clitic,
}

/// How many cases there are.
pub(super) const CASES: usize = Case::Clitic as usize + 1;

impl Case {
    /// Whether a word of this case looks like part of a name.
    pub(super) fn is_capital(self) -> bool {
        matches!(self, Case::Title | Case::First | Case::Upper | Case::Initial | Case::Mixed)
    }
}

/// Looks at the words of one sentence and appends what it sees.
pub(super) fn look(sentence: &[&str], lexicon: &Lexicon<'_>, words: &mut Vec<Word>) {
    let start = words.len();
    let shouted = is_shouted(sentence);
    let mut scratch = String::new();
    let mut first = true;
    for text in sentence {
        let mut word = see(text, lexicon, shouted, first, &mut scratch);
        word.plain = !shouted && matches!(word.case, Case::Mark | Case::Lower | Case::Clitic);
        first &= matches!(word.case, Case::Mark | Case::Number);
        words.push(word);
    }
    lexicon.mark_places(&mut words[start..]);
}

/// Whether a sentence is set in capitals, as headlines are: then case tells nothing.
fn is_shouted(sentence: &[&str]) -> bool {
    let (mut upper, mut other) = (0, 0);
    for word in sentence {
        let has_lower = word.chars().any(char::is_lowercase);
        if has_lower {
            other += 1;
        } else if word.chars().filter(|c| c.is_uppercase()).count() > 1 {
            upper += 1;
        }
    }
    upper >= 3 && upper >= 4 * other
}

fn see(text: &str, lexicon: &Lexicon<'_>, shouted: bool, first: bool, scratch: &mut String) -> Word {
    scratch.clear();
    if text.is_ascii() {
        scratch.push_str(text);
        scratch.make_ascii_lowercase();
    } else {
        scratch.extend(text.chars().flat_map(char::to_lowercase));
    }
    let lower = hash::word(scratch.as_bytes());
    let entry = lexicon.entry(lower);
    let mut word = Word { lower, lists: entry.lists, cluster: entry.cluster, ..Word::default() };
    let mut case = case_of(text);
    if shouted && matches!(case, Case::Upper | Case::Initial | Case::Title) {
        // Set it as a sentence would: a word that is mostly met in lower case stays low.
        case = if entry.lists.has(Lists::LOWER) { Case::Lower } else { Case::Title };
        let mut chars = scratch.chars();
        let start = chars.next();
        let set: String = match (case, start) {
            (Case::Title, Some(start)) => start.to_uppercase().chain(chars).collect(),
            _ => scratch.clone(),
        };
        word.exact = hash::word(set.as_bytes());
        word.shape = shape_of(&set);
    } else {
        word.exact = hash::word(text.as_bytes());
        word.shape = shape_of(text);
    }
    word.case = if first && case == Case::Title { Case::First } else { case };
    affixes(scratch, &mut word);
    word
}

fn case_of(text: &str) -> Case {
    let (mut upper, mut lower, mut digit, mut other) = (0, 0, 0, 0);
    for c in text.chars() {
        if c.is_lowercase() {
            lower += 1;
        } else if c.is_uppercase() {
            upper += 1;
        } else if c.is_numeric() {
            digit += 1;
        } else if c.is_alphabetic() {
            // Scripts without case: as names, for want of a better sign.
            upper += 1;
            lower += 1;
        } else {
            other += 1;
        }
    }
    let starts_upper = text.starts_with(char::is_uppercase);
    match (upper, lower, digit) {
        (0, 0, 0) => Case::Mark,
        (0, 0, _) => Case::Number,
        (_, _, 1..) => Case::Coded,
        (0, _, 0) if other > 0 && text.starts_with(['\'', '’']) || matches!(text, "n't" | "n’t") => Case::Clitic,
        (0, ..) => Case::Lower,
        (1, 0, _) => Case::Initial,
        (_, 0, _) => Case::Upper,
        (1, _, _) if starts_upper => Case::Title,
        _ => Case::Mixed,
    }
}

/// The word with every letter replaced by its class and long runs cut short: `Il-20` → `Xx-dd`, `U.S.` → `X.X.`.
fn shape_of(text: &str) -> u32 {
    let mut shape = [0u8; 12];
    let mut len = 0;
    let mut last = (0u8, 0);
    for c in text.chars() {
        let class = match c {
            'a'..='z' => b'x',
            'A'..='Z' => b'X',
            '0'..='9' => b'd',
            c if c.is_ascii() => c as u8,
            c if c.is_lowercase() => b'x',
            c if c.is_uppercase() => b'X',
            c if c.is_alphabetic() => b'z',
            _ => b'?',
        };
        last = if class == last.0 { (class, last.1 + 1) } else { (class, 1) };
        let most = match class {
            b'd' => 4,
            b'X' => 2,
            _ => 1,
        };
        if last.1 <= most && len < shape.len() {
            shape[len] = class;
            len += 1;
        }
    }
    hash::word(&shape[..len])
}

fn affixes(lower: &str, word: &mut Word) {
    let bytes = lower.as_bytes();
    for (at, len) in (2..=4).enumerate() {
        let (start, end) = if lower.is_ascii() {
            (len, bytes.len().saturating_sub(len))
        } else {
            let start = lower.char_indices().nth(len).map_or(bytes.len() + 1, |(at, _)| at);
            let end = lower.char_indices().rev().nth(len - 1).map_or(0, |(at, _)| at);
            (start, end)
        };
        if start < bytes.len() {
            word.prefix[at] = hash::word(&bytes[..start]);
            word.suffix[at] = hash::word(&bytes[end..]);
        }
    }
}
