//! Asks an endpoint why it refuses a genuine delivery: signs it in each wrong way that handlers are known to expect, and
//! sees which one is accepted.

use super::sender::Sender;
use crate::body::hard;
use crate::catalogue::manifest::Signing;
use crate::http::{Delivery, Header};
use crate::secret::Secret;
use crate::signature::diagnose::{Candidate, HandlerMistake, Question, diagnose, wrong_signings};
use crate::signature::{Signer, SigningInput};
use std::time::{Duration, Instant};

/// How long wrong ways are tried; quick endpoints answer all of them sooner.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the endpoint's answers tell.
#[derive(Debug)]
pub(crate) enum WhyRefused {
    /// It accepts a wrong way of signing.
    Mistake(HandlerMistake),
    /// It accepts none, but answers one way differently from all others: its check let that one through.
    Behind {
        mistake: HandlerMistake,
        /// What it answered to that one; `None` where it closed the connection.
        status: Option<u16>,
        /// What it answers to all others.
        usual: u16,
    },
    /// It accepts the same content in another spelling, signed rightly.
    Spelling,
    /// It accepts the same content with a meaningless signature.
    AnySignature,
    /// It accepts none of that many wrong ways.
    Nothing(usize),
}

/// A genuine delivery that was refused, and what to ask with.
pub(crate) struct Inquiry<'a> {
    pub(crate) sender: &'a Sender<'a>,
    /// The delivery, rightly signed.
    pub(crate) delivery: &'a Delivery,
    /// The other providers, which the endpoint may have been written for.
    pub(crate) others: &'a [Candidate<'a>],
    /// The second at which it is signed.
    pub(crate) now: i64,
    /// What a meaningless signature is made with.
    pub(crate) random: u64,
}

impl Inquiry<'_> {
    /// Asks the endpoint, which `send` sends deliveries to and gives the status of; `None` where the delivery is not signed.
    pub(crate) fn ask<E>(
        &self,
        mut send: impl FnMut(&Delivery) -> Result<Option<u16>, E>,
    ) -> Result<Option<WhyRefused>, E> {
        let (Some(expected), Some(signed)) =
            (self.sender.candidate(), self.sender.signature.signed())
        else {
            return Ok(None);
        };
        let header = signed.signing.header();
        let mut right = self.delivery.clone();
        // Most bodies survive being printed again by some program; this one tells which program it was.
        if let Some(spelled) = respelled(&right.body) {
            right.body = spelled;
            let headers = self.sender.signature.headers(&right, self.now);
            right = replaced(&right, header, headers);
        }
        let random = format!("{:016x}", self.random);
        let random = Signer::new(&signed.signing, &Secret::new(random.as_bytes()));
        let pairs = pairs(&right);
        let question = Question {
            expected: &expected,
            others: self.others,
            delivery: input(&right, &pairs, self.now),
        };
        let control = random.map(|signer| signer.headers(&question.delivery));
        let control = replaced(&right, header, control.unwrap_or_default());
        // An endpoint that accepts any of these has another reason to refuse.
        let first = send(&right)?;
        if is_taken(first) {
            return Ok(Some(WhyRefused::Spelling));
        }
        let second = send(&control)?;
        if is_taken(second) {
            return Ok(Some(WhyRefused::AnySignature));
        }
        let mut odd = Vec::new();
        let started = Instant::now();
        let mut tried = 0;
        for headers in wrong_signings(&question) {
            if started.elapsed() > PATIENCE {
                break;
            }
            tried += 1;
            let delivery = replaced(&right, header, headers);
            let status = send(&delivery)?;
            if is_taken(status)
                && !is_taken(send(&control)?)
                && let Some(found) = mistake(&question, &delivery, &signed.signing)
            {
                return Ok(Some(WhyRefused::Mistake(found)));
            }
            // Some checks throw where a signature has another length than they expect.
            if status != first && length(&delivery, header) == length(&right, header) {
                odd.push((delivery, status));
            }
        }
        if let ([(delivery, status)], Some(usual)) = (odd.as_slice(), first)
            && second == first
            && send(delivery)? == *status
            && send(&control)? == first
            && let Some(mistake) = mistake(&question, delivery, &signed.signing)
        {
            return Ok(Some(WhyRefused::Behind {
                mistake,
                status: *status,
                usual,
            }));
        }
        Ok(Some(WhyRefused::Nothing(tried)))
    }
}

/// What an endpoint does that fails behind its check, as a sentence without its subject.
pub(crate) fn behind_check(what: &str, status: Option<u16>, usual: u16) -> String {
    let answers = match status {
        Some(status) => format!("answers {status}"),
        None => "closes the connection".to_owned(),
    };
    format!(
        "{answers} instead of {usual} when {what}: that signature got through, and what comes after the check failed"
    )
}

fn is_taken(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// How long the value of a header is.
fn length(delivery: &Delivery, name: &str) -> Option<usize> {
    let header = delivery.headers.iter().find(|header| header.is(name))?;
    Some(header.value.len())
}

/// What an endpoint does wrong that accepts that delivery.
fn mistake(
    question: &Question<'_>,
    delivery: &Delivery,
    signing: &Signing,
) -> Option<HandlerMistake> {
    let pairs = pairs(delivery);
    let found = diagnose(&Question {
        delivery: SigningInput {
            headers: &pairs,
            ..question.delivery
        },
        ..*question
    })?;
    Some(HandlerMistake::of(found, signing))
}

fn pairs(delivery: &Delivery) -> Vec<(&str, &[u8])> {
    delivery.headers.iter().map(Header::pair).collect()
}

fn input<'a>(
    delivery: &'a Delivery,
    headers: &'a [(&'a str, &'a [u8])],
    now: i64,
) -> SigningInput<'a> {
    SigningInput {
        method: &delivery.method,
        target: delivery.target.path(),
        headers,
        body: &delivery.body,
        now,
    }
}

/// The same JSON in a spelling that no program prints; `None` where the body is not JSON.
fn respelled(body: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).ok()?;
    let text = std::str::from_utf8(body).ok()?;
    Some(hard(text).into_bytes())
}

/// A delivery with other headers in place of the one that carries the signature.
fn replaced(right: &Delivery, signature: &str, headers: Vec<Header>) -> Delivery {
    let mut delivery = right.clone();
    delivery.headers.retain(|known| {
        !known.is(signature) && !headers.iter().any(|header| header.is(&known.name))
    });
    delivery.headers.extend(headers);
    delivery
}
