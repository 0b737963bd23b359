//! The news agencies that sign datelines, in their own spelling.

use std::sync::LazyLock;

use super::words::Known;

/// The own spelling of the agency that `text` names; a longer name (`Reuters Breakingviews`, `dpa/tmn`) counts where one of its words is
/// an agency, and stays as it stands.
pub(super) fn known(text: &str) -> Option<String> {
    if text.len() > 60 {
        return None;
    }
    own_spelling(text).map(str::to_owned).or_else(|| {
        let has_agency = text.split([' ', '/', '-']).any(|word| own_spelling(word).is_some_and(|own| own == word));
        has_agency.then(|| text.to_owned())
    })
}

/// The own spelling of the agency that `text` names and nothing else.
pub(super) fn own_spelling(text: &str) -> Option<&'static str> {
    static OWN: LazyLock<Known<&str>> = LazyLock::new(|| AGENCIES.iter().copied().collect());
    OWN.get_lower(text)
}

/// Names in lower case, and the own spelling of each.
const AGENCIES: &[(&str, &str)] = &[
    ("aa", "AA"),
    ("aap", "AAP"),
    ("adnkronos", "Adnkronos"),
    ("afp", "AFP"),
    ("agerpres", "AGERPRES"),
    ("agi", "AGI"),
    ("anadolu", "Anadolu"),
    ("ani", "ANI"),
    ("ansa", "ANSA"),
    ("antara", "ANTARA"),
    ("ap", "AP"),
    ("apa", "APA"),
    ("associated press", "Associated Press"),
    ("belga", "Belga"),
    ("bernama", "Bernama"),
    ("bloomberg", "Bloomberg"),
    ("bta", "BTA"),
    ("cna", "CNA"),
    ("cnn", "CNN"),
    ("cp", "CP"),
    ("ctk", "ČTK"),
    ("čtk", "ČTK"),
    ("dpa", "dpa"),
    ("dpa-afx", "dpa-AFX"),
    ("efe", "EFE"),
    ("ians", "IANS"),
    ("interfax", "Interfax"),
    ("interfax.ru", "Interfax"),
    ("interfax-ukraine", "Interfax-Ukraine"),
    ("irna", "IRNA"),
    ("jiji", "Jiji Press"),
    ("jiji press", "Jiji Press"),
    ("kazinform", "Kazinform"),
    ("kuna", "KUNA"),
    ("kyodo", "Kyodo"),
    ("kyodo news", "Kyodo"),
    ("lusa", "Lusa"),
    ("mena", "MENA"),
    ("mti", "MTI"),
    ("nan", "NAN"),
    ("ntb", "NTB"),
    ("pa", "PA"),
    ("pa media", "PA"),
    ("pap", "PAP"),
    ("pti", "PTI"),
    ("qna", "QNA"),
    ("reuters", "Reuters"),
    ("ria", "RIA"),
    ("ria novosti", "RIA Novosti"),
    ("spa", "SPA"),
    ("sputnik", "Sputnik"),
    ("stt", "STT"),
    ("tass", "TASS"),
    ("itar-tass", "ITAR-TASS"),
    ("thomson reuters foundation", "Thomson Reuters Foundation"),
    ("tt", "TT"),
    ("ukrinform", "Ukrinform"),
    ("un news", "UN News"),
    ("upi", "UPI"),
    ("vna", "VNA"),
    ("wam", "WAM"),
    ("xinhua", "Xinhua"),
    ("yonhap", "Yonhap"),
    ("тасс", "ТАСС"),
    ("итар-тасс", "ИТАР-ТАСС"),
    ("интерфакс", "Интерфакс"),
    ("риа новости", "РИА Новости"),
    ("укринформ", "Укринформ"),
    ("укрінформ", "Укрінформ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_keep_their_own_spelling() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(known(text).as_deref(), expect, "for {text:?}");
        check("REUTERS", Some("Reuters"));
        check("Tass", Some("TASS"));
        check("DPA", Some("dpa"));
        check("INTERFAX.RU", Some("Interfax"));
        check("ИНТЕРФАКС", Some("Интерфакс"));
        check("Reuters Breakingviews", Some("Reuters Breakingviews"));
        check("dpa/tmn", Some("dpa/tmn"));
        check("WHO", None);
        check("a pa or two", None);
    }
}
