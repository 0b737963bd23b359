//! What each kind of thing looks like in a terminal. Whether there is colour at all is the caller's to decide.

use anstyle::{AnsiColor, Effects, Style as Ink};

use crate::model::{Op, Severity};

/// The palette of all terminal forms. Only the sixteen colours of the reader's own theme are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether deleted and inserted words need `[-…-]{+…+}` to be told apart.
    pub(super) marks: bool,
    pub(super) title: Ink,
    pub(super) label: Ink,
    pub(super) dim: Ink,
    pub(super) path: Ink,
    pub(super) flag: Ink,
    pub(super) stealth: Ink,
    /// The older side of a pair, or a whole sentence that is gone.
    pub(super) older: Ink,
    /// The newer side of a pair, or a whole sentence that is new.
    pub(super) newer: Ink,
    /// Words inside a sentence.
    pub(super) deleted: Ink,
    pub(super) inserted: Ink,
    pub(super) moved: Ink,
    pub(super) substantive: Ink,
    pub(super) minor: Ink,
    pub(super) cosmetic: Ink,
}

impl Style {
    /// No escape sequence at all; words are marked `[-…-]{+…+}`.
    #[must_use]
    pub fn plain() -> Style {
        let none = Ink::new();
        Style {
            marks: true,
            title: none,
            label: none,
            dim: none,
            path: none,
            flag: none,
            stealth: none,
            older: none,
            newer: none,
            deleted: none,
            inserted: none,
            moved: none,
            substantive: none,
            minor: none,
            cosmetic: none,
        }
    }

    #[must_use]
    pub fn coloured() -> Style {
        let colour = |colour: AnsiColor| colour.on_default();
        let dim = Ink::new().effects(Effects::DIMMED);
        Style {
            marks: false,
            title: Ink::new().bold(),
            label: dim,
            dim,
            path: Ink::new().bold(),
            flag: colour(AnsiColor::Cyan),
            stealth: colour(AnsiColor::Magenta),
            older: colour(AnsiColor::Red),
            newer: colour(AnsiColor::Green),
            // Struck through and underlined as well, for readers who cannot tell red from green.
            deleted: colour(AnsiColor::Red).effects(Effects::STRIKETHROUGH),
            inserted: colour(AnsiColor::Green).effects(Effects::UNDERLINE),
            moved: colour(AnsiColor::Blue),
            substantive: colour(AnsiColor::Red).bold(),
            minor: colour(AnsiColor::Yellow),
            cosmetic: dim,
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> Ink {
        match severity {
            Severity::Substantive => self.substantive,
            Severity::Minor => self.minor,
            Severity::Cosmetic => self.cosmetic,
        }
    }

    pub(super) fn op(&self, op: Op, equal: Ink) -> Ink {
        match op {
            Op::Equal => equal,
            Op::Delete => self.deleted,
            Op::Insert => self.inserted,
        }
    }
}

/// The sign of a severity, one column wide: the fuller the heavier.
#[must_use]
pub fn severity_mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Substantive => "●",
        Severity::Minor => "○",
        Severity::Cosmetic => "·",
    }
}
