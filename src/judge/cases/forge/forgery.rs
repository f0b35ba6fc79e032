//! A delivery that was not signed by the provider, and what makes one from a genuine delivery.

use super::super::super::causes::Cause;
use super::super::super::judgement::Stop;
use super::super::super::order::Order;
use super::super::super::trial::Trial;
use crate::catalogue::manifest::{Hash, Signing};
use crate::http::{ExactRequest, Header};
use crate::secret::Secret;
use crate::signature::{Signer, SigningInput};

/// A request that a right endpoint refuses.
pub(super) struct Forgery {
    /// What is wrong with it, after "a payment".
    pub(super) what: String,
    pub(super) request: ExactRequest,
    /// Why an endpoint that checks signatures at all accepts it.
    pub(super) cause: Cause,
    /// A careful endpoint may accept it: it takes the secret to make it.
    pub(super) harmless: bool,
}

impl Forgery {
    pub(super) fn new(what: impl Into<String>, request: ExactRequest, cause: Cause) -> Self {
        Self {
            what: what.into(),
            request,
            cause,
            harmless: false,
        }
    }

    /// One that takes the secret to make.
    pub(super) fn harmless(what: impl Into<String>, request: ExactRequest, cause: Cause) -> Self {
        Self {
            harmless: true,
            ..Self::new(what, request, cause)
        }
    }
}

/// A genuine payment, and what it is signed with.
pub(super) struct Original<'t> {
    pub(super) request: ExactRequest,
    pub(super) body: String,
    pub(super) signing: &'t Signing,
    pub(super) secret: &'t Secret,
}

impl<'t> Original<'t> {
    /// The payment of an order; not run where deliveries are not signed.
    pub(super) fn of(trial: &Trial<'t, '_>, order: &Order) -> Result<Self, Stop> {
        let body = trial.session.deliveries.paid(order);
        Self::with_body(trial, body)
    }

    /// The same with another body.
    pub(super) fn with_body(trial: &Trial<'t, '_>, body: String) -> Result<Self, Stop> {
        let deliveries = &trial.session.deliveries;
        let signed = deliveries.sender.signature.signed();
        let signed = signed
            .filter(|_| !deliveries.sender.is_overridden())
            .ok_or_else(|| Stop::NotRun("its deliveries are not signed by this tool".to_owned()))?;
        Ok(Self {
            request: deliveries.signed(body.clone()),
            body,
            signing: &signed.signing,
            secret: &signed.secret.secret,
        })
    }

    /// The value of the header that carries the signature.
    pub(super) fn value(&self) -> &str {
        self.header_value(self.signing.header()).unwrap_or_default()
    }

    /// The word before the signature, if there is one, and the rest.
    pub(super) fn split_value(&self) -> (&str, &str) {
        let value = self.value();
        let start = self.signing.prefix().map_or(0, |prefix| prefix.len() + 1);
        value.split_at_checked(start).unwrap_or(("", value))
    }

    /// The public key that is sent beside the signature.
    pub(super) fn public_key(&self) -> Option<&str> {
        self.header_value(self.signing.key_header()?)
    }

    fn header_value(&self, name: &str) -> Option<&str> {
        let header = self.request.headers.iter().find(|header| header.is(name))?;
        Some(&header.value)
    }

    /// The request without a signature.
    pub(super) fn unsigned(&self) -> ExactRequest {
        let mut request = self.request.clone();
        request.remove(self.signing.header());
        request
    }

    /// The request with another value in the header of the signature.
    pub(super) fn with_value(&self, value: impl Into<String>) -> ExactRequest {
        let value = value.into();
        // A changed secret is nearly the secret.
        let secret = self.signing.sends_secret().then_some(0..value.len());
        let mut request = self.request.clone();
        request.put(Header {
            name: self.signing.header().to_owned(),
            value,
            secret,
        });
        request
    }

    /// The request as the provider would sign it with another secret, where that can be sent.
    pub(super) fn signed_with(&self, secret: &[u8]) -> Option<ExactRequest> {
        self.signed_as(self.signing, secret)
    }

    /// The request as a provider with another scheme would sign it.
    pub(super) fn signed_as(&self, signing: &Signing, secret: &[u8]) -> Option<ExactRequest> {
        let signer = Signer::new(signing, &Secret::new(secret)).ok()?;
        let header = signer.headers(&self.input()).pop()?;
        let mut request = self.request.clone();
        request.put(header);
        Some(request)
    }

    /// The digest with another hash function; `None` for schemes that send no digest.
    pub(super) fn digest(&self, hash: Hash, secret: &[u8]) -> Option<String> {
        let signing = match self.signing {
            Signing::Hmac {
                encoding, header, ..
            } => Signing::Hmac {
                hash,
                encoding: *encoding,
                header: header.clone(),
                key_header: None,
                optional: false,
            },
            Signing::Secret { .. } => return None,
        };
        let signer = Signer::new(&signing, &Secret::new(secret)).ok()?;
        Some(signer.value(&self.input()))
    }

    fn input(&self) -> SigningInput<'_> {
        SigningInput {
            method: "POST",
            target: "/",
            headers: &[],
            body: self.body.as_bytes(),
            now: 0,
        }
    }
}

/// A secret that no endpoint has.
pub(super) fn random_secret(trial: &Trial<'_, '_>) -> String {
    format!("{:016x}{:016x}", trial.seed.draw(901), trial.seed.draw(902))
}
