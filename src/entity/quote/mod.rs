//! Owns quotes: what was said, word for word or in other words, and who said it.

mod clause;
mod indirect;
mod marks;
mod speaker;
mod subject;

use std::ops::Range;

use super::identity::Identities;
use super::lexicon::Class;
use super::word::Words;
use crate::model::Quote;
use marks::Quoted;
use speaker::{Scene, Speaker};

/// A quote and the spans of words it stands on: one for each paragraph.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub quote: Quote,
    pub parts: Vec<Range<usize>>,
    pub confidence: u8,
}

/// Finds the quotes of an article.
pub(super) fn find(words: &Words<'_>, identities: &Identities) -> Vec<Found> {
    let blocks = words.blocks();
    let quoted = marks::find(words, blocks);
    let scene = Scene { words, identities, quoted: &quoted };
    let mut found = Vec::new();
    let mut last: Option<(usize, Speaker)> = None;
    let mut spoken_lines = Vec::new();
    // `Anna "Nan" Holt`: a nickname is nothing that anybody said.
    let nickname = |open: usize, close: usize| {
        let after = identities.mentions.partition_point(|(words, _)| words.start < open);
        identities.mentions[..after].last().is_some_and(|(words, _)| words.end > close)
    };
    let titles = titles(words, &quoted);
    let spoken = quoted.iter().zip(titles).filter(|(quoted, is_title)| !is_title && !nickname(quoted.open, quoted.close));
    for (quoted, _) in spoken {
        let block = blocks.partition_point(|block| block.end <= quoted.open);
        let length: usize = quoted.parts.iter().map(Range::len).sum();
        let whole = quoted.open == blocks.get(block).map_or(0, |block| block.start);
        let carried = last.as_ref().filter(|(of, _)| *of == block || *of + 1 == block && whole).map(|(_, speaker)| speaker.clone());
        let beside = scene.beside(quoted, length);
        let speaker = beside.or_else(|| carried.filter(|_| scene.alone(quoted))).or_else(|| scene.across(quoted, length));
        // Without a speaker, a few words in marks are a title or a distance, not a quote.
        let Some(speaker) = speaker.or_else(|| (length >= 5).then_some(Speaker::Unknown)) else { continue };
        spoken_lines.extend(words.line_of(quoted.open).into_iter().chain(words.line_of(quoted.close.min(words.len().saturating_sub(1)))));
        let text = quoted.parts.iter().map(|part| words.slice(part)).collect::<Vec<_>>().join("\n\n");
        found.push(Found {
            quote: scene.quote(text, &speaker, true),
            parts: quoted.parts.clone(),
            confidence: if speaker == Speaker::Unknown { 70 } else { 95 },
        });
        last = Some((blocks.partition_point(|block| block.end < quoted.close), speaker));
    }
    spoken_lines.sort_unstable();
    indirect::find(&scene, &spoken_lines, &mut found);
    found.sort_by_key(|found| found.parts.first().map_or(0, |part| part.start));
    found
}

/// Which of the quotations are titles, which nobody says: `('Summary' and 'Safety and security' pages)`, `(“Health”)`.
fn titles(words: &Words<'_>, quoted: &[Quoted]) -> Vec<bool> {
    const LONGEST: usize = 10;
    let mut titles = vec![false; quoted.len()];
    for (at, one) in quoted.iter().enumerate().rev() {
        let first = one.open.checked_sub(1 + usize::from(one.open > 0 && words.is(one.open - 1, "see"))).filter(|&at| words.is(at, "("));
        let said = first.and_then(|bracket| bracket.checked_sub(1)).is_some_and(|before| words.has(before, Class::SAY));
        let in_brackets = first.is_some() && !said && words.is(one.close + 1, ")");
        let listed = quoted.get(at + 1).filter(|_| titles[at + 1]).is_some_and(|next| {
            let between = one.close + 1..next.open;
            !between.is_empty() && between.len() <= 2 && between.into_iter().all(|at| words.is_any(at, &[",", "and", "&", "or"]))
        });
        titles[at] = one.close - one.open <= LONGEST && (is_title(words, one.close) || in_brackets || listed);
    }
    titles
}

/// Whether what closes at `close` is the title of a page: `(see ‘Boats and drones’ on the ‘Safety at sea’ page)`.
fn is_title(words: &Words<'_>, close: usize) -> bool {
    let next = close + 1;
    let in_another = words.is_any(next, &["on", "in"]) && words.is(next + 1, "the") && words.has(next + 2, Class::MARK);
    words.is_any(next, &["page", "pages", "section", "sections", "chapter"]) || in_another
}
