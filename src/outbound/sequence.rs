//! Sends one delivery after the other: a single one, a scenario, duplicates, and retries as the provider makes them.
//!
//! What happens is reported to a callback as it happens; counting and printing are the caller's.

use super::Dispatch;
use super::attempts::{Attempts, Endpoint};
use super::batch::Step;
use super::judge::Judgement;
use super::options::{DeliveryOrder, SequenceOptions};
use super::overview::Unsigned;
use super::ready::ReadyDelivery;
use super::sender::Sender;
use super::signed::SignedDelivery;
use crate::body::{OrderView, Seed};
use crate::error::Error;
use crate::http::Sent;
use crate::report::{Delivered, Sending, SentOrder};
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
    /// An endpoint that refused a delivery is about to be asked why.
    Asking,
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

impl<'a> OutgoingDelivery<'a> {
    /// What the report says of it; `order` is its order.
    pub(crate) fn sending(&self, order: &'a SentOrder) -> Sending<'a> {
        let signature = self.signed.signature();
        let captured = self.step.captured.as_ref();
        Sending {
            id: self.id,
            recorded_id: None,
            event: self.step.event.as_deref(),
            target: self.target,
            place: self.place,
            copy: self.copy,
            order,
            scheme: self.scheme,
            recorded_signature: captured.and_then(|captured| captured.verdict),
            forged: self.forged,
            signature,
            unsigned: Unsigned::of(self.by_user, signature.is_some()).map(Unsigned::words),
            bytes: self.signed.delivery.body.len(),
            request: None,
        }
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

impl Attempt {
    /// What the report says of it.
    pub(crate) fn delivered<'a>(&'a self, sending: Sending<'a>) -> Delivered<'a> {
        let judgement = &self.judgement;
        Delivered {
            sending,
            attempt: self.number,
            sent: &self.sent,
            accepted: judgement.accepted,
            as_expected: judgement.as_expected,
            reason: judgement.reason.as_deref(),
            hint: judgement.hint.as_deref(),
            why: judgement.why.as_ref(),
        }
    }
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
pub(super) type Observer<'o> = &'o mut dyn FnMut(SequenceUpdate<'_>) -> Result<(), Error>;

/// Sends one delivery after the other until all are sent, one is not answered as expected, or Ctrl-C is pressed. Those
/// that are `ready` are the first ones.
pub(crate) fn send_sequence(
    dispatch: &Dispatch<'_, '_>,
    options: &SequenceOptions,
    ready: Vec<ReadyDelivery>,
    observe: Observer<'_>,
) -> Result<Ending, Error> {
    let batch = dispatch.batch;
    let turns = turns(batch.steps.len(), options, batch.seed);
    let mut ready = ready.into_iter();
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
                let ready = ready.next();
                worst = worst.max(deliver(
                    dispatch, options, ready, to, *turn, place, observe,
                )?);
            }
        }
        let goes_on = options.keep_going || batch.goes_on;
        if worst == Ending::Interrupted || (worst == Ending::Unexpected && !goes_on) {
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

/// Delivers to one target, with as many attempts as the provider would make.
fn deliver(
    dispatch: &Dispatch<'_, '_>,
    options: &SequenceOptions,
    ready: Option<ReadyDelivery>,
    to: &mut Endpoint<'_>,
    turn: Turn,
    place: (usize, usize),
    observe: Observer<'_>,
) -> Result<Ending, Error> {
    let batch = dispatch.batch;
    let step = &batch.steps[turn.step];
    let sender = batch.sender(step);
    let ReadyDelivery {
        signed,
        redactor,
        target,
        order,
    } = ready.unwrap_or_else(|| dispatch.ready(step, to.route));
    let scheme = signed.signature().and(sender.signature.signing());
    let forged = dispatch.forged(sender, &signed);
    let attempts = Attempts {
        dispatch,
        options,
        redactor: &redactor,
        outgoing: OutgoingDelivery {
            id: &batch.id(turn.step),
            step,
            signed: &signed,
            sender,
            order: &order,
            scheme: scheme.map_or("none", |signing| signing.scheme()),
            target: &target,
            by_user: sender.is_overridden(),
            forged: forged.as_deref(),
            place,
            copy: turn.copy,
        },
    };
    attempts.make(to, observe)
}
