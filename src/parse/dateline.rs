//! The line that opens a wire story: `MOSCOW, December 17. /TASS/.`, `LONDON, Oct 3 (Reuters) -`, `PARIS (AP) —`.
//!
//! A dateline is a place, a day and an agency, each of which may be missing, in the order and the punctuation of the
//! agency at hand. The less of it there is, the plainer the rest has to be: see [`Tail::opens_a_story`].

use super::agency;
use super::dates::{self, Day};
use super::place;
use super::words::Words;

/// No dateline is longer than this many bytes.
const LONGEST: usize = 200;

/// What was read, and how many bytes of the text it takes with its closing dash or stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub place: Option<String>,
    pub day: Option<Day>,
    pub agency: Option<String>,
    pub len: usize,
}

/// Reads the dateline that `text` begins with.
pub(super) fn read(text: &str) -> Option<Found> {
    let head = &text[..text.floor_char_boundary(LONGEST)];
    let first = head.chars().next()?;
    if first == '(' {
        return agency_first(head);
    }
    if first.is_ascii_digit() || dates::day_at(head).is_some() {
        return day_first(head);
    }
    if !first.is_uppercase() {
        return None;
    }
    bare_agency_first(head).or_else(|| place_first(head, text))
}

/// `(Reuters) -`, `(ANSA) - ROMA, 17 DIC -`.
fn agency_first(head: &str) -> Option<Found> {
    let mut tail = Tail::new(head);
    tail.bracketed_agency()?;
    tail.dash()?;
    let rest = &head[tail.at..];
    let place = place_first(rest.trim_start(), rest.trim_start()).filter(|found| found.agency.is_none());
    if let Some(found) = place {
        let len = tail.at + (rest.len() - rest.trim_start().len()) + found.len;
        return Some(Found { len, agency: tail.agency, ..found });
    }
    tail.is_known.then_some(Found { place: None, day: None, agency: tail.agency, len: tail.at })
}

/// `Oct 3 (Reuters) -`
fn day_first(head: &str) -> Option<Found> {
    let mut tail = Tail::new(head);
    tail.day()?;
    tail.bracketed_agency()?;
    tail.dash()?;
    tail.is_known.then_some(Found { place: None, day: tail.day, agency: tail.agency, len: tail.at })
}

/// `TASS, December 17.`
fn bare_agency_first(head: &str) -> Option<Found> {
    let (name, _) = head.split_once(',')?;
    let agency = agency::known(name)?;
    let mut tail = Tail { at: name.len(), ..Tail::new(head) };
    tail.day()?;
    tail.stop()?;
    Some(Found { place: None, day: tail.day, agency: Some(agency), len: tail.at })
}

/// A place and what may follow it. The shortest place that is followed by the rest of a dateline is taken.
fn place_first(head: &str, text: &str) -> Option<Found> {
    for end in place_ends(head) {
        let name = &head[..end];
        let mut tail = Tail { at: end, ..Tail::new(head) };
        tail.read();
        if tail.opens_a_story(name, text) {
            let Tail { at, day, agency, .. } = tail;
            let place = name.split([' ', '\u{A0}']).take_while(|word| !word.starts_with(['[', '('])).collect::<Vec<_>>().join(" ");
            return Some(Found { place: Some(place::readable(&place)), day, agency, len: at });
        }
    }
    None
}

/// Where a place name that starts `head` might end: after each of its words, as long as they look like those of a name.
fn place_ends(head: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    for (index, piece) in head.split_inclusive([' ', '\u{A0}']).enumerate() {
        let word = piece.trim_end_matches([' ', '\u{A0}']);
        let bare = word.trim_start_matches(['[', '(']);
        let name = bare.trim_end_matches([',', '.', ':', ']', ')']);
        let is_name = name.chars().next().is_some_and(char::is_uppercase)
            && name.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '/' | '.' | '‑'));
        let is_inner = index > 0 && INNER_WORDS.has(name);
        if index == 9 || !(is_name || is_inner) {
            break;
        }
        if is_name {
            // `D.C.`, and `Mo.` behind a comma: the stop is part of the name.
            let is_abbreviated = name.contains('.') || (name.len() <= 5 && name.contains(char::is_lowercase) && head[..at].ends_with(", "));
            let dot = usize::from(is_abbreviated && bare[name.len()..].starts_with('.'));
            // `Varna (Bulgarie),`, `New Delhi [India],`
            let closing = usize::from(bare[name.len()..].starts_with([']', ')']));
            ends.push(at + word.len() - bare.len() + name.len() + dot + closing);
        }
        at += piece.len();
    }
    ends
}

