//! Who sends a delivery: what the provider's manifest says about that, its headers, and its signature.

use super::Setup;
use super::expectation::{Expectation, ExpectedAnswer};
use super::options::SenderOptions;
use super::sign::{ProviderSignature, Signature};
use super::signed::SignedDelivery;
use crate::body::OrderView;
use crate::catalogue::manifest::{Fact, FactList, Manifest, Signing};
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::http::{Delivery, Header, Target};
use crate::json::lookup;
use crate::redact::Redactor;
use crate::redact::headers::{header, hide};
use crate::signature::diagnose::Candidate;
use percent_encoding::percent_decode_str;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A provider, or an unknown sender, and how it signs.
pub(crate) struct Sender<'c> {
    manifest: Option<&'c Manifest>,
    pub(crate) expectation: Expectation,
    pub(crate) signature: Signature,
    /// The headers of every delivery.
    fixed_headers: Vec<Header>,
    /// The headers that the user gave; they replace others of the same name.
    pub(crate) user_headers: Vec<Header>,
    /// Finds its secret. Made once: that takes longer than signing.
    own_redactor: OnceLock<Arc<Redactor>>,
}

impl<'c> Sender<'c> {
    /// The sender of a provider's deliveries, with its secret.
    pub(crate) fn new(
        setup: Setup<'_, 'c>,
        manifest: Option<&'c Manifest>,
        options: &SenderOptions,
    ) -> Result<Self, Error> {
        let user_headers = options.headers.iter().map(|text| header("--header", text));
        let mut user_headers = user_headers.collect::<Result<Vec<_>, _>>()?;
        let signature = Signature::choose(setup, manifest, options)?;
        if let Some(signing) = signature.signing().filter(|signing| signing.sends_secret()) {
            let header = signing.header();
            let carries_secret = user_headers.iter_mut().filter(|user| user.is(header));
            carries_secret.for_each(hide);
        }
        if let Signature::Signed(signed) = &signature
            && !user_headers.is_empty()
        {
            let secret = Redactor::new([signed.secret.secret.expose()]);
            user_headers
                .iter_mut()
                .filter(|user| secret.is_in(user.value.as_bytes()))
                .for_each(hide);
        }
        let fixed_headers = vec![
            plain("User-Agent", &user_agent(manifest)),
            plain("Accept", "*/*"),
            plain("Content-Type", content_type(manifest)),
        ];
        Ok(Self {
            manifest,
            expectation: Expectation::of_provider(manifest),
            signature,
            fixed_headers,
            user_headers,
            own_redactor: OnceLock::new(),
        })
    }

    pub(crate) fn is_of(&self, manifest: Option<&Manifest>) -> bool {
        let name = |manifest: Option<&Manifest>| manifest.map(|manifest| manifest.name.clone());
        name(self.manifest) == name(manifest)
    }

    /// Whether a signature as that provider makes it is not this sender's own.
    pub(crate) fn is_of_another(&self, provider: &str) -> bool {
        self.manifest.is_some_and(|own| own.name != provider)
    }

