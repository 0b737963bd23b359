//! HTML inside Markdown → its text.

/// No tag is longer than this many bytes; it bounds the search for the end of one that has none.
const LONGEST_TAG: usize = 4096;

/// The text of a piece of HTML, a line for each block in it. Tags, comments, scripts and styles go; entities become characters.
/// Total: what is no well-formed tag is text.
pub(super) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        push_words(&mut out, &rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
        } else if let Some((name, after)) = tag(rest) {
            if breaks_line(name) && !out.is_empty() && !out.ends_with('\n') {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            rest = after;
            if matches!(name, "script" | "style") {
                rest = skip_past(rest, if name == "script" { "</script" } else { "</style" });
            }
        } else if let Some((c, after)) = entity(rest) {
            out.push(c);
            rest = after;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    push_words(&mut out, rest);
    out
}

/// Whether an inline tag (`<br />`) is a line end.
pub(super) fn is_line_break(tag: &str) -> bool {
    self::tag(tag).is_some_and(|(name, _)| name == "br")
}

/// White space of any length is one space.
fn push_words(out: &mut String, text: &str) {
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        out.push_str(word);
        let is_spaced = word.len() < piece.len();
        if is_spaced && !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

/// A tag at the start of `text`: its name, in small letters for those that we know, and what stands behind it.
fn tag(text: &str) -> Option<(&'static str, &str)> {
    let inner = text.strip_prefix('<')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        return None;
    }
    let len = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = KNOWN.iter().copied().find(|known| known.eq_ignore_ascii_case(&inner[..len])).unwrap_or_default();
    let end = end_of_tag(inner)?;
    Some((name, &inner[end..]))
}

/// The bytes up to and with the `>` of a tag; one in quotation marks does not count.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inner.bytes().enumerate().take(LONGEST_TAG) {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'<', None) => return None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Everything up to the end of the tag that starts with `end`, whatever its case.
fn skip_past<'a>(text: &'a str, end: &str) -> &'a str {
    let at = text.as_bytes().windows(end.len()).position(|window| window.eq_ignore_ascii_case(end.as_bytes()));
    at.and_then(|at| text[at..].split_once('>')).map_or("", |(_, after)| after)
}

const KNOWN: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// All that we know but the cells of a row, scripts and styles.
fn breaks_line(name: &str) -> bool {
    !matches!(name, "" | "td" | "th" | "script" | "style")
}

fn entity(text: &str) -> Option<(char, &str)> {
    let (name, _) = text[..text.floor_char_boundary(12)].strip_prefix('&')?.split_once(';')?;
    let after = &text[name.len() + 2..];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "hellip" => '…',
        "euro" => '€',
        "pound" => '£',
        "copy" => '©',
        _ => numeric(name)?,
    };
    Some((c, after))
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|&c| c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_its_text() {
        let check = |html: &str, expect: &str| assert_eq!(text(html), expect, "for {html:?}");
        check("<details>\n<summary><strong>2024</strong> (2 updates)</summary>\n", "2024 (2 updates)\n");
        check("<p>One.</p><p class=\"a>b\">Two<br/>lines.</p>", "One.\nTwo\nlines.\n");
        check("a <!-- hidden --> b", "a b");
        check("<script>let a = '<p>';</script>shown<STYLE>p {}</STYLE>", "shown");
        check("Fish &amp; chips &#8212; &#x20AC;5 &unknown; &", "Fish & chips — €5 &unknown; &");
        check("2 < 3 and <b>bold", "2 < 3 and bold");
        check("<never closed", "<never closed");
        check("<tr><td>a</td> <td>b</td></tr>", "a b\n");
    }

    #[test]
    fn breaks_are_known() {
        assert!(is_line_break("<br>") && is_line_break("<BR />") && !is_line_break("<b>") && !is_line_break("br"));
    }
}
