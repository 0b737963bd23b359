//! Owns the lexicon: what a single word can be, read once from `lexicon.txt`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// A set of the classes of `lexicon.txt`.
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
    FACILITY 36 ADJECTIVE 37 DETERMINER 38 TIME_CUE 39 ORDINAL 40 EVENT_OPEN 41 VESSEL 42 ORG_NOUN 43
}

impl Class {
    pub(super) const fn has(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// Everything the lexicon says of a word, whatever its case and with or without its closing full stop.
pub(super) fn class_of(word: &str) -> Class {
    let mut buffer = [0_u8; LONGEST];
    let Some(lower) = lower(word, &mut buffer) else { return Class::NONE };
    LEXICON.get(lower).or_else(|| LEXICON.get(lower.strip_suffix('.')?)).copied().unwrap_or(Class::NONE)
}

/// Bytes of the longest word that the lexicon may hold; a test keeps to it.
const LONGEST: usize = 32;

fn lower<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let len = if word.is_ascii() {
        let lower = buffer.get_mut(..word.len())?;
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        word.len()
    } else {
        let mut len = 0;
        for c in word.chars().flat_map(char::to_lowercase) {
            let c = if c == '’' { '\'' } else { c };
            let room = buffer.get_mut(len..len + c.len_utf8())?;
            len += c.encode_utf8(room).len();
        }
        len
    };
    std::str::from_utf8(&buffer[..len]).ok()
}

static LEXICON: LazyLock<HashMap<&'static str, Class, BuildHasherDefault<Fnv>>> = LazyLock::new(|| read(include_str!("lexicon.txt")));

fn read(text: &'static str) -> HashMap<&'static str, Class, BuildHasherDefault<Fnv>> {
    let mut lexicon: HashMap<&str, Class, BuildHasherDefault<Fnv>> = HashMap::default();
    let mut class = Class::NONE;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('@') {
            class = Class::named(name).unwrap_or(Class::NONE);
            continue;
        }
        for word in line.split_whitespace() {
            let entry = lexicon.entry(word).or_insert(Class::NONE);
            *entry = entry.or(class);
        }
    }
    lexicon
}

/// FNV-1a: the words are short and ours, so the standard hasher's armour buys nothing.
#[derive(Clone, Copy, Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_and_word_of_the_file_can_be_looked_up() {
        for line in include_str!("lexicon.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('@') {
                assert!(Class::named(name).is_some(), "no class {name}");
                continue;
            }
            for word in line.split_whitespace() {
                assert!(word.len() <= LONGEST, "too long: {word}");
                assert!(word.chars().all(|c| !c.is_uppercase()), "not in lower case: {word}");
                assert_ne!(class_of(word), Class::NONE, "{word}");
            }
        }
    }

    #[test]
    fn case_and_full_stop_do_not_matter() {
        assert!(class_of("MINISTER").has(Class::POST));
        assert!(class_of("Maj.").has(Class::RANK));
        assert!(class_of("Türkiye").has(Class::COUNTRY));
        assert_eq!(class_of(&"x".repeat(100)), Class::NONE);
        assert_eq!(class_of(&"é".repeat(100)), Class::NONE);
    }
}
