//! Owns what the tagger sees of one word: hashes of its forms, its case, its entry in the lexicon.

use super::hash;
use super::lexicon::{Entry, Lexicon, Lists};

/// One word of a sentence, hashed once and then seen by all features of its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) exact: u32,
    pub(super) lower: u32,
    pub(super) shape: u32,
    /// Of the first four chars of the lower-cased word, of fewer where it has no more than four; zero where it has no more than two.
    pub(super) prefix: u32,
    /// Of its last two, three and four chars; zero where it has no more than these.
    pub(super) suffix: [u32; 3],
    pub(super) case: Case,
    pub(super) lists: Lists,
    pub(super) cluster: u32,
    /// Whether the word is the first (bit 0) or a further one (bit 1) of a listed place or people of several words, and the lists of that.
    pub(super) place: u8,
    /// The same for an organization (bit 2) or a team (bit 3) of several words.
    pub(super) organization: u8,
    /// No name starts here: the decoder need not look.
    pub(super) plain: bool,
}

impl Word {
    /// All that the lexicon says of the word, as one code of 16 bits; but for organizations.
    pub(super) fn lists(&self) -> u32 {
        u32::from(self.lists.0 & 0xff) | u32::from(self.place) << 8
    }

    /// What the lexicon says of it as an organization or a part of one, as a code; 0 for nothing.
    pub(super) fn organization(&self) -> u32 {
        u32::from(self.lists.0 >> 8) << 4 | u32::from(self.organization)
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
    let (mut upper, mut other) = (0, 0);
    words.extend(sentence.iter().map(|text| {
        let letters = Letters::of(text);
        other += usize::from(letters.lower > 0);
        upper += usize::from(letters.lower == 0 && letters.upper > 1);
        see(text, &letters)
    }));
    let words = &mut words[start..];
    // Set in capitals, as headlines are: then case tells nothing.
    let shouted = upper >= 3 && upper >= 4 * other;
    for (word, text) in words.iter_mut().zip(sentence) {
        word.plain = !shouted && matches!(word.case, Case::Mark | Case::Lower | Case::Clitic) && !starts_surname(text);
    }
    look_up(words, lexicon);
    if shouted {
        for (word, text) in words.iter_mut().zip(sentence) {
            lower_voice(word, text);
        }
    }
    let mut first = true;
    for word in &mut *words {
        if first && word.case == Case::Title {
            word.case = Case::First;
        }
        first &= matches!(word.case, Case::Mark | Case::Number);
    }
    lexicon.mark_names(words);
    // `The company`: opens a sentence and no name. One word in four that could be part of a name is such a one.
    if let Some(at) = words.iter().position(|word| word.case == Case::First) {
        let common = words[at].lists() & !u32::from(Lists::LINK.0) == u32::from(Lists::LOWER.0) && words[at].organization() == 0;
        words[at].plain |= common && !shouted && words.get(at + 1).is_none_or(|after| after.plain);
    }
}

/// Asks the lexicon for the words that are not plain and for those around them, which features and [`super::decode::possible`] ask of.
fn look_up(words: &mut [Word], lexicon: &Lexicon<'_>) {
    let mut near = Vec::with_capacity(words.len());
    for at in (0..words.len()).filter(|&at| !words[at].plain) {
        let from = near.last().map_or(0, |&last| last + 1);
        near.extend(from.max(at.saturating_sub(NEAR))..(at + NEAR + 1).min(words.len()));
    }
    lexicon.fetch(near.iter().map(|&at| words[at].lower));
    for at in near {
        Entry { lists: words[at].lists, cluster: words[at].cluster } = lexicon.entry(words[at].lower);
    }
}

/// So far from a word that is not plain nothing is asked of any word but how it is written.
const NEAR: usize = super::decode::MAX_LINKS;

/// How many letters and digits a word has.
#[derive(Default)]
struct Letters {
    upper: usize,
    lower: usize,
    digit: usize,
    other: usize,
}

impl Letters {
    fn of(text: &str) -> Letters {
        // Most words: small letters, or a capital before them.
        let capital = usize::from(text.as_bytes().first().is_some_and(u8::is_ascii_uppercase));
        if text.as_bytes()[capital..].iter().all(u8::is_ascii_lowercase) {
            return Letters { upper: capital, lower: text.len() - capital, ..Letters::default() };
        }
        let mut letters = Letters::default();
        if text.is_ascii() {
            for byte in text.bytes() {
                match byte {
                    b'a'..=b'z' => letters.lower += 1,
                    b'A'..=b'Z' => letters.upper += 1,
                    b'0'..=b'9' => letters.digit += 1,
                    _ => letters.other += 1,
                }
            }
            return letters;
        }
        for c in text.chars() {
            if c.is_lowercase() {
                letters.lower += 1;
            } else if c.is_uppercase() {
                letters.upper += 1;
            } else if c.is_numeric() {
                letters.digit += 1;
            } else if c.is_alphabetic() {
                // Scripts without case: as names, for want of a better sign.
                letters.upper += 1;
                letters.lower += 1;
            } else {
                letters.other += 1;
            }
        }
        letters
    }

