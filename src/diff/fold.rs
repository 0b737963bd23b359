//! Folding for comparison: which characters, words and names are the same to a reader.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A word as it is compared: NFC, straight quotes, one kind of dash, ligatures undone, invisible characters dropped.
/// What differs only in this is typography. Digits and superscripts stay what they are: `10²` is not `102`.
pub(super) fn typography(word: &str) -> Cow<'_, str> {
    if word.is_ascii() && word != "`" {
        return Cow::Borrowed(word);
    }
    let mut folded = String::with_capacity(word.len());
    for ch in word.nfc() {
        match ch {
            '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' | '‹' | '›' | 'ʼ' | '＇' => folded.push('\''),
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂' => folded.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => folded.push('-'),
            '…' => folded.push_str("..."),
            'ﬀ' => folded.push_str("ff"),
            'ﬁ' => folded.push_str("fi"),
            'ﬂ' => folded.push_str("fl"),
            'ﬃ' => folded.push_str("ffi"),
            'ﬄ' => folded.push_str("ffl"),
            'ﬅ' | 'ﬆ' => folded.push_str("st"),
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' => {}
            other if other.is_whitespace() => {}
            other => folded.push(other),
        }
    }
    Cow::Owned(folded)
}

/// The words of a name, lower case, without diacritics and punctuation: `José O’Neill-Díaz` → `jose`, `oneill`, `diaz`.
pub(super) fn name_words(name: &str) -> Vec<String> {
    typography(name_spaced(name).as_str())
        .split(|ch: char| !(ch.is_alphanumeric() || is_mark(ch) || ch == '\'' || ch == '.'))
        .map(|word| word.nfkd().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// White space would be dropped by [`typography`]; names are cut at it.
fn name_spaced(name: &str) -> String {
    name.chars().map(|ch| if ch.is_whitespace() { '-' } else { ch }).collect()
}

fn is_mark(ch: char) -> bool {
    unicode_normalization::char::is_combining_mark(ch)
}

/// How many single-letter slips (insert, delete, replace, swap of neighbours) lead from one word to the other; `None` when
/// more than `most`. Optimal string alignment; words beyond 64 letters are not compared.
pub(super) fn slips(from: &str, to: &str, most: usize) -> Option<usize> {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(65).collect(), to.chars().take(65).collect());
    if from.len().abs_diff(to.len()) > most || from.len() > 64 || to.len() > 64 {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut current = vec![row];
        for column in 1..=to.len() {
            let same = from[row - 1] == to[column - 1];
            let mut best = (above[column] + 1).min(current[column - 1] + 1).min(above[column - 1] + usize::from(!same));
            if row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1] {
                best = best.min(before[column - 2] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|&slips| slips <= most)
}

/// How many slips still make a spelling and not another word.
pub(super) fn slips_allowed(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

/// Whether two words are one word spelled in two ways.
pub(super) fn spelled_alike(from: &str, to: &str) -> bool {
    from == to || slips(from, to, slips_allowed(if from.len() < to.len() { from } else { to })).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_is_folded_and_digits_are_not() {
        for (from, to) in [
            ("don’t", "don't"),
            ("“", "\""),
            ("«", "\""),
            ("–", "-"),
            ("ﬁre", "fire"),
            ("…", "..."),
            ("co\u{ad}operate", "cooperate"),
            ("e\u{301}", "é"),
            ("10²", "10²"),
            ("½", "½"),
        ] {
            assert_eq!(typography(from), to, "{from}");
        }
    }

    #[test]
    fn names_come_apart_into_plain_words() {
        assert_eq!(name_words("José O’Neill-Díaz"), ["jose", "oneill", "diaz"]);
        assert_eq!(name_words("U.S. Navy"), ["us", "navy"]);
        assert_eq!(name_words(" — "), Vec::<String>::new());
    }

    #[test]
    fn slips_are_counted() {
        for (from, to, alike) in [
            ("trushin", "trushyn", true),
            ("lavrov", "larvov", true),
            ("smith", "smyth", true),
            ("li", "lu", false),
            ("bush", "blair", false),
            ("lavrov", "ryabkov", false),
        ] {
            assert_eq!(spelled_alike(from, to), alike, "{from} {to}");
        }
    }
}
