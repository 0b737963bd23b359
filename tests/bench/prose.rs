//! Tokens as a text again.

/// Marks and endings that stand right behind a word.
const ENDINGS: &[&str] = &[
    ".", ",", ";", ":", "?", "!", ")", "]", "%", "'", "'s", "n't", "'re", "'ve", "'ll", "'d", "'m", "’s", "n’t", "’re", "’ve", "’ll", "’d",
    "’m",
];

/// Tokens with the spaces that a typist would set.
pub(crate) fn prose<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let mut text = String::new();
    let mut open = false;
    for token in tokens {
        let (mut glued_left, mut glued_right) = (ENDINGS.contains(&token), false);
        if matches!(token, "\"" | "``" | "''") {
            (glued_left, glued_right) = (open, !open);
            open = !open;
        }
        glued_right |= matches!(token, "(" | "[" | "$");
        if glued_left && text.ends_with(' ') {
            text.pop();
        }
        text.push_str(if matches!(token, "``" | "''") { "\"" } else { token });
        if !glued_right {
            text.push(' ');
        }
    }
    text.trim().to_owned()
}
