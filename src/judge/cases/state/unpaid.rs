//! Events that do not mean that an order is paid: alone, none may have the effect of a payment.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::state::ShopState;
use super::super::super::trial::Trial;
use crate::catalogue::manifest::{EventMeaning, Scenario};
use crate::http::ExactRequest;
use std::fmt;

/// How the names of events look that mean a payment in part, or of the wrong amount.
const IN_PART: [&str; 4] = ["intervention", "conflict", "underpaid", "partial"];

/// How the names of events look that tell of money that has come in, be it enough or not.
const DEPOSIT: &str = "funds_received";

/// What is sent alone.
#[derive(Clone, Copy)]
enum UnpaidEvent<'c> {
    Whole(&'c str),
    /// A deposit of less than is due, as it is in that scenario.
    ShortDeposit(&'c str, &'c Scenario),
}

impl fmt::Display for UnpaidEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(name) => f.write_str(name),
            Self::ShortDeposit(name, _) => write!(f, "{name} with less than is due"),
        }
    }
}

/// An event alone, for an order of its own.
struct AloneEvent<'c> {
    event: UnpaidEvent<'c>,
    order: Order,
    before: ShopState,
    request: ExactRequest,
}

/// Every event that does not mean paid.
pub(super) fn unpaid_final(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let names = events(trial, EventMeaning::NotPaid, |name| !is_in_part(name));
    judged(
        trial,
        &whole(names),
        CaseJudgement::fail(Cause::CountsUnpaid),
    )
}

/// The events that mean that too little was paid, and the deposits that come before them.
pub(super) fn underpaid(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let mut sent = short_deposits(trial);
    sent.extend(whole(events(trial, EventMeaning::NotPaid, is_in_part)));
    judged(trial, &sent, CaseJudgement::fail(Cause::CountsUnderpaid))
}

/// The events of payments that are not confirmed yet, on which some shops ship on purpose.
pub(super) fn mempool(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let names = events(trial, EventMeaning::Early, |_| true);
    judged(
        trial,
        &whole(names),
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

/// The deposits of which the catalogue has one that is too small.
fn short_deposits<'c>(trial: &Trial<'_, 'c>) -> Vec<UnpaidEvent<'c>> {
    let names = events(trial, EventMeaning::Early, |name| {
        name.to_ascii_lowercase().contains(DEPOSIT)
    });
    let short = names.into_iter().filter_map(|name| {
        let scenario = trial.session.deliveries.scenario_with(name, is_in_part)?;
        Some(UnpaidEvent::ShortDeposit(name, scenario))
    });
    short.collect()
}

fn whole(names: Vec<&str>) -> Vec<UnpaidEvent<'_>> {
    names.into_iter().map(UnpaidEvent::Whole).collect()
}

/// Sends each event for an order of its own, and looks whether one has the effect of a payment.
fn judged(
    trial: &mut Trial<'_, '_>,
    events: &[UnpaidEvent<'_>],
    otherwise: CaseJudgement,
) -> Result<CaseJudgement, Stop> {
    if events.is_empty() {
        return Err(Stop::NotRun("its catalogue has no such event".to_owned()));
    }
    let calibration = trial.calibration()?;
    let mut paid_by: Vec<(AloneEvent<'_>, Effect)> = Vec::new();
    // In a view over all orders each event needs its own look.
    let size = if calibration.isolated {
        events.len()
    } else {
        1
    };
    for group in events.chunks(size) {
        let mut sent = Vec::new();
        for event in group {
            sent.push(alone(trial, *event)?);
        }
        trial.let_settle()?;
        for event in sent {
            let effect = trial.effect_now(&event.order, &event.before)?;
            let is_paid = match event.event {
                UnpaidEvent::Whole(_) => trial.looks_paid(&event.order, &effect)?,
                // Shops may count deposits: only what else a payment does tells that the order counts as paid.
                UnpaidEvent::ShortDeposit(..) => trial.is_paid(&event.order, &effect)?,
            };
            if is_paid {
                paid_by.push((event, effect));
            }
        }
    }
    told(trial, events, &paid_by, otherwise)
}

fn alone<'n>(trial: &mut Trial<'_, '_>, event: UnpaidEvent<'n>) -> Result<AloneEvent<'n>, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let request = match event {
        UnpaidEvent::Whole(name) => trial.event(name, &order),
        UnpaidEvent::ShortDeposit(name, scenario) => {
            let deliveries = &trial.session.deliveries;
            deliveries.signed(deliveries.body_in(scenario, name, &order)?)
        }
    };
    trial.deliver(&request)?;
    Ok(AloneEvent {
        event,
        order,
        before,
        request,
    })
}

fn told(
    trial: &mut Trial<'_, '_>,
    events: &[UnpaidEvent<'_>],
    paid_by: &[(AloneEvent<'_>, Effect)],
    otherwise: CaseJudgement,
) -> Result<CaseJudgement, Stop> {
    let sent = match events {
        [event] => format!("{event} alone"),
        events => format!("each alone, for an order of its own: {}", listed(events)),
    };
    let expected = format!("not the effect of a payment: {}", trial.calibration()?.paid);
    let Some((first, effect)) = paid_by.first() else {
        return Ok(CaseJudgement::pass()
            .sent(sent)
            .expected(expected)
            .got("none had it"));
    };
    let which: Vec<UnpaidEvent<'_>> = paid_by.iter().map(|(event, _)| event.event).collect();
    let mut judgement = otherwise;
    if matches!(first.event, UnpaidEvent::Whole(_))
        && !effect.includes(&trial.calibration()?.paid)
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
        .got(format!("{}: {effect}", listed(&which)))
        .with(&first.request))
}

fn listed(events: &[UnpaidEvent<'_>]) -> String {
    let words: Vec<String> = events.iter().map(ToString::to_string).collect();
    words.join(", ")
}
