//! A payment that arrives before what it refers to.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::trial::Trial;
use super::super::once::WatchedPayment;
use super::life_cycle::{before_payment, deliver_all};
use std::time::{Duration, Instant};

/// How long an early payment may take until it counts.
const PATIENCE: Duration = Duration::from_secs(3);

/// A payment before its order where the shop makes orders under given names, else before the events that announce it.
pub(super) fn early(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    if trial.calibration()?.isolated
        && let Some(judgement) = before_its_order(trial, &payment)?
    {
        return Ok(judgement);
    }
    before_its_events(trial)
}

/// Compares an order that was paid before it existed with one that was paid afterwards; `None` where the shop names its
/// orders itself.
fn before_its_order(
    trial: &mut Trial<'_, '_>,
    usual: &WatchedPayment,
) -> Result<Option<CaseJudgement>, Stop> {
    let name = format!("{}-early", usual.order.name());
    let wished = usual.order.renamed(&name);
    let request = trial.payment(&wished);
    let reply = trial.send(&request)?;
    let Some(order) = trial.order_named(&name)? else {
        return Ok(None);
    };
    if order.amount() != usual.order.amount() {
        return Ok(None);
    }
    if !reply.is_taken() {
        trial.deliver_patiently(&request)?;
    }
    trial.deliver_or_stop(&usual.request)?;
    usual.effect(trial)?;
    let started = Instant::now();
    let mut difference = differs(trial, &usual.order, &order)?;
    while !difference.is_none() && started.elapsed() < PATIENCE {
        trial.pause(Duration::from_millis(50))?;
        difference = differs(trial, &usual.order, &order)?;
    }
    let (judgement, got) = if difference.is_none() {
        (CaseJudgement::pass(), "the order is paid".to_owned())
    } else {
        (
            CaseJudgement::advice(Cause::EarlyLost),
            format!("an order that was paid in time differs: {difference}"),
        )
    };
    Ok(Some(
        judgement
            .sent("a payment, and only then its order was made")
            .expected("kept until the order exists, or refused until then, so that the provider sends it again")
            .got(format!("the payment was answered {}; {got}", reply.words()))
            .with(&request),
    ))
}

/// How the state of an order differs from that of one that was paid in time.
fn differs(trial: &Trial<'_, '_>, usual: &Order, order: &Order) -> Result<Effect, Stop> {
    let (now, should) = (trial.state(order)?, trial.state(usual)?);
    let ignored = &trial.calibration()?.ignored;
    Ok(Effect::across((&now, order), (&should, usual), ignored))
}

fn before_its_events(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    let others = before_payment(trial, &payment.order);
    if others.is_empty() {
        return Err(Stop::NotRun(
            "its life cycle begins with the payment".to_owned(),
        ));
    }
    let first = trial.send(&payment.request)?;
    deliver_all(trial, &others.iter().collect::<Vec<_>>())?;
    if !first.is_taken() {
        trial.deliver_patiently(&payment.request)?;
    }
    let effect = payment.effect(trial)?;
    let judgement = if trial.counted(&effect)?.is_once() {
        CaseJudgement::pass()
    } else {
        CaseJudgement::advice(Cause::EarlyLost)
    };
    let names: Vec<&str> = others.iter().map(|event| event.name.as_str()).collect();
    Ok(judgement
        .sent(format!("a payment, then {}", names.join(", ")))
        .expected(format!("the order is paid: {}", trial.calibration()?.paid))
        .got(effect.to_string())
        .with(&payment.request))
}
