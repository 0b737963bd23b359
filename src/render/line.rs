//! Lines of styled text. Every terminal form is made of these, and text enters them only through [`visible`], so that no
//! form can send a stranger's control characters to a terminal.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::Style as Ink;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::visible::{visible, visible_bytes, visible_path};

/// One line of text in several inks. Widths are display columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(Ink, String)>,
}

impl Line {
    pub(super) fn new() -> Line {
        Line::default()
    }

    /// Appends text, white space as spaces and everything hostile made visible.
    pub(super) fn push(&mut self, ink: Ink, text: &str) {
        self.push_shown(ink, &visible(text));
    }

    pub(super) fn push_path(&mut self, ink: Ink, path: &Path) {
        self.push_shown(ink, &visible_path(path));
    }

    pub(super) fn push_bytes(&mut self, ink: Ink, bytes: &[u8]) {
        self.push_shown(ink, &visible_bytes(bytes));
    }

    pub(super) fn plain(&mut self, text: &str) {
        self.push(Ink::new(), text);
    }

    pub(super) fn append(&mut self, other: Line) {
        for (ink, text) in other.pieces {
            self.push_shown(ink, &text);
        }
    }

    pub(super) fn with(mut self, ink: Ink, text: &str) -> Line {
        self.push(ink, text);
        self
    }

    /// Fills up with spaces until the line is `width` columns wide.
    pub(super) fn pad_to(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width());
        self.push_shown(Ink::new(), &" ".repeat(missing));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn width(&self) -> usize {
        self.cells().map(|cell| cell.width).sum()
    }

    /// The line cut to at most `width` columns, an ellipsis at its end where something was cut.
    pub(super) fn cut(self, width: usize) -> Line {
        if self.width() <= width {
            return self;
        }
        let mut short = Line::new();
        let mut used = 1;
        let mut last = Ink::new();
        for cell in self.cells() {
            if used + cell.width > width {
                break;
            }
            used += cell.width;
            last = cell.ink;
            short.push_shown(cell.ink, cell.text);
        }
        short.trim_end();
        if width > 0 {
            short.push_shown(last, "…");
        }
        short
    }

    /// The line cut to at most `width` columns from its start, an ellipsis there where something was cut: of a path, the
    /// file's name is what a reader needs.
    pub(super) fn cut_start(self, width: usize) -> Line {
        if self.width() <= width {
            return self;
        }
        let cells: Vec<Cell<'_>> = self.cells().collect();
        let mut used = 1;
        let kept = cells.iter().rev().take_while(|cell| {
            used += cell.width;
            used <= width
        });
        let kept = &cells[cells.len() - kept.count()..];
        let mut short = Line::new();
        if width > 0 {
            short.push_shown(kept.first().map_or(Ink::new(), |cell| cell.ink), "…");
        }
        for cell in kept {
            short.push_shown(cell.ink, cell.text);
        }
        short
    }

    /// The same text in lines of at most `width` columns, broken at spaces, inside a word only where the word alone is
    /// wider. A character wider than `width` stands on a line of its own. At least one line.
    pub(super) fn wrap(&self, width: usize) -> Vec<Line> {
        let cells: Vec<Cell<'_>> = self.cells().collect();
        let mut lines = Vec::new();
        let mut start = 0;
        while start < cells.len() {
            let (mut end, mut used, mut after_space) = (start, 0, None);
            while end < cells.len() && (used + cells[end].width <= width || end == start || cells[end].is_space()) {
                used += cells[end].width;
                end += 1;
                if cells[end - 1].is_space() {
                    after_space = Some(end);
                }
            }
            if end < cells.len() {
                end = after_space.unwrap_or(end);
            }
            let mut line = Line::new();
            for cell in &cells[start..end] {
                line.push_shown(cell.ink, cell.text);
            }
            line.trim_end();
            lines.push(line);
            start = end;
        }
        if lines.is_empty() {
            lines.push(Line::new());
        }
        lines
    }

    fn push_shown(&mut self, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == ink => piece.push_str(text),
            _ => self.pieces.push((ink, text.to_owned())),
        }
    }

    fn trim_end(&mut self) {
        while let Some((_, text)) = self.pieces.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            self.pieces.pop();
        }
    }

    fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.pieces.iter().flat_map(|(ink, text)| text.graphemes(true).map(|text| Cell { ink: *ink, text, width: text.width() }))
    }
}

/// One character as a reader sees it.
struct Cell<'a> {
    ink: Ink,
    text: &'a str,
    width: usize,
}

