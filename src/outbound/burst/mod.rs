//! Many deliveries at once, each with its own ids and signed afresh.
//!
//! Separate from sequences because only counts and times are shown, and because every delivery must be made in a few
//! microseconds: everything that can be made once is made here before the first.

mod connection;
pub(crate) mod load;
mod precise_timer;
pub(crate) mod tally;
mod time_limit;

use super::compose::Step;
use super::{BurstOptions, Plan, Shipment};
use crate::body::Seed;
use crate::commands::{Context, Outcome};
use crate::error::Error;
use crate::http::{Delivery, Header};
use crate::report::{BurstTotals, Message, Progress};
use crate::signature::SigningInput;
use load::{Load, Make, Parcel};
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;

/// Sends a burst to every target in turn.
pub(crate) fn run(
    context: &mut Context<'_>,
    plan: &Plan<'_>,
    options: BurstOptions,
) -> Result<Outcome, Error> {
    // The flags of a burst do not go with a life cycle, so there is one, and only one with an end.
    let shipment = &plan.shipment;
    let step = &shipment.steps[0];
    let sender = &shipment.signatory(step).sender;
    let limit = plan.limit(sender);
    if let Some(receiver) = &plan.targets.receiver {
        receiver.only_count();
    }
    let load = Load {
        count: options.count,
        duration: options.duration,
        connections: options.connections,
        rate: options.rate,
        limit,
    };
    let mut worst = Outcome::Good;
    for routed in &plan.targets.routes {
        let body = step
            .content
            .body(&shipment.clock.fresh(shipment.seed, 0, Duration::ZERO));
        let (delivery, signed) = shipment.delivery(step, &routed.target, body);
        let signature = signed.map(|at| delivery.headers[at].name.clone());
        let stderr = &mut context.world.stderr;
        let looked_at = stderr.terminal;
        let mut progress = Progress::new(looked_at.then_some(&mut *stderr.writer), options.count);
        let make = make(shipment, step, &delivery, signature.is_some());
        let mut tick = |done| progress.at(done);
        let tally = match &routed.route {
            Ok(route) => plan.client.burst(
                &delivery,
                signature.as_deref(),
                route,
                load,
                make,
                &mut tick,
            ),
            Err(fault) => Err(fault.clone()),
        };
        progress.clear();
        // What cannot be reached was tried once.
        let mut tally = tally.unwrap_or_else(|fault| Tally::failed(fault, load));
        let redactor = shipment.signatory(step).signature.redactor(&delivery);
        let text = |why: &str| redactor.text(why).into_owned();
        tally.faults = tally
            .faults
            .into_iter()
            .map(|(fault, count)| (fault.with_text(text), count))
            .collect();
        let target = delivery.target.to_string();
        let totals = BurstTotals {
            event: step.event.as_deref(),
            target: &redactor.text(&target),
            tally: &tally,
            limit,
            success: sender.success(),
            bytes: delivery.body.len(),
            rate: options.rate,
            verified: plan
                .targets
                .receiver
                .as_ref()
                .map(crate::inbound::receiver::Receiver::good),
        };
        context.say(plan.format, [Message::Burst(&totals)])?;
        let (sent, accepted, ..) = totals.counts();
        if tally.interrupted {
            return Ok(Outcome::Interrupted);
        }
        if accepted < sent || sent == 0 {
            worst = Outcome::Found;
        }
    }
    Ok(worst)
}

/// Makes each delivery from its number alone, so that connections need not wait for each other.
fn make(shipment: &Shipment<'_>, step: &Step, delivery: &Delivery, signed: bool) -> Make {
    let content = step.content.clone();
    let signer = shipment
        .signatory(step)
        .signature
        .signer
        .clone()
        .filter(|_| signed);
    let (clock, seed): (_, Seed) = (shipment.clock, shipment.seed);
    let (method, headers) = (delivery.method.clone(), delivery.headers.clone());
    let target = delivery.target.path().to_owned();
    Arc::new(move |number, since| {
        let body = content.body(&clock.fresh(seed, number, since));
        let signature = signer.as_ref().map(|signer| {
            let headers: Vec<_> = headers.iter().map(Header::pair).collect();
            signer.value(&SigningInput {
                method: &method,
                target: &target,
                headers: &headers,
                body: &body,
                now: clock.moment(),
            })
        });
        Parcel { body, signature }
    })
}
