//! Inspects received deliveries: which provider sent one, whether its signature is valid, what is wrong with its body.

use super::delivery::InspectedDelivery;
use super::history::Marks;
use crate::body::Seed;
use crate::catalogue::Catalogue;
use crate::http::{IncomingRequest, Received, unpacked};
use crate::lint::{Levels, Linter, Scratch, Severity};
use crate::redact::headers::HeaderRedactor;
use crate::scheme_choice::{VerifyingKey, key_of};
use crate::secret::DEVELOPMENT;
use crate::signature::diagnose::{Candidate, Diagnosis, Question, diagnose};
use crate::signature::{SignatureVerdict, SigningInput};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The most bodies of a list that are linted: no provider sends lists, and findings stay in memory until they are
/// shown.
const MOST_BODIES: usize = 100;

/// Verifies and lints deliveries.
pub(crate) struct DeliveryInspector {
    linter: Linter<'static>,
    scratch: RefCell<Scratch>,
    /// One for each provider, or one for all deliveries; empty where signatures are not verified.
    pub(crate) keys: Arc<Vec<VerifyingKey>>,
    pub(crate) redactor: Arc<HeaderRedactor>,
    /// Verify every delivery with the first key, whichever provider's body it has.
    one_key: bool,
    /// The largest body that is decompressed.
    max_body: usize,
}

impl DeliveryInspector {
    /// An inspector with those keys; with `one_key` it verifies every delivery with the first.
    pub(crate) fn new(
        catalogue: &'static Catalogue,
        levels: Levels,
        keys: Vec<VerifyingKey>,
        one_key: bool,
        max_body: usize,
    ) -> Self {
        let secrets = keys.iter().map(|key| &key.held.secret);
        Self {
            linter: Linter::new(catalogue.providers(), levels).at_most(MOST_BODIES),
            scratch: RefCell::default(),
            redactor: Arc::new(HeaderRedactor::new(catalogue, secrets)),
            keys: Arc::new(keys),
            one_key,
            max_body,
        }
    }

    /// Lints the body, and verifies the signature over the bytes as they were sent.
    pub(crate) fn inspect(
        &self,
        received: &Received,
        number: u64,
        ids: Seed,
        at: SystemTime,
    ) -> InspectedDelivery {
        let decompressed = received
            .header("content-encoding")
            .and_then(|encoding| unpacked(encoding, received.body(), self.max_body));
        let text = decompressed.as_deref().unwrap_or(received.body());
        let mut bodies = Vec::with_capacity(1);
        let mut scratch = self.scratch.borrow_mut();
        self.linter.lint(text, &mut scratch, &mut |body| {
            bodies.push(body);
        });
        let layout = match &*bodies {
            // In a list it is not what the text says.
            [body] if text[..body.start].trim_ascii().is_empty() => scratch.layout(),
            _ => None,
        };
        let key = self.key(received, bodies.first().and_then(|body| body.provider));
        let (signature, scheme) = match key.map(|key| &self.keys[key]) {
            Some(key) => {
                let headers = received.headers().collect::<Vec<_>>();
                let verdict = key.signer.verify(&signing_input(received, &headers, at));
                (verdict, key.signing().scheme())
            }
            None if self.keys.is_empty() => (SignatureVerdict::Unchecked, "none"),
            // Neither the body nor a header belongs to a known provider.
            None => (SignatureVerdict::Missing, "none"),
        };
        InspectedDelivery {
            number,
            ids,
            at,
            request: Arc::clone(&received.request),
            decompressed,
            errors: bodies.iter().map(|body| body.count(Severity::Error)).sum(),
            bodies,
            layout,
            signature,
            key,
            scheme,
            diagnosis: None,
            marks: Marks::default(),
            status: None,
            no_answer: None,
            latency: Duration::ZERO,
            forwarded: Vec::new(),
            not_written: None,
            shown_number: None,
            reply: None,
            relayed: Vec::new(),
        }
    }

    /// Whether only the provider can have signed it: the built-in test secret is public.
    pub(crate) fn is_authentic(&self, delivery: &InspectedDelivery) -> bool {
        let secret = delivery.key.map(|key| self.keys[key].held.secret.expose());
        delivery.signature == SignatureVerdict::Valid && secret != Some(DEVELOPMENT.as_bytes())
    }

    /// The key of the provider whose body it is, else of the one whose signature header it has.
    fn key(&self, received: &Received, provider: Option<&str>) -> Option<usize> {
        if self.one_key {
            return (!self.keys.is_empty()).then_some(0);
        }
        key_of(&self.keys, provider, |header| {
            received.header(header).is_some()
        })
    }
}

/// Why the signature of a request, which that key should have made, is not valid. Finding that out takes long: no sender
/// should wait for it on the thread that receives.
pub(crate) fn diagnosis(
    keys: &[VerifyingKey],
    redactor: &HeaderRedactor,
    key: usize,
    request: &IncomingRequest,
    at: SystemTime,
) -> Option<Diagnosis> {
    let candidates: Vec<Candidate<'_>> = keys.iter().map(VerifyingKey::candidate).collect();
    let headers = request.headers().collect::<Vec<_>>();
    let found = diagnose(&Question {
        expected: candidates.get(key)?,
        others: &candidates,
        delivery: signing_input(request, &headers, at),
    })?;
    // It quotes headers.
    let text = |text: &str| redactor.text(text).into_owned();
    Some(Diagnosis {
        explanation: text(&found.explanation),
        fix: text(&found.fix),
        ..found
    })
}

/// What a signature of a request may cover; `headers` are the request's.
pub(crate) fn signing_input<'a>(
    request: &'a IncomingRequest,
    headers: &'a [(&'a str, &'a [u8])],
    now: SystemTime,
) -> SigningInput<'a> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    SigningInput {
        method: request.method(),
        target: request.target(),
        headers,
        body: request.body(),
        now: i64::try_from(now.as_secs()).unwrap_or_default(),
    }
}
