//! Owns quotes: what was said, word for word or in other words, and who said it.

mod indirect;
mod marks;
mod speaker;

use std::ops::Range;

use super::identity::Identities;
use super::lexicon::Class;
use super::word::Words;
use crate::model::Quote;
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
    let scene = Scene { words, identities };
    let mut found = Vec::new();
    let mut last: Option<(usize, Speaker)> = None;
    let mut spoken_lines = Vec::new();
    // `Anna "Nan" Holt`: a nickname is nothing that anybody said.
    let nickname = |open: usize, close: usize| {
        let after = identities.mentions.partition_point(|(words, _)| words.start < open);
        identities.mentions[..after].last().is_some_and(|(words, _)| words.end > close)
    };
    for quoted in quoted.iter().filter(|quoted| !nickname(quoted.open, quoted.close)) {
        let block = blocks.partition_point(|block| block.end <= quoted.open);
        let length: usize = quoted.parts.iter().map(Range::len).sum();
        let whole = quoted.open == blocks.get(block).map_or(0, |block| block.start);
        let carried = last.as_ref().filter(|(of, _)| *of == block || *of + 1 == block && whole).map(|(_, speaker)| speaker.clone());
        let beside = scene.beside(quoted, length);
        let speaker = beside.or_else(|| carried.filter(|_| scene.alone(quoted))).or_else(|| scene.across(quoted, length));
        // Without a speaker, a few words in marks are a title or a distance, not a quote.
        let told = length >= 5 && !is_title(words, quoted.close);
        let Some(speaker) = speaker.or_else(|| told.then_some(Speaker::Unknown)) else { continue };
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

/// Whether what closes at `close` is the title of a page: `(see ‘Boats and drones’ on the ‘Safety at sea’ page)`.
fn is_title(words: &Words<'_>, close: usize) -> bool {
    let next = close + 1;
    let in_another = words.is_any(next, &["on", "in"]) && words.is(next + 1, "the") && words.has(next + 2, Class::MARK);
    words.is_any(next, &["page", "pages", "section", "sections", "chapter"]) || in_another
}
