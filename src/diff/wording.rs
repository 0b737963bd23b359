//! What the words of an edited sentence change without any entity: denials, modality, opposites, attributions, bare numbers.

use std::ops::Range;

use super::severity::Rule;
use super::token::{Lexicon, Text};
use super::value::KnownNumbers;
use super::vocabulary::VOCABULARY;
use super::word::Hunk;
use super::world::{Spot, View, World};
use crate::model::{Detail, EntityKind};

/// What a sentence's own words changed, told for the trashline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub rule: Rule,
    pub told: String,
    /// The hunk that shows it, in its place among all; `None` where it is the whole sentence that shows it.
    pub hunk: Option<usize>,
}

impl Wording {
    /// Names that changed places; `None` where there are none.
    pub(super) fn exchanged(names: &[String]) -> Option<Wording> {
        let (last, others) = names.split_last()?;
        Some(Wording { rule: Rule::Exchanged, told: format!("{} and {last} changed places", others.join(", ")), hunk: None })
    }
}

/// A passage longer than this on either side was written anew: that a `not` or a `may` is in it tells nothing.
const LONGEST_PASSAGE: usize = 8;

/// A name with a number in it is at most this many tokens to either side of it.
const MOST_JOINED: usize = 4;

/// Which tokens of each side are part of a name,
pub(super) struct Names {
    from: Vec<bool>,
    to: Vec<bool>,
    /// or of a date or a length of time: `May` there says nothing of how sure it is,
    dates_from: Vec<bool>,
    dates_to: Vec<bool>,
    /// and which stand between quotation marks.
    quoted_from: Vec<bool>,
    quoted_to: Vec<bool>,
}

impl Names {
    pub(super) fn of(world: &World<'_>) -> Names {
        let is_name = |view: &View<'_>, spot: &Spot| {
            let kind = view.entities[spot.entity].kind();
            matches!(kind, EntityKind::Person | EntityKind::Organization | EntityKind::Place)
        };
        let held = |view: &View<'_>| view.held(|spot| is_name(view, spot));
        let dates = |view: &View<'_>| view.held(|spot| view.entities[spot.entity].kind() == EntityKind::Date);
        let is_direct = |view: &View<'_>, spot: &Spot| matches!(&view.entities[spot.entity].detail, Detail::Quote(quote) if quote.direct);
        let quoted = |view: &View<'_>| view.held(|spot| is_direct(view, spot));
        Names {
            from: held(&world.from),
            to: held(&world.to),
            dates_from: dates(&world.from),
            dates_to: dates(&world.to),
            quoted_from: quoted(&world.from),
            quoted_to: quoted(&world.to),
        }
    }

    /// Whether a date, or a length of time, comes right behind a hunk on both sides, or goes on there.
    fn have_date_behind(&self, hunk: &Hunk) -> bool {
        let behind = |dates: &[bool], end: usize| dates[end.min(dates.len())..].iter().take(2).any(|&is_date| is_date);
        behind(&self.dates_from, hunk.from.end) && behind(&self.dates_to, hunk.to.end)
    }
}

