//! Words that make a change matter whatever they stand beside: denials, doubts, opposites. They stand in `vocabulary.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The vocabulary of English news.
pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::read(include_str!("vocabulary.txt")));

/// Which words mean what. All words are in lower case.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    denials: Words,
    negatives: Words,
    refusals: Words,
    certainty: Words,
    doubts: Words,
    attribution: Words,
    speech: Words,
    fields: Words,
    particles: Words,
    bounds: Words,
    sides: Words,
    numbers: Words,
    places: Words,
}

/// Of each word the places where it stands: which line of its part of the file, and there between which bars.
type Words = HashMap<&'static str, Vec<Sense>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sense {
    field: usize,
    pole: usize,
}

impl Vocabulary {
    fn read(file: &'static str) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let mut words = None;
        for (field, line) in file.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            if let Some(part) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                words = vocabulary.part(part);
                continue;
            }
            let Some(words) = words.as_deref_mut() else { continue };
            for (pole, line) in line.split('|').enumerate() {
                for word in line.split_whitespace() {
                    words.entry(word).or_default().push(Sense { field, pole });
                }
            }
        }
        vocabulary
    }

    fn part(&mut self, name: &str) -> Option<&mut Words> {
        Some(match name {
            "denials" => &mut self.denials,
            "negatives" => &mut self.negatives,
            "refusals" => &mut self.refusals,
            "certainty" => &mut self.certainty,
            "doubts" => &mut self.doubts,
            "attribution" => &mut self.attribution,
            "speech" => &mut self.speech,
            "fields" => &mut self.fields,
            "particles" => &mut self.particles,
            "bounds" => &mut self.bounds,
            "sides" => &mut self.sides,
            "numbers" => &mut self.numbers,
            "places" => &mut self.places,
            _ => return None,
        })
    }

    pub(super) fn is_denial(&self, word: &str) -> bool {
        self.denials.contains_key(word) || word.ends_with("n't")
    }

    /// How many denials are in some words, where `others` stand on the other side.
    pub(super) fn denials(&self, words: &[String], others: &[String]) -> isize {
        // `no fewer than`, `no later than` deny nothing.
        let bounds =
            |place: usize| words.get(place + 1).is_some_and(|next| matches!(next.as_str(), "fewer" | "less" | "later" | "more" | "longer"));
        let plain = words.iter().enumerate().filter(|&(place, word)| self.is_denial(word) && !(word == "no" && bounds(place))).count();
        // `armed` and `unarmed`, but not `to` and `into`.
        const PREFIXES: [&str; 6] = ["un", "in", "im", "il", "ir", "non"];
        const SHORTEST: usize = 5;
        let denies = |word: &&String| {
            let is_negative = self.negatives.contains_key(word.as_str());
            let is_base = |base: &String| {
                let prefix = word.strip_suffix(base.as_str()).map(|prefix| prefix.trim_end_matches('-'));
                (is_negative || base.len() >= SHORTEST) && prefix.is_some_and(|prefix| PREFIXES.contains(&prefix))
            };
            others.iter().any(|other| is_negative && self.is_denial(other) || is_base(other))
        };
        (plain + words.iter().filter(denies).count()).cast_signed()
    }

    /// Whether some words refuse or lack something: what a denial says in other words.
    pub(super) fn refuses(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.refusals.contains_key(word.as_str()))
    }

    /// Whether some words say that something is not sure, where that is known already.
    pub(super) fn doubts(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.doubts.contains_key(word.as_str()))
    }

    pub(super) fn is_attribution(&self, word: &str) -> bool {
        self.attribution.contains_key(word)
    }

    /// Whether a word leaves it to somebody that something is so; one that may have another sense too.
    pub(super) fn is_speech(&self, word: &str) -> bool {
        self.attribution.contains_key(word) || self.speech.contains_key(word)
    }

    pub(super) fn is_number(&self, word: &str) -> bool {
        self.numbers.contains_key(word)
    }

    /// Whether two words say the same of how sure something is, where somebody is told to have said so: `said he would`, `said he will`.
    pub(super) fn are_reported_alike(one: &str, other: &str) -> bool {
        const SHIFTED: [&[&str]; 2] = [
            &["will", "would", "shall", "plans", "planned", "intends", "vowed", "pledged", "promised"],
            &["can", "could", "may", "might", "cannot"],
        ];
        SHIFTED.iter().any(|words| words.contains(&one) && words.contains(&other))
    }

    /// How sure a word says that something is; no two degrees are the same number. `follower` is the word behind it.
    pub(super) fn certainty(&self, word: &str, follower: Option<&str>) -> Option<usize> {
        let degree = |word: &str| Some(self.certainty.get(word)?.first()?.field);
        let infinitive = (follower == Some("to")).then(|| degree(&format!("{word}_to"))).flatten();
        infinitive.or_else(|| degree(modal(word)))
    }

    /// How a word hedges the length of time, or the date, that it stands before.
    pub(super) fn bound(&self, word: &str) -> Option<usize> {
        Some(self.bounds.get(word)?.first()?.field)
    }

    /// A word on each side that excludes the other, where neither side has the other's too.
    pub(super) fn opposites<'a>(&self, lost: &'a [String], got: &'a [String]) -> Option<(&'a str, &'a str)> {
        let alone = || lost.len() == 1 && got.len() == 1;
        opposites(&self.fields, lost, got).or_else(|| opposites(&self.particles, lost, got).filter(|_| alone()))
    }

    /// The same of the words that tell on which side of a date something is.
    pub(super) fn sides<'a>(&self, lost: &'a [String], got: &'a [String]) -> Option<(&'a str, &'a str)> {
        opposites(&self.sides, lost, got)
    }

    /// Whether two words, of names, are two places that everybody knows, or their peoples.
    pub(super) fn are_two_places(&self, one: &str, other: &str) -> bool {
        let places = one != other && self.places.contains_key(one) && self.places.contains_key(other);
        places || opposites(&self.fields, &[one.to_owned()], &[other.to_owned()]).is_some()
    }
}

