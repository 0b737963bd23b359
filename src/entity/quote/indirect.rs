//! Owns indirect statements: `The ministry stressed that …`, `…, the ministry stressed`, `According to the ministry, …`.

use std::ops::Range;

use super::super::lexicon::Class;
use super::super::word::{Line, Words};
use super::Found;
use super::speaker::Scene;

/// The fewest words that state something.
const SHORTEST: usize = 4;

/// Adds the indirect statements of the sentences that hold no quotation; `spoken` are the sentences that do, in order.
pub(super) fn find(scene: &Scene<'_>, spoken: &[usize], found: &mut Vec<Found>) {
    for (at, line) in scene.words.lines().iter().enumerate() {
        if spoken.binary_search(&at).is_ok() {
            continue;
        }
        let statement = according(scene, line).or_else(|| {
            let verb = line.words.clone().find(|&at| scene.says(at) && !participle(scene.words, line, at))?;
            leading(scene, line, verb).or_else(|| trailing(scene, line, verb))
        });
        let Some((clause, subject)) = statement else { continue };
        let clause = trimmed(scene.words, clause);
        if clause.len() < SHORTEST {
            continue;
        }
        if let Some(speaker) = scene.subject(subject) {
            let quote = scene.quote(scene.words.slice(&clause).to_owned(), &speaker, false);
            found.push(Found { quote, parts: vec![clause], confidence: 85 });
        }
    }
}

type Statement = (Range<usize>, Range<usize>);

/// `the reported attack`, `was told`: no verb of saying with a subject.
fn participle(words: &Words<'_>, line: &Line, at: usize) -> bool {
    at == line.words.start
        || words.is_any(at - 1, &["the", "a", "an", "was", "were", "is", "are", "be", "been", "being", "to", "its", "no", "of", "in"])
        || words.is_any(at, &["report", "reports", "claim", "claims", "estimates", "estimate", "note", "notes", "stress"])
}

/// `The ministry said [on Monday] [that] the plane …`.
fn leading(scene: &Scene<'_>, line: &Line, verb: usize) -> Option<Statement> {
    let words = scene.words;
    let end = line.words.end;
    let that = (verb + 1..end.min(verb + 10)).take_while(|&at| words.text(at) != ",").find(|&at| words.is(at, "that"));
    if words.is(verb - 1, ",") {
        return None;
    }
    // Without `that`, a clause opens with a subject: `said Russia expects that …`.
    let plain = words.is_any(verb, &["said", "says", "say"]) && opens_clause(words, verb + 1);
    let clause = if plain && that != Some(verb + 1) { verb + 1 } else { that? + 1 };
    Some((clause..end, line.words.start..verb))
}

fn opens_clause(words: &Words<'_>, at: usize) -> bool {
    let named = words.capital(at) && !words.has(at, Class::WEEKDAY.or(Class::MONTH));
    named
        || words.has(at, Class::DETERMINER.or(Class::PRONOUN).or(Class::NUMBER))
        || words.is_any(at, &["there", "we", "more"])
        || words.is(at, "at") && words.is(at + 1, "least")
        || words.text(at).starts_with(|c: char| c.is_ascii_digit())
}

/// `The pilots hid behind the plane, the ministry stressed.`
fn trailing(scene: &Scene<'_>, line: &Line, verb: usize) -> Option<Statement> {
    const REACH: usize = 16;
    let words = scene.words;
    let comma = (line.words.start..verb).rev().take(REACH).find(|&at| words.is(at, ","))?;
    // `said the ministry` after the comma.
    if comma + 1 == verb {
        if !words.is_any(verb, &["said", "says", "added", "warned", "explained", "noted"]) {
            return None;
        }
        let stop = (verb + 1..line.words.end).find(|&at| matches!(words.text(at), "," | ".")).unwrap_or(line.words.end);
        return Some((line.words.start..comma, verb + 1..stop));
    }
    let subject = words.capital(comma + 1)
        || words.has(comma + 1, Class::DETERMINER.or(Class::PRONOUN).or(Class::COUNTED))
        || words.is_any(comma + 1, &["officials", "authorities", "media"]);
    subject.then_some((line.words.start..comma, comma + 1..verb))
}

/// `According to the ministry, the plane …`; `The plane was shot down, according to the ministry.`
fn according(scene: &Scene<'_>, line: &Line) -> Option<Statement> {
    let words = scene.words;
    let at = line.words.clone().find(|&at| words.is(at, "according") && words.is(at + 1, "to"))?;
    let stop = (at + 2..line.words.end).find(|&at| matches!(words.text(at), "," | "." | ";")).unwrap_or(line.words.end);
    if at == line.words.start {
        return Some((stop + 1..line.words.end.max(stop + 1), at + 2..stop));
    }
    words.is(at - 1, ",").then(|| (line.words.start..at - 1, at + 2..stop))
}

/// Without the full stop at the end.
fn trimmed(words: &Words<'_>, mut clause: Range<usize>) -> Range<usize> {
    while clause.start < clause.end && matches!(words.text(clause.end - 1), "." | "," | "!" | "?" | ";" | ":") {
        clause.end -= 1;
    }
    clause
}
