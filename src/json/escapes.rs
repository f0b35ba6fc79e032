//! The characters of strings, which may be escaped.

use super::special::next_special;

/// Writes a string with its quotation marks, as `serde_json` does.
pub(crate) fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text.as_bytes();
    out.push(b'"');
    loop {
        let (plain, special) = rest.split_at(next_special(rest, 0));
        out.extend_from_slice(plain);
        let Some((first, behind)) = special.split_first() else {
            break;
        };
        match first {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\x08' => out.extend_from_slice(b"\\b"),
            b'\x0c' => out.extend_from_slice(b"\\f"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *first]),
            control => {
                out.extend_from_slice(b"\\u00");
                out.extend([control >> 4, control & 0xf].map(|half| HEX[usize::from(half)]));
            }
        }
        rest = behind;
    }
    out.push(b'"');
}

/// One character of an escaped string.
pub(crate) enum EscapedPiece {
    /// A character, and how many bytes of the raw string encode it.
    Char(char, usize),
    /// Half of a surrogate pair, as long as one escape.
    Lone,
}

/// The character that begins at `at` in a raw string with valid escapes.
pub(crate) fn piece(raw: &[u8], at: usize) -> EscapedPiece {
    let unit = |at: usize| -> Option<u32> {
        let digits = raw
            .get(at + 2..at + 6)
            .filter(|_| raw[at] == b'\\' && raw[at + 1] == b'u')?;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit * 16 + char::from(*digit).to_digit(16)?)
        })
    };
    if raw[at] != b'\\' {
        let length = match raw[at] {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let decoded = raw
            .get(at..at + length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        return match decoded.and_then(|text| text.chars().next()) {
            Some(char) => EscapedPiece::Char(char, length),
            None => EscapedPiece::Char('\u{fffd}', 1),
        };
    }
    if let Some(first) = unit(at) {
        if let Some(char) = char::from_u32(first) {
            return EscapedPiece::Char(char, 6);
        }
        let second = if first < 0xdc00 && at + 6 < raw.len() {
            unit(at + 6)
        } else {
            None
        };
        return match second {
            Some(low @ 0xdc00..=0xdfff) => {
                let joined = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                EscapedPiece::Char(char::from_u32(joined).unwrap_or('\u{fffd}'), 12)
            }
            _ => EscapedPiece::Lone,
        };
    }
    let char = match raw.get(at + 1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(other) => char::from(*other),
        None => '\\',
    };
    EscapedPiece::Char(char, 2)
}

/// The escapes in a raw string that are NUL or half of a surrogate pair: where each begins, and how long it is; without a
/// length it is a half.
pub(crate) fn odd_escapes(raw: &[u8]) -> impl Iterator<Item = (usize, Option<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let here = at + memchr::memchr(b'\\', &raw[at..])?;
            let nul = match piece(raw, here) {
                EscapedPiece::Lone => None,
                EscapedPiece::Char('\0', length) => Some(length),
                EscapedPiece::Char(_, length) => {
                    at = here + length;
                    continue;
                }
            };
            at = here + nul.unwrap_or(6);
            return Some((here, nul));
        }
    })
}

/// An unescaped string; half a surrogate pair becomes the replacement character.
pub(crate) fn unescape(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if raw[at] != b'\\' {
            let end = memchr::memchr(b'\\', &raw[at..]).map_or(raw.len(), |ahead| at + ahead);
            out.push_str(&String::from_utf8_lossy(&raw[at..end]));
            at = end;
            continue;
        }
        let (char, length) = match piece(raw, at) {
            EscapedPiece::Char(char, length) => (char, length),
            EscapedPiece::Lone => ('\u{fffd}', 6),
        };
        out.push(char);
        at += length;
    }
    out
}

/// Writes a number.
pub(crate) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_string_is_written_as_serde_json_writes_it(text in "[\\x00-\\x23\\\\a\\x7fé₿\u{2028}]{0,40}") {
            let mut out = Vec::new();
            write_string(&text, &mut out);
            prop_assert_eq!(String::from_utf8(out), Ok(serde_json::to_string(&text).unwrap()));
        }

        #[test]
        fn a_number_is_written_in_decimal(number: u64) {
            let mut out = Vec::new();
            write_number(number, &mut out);
            prop_assert_eq!(String::from_utf8(out), Ok(number.to_string()));
        }
    }
}
