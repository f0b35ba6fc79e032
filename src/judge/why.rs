//! Asks why a genuine delivery is refused, with a payment of a new order.

use super::judgement::Stop;
use super::order::Order;
use super::trial::Trial;
use crate::http::ExactRequest;
use crate::outbound::{Inquiry, WhyRefused, behind_check};

/// A mistake of the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundMistake {
    /// The rest of a sentence that starts with "the endpoint refuses what the provider signs, and".
    pub(super) what: String,
    pub(super) fix: String,
}

/// The wrong way of signing that the endpoint accepts, if there is one; or else the only one that it answers in another
/// way than all the rest.
pub(super) fn ask(trial: &mut Trial<'_, '_>, order: &Order) -> Result<Option<FoundMistake>, Stop> {
    let deliveries = &trial.session.deliveries;
    let inquiry = Inquiry {
        sender: &deliveries.sender,
        delivery: &deliveries.signed_delivery(deliveries.paid(order)),
        answered: None,
        others: &[],
        now: deliveries.second(),
        random: trial.seed.draw(905),
    };
    let answer = inquiry.ask(|delivery| {
        trial
            .send(&ExactRequest::of(delivery))
            .map(|reply| reply.status())
    })?;
    Ok(match answer {
        Some(WhyRefused::Mistake(mistake)) => Some(FoundMistake {
            what: format!("accepts a delivery when {}", mistake.what),
            fix: mistake.fix,
        }),
        Some(WhyRefused::Behind {
            mistake,
            status,
            usual,
        }) => Some(FoundMistake {
            what: behind_check(&mistake.what, status, usual),
            fix: format!("{}; then look at its log", mistake.fix),
        }),
        _ => None,
    })
}
