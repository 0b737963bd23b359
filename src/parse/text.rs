//! Plain wire text: optional section line, headline, deck, byline and notices above a body that a dateline may open.
//!
//! What stands above the body is only called a headline, a deck and so on if there is evidence that this is a story: a
//! dateline, a byline, or a line like a headline before prose. Everything else is paragraphs: nothing is forced, and no text is lost.

use std::borrow::Cow;

use super::byline::{self, Byline};
use super::layout::{self, Layout};
use super::story::Story;
use super::words::Words;
use super::{dateline, dates, notice};
use crate::model::NoticeKind;

/// How many parts may stand above the body, and how many bytes each of them may have.
const MAX_PARTS: usize = 12;
const MAX_PART: usize = 700;

/// Reads plain text.
pub(super) fn read(text: &str) -> Story<'_> {
    let mut story = Story::default();
    let head = Head::read(text);
    let body = &text[head.body..];
    head.tell(&mut story);
    let mut paragraphs = layout::paragraphs(body).peekable();
    while let Some(paragraph) = paragraphs.next() {
        let is_last = paragraphs.peek().is_none();
        // They say nothing, and would count as a change of the text.
        if is_rule(&paragraph) || (is_last && byline::is_end_mark(&paragraph) && story.has_body()) {
            continue;
        }
        story.paragraph(paragraph);
    }
    story
}

/// A line drawn with characters.
fn is_rule(paragraph: &str) -> bool {
    paragraph.chars().all(|c| matches!(c, '-' | '_' | '*' | '=' | '~' | '–' | '—' | ' '))
}

/// What stands above the body.
#[derive(Debug, Default)]
struct Head<'a> {
    parts: Vec<Part<'a>>,
    /// Where the body begins.
    body: usize,
}

#[derive(Debug)]
struct Part<'a> {
    kind: PartKind,
    text: Cow<'a, str>,
    /// Where it begins in the document, and how many bytes it takes there.
    start: usize,
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    Words,
    Byline(Byline),
    Notice(NoticeKind),
    Rule,
}

