//! Addresses and transaction hashes in the form of another blockchain: with right checksums, so that a shop's own check
//! takes them, and always the same for the same old text, so that what was equal stays equal. Their keys are unknown.

use super::seed::{HEX, Seed};
use super::slot::{BASE58, digest};
use sha2::{Digest, Sha256};

/// An address on that chain, one of those of the table `[currencies]`, in place of an old one.
pub(crate) fn address_on(chain: &str, old: &str) -> Option<String> {
    let bytes = drawn(old, 32);
    Some(match chain {
        "bitcoin" => with_checksum(0x00, &bytes[..20]),
        "litecoin" => with_checksum(0x30, &bytes[..20]),
        "dogecoin" => with_checksum(0x1e, &bytes[..20]),
        "tron" => with_checksum(0x41, &bytes[..20]),
        "ethereum" => format!("0x{}", hex(&bytes[..20])),
        "solana" => base58(&bytes),
        _ => return None,
    })
}

/// The hash of a transaction on that chain in place of an old one.
pub(crate) fn hash_on(chain: &str, old: &str) -> String {
    match chain {
        "ethereum" => format!("0x{}", hex(&drawn(old, 32))),
        "solana" => base58(&drawn(old, 64)),
        _ => hex(&drawn(old, 32)),
    }
}

fn drawn(old: &str, count: usize) -> Vec<u8> {
    let seed = Seed(digest(old.as_bytes()) as u64);
    let words = (0..).flat_map(|word| seed.draw(0xadd0 + word).to_be_bytes());
    let mut bytes: Vec<u8> = words.take(count).collect();
    // Leading zeros would make base 58 shorter.
    if let Some(first) = bytes.first_mut() {
        *first |= 0x80;
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .map(|digit| char::from(HEX[usize::from(digit)]))
        .collect()
}

/// Base58Check: the version, the bytes, and four bytes of their double digest.
fn with_checksum(version: u8, bytes: &[u8]) -> String {
    let mut all = vec![version];
    all.extend_from_slice(bytes);
    let check = Sha256::digest(Sha256::digest(&all));
    all.extend_from_slice(&check[..4]);
    base58(&all)
}

fn base58(bytes: &[u8]) -> String {
    // The digits from the lowest one.
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let zeros = std::iter::repeat_n(0, zeros);
    let digits = zeros.chain(digits.into_iter().rev());
    digits
        .map(|digit| char::from(BASE58[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_checksums_of_their_chains() {
        // The first block's reward went to this address.
        let genesis = [
            0x62, 0xe9, 0x07, 0xb1, 0x5c, 0xbf, 0x27, 0xd5, 0x42, 0x53, 0x99, 0xeb, 0xf6, 0xf0,
            0xfb, 0x50, 0xeb, 0xb8, 0x8f, 0x18,
        ];
        assert_eq!(
            with_checksum(0, &genesis),
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
        );
        let first = |chain| address_on(chain, "old").unwrap().chars().next();
        assert_eq!(first("tron"), Some('T'));
        assert_eq!(first("litecoin"), Some('L'));
        assert_eq!(first("dogecoin"), Some('D'));
        assert_eq!(address_on("unknown", "old"), None);
        assert_ne!(address_on("tron", "one"), address_on("tron", "two"));
        assert_eq!(hash_on("ethereum", "old").len(), 66);
    }
}
