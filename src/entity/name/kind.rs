//! Owns what a run of capitalized words names: by its head words, by the lexicon, by what stands around it.

use std::ops::Range;

use super::super::lexicon::{self, Class};
use super::super::word::{Line, Words};
use super::super::{number, quantity};
use super::tagged::Tagged;
use super::{Name, NameKind, phrase};

pub(super) const KNOWN_PLACE: Class = Class::COUNTRY.or(Class::CITY).or(Class::REGION);
/// What makes the capitalized words after it a person's name.
const TITLE: Class = Class::HONORIFIC.or(Class::RANK).or(Class::POST);
const GIVEN: Class = Class::FIRST_NAME.or(Class::MALE).or(Class::FEMALE);

/// What the run of words names, and which of them: the rest of the run is looked at again. `None` where it names nothing of ours.
pub(super) fn classify(words: &Words<'_>, line: &Line, tagged: &Tagged, run: Range<usize>) -> Option<Name> {
    let named = |range: Range<usize>, kind, confidence| Some(Name { words: range, kind, confidence });
    let (start, end) = (run.start, run.end);
    if let Some(nickname) = run.clone().find(|&at| super::opens_nickname(words, at)) {
        let person = words.has(start, GIVEN) || tagged.within(&(start..nickname)).is_some_and(|name| name.kind == NameKind::Person);
        return if person { named(run, NameKind::Person, 85) } else { classify(words, line, tagged, start..nickname) };
    }
    if made(words, &run)
        || words.has(start, Class::EVENT_OPEN)
        || start > line.words.start && words.has(start - 1, Class::EVENT_OPEN) && words.capital(start - 1)
    {
        return None;
    }
    // A holiday, or a people.
    if words.is(start, "new") && words.is_any(start + 1, &["year", "years", "yorker", "yorkers"]) {
        return None;
    }
    if romans(words, start) {
        return if end > start + 2 { classify(words, line, tagged, start + 1..end) } else { None };
    }
    // `Velmar AB`; but `Asa` may be somebody's name.
    let legal = words.has(end - 1, Class::LEGAL_FORM)
        && (words.text(end - 1).len() > 3 || words.is_any(end - 1, &["co", "inc", "ltd", "plc"]) || shouts(words, end - 1));
    if legal && end - start > 1 {
        return named(run, NameKind::Organization, 92);
    }
    // `Air Mauritius`.
    if words.is(start, "air") && words.has(start + 1, KNOWN_PLACE) && end == start + 2 {
        return named(run, NameKind::Organization, 92);
    }
    let heads = |class: Class| run.clone().rev().find(|&at| words.has(at, class) && at > start);
    let open = words.has(start, Class::PLACE_OPEN) || words.is(start + 1, "of");
    if let Some(head) = heads(Class::ORG_HEAD)
        .filter(|&head| !(words.has(head, Class::PLACE_HEAD.or(Class::FACILITY)) && head + 1 == end && !words.has(start, Class::DEMONYM)))
    {
        return named(start..complement(words, head, end), NameKind::Organization, 90);
    }
    if words.has(start, Class::ORG_HEAD) && words.is_any(start + 1, &["of", "for"]) && end > start + 2 {
        return named(start..complement(words, start, end), NameKind::Organization, 90);
    }
    // `Northern Expedition Mikhail Zorin`: a given name inside the run starts the name of a person.
    let given = (start + 1..end.saturating_sub(1)).find(|&at| words.has(at, GIVEN) && !words.has(start, GIVEN.or(Class::PLACE_OPEN)));
    let after_title = start > line.words.start && words.has(start - 1, TITLE);
    let given =
        given.or_else(|| (words.has(start, Class::PLACE_OPEN) && start + 3 < end).then_some(start + 2).filter(|&at| words.has(at, GIVEN)));
    if let Some(given) = given.filter(|_| !after_title && words.text(start).len() > 2) {
        return classify(words, line, tagged, start..given).or_else(|| classify(words, line, tagged, given..end));
    }
    if heads(Class::EVENT).is_some_and(|head| head + 1 == end) {
        return None;
    }
    if let Some((len, kind)) = phrase::at(words, start) {
        // `Mexico City Stadium`, `Hong Kong International Airport`.
        let building = heads(Class::FACILITY).filter(|&head| kind == NameKind::Place && head >= start + len && head < start + len + 3);
        if let Some(head) = building {
            return named(start..head + 1, NameKind::Place, 92);
        }
        return named(start..start + len, kind, 98);
    }
    // `King Christian IV`.
    let christened = |at: usize| after_title && at + 1 < end && words.is(at, "christian");
    let bare =
        run.clone().find(|&at| !words.has(at, Class::DEMONYM) || words.has(at, KNOWN_PLACE.or(GIVEN)) || christened(at)).unwrap_or(end);
    let lower_head = !words.capital(end) && words.has(end, Class::PLACE_HEAD.or(Class::FACILITY));
    if bare == end {
        return None;
    }
    if bare > start && words.has(bare, Class::PLACE_HEAD) && words.capital(bare) {
        // `Syrian Arab Republic`.
        return named(start..bare + 1, NameKind::Place, 95);
    }
    if bare > start {
        return classify(words, line, tagged, bare..end);
    }
    // `Crystal Palace scored`.
    if !words.has(start, Class::PLACE_OPEN) && words.is_any(end, &SCORES) && heads(Class::PLACE_HEAD.or(Class::FACILITY)).is_some() {
        return named(run, NameKind::Organization, 88);
    }
    if let Some(head) = heads(Class::PLACE_HEAD.or(Class::FACILITY)).filter(|&head| head > start) {
        // `Christopher Hill`, `President Bob Hall`.
        let whole = words.is(head, "hall") && run.len() == 2 && !words.is(start, "albert");
        let named_so = tagged.is_person(&run) || words.has(start, GIVEN) && (after_title || whole);
        let surname = head + 1 == end && words.is_any(head, &SURNAMES) && named_so;
        return if surname { named(run, NameKind::Person, 90) } else { named(start..head + 1, NameKind::Place, 92) };
    }
    // `North Korean` is a people's adjective.
    if open && end - start >= 2 && (start + 1..end).all(|at| words.has(at, Class::DEMONYM) && !words.has(at, KNOWN_PLACE)) {
        return None;
    }
    if open && end - start >= 2 && !words.has(start + 1, GIVEN) {
        // `West Ham`.
        let tag = tagged.within(&run).filter(|name| name.words == run && name.kind == NameKind::Organization && name.confidence >= 60);
        return tag.or_else(|| named(run.clone(), NameKind::Place, 80));
    }
    // `border town of Mohan`, `the island of Nosy Lava`.
    if start > line.words.start + 1
        && words.is(start - 1, "of")
        && words.has(start - 2, Class::PLACE_HEAD)
        && !words.capital(start - 2)
        && end - start <= 3
    {
        return named(run.clone(), NameKind::Place, 85);
    }
    // `Le Havre port workers`, `Sicilian town`.
    let lower_head = lower_head && !words.has(end + 1, Class::COUNTED) && !tagged.people(&run) && !peoples(words, start);
    let base = words.is_any(end, &["naval", "air", "military"]) && words.is(end + 1, "base");
    if base {
        return named(start..end + 2, NameKind::Place, 92);
    }
    if lower_head && end - start <= 3 && line.words.end > end && !words.has(start, Class::ORG) {
        let known_city = end - start == 1 && words.has(start, Class::COUNTRY);
        let also = usize::from(!known_city);
        return named(start..end + also, NameKind::Place, 92);
    }
    let single = end - start == 1;
    // `beat Porto 3-1`: clubs bear the names of their cities.
    if single && words.has(start, Class::CITY) && plays(words, line, start) {
        return named(run.clone(), NameKind::Organization, 90);
    }
    // `London` is a place; what the tagger sees in `London Wasps` is its to say.
    let longer = tagged.within(&run).filter(|name| name.words.start == start && name.words.len() > 1);
    if words.has(start, KNOWN_PLACE) && (single || !words.has(start, GIVEN)) {
        return longer.or_else(|| named(start..start + 1, NameKind::Place, 95));
    }
    if words.has(start, Class::ORG) {
        // `OPEC+`.
        let plus = usize::from(words.is(start + 1, "+") && words.glued(start + 1));
        return if single && product_after(words, end) {
            None
        } else {
            longer.or_else(|| named(start..start + 1 + plus, NameKind::Organization, 95))
        };
    }
    other(words, line, tagged, run)
}

