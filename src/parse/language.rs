//! Which language a text is in, from the little words that every sentence needs. Says nothing where the evidence is thin.

use std::sync::LazyLock;

use foldhash::HashMap;

/// How many words are looked at.
const SAMPLE: usize = 250;

/// BCP 47 tags and words that are frequent in that language and rare in the others.
const LANGUAGES: [(&str, &str); 8] = [
    ("en", "the and of to is was that for with were said has had have by from which are after it his their be at"),
    ("de", "der die das und ist nicht den dem von mit auf für im ein eine sich wurde auch nach bei zum zur sind hat"),
    ("fr", "le les des et est une dans du au pour qui par sur aux ont selon été avec il elle ses cette ce à"),
    ("es", "el los las y en una por con del se su al lo más según ha fue pero sus está este esta dijo muy"),
    ("it", "il gli di che è della del nel una per con sono dei alla dal ha nella più anche delle si al lo stato"),
    ("pt", "o os as e em um uma não do da dos das no na com por ao foi são mais pelo pela segundo disse"),
    ("ru", "и в не на что с по из для как от его это при был были также после она они к у о об"),
    ("uk", "і та в не на що з до за із від його це був були також після у як про є для вона й"),
];

/// For each word, a bit for each language that has it.
static LANGUAGES_OF: LazyLock<HashMap<Key, u8>> = LazyLock::new(|| {
    let mut languages_of: HashMap<Key, u8> = HashMap::default();
    for (index, (_, words)) in LANGUAGES.iter().enumerate() {
        for word in words.split(' ') {
            *languages_of.entry(key(word).expect("words of the lists are short")).or_default() |= 1 << index;
        }
    }
    languages_of
});

/// The bytes of a word in lower case, as a number: most of what is asked for is in no list, and numbers are quickly told apart.
type Key = u128;

/// `None` for a word that is too long to be in a list.
fn key(word: &str) -> Option<Key> {
    const LONGEST: usize = Key::BITS as usize / 8;
    if word.len() > LONGEST {
        return None;
    }
    if word.is_ascii() {
        return Some(word.bytes().fold(0, |key, byte| key << 8 | Key::from(byte.to_ascii_lowercase())));
    }
    let lower = word.to_lowercase();
    (lower.len() <= LONGEST).then(|| lower.bytes().fold(0, |key, byte| key << 8 | Key::from(byte)))
}

/// The language of `texts`, if at least six words speak for one and clearly fewer for any other.
pub(super) fn guess<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let languages_of = &*LANGUAGES_OF;
    // How many words each set of languages has.
    let mut counts = [0_usize; 1 << LANGUAGES.len()];
    for word in texts.flat_map(words_of).take(SAMPLE) {
        let languages = key(word).and_then(|key| languages_of.get(&key)).copied().unwrap_or_default();
        counts[usize::from(languages)] += 1;
    }
    let words: usize = counts.iter().sum();
    let mut scores = [0; LANGUAGES.len()];
    for (languages, count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
        for (index, score) in scores.iter_mut().enumerate() {
            *score += count * (languages >> index & 1);
        }
    }
    let best = (0..scores.len()).max_by_key(|&index| (scores[index], std::cmp::Reverse(index)))?;
    let second = (0..scores.len()).filter(|&index| index != best).map(|index| scores[index]).max()?;
    let is_clear = scores[best] >= 6 && scores[best] * 2 >= second * 3 && scores[best] * 8 >= words;
    is_clear.then_some(LANGUAGES[best].0)
}

/// Runs of letters and apostrophes.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[run(rest, false)..];
        let (word, after) = rest.split_at(run(rest, true));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// Bytes of what `text` starts with: chars that are inside words, or that are not.
fn run(text: &str, inside: bool) -> usize {
    let place = if inside { Place::Inside } else { Place::Outside };
    let ascii = text.bytes().take_while(|&byte| PLACES[usize::from(byte)] == place).count();
    if text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    let is_inside = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
    text[ascii..].find(|c| is_inside(c) != inside).map_or(text.len(), |at| ascii + at)
}

/// Where a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Inside,
    /// Part of a char that is not ASCII.
    Either,
}

static PLACES: [Place; 256] = {
    let mut places = [Place::Either; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        let inside = byte.is_ascii_alphabetic() || byte == b'\'';
        places[byte as usize] = if inside { Place::Inside } else { Place::Outside };
        byte += 1;
    }
    places
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(guess([text].into_iter()), expect, "for {text:?}");
        check(
            "The ferry was hit by a barge and sank in the harbour. The captain said that it was dark and that he had seen nothing.",
            Some("en"),
        );
        check(
            "Die Fähre wurde von einem Kahn gerammt und sank im Hafen. Der Kapitän sagte, es sei dunkel gewesen und er habe nichts von dem Kahn gesehen.",
            Some("de"),
        );
        check(
            "Le ferry a été heurté par une barge et a coulé dans le port. Le capitaine a dit que les feux du bateau étaient éteints.",
            Some("fr"),
        );
        check(
            "El ferry fue embestido por una barcaza y se hundió en el puerto. El capitán dijo que las luces del barco estaban apagadas.",
            Some("es"),
        );
        check(
            "Il traghetto è stato urtato da una chiatta nel porto. Il capitano ha detto che le luci della nave sono state spente.",
            Some("it"),
        );
        check(
            "O ferry foi atingido por uma barcaça e afundou no porto. O capitão disse que as luzes do barco não estavam acesas.",
            Some("pt"),
        );
        check("Паром столкнулся с баржей и затонул в порту. Капитан сказал, что было темно и что он не видел огней на барже.", Some("ru"));
        check("Пором зіткнувся з баржею і затонув у порту. Капітан сказав, що було темно і що він не бачив вогнів на баржі.", Some("uk"));
        check("", None);
        check("Ferry sinks", None);
        check("fn main() { println!(\"the\"); }", None);
        check("渡轮在港口沉没。十二人失踪。", None);
        check("Prom zatonął w porcie. Kapitan powiedział, że było ciemno i że nic nie widział.", None);
    }
}
