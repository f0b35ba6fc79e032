//! The events of a life cycle: in another order, late, and before the payment.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::trial::Trial;
use super::super::once::{PaymentCount, WatchedPayment};
use crate::catalogue::manifest::EventMeaning;
use crate::http::ExactRequest;

/// How many shuffled orders are tried.
const SHUFFLES: u64 = 3;

/// How often a provider sends a life cycle's refused events again.
const ROUNDS: usize = 3;

/// How long before the payment late events happened, in seconds.
const LATE: i64 = 600;

/// An event of a life cycle.
pub(super) struct LifeEvent {
    pub(super) name: String,
    pub(super) request: ExactRequest,
}

/// What a whole life cycle did.
struct EndedCycle {
    names: Vec<String>,
    effect: Effect,
    counted: PaymentCount,
}

/// The life cycle from its end to its beginning.
pub(super) fn reversed(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let backwards = |length: usize| (0..length).rev().collect();
    rearranged(trial, "reversed", vec![Box::new(backwards)])
}

/// The life cycle in random orders.
pub(super) fn shuffled(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let seed = trial.seed;
    let orders = (0..SHUFFLES).map(|round| {
        Box::new(move |length: usize| {
            let mut order: Vec<usize> = (0..length).collect();
            for at in (1..length).rev() {
                let other = seed.draw(round << 8 | at as u64) % (at as u64 + 1);
                order.swap(at, usize::try_from(other).unwrap_or_default());
            }
            order
        }) as Arrangement
    });
    rearranged(trial, "shuffled", orders.collect())
}

/// Given how many events there are: in which order they are sent.
type Arrangement = Box<dyn Fn(usize) -> Vec<usize>>;

/// Compares life cycles in other orders with one in its own.
fn rearranged(
    trial: &mut Trial<'_, '_>,
    word: &str,
    arrangements: Vec<Arrangement>,
) -> Result<CaseJudgement, Stop> {
    let forward = lived(trial, &|length| (0..length).collect())?;
    let expected = format!("the same end as forward: {}", forward.effect);
    let sent = format!("the events of a payment forward, and {word} for another order");
    if forward.counted.is_less() {
        return Err(Stop::Inconclusive(format!(
            "{} did not end as a payment does: {}",
            forward.names.join(", "),
            forward.effect
        )));
    }
    if !forward.counted.is_once() {
        return Ok(forward
            .counted
            .verdict(Cause::CountsEachEvent, Cause::OrderOfEvents)
            .sent(sent)
            .expected(format!(
                "the effect of one payment: {}",
                trial.calibration()?.paid
            ))
            .got(format!(
                "after {}: {}",
                forward.names.join(", "),
                forward.effect
            )));
    }
    for arrangement in arrangements {
        let ended = lived(trial, &arrangement)?;
        if !ended.counted.is_once() {
            return Ok(ended
                .counted
                .verdict(Cause::OrderOfEvents, Cause::OrderOfEvents)
                .sent(sent)
                .expected(expected)
                .got(format!(
                    "after {}: {}",
                    ended.names.join(", "),
                    ended.effect
                )));
        }
    }
    Ok(CaseJudgement::pass()
        .sent(sent)
        .expected(expected)
        .got("the same end"))
}

/// Sends the life cycle of a new order in that order.
fn lived(
    trial: &mut Trial<'_, '_>,
    arrange: &dyn Fn(usize) -> Vec<usize>,
) -> Result<EndedCycle, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let cycle = cycle(trial, &order);
    if cycle.len() < 2 {
        return Err(Stop::NotRun(
            "its life cycle has one event alone".to_owned(),
        ));
    }
    let arranged = arrange(cycle.len());
    let events: Vec<&LifeEvent> = arranged.iter().filter_map(|at| cycle.get(*at)).collect();
    deliver_all(trial, &events)?;
    let effect = trial.payment_effect(&order, &before)?;
    Ok(EndedCycle {
        names: events.iter().map(|event| event.name.clone()).collect(),
        counted: trial.counted(&effect)?,
        effect,
    })
}

fn cycle(trial: &Trial<'_, '_>, order: &Order) -> Vec<LifeEvent> {
    let deliveries = &trial.session.deliveries;
    let bodies = deliveries.life_cycle(order).into_iter();
    let events = bodies.map(|(name, body)| LifeEvent {
        name,
        request: deliveries.signed(body),
    });
    events.collect()
}

