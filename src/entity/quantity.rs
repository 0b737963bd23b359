//! Owns amounts: which numbers count things, measure, price or rate, and what they count.

use std::ops::Range;

use super::Finding;
use super::age;
use super::lexicon::Class;
use super::measure;
use super::number::{self, Figure};
use super::word::{Line, Words};
use crate::model::{Amount, Detail, Number};

/// Reads the amount whose number starts at the word `at`, with the hedge before it and what it counts after it.
pub(super) fn find(words: &Words<'_>, line: &Line, at: usize, from: usize) -> Option<Finding> {
    let word = words.get(at)?;
    let digits = words.text(at).starts_with(|c: char| c.is_ascii_digit());
    let spelled =
        word.class.has(Class::NUMBER) || words.is_any(at, &["a", "an"]) || (word.class.has(Class::WORD) && words.text(at).contains('-'));
    if let Some(found) = measure::in_letters(words, at).filter(|_| word.capital()) {
        return Some(hedged(words, found, from));
    }
    if !digits && !spelled && !word.class.has(Class::CURRENCY) {
        return if word.class.has(Class::ORDINAL) && !word.capital() { ordinal(words, line, at) } else { None };
    }
    if let Some(found) = measure::priced(words, line, at) {
        return Some(hedged(words, found, from));
    }
    if let Some(found) = vague(words, line, at).or_else(|| share(words, line, at)).or_else(|| age::find(words, line, at)) {
        return Some(found);
    }
    // `7-6 (4)`: the points of a tie-break belong to the set.
    if words.is(at + 1, ")") && at > line.words.start + 1 && words.is(at - 1, "(") && ends_score(words, line, at - 1) {
        return None;
    }
    let Some(figure) = number::figure(words, at, line.words.end) else {
        let found = measure::glued_unit(words, at).or_else(|| compound(words, at));
        return found.map(|found| hedged(words, below_zero(words, found, from), from)).or_else(|| ordinal(words, line, at));
    };
    // `Boeing 787-8` is a model.
    if figure.score && at > line.words.start && words.has(at - 1, Class::PRODUCT) {
        return None;
    }
    if figure.score {
        return Some(amount(figure.words.clone(), 95, Detail::Quantity, plain(&figure, Some("score"))));
    }
    // `Covid 19 rules`, `COVID- 19`: a name.
    let name = at.checked_sub(1).map(|before| before - usize::from(before > line.words.start && words.is(before, "-")));
    if name.is_some_and(|name| name >= line.words.start && words.is_any(name, &["covid", "covid-"])) {
        return None;
    }
    // `a magnitude 6.3 earthquake`, `a magnitude of 6.3`.
    let of = usize::from(at > line.words.start && words.is(at - 1, "of"));
    if at > line.words.start + of && words.is(at - 1 - of, "magnitude") {
        return Some(amount(figure.words.clone(), 95, Detail::Quantity, plain(&figure, Some("magnitude"))));
    }
    // `a 7.7 magnitude earthquake`, `7.1 and 7.5 magnitude earthquakes`.
    let end = figure.words.end;
    let second = words.is_any(end, &["and", "or"]).then(|| number::figure(words, end + 1, line.words.end)).flatten();
    if words.is(second.map_or(end, |second| second.words.end), "magnitude") {
        return Some(hedged(words, amount(figure.words.clone(), 95, Detail::Quantity, plain(&figure, Some("magnitude"))), from));
    }
    if let Some(found) = measure::rated(words, line, &figure).or_else(|| measure::measured(words, line, &figure)) {
        return Some(hedged(words, below_zero(words, found, from), from));
    }
    count(words, line, &figure).map(|found| hedged(words, below_zero(words, found, from), from))
}