/// A name without a head word: a given name, a title, the tagger or the words around it tell what it names.
fn other(words: &Words<'_>, line: &Line, tagged: &Tagged, run: Range<usize>) -> Option<Name> {
    let (start, end) = (run.start, run.end);
    let plain = run.clone().all(|at| words.has(at, Class::WORD) && !words.text(at).contains(|c: char| c.is_ascii_digit()));
    if !plain || end - start > 5 || product_after(words, end) {
        return None;
    }
    let named = |kind, confidence| Some(Name { words: run.clone(), kind, confidence });
    let single = end - start == 1;
    let text = words.text(start);
    // `Minister of Information`, `the official Web site`, `deputy Cabinet ministers`, `World Wars I and II`.
    let after_post = start > line.words.start && words.has(start - 1, Class::POST);
    if single && (words.has(start, Class::ORG_FIELD.or(Class::BAD_NAME)) || after_post && words.has(start, Class::ORG_HEAD)) {
        return None;
    }
    // `the storm Daniel`.
    if single && start > line.words.start && words.has(start - 1, Class::EVENT_OPEN) {
        return None;
    }
    // `Mislav Orsic scored`: no firm does; a club may.
    let doubt = if words.is_any(end, &SCORES) { 65 } else { 80 };
    let is_person = tagged.within(&run).is_none_or(|name| name.kind == NameKind::Person || name.confidence < doubt);
    let tied = start > line.words.start && words.is_any(start - 1, &["for", "of"]);
    if !single && words.is_any(end, &HUMAN) && is_person && !tied && !run.clone().any(|at| words.has(at, KNOWN_PLACE)) {
        return named(NameKind::Person, 85);
    }
    // `UK PM Sunak`, but `3 PM Eastern time`.
    let clock = start > line.words.start + 1 && words.is(start - 1, "pm") && words.has(start - 2, Class::DIGITS);
    let titled = start > line.words.start && words.has(start - 1, TITLE) && !clock;
    // `A teacher, Hauwa Bello, told`.
    let introduced = start > line.words.start + 2
        && words.is(start - 1, ",")
        && words.has(start - 2, Class::POST)
        && !words.capital(start - 2)
        && !single;
    let given = words.has(start, GIVEN);
    let says = words.has(end, Class::SAY) || words.has(start.wrapping_sub(1), Class::SAY) && start > line.words.start;
    let tag = tagged.within(&run).filter(|name| name.confidence >= 40);
    let firm = tag.as_ref().is_some_and(|name| name.kind != NameKind::Person && name.confidence >= 80);
    // `EU Member States`, `Tourist Visas`.
    if single && titled && tag.is_none() && !given && text.ends_with('s') && !words.has(start - 1, Class::HONORIFIC.or(Class::RANK)) {
        return None;
    }
    if titled || introduced || given && !single && !firm {
        return named(NameKind::Person, if titled && given { 98 } else { 92 });
    }
    // `VOA's Mil Arcega reports`.
    let from = start > line.words.start + 1 && words.is_any(start - 1, &["'s", "’s"]) && words.has(start - 2, Class::ORG);
    if !single && from && words.is_any(end, &["reports", "reported"]) {
        return named(NameKind::Person, 85);
    }
    // `the Duke of Arden`, `the bishop of Velmar`.
    const LORDS: [&str; 12] =
        ["duke", "duchess", "earl", "count", "countess", "emir", "sultan", "bishop", "archbishop", "governor", "mayor", "viceroy"];
    if start > line.words.start + 1 && words.is(start - 1, "of") && words.is_any(start - 2, &LORDS) && end - start <= 2 {
        return named(NameKind::Place, 85);
    }
    // `Norlund's Supreme Court`, `Orenvia` beside `Orenvian`: what has a state or a people is a place.
    if single && !given && !words.has(start, COMMON) && (tagged.has_people(words, start) || state(words, end)) {
        return named(NameKind::Place, 100);
    }
    // `Voss aide Uwe Kern`: who has one is somebody.
    if single && serves(words, end) && !words.has(start, COMMON) && !words.has(start, Class::DEMONYM) && !peoples(words, start) {
        return named(NameKind::Person, 70);
    }
    // `Falk spokesman Uwe Kern`, `the airline Nordwind`: what has a spokesman is no person.
    // But `Launch director Anna Voss` opens with a common noun.
    let noun = start == line.words.start && single && !words.is_any(end, &["spokesman", "spokeswoman", "spokesperson", "chief"]);
    let spoken_for = words.has(end, Class::POST) && !words.capital(end) && words.capital(end + 1) && !(noun && tag.is_none());
    // `its Merriam-Webster subsidiary`.
    if words.is_any(end, &["subsidiary", "subsidiaries"]) && !words.has(start, COMMON) {
        return named(NameKind::Organization, 85);
    }
    let firm_noun = start > line.words.start && words.has(start - 1, Class::ORG_NOUN) && !words.capital(start - 1);
    if (spoken_for || firm_noun) && !words.has(start, COMMON) {
        return tag.filter(|name| name.kind != NameKind::Person).or_else(|| named(NameKind::Organization, 85));
    }
    if single && peoples(words, start) {
        return None;
    }
    if words.has(start, COMMON) {
        return tag.filter(|name| !single && name.words.start == start);
    }
    // `Shoei Kisen, which owns the ship`, `Mislav Oric, who left`: where the tagger is not sure, the pronoun is.
    const UNSURE: u8 = 80;
    if let Some(mut tag) = tag {
        let comma = tag.confidence < UNSURE && tag.words.end == end && words.is(end, ",");
        match tag.kind {
            NameKind::Person if comma && words.is(end + 1, "which") => tag.kind = NameKind::Organization,
            NameKind::Organization | NameKind::Place if comma && words.is(end + 1, "who") => tag.kind = NameKind::Person,
            _ => {}
        }
        return Some(tag);
    }
    if tagged.people(&run) {
        return None;
    }
    // `Imad al-Falah, an aid worker from Varna, said`.
    let described = words.is(end, ",") && words.is_any(end + 1, &["a", "an"]);
    if !single && described && (end + 2..line.words.end.min(end + 5)).any(|at| words.has(at, Class::POST)) {
        return named(NameKind::Person, 75);
    }
    if single && (2..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'.') && !text.ends_with('.') {
        return named(NameKind::Organization, 75);
    }
    let first = start == line.words.start;
    if says && !first {
        return named(NameKind::Person, 55);
    }
    let governed = start > line.words.start + 1
        && words.is(start - 1, "of")
        && words.is_any(start - 2, &["governor", "mayor", "president", "king", "emir", "town", "city", "village", "port"]);
    let inside = governed || !first && words.is_any(start - 1, &["in", "near", "at", "from"]);
    if single && inside { named(NameKind::Place, 55) } else { None }
}

