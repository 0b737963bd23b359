//! Bytes → text with `\n` line ends: byte order marks, UTF-8, UTF-16 without a mark, legacy encodings, rubbish.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::issue;
use crate::model::Issue;

/// How many bytes the detector of legacy encodings is shown. It starts at the first byte that is not ASCII: those before say nothing.
const DETECTOR_WINDOW: usize = 256 * 1024;

/// How many bytes the tests for UTF-16 and for binary data look at.
const SAMPLE: usize = 64 * 1024;

/// What the bytes say, and how they were read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// Without NULs; every line end is one `\n`.
    pub text: Cow<'a, str>,
    /// WHATWG name. `replacement`, the encoding that stands for no text at all, where the bytes are binary data.
    pub encoding: &'static str,
    pub issue: Option<Issue>,
}

/// Reads bytes as text. Linear in their number.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read(&bytes[mark..], encoding);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return read(bytes, encoding);
    }
    if is_binary(bytes) {
        let message = "this is binary data, not text: the bytes are kept, there is nothing to compare word by word";
        return Decoded { text: Cow::Borrowed(""), encoding: REPLACEMENT.name(), issue: Some(issue("binary", message)) };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: normalize(Cow::Borrowed(text)), encoding: UTF_8.name(), issue: None },
        Err(_) => read(bytes, if is_mostly_utf8(bytes) { UTF_8 } else { guess_legacy(bytes) }),
    }
}

fn read<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    let issue = malformed.then(|| {
        let is_cut = encoding == UTF_8 && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
        let what = if is_cut { "the file ends in the middle of a character" } else { "some bytes are no text" };
        issue("invalid_bytes", format!("{what} in {}; they are shown as \u{FFFD}", encoding.name()))
    });
    Decoded { text: normalize(text), encoding: encoding.name(), issue }
}