/// Reads what follows the place: day, agency, closing mark.
struct Tail<'a> {
    head: &'a str,
    at: usize,
    day: Option<Day>,
    agency: Option<String>,
    /// The agency is one that we know by name.
    is_known: bool,
    closing: Closing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    None,
    Dash,
    Stop,
}

impl<'a> Tail<'a> {
    fn new(head: &'a str) -> Tail<'a> {
        Tail { head, at: 0, day: None, agency: None, is_known: false, closing: Closing::None }
    }

    fn read(&mut self) {
        self.day();
        if self.bracketed_agency().is_some() || self.slashed_agency().is_some() || self.bare_agency().is_some() {
            // Some agencies set the day behind their name.
            if self.day.is_none() {
                self.day();
            }
        }
        if self.dash().is_none() {
            self.stop();
        }
    }

    /// Whether place and tail are enough to be sure.
    fn opens_a_story(&self, name: &str, text: &str) -> bool {
        let is_capitals = place::is_capitals(name.split(", ").next().unwrap_or(name));
        let rest = text.get(self.at..).unwrap_or_default();
        let goes_on = rest.trim_start().chars().next().is_some_and(|c| !c.is_lowercase());
        match (&self.agency, self.day, self.closing) {
            // `New Delhi, Dec 17 (PTI) The …`
            (Some(_), day, Closing::None) => self.is_known && (day.is_some() || is_capitals) && goes_on && rest.starts_with(' '),
            // `Paris (AFP) –`, but not `World Health Organization (WHO) –`
            (Some(_), day, _) => !is_preposition(name) && (self.is_known || day.is_some() || is_capitals) && agency::known(name).is_none(),
            // `Geneva, 3 October —`
            (None, Some(_), Closing::Dash) => goes_on,
            // `LONDON, 3 October.`
            (None, Some(_), Closing::Stop) => is_capitals && goes_on && rest.starts_with(' '),
            // `WASHINGTON — The …`
            (None, None, Closing::Dash) => {
                let spaced = rest.starts_with(' ') && self.head[..self.at].contains([' ', '\u{A0}']);
                is_capitals && spaced && !is_signal_word(name) && name.chars().count() > 2 && goes_on && rest.trim().chars().count() >= 40
            }
            _ => false,
        }
    }

    fn rest(&self) -> &'a str {
        &self.head[self.at..]
    }

    fn day(&mut self) -> Option<()> {
        let rest = self.rest();
        let start = rest.trim_start_matches([',', '.', ' ', '\u{A0}']);
        let (day, len) = dates::day_at(start)?;
        self.day = Some(day);
        self.at += rest.len() - start.len() + len;
        Some(())
    }

    /// ` (Reuters)`
    fn bracketed_agency(&mut self) -> Option<()> {
        self.enclosed_agency(self.rest().trim_start_matches([' ', '\u{A0}', ',', '.']), '(', ')')
    }

    /// `. /TASS/`
    fn slashed_agency(&mut self) -> Option<()> {
        self.enclosed_agency(self.rest().trim_start_matches([' ', '\u{A0}', ',', '.']), '/', '/')?;
        // `/TASS Correspondent Ada Quill/`
        let own = self.agency.iter().flat_map(|name| name.split(' ')).find_map(agency::own_spelling);
        self.agency = own.map(str::to_owned).or(self.agency.take());
        Some(())
    }

