//! Owns the mending of labels that no person checked: made by another tagger, or derived from annotation of another kind.
//!
//! Such labels are wrong in regular ways: `Washington` a person, `North Korea` an organization, `United Nations` nothing. What the lists say
//! without doubt goes before them. What the lists do not know stays as it is.

use std::ops::Range;

use super::super::label::Label;
use super::super::lexicon::{Lexicon, Lists};
use super::super::word::Word;
use super::corpus::{Marked, is_title, key_of};
use super::lists::Known;

/// One sentence, and what is known of names.
#[derive(Clone, Copy)]
pub(super) struct Mender<'a> {
    pub(super) texts: &'a [&'a str],
    pub(super) words: &'a [Word],
    pub(super) lexicon: &'a Lexicon<'a>,
    pub(super) known: &'a Known,
}

impl Mender<'_> {
    /// The names of the sentence: those of `marked` that the lists leave standing, and those that only the lists know.
    pub(super) fn mend(&self, marked: Vec<Marked>) -> Vec<Marked> {
        let mut taken = vec![false; self.texts.len()];
        let mut names = Vec::with_capacity(marked.len());
        for name in marked {
            let (office, name) = self.without_title(self.with_article(name));
            if let Some(office) = office {
                taken[office.words.clone()].fill(true);
                names.push(office);
            }
            taken[name.words.clone()].fill(true);
            names.extend(self.mended(name));
        }
        self.missing(&mut taken, &mut names);
        names
    }

    /// `U.N. Secretary-General Kofi Annan` is no person whole: the name stands after the last title, and maybe an office before.
    fn without_title(&self, name: Marked) -> (Option<Marked>, Marked) {
        let words = name.words.clone();
        let title = (words.start..words.end - 1).rev().find(|&at| name.label == Label::Person && opens_person(self.texts[at]));
        let Some(title) = title else { return (None, name) };
        let office = (self.texts[words.start] == "U.N." && title > words.start).then(|| Marked {
            words: words.start..words.start + 1,
            label: Label::Organization,
            or: None,
        });
        (office, Marked { words: title + 1..words.end, ..name })
    }

    /// `Moqtada al-Sadr`, of which the tagger that made the labels took the first word alone.
    fn with_article(&self, mut name: Marked) -> Marked {
        name.words.end += self.texts[name.words.end..].iter().take_while(|text| name.label == Label::Person && has_article(text)).count();
        name
    }

    /// The name as the lists have it; `None` where they say that it is none.
    fn mended(&self, name: Marked) -> Option<Marked> {
        match self.listed(&name.words) {
            Some(label) => Some(Marked { label: label?, ..name }),
            None => {
                let text = self.texts[name.words.start];
                let alone = name.words.len() == 1 && name.label == Label::Person;
                // A capital that stands for its government far more often than a person of that name for himself.
                let capital = alone && text == "Washington";
                let place = alone && self.words[name.words.start].lists.has(Lists::REGION);
                let label = if capital { Label::Place } else { name.label };
                Some(Marked { label, or: (place && !capital).then_some(Label::Place), ..name })
            }
        }
    }

    /// Adds the names that stand alone, are on the lists, and have no label.
    fn missing(&self, taken: &mut [bool], names: &mut Vec<Marked>) {
        let mut at = 0;
        while at < self.texts.len() {
            let found = (1..=MAX_WORDS).rev().map(|len| at..at + len).filter(|words| words.end <= self.texts.len()).find_map(|words| {
                let alone = self.stands_alone(&words) && !taken[words.clone()].contains(&true);
                let label = self.listed(&words).filter(|_| alone).flatten()?;
                Some(Marked { words, label, or: None })
            });
            match found {
                Some(name) => {
                    taken[name.words.clone()].fill(true);
                    at = name.words.end;
                    names.push(name);
                }
                None => at += 1,
            }
        }
    }

    /// Whether a run of words starts and ends with a capital, and is not a part of a longer one.
    fn stands_alone(&self, run: &Range<usize>) -> bool {
        let capital = |at: usize| self.words[at].case.is_capital();
        let common = |at: usize| at == 0 && self.words[at].lists.has(Lists::LOWER);
        let apart = |at: usize| {
            !capital(at) || common(at) || opens_person(self.texts[at]) || matches!(self.texts[at], "The" | "But" | "Mr." | "Mrs." | "Ms.")
        };
        let open = run.start == 0 || apart(run.start - 1);
        let close = run.end == self.texts.len() || apart(run.end) || self.words[run.end].lists.has(Lists::DEMONYM);
        capital(run.start) && capital(run.end - 1) && open && close && !(run.len() == 1 && common(run.start))
    }

    /// What the lists say of these words, where they leave no doubt; `Some(None)` for no name.
    fn listed(&self, run: &Range<usize>) -> Option<Option<Label>> {
        let words = &self.words[run.clone()];
        let lists = if words.len() == 1 { words[0].lists } else { self.lexicon.entry(key_of(words)).lists };
        let known = self.known.get(&self.texts[run.clone()].join(" "));
        let place = lists.has(Lists::COUNTRY) || lists.has(Lists::REGION) || lists.has(Lists::CITY) && words.len() > 1;
        match known {
            Some(None | Some(Label::Group)) => known,
            _ if lists.has(Lists::DEMONYM) && !lists.has(Lists::COUNTRY) => Some(Some(Label::Group)),
            // One word may be the name of a person too.
            _ if words.len() == 1 && lists.has_any(Lists::FIRST.or(Lists::LAST).or(Lists::LOWER)) => None,
            Some(_) if words.len() > 1 || !place && !lists.has(Lists::CITY) => known,
            None if place => Some(Some(Label::Place)),
            _ => None,
        }
    }
}

const MAX_WORDS: usize = 5;

/// Whether a word is an Arabic surname with its article: `al-Sadr`.
fn has_article(word: &str) -> bool {
    ["al-", "el-", "Al-", "El-"].iter().any(|article| word.strip_prefix(article).is_some_and(|name| name.starts_with(char::is_uppercase)))
}

/// Words that stand before a person and are no part of the name.
fn opens_person(word: &str) -> bool {
    const TITLES: [&str; 50] = [
        "Admiral",
        "Ambassador",
        "Archbishop",
        "Attorney",
        "Ayatollah",
        "Bishop",
        "Brig.",
        "Capt.",
        "Captain",
        "Cardinal",
        "Chairman",
        "Chancellor",
        "Chief",
        "Colonel",
        "Commissioner",
        "Crown",
        "Deputy",
        "Director",
        "Emir",
        "Emperor",
        "Envoy",
        "Foreign",
        "General",
        "High",
        "Judge",
        "King",
        "Lieutenant",
        "Lt.",
        "Maj.",
        "Major",
        "Mayor",
        "Ministers",
        "Pope",
        "Premier",
        "Presidents",
        "Prince",
        "Princess",
        "Prof.",
        "Professor",
        "Prophet",
        "Queen",
        "Representative",
        "Rev.",
        "Secretary",
        "Secretary-General",
        "Sergeant",
        "Sheikh",
        "Special",
        "Spokesman",
        "Vice",
    ];
    is_title(word) || TITLES.binary_search(&word).is_ok()
}
