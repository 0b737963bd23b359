//! Sentences of news text, by rules: a stop ends a sentence unless something says that it does not.
//!
//! What says so: a small letter behind it, an abbreviation ([`super::abbreviation`]) or initial before it, a number that
//! belongs to it, a bracket that the sentence opened, or words that tell who spoke. Inside quotation marks sentences end as they
//! do outside. A line end that the layout kept always ends a sentence.

use super::abbreviation::{self, Kind};
use super::dates;
use super::words::Words;
use crate::model::Span;

/// How many bytes a bracket inside a sentence may hold before it is taken for one that was never closed.
const LONGEST_BRACKET: usize = 400;

/// The sentences of `text`, in order, without the white space around them. Linear in the length of the text.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < text.len() {
            let end = end_of_sentence(text, start);
            let piece = &text[start..end];
            let from = start + piece.len() - piece.trim_start().len();
            start = end;
            if !piece.trim().is_empty() {
                return Some(Span::new(from, from + piece.trim().len()));
            }
        }
        None
    })
}

/// Where the sentence that begins at `start` ends, closing marks included.
fn end_of_sentence(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let first = start + text[start..].len() - text[start..].trim_start().len();
    // Where the innermost bracket that the sentence itself opened stands.
    let mut bracket: Option<usize> = None;
    // Up to where no bracket is known to close, so that a row of open ones is not searched again and again.
    let mut unclosed = 0;
    let mut at = start;
    while let Some(skipped) = bytes[at..].iter().position(|&byte| MATTERS[usize::from(byte)]) {
        at += skipped;
        match bytes[at] {
            b'\n' if at > first => return at,
            b'(' | b'[' if at > first && at >= unclosed => {
                if closes_soon(&bytes[at..]) {
                    bracket = Some(at);
                } else {
                    unclosed = at + LONGEST_BRACKET;
                }
            }
            b')' | b']' => bracket = None,
            // Or the first byte of a mark that is not ASCII.
            b'.' | b'!' | b'?' | b';' | 0xCD | 0xD6 | 0xD8 | 0xDB | 0xE0..=0xE3 | 0xEF => {
                if let Some(stop) = Stop::at(text, at) {
                    let is_held = bracket.is_some_and(|open| at - open < LONGEST_BRACKET && !text[at..stop.end].contains([')', ']']));
                    if !is_held && stop.ends_sentence(text, first) {
                        return stop.end;
                    }
                    if text[at..stop.end].contains([')', ']']) {
                        bracket = None;
                    }
                    at = stop.end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The bytes at which [`end_of_sentence`] looks twice.
static MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let bytes = b"\n()[].!?;\xCD\xD6\xD8\xDB\xE0\xE1\xE2\xE3\xEF";
    let mut at = 0;
    while at < bytes.len() {
        matters[bytes[at] as usize] = true;
        at += 1;
    }
    matters
};

fn closes_soon(from_bracket: &[u8]) -> bool {
    from_bracket.iter().take(LONGEST_BRACKET).any(|byte| matches!(byte, b')' | b']'))
}

/// A run of closing punctuation that might end a sentence.
#[derive(Clone, Copy, Debug)]
struct Stop {
    start: usize,
    /// Behind the run and the quotation marks and brackets that close with it.
    end: usize,
    mark: Mark,
    /// A quotation mark closes with it.
    is_quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Dot,
    Ellipsis,
    /// `!` and `?`.
    Loud,
    /// The full stops of scripts without capitals and abbreviations.
    Full,
}

fn mark(c: char) -> Option<Mark> {
    match c {
        '.' => Some(Mark::Dot),
        '…' => Some(Mark::Ellipsis),
        '!' | '?' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '\u{37E}' => Some(Mark::Loud),
        '。' | '！' | '？' | '．' | '।' | '॥' | '։' | '۔' | '።' | '။' | '។' => Some(Mark::Full),
        _ => None,
    }
}

impl Stop {
    fn at(text: &str, start: usize) -> Option<Stop> {
        if let Some(after) = text[start..].strip_prefix(';') {
            // In Greek it asks.
            let is_greek = text[..start].ends_with(|c| matches!(c, 'ά'..='ώ' | 'Ά'..='Ώ'));
            return is_greek.then_some(Stop { start, end: text.len() - after.len(), mark: Mark::Loud, is_quoted: false });
        }
        let mut found: Option<Mark> = None;
        let mut dots = 0;
        let mut is_quoted = false;
        let mut end = start;
        for c in text[start..].chars() {
            match mark(c) {
                Some(next) if !is_quoted => {
                    dots += usize::from(next == Mark::Dot);
                    found = Some(match (found, next) {
                        (_, Mark::Dot) if dots > 1 => Mark::Ellipsis,
                        (Some(before), Mark::Dot) => before,
                        _ => next,
                    });
                }
                _ if found.is_some() && (is_closing(c) || is_straight_closing(c, &text[end..])) => is_quoted |= !matches!(c, ')' | ']'),
                _ => break,
            }
            end += c.len_utf8();
        }
        end += spaced_closing(&text[end..]);
        is_quoted |= text[..end].ends_with('»');
        end += footnote(&text[end..]);
        found.map(|mark| Stop { start, end, mark, is_quoted })
    }

    fn ends_sentence(self, text: &str, first: usize) -> bool {
        let after = &text[self.end..];
        if self.mark == Mark::Full {
            return true;
        }
        if !after.starts_with(char::is_whitespace) {
            // `3.5`, `U.S.A`, `www.example.org`, `.”,`; but also a sentence that begins without a space in CJK text.
            return after.is_empty() || after.starts_with(|c: char| is_ideograph(c));
        }
        let next = Next::of(after);
        if !next.may_begin_sentence() {
            return false;
        }
        if self.is_quoted && next.is_attribution() && !is_introduced(&text[first..self.start]) {
            return false;
        }
        match self.mark {
            Mark::Dot => self.is_full_stop(text, first, &next),
            // `I ... I don't know`: dots with a space before them are a pause.
            Mark::Ellipsis => !(text[..self.start].ends_with(' ') && next.word == "I"),
            _ => true,
        }
    }

    /// Whether a single dot is more than the dot of an abbreviation, an initial or an ordinal.
    fn is_full_stop(self, text: &str, first: usize, next: &Next<'_>) -> bool {
        let before = &text[first..self.start];
        let word = last_word(before);
        let context = before[..before.len() - word.len()].trim_end();
        if next.word.starts_with('/') {
            // `MOSCOW, December 17. /TASS/.`
            return false;
        }
        if word.is_empty() {
            return true;
        }
        let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_small_roman = word.len() <= 4 && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
        if context.is_empty() && (is_list_number(word) || is_letter || is_small_roman) {
            return false;
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            // `1. Mr. Cole, 2. Ms. Tran`
            let is_item = context.ends_with([',', ';', ':']) && word.len() <= 2;
            return !(is_item || (word.len() <= 2 && is_german_ordinal(context, next)));
        }
        // `Bad Homburg v. d. Höhe`
        let before_letter = last_word(context).strip_suffix('.').filter(|before| is_letter && before.len() == 1);
        if before_letter.is_some_and(|before| abbreviation::kind(before) == Some(Kind::Title)) {
            return next.is_starter();
        }
        match abbreviation::kind(word) {
            Some(Kind::Title) => false,
            Some(Kind::Number) => !next.is_number(),
            // `Dec. 17`, `Tue. Nov. 5`
            Some(Kind::Month) => !(next.is_number() || (dates::is_weekday(word) && dates::month(next.word).is_some())),
            Some(Kind::Year) => next.is_starter() || (follows_number(context) && has_words_before(context)),
            // `P.M. B. Rao` is a minister.
            Some(Kind::Clock) if !context.ends_with(|c: char| c.is_ascii_digit()) => next.is_starter(),
            Some(Kind::Clock) => {
                let goes_on = next.is_number() || dates::is_weekday(next.word) || dates::month(next.word).is_some() || next.is_zone();
                !goes_on && !text[self.end..].trim_start().starts_with('(') && !is_bare_time(context)
            }
            Some(Kind::Inner) => next.is_starter(),
            // `she wrote on X. The post was deleted`: the network.
            Some(Kind::Initial) if word == "X" && last_word(context).eq_ignore_ascii_case("on") => true,
            // `z. B. 5 Euro`, `J. R. Smith`
            Some(Kind::Initial) if next.is_surname() => false,
            // `A. The plan`: an item. No sentence is a letter.
            Some(Kind::Initial) if context.is_empty() => false,
            Some(Kind::Initial) if context.ends_with('.') && last_word(context).chars().count() == 2 => next.is_starter(),
            Some(Kind::Initial) => next.is_starter() || !next.is_capital || is_lettered(context),
            None => true,
        }
    }
}

/// `She wrote: "It is on fire." King Frederik said …`: of the quotation that is still open at the end of `before` a colon has told who
/// speaks, so that what follows does not. Looks back 600 bytes at most.
fn is_introduced(before: &str) -> bool {
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(600))..];
    let open = near.rfind(['"', '“', '”', '«', '»', '„']);
    open.is_some_and(|open| near[..open].trim_end().ends_with(':') && near[open..].starts_with(['"', '“', '«', '„']))
}

fn is_closing(c: char) -> bool {
    matches!(c, '”' | '’' | '»' | '›' | '"' | ')' | ']' | '」' | '』' | '）' | '〉' | '》' | '】')
}

/// `'` closes only before a space or the end; German closes with `“`, and so does nobody else before a space.
fn is_straight_closing(c: char, rest: &str) -> bool {
    matches!(c, '\'' | '“' | '«') && rest[c.len_utf8()..].chars().next().is_none_or(|next| !next.is_alphanumeric())
}

/// The length of a French quotation mark behind a space: `Non. »`.
fn spaced_closing(rest: &str) -> usize {
    let mark = rest.trim_start_matches([' ', '\u{A0}', '\u{202F}']);
    let is_closing = mark.len() < rest.len() && mark.strip_prefix('»').is_some_and(|after| !after.starts_with(char::is_alphanumeric));
    if is_closing { rest.len() - mark.len() + '»'.len_utf8() } else { 0 }
}

/// The length of a footnote mark behind a stop: `[3]`.
fn footnote(rest: &str) -> usize {
    let Some(inner) = rest.strip_prefix('[') else {
        return 0;
    };
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) && inner[digits..].starts_with(']') { digits + 2 } else { 0 }
}

/// `At 5`, `By 11:30`: with `p.m.` behind it no sentence yet, but the time at which something happened.
fn is_bare_time(context: &str) -> bool {
    let mut words = context.split_whitespace();
    words.next().is_some_and(|word| BEFORE_TIMES.has(word)) && words.nth(1).is_none()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// The word that ends `text`, with the dots and hyphens inside it, without what opens before it. Looks back 40 bytes at most.
fn last_word(text: &str) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(40));
    let tail = &text[from..];
    let start = tail
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '„' | '«' | '‘' | '’' | '\'' | '—' | '–' | ','))
        .map_or(0, |at| at + tail[at..].chars().next().map_or(0, char::len_utf8));
    &tail[start..]
}