/// `minus 12 degrees`, `-2.3 percent`: with its sign. A dash that also touches the word before is none.
fn below_zero(words: &Words<'_>, mut found: Finding, from: usize) -> Finding {
    let (Detail::Quantity(amount) | Detail::Percent(amount)) = &mut found.detail else { return found };
    let Some(sign) = found.words.start.checked_sub(1).filter(|&sign| sign >= from) else { return found };
    // `plus or minus 2%` says how sure the number before is.
    if sign >= from + 2 && words.is(sign, "minus") && words.is(sign - 1, "or") && words.is(sign - 2, "plus") {
        amount.qualifier = Some("plus or minus".to_owned());
        found.words.start = sign - 2;
        return found;
    }
    let dash = matches!(words.text(sign), "-" | "−" | "–") && words.glued(sign + 1) && !words.glued(sign);
    if dash || words.is(sign, "minus") {
        let negative = |number: Number| Number::new(-number.get());
        (amount.value, amount.high) = (amount.value.and_then(negative), amount.high.and_then(negative));
        found.words.start = sign;
    }
    found
}

/// `27-nation bloc`, `24-time champion`, `six-member panel`: a number and what it counts in one word. The unit is what `27 nations`
/// has.
fn compound(words: &Words<'_>, at: usize) -> Option<Finding> {
    const NO_NOUNS: [&str; 25] = [
        "type", "style", "class", "series", "model", "odd", "plus", "strong", "some", "fold", "way", "half", "third", "thirds", "quarter",
        "quarters", "year", "to", "and", "hundred", "thousand", "million", "billion", "trillion", "dozen",
    ];
    let (number, noun) = words.text(at).rsplit_once('-')?;
    if noun == "magnitude" {
        let amount = Amount { value: number.parse().ok().and_then(Number::new), unit: Some(noun.to_owned()), ..Amount::default() };
        return amount.value.is_some().then(|| self::amount(at..at + 1, 95, Detail::Quantity, amount));
    }
    let value = number.replace(',', "").parse::<u32>().ok().or_else(|| number::small_word(number)).filter(|&value| value > 1)?;
    // `two-tenths` is a fraction, `six-wheeled` an adjective.
    let other = ["th", "ths", "ed", "al", "ive", "ic", "ly"].iter().any(|ending| noun.ends_with(ending));
    let counted = noun.len() > 2 && noun.bytes().all(|byte| byte.is_ascii_lowercase()) && !NO_NOUNS.contains(&noun) && !other;
    let unit = measure::canonical(noun).map_or_else(|| plural(noun), str::to_owned);
    let amount = Amount { value: Some(value.into()), unit: Some(unit), ..Amount::default() };
    counted.then(|| self::amount(at..at + 1, 90, Detail::Quantity, amount))
}

fn plural(noun: &str) -> String {
    match noun {
        "person" => "people".to_owned(),
        _ if noun.ends_with('s') && !noun.ends_with("ss") => noun.to_owned(),
        _ if noun.ends_with("man") => format!("{}men", noun.trim_end_matches("man")),
        _ if ["ss", "x", "ch", "sh"].iter().any(|ending| noun.ends_with(ending)) => format!("{noun}es"),
        _ if noun.ends_with('y') && !noun.ends_with("ay") && !noun.ends_with("ey") => format!("{}ies", noun.trim_end_matches('y')),
        _ => format!("{noun}s"),
    }
}

/// Whether a set's score stands right before the word at `at`.
fn ends_score(words: &Words<'_>, line: &Line, at: usize) -> bool {
    let starts = (at.saturating_sub(3).max(line.words.start)..at).rev();
    starts.filter_map(|start| number::figure(words, start, line.words.end)).any(|figure| figure.score && figure.words.end == at)
}

pub(super) fn amount(words: Range<usize>, confidence: u8, detail: fn(Amount) -> Detail, amount: Amount) -> Finding {
    Finding { words, detail: detail(amount), confidence }
}

pub(super) fn plain(figure: &Figure, unit: Option<&str>) -> Amount {
    Amount { value: Some(figure.value), high: figure.high, unit: unit.map(str::to_owned), qualifier: None, of: None }
}

/// Takes the hedge before an amount, or `or more` after it, into its span and its qualifier.
fn hedged(words: &Words<'_>, mut found: Finding, from: usize) -> Finding {
    let (Detail::Quantity(amount) | Detail::Money(amount) | Detail::Percent(amount)) = &mut found.detail else { return found };
    if amount.qualifier.is_some() {
        return found;
    }
    if let Some((start, hedge)) = number::hedge(words, found.words.start, from) {
        found.words.start = start;
        amount.qualifier = Some(hedge);
    } else if words.is(found.words.end, "or") && words.is_any(found.words.end + 1, &["more", "so", "less", "fewer"]) {
        amount.qualifier = Some(words.slice(&(found.words.end..found.words.end + 2)).to_lowercase());
        found.words.end += 2;
    }
    found
}

