//! Sends the forgeries of a case, and judges by answers and effects.
//!
//! Answers alone: any 2xx fails, as the platforms judge that probe their partners' endpoints. With a state: what counts
//! is whether it moved, whatever the answer was.

use super::super::super::causes::Cause;
use super::super::super::effect::Effect;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::order::Order;
use super::super::super::reply::EndpointReply;
use super::super::super::state::ShopState;
use super::super::super::trial::Trial;
use super::blame::blame;
use super::forgery::Forgery;
use crate::http::ExactRequest;
use std::time::Duration;

/// Makes the forgeries of a case for an order; in the same order each time.
pub(super) type Forge<'f> = &'f dyn Fn(&Trial<'_, '_>, &Order) -> Result<Vec<Forgery>, Stop>;

/// What the endpoint did with the forgeries.
#[derive(Default)]
struct Reaction {
    /// Those answered 2xx, by their numbers, with the answers.
    taken: Vec<(usize, EndpointReply)>,
    /// The first that ended in an error or a closed connection.
    crashed: Option<(usize, EndpointReply)>,
    last: Option<EndpointReply>,
    /// What they did to the order.
    effect: Option<Effect>,
    /// The effect was there when the first was taken.
    by_first: bool,
}

/// How far a case goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Until a forgery is accepted.
    First,
    /// All of them, to tell how many are accepted.
    All,
}

/// Sends forgeries about a new order and concludes. `sent` says what they are.
pub(super) fn attack(
    trial: &mut Trial<'_, '_>,
    sent: &str,
    extent: Extent,
    forge: Forge<'_>,
) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let forgeries = forge(trial, &order)?;
    let before = watched(trial, &order)?;
    let reaction = react(trial, &order, before.as_ref(), extent, &forgeries)?;
    let expected = if before.is_some() {
        "refused, for example with 401, and nothing happens to the order"
    } else {
        "refused, for example with 401"
    };
    let judgement = concluded(trial, &forgeries, &reaction, forge)?;
    let judgement = match judgement.cause.and_then(fix) {
        Some(fix) => judgement.fixed_by(fix),
        None => judgement,
    };
    Ok(judgement.sent(sent).expected(expected))
}

/// What mends a cause that is not the case's own.
fn fix(cause: Cause) -> Option<String> {
    match cause {
        Cause::SilentRefusal => Some(
            "Answer forged deliveries with 401, so that a secret that differs shows at once. If the answer is meant, \
             say so with --silent-refusal."
                .to_owned(),
        ),
        Cause::LenientSignature => Some(
            "Compare the signature as a text, or check that it has exactly as many characters as a digest. It cannot \
             be made without the right one, so this does no harm."
                .to_owned(),
        ),
        other => Some(other.fix()).filter(|fix| !fix.is_empty()),
    }
}

fn react(
    trial: &mut Trial<'_, '_>,
    order: &Order,
    before: Option<&ShopState>,
    extent: Extent,
    forgeries: &[Forgery],
) -> Result<Reaction, Stop> {
    let mut reaction = Reaction::default();
    let mut at = 0;
    while at < forgeries.len() {
        let some = &forgeries[at..];
        for reply in send_some(trial, some)? {
            let forgery = &forgeries[at];
            if reply.taken()? {
                let first = reaction.taken.iter().all(|(at, _)| forgeries[*at].harmless);
                reaction.taken.push((at, reply));
                if first
                    && !forgery.harmless
                    && let Some(before) = before
                {
                    reaction.effect = touched(trial, order, before)?;
                    reaction.by_first = reaction.effect.is_some();
                }
            } else {
                if reply.is_crash() && reaction.crashed.is_none() {
                    reaction.crashed = Some((at, reply.clone()));
                }
                reaction.last = Some(reply);
            }
            at += 1;
        }
        let serious = reaction
            .taken
            .iter()
            .any(|(at, _)| !forgeries[*at].harmless);
        let certain = before.is_none() || reaction.by_first;
        if serious && certain && extent == Extent::First {
            return Ok(reaction);
        }
    }
    if let Some(before) = before.filter(|_| !reaction.by_first) {
        reaction.effect = touched(trial, order, before)?;
    }
    Ok(reaction)
}

/// Sends the next of some forgeries; where answers take their time, several at once.
fn send_some(trial: &mut Trial<'_, '_>, forgeries: &[Forgery]) -> Result<Vec<EndpointReply>, Stop> {
    const SLOW: Duration = Duration::from_millis(20);
    const AT_ONCE: usize = 8;
    let count = if trial.slowest < SLOW { 1 } else { AT_ONCE };
    let requests = forgeries
        .iter()
        .take(count)
        .map(|forgery| forgery.request.clone());
    let requests: Vec<ExactRequest> = requests.collect();
    if let [request] = requests.as_slice() {
        return Ok(vec![trial.send(request)?]);
    }
    let mut replies = trial.at_once(&requests)?;
    for (request, reply) in requests.iter().zip(&mut replies) {
        if reply.status() == Some(429) {
            *reply = trial.send(request)?;
        }
    }
    Ok(replies)
}

