//! Numbers as providers may write them: amounts with more digits, and ids that no double can hold.

use super::edits::{place, replaced};
use super::{Variant, WhenRefused, refusal};
use crate::judge::causes::Cause;
use crate::judge::deliveries::Deliveries;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::order::Order;
use crate::judge::trial::Trial;
use std::ops::Range;

/// As a column with more decimals prints it.
pub(super) fn zeros(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "with amounts such as 10.5000";
    amounts(
        deliveries,
        order,
        words,
        WhenRefused::Fails,
        |whole, decimals| format!("{whole}.{decimals:0<4}"),
    )
}

pub(super) fn decimals(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "with amounts of 15 decimals";
    amounts(
        deliveries,
        order,
        words,
        WhenRefused::Advice,
        |whole, decimals| format!("{whole}.{decimals:0<15}"),
    )
}

pub(super) fn exponent(deliveries: &Deliveries<'_>, order: &Order) -> Option<Variant> {
    let words = "with amounts such as 105e-1";
    amounts(
        deliveries,
        order,
        words,
        WhenRefused::Advice,
        |whole, decimals| format!("{whole}{decimals}e-{}", decimals.len()),
    )
}

/// A payment in which every amount is spelt in another way, with the same value.
fn amounts(
    deliveries: &Deliveries<'_>,
    order: &Order,
    words: &str,
    refused: WhenRefused,
    spell: fn(&str, &str) -> String,
) -> Option<Variant> {
    let facts = deliveries.facts;
    // Whole numbers of the smallest unit have no decimals.
    if facts.divisibility.is_some() {
        return None;
    }
    let plain = deliveries.paid(order);
    let mut body = plain.clone();
    for pointer in facts.paid.iter().chain(&facts.due).chain(&facts.price) {
        let Some(place) = place(&body, pointer) else {
            continue;
        };
        let raw = &body[place.clone()];
        let (whole, decimals) = raw.split_once('.').unwrap_or((raw, ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !whole.is_empty() && is_number(whole) && is_number(decimals) {
            body = replaced(&body, &place, &spell(whole, decimals));
        }
    }
    let cause = Cause::AmountSpelling;
    (body != plain).then(|| Variant::new(deliveries, words, body, refused, cause).reprinted(plain))
}

/// An id beyond what a double can hold, and, where the shop shows its state, two that a double takes for one. No source
/// says how long ids may get, so a shop that cannot read them gets advice.
pub(super) fn long(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let deliveries = &trial.session.deliveries;
    let event = deliveries.payment_event();
    let order = trial.order()?;
    let id = (neighbours(trial, 1) + 1).to_string();
    let words = format!("with the id {id}");
    let body = numbered(deliveries, &order, &id)?;
    let (refused, cause) = (WhenRefused::Advice, Cause::LongIds);
    let mut variant = Variant::new(deliveries, words.clone(), body, refused, cause);
    // As JavaScript prints it.
    if let Ok(double) = id.parse::<f64>() {
        variant = variant.reprinted(numbered(deliveries, &order, &double.to_string())?);
    }
    if let Some(judgement) = refusal(trial, &order, &variant)? {
        return Ok(judgement);
    }
    if trial.session.calibration().is_some() && trial.session.makes_orders() {
        return told_apart(trial);
    }
    Ok(CaseJudgement::pass()
        .sent(format!("a genuine {event} {words}"))
        .expected("2xx")
        .got("accepted"))
}

/// Pays two orders with ids that are one and the same as doubles.
fn told_apart(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let deliveries = &trial.session.deliveries;
    let (first, second) = (trial.order()?, trial.order()?);
    let ids = [0, 1].map(|more| (neighbours(trial, 2) + more).to_string());
    let request = deliveries.signed(numbered(deliveries, &first, &ids[0])?);
    let before = trial.state(&first)?;
    trial.deliver_or_stop(&request)?;
    // Its effect is over before the state of the other order is looked at.
    trial.payment_effect(&first, &before)?;
    let request = deliveries.signed(numbered(deliveries, &second, &ids[1])?);
    let before = trial.state(&second)?;
    trial.deliver_or_stop(&request)?;
    let effect = trial.payment_effect(&second, &before)?;
    let (judgement, got) = if trial.is_paid(&second, &effect)? {
        (CaseJudgement::pass(), "both are".to_owned())
    } else {
        let got = format!("the second payment did not count: {effect}");
        (CaseJudgement::strict_advice(Cause::LongIds), got)
    };
    Ok(judgement
        .sent(format!(
            "payments of two orders with the ids {}",
            ids.join(" and ")
        ))
        .expected("both orders are paid")
        .got(got)
        .with(&request))
}

/// The payment of an order with that id of its delivery.
fn numbered(deliveries: &Deliveries<'_>, order: &Order, id: &str) -> Result<String, Stop> {
    let body = deliveries.paid(order);
    let pointer = deliveries.manifest().history.delivery.as_deref();
    let place = pointer.and_then(|pointer| place(&body, pointer));
    let is_number = |place: &Range<usize>| {
        let mut raw = body[place.clone()].bytes();
        raw.all(|byte| byte.is_ascii_digit())
    };
    let place = place.filter(is_number);
    let place = place
        .ok_or_else(|| Stop::NotRun("the ids of its deliveries are not numbers".to_owned()))?;
    Ok(replaced(&body, &place, id))
}

/// A number that is the same as the next one when it is read as a double.
fn neighbours(trial: &Trial<'_, '_>, purpose: u64) -> u64 {
    // From 2^55 on, doubles are multiples of 8.
    (1 << 55) + 8 * (trial.seed.draw(purpose) >> 16)
}
