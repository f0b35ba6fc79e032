//! Why the signature of a received delivery is not valid.
//!
//! Finding that out takes long, so it is done where no sender waits for it.

use super::delivery::InspectedDelivery;
use super::inspection::signing_input;
use crate::redact::headers::HeaderRedactor;
use crate::report::ShortDigests;
use crate::scheme_choice::VerifyingKey;
use crate::signature::diagnose::{Candidate, Diagnosis, Question, diagnose};
use std::borrow::Cow;

/// Why the signature is not valid, without secrets; `None` where it is, or where it cannot be known.
pub(crate) fn diagnosis(
    keys: &[VerifyingKey],
    redactor: &HeaderRedactor,
    delivery: &InspectedDelivery,
) -> Option<Diagnosis> {
    if delivery.signature.is_acceptable() {
        return None;
    }
    let candidates: Vec<Candidate<'_>> = keys.iter().map(VerifyingKey::candidate).collect();
    let headers = delivery.request.headers().collect::<Vec<_>>();
    let found = diagnose(&Question {
        expected: candidates.get(delivery.key?)?,
        others: &candidates,
        delivery: signing_input(&delivery.request, &headers, delivery.at),
    })?;
    // It quotes headers.
    let text = |text: &str| redactor.text(text).into_owned();
    Some(Diagnosis {
        explanation: text(&found.explanation),
        fix: text(&found.fix),
        ..found
    })
}

/// The beginnings of the digest that was received and of the right one: enough to compare, too little to sign with.
pub(super) fn digests(
    keys: &[VerifyingKey],
    redactor: &HeaderRedactor,
    delivery: &InspectedDelivery,
) -> Option<ShortDigests> {
    let key = keys.get(delivery.key?)?;
    if delivery.signature.is_acceptable() || key.signing().sends_secret() {
        return None;
    }
    let headers = delivery.request.headers().collect::<Vec<_>>();
    let input = signing_input(&delivery.request, &headers, delivery.at);
    let received = input.values(key.signer.header()).next()?;
    let received = String::from_utf8_lossy(received);
    // It may be a secret.
    let Cow::Borrowed(received) = redactor.text(&received) else {
        return None;
    };
    Some(ShortDigests {
        received: shortened(received),
        expected: shortened(&key.signer.value(&input)),
    })
}

fn shortened(digest: &str) -> String {
    const SHOWN: usize = 8;
    match digest.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &digest[..end]),
        None => digest.to_owned(),
    }
}
