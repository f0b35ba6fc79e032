//! The gate: before anything is judged, a genuine delivery must be accepted and change the state.
//!
//! Without it every refusal would look like a right one. The calibration watches the state while nothing is sent, and
//! while three orders are paid: what changes by itself, or differently each time, does not count.

use super::blocked::{Blocked, likely_cause, wants_browser};
use super::bookkeeping::without_bookkeeping;
use super::causes::Cause;
use super::doubt::PaidDoubt;
use super::effect::Effect;
use super::judgement::{CaseJudgement, Stop};
use super::order::Order;
use super::session::{Calibration, Session};
use super::state::ShopState;
use super::trial::Trial;
use super::why;
use crate::cases::Case;
use crate::catalogue::manifest::EventMeaning;
use crate::error::Error;
use crate::http::Fault;
use crate::outbound::refusal;
use crate::report::CaseVerdict;
use std::time::{Duration, Instant};

/// How long the state is watched while nothing is sent.
const STILL: Duration = Duration::from_millis(250);

/// How long a payment may take to change the state.
const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// The shortest wait before "nothing changed" is believed.
pub(super) const SHORTEST_QUIET: Duration = Duration::from_millis(250);

/// A case of the gate with its conclusion.
pub(super) type Concluded<'s, 'c> = (Trial<'s, 'c>, Result<CaseJudgement, Stop>);

/// Whether a genuine delivery is accepted.
pub(super) fn genuine<'s, 'c>(session: &'s Session<'c>) -> (Concluded<'s, 'c>, Option<Blocked>) {
    let mut trial = Trial::new(session, Case::Genuine);
    let mut blocked = None;
    let conclusion = accepted(&mut trial, &mut blocked);
    ((trial, conclusion), blocked)
}

fn accepted(
    trial: &mut Trial<'_, '_>,
    blocked: &mut Option<Blocked>,
) -> Result<CaseJudgement, Stop> {
    let order = trial.order()?;
    let request = trial.payment(&order);
    let reply = trial.deliver(&request)?;
    if reply.status().is_none() && matches!(reply.sent.outcome, Err(Fault::Interrupted)) {
        return Err(Stop::Interrupted);
    }
    let event = trial.session.deliveries.payment_event();
    let sent = format!("a genuine {event}, rightly signed");
    if reply.is_taken() {
        let judgement = CaseJudgement::pass()
            .sent(sent)
            .expected("2xx")
            .got(reply.words());
        return Ok(only_reprinted(trial)?.unwrap_or(judgement));
    }
    let mistake = match reply.status() {
        // A framework refused it before any signature was checked.
        _ if reply
            .answer()
            .is_some_and(|answer| refusal(answer).is_some()) =>
        {
            None
        }
        // Some checks throw where a signature has another length than they expect.
        Some(400 | 401 | 403 | 406 | 412 | 422 | 500..=599) => why::ask(trial, &order)?,
        _ => None,
    };
    let (cause, found) = match mistake {
        Some(mistake) => (
            Some(Cause::WrongVerification),
            Blocked {
                why: format!(
                    "the endpoint refuses what {} signs, and {}",
                    trial.session.deliveries.manifest().title,
                    mistake.what
                ),
                fix: mistake.fix,
            },
        ),
        None if reply.status() == Some(403) && wants_browser(trial, &request)? => (
            Some(Cause::WantsBrowser),
            Blocked::new(
                "it refuses what does not come from a browser: with a browser's User-Agent the same delivery is accepted",
                "exempt this path from the check for bots, in the endpoint or in the CDN before it; the signature protects it",
            ),
        ),
        None => likely_cause(trial.session, &reply),
    };
    let judgement = match cause {
        Some(cause) => CaseJudgement::fail(cause),
        None if trial.session.makes_orders() => CaseJudgement::fail(Cause::RefusesGenuine),
        None => {
            return {
                let words = found.why.clone();
                *blocked = Some(found);
                Err(Stop::Inconclusive(words))
            };
        }
    };
    let judgement = judgement
        .sent(sent)
        .expected("2xx")
        .got(format!("{}; {}", reply.words(), found.why))
        .fixed_by(found.fix.clone())
        .with(&request);
    *blocked = Some(found);
    Ok(judgement)
}

