//! Tells why a forgery was accepted: an endpoint without any check accepts all of them, and each case would name another
//! reason.

use super::super::super::causes::Cause;
use super::super::super::judgement::Stop;
use super::super::super::order::Order;
use super::super::super::trial::Trial;
use super::attack::{touched, watched};
use super::forgery::{Original, random_secret};
use crate::http::ExactRequest;

/// The cause behind an accepted forgery, where the case by itself would name `own`.
pub(super) fn blame(trial: &mut Trial<'_, '_>, own: Cause) -> Result<Cause, Stop> {
    let random = random_secret(trial);
    let wrong = is_processed(trial, |_, original| original.signed_with(random.as_bytes()))?;
    let unsigned = is_processed(trial, |_, original| Some(original.unsigned()))?;
    Ok(match (unsigned, wrong) {
        (true, true) => Cause::NoSignatureCheck,
        (false, true) => Cause::PresenceOnly,
        (true, false) if unsigned_like(own) => Cause::OptionalSignature,
        // A comparison that ends with the shorter value accepts an empty one too.
        (false, false)
            if own == Cause::OptionalSignature && is_processed(trial, one_character)? =>
        {
            Cause::PrefixCompare
        }
        _ if own == Cause::PartlyCovered && is_processed(trial, other_body)? => {
            Cause::BodyNotCovered
        }
        _ => own,
    })
}

/// Whether requests for that cause go without a signature.
fn unsigned_like(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::OptionalSignature | Cause::TrustsForwardedFor | Cause::OtherMethods
    )
}

/// A payment with the first character of the right signature.
fn one_character(_: &Trial<'_, '_>, original: &Original<'_>) -> Option<ExactRequest> {
    let (before, right) = original.split_value();
    Some(original.with_value(format!("{before}{}", right.chars().next()?)))
}

/// The payment of one order with the signature of another's.
pub(super) fn other_body(trial: &Trial<'_, '_>, original: &Original<'_>) -> Option<ExactRequest> {
    let other = Order::unknown("", trial.seed.draw(903));
    let other = Original::of(trial, &other).ok()?;
    Some(original.with_value(other.value()))
}

/// Whether a forgery about a new order is accepted, and has an effect where that shows.
fn is_processed(
    trial: &mut Trial<'_, '_>,
    forge: impl FnOnce(&Trial<'_, '_>, &Original<'_>) -> Option<ExactRequest>,
) -> Result<bool, Stop> {
    let order = trial.order()?;
    let original = Original::of(trial, &order)?;
    let Some(request) = forge(trial, &original) else {
        return Ok(false);
    };
    let before = watched(trial, &order)?;
    let reply = trial.send(&request)?;
    match before {
        Some(before) => Ok(touched(trial, &order, &before)?.is_some()),
        None => reply.taken(),
    }
}