    fn case(&self, text: &str) -> Case {
        match (self.upper, self.lower, self.digit) {
            (0, 0, 0) => Case::Mark,
            (0, 0, _) => Case::Number,
            (_, _, 1..) => Case::Coded,
            (0, _, 0) if self.other > 0 && text.starts_with(['\'', '’']) || matches!(text, "n't" | "n’t") => Case::Clitic,
            (0, ..) => Case::Lower,
            (1, 0, _) => Case::Initial,
            (_, 0, _) => Case::Upper,
            (1, _, _) if text.starts_with(char::is_uppercase) => Case::Title,
            _ => Case::Mixed,
        }
    }
}

/// Words in lower case that names start with nonetheless: `van Dijk`, `bin Laden`.
fn starts_surname(text: &str) -> bool {
    matches!(
        text,
        "van" | "von" | "de" | "da" | "di" | "du" | "del" | "della" | "dos" | "al" | "el" | "bin" | "bint" | "ibn" | "abu" | "ben" | "ter"
    )
}

/// What the letters of a word tell.
fn see(text: &str, letters: &Letters) -> Word {
    let exact = hash::word(text.as_bytes());
    let lower = if letters.upper == 0 { exact } else { with_lower(text, |lower| hash::word(lower.as_bytes())) };
    let shape = match letters {
        Letters { upper: 0, digit: 0, other: 0, .. } => hash::word(b"x"),
        // A title, unless the capital stands elsewhere.
        Letters { upper: 1, lower: 1.., digit: 0, other: 0 } if text.as_bytes()[0].is_ascii_uppercase() => hash::word(b"Xx"),
        _ => shape_of(text),
    };
    Word { exact, lower, shape, case: letters.case(text), ..Word::default() }
}

/// Sees a word in capitals as a sentence would set it: what is mostly met in lower case stays low.
fn lower_voice(word: &mut Word, text: &str) {
    if !matches!(word.case, Case::Upper | Case::Initial | Case::Title) {
        return;
    }
    let set = with_lower(text, |lower| {
        let mut chars = lower.chars();
        let start = chars.next().filter(|_| !word.lists.has(Lists::LOWER));
        start.map_or_else(|| lower.to_owned(), |start| start.to_uppercase().chain(chars).collect())
    });
    word.case = if word.lists.has(Lists::LOWER) { Case::Lower } else { Case::Title };
    word.exact = hash::word(set.as_bytes());
    word.shape = shape_of(&set);
}

/// Calls `see` with the lower-cased word.
fn with_lower<T>(text: &str, see: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; 32];
    match buffer.get_mut(..text.len()) {
        Some(buffer) if text.is_ascii() => {
            buffer.copy_from_slice(text.as_bytes());
            buffer.make_ascii_lowercase();
            see(std::str::from_utf8(buffer).unwrap_or_default())
        }
        _ => see(&text.to_lowercase()),
    }
}