/// What ends the name of a place, and of many a person.
const SURNAMES: [&str; 20] = [
    "church", "hall", "hill", "hills", "park", "lake", "field", "fields", "forest", "bridge", "street", "wood", "woods", "ford", "banks",
    "bay", "rivers", "marsh", "castle", "temple",
];

/// What players and clubs do.
const SCORES: [&str; 4] = ["scored", "netted", "equalised", "equalized"];

/// What only people do, and players.
const HUMAN: [&str; 10] = ["scored", "netted", "died", "testified", "married", "wept", "smiled", "shrugged", "nodded", "graduated"];

/// Whether what stands at `at` is somebody's: `aide`.
pub(in super::super) fn serves(words: &Words<'_>, at: usize) -> bool {
    words.is_any(at, &["aide", "aides", "ally", "allies", "loyalist", "loyalists", "confidant"]) && !words.capital(at)
}

/// What one side of a match does with the other.
pub(super) const BEATS: [&str; 12] =
    ["beat", "beats", "beating", "defeated", "thrashed", "edged", "drew", "host", "hosts", "v", "vs", "against"];

/// Whether the name at `at` is of a side in a match: it beats or is beaten, and the sentence has a score.
fn plays(words: &Words<'_>, line: &Line, at: usize) -> bool {
    let score = |at: usize| number::figure(words, at, line.words.end).is_some_and(|figure| figure.score) && words.text(at).len() <= 5;
    let before =
        at > line.words.start && (words.is_any(at - 1, &BEATS) || words.is(at - 1, "with") && at > line.words.start + 1 && score(at - 2));
    (before || words.is_any(at + 1, &BEATS)) && line.words.clone().any(score)
}