/// The failure of an endpoint that prints the JSON again before it checks the signature: it takes a delivery that is spelled
/// plainly, but not one that is spelled as the provider does.
fn only_reprinted(trial: &mut Trial<'_, '_>) -> Result<Option<CaseJudgement>, Stop> {
    let order = trial.order()?;
    let deliveries = &trial.session.deliveries;
    let spelled = deliveries.paid_as_spelled(&order);
    let request = deliveries.signed(spelled.clone());
    let printed_again = deliveries.paid_printed_again(&order);
    let wrong = deliveries.signed_with(spelled, |_| deliveries.signature(printed_again.as_bytes()));
    let sent = format!(
        "a genuine {}, spelled as {} does",
        deliveries.payment_event(),
        deliveries.manifest().title
    );
    let reply = trial.deliver(&request)?;
    if reply.is_taken() || !trial.deliver(&wrong)?.is_taken() {
        return Ok(None);
    }
    let got = format!(
        "{}; it is accepted with the signature of the JSON printed again",
        reply.words()
    );
    let judgement = CaseJudgement::fail(Cause::ReserialisedBody)
        .sent(sent)
        .expected("2xx")
        .got(got)
        .with(&request);
    Ok(Some(judgement))
}

/// Whether the state is still while nothing is sent. What is not still is ignored from then on.
fn still(trial: &mut Trial<'_, '_>, order: &Order) -> Result<Effect, Stop> {
    let ignored = &trial.session.ignored;
    let before = trial.state(order)?;
    let mut noise = Effect::default();
    for _ in 0..3 {
        trial.pause(STILL / 3)?;
        let now = trial.state(order)?;
        let moved = Effect::between(&before, &now, order, ignored);
        noise = noise.joined(moved);
    }
    Ok(noise)
}

/// One calibrating payment: its effect, and how long it took until it was complete.
struct Payment {
    order: Order,
    before: ShopState,
    effect: Effect,
    delay: Duration,
    handling: Duration,
}

/// The cases of the gate that need `--state`; the calibration is in the session afterwards if they pass.
pub(super) fn calibrate<'s, 'c>(session: &'s Session<'c>) -> [Concluded<'s, 'c>; 2] {
    let mut still_trial = Trial::new(session, Case::StateStill);
    let mut moves = Trial::new(session, Case::StateMoves);
    let mut ignored = session.ignored.clone();
    let noise = still_trial
        .order()
        .and_then(|order| still(&mut still_trial, &order));
    let conclusion = match &noise {
        Ok(noise) => {
            ignored.add(noise.places());
            calibrated(&mut moves, ignored).map(|(calibration, judgement)| {
                if let Some(calibration) = calibration {
                    // Set once: the gate is passed once in a run.
                    let _ = session.calibration.set(calibration);
                }
                judgement
            })
        }
        Err(_) => Err(Stop::NotRun("the state cannot be read".to_owned())),
    };
    let is_unmoved = matches!(&conclusion, Ok(judgement) if judgement.verdict == CaseVerdict::Fail);
    let (still_conclusion, conclusion) = match noise {
        // What the payments should have changed had changed by itself.
        Ok(noise) if is_unmoved && !noise.is_none() => (
            Ok(stillness(
                CaseJudgement::fail(Cause::StateChangesByItself),
                &noise,
            )),
            Err(Stop::NotRun("the state changes by itself".to_owned())),
        ),
        Ok(noise) => (Ok(stillness(CaseJudgement::pass(), &noise)), conclusion),
        Err(stop) => (Err(stop), conclusion),
    };
    [(still_trial, still_conclusion), (moves, conclusion)]
}

fn stillness(judgement: CaseJudgement, noise: &Effect) -> CaseJudgement {
    judgement
        .sent("nothing, while the state was read four times")
        .expected("the same state each time, but for what does not count")
        .got(noise.to_string())
}

fn calibrated(
    trial: &mut Trial<'_, '_>,
    mut ignored: super::effect::Ignored,
) -> Result<(Option<Calibration>, CaseJudgement), Stop> {
    let deliveries = &trial.session.deliveries;
    let sent = format!(
        "a genuine {} for each of two orders",
        deliveries.payment_event()
    );
    let first = payment(trial, &ignored)?;
    if first.effect.is_none() {
        let state = trial.state(&first.order)?.words();
        let judgement = CaseJudgement::fail(Cause::StateDoesNotMove)
            .sent(sent)
            .expected("another state after the payment than before")
            .got(format!(
                "the same state within {}: {state}",
                humantime::format_duration(LONGEST_DELAY)
            ))
            .fixed_by(without_effect(trial.session))
            .with(&trial.payment(&first.order));
        return Ok((None, judgement));
    }
    check_paid(trial, &first)?;
    let before = trial.state(&first.order)?;
    let second = payment(trial, &ignored)?;
    let after = trial.state(&first.order)?;
    let isolated = trial.session.makes_orders()
        && trial
            .session
            .state
            .as_ref()
            .is_some_and(super::access::Access::names_order)
        && Effect::between(&before, &after, &first.order, &ignored).is_none();
    // What two payments change differently cannot be compared.
    ignored.add(first.effect.differing_places(&second.effect));
    let counted = requests_counted(trial, &ignored)?;
    let mut with_counters = ignored.clone();
    with_counters.add(counted);
    // A shop that counts every event as a payment is not excused.
    if !first.effect.without(&with_counters).is_none() {
        ignored = with_counters;
    }
    let ignored = without_bookkeeping(trial, &first.effect.without(&ignored), ignored)?;
    let paid = first.effect.without(&ignored);
    let delay = first.delay.max(second.delay);
    let judgement = CaseJudgement::pass()
        .sent(sent)
        .expected("another state after each payment than before")
        .got(format!("{paid} within {} ms", delay.as_millis()));
    if paid.is_none() {
        return Err(Stop::Inconclusive(
            "two payments changed the state in different ways, so that nothing can be compared"
                .to_owned(),
        ));
    }
    let quiet = (delay * 3).max(SHORTEST_QUIET);
    let calibration = Calibration {
        doubt: PaidDoubt::about(trial, &paid, &ignored, quiet)?,
        paid,
        ignored,
        delay,
        quiet,
        isolated,
        handling: first.handling.max(second.handling),
    };
    Ok((Some(calibration), judgement))
}

