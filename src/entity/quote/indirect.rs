//! Owns indirect statements: `The ministry stressed that …`, `…, the ministry stressed`, `According to the ministry, …`.

use std::ops::Range;

use super::super::lexicon::Class;
use super::super::word::{Line, Words};
use super::Found;
use super::speaker::Scene;

/// The fewest words that state something.
const SHORTEST: usize = 3;
/// How many verbs of saying in one sentence are looked at.
const VERBS: usize = 4;

/// Verbs that say the opposite of what follows.
const DENIES: [&str; 3] = ["denied", "denies", "deny"];

/// What sets one statement against another in the same sentence.
const CONTRASTS: [&str; 4] = ["but", "while", "whereas", "and"];

/// Adds the indirect statements of the sentences that hold no quotation; `spoken` are the sentences that do, in order.
pub(super) fn find(scene: &Scene<'_>, spoken: &[usize], found: &mut Vec<Found>) {
    for (at, line) in scene.words.lines().iter().enumerate() {
        if !line.classes.has(Class::SAY.or(Class::SOURCE)) || spoken.binary_search(&at).is_ok() {
            continue;
        }
        let says = |at: usize| scene.says(at) && !participle(scene.words, line, at) && !says_nothing(scene.words, at);
        let mut verbs = line.words.clone().filter(|&at| says(at)).take(VERBS);
        let statement = according(scene, line)
            .or_else(|| verbs.find_map(|verb| leading(scene, line.words.clone(), verb).or_else(|| trailing(scene, line, verb))));
        let Some((clause, subject)) = statement else { continue };
        // `Ben said it was good, but Ann said it was bad`: the second has a clause of her own.
        let second = verbs.find_map(|verb| {
            let start = scene.clause(clause.start, verb);
            let joint = start.checked_sub(1).filter(|&at| start > clause.start + SHORTEST && scene.words.is_any(at, &CONTRASTS))?;
            Some((joint, leading(scene, start..line.words.end, verb)?))
        });
        let end = second.as_ref().map_or(clause.end, |&(joint, _)| joint.min(clause.end));
        state(scene, (clause.start..end, subject), found);
        if let Some((_, second)) = second {
            state(scene, second, found);
        }
    }
}

fn state(scene: &Scene<'_>, (clause, subject): Statement, found: &mut Vec<Found>) {
    let clause = trimmed(scene.words, clause);
    if clause.len() < SHORTEST {
        return;
    }
    if let Some(speaker) = scene.subject(subject) {
        let quote = scene.quote(scene.words.slice(&clause).to_owned(), &speaker, false);
        found.push(Found { quote, parts: vec![clause], confidence: 85 });
    }
}

type Statement = (Range<usize>, Range<usize>);

/// `the reported attack`, `was told`: no verb of saying with a subject.
fn participle(words: &Words<'_>, line: &Line, at: usize) -> bool {
    at == line.words.start
        || words.is_any(
            at - 1,
            &["the", "a", "an", "was", "were", "is", "are", "be", "been", "being", "to", "not", "never", "n't", "its", "no", "of", "in"],
        )
        || words.is_any(at, &["report", "reports", "claim", "claims", "estimates", "estimate", "note", "notes", "stress"])
}

/// `said so`, `said nothing as he left`: nothing that is told. But `said nothing was stolen` is.
fn says_nothing(words: &Words<'_>, verb: usize) -> bool {
    words.is_any(verb + 1, &["nothing", "little"]) && !words.has(verb + 2, Class::VERB)
        || words.is_any(verb + 1, &["yes", "no", "goodbye"]) && words.has(verb + 2, Class::MARK)
        || words.is(verb + 1, "so") && (words.has(verb + 2, Class::MARK.or(Class::PREPOSITION)) || words.get(verb + 2).is_none())
}

