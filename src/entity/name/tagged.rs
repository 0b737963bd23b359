//! Owns what the tagger says of the words: asked where no rule knows better.

use foldhash::HashSet;
use std::ops::Range;

use super::super::lexicon::{self, Class};
use super::super::tagger::{Label, LabelError, Labeller, TaggedSpan};
use super::super::word::{Line, Words};
use super::{Name, NameKind, kind};

/// The tagger's names of an article, in order and not overlapping.
pub(super) struct Tagged {
    spans: Vec<TaggedSpan>,
    /// The spellings of what the article's peoples' adjectives are made from: `orenvia` where it says `Orenvian`.
    peoples: HashSet<u64>,
}

impl Tagged {
    /// Of an article that no labeller has looked at yet.
    pub(super) fn new(words: &Words<'_>) -> Tagged {
        let lines = words.lines().iter().filter(|line| line.classes.has(Class::PEOPLE));
        let adjectives = lines.flat_map(|line| line.words.clone()).filter(|&at| words.has(at, Class::PEOPLE)).map(|at| words.text(at));
        let peoples = adjectives.map(|adjective| lexicon::spelling(&adjective[..adjective.len() - 1])).collect();
        Tagged { spans: Vec::new(), peoples }
    }

    /// Adds what the labeller says of the next lines.
    pub(super) fn label(&mut self, words: &Words<'_>, lines: &[Line], labeller: &dyn Labeller) -> Result<(), LabelError> {
        let (start, end) = (lines.first().map_or(0, |line| line.words.start), lines.last().map_or(0, |line| line.words.end));
        let texts: Vec<&str> = (start..end).map(|at| words.text(at)).collect();
        let ends: Vec<usize> = lines.iter().map(|line| line.words.end - start).collect();
        let found = labeller.label(&texts, &ends)?.into_iter().filter(|span| !doubtful(&texts, &ends, span));
        for mut span in found {
            span.tokens = start + span.tokens.start..start + span.tokens.end;
            let after = span.tokens.end;
            if span.label == Label::Person && has_article(words, after) && words.line_of(after) == words.line_of(after - 1) {
                span.tokens.end += 1;
            }
            match self.spans.last() {
                // Said of it already, with the name before it.
                Some(last) if last.tokens.end > span.tokens.start => {}
                _ => self.spans.push(span),
            }
        }
        Ok(())
    }

    /// The first name of the tagger's that shares a word with `run`: its words within the run, what it names, and how sure that is.
    pub(super) fn within(&self, run: &Range<usize>) -> Option<Name> {
        let first = self.spans.partition_point(|span| span.tokens.end <= run.start);
        let span = self.spans.get(first).filter(|span| span.tokens.start < run.end)?;
        let words = span.tokens.start.max(run.start)..span.tokens.end.min(run.end);
        Some(Name { words, kind: named(span.label)?, confidence: span.confidence })
    }

    /// Whether the tagger takes just these words for a person's name.
    pub(super) fn is_person(&self, run: &Range<usize>) -> bool {
        let first = self.spans.partition_point(|span| span.tokens.end <= run.start);
        self.spans.get(first).is_some_and(|span| span.tokens == *run && span.label == Label::Person)
    }

    /// Whether the tagger takes a word of `run` for a people's name (`Houthis`), which is none of ours.
    pub(super) fn people(&self, run: &Range<usize>) -> bool {
        let first = self.spans.partition_point(|span| span.tokens.end <= run.start);
        self.spans.get(first).is_some_and(|span| span.tokens.start < run.end && named(span.label).is_none())
    }

    /// Whether the article calls a people after the word at `at`.
    pub(super) fn has_people(&self, words: &Words<'_>, at: usize) -> bool {
        self.peoples.contains(&words.spelling(at))
    }

    /// Adds the tagger's names that share no word with those that the rules found. `names` are in order before and after.
    pub(super) fn fill(&self, words: &Words<'_>, taken: &[bool], names: &mut Vec<Name>) {
        const SURE: u8 = 60;
        let mut merged = Vec::with_capacity(names.len());
        let mut rest = std::mem::take(names).into_iter().peekable();
        for span in &self.spans {
            while let Some(name) = rest.next_if(|name| name.words.end <= span.tokens.start) {
                merged.push(name);
            }
            let free = rest.peek().is_none_or(|name| name.words.start >= span.tokens.end)
                && merged.last().is_none_or(|name: &Name| name.words.end <= span.tokens.start);
            let line = words.line_of(span.tokens.start).and_then(|at| words.lines().get(at));
            if let Some(kind) = named(span.label).filter(|_| free && span.confidence >= SURE)
                && line.is_some_and(|line| believable(words, line, &span.tokens, taken))
            {
                merged.push(Name { words: span.tokens.clone(), kind, confidence: span.confidence });
            }
        }
        merged.extend(rest);
        *names = merged;
    }
}

