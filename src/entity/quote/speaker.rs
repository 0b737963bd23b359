//! Owns the search for a quote's speaker: by a verb of saying on either side, across a sentence, by pronoun.

use std::ops::Range;

use super::super::identity::{Identities, Known};
use super::super::lexicon::{self, Class};
use super::super::name::NameKind;
use super::super::word::Words;
use super::marks::Quoted;
use crate::model::{Part, Quote};

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
/// and how many words of each it looks at.
const SPAN: usize = 256;

/// Who tells the story is seldom who speaks in it.
const WIRES: [&str; 8] = ["Reuters", "AFP", "AP", "Associated Press", "TASS", "Interfax", "Xinhua", "Bloomberg"];

/// Verbs that bring in quoted words beside those of saying: `called the plan "reckless"`.
const BRINGING: [&str; 44] = [
    "apologised",
    "apologized",
    "thanked",
    "welcomed",
    "questioned",
    "likened",
    "compared",
    "mocked",
    "defended",
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
        // `Reuters quoted Ann Reed as saying`: `saying` has her.
        let relays = || self.words.is(at, "quoted") && (at..at + 10).any(|at| self.words.is(at, "as") && self.words.is(at + 1, "saying"));
        self.words.has(at, Class::SAY) && !self.words.capital(at) && !noun && !relays()
    }

    /// The speaker of a quotation of so many words, by the words of its own sentence.
    pub(super) fn beside(&self, quoted: &Quoted, length: usize) -> Option<Speaker> {
        let words = self.words;
        let last = quoted.close.min(words.len().saturating_sub(1));
        let line = words.lines().get(words.line_of(last)?)?;
        let first = words.lines().get(words.line_of(quoted.open)?)?;
        let (after, before) = (|| self.after(quoted.close + 1, line.words.end), || self.before(first.words.start, quoted, length));
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
        // `"It is good," Ann said, while Ben called it "mad"`: what comes behind is another's.
        if words.is_any(from, &["but", "while", "whereas", "although", "though"]) {
            return None;
        }
        let stop = (from..end).find(|&at| matches!(words.text(at), "\"" | "“" | "«" | "„" | ";")).unwrap_or(end);
        let verb = (from + 1..stop).find(|&at| self.says(at) || words.is_any(at, &BRINGING))?;
        // `… ," but others said` is another speaker's sentence.
        self.subject(from..verb)
    }

    /// `Lavrov said: "…`, `he called the plan "…`, `"…", said Lavrov, "…`.
    fn before(&self, start: usize, Quoted { open, close, .. }: &Quoted, length: usize) -> Option<Speaker> {
        let words = self.words;
        let (open, close) = (*open, *close);
        let reach = if length < 3 { 7 } else { REACH };
        let from = start.max(open.saturating_sub(reach));
        let verb = (from..open).rev().find(|&at| self.says(at) || words.is_any(at, &BRINGING));
        let Some(verb) = verb else {
            // `According to the ministry, "…`.
            let according = (start..open).take(4).find(|&at| words.is(at, "according") && words.is(at + 1, "to"))?;
            let reach = open.min(according + 2 + REACH);
            let end = (according + 2..reach).find(|&at| words.is(at, ",")).unwrap_or(reach);
            return self.subject(according + 2..end);
        };
        // `She was hailed as "the queen" by the president`: she has said nothing.
        let before = (start..verb).rev().find(|&at| !words.text(at).ends_with("ly") && !words.is_any(at, &["also", "once", "often"]));
        let passive = before.is_some_and(|at| words.is_any(at, &["was", "were", "is", "are", "be", "been", "being"]));
        if passive && !words.text(verb).ends_with("ing") {
            let by = close + 1;
            let agent = words.is(by, "by").then(|| self.subject(by + 1..self.phrase_end(by + 1, words.len().min(by + REACH))));
            return agent.flatten();
        }
        // `denied being "a traitor"`: that is what others say.
        if words.is_any(verb, &["denied", "denies", "rejected"]) && words.is_any(verb + 1, &["being", "having"]) {
            return None;
        }
        // `said Lavrov, "…`: the name stands between the verb and the quotation.
        let inverted = self.says(verb) && verb > start && matches!(words.text(verb - 1), "," | "\"" | "”" | "»");
        if inverted && let Some(speaker) = self.named(&(verb + 1..open)) {
            // `A teacher, Hauwa Bello, told Reuters "…`: the comma closes what is said of the subject.
            return self.named(&(start..verb)).filter(|subject| self.is_person(subject)).or(Some(speaker));
        }
        let clause = (start..verb).rev().find(|&at| matches!(words.text(at), ";" | "\"" | "”")).map_or(start, |at| at + 1);
        let own = self.clause(clause, verb);
        let whole = || self.named(&(start..verb)).filter(|_| own == clause);
        self.subject(own..verb).or_else(whole)
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
        let ends = |at: usize| {
            matches!(words.text(at), "." | ";" | "\"" | "“" | ":")
                || words.is(at, ",") && words.is_any(at + 1, &["who", "which", "whose", "where"])
        };
        (from..end).find(|&at| ends(at)).unwrap_or(end)
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
        let lines = words.lines();
        if words.is(at, "it") && self.says(at + 1) && lines[line].words.start == at {
            return self.house(line);
        }
        // `They` may be anybody: only whom the sentence before names is meant.
        let memory = if words.is(at, "they") { 1 } else { MEMORY };
        (line.saturating_sub(memory)..=line).rev().find_map(|index| {
            let sentence = lines.get(index)?.words.clone();
            // However long the sentence is.
            let sentence = sentence.start.max(at.min(sentence.end).saturating_sub(SPAN))..sentence.end;
            let range = if index == line { self.before_pronoun(sentence.start, at) } else { self.before_same(sentence, at) };
            let agree =
                |&&(_, id): &&(Range<usize>, usize)| self.identities.known.get(id).is_some_and(|known| agrees(words.text(at), known));
            // Whom somebody speaks of is not who speaks.
            let named = || {
                self.inside(&range).filter(|(words, _)| !self.is_quoted(words.start)).filter(|named| self.may_be(at, named)).filter(agree)
            };
            // `Ms Reed's friend, Ben Ortiz, spoke. He said`: an owner only where nobody else is named.
            let owns = |(name, _): &&(Range<usize>, usize)| words.is_any(name.end, &["'s", "’s"]);
            // `After meeting Ben, Ann spoke. She said`: and so whom the sentence opens with before it comes to who acts.
            let opened = if index == line { range.start } else { self.behind_opening(&range) };
            let acts = |(name, _): &&(Range<usize>, usize)| name.start >= opened && !self.leads_to_another(name);
            named()
                .find(|named| acts(named) && !owns(named))
                .or_else(|| named().find(|named| !owns(named)))
                .or_else(|| named().next())
                .map(|&(_, id)| Speaker::Known(id))
        })
    }

    /// Whether a name only tells more of the one behind it: `Trump ally Steve Bannon`.
    fn leads_to_another(&self, name: &Range<usize>) -> bool {
        const NOUNS: usize = 3;
        let nouns = (name.end..).take(NOUNS).take_while(|&at| self.is_noun(at)).count();
        let next = name.end + nouns;
        nouns > 0
            && self.serves(next - 1)
            && self.words.capital(next)
            && self.inside(&(next..next + NOUNS + 2)).next().is_some_and(|(other, _)| other.start == next)
    }

    /// `It said a third was hurt`: who spoke last and is no person, else the house that the sentence before is about; never the agency that
    /// tells it.
    fn house(&self, line: usize) -> Option<Speaker> {
        let lines = self.words.lines();
        let is_told = |index: &usize| matches!(lines[*index].part, Part::Paragraph(_));
        let sentence = |index: usize| {
            let words = lines[index].words.clone();
            words.start..words.end.min(words.start + SPAN)
        };
        let goes_on = |start: usize| self.words.is(start, "it") && self.says(start + 1);
        let spoken = |index: usize| {
            let sentence = sentence(index);
            let verb = sentence.clone().skip(1).find(|&at| self.says(at)).filter(|_| !goes_on(sentence.start))?;
            let is_adverb = |speaker: &Speaker| matches!(speaker, Speaker::Words(words) if self.words.has(words.start, Class::PREPOSITION));
            let speaker = self.subject(self.clause(sentence.start, verb)..verb);
            speaker.filter(|speaker| !self.is_person(speaker) && !is_adverb(speaker))
        };
        let about = || {
            let before = line.checked_sub(1).filter(is_told).map(sentence)?;
            let is_house = |id: usize| {
                let known = self.identities.known.get(id);
                known.is_some_and(|known| known.kind == NameKind::Organization && !WIRES.contains(&known.name.as_str()))
            };
            let opened = self.behind_opening(&before);
            let mut named = self.inside(&(opened..before.end));
            named.find(|(name, id)| is_house(*id) && !self.is_quoted(name.start)).map(|&(_, id)| Speaker::Known(id))
        };
        let last = line.checked_sub(1).filter(is_told).and_then(spoken);
        let earlier = || (line.saturating_sub(MEMORY)..line.saturating_sub(1)).rev().filter(is_told).find_map(spoken);
        last.or_else(about).or_else(earlier)
    }

    pub(super) fn inside<'a>(&'a self, range: &Range<usize>) -> impl Iterator<Item = &'a (Range<usize>, usize)> + use<'a> {
        let mentions = &self.identities.mentions;
        let (start, end) = (range.start, range.end);
        mentions[mentions.partition_point(|(words, _)| words.start < start)..].iter().take_while(move |(words, _)| words.end <= end)
    }

    /// Where in its own sentence the one may be named whom the pronoun means: not among what tells first when or after what
    /// (`After meeting Ann, she said`), nor where she is what is spoken of (`Ann, she said, is ill`).
    fn before_pronoun(&self, start: usize, at: usize) -> Range<usize> {
        let words = self.words;
        let comma = at.checked_sub(1).is_some_and(|before| words.is(before, ","));
        let topic = comma.then(|| self.inside(&(start..at)).last().filter(|(name, _)| name.end + 1 == at)).flatten();
        let end = topic.map_or(at, |(name, _)| name.start);
        let from = self.clause(start, at + 1);
        // `After Ann resigned, she said`, `Ann praised the plan, but she said`.
        let acts = self.inside(&(start..from.min(end))).any(|(name, _)| self.acts(name.end, from.min(end)));
        if from < end || acts || from == start { start..end } else { end..end }
    }

    /// In another sentence: up to the same pronoun, where that is who acts in it (`She met Ann.`), for it means somebody before.
    fn before_same(&self, sentence: Range<usize>, at: usize) -> Range<usize> {
        let same = |other: &usize| self.words.has(*other, Class::PRONOUN) && self.words.is(*other, &self.words.text(at).to_lowercase());
        let end = sentence.clone().find(|other| same(other) && !self.is_quoted(*other)).unwrap_or(sentence.end);
        sentence.start..end
    }

    /// Whether what stands before a name lets the pronoun mean it: `Mr Reed` is no she.
    fn may_be(&self, at: usize, (name, _): &(Range<usize>, usize)) -> bool {
        let Some(before) = name.start.checked_sub(1) else { return true };
        let before = before - usize::from(self.words.is(before, ".") && before > 0);
        let title = |titles: &[&str]| self.words.capital(before) && self.words.is_any(before, titles);
        match self.words.text(at).to_ascii_lowercase().as_str() {
            "she" => !title(&["mr", "sir", "lord"]),
            "he" => !title(&["mrs", "ms", "miss", "lady", "dame"]),
            _ => true,
        }
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
