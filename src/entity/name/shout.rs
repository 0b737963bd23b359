//! Owns names where capitals say nothing: datelines, and headlines in title case or in capitals.

use foldhash::HashMap;
use std::ops::Range;

use super::super::lexicon::Class;
use super::super::word::{Line, Words};
use super::{Name, NameKind, phrase};

/// The names that the rest of the article has: in a headline that shouts, only they and well-known ones are believed.
pub(super) struct Known {
    /// By the spelling of the first word: how many words, the spelling of all, and what they name; the longest first.
    by_first: HashMap<u64, Vec<(usize, u64, NameKind)>>,
}

/// More names than this with one first word are not told apart in a headline.
const CROWD: usize = 64;

impl Known {
    pub(super) fn of(words: &Words<'_>, names: &[Name]) -> Known {
        let mut known = Known { by_first: HashMap::default() };
        for name in names {
            // A person's surname alone is how headlines name people.
            if name.kind == NameKind::Person && name.words.len() > 1 {
                known.add(words, &(name.words.end - 1..name.words.end), name.kind);
            }
            known.add(words, &name.words, name.kind);
        }
        for list in known.by_first.values_mut() {
            list.sort_by_key(|&(len, ..)| std::cmp::Reverse(len));
        }
        known
    }

    fn add(&mut self, words: &Words<'_>, name: &Range<usize>, kind: NameKind) {
        let spelling = words.spelling_of(name);
        let list = self.by_first.entry(words.spelling(name.start)).or_default();
        if list.len() < CROWD && !list.iter().any(|&(_, known, _)| known == spelling) {
            list.push((name.len(), spelling, kind));
        }
    }

    pub(super) fn find(&self, words: &Words<'_>, line: &Line, taken: &[bool], names: &mut Vec<Name>) {
        let mut at = line.words.start;
        while at < line.words.end {
            let found = if words.capital(at) && !taken.get(at).copied().unwrap_or(false) { self.at(words, line, at) } else { None };
            match found {
                Some((len, kind, confidence)) => {
                    names.push(Name { words: at..at + len, kind, confidence });
                    at += len;
                }
                None => at += 1,
            }
        }
    }

    fn at(&self, words: &Words<'_>, line: &Line, at: usize) -> Option<(usize, NameKind, u8)> {
        let known = self.by_first.get(&words.spelling(at)).and_then(|list| {
            let same = |len: usize, spelling: u64| at + len <= line.words.end && words.spelling_of(&(at..at + len)) == spelling;
            list.iter().find(|&&(len, spelling, _)| same(len, spelling)).map(|&(len, _, kind)| (len, kind, 90))
        });
        known.or_else(|| phrase::at(words, at).map(|(len, kind)| (len, kind, 95))).or_else(|| {
            // `us`, `who` and `nice` are words first.
            let word = words.has(at, Class::STOP)
                || words.is_any(at, &["us", "who", "turkey", "chad", "nice", "bath", "march"]) && words.text(at) != "US";
            if word {
                None
            } else if words.has(at, Class::COUNTRY.or(Class::CITY).or(Class::REGION)) {
                Some((1, NameKind::Place, 85))
            } else {
                words.has(at, Class::ORG).then_some((1, NameKind::Organization, 85))
            }
        })
    }
}

/// The place and the agency of a dateline, as the parser read them.
pub(super) fn dateline(words: &Words<'_>, line: &Line, names: &mut Vec<Name>) {
    let Some(dateline) = &words.article.dateline else { return };
    for (name, kind) in [(&dateline.place, NameKind::Place), (&dateline.agency, NameKind::Organization)] {
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else { continue };
        let length = super::super::token::tokens(name).count();
        let found =
            line.words.clone().find(|&at| at + length <= line.words.end && words.slice(&(at..at + length)).eq_ignore_ascii_case(name));
        if let Some(at) = found {
            names.push(Name { words: at..at + length, kind, confidence: 100 });
        }
    }
}