/// Whether the word is the end of an Arab's name, with its article: `al-Sadr`.
fn has_article(words: &Words<'_>, at: usize) -> bool {
    let parts = words.text(at).split_once('-');
    parts.is_some_and(|(article, name)| matches!(article, "al" | "el" | "ul") && name.starts_with(char::is_uppercase))
}

/// `Paramedics said`: a plural with its only capital for opening the sentence. Of names that look so the labeller is surer.
fn doubtful(texts: &[&str], ends: &[usize], span: &TaggedSpan) -> bool {
    let sure = match span.label {
        Label::Person => 75,
        _ => 70,
    };
    let at = span.tokens.start;
    let opens = at == 0 || ends.binary_search(&at).is_ok();
    let small = |text: &&str| text.starts_with(char::is_lowercase);
    let letters = texts[at].as_bytes();
    let plural = letters.ends_with(b"s") && !letters.ends_with(b"ss") && letters[1..].iter().all(u8::is_ascii_lowercase);
    opens && plural && span.tokens.len() == 1 && span.confidence < sure && texts.get(at + 1).is_some_and(small)
}

fn named(label: Label) -> Option<NameKind> {
    match label {
        Label::Person => Some(NameKind::Person),
        Label::Organization => Some(NameKind::Organization),
        Label::Place => Some(NameKind::Place),
        _ => None,
    }
}

/// So many words behind a name are asked what it is part of, so that a page of capitals stays linear.
const MAX_BEHIND: usize = 8;

/// Whether the rules have nothing against a name: no date, no role or rank, no thing that is made, no common word.
fn believable(words: &Words<'_>, line: &Line, run: &Range<usize>, taken: &[bool]) -> bool {
    let common = Class::STOP
        .or(Class::HONORIFIC)
        .or(Class::RANK)
        .or(Class::POST)
        .or(Class::MONTH)
        .or(Class::WEEKDAY)
        .or(Class::BAD_NAME)
        .or(Class::NOMINAL);
    // `the icebreaker Admiral Sorokin`, `HMS Queen Elizabeth`.
    let title = |at: &usize| words.has(*at, Class::RANK.or(Class::POST)) && words.capital(*at);
    let titles = (line.words.start..run.start).rev().take_while(title).count();
    let before = run.start - titles;
    let after = |class: Class| before > line.words.start && words.has(before - 1, class);
    if after(Class::VESSEL.or(Class::EVENT_OPEN)) || words.has(run.end, Class::PRODUCT_NOUN) && !words.capital(run.end) {
        return false;
    }
    let small = common.or(Class::DEMONYM).or(Class::EVENT).or(Class::VESSEL);
    // `WHO` is no `who`; of a line in capitals the tagger has said which words are names.
    let acronym = |at: usize| words.text(at).len() > 2 && words.text(at).bytes().all(|byte| byte.is_ascii_uppercase());
    let plain = run.clone().any(|at| words.capital(at) && (acronym(at) && !words.has(at, Class::BAD_NAME) || !words.has(at, small)));
    let sure = run.clone().all(|at| !taken.get(at).copied().unwrap_or(false));
    // `James Webb Space Telescope` as a whole is what ends it, whatever the tagger saw of it.
    let behind = (run.end..line.words.end).take(MAX_BEHIND).take_while(|&at| words.capital(at));
    let last = behind.last().unwrap_or(run.end - 1);
    let ends = !words.has(last, Class::EVENT.or(Class::PRODUCT_NOUN)) && !words.has(run.end - 1, Class::EVENT.or(Class::PRODUCT_NOUN));
    // A title, or what opens an event's name (`Storm Brenda`), is no part of a name.
    let titled = words.has(run.start, Class::HONORIFIC.or(Class::RANK).or(Class::POST).or(Class::EVENT_OPEN));
    let opening = run.start == line.words.start && words.has(run.start, Class::STOP);
    // `Vatican Secretary of State`.
    let office = words.has(run.end - 1, Class::POST) && words.is(run.end, "of");
    plain
        && sure
        && ends
        && !titled
        && !opening
        && !office
        && !kind::made(words, run)
        && !(run.len() == 1 && kind::peoples(words, run.start))
        && !kind::romans(words, run.start)
}
