//! The source of new values: a seed gives the same ones on every machine and in every version.
//!
//! Nothing is drawn one after the other: each new value is computed from the seed and the old value alone, so that what
//! was equal in a scenario stays equal. It is also fast: a burst renews every body.

use super::slot::digest;

/// What makes one delivery's values differ from another's.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    pub(super) seed: Seed,
    /// Which delivery of its run this is, from 0.
    pub(super) number: u64,
    /// Added to numbers that count up.
    pub(super) count: u64,
    /// Added to every time.
    pub(super) seconds: i64,
}

/// The number from which all new values of a run are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The number for that purpose: the same seed and purpose always give the same one. The mixing is that of SplitMix64,
    /// written out here because a library's generator may change with its version.
    pub fn draw(self, purpose: u64) -> u64 {
        let mut mixed = self.0 ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The seed of the event or scenario with that name, so that different ones share nothing under one seed.
    pub(crate) fn of(self, name: &str) -> Self {
        Self(self.draw(digest(name.as_bytes()) as u64))
    }

    /// A UUID of version 4 for that purpose.
    pub fn uuid(self, purpose: u64) -> String {
        let mut out = Vec::with_capacity(36);
        write_uuid(self, purpose, &mut out);
        // Only digits and hyphens are written.
        String::from_utf8(out).unwrap_or_default()
    }
}

impl Fresh {
    /// The new values of the delivery with that number in its run, with times moved by that many seconds.
    pub fn new(seed: Seed, number: u64, seconds: i64) -> Self {
        // Far from the numbers in the sample, and consecutive for consecutive deliveries.
        let count = (1_000 + seed.draw(1) % 899_000).saturating_add(number);
        // The first delivery uses the run's own seed; every other one a seed drawn from it.
        let seed = if number == 0 {
            seed
        } else {
            Seed(seed.draw(number.wrapping_add(2)))
        };
        Self {
            seed,
            number,
            count,
            seconds,
        }
    }
}

pub(super) const HEX: &[u8; 16] = b"0123456789abcdef";

pub(super) fn write_uuid(seed: Seed, purpose: u64, out: &mut Vec<u8>) {
    let high = seed.draw(purpose) & !0xf000 | 0x4000;
    let low = seed.draw(purpose ^ u64::MAX) & !(0b11 << 62) | 1 << 63;
    let bits = (u128::from(high) << 64) | u128::from(low);
    let mut text = [b'-'; 36];
    let mut at = 0;
    for byte in bits.to_be_bytes() {
        at += usize::from(matches!(at, 8 | 13 | 18 | 23));
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 0xf)];
        at += 2;
    }
    out.extend_from_slice(&text);
}
