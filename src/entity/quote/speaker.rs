//! Owns the search for a quote's speaker: by a verb of saying on either side, across a sentence, by pronoun.

use std::ops::Range;

use super::super::identity::{Identities, Known};
use super::super::lexicon::{self, Class};
use super::super::name::NameKind;
use super::super::word::Words;
use super::marks::Quoted;
use crate::model::Quote;

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    /// The entity of this number.
    Known(usize),
    /// Somebody the text does not name: the words it has.
    Words(Range<usize>),
    Unknown,
}

pub(super) struct Scene<'a> {
    pub words: &'a Words<'a>,
    pub identities: &'a Identities,
    /// In order of their opening marks.
    pub quoted: &'a [Quoted],
}

/// How far from its quote a verb of saying may stand, in words.
const REACH: usize = 24;
/// How many sentences back a pronoun looks.
const MEMORY: usize = 8;

/// Verbs that bring in quoted words beside those of saying: `called the plan "reckless"`.
const BRINGING: [&str; 35] = [
    "put",
    "called",
    "calling",
    "calls",
    "described",
    "describing",
    "describes",
    "dubbed",
    "praised",
    "hailed",
    "condemned",
    "branded",
    "labelled",
    "labeled",
    "accused",
    "criticized",
    "criticised",
    "slammed",
    "blamed",
    "referred",
    "spoke",
    "denounced",
    "saying",
    "adding",
    "stressing",
    "warning",
    "noting",
    "insisting",
    "telling",
    "arguing",
    "declaring",
    "writing",
    "dismissed",
    "expressed",
    "rejected",
];

