//! Sends one delivery after the other: a single one, a scenario, duplicates, and retries as the provider makes them.
//!
//! What happens is reported to a callback as it happens; counting and printing are the caller's.

use super::Dispatch;
use super::batch::Step;
use super::judge::{Judgement, Known, WantedAnswer, judge, without_secrets};
use super::options::{DeliveryOrder, SequenceOptions};
use super::overview::without_secrets_in;
use super::sender::Sender;
use super::signed::SignedDelivery;
use super::targets::RoutedTarget;
use super::why::{Inquiry, WhyRefused};
use crate::body::{OrderView, Seed};
use crate::error::Error;
use crate::http::{Fault, Sent};
use crate::redact::Redactor;
use crate::scheme_choice::VerifyingKey;
use crate::signature::diagnose::Candidate;
use std::collections::BTreeSet;
use std::time::Duration;

/// A delivery within a sequence.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// The index of its step.
    pub(crate) step: usize,
    /// How often it was sent before.
    pub(crate) copy: u32,
}

/// How a sequence ended; the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    AsExpected,
    Unexpected,
    Interrupted,
}

/// What happens in a sequence.
pub(crate) enum SequenceUpdate<'a> {
    /// A delivery was sent, and this came of it.
    Attempted(OutgoingDelivery<'a>, &'a Attempt),
    /// The next attempt follows after a wait.
    Waiting(RetryWait),
}

/// A delivery that is about to be sent.
#[derive(Clone, Copy)]
pub(crate) struct OutgoingDelivery<'a> {
    pub(crate) id: &'a str,
    pub(crate) step: &'a Step,
    pub(crate) signed: &'a SignedDelivery,
    pub(crate) sender: &'a Sender<'a>,
    /// The order that its body is about, without secrets.
    pub(crate) order: &'a OrderView,
    /// The scheme that signs it, or `none`.
    pub(crate) scheme: &'static str,
    /// The user gave the header of the signature.
    pub(crate) by_user: bool,
    /// Why it is known not to be genuine.
    pub(crate) forged: Option<&'a str>,
    /// The target, without secrets.
    pub(crate) target: &'a str,
    /// Its place in the sequence, from 1 on, and the length of the sequence.
    pub(crate) place: (usize, usize),
    /// How often it was sent before.
    pub(crate) copy: u32,
}

impl OutgoingDelivery<'_> {
    /// The id by which `replay --id` finds it where it was recorded: the one of its capture, else the provider's.
    pub(crate) fn recorded_id(&self) -> Option<String> {
        let captured = self.step.captured.as_ref();
        let known = captured.and_then(|captured| captured.id.clone());
        known.or_else(|| self.sender.delivery_id(&self.signed.delivery.body))
    }
}

/// One attempt at a delivery.
pub(crate) struct Attempt {
    /// From 1 on.
    pub(crate) number: u32,
    /// The answer or the fault, without secrets.
    pub(crate) sent: Sent,
    pub(crate) judgement: Judgement,
}

/// A wait before the next attempt.
#[derive(Clone, Copy)]
pub(crate) struct RetryWait {
    /// The number of the next attempt, and how many there are at most.
    pub(crate) attempt: (u32, u32),
    /// How long the provider waits.
    pub(crate) real: Duration,
    /// How long this run waits.
    pub(crate) waited: Duration,
}

/// Hears of each update; its error ends the sequence.
type Observer<'o> = &'o mut dyn FnMut(SequenceUpdate<'_>) -> Result<(), Error>;

/// Sends one delivery after the other until all are sent, one is not answered as expected, or Ctrl-C is pressed.
pub(crate) fn send_sequence(
    dispatch: &Dispatch<'_, '_>,
    options: &SequenceOptions,
    observe: Observer<'_>,
) -> Result<Ending, Error> {
    let batch = dispatch.batch;
    let turns = turns(batch.steps.len(), options, batch.seed);
    let mut worst = Ending::AsExpected;
    let mut endpoints: Vec<Endpoint<'_>> = dispatch.routes.iter().map(Endpoint::new).collect();
    for (index, turn) in turns.iter().enumerate() {
        let captured = batch.steps[turn.step].captured.as_ref();
        let pause = captured.map_or(options.gap, |captured| options.gap.max(captured.pause));
        if index > 0 && dispatch.client.wait(pause).is_err() {
            worst = Ending::Interrupted;
        }
        let place = (index + 1, turns.len());
        // Each target gets the delivery, whatever another target answered.
        for to in &mut endpoints {
            if worst < Ending::Interrupted {
                worst = worst.max(deliver(dispatch, options, to, *turn, place, observe)?);
            }
        }
        if worst == Ending::Interrupted || (worst == Ending::Unexpected && !options.keep_going) {
            break;
        }
    }
    Ok(worst)
}

/// The steps in the order in which they are delivered, duplicates included.
pub(crate) fn turns(steps: usize, options: &SequenceOptions, seed: Seed) -> Vec<Turn> {
    let copies = |step| (0..=options.duplicates).map(move |copy| Turn { step, copy });
    let mut turns: Vec<Turn> = match options.order {
        DeliveryOrder::Reversed => (0..steps).rev().flat_map(copies).collect(),
        DeliveryOrder::Forward | DeliveryOrder::Shuffled => (0..steps).flat_map(copies).collect(),
    };
    if options.order == DeliveryOrder::Shuffled {
        // Duplicates are shuffled too, so they are numbered anew in the order in which they are sent.
        for at in (1..turns.len()).rev() {
            let other = seed.draw(0x5_0000 + at as u64) % (at as u64 + 1);
            turns.swap(at, usize::try_from(other).unwrap_or(0));
        }
        let mut seen = vec![0; steps];
        for turn in &mut turns {
            turn.copy = seen[turn.step];
            seen[turn.step] += 1;
        }
    }
    turns
}

/// A target, and what is known about the endpoint there.
struct Endpoint<'e> {
    route: &'e RoutedTarget,
    /// It was asked why it refuses; once is enough.
    asked: bool,
    /// The senders whose signatures it accepted.
    accepted: BTreeSet<usize>,
}

