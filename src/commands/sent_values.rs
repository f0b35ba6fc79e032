//! The heading of what is sent, as the report wants it.

use crate::body::OrderView;
use crate::outbound::{SequencePlan, Unsigned};
use crate::report::{SendHeading, SentOrder};

/// The heading of a sequence.
pub(super) fn heading<'a>(plan: &'a SequencePlan<'_>, built_in: bool) -> SendHeading<'a> {
    let name = |event: Option<&'a str>| event.unwrap_or("body");
    let events: Vec<(&str, u32)> = plan
        .events
        .iter()
        .map(|(event, copy)| (name(*event), *copy))
        .collect();
    let title = match (plan.scenario, events.as_slice()) {
        (Some(scenario), _) => scenario.to_owned(),
        (None, [(first, _), others @ ..]) if others.iter().all(|(event, _)| event == first) => {
            (*first).to_owned()
        }
        (None, all) => format!("{} deliveries", all.len()),
    };
    SendHeading {
        title,
        targets: plan
            .first
            .iter()
            .map(|ready| ready.target.clone())
            .collect(),
        built_in,
        events,
        order: plan.is_one_order().then(|| shared(&plan.orders)),
        orders: plan.orders.iter().map(SentOrder::of).collect(),
        unsigned: plan.unsigned.map(Unsigned::words),
    }
}

/// The order that all bodies are about: its name and the amount to pay as the first body has them, and its price as the
/// first one that has a price.
fn shared(views: &[OrderView]) -> SentOrder {
    let orders: Vec<SentOrder> = views.iter().map(SentOrder::of).collect();
    let mut priced = orders.iter().filter(|order| order.amount != order.payment);
    let priced = priced.find_map(|order| order.amount.clone());
    let first = || orders.iter().find_map(|order| order.amount.clone());
    SentOrder {
        name: orders.iter().find_map(|order| order.name.clone()),
        amount: priced.or_else(first),
        payment: orders.iter().find_map(|order| order.payment.clone()),
        due: orders.iter().find_map(|order| order.due.clone()),
    }
}
