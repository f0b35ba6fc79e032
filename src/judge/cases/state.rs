//! What deliveries do to the shop's state: repeated, at once, out of order, about the wrong money.

use super::super::causes::Cause;
use super::super::judgement::{Judgement, Stop};
use super::super::trial::Trial;
use super::Run;
use crate::cases::Case;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::Duplicate => duplicate,
        _ => return None,
    })
}

fn duplicate(trial: &mut Trial<'_, '_>) -> Result<Judgement, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let request = trial.payment(&order);
    trial.deliver_or_stop(&request)?;
    for _ in 0..2 {
        trial.send(&request)?;
    }
    let effect = trial.payment_effect(&order, &before)?;
    let once = &trial.calibration()?.paid;
    let judgement = if effect == *once {
        Judgement::pass()
    } else {
        Judgement::fail(Cause::NoIdempotency)
    };
    Ok(judgement
        .sent("the same payment three times")
        .expected(format!("the effect of one payment: {once}"))
        .got(effect.to_string())
        .with(&request))
}
