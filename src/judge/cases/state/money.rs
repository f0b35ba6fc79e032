//! Payments of the wrong amount or currency, and of the right amount in another notation.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::reply::EndpointReply;
use super::super::super::trial::Trial;
use crate::catalogue::manifest::{FactText, PaymentFacts};
use crate::http::ExactRequest;
use crate::json::lookup;
use crate::report::CaseVerdict;
use rust_decimal::Decimal;

/// Currencies of which one unit is worth little: one of them is not the order's.
const WEAK: [&str; 2] = ["VND", "IDR"];

/// A payment of a changed body, and what it did.
struct ChangedPayment {
    order: Order,
    request: ExactRequest,
    reply: EndpointReply,
    effect: Effect,
}

/// Sends the payment of an order in a changed form; not run where the change changes nothing.
fn changed(
    trial: &mut Trial<'_, '_>,
    order: Order,
    change: impl FnOnce(&PaymentFacts, &str) -> String,
    without: &str,
) -> Result<ChangedPayment, Stop> {
    let deliveries = &trial.session.deliveries;
    let body = deliveries.paid(&order);
    let new = change(deliveries.facts, &body);
    if new == body {
        return Err(Stop::NotRun(without.to_owned()));
    }
    let before = trial.state(&order)?;
    let request = deliveries.signed(new);
    let reply = trial.deliver(&request)?;
    trial.let_settle()?;
    let effect = trial.effect_now(&order, &before)?;
    Ok(ChangedPayment {
        order,
        request,
        reply,
        effect,
    })
}

/// The verdict about a payment that must not pay its order.
fn not_paid(
    trial: &Trial<'_, '_>,
    payment: &ChangedPayment,
    otherwise: CaseJudgement,
) -> Result<CaseJudgement, Stop> {
    let judgement = if trial.looks_paid(&payment.order, &payment.effect)? {
        otherwise
    } else {
        CaseJudgement::pass()
    };
    Ok(judgement
        .expected(format!(
            "not the effect of a payment: {}",
            trial.calibration()?.paid
        ))
        .got(format!("{}; {}", payment.reply.words(), payment.effect))
        .with(&payment.request))
}

/// One hundredth of the price, nine tenths of it, and the price without its decimals.
pub(super) fn wrong_amount(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let mut judgement = None;
    for (part, words) in [
        (Part::Of(Decimal::new(1, 2)), "one hundredth of the price"),
        (Part::Of(Decimal::new(9, 1)), "nine tenths of the price"),
        (Part::Whole, "the price without its decimals"),
    ] {
        let order = trial.order()?;
        let Some(amount) = order.amount() else {
            return Err(Stop::NotRun(
                "--order does not answer with an amount".to_owned(),
            ));
        };
        let Some(factor) = part.factor(amount) else {
            continue;
        };
        let payment = changed(
            trial,
            order,
            |facts, body| facts.scaled(body, factor),
            "its payments tell no amount",
        )?;
        let otherwise = match part {
            Part::Of(_) => CaseJudgement::fail(Cause::AmountNotCompared),
            // Some shops let a little less pass on purpose.
            Part::Whole => CaseJudgement::strict_advice(Cause::AmountNotCompared),
        };
        let found = not_paid(trial, &payment, otherwise)?
            .sent(format!("a payment of {words}, {}", amount.normalize()));
        if found.verdict != CaseVerdict::Pass {
            return Ok(found);
        }
        judgement = Some(found);
    }
    judgement.ok_or_else(|| Stop::NotRun("the orders cost nothing".to_owned()))
}

/// A part of a price.
#[derive(Clone, Copy)]
enum Part {
    Of(Decimal),
    /// Without its decimals.
    Whole,
}

impl Part {
    /// What the price is multiplied by; `None` where that leaves it as it is.
    fn factor(self, price: Decimal) -> Option<Decimal> {
        match self {
            Self::Of(factor) => Some(factor),
            Self::Whole => Some(price.trunc().checked_div(price)?)
                .filter(|factor| !factor.is_zero() && *factor != Decimal::ONE),
        }
    }
}

/// The price's number in a currency that is worth less.
pub(super) fn wrong_currency(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let Some(own) = order.currency().map(str::to_owned) else {
        return Err(Stop::NotRun(
            "--order does not answer with a currency".to_owned(),
        ));
    };
    let coins = trial.session.deliveries.facts.coins.iter();
    let coins: Vec<&str> = coins.map(FactText::as_str).collect();
    // A coin for a coin, and another one than the same money on another chain.
    let money = |coin: &str| coin.split('_').next().unwrap_or_default().to_owned();
    let other = if coins.contains(&&*own) {
        coins.into_iter().find(|coin| money(coin) != money(&own))
    } else {
        WEAK.into_iter().find(|weak| *weak != own)
    };
    let Some(other) = other.map(str::to_owned) else {
        return Err(Stop::NotRun(
            "there is no other currency to pay in".to_owned(),
        ));
    };
    let payment = changed(
        trial,
        order,
        |facts, body| facts.in_currency(body, &other),
        "its payments tell no currency",
    )?;
    Ok(not_paid(
        trial,
        &payment,
        CaseJudgement::fail(Cause::CurrencyNotCompared),
    )?
    .sent(format!(
        "a payment of the price's number in {other} instead of {own}"
    )))
}

