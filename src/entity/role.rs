//! Owns roles and ranks: what a person is called to be, before the name or after it.

use std::ops::Range;

use super::lexicon::Class;
use super::name::{Name, NameKind, serves};
use super::word::{Line, Words};

/// What stands around one person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Title {
    pub role: Option<Range<usize>>,
    pub rank: Option<Range<usize>>,
}

/// Words that may stand between the words of a role, and between a role and its `of`.
const MODIFIER: Class =
    Class::POST.or(Class::POST_PART).or(Class::DEMONYM).or(Class::ORG_HEAD).or(Class::ORG_FIELD).or(Class::ADJECTIVE).or(Class::ORG);
/// How many words back a role may reach.
const REACH: usize = 18;

/// What the last person named has taken of the words.
#[derive(Clone, Debug, Default)]
struct Last {
    /// The name.
    name: Range<usize>,
    /// Where it starts with the role and the rank before it.
    start: usize,
    /// The first word that nobody before had taken.
    floor: usize,
    /// The first word that is free after it and the role behind it.
    end: usize,
}

/// The title of each name, in their order.
pub(super) fn titles(words: &Words<'_>, names: &[Name]) -> impl Iterator<Item = Title> {
    let mut line: Option<&Line> = None;
    let mut last = Last::default();
    names.iter().enumerate().map(move |(at, name)| {
        if line.is_none_or(|line| !line.words.contains(&name.words.start)) {
            line = words.line_of(name.words.start).map(|at| &words.lines()[at]);
        }
        let Some(line) = line.filter(|_| name.kind == NameKind::Person) else { return Title::default() };
        // `Jane Doe, spokeswoman for President Ivan Petrov`: a name inside another's role has a title of its own.
        let floor = if name.words.start < last.end { last.name.end } else { last.end }.max(line.words.start);
        // `Former Voss aide Uwe Kern`: whom he serves is part of the role.
        let serves = last.name.end + 1 == name.words.start && serves(words, last.name.end);
        let floor = if serves { last.floor.max(line.words.start) } else { floor };
        let body = at.checked_sub(1).map(|before| &names[before]).filter(|before| before.kind == NameKind::Organization);
        let title = title(&words.within(line), line, name, body.map(|body| &body.words), floor, &last);
        let starts = [&title.role, &title.rank].into_iter().flatten().map(|range| range.start);
        last = Last {
            name: name.words.clone(),
            start: starts.fold(name.words.start, usize::min),
            floor,
            end: title.role.as_ref().map_or(0, |role| role.end).max(name.words.end).max(last.end),
        };
        title
    })
}

/// The role and the rank of the person that `name` names. `body` is the organization named before, `floor` the first word that may be
/// part of them.
fn title(words: &Words<'_>, line: &Line, name: &Name, body: Option<&Range<usize>>, floor: usize, last: &Last) -> Title {
    let start = name.words.start;
    let mut at = start;
    while at > floor && words.has(at - 1, Class::HONORIFIC) {
        at -= 1;
    }
    let rank = ranks(words, floor, at);
    // `Saudi Crown Prince Abdullah`.
    let crown = rank.as_ref().and_then(|rank| rank.start.checked_sub(1)).filter(|&crown| crown >= floor && words.is(crown, "crown"));
    if let Some(crown) = crown {
        return Title { role: Some(modifiers(words, floor, crown)..at), rank: None };
    }
    let before = rank.as_ref().map_or(at, |rank| rank.start);
    // `Head of the Office of the President Ivan Petrov`: that post is not his.
    let of_body = body.is_some_and(|body| body.end == before);
    let role = of_role(words, floor, before, of_body)
        .or_else(|| plain_role(words, floor, before).filter(|_| !of_body).map(|role| whole(role, body, floor)))
        .or_else(|| introduced(words, floor, before).filter(|role| !says(words, line, role, name)))
        .or_else(|| serving(words, last, before).filter(|role| !says(words, line, role, name)))
        .or_else(|| after(words, line, name.words.end));
    Title { role, rank }
}