/// Sends events in turn. Those that are refused come again after the others: an endpoint may ask for an earlier one.
pub(super) fn deliver_all(trial: &mut Trial<'_, '_>, events: &[&LifeEvent]) -> Result<(), Stop> {
    let mut left = events.to_vec();
    for _ in 0..ROUNDS {
        let mut refused = Vec::new();
        for event in left {
            if !trial.send(&event.request)?.is_taken() {
                refused.push(event);
            }
        }
        left = refused;
        if left.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Older events that arrive after the payment.
pub(super) fn late_old(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    let late = older(trial, &payment.order);
    if late.is_empty() {
        return Err(Stop::NotRun("its other events tell no time".to_owned()));
    }
    trial.deliver_or_stop(&payment.request)?;
    let paid = payment.effect(trial)?;
    if trial.counted(&paid)?.is_less() {
        return Err(Stop::Inconclusive(format!(
            "the payment did not have the effect that it had in the calibration: {paid}"
        )));
    }
    let names: Vec<&str> = late.iter().map(|event| event.name.as_str()).collect();
    let sent = format!("a payment, then older events: {}", names.join(", "));
    let expected = format!("the order stays paid: {paid}");
    for event in &late {
        trial.deliver(&event.request)?;
        let effect = trial.effect(&payment.order, &payment.before)?;
        let counted = trial.counted(&effect)?;
        if !counted.is_once() {
            return Ok(counted
                .verdict(Cause::CountsEachEvent, Cause::Downgrades)
                .sent(sent)
                .expected(expected)
                .got(format!(
                    "after {}, which happened {} minutes before the payment: {}",
                    event.name,
                    LATE / 60,
                    if effect.is_none() {
                        "the payment is undone, the order is as before it".to_owned()
                    } else {
                        effect.to_string()
                    }
                ))
                .with(&event.request));
        }
    }
    Ok(CaseJudgement::pass()
        .sent(sent)
        .expected(expected)
        .got("it stays paid"))
}

/// The events that come before the payment in its life cycle, and expiries, all older than the payment.
fn older(trial: &Trial<'_, '_>, order: &Order) -> Vec<LifeEvent> {
    let deliveries = &trial.session.deliveries;
    let cycle = before_payment(trial, order);
    let expiries = deliveries.events_meaning(EventMeaning::NotPaid);
    let expiries = expiries
        .into_iter()
        .filter(|name| name.to_ascii_lowercase().contains("expired"));
    let mut events = Vec::new();
    for name in cycle
        .iter()
        .map(|event| event.name.as_str())
        .chain(expiries)
    {
        let seconds = LATE - 10 * i64::try_from(events.len()).unwrap_or_default();
        if let Some(body) = deliveries.earlier(name, order, seconds) {
            events.push(LifeEvent {
                name: name.to_owned(),
                request: deliveries.signed(body),
            });
        }
    }
    events
}

/// The events of the life cycle that come before the payment.
pub(super) fn before_payment(trial: &Trial<'_, '_>, order: &Order) -> Vec<LifeEvent> {
    let payment = trial.session.deliveries.payment_event();
    let cycle = cycle(trial, order);
    cycle
        .into_iter()
        .take_while(|event| event.name != payment)
        .collect()
}

/// The payment after the events that announce it.
pub(super) fn second_event(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    let first = before_payment(trial, &payment.order);
    if first.is_empty() {
        return Err(Stop::NotRun(
            "its life cycle begins with the payment".to_owned(),
        ));
    }
    let events: Vec<&LifeEvent> = first.iter().collect();
    deliver_all(trial, &events)?;
    trial.deliver_or_stop(&payment.request)?;
    let effect = payment.effect(trial)?;
    let names: Vec<&str> = first.iter().map(|event| event.name.as_str()).collect();
    let judgement = trial
        .counted(&effect)?
        .verdict(Cause::CountsEachEvent, Cause::SecondEventLost);
    Ok(judgement
        .sent(format!("{}, then the payment", names.join(", ")))
        .expected(format!(
            "the effect of one payment: {}",
            trial.calibration()?.paid
        ))
        .got(effect.to_string())
        .with(&payment.request))
}
