//! Percent-encoding. Paths are bytes, and so is what stands in an address.

use std::fmt::Write as _;

/// The bytes that a part of an address stands for; `None` where a `%` has no two hexadecimal digits behind it.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let decoded = if byte == b'%' { hex(rest.next()?)? << 4 | hex(rest.next()?)? } else { byte };
        bytes.push(decoded);
    }
    Some(bytes)
}

/// The same for a query, where `+` is a space.
pub(super) fn decode_query(text: &str) -> Option<Vec<u8>> {
    decode(&text.replace('+', " "))
}

/// A path as part of an address; its slashes stay.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_decoded() {
        let check = |text: &str, expect: Option<&[u8]>| assert_eq!(decode_query(text).as_deref(), expect, "{text}");
        check("wire/a.txt", Some(b"wire/a.txt"));
        check("two+words%2B", Some(b"two words+"));
        check("caf%e9%00", Some(b"caf\xe9\0"));
        check("100%", None);
        check("%4", None);
        check("%zz", None);
        check("%é", None);
        assert_eq!(decode("a+b").as_deref(), Some(&b"a+b"[..]));
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(bytes in any::<Vec<u8>>()) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text), Some(bytes.clone()));
            prop_assert_eq!(decode_query(&text), Some(bytes));
        }
    }
}
