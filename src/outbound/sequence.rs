//! One delivery after the other: a single one, a life cycle, duplicates, and attempts as the provider makes them.
//!
//! Separate from bursts, where nobody looks at a single delivery: here each is shown when it is sent and when it is
//! answered.

use super::judge::{Judged, judge, without_secrets};
use super::targets::Routed;
use super::{Order, Plan, SequenceOptions, Signatory};
use crate::body::Seed;
use crate::commands::{Context, Outcome};
use crate::error::Error;
use crate::http::{Delivery, Fault, Interrupted, Sent};
use crate::redact::Redactor;
use crate::report::{Delivered, Message, Sending, Totals, Wait};
use hdrhistogram::Histogram;
use std::time::{Duration, Instant};

/// A delivery within a sequence.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// Its place in the life cycle.
    pub(crate) step: usize,
    /// How often it was sent before.
    copy: u32,
}

/// How a delivery ended, attempts included; the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Accepted,
    Refused,
    Interrupted,
}

/// Sends one after the other until all are sent, one is refused, or somebody wants an end.
pub(crate) fn run(
    context: &mut Context<'_>,
    plan: &Plan<'_>,
    options: &SequenceOptions,
) -> Result<Outcome, Error> {
    let turns = turns(plan.shipment.steps.len(), options, plan.shipment.seed);
    let mut runner = Runner {
        context,
        plan,
        options,
        totals: totals(),
        begun: Instant::now(),
    };
    let mut worst = End::Accepted;
    for (place, turn) in turns.iter().enumerate() {
        let captured = plan.shipment.steps[turn.step].captured.as_ref();
        let pause = captured.map_or(options.gap, |captured| options.gap.max(captured.pause));
        if place > 0 && plan.client.wait(pause).is_err() {
            worst = End::Interrupted;
        }
        let place = (turns.len() > 1).then_some((place + 1, turns.len()));
        // Each target gets the delivery, whatever another one says to it.
        for routed in &plan.targets.routes {
            if worst < End::Interrupted {
                worst = worst.max(runner.deliver(routed, *turn, place)?);
            }
        }
        if worst == End::Interrupted || (worst == End::Refused && !options.keep_going) {
            break;
        }
    }
    let Runner {
        context,
        mut totals,
        begun,
        ..
    } = runner;
    totals.elapsed = begun.elapsed();
    totals.interrupted = worst == End::Interrupted;
    // One delivery has said everything itself.
    if totals.sent != 1 || totals.interrupted || plan.format == crate::report::Format::Json {
        context.say(plan.format, [Message::Totals(&totals)])?;
    }
    Ok(match worst {
        End::Accepted => Outcome::Good,
        End::Refused => Outcome::Found,
        End::Interrupted => Outcome::Interrupted,
    })
}

fn totals() -> Totals {
    // Up to an hour in microseconds, to three digits.
    let latency = Histogram::new_with_max(3_600_000_000, 3).expect("these bounds are good ones");
    let elapsed = Duration::ZERO;
    Totals {
        sent: 0,
        accepted: 0,
        refused: 0,
        failed: 0,
        elapsed,
        latency,
        interrupted: false,
    }
}

