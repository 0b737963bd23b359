//! The place of a dateline as a reader would write it: `Rio de Janeiro` for `RIO DE JANEIRO`.

use super::words::Words;

/// Turns the capitals that agencies set places in into ordinary spelling. What is not in capitals stays as it is.
pub(super) fn readable(place: &str) -> String {
    let mut out = String::with_capacity(place.len());
    for (index, part) in place.split(", ").enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        // `TX`, `UK`, `D.C.`: behind the comma, short capitals are an abbreviation.
        let is_abbreviation = index > 0 && part.chars().filter(|c| c.is_alphabetic()).count() <= 3;
        if is_abbreviation || !is_capitals(part) {
            out.push_str(part);
        } else {
            push_title_case(&mut out, part);
        }
    }
    out
}

/// Whether `text` has letters and all of them are capitals.
pub(super) fn is_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

/// Splits at spaces, hyphens and slashes and keeps them.
fn push_title_case(out: &mut String, part: &str) {
    let mut is_first = true;
    let mut previous = "";
    for piece in part.split_inclusive([' ', '-', '/']) {
        let word = piece.trim_end_matches([' ', '-', '/']);
        let is_new_place = is_first || previous.ends_with('/');
        if !is_new_place && is_particle(word) {
            out.push_str(&word.to_lowercase());
        } else {
            push_word(out, word);
        }
        out.push_str(&piece[word.len()..]);
        previous = piece;
        is_first = false;
    }
}

fn push_word(out: &mut String, word: &str) {
    // `D.C.`, `U.N.`
    if word.contains('.') && word.split('.').all(|piece| piece.chars().count() <= 1)
        || matches!(word, "UN" | "EU" | "UK" | "US" | "USA" | "UAE")
    {
        out.push_str(word);
        return;
    }
    let mut start = 0;
    if word.starts_with("MC") && word.len() >= 6 {
        out.push_str("Mc");
        start = 2;
    }
    let mut is_capital = true;
    for (at, c) in word[start..].char_indices() {
        if is_capital {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        // `O'Fallon` and `N'Djamena`, but `Xi'an`.
        is_capital = matches!(c, '\'' | '’') && word[start..start + at].chars().count() == 1;
    }
}

/// The little words inside place names.
fn is_particle(word: &str) -> bool {
    PARTICLES.has(word)
}

static PARTICLES: Words =
    Words::new("DE DO DA DOS DAS DEL DELLA DI DU DES UPON ON AM AN DER SUR SOUS EN AU AUX OF AND IN NA ET Y E LE НА ПОД");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_places() {
        let check = |text: &str, expect: &str| assert_eq!(readable(text), expect);
        check("MOSCOW", "Moscow");
        check("NEW YORK", "New York");
        check("RIO DE JANEIRO", "Rio de Janeiro");
        check("ST. PETERSBURG", "St. Petersburg");
        check("PORT-AU-PRINCE", "Port-au-Prince");
        check("FRANKFURT AM MAIN", "Frankfurt am Main");
        check("THE HAGUE", "The Hague");
        check("LA PAZ", "La Paz");
        check("LONDON/PARIS", "London/Paris");
        check("AUSTIN, Texas", "Austin, Texas");
        check("AUSTIN, TX", "Austin, TX");
        check("WASHINGTON, D.C.", "Washington, D.C.");
        check("UNITED NATIONS", "United Nations");
        check("MCALLEN, Texas", "McAllen, Texas");
        check("O'FALLON, Mo.", "O'Fallon, Mo.");
        check("N'DJAMENA", "N'Djamena");
        check("XI'AN", "Xi'an");
        check("САНКТ-ПЕТЕРБУРГ", "Санкт-Петербург");
        check("РОСТОВ-НА-ДОНУ", "Ростов-на-Дону");
        check("KYIV", "Kyiv");
        check("São Paulo", "São Paulo");
        check("DÜSSELDORF", "Düsseldorf");
    }
}
