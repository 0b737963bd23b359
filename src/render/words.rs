//! Deleted and inserted words inside a sentence, in colour or between `[-…-]{+…+}`.

use anstyle::Style as Ink;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::line::Line;
use super::style::Style;
use crate::model::{Op, WordOp};

/// Appends the words of both sides.
pub(super) fn push_words(line: &mut Line, words: &[WordOp], equal: Ink, style: &Style) {
    for (op, text) in pieces(words, !style.marks) {
        match op {
            Op::Equal => line.push(equal, text),
            _ => push_word(line, op, text, style),
        }
    }
}

/// The words of both sides, cut so that white space at the edge of a changed run stands outside it, and once between a
/// deletion and the insertion that took its place: there only if `gap` asks for it, because marks tell them apart without.
pub(super) fn pieces(words: &[WordOp], gap: bool) -> Vec<(Op, &str)> {
    let mut pieces = Vec::with_capacity(words.len());
    let mut push = |op: Op, text| pieces.push((op, text));
    for (at, word) in words.iter().enumerate() {
        let text = word.text.as_str();
        let core = text.trim();
        let replaces = at > 0 && word.op == Op::Insert && words[at - 1].op == Op::Delete;
        let replaced = word.op == Op::Delete && words.get(at + 1).is_some_and(|next| next.op == Op::Insert);
        if word.op == Op::Equal {
            push(Op::Equal, text);
        } else if core.is_empty() {
            push(Op::Equal, if replaced { "" } else { text });
        } else {
            push(Op::Equal, if replaces { "" } else { &text[..text.len() - text.trim_start().len()] });
            push(word.op, core);
            push(
                Op::Equal,
                match replaced {
                    false => &text[text.trim_end().len()..],
                    true if gap && !words[at + 1].text.trim().is_empty() => " ",
                    true => "",
                },
            );
        }
    }
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// Appends one side's words: those on both sides, and the deleted ones or the inserted ones.
pub(super) fn push_side(line: &mut Line, words: &[WordOp], side: Op, equal: Ink, style: &Style) {
    for word in words {
        let text = &word.text;
        if word.op == Op::Equal {
            line.push(equal, text);
        } else if word.op == side {
            let core = text.trim();
            line.push(equal, &text[..text.len() - text.trim_start().len()]);
            if !core.is_empty() {
                push_word(line, side, core, style);
                line.push(equal, &text[text.trim_end().len()..]);
            }
        }
    }
}

/// Appends one changed run.
pub(super) fn push_word(line: &mut Line, op: Op, text: &str, style: &Style) {
    let (open, close) = match op {
        Op::Equal => ("", ""),
        _ if !style.marks => ("", ""),
        Op::Delete => ("[-", "-]"),
        Op::Insert => ("{+", "+}"),
    };
    let ink = style.op(op, Ink::new());
    line.push(ink, open);
    line.push(ink, text);
    line.push(ink, close);
}

/// The words of two short texts, for forms that a revision carries no word list for: the old and the new words of a quote.
pub(super) fn word_ops(from: &str, to: &str) -> Vec<WordOp> {
    let older: Vec<&str> = from.split_word_bounds().collect();
    let newer: Vec<&str> = to.split_word_bounds().collect();
    let mut words: Vec<WordOp> = Vec::new();
    let mut push = |op: Op, tokens: &[&str]| {
        if !tokens.is_empty() {
            words.push(WordOp { op, text: tokens.concat() });
        }
    };
    for change in capture_diff_slices(Algorithm::Myers, &older, &newer) {
        match change {
            DiffOp::Equal { old_index: _, new_index, len } => push(Op::Equal, &newer[new_index..new_index + len]),
            _ => {
                push(Op::Delete, &older[change.old_range()]);
                push(Op::Insert, &newer[change.new_range()]);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expect: &str) {
        let mut line = Line::new();
        push_words(&mut line, &word_ops(from, to), Ink::new(), &Style::plain());
        let mut page = super::super::line::Page::new();
        page.line(line);
        assert_eq!(page.finish().trim_end(), expect, "{from:?} {to:?}");
    }

    #[test]
    fn white_space_stays_outside_the_marks() {
        check("killed 15 men", "killed 14 men", "killed [-15-]{+14+} men");
        check("the big red ship", "the ship", "the [-big red-] ship");
        check("the ship", "the big red ship", "the {+big red+} ship");
        check("one", "two", "[-one-]{+two+}");
        check("", "all new", "{+all new+}");
        check("all gone", "", "[-all gone-]");
        check("same", "same", "same");
    }
}
