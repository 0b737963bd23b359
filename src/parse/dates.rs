//! Dates as datelines, bylines and front matter write them, in the languages of the big agencies.

use super::words::Words;
use jiff::civil::Date;

/// A day of the year, with its year where the text gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Day {
    /// `None` where there is no such day.
    fn new(year: Option<i16>, month: i8, day: i8) -> Option<Day> {
        // Without a year, February 29 has to be let through.
        Date::new(year.unwrap_or(2000), month, day).ok()?;
        Some(Day { year, month, day })
    }

    /// The date, where the text gives the year.
    pub(super) fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    /// ISO 8601: `2018-12-17`. Where the text gives no year, the one that comes nearest to `anchor`; without an anchor `--12-17`.
    pub(super) fn iso(self, anchor: Option<Date>) -> String {
        match self.date().or_else(|| self.nearest(anchor?)) {
            Some(date) => date.to_string(),
            None => format!("--{:02}-{:02}", self.month, self.day),
        }
    }

    /// A story of December 31 may carry a document date of January 1.
    fn nearest(self, anchor: Date) -> Option<Date> {
        [anchor.year() - 1, anchor.year(), anchor.year().saturating_add(1)]
            .into_iter()
            .filter_map(|year| Date::new(year, self.month, self.day).ok())
            .min_by_key(|date| (date.duration_since(anchor).abs(), *date))
    }
}

/// Reads a day at the very start of `text`: what it is, and how many bytes it takes. A weekday in front is part of it.
pub(super) fn day_at(text: &str) -> Option<(Day, usize)> {
    let mut scan = Scan { text, at: 0 };
    scan.weekday();
    let day = scan.iso().or_else(|| scan.numeric()).or_else(|| scan.month_first()).or_else(|| scan.day_first())?;
    Some((day, scan.at))
}

/// The first day in `text`, wherever it stands, that has a year.
pub(super) fn find_date(text: &str) -> Option<Date> {
    let starts = text.char_indices().scan(' ', |previous, (at, c)| {
        let is_start = c.is_alphanumeric() && !previous.is_alphanumeric();
        *previous = c;
        Some((at, is_start))
    });
    starts.filter(|&(_, is_start)| is_start).find_map(|(at, _)| day_at(&text[at..])?.0.date())
}

/// The number of the month that `word` names, in full or short, without its dot.
pub(super) fn month(word: &str) -> Option<i8> {
    // Longest word: `septiembre`.
    if word.len() > 24 {
        return None;
    }
    with_lower(word, month_of)
}

fn month_of(lower: &str) -> Option<i8> {
    let number = match lower {
        "january" | "jan" | "januar" | "jänner" | "janvier" | "janv" | "enero" | "ene" | "gennaio" | "gen" | "janeiro" | "января"
        | "янв" | "січня" => 1,
        "february" | "feb" | "februar" | "février" | "fév" | "févr" | "febrero" | "febbraio" | "fevereiro" | "fev" | "февраля" | "фев"
        | "лютого" => 2,
        "march" | "mar" | "märz" | "mars" | "marzo" | "março" | "марта" | "мар" | "березня" => 3,
        "april" | "apr" | "avril" | "avr" | "abril" | "abr" | "aprile" | "апреля" | "апр" | "квітня" => 4,
        "may" | "mai" | "mayo" | "maggio" | "mag" | "maio" | "мая" | "травня" => 5,
        "june" | "jun" | "juni" | "juin" | "junio" | "giugno" | "giu" | "junho" | "июня" | "июн" | "червня" => 6,
        "july" | "jul" | "juli" | "juillet" | "juil" | "julio" | "luglio" | "lug" | "julho" | "июля" | "июл" | "липня" => 7,
        "august" | "aug" | "août" | "agosto" | "ago" | "августа" | "авг" | "серпня" => 8,
        "september" | "sept" | "sep" | "septembre" | "septiembre" | "settembre" | "set" | "setembro" | "сентября" | "сен" | "вересня" => {
            9
        }
        "october" | "oct" | "oktober" | "okt" | "octobre" | "octubre" | "ottobre" | "ott" | "outubro" | "out" | "октября" | "окт"
        | "жовтня" => 10,
        "november" | "nov" | "novembre" | "noviembre" | "novembro" | "ноября" | "ноя" | "листопада" => 11,
        "december" | "dec" | "dezember" | "dez" | "décembre" | "déc" | "diciembre" | "dic" | "dicembre" | "dezembro" | "декабря"
        | "дек" | "грудня" => 12,
        _ => return None,
    };
    Some(number)
}

