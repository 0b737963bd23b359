//! Owns where the clause of a verb of saying begins: in `Ben praised the plan, but Ann Reed said it was bad` Ben says nothing.

use std::ops::Range;

use super::super::lexicon::Class;
use super::speaker::Scene;

/// How far before its verb a clause may begin, in words.
const REACH: usize = 40;

/// What joins a clause that tells something else to the one before.
const JOINS: [&str; 15] =
    ["but", "while", "whereas", "although", "though", "because", "since", "after", "before", "as", "when", "until", "and", "what", "that"];
/// Those of them that do so wherever a comma stands before them.
const CONTRASTS: [&str; 5] = ["but", "while", "whereas", "although", "though"];

/// What opens an adverbial beside prepositions and participles: `After meeting Ben, Ann Reed said`.
const OPENS: [&str; 17] = [
    "after",
    "before",
    "during",
    "like",
    "unlike",
    "despite",
    "following",
    "amid",
    "among",
    "asked",
    "on",
    "under",
    "alongside",
    "beside",
    "when",
    "while",
    "as",
];

impl Scene<'_> {
    /// Where the clause of the verb at `verb` begins, in a sentence or a part of one that begins at `start`. Looks back
    /// so many words at most.
    pub(super) fn clause(&self, start: usize, verb: usize) -> usize {
        let words = self.words;
        let verb = self.first_verb(start.max(verb.saturating_sub(REACH)), verb);
        let from = start.max(verb.saturating_sub(REACH));
        // What two commas close in says something of the subject before it: `Ann, who met Ben and Cara, said`.
        let closed = words.is(verb.saturating_sub(1), ",").then(|| (from..verb - 1).rev().find(|&at| words.is(at, ","))).flatten();
        let until = closed.unwrap_or(verb);
        let start = (from + 1..until).rev().find(|&at| self.is_joint(from, at, verb)).map_or(start, |at| at + 1);
        self.behind_adverbial(start, verb)
    }

    /// The first verb of whoever does what the verb at `verb` says: `Ben has met Ann and said`.
    fn first_verb(&self, from: usize, mut verb: usize) -> usize {
        let words = self.words;
        // `that Ben Ortiz had also said`
        let helps = |&at: &usize| {
            words.is_any(at, &["has", "have", "had", "would", "will", "also", "later", "then"]) || words.text(at).ends_with("ly")
        };
        loop {
            verb -= (from..verb).rev().take_while(helps).count();
            if verb <= from + 1 || !words.is_any(verb - 1, &["and", "but"]) {
                return verb;
            }
            // `Bob Lee said it was under review but cautioned`: he who said.
            let said = (from..verb - 1).rev().find(|&at| self.says(verb) && self.says(at));
            match said.or_else(|| (from..verb - 1).rev().find(|&at| self.acts(at, at + 1))) {
                Some(before) => verb = before,
                None => return verb,
            }
        }
    }

    /// Whether a clause that begins at `start` or before ends before the word at `at`, and the next one, that of the verb, begins with its
    /// subject right behind it.
    fn is_joint(&self, start: usize, at: usize, verb: usize) -> bool {
        let words = self.words;
        // Few words join anything, and to look for a subject takes longer.
        if !words.has(at, Class::STOP.or(Class::SAY)) || words.capital(at) || !self.is_subject(at + 1, verb) {
            return false;
        }
        // `Ann said Ben called it "mad"`.
        if self.says(at) && !words.is_any(at, &["told", "tells", "asked", "asks"]) {
            let plain = !(at + 1..verb).any(|at| words.is_any(at, &[",", "and", "but"]));
            return plain && words.capital(at + 1) && !words.has(at + 1, Class::WEEKDAY.or(Class::MONTH));
        }
        match () {
            () if !words.is_any(at, &JOINS) || self.is_in_name(at) => false,
            () if words.is(at, "what") => true,
            () if words.is(at, "that") => (start..at).any(|at| self.says(at)),
            () if words.is(at - 1, ",") && words.is_any(at, &CONTRASTS) => true,
            // `ousted as the leader`
            () if words.is(at, "as") && !words.capital(at + 1) => false,
            // `, but the army and the police said`
            () if words.is(at, "and") && !words.is(at - 1, ",") => {
                let joins = |&other: &usize| words.is(other, ",") || words.is_any(other, &JOINS) && !self.is_in_name(other);
                let last = (start..at).rev().find(joins).map_or(start, |other| other + 1);
                self.acts(last, at)
            }
            () => self.acts(start, at),
        }
    }

    fn is_in_name(&self, at: usize) -> bool {
        let mentions = &self.identities.mentions;
        let before = mentions.partition_point(|(words, _)| words.start < at);
        before.checked_sub(1).is_some_and(|last| mentions[last].0.end > at)
    }

    /// Whether a subject stands at `at` whose first verb is the one at `verb`.
    fn is_subject(&self, at: usize, verb: usize) -> bool {
        let words = self.words;
        let stands = words.capital(at) || words.has(at, Class::DETERMINER.or(Class::PRONOUN).or(Class::COUNTED).or(Class::POST));
        at < verb && stands && !self.acts(at, verb)
    }

    /// Whether somebody does something in these words, clauses with `who` left out.
    pub(super) fn acts(&self, start: usize, end: usize) -> bool {
        let words = self.words;
        let acts = |at: usize| {
            let participle = words.text(at).ends_with("ed") && !words.is(at - 1, "the") && !words.is_any(at + 1, &["by", "with"]);
            !words.capital(at) && (words.has(at, Class::VERB.or(Class::PAST)) || self.says(at) || participle)
        };
        (start.max(1)..end).take_while(|&at| !words.is_any(at, &["who", "which", "whose"])).any(acts)
    }

    /// Past what tells first when, where or after what: `In a letter to Ben, Ann Reed wrote`.
    fn behind_adverbial(&self, start: usize, verb: usize) -> usize {
        if !self.opens_adverbial(start) {
            return start;
        }
        let words = self.words;
        let comma = (start + 1..verb).take(REACH).find(|&at| words.is(at, ",")).filter(|&comma| verb - comma <= REACH);
        comma.filter(|&comma| self.is_subject(comma + 1, verb)).map_or(start, |comma| comma + 1)
    }

    /// The same of a sentence, whatever its verb is.
    pub(super) fn behind_opening(&self, sentence: &Range<usize>) -> usize {
        if sentence.is_empty() || !self.opens_adverbial(sentence.start) {
            return sentence.start;
        }
        let words = self.words;
        let comma = (sentence.start + 1..sentence.end).take(REACH).find(|&at| words.is(at, ","));
        let verb = |comma: usize| (comma + 2..sentence.end.min(comma + REACH)).find(|&at| self.acts(at, at + 1));
        comma.filter(|&comma| verb(comma).is_some_and(|verb| self.is_subject(comma + 1, verb))).map_or(sentence.start, |comma| comma + 1)
    }

    /// Whether a preposition or a participle stands there: `After meeting Ben`, `Standing next to Ben`, `Addressing Ben`, `Asked by Ben`. But
    /// a name or a subject stands before a comma or another capital.
    fn opens_adverbial(&self, start: usize) -> bool {
        let words = self.words;
        let ends = |endings: &[&str]| endings.iter().any(|ending| words.text(start).ends_with(ending));
        let small = words.has(start + 1, Class::STOP.or(Class::PREPOSITION))
            && !words.is_any(start + 1, &["and", "is", "was", "has", "had", "will"]);
        // `Beijing Mayor Li Qiang` begins a name.
        let is_name = || self.inside(&(start..start + REACH)).next().is_some_and(|(name, _)| name.start == start);
        let object = || words.text(start).ends_with("ing") && (words.capital(start + 1) || words.is_any(start + 1, &OPENS)) && !is_name();
        let participle = words.text(start).len() > 4 && (ends(&["ing", "ed"]) && small || object());
        words.has(start, Class::PREPOSITION) || words.is_any(start, &OPENS) || participle
    }
}
