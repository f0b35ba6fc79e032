//! Copies of a payment that arrive at the same moment.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::reply::EndpointReply;
use super::super::super::trial::Trial;
use super::super::once::{PaymentCount, WatchedPayment, refused_for_good};
use crate::http::Fault;

/// How many copies leave with their last bytes at the same moment.
const COPIES: usize = 20;

/// A race that is lost sometimes needs several tries.
const ROUNDS: usize = 5;

/// Simultaneous copies, each round for another order.
pub(super) fn concurrent(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let mut copies = COPIES;
    let mut failed: Option<EndpointReply> = None;
    let mut judgement = CaseJudgement::pass().got(format!(
        "the effect of one payment in each of {ROUNDS} rounds"
    ));
    for round in 1..=ROUNDS {
        let payment = WatchedPayment::new(trial)?;
        let replies = trial.at_once(&vec![payment.request.clone(); copies])?;
        // An endpoint that takes only some connections at a time gets fewer, which costs less time.
        let connected = replies
            .iter()
            .filter(|reply| !did_not_connect(reply))
            .count();
        copies = connected.clamp(2, COPIES);
        let erred = replies.iter().find(|reply| is_error(reply)).cloned();
        let (judged, counted) = judged(trial, &payment, &replies, round)?;
        if !counted.is_some_and(|counted| counted.is_once()) {
            judgement = judged.with(&payment.request);
            break;
        }
        failed = failed.or(erred);
    }
    if let (crate::report::CaseVerdict::Pass, Some(reply)) = (judgement.verdict, failed) {
        judgement = CaseJudgement::advice(Cause::ErrorsAtOnce).got(format!(
            "the effect of one payment, but some copies were answered {}",
            reply.words()
        ));
    }
    Ok(judgement
        .sent(format!(
            "{COPIES} copies of a payment at the same moment, in {ROUNDS} rounds"
        ))
        .expected(format!(
            "the effect of one payment: {}",
            trial.calibration()?.paid
        )))
}

/// What a round shows; without a count where no copy was ever taken.
fn judged(
    trial: &mut Trial<'_, '_>,
    payment: &WatchedPayment,
    replies: &[EndpointReply],
    round: usize,
) -> Result<(CaseJudgement, Option<PaymentCount>), Stop> {
    let taken = replies.iter().filter(|reply| reply.is_taken()).count();
    let sent = replies.len();
    let mut told = format!("round {round}: {taken} of {sent} copies accepted");
    if taken == 0 {
        let reply = trial.deliver_patiently(&payment.request)?;
        told += &format!(", then the retry: {}", reply.words());
        if !reply.is_taken() {
            return Ok((refused_for_good(&reply)?.got(told), None));
        }
    }
    let effect = payment.effect(trial)?;
    let counted = trial.counted(&effect)?;
    let cause = match counted {
        PaymentCount::More => trial.cause_of_more(payment, Cause::Race)?,
        _ => Cause::Race,
    };
    let judgement = counted
        .verdict(cause, Cause::Race)
        .got(format!("{told}; state after {sent} at once: {effect}"));
    Ok((judgement, Some(counted)))
}

/// A server error, but not one that asks for patience.
fn is_error(reply: &EndpointReply) -> bool {
    reply
        .status()
        .is_some_and(|status| status >= 500 && status != 503)
}

fn did_not_connect(reply: &EndpointReply) -> bool {
    matches!(reply.sent.outcome, Err(Fault::Timeout(None)))
}