/// Makes every line end (CR LF, CR, NEL, U+2028, U+2029, vertical tab, form feed) one `\n`, and drops NULs.
fn normalize(text: Cow<'_, str>) -> Cow<'_, str> {
    let Some(mut at) = next_odd(text.as_bytes(), 0) else {
        return text;
    };
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    loop {
        out.push_str(&text[copied..at]);
        let mut rest = text[at..].chars();
        let odd = rest.next();
        let is_half_of_crlf = odd == Some('\r') && rest.as_str().starts_with('\n');
        if odd != Some('\0') && !is_half_of_crlf {
            out.push('\n');
        }
        copied = text.len() - rest.as_str().len();
        match next_odd(text.as_bytes(), copied) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Where the next NUL or line end that is no `\n` begins. Goes by bytes, and so is several times faster than by characters.
fn next_odd(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(skip) = next_candidate(&bytes[at..]) {
        at += skip;
        let is_odd = match bytes[at] {
            0xC2 => bytes[at + 1..].starts_with(&[0x85]),
            0xE2 => bytes[at + 1..].starts_with(&[0x80, 0xA8]) || bytes[at + 1..].starts_with(&[0x80, 0xA9]),
            _ => true,
        };
        if is_odd {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The first byte that might begin what [`next_odd`] looks for. Hardly any does, so they are asked by the block, which compilers make
/// a few instructions of.
fn next_candidate(bytes: &[u8]) -> Option<usize> {
    let is_candidate = |byte: u8| matches!(byte, 0 | b'\r' | 0x0B | 0x0C | 0xC2 | 0xE2);
    let (blocks, _) = bytes.as_chunks::<64>();
    let clean = blocks.iter().take_while(|block| !block.iter().fold(false, |any, &byte| any | is_candidate(byte))).count() * 64;
    bytes[clean..].iter().position(|&byte| is_candidate(byte)).map(|at| clean + at)
}

/// UTF-16 has a NUL in every ASCII character, always on the same side. Even text without ASCII letters has spaces and line ends.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    if !sample.contains(&0) {
        return None;
    }
    let units = sample.len() / 2;
    let nuls = |side: usize| sample.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let is_side = |nuls: usize, others: usize| nuls > 0 && nuls * 25 >= units && others * 20 <= nuls;
    let encoding = match (is_side(even, odd), is_side(odd, even)) {
        (true, false) => UTF_16BE,
        (false, true) => UTF_16LE,
        _ => return None,
    };
    let (text, malformed) = encoding.decode_without_bom_handling(sample);
    let is_text = !malformed && text.chars().filter(|&c| is_stray_control(c)).count() * 20 <= units;
    // ASCII with a few NULs in it, taken two bytes at a time, looks like Chinese.
    let is_ascii = sample.is_ascii() && text.chars().filter(|&c| c >= '\u{2000}').count() * 10 > units;
    (is_text && !is_ascii).then_some(encoding)
}

fn is_stray_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0B' | '\x0C' | '\x1B' | '\u{85}')
}

/// Text has hardly any control characters. A stray few are let through; UTF-8 may have more than a text in one of the
/// legacy encodings, in which any byte at all would be a character.
fn is_binary(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"%PDF-") {
        return true;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let is_stray = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B) || byte == 0x7F;
    let controls = sample.iter().filter(|&&byte| is_stray(byte)).count();
    if controls == 0 {
        return false;
    }
    let share = if std::str::from_utf8(sample).is_ok_and(|text| !text.is_empty()) { 3 } else { 20 };
    controls * share > sample.len()
}

/// Whether the bytes are UTF-8 but for fewer slips than they have well-formed characters beyond ASCII. Those hardly ever come
/// about by chance in a legacy encoding. A file of ASCII with a cut character at its end is UTF-8 too.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        // Every character beyond ASCII has exactly one lead byte.
        good += valid.bytes().filter(|&byte| byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let is_only_cut = bad == 1 && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    // A lone lead byte at the very end is as likely a Latin-1 letter (`caf\xE9`); two or three bytes of a cut character are not.
    let is_lone = bytes.last().is_some_and(|&byte| byte >= 0xC0);
    bad == 0 || good > bad || (is_only_cut && (good > 0 || !is_lone))
}

fn guess_legacy(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    // The detector also looks at the ASCII letters around: it wants a little of what stands before.
    let start = first.saturating_sub(1024);
    let end = bytes.len().min(start + DETECTOR_WINDOW);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[start..end], true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: &str, text: &str, issue: Option<&str>) {
        let decoded = decode(bytes);
        let got = (decoded.encoding, decoded.text.as_ref(), decoded.issue.as_ref().map(|issue| issue.code.as_str()));
        assert_eq!(got, (encoding, text, issue), "for {:?}", String::from_utf8_lossy(bytes));
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn utf8() {
        check(b"", "UTF-8", "", None);
        check(b"plain", "UTF-8", "plain", None);
        check("Zürich — «да»".as_bytes(), "UTF-8", "Zürich — «да»", None);
        check(b"\xEF\xBB\xBFmarked", "UTF-8", "marked", None);
    }

    #[test]
    fn a_cut_tail_and_a_few_bad_bytes_stay_utf8() {
        check(b"Z\xC3\xBCrich caf\xC3", "UTF-8", "Zürich caf\u{FFFD}", Some("invalid_bytes"));
        check(b"The price is 5 \xE2\x82", "UTF-8", "The price is 5 \u{FFFD}", Some("invalid_bytes"));
        check(b"\xC3\xA9t\xC3\xA9 \xFF \xC3\xA0", "UTF-8", "été \u{FFFD} à", Some("invalid_bytes"));
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let text = "Fähre gesunken — 12 Tote\nМосква, 17 декабря";
        for (name, to_bytes) in [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)] {
            check(&utf16(&format!("\u{FEFF}{text}"), to_bytes), name, text, None);
            check(&utf16(text, to_bytes), name, text, None);
            check(
                &utf16("Паром затонул в порту, двенадцать человек пропали", to_bytes),
                name,
                "Паром затонул в порту, двенадцать человек пропали",
                None,
            );
        }
    }

    #[test]
    fn legacy_encodings_are_guessed() {
        let cases: [(&'static Encoding, &str); 7] = [
            (encoding_rs::WINDOWS_1252, "Le ministre a déclaré à Genève que l’été serait très sec – « voilà »."),
            (encoding_rs::WINDOWS_1251, "Министр заявил, что паром затонул в порту Бургаса в понедельник вечером."),
            (encoding_rs::KOI8_R, "министр заявил, что паром затонул в порту в понедельник вечером, двенадцать человек пропали"),
            (
                encoding_rs::WINDOWS_1250,
                "Premier powiedział, że łódź zatonęła w środę wieczorem, a dziesięć osób zaginęło. Źródła są zgodne.",
            ),
            (encoding_rs::SHIFT_JIS, "フェリーが港で沈没し、十二人が行方不明になったと警察が発表した。"),
            (encoding_rs::GBK, "渡轮在港口沉没，十二人失踪，警方星期一说。"),
            (encoding_rs::EUC_KR, "여객선이 항구에서 침몰해 열두 명이 실종됐다고 경찰이 밝혔다."),
        ];
        for (encoding, text) in cases {
            let bytes = encoding.encode(text).0;
            let decoded = decode(&bytes);
            assert_eq!(decoded.text, text, "{} was read as {}", encoding.name(), decoded.encoding);
            assert_eq!(decoded.issue, None);
        }
        check(b"caf\xE9", "windows-1252", "café", None);
        check(b"No more than 30\xB0 in the shade", "windows-1252", "No more than 30° in the shade", None);
    }

    #[test]
    fn binary_data_has_no_text() {
        for rubbish in [
            &b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0"[..],
            b"%PDF-1.7\nstream",
            b"\0\0\0\0",
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10],
        ] {
            check(rubbish, "replacement", "", Some("binary"));
        }
        let noise: Vec<u8> = (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        check(&noise, "replacement", "", Some("binary"));
    }

    #[test]
    fn line_ends_become_newlines_and_nuls_go() {
        check(b"a\r\nb\rc\n\r\nd\x0Ce\0f\r", "UTF-8", "a\nb\nc\n\nd\nef\n", None);
        check("a\u{2028}b\u{2029}c\u{85}d".as_bytes(), "UTF-8", "a\nb\nc\nd", None);
        check(b"bell \x07 and escape \x1B[1m stay as they are", "UTF-8", "bell \x07 and escape \x1B[1m stay as they are", None);
    }
}