/// Whether `'s` stands at `at` and an organ of a state after it.
fn state(words: &Words<'_>, at: usize) -> bool {
    const ORGANS: [&str; 8] = ["ministry", "parliament", "government", "president", "army", "capital", "governing", "ruling"];
    const KINDS: [&str; 9] = ["foreign", "interior", "defense", "defence", "finance", "prime", "supreme", "constitutional", "justice"];
    let organ = words.is_any(at + 1, &ORGANS) || words.is_any(at + 1, &KINDS) && words.is_any(at + 2, &["ministry", "minister", "court"]);
    organ && words.is_any(at, &["'s", "’s"])
}

/// Whether a word has the shape of a people's adjective before a noun: `Kestrian negotiators`, `Kestrian Foreign Minister`.
pub(super) fn peoples(words: &Words<'_>, at: usize) -> bool {
    let next = words.text(at + 1);
    // `those Argentines who suffer`.
    let text = words.text(at);
    if text.strip_suffix('s').is_some_and(|one| lexicon::class_of(one).has(Class::DEMONYM)) && !words.has(at, KNOWN_PLACE.or(GIVEN)) {
        return true;
    }
    let noun = next.len() > 1
        && next.bytes().all(|b| b.is_ascii_lowercase())
        && !words.has(at + 1, Class::VERB.or(Class::SAY).or(Class::PREPOSITION));
    let post = words.has(at + 1, Class::POST.or(Class::POST_PART)) && !words.has(at, GIVEN);
    (noun || post) && ["ian", "ese", "ish"].iter().any(|ending| text.ends_with(ending))
}

