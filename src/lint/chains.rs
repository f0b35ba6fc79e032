//! The forms of addresses and transaction hashes by blockchain. Checksums are not computed: a finding warns that money may
//! go to the wrong chain, it is not a proof.

use std::ops::RangeInclusive;

/// A family of blockchains with the same form of addresses and hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    Bitcoin,
    Litecoin,
    Dogecoin,
    Ethereum,
    Tron,
    Solana,
}

impl Chain {
    /// The names allowed in a manifest's `[currencies]`.
    pub(crate) const NAMES: &'static [(&'static str, Chain)] = &[
        ("bitcoin", Chain::Bitcoin),
        ("litecoin", Chain::Litecoin),
        ("dogecoin", Chain::Dogecoin),
        ("ethereum", Chain::Ethereum),
        ("tron", Chain::Tron),
        ("solana", Chain::Solana),
    ];

    /// The chain of that name.
    pub(crate) fn named(name: &str) -> Option<Chain> {
        Self::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, chain)| *chain)
    }

    /// What an address looks like, in words.
    pub(crate) fn address_words(self) -> &'static str {
        match self {
            Chain::Bitcoin => "an address that starts with 1, 3 or bc1",
            Chain::Litecoin => "an address that starts with L, M, 3 or ltc1",
            Chain::Dogecoin => "an address that starts with D, A or 9",
            Chain::Ethereum => "0x and 40 hex digits",
            Chain::Tron => "T and 33 base58 characters",
            Chain::Solana => "32 to 44 base58 characters",
        }
    }

    /// What a transaction's hash looks like, in words.
    pub(crate) fn hash_words(self) -> &'static str {
        match self {
            Chain::Ethereum => "0x and 64 hex digits",
            Chain::Solana => "86 to 88 base58 characters",
            _ => "64 hex digits without 0x",
        }
    }

    pub(crate) fn fits_address(self, text: &[u8]) -> bool {
        match self {
            Chain::Bitcoin => legacy(text, b"13", 25..=35) || bech32(text, b"bc1", 39..=59),
            Chain::Litecoin => legacy(text, b"LM3", 26..=35) || bech32(text, b"ltc1", 39..=59),
            Chain::Dogecoin => legacy(text, b"DA9", 25..=35),
            Chain::Ethereum => prefixed_hex(text, 40),
            Chain::Tron => legacy(text, b"T", 34..=34),
            Chain::Solana => {
                (32..=44).contains(&text.len()) && text.iter().all(|byte| is_base58(*byte))
            }
        }
    }

    pub(crate) fn fits_hash(self, text: &[u8]) -> bool {
        match self {
            Chain::Ethereum => prefixed_hex(text, 64),
            Chain::Solana => {
                (86..=88).contains(&text.len()) && text.iter().all(|byte| is_base58(*byte))
            }
            _ => is_hex(text, 64),
        }
    }
}

fn is_base58(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l')
}

fn legacy(text: &[u8], first: &[u8], lengths: RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len())
        && first.contains(&text[0])
        && text.iter().all(|byte| is_base58(*byte))
}

fn bech32(text: &[u8], prefix: &[u8], lengths: RangeInclusive<usize>) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        lengths.contains(&rest.len())
            && rest
                .iter()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

fn is_hex(text: &[u8], length: usize) -> bool {
    text.len() == length && text.iter().all(u8::is_ascii_hexdigit)
}

fn prefixed_hex(text: &[u8], length: usize) -> bool {
    text.strip_prefix(b"0x")
        .is_some_and(|rest| is_hex(rest, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_hashes_belong_to_their_chains() {
        let evm = b"0x52908400098527886e0f7030069857d2e4169ee7";
        assert!(Chain::Ethereum.fits_address(evm));
        assert!(!Chain::Tron.fits_address(evm) && !Chain::Bitcoin.fits_address(evm));
        assert!(Chain::Tron.fits_address(b"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"));
        assert!(Chain::Bitcoin.fits_address(b"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"));
        assert!(!Chain::Bitcoin.fits_address(b"") && !Chain::Tron.fits_address(b""));
        assert!(Chain::Tron.fits_hash(&[b'a'; 64]) && !Chain::Ethereum.fits_hash(&[b'a'; 64]));
    }
}
