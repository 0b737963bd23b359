//! Owns tokens: the words, numbers and marks of a text, cut the way the tagger's training text is cut.
//!
//! The conventions are those of CoNLL-2003 and of the Penn Treebank, as far as news needs them: `Russia's` → `Russia` `'s`, `don't` →
//! `do` `n't`, `$5m` → `$` `5m`, while `U.S.`, `Jean-Paul`, `al-Assad`, `2,500`, `3-1` and `AT&T` stay whole. Every token is a byte range of
//! the text, in order and not overlapping; white space belongs to none, and every other char belongs to exactly one.

use crate::model::Span;

/// The tokens of a text: of one sentence, or of several (see [`Tokens`] for the one difference).
#[must_use]
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, pending: None }
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes into the text that was cut; never empty.
    pub span: Span,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Has a letter: `word`, `F-16`, `20th`, `'s`.
    Word,
    /// Digits and what stands between digits: `12`, `2,500.5`, `10:30`, `3-1`, `1996-08-30`.
    Number,
    /// A web or mail address, a `@handle` or a `#tag`.
    Link,
    /// Anything else: marks, brackets, currency signs, dashes, dots.
    Mark,
}

/// Cuts a text from left to right, without allocating, in linear time.
///
/// A single capital with a full stop is an initial (`J.`), except where it ends the text: so give it sentence by sentence where
/// sentences are known.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The second half of a word that was cut in two (`n't`, `'s`).
    pending: Option<Token>,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if let Some(token) = self.pending.take() {
            return Some(token);
        }
        let start = self.start()?;
        if let Some((end, kind)) = plain(self.text.as_bytes(), start) {
            self.at = end;
            return Some(Token { span: Span::new(start, end), kind });
        }
        let (end, kind) = self.whole(start);
        self.at = end;
        let cut = if kind == TokenKind::Word { start + before_clitic(&self.text[start..end]) } else { end };
        if cut == end {
            return Some(Token { span: Span::new(start, end), kind });
        }
        self.pending = Some(Token { span: Span::new(cut, end), kind });
        let kind = if is_number(&self.text[start..cut]) { TokenKind::Number } else { kind };
        Some(Token { span: Span::new(start, cut), kind })
    }
}

impl Tokens<'_> {
    /// Where the next token starts: behind any white space.
    fn start(&self) -> Option<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
        match rest.get(spaces)? {
            b'!'..=b'~' => Some(self.at + spaces),
            _ => self.text[self.at..].find(|c: char| !c.is_whitespace()).map(|gap| self.at + gap),
        }
    }

    /// Where the token (with its clitic) that starts at `start` ends, and what it is.
    fn whole(&self, start: usize) -> (usize, TokenKind) {
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else { return (start, TokenKind::Mark) };
        let after = &rest[first.len_utf8()..];
        if first.is_alphanumeric() {
            return if let Some(len) = address(rest) { (start + len, TokenKind::Link) } else { self.word(start) };
        }
        match first {
            '@' | '#' if after.starts_with(char::is_alphanumeric) => {
                let len = rest[1..].find(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(rest.len(), |len| len + 1);
                (start + len, TokenKind::Link)
            }
            '.' | '-' => (start + run(rest, first), TokenKind::Mark),
            '\'' | '’' => self.apostrophe(start, first),
            _ => (start + first.len_utf8() + joiners(after), TokenKind::Mark),
        }
    }

    /// A word or number that starts at `start`.
    fn word(&self, start: usize) -> (usize, TokenKind) {
        let text = self.text;
        let mut end = start + joined(&text[start..]);
        let mut number = text.as_bytes()[start].is_ascii_digit() && is_number(&text[start..end]);
        // Each turn takes one inner mark and the letters or digits after it.
        while let Some(mark) = text[end..].chars().next() {
            let next = end + mark.len_utf8();
            let more = joined(&text[next..]);
            if more == 0 || !joins(&text[start..end], mark, &text[next..next + more]) {
                break;
            }
            if mark == '-' && compounds(&text[start..end], &text[next..next + more], &text[next + more..]) {
                break;
            }
            number &= is_number(&text[next..next + more]);
            end = next + more;
        }
        let word = &text[start..end];
        let kept = match text[end..].chars().next() {
            Some('.') if !number => is_abbreviation(word, text[end + 1..].chars().all(|c| !c.is_alphanumeric())),
            Some('$') => word.len() <= 3 && word.bytes().all(|b| b.is_ascii_uppercase()),
            _ => false,
        };
        end += usize::from(kept);
        (end, if number { TokenKind::Number } else { TokenKind::Word })
    }

    /// `'s` that lost its word to a closing mark, `'90s`, or a quotation mark.
    fn apostrophe(&self, start: usize, mark: char) -> (usize, TokenKind) {
        let next = start + mark.len_utf8();
        let more = joined(&self.text[next..]);
        let word = &self.text[next..next + more];
        let glued = self.text[..start].chars().next_back().is_some_and(|c| !c.is_whitespace());
        let clitic = glued && matches!(word, "s" | "S" | "ll" | "re" | "ve" | "d" | "m");
        let decade = word.len() == 3 && word.ends_with('s') && is_number(&word[..2]);
        if clitic || decade { (next + more, TokenKind::Word) } else { (next, TokenKind::Mark) }
    }
}