/// `1`, `12`, `a`, `IV` at the head of an item.
fn is_list_number(word: &str) -> bool {
    (word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
        || (word.len() <= 4 && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X')))
}

/// `am 17. Dezember`, `der 2. Weltkrieg`: a number with a German article or preposition before it, or a month behind.
fn is_german_ordinal(context: &str, next: &Next<'_>) -> bool {
    if dates::month(next.word).is_some() {
        return true;
    }
    let is_german = BEFORE_ORDINALS.has_lower(last_word(context));
    is_german && !next.is_starter()
}

/// Whether a third word stands before, near enough: a sentence may have no space for megabytes.
fn has_words_before(context: &str) -> bool {
    const NEAR: usize = 200;
    let near = &context[context.floor_char_boundary(context.len().saturating_sub(NEAR))..];
    near.split(' ').nth(2).is_some()
}

/// `в 2018 г.`, `в XIX в.`
fn follows_number(context: &str) -> bool {
    last_word(context).bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'I' | b'V' | b'X' | b'-')) && !context.is_empty()
}

/// `Plan B.`, `vitamin C.`, `Hepatitis B.`: the letter is a name, not an initial.
fn is_lettered(context: &str) -> bool {
    LETTERED.has_lower(last_word(context))
}

/// What may stand before the first word of a sentence; closing marks among them, where somebody left a space before one.
const OPENING_MARKS: &str = "\"'“‘„‚«‹([{¿¡—–-•*「『”»’";

