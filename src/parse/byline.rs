//! Who wrote it and when: `By Jane Doe and John Roe, Reuters`, `Published: 17 December 2018`, `(Reporting by …; Editing by …)`.

use jiff::civil::Date;

use super::words::Words;
use super::{agency, dates};

/// No byline is longer than this many bytes.
const LONGEST: usize = 160;

/// A line that is a byline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Byline {
    /// The day that the line gives, with its year.
    pub date: Option<Date>,
    /// The day is that of a later update.
    pub is_update: bool,
}

/// Reads a line above the body: names, or the day of publication.
pub(super) fn read(line: &str) -> Option<Byline> {
    if line.len() > LONGEST {
        return None;
    }
    dated(line).or_else(|| (is_signed(line) || is_agency_line(line)).then(|| Byline { date: dates::find_date(line), is_update: false }))
}

/// Whether a line is only what somebody does, and where: `Economics editor`, `Political correspondent, Leeds`.
pub(super) fn is_job(line: &str) -> bool {
    const MOST_WORDS: usize = 6;
    let job = line.split(',').next().unwrap_or(line).trim();
    line.split(' ').count() <= MOST_WORDS && job.rsplit(' ').next().is_some_and(|last| JOBS.has(last))
}

/// Whether a paragraph at the end of a story only names those who made it.
pub(super) fn is_credit(paragraph: &str) -> bool {
    if paragraph.len() > 600 {
        return false;
    }
    let bare = paragraph.trim_start_matches(['(', '[', '*', '_', ' ']);
    let is_named = [
        "Reporting by ",
        "Additional reporting by ",
        "Additional reporting ",
        "Writing by ",
        "Editing by ",
        "Reporting and writing by ",
        "Compiled by ",
        "Translated by ",
        "Translation by ",
        "Written by ",
        "Produced by ",
        "Graphic by ",
        "Graphics by ",
        "Reported by ",
        "Edited by ",
        "Reporting and editing by ",
        "Writing and editing by ",
        "Redigiert von ",
        "Geschrieben von ",
        "Bericht von ",
    ]
    .into_iter()
    .any(|opening| bare.starts_with(opening));
    let is_thanks = paragraph.len() <= 300 && paragraph.trim_end_matches(['.', ' ']).ends_with("contributed to this report");
    is_named || is_thanks || is_initials(paragraph)
}

/// Whether a line marks the end of a story and says nothing: `-30-`, `###`, `ENDS`.
pub(super) fn is_end_mark(line: &str) -> bool {
    let bare = line.trim_matches(['-', '–', '—', '(', ')', '/', '*', ' ', '=']);
    matches!(bare, "30" | "END" | "ENDS" | "End" | "Ends" | "ends" | "end") && (bare != line || bare == "ENDS" || bare == "END")
        || matches!(line, "###" | "# # #" | "XXX" | "==Kyodo")
}

/// `bur/jd/abc`: how AFP's desks sign.
fn is_initials(line: &str) -> bool {
    line.len() <= 30
        && line.contains('/')
        && line != "and/or"
        && line.split('/').all(|part| (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// `Published: 17 December 2018`, `Updated 5:12 p.m. EST, Dec. 17, 2018`, or nothing but a day and a time.
fn dated(line: &str) -> Option<Byline> {
    let lower = line.to_lowercase();
    let (is_update, label) = DATE_LABELS
        .iter()
        .find(|(_, label)| lower.strip_prefix(label).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && !rest.is_empty()))
        .map_or((false, None), |&(is_update, label)| (is_update, Some(label)));
    let Some(label) = label else {
        let (day, len) = dates::day_at(line)?;
        return is_clock(&line[len..]).then(|| Byline { date: day.date(), is_update: false });
    };
    // Lower case may be longer or shorter in bytes than the line itself: cut the line by characters.
    let cut = line.char_indices().nth(label.chars().count()).map_or(line.len(), |(at, _)| at);
    let rest = line[cut..].trim_start_matches([':', ' ', '-', '–', '—', '\u{A0}']);
    let date = dates::find_date(rest);
    (date.is_some() || is_clock(rest) || dates::day_at(rest).is_some_and(|(_, len)| is_clock(&rest[len..])))
        .then_some(Byline { date, is_update })
}

/// The longer ones before those that they begin with; `true` for the words of an update.
const DATE_LABELS: &[(bool, &str)] = &[
    (false, "first published on"),
    (false, "first published"),
    (false, "published on"),
    (false, "published at"),
    (false, "published"),
    (true, "last updated on"),
    (true, "last updated"),
    (true, "last modified"),
    (true, "updated on"),
    (true, "updated at"),
    (true, "updated"),
    (false, "posted on"),
    (false, "posted"),
    (false, "issued"),
    (false, "filed"),
    (false, "release date"),
    (false, "publication date"),
    (false, "date"),
    (true, "modified"),
    (false, "veröffentlicht am"),
    (false, "veröffentlicht"),
    (true, "aktualisiert am"),
    (true, "aktualisiert"),
    (true, "stand"),
    (false, "publié le"),
    (true, "mis à jour le"),
    (false, "publicado el"),
    (false, "publicado em"),
    (false, "publicado"),
    (true, "actualizado el"),
    (true, "actualizado"),
    (true, "atualizado em"),
    (true, "atualizado"),
    (false, "pubblicato il"),
    (false, "pubblicato"),
    (true, "aggiornato il"),
    (true, "aggiornato"),
    (false, "опубликовано"),
    (true, "обновлено"),
    (false, "дата"),
    (false, "опубліковано"),
    (true, "оновлено"),
];

/// Whether `text` is at most a time of day with its zone: ` 10.30 GMT`, `, 14:32`, ` at 5 p.m. EST`.
fn is_clock(text: &str) -> bool {
    text.len() <= 40
        && text.split([' ', ',', '|', '\u{A0}', '(', ')', '-', '–', '—']).filter(|word| !word.is_empty()).all(|word| {
            let is_time = word.bytes().any(|byte| byte.is_ascii_digit())
                && word
                    .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'T' | b'+' | b'Z'));
            let is_zone = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
            is_time || is_zone || AROUND_TIMES.has(word)
        })
}

