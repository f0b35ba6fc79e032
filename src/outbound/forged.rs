//! Deliveries that the tool itself knows not to be genuine: an endpoint that accepts one is open to everybody's.

use super::sender::Sender;
use super::sign::Signature;
use super::signed::SignedDelivery;
use crate::http::Header;
use crate::signature::SigningInput;
use crate::signature::diagnose::{Question, Reason, diagnose};

/// Why a delivery is known not to be genuine, with the delivery as the subject; `None` where it may be.
pub(crate) fn forged(sender: &Sender<'_>, signed: &SignedDelivery, now: i64) -> Option<String> {
    let delivery = &signed.delivery;
    let own = sender.own_signing()?;
    let has = |name: &str| delivery.headers.iter().any(|header| header.is(name));
    match &sender.signature {
        // Nothing is known about the secret that made a captured signature, nor about one that the user made.
        Signature::Captured(_) => None,
        Signature::Unsigned => (!has(own.header())).then(|| "it is not signed".to_owned()),
        Signature::Signed(signature) if sender.is_of_another(&signature.provider) => {
            let by_user = has(own.header()) && own.header() != signature.signing.header();
            (!by_user).then(|| format!("it is signed as {} does", signature.provider))
        }
        Signature::Signed(signature) => {
            if signed.signature().is_some() {
                return None;
            }
            let expected = sender.candidate()?;
            let headers: Vec<_> = delivery.headers.iter().map(Header::pair).collect();
            let found = diagnose(&Question {
                expected: &expected,
                others: &[],
                delivery: SigningInput {
                    method: &delivery.method,
                    target: delivery.target.path(),
                    headers: &headers,
                    body: &delivery.body,
                    now,
                },
            })?;
            let header = signature.signing.header();
            // Without a configured secret it may well be the right one.
            (found.reason != Reason::NoSecret)
                .then(|| format!("--header replaces its {header} by a wrong one"))
        }
    }
}