/// `Bank of England Governor`: the name that a role starts inside of is part of it.
fn whole(role: Range<usize>, body: Option<&Range<usize>>, floor: usize) -> Range<usize> {
    match body {
        Some(body) if body.start >= floor && body.contains(&role.start) => body.start..role.end,
        _ => role,
    }
}

/// What is no noun before a post.
const SMALL: Class =
    Class::DETERMINER.or(Class::PRONOUN).or(Class::PREPOSITION).or(Class::VERB).or(Class::SAY).or(Class::MARK).or(Class::RANK);

/// The ranks that end right before `at`: `Major General`, `retired Lt. Gen.`.
fn ranks(words: &Words<'_>, floor: usize, at: usize) -> Option<Range<usize>> {
    // `Major General of Police`.
    let service = words.is_any(at.wrapping_sub(1), &["police", "justice", "militia"]) && words.is(at.wrapping_sub(2), "of");
    const GENERALS: [&str; 9] =
        ["attorney", "secretary", "prosecutor", "director", "governor", "consul", "surgeon", "solicitor", "inspector"];
    // `Attorney General` and `inspector general` are posts.
    let post = |general: usize| words.is(general, "general") && general > floor && words.is_any(general - 1, &GENERALS);
    let mut start = if service && at > floor + 2 && words.has(at - 3, Class::RANK) { at - 2 } else { at };
    // `police commander`, `team captain`: written small, with what they lead before them, these are posts.
    let leads = |at: usize| {
        words.is_any(at, &["captain", "commander", "inspector"])
            && !words.capital(at)
            && at > floor
            && !words.has(at - 1, SMALL)
            && !words.is_any(at - 1, &["and", "or", "but", "as"])
    };
    while start > floor
        && !post(start - 1)
        && !leads(start - 1)
        && (words.has(start - 1, Class::RANK)
            || start < at && words.is_any(start - 1, &["rear", "vice", "chief", "senior", "first"]) && words.capital(start - 1))
    {
        start -= 1;
    }
    (start < at).then_some(start..at)
}

/// `Foreign Minister`, `former Russian foreign minister`, `Kremlin spokesman`: the head of the role stands right before the name.
fn plain_role(words: &Words<'_>, floor: usize, at: usize) -> Option<Range<usize>> {
    let head = at.checked_sub(1).filter(|&head| head >= floor)?;
    let general = words.is(head, "general") && head > floor && words.has(head - 1, Class::POST);
    if !words.has(head, Class::POST) && !general {
        return None;
    }
    let start = modifiers(words, floor, head);
    // `Vatican Secretary of State Cardinal`.
    let of_state = words.is(start, "state") && start > floor + 1 && words.is(start - 1, "of") && words.has(start - 2, Class::POST);
    Some(if of_state { modifiers(words, floor, start - 2)..at } else { start..at })
}

/// `The governor of Minya, Nadia Helmy, …`, `Kestria's chief negotiator, Gen. J. R. Halvar, …`: a role with its article, a comma, the name.
fn introduced(words: &Words<'_>, floor: usize, at: usize) -> Option<Range<usize>> {
    let comma = at.checked_sub(1).filter(|&comma| comma > floor && words.is(comma, ","))?;
    let role = of_role(words, floor, comma, false).or_else(|| plain_role(words, floor, comma))?;
    opened(words, floor, role.start).then_some(role)
}

/// `The suspect shot his wife, Hall said`: with no comma behind the name, what stands before it is what is said, unless it opens the
/// sentence.
fn says(words: &Words<'_>, line: &Line, role: &Range<usize>, name: &Name) -> bool {
    let verb = words.has(name.words.end, Class::SAY) && !words.capital(name.words.end);
    verb && role.start > line.words.start + 1
}