/// Reads the hunks of an edited pair.
pub(super) fn read(world: &World<'_>, pair: usize, names: &Names, known: &KnownNumbers) -> Vec<Wording> {
    let (lexicon, from, to) = (world.lexicon, world.from.text, world.to.text);
    let mut found = Vec::new();
    // The hunks with denials: how many came, less those that went.
    let mut denials: Vec<(isize, Wording)> = Vec::new();
    let mut attributions = Vec::new();
    for index in world.map.pairs[pair].clone() {
        let hunk = &world.map.hunks[index];
        let (lost, got) = (words(lexicon, from, hunk.from.clone()), words(lexicon, to, hunk.to.clone()));
        let free = |text: &Text<'_>, held: [&[bool]; 2], tokens: &Range<usize>| {
            let free = tokens.clone().filter(|&token| !held.iter().any(|held| held[token]));
            free.flat_map(|token| words(lexicon, text, token..token + 1)).collect::<Vec<_>>()
        };
        if lost.len().max(got.len()) <= LONGEST_PASSAGE {
            let nameless = [free(from, [&names.from; 2], &hunk.from), free(to, [&names.to; 2], &hunk.to)];
            let dateless = [free(from, [&names.from, &names.dates_from], &hunk.from), free(to, [&names.to, &names.dates_to], &hunk.to)];
            let balance = negations(&got) - negations(&lost);
            let follower = |text: &Text<'_>, end: usize| text.words.get(end).map(|&word| lexicon.word(word).text.to_lowercase());
            let followers = [follower(from, hunk.from.end), follower(to, hunk.to.end)];
            let doubt = modality(&dateless, followers.each_ref().map(Option::as_deref));
            let speaking = |words: &[String]| words.iter().any(|word| VOCABULARY.is_attribution(word));
            attributions.extend((speaking(&lost) != speaking(&got)).then(|| (speaking(&got), index, passage(&lost, &got))));
            // One edit is told once: `denied` → `confirmed` is no doubt besides, and `will not` → `may` no denial.
            if let Some((before, after)) = VOCABULARY.opposites(&nameless[0], &nameless[1]) {
                let told = format!("{} → {}", spelled(lexicon, from, &hunk.from, before), spelled(lexicon, to, &hunk.to, after));
                found.push(Wording { rule: Rule::Opposite, told, hunk: Some(index) });
            } else if balance != 0 && doubt.is_some() {
                found.push(Wording { rule: Rule::Negation, told: passage(&lost, &got), hunk: Some(index) });
            } else if balance != 0 {
                let told = denied(&lost, &got, balance);
                denials.push((balance, Wording { rule: Rule::Negation, told, hunk: Some(index) }));
            } else if let Some(told) = doubt {
                found.push(Wording { rule: Rule::Modality, told, hunk: Some(index) });
            } else if names.have_date_behind(hunk) {
                found.extend(hedged_date(&lost, &got).map(|(rule, told)| Wording { rule, told, hunk: Some(index) }));
            }
        }
        let (before, after) = (numbers(lexicon, from, hunk.from.clone()), numbers(lexicon, to, hunk.to.clone()));
        if before != after && !(before.is_empty() && after.is_empty()) && !known.covers(hunk) {
            let told = match (before.is_empty(), after.is_empty()) {
                (true, _) => format!("adds {}", after.join(", ")),
                (_, true) => format!("drops {}", before.join(", ")),
                _ => format!("{} → {}", before.join(", "), after.join(", ")),
            };
            found.push(Wording { rule: Rule::Number, told, hunk: Some(index) });
        }
        let spelled = spelled_numbers(&free(from, [&known.from; 2], &hunk.from), &free(to, [&known.to; 2], &hunk.to));
        found.extend(spelled.map(|told| Wording { rule: Rule::Number, told, hunk: Some(index) }));
    }
    // One that moved within its sentence is none.
    let balance: isize = denials.iter().map(|(balance, _)| balance).sum();
    found.extend(denials.into_iter().rfind(|(of, _)| of.signum() == balance.signum()).map(|(_, wording)| wording));
    found.extend(attribution(world, pair, names, attributions).filter(|_| found.is_empty()));
    found
}

/// What is the story's own word now and was another's before, or the other way round. `edits` are those that brought a verb of saying or
/// took one away: whether it came, the hunk, and what is told of it. Who speaks a quotation is told with the quotation.
fn attribution(world: &World<'_>, pair: usize, names: &Names, edits: Vec<(bool, usize, String)>) -> Option<Wording> {
    let &[(came, ..), ref others @ ..] = edits.as_slice() else { return None };
    // One that moved within its sentence is none.
    if others.iter().any(|(other, ..)| *other != came) {
        return None;
    }
    let sentences = &world.alignment.pairs[pair];
    let (from, to) = (world.from.text.tokens(&sentences.from), world.to.text.tokens(&sentences.to));
    // Where another verb of saying stands, somebody says so still.
    let (text, tokens) = if came { (world.from.text, from.clone()) } else { (world.to.text, to.clone()) };
    let speaks = words(world.lexicon, text, tokens).iter().any(|word| VOCABULARY.is_attribution(word));
    if speaks || names.quoted_from[from].contains(&true) || names.quoted_to[to].contains(&true) {
        return None;
    }
    edits.into_iter().next().map(|(_, hunk, told)| Wording { rule: Rule::Attribution, told, hunk: Some(hunk) })
}

/// `up to → at least` before twenty years, `by → after` before a day.
fn hedged_date(lost: &[String], got: &[String]) -> Option<(Rule, String)> {
    if VOCABULARY.sides(lost, got).is_some() {
        return Some((Rule::DateValue, passage(lost, got)));
    }
    let bound = |words: &[String]| words.iter().find_map(|word| VOCABULARY.bound(word));
    (bound(lost) != bound(got)).then(|| (Rule::Qualifier, passage(lost, got)))
}