/// The word, number or mark of ASCII that starts at `start`, where it is plain that nothing behind it belongs to it: most tokens. What this
/// gives is what the rest of the module would.
fn plain(bytes: &[u8], start: usize) -> Option<(usize, TokenKind)> {
    let rest = &bytes[start..];
    let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let next = rest.get(len);
    if len == 0 {
        let alone = rest.get(1).is_none_or(u8::is_ascii) && !matches!(next?, b'@' | b'#' | b'.' | b'-' | b'\'');
        return (alone && next?.is_ascii()).then_some((start + 1, TokenKind::Mark));
    }
    let ends = match next {
        None | Some(b' ' | b'\n' | b'"' | b'(' | b')' | b';' | b'!' | b'?') => true,
        Some(b',' | b':') => matches!(rest.get(len + 1), None | Some(b' ' | b'\n' | b'"')),
        Some(_) => false,
    };
    let number = rest[0].is_ascii_digit() && rest[..len].iter().all(u8::is_ascii_digit);
    ends.then_some((start + len, if number { TokenKind::Number } else { TokenKind::Word }))
}

/// Bytes of the letters, digits, underscores and combining marks that `text` starts with.
fn joined(text: &str) -> usize {
    let ascii = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    if text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    text.char_indices().find(|&(_, c)| !(c.is_alphanumeric() || c == '_' || is_joiner(c))).map_or(text.len(), |(at, _)| at)
}