/// The steps in the order in which they are delivered, each as often as it is sent.
pub(crate) fn turns(steps: usize, options: &SequenceOptions, seed: Seed) -> Vec<Turn> {
    let copies = |step| (0..=options.duplicates).map(move |copy| Turn { step, copy });
    let mut turns: Vec<Turn> = match options.order {
        Order::Reversed => (0..steps).rev().flat_map(copies).collect(),
        Order::In | Order::Shuffled => (0..steps).flat_map(copies).collect(),
    };
    if options.order == Order::Shuffled {
        // Duplicates travel apart from each other, too; which of two comes first then says how often it was sent.
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

struct Runner<'r, 'c, 'w> {
    context: &'r mut Context<'w>,
    plan: &'r Plan<'c>,
    options: &'r SequenceOptions,
    totals: Totals,
    begun: Instant,
}

impl Runner<'_, '_, '_> {
    /// Delivers to one target, as often as the provider would try.
    fn deliver(
        &mut self,
        routed: &Routed,
        turn: Turn,
        place: Option<(usize, usize)>,
    ) -> Result<End, Error> {
        let plan = self.plan;
        let shipment = &plan.shipment;
        let step = &shipment.steps[turn.step];
        let fresh = shipment.clock.fresh(shipment.seed, 0, Duration::ZERO);
        // Every step of a life cycle is a delivery of its own; its attempts and its duplicates are the same one.
        let known = step
            .captured
            .as_ref()
            .and_then(|captured| captured.id.clone());
        let id = known.unwrap_or_else(|| Seed(shipment.seed.draw(0x1d + turn.step as u64)).uuid(0));
        let body = step.content.body(&fresh);
        let signatory = shipment.signatory(step);
        let (delivery, signed) = shipment.delivery(step, &routed.target, body);
        let redactor = signatory.signature.redactor(&delivery);
        let target = delivery.target.to_string();
        let sending = Sending {
            id: &id,
            event: step.event.as_deref(),
            target: &redactor.text(&target),
            built_in: plan.targets.receiver.is_some(),
            step: place,
            copy: turn.copy,
            scheme: if signed.is_some() {
                signatory.signature.scheme
            } else {
                "none"
            },
            signature: signed.map(|at| &delivery.headers[at]),
            bytes: delivery.body.len(),
        };
        self.context.say(plan.format, [Message::Sending(sending)])?;
        self.attempts(routed, signatory, (&delivery, &redactor), sending)
    }

    fn attempts(
        &mut self,
        routed: &Routed,
        signatory: &Signatory<'_>,
        (delivery, redactor): (&Delivery, &Redactor),
        sending: Sending<'_>,
    ) -> Result<End, Error> {
        let sender = &signatory.sender;
        let limit = self.plan.limit(sender);
        let waits: &[u32] = match sender.retries() {
            Some(known) if self.options.retry => &known.value,
            _ => &[],
        };
        let most = u32::try_from(waits.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        for attempt in 1..=most {
            let mut sent = match &routed.route {
                Ok(route) => self.plan.client.send(delivery, route, limit),
                Err(fault) => Sent {
                    outcome: Err(fault.clone()),
                    latency: Duration::ZERO,
                },
            };
            let text = |why: &str| redactor.text(why).into_owned();
            let outcome = sent.outcome.map(|answer| without_secrets(answer, redactor));
            sent.outcome = outcome.map_err(|fault| fault.with_text(text));
            let judged = judge(&sent, &delivery.target, limit, sender, &signatory.signature);
            if self.say(&sent, judged, sending, attempt)? {
                return Ok(End::Accepted);
            }
            if matches!(sent.outcome, Err(Fault::Interrupted)) {
                return Ok(End::Interrupted);
            }
            let Some(wait) = waits.get(attempt as usize - 1) else {
                break;
            };
            if self.wait(*wait, (attempt + 1, most))?.is_err() {
                return Ok(End::Interrupted);
            }
        }
        Ok(End::Refused)
    }

    /// Counts and shows what came of an attempt; whether it was accepted.
    fn say(
        &mut self,
        sent: &Sent,
        judged: Judged,
        sending: Sending<'_>,
        attempt: u32,
    ) -> Result<bool, Error> {
        let plan = self.plan;
        let accepted = judged.accepted;
        self.totals.sent += 1;
        match &sent.outcome {
            Ok(_) if accepted => self.totals.accepted += 1,
            Ok(_) => self.totals.refused += 1,
            Err(_) => self.totals.failed += 1,
        }
        if sent.outcome.is_ok() {
            let micros = u64::try_from(sent.latency.as_micros()).unwrap_or(u64::MAX);
            self.totals.latency.saturating_record(micros);
        }
        if let Some(receiver) = &plan.targets.receiver {
            for arrival in receiver.arrivals() {
                arrival.say(|message| self.context.say(plan.format, [message]))?;
            }
        }
        let delivered = Delivered {
            sending,
            attempt,
            sent,
            accepted,
            reason: judged.reason,
            hint: judged.hint,
        };
        self.context
            .say(plan.format, [Message::Delivered(&delivered)])?;
        Ok(accepted)
    }

    /// Waits as long as the provider would, or so many times less.
    fn wait(
        &mut self,
        seconds: u32,
        attempt: (u32, u32),
    ) -> Result<Result<(), Interrupted>, Error> {
        let real = Duration::from_secs(seconds.into());
        let waited = real.div_f64(self.options.time_scale);
        self.context.say(
            self.plan.format,
            [Message::Wait(Wait {
                attempt,
                real,
                waited,
            })],
        )?;
        Ok(self.plan.client.wait(waited))
    }
}
