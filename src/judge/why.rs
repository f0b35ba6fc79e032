//! Asks why a genuine delivery is refused: signs it in each wrong way that handlers are known to expect, and sees which
//! one is accepted.

use super::distinctive::distinctive;
use super::judgement::Stop;
use super::order::Order;
use super::trial::Trial;
use crate::catalogue::manifest::Signing;
use crate::http::{ExactRequest, Header};
use crate::secret::Secret;
use crate::signature::diagnose::{
    Candidate, Diagnosis, Question, Reason, diagnose, wrong_signings,
};
use crate::signature::{Signer, SigningInput};
use std::time::{Duration, Instant};

/// How long wrong ways are tried; quick endpoints answer all of them sooner.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mistake of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HandlerMistake {
    /// The rest of a sentence that starts with "it accepts a delivery when".
    pub(super) what: String,
    pub(super) fix: String,
}

/// The wrong way of signing that the endpoint accepts, if there is one.
pub(super) fn ask(
    trial: &mut Trial<'_, '_>,
    order: &Order,
) -> Result<Option<HandlerMistake>, Stop> {
    let deliveries = &trial.session.deliveries;
    let Some(signed) = deliveries.sender.signature.signed() else {
        return Ok(None);
    };
    let manifest = deliveries.manifest();
    let expected = Candidate {
        provider: &manifest.name,
        title: &manifest.title,
        signing: &signed.signing,
        secret: &signed.secret.secret,
        place: signed.secret.place.as_deref(),
        variable: &signed.secret.variable,
    };
    let body = distinctive(&deliveries.paid(order));
    let right = deliveries.signed(body.clone());
    let headers: Vec<(&str, &[u8])> = right.headers.iter().map(Header::pair).collect();
    let question = Question {
        expected: &expected,
        others: &[],
        delivery: SigningInput {
            method: deliveries.sender.method(),
            target: "/",
            headers: &headers,
            body: body.as_bytes(),
            now: 0,
        },
    };
    let header = signed.signing.header();
    let random = format!("{:016x}", trial.seed.draw(905));
    let control = Signer::new(&signed.signing, &Secret::new(random.as_bytes()))
        .map(|signer| signer.headers(&question.delivery));
    let control = replaced(&right, header, control.unwrap_or_default());
    // An endpoint that accepts any of these has another reason to refuse.
    if trial.send(&right)?.is_taken() || trial.send(&control)?.is_taken() {
        return Ok(None);
    }
    let started = Instant::now();
    for headers in wrong_signings(&question) {
        if started.elapsed() > PATIENCE {
            break;
        }
        let request = replaced(&right, header, headers);
        if trial.send(&request)?.is_taken() && !trial.send(&control)?.is_taken() {
            let pairs: Vec<(&str, &[u8])> = request.headers.iter().map(Header::pair).collect();
            let found = diagnose(&Question {
                delivery: SigningInput {
                    headers: &pairs,
                    ..question.delivery
                },
                ..question
            });
            return Ok(found.map(|found| of_the_handler(found, &signed.signing)));
        }
    }
    Ok(None)
}

/// A request with other headers in place of the one that carries the signature.
fn replaced(right: &ExactRequest, header: &str, headers: Vec<Header>) -> ExactRequest {
    let mut request = right.clone();
    request.remove(header);
    headers.into_iter().for_each(|header| request.put(header));
    request
}

/// The diagnosis of a sender's mistake as the same mistake of the receiver.
fn of_the_handler(found: Diagnosis, signing: &Signing) -> HandlerMistake {
    let header = signing.header();
    let compare = || format!("compare {header} with {}", signing.expected_value());
    let (what, fix) = match found.reason {
        Reason::OtherHeader => {
            let place = found.explanation.rsplit(" in ").next().unwrap_or_default();
            (
                format!("the signature is in {place}"),
                format!("read the signature from {header}"),
            )
        }
        // Advice on how to write a signature is no advice on how to read one.
        Reason::Base64
        | Reason::UpperCase
        | Reason::Prefix
        | Reason::Padded
        | Reason::DigestCut
        | Reason::SecretItself => (found.explanation, compare()),
        _ if signing.sends_secret() => (found.explanation, compare()),
        _ => (
            found.explanation,
            found.fix.replace("the sender", "the endpoint"),
        ),
    };
    HandlerMistake { what, fix }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::manifest::{Encoding, Hash};

    #[test]
    fn a_mistake_is_told_to_the_one_who_reads_signatures() {
        let signing = Signing::Hmac {
            hash: Hash::Sha512,
            encoding: Encoding::Hex,
            header: "Sign".to_owned(),
            key_header: None,
            optional: false,
        };
        let told = |reason: Reason, explanation: &str, fix: &str| {
            let found = Diagnosis {
                reason,
                explanation: explanation.to_owned(),
                fix: fix.to_owned(),
            };
            let HandlerMistake { what, fix } = of_the_handler(found, &signing);
            format!("{what}: {fix}")
        };
        let missing = "missing header: Sign; the signature is in X-Sign";
        assert_eq!(
            told(Reason::OtherHeader, missing, "send it in Sign"),
            "the signature is in X-Sign: read the signature from Sign"
        );
        assert_eq!(
            told(Reason::Base64, "the signature is base64", "write hex"),
            "the signature is base64: compare Sign with the HMAC-SHA-512 of the raw body as lower-case hex"
        );
        let empty = "check where the sender reads its secret: it is empty there";
        assert_eq!(
            told(Reason::SecretEmpty, "no secret", empty),
            "no secret: check where the endpoint reads its secret: it is empty there"
        );
    }
}