/// What a number counts: `15 Russian military servicemen`. A number that counts nothing we can name is kept bare.
fn count(words: &Words<'_>, line: &Line, figure: &Figure) -> Option<Finding> {
    let next = figure.words.end;
    // `twelve or more trucks`: the hedge stands between.
    let or = words.is(next, "or") && words.is_any(next + 1, &["more", "fewer", "less"]);
    if or && let Some(head) = counted(words, next + 2, line.words.end) {
        let qualifier = Some(words.slice(&(next..next + 2)).to_lowercase());
        let unit = words.text(head).to_lowercase();
        return Some(amount(figure.words.start..head + 1, 95, Detail::Quantity, Amount { qualifier, ..plain(figure, Some(&unit)) }));
    }
    // `four of the nine miners` counts miners, and so does the nine.
    let inner = next + 2;
    // And so do `314 of 493 seats`; but `one of two parties` is somebody.
    let inner = if words.has(next + 1, Class::DETERMINER) { inner } else { next + 1 };
    let pronoun = figure.spelled && figure.value == Number::from(1) && inner == next + 1;
    let parts = words.is(next, "of") && !pronoun && number::figure(words, inner, line.words.end).is_some();
    if parts
        && let Some(head) = number::figure(words, inner, line.words.end).and_then(|inner| counted(words, inner.words.end, line.words.end))
    {
        let unit = words.text(head).to_lowercase();
        return Some(amount(figure.words.clone(), 90, Detail::Quantity, plain(figure, Some(&unit))));
    }
    if let Some(head) = counted(words, next, line.words.end) {
        let one = figure.spelled && figure.value == Number::from(1);
        if one && (!words.has(head, Class::COUNTED) || words.is(next, "of")) {
            return None;
        }
        let unit = words.text(head).to_lowercase();
        return Some(amount(figure.words.start..head + 1, 95, Detail::Quantity, plain(figure, Some(&unit))));
    }
    let before = figure.words.start.checked_sub(1).filter(|&before| before >= line.words.start);
    let named = before.is_some_and(|before| {
        words.capital(before) && !words.has(before, Class::STOP.or(Class::SAY))
            || words.has(before, Class::PRODUCT)
            || words.is_any(before, &LABELS)
    });
    // `iPhone 16`, `Flight 370` and `Resolution 2254` are names. A lone number word (`one`) is most often a pronoun.
    let fate = fate(words, line, &figure.words);
    let counted = number_of(words, line, &figure.words);
    let pronoun = figure.spelled && figure.high.is_none() && fate.is_none() && !bare_word(words, line, figure);
    // `737 MAX 9`.
    let model = words.text(next) == "MAX";
    if named || model || pronoun || words.is(next, "-") && words.glued(next) {
        return None;
    }
    Some(amount(figure.words.clone(), 80, Detail::Quantity, plain(figure, counted.as_deref().or(fate))))
}

/// What is numbered rather than counted: `paragraph 2`.
const LABELS: [&str; 16] = [
    "no",
    "no.",
    "article",
    "flight",
    "chapter",
    "room",
    "page",
    "#",
    "part",
    "phase",
    "level",
    "paragraph",
    "update",
    "grade",
    "line",
    "section",
];

