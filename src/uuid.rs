//! UUIDs with hyphens, as providers write ids.

use std::ops::Range;

/// Whether a text is a UUID with hyphens; the case of the digits does not matter.
pub(crate) fn is_uuid(text: &[u8]) -> bool {
    let Ok(text) = <&[u8; 36]>::try_from(text) else {
        return false;
    };
    // Counted without a branch a byte: every id of every body comes past here.
    let digit =
        |byte: u8| u8::from(byte.wrapping_sub(b'0') < 10 || (byte | 0x20).wrapping_sub(b'a') < 6);
    let digits: u8 = text.iter().map(|byte| digit(*byte)).sum();
    digits == 32 && [8, 13, 18, 23].iter().all(|at| text[*at] == b'-')
}

/// The UUIDs in a text.
pub(crate) fn uuids_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at + 36 <= bytes.len() {
            let range = at..at + 36;
            if bytes[at + 8] == b'-' && is_uuid(&bytes[range.clone()]) {
                at = range.end;
                return Some(range);
            }
            at += 1;
        }
        None
    })
}
