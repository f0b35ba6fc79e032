//! Asks an endpoint why it refuses a genuine delivery: signs it in each wrong way that handlers are known to expect, and
//! sees which one is accepted.

use super::meaningless::{form, meaningless};
use super::sender::Sender;
use crate::body::{Seed, hard};
use crate::catalogue::manifest::Signing;
use crate::http::{Delivery, Header};
use crate::signature::SigningInput;
use crate::signature::diagnose::{Candidate, HandlerMistake, Question, diagnose, wrong_signings};
use std::time::{Duration, Instant};

/// How long wrong ways are tried; quick endpoints answer all of them sooner.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the endpoint's answers tell.
#[derive(Debug)]
pub(crate) enum WhyRefused {
    /// It accepts a wrong way of signing, or even a meaningless signature.
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
    /// It refuses the right signature and a meaningless one in different ways, so it knows the right one.
    RightSignature {
        right: Option<u16>,
        wrong: Option<u16>,
    },
    /// It accepts none of that many wrong ways.
    Nothing(usize),
}

/// A genuine delivery that was refused, and what to ask with.
pub(crate) struct Inquiry<'a> {
    pub(crate) sender: &'a Sender<'a>,
    /// The delivery, rightly signed.
    pub(crate) delivery: &'a Delivery,
    /// What the endpoint answered to it.
    pub(crate) answered: Option<u16>,
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
        let pairs = pairs(&right);
        let question = Question {
            expected: &expected,
            others: self.others,
            delivery: input(&right, &pairs, self.now),
        };
        let questioning = Questioning {
            control: self.without_meaning(&right, header, &signed.signing),
            inquiry: self,
            question: &question,
            signing: &signed.signing,
            right: &right,
        };
        let first = send(&right)?;
        // An endpoint that accepts this has another reason to refuse.
        if is_taken(first) {
            return Ok(Some(WhyRefused::Spelling));
        }
        let second = send(&questioning.control)?;
        match questioning.understand(first, second, &mut send)? {
            Some(found) => Ok(Some(found)),
            None => questioning
                .try_wrong_ways(first, second, &mut send)
                .map(Some),
        }
    }

    /// The delivery with a meaningless value of the same form in that header.
    fn without_meaning(&self, delivery: &Delivery, name: &str, signing: &Signing) -> Delivery {
        let prefix = signing.prefix().unwrap_or_default();
        let mut changed = delivery.clone();
        for header in changed.headers.iter_mut().filter(|header| header.is(name)) {
            header.value = meaningless(&header.value, prefix, Seed(self.random));
            header.secret = None;
        }
        changed
    }
}

/// An inquiry with the deliveries that all others are compared with.
struct Questioning<'a> {
    inquiry: &'a Inquiry<'a>,
    question: &'a Question<'a>,
    signing: &'a Signing,
    /// The delivery in an odd spelling, rightly signed.
    right: &'a Delivery,
    /// The same with a meaningless signature.
    control: Delivery,
}

impl Questioning<'_> {
    /// What the answers to the right signature and to the meaningless one tell already.
    fn understand<E>(
        &self,
        right: Option<u16>,
        wrong: Option<u16>,
        send: &mut impl FnMut(&Delivery) -> Result<Option<u16>, E>,
    ) -> Result<Option<WhyRefused>, E> {
        if is_taken(wrong) {
            let found = self.not_checked(self.signing.header(), &self.control);
            return Ok(found.map(WhyRefused::Mistake));
        }
        let differ = right != wrong && self.inquiry.answered != wrong;
        let known = differ && send(self.right)? == right && send(&self.control)? == wrong;
        Ok(known.then_some(WhyRefused::RightSignature { right, wrong }))
    }

    /// Signs in one wrong way after the other. `first` is the answer to the right signature, `second` to the meaningless.
    fn try_wrong_ways<E>(
        &self,
        first: Option<u16>,
        second: Option<u16>,
        send: &mut impl FnMut(&Delivery) -> Result<Option<u16>, E>,
    ) -> Result<WhyRefused, E> {
        let header = self.signing.header();
        let (mut odd, mut tried, started) = (Vec::new(), 0, Instant::now());
        for headers in wrong_signings(self.question) {
            if started.elapsed() > PATIENCE {
                break;
            }
            tried += 1;
            // The header that carries the signature is the last.
            let name = headers.last().map(|signature| signature.name.clone());
            let delivery = replaced(self.right, header, headers);
            let status = send(&delivery)?;
            if is_taken(status) {
                let name = name.as_deref().unwrap_or(header);
                let control = self.inquiry.without_meaning(&delivery, name, self.signing);
                let found = if is_taken(send(&control)?) {
                    self.not_checked(name, &control)
                } else {
                    mistake(self.question, &delivery, self.signing)
                };
                if let Some(found) = found {
                    return Ok(WhyRefused::Mistake(found));
                }
            }
            // Some checks throw where a signature has another length than they expect.
            if status != first && length(&delivery, header) == length(self.right, header) {
                odd.push((delivery, status));
            }
        }
        if let ([(delivery, status)], Some(usual)) = (odd.as_slice(), first)
            && second == first
            && send(delivery)? == *status
            && send(&self.control)? == first
            && let Some(mistake) = mistake(self.question, delivery, self.signing)
        {
            return Ok(WhyRefused::Behind {
                mistake,
                status: *status,
                usual,
            });
        }
        Ok(WhyRefused::Nothing(tried))
    }

    /// That the endpoint accepts a meaningless signature in that header.
    fn not_checked(&self, name: &str, accepted: &Delivery) -> Option<HandlerMistake> {
        let header = accepted.headers.iter().find(|header| header.is(name))?;
        let form = form(&header.value, self.signing.prefix().unwrap_or_default());
        Some(HandlerMistake::not_checked(
            &header.name,
            &form,
            self.signing,
        ))
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
