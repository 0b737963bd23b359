//! Invented stories of about 3 KB, as varied as a spool of wire copy: the sentences of the committed stories, with names, numbers
//! and words changed by the dice. One vocabulary of a few dozen words would flatter every cache on the way.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::random::Random;

/// Names that may occur; the first ones occur far more often than the last.
const NAMES: usize = 50_000;
const SYLLABLES: [&str; 40] = [
    "ka", "ven", "do", "mir", "sta", "lo", "ri", "then", "bas", "qu", "el", "or", "ny", "tur", "shi", "gan", "pol", "dar", "wen", "is",
    "ma", "hol", "ke", "ru", "fen", "ti", "zo", "bra", "ley", "sun", "chi", "ar", "nov", "pe", "lin", "gor", "hu", "san", "de", "vik",
];
const MONTHS: [&str; 12] = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
const AGENCIES: [&str; 5] = [" (Reuters) - ", ". /TASS/. ", " (AP) - ", " (AFP) - ", " (Gull) - "];

pub(crate) struct Newsroom {
    random: Random,
    paragraphs: Vec<String>,
    /// Words of the stories that may stand for each other.
    words: Vec<String>,
}

impl Newsroom {
    pub(crate) fn open(seed: u64) -> Newsroom {
        let house = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<_> = ["seeds", "tests/golden/entities"]
            .into_iter()
            .flat_map(|folder| fs::read_dir(house.join(folder)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
            .collect();
        files.sort();
        let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
        // What a golden story is to be read as stands below it.
        let texts: Vec<String> = texts.map(|text| text.split("\n====").next().unwrap_or_default().to_owned()).collect();
        let paragraphs: Vec<String> =
            texts.iter().flat_map(|text| text.split("\n\n")).filter(|text| text.len() > 120).map(|text| text.trim().to_owned()).collect();
        let words = paragraphs.iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
        let words = words.filter(|word| is_swappable(word)).map(ToOwned::to_owned).collect();
        Newsroom { random: Random::new(seed), paragraphs, words }
    }

    pub(crate) fn story(&mut self) -> String {
        let size = 2048 + self.random.below(2048);
        // A story says a name more than once.
        let mut told = HashMap::new();
        let headline = self.paragraph(&mut told);
        let mut text: String = headline.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
        let (month, agency) = (MONTHS[self.random.below(12)], AGENCIES[self.random.below(AGENCIES.len())]);
        write!(text, "\n\n{}, {month} {}{agency}", self.name().to_uppercase(), 1 + self.random.below(28)).unwrap();
        while text.len() < size {
            text += &self.paragraph(&mut told);
            text += "\n\n";
        }
        text
    }

    fn paragraph(&mut self, told: &mut HashMap<String, String>) -> String {
        let paragraph = self.paragraphs[self.random.below(self.paragraphs.len())].clone();
        let mut text = String::with_capacity(paragraph.len() + 64);
        let mut begins = true;
        for piece in paragraph.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            let rest = &piece[word.len()..];
            match word.chars().next() {
                Some(first) if first.is_uppercase() && !begins && word.len() > 3 => match told.get(word) {
                    Some(name) => text += name,
                    None => {
                        let name = if self.random.below(2) == 0 { self.name() } else { word.to_owned() };
                        text += &name;
                        told.insert(word.to_owned(), name);
                    }
                },
                Some(first) if first.is_ascii_digit() => text.extend(word.chars().map(|digit| match digit {
                    '1'..='9' => char::from(b'1' + u8::try_from(self.random.below(9)).unwrap_or_default()),
                    other => other,
                })),
                Some(_) if is_swappable(word) => match self.random.below(16) {
                    0 => text += &self.name().to_lowercase(),
                    1..=6 => text += &self.words[self.random.below(self.words.len())],
                    _ => text += word,
                },
                _ => text += word,
            }
            text += rest;
            begins = (word.is_empty() && begins) || rest.contains(['.', '"', '\n', '\u{201c}']);
        }
        text
    }

    fn name(&mut self) -> String {
        // The product of two numbers is small more often than not.
        let rank = self.random.below(NAMES) * self.random.below(NAMES) / NAMES;
        let mut name = String::new();
        let mut left = rank + SYLLABLES.len();
        while left > 0 {
            name += SYLLABLES[left % SYLLABLES.len()];
            left /= SYLLABLES.len();
        }
        name[..1].to_uppercase() + &name[1..]
    }
}

fn is_swappable(word: &str) -> bool {
    word.len() > 4 && word.chars().all(|c| c.is_ascii_lowercase())
}