    fn enclosed_agency(&mut self, start: &'a str, open: char, close: char) -> Option<()> {
        let (name, after) = start.strip_prefix(open)?.split_once(close)?;
        let is_name = name.chars().next().is_some_and(char::is_alphabetic) && name.len() <= 60 && !name.contains(['(', '"', '“', ';', ':']);
        if !is_name {
            return None;
        }
        let known = agency::known(name);
        self.is_known = known.is_some();
        self.agency = Some(known.unwrap_or_else(|| name.to_owned()));
        self.at = self.head.len() - after.len();
        Some(())
    }

    /// `, Kyodo -`, `. INTERFAX.RU -`, `— РИА Новости.`: without brackets only an agency that we know.
    fn bare_agency(&mut self) -> Option<()> {
        let rest = self.rest();
        let start = rest.trim_start_matches([' ', '\u{A0}', ',', '.', '-', '–', '—']);
        if start.len() == rest.len() {
            return None;
        }
        // Two words first: `RIA Novosti` before `RIA`.
        for words in [2, 1] {
            let end = start.match_indices(' ').nth(words - 1).map_or(start.len(), |(end, _)| end);
            let name = start[..end].trim_end_matches(['.', ',', ':']);
            // `HARRISBURG, Pa. (AP)` is in Pennsylvania.
            let is_state = name.len() < 3 && name.contains(char::is_lowercase);
            if let Some(agency) = agency::known(name).filter(|_| !name.is_empty() && !is_state) {
                let after = &start[name.len()..];
                let is_closed = after.starts_with(['.', ',']) || Tail::new(after).dash().is_some();
                if is_closed {
                    self.agency = Some(agency);
                    self.is_known = true;
                    self.at = self.head.len() - after.len();
                    return Some(());
                }
            }
        }
        None
    }

    /// ` -`, ` –`, `--`, `.-`: a lone hyphen needs a space or a stop at its side.
    fn dash(&mut self) -> Option<()> {
        let rest = self.rest();
        let start = rest.trim_start_matches([' ', '\u{A0}', '.']);
        let after = start.trim_start_matches(['-', '–', '—', '―']);
        let dash = &start[..start.len() - after.len()];
        let is_dash = !dash.is_empty() && dash.chars().count() <= 3 && (dash != "-" || start.len() < rest.len() || after.starts_with(' '));
        if !is_dash {
            return None;
        }
        self.at = self.head.len() - after.len();
        self.closing = Closing::Dash;
        Some(())
    }

    fn stop(&mut self) -> Option<()> {
        let rest = self.rest();
        let is_stop = rest.starts_with(['.', ':']) && (rest.len() == 1 || rest[1..].starts_with([' ', '\u{A0}', '\n']));
        if !is_stop {
            return None;
        }
        self.at += 1;
        self.closing = Closing::Stop;
        Some(())
    }
}

/// `In London, Oct 3 (Reuters) -`
fn is_preposition(name: &str) -> bool {
    matches!(name.split(' ').next(), Some("In" | "On" | "At" | "From" | "By" | "To" | "For"))
}

/// Words in capitals that stand before a dash and are no places.
fn is_signal_word(name: &str) -> bool {
    let first = name.split(' ').next().unwrap_or(name);
    SIGNAL_WORDS.has(first)
}

/// The little words inside the names of places.
static INNER_WORDS: Words = Words::new("de da do dos del la le am an der upon of the and y на");

static SIGNAL_WORDS: Words = Words::new(
    "ADVISORY ALERT ANALYSIS ANSWER ATTENTION BREAKING BUG CORRECTED CORRECTION DRAFT EDITORIAL EMBARGOED EXCLUSIVE EXPLAINER
     FACTBOX FAQ FIXME HACK IMPORTANT INTERVIEW KILL LEAD LIVE MANDATORY NB NOTE NOTICE OPINION PROFILE PS QUESTION README
     REFILE REVIEW SPOILER SUMMARY TEST TIP TODO UPDATE URGENT WARNING WATCH WITHDRAWN WRITETHRU",
);

#[cfg(test)]
mod tests {
    use super::*;

    /// The dateline as read, its parts parted by bars, or why there is none.
    fn outline(dateline: &str) -> String {
        let text = format!("{dateline} The harbour was closed on Monday after a storm, the port authority said.");
        let Some(found) = read(&text) else {
            return "none".to_owned();
        };
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let day = found.day.map(|day| day.iso(None));
        format!("{} | {} | {} | {}", &text[..found.len], or_none(found.place), or_none(day), or_none(found.agency))
    }