/// What stands behind a stop.
struct Next<'a> {
    /// The first word, without what opens before it, up to a space or punctuation.
    word: &'a str,
    /// All that follows, from that word on.
    rest: &'a str,
    is_capital: bool,
}

impl<'a> Next<'a> {
    fn of(after: &'a str) -> Next<'a> {
        let is_opening = |c: char| c.is_whitespace() || OPENING_MARKS.contains(c);
        let rest = after.trim_start_matches(is_opening);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '\'' | '’'))).unwrap_or(rest.len());
        Next { word: &rest[..end], rest, is_capital: rest.starts_with(char::is_uppercase) }
    }

    /// Whether a sentence can begin so: not with a small letter or with punctuation.
    fn may_begin_sentence(&self) -> bool {
        let mut chars = self.rest.chars();
        let Some(first) = chars.next() else {
            return true;
        };
        if self.is_item() {
            return true;
        }
        // `Yahoo! Inc. sold it`
        if matches!(self.word, "Inc" | "Corp" | "Ltd" | "LLC" | "PLC" | "Plc" | "Jr" | "Sr") {
            return false;
        }
        // `iPhone sales`, `eBay rose`
        let is_brand = first.is_lowercase() && chars.next().is_some_and(char::is_uppercase);
        is_brand || !(first.is_lowercase() || matches!(first, ',' | ';' | ':' | '.' | '&' | '%' | '=' | ')' | ']'))
    }

    fn is_number(&self) -> bool {
        self.word.starts_with(|c: char| c.is_numeric()) || is_list_number(self.word)
    }

    /// `b) Hide the key`, behind its bracket if it has one.
    fn is_item(&self) -> bool {
        let behind = self.rest[self.word.len()..].strip_prefix(") ");
        (1..=3).contains(&self.word.len()) && behind.is_some_and(|behind| behind.starts_with(char::is_uppercase))
    }

    /// `GMT`, `EST`, `local time`, `Berlin time`.
    fn is_zone(&self) -> bool {
        let behind = self.rest[self.word.len()..].trim_start();
        behind.strip_prefix("time").is_some_and(|after| !after.starts_with(char::is_alphanumeric))
            || (2..=4).contains(&self.word.len())
                && self.word.bytes().all(|byte| byte.is_ascii_uppercase())
                && !matches!(self.word, "IT" | "US" | "UN" | "EU" | "UK")
            || matches!(self.word, "Eastern" | "Pacific" | "Central" | "Mountain" | "Moscow" | "Local")
    }

    /// A capitalized little word: a sentence begins here, whatever the dot before it is for.
    fn is_starter(&self) -> bool {
        // `А. С. Пушкин`, `J. A. Smith`: with a dot of its own it is an initial.
        !self.rest[self.word.len()..].starts_with('.') && abbreviation::is_starter(self.word)
    }

    /// `M. Le Goff`, `A. El Sayed`: an article that begins a name, with another capital behind it.
    fn is_surname(&self) -> bool {
        let behind = self.rest[self.word.len()..].trim_start();
        matches!(self.word, "Le" | "La" | "El" | "Al" | "Du" | "Des" | "Los" | "Las") && behind.starts_with(char::is_uppercase)
    }

    /// `Smith asked`, `Foreign Minister Ada Quill said`: the words that tell who spoke belong to the quotation.
    fn is_attribution(&self) -> bool {
        for (index, word) in self.rest.split_whitespace().take(7).enumerate() {
            let bare = word.trim_end_matches([',', '.', ':', ';']);
            if index > 0 && abbreviation::is_saying(bare) {
                return true;
            }
            // `Rep.`, `P.`, or a word as it is.
            let is_whole =
                bare.len() == word.len() || (word.ends_with('.') && matches!(abbreviation::kind(bare), Some(Kind::Title | Kind::Initial)));
            let begins_sentence = index == 0 && abbreviation::is_starter(bare) && bare != "The";
            if !word.starts_with(char::is_uppercase) || !is_whole || begins_sentence {
                return false;
            }
        }
        false
    }
}

