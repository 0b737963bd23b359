//! Owns quotation marks: where quoted words start and end, in all the marks that news uses, over paragraphs, nested and unclosed.

use std::ops::Range;

use super::super::lexicon::Class;
use super::super::word::Words;
use super::is_title;

/// Quoted words, their marks left out. One range for each paragraph that the quotation runs through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quoted {
    pub parts: Vec<Range<usize>>,
    /// The words of the opening and of the closing mark; where the quotation is not closed, the word after its last.
    pub open: usize,
    pub close: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// `"…"`
    Straight,
    /// `“…”`
    Curly,
    /// `„…“`
    Low,
    /// `«…»`
    Angle,
    /// `»…«`
    Reversed,
    /// `‘…’`
    Single,
    /// `'…'`
    StraightSingle,
}

impl Marks {
    fn are_single(self) -> bool {
        matches!(self, Marks::Single | Marks::StraightSingle)
    }

    fn closes(self, text: &str) -> bool {
        match self {
            Marks::Straight => text == "\"",
            Marks::Curly => text == "”",
            Marks::Low => matches!(text, "“" | "”"),
            Marks::Angle => text == "»",
            Marks::Reversed => text == "«",
            // Where one of them is typed, the other is often a program's.
            Marks::Single | Marks::StraightSingle => matches!(text, "’" | "'"),
        }
    }
}

/// The outermost quotations of the article, in order. `blocks` are the words of each block.
pub(super) fn find(words: &Words<'_>, blocks: &[Range<usize>]) -> Vec<Quoted> {
    let mut found: Vec<Quoted> = Vec::new();
    // A quotation that the paragraph before left open.
    let mut running: Option<(Marks, Quoted)> = None;
    for block in blocks {
        let mut at = block.start;
        if let Some((marks, mut quoted)) = running.take() {
            if opening(words, block, at) == Some(marks) {
                running = close(words, block, at, marks, &mut quoted, &mut at);
                if running.is_none() {
                    found.push(quoted);
                }
            } else {
                found.push(quoted);
            }
        }
        // An apostrophe that looks like an opening mark (`the summer of '98`) has no closing one in the rest of the block, nor has the
        // next.
        let mut apostrophes = false;
        while at < block.end {
            let marks = opening(words, block, at).filter(|marks| !(apostrophes && marks.are_single() && !introduced(words, block, at)));
            let Some(marks) = marks else {
                at += 1;
                continue;
            };
            let mut quoted = Quoted { parts: Vec::new(), open: at, close: at };
            running = close(words, block, at, marks, &mut quoted, &mut at);
            if running.is_none() {
                found.push(quoted);
            } else if marks.are_single() && !introduced(words, block, quoted.open) {
                (running, at, apostrophes) = (None, quoted.open + 1, true);
            }
        }
    }
    found.extend(running.map(|(_, quoted)| quoted));
    found.retain(|quoted| !quoted.parts.is_empty());
    found
}

/// Reads on from the opening mark at `open` to its closing mark, and moves `at` behind it. Gives the quotation back where the block
/// ends first.
fn close(
    words: &Words<'_>,
    block: &Range<usize>,
    open: usize,
    marks: Marks,
    quoted: &mut Quoted,
    at: &mut usize,
) -> Option<(Marks, Quoted)> {
    let start = open + 1;
    let mut depth = 0_usize;
    let mut end = None;
    for next in start..block.end {
        let text = words.text(next);
        if !words.has(next, Class::MARK) {
            continue;
        }
        if depth == 0 && marks.closes(text) && !possessive(words, marks, next, block) {
            end = Some(next);
            break;
        }
        // `“… “…” …”`: marks of the same kind inside.
        if marks == Marks::Curly && text == "“" || marks == Marks::Angle && text == "«" {
            depth += 1;
        } else if depth > 0 && marks.closes(text) {
            depth -= 1;
        }
    }
    *at = end.map_or(block.end, |end| end + 1);
    let stop = end.unwrap_or(block.end);
    // The comma before the closing mark is the sentence's, not the speaker's.
    let trimmed = if stop > start && words.is(stop - 1, ",") { stop - 1 } else { stop };
    if start < trimmed {
        quoted.parts.push(start..trimmed);
    }
    quoted.close = stop;
    end.is_none().then(|| (marks, quoted.clone()))
}

/// The marks that the word at `at` opens.
fn opening(words: &Words<'_>, block: &Range<usize>, at: usize) -> Option<Marks> {
    words.get(at).filter(|word| word.class.has(Class::MARK))?;
    let glued_before = at > block.start && words.glued(at);
    let glued_after = at + 1 < block.end && words.glued(at + 1);
    // After a bracket or a dash a mark may open too.
    let free = !glued_before || words.has(at - 1, Class::MARK);
    Some(match words.text(at) {
        "\"" if free && at + 1 < block.end => Marks::Straight,
        "“" => Marks::Curly,
        "„" => Marks::Low,
        "«" => Marks::Angle,
        "»" if free && glued_after => Marks::Reversed,
        "‘" if free && glued_after => Marks::Single,
        "'" if free && glued_after => Marks::StraightSingle,
        _ => return None,
    })
}

/// Whether speech may start here: a paragraph does, or a colon or a comma stands before.
fn introduced(words: &Words<'_>, block: &Range<usize>, open: usize) -> bool {
    open == block.start || words.is_any(open - 1, &[":", ","])
}

/// Whether a single closing mark is an apostrophe (`the soldiers' lives`): it follows an `s`, and a likelier one comes later.
fn possessive(words: &Words<'_>, marks: Marks, at: usize, block: &Range<usize>) -> bool {
    const REACH: usize = 60;
    if !marks.are_single() {
        return false;
    }
    if !words.glued(at) || at + 1 < block.end && words.glued(at + 1) && words.get(at + 1).is_some_and(|next| !next.class.has(Class::MARK)) {
        return true;
    }
    let plural = words.text(at - 1).ends_with('s') && words.has(at + 1, Class::WORD) && !words.capital(at + 1) && !is_title(words, at);
    // `'Entry requirements' and 'Safety and security'`: what comes next is another quotation.
    let next = (at + 1..block.end.min(at + REACH))
        .find(|&next| matches!(words.text(next), "‘" | "'" | "’") && (!words.glued(next) || !words.glued(next + 1)));
    plural && next.is_some_and(|next| opening(words, block, next).is_none())
}
