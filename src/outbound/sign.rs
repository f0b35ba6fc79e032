//! How deliveries are signed and which headers they have: the provider's own, the scheme's, the user's.
//!
//! Separate from `signature`, which turns a secret and bytes into a value: here it is decided whose scheme and whose
//! secret that is, and what a user is told about it.

use super::compose::Sender;
use super::{SchemeChoice, SignOptions};
use crate::catalogue::manifest::Signing;
use crate::commands::Context;
use crate::config::variable;
use crate::error::Error;
use crate::http::{Delivery, Header, Target};
use crate::inbound::inspector::signer;
use crate::redact::Redactor;
use crate::redact::headers::{header, hide};
use crate::secret::ResolvedSecret;
use crate::signature::{Signer, SigningInput};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Headers, and the secret behind one of them.
pub(crate) struct Signature {
    /// What every delivery has.
    fixed: Vec<Header>,
    /// What the user wants to be there, in place of ours where the names are the same.
    pub(crate) own: Vec<Header>,
    pub(crate) signer: Option<Signer>,
    pub(crate) signing: Option<Signing>,
    /// The provider whose scheme it is, and its secret.
    pub(crate) held: Option<(String, ResolvedSecret)>,
    pub(crate) scheme: &'static str,
    /// What signs was captured, and no secret is needed for it.
    pub(crate) captured: bool,
    /// The scheme was named, so that it holds whosever body it is.
    pub(crate) overrides: bool,
    /// The variable that would hold the public key of the scheme, where it has one that nobody named.
    pub(crate) key_variable: Option<String>,
}

impl Signature {
    /// Decides how to sign.
    pub(crate) fn of(
        context: &Context<'_>,
        sender: &Sender<'_>,
        options: &SignOptions,
        headers: &[String],
    ) -> Result<Self, Error> {
        let manifest = match &options.scheme {
            SchemeChoice::Unsigned => None,
            SchemeChoice::Of(name) => Some(&context.catalogue.provider(name)?.manifest),
            SchemeChoice::Own | SchemeChoice::Captured => sender.manifest,
        };
        let mut own = headers
            .iter()
            .map(|text| header("--header", text))
            .collect::<Result<Vec<_>, _>>()?;
        let plain = |name: &str, value: &str| Header {
            name: name.to_owned(),
            value: value.to_owned(),
            secret: None,
        };
        let fixed = vec![
            plain("User-Agent", &sender.user_agent()),
            plain("Accept", "*/*"),
            plain("Content-Type", sender.content_type()),
        ];
        let captured = matches!(options.scheme, SchemeChoice::Captured);
        let Some(manifest) = manifest else {
            let (signer, signing, held, key_variable) = (None, None, None, None);
            let scheme = "none";
            return Ok(Self {
                fixed,
                own,
                signer,
                signing,
                held,
                scheme,
                captured,
                overrides: true,
                key_variable,
            });
        };
        let signing = manifest.signing.value.clone();
        if signing.sends_secret() {
            own.iter_mut()
                .filter(|own| own.is(signing.header()))
                .for_each(hide);
        }
        let scheme = signing.scheme();
        if captured {
            let (signer, signing, held, key_variable) = (None, Some(signing), None, None);
            return Ok(Self {
                fixed,
                own,
                signer,
                signing,
                held,
                scheme,
                captured,
                overrides: false,
                key_variable,
            });
        }
        let environment = &*context.world.environment;
        let held = ResolvedSecret::of(
            &manifest.name,
            options.secret_file.as_deref(),
            &context.config,
            environment,
        )?;
        let mut signer = signer(manifest, &held)?;
        let mut key_variable = None;
        match (
            signing.key_header(),
            context.config.keys.get(&manifest.name),
        ) {
            (Some(_), None) => key_variable = Some(variable("KEY", &manifest.name)),
            (Some(_), Some(key)) => {
                signer = signer
                    .with_key(&key.value)
                    .map_err(|_| Error::Configuration {
                        place: key.origin.to_string(),
                        why: format!(
                            "the public key of {} has a character that no header can carry",
                            manifest.name
                        ),
                        hint: None,
                    })?;
            }
            _ => {}
        }
        let secret = Redactor::new([held.secret.expose()]);
        own.iter_mut()
            .filter(|own| secret.is_in(own.value.as_bytes()))
            .for_each(hide);
        let held = Some((manifest.name.clone(), held));
        let overrides = matches!(options.scheme, SchemeChoice::Of(_));
        let (signer, signing) = (Some(signer), Some(signing));
        Ok(Self {
            fixed,
            own,
            signer,
            signing,
            held,
            scheme,
            captured,
            overrides,
            key_variable,
        })
    }