/// Calls `see` with the word in lower case, which for most words needs no memory of its own.
fn with_lower<T>(word: &str, see: impl FnOnce(&str) -> T) -> T {
    let mut buffer = [0; 32];
    match buffer.get_mut(..word.len()) {
        Some(buffer) if word.is_ascii() => {
            buffer.copy_from_slice(word.as_bytes());
            buffer.make_ascii_lowercase();
            see(std::str::from_utf8(buffer).unwrap_or_default())
        }
        _ => see(&word.to_lowercase()),
    }
}

/// Whether `word` names a day of the week, in full or short, without its dot.
pub(super) fn is_weekday(word: &str) -> bool {
    if word.len() > 24 {
        return false;
    }
    WEEKDAYS.has_lower(word)
}

/// Walks over the parts of a date. A reader that fails leaves the place where it was.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn attempt<T>(&mut self, read: impl FnOnce(&mut Scan<'a>) -> Option<T>) -> Option<T> {
        let before = self.at;
        let result = read(self);
        if result.is_none() {
            self.at = before;
        }
        result
    }

    fn eat(&mut self, text: &str) -> Option<()> {
        self.rest().starts_with(text).then(|| self.at += text.len())
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\u{A0}']).len();
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let len = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        self.at += len;
        (len > 0).then(|| &rest[..len])
    }

    /// A number of `min` to `max` digits that ends there.
    fn number(&mut self, min: usize, max: usize) -> Option<i16> {
        let rest = self.rest();
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        if len < min || len > max {
            return None;
        }
        self.at += len;
        rest[..len].parse().ok()
    }

    fn weekday(&mut self) {
        self.attempt(|scan| {
            is_weekday(scan.word()?).then_some(())?;
            scan.eat(".");
            scan.eat(",");
            scan.spaces();
            Some(())
        });
    }

    fn month(&mut self) -> Option<i8> {
        month(self.word()?)
    }

    /// `2018-12-17`, also before a time.
    fn iso(&mut self) -> Option<Day> {
        self.attempt(|scan| {
            let year = scan.number(4, 4)?;
            scan.eat("-")?;
            let month = scan.number(2, 2)?;
            scan.eat("-")?;
            let day = scan.number(2, 2)?;
            Day::new(Some(year), i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        })
    }

    /// `17.12.2018`; `17/12/2018` only where one of the two cannot be a month.
    fn numeric(&mut self) -> Option<Day> {
        self.attempt(|scan| {
            let first = i8::try_from(scan.number(1, 2)?).ok()?;
            let dotted = scan.eat(".").is_some();
            if !dotted {
                scan.eat("/")?;
            }
            let second = i8::try_from(scan.number(1, 2)?).ok()?;
            scan.eat(if dotted { "." } else { "/" })?;
            let year = Some(scan.number(4, 4)?);
            match (dotted, first > 12, second > 12) {
                (true, ..) | (false, true, false) => Day::new(year, second, first),
                (false, false, true) => Day::new(year, first, second),
                _ => None,
            }
        })
    }

    /// `December 17`, `Dec. 17th, 2018`.
    fn month_first(&mut self) -> Option<Day> {
        self.attempt(|scan| {
            let month = scan.month()?;
            scan.eat(".");
            scan.spaces();
            let day = scan.day()?;
            let year = scan.year();
            Day::new(year, month, day)
        })
    }

    /// `17 December 2018`, `17. Dezember`, `1er octobre`, `17 de diciembre de 2018`.
    fn day_first(&mut self) -> Option<Day> {
        self.attempt(|scan| {
            let day = scan.day()?;
            scan.eat(".");
            scan.spaces();
            scan.attempt(|scan| {
                let word = scan.word()?;
                scan.spaces();
                (word == "de" || word == "of").then_some(())
            });
            let month = scan.month()?;
            let year = scan.year();
            Day::new(year, month, day)
        })
    }

    fn day(&mut self) -> Option<i8> {
        let day = i8::try_from(self.number(1, 2)?).ok()?;
        self.attempt(|scan| matches!(scan.word()?, "st" | "nd" | "rd" | "th" | "er").then_some(()));
        Some(day)
    }

    fn year(&mut self) -> Option<i16> {
        self.attempt(|scan| {
            // The dot of `17 Dec. 2018`; without a year behind it, it is the stop of the dateline.
            scan.eat(".");
            scan.eat(",");
            scan.spaces();
            scan.attempt(|scan| {
                let word = scan.word()?;
                scan.spaces();
                (word == "de").then_some(())
            });
            let year = scan.number(4, 4)?;
            (1600..=2200).contains(&year).then_some(year)
        })
    }
}

