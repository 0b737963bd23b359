//! Name and value pairs one below the other, as `newswatch status` prints them.

use super::line::{Line, Page};
use super::style::Style;
use super::table::{Fit, Table};

/// A line a pair; a value that does not fit `width` columns wraps beside its name.
#[must_use]
pub fn fields<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, width: usize, style: &Style) -> String {
    let mut table = Table::new(1, Fit::Wrap);
    for (name, value) in pairs {
        table.row(vec![Line::new().with(style.label, name), Line::new().with(anstyle::Style::new(), value)]);
    }
    let mut page = Page::new();
    table.layout(&mut page, width);
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_one_column() {
        let shown = fields(
            [("roots", "/srv/news"), ("documents", "1,204 on disk, 3 deleted since"), ("daemon", "not running")],
            30,
            &Style::plain(),
        );
        let expect = "\
roots      /srv/news
documents  1,204 on disk, 3
           deleted since
daemon     not running
";
        assert_eq!(shown, expect);
    }
}
