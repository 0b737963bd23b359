//! A gap: a time in which something may have happened that nobody saw.

use std::path::Path;

use jiff::tz::TimeZone;

use super::line::{Line, Page};
use super::style::Style;
use crate::model::Gap;

/// One line: `gap  2031-05-04 10:00:00 – 10:05:12  wire  newswatch was not running`. `place` is what the gap is of, as it is to
/// be shown.
#[must_use]
pub fn gap(gap: &Gap, place: &Path, zone: &TimeZone, style: &Style) -> String {
    let (began, ended) = (gap.began.to_zoned(zone.clone()), gap.ended.to_zoned(zone.clone()));
    let began_at = began.strftime("%Y-%m-%d %H:%M:%S");
    let time = match (gap.has_ended(), began.date() == ended.date()) {
        (true, true) => format!("{began_at} – {}", ended.strftime("%H:%M:%S")),
        (true, false) => format!("{began_at} – {}", ended.strftime("%Y-%m-%d %H:%M:%S")),
        (false, _) => format!("since {began_at}"),
    };
    let mut line = Line::new().with(style.stealth, "gap").with(style.dim, "  ").with(style.dim, &time).with(style.dim, "  ");
    line.push_path(style.path, place);
    line.plain("  ");
    line.plain(&gap.cause);
    let mut page = Page::new();
    page.line(line);
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_says_when_where_and_why() {
        let check = |ended: &str, expect: &str| {
            let shown = Gap {
                root: "/srv/wire".into(),
                path: "a.txt".into(),
                began: "2031-05-04T22:00:00Z".parse().unwrap(),
                ended: ended.parse().unwrap(),
                cause: "it cannot be read\u{1b}[2J".to_owned(),
                noted: "2031-05-04T23:00:00Z".parse().unwrap(),
            };
            assert_eq!(gap(&shown, Path::new("wire/a.txt"), &TimeZone::UTC, &Style::plain()), expect);
        };
        check("2031-05-04T22:05:12Z", "gap  2031-05-04 22:00:00 – 22:05:12  wire/a.txt  it cannot be read^[[2J\n");
        check("2031-05-05T01:00:00Z", "gap  2031-05-04 22:00:00 – 2031-05-05 01:00:00  wire/a.txt  it cannot be read^[[2J\n");
        check("2031-05-04T22:00:00Z", "gap  since 2031-05-04 22:00:00  wire/a.txt  it cannot be read^[[2J\n");
    }
}
