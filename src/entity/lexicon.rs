//! Owns the lexicon: what a single word can be, read once from `lexicon.txt`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// A set of the classes of `lexicon.txt`, and of what else tells one word from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u64);

macro_rules! classes {
    ($($name:ident $bit:literal)*) => {
        impl Class {
            pub(super) const NONE: Class = Class(0);
            $(pub(super) const $name: Class = Class(1 << $bit);)*

            fn named(name: &str) -> Option<Class> {
                match name {
                    $(stringify!($name) => Some(Class::$name),)*
                    _ => None,
                }
            }
        }
    };
}

classes! {
    STOP 0 HONORIFIC 1 RANK 2 POST 3 POST_PART 4 ORG_HEAD 5 ORG_FIELD 6 PLACE_HEAD 7 PLACE_OPEN 8 COUNTRY 9 DEMONYM 10 CITY 11
    FIRST_NAME 12 MONTH 13 WEEKDAY 14 NUMBER 15 MAGNITUDE 16 UNIT 17 CURRENCY 18 SAY 19 PARTICLE 20 PRODUCT 21 EVENT 22 COUNTED 23
    TIME_UNIT 24 VERB 25 ORG 26 REGION 27 PREPOSITION 28 PRONOUN 29 FEMALE 30 MALE 31 PRODUCT_NOUN 32 BAD_NAME 33 NOMINAL 34 HEDGE 35
    FACILITY 36 ADJECTIVE 37 DETERMINER 38 TIME_CUE 39 ORDINAL 40 EVENT_OPEN 41 VESSEL 42 ORG_NOUN 43 SOURCE 44 PHRASE 45 LEGAL_FORM 46 PAST 47 TO_COME 48 SCHEDULED 49
}

/// What a word's own letters say of it, whatever the lexicon does; no line of the file has these.
impl Class {
    /// The token is a word, as opposed to a number, a link or a mark.
    pub(super) const WORD: Class = Class(1 << 57);
    /// The token is a number in digits.
    pub(super) const DIGITS: Class = Class(1 << 58);
    pub(super) const MARK: Class = Class(1 << 59);
    /// The first letter is a capital.
    pub(super) const CAPITAL: Class = Class(1 << 60);
    /// It may be the adjective of a people, made from the name of its place: `Orenvian`.
    pub(super) const PEOPLE: Class = Class(1 << 61);
    /// A name may start here.
    pub(super) const NAMED: Class = Class(1 << 62);
    /// An amount or a date may start here, whatever comes next.
    pub(super) const COUNTS: Class = Class(1 << 63);
}

impl Class {
    pub(super) const fn has(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }

    /// With the other classes too where `is` says so.
    pub(super) fn with(self, other: Class, is: bool) -> Class {
        if is { self.or(other) } else { self }
    }
}

/// Everything the lexicon says of a word, whatever its case and with or without its closing full stop.
pub(super) fn class_of(word: &str) -> Class {
    class_of_spelling(spelling(word))
}

/// The same for a word whose spelling is known.
pub(super) fn class_of_spelling(spelling: u64) -> Class {
    let lexicon = &*LEXICON;
    let (at, bit) = Lexicon::bit(spelling);
    if lexicon.maybe[at] & bit == 0 { Class::NONE } else { lexicon.classes.get(&spelling).copied().unwrap_or(Class::NONE) }
}

/// One number for all forms of a word that differ in case, in its closing full stop or in the kind of apostrophe. Different words get
/// different numbers but for one chance in 2^64, so words are compared by it.
pub(super) fn spelling(word: &str) -> u64 {
    let word = word.strip_suffix('.').filter(|word| !word.is_empty()).unwrap_or(word);
    if word.is_ascii() { hash(word.as_bytes()) } else { hash(word.to_lowercase().replace('’', "'").as_bytes()) }
}

/// The spelling of several words, from that of all but the last and that of the last.
pub(super) fn joined(words: u64, word: u64) -> u64 {
    mixed(words.rotate_left(17), word)
}