/// The word with every letter replaced by its class and long runs cut short: `Il-20` → `Xx-dd`, `U.S.` → `X.X.`.
fn shape_of(text: &str) -> u32 {
    let mut shape = [0; 12];
    let mut len = 0;
    let mut last = (0, 0);
    for c in text.chars() {
        let class = match c {
            'a'..='z' => b'x',
            'A'..='Z' => b'X',
            '0'..='9' => b'd',
            c if c.is_lowercase() => b'x',
            c if c.is_uppercase() => b'X',
            c if c.is_alphabetic() => b'z',
            c => u8::try_from(c).unwrap_or(b'?'),
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

impl Word {
    /// Hashes the ends of the word. Only words that could be part of a name need it.
    pub(super) fn look_at_affixes(&mut self, text: &str) {
        with_lower(text, |lower| {
            for (len, suffix) in (2..).zip(&mut self.suffix) {
                let Some([first, last]) = affixes(lower, len) else { break };
                (self.prefix, *suffix) = (hash::word(first), hash::word(last));
            }
        });
    }
}

/// The first and the last `len` chars of a word that has more.
fn affixes(word: &str, len: usize) -> Option<[&[u8]; 2]> {
    let (start, end) = if word.is_ascii() {
        (len, word.len().saturating_sub(len))
    } else {
        (word.char_indices().nth(len)?.0, word.char_indices().nth_back(len - 1)?.0)
    };
    (start < word.len()).then(|| [&word.as_bytes()[..start], &word.as_bytes()[end..]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::tagger::lexicon::Builder;

    fn seen(sentence: &str) -> Vec<Word> {
        let mut builder = Builder::default();
        builder.add("beat\nin\nof", Lists::LOWER);
        builder.add("New Haven\nHaven\nLos Altos Hills", Lists::CITY);
        builder.add("New Haven Wire\nBank of Haven", Lists::ORGANIZATION);
        let bytes = builder.build();
        let mut words = Vec::new();
        look(&sentence.split(' ').collect::<Vec<_>>(), &Lexicon::new(&bytes).unwrap(), &mut words);
        words
    }

    #[test]
    fn cases() {
        use Case::{Clitic, Coded, First, Initial, Lower, Mark, Mixed, Number, Title, Upper};
        let check = |sentence: &str, expect: &[Case]| {
            assert_eq!(seen(sentence).iter().map(|word| word.case).collect::<Vec<_>>(), expect, "{sentence}");
        };
        check("Russia 's Il-20 hit NATO", &[First, Clitic, Coded, Lower, Upper]);
        check("\" We met J. McDonald al-Assad", &[Mark, First, Lower, Initial, Mixed, Mixed]);
        check("12 Men did n't go .", &[Number, First, Lower, Clitic, Lower, Mark]);
        check("in Zürich É 東京", &[Lower, Title, Initial, Mixed]);
    }

    #[test]
    fn capitals_are_read_as_if_set_in_lower_case() {
        let shouted = seen("SPAIN BEAT NORWAY IN NATO");
        let set = seen("Spain beat Norway in Nato");
        assert_eq!(shouted.iter().map(|word| word.exact).collect::<Vec<_>>(), set.iter().map(|word| word.exact).collect::<Vec<_>>());
        assert_eq!(shouted.iter().map(|word| word.case).collect::<Vec<_>>(), set.iter().map(|word| word.case).collect::<Vec<_>>());
        assert!(shouted.iter().all(|word| !word.plain), "what is lower there is a guess");
        assert_eq!(seen("the NATO and EU men")[1].case, Case::Upper);
    }

    #[test]
    fn plain_words_start_no_name() {
        let plain: String = seen("the van Dijk , of 12 's").iter().map(|word| if word.plain { 'p' } else { '-' }).collect();
        assert_eq!(plain, "p--pp-p");
    }

    #[test]
    fn common_words_that_open_a_sentence_start_no_name() {
        let opens = |sentence: &str| !seen(sentence)[0].plain;
        assert!(!opens("Beat the drum"));
        assert!(!opens("In a haven"));
        assert!(opens("In Haven"));
        assert!(opens("Haven beat them"));
        assert!(opens("Smith beat them"));
    }

    #[test]
    fn listed_places_of_several_words() {
        let places = |sentence: &str| seen(sentence).iter().map(|word| word.place & 3).collect::<Vec<_>>();
        assert_eq!(places("from New Haven to Los Altos Hills"), [0, 1, 2, 0, 1, 2, 2]);
        assert_eq!(places("a new haven in Los Altos"), [0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn listed_organizations_of_several_words() {
        let organizations = |sentence: &str| seen(sentence).iter().map(|word| word.organization).collect::<Vec<_>>();
        assert_eq!(organizations("the Bank of Haven and New Haven Wire"), [0, 5, 6, 6, 0, 5, 6, 6]);
        assert_eq!(organizations("the Bank of haven , New Haven"), [0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn shapes_and_affixes() {
        assert_eq!(shape_of("Moscow"), shape_of("Rome"));
        assert_eq!(shape_of("NATO"), shape_of("OPEC"));
        assert_ne!(shape_of("NATO"), shape_of("A"));
        assert_ne!(shape_of("F-16"), shape_of("F16"));
        let mut words = seen("Zürich zürich abc");
        for (word, text) in words.iter_mut().zip(["Zürich", "zürich", "abc"]) {
            word.look_at_affixes(text);
        }
        assert_eq!((words[0].prefix, words[0].suffix), (words[1].prefix, words[1].suffix));
        assert_eq!(words[2].suffix[1], 0, "as long as the word");
        assert_ne!(words[2].suffix[0], 0);
    }
}
