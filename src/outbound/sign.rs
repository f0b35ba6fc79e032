//! How a sender signs: with which provider's scheme and which secret, and what the user should know about the secret.
//!
//! `signature` computes the value; here it is decided with what.

use super::Setup;
use super::options::SenderOptions;
use super::sender::Sender;
use crate::catalogue::manifest::{Manifest, Signing};
use crate::config::{ResolvedSecret, SECRET_VARIABLE, variable};
use crate::error::Error;
use crate::http::{Delivery, Header};
use crate::scheme_choice::{SchemeChoice, signer};
use crate::secret::DEVELOPMENT;
use crate::signature::{Signer, SigningInput};

/// How deliveries of one sender are signed.
pub(crate) enum Signature {
    Unsigned,
    /// The signature was captured with the delivery; the provider's scheme, where the provider is known.
    Captured(Option<Signing>),
    Signed(Box<ProviderSignature>),
}

/// A provider's scheme with its secret.
pub(crate) struct ProviderSignature {
    pub(crate) provider: String,
    pub(crate) signing: Signing,
    pub(crate) secret: ResolvedSecret,
    pub(crate) signer: Signer,
    /// The variable for the public key, where the scheme has one and none is configured.
    pub(crate) missing_key: Option<String>,
}

impl Signature {
    /// Decides how the deliveries of a provider are signed.
    pub(crate) fn choose(
        setup: Setup<'_, '_>,
        manifest: Option<&Manifest>,
        options: &SenderOptions,
    ) -> Result<Self, Error> {
        let manifest = match &options.scheme {
            SchemeChoice::Unsigned => None,
            SchemeChoice::Captured => {
                return Ok(Self::Captured(
                    manifest.map(|manifest| manifest.signing.value.clone()),
                ));
            }
            SchemeChoice::Of(name) => Some(&setup.catalogue.provider(name)?.manifest),
            SchemeChoice::Own => manifest,
        };
        let Some(manifest) = manifest else {
            return Ok(Self::Unsigned);
        };
        let secret = ResolvedSecret::of(
            &manifest.name,
            options.secret_file.as_deref(),
            setup.config,
            setup.environment,
        )?;
        let (signer, missing_key) = with_public_key(setup, manifest, signer(manifest, &secret)?)?;
        Ok(Self::Signed(Box::new(ProviderSignature {
            provider: manifest.name.to_string(),
            signing: manifest.signing.value.clone(),
            secret,
            signer,
            missing_key,
        })))
    }

    pub(crate) fn signed(&self) -> Option<&ProviderSignature> {
        match self {
            Self::Signed(signed) => Some(signed),
            Self::Unsigned | Self::Captured(_) => None,
        }
    }

    /// The scheme, where it is known.
    pub(crate) fn signing(&self) -> Option<&Signing> {
        match self {
            Self::Unsigned => None,
            Self::Captured(signing) => signing.as_ref(),
            Self::Signed(signed) => Some(&signed.signing),
        }
    }

    /// The headers that sign a delivery at that second.
    pub(crate) fn headers(&self, delivery: &Delivery, now: i64) -> Vec<Header> {
        let Some(signed) = self.signed() else {
            return Vec::new();
        };
        let headers: Vec<_> = delivery.headers.iter().map(Header::pair).collect();
        signed.signer.headers(&SigningInput {
            method: &delivery.method,
            target: delivery.target.path(),
            headers: &headers,
            body: &delivery.body,
            now,
        })
    }
}

/// The signer with the configured public key, or the variable that would set one.
fn with_public_key(
    setup: Setup<'_, '_>,
    manifest: &Manifest,
    signer: Signer,
) -> Result<(Signer, Option<String>), Error> {
    if manifest.signing.value.key_header().is_none() {
        return Ok((signer, None));
    }
    let Some(key) = setup.config.keys.get(&*manifest.name) else {
        return Ok((signer, Some(variable("KEY", &manifest.name))));
    };
    let signer = signer
        .with_key(&key.value)
        .map_err(|_| Error::Configuration {
            place: key.origin.to_string(),
            why: format!(
                "the public key of {} has a character that a header cannot carry",
                manifest.name
            ),
            hint: None,
        })?;
    Ok((signer, None))
}

/// What the user should know about the secrets, each note once; a script signs with what it finds in variables.
pub(crate) fn notes(senders: &[Sender<'_>], script: bool) -> Vec<String> {
    let (mut variables, mut notes) = (Vec::new(), Vec::new());
    for signed in senders
        .iter()
        .filter(|sender| !sender.is_overridden())
        .filter_map(|sender| sender.signature.signed())
    {
        let secret = &signed.secret;
        if secret.place.is_none() {
            variables.push(&secret.variable);
        }
        notes.extend(secret.notes());
        let spaced = secret.secret.expose().iter().any(u8::is_ascii_whitespace);
        if spaced && signed.signing.sends_secret() {
            notes.push(
                "the secret contains a space; the provider's own receivers cut it off there"
                    .to_owned(),
            );
        }
    }
    notes.dedup();
    variables.sort();
    variables.dedup();
    if let Some((first, others)) = variables.split_first() {
        let note = if script {
            let names: Vec<&str> = variables.iter().map(|name| name.as_str()).collect();
            format!(
                "no secret configured: set {} where the script runs, to yours or to the built-in test secret \
                 \"{DEVELOPMENT}\"",
                names.join(" and ")
            )
        } else {
            let variable = if others.is_empty() {
                first
            } else {
                SECRET_VARIABLE
            };
            format!(
                "no secret configured, signing with the built-in test secret \"{DEVELOPMENT}\" (set yours: {variable} \
                 or --secret-file)"
            )
        };
        notes.insert(0, note);
    }
    notes
}
