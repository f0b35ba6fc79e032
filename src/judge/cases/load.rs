//! Large, odd and many requests: afterwards the endpoint still takes genuine deliveries.
//!
//! How an odd body is answered does not matter, unless an unsigned one is accepted. After each one that was not answered
//! like a refusal, a genuine delivery shows whether the endpoint is still there, so that the body that stopped it is
//! named.

use super::Run;
use super::wire::edits::with_member;
use crate::cases::Case;
use crate::http::{ExactRequest, Manner};
use crate::judge::causes::Cause;
use crate::judge::effect::Effect;
use crate::judge::judgement::{CaseJudgement, Stop};
use crate::judge::order::Order;
use crate::judge::reply::EndpointReply;
use crate::judge::state::ShopState;
use crate::judge::trial::Trial;
use std::time::Duration;

/// How long an answer to an odd request is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many orders are paid at once.
const BURST: usize = 20;

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::Big => big,
        Case::Deep => deep,
        Case::OddJson => odd_json,
        Case::LyingLength => lying_length,
        Case::SlowSender => slow_sender,
        Case::Burst => burst,
        _ => return None,
    })
}

/// An odd body, in words and bytes.
type OddBody = (String, Vec<u8>);

fn big(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    const LENGTH: usize = 8 << 20;
    let order = trial.order()?;
    let body = trial.session.deliveries.paid(&order);
    let padding = "x".repeat(LENGTH.saturating_sub(body.len()));
    let body = with_member(&body, &format!("\"padding\":\"{padding}\"")).unwrap_or(padding);
    survives(trial, vec![("a payment of 8 MiB".to_owned(), body.into())])
}

fn deep(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    const LEVELS: usize = 100_000;
    let order = trial.order()?;
    let body = trial.session.deliveries.paid(&order);
    let (open, close) = ("[".repeat(LEVELS), "]".repeat(LEVELS));
    let nested = with_member(&body, &format!("\"nested\":{open}{close}")).unwrap_or_default();
    let objects = format!("{}1{}", "{\"a\":".repeat(LEVELS), "}".repeat(LEVELS));
    let bodies = vec![
        (
            "lists in each other, 100,000 levels deep".to_owned(),
            nested.into(),
        ),
        (
            "objects in each other, 100,000 levels deep".to_owned(),
            objects.into(),
        ),
        // Never closed: parsers that count only whole values meet the end of the text at full depth.
        ("100,000 opening brackets".to_owned(), open.into()),
    ];
    survives(trial, bodies)
}

fn odd_json(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let body = trial.session.deliveries.paid(&order);
    let half = body.as_bytes()[..body.len() / 2].to_vec();
    let mut bodies: Vec<OddBody> = [
        "null",
        "[]",
        "42",
        "\"paid\"",
        "{}",
        "[null]",
        "{\"data\":null}",
    ]
    .into_iter()
    .map(|text| (format!("the body {text}"), text.into()))
    .collect();
    bodies.push(("an empty body".to_owned(), Vec::new()));
    bodies.push(("half of a payment".to_owned(), half));
    bodies.push((
        "bytes that are not UTF-8".to_owned(),
        b"{\"id\":\"\xff\xfe\"}".to_vec(),
    ));
    survives(trial, bodies)
}

/// Sends each body unsigned, then rightly signed. What counts is whether the endpoint is there afterwards, and that it does
/// not accept the unsigned ones.
fn survives(trial: &mut Trial<'_, '_>, bodies: Vec<OddBody>) -> Result<CaseJudgement, Stop> {
    let mut accepted = None;
    let words: Vec<String> = bodies.iter().map(|(words, _)| words.clone()).collect();
    for (words, body) in bodies {
        let deliveries = &trial.session.deliveries;
        let unsigned = deliveries.signed_with(body.clone(), |_| Vec::new());
        for (request, signed) in [(unsigned, false), (deliveries.signed(body), true)] {
            let words = format!("{words}, {}", if signed { "signed" } else { "unsigned" });
            let reply = trial.send_within(&request, Manner::Whole, PATIENCE)?;
            if let Some(judgement) = dead(trial, &words, &request, &reply)? {
                return Ok(judgement);
            }
            let silent = trial.session.strictness.silent_refusal;
            if !signed && reply.is_taken() && accepted.is_none() && !silent {
                accepted = Some((words, request, reply));
            }
        }
    }
    let Some((words, request, reply)) = accepted else {
        return Ok(CaseJudgement::pass()
            .sent(format!("{}, each unsigned and signed", words.join("; ")))
            .expected("genuine deliveries are accepted afterwards")
            .got("they are"));
    };
    let judgement = unsigned_accepted(trial)?;
    Ok(judgement
        .sent(words)
        .expected("refused, since it has no signature")
        .got(reply.words())
        .with(&request))
}