impl<'a> Head<'a> {
    fn read(text: &'a str) -> Head<'a> {
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut dateline = None;
        let mut has_headline = false;
        for mut part in parts_of(text) {
            // `UPDATE: Judge halts sale` is a headline with its label, not yet a notice of its own.
            if !has_headline && notice::label(&part.text).is_some() && !layout::ends_sentence(&part.text) {
                part.kind = PartKind::Words;
            }
            if part.kind == PartKind::Words && dateline::read(&part.text).is_some() {
                dateline = Some(part.start);
                break;
            }
            if parts.len() == MAX_PARTS || part.text.len() > MAX_PART {
                parts.push(part);
                break;
            }
            has_headline |= part.kind == PartKind::Words && !is_rubric(&part.text);
            parts.push(part);
        }
        names_above_dates(&mut parts);
        jobs_below_names(&mut parts);
        Head::under_dateline(&mut parts, dateline)
            .or_else(|| Head::under_byline(&mut parts))
            .or_else(|| Head::over_prose(&mut parts))
            .or_else(|| Head::labelled(&mut parts))
            .unwrap_or_default()
    }

    /// A dateline is the best evidence: what stands above it is the head, unless that is a story of its own.
    fn under_dateline(parts: &mut Vec<Part<'a>>, dateline: Option<usize>) -> Option<Head<'a>> {
        let body = dateline?;
        let words: Vec<_> = parts.iter().filter(|part| part.kind == PartKind::Words).collect();
        let prose = words.iter().filter(|part| is_prose(&part.text)).count();
        (words.len() <= 8 && prose <= 2).then(|| Head { parts: std::mem::take(parts), body })
    }

    /// `By …` with a headline above it: the body begins with the first words behind.
    fn under_byline(parts: &mut Vec<Part<'a>>) -> Option<Head<'a>> {
        let is_byline = |part: &Part<'_>| matches!(part.kind, PartKind::Byline(_));
        let first = parts.iter().position(is_byline)?;
        let above = parts[..first].iter().filter(|part| part.kind == PartKind::Words).count();
        let behind = parts[first..].iter().position(|part| part.kind == PartKind::Words)? + first;
        if above == 0 || above > 3 || !is_headline(&parts.iter().find(|part| part.kind == PartKind::Words)?.text) {
            return None;
        }
        let body = parts[behind].start;
        parts.truncate(behind);
        Some(Head { parts: std::mem::take(parts), body })
    }

    /// A line like a headline, perhaps another as the deck, and prose soon after.
    fn over_prose(parts: &mut Vec<Part<'a>>) -> Option<Head<'a>> {
        let words: Vec<usize> = (0..parts.len()).filter(|&index| parts[index].kind == PartKind::Words).collect();
        let prose = words.iter().position(|&index| is_prose(&parts[index].text))?;
        let titles = words.iter().take(prose.min(2)).take_while(|&&index| is_headline(&parts[index].text)).count();
        if titles == 0 || prose > 3 {
            return None;
        }
        let behind = words[titles];
        let body = parts[behind].start;
        parts.truncate(behind);
        Some(Head { parts: std::mem::take(parts), body })
    }

    /// A label makes a headline even of a line above nothing: `WITHDRAWN-Mine reopens`.
    fn labelled(parts: &mut Vec<Part<'a>>) -> Option<Head<'a>> {
        let first = parts.iter().position(|part| part.kind == PartKind::Words)?;
        notice::label(&parts[first].text)?;
        let behind = parts[first + 1..].iter().position(|part| part.kind == PartKind::Words).map(|at| first + 1 + at);
        let last = &parts[parts.len() - 1];
        let body = behind.map_or(last.start + last.len, |behind| parts[behind].start);
        parts.truncate(behind.unwrap_or(parts.len()));
        Some(Head { parts: std::mem::take(parts), body })
    }

    fn tell(self, story: &mut Story<'a>) {
        let words: Vec<&str> = self.parts.iter().filter(|part| part.kind == PartKind::Words).map(|part| part.text.as_ref()).collect();
        let mut has_section = is_section(&words);
        let mut has_headline = false;
        for part in self.parts {
            match part.kind {
                PartKind::Rule => {}
                PartKind::Byline(byline) => story.byline(part.text, byline),
                PartKind::Notice(kind) => story.notice(kind, part.text),
                PartKind::Words if has_section => {
                    has_section = false;
                    story.section(part.text);
                }
                PartKind::Words if has_headline => story.deck(part.text),
                PartKind::Words => {
                    has_headline = true;
                    story.headline(part.text);
                }
            }
        }
    }
}

/// `Ada Quill in Varna` above a day and a time is a byline without its `By`, unless it is all that could be the headline.
fn names_above_dates(parts: &mut [Part<'_>]) {
    for index in 1..parts.len().saturating_sub(1) {
        let is_above_date = matches!(parts[index + 1].kind, PartKind::Byline(_)) && dates::find_date(&parts[index + 1].text).is_some();
        let part = &mut parts[index];
        if part.kind == PartKind::Words && is_above_date && part.text.split(' ').count() <= 6 && byline::is_names(&part.text) {
            part.kind = PartKind::Byline(Byline::default());
        }
    }
}

/// `Economics editor` below `By Faisal Rahman` belongs to it.
fn jobs_below_names(parts: &mut [Part<'_>]) {
    for index in 1..parts.len() {
        let is_below = matches!(parts[index - 1].kind, PartKind::Byline(_));
        let part = &mut parts[index];
        if part.kind == PartKind::Words && is_below && byline::is_job(&part.text) {
            part.kind = PartKind::Byline(Byline::default());
        }
    }
}

/// The first parts of a document, line by line, where a line that goes on in the next is taken with it.
fn parts_of(text: &str) -> impl Iterator<Item = Part<'_>> {
    layout::groups(text).take(MAX_PARTS + 1).flat_map(|(mut at, group)| {
        let mut rest = group;
        let is_wrapped = layout::layout(group) == Layout::Wrapped;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let start = at;
            let len = part_len(rest, is_wrapped);
            let (taken, after) = rest.split_at(len);
            at += len;
            rest = after;
            let text = layout::joined(taken);
            let kind = kind_of(&text);
            Some(Part { kind, text, start, len })
        })
    })
}

/// How many bytes of `group` its first part takes.
fn part_len(group: &str, is_wrapped: bool) -> usize {
    let mut len = 0;
    let mut brackets = 0_i32;
    let mut first = "";
    for (index, line) in group.split_inclusive('\n').enumerate() {
        let bare = line.trim();
        let goes_on = !layout::is_list_item(bare)
            && (bare.starts_with(char::is_lowercase)
                || brackets > 0
                || (is_wrapped && !is_single_line(first) && !is_single_line(bare) && dateline::read(bare).is_none()));
        if index > 0 && !goes_on {
            break;
        }
        if index == 0 {
            first = bare;
        }
        // `(Corrects spelling of name in`, `paragraph 3)`
        brackets += i32::from(bare.starts_with('(') && !bare.contains(')')) - i32::from(brackets > 0 && bare.contains(')'));
        len += line.len();
        if len > MAX_PART {
            break;
        }
    }
    len
}

/// Whether a line is a part whatever stands around it.
fn is_single_line(line: &str) -> bool {
    !matches!(
        kind_of(line),
        PartKind::Words
            | PartKind::Notice(NoticeKind::Correction | NoticeKind::Clarification | NoticeKind::EditorsNote | NoticeKind::Update)
    )
}

fn kind_of(text: &str) -> PartKind {
    if !text.contains(char::is_alphanumeric) {
        return PartKind::Rule;
    }
    if let Some(byline) = byline::read(text) {
        return PartKind::Byline(byline);
    }
    notice::classify(text).map_or(PartKind::Words, PartKind::Notice)
}

/// Whether a part is running text rather than a title: a long one, or a sentence of some length.
fn is_prose(text: &str) -> bool {
    let chars = text.chars().take(300).count();
    chars >= 300 || (chars >= 60 && layout::ends_sentence(text) && text.split(' ').count() >= 8)
}

/// Whether a line might stand above a story.
fn is_headline(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let starts_well =
        text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '“' | '‘' | '«' | '„' | '¿' | '¡' | '$' | '€' | '£'));
    starts_well
        && text.len() <= 250
        && letters * 2 > text.chars().count()
        && !text.contains('\n')
        && !text.ends_with(['.', ',', ';', ':', '{', '}', '…'])
        && !layout::is_list_item(text)
}

/// Whether the first of these is the desk or rubric above the headline.
fn is_section(words: &[&str]) -> bool {
    let [first, second, ..] = words else {
        return false;
    };
    let count = |text: &str| text.split_whitespace().count();
    let is_short = count(first) <= 4 && first.chars().count() <= 40 && !layout::ends_sentence(first);
    let second_is_headline = count(second) >= 3 && is_headline(second);
    is_short && second_is_headline && (is_rubric(first) || (words.len() >= 3 && count(first) <= 2 && count(second) >= 4))
}

/// The rubrics that agencies and papers use, in the languages of their datelines.
fn is_rubric(text: &str) -> bool {
    let mut words = text.split([' ', '/', '|', '&', ',', '>', '-']).filter(|word| !word.is_empty());
    words.all(|word| RUBRIC_WORDS.has_lower(word))
}

static RUBRIC_WORDS: Words = Words::new(
    "ap tass reuters all news top stories breaking world national international local politics political business economy economics
     finance financial markets market companies energy commodities military defense defence security science space technology
     tech health environment climate society culture arts entertainment lifestyle travel education crime courts weather sports
     sport football opinion obituaries emergencies incidents press review general europe asia africa americas middle east
     russia u.s. uk us and the in politik wirtschaft kultur ausland inland panorama nachrichten alle wissenschaft gesellschaft
     monde politique économie société actualités faits divers santé mundo política economía deportes sociedad cultura
     internacional nacional economia esportes desporto sociedade mondo cronaca politica esteri società все новости политика
     экономика общество мир мире в происшествия культура спорт наука армия и усі новини політика економіка світ світі
     суспільство події у",
);