/// `The ministry said [on Monday] [that] the plane …`.
fn leading(scene: &Scene<'_>, line: Range<usize>, verb: usize) -> Option<Statement> {
    let words = scene.words;
    let end = line.end;
    // `Ben Ortiz, who police said fled to Peru, was arrested`: what they said is told of him.
    let who = (line.start..verb).rev().take(4).find(|&at| words.is_any(at, &["who", "which"]));
    let done = |at: usize| words.has(at, Class::VERB.or(Class::PAST)) || words.text(at).ends_with("ed");
    if who.is_some_and(|who| who + 1 < verb && done(verb + 1)) {
        return None;
    }
    // `If he says he is sorry, he may stay`: nobody has said it.
    let supposed = words.is_any(line.start, &["if", "unless", "whether"]);
    if supposed && !(line.start..verb).any(|at| words.is(at, ",")) {
        return None;
    }
    // `It is not known if Ann Kay said she was ill`, `Had Bob Lee said he would quit, …`.
    const UNKNOWN: [&str; 7] = ["known", "unknown", "clear", "unclear", "sure", "asked", "unsure"];
    let asked = |at: usize| words.is(at, "whether") || words.is(at, "if") && words.is_any(at - 1, &UNKNOWN);
    let open = (line.start + 1..verb).rev().take_while(|&at| !words.is(at, ",")).any(asked);
    if open || words.is(line.start, "had") && words.capital(line.start) && words.capital(line.start + 1) {
        return None;
    }
    // After a comma the verb's subject stands behind it (`, said the ministry`), unless the comma closes what is said of the
    // subject: `His lawyer, Petr Hanus, said he would appeal`.
    if words.is(verb - 1, ",") {
        let opened = (line.start..verb - 1).rev().take(16).any(|at| words.is(at, ","));
        let subject_behind = words.capital(verb + 1) && !words.has(verb + 1, Class::WEEKDAY) && !clause_behind(words, verb, end);
        if !opened || subject_behind || end < verb + 5 {
            return None;
        }
    }
    let that = (verb + 1..end.min(verb + 10)).take_while(|&at| words.text(at) != ",").find(|&at| words.is(at, "that"));
    // `claimed the attack that killed 12 people` states nothing: a verb comes where the subject of a statement would.
    let relative =
        |at: usize| at > verb + 1 && (words.has(at + 1, Class::VERB) || words.text(at + 1).ends_with("ed") && !words.capital(at + 1));
    let relative = |at: usize| relative(at) || at > verb + 1 && words.has(at + 1, Class::PAST);
    let that = that.filter(|&at| !relative(at));
    // Without `that`, a clause opens with a subject: `said Russia expects that …`.
    let start = behind_time(words, verb + 1);
    let plain = words.is_any(verb, &["said", "says", "say"]) && that != Some(start) && opens_clause(words, start, end);
    // `said last week that no evidence was found`: what stands before `that` tells when or where.
    let when = words.is_any(start, &["on", "in", "at", "earlier", "late", "during", "after"]);
    let plain = plain && !(when && that.is_some());
    let clause = if plain { start } else { that.map(|that| that + 1).or_else(|| bare_clause(words, verb, end))? };
    // Who `denied that the plane was shot down` does not say that it was: the verb is part of what is told.
    let clause = if words.is_any(verb, &DENIES) { verb } else { clause };
    // `In the West Bank, the army said …`: not the place said it.
    let adverb = opens_adverb(words, line.start).then(|| (line.start..verb - 1).find(|&at| words.is(at, ","))).flatten();
    Some((clause..end, scene.clause(adverb.map_or(line.start, |comma| comma + 1), verb)..verb))
}

/// Where a clause without `that` begins behind another verb: `confirmed two people had died`, `told reporters the town was safe`.
fn bare_clause(words: &Words<'_>, verb: usize, end: usize) -> Option<usize> {
    const STATES: [&str; 8] = ["confirmed", "confirms", "insisted", "insists", "admitted", "admits", "warned", "warns"];
    const VERB_WITHIN: usize = 7;
    let subject = |at: usize| words.has(at, Class::DETERMINER.or(Class::PRONOUN).or(Class::NUMBER)) || words.capital(at);
    let tells = |at: usize| {
        let within = (at + 1..end.min(at + VERB_WITHIN)).take_while(|&at| !words.is_any(at, &["who", "which", "that", ",", "whose"]));
        subject(at) && within.into_iter().any(|at| words.has(at, Class::VERB.or(Class::PAST)) && !words.capital(at))
    };
    if words.is_any(verb, &STATES) {
        return Some(verb + 1).filter(|&at| tells(at));
    }
    // Whom it is told stands between.
    let whom = |at: usize| {
        words.capital(at) || words.is_any(at, &["the", "a", "his", "her", "reporters", "journalists", "lawmakers", "parliament"])
    };
    let told = words.is_any(verb, &["told", "tells"]) && whom(verb + 1);
    let start = (verb + 2..end.min(verb + 6)).find(|&at| words.has(at, Class::DETERMINER.or(Class::PRONOUN).or(Class::NUMBER)));
    start.filter(|&at| told && tells(at))
}

