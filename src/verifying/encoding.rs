//! Reads bodies that an editor saved in another encoding than UTF-8.

use super::copied::{CopyChange, change};

/// Windows-1252 from 0x80 to 0x9f; its unused bytes are control characters.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

pub(super) fn windows_byte(char: char) -> Option<u8> {
    let special = WINDOWS
        .chars()
        .zip(0x80..)
        .find(|(known, _)| *known == char);
    special
        .map(|(_, byte)| byte)
        .or_else(|| u8::try_from(char).ok())
}

fn windows_char(byte: u8) -> char {
    let special = byte
        .checked_sub(0x80)
        .and_then(|at| WINDOWS.chars().nth(at.into()));
    special.unwrap_or(byte.into())
}

/// A body as text, and what has to be said about it where it is not UTF-8.
pub(super) fn text_of(body: &[u8]) -> (String, Option<&'static CopyChange>) {
    // Only what reading does is said: there is nothing left to undo.
    const UTF_16: CopyChange = change("it is encoded as UTF-8", "it was saved as UTF-16", |_| None);
    const WINDOWS_1252: CopyChange = change(
        "it is encoded as UTF-8",
        "it was saved as Windows-1252 or Latin-1",
        |_| None,
    );
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match body {
        [0xff, 0xfe, rest @ ..] => (utf_16(rest, u16::from_le_bytes), Some(&UTF_16)),
        [0xfe, 0xff, rest @ ..] => (utf_16(rest, u16::from_be_bytes), Some(&UTF_16)),
        _ => match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), None),
            Err(_) => (
                body.iter().copied().map(windows_char).collect(),
                Some(&WINDOWS_1252),
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_in_other_encodings_are_read() {
        let utf_16: Vec<u8> = "\u{feff}Счёт"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, expected) in [
            (utf_16, "Счёт"),
            (b"\xfe\xff\x00a".to_vec(), "a"),
            (b"caf\xe9 \x80".to_vec(), "café €"),
        ] {
            let (text, said) = text_of(&bytes);
            assert_eq!((text.as_str(), said.is_some()), (expected, true));
        }
        assert_eq!(text_of("é".as_bytes()).0, "é");
    }
}