impl Scene<'_> {
    /// The quote as the model has it.
    pub(super) fn quote(&self, text: String, speaker: &Speaker, direct: bool) -> Quote {
        let (speaker, speaker_role) = match speaker {
            Speaker::Known(id) => {
                self.identities.known.get(*id).map_or((None, None), |known| (Some(known.name.clone()), known.role.clone()))
            }
            Speaker::Words(range) => (Some(self.words.slice(range).to_owned()), None),
            Speaker::Unknown => (None, None),
        };
        Quote { quote: text, speaker, speaker_role, direct }
    }

    pub(super) fn says(&self, at: usize) -> bool {
        // `following reports of an explosion`.
        let noun = self.words.is_any(at, &["reports", "claims", "demands", "charges"]) && self.words.is(at + 1, "of");
        self.words.has(at, Class::SAY) && !self.words.capital(at) && !noun
    }

    /// The speaker of a quotation of so many words, by the words of its own sentence.
    pub(super) fn beside(&self, quoted: &Quoted, length: usize) -> Option<Speaker> {
        let words = self.words;
        let last = quoted.close.min(words.len().saturating_sub(1));
        let line = words.lines().get(words.line_of(last)?)?;
        let first = words.lines().get(words.line_of(quoted.open)?)?;
        let (after, before) = (|| self.after(quoted.close + 1, line.words.end), || self.before(first.words.start, quoted.open, length));
        // `She wrote: "…." King Frederik said …`: a colon has told who speaks.
        // `He called it "barbaric", TASS reported.`: who was the first to tell it did not say it.
        let relayed = words.is(quoted.close + 1, ",") && (quoted.close + 2..line.words.end).take(4).any(|at| words.is(at, "reported"));
        let relayed = relayed && quoted.open > first.words.start + 1;
        if quoted.open > first.words.start && words.is(quoted.open - 1, ":") || relayed {
            before().or_else(after)
        } else {
            after().or_else(before)
        }
    }

    /// Whether the quotation is all there is of its sentences, so that only a neighbour can tell its speaker.
    pub(super) fn alone(&self, quoted: &Quoted) -> bool {
        let words = self.words;
        let starts =
            words.line_of(quoted.open).and_then(|line| words.lines().get(line)).is_some_and(|line| line.words.start == quoted.open);
        let last = quoted.close.min(words.len().saturating_sub(1));
        let ends = words.line_of(last).and_then(|line| words.lines().get(line)).is_some_and(|line| line.words.end <= quoted.close + 2);
        starts && ends
    }

    /// `…," Lavrov said`, `…," said Lavrov`, `…," according to Lavrov`.
    fn after(&self, from: usize, end: usize) -> Option<Speaker> {
        let words = self.words;
        let from = from + usize::from(words.is(from, ","));
        let end = end.min(from + REACH);
        if from >= end {
            return None;
        }
        if words.is(from, "according") && words.is(from + 1, "to") {
            return self.subject(from + 2..self.phrase_end(from + 2, end));
        }
        if self.says(from) {
            return self.subject(from + 1..self.phrase_end(from + 1, end));
        }
        let stop = (from..end).find(|&at| matches!(words.text(at), "\"" | "“" | "«" | "„" | ";")).unwrap_or(end);
        let verb = (from + 1..stop).find(|&at| self.says(at) || words.is_any(at, &BRINGING))?;
        // `… ," but others said` is another speaker's sentence.
        self.subject(from..verb)
    }

    /// `Lavrov said: "…`, `he called the plan "…`, `"…", said Lavrov, "…`.
    fn before(&self, start: usize, open: usize, length: usize) -> Option<Speaker> {
        let words = self.words;
        let reach = if length < 3 { 7 } else { REACH };
        let from = start.max(open.saturating_sub(reach));
        let verb = (from..open).rev().find(|&at| self.says(at) || words.is_any(at, &BRINGING));
        let Some(verb) = verb else {
            // `According to the ministry, "…`.
            let according = (start..open).take(4).find(|&at| words.is(at, "according") && words.is(at + 1, "to"))?;
            return self.subject(according + 2..open);
        };
        // `said Lavrov, "…`: the name stands between the verb and the quotation.
        let inverted = self.says(verb) && verb > start && matches!(words.text(verb - 1), "," | "\"" | "”" | "»");
        if inverted && let Some(speaker) = self.named(&(verb + 1..open)) {
            // `A teacher, Hauwa Bello, told Reuters "…`: the comma closes what is said of the subject.
            return self.named(&(start..verb)).filter(|subject| self.is_person(subject)).or(Some(speaker));
        }
        let clause = (start..verb).rev().find(|&at| matches!(words.text(at), ";" | "\"" | "”")).map_or(start, |at| at + 1);
        self.subject(clause..verb).or_else(|| self.named(&(start..verb)))
    }

    /// A quotation that is a sentence of its own: the sentence before it, or right after it, tells who speaks.
    pub(super) fn across(&self, quoted: &Quoted, length: usize) -> Option<Speaker> {
        if !self.alone(quoted) || length < 3 {
            return None;
        }
        let words = self.words;
        let at = words.line_of(quoted.open)?;
        let here = words.lines().get(at)?;
        let previous = at.checked_sub(1).and_then(|at| words.lines().get(at));
        let colon = previous.filter(|line| words.is(line.words.end - 1, ":"));
        if let Some(line) = colon.or(previous.filter(|line| line.part == here.part)) {
            let verb = line.words.clone().find(|&at| self.says(at));
            if let Some(speaker) = verb.and_then(|verb| self.subject(line.words.start..verb)).or_else(|| self.named(&line.words)) {
                return Some(speaker);
            }
        }
        let next = words.lines().get(words.line_of(quoted.close.min(words.len() - 1))? + 1).filter(|line| line.part == here.part)?;
        let verb = next.words.clone().take(8).find(|&at| self.says(at))?;
        self.subject(next.words.start..verb)
    }

    /// Where the noun phrase that starts at `from` ends.
    fn phrase_end(&self, from: usize, end: usize) -> usize {
        let words = self.words;
        (from..end).find(|&at| matches!(words.text(at), "." | ";" | "\"" | "“" | ":")).unwrap_or(end)
    }

    /// Whether the word at `at` stands in a quotation.
    fn is_quoted(&self, at: usize) -> bool {
        let after = self.quoted.partition_point(|quoted| quoted.open < at);
        after.checked_sub(1).is_some_and(|last| self.quoted[last].close > at)
    }

    /// The nearest person before the pronoun that it can mean: the subject of the nearest sentence that names one.
    pub(super) fn pronoun(&self, at: usize) -> Option<Speaker> {
        let words = self.words;
        let line = words.line_of(at)?;
        let mentions = &self.identities.mentions;
        let lines = words.lines();
        (line.saturating_sub(MEMORY)..=line).rev().find_map(|index| {
            let range = lines.get(index)?.words.clone();
            let end = range.end.min(at);
            let from = mentions.partition_point(|(words, _)| words.start < range.start);
            // Whom somebody speaks of is not who speaks.
            let free = mentions[from..].iter().take_while(|(words, _)| words.end <= end).filter(|(words, _)| !self.is_quoted(words.start));
            let mut inside = free.map(|&(_, id)| id);
            inside.find(|&id| self.identities.known.get(id).is_some_and(|known| agrees(words.text(at), known))).map(Speaker::Known)
        })
    }
}

/// Whether the pronoun may mean the entity.
fn agrees(pronoun: &str, known: &Known) -> bool {
    let given = |class: Class| {
        let mut spoken = known.name.split_whitespace().take(1).chain(known.role.iter().flat_map(|role| role.split_whitespace()));
        spoken.any(|word| lexicon::class_of(word).has(class))
    };
    match (pronoun.to_ascii_lowercase().as_str(), known.kind) {
        ("they", NameKind::Organization) => true,
        ("she", NameKind::Person) => !given(Class::MALE) || given(Class::FEMALE),
        ("he", NameKind::Person) => !given(Class::FEMALE) || given(Class::MALE),
        ("it", NameKind::Organization) => true,
        (word, NameKind::Person) => word.ends_with("-year-old"),
        _ => false,
    }
}