/// `Reporters Without Borders, a watchdog, says Gaza is dangerous`: what has a verb, up to the next mark, is no subject of the verb
/// before it.
fn clause_behind(words: &Words<'_>, verb: usize, end: usize) -> bool {
    const REACH: usize = 12;
    let behind = (verb + 1..end.min(verb + REACH)).take_while(|&at| !words.has(at, Class::MARK));
    behind.into_iter().any(|at| words.has(at, Class::VERB) && !words.capital(at))
}

/// The word after `on Monday`, `Monday`, `last week`, `in a statement`, `on its website`, where some of them stand at `at`.
fn behind_time(words: &Words<'_>, mut at: usize) -> usize {
    const STEPS: usize = 3;
    for _ in 0..STEPS {
        let next = behind_one_time(words, at);
        if next == at {
            break;
        }
        at = next;
    }
    at
}

fn behind_one_time(words: &Words<'_>, at: usize) -> usize {
    let owns = |at: usize| words.is_any(at, &["'s", "’s"]);
    let late = at + usize::from(words.is_any(at, &["late", "early", "earlier", "later", "separately"]));
    let on = late + usize::from(words.is(late, "on"));
    if is_weekday(words, on) {
        return on + 1;
    }
    let at = late;
    if words.is_any(at, &["last", "this", "earlier"])
        && words.has(at + 1, Class::TIME_UNIT)
        && !owns(at + 2)
        && !words.has(at + 2, Class::VERB)
    {
        return at + 2;
    }
    let own = words.is_any(at + 1, &["a", "an", "its", "his", "her", "their"]);
    let stated = words.is(at, "in") && words.is_any(at + 2, &["statement", "interview", "report", "letter", "speech", "tweet", "post"]);
    let shown = words.is(at, "on") && words.is_any(at + 2, &["website", "site", "page", "channel", "blog"]);
    if own && (stated || shown) { at + 3 } else { at }
}

/// Whether a sentence that starts so tells when or where first.
fn opens_adverb(words: &Words<'_>, at: usize) -> bool {
    words.has(at, Class::PREPOSITION)
        || words.is_any(at, &["also", "meanwhile", "earlier", "later", "on", "elsewhere", "separately", "asked", "if", "unless"])
}

/// `Tuesday`, but not `Tuesday's raid`.
fn is_weekday(words: &Words<'_>, at: usize) -> bool {
    words.has(at, Class::WEEKDAY) && !words.is_any(at + 1, &["'s", "’s"])
}

fn opens_clause(words: &Words<'_>, at: usize, end: usize) -> bool {
    const VERB_WITHIN: usize = 9;
    let named = words.capital(at) && !words.has(at, Class::WEEKDAY.or(Class::MONTH));
    let small = words.has(at, Class::PREPOSITION)
        || is_weekday(words, at)
        || words.is_any(at, &["as", "on", "after", "during", "when", "while", "late", "before", ",", ".", "and", "but"]);
    let verb = || (at + 1..end.min(at + VERB_WITHIN)).any(|at| words.has(at, Class::VERB.or(Class::PAST)));
    named
        || words.has(at, Class::DETERMINER.or(Class::PRONOUN).or(Class::NUMBER))
        || words.is_any(at, &["there", "we", "more", "about"])
        || words.is(at, "at") && words.is(at + 1, "least")
        || words.text(at).starts_with(|c: char| c.is_ascii_digit())
        || !small && (verb() || words.text(at + 1).ends_with("ed") && !words.capital(at + 1))
}