/// German words that stand before an ordinal.
static BEFORE_ORDINALS: Words =
    Words::new("der die das dem den des am im zum zur vom beim ab bis seit jeder jede seine ihre seinen ihren seinem ihrem");

/// What stands before a time of day at the head of a sentence.
static BEFORE_TIMES: Words = Words::new("At By Around About Before After Since Until Till From Between Past Near");

/// What is told apart by letters.
static LETTERED: Words = Words::new(
    "plan vitamin group class type hepatitis grade section category serie series team terminal gate exhibit appendix schedule
     part tier level option zone influenza block wing hall hangar ward ring sector stage exit unit camp depot gruppe groupe grupo gruppo группа pier dock line phase formula",
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits a case at its marks, puts it together again without them, and compares what the rules make of it.
    fn check(case: &str) -> Result<(), String> {
        let text = case.replace(" | ", " ").replace('¦', "");
        let got: Vec<&str> = sentences(&text).map(|span| span.of(&text)).collect();
        let expect: Vec<&str> = case.split('¦').flat_map(|part| part.split(" | ")).collect();
        if got == expect { Ok(()) } else { Err(format!("expected {case}\n     got {}", got.join(" | "))) }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the cases are files")]
    fn golden_sentences() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/sentences");
        let (mut cases, mut known_failures) = (0, 0);
        let mut failures = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for case in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                cases += 1;
                // What only somebody who knows the words could tell.
                if let Some(case) = case.strip_prefix("~ ") {
                    known_failures += 1;
                    failures.extend(check(case).is_ok().then(|| format!("right by now: {case}")));
                } else {
                    failures.extend(check(case).err());
                }
            }
        }
        assert!(failures.is_empty(), "{} of {cases} cases differ:\n{}", failures.len(), failures.join("\n"));
        assert!(cases - known_failures > 1_000, "only {cases} cases");
    }

    #[test]
    fn a_line_end_that_was_kept_ends_a_sentence() {
        let text = "The tide is late,\nthe boats are in.\n\n\tThe lamp is lit\n";
        let got: Vec<&str> = sentences(text).map(|span| span.of(text)).collect();
        assert_eq!(got, ["The tide is late,", "the boats are in.", "The lamp is lit"]);
    }
}
