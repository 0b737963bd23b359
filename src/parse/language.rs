//! Which language a text is in, from the little words that every sentence needs. Says nothing where the evidence is thin.

/// How many words are looked at.
const SAMPLE: usize = 2_000;

/// BCP 47 tags and words that are frequent in that language and rare in the others.
const LANGUAGES: [(&str, &[&str]); 8] = [
    (
        "en",
        &[
            "the", "and", "of", "to", "is", "was", "that", "for", "with", "were", "said", "has", "had", "have", "by", "from", "which",
            "are", "after", "it", "his", "their", "be", "at",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "ist", "nicht", "den", "dem", "von", "mit", "auf", "für", "im", "ein", "eine", "sich", "wurde",
            "auch", "nach", "bei", "zum", "zur", "sind", "hat",
        ],
    ),
    (
        "fr",
        &[
            "le", "les", "des", "et", "est", "une", "dans", "du", "au", "pour", "qui", "par", "sur", "aux", "ont", "selon", "été", "avec",
            "il", "elle", "ses", "cette", "ce", "à",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "las", "y", "en", "una", "por", "con", "del", "se", "su", "al", "lo", "más", "según", "ha", "fue", "pero", "sus",
            "está", "este", "esta", "dijo", "muy",
        ],
    ),
    (
        "it",
        &[
            "il", "gli", "di", "che", "è", "della", "del", "nel", "una", "per", "con", "sono", "dei", "alla", "dal", "ha", "nella", "più",
            "anche", "delle", "si", "al", "lo", "stato",
        ],
    ),
    (
        "pt",
        &[
            "o", "os", "as", "e", "em", "um", "uma", "não", "do", "da", "dos", "das", "no", "na", "com", "por", "ao", "foi", "são", "mais",
            "pelo", "pela", "segundo", "disse",
        ],
    ),
    (
        "ru",
        &[
            "и",
            "в",
            "не",
            "на",
            "что",
            "с",
            "по",
            "из",
            "для",
            "как",
            "от",
            "его",
            "это",
            "при",
            "был",
            "были",
            "также",
            "после",
            "его",
            "она",
            "они",
            "к",
            "у",
            "о",
        ],
    ),
    (
        "uk",
        &[
            "і",
            "та",
            "в",
            "не",
            "на",
            "що",
            "з",
            "до",
            "за",
            "із",
            "від",
            "його",
            "це",
            "був",
            "були",
            "також",
            "після",
            "у",
            "як",
            "про",
            "є",
            "для",
            "вона",
            "й",
        ],
    ),
];

/// The language of `texts`, if at least six words speak for one and clearly fewer for any other.
pub(super) fn guess<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut scores = [0_usize; LANGUAGES.len()];
    let mut words = 0_usize;
    let all = texts.flat_map(|text| text.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '’'))).filter(|word| !word.is_empty());
    for word in all.take(SAMPLE) {
        words += 1;
        // No word in the lists is longer.
        if word.len() > 14 {
            continue;
        }
        let lower = word.to_lowercase();
        for (score, (_, list)) in scores.iter_mut().zip(LANGUAGES) {
            *score += usize::from(list.contains(&lower.as_str()));
        }
    }
    let best = (0..scores.len()).max_by_key(|&index| (scores[index], std::cmp::Reverse(index)))?;
    let second = (0..scores.len()).filter(|&index| index != best).map(|index| scores[index]).max()?;
    let is_clear = scores[best] >= 6 && scores[best] * 2 >= second * 3 && scores[best] * 8 >= words;
    is_clear.then_some(LANGUAGES[best].0)
}