/// What to do where the payment was accepted and changed nothing. Often the endpoint waits for another event.
fn without_effect(session: &Session<'_>) -> String {
    let deliveries = &session.deliveries;
    let payment = deliveries.payment_event();
    let mut paid = deliveries.events_meaning(EventMeaning::Paid);
    paid.retain(|name| *name != payment);
    let events = if paid.is_empty() {
        String::new()
    } else {
        let paid = paid.join(", ");
        format!(" If the endpoint waits for another event, give --events one of {paid}.")
    };
    let state = if session.makes_orders() {
        "that --order makes the order in the same shop, and that --state reads that order"
    } else {
        "that --state reads the order of the delivery; if the shop ignores orders that it does not know, let --order make them"
    };
    format!(
        "Record what {payment} pays before answering. If the endpoint does so, check {state}.{events}"
    )
}

/// Pays an order and waits until its state has changed and is still again.
fn payment(trial: &mut Trial<'_, '_>, ignored: &super::effect::Ignored) -> Result<Payment, Stop> {
    let order = trial.order()?;
    let before = trial.state(&order)?;
    let request = trial.payment(&order);
    let reply = trial.deliver_or_stop(&request)?;
    let since = |now: &ShopState| Effect::between(&before, now, &order, ignored);
    let started = Instant::now();
    let mut changed = Duration::ZERO;
    let mut effect = Effect::default();
    // Until nothing has changed for a while: a payment may change the state in several steps.
    while started.elapsed() < LONGEST_DELAY {
        let now = since(&trial.state(&order)?);
        if now != effect {
            changed = started.elapsed();
            effect = now;
        }
        let wait = if effect.is_none() {
            LONGEST_DELAY
        } else {
            (changed * 3).max(SHORTEST_QUIET)
        };
        if started.elapsed() >= changed + wait {
            break;
        }
        trial.pause(Duration::from_millis(10))?;
    }
    Ok(Payment {
        order,
        before,
        effect,
        delay: changed,
        handling: reply.latency(),
    })
}

/// Refuses a `--paid` that does not tell a paid order from an open one: every case would pass.
fn check_paid(trial: &Trial<'_, '_>, payment: &Payment) -> Result<(), Stop> {
    let Some((pointer, value)) = &trial.session.paid else {
        return Ok(());
    };
    let after = trial.state(&payment.order)?;
    let why = if payment.before.has(pointer, value) {
        format!(
            "true before the payment; the state was {}",
            payment.before.words()
        )
    } else if after.has(pointer, value) {
        return Ok(());
    } else {
        format!(
            "not true after a genuine payment; the state is {}",
            after.words()
        )
    };
    Err(Stop::Broken(Error::InvalidValue {
        option: format!("--paid {pointer}={value}"),
        why,
        hint: "give what is true of a paid order alone, as in --paid /status=paid".to_owned(),
    }))
}

/// The places that change with a delivery that changes nothing for an order: counters of requests, logs.
fn requests_counted(
    trial: &mut Trial<'_, '_>,
    ignored: &super::effect::Ignored,
) -> Result<std::collections::BTreeSet<String>, Stop> {
    let (watched, other) = (trial.order()?, trial.order()?);
    let deliveries = &trial.session.deliveries;
    let neither = deliveries.events_meaning(EventMeaning::Neither);
    // Best one without a price: a shop may act on the others.
    let priced = |name: &&&str| {
        deliveries
            .facts
            .price(&deliveries.body(name, &other))
            .is_some()
    };
    let unpriced = neither.iter().find(|name| !priced(name));
    let Some(name) = unpriced.or(neither.first()) else {
        return Ok(std::collections::BTreeSet::new());
    };
    let before = trial.state(&watched)?;
    let request = trial.event(name, &other);
    trial.send(&request)?;
    trial.pause(SHORTEST_QUIET)?;
    let after = trial.state(&watched)?;
    Ok(Effect::between(&before, &after, &watched, ignored).places())
}