fn concluded(
    trial: &mut Trial<'_, '_>,
    forgeries: &[Forgery],
    reaction: &Reaction,
    forge: Forge<'_>,
) -> Result<CaseJudgement, Stop> {
    let serious = reaction
        .taken
        .iter()
        .find(|(at, _)| !forgeries[*at].harmless);
    let taken = serious.or(reaction.taken.first());
    match (taken, &reaction.effect) {
        (None, None) => Ok(refused(forgeries, reaction)),
        (None, Some(effect)) => {
            let last = reaction.last.as_ref().map_or("", EndpointReply::words);
            let judgement = CaseJudgement::fail(Cause::ProcessedThoughRefused)
                .got(format!("answered {last}, and yet: {effect}"));
            Ok(match forgeries.last() {
                Some(forgery) => judgement.with(&forgery.request),
                None => judgement,
            })
        }
        (Some((at, reply)), None) if trial.session.calibration().is_some() => {
            Ok(silent(trial, &forgeries[*at], reply))
        }
        (Some(_), None) if trial.session.strictness.silent_refusal => {
            Ok(CaseJudgement::inconclusive(Cause::SilentRefusal).got(
                "forged deliveries are answered with 2xx on purpose; --state would show whether they are ignored",
            ))
        }
        (Some((at, reply)), effect) => {
            let at = if effect.is_some() && !reaction.by_first && forgeries.len() > 1 {
                decisive(trial, forgeries.len(), forge)?
            } else {
                *at
            };
            accepted(trial, forgeries, at, reply, reaction, forge)
        }
    }
}

/// All were refused and did nothing.
fn refused(forgeries: &[Forgery], reaction: &Reaction) -> CaseJudgement {
    if let Some((at, reply)) = &reaction.crashed {
        let forgery = &forgeries[*at];
        return CaseJudgement::advice(Cause::CrashesOnForgery)
            .got(format!(
                "refused, but a payment {} ended in an error: {}",
                forgery.what,
                reply.words()
            ))
            .with(&forgery.request);
    }
    let last = reaction.last.as_ref().map_or("", EndpointReply::words);
    CaseJudgement::pass().got(if forgeries.len() > 1 {
        format!("all refused, the last with {last}")
    } else {
        format!("refused: {last}")
    })
}

/// Some were answered with 2xx, and nothing happened.
fn silent(trial: &Trial<'_, '_>, forgery: &Forgery, reply: &EndpointReply) -> CaseJudgement {
    let judgement = if forgery.harmless || trial.session.strictness.silent_refusal {
        CaseJudgement::pass()
    } else {
        CaseJudgement::strict_advice(Cause::SilentRefusal)
    };
    judgement
        .got(format!(
            "a payment {} was answered {}, but nothing happened to the order",
            forgery.what,
            reply.words()
        ))
        .with(&forgery.request)
}

/// One was accepted, and where there is a state, it moved.
fn accepted(
    trial: &mut Trial<'_, '_>,
    forgeries: &[Forgery],
    at: usize,
    reply: &EndpointReply,
    reaction: &Reaction,
    forge: Forge<'_>,
) -> Result<CaseJudgement, Stop> {
    let forgery = &forgeries[at];
    let cause = blame(trial, forgery.cause)?;
    if at > 0 && reaction.effect.is_none() && !is_taken_alone(trial, at, forge)? {
        return Ok(CaseJudgement::fail(Cause::Poisoned)
            .got(format!(
                "refused at first; then a payment {} with the same id was answered {}, though about another order it is \
                 refused: what was refused is remembered as done",
                forgery.what,
                reply.words()
            ))
            .with(&forgery.request));
    }
    let mut got = format!("accepted a payment {}: {}", forgery.what, reply.words());
    if let Some(effect) = &reaction.effect {
        got += &format!("; {effect}");
    }
    let more = reaction.taken.len() - 1;
    if more > 0 && reaction.by_first | reaction.effect.is_none() {
        got += &format!("; and {more} more of {}", forgeries.len());
    }
    let judgement = if forgery.harmless {
        CaseJudgement::advice(cause)
    } else {
        CaseJudgement::fail(cause)
    };
    Ok(judgement.got(got).with(&forgery.request))
}

/// Whether a forgery is accepted about a new order too, of which none was refused before.
fn is_taken_alone(trial: &mut Trial<'_, '_>, at: usize, forge: Forge<'_>) -> Result<bool, Stop> {
    let order = trial.order()?;
    let forgeries = forge(trial, &order)?;
    match forgeries.get(at) {
        Some(forgery) => trial.send(&forgery.request)?.taken(),
        None => Ok(true),
    }
}

/// Which of several forgeries has the effect, where the answers do not tell: halves of them are sent about new orders.
fn decisive(trial: &mut Trial<'_, '_>, count: usize, forge: Forge<'_>) -> Result<usize, Stop> {
    let (mut from, mut until) = (0, count);
    while until - from > 1 {
        let middle = from.midpoint(until);
        let order = trial.order()?;
        let before = trial.state(&order)?;
        let forgeries = forge(trial, &order)?;
        for forgery in forgeries.iter().take(middle).skip(from) {
            trial.send(&forgery.request)?;
        }
        if touched(trial, &order, &before)?.is_some() {
            until = middle;
        } else {
            from = middle;
        }
    }
    Ok(from)
}

/// The state of an order before it is attacked, where the shop shows it.
pub(super) fn watched(trial: &Trial<'_, '_>, order: &Order) -> Result<Option<ShopState>, Stop> {
    let calibrated = trial.session.calibration().is_some();
    calibrated.then(|| trial.state(order)).transpose()
}

/// What happened to an order since `before`, if it is anything that a payment does. Other changes are left alone: a
/// careful shop may count what it refuses.
pub(super) fn touched(
    trial: &Trial<'_, '_>,
    order: &Order,
    before: &ShopState,
) -> Result<Option<Effect>, Stop> {
    let effect = trial.effect(order, before)?;
    if effect.is_none() {
        return Ok(None);
    }
    let paid = trial.calibration()?.paid.places();
    let shared = |place: &String| paid.contains(place) && !place.ends_with("/(length)");
    let touched = effect.places().iter().any(shared) || trial.is_paid(order, &effect)?;
    Ok(touched.then_some(effect))
}
