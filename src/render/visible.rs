//! Documents, names and paths come from strangers: what a terminal would obey or hide is shown instead of sent.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `text` on one line, with nothing in it that a terminal obeys or hides.
///
/// White space that would leave the line (newline, tab, form feed) becomes one space each. Other control characters are
/// shown as `^[`, bidi controls and other invisible format characters as `<U+202E>`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(needs_care) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push(' '),
            _ => push_visible(&mut shown, character),
        }
    }
    Cow::Owned(shown)
}

/// A path on one line, so that different paths never look the same: newline and tab are shown as `\n` and `\t`, a byte that
/// is not UTF-8 as `\xFF`, a backslash as `\\`; other characters as in [`visible`].
#[must_use]
pub fn visible_path(path: &Path) -> Cow<'_, str> {
    let bytes = path.as_os_str().as_bytes();
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.chars().any(|character| character == '\\' || needs_care(character))
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' => shown.push_str("\\n"),
                '\t' => shown.push_str("\\t"),
                '\r' => shown.push_str("\\r"),
                '\\' => shown.push_str("\\\\"),
                _ => push_visible(&mut shown, character),
            }
        }
        for byte in chunk.invalid() {
            push_byte(&mut shown, *byte);
        }
    }
    Cow::Owned(shown)
}

/// Raw bytes of one line, as a patch shows them: a byte that is not UTF-8 as `\xFF`, a tab as white space, other characters
/// as in [`visible`], and a carriage return as `^M`, because in a patch it tells two lines apart.
pub(super) fn visible_bytes(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\t' => shown.push_str("    "),
                _ => push_visible(&mut shown, character),
            }
        }
        for byte in chunk.invalid() {
            push_byte(&mut shown, *byte);
        }
    }
    shown
}

/// Whether a terminal obeys or hides this character, so that it must never be sent raw.
pub(super) fn needs_care(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

fn push_visible(shown: &mut String, character: char) {
    match character {
        '\0'..='\x1f' | '\x7f' => {
            // Caret notation: the letter whose Control key makes the character, `?` for delete.
            shown.push('^');
            shown.push(char::from(character as u8 ^ 0x40));
        }
        _ if needs_care(character) => {
            let _ = write!(shown, "<U+{:04X}>", u32::from(character));
        }
        _ => shown.push(character),
    }
}

fn push_byte(shown: &mut String, byte: u8) {
    let _ = write!(shown, "\\x{byte:02X}");
}

/// Unicode's default ignorable code points, the bidi controls among them, and the separators that break a line. The two
/// variation selectors of everyday emoji (U+FE0E, U+FE0F) are let through.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_is_shown() {
        let check = |raw: &str, expect: &str| assert_eq!(visible(raw), expect, "{raw:?}");
        check("plain, “curly” — ¶6 naïve 北京 🙂", "plain, “curly” — ¶6 naïve 北京 🙂");
        check("\u{1b}[31mred\u{1b}[0m", "^[[31mred^[[0m");
        check("\u{1b}]0;owned\u{7}", "^[]0;owned^G");
        check("toll 1\u{8}5", "toll 1^H5");
        check("nul\0 del\u{7f}", "nul^@ del^?");
        check("c1\u{9b}31m", "c1<U+009B>31m");
        check("user\u{202e}txt.exe\u{202c}", "user<U+202E>txt.exe<U+202C>");
        check("\u{2066}isolate\u{2069}", "<U+2066>isolate<U+2069>");
        check("ze\u{200b}ro wid\u{200d}th", "ze<U+200B>ro wid<U+200D>th");
        check("soft\u{ad}hyphen \u{feff}bom", "soft<U+00AD>hyphen <U+FEFF>bom");
        check("tag\u{e0041}", "tag<U+E0041>");
        check("heart ❤\u{fe0f}", "heart ❤\u{fe0f}");
        check("one\ntwo\r\n\tthree\u{2028}four\u{85}five", "one two   three four five");
    }

    #[test]
    fn hostile_paths_are_shown_and_stay_apart() {
        let check = |raw: &[u8], expect: &str| assert_eq!(visible_path(Path::new(OsStr::from_bytes(raw))), expect, "{raw:?}");
        check(b"wire/toll.txt", "wire/toll.txt");
        check("wire/новости 1.txt".as_bytes(), "wire/новости 1.txt");
        check(b"two\nlines\t.txt", "two\\nlines\\t.txt");
        check(b"two\\nlines.txt", "two\\\\nlines.txt");
        check(b"latin-\xe9.txt", "latin-\\xE9.txt");
        check(b"\x1b[2J.txt", "^[[2J.txt");
        check("gpj.\u{202e}txt".as_bytes(), "gpj.<U+202E>txt");
    }

    #[test]
    fn bytes_of_a_patch_line_are_shown() {
        assert_eq!(visible_bytes(b"a\tb\r"), "a    b^M");
        assert_eq!(visible_bytes(b"\xff\x1b[0m"), "\\xFF^[[0m");
    }

    proptest! {
        #[test]
        fn nothing_that_needs_care_gets_through(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            prop_assert!(!visible(&text).chars().any(needs_care));
            prop_assert!(!visible_path(Path::new(OsStr::from_bytes(&bytes))).chars().any(needs_care));
            prop_assert!(!visible_bytes(&bytes).chars().any(needs_care));
        }
    }
}