/// `Roman Catholics`: nobody called Roman.
pub(super) fn romans(words: &Words<'_>, at: usize) -> bool {
    words.is(at, "roman") && words.has(at + 1, Class::DEMONYM)
}

/// Words that name nobody on their own, whatever their case.
const COMMON: Class = Class::STOP
    .or(Class::BAD_NAME)
    .or(Class::POST)
    .or(Class::ORG_HEAD)
    .or(Class::MONTH)
    .or(Class::WEEKDAY)
    .or(Class::EVENT)
    .or(Class::VESSEL);

/// The end of an organization's name whose head stands at `head`: with `of …` and `for …` where the run has them.
fn complement(words: &Words<'_>, head: usize, end: usize) -> usize {
    let mut at = head + 1;
    // `University College London`.
    if words.is(head, "college") && at < end && words.has(at, Class::CITY) {
        return at + 1;
    }
    while at < end && words.is_any(at, &["of", "for", "on"]) {
        at += 1 + usize::from(words.is(at + 1, "the"));
        if let Some((len, _)) = phrase::at(words, at) {
            at += len;
            continue;
        }
        while at < end
            && (words.has(at, Class::ORG_FIELD.or(KNOWN_PLACE).or(Class::DEMONYM).or(Class::ORG_HEAD))
                || words.is_any(at, &["and", "in"])
                || !words.has(at, GIVEN) && words.capital(at))
        {
            let place = words.has(at, KNOWN_PLACE);
            at += 1;
            if place {
                break;
            }
        }
    }
    at.min(end)
}

/// Whether the run is a made thing's name: `Ilyushin Il-20`, `S-200`, `F-16`.
pub(super) fn made(words: &Words<'_>, run: &Range<usize>) -> bool {
    // `Tesla Inc` makes.
    if run.len() > 1 && words.has(run.end - 1, Class::LEGAL_FORM) {
        return false;
    }
    run.clone().any(|at| {
        let text = words.text(at);
        let coded = text.contains(|c: char| c.is_ascii_digit()) && text.contains(|c: char| c.is_ascii_uppercase());
        coded && (text.contains('-') || text.len() <= 6)
    }) || numbered(words, run)
        || words.has(run.start, Class::PRODUCT) && (run.len() > 1 || product_after(words, run.end) || !words.has(run.start, Class::ORG))
}

/// Whether the run is what a model's number goes on with: `737 MAX`. But `155 IDF soldiers` are counted.
fn numbered(words: &Words<'_>, run: &Range<usize>) -> bool {
    const DIGITS: usize = 3;
    let text = words.text(run.start);
    let letters = run.len() == 1 && text.len() > 1 && shouts(words, run.start);
    let number = run.start.checked_sub(1).filter(|&at| words.has(at, Class::DIGITS)).map(|at| words.text(at));
    let model = letters && !words.has(run.start, Class::ORG) && number.is_some_and(|number| number.len() == DIGITS);
    let after = words.text(run.end);
    let made = |noun: &str| lexicon::class_of(noun).has(Class::PRODUCT_NOUN);
    model && (!quantity::is_plural(words, run.end) || made(after.strip_suffix('s').unwrap_or(after)))
}

fn shouts(words: &Words<'_>, at: usize) -> bool {
    words.text(at).bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether what is made is named after the run: `Leopard tanks`, `the Aurora frigate`.
fn product_after(words: &Words<'_>, end: usize) -> bool {
    words.has(end, Class::PRODUCT_NOUN) && !words.capital(end)
}
