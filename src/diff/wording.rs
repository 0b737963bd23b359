//! What the words of an edited sentence change without any entity: denials, modality, opposites, bare numbers.

use std::ops::Range;

use super::severity::Rule;
use super::token::{Lexicon, Text};
use super::value::KnownNumbers;
use super::world::{Spot, View, World};
use crate::model::EntityKind;

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

const NEGATIONS: &[&str] =
    &["not", "never", "no", "none", "nobody", "nothing", "nor", "neither", "cannot", "without", "denied", "denies", "deny", "denying"];

/// Words that say how sure something is, by how sure.
const MODALS: &[&[&str]] = &[
    &["will", "shall"],
    &["would"],
    &["may", "might"],
    &["can"],
    &["could"],
    &["must"],
    &["should"],
    &["alleged", "allegedly", "reportedly", "purportedly"],
    &["possibly", "perhaps"],
    &["probably", "likely"],
    &["unlikely"],
    &["confirmed"],
    &["suspected"],
];

const OPPOSITES: &[(&[&str], &[&str])] = &[
    (
        &["rose", "rise", "rises", "risen", "rising", "climbed", "climbs", "gained", "gains", "jumped", "jumps", "surged", "soared"],
        &[
            "fell", "fall", "falls", "fallen", "falling", "dropped", "drops", "slipped", "slips", "slid", "slides", "sank", "tumbled",
            "plunged", "declined", "dipped",
        ],
    ),
    (&["increase", "increased", "increases", "increasing"], &["decrease", "decreased", "decreases", "decreasing"]),
    (&["up", "upward"], &["down", "downward"]),
    (&["gained", "gain", "gains"], &["lost", "loss", "losses"]),
    (&["won", "win", "wins"], &["lost", "lose", "loses"]),
    (&["accepted", "accept", "accepts"], &["rejected", "reject", "rejects", "refused", "refuse", "refuses"]),
    (&["approved", "approve", "approves"], &["rejected", "reject", "rejects", "blocked", "block", "blocks"]),
    (&["confirmed", "confirm", "confirms"], &["denied", "deny", "denies"]),
    (&["before"], &["after"]),
    (&["above"], &["below"]),
    (&["north", "northern"], &["south", "southern"]),
    (&["east", "eastern"], &["west", "western"]),
    (&["guilty"], &["innocent"]),
    (&["acquitted", "cleared"], &["convicted", "guilty"]),
    (&["upheld", "upholds", "uphold"], &["overturned", "overturns", "overturn", "quashed", "annulled"]),
    (&["narrowed", "narrows", "narrow"], &["widened", "widens", "widen"]),
    (&["murder", "murdering"], &["manslaughter"]),
    (&["alive"], &["dead"]),
    (&["killed", "dead", "died"], &["injured", "wounded", "hurt"]),
    (&["arrested", "detained", "jailed"], &["released", "freed"]),
    (&["supported", "support", "supports", "backed", "backs"], &["opposed", "oppose", "opposes"]),
    (&["more"], &["less", "fewer"]),
    (&["first"], &["last"]),
    (&["opened", "open", "opens"], &["closed", "close", "closes"]),
    (&["bought", "buy", "buys"], &["sold", "sell", "sells"]),
    (&["for"], &["against"]),
    (&["all", "every"], &["some", "few"]),
];

/// Words that are a number, or say how many times or when as one does.
const SPELLED_NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "million",
    "billion",
    "trillion",
    "half",
    "third",
    "thirds",
    "quarter",
    "quarters",
    "fifth",
    "fifths",
    "tenth",
    "first",
    "second",
    "fourth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "once",
    "twice",
    "single",
    "double",
    "triple",
    "doubled",
    "tripled",
    "quadrupled",
    "halved",
    "noon",
    "midnight",
];

/// Which tokens of each side are part of a name or of a date: `May` there says nothing of how sure it is.
pub(super) struct Names {
    from: Vec<bool>,
    to: Vec<bool>,
}

impl Names {
    pub(super) fn of(world: &World<'_>) -> Names {
        let is_name = |view: &View<'_>, spot: &Spot| {
            let kind = view.entities[spot.entity].kind();
            matches!(kind, EntityKind::Person | EntityKind::Organization | EntityKind::Place | EntityKind::Date)
        };
        let held = |view: &View<'_>| view.held(|spot| is_name(view, spot));
        Names { from: held(&world.from), to: held(&world.to) }
    }
}

