//! Tells quickly that a text contains none of several needles, as nearly every text does.
//!
//! It looks at three bytes, and where no needle has these it goes on behind them by nearly the length of the shortest
//! needle; so most bytes are not looked at. The way is that of Wu and Manber.

/// A sieve for needles that were added.
#[derive(Default)]
pub(super) struct Sieve {
    /// How much of each needle counts: the length of the shortest, or less.
    length: usize,
    /// By the hash of three bytes: how far on from them a needle's beginning may end, at least.
    skips: Vec<u8>,
}

const BLOCK: usize = 3;
/// The most of a needle that counts: more would fill the table, and skips get no longer by that.
const LONGEST: usize = 32;
/// The bits of a hash.
const BITS: u32 = 12;

impl Sieve {
    /// A sieve for these needles.
    pub(super) fn new<'n>(needles: impl Iterator<Item = &'n [u8]> + Clone) -> Self {
        let shortest = needles.clone().map(<[u8]>::len).min().unwrap_or_default();
        let length = shortest.min(LONGEST);
        if length < BLOCK {
            return Self::default();
        }
        let mut skips = vec![(length - BLOCK + 1) as u8; 1 << BITS];
        for needle in needles {
            for (at, block) in needle[..length].windows(BLOCK).enumerate() {
                let skip = &mut skips[slot(block)];
                *skip = (*skip).min((length - BLOCK - at) as u8);
            }
        }
        Self { length, skips }
    }

    /// Whether a needle, which `is_there` tells, may begin somewhere in the text. Where there are no needles, or one is too
    /// short, it may.
    pub(super) fn may_have(&self, text: &[u8], is_there: impl Fn(&[u8]) -> bool) -> bool {
        if self.length == 0 {
            return true;
        }
        let mut end = self.length;
        while let Some(block) = text.get(end - BLOCK..end) {
            match self.skips[slot(block)] {
                0 if is_there(&text[end - self.length..]) => return true,
                0 => end += 1,
                skip => end += usize::from(skip),
            }
        }
        false
    }
}

fn slot(block: &[u8]) -> usize {
    let joined = block
        .iter()
        .fold(0, |joined, byte| joined << 8 | u32::from(*byte));
    (joined.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Few letters, so that there is something to find.
        #[test]
        fn it_lets_through_what_contains_a_needle_and_only_that(
            needles in prop::collection::vec("[ab]{3,40}", 1..4),
            text in "[ab]{0,100}",
        ) {
            let sieve = Sieve::new(needles.iter().map(String::as_bytes));
            let is_there = |rest: &[u8]| needles.iter().any(|needle| rest.starts_with(needle.as_bytes()));
            let contained = needles.iter().any(|needle| text.contains(needle));
            prop_assert_eq!(sieve.may_have(text.as_bytes(), is_there), contained);
        }
    }

    #[test]
    fn without_needles_and_with_one_that_is_too_short_everything_passes() {
        for needles in [&[][..], &[b"ab".as_slice(), b"abcdef"]] {
            let sieve = Sieve::new(needles.iter().copied());
            assert!(sieve.may_have(b"", |_| false) && sieve.may_have(b"xyz", |_| false));
        }
    }
}