/// `The pilots hid behind the plane, the ministry stressed.`
fn trailing(scene: &Scene<'_>, line: &Line, verb: usize) -> Option<Statement> {
    const REACH: usize = 16;
    const LONGEST_ADVERB: usize = 6;
    let words = scene.words;
    let comma = (line.words.start..verb).rev().take(REACH).find(|&at| words.is(at, ","))?;
    if comma + 1 < verb {
        let subject = comma + 1..verb;
        let noun = words.capital(subject.start)
            || words.has(subject.start, Class::DETERMINER.or(Class::PRONOUN).or(Class::COUNTED))
            // `city officials said`, `police said`.
            || subject.len() <= 4 && words.has(subject.end - 1, Class::COUNTED.or(Class::POST).or(Class::NOMINAL))
            || words.is_any(subject.end - 1, &["authorities", "media", "sources"]);
        // `…, came three weeks after the court agreed to hear it`: behind another verb nobody speaks.
        let told = words.has(subject.start, Class::VERB) && !words.capital(subject.start)
            || subject.clone().skip(1).any(|at| words.is_any(at, &["after", "before", "when", "while", "because", "since", "until"]))
            || subject.clone().any(|at| words.is(at, "what"))
            || words.is_any(subject.start, &["who", "which"]);
        // `In Kabul on Tuesday, officials said …` tells when and where.
        let clause = line.words.start..comma;
        let adverb =
            clause.len() <= LONGEST_ADVERB && opens_adverb(words, clause.start) && !clause.clone().any(|at| words.has(at, Class::VERB));
        // `…, The Associated Press erroneously reported the year of his birth`.
        let has_object = words.is(verb, "reported") && words.has(verb + 1, Class::DETERMINER);
        // `Ministers from France, Britain and Germany agreed`: the comma is one of a list.
        let names = |at: usize| words.capital(at) && !words.has(at, Class::DETERMINER);
        let listed = subject.len() == 3 && words.is(subject.start + 1, "and") && names(subject.start) && names(subject.end - 1);
        let listed = listed && words.capital(comma - 1) && !clause.clone().any(|at| words.has(at, Class::VERB) && !words.capital(at));
        let denies = words.is_any(verb, &DENIES) || has_object || listed;
        return (!told && !adverb && !denies && (noun || scene.named(&subject).is_some())).then_some((clause, subject));
    }
    // `…, said the ministry`.
    let stop = (verb + 1..line.words.end).find(|&at| matches!(words.text(at), "," | ".")).unwrap_or(line.words.end);
    // `…, said his aunt, Gloria Arcos.`
    let called = words.is_any(verb + 1, &["his", "her", "its", "their", "the"]) && words.is(stop, ",");
    let person = called.then(|| scene.inside(&(stop + 1..line.words.end)).next()).flatten();
    let person = person.filter(|(name, _)| name.start == stop + 1 && matches!(words.text(name.end), "." | ","));
    let stop = person.map_or(stop, |(name, _)| name.end);
    let inverted = words.is_any(verb, &["said", "says", "added", "warned", "explained", "noted"])
        && !words.has(verb + 1, Class::PREPOSITION)
        && !words.is(verb + 1, "against");
    if clause_behind(words, verb, line.words.end) {
        return None;
    }
    if inverted && verb + 1 < stop && behind_time(words, verb + 1) == verb + 1 && !words.is_any(verb + 1, &["after", "as"]) {
        return Some((line.words.start..comma, verb + 1..stop));
    }
    // `Finland will reopen its border, Mari Rantala, the interior minister, said`: the clause ends before the name. What has an
    // object says nothing of it: `A spokesman, Mari Rantala, denied the report`.
    if words.has(verb + 1, Class::DETERMINER.or(Class::PRONOUN)) {
        return None;
    }
    let opens = |&at: &usize| words.is(at, ",") && words.capital(at + 1) && scene.named(&(at + 1..comma)).is_some();
    let opened = (line.words.start..comma).rev().take(REACH).find(opens)?;
    // `… in Uppsala, her daughter, Anna Berg, said`: what she is called to be is no part of what she said, and nothing may be left.
    // `Days after Bob Lee quit, his successor, Jim Poe, promised change`: no statement, but when.
    if words.has(line.words.start, Class::TIME_UNIT) && words.is_any(line.words.start + 1, &["after", "before"]) {
        return None;
    }
    let called = (line.words.start..opened).rev().take(8).take_while(|&at| !words.is(at, ",") && !words.has(at, Class::VERB)).last()?;
    let whole = called == line.words.start;
    // `Tom's sister, Amy Ray, agreed` says nothing.
    if whole && !(called..opened).any(|at| words.has(at, Class::PAST) || words.text(at).ends_with("ed") && !words.capital(at)) {
        return None;
    }
    let role = (words.has(called, Class::DETERMINER) || words.is_any(called, &["its", "his", "her", "their"]))
        && (called..opened).any(|at| words.has(at, Class::POST));
    if role && whole {
        return None;
    }
    let end = if role && words.is(called - 1, ",") { called - 1 } else { opened };
    Some((line.words.start..end, opened + 1..verb))
}

/// `According to the ministry, the plane …`; `The plane was shot down, according to the ministry.`
fn according(scene: &Scene<'_>, line: &Line) -> Option<Statement> {
    let words = scene.words;
    let at = line.words.clone().find(|&at| words.has(at, Class::SOURCE) && words.is(at + 1, "to"))?;
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
