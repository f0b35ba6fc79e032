//! Events that do not mean that an order is paid: alone, none may have the effect of a payment.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::state::ShopState;
use super::super::super::trial::Trial;
use crate::catalogue::manifest::EventMeaning;
use crate::http::ExactRequest;

/// How the names of events look that mean a payment in part, or of the wrong amount.
const IN_PART: [&str; 4] = ["intervention", "conflict", "underpaid", "partial"];

/// An event alone, for an order of its own.
struct AloneEvent<'c> {
    name: &'c str,
    order: Order,
    before: ShopState,
    request: ExactRequest,
}

/// Every event that does not mean paid.
pub(super) fn unpaid_final(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let names = events(trial, EventMeaning::NotPaid, |name| !is_in_part(name));
    judged(trial, &names, CaseJudgement::fail(Cause::CountsUnpaid))
}

/// The events that mean that too little was paid.
pub(super) fn underpaid(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let names = events(trial, EventMeaning::NotPaid, is_in_part);
    judged(trial, &names, CaseJudgement::fail(Cause::CountsUnderpaid))
}

/// The events of payments that are not confirmed yet, on which some shops ship on purpose.
pub(super) fn mempool(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let names = events(trial, EventMeaning::Early, |_| true);
    judged(
        trial,
        &names,
        CaseJudgement::strict_advice(Cause::ShipsUnconfirmed),
    )
}

fn is_in_part(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    IN_PART.iter().any(|part| name.contains(part))
}

fn events<'c>(
    trial: &Trial<'_, 'c>,
    meaning: EventMeaning,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<&'c str> {
    let names = trial.session.deliveries.events_meaning(meaning);
    names.into_iter().filter(|name| is_meant(name)).collect()
}

/// Sends each event for an order of its own, and looks whether one has the effect of a payment.
fn judged(
    trial: &mut Trial<'_, '_>,
    names: &[&str],
    otherwise: CaseJudgement,
) -> Result<CaseJudgement, Stop> {
    if names.is_empty() {
        return Err(Stop::NotRun("its catalogue has no such event".to_owned()));
    }
    let calibration = trial.calibration()?;
    let mut paid_by: Vec<(AloneEvent<'_>, Effect)> = Vec::new();
    // In a view over all orders each event needs its own look.
    let size = if calibration.isolated { names.len() } else { 1 };
    for group in names.chunks(size) {
        let mut sent = Vec::new();
        for name in group {
            sent.push(alone(trial, name)?);
        }
        trial.let_settle()?;
        for event in sent {
            let effect = trial.effect_now(&event.order, &event.before)?;
            if trial.looks_paid(&event.order, &effect)? {
                paid_by.push((event, effect));
            }
        }
    }
    told(trial, names, &paid_by, otherwise)
}

fn alone<'n>(trial: &mut Trial<'_, '_>, name: &'n str) -> Result<AloneEvent<'n>, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let request = trial.event(name, &order);
    trial.deliver(&request)?;
    Ok(AloneEvent {
        name,
        order,
        before,
        request,
    })
}

fn told(
    trial: &mut Trial<'_, '_>,
    names: &[&str],
    paid_by: &[(AloneEvent<'_>, Effect)],
    otherwise: CaseJudgement,
) -> Result<CaseJudgement, Stop> {
    let sent = match names {
        [name] => format!("{name} alone"),
        names => format!("each alone, for an order of its own: {}", names.join(", ")),
    };
    let expected = format!("not the effect of a payment: {}", trial.calibration()?.paid);
    let Some((first, effect)) = paid_by.first() else {
        return Ok(CaseJudgement::pass()
            .sent(sent)
            .expected(expected)
            .got("none had it"));
    };
    let which: Vec<&str> = paid_by.iter().map(|(event, _)| event.name).collect();
    let mut judgement = otherwise;
    if !effect.includes(&trial.calibration()?.paid)
        && let Some(places) = trial.only_moving(effect)?
    {
        let cause = judgement.cause.unwrap_or(Cause::CountsUnpaid);
        judgement = CaseJudgement::strict_advice(cause).fixed_by(format!(
            "{places} changes with each of these events; where it only counts or lists deliveries, say so with --ignore"
        ));
    }
    Ok(judgement
        .sent(sent)
        .expected(expected)
        .got(format!("{}: {effect}", which.join(", ")))
        .with(&first.request))
}