    /// How the provider signs, whatever signs these deliveries.
    pub(crate) fn own_signing(&self) -> Option<&'c Signing> {
        self.manifest.map(|own| &own.signing.value)
    }

    /// Whether a status is what the user expects.
    pub(crate) fn meets(&self, expected: ExpectedAnswer, status: u16) -> bool {
        expected.is_met(status, &self.expectation)
    }

    /// The order that a body is about.
    pub(crate) fn order(&self, body: &[u8]) -> OrderView {
        let text = std::str::from_utf8(body).ok();
        let view = self.manifest.zip(text);
        view.map_or_else(OrderView::default, |(manifest, text)| {
            OrderView::of(manifest, text)
        })
    }

    /// The provider's own id of a delivery with that body; where it gives none, that of the object.
    pub(crate) fn delivery_id(&self, body: &[u8]) -> Option<String> {
        let start = body.iter().position(|byte| *byte == b'{')?;
        let history = &self.manifest?.history;
        let mut pointers = history.delivery.iter().chain(&history.object);
        let value = pointers.find_map(|pointer| lookup(body, start, pointer))?;
        let value = std::str::from_utf8(&body[value]).ok()?;
        Some(value.trim_matches('"').to_owned())
    }

    /// The name for people.
    pub(crate) fn title(&self) -> &str {
        self.manifest
            .map_or("the provider", |manifest| manifest.title.as_str())
    }

    /// How long the provider waits for a response, where that is known.
    pub(crate) fn known_timeout(&self) -> Option<&Fact<u32>> {
        self.manifest?.delivery.timeout_seconds.as_ref()
    }

    /// How long to wait for a response.
    pub(crate) fn timeout(&self) -> Duration {
        timeout(self.manifest)
    }

    /// The waits between attempts, where they are known.
    pub(crate) fn retries(&self) -> Option<&Fact<FactList<u32>>> {
        self.manifest?.delivery.retry_seconds.as_ref()
    }

    pub(crate) fn method(&self) -> &str {
        self.manifest
            .map_or("POST", |manifest| manifest.delivery.method.value.as_str())
    }

    pub(crate) fn content_type(&self) -> &str {
        content_type(self.manifest)
    }

    /// The provider that signs, and its secret.
    pub(crate) fn secret(&self) -> Option<(&str, &ResolvedSecret)> {
        let ProviderSignature {
            provider, secret, ..
        } = self.signature.signed()?;
        Some((provider, secret))
    }

    /// How it signs, as the diagnosis of signatures has to know it.
    pub(crate) fn candidate(&self) -> Option<Candidate<'_>> {
        let signed = self.signature.signed()?;
        let own = self.manifest.filter(|own| own.name == signed.provider);
        Some(Candidate {
            provider: &signed.provider,
            title: own.map_or(&signed.provider, |own| &own.title),
            signing: &signed.signing,
            secret: &signed.secret.secret,
            place: signed.secret.place.as_deref(),
            variable: &signed.secret.variable,
        })
    }

    /// A body on its way to a target, signed as the sender signs it at that second.
    pub(crate) fn delivery(&self, target: &Target, body: Vec<u8>, now: i64) -> SignedDelivery {
        self.sign(self.unsigned(target, body), |delivery| {
            self.signature.headers(delivery, now)
        })
    }

    /// Signs a delivery with the headers that `sign` makes, right or wrong.
    pub(crate) fn sign(
        &self,
        delivery: Delivery,
        sign: impl FnOnce(&Delivery) -> Vec<Header>,
    ) -> SignedDelivery {
        let signature_header = self.signature.signing().map(Signing::header);
        SignedDelivery::with(delivery, sign, signature_header, &self.user_headers)
    }

    /// A delivery without a signature.
    pub(crate) fn unsigned(&self, target: &Target, body: Vec<u8>) -> Delivery {
        let mut headers = self.fixed_headers.clone();
        if let Some(login) = target.basic_login().filter(|_| !self.uses_authorization()) {
            headers.push(basic(login));
        }
        Delivery {
            method: self.method().to_owned(),
            target: target.clone(),
            headers,
            body,
        }
    }

    /// Finds every secret of a delivery, in whatever text it occurs.
    pub(crate) fn redactor(&self, delivery: &Delivery) -> Arc<Redactor> {
        let own = self.secret().map(|(_, resolved)| resolved.secret.expose());
        let carried = delivery
            .headers
            .iter()
            .filter_map(|header| header.value.get(header.secret.clone()?))
            .map(str::as_bytes)
            .filter(|value| Some(*value) != own);
        let mut secrets: Vec<Vec<u8>> = carried.map(<[u8]>::to_vec).collect();
        if let Some(login) = delivery.target.login() {
            let decoded: Vec<u8> = percent_decode_str(login).collect();
            let colon = decoded.iter().position(|byte| *byte == b':');
            secrets.extend(colon.map(|colon| decoded[colon + 1..].to_vec()));
            secrets.extend([login.as_bytes().to_vec(), decoded]);
        }
        if secrets.is_empty() {
            let made = self
                .own_redactor
                .get_or_init(|| Arc::new(Redactor::new(own)));
            return Arc::clone(made);
        }
        Arc::new(Redactor::new(secrets.iter().map(Vec::as_slice).chain(own)))
    }

    /// Whether a header of the user replaces the signature.
    pub(crate) fn is_overridden(&self) -> bool {
        let signing = self.signature.signing().or(self.own_signing());
        signing.is_some_and(|signing| {
            self.user_headers
                .iter()
                .any(|user| user.is(signing.header()))
        })
    }

    /// Whether the signature is in the header that would carry user and password of a URL.
    pub(crate) fn uses_authorization(&self) -> bool {
        self.signature
            .signing()
            .is_some_and(|signing| signing.header().eq_ignore_ascii_case("Authorization"))
    }
}

fn content_type(manifest: Option<&Manifest>) -> &str {
    let known = manifest.and_then(|manifest| manifest.delivery.content_type.as_ref());
    known.map_or("application/json", |fact| fact.value.as_str())
}

fn user_agent(manifest: Option<&Manifest>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let known = manifest.and_then(|manifest| manifest.delivery.user_agent.as_ref());
    known.map_or_else(
        || format!("inqud-hook/{version}"),
        |fact| fact.value.replace("{version}", version),
    )
}

fn plain(name: &str, value: &str) -> Header {
    Header {
        name: name.to_owned(),
        value: value.to_owned(),
        secret: None,
    }
}

/// User and password of a URL as HTTP carries them.
fn basic(value: String) -> Header {
    let secret = Some("Basic ".len()..value.len());
    Header {
        name: "Authorization".to_owned(),
        value,
        secret,
    }
}

/// How long to wait for a response, by default.
pub(crate) fn timeout(manifest: Option<&Manifest>) -> Duration {
    // The longest timeout that a provider documents; the others document none or a shorter one.
    const USUAL: u32 = 10;
    let known = manifest.and_then(|manifest| manifest.delivery.timeout_seconds.as_ref());
    Duration::from_secs(known.map_or(USUAL, |fact| fact.value).into())
}
