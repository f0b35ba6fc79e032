//! What is found in a text of a body by its form: words, hashes, times, numbers of orders.

use super::slot::{BASE58, FreshKind};
use crate::time::{TO_THE_SECOND, parse_time};
use crate::uuid::uuids_in;
use std::ops::Range;

/// A text of the same length in which no letter or digit belongs to an escape.
pub(super) fn without_escapes(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, escape)) = rest.split_once('\\') {
        let length = if escape.starts_with('u') { 5 } else { 1 };
        out += before;
        out.extend(std::iter::repeat_n(' ', 1 + length));
        rest = escape.get(length..).unwrap_or_default();
    }
    out + rest
}

/// The length of the date and time that a text is, and its local time in seconds. The zone and the fraction of the second
/// stay as they are.
pub(super) fn time_in(text: &str) -> Option<(usize, i64)> {
    let text = text.as_bytes();
    let (moment, _) = parse_time(text).ok()?;
    let length = if text.get(16) == Some(&b':') {
        TO_THE_SECOND
    } else {
        16
    };
    let local = parse_time(&text[..length]);
    Some((
        length,
        local.map_or(moment.seconds, |(local, _)| local.seconds),
    ))
}

/// The words of a text: letters and digits with nothing between them.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(u8::is_ascii_alphanumeric)?;
        let length = bytes[start..]
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric());
        at = length.map_or(bytes.len(), |length| start + length);
        Some(start..at)
    })
}

/// What kind of value a word is by its form, and where in it the part to renew begins.
pub(super) fn form(word: &str) -> Option<(usize, FreshKind)> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let start = word.len() - digits.len();
    let hex = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match digits.len() {
        64 if hex => Some((start, FreshKind::Hex)),
        // Behind `0x` it would be an address, which stays.
        40 if hex && start == 0 => Some((0, FreshKind::Hex)),
        80..=90 if word.bytes().all(|byte| BASE58.contains(&byte)) => Some((0, FreshKind::Base58)),
        _ => None,
    }
}

/// The number in a text that names an order: the digits at its end, else its last word of at least three digits.
pub(super) fn order_number(text: &str) -> Option<Range<usize>> {
    let start = text
        .trim_end_matches(|char: char| char.is_ascii_digit())
        .len();
    let word = text
        .trim_end_matches(|char: char| char.is_ascii_alphanumeric())
        .len();
    let end = (start < text.len() && form(&text[word..]).is_none()).then_some(start..text.len());
    let long = |word: &Range<usize>| {
        word.len() >= 3 && text[word.clone()].bytes().all(|byte| byte.is_ascii_digit())
    };
    let own = |digits: &Range<usize>| {
        !decimal(text, digits) && !uuids_in(text).any(|uuid| overlap(&uuid, digits))
    };
    end.filter(own)
        .or_else(|| words(text).filter(long).filter(own).last())
}

pub(super) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Whether digits within a text are part of a decimal number, which may be an amount.
pub(super) fn decimal(text: &str, digits: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let is = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
    let point = |byte: &u8| matches!(byte, b'.' | b',');
    is(digits.end, point) && is(digits.end + 1, u8::is_ascii_digit)
        || digits.start >= 2
            && is(digits.start - 1, point)
            && is(digits.start - 2, u8::is_ascii_digit)
}

/// A whole number that a double can hold exactly.
pub(super) fn whole(text: &str) -> Option<i64> {
    text.parse::<u64>()
        .ok()
        .filter(|value| *value < 1 << 53)
        .map(|value| value as i64)
}

/// A whole number that is a time between 2017 and 2049 in milliseconds: nothing else in a webhook is that large.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let value: i64 = text.parse().ok()?;
    (1_500_000_000_000..2_500_000_000_000)
        .contains(&value)
        .then_some(value)
}