/// What became of those that a number without a noun counts: `41 were missing`, `killing 9`, `three of them seriously wounded`.
fn fate(words: &Words<'_>, line: &Line, figure: &Range<usize>) -> Option<&'static str> {
    const REACH: usize = 5;
    let before = figure.start.checked_sub(1).filter(|&before| before >= line.words.start);
    let after = (figure.end..line.words.end.min(figure.end + REACH)).find(|&at| {
        !words.is_any(at, &["were", "was", "are", "is", "have", "had", "been", "still", "more", "others", "remain", "remained"])
    });
    let told = |at: usize| {
        Some(match words.text(at).to_ascii_lowercase().as_str() {
            "kill" | "kills" | "killed" | "killing" => "killed",
            "injure" | "injures" | "injured" | "injuring" => "injured",
            "wound" | "wounds" | "wounded" | "wounding" => "wounded",
            "dead" => "dead",
            "missing" => "missing",
            "arrested" => "arrested",
            "detained" => "detained",
            "hospitalized" | "hospitalised" => "hospitalized",
            "hurt" => "hurt",
            "rescued" => "rescued",
            "kidnap" | "kidnaps" | "kidnapped" | "kidnapping" => "kidnapped",
            "abduct" | "abducts" | "abducted" | "abducting" => "abducted",
            "displaced" => "displaced",
            "evacuated" => "evacuated",
            _ => return None,
        })
    };
    after.and_then(told).or_else(|| before.and_then(told)).or_else(|| death_toll(words, line, figure).then_some("dead"))
}

/// `The death toll from the floods rose to 147`, `from 120 to 147`: the dead are counted without being named.
fn death_toll(words: &Words<'_>, line: &Line, figure: &Range<usize>) -> bool {
    let toll = |at: usize| words.is(at, "toll") && at > line.words.start && words.is(at - 1, "death");
    reached(words, line, figure).is_some_and(|mut before| before.any(toll))
}

/// `The number of cars rose to 147`: the noun stands before.
fn number_of(words: &Words<'_>, line: &Line, figure: &Range<usize>) -> Option<String> {
    let mut before = reached(words, line, figure)?;
    let of = before.rfind(|&at| words.is(at, "of") && at > line.words.start && words.is(at - 1, "number"))?;
    let head = counted(words, of + 1, figure.start)?;
    Some(words.text(head).to_lowercase())
}

/// The words before a number that something is said to have reached.
fn reached(words: &Words<'_>, line: &Line, figure: &Range<usize>) -> Option<Range<usize>> {
    const REACH: usize = 16;
    const REACHES: [&str; 24] = [
        "to",
        "at",
        "of",
        "from",
        "is",
        "was",
        "reached",
        "reaches",
        "hit",
        "hits",
        "above",
        "past",
        "passes",
        "passed",
        "tops",
        "topped",
        "surpasses",
        "surpassed",
        "exceeds",
        "exceeded",
        "nears",
        "neared",
        "than",
        "stands",
    ];
    let from = number::hedge(words, figure.start, line.words.start).map_or(figure.start, |(start, _)| start);
    let reaches = from > line.words.start && words.is_any(from - 1, &REACHES);
    reaches.then(|| line.words.start.max(from.saturating_sub(REACH))..from)
}

/// Whether a number word without a noun still counts: `at least four`, `three of them`, `seven over Bryansk`.
fn bare_word(words: &Words<'_>, line: &Line, figure: &Figure) -> bool {
    let (start, next) = (figure.words.start, figure.words.end);
    if figure.value == Number::from(1) {
        return false;
    }
    let hedged = number::hedge(words, start, line.words.start).is_some();
    let part = words.is(next, "of") && words.is(next + 1, "them");
    let compared = words.is_any(next, &["more", "fewer", "less"]) && words.is(next + 1, "than");
    // One of a list of counts by place.
    let placed = start > line.words.start
        && words.is_any(start - 1, &[":", ",", "and"])
        && words.is_any(next, &["over", "in", "near"])
        && (words.capital(next + 1) || words.is(next + 1, "the") && words.capital(next + 2));
    hedged || part || compared || placed || words.slice(&figure.words).contains(' ')
}

/// `three of them`: what the last number of the sentence counted, and so `by 521 votes to 466`; `aged 24, 31 and 45`: all of them are
/// ages.
pub(super) fn refer(words: &Words<'_>, found: &mut Finding, before: &[Finding]) {
    let end = found.words.end;
    let Detail::Quantity(amount) = &mut found.detail else { return };
    if amount.unit.is_none() && words.is(end, "of") && words.is(end + 1, "them") {
        amount.unit = before.iter().rev().find_map(|before| match &before.detail {
            Detail::Quantity(counted) => counted.unit.clone(),
            _ => None,
        });
    }
    // `rose to 100 million euros from 90 million`
    let priced = before.last().filter(|last| found.words.start - last.words.end <= 3 && words.has(end - 1, Class::MAGNITUDE));
    if amount.unit.is_none()
        && words.is_any(found.words.start.wrapping_sub(1), &["from", "to", "than"])
        && let Some(Detail::Money(money)) = priced.map(|last| &last.detail)
    {
        found.detail = Detail::Money(Amount { unit: money.unit.clone(), ..amount.clone() });
        return;
    }
    let against = before.last().filter(|last| last.words.end + 1 == found.words.start && words.is(last.words.end, "to"));
    if amount.unit.is_none()
        && let Some(Detail::Quantity(votes)) = against.map(|last| &last.detail)
        && votes.unit.as_deref() == Some("votes")
    {
        amount.unit.clone_from(&votes.unit);
    }
    let listed = |last: &&Finding| (last.words.end..found.words.start).all(|at| words.is_any(at, &[",", "and"]));
    if amount.unit.is_none()
        && let Some(Detail::Quantity(age)) = before.last().filter(listed).map(|last| &last.detail)
        && age.unit.as_deref() == Some(age::YEARS_OLD)
    {
        amount.unit.clone_from(&age.unit);
    }
}

/// Finds the noun that the number before `from` counts: at most six words on, in the same noun phrase.
pub(super) fn counted(words: &Words<'_>, from: usize, end: usize) -> Option<usize> {
    const REACH: usize = 7;
    const STATES: [&str; 6] = ["dead", "injured", "wounded", "killed", "missing", "hurt"];
    const REST: [&str; 2] = ["more", "others"];
    let mut at = from;
    if words.is(at, "of") {
        if !words.is_any(at + 1, &["the", "its", "their", "those", "these", "his", "her", "our", "them"]) {
            return None;
        }
        at += 2;
    }
    let first = at;
    let end = end.min(from + REACH);
    let noun =
        |at: usize| at < end && (words.has(at, Class::COUNTED) || is_plural(words, at)) && !words.has(at, Class::SAY.or(Class::VERB));
    let (mut state, mut rest) = (None, None);
    while at < end {
        let word = words.get(at)?;
        let text = words.text(at);
        if word.class.has(Class::MARK) {
            // `surface - to - air` keeps together; anything else ends the phrase.
            if !(text == "-" && words.glued(at) && words.glued(at + 1)) {
                break;
            }
        } else if words.is_any(at, &STATES) {
            // `15 dead`, but `15 wounded soldiers`.
            state.get_or_insert(at);
        } else if words.is_any(at, &REST) {
            // `two more than Arsenal`, `seven others were hurt`.
            if words.is(at + 1, "than") {
                return None;
            }
            rest.get_or_insert(at);
        } else if noun(at) {
            // `brought 300 airmen home`.
            let home = |next: usize| words.is(next, "home") && is_plural(words, next - 1);
            while noun(at + 1) && !words.is_any(at + 1, &STATES) && !words.is_any(at + 1, &REST) && !home(at + 1) {
                at += 1;
            }
            return Some(at);
        } else if ends_phrase(words, at) && !(describes(words, at) && (noun(at + 1) || words.capital(at))) {
            break;
        }
        at += 1;
    }
    // `15 dead`, `eight of the injured`, `two more wounded`.
    state.filter(|&state| state == first || rest == Some(first) && state == first + 1)
}

/// Whether the word at `at` cannot stand between a number and its noun.
fn ends_phrase(words: &Words<'_>, at: usize) -> bool {
    let Some(word) = words.get(at) else { return true };
    let small = word.class.has(Class::STOP.or(Class::VERB).or(Class::SAY).or(Class::PREPOSITION)) && !word.class.has(Class::ADJECTIVE);
    let date = word.class.has(Class::MONTH.or(Class::WEEKDAY)) && word.capital();
    // `two Project 636 submarines`: a number may be part of a name.
    let number = word.class.has(Class::DIGITS) && !words.capital(at - 1);
    number || small || date || words.text(at).starts_with(['\'', '’'])
}

/// Whether a word that is otherwise small may stand before what is counted: `46 national museums`, `1,200 flood victims`, `3,500
/// National Guard troops`.
fn describes(words: &Words<'_>, at: usize) -> bool {
    const NOUNS: [&str; 12] =
        ["flood", "fire", "storm", "earthquake", "quake", "crash", "blast", "bomb", "war", "peace", "election", "shooting"];
    words.has(at, Class::POST_PART) && words.has(at, Class::STOP) || words.is_any(at, &NOUNS)
}

/// A plural as far as its letters tell: `governorates`, but not `class`, `virus`, `basis`.
pub(super) fn is_plural(words: &Words<'_>, at: usize) -> bool {
    let text = words.text(at);
    let Some(word) = words.get(at) else { return false };
    let men = (text.ends_with("men") || text.ends_with("children")) && text.len() > 4;
    let ending = text.ends_with('s') && text.len() > 3 && !["ss", "us", "is"].iter().any(|ending| text.ends_with(ending));
    word.class.has(Class::WORD)
        && (ending || men)
        && (!word.capital() || word.class.has(Class::DEMONYM))
        && !word.class.has(Class::STOP.or(Class::SAY).or(Class::TIME_UNIT))
}

/// `thousands of people`, `dozens of houses`: a size without a number.
fn vague(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    if !words.is_any(at, &["dozens", "scores", "tens", "hundreds", "thousands", "millions", "billions"]) || !words.is(at + 1, "of") {
        return None;
    }
    let mut next = at + 2;
    // `hundreds of thousands of`.
    while words.has(next, Class::MAGNITUDE) && words.is(next + 1, "of") {
        next += 2;
    }
    let head = counted(words, next, line.words.end)?;
    let unit = Some(words.text(head).to_lowercase());
    let qualifier = Some(words.slice(&(at..next)).to_lowercase());
    Some(amount(at..head + 1, 90, Detail::Quantity, Amount { value: None, high: None, unit, qualifier, of: None }))
}

/// `one in five children`, `nine out of 10`: a share, in percent.
fn share(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    let whole = |at: usize| -> Option<u32> {
        let text = words.text(at);
        let digits = || text.parse().ok().filter(|whole| matches!(whole, 2..=10 | 12 | 20 | 25 | 50 | 100 | 1000));
        number::small_word(text).or_else(digits)
    };
    let part = whole(at).filter(|&part| part < 100)?;
    let from = match () {
        () if words.is(at + 1, "in") => at + 2,
        () if words.is(at + 1, "out") && words.is(at + 2, "of") => at + 3,
        () => return None,
    };
    let (of, end) = (whole(from).filter(|&of| of > part && from < line.words.end)?, from + 1);
    // `one in three days`, `two in five metres`.
    if words.has(end, Class::TIME_UNIT.or(Class::UNIT).or(Class::MAGNITUDE).or(Class::CURRENCY)) || words.is_any(end, &["%", "percent"]) {
        return None;
    }
    let head = counted(words, end, line.words.end);
    let percent = Number::new((f64::from(part) / f64::from(of) * 10_000.0).round() / 100.0);
    let amount = Amount {
        value: percent,
        unit: Some("percent".to_owned()),
        of: head.map(|head| words.slice(&(end..head + 1)).to_owned()),
        ..Amount::default()
    };
    Some(self::amount(at..head.map_or(end, |head| head + 1), 90, Detail::Percent, amount))
}

/// `the 17th`, `third`: typed apart, for an ordinal counts nothing.
fn ordinal(words: &Words<'_>, line: &Line, at: usize) -> Option<Finding> {
    let value = number::ordinal(words, at)?;
    let fraction = at > line.words.start && (words.is(at - 1, "a") && words.is(at + 1, "of") || words.has(at - 1, Class::NUMBER));
    let unit = Some("ordinal".to_owned());
    // `1st Infantry Brigade` is a name.
    (!fraction && !words.capital(at + 1))
        .then(|| amount(at..at + 1, 90, Detail::Quantity, Amount { value: Some(value), unit, ..Amount::default() }))
}