/// An unsigned body was accepted. An endpoint may answer so on purpose, if it does nothing for it: forge/effect sees
/// whether it does. The cause is another where unsigned payments are refused.
fn unsigned_accepted(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let deliveries = &trial.session.deliveries;
    let unsigned = deliveries.signed_with(deliveries.paid(&order), |_| Vec::new());
    let shows_state = trial.session.calibration().is_some();
    let before = shows_state.then(|| trial.state(&order)).transpose()?;
    let is_like_any = trial.send(&unsigned)?.is_taken();
    let does_nothing = match before {
        Some(before) => trial.effect(&order, &before)?.is_none(),
        None => false,
    };
    let cause = match (is_like_any, does_nothing) {
        (false, _) => Cause::AcceptsUnreadable,
        (true, false) => Cause::NoSignatureCheck,
        (true, true) => Cause::SilentRefusal,
    };
    Ok(if shows_state {
        CaseJudgement::strict_advice(cause)
    } else {
        CaseJudgement::fail(cause)
    })
}

/// The judgement on a request after which genuine deliveries are refused. Asked only where the answer is a reason to.
fn dead(
    trial: &mut Trial<'_, '_>,
    words: &str,
    request: &ExactRequest,
    reply: &EndpointReply,
) -> Result<Option<CaseJudgement>, Stop> {
    if reply.status().is_some_and(|status| status < 500) {
        return Ok(None);
    }
    let order = trial.order()?;
    let genuine = trial.payment(&order);
    let after = trial.deliver(&genuine)?;
    if after.is_taken() {
        return Ok(None);
    }
    Ok(Some(
        CaseJudgement::fail(Cause::Dies)
            .sent(words)
            .expected("genuine deliveries are accepted afterwards")
            .got(format!(
                "{}; then a genuine delivery, three times: {}",
                reply.words(),
                after.words()
            ))
            .with(request),
    ))
}

/// Requests whose length is not what Content-Length says.
fn lying_length(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let usual = trial.payment(&order);
    let length = usual.body.len();
    let with_length = |value: String| {
        let mut request = usual.clone();
        request.set("Content-Length", value);
        request
    };
    let soon = Duration::from_millis(50);
    let lies = [
        (
            "Content-Length larger than the body",
            with_length((length + 100).to_string()),
            Manner::Abort(soon),
        ),
        (
            // No more: PHP's development server takes so much memory at once, and ends where there is less.
            "Content-Length of 1 GiB",
            with_length((1_u64 << 30).to_string()),
            Manner::Abort(soon),
        ),
        (
            "Content-Length smaller than the body",
            with_length((length / 2).to_string()),
            Manner::Whole,
        ),
        (
            "Content-Length: -1",
            with_length("-1".to_owned()),
            Manner::Whole,
        ),
        (
            "Content-Length: many",
            with_length("many".to_owned()),
            Manner::Whole,
        ),
    ];
    let names: Vec<&str> = lies.iter().map(|(words, ..)| *words).collect();
    for (words, request, manner) in &lies {
        let reply = trial.send_within(request, *manner, PATIENCE)?;
        if let Some(judgement) = dead(trial, words, request, &reply)? {
            return Ok(judgement);
        }
    }
    Ok(CaseJudgement::pass()
        .sent(format!("requests with {}", names.join("; ")))
        .expected("genuine deliveries are accepted afterwards")
        .got("they are"))
}