/// The numbers among some tokens, each with what is written together with it: `Il-20`.
fn numbers(lexicon: &Lexicon, text: &Text<'_>, tokens: Range<usize>) -> Vec<String> {
    let joins = |token: usize| lexicon.word(text.words[token]).is_word() || matches!(&*lexicon.word(text.words[token]).text, "-" | "/");
    let touch = |left: usize, right: usize| {
        right < text.spans.len() && text.spans[left].end() == text.spans[right].start() && joins(left) && joins(right)
    };
    let mut found: Vec<String> = Vec::new();
    for token in tokens.filter(|&token| lexicon.word(text.words[token]).has_digit()) {
        let start = (token.saturating_sub(MOST_JOINED)..token).rev().take_while(|&left| touch(left, left + 1)).last().unwrap_or(token);
        let end = (token..token + MOST_JOINED).take_while(|&left| touch(left, left + 1)).last().map_or(token, |left| left + 1);
        let number = text.text.get(text.spans[start].start()..text.spans[end].end()).unwrap_or_default();
        if found.last().is_none_or(|last| last != number) {
            found.push(number.to_owned());
        }
    }
    found
}

fn words(lexicon: &Lexicon, text: &Text<'_>, tokens: Range<usize>) -> Vec<String> {
    text.words[tokens].iter().map(|&word| lexicon.word(word)).filter(|word| word.is_word()).map(|word| word.text.to_lowercase()).collect()
}

/// A lower-case word among some tokens, with the capitals that it has there.
fn spelled<'a>(lexicon: &'a Lexicon, text: &Text<'_>, tokens: &Range<usize>, word: &'a str) -> &'a str {
    let mut words = text.words[tokens.clone()].iter().map(|&word| &*lexicon.word(word).text);
    words.find(|spelled| spelled.to_lowercase() == word).unwrap_or(word)
}

fn negations(words: &[String]) -> isize {
    words.iter().map(|word| isize::from(VOCABULARY.is_denial(word))).sum()
}

/// `“no longer” added`, `denied → admitted`; of a longer passage only the word that matters.
fn denied(lost: &[String], got: &[String], balance: isize) -> String {
    const SHORT: usize = 4;
    if lost.len().max(got.len()) <= SHORT {
        return passage(lost, got);
    }
    let word = |words: &[String]| words.iter().find(|word| VOCABULARY.is_denial(word)).cloned().unwrap_or_else(|| "not".to_owned());
    if balance > 0 { format!("“{}” added", word(got)) } else { format!("“{}” dropped", word(lost)) }
}

/// `will not → may`.
fn passage(lost: &[String], got: &[String]) -> String {
    match (lost.join(" "), got.join(" ")) {
        (lost, got) if lost.is_empty() => format!("“{got}” added"),
        (lost, got) if got.is_empty() => format!("“{lost}” dropped"),
        (lost, got) => format!("{lost} → {got}"),
    }
}

/// `two → three`: a number in words that no amount tells, and another one in its place (`a two-and-a-half-year term`).
fn spelled_numbers(lost: &[String], got: &[String]) -> Option<String> {
    let spelled = |words: &[String]| words.iter().filter(|word| VOCABULARY.is_number(word)).cloned().collect::<Vec<_>>();
    let (lost, got) = (spelled(lost), spelled(got));
    (!lost.is_empty() && !got.is_empty() && lost != got).then(|| passage(&lost, &got))
}

/// `follower` is the word that stands behind the hunk on each side.
fn modality([lost, got]: &[Vec<String>; 2], followers: [Option<&str>; 2]) -> Option<String> {
    let find = |words: &[String], follower: Option<&str>| {
        let behind = |place: usize| words.get(place + 1).map(String::as_str).or(follower);
        words.iter().enumerate().find_map(|(place, word)| Some((VOCABULARY.certainty(word, behind(place))?, word.clone())))
    };
    match (find(lost, followers[0]), find(got, followers[1])) {
        (Some((one, before)), Some((other, after))) if one != other => Some(format!("{before} → {after}")),
        (None, Some((_, after))) => Some(format!("“{after}” added")),
        (Some((_, before)), None) => Some(format!("“{before}” dropped")),
        _ => None,
    }
}