    /// Says what a user should know of the secrets, each once.
    pub(crate) fn say_notes<'s>(
        context: &mut Context<'_>,
        signatures: impl Iterator<Item = &'s Self>,
    ) {
        let (mut variables, mut notes) = (Vec::new(), Vec::new());
        for (signature, held) in
            signatures.filter_map(|signature| Some((signature, &signature.held.as_ref()?.1)))
        {
            match &held.place {
                None => variables.push(&held.variable),
                Some(place) if held.trimmed => {
                    notes.push(format!("the secret {place} ends in a line feed, which is not taken for a part of it"));
                }
                Some(_) => {}
            }
            let spaced = held.secret.expose().iter().any(u8::is_ascii_whitespace);
            if spaced
                && signature
                    .signing
                    .as_ref()
                    .is_some_and(Signing::sends_secret)
            {
                notes.push("the secret has a space in it, at which the provider's own receivers cut it off".to_owned());
            }
        }
        if let Some((first, others)) = variables.split_first() {
            let variable = if others.iter().all(|other| other == first) {
                first
            } else {
                "INQUD_HOOK_SECRET"
            };
            context.note(&format!(
                "signed with the development secret, {}; give your own with --secret-file or ${variable}",
                crate::secret::DEVELOPMENT
            ));
        }
        notes.dedup();
        notes.iter().for_each(|note| context.note(note));
    }

    /// A body on its way to a target, and the place of the header that signs it.
    pub(crate) fn delivery(
        &self,
        sender: &Sender<'_>,
        target: &Target,
        body: Vec<u8>,
        now: i64,
    ) -> (Delivery, Option<usize>) {
        let (headers, signed) = self.headers(sender.method(), target, &body, now);
        (
            Delivery {
                method: sender.method().to_owned(),
                target: target.clone(),
                headers,
                body,
            },
            signed,
        )
    }

    /// The headers of a delivery, in the order in which they travel, and the place of the one that signs it.
    fn headers(
        &self,
        method: &str,
        target: &Target,
        body: &[u8],
        now: i64,
    ) -> (Vec<Header>, Option<usize>) {
        let mut headers = self.fixed.clone();
        if let Some(login) = target.login().filter(|_| !self.uses_authorization()) {
            headers.push(basic(login));
        }
        let signed = self
            .signer
            .as_ref()
            .map(|signer| {
                let pairs: Vec<(&str, &[u8])> = headers.iter().map(Header::pair).collect();
                signer.headers(&SigningInput {
                    method,
                    target: target.path(),
                    headers: &pairs,
                    body,
                    now,
                })
            })
            .unwrap_or_default();
        headers.extend(signed);
        headers.retain(|header| !self.own.iter().any(|own| own.is(&header.name)));
        let place = self.place_in(&headers);
        headers.extend(self.own.iter().cloned());
        (headers, place)
    }

    /// The place of the header that signs among those.
    pub(crate) fn place_in(&self, headers: &[Header]) -> Option<usize> {
        let name = self.signing.as_ref().map(Signing::header)?;
        headers.iter().position(|header| header.is(name))
    }

    /// Finds everything that nobody may see of a delivery, wherever it turns up.
    pub(crate) fn redactor(&self, delivery: &Delivery) -> Redactor {
        let carried = delivery
            .headers
            .iter()
            .filter_map(|header| header.value.get(header.secret.clone()?));
        let mut secrets: Vec<Vec<u8>> = carried.map(|value| value.as_bytes().to_vec()).collect();
        secrets.extend(
            self.held
                .iter()
                .map(|(_, held)| held.secret.expose().to_vec()),
        );
        if let Some(login) = delivery.target.login() {
            let decoded = percent_decoded(login);
            let password = decoded
                .iter()
                .position(|byte| *byte == b':')
                .map(|colon| decoded[colon + 1..].to_vec());
            secrets.extend(
                password
                    .into_iter()
                    .chain([login.as_bytes().to_vec(), decoded]),
            );
        }
        Redactor::new(secrets.iter().map(Vec::as_slice))
    }

    /// Whether the user gave a header in place of the one that signs.
    pub(crate) fn is_overridden(&self) -> bool {
        self.signing
            .as_ref()
            .is_some_and(|signing| self.own.iter().any(|own| own.is(signing.header())))
    }

    /// Whether the scheme needs the header that a user and a password in a URL would go to.
    pub(crate) fn uses_authorization(&self) -> bool {
        self.signing
            .as_ref()
            .is_some_and(|signing| signing.header().eq_ignore_ascii_case("Authorization"))
    }
}

/// User and password as HTTP carries them.
fn basic(login: &str) -> Header {
    let decoded = percent_decoded(login);
    let login = if decoded.contains(&b':') {
        decoded
    } else {
        [decoded.as_slice(), b":"].concat()
    };
    let value = format!("Basic {}", STANDARD.encode(login));
    let secret = Some("Basic ".len()..value.len());
    Header {
        name: "Authorization".to_owned(),
        value,
        secret,
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits
            .filter(|_| *first == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}
