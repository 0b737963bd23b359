//! HTML and XML, safe by construction: what is foreign is escaped on its way in.

use super::visible::visible;
use crate::model::Op;

/// A page in the making. Foreign text enters through [`Html::text`] only.
#[derive(Debug, Default)]
pub struct Html {
    out: String,
}

impl Html {
    /// Appends markup of our own.
    pub fn raw(&mut self, markup: &str) -> &mut Html {
        self.out.push_str(markup);
        self
    }

    /// Appends text, escaped for contents and for quoted attributes, what is invisible in it shown.
    pub fn text(&mut self, text: &str) -> &mut Html {
        for character in visible(text).chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                other => self.out.push(other),
            }
        }
        self
    }

    pub(super) fn marked(&mut self, op: Op, text: &str) {
        let (open, close) = match op {
            Op::Equal => ("", ""),
            Op::Delete => ("<del>", "</del>"),
            Op::Insert => ("<ins>", "</ins>"),
        };
        self.raw(open).text(text).raw(close);
    }

    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }
}
