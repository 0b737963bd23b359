//! How the lines of plain text make paragraphs: blank lines between them, hard-wrapped lines, one paragraph a line,
//! lists, verses and code.

use std::borrow::Cow;

use super::{byline, notice};

/// How many lines of a group say how it is laid out.
const SAMPLE: usize = 200;

/// Lines longer than this many characters are not wrapped by hand, shorter ones than [`NARROW`] are no prose.
const WIDE: usize = 132;
const NARROW: usize = 44;

/// The paragraphs of `text`, in order.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    groups(text).flat_map(|(_, group)| pieces(group)).flat_map(|piece| unfold(piece, layout(piece)))
}

/// The runs of lines between blank lines, and where in `text` each begins.
pub(super) fn groups(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        // Blank lines in front go one by one: a line may be blank and not empty.
        while let Some((line, after)) = rest.split_once('\n') {
            if !is_blank(line) {
                break;
            }
            rest = after;
        }
        if is_blank(rest) {
            return None;
        }
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if is_blank(line) {
                break;
            }
            end += line.len();
        }
        let start = text.len() - rest.len();
        let (group, after) = rest.split_at(end);
        rest = after;
        Some((start, group.trim_end_matches('\n')))
    })
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| byte == b' ' || byte == b'\t' || byte == b'\n') || line.trim().is_empty()
}

/// Cuts a group where a line begins something new whatever the layout: an indented paragraph, an item of a list, a credit.
fn pieces(group: &str) -> impl Iterator<Item = &str> {
    let mut rest = group;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = 0;
        let mut previous = "";
        for line in rest.split_inclusive('\n') {
            if end > 0 && begins_piece(previous, line.trim_end()) {
                break;
            }
            end += line.len();
            previous = line.trim_end();
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece.trim_end_matches('\n'))
    })
}

fn begins_piece(previous: &str, line: &str) -> bool {
    let bare = line.trim_start();
    let is_indented = bare.len() + 2 <= line.len() || line.starts_with('\t');
    (is_indented && !is_indented_line(previous) && ends_sentence(previous))
        || is_list_item(bare)
        || (bare.starts_with('(') && (byline::is_credit(bare) || notice::classify(bare).is_some()))
        || byline::is_end_mark(bare)
}

fn is_indented_line(line: &str) -> bool {
    line.starts_with("  ") || line.starts_with('\t')
}

/// `- item`, `* item`, `• item`, `1. item`, `2) item`.
pub(super) fn is_list_item(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - after_number.len();
    ["- ", "* ", "• ", "– ", "+ ", "· "].iter().any(|mark| line.starts_with(mark))
        || ((1..=3).contains(&digits) && (after_number.starts_with(". ") || after_number.starts_with(") ")))
}

/// Whether `text` ends as a sentence does, with quotation marks and brackets behind the stop.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', '«', '“', ')', ']', ' ', '』', '」'])
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟'])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Wrapped by hand: the lines are one paragraph.
    Wrapped,
    /// Every line is a paragraph.
    Lines,
    /// The line ends mean something: verses, code, tables.
    Kept,
}

pub(super) fn layout(piece: &str) -> Layout {
    let lines: Vec<&str> = piece.lines().take(SAMPLE).map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() < 2 || is_list_item(lines[0]) {
        return Layout::Wrapped;
    }
    let width = |line: &str| line.chars().take(WIDE + 1).count();
    let widest = lines.iter().map(|line| width(line)).max().unwrap_or_default();
    if widest > WIDE {
        return Layout::Lines;
    }
    // A line is ragged if the next word would have fitted in.
    let ragged =
        lines.windows(2).filter(|pair| width(pair[0]) + 1 + width(pair[1].split(' ').next().unwrap_or_default()) <= widest).count();
    let breaks = lines.len() - 1;
    let goes_on = lines[1..].iter().any(|line| line.starts_with(char::is_lowercase)) || !lines[1].starts_with(char::is_alphabetic);
    if widest >= NARROW && ragged * 3 <= breaks && (goes_on || breaks < 3) {
        return Layout::Wrapped;
    }
    let whole = lines.iter().filter(|line| ends_sentence(line) && width(line) >= NARROW).count();
    if whole * 2 > lines.len() { Layout::Lines } else { Layout::Kept }
}

fn unfold(piece: &str, layout: Layout) -> impl Iterator<Item = Cow<'_, str>> {
    let (whole, lines) = match layout {
        Layout::Wrapped => (Some(joined(piece)), None),
        Layout::Kept => (Some(Cow::Borrowed(piece)), None),
        Layout::Lines => (None, Some(piece.lines().map(|line| Cow::Borrowed(line.trim())))),
    };
    whole.into_iter().chain(lines.into_iter().flatten())
}

/// The lines of `piece` with one space in between.
pub(super) fn joined(piece: &str) -> Cow<'_, str> {
    let piece = piece.trim();
    if !piece.contains('\n') {
        return Cow::Borrowed(piece);
    }
    let mut out = String::with_capacity(piece.len());
    for line in piece.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(line);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let got: Vec<_> = paragraphs(text).collect();
        assert_eq!(got, expect, "for {text:?}");
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        check("", &[]);
        check(" \n\t\n", &[]);
        check("One.\n\nTwo.\n \n\n\nThree.\n", &["One.", "Two.", "Three."]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        check(
            "The ferry left the harbour shortly after noon with forty people on\nboard, most of them day trippers, and was due back before nightfall,\nthe harbour office said.\n\nNext.",
            &[
                "The ferry left the harbour shortly after noon with forty people on board, most of them day trippers, and was due back before nightfall, the harbour office said.",
                "Next.",
            ],
        );
    }

    #[test]
    fn one_paragraph_a_line() {
        check(
            "The mayor opened the new bridge on Monday in front of a small crowd.\nIt took four years to build and cost more than was planned.\nTrams will cross it from the spring on.",
            &[
                "The mayor opened the new bridge on Monday in front of a small crowd.",
                "It took four years to build and cost more than was planned.",
                "Trams will cross it from the spring on.",
            ],
        );
    }

    #[test]
    fn indented_paragraphs() {
        check(
            "   The mayor opened the bridge on Monday in front of a crowd that\nhad waited since dawn.\n   Trams will cross it from the spring on, the operator said, and\nbuses will follow.",
            &[
                "The mayor opened the bridge on Monday in front of a crowd that had waited since dawn.",
                "Trams will cross it from the spring on, the operator said, and buses will follow.",
            ],
        );
    }

    #[test]
    fn lists_verses_and_code_keep_their_lines() {
        check("- milk\n- bread and\n  butter\n- eggs", &["- milk", "- bread and butter", "- eggs"]);
        check("1. First\n2. Second", &["1. First", "2. Second"]);
        check(
            "The tide is late,\nThe boats are in,\nThe lamp is lit again.",
            &["The tide is late,\nThe boats are in,\nThe lamp is lit again."],
        );
        check("fn main() {\n    run();\n}", &["fn main() {\n    run();\n}"]);
    }

    #[test]
    fn credits_stand_alone() {
        check(
            "The harbour master said that the pilot boat had been sent out again at\ndusk.\n(Reporting by Ada Quill; Editing by Tom Reed)",
            &[
                "The harbour master said that the pilot boat had been sent out again at dusk.",
                "(Reporting by Ada Quill; Editing by Tom Reed)",
            ],
        );
    }
}
