//! Sends many deliveries at once, each with its own ids and its own signature.
//!
//! Every delivery must be made in a few microseconds, so everything that can be made once is made before the first.

mod connection;
pub(crate) mod load;
mod precise_timer;
pub(crate) mod request;
pub(crate) mod tally;
mod time_limit;

use super::Dispatch;
use super::batch::{Batch, Step};
use super::options::BurstOptions;
use super::targets::RoutedTarget;
use crate::http::{Delivery, Header};
use crate::signature::SigningInput;
use load::{Load, Make};
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;

/// What came of a burst to one target.
pub(crate) struct BurstResult {
    /// The target, without secrets.
    pub(crate) target: String,
    pub(crate) tally: Tally,
    /// The longest wait for a response.
    pub(crate) limit: Duration,
    /// The length of one body.
    pub(crate) bytes: usize,
}

/// Sends a burst of the batch's first step to one target; `tick` hears now and then how many deliveries are done.
///
/// A burst has a single step, because its flags exclude those of a sequence.
pub(crate) fn send_burst(
    dispatch: &Dispatch<'_, '_>,
    routed: &RoutedTarget,
    options: BurstOptions,
    tick: &mut dyn FnMut(u64),
) -> BurstResult {
    let batch = dispatch.batch;
    let step = &batch.steps[0];
    let sender = batch.sender(step);
    let limit = dispatch.limit(sender);
    let load = Load {
        count: options.count,
        duration: options.duration,
        connections: options.connections,
        rate: options.rate,
        limit,
    };
    let body = batch.body(step, 0, Duration::ZERO);
    let signed = batch.delivery(step, &routed.target, body);
    let signature = signed.signature().map(|header| header.name.as_str());
    let delivery = &signed.delivery;
    let make = make(batch, step, delivery, signature.is_some());
    let tally = match &routed.route {
        Ok(route) => dispatch
            .client
            .burst(delivery, signature, route, load, make, tick),
        Err(fault) => Err(fault.clone()),
    };
    // An endpoint that cannot be reached was tried once.
    let mut tally = tally.unwrap_or_else(|fault| Tally::failed(fault, load));
    let redactor = sender.redactor(delivery);
    let text = |why: &str| redactor.text(why).into_owned();
    tally.faults = tally
        .faults
        .into_iter()
        .map(|(fault, count)| (fault.with_text(text), count))
        .collect();
    BurstResult {
        target: text(&delivery.target.to_string()),
        tally,
        limit,
        bytes: delivery.body.len(),
    }
}

/// Makes each delivery from its number alone, so that connections need not wait for each other.
fn make(batch: &Batch<'_>, step: &Step, delivery: &Delivery, signed: bool) -> Make {
    let content = step.content.clone();
    let signature = batch.sender(step).signature.signed().filter(|_| signed);
    let signer = signature.map(|signature| signature.signer.clone());
    let (clock, seed) = (batch.clock, batch.seed);
    let (method, headers) = (delivery.method.clone(), delivery.headers.clone());
    let target = delivery.target.path().to_owned();
    Arc::new(move |number, since, parcel| {
        parcel.body.clear();
        content.write(&clock.fresh(seed, number, since), &mut parcel.body);
        if let Some(signer) = &signer {
            let headers: Vec<_> = headers.iter().map(Header::pair).collect();
            let input = SigningInput {
                method: &method,
                target: &target,
                headers: &headers,
                body: &parcel.body,
                now: clock.moment(),
            };
            parcel.signature = signer.value(&input);
        }
    })
}