/// `By JANE DOE`, `By Jane Doe and John Roe, Reuters`, `Von Max Muster`, `Автор: …`.
fn is_signed(line: &str) -> bool {
    let openings = [
        "By: ",
        "By ",
        "BY ",
        "by ",
        "Written by ",
        "Story by ",
        "Reported by ",
        "Reporting by ",
        "Text by ",
        "Words by ",
        "Author: ",
        "Authors: ",
        "Byline: ",
        "Von ",
        "VON ",
        "Par ",
        "PAR ",
        "Por ",
        "POR ",
        "Di ",
        "DI ",
        "Da ",
        "Autor: ",
        "Autorin: ",
        "Auteur : ",
        "Autore: ",
        "Автор: ",
        "Авторы: ",
        "Текст: ",
    ];
    let Some(rest) = openings.into_iter().find_map(|opening| line.strip_prefix(opening)) else {
        return false;
    };
    let names_end = rest.find([',', '|', ';', '–', '—', '(', '•', '·']).unwrap_or(rest.len());
    let (names, title) = rest.split_at(names_end);
    is_names(names) && is_title(title)
}

/// Names joined by `and` and the like; at least one word, none of them an ordinary word.
pub(super) fn is_names(text: &str) -> bool {
    let mut names = 0;
    let are_all = text.split([' ', '\u{A0}']).filter(|word| !word.is_empty()).all(|word| {
        let is_joint = BETWEEN_NAMES.has(word)
            || word.starts_with("al-")
            || word.starts_with("el-")
            || word.starts_with("d'")
            || word.starts_with("d’");
        let is_name = word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
            && !word.trim_end_matches('.').is_empty()
            && !is_never_a_name(word);
        names += usize::from(is_name);
        is_joint || is_name
    });
    let ends_plain = text.trim_end().rsplit(' ').next().is_none_or(|last| !last.ends_with('.') || last.chars().count() <= 3);
    are_all && ends_plain && (1..=14).contains(&names)
}

/// Capitalized words that open an ordinary sentence after `By`, `Par`, `Da`.
fn is_never_a_name(word: &str) -> bool {
    dates::is_weekday(word) || OPENERS.has(word)
}

/// What may follow the names: posts, agencies, places, days: short phrases, not a sentence.
fn is_title(text: &str) -> bool {
    let is_sentence =
        text.trim_end().ends_with(['.', '!', '?', ':', ',']) && !text.trim_end().ends_with("p.m.") && !text.trim_end().ends_with("a.m.");
    !is_sentence && text.split([',', '|', ';']).all(|phrase| phrase.split_whitespace().count() <= 8)
}

/// `Reuters`, `Reuters Staff`, `The Associated Press`, `Jane Doe, Reuters`, `Jane Doe | AP`.
fn is_agency_line(line: &str) -> bool {
    let bare = line.strip_suffix(" Staff").or_else(|| line.strip_suffix(" staff")).unwrap_or(line);
    let bare = bare.strip_prefix("The ").unwrap_or(bare);
    let is_own = agency::own_spelling(bare).is_some_and(|own| own == bare || own.to_uppercase() == bare);
    if is_own && bare.len() >= 3 {
        return true;
    }
    let parts = line.rsplit_once(',').or_else(|| line.rsplit_once('|'));
    parts.is_some_and(|(names, house)| {
        agency::known(house.trim()).is_some_and(|own| own == house.trim()) && is_names(names) && names.contains(' ')
    })
}

