//! What the words of an edited sentence change without any entity: denials, modality, opposites, attributions, bare numbers.

use std::ops::Range;

use super::align::Pair;
use super::severity::Rule;
use super::token::{Lexicon, Sentence, Text};
use super::value::KnownNumbers;
use super::vocabulary::{VOCABULARY, Vocabulary};
use super::word::Hunk;
use super::world::{Spot, View, World};
use crate::model::{Detail, EntityKind, Part};

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

    /// Whether the sentences of a pair tell a date, on both sides.
    fn have_date_in(&self, world: &World<'_>, pair: usize) -> bool {
        let sentences = &world.alignment.pairs[pair];
        let (from, to) = (world.from.text.tokens(&sentences.from), world.to.text.tokens(&sentences.to));
        self.dates_from[from].contains(&true) && self.dates_to[to].contains(&true)
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
    // And with doubts: which word came and which went.
    let mut doubts: Vec<(Exchange, Wording)> = Vec::new();
    let mut attributions = Vec::new();
    let (reported, dated) = (is_reported(world, pair), names.have_date_in(world, pair));
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
            let balance = VOCABULARY.denials(&got, &lost) - VOCABULARY.denials(&lost, &got);
            let follower = |text: &Text<'_>, end: usize| text.words.get(end).map(|&word| lexicon.word(word).text.to_lowercase());
            let followers = [follower(from, hunk.from.end), follower(to, hunk.to.end)];
            let doubt = modality(&dateless, followers.each_ref().map(Option::as_deref), reported, dated);
            attributions.extend(speaker_left(&lost, &got).map(|came| (came, index)));
            let told = || passage(lexicon, [from, to], hunk);
            let refused = VOCABULARY.refuses(if balance > 0 { &lost } else { &got });
            // One edit is told once: `denied` → `confirmed` is no doubt besides, and `will not` → `may` no denial.
            if let Some((before, after)) = VOCABULARY.opposites(&nameless[0], &nameless[1]) {
                // `did not approve` → `rejected`
                let is_denied = balance != 0 && ![before, after].iter().any(|word| VOCABULARY.is_denial(word));
                let told = format!("{} → {}", spelled(lexicon, from, &hunk.from, before), spelled(lexicon, to, &hunk.to, after));
                found.extend((!is_denied).then_some(Wording { rule: Rule::Opposite, told, hunk: Some(index) }));
            } else if balance != 0 && doubt.is_some() && !refused {
                found.push(Wording { rule: Rule::Negation, told: told(), hunk: Some(index) });
            } else if balance != 0 {
                // `failed to agree` → `did not agree`
                if !refused {
                    let told = denied(&lost, &got, balance).unwrap_or_else(told);
                    denials.push((balance, Wording { rule: Rule::Negation, told, hunk: Some(index) }));
                }
            } else if let Some((came, told_shortly)) = doubt {
                let told = if lost.len().max(got.len()) <= SHORT { told() } else { told_shortly };
                let is_standing = [&came.0, &came.1].into_iter().flatten().any(|word| is_standing(word));
                let rule = if is_standing { Rule::Post } else { Rule::Modality };
                // `former mayor` → `Teixeira` may be the same man.
                if !is_standing || lost.is_empty() || got.is_empty() {
                    doubts.push((came, Wording { rule, told, hunk: Some(index) }));
                }
            } else if names.have_date_behind(hunk) {
                let rule = hedged_date(&lost, &got, followers.each_ref().map(Option::as_deref));
                found.extend(rule.map(|rule| Wording { rule, told: told(), hunk: Some(index) }));
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
    let moved = |of: &Exchange| doubts.iter().any(|((before, after), _)| *before == of.1 && *after == of.0);
    found.extend(doubts.iter().filter(|(exchange, _)| !moved(exchange)).map(|(_, wording)| wording.clone()));
    found.extend(attribution(world, pair, names, &attributions).filter(|_| found.is_empty()));
    found
}

/// A word that went and one that came, where there are such.
type Exchange = (Option<String>, Option<String>);

/// Whether a verb of saying came or went with nothing but whose word it is: what else is on the one side is on the other too.
fn speaker_left(lost: &[String], got: &[String]) -> Option<bool> {
    let speaks = |words: &[String]| words.iter().any(|word| VOCABULARY.is_attribution(word));
    let within = |short: &[String], long: &[String]| short.iter().all(|word| long.contains(word));
    match (speaks(lost), speaks(got)) {
        (true, false) if within(got, lost) => Some(false),
        (false, true) if within(lost, got) => Some(true),
        _ => None,
    }
}

/// Whether both sides of a pair tell what somebody says.
fn is_reported(world: &World<'_>, pair: usize) -> bool {
    let sentences = &world.alignment.pairs[pair];
    speaks(world.lexicon, world.from.text, &sentences.from) && speaks(world.lexicon, world.to.text, &sentences.to)
}

fn speaks(lexicon: &Lexicon, text: &Text<'_>, sentences: &Range<usize>) -> bool {
    // `President: War will end`, `Dam unsafe - engineers`.
    let is_marked = |word: &u32| matches!(&*lexicon.word(*word).text, ":" | "-");
    let headed = |sentence: &Sentence| sentence.part == Part::Headline && text.words[sentence.tokens.clone()].iter().any(is_marked);
    text.sentences[sentences.clone()].iter().any(headed)
        || text.words_of(sentences).iter().any(|&word| VOCABULARY.is_speech(&lexicon.word(word).text.to_lowercase()))
}

/// What is the story's own word now and was another's before, or the other way round. `edits` are those that brought a verb of saying or
/// took one away: whether it came, and the hunk. Who speaks a quotation is told with the quotation.
fn attribution(world: &World<'_>, pair: usize, names: &Names, edits: &[(bool, usize)]) -> Option<Wording> {
    let &[(came, hunk), ref others @ ..] = edits else { return None };
    // One that moved within its sentence is none.
    if others.iter().any(|&(other, _)| other != came) {
        return None;
    }
    let pairs = &world.alignment.pairs;
    let (lexicon, sentences) = (world.lexicon, &pairs[pair]);
    let (from, to) = (world.from.text.tokens(&sentences.from), world.to.text.tokens(&sentences.to));
    // Where another verb of saying stands, somebody says so still.
    let (without, before) = if came { (world.from.text, &sentences.from) } else { (world.to.text, &sentences.to) };
    if speaks(lexicon, without, before) || names.quoted_from[from].contains(&true) || names.quoted_to[to].contains(&true) {
        return None;
    }
    // It moved to the sentence before or behind, or came from there.
    let neighbours = [pair.checked_sub(1), Some(pair + 1)].into_iter().flatten().filter_map(|pair| pairs.get(pair));
    let moved = |neighbour: &Pair| {
        let sides = [speaks(lexicon, world.from.text, &neighbour.from), speaks(lexicon, world.to.text, &neighbour.to)];
        sides == [came, !came]
    };
    let changed = &world.map.hunks[hunk];
    let told = passage(lexicon, [world.from.text, world.to.text], changed);
    // `It added that costs rose`, behind what it said.
    let speaker =
        if came { words(lexicon, world.to.text, changed.to.clone()) } else { words(lexicon, world.from.text, changed.from.clone()) };
    let is_pronoun = speaker.iter().any(|word| matches!(word.as_str(), "he" | "she" | "it" | "they"));
    let goes_on = || pair.checked_sub(1).is_some_and(|before| speaks(lexicon, world.to.text, &pairs[before].to));
    let is_moved = neighbours.into_iter().any(moved) || is_pronoun && goes_on();
    (!is_moved).then_some(Wording { rule: Rule::Attribution, told, hunk: Some(hunk) })
}

/// `up to → at least` before twenty years, `by → after` before a day.
fn hedged_date(lost: &[String], got: &[String], followers: [Option<&str>; 2]) -> Option<Rule> {
    let (lost, got) = (plain_bound(lost), plain_bound(got));
    if VOCABULARY.sides(&lost, &got).is_some() {
        return Some(Rule::DateValue);
    }
    // `over the past year`
    let bound = |words: &[String], follower: Option<&str>| {
        let behind = |place: usize| words.get(place + 1).map(String::as_str).or(follower);
        let is_bound = |&(place, word): &(usize, &String)| word != "over" || behind(place) != Some("the");
        words.iter().enumerate().filter(is_bound).find_map(|(_, word)| VOCABULARY.bound(word))
    };
    (bound(&lost, followers[0]) != bound(&got, followers[1])).then_some(Rule::Qualifier)
}

/// `no fewer than` as `least`, `as long as` as `most`, `no later than` as `by`.
fn plain_bound(words: &[String]) -> Vec<String> {
    let has = |one: &str, other: &[&str]| words.windows(2).any(|pair| pair[0] == one && other.contains(&pair[1].as_str()));
    match () {
        () if has("no", &["fewer", "less"]) => vec!["least".to_owned()],
        () if has("no", &["more", "longer"]) || has("as", &["long", "many", "much"]) => vec!["most".to_owned()],
        () if has("no", &["later"]) => vec!["by".to_owned()],
        () => words.to_vec(),
    }
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

/// An edit of so many words is told as it stands.
const SHORT: usize = 4;

/// Of a longer passage only the denial; `None` of a short one.
fn denied(lost: &[String], got: &[String], balance: isize) -> Option<String> {
    if lost.len().max(got.len()) <= SHORT {
        return None;
    }
    let word = |words: &[String]| words.iter().find(|word| VOCABULARY.is_denial(word)).cloned().unwrap_or_else(|| "not".to_owned());
    Some(if balance > 0 { format!("“{}” added", word(got)) } else { format!("“{}” dropped", word(lost)) })
}

/// `will not → may`: the words that went and came, without what both sides begin or end with.
fn passage(lexicon: &Lexicon, [from, to]: [&Text<'_>; 2], hunk: &Hunk) -> String {
    let words = |text: &Text<'_>, tokens: &Range<usize>| -> Vec<String> {
        let words = text.words[tokens.clone()].iter().map(|&word| lexicon.word(word)).filter(|word| word.is_word());
        words.map(|word| word.text.to_string()).collect()
    };
    let (lost, got) = (words(from, &hunk.from), words(to, &hunk.to));
    let same = |(one, other): &(&String, &String)| one.to_lowercase() == other.to_lowercase();
    let start = lost.iter().zip(&got).take_while(same).count();
    let (lost, got) = (&lost[start..], &got[start..]);
    let end = lost.iter().rev().zip(got.iter().rev()).take_while(same).count();
    match (lost[..lost.len() - end].join(" "), got[..got.len() - end].join(" ")) {
        (lost, got) if lost.is_empty() => format!("“{got}” added"),
        (lost, got) if got.is_empty() => format!("“{lost}” dropped"),
        (lost, got) => format!("{lost} → {got}"),
    }
}

/// `two → three`: a number in words that no amount tells, and another one in its place (`a two-and-a-half-year term`).
fn spelled_numbers(lost: &[String], got: &[String]) -> Option<String> {
    let spelled = |words: &[String]| words.iter().filter(|word| VOCABULARY.is_number(word)).cloned().collect::<Vec<_>>();
    let (lost, got) = (spelled(lost), spelled(got));
    (!lost.is_empty() && !got.is_empty() && lost != got).then(|| format!("{} → {}", lost.join(" "), got.join(" ")))
}

/// What an edit changes of how sure something is: the words that went and came, and how that is told in short. `followers` are the
/// words that stand behind the hunk; `reported` says that somebody is told to have said so on both sides, `dated` that a date is there,
/// which tells what is to come as well as a verb does.
fn modality([lost, got]: &[Vec<String>; 2], followers: [Option<&str>; 2], reported: bool, dated: bool) -> Option<(Exchange, String)> {
    let find = |words: &[String], follower: Option<&str>| {
        let behind = |place: usize| words.get(place + 1).map(String::as_str).or(follower);
        let all = words.iter().enumerate().filter_map(|(place, word)| Some((VOCABULARY.certainty(word, behind(place))?, word.clone())));
        // `will likely` is as sure as `likely`.
        all.min_by_key(|(_, word)| is_future(word))
    };
    let speaks = |words: &[String]| words.iter().any(|word| VOCABULARY.is_speech(word));
    let matters = |word: &str, others: &[String]| match word {
        "confirmed" => !speaks(others),
        _ if is_future(word) => !dated && !is_to_come(others) && followers != [Some("to"); 2],
        _ => !VOCABULARY.doubts(others),
    };
    match (find(lost, followers[0]), find(got, followers[1])) {
        (Some((one, before)), Some((other, after))) if one != other => {
            let alike = reported && Vocabulary::are_reported_alike(&before, &after);
            let told = format!("{before} → {after}");
            (!alike).then_some(((Some(before), Some(after)), told))
        }
        (None, Some((_, after))) if matters(&after, lost) => {
            let told = format!("“{after}” added");
            Some(((None, Some(after)), told))
        }
        (Some((_, before)), None) if matters(&before, got) => {
            let told = format!("“{before}” dropped");
            Some(((Some(before), None), told))
        }
        _ => None,
    }
}

/// Whether somebody holds a post, held it or stands in for who does.
fn is_standing(word: &str) -> bool {
    matches!(word, "former" | "ex" | "acting" | "interim")
}

fn is_future(word: &str) -> bool {
    matches!(word, "will" | "shall" | "won't" | "set" | "scheduled" | "poised")
}

/// `is due to meet`, `meets`: what is to come, without `will`.
fn is_to_come(words: &[String]) -> bool {
    let is_present = |word: &String| word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    words.iter().any(|word| matches!(word.as_str(), "to" | "due" | "is" | "are" | "be" | "going") || is_present(word))
}
