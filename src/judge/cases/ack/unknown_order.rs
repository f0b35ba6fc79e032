//! A payment for an order that the shop does not know: accepted or not, it must leave the other orders alone and make no
//! paid order.

use crate::judge::causes::Cause;
use crate::judge::effect::Effect;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::order::Order;
use crate::judge::state::ShopState;
use crate::judge::trial::Trial;

/// What a payment for an unknown order did beyond its answer.
enum SideEffect {
    Nothing,
    /// A known order changed as if it were paid.
    PaysAnother(Effect),
    /// The unknown order is there now, and paid: so it differs from one that is not.
    Creates(Effect),
}

/// A known order and one that does not exist, before the payment.
struct WatchedOrders {
    known: Order,
    before: ShopState,
    unknown: Order,
    /// `None` where the shop shows nothing for it.
    unknown_before: Option<ShopState>,
}

/// Whether a payment for an order that does not exist is accepted, and leaves the others alone.
pub(super) fn unknown_order(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let known = trial.order()?;
    let unknown = if known.is_known() {
        known.renamed(&similar(known.name()))
    } else {
        trial.order()?
    };
    let request = trial.payment(&unknown);
    // Without --order, all orders are unknown.
    let is_watched = known.is_known() && trial.session.calibration().is_some();
    let watched = is_watched
        .then(|| WatchedOrders::new(trial, known, unknown))
        .transpose()?;
    let reply = trial.deliver(&request)?;
    let taken = reply.taken()?;
    let side_effect = match &watched {
        Some(orders) => orders.side_effect(trial)?,
        None => SideEffect::Nothing,
    };
    let got = match &side_effect {
        SideEffect::Nothing => reply.words().to_owned(),
        SideEffect::PaysAnother(effect) => {
            format!("{}; another order changed: {effect}", reply.words())
        }
        SideEffect::Creates(effect) => format!(
            "{}; the order is there now, and paid: {effect}",
            reply.words()
        ),
    };
    let judgement = match (side_effect, taken) {
        (SideEffect::PaysAnother(_), _) => CaseJudgement::fail(Cause::PaysAnotherOrder),
        // Some shops open accounts for new payers on purpose.
        (SideEffect::Creates(_), _) => CaseJudgement::strict_advice(Cause::CreatesOrders),
        (SideEffect::Nothing, true) => CaseJudgement::pass(),
        (SideEffect::Nothing, false) => CaseJudgement::advice(Cause::RefusesUnknownOrders),
    };
    Ok(judgement
        .sent("a signed payment for an order that does not exist")
        .expected("2xx, and no order changed")
        .got(got)
        .with(&request))
}

impl WatchedOrders {
    fn new(trial: &Trial<'_, '_>, known: Order, unknown: Order) -> Result<Self, Stop> {
        Ok(Self {
            before: trial.state(&known)?,
            unknown_before: shown(trial, &unknown)?,
            known,
            unknown,
        })
    }

    fn side_effect(&self, trial: &Trial<'_, '_>) -> Result<SideEffect, Stop> {
        let effect = trial.effect(&self.known, &self.before)?;
        if trial.is_paid(&self.known, &effect)? {
            return Ok(SideEffect::PaysAnother(effect));
        }
        let ignored = &trial.calibration()?.ignored;
        // There may be no state before: the known order, which is not paid, stands for it.
        let unlike_unpaid = |state: &ShopState| {
            Effect::across((&self.before, &self.known), (state, &self.unknown), ignored)
        };
        let after = shown(trial, &self.unknown)?;
        let after = after.filter(|after| match &self.unknown_before {
            None => true,
            // One that looks like an order that is not paid may be one, by chance.
            Some(before) => before != after && !unlike_unpaid(before).is_none(),
        });
        let Some(effect) = after.as_ref().map(unlike_unpaid) else {
            return Ok(SideEffect::Nothing);
        };
        Ok(if trial.is_paid(&self.unknown, &effect)? {
            SideEffect::Creates(effect)
        } else {
            SideEffect::Nothing
        })
    }
}

/// The state of an order that the shop may not know; an error is the usual answer then.
fn shown(trial: &Trial<'_, '_>, order: &Order) -> Result<Option<ShopState>, Stop> {
    match trial.state(order) {
        Ok(state) => Ok(Some(state)),
        Err(Stop::Broken(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// A name of the same form, with other digits.
fn similar(name: &str) -> String {
    let other = |char: char| match char {
        '0'..='4' => char::from(char as u8 + 5),
        '5'..='9' => char::from(char as u8 - 5),
        _ => char,
    };
    let renamed: String = name.chars().map(other).collect();
    // The shop may come to small numbers soon.
    let is_small = name.len() < 4 && name.bytes().all(|byte| byte.is_ascii_digit());
    if is_small {
        format!("{renamed}000")
    } else if renamed == name {
        format!("{name}x")
    } else {
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_an_unknown_order_has_the_form_of_a_known_one() {
        assert_eq!(similar("1001"), "6556");
        assert_eq!(similar("12"), "67000");
        assert_eq!(similar("a-b"), "a-bx");
        assert_eq!(similar("9f3c"), "4f8c");
    }
}
