//! Signs raw bytes as a provider does, and verifies what a delivery carries.
//!
//! Separate from the catalogue, whose description of a scheme it takes as a plain value, and from `delivery`: it sees
//! bytes and headers and knows neither JSON nor the network. The keyed state is made once and cloned for every body.

pub mod diagnose;

use crate::catalogue::manifest::{Encoding, Hash, Signing};
use crate::http::Header;
use crate::secret::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// The public key that goes along while nobody names another.
pub const DEVELOPMENT_KEY: &str = "inqud-hook-development-key";

/// Signs and verifies with one secret.
#[derive(Clone)]
pub struct Signer {
    scheme: Scheme,
}

#[derive(Clone)]
enum Scheme {
    Digest {
        keyed: Keyed,
        header: String,
        key: Option<Header>,
    },
    Shared {
        header: Header,
    },
}

/// The keyed state of a hash function.
#[derive(Clone)]
enum Keyed {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Box<Hmac<Sha512>>),
}

/// Whether a delivery is from somebody who has the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureVerdict {
    /// It is.
    Valid,
    /// It carries something else.
    Invalid,
    /// It lacks the header.
    Missing,
}

impl SignatureVerdict {
    /// The word that people and machines read.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Missing => "missing",
        }
    }
}

/// A secret that cannot stand in the header that has to carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritable;

impl Signer {
    /// A signer of that scheme with that secret.
    pub fn new(signing: &Signing, secret: &Secret) -> Result<Self, Unwritable> {
        let scheme = match signing {
            Signing::Hmac {
                hash,
                encoding: Encoding::Hex,
                header,
                key_header,
                ..
            } => {
                let plain = |name: &String| Header {
                    name: name.clone(),
                    value: DEVELOPMENT_KEY.to_owned(),
                    secret: None,
                };
                let (keyed, key) = (Keyed::new(*hash, secret), key_header.as_ref().map(plain));
                Scheme::Digest {
                    keyed,
                    header: header.clone(),
                    key,
                }
            }
            Signing::Secret { header, prefix, .. } => {
                let text = std::str::from_utf8(secret.expose()).map_err(|_| Unwritable)?;
                let before = if prefix.is_empty() {
                    String::new()
                } else {
                    format!("{prefix} ")
                };
                let start = before.len();
                let mut header =
                    Header::new(header, &format!("{before}{text}")).map_err(|_| Unwritable)?;
                header.secret = Some(start..start + text.len());
                Scheme::Shared { header }
            }
        };
        Ok(Self { scheme })
    }

    /// The same, with that public key in the header that carries one, where one does.
    pub fn with_key(mut self, value: &str) -> Result<Self, Unwritable> {
        if let Scheme::Digest { key: Some(key), .. } = &mut self.scheme {
            *key = Header::new(&key.name, value).map_err(|_| Unwritable)?;
        }
        Ok(self)
    }

    /// The header that carries the signature.
    pub fn header(&self) -> &str {
        match &self.scheme {
            Scheme::Digest { header, .. } => header,
            Scheme::Shared { header } => &header.name,
        }
    }

    /// The headers that sign a body; the one that carries the signature comes last.
    pub fn headers(&self, body: &[u8]) -> Vec<Header> {
        match &self.scheme {
            Scheme::Shared { header } => vec![header.clone()],
            Scheme::Digest { keyed, header, key } => {
                let signature = Header {
                    name: header.clone(),
                    value: keyed.digest(body),
                    secret: None,
                };
                key.iter().cloned().chain([signature]).collect()
            }
        }
    }

    /// The value of the signature's header for a body: in a burst the only thing that changes.
    pub fn value(&self, body: &[u8]) -> String {
        match &self.scheme {
            Scheme::Digest { keyed, .. } => keyed.digest(body),
            Scheme::Shared { header } => header.value.clone(),
        }
    }

    /// Whether what the header carries fits a body. Takes as long for a wrong value as for a right one. A header that
    /// comes more than once never fits: some handlers read the first value, others the last, and most both, joined.
    pub fn verify<'v>(
        &self,
        values: impl IntoIterator<Item = &'v [u8]>,
        body: &[u8],
    ) -> SignatureVerdict {
        let mut values = values.into_iter();
        let Some(value) = values.next() else {
            return SignatureVerdict::Missing;
        };
        if values.next().is_some() {
            return SignatureVerdict::Invalid;
        }
        let fits = match &self.scheme {
            Scheme::Digest { keyed, .. } => {
                digits(value).is_some_and(|digest| keyed.fits(&digest, body))
            }
            Scheme::Shared { header } => same(header.value.as_bytes(), value),
        };
        if fits {
            SignatureVerdict::Valid
        } else {
            SignatureVerdict::Invalid
        }
    }
}

impl Keyed {
    fn new(hash: Hash, secret: &Secret) -> Self {
        let key = secret.expose();
        let any = "HMAC takes keys of any length";
        match hash {
            Hash::Sha1 => Self::Sha1(Hmac::new_from_slice(key).expect(any)),
            Hash::Sha256 => Self::Sha256(Hmac::new_from_slice(key).expect(any)),
            Hash::Sha512 => Self::Sha512(Box::new(Hmac::new_from_slice(key).expect(any))),
        }
    }

    fn digest(&self, body: &[u8]) -> String {
        match self {
            Self::Sha1(keyed) => hex(&keyed.clone().chain_update(body).finalize().into_bytes()),
            Self::Sha256(keyed) => hex(&keyed.clone().chain_update(body).finalize().into_bytes()),
            Self::Sha512(keyed) => {
                hex(&(**keyed).clone().chain_update(body).finalize().into_bytes())
            }
        }
    }

    fn fits(&self, digest: &[u8], body: &[u8]) -> bool {
        match self {
            Self::Sha1(keyed) => keyed
                .clone()
                .chain_update(body)
                .verify_slice(digest)
                .is_ok(),
            Self::Sha256(keyed) => keyed
                .clone()
                .chain_update(body)
                .verify_slice(digest)
                .is_ok(),
            Self::Sha512(keyed) => (**keyed)
                .clone()
                .chain_update(body)
                .verify_slice(digest)
                .is_ok(),
        }
    }
}

/// Whether two values are the same, by way of a digest under a key: how long that takes tells nothing of either.
fn same(one: &[u8], other: &[u8]) -> bool {
    let keyed: Hmac<Sha256> =
        Hmac::new_from_slice(DEVELOPMENT_KEY.as_bytes()).expect("HMAC takes keys of any length");
    let expected = keyed.clone().chain_update(one).finalize().into_bytes();
    keyed.chain_update(other).verify_slice(&expected).is_ok()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}

/// What lower-case hexadecimal digits stand for; providers write no others.
fn digits(text: &[u8]) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let mut seen = 0;
    let pair = |pair: &[u8]| {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        seen |= high | low;
        high << 4 | low
    };
    let bytes = text.chunks_exact(2).map(pair).collect();
    (seen < 16).then_some(bytes)
}

/// What each byte stands for as a digit; 255 where it is none. A look-up takes the same time for all of them.
const DIGITS: [u8; 256] = {
    let (mut table, mut digit) = ([255; 256], 0);
    while digit < 16 {
        table[b"0123456789abcdef"[digit as usize] as usize] = digit;
        digit += 1;
    }
    table
};

#[cfg(test)]
mod tests;
