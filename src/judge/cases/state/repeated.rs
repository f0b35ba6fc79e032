//! Repeated news: the same delivery, and the same news in another one.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::trial::Trial;
use super::super::once::{PaymentCount, WatchedPayment};

/// The same delivery two and three times.
pub(super) fn duplicate(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    let first = first_effect(trial, &payment)?;
    let mut told = format!("state after 1 delivery: {first}");
    let mut judgement = CaseJudgement::pass();
    for copies in 2..=3 {
        trial.deliver(&payment.request)?;
        let effect = payment.effect(trial)?;
        told += &format!("; after {copies}: {effect}");
        judgement = match trial.counted(&effect)? {
            PaymentCount::Once => continue,
            PaymentCount::Unclear(places) => CaseJudgement::strict_advice(Cause::NoIdempotency).fixed_by(
                format!(
                    "{places} also changes with events that are not payments; where it only counts or lists \
                     deliveries, say so with --ignore"
                ),
            ),
            _ => CaseJudgement::fail(Cause::NoIdempotency),
        };
        break;
    }
    Ok(judgement
        .sent("the same delivery of a payment three times")
        .expected(format!(
            "the same state after each: {}",
            trial.calibration()?.paid
        ))
        .got(told)
        .with(&payment.request))
}

/// The same news under another delivery id, as after a resend by hand.
pub(super) fn same_news(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    let deliveries = &trial.session.deliveries;
    let body = String::from_utf8_lossy(&payment.request.body).into_owned();
    let missing = || Stop::NotRun("its deliveries have no id of their own".to_owned());
    let other = deliveries.under_new_id(&body, 1).ok_or_else(missing)?;
    let other = deliveries.signed(other);
    let first = first_effect(trial, &payment)?;
    trial.deliver(&other)?;
    let second = payment.effect(trial)?;
    let counted = trial.counted(&second)?;
    let cause = match counted {
        PaymentCount::More => trial.cause_of_more(&payment, Cause::DedupesByDelivery)?,
        _ => Cause::DedupesByDelivery,
    };
    Ok(counted
        .verdict(cause, cause)
        .sent("a payment, and the same payment with another id of the delivery")
        .expected(format!(
            "the same state after both: {}",
            trial.calibration()?.paid
        ))
        .got(format!(
            "state after the first: {first}; after the second: {second}"
        ))
        .with(&other))
}

/// Delivers a payment once, which must do what it did in the calibration.
fn first_effect(trial: &mut Trial<'_, '_>, payment: &WatchedPayment) -> Result<Effect, Stop> {
    trial.deliver_or_stop(&payment.request)?;
    let effect = payment.effect(trial)?;
    if trial.counted(&effect)?.is_less() {
        return Err(Stop::Inconclusive(format!(
            "the first delivery did not have the effect that it had in the calibration: {effect}"
        )));
    }
    Ok(effect)
}