/// Bytes of the combining marks and joiners that `text` starts with: the rest of an accented letter or of an emoji.
fn joiners(text: &str) -> usize {
    text.char_indices().find(|&(_, c)| !is_joiner(c)).map_or(text.len(), |(at, _)| at)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn run(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `mark` between the word so far and the letters or digits after it belongs to the word.
fn joins(before: &str, mark: char, after: &str) -> bool {
    let first_after = after.chars().next();
    let digits = before.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit());
    match mark {
        '-' | '‑' | '\'' | '’' | 'ʼ' | '‘' => true,
        ',' | ':' => digits,
        '/' => digits && is_number(after),
        '&' => {
            let capital = |c: char| c.is_uppercase();
            before.ends_with(capital) && after.starts_with(capital) && before.len() <= 4 && after.len() <= 4
        }
        // `U.S`, `a.m`, `3.5`, `Amazon.com`, but not `end.Next`, where a space was lost.
        '.' => {
            let last = before.rsplit(['.', '-']).next().unwrap_or(before);
            digits
                || (is_single(after) && (is_single(last) || last == "Ph"))
                || (!is_number(before) && first_after.is_some_and(char::is_lowercase))
        }
        _ => false,
    }
}

fn is_single(letters: &str) -> bool {
    let mut chars = letters.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

/// Whether the hyphen joins a name to what is said of it (`U.S.-led`, `Russian-operated`): the name is then a token of its own.
fn compounds(before: &str, after: &str, rest: &str) -> bool {
    let named = before.starts_with(|c: char| c.is_uppercase());
    let said = matches!(
        after,
        "led"
            | "born"
            | "run"
            | "held"
            | "made"
            | "built"
            | "wide"
            | "style"
            | "era"
            | "speaking"
            | "occupied"
            | "bound"
            | "area"
            | "linked"
    ) || (after.len() > 4 && after.ends_with("ed") && after.bytes().all(|b| b.is_ascii_lowercase()));
    named && said && !rest.starts_with(['-', '‑'])
}

/// How many bytes of a word come before its clitic: all of them where there is none.
fn before_clitic(word: &str) -> usize {
    // The shortest clitic word is `I'd`; the mark itself may be three bytes long.
    let tail = word.len() - word.chars().rev().take(4).map(char::len_utf8).sum::<usize>();
    let end = &word[tail..];
    let Some(mark) = end.rfind(['\'', '’']) else { return word.len() };
    let at = tail + mark;
    let after = end[mark..].trim_start_matches(['\'', '’']);
    match after {
        _ if at == 0 => word.len(),
        "t" | "T" if word[..at].ends_with(['n', 'N']) && at > 1 => at - 1,
        "s" | "S" | "d" | "D" | "m" | "M" | "ll" | "LL" | "re" | "RE" | "ve" | "VE" => at,
        _ => word.len(),
    }
}

/// Whether a full stop after `word` belongs to it. `last` says that no further word follows in the text.
fn is_abbreviation(word: &str, last: bool) -> bool {
    if is_single(word) {
        return !last && word.starts_with(|c: char| c.is_uppercase());
    }
    let mut parts = word.split('.');
    if word.contains('.') {
        // `U.S`, `J.R`, `p.m`, `Ph.D`
        return parts.all(|part| is_single(part) || part == "Ph");
    }
    // Sorted by what they abbreviate: titles and ranks, firms and places, months, the rest. None of them is a word without its stop.
    matches!(
        word,
        "Mr" | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "Rev"
            | "Fr"
            | "Hon"
            | "Messrs"
            | "Jr"
            | "Sr"
            | "Gen"
            | "Lt"
            | "Col"
            | "Maj"
            | "Capt"
            | "Cpl"
            | "Sgt"
            | "Pvt"
            | "Cmdr"
            | "Adm"
            | "Brig"
            | "Sen"
            | "Rep"
            | "Gov"
            | "Pres"
            | "Amb"
            | "Supt"
            | "Insp"
            | "Det"
            | "Atty"
            | "Inc"
            | "Corp"
            | "Co"
            | "Ltd"
            | "Bros"
            | "Cos"
            | "St"
            | "Ste"
            | "Mt"
            | "Ft"
            | "Ave"
            | "Blvd"
            | "Rd"
            | "Dept"
            | "Univ"
            | "Jan"
            | "Feb"
            | "Aug"
            | "Sept"
            | "Oct"
            | "Nov"
            | "Dec"
            | "No"
            | "Nos"
            | "vs"
            | "etc"
            | "Calif"
            | "Conn"
            | "Fla"
            | "Ga"
            | "Ill"
            | "Mass"
            | "Mich"
            | "Minn"
            | "Pa"
            | "Tenn"
            | "Tex"
            | "Va"
            | "Wis"
            | "Ariz"
            | "Colo"
            | "Ky"
            | "Md"
            | "Mo"
            | "Okla"
            | "Ore"
            | "approx"
            | "est"
    ) && !(last && matches!(word, "No" | "Co"))
}

/// Bytes of the web or mail address that `text` starts with.
fn address(text: &str) -> Option<usize> {
    let end = || text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»')).unwrap_or(text.len());
    let web = text.starts_with(['h', 'H', 'f', 'F', 'w', 'W'])
        && ["http://", "https://", "ftp://", "www."]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    if web {
        return Some(text[..end()].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’']).len());
    }
    let mailish = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    // 64 is the longest name that mail knows, and the bound that keeps a long run of dots linear.
    let name = text.bytes().take(65).position(|byte| !mailish(byte))?;
    let host = text.get(name..)?.strip_prefix('@')?;
    let host = host[..host.bytes().position(|byte| !mailish(byte)).unwrap_or(host.len())].trim_end_matches(['.', '-', '_', '+']);
    host.contains('.').then_some(name + 1 + host.len())
}

#[cfg(test)]
mod tests;