    #[test]
    fn the_shapes_of_the_agencies() {
        let cases = [
            ("MOSCOW, December 17. /TASS/.", "Moscow", "--12-17", "TASS"),
            ("MOSCOW, December 17 /TASS/.", "Moscow", "--12-17", "TASS"),
            ("ST. PETERSBURG, June 5. /TASS/.", "St. Petersburg", "--06-05", "TASS"),
            ("UNITED NATIONS, September 17. /TASS/.", "United Nations", "--09-17", "TASS"),
            ("TASS, December 17.", "-", "--12-17", "TASS"),
            ("МОСКВА, 17 декабря. /ТАСС/.", "Москва", "--12-17", "ТАСС"),
            ("НИЖНИЙ НОВГОРОД, 3 октября. /ТАСС/.", "Нижний Новгород", "--10-03", "ТАСС"),
            ("LONDON, Oct 3 (Reuters) -", "London", "--10-03", "Reuters"),
            ("WASHINGTON (Reuters) -", "Washington", "-", "Reuters"),
            ("LONDON/PARIS, Oct 3 (Reuters) -", "London/Paris", "--10-03", "Reuters"),
            ("NEW YORK, Sept 30 (Reuters Breakingviews) -", "New York", "--09-30", "Reuters Breakingviews"),
            ("(Reuters) -", "-", "-", "Reuters"),
            ("Oct 3 (Reuters) -", "-", "--10-03", "Reuters"),
            ("KYIV/MOSCOW, Oct 3 (Reuters) –", "Kyiv/Moscow", "--10-03", "Reuters"),
            ("TOKYO (Thomson Reuters Foundation) -", "Tokyo", "-", "Thomson Reuters Foundation"),
            ("PARIS (AP) —", "Paris", "-", "AP"),
            ("AUSTIN, Texas (AP) —", "Austin, Texas", "-", "AP"),
            ("WASHINGTON, D.C. (AP) --", "Washington, D.C.", "-", "AP"),
            ("O'FALLON, Mo. (AP) —", "O'Fallon, Mo.", "-", "AP"),
            ("HARRISBURG, Pa. (AP) —", "Harrisburg, Pa.", "-", "AP"),
            ("TEL AVIV, Israel (AP) —", "Tel Aviv, Israel", "-", "AP"),
            ("ABOARD AIR FORCE ONE (AP) —", "Aboard Air Force One", "-", "AP"),
            ("Paris (AFP) –", "Paris", "-", "AFP"),
            ("PARIS, Oct 3, 2024 (AFP) -", "Paris", "2024-10-03", "AFP"),
            ("Rio de Janeiro, Jan 14, 2025 (AFP) -", "Rio de Janeiro", "2025-01-14", "AFP"),
            ("Paris, 17 déc 2018 (AFP) -", "Paris", "2018-12-17", "AFP"),
            ("MOSCOW. Dec 17 (Interfax) -", "Moscow", "--12-17", "Interfax"),
            ("Москва. 17 декабря. ИНТЕРФАКС -", "Москва", "--12-17", "Интерфакс"),
            ("Москва. 17 декабря. INTERFAX.RU -", "Москва", "--12-17", "Interfax"),
            ("BEIJING, Oct. 3 (Xinhua) --", "Beijing", "--10-03", "Xinhua"),
            ("UNITED NATIONS, Oct. 3 (Xinhua) --", "United Nations", "--10-03", "Xinhua"),
            ("Berlin (dpa) -", "Berlin", "-", "dpa"),
            ("Frankfurt am Main (dpa/lhe) –", "Frankfurt am Main", "-", "dpa/lhe"),
            ("МОСКВА, 17 дек — РИА Новости.", "Москва", "--12-17", "РИА Новости"),
            ("MOSCOW, December 17 (RIA Novosti) –", "Moscow", "--12-17", "RIA Novosti"),
            ("MOSCOW (Sputnik) —", "Moscow", "-", "Sputnik"),
            ("TOKYO, Dec. 17, Kyodo -", "Tokyo", "--12-17", "Kyodo"),
            ("TOKYO (Kyodo) --", "Tokyo", "-", "Kyodo"),
            ("(ANSA) - ROMA, 17 DIC -", "Roma", "--12-17", "ANSA"),
            ("(ANSA) - Rome, December 17 -", "Rome", "--12-17", "ANSA"),
            ("SEOUL, Dec. 17 (Yonhap) --", "Seoul", "--12-17", "Yonhap"),
            ("Madrid, 17 dic (EFE).-", "Madrid", "--12-17", "EFE"),
            ("New Delhi, Dec 17 (PTI)", "New Delhi", "--12-17", "PTI"),
            ("New Delhi [India], December 17 (ANI):", "New Delhi", "--12-17", "ANI"),
            ("Varna (Bulgarie), 3 oct 2024 (AFP) -", "Varna", "2024-10-03", "AFP"),
            ("MOSCOW, December 17. /TASS Correspondent Ada Quill/.", "Moscow", "--12-17", "TASS"),
            ("Kyiv. Dec 17 (Interfax-Ukraine) –", "Kyiv", "--12-17", "Interfax-Ukraine"),
            ("Lisboa, 17 dez 2018 (Lusa) -", "Lisboa", "2018-12-17", "Lusa"),
            ("WASHINGTON, Dec. 17 (UPI) --", "Washington", "--12-17", "UPI"),
            ("Wien (APA) -", "Wien", "-", "APA"),
            ("ABU DHABI, 17th December, 2018 (WAM) --", "Abu Dhabi", "2018-12-17", "WAM"),
            ("Tehran, Dec 17, IRNA –", "Tehran", "--12-17", "IRNA"),
            ("ASTANA. December 17. KAZINFORM –", "Astana", "--12-17", "Kazinform"),
            ("KUALA LUMPUR, Dec 17 (Bernama) --", "Kuala Lumpur", "--12-17", "Bernama"),
            ("GENEVA, 3 October —", "Geneva", "--10-03", "-"),
            ("Geneva, 3 October –", "Geneva", "--10-03", "-"),
            ("LONDON, 3 October.", "London", "--10-03", "-"),
            ("WASHINGTON —", "Washington", "-", "-"),
            ("MEXICO CITY —", "Mexico City", "-", "-"),
            ("GENEVA, 3 October 2024 (UN News) —", "Geneva", "2024-10-03", "UN News"),
            ("PORT-AU-PRINCE, Oct 3 (Bayside Wire) -", "Port-au-Prince", "--10-03", "Bayside Wire"),
            ("КИЇВ. 3 жовтня. УКРІНФОРМ –", "Київ", "--10-03", "Укрінформ"),
        ];
        for (dateline, place, date, agency) in cases {
            assert_eq!(outline(dateline), format!("{dateline} | {place} | {date} | {agency}"));
        }
    }

    #[test]
    fn what_only_looks_like_one() {
        #[track_caller]
        fn check_none(text: &str) {
            assert_eq!(read(text), None, "in {text:?}");
        }
        check_none("");
        check_none("The World Health Organization (WHO) — the United Nations agency — said so on Monday.");
        check_none("Paris, December 17 was a cold day, and nobody came to the square in front of the town hall.");
        check_none("Moscow. December was cold.");
        check_none("BREAKING — The harbour was closed on Monday after a storm, the port authority said.");
        check_none("NOTE - The harbour was closed on Monday after a storm, the port authority said.");
        check_none("PARIS — a love story");
        check_none("Hamburg — The harbour was closed on Monday after a storm, the port authority said.");
        check_none("(Adds quote, background) - and more");
        check_none("(see page 5) — The harbour was closed");
        check_none("On October 3 the harbour was closed.");
        check_none("January 3 was warm.");
        check_none("In London, Oct 3 (Reuters) - not at the start.");
        check_none("U.S. President Ada Quill said (Reuters) - nothing");
        check_none("fn main() -> Result<()> {");
        check_none("Reuters (Reuters) - The agency");
    }
}
