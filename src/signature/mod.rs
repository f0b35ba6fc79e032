//! Signs deliveries as a provider does, and verifies the signatures of deliveries that arrive.
//!
//! Signing and verifying see the whole delivery as a [`SigningInput`]: today's schemes cover the body alone, others
//! cover a timestamp, the target or several headers. A delivery is signed wrongly on purpose through the same door: a
//! [`Signer`] made from another scheme or secret, or a [`SigningInput`] with other bytes.

pub mod diagnose;
mod keyed_hash;
mod scheme;

use crate::catalogue::manifest::{Encoding, Hash, Signing};
use crate::http::Header;
use crate::secret::Secret;
use keyed_hash::{KeyedHash, from_lower_hex, hex, same};

/// The public key to send if none is configured.
pub const DEVELOPMENT_KEY: &str = "inqud-hook-development-key";

/// Everything that a signature may cover.
#[derive(Clone, Copy, Debug)]
pub struct SigningInput<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path and query of the request line.
    pub target: &'a str,
    /// Names and values in order, with repeats.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The raw bytes.
    pub body: &'a [u8],
    /// The current time in seconds since 1970.
    pub now: i64,
}

impl<'a> SigningInput<'a> {
    /// The values of all headers of that name; case does not matter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// Signs and verifies with one scheme and one secret.
#[derive(Clone)]
pub struct Signer {
    scheme: Scheme,
}

#[derive(Clone)]
enum Scheme {
    Digest {
        keyed: KeyedHash,
        header: String,
        key: Option<Header>,
    },
    Shared {
        header: Header,
    },
}

/// Whether a delivery was signed with the secret; in the order of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureVerdict {
    /// The header has another value.
    Invalid,
    /// The header is missing.
    Missing,
    /// Signatures are not verified.
    Unchecked,
    /// It was made with the secret, over these bytes.
    Valid,
}

impl SignatureVerdict {
    /// The name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Missing => "missing",
            Self::Unchecked => "unchecked",
        }
    }

    /// The verdict of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Valid, Self::Invalid, Self::Missing, Self::Unchecked]
            .into_iter()
            .find(|verdict| verdict.name() == name)
    }

    /// Whether a careful endpoint would accept it.
    pub fn is_acceptable(self) -> bool {
        matches!(self, Self::Valid | Self::Unchecked)
    }
}

/// A secret or key with a character that is not allowed in a header.
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
            } => Scheme::Digest {
                keyed: KeyedHash::new(*hash, secret),
                header: header.to_string(),
                key: key_header.as_ref().map(|name| Header {
                    name: name.to_string(),
                    value: DEVELOPMENT_KEY.to_owned(),
                    secret: None,
                }),
            },
            Signing::Secret { header, prefix, .. } => Scheme::Shared {
                header: secret_header(header, prefix, secret)?,
            },
        };
        Ok(Self { scheme })
    }

    /// The same, with this public key if the scheme sends one.
    pub fn with_key(mut self, value: &str) -> Result<Self, Unwritable> {
        if let Scheme::Digest { key: Some(key), .. } = &mut self.scheme {
            *key = Header::new(&key.name, value).map_err(|_| Unwritable)?;
        }
        Ok(self)
    }

    /// The name of the header that carries the signature.
    pub fn header(&self) -> &str {
        match &self.scheme {
            Scheme::Digest { header, .. } => header,
            Scheme::Shared { header } => &header.name,
        }
    }

    /// The headers that sign a delivery; the one that carries the signature is the last.
    pub fn headers(&self, input: &SigningInput<'_>) -> Vec<Header> {
        match &self.scheme {
            Scheme::Shared { header } => vec![header.clone()],
            Scheme::Digest { header, key, .. } => {
                let signature = Header {
                    name: header.clone(),
                    value: self.value(input),
                    secret: None,
                };
                key.iter().cloned().chain([signature]).collect()
            }
        }
    }

    /// The value of the header that carries the signature: within a burst nothing else changes.
    pub fn value(&self, input: &SigningInput<'_>) -> String {
        match &self.scheme {
            Scheme::Digest { keyed, .. } => keyed.hex_digest(input.body),
            Scheme::Shared { header } => header.value.clone(),
        }
    }

    /// Checks a delivery's signature, in the same time for wrong values as for right ones. A repeated header is never
    /// valid: some handlers read the first value, others the last, and most both, joined.
    pub fn verify(&self, input: &SigningInput<'_>) -> SignatureVerdict {
        let mut values = input.values(self.header());
        let Some(value) = values.next() else {
            return SignatureVerdict::Missing;
        };
        if values.next().is_some() {
            return SignatureVerdict::Invalid;
        }
        let matches = match &self.scheme {
            Scheme::Digest { keyed, .. } => {
                from_lower_hex(value).is_some_and(|digest| keyed.matches(&digest, input.body))
            }
            Scheme::Shared { header } => same(header.value.as_bytes(), value),
        };
        if matches {
            SignatureVerdict::Valid
        } else {
            SignatureVerdict::Invalid
        }
    }
}

/// A hash without a key, in lower-case hex.
pub(crate) fn plain_hash(hash: Hash, bytes: &[u8]) -> String {
    hex(&diagnose::hashed(hash, &[bytes]))
}

/// The header that carries the secret itself after a word.
fn secret_header(name: &str, prefix: &str, secret: &Secret) -> Result<Header, Unwritable> {
    let text = std::str::from_utf8(secret.expose()).map_err(|_| Unwritable)?;
    let before = if prefix.is_empty() {
        String::new()
    } else {
        format!("{prefix} ")
    };
    let start = before.len();
    let mut header = Header::new(name, &format!("{before}{text}")).map_err(|_| Unwritable)?;
    header.secret = Some(start..start + text.len());
    Ok(header)
}

#[cfg(test)]
mod tests;
