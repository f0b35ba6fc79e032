//! Asks why a genuine delivery is refused, with a payment of a new order.

use super::judgement::Stop;
use super::order::Order;
use super::trial::Trial;
use crate::http::ExactRequest;
use crate::outbound::{Inquiry, WhyRefused};
use crate::signature::diagnose::HandlerMistake;

/// The wrong way of signing that the endpoint accepts, if there is one.
pub(super) fn ask(
    trial: &mut Trial<'_, '_>,
    order: &Order,
) -> Result<Option<HandlerMistake>, Stop> {
    let deliveries = &trial.session.deliveries;
    let inquiry = Inquiry {
        sender: &deliveries.sender,
        delivery: &deliveries.signed_delivery(deliveries.paid(order)),
        others: &[],
        now: deliveries.second(),
        random: trial.seed.draw(905),
    };
    let answer = inquiry.ask(|delivery| {
        trial
            .send(&ExactRequest::of(delivery))
            .map(|reply| reply.is_taken())
    })?;
    Ok(match answer {
        Some(WhyRefused::Mistake(mistake)) => Some(mistake),
        _ => None,
    })
}