static JOBS: Words = Words::new(
    "editor correspondent reporter writer columnist journalist staff Editor Correspondent Reporter Writer Columnist Journalist Staff",
);

/// What stands between the parts of a time: `at`, `p.m.`, `Uhr`.
static AROUND_TIMES: Words = Words::new("at am pm a.m. p.m. um Uhr à a las alle ore às в о . year г. года року");

/// What may stand between and inside names.
static BETWEEN_NAMES: Words =
    Words::new("and in of for with the at und et y e i и та & + / van von de der den da do dos di du del la le bin ibn al el aus à en em");

/// Capitalized words that open an ordinary sentence.
static OPENERS: Words = Words::new("The A An This That These All Far Now Then Most His Her Their Our I");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines() {
        let check = |line: &str, date: &str, is_update: bool| {
            let expect = Byline { date: date.parse().ok(), is_update };
            assert_eq!(read(line), Some(expect), "for {line:?}");
        };
        check("By JANE DOE", "", false);
        check("By Jane Doe and John Roe, Reuters", "", false);
        check("By Jane Doe | AP", "", false);
        check("By Ana de la Torre, Chief Political Correspondent", "", false);
        check("By Jean-Luc O'Hara in Kyiv and Li Wei in Beijing", "", false);
        check("By J. R. van der Berg, AP Science Writer", "", false);
        check("by Jane Doe", "", false);
        check("BY JANE DOE AND JOHN ROE", "", false);
        check("By Jane Doe, 17 December 2018", "2018-12-17", false);
        check("By: Jane Doe", "", false);
        check("Story by Jane Doe", "", false);
        check("Von Max Huber und Eva Lind, Wien", "", false);
        check("Par Anne Rivot", "", false);
        check("Por Lucía Quispe", "", false);
        check("Автор: Анна Лебедева", "", false);
        check("Reuters", "", false);
        check("Reuters Staff", "", false);
        check("The Associated Press", "", false);
        check("Jane Doe, Reuters", "", false);
        check("Jane Doe | AP", "", false);
        check("Published: 17 December 2018", "2018-12-17", false);
        check("Published 10:30 GMT, 3 Oct 2024", "2024-10-03", false);
        check("First published on Oct. 3, 2024", "2024-10-03", false);
        check("Updated 5:12 p.m. EST, Dec. 17, 2018", "2018-12-17", true);
        check("Last updated: 17 Dec 2018 10.30 GMT", "2018-12-17", true);
        check("Updated at 10:30", "", true);
        check("Veröffentlicht am 17. Dezember 2018", "2018-12-17", false);
        check("Publié le 1er octobre 2024 à 10:30", "2024-10-01", false);
        check("Опубликовано: 17 декабря 2018 г.", "2018-12-17", false);
        check("17 December 2018", "2018-12-17", false);
        check("Mon 17 Dec 2018 10.30 GMT", "2018-12-17", false);
        check("December 17, 2018, 14:30 UTC", "2018-12-17", false);
        check("17 Dec, 14:32", "", false);
        check("2018-12-17", "2018-12-17", false);
    }

    #[test]
    fn what_is_no_byline() {
        for line in [
            "By Friday the water had reached the second floor.",
            "By the time they came",
            "By Monday",
            "By far the largest ship",
            "by and large",
            "Par for the course",
            "Da capo",
            "Updated rules for ships",
            "Published: a memoir",
            "December 17 is a Monday",
            "17 December 2018 was a Monday",
            "Stand by",
            "Date palms",
            "Paris, Reuters said",
            "AP NEWS",
            "Jane Doe",
        ] {
            assert_eq!(read(line), None, "for {line:?}");
        }
    }

    #[test]
    fn credits_and_end_marks() {
        for line in [
            "(Reporting by Jane Doe in London; Editing by John Roe)",
            "Reporting by Jane Doe; additional reporting by Li Wei",
            "Associated Press writer Ben Oduya contributed to this report.",
            "bur/nh/dv",
            "(Writing by Jane Doe)",
        ] {
            assert!(is_credit(line), "for {line:?}");
        }
        for line in ["Reporting was slow.", "and/or", "The fans contributed to this record."] {
            assert!(!is_credit(line), "for {line:?}");
        }
        for line in ["-30-", "- 30 -", "###", "ENDS", "-ends-", "(END)", "/END/", "# # #"] {
            assert!(is_end_mark(line), "for {line:?}");
        }
        for line in ["30", "end", "End of the road", "- 31 -", ""] {
            assert!(!is_end_mark(line), "for {line:?}");
        }
    }
}
