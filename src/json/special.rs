//! Finds where a string may end: every byte of every text comes past here.

/// The first quotation mark, backslash or control character from `at` on, eight bytes per step.
#[inline]
pub(super) fn next_special(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // A zero byte of `word` sets its high bit. The bit may be set wrongly above the first zero byte, never below.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = text.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("the slice has eight bytes"));
        let backslash = zero(word ^ (ONES * b'\\' as u64));
        // With its second bit changed, a quotation mark comes right behind the control characters, which stay among
        // themselves.
        let quote_or_control = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21) & !word;
        let hit = (backslash | quote_or_control) & HIGH;
        if hit != 0 {
            return at + hit.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while text
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f))
    {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_at_each_place_is_special_or_not() {
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                // What stands before must not hide it, nor what stands behind be found first.
                for around in [b"\x7f\x80\xff# !x[]".as_slice(), b"\x23", b"\"\x00\\"] {
                    let mut text: Vec<u8> = around.iter().copied().cycle().take(24).collect();
                    text[place] = byte;
                    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
                    for from in [0, place.saturating_sub(3), place] {
                        let expected = text[from..].iter().position(special);
                        let expected = expected.map_or(text.len(), |found| from + found);
                        assert_eq!(next_special(&text, from), expected, "{byte:#x} at {place}");
                    }
                }
            }
        }
    }
}
