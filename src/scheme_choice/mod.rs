//! Which provider's scheme signs and verifies, and the signer that its secret makes.
//!
//! Sending, receiving and checking all choose a scheme, and none of them knows the others.

mod verifying_key;

pub(crate) use verifying_key::{UnusableKey, VerifyingKey, key_of, secret_notes};

use crate::catalogue::manifest::Manifest;
use crate::config::{ResolvedSecret, USE_SECRET_FILE};
use crate::error::Error;
use crate::signature::Signer;

/// The scheme that a user chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SchemeChoice {
    /// That of the provider that sends the delivery.
    Own,
    /// That of the named provider.
    Of(String),
    /// None: deliveries are not signed.
    Unsigned,
    /// None: the signature was captured with the delivery.
    Captured,
}

impl SchemeChoice {
    /// What `--scheme` means: a provider's name, `none`, or not given.
    pub(crate) fn named(name: Option<String>) -> Self {
        match name {
            Some(none) if none.eq_ignore_ascii_case("none") => Self::Unsigned,
            Some(name) => Self::Of(name),
            None => Self::Own,
        }
    }
}

/// Signs and verifies as a provider does, with its secret.
pub(crate) fn signer(manifest: &Manifest, secret: &ResolvedSecret) -> Result<Signer, Error> {
    Signer::new(&manifest.signing.value, &secret.secret).map_err(|_| Error::Secret {
        provider: manifest.name.to_string(),
        why: "it has a character that a header cannot carry, and the provider sends the secret in a header"
            .to_owned(),
        origin: secret.place.clone(),
        hint: USE_SECRET_FILE,
    })
}
