//! The picture in README.md: real output of the real binary, drawn as SVG.
//!
//! `UPDATE_GOLDEN=1 cargo test picture` draws it anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::newsroom::Newsroom;

/// The clock of the picture: the times at which this test happens to run would make a new picture each time.
const TIMES: [&str; 9] = ["17:30:05", "15:45:12", "14:00:31", "13:20:44", "12:00:18", "11:15:09", "10:30:27", "09:05:51", "08:10:36"];

fn seed(newsroom: &Newsroom, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    newsroom.write(&format!("wire/{name}"), std::fs::read(path).unwrap());
}

/// Puts fixed times for the real ones: a log's in order, a diff's as the first two of the day.
fn fix_times(text: &str, times: &[&str]) -> String {
    let day = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d").to_string();
    let mut fixed = String::new();
    let mut times = times.iter().cycle();
    let mut parts = text.split(&day);
    fixed.push_str(parts.next().unwrap_or_default());
    for part in parts {
        write!(fixed, "2026-11-22 {}{}", times.next().unwrap(), &part[" 00:00:00".len()..]).unwrap();
    }
    fixed
}

#[test]
fn the_picture_in_the_readme_shows_what_newswatch_prints() {
    let newsroom = Newsroom::new();
    for name in [
        "harbour-ferry.txt",
        "oslo-talks.txt",
        "city-budget.txt",
        "rail-merger.txt",
        "glacier-lake.md",
        "vaccine-recall.txt",
        "nile-bridge.txt",
    ] {
        seed(&newsroom, name);
    }
    let scan = || newsroom.stdout(&["scan", "wire"]);
    scan();
    let ferry = "wire/harbour-ferry.txt";
    newsroom.edit(ferry, "12 dead", "15 dead");
    newsroom.edit(ferry, "At least 12 people", "At least 15 people");
    newsroom.edit(ferry, "We saw the lights far too late", "We saw the lights too late");
    newsroom.edit(ferry, "UPDATE 2-", "UPDATE 3-");
    scan();
    newsroom.edit("wire/glacier-lake.md", "ordered 2,700 people", "ordered 3,100 people");
    scan();
    newsroom.edit("wire/oslo-talks.txt", "something that hurt", "something of value");
    scan();
    newsroom.edit("wire/oslo-talks.txt", "Norwegian Deputy Foreign Minister", "Norwegian Foreign Minister");
    scan();
    let text = std::fs::read_to_string(newsroom.path(ferry)).unwrap();
    newsroom.write(ferry, text.replace("Velkova", "Velikova"));
    scan();
    newsroom.edit("wire/vaccine-recall.txt", "Drug maker recalls 48,000", "CORRECTED-Drug maker recalls 84,000");
    newsroom.edit("wire/vaccine-recall.txt", "recalling 48,000", "recalling 84,000");
    scan();
    newsroom.edit("wire/city-budget.txt", "\"It is the only quiet room I have,\"", "“It is the only quiet room I have,”");
    scan();
    newsroom.rename("wire/nile-bridge.txt", "wire/nile-bridge-final.txt");
    scan();
    newsroom.remove("wire/rail-merger.txt");
    scan();

    let mut screen = String::new();
    let mut show = |arguments: &[&str], times: &[&str]| {
        let output = newsroom.stdout(&[&["--color", "always"], arguments].concat());
        write!(
            screen,
            "\u{1b}[1m$ newswatch {}\u{1b}[0m\n{}\n",
            arguments.join(" "),
            fix_times(&String::from_utf8(output).unwrap(), times)
        )
        .unwrap();
    };
    show(&["log", "--oneline", "-n", "9"], &TIMES);
    show(&["diff", ferry, "1..2"], &["08:02:13", "08:10:36"]);
    // The one line that is wider than a screen is cut as a terminal would have it.
    let screen: String = screen.lines().map(|line| cut(line, 132) + "\n").collect();
    let picture = anstyle_svg::Term::new().render_svg(&screen);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/readme.svg");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(&golden).unwrap();
    assert!(kept == picture, "the picture is not what newswatch prints now: look at the change, then draw it anew with UPDATE_GOLDEN=1");
}

/// A line of at most so many columns; escape sequences count for nothing.
fn cut(line: &str, columns: usize) -> String {
    let (mut shown, mut width, mut escape) = (String::new(), 0, false);
    for c in line.chars() {
        escape |= c == '\u{1b}';
        if escape {
            shown.push(c);
            escape = c != 'm';
        } else if width < columns {
            width += 1;
            shown.push(if width == columns { '…' } else { c });
        }
    }
    shown
}
