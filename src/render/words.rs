//! Deleted and inserted words inside a sentence, in colour or between `[-…-]{+…+}`.

use anstyle::Style as Ink;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::line::Line;
use super::style::Style;
use crate::model::{Op, WordOp};

/// Appends the words of both sides. White space at the edge of a changed run stays outside its marks, and stands once
/// between a deletion and the insertion that took its place.
pub(super) fn push_words(line: &mut Line, words: &[WordOp], equal: Ink, style: &Style) {
    for (at, word) in words.iter().enumerate() {
        if word.op == Op::Equal {
            line.push(equal, &word.text);
            continue;
        }
        let core = word.text.trim();
        let lead = &word.text[..word.text.len() - word.text.trim_start().len()];
        let trail = &word.text[word.text.trim_end().len()..];
        let replaces = at > 0 && word.op == Op::Insert && words[at - 1].op == Op::Delete;
        let replaced = word.op == Op::Delete && words.get(at + 1).is_some_and(|next| next.op == Op::Insert);
        if core.is_empty() {
            line.push(equal, if replaced { "" } else { lead });
            continue;
        }
        if !replaces {
            line.push(equal, lead);
        }
        push_word(line, word.op, core, style);
        if !replaced {
            line.push(equal, trail);
        } else if !style.marks && !words[at + 1].text.trim().is_empty() {
            line.push(equal, " ");
        }
    }
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
