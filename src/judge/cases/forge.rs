//! Forged deliveries: a right endpoint refuses them and does nothing.

use super::super::causes::Cause;
use super::super::judgement::{Judgement, Stop};
use super::super::trial::Trial;
use super::Run;
use crate::cases::Case;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::NoSignature => no_signature,
        _ => return None,
    })
}

fn no_signature(trial: &mut Trial<'_, '_>) -> Result<Judgement, Stop> {
    let order = trial.order()?;
    let deliveries = &trial.session.deliveries;
    let request = deliveries.signed_with(deliveries.paid(&order), |_| Vec::new());
    let reply = trial.send(&request)?;
    let judgement = if reply.taken()? {
        Judgement::fail(Cause::NoSignatureCheck)
    } else {
        Judgement::pass()
    };
    Ok(judgement
        .sent("a payment without a signature")
        .expected("refused, for example with 401")
        .got(reply.words())
        .with(&request))
}
