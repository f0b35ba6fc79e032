//! What the rest of the program asks of a signing scheme. With [`Signer`](super::Signer) the only code that looks
//! inside [`Signing`], so that a new scheme changes no caller.

use crate::catalogue::manifest::{Hash, Signing};

impl Signing {
    /// The scheme's name in every output.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Hmac { hash, .. } => match hash {
                Hash::Sha1 => "hmac-sha1",
                Hash::Sha256 => "hmac-sha256",
                Hash::Sha512 => "hmac-sha512",
            },
            Self::Secret { .. } => "secret",
        }
    }

    /// The header that carries the signature.
    pub fn header(&self) -> &str {
        match self {
            Self::Hmac { header, .. } | Self::Secret { header, .. } => header,
        }
    }

    /// The header that carries a public key beside the signature.
    pub fn key_header(&self) -> Option<&str> {
        match self {
            Self::Hmac { key_header, .. } => key_header.as_deref(),
            Self::Secret { .. } => None,
        }
    }

    /// The hash function, if the scheme signs the body.
    pub fn hash(&self) -> Option<Hash> {
        match self {
            Self::Hmac { hash, .. } => Some(*hash),
            Self::Secret { .. } => None,
        }
    }

    /// The word before the secret, if the scheme sends the secret itself.
    pub fn prefix(&self) -> Option<&str> {
        match self {
            Self::Hmac { .. } => None,
            Self::Secret { prefix, .. } => Some(prefix),
        }
    }

    /// Whether the header carries the secret itself.
    pub fn sends_secret(&self) -> bool {
        matches!(self, Self::Secret { .. })
    }

    /// Whether the provider sends unsigned deliveries while no secret is set.
    pub fn is_optional(&self) -> bool {
        match self {
            Self::Hmac { optional, .. } | Self::Secret { optional, .. } => *optional,
        }
    }

    /// How a delivery is signed, in one line.
    pub fn description(&self) -> String {
        match self {
            Self::Hmac {
                hash,
                header,
                key_header,
                ..
            } => {
                let key = key_header.as_ref().map_or(String::new(), |key| {
                    format!("; {key} carries the public key")
                });
                let hash = hash.name();
                format!(
                    "{header}: HMAC-{hash} of the raw body, keyed by the secret as text, in lower-case hex{key}"
                )
            }
            Self::Secret { header, prefix, .. } => format!(
                "{header}: the word {prefix}, a space, and the secret itself; the body is not signed"
            ),
        }
    }

    /// What the signature's header carries, in a few words.
    pub(crate) fn expected_value(&self) -> String {
        match self {
            Self::Hmac { hash, .. } => format!(
                "the HMAC-{} of the raw body as lower-case hex",
                hash.title()
            ),
            Self::Secret { prefix, .. } => format!("`{prefix}`, one space and the secret"),
        }
    }
}

impl Hash {
    /// The name as providers and libraries write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The name as sentences write it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The length of a digest in bytes.
    pub(super) fn digest_length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The hash function with digests of that many bytes.
    pub(super) fn of_digest_length(bytes: usize) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512]
            .into_iter()
            .find(|hash| hash.digest_length() == bytes)
    }
}
