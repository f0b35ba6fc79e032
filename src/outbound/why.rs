//! Asks an endpoint why it refuses a genuine delivery: signs it in each wrong way that handlers are known to expect, and
//! sees which one is accepted.

use super::sender::Sender;
use crate::body::distinctive;
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
    /// Asks the endpoint, which `is_taken` sends deliveries to; `None` where the delivery is not signed.
    pub(crate) fn ask<E>(
        &self,
        mut is_taken: impl FnMut(&Delivery) -> Result<bool, E>,
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
        if is_taken(&right)? {
            return Ok(Some(WhyRefused::Spelling));
        }
        if is_taken(&control)? {
            return Ok(Some(WhyRefused::AnySignature));
        }
        let started = Instant::now();
        let mut tried = 0;
        for headers in wrong_signings(&question) {
            if started.elapsed() > PATIENCE {
                break;
            }
            tried += 1;
            let delivery = replaced(&right, header, headers);
            if is_taken(&delivery)?
                && !is_taken(&control)?
                && let Some(found) = mistake(&question, &delivery, &signed.signing)
            {
                return Ok(Some(WhyRefused::Mistake(found)));
            }
        }
        Ok(Some(WhyRefused::Nothing(tried)))
    }
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
    Some(distinctive(text).into_bytes())
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
