//! A part of a body that is renewed for every delivery, and how its new value is written.

use super::seed::{Fresh, HEX, Seed, write_uuid};
use crate::time::write_second;
use std::ops::Range;

/// What kind of value is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreshKind {
    /// A UUID.
    Uuid,
    /// The hexadecimal digits of a hash, or of a key that is as long as one.
    Hex,
    /// A transaction's signature in base 58, which has no checksum.
    Base58,
    /// A number that counts up from delivery to delivery, with at least as many digits as before.
    Count,
    /// The number of the delivery in its run, from 1.
    Number,
    /// Date and time to the second, or to the minute.
    Time,
    /// Milliseconds since 1970.
    Milliseconds,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePiece<'t> {
    /// It stays as it is.
    Text(&'t str),
    /// It is renewed; with the text in the catalogue.
    Fresh(FreshKind, &'t str),
}

/// A part of the text that is renewed.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) range: Range<usize>,
    pub(super) kind: FreshKind,
    /// What the new value is computed from: the old number or time, else a digest of the old text.
    pub(super) value: i64,
}

impl Slot {
    /// The old value in seconds, where it is a time.
    pub(super) fn second(&self) -> Option<i64> {
        match self.kind {
            FreshKind::Time => Some(self.value),
            FreshKind::Milliseconds => Some(self.value / 1_000),
            _ => None,
        }
    }

    pub(super) fn write(&self, fresh: &Fresh, text: &str, out: &mut Vec<u8>) {
        let old = &text.as_bytes()[self.range.clone()];
        let purpose = self.value as u64;
        match self.kind {
            FreshKind::Uuid => write_uuid(fresh.seed, purpose, out),
            FreshKind::Hex => write_letters(fresh.seed, purpose, HEX, old.len(), out),
            FreshKind::Base58 => {
                // The first letter decides how many bytes a text of this length decodes to.
                out.push(old[0]);
                write_letters(fresh.seed, purpose, BASE58, old.len() - 1, out);
            }
            FreshKind::Count => write_number(purpose.saturating_add(fresh.count), old.len(), out),
            FreshKind::Number => write_number(fresh.number.saturating_add(1), 1, out),
            FreshKind::Time => {
                out.extend_from_slice(
                    &write_second(self.value.saturating_add(fresh.seconds))[..old.len()],
                );
            }
            FreshKind::Milliseconds => {
                let value = self
                    .value
                    .saturating_add(fresh.seconds.saturating_mul(1_000));
                if value < 0 {
                    out.push(b'-');
                }
                write_number(value.unsigned_abs(), 1, out);
            }
        }
    }
}

pub(super) const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn write_letters<const N: usize>(
    seed: Seed,
    purpose: u64,
    letters: &[u8; N],
    count: usize,
    out: &mut Vec<u8>,
) {
    let mut bits = 0_u64;
    for at in 0..count {
        // Each drawn number gives eight letters.
        if at % 8 == 0 {
            bits = seed.draw(purpose.wrapping_add(1 + at as u64));
        }
        out.push(letters[(bits & 0xff) as usize % N]);
        bits >>= 8;
    }
}

/// A number with at least that many digits.
fn write_number(mut number: u64, digits: usize, out: &mut Vec<u8>) {
    let first = out.len();
    while number > 0 || out.len() - first < digits {
        out.push(b'0' + (number % 10) as u8);
        number /= 10;
    }
    out[first..].reverse();
}

/// A digest of an old value: FNV-1a, which tells the few values of one scenario apart.
pub(super) fn digest(text: &[u8]) -> i64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    text.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }) as i64
}

#[cfg(test)]
mod tests {
    use super::super::Template;
    use super::*;
    use crate::catalogue::manifest;

    #[test]
    fn a_time_that_moved_is_written_as_it_was() {
        for (body, seconds, expected) in [
            (
                r#"["2026-11-03T09:20:59.5+01:00"]"#,
                61,
                r#"["2026-11-03T09:22:00.5+01:00"]"#,
            ),
            (r#"["2026-12-31T23:59Z"]"#, 60, r#"["2027-01-01T00:00Z"]"#),
            (r#"[1794479047318]"#, -86_400, "[1794392647318]"),
            (r#"[1794479047318]"#, -1_794_479_048, "[-682]"),
        ] {
            let fresh = Fresh::new(Seed(1), 0, seconds);
            assert_eq!(
                Template::sample(body, &manifest::FreshFields::default()).body(&fresh),
                expected.as_bytes()
            );
        }
    }
}
