//! A provider's scheme with the secret to verify its deliveries.

use crate::catalogue::manifest::{Manifest, Signing};
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::scheme_choice::signer;
use crate::secret::DEVELOPMENT;
use crate::signature::Signer;

/// A provider's scheme and the secret to verify with.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    pub(crate) manifest: &'static Manifest,
    pub(crate) held: ResolvedSecret,
    pub(crate) signer: Signer,
}

impl VerifyingKey {
    pub(crate) fn new(manifest: &'static Manifest, held: ResolvedSecret) -> Result<Self, Error> {
        let signer = signer(manifest, &held)?;
        Ok(Self {
            manifest,
            held,
            signer,
        })
    }

    pub(crate) fn signing(&self) -> &'static Signing {
        &self.manifest.signing.value
    }
}

/// What the user should know about the secrets.
pub(crate) fn secret_notes(keys: &[VerifyingKey]) -> Vec<String> {
    let mut notes = Vec::new();
    let without: Vec<&str> = keys
        .iter()
        .filter(|key| key.held.place.is_none())
        .map(|key| key.manifest.name.as_str())
        .collect();
    if !without.is_empty() {
        notes.push(format!(
            "no secret configured for {}; verifying with the built-in test secret \"{DEVELOPMENT}\" (set yours: \
             INQUD_HOOK_SECRET or --secret-file)",
            without.join(", ")
        ));
    }
    for key in keys.iter().filter(|key| key.held.trimmed) {
        let place = key.held.place.as_deref().unwrap_or_default();
        let note = format!("ignoring the trailing newline of the secret {place}");
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}
