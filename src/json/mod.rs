//! JSON as raw bytes, with the position of everything in it. It builds no tree and knows no schema.

mod escapes;
mod format;
mod layout;
pub(crate) mod numbers;
mod pointers;
mod scanner;
mod special;

pub(crate) use escapes::{EscapedPiece, odd_escapes, piece, unescape, write_number, write_string};
pub(crate) use format::{compact, indented};
pub(crate) use layout::BodyLayout;
pub(crate) use pointers::{FoundPlaces, Pointers, lookup};
pub(crate) use scanner::{MAX_DEPTH, Scanner, SyntaxFault, Text, Why};

/// Whether two short texts are the same: compared eight bytes per step, inline.
#[inline]
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let word = |text: &[u8], at: usize| {
        text.get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes)
    };
    let length = one.len();
    if length != other.len() {
        return false;
    }
    if length < 8 {
        return one.iter().zip(other).all(|(one, other)| one == other);
    }
    let mut at = 0;
    while at + 8 < length {
        if word(one, at) != word(other, at) {
            return false;
        }
        at += 8;
    }
    // The last step overlaps the one before.
    word(one, length - 8) == word(other, length - 8)
}