/// A genuine delivery beside ten senders whose bodies arrive byte by byte.
fn slow_sender(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    const SENDERS: usize = 10;
    const SHORTEST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(8);
    let (first, second, slow) = (trial.order()?, trial.order()?, trial.order()?);
    let request = trial.payment(&first);
    let alone = trial.deliver_or_stop(&request)?.latency();
    let time = (alone * 4).clamp(SHORTEST, LONGEST);
    let deliveries = &trial.session.deliveries;
    // Unsigned, so that they change nothing.
    let unsigned = deliveries.signed_with(deliveries.paid(&slow), |_| Vec::new());
    let request = trial.payment(&second);
    let reply = trial.send_beside(&request, &vec![unsigned; SENDERS], time)?;
    let held_up = !reply.is_taken() || reply.latency() >= time.saturating_sub(SHORTEST / 5);
    let judgement = if held_up {
        CaseJudgement::advice(Cause::SlowSenders)
    } else {
        CaseJudgement::pass()
    };
    Ok(judgement
        .sent("a genuine payment beside ten senders that send a byte every 50 ms")
        .expected(format!(
            "2xx before the others end, after {} ms",
            time.as_millis()
        ))
        .got(format!(
            "{} after {} ms",
            reply.words(),
            reply.latency().as_millis()
        ))
        .with(&request))
}

/// Payments of many orders at once. What is refused is sent again, as the provider does.
fn burst(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let orders: Vec<Order> = (0..BURST)
        .map(|_| trial.order())
        .collect::<Result<_, _>>()?;
    let watched = watched(trial, &orders)?;
    let requests: Vec<ExactRequest> = orders.iter().map(|order| trial.payment(order)).collect();
    let replies = trial.at_once(&requests)?;
    let (mut refused, mut accepted) = (None, Vec::new());
    for (at, (request, reply)) in requests.iter().zip(&replies).enumerate() {
        let taken = reply.is_taken() || trial.deliver(request)?.is_taken();
        if taken {
            accepted.push(at);
        }
        if !taken || (!reply.is_taken() && !reply.asks_for_patience()) {
            refused = refused.or(Some((request, reply.words())));
        }
    }
    let count = replies.iter().filter(|reply| reply.is_taken()).count();
    let (judgement, got, request) = if let Some((at, effect)) = lost(trial, &watched, &accepted)? {
        let got = format!("accepted, and an order is not paid: {effect}");
        (
            CaseJudgement::fail(Cause::DropsBurst),
            got,
            requests.get(at),
        )
    } else if let Some((request, words)) = refused {
        let got = format!(
            "{count} accepted at once, {} when sent again; one of the others: {words}",
            accepted.len() - count
        );
        (
            CaseJudgement::advice(Cause::RefusesBurst),
            got,
            Some(request),
        )
    } else {
        let got = format!("{count} accepted at once, the others when sent again");
        (CaseJudgement::pass(), got, None)
    };
    let judgement = judgement
        .sent(format!("genuine payments of {BURST} orders at once"))
        .expected("2xx, or a request to wait; each order paid in the end")
        .got(got);
    Ok(match request {
        Some(request) => judgement.with(request),
        None => judgement,
    })
}

/// Orders with their states before the payments; none where the shop shows only a sum over all, which would not tell
/// which of them was lost.
fn watched(trial: &Trial<'_, '_>, orders: &[Order]) -> Result<Vec<(Order, ShopState)>, Stop> {
    let isolated = trial
        .session
        .calibration()
        .is_some_and(|calibration| calibration.isolated);
    let orders = orders.iter().filter(|_| isolated);
    orders
        .map(|order| Ok((order.clone(), trial.state(order)?)))
        .collect()
}

/// The first of the accepted payments that did not count, and what happened instead.
fn lost(
    trial: &Trial<'_, '_>,
    watched: &[(Order, ShopState)],
    accepted: &[usize],
) -> Result<Option<(usize, Effect)>, Stop> {
    for (at, (order, before)) in watched.iter().enumerate() {
        if !accepted.contains(&at) {
            continue;
        }
        // Most are there at once; only for one that is not, time may still help.
        let ignored = &trial.calibration()?.ignored;
        let now = Effect::between(before, &trial.state(order)?, order, ignored);
        if trial.is_paid(order, &now)? {
            continue;
        }
        let effect = trial.payment_effect(order, before)?;
        if !trial.is_paid(order, &effect)? {
            return Ok(Some((at, effect)));
        }
    }
    Ok(None)
}