fn opposites<'a>(words: &Words, lost: &'a [String], got: &'a [String]) -> Option<(&'a str, &'a str)> {
    let senses = |word: &String| words.get(word.as_str()).into_iter().flatten().copied();
    let has = |side: &[String], sense: Sense| side.iter().flat_map(senses).any(|other| other == sense);
    lost.iter().find_map(|one| {
        senses(one).filter(|&sense| !has(got, sense)).find_map(|sense| {
            let excludes = |other: Sense| other.field == sense.field && other.pole != sense.pole && !has(lost, other);
            let other = got.iter().find(|other| senses(other).any(excludes))?;
            Some((one.as_str(), other.as_str()))
        })
    })
}

/// `won't` is `will` and a denial, which is counted by itself.
fn modal(word: &str) -> &str {
    match word {
        "won't" => "will",
        "wouldn't" => "would",
        "can't" | "cannot" => "can",
        "couldn't" => "could",
        "mustn't" => "must",
        "shouldn't" => "should",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn every_part_of_the_file_is_read() {
        let Vocabulary { fields, particles, .. } = &*VOCABULARY;
        let Vocabulary { denials, negatives, refusals, certainty, doubts, attribution, speech, bounds, sides, numbers, places, .. } =
            &*VOCABULARY;
        let lists = [denials, negatives, refusals, certainty, doubts, attribution, speech, bounds, sides, numbers, places];
        for part in lists.into_iter().chain([fields, particles]) {
            assert!(!part.is_empty());
        }
        let parts = include_str!("vocabulary.txt").lines().filter(|line| line.starts_with('['));
        assert!(parts.clone().all(|part| Vocabulary::default().part(part.trim_matches(['[', ']'])).is_some()));
        assert_eq!(parts.count(), 13);
        // A word excludes nothing that stands beside it.
        for (word, senses) in fields.iter().chain(particles) {
            assert!(senses.iter().all(|one| senses.iter().all(|other| one.field != other.field || one.pole == other.pole)), "{word}");
        }
    }

    #[test]
    fn opposites_are_found() {
        let check = |lost: &str, got: &str, expect: Option<(&str, &str)>| {
            let (lost, got) = (words(lost), words(got));
            assert_eq!(VOCABULARY.opposites(&lost, &got), expect, "{lost:?} {got:?}");
            let turned = expect.map(|(one, other)| (other, one));
            assert_eq!(VOCABULARY.opposites(&got, &lost), turned, "{got:?} {lost:?}");
        };
        check("rose", "fell", Some(("rose", "fell")));
        check("a russian", "a ukrainian", Some(("russian", "ukrainian")));
        check("was shot", "was stabbed", Some(("shot", "stabbed")));
        check("rose", "climbed", None);
        check("men and women", "women and men", None);
        check("men", "men and women", None);
        check("up", "down", Some(("up", "down")));
        check("stepped down", "gave up", None);
    }

    #[test]
    fn denials_are_counted_against_the_other_side() {
        let balance = |lost: &str, got: &str| {
            let (lost, got) = (words(lost), words(got));
            VOCABULARY.denials(&got, &lost) - VOCABULARY.denials(&lost, &got)
        };
        assert_eq!(balance("is known", "is not known"), 1);
        assert_eq!(balance("not known", "unknown"), 0);
        assert_eq!(balance("armed", "unarmed"), 1);
        assert_eq!(balance("illegal", "banned"), 0);
        assert_eq!(balance("paid", "unpaid"), 1);
        assert_eq!(balance("in", "uncertain"), 0);
        assert_eq!(balance("at least", "no fewer than"), 0);
    }

    #[test]
    fn a_word_before_an_infinitive_is_another() {
        let degree = |word: &str, follower: Option<&str>| VOCABULARY.certainty(word, follower);
        assert!(degree("plans", Some("to")).is_some() && degree("plans", Some("for")).is_none());
        assert_ne!(degree("thought", Some("to")), degree("thought", None));
        assert_eq!(degree("won't", None), degree("will", Some("to")));
    }
}