/// `The spokesman for President Ivan Petrov, Karl Weiss, …`: a role that names whom it serves, the last person before the comma.
fn serving(words: &Words<'_>, last: &Last, at: usize) -> Option<Range<usize>> {
    let comma = at.checked_sub(1).filter(|&comma| comma == last.name.end && words.is(comma, ","))?;
    // `an adviser to Orenvia's President Ivan Petrov`.
    let owner = (last.floor..last.start).rev().take_while(|&at| words.capital(at) || words.is_any(at, &["'s", "’s"])).count();
    let tie = (last.start - owner).checked_sub(1).filter(|&tie| tie > last.floor && words.is_any(tie, &["for", "to"]))?;
    let start = modifiers(words, last.floor, tie - 1);
    (words.has(tie - 1, Class::POST) && opened(words, last.floor, start)).then_some(start..comma)
}

/// Whether an article or an owner stands before the role that starts at `start`.
fn opened(words: &Words<'_>, floor: usize, start: usize) -> bool {
    start > floor && words.is_any(start - 1, &["the", "a", "an", "'s", "’s", "its", "his", "her", "their"])
}

/// Where the modifiers of the role head at `head` start.
fn modifiers(words: &Words<'_>, floor: usize, head: usize) -> usize {
    let mut start = head;
    while start > floor && head - start < REACH {
        let last = start - 1;
        let word = words.get(last).filter(|word| word.class.has(Class::WORD));
        let Some(word) = word else {
            // `vice - president`, and nothing else that is no word.
            break;
        };
        let small = word.class.has(Class::STOP.or(Class::SAY).or(Class::VERB).or(Class::PREPOSITION))
            && !word.class.has(Class::POST_PART.or(Class::ADJECTIVE).or(Class::POST).or(Class::ORG_HEAD))
            // An under secretary, but not a professor under whom somebody studied.
            || words.is(last, "under") && !words.is(last + 1, "secretary");
        let joins = words.is_any(last, &["and", "&"])
            && last > floor
            && words.has(last - 1, Class::POST.or(Class::POST_PART).or(Class::ORG_FIELD))
            && last >= 1;
        let fits = word.class.has(MODIFIER)
            || word.capital()
                && !word.class.has(Class::MONTH.or(Class::WEEKDAY).or(Class::HONORIFIC))
                && !words.text(last).starts_with('\'');
        // `gallery director`, `flight engineer`: one common noun, where nothing but an article or a mark comes before it.
        let noun = !small && !fits && start == head && common_noun(words, floor, last);
        if !(joins || noun || (fits && !small)) || does(words, floor, last) {
            break;
        }
        start = last;
    }
    // A capital that opens the sentence is a modifier only if it is one elsewhere too; `and` never opens a role.
    while start < head && words.is_any(start, &["and", "&", "then", "with", "top", "the"]) {
        start += 1;
    }
    start
}

/// Whether a participle that may describe somebody is what was done to him: in `The blast killed former Prime Minister Anna Weber`, not
/// in `the alleged leader`.
fn does(words: &Words<'_>, floor: usize, at: usize) -> bool {
    let participle = words.has(at, Class::ADJECTIVE) && !words.has(at, Class::POST_PART) && words.text(at).ends_with("ed");
    participle && !words.capital(at) && !opened(words, floor, at)
}

fn common_noun(words: &Words<'_>, floor: usize, at: usize) -> bool {
    let text = words.text(at);
    let noun =
        text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase()) && !["ed", "ly", "ing"].iter().any(|ending| text.ends_with(ending));
    let before = at.checked_sub(1).filter(|&before| before >= floor);
    // `Thai court removes PM Karl Kant`, `rebels overthrew President Anna Weber`: a verb.
    let verb = text.ends_with('s') && before.is_some_and(|before| words.has(before, Class::POST_PART)) || words.capital(at + 1);
    noun && !verb && before.is_none_or(|before| words.has(before, Class::DETERMINER.or(Class::POST_PART).or(Class::MARK)))
}