/// Reads the hunks of an edited pair.
pub(super) fn read(world: &World<'_>, pair: usize, names: &Names, known: &KnownNumbers) -> Vec<Wording> {
    let (lexicon, from, to) = (world.lexicon, world.from.text, world.to.text);
    let mut found = Vec::new();
    // The hunks with denials: how many came, less those that went.
    let mut denials: Vec<(isize, Wording)> = Vec::new();
    for index in world.map.pairs[pair].clone() {
        let hunk = &world.map.hunks[index];
        let (lost, got) = (words(lexicon, from, hunk.from.clone()), words(lexicon, to, hunk.to.clone()));
        let free = |text: &Text<'_>, held: &[bool], tokens: &Range<usize>| {
            tokens.clone().filter(|&token| !held[token]).flat_map(|token| words(lexicon, text, token..token + 1)).collect::<Vec<_>>()
        };
        if lost.len().max(got.len()) <= LONGEST_PASSAGE {
            let balance = negations(&got) - negations(&lost);
            let doubt = modality(&free(from, &names.from, &hunk.from), &free(to, &names.to, &hunk.to));
            // One edit is told once: `denied` → `confirmed` is no doubt besides, and `will not` → `may` no denial.
            if let Some(told) = opposite(&lost, &got) {
                found.push(Wording { rule: Rule::Opposite, told, hunk: Some(index) });
            } else if balance != 0 && doubt.is_some() {
                found.push(Wording { rule: Rule::Negation, told: passage(&lost, &got), hunk: Some(index) });
            } else if balance != 0 {
                let told = denied(&lost, &got, balance);
                denials.push((balance, Wording { rule: Rule::Negation, told, hunk: Some(index) }));
            } else {
                found.extend(doubt.map(|told| Wording { rule: Rule::Modality, told, hunk: Some(index) }));
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
        let spelled = spelled_numbers(&free(from, &known.from, &hunk.from), &free(to, &known.to, &hunk.to));
        found.extend(spelled.map(|told| Wording { rule: Rule::Number, told, hunk: Some(index) }));
    }
    // One that moved within its sentence is none.
    let balance: isize = denials.iter().map(|(balance, _)| balance).sum();
    found.extend(denials.into_iter().rfind(|(of, _)| of.signum() == balance.signum()).map(|(_, wording)| wording));
    found
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

fn negations(words: &[String]) -> isize {
    words.iter().map(|word| isize::from(is_negation(word))).sum()
}

fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't")
}

/// `“no longer” added`, `denied → admitted`; of a longer passage only the word that matters.
fn denied(lost: &[String], got: &[String], balance: isize) -> String {
    const SHORT: usize = 4;
    if lost.len().max(got.len()) <= SHORT {
        return passage(lost, got);
    }
    let word = |words: &[String]| words.iter().find(|word| is_negation(word)).cloned().unwrap_or_else(|| "not".to_owned());
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
    let spelled = |words: &[String]| words.iter().filter(|word| SPELLED_NUMBERS.contains(&word.as_str())).cloned().collect::<Vec<_>>();
    let (lost, got) = (spelled(lost), spelled(got));
    (!lost.is_empty() && !got.is_empty() && lost != got).then(|| passage(&lost, &got))
}

fn modality(lost: &[String], got: &[String]) -> Option<String> {
    let find = |words: &[String]| {
        words.iter().find_map(|word| MODALS.iter().position(|class| class.contains(&modal(word))).map(|class| (class, word.clone())))
    };
    match (find(lost), find(got)) {
        (Some((one, before)), Some((other, after))) if one != other => Some(format!("{before} → {after}")),
        (None, Some((_, after))) => Some(format!("“{after}” added")),
        (Some((_, before)), None) => Some(format!("“{before}” dropped")),
        _ => None,
    }
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

fn opposite(lost: &[String], got: &[String]) -> Option<String> {
    let has = |words: &[String], list: &[&str]| words.iter().find(|word| list.contains(&word.as_str())).cloned();
    OPPOSITES.iter().find_map(|(one, other)| {
        let turned = has(lost, one).zip(has(got, other)).or_else(|| has(lost, other).zip(has(got, one)));
        turned.map(|(before, after)| format!("{before} → {after}"))
    })
}