impl<'e> Endpoint<'e> {
    fn new(route: &'e RoutedTarget) -> Self {
        Self {
            route,
            asked: false,
            accepted: BTreeSet::new(),
        }
    }

    fn known(&self, sender: usize) -> Known {
        let route = self.route.route.as_ref();
        Known {
            accepted_earlier: self.accepted.contains(&sender),
            can_be_asked: !self.asked && route.is_ok_and(|route| route.loopback),
        }
    }
}

/// Delivers to one target, with as many attempts as the provider would make.
fn deliver(
    dispatch: &Dispatch<'_, '_>,
    options: &SequenceOptions,
    to: &mut Endpoint<'_>,
    turn: Turn,
    place: (usize, usize),
    observe: Observer<'_>,
) -> Result<Ending, Error> {
    let batch = dispatch.batch;
    let step = &batch.steps[turn.step];
    let sender = batch.sender(step);
    let body = batch.body(step, 0, Duration::ZERO);
    let signed = batch.delivery(step, &to.route.target, body);
    let redactor = sender.redactor(&signed.delivery);
    let target = signed.delivery.target.to_string();
    let order = without_secrets_in(sender.order(&signed.delivery.body), &redactor);
    let scheme = signed.signature().and(sender.signature.signing());
    let forged = dispatch.forged(sender, &signed);
    let outgoing = OutgoingDelivery {
        id: &batch.id(turn.step),
        step,
        signed: &signed,
        sender,
        order: &order,
        scheme: scheme.map_or("none", |signing| signing.scheme()),
        target: &redactor.text(&target),
        by_user: sender.is_overridden(),
        forged: forged.as_deref(),
        place,
        copy: turn.copy,
    };
    let waits: &[u32] = match sender.retries() {
        Some(known) if options.retry => &known.value,
        _ => &[],
    };
    let most = u32::try_from(waits.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let wanted = WantedAnswer {
        answer: options.expect,
        forged: outgoing.forged,
    };
    for number in 1..=most {
        let known = to.known(step.sender);
        let sent = send(dispatch, to.route, sender, &signed, &redactor);
        let (target, limit) = (&signed.delivery.target, dispatch.limit(sender));
        let mut attempt = Attempt {
            number,
            judgement: judge(&sent, wanted, target, limit, sender, known),
            sent,
        };
        if attempt.judgement.accepted && wanted.forged.is_none() {
            to.accepted.insert(step.sender);
        }
        if !to.asked && may_be_the_signature(&attempt) {
            let answer = ask(dispatch, to.route, sender, &signed);
            to.asked |= answer.is_some();
            if let Some(answer) = answer {
                attempt.judgement.explain(answer, sender);
            }
        }
        observe(SequenceUpdate::Attempted(outgoing, &attempt))?;
        if attempt.judgement.as_expected {
            return Ok(Ending::AsExpected);
        }
        // Asking takes a while, too.
        if dispatch.client.wait(Duration::ZERO).is_err() {
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
            waited: real.div_f64(options.time_scale),
        };
        observe(SequenceUpdate::Waiting(wait))?;
        if dispatch.client.wait(wait.waited).is_err() {
            return Ok(Ending::Interrupted);
        }
    }
    Ok(Ending::Unexpected)
}

/// Whether an endpoint that does not accept a signature may have answered that: some checks throw where a signature has
/// another length than they expect.
fn may_be_the_signature(attempt: &Attempt) -> bool {
    let answer = attempt.sent.outcome.as_ref();
    let refused = answer
        .is_ok_and(|answer| matches!(answer.status, 400 | 401 | 403 | 406 | 412 | 422 | 500..=599));
    refused && !attempt.judgement.as_expected
}

/// Asks an endpoint on this machine why it refused a delivery, where the user wants that.
fn ask(
    dispatch: &Dispatch<'_, '_>,
    routed: &RoutedTarget,
    sender: &Sender<'_>,
    signed: &SignedDelivery,
) -> Option<WhyRefused> {
    let keys = dispatch.why?;
    let route = routed.route.as_ref().ok().filter(|route| route.loopback)?;
    signed.signature()?;
    let others: Vec<Candidate<'_>> = keys.iter().map(VerifyingKey::candidate).collect();
    let inquiry = Inquiry {
        sender,
        delivery: &signed.delivery,
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

/// Sends a delivery once; what comes back is without secrets.
fn send(
    dispatch: &Dispatch<'_, '_>,
    routed: &RoutedTarget,
    sender: &Sender<'_>,
    signed: &SignedDelivery,
    redactor: &Redactor,
) -> Sent {
    let mut sent = match &routed.route {
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
