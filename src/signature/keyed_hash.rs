//! HMAC over bytes, and comparisons that take the same time for right and wrong values.

use crate::catalogue::manifest::Hash;
use crate::secret::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// An HMAC whose key is already hashed in: made once for a secret and cloned for every body.
#[derive(Clone)]
pub(super) enum KeyedHash {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Box<Hmac<Sha512>>),
}

impl KeyedHash {
    pub(super) fn new(hash: Hash, secret: &Secret) -> Self {
        let key = secret.expose();
        let any = "HMAC takes keys of any length";
        match hash {
            Hash::Sha1 => Self::Sha1(Hmac::new_from_slice(key).expect(any)),
            Hash::Sha256 => Self::Sha256(Hmac::new_from_slice(key).expect(any)),
            Hash::Sha512 => Self::Sha512(Box::new(Hmac::new_from_slice(key).expect(any))),
        }
    }

    /// The digest in lower-case hex.
    pub(super) fn hex_digest(&self, body: &[u8]) -> String {
        match self {
            Self::Sha1(keyed) => hex(&keyed.clone().chain_update(body).finalize().into_bytes()),
            Self::Sha256(keyed) => hex(&keyed.clone().chain_update(body).finalize().into_bytes()),
            Self::Sha512(keyed) => {
                hex(&(**keyed).clone().chain_update(body).finalize().into_bytes())
            }
        }
    }

    /// Whether this is the digest of the body.
    pub(super) fn matches(&self, digest: &[u8], body: &[u8]) -> bool {
        let verified = match self {
            Self::Sha1(keyed) => keyed.clone().chain_update(body).verify_slice(digest),
            Self::Sha256(keyed) => keyed.clone().chain_update(body).verify_slice(digest),
            Self::Sha512(keyed) => (**keyed).clone().chain_update(body).verify_slice(digest),
        };
        verified.is_ok()
    }

    /// Whether the digest of the body starts with these bytes.
    pub(super) fn starts_with(self, digest: &[u8], body: &[u8]) -> bool {
        let verified = match self {
            Self::Sha1(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
            Self::Sha256(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
            Self::Sha512(keyed) => keyed.chain_update(body).verify_truncated_left(digest),
        };
        verified.is_ok()
    }
}

/// Whether two values are equal. They are compared as digests under a key, so that the time taken depends on neither.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    let keyed: Hmac<Sha256> =
        Hmac::new_from_slice(b"comparison").expect("HMAC takes keys of any length");
    let expected = keyed.clone().chain_update(one).finalize().into_bytes();
    keyed.chain_update(other).verify_slice(&expected).is_ok()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    // An iterator that flattens, or a table of digits, takes many times as long.
    let mut text = vec![0; 2 * bytes.len()];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 0xf);
    }
    String::from_utf8(text).expect("digits are ASCII")
}

/// The bytes that lower-case hex stands for; providers send no upper case.
pub(super) fn from_lower_hex(text: &[u8]) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let (mut bytes, mut seen) = (vec![0; text.len() / 2], 0);
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (
            HEX_VALUES[usize::from(pair[0])],
            HEX_VALUES[usize::from(pair[1])],
        );
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen < 16).then_some(bytes)
}

/// The value of each byte as a hex digit; 255 for other bytes. A table look-up takes the same time for all of them.
const HEX_VALUES: [u8; 256] = {
    let (mut table, mut digit) = ([255; 256], 0);
    while digit < 16 {
        table[b"0123456789abcdef"[digit as usize] as usize] = digit;
        digit += 1;
    }
    table
};