/// `Deputy Head of the Russian General Staff's Main Operations Directorate`: the role's head stands before an `of`, and all between
/// that and the name is one name or several. But in `spokesman for President Ivan Petrov` the post before the name is his.
/// With `of_body` the post before the name is part of an organization's name.
fn of_role(words: &Words<'_>, floor: usize, at: usize, of_body: bool) -> Option<Range<usize>> {
    if !of_body && at > floor && words.has(at - 1, Class::POST) && !words.has(at - 1, Class::ORG_HEAD.or(Class::ORG_FIELD)) {
        return None;
    }
    let mut back = at;
    let mut named = false;
    while back > floor && at - back < REACH {
        let last = back - 1;
        let word = words.get(last)?;
        let text = words.text(last);
        if matches!(text, "of" | "for" | "at" | "to") && named && last > floor && words.has(last - 1, Class::POST) {
            let start = modifiers(words, floor, last - 1);
            return Some(start..at);
        }
        let ties = matches!(text, "of" | "for" | "the" | "and" | "in" | "&" | "on" | "'s" | "’s") || words.has(last, Class::PARTICLE);
        let lower =
            !word.capital() && word.class.has(Class::ORG_HEAD.or(Class::ORG_FIELD).or(Class::POST_PART)) && !word.class.has(Class::POST);
        if !(word.capital() && !word.class.has(Class::MONTH.or(Class::WEEKDAY).or(Class::HONORIFIC))
            || ties && (named || text == "of")
            || lower)
        {
            return None;
        }
        named |= word.capital() || lower;
        back = last;
    }
    None
}

/// `Isaac Herzog, chairman of the Jewish Agency for Israel,`: after the name and a comma, as far as the next one.
fn after(words: &Words<'_>, line: &Line, end: usize) -> Option<Range<usize>> {
    let mut start = end;
    // `John Smith, 45, a teacher`.
    if words.is(start, ",") && words.text(start + 1).starts_with(|c: char| c.is_ascii_digit()) && words.is(start + 2, ",") {
        start += 2;
    }
    if !words.is(start, ",") {
        return None;
    }
    start += 1;
    if words.is(start, "who") && words.is_any(start + 1, &["is", "was", "serves"]) {
        start += 2 + usize::from(words.is(start + 2, "as"));
    }
    while words.is_any(start, &["the", "a", "an", "also", "currently", "its", "his", "her", "their"]) {
        start += 1;
    }
    let limit = line.words.end.min(start + REACH);
    // The head of the role comes before any preposition.
    let phrase = (start..limit)
        .find(|&at| {
            words.get(at).is_some_and(|word| !word.class.has(Class::WORD) && words.text(at) != "-")
                || words.is(at, "and") && words.has(at + 1, Class::DETERMINER)
                || words
                    .is_any(at, &["of", "at", "for", "in", "with", "to", "on", "from", "who", "whose", "which", "that", "is", "was", "has"])
        })
        .unwrap_or(limit);
    let head = (start..phrase).rev().find(|&at| words.has(at, Class::POST))?;
    // `Emmanuel Macron, France's president,`: before the name too the owner is no part of the role.
    start = (start..head).rev().find(|&at| words.is_any(at, &["'s", "’s"])).map_or(start, |owner| owner + 1);
    let small = (start..head).any(|at| {
        words.has(at, Class::SAY.or(Class::VERB))
            || words.has(at, Class::STOP.or(Class::PREPOSITION)) && !words.has(at, Class::POST_PART.or(Class::ADJECTIVE))
    });
    // The head must close the phrase: `the minister said` is no role, nor is `President Ivan Petrov` the role of the one before.
    let closed = head + 1 == phrase || words.is(head + 1, "general") || words.has(head + 1, Class::POST);
    if small
        || !closed
        || head + 1 == phrase
            && words.has(phrase, Class::SAY.or(Class::VERB))
            && !words.is_any(phrase, &["is", "was", "has"])
            && phrase < limit
            && words.text(phrase).starts_with(char::is_alphabetic)
    {
        return None;
    }
    let stop = (phrase..limit)
        .find(|&at| {
            let text = words.text(at);
            matches!(text, "," | "." | ";" | ":" | "—" | "–" | "(" | ")" | "\"" | "”" | "“" | "!" | "?")
                || words.is_any(at, &["who", "whose", "which", "that", "is", "was", "has", "had", "while", "as", "when", "after"])
                || words.has(at, Class::SAY) && !words.capital(at)
        })
        .unwrap_or(line.words.end.min(limit));
    (start < stop).then_some(start..stop)
}
