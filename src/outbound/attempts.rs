//! The attempts at one delivery to one target: as many as the provider would make, until one is accepted.

use super::Dispatch;
use super::batch::Step;
use super::framework::refusal;
use super::judge::{Known, WantedAnswer, judge, without_secrets};
use super::options::SequenceOptions;
use super::sequence::{Attempt, Ending, Observer, OutgoingDelivery, RetryWait, SequenceUpdate};
use super::targets::RoutedTarget;
use super::why::{Inquiry, WhyRefused};
use crate::error::Error;
use crate::http::{Fault, Sent};
use crate::redact::Redactor;
use crate::scheme_choice::VerifyingKey;
use crate::signature::diagnose::Candidate;
use std::collections::BTreeSet;
use std::time::Duration;

/// A target, and what is known about the endpoint there.
pub(super) struct Endpoint<'e> {
    pub(super) route: &'e RoutedTarget,
    /// It was asked why it refuses; once is enough.
    asked: bool,
    /// The senders whose signatures it accepted.
    accepted: BTreeSet<usize>,
}

impl<'e> Endpoint<'e> {
    pub(super) fn new(route: &'e RoutedTarget) -> Self {
        Self {
            route,
            asked: false,
            accepted: BTreeSet::new(),
        }
    }

    fn known(&self, dispatch: &Dispatch<'_, '_>, step: &Step) -> Known {
        Known {
            accepted_earlier: self.accepted.contains(&step.sender),
            can_be_asked: !self.asked && self.route.is_loopback(),
            built_in: dispatch.built_in,
            seed: dispatch.batch.remake(step),
        }
    }
}

/// The attempts at a delivery.
pub(super) struct Attempts<'a, 'd, 'c> {
    pub(super) dispatch: &'a Dispatch<'d, 'c>,
    pub(super) options: &'a SequenceOptions,
    pub(super) outgoing: OutgoingDelivery<'a>,
    /// Hides the secrets that the delivery carries.
    pub(super) redactor: &'a Redactor,
}

impl Attempts<'_, '_, '_> {
    /// Makes them until one is accepted, with the waits of the provider between them.
    pub(super) fn make(
        &self,
        to: &mut Endpoint<'_>,
        observe: Observer<'_>,
    ) -> Result<Ending, Error> {
        let waits: &[u32] = match self.outgoing.sender.retries() {
            Some(known) if self.options.retry => &known.value,
            _ => &[],
        };
        let most = u32::try_from(waits.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let client = &self.dispatch.client;
        for number in 1..=most {
            let attempt = self.attempt(number, to, observe)?;
            observe(SequenceUpdate::Attempted(self.outgoing, &attempt))?;
            if attempt.judgement.as_expected {
                return Ok(Ending::AsExpected);
            }
            // Asking also takes a while.
            if client.wait(Duration::ZERO).is_err() {
                return Ok(Ending::Interrupted);
            }
            if attempt.judgement.accepted {
                break;
            }
            let Some(seconds) = waits.get(number as usize - 1) else {
                break;
            };
            let real = Duration::from_secs((*seconds).into());
            let wait = RetryWait {
                attempt: (number + 1, most),
                real,
                waited: real.div_f64(self.options.time_scale),
            };
            observe(SequenceUpdate::Waiting(wait))?;
            if client.wait(wait.waited).is_err() {
                return Ok(Ending::Interrupted);
            }
        }
        Ok(Ending::Unexpected)
    }

    /// Sends the delivery once, and asks for the reason where the signature may have been refused.
    fn attempt(
        &self,
        number: u32,
        to: &mut Endpoint<'_>,
        observe: Observer<'_>,
    ) -> Result<Attempt, Error> {
        let OutgoingDelivery {
            step,
            sender,
            signed,
            forged,
            ..
        } = self.outgoing;
        let wanted = WantedAnswer {
            answer: self.options.expect,
            forged,
        };
        let known = to.known(self.dispatch, step);
        let sent = self.send(to.route);
        let (target, limit) = (&signed.delivery.target, self.dispatch.limit(sender));
        let mut attempt = Attempt {
            number,
            judgement: judge(&sent, wanted, target, limit, sender, known),
            sent,
        };
        if attempt.judgement.accepted && forged.is_none() {
            to.accepted.insert(step.sender);
        }
        if !to.asked
            && may_be_the_signature(&attempt)
            && let Some(keys) = self.askable(to.route)
        {
            observe(SequenceUpdate::Asking)?;
            to.asked = true;
            if let Some(answer) = self.ask(to.route, keys, &attempt.sent) {
                attempt.judgement.explain(answer, sender, &attempt.sent);
            }
        }
        Ok(attempt)
    }

    /// Sends the delivery; what comes back is without secrets.
    fn send(&self, to: &RoutedTarget) -> Sent {
        let (dispatch, redactor) = (self.dispatch, self.redactor);
        let OutgoingDelivery { signed, sender, .. } = self.outgoing;
        let mut sent = match &to.route {
            Ok(route) => dispatch
                .client
                .send(&signed.delivery, route, dispatch.limit(sender)),
            Err(fault) => Sent {
                outcome: Err(fault.clone()),
                latency: Duration::ZERO,
            },
        };
        sent.outcome = sent
            .outcome
            .map(|answer| without_secrets(answer, redactor))
            .map_err(|fault| fault.with_text(|why| redactor.text(why).into_owned()));
        sent
    }

    /// The schemes to ask an endpoint with, if it is on this machine, the delivery is signed, and the user wants that.
    fn askable(&self, to: &RoutedTarget) -> Option<&[VerifyingKey]> {
        let keys = self.dispatch.why?;
        let signed = self.outgoing.signed.signature().is_some();
        (to.is_loopback() && signed).then_some(keys)
    }

    /// Asks an endpoint why it refused the delivery.
    fn ask(&self, to: &RoutedTarget, keys: &[VerifyingKey], refused: &Sent) -> Option<WhyRefused> {
        let dispatch = self.dispatch;
        let OutgoingDelivery { signed, sender, .. } = self.outgoing;
        let route = to.route.as_ref().ok()?;
        let others: Vec<Candidate<'_>> = keys.iter().map(VerifyingKey::candidate).collect();
        let inquiry = Inquiry {
            sender,
            delivery: &signed.delivery,
            answered: refused.outcome.as_ref().ok().map(|answer| answer.status),
            others: &others,
            now: dispatch.batch.clock.moment(),
            random: dispatch.batch.seed.draw(0x3a5),
        };
        let limit = dispatch.limit(sender);
        let answer = inquiry.ask(|delivery| {
            let sent = dispatch.client.send(delivery, route, limit);
            match sent.outcome {
                Ok(answer) => Ok(Some(answer.status)),
                // A check that crashes closes the connection.
                Err(Fault::Closed(_) | Fault::Reset(_)) => Ok(None),
                Err(fault) => Err(fault),
            }
        });
        answer.ok().flatten()
    }
}

/// Whether an endpoint that does not accept a signature may have answered that: some checks throw where a signature has
/// another length than they expect. Frameworks refuse before that.
fn may_be_the_signature(attempt: &Attempt) -> bool {
    let refused = attempt.sent.outcome.as_ref().is_ok_and(|answer| {
        matches!(answer.status, 400 | 401 | 403 | 406 | 412 | 422 | 500..=599)
            && refusal(answer).is_none()
    });
    refused && !attempt.judgement.as_expected
}