/// The hash of bytes, capitals of ASCII taken as small letters. Eight bytes a step; the last step may see some of them again.
fn hash(bytes: &[u8]) -> u64 {
    let eight = |at: usize| lower(u64::from_le_bytes(*bytes[at..].first_chunk().expect("eight bytes from here")));
    let len = bytes.len();
    let hash = mixed(len as u64, 0);
    match len {
        0 => hash,
        1..4 => mixed(hash, lower(u64::from_le_bytes([bytes[0], bytes[len / 2], bytes[len - 1], 0, 0, 0, 0, 0]))),
        4..8 => {
            let four = |at: usize| u64::from(u32::from_le_bytes(*bytes[at..].first_chunk().expect("four bytes from here")));
            mixed(hash, lower(four(0) | four(len - 4) << 32))
        }
        _ => mixed((0..(len - 1) / 8).fold(hash, |hash, step| mixed(hash, eight(8 * step))), eight(len - 8)),
    }
}

/// Eight bytes with the capitals of ASCII among them made small.
fn lower(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let sevens = bytes & (0x7f * ONES);
    // The top bit of each byte that is a capital.
    let from_a = sevens + ONES * (0x80 - u64::from(b'A'));
    let beyond_z = sevens + ONES * (0x7f - u64::from(b'Z'));
    bytes | ((from_a ^ beyond_z) & !bytes & (0x80 * ONES)) >> 2
}

/// Spreads what differs over all bits (the multiplier is that of the golden ratio).
fn mixed(hash: u64, part: u64) -> u64 {
    let mixed = (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}

/// A map from spellings that we know, not from those of a document, which could be chosen to collide.
pub(super) type Spellings<T> = HashMap<u64, T, BuildHasherDefault<Spelled>>;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(include_str!("lexicon.txt")));

struct Lexicon {
    classes: Spellings<Class>,
    /// A bit for every value that the upper sixteen bits of a spelling have in `classes`: most words that it has not fail here.
    maybe: Vec<u64>,
}

impl Lexicon {
    fn read(text: &str) -> Lexicon {
        let mut classes: Spellings<Class> = Spellings::default();
        let mut class = Class::NONE;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('@') {
                class = Class::named(name).unwrap_or(Class::NONE);
                continue;
            }
            for word in line.split_whitespace() {
                let entry = classes.entry(spelling(word)).or_insert(Class::NONE);
                *entry = entry.or(class);
            }
        }
        let mut maybe = vec![0; 1 << 10];
        for &spelling in classes.keys() {
            let (at, bit) = Lexicon::bit(spelling);
            maybe[at] |= bit;
        }
        Lexicon { classes, maybe }
    }

    fn bit(spelling: u64) -> (usize, u64) {
        ((spelling >> 54) as usize, 1 << (spelling >> 48 & 63))
    }
}

/// A spelling is a hash already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spelled(u64);

impl Hasher for Spelled {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, spelling: u64) {
        self.0 = spelling;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_class_and_word_of_the_file_can_be_looked_up() {
        for line in include_str!("lexicon.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('@') {
                assert!(Class::named(name).is_some(), "no class {name}");
                continue;
            }
            for word in line.split_whitespace() {
                assert!(word.chars().all(|c| !c.is_uppercase()), "not in lower case: {word}");
                assert_ne!(class_of(word), Class::NONE, "{word}");
            }
        }
    }

    #[test]
    fn words_of_the_file_have_spellings_of_their_own() {
        let lines = include_str!("lexicon.txt").lines().filter(|line| !line.starts_with(['#', '@']));
        let words: BTreeSet<&str> = lines.flat_map(str::split_whitespace).collect();
        let spellings: BTreeSet<u64> = words.iter().map(|word| spelling(word)).collect();
        assert_eq!(spellings.len(), words.len());
    }

    #[test]
    fn every_letter_counts() {
        let word = "abcdefghijklmnopqrstuvwxyz";
        for len in 1..=word.len() {
            for at in 0..len {
                let other = format!("{}!{}", &word[..at], &word[at + 1..len]);
                assert_ne!(spelling(&word[..len]), spelling(&other), "{other}");
            }
            assert_eq!(spelling(&word[..len]), spelling(&word[..len].to_uppercase()));
        }
        assert_ne!(spelling("[@`{"), spelling("{`@["), "no letters");
    }

    #[test]
    fn case_and_full_stop_do_not_matter() {
        assert!(class_of("MINISTER").has(Class::POST));
        assert!(class_of("Maj.").has(Class::RANK));
        assert!(class_of("Türkiye").has(Class::COUNTRY));
        assert_eq!(spelling("Don’t"), spelling("DON'T."));
        assert_ne!(spelling("."), spelling("''"));
        assert_eq!(class_of(&"x".repeat(100)), Class::NONE);
        assert_eq!(class_of(&"é".repeat(100)), Class::NONE);
    }
}