/// A payment that says paid, of which only half has come in.
pub(super) fn short_paid(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let half = Decimal::new(5, 1);
    let payment = changed(
        trial,
        order,
        |facts, body| facts.underpaid(body, half),
        "its payments do not tell what came in",
    )?;
    Ok(not_paid(
        trial,
        &payment,
        CaseJudgement::strict_advice(Cause::ShortPaidAccepted),
    )?
    .sent("a payment of which half of the amount came in"))
}

/// A payment of which more came in than asked for.
pub(super) fn overpaid(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let more = Decimal::new(11, 1);
    let payment = changed(
        trial,
        order,
        |facts, body| facts.underpaid(body, more),
        "its payments do not tell what came in",
    )?;
    let is_paid = trial.is_paid(&payment.order, &payment.effect)?;
    let judgement = if is_paid && !payment.reply.is_crash() {
        CaseJudgement::pass()
    } else {
        CaseJudgement::advice(Cause::OverpaidHeld)
    };
    Ok(judgement
        .sent("a payment of which a tenth more came in than asked for")
        .expected(format!(
            "the order is paid: {}; or it is held for a person to look at",
            trial.calibration()?.paid
        ))
        .got(format!("{}; {}", payment.reply.words(), payment.effect))
        .with(&payment.request))
}

/// How many orders are paid in each notation: prices differ in how well a computer's numbers hold them.
const PRICES: usize = 3;

/// The exact price, as usual and with a zero at its end.
pub(super) fn exact_decimal(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    if trial.session.deliveries.facts.divisibility.is_some() {
        return Err(Stop::NotRun(
            "its amounts are whole numbers of the smallest unit".to_owned(),
        ));
    }
    let sent = "payments of the exact price, as usual and with a zero at its end";
    let expected = "each pays its order";
    for zeros in [false, true] {
        for _ in 0..PRICES {
            let (order, before, request) = exactly_paid(trial, zeros)?;
            let effect = trial.wait_for_payment(&order, &before)?;
            if trial.is_paid(&order, &effect)? {
                continue;
            }
            let notation = if zeros {
                "with a zero at its end"
            } else {
                "as usual"
            };
            let price = order.amount_text().unwrap_or("the sample's price");
            return Ok(CaseJudgement::fail(Cause::DecimalForm)
                .sent(sent)
                .expected(expected)
                .got(format!("after {price}, written {notation}: {effect}"))
                .with(&request));
        }
    }
    Ok(CaseJudgement::pass()
        .sent(sent)
        .expected(expected)
        .got("each did"))
}

type SentPayment = (Order, super::super::super::state::ShopState, ExactRequest);

fn exactly_paid(trial: &mut Trial<'_, '_>, zeros: bool) -> Result<SentPayment, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let deliveries = &trial.session.deliveries;
    let mut body = deliveries.paid(&order);
    if zeros {
        let none = || Stop::NotRun("its payments have no amount that is a number".to_owned());
        body = with_zeros(deliveries.facts, &body).ok_or_else(none)?;
    }
    let request = deliveries.signed(body);
    trial.deliver(&request)?;
    Ok((order, before, request))
}

/// The body with a zero at the end of each amount; `None` without an amount that is a number.
fn with_zeros(facts: &PaymentFacts, body: &str) -> Option<String> {
    let start = body.find('{')?;
    let pointers = facts.price.iter().chain(&facts.due).chain(&facts.paid);
    let mut places: Vec<_> = pointers
        .filter_map(|pointer| lookup(body.as_bytes(), start, pointer))
        .filter(|place| body[place.clone()].parse::<Decimal>().is_ok())
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.start));
    places.dedup();
    let mut longer = body.to_owned();
    for place in &places {
        let zeros = if body[place.clone()].contains('.') {
            "0"
        } else {
            ".00"
        };
        longer.insert_str(place.end, zeros);
    }
    (!places.is_empty()).then_some(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_is_added_to_each_amount() {
        let facts = PaymentFacts {
            price: vec!["/price".into(), "/other".into()].into(),
            paid: vec!["/price".into(), "/list/*".into()].into(),
            ..PaymentFacts::default()
        };
        let body = r#"{"other": "12.50", "price": 12.5, "list": [1]}"#;
        let longer = r#"{"other": "12.50", "price": 12.50, "list": [1]}"#;
        assert_eq!(with_zeros(&facts, body).as_deref(), Some(longer));
        assert_eq!(
            with_zeros(&facts, r#"{"price": 12}"#).as_deref(),
            Some(r#"{"price": 12.00}"#)
        );
        assert_eq!(with_zeros(&facts, r#"{"price": null}"#), None);
    }
}
