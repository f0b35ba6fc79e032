//! The keys that deliveries are verified with: each a provider's scheme with the secret that is configured for it.

use super::{SchemeChoice, signer};
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::{Manifest, Signing};
use crate::config::{Config, Env, ResolvedSecret, SECRET_VARIABLE};
use crate::error::Error;
use crate::secret::DEVELOPMENT;
use crate::signature::Signer;
use crate::signature::diagnose::Candidate;
use std::path::Path;

/// A provider's scheme of which the secret cannot be used.
pub(crate) struct UnusableKey {
    pub(crate) manifest: &'static Manifest,
    pub(crate) error: Error,
}

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

    /// The keys of a choice: those of all providers, that of the chosen one, or none.
    pub(crate) fn chosen(
        choice: &SchemeChoice,
        secret_file: Option<&Path>,
        catalogue: &'static Catalogue,
        config: &Config,
        environment: Env<'_>,
    ) -> Result<Vec<Self>, Error> {
        let key = |manifest: &'static Manifest| {
            let held = ResolvedSecret::of(&manifest.name, secret_file, config, environment)?;
            Self::new(manifest, held)
        };
        match choice {
            SchemeChoice::Unsigned | SchemeChoice::Captured => Ok(Vec::new()),
            SchemeChoice::Of(name) => Ok(vec![key(&catalogue.provider(name)?.manifest)?]),
            SchemeChoice::Own => {
                let providers = catalogue.providers().iter();
                providers.map(|provider| key(&provider.manifest)).collect()
            }
        }
    }

    pub(crate) fn signing(&self) -> &'static Signing {
        &self.manifest.signing.value
    }

    /// What the diagnosis of a signature has to know of it.
    pub(crate) fn candidate(&self) -> Candidate<'_> {
        Candidate {
            provider: &self.manifest.name,
            title: &self.manifest.title,
            signing: self.signing(),
            secret: &self.held.secret,
            place: self.held.place.as_deref(),
            variable: &self.held.variable,
        }
    }
}

/// The key of the provider to which a body belongs, else of the one with a signature header among those of the delivery.
pub(crate) fn key_of(
    keys: &[VerifyingKey],
    provider: Option<&str>,
    has_header: impl Fn(&str) -> bool,
) -> Option<usize> {
    let of_provider = keys
        .iter()
        .position(|key| Some(key.manifest.name.as_str()) == provider);
    of_provider.or_else(|| keys.iter().position(|key| has_header(key.signer.header())))
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
             {SECRET_VARIABLE} or --secret-file)",
            without.join(", ")
        ));
    }
    for note in keys.iter().flat_map(|key| key.held.notes()) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}
