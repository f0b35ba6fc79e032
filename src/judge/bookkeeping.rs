//! What a shop writes down about every delivery, such as the last event, a log, or a counter of attempts. It is no effect
//! of a payment, so that a right shop may do it again for a repeated delivery.

use super::effect::{Effect, Ignored};
use super::judgement::Stop;
use super::trial::Trial;
use crate::catalogue::manifest::EventMeaning;

/// Parts of the names of such places. A place of that name counts as bookkeeping only if it also changes with an event
/// that is not a payment.
const NAMES: [&str; 13] = [
    "attempt", "audit", "callback", "event", "history", "log", "notif", "request", "retr",
    "revision", "seen", "version", "webhook",
];

/// The places that do not count, with those that are bookkeeping; unless nothing would be left of a payment's effect.
pub(super) fn without_bookkeeping(
    trial: &mut Trial<'_, '_>,
    paid: &Effect,
    ignored: Ignored,
) -> Result<Ignored, Stop> {
    let events = &trial.session.deliveries.manifest().events;
    let is_event = |text: &str| {
        events
            .iter()
            .any(|event| event.names().any(|name| name == text))
    };
    let naming = paid.places_of_texts(is_event);
    let mut narrow = ignored.clone();
    narrow.add(naming.iter().cloned());
    if paid.places().iter().any(|place| is_named_so(place)) {
        narrow.add(moved_by_others(trial, &ignored)?);
    }
    // A list of events is a log, with everything in it.
    let mut wide = narrow.clone();
    for place in &naming {
        if let Some((list, _)) = place.split_once("/*") {
            wide.add_below(list);
        }
    }
    let kept = [wide, narrow]
        .into_iter()
        .find(|wider| !paid.without(wider).is_none());
    Ok(kept.unwrap_or(ignored))
}

fn is_named_so(place: &str) -> bool {
    let place = place.to_ascii_lowercase();
    NAMES.iter().any(|name| place.contains(name))
}

/// The places with such names that change with an event that is not a payment.
fn moved_by_others(trial: &mut Trial<'_, '_>, ignored: &Ignored) -> Result<Vec<String>, Stop> {
    let order = trial.order()?;
    let deliveries = &trial.session.deliveries;
    let unpaid = deliveries.events_meaning(EventMeaning::NotPaid);
    let mut cycle = deliveries.life_cycle(&order).into_iter();
    let Some((_, body)) = cycle.find(|(name, _)| unpaid.contains(&&**name)) else {
        return Ok(Vec::new());
    };
    let before = trial.state(&order)?;
    trial.deliver(&deliveries.signed(body))?;
    let moved = trial.settled(&order, &before, ignored, super::gate::SHORTEST_QUIET)?;
    let moved = moved.places().into_iter();
    Ok(moved.filter(|place| is_named_so(place)).collect())
}