/// In full or short, as the languages of the datelines have them.
static WEEKDAYS: Words = Words::new(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun montag dienstag
     mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
     miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica понедельник вторник
     среда четверг пятница суббота воскресенье",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read() {
        let check = |text: &str, iso: &str, rest: &str| {
            let (day, len) = day_at(text).unwrap_or_else(|| panic!("no day in {text:?}"));
            assert_eq!((day.iso(None).as_str(), &text[len..]), (iso, rest), "in {text:?}");
        };
        check("December 17. /TASS/.", "--12-17", ". /TASS/.");
        check("Dec. 17 (Xinhua)", "--12-17", " (Xinhua)");
        check("Dec 17, 2018 (AFP)", "2018-12-17", " (AFP)");
        check("Sept. 3rd, 2024 -", "2024-09-03", " -");
        check("Monday, December 17, 2018, 14:30", "2018-12-17", ", 14:30");
        check("Mon 17 Dec 2018 10.30 GMT", "2018-12-17", " 10.30 GMT");
        check("3 October —", "--10-03", " —");
        check("17. Dezember 2018", "2018-12-17", "");
        check("1er octobre 2024", "2024-10-01", "");
        check("17 de diciembre de 2018", "2018-12-17", "");
        check("3 de outubro", "--10-03", "");
        check("17 DIC - x", "--12-17", " - x");
        check("17 декабря. /ТАСС/.", "--12-17", ". /ТАСС/.");
        check("17 грудня 2018 року", "2018-12-17", " року");
        check("2018-12-17T10:00:00Z", "2018-12-17", "T10:00:00Z");
        check("17.12.2018 10:00", "2018-12-17", " 10:00");
        check("17/12/2018", "2018-12-17", "");
        check("12/17/2018", "2018-12-17", "");
        check("Feb. 29 (AP)", "--02-29", " (AP)");
    }

    #[test]
    fn what_is_no_day_is_left_alone() {
        for text in
            ["", "Dec", "December 32", "17", "17 men", "2018-13-01", "03/04/2018", "Feb 29, 2023", "Marchers 12", "May, 12", "100 May 3"]
        {
            assert_eq!(day_at(text), None, "in {text:?}");
        }
    }

    #[test]
    fn a_year_is_taken_from_the_nearest_anchor() {
        let check = |text: &str, anchor: &str, iso: &str| {
            let anchor: Date = anchor.parse().unwrap();
            assert_eq!(day_at(text).unwrap().0.iso(Some(anchor)), iso, "{text} from {anchor}");
        };
        check("Dec 17", "2018-12-17", "2018-12-17");
        check("Dec 31", "2019-01-01", "2018-12-31");
        check("Jan 1", "2018-12-31", "2019-01-01");
        check("Feb 29", "2023-03-01", "2024-02-29");
        check("Dec 17, 2015", "2018-12-17", "2015-12-17");
    }

    #[test]
    fn a_date_is_found_anywhere_in_a_line() {
        assert_eq!(find_date("Published: 17 December 2018, 10:30 GMT"), Date::new(2018, 12, 17).ok());
        assert_eq!(find_date("Updated on Dec. 3, 2024 at 5 p.m."), Date::new(2024, 12, 3).ok());
        assert_eq!(find_date("Updated at 5 p.m. on December 3"), None);
        assert_eq!(find_date("Ident 1234567890-12-12"), None);
    }
}