impl Cell<'_> {
    fn is_space(&self) -> bool {
        self.text == " "
    }
}

/// Lines, one below the other.
#[derive(Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
}

impl Page {
    pub(super) fn new() -> Page {
        Page::default()
    }

    pub(super) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(Line::new());
    }

    /// `line` wrapped to `width` columns, its continuations indented by `hang`.
    pub(super) fn paragraph(&mut self, hang: usize, width: usize, line: &Line) {
        for (row, wrapped) in line.wrap(width.saturating_sub(hang).max(MIN_TEXT)).into_iter().enumerate() {
            let mut indented = Line::new();
            indented.pad_to(if row == 0 { 0 } else { hang });
            indented.append(wrapped);
            self.lines.push(indented);
        }
    }

    /// `margin`, and beside it from column `column` on `line`, wrapped to `width` columns in all.
    pub(super) fn beside(&mut self, margin: &Line, column: usize, width: usize, line: &Line) {
        for (row, wrapped) in line.wrap(width.saturating_sub(column).max(MIN_TEXT)).into_iter().enumerate() {
            let mut whole = if row == 0 { margin.clone() } else { Line::new() };
            whole.pad_to(column);
            whole.append(wrapped);
            self.lines.push(whole);
        }
    }

    /// The text to send, each line ended by a newline, without trailing spaces.
    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        for mut line in self.lines {
            line.trim_end();
            for (ink, text) in &line.pieces {
                // Formatting into a string cannot fail.
                let _ = if *ink == Ink::new() { out.write_str(text) } else { write!(out, "{ink}{text}{ink:#}") };
            }
            out.push('\n');
        }
        out
    }
}

/// However narrow the terminal: fewer columns of text than this cannot be read.
const MIN_TEXT: usize = 16;

/// The display width of a text as it is shown.
pub(super) fn shown_width(text: &str) -> usize {
    visible(text).graphemes(true).map(UnicodeWidthStr::width).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::visible::needs_care;

    fn line(text: &str) -> Line {
        let mut line = Line::new();
        line.plain(text);
        line
    }

    fn shown(line: &Line) -> String {
        line.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn cutting_keeps_to_display_columns() {
        let check = |text: &str, width: usize, expect: &str| assert_eq!(shown(&line(text).cut(width)), expect, "{text:?} {width}");
        check("toll rises to 15", 16, "toll rises to 15");
        check("toll rises to 15", 15, "toll rises to…");
        check("toll rises to 15", 6, "toll…");
        check("北京の新聞", 10, "北京の新聞");
        check("北京の新聞", 8, "北京の…");
        check("anything", 1, "…");
        check("anything", 0, "");
    }

    #[test]
    fn cutting_the_start_keeps_the_end() {
        let check = |text: &str, width: usize, expect: &str| assert_eq!(shown(&line(text).cut_start(width)), expect, "{text:?} {width}");
        check("wire/toll.txt", 13, "wire/toll.txt");
        check("wire/2031/toll.txt", 13, "…031/toll.txt");
        check("北京/新聞", 7, "…/新聞");
        check("anything", 1, "…");
        check("anything", 0, "");
    }

    #[test]
    fn wrapping_breaks_at_spaces() {
        let check = |text: &str, width: usize, expect: &[&str]| {
            let lines: Vec<String> = line(text).wrap(width).iter().map(shown).collect();
            assert_eq!(lines, expect, "{text:?} {width}");
        };
        check("the ferry sank off the coast", 10, &["the ferry", "sank off", "the coast"]);
        check("the ferry", 9, &["the ferry"]);
        check("extraordinarily long", 6, &["extrao", "rdinar", "ily", "long"]);
        check("北京の新聞", 4, &["北京", "の新", "聞"]);
        check("", 10, &[""]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_no_word_and_fits(text in "[a-z北 \u{202e}\u{1b}]{0,60}", width in 2_usize..30) {
            let lines = line(&text).wrap(width);
            for line in &lines {
                prop_assert!(line.width() <= width);
            }
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.iter().map(shown).collect::<String>()), letters(&shown(&line(&text))));
        }

        #[test]
        fn a_page_sends_no_control_character_but_newlines(text in any::<String>(), width in 0_usize..80) {
            let mut page = Page::new();
            page.beside(&line(&text), 4, width, &line(&text));
            prop_assert!(!page.finish().chars().any(|character| character != '\n' && needs_care(character)));
        }
    }
}
