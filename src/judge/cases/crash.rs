//! The endpoint is killed and started again: no payment is lost, and none counts twice.

mod rounds;

use self::rounds::{Crashes, starts_again};
use super::super::causes::Cause;
use super::super::judgement::{CaseJudgement, Stop};
use super::super::process::EndpointProcess;
use super::super::trial::Trial;
use super::Run;
use super::once::{PaymentCount, WatchedPayment};
use crate::body::Seed;
use crate::cases::Case;
use std::time::{Duration, Instant};

/// How often the endpoint is killed in a case.
const ROUNDS: u32 = 10;

/// What is lost only at one instant of the handling needs more rounds, as long as they take no longer than this.
const MOST_ROUNDS: u32 = 30;
const ROUND_TIME: Duration = Duration::from_secs(8);

/// How long the endpoint may take to end after SIGTERM; as long as container engines wait.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The work of a case of this group.
pub(super) fn of(case: Case) -> Option<Run> {
    Some(match case {
        Case::KillAfterAnswer => |trial| kept_running(trial, kill_after_answer),
        Case::KillWhileHandling => |trial| kept_running(trial, kill_while_handling),
        Case::DuplicateAfterRestart => |trial| kept_running(trial, duplicate_after_restart),
        Case::Terminate => |trial| kept_running(trial, terminate),
        _ => return None,
    })
}

type CrashWork<'s, 'c> = fn(&mut Trial<'s, 'c>, &'s EndpointProcess) -> Result<CaseJudgement, Stop>;

/// Does the work of a case, and leaves a running endpoint whatever happened.
fn kept_running<'s, 'c>(
    trial: &mut Trial<'s, 'c>,
    work: CrashWork<'s, 'c>,
) -> Result<CaseJudgement, Stop> {
    let missing = || Stop::NotRun("it needs -- COMMAND".to_owned());
    let process = trial.session.process.as_ref().ok_or_else(missing)?;
    let judgement = work(trial, process);
    if !process.is_running() && !trial.session.stopped() {
        // The look after each case notices where it does not start.
        let _ = process.restart();
    }
    judgement
}

/// Killed as soon as a payment is answered: the provider does not send it again.
fn kill_after_answer<'s>(
    trial: &mut Trial<'s, '_>,
    process: &'s EndpointProcess,
) -> Result<CaseJudgement, Stop> {
    // With several in hand, one is more likely to be answered and not yet safe.
    let side_by_side = if trial.calibration()?.isolated { 3 } else { 1 };
    let mut crashes = Crashes::new(process, Cause::AnsweredThenLost);
    let sent = match side_by_side {
        1 => format!(
            "payments, each followed by kill -9 as soon as it was answered, in {ROUNDS} rounds"
        ),
        several => format!(
            "{several} payments at once, with kill -9 as soon as the first was answered, in {ROUNDS} rounds"
        ),
    };
    for round in 1..=ROUNDS {
        let mut payments = Vec::new();
        for _ in 0..side_by_side {
            payments.push(WatchedPayment::new(trial)?);
        }
        let requests: Vec<_> = payments
            .iter()
            .map(|payment| payment.request.clone())
            .collect();
        let replies = trial.at_once_until_taken(&requests, || process.kill())?;
        let payments = payments.into_iter().zip(replies).collect();
        let when = format!("round {round}: killed as soon as a payment was answered");
        if let Some(judgement) = crashes.after(trial, payments, &when)? {
            return Ok(judgement.sent(sent));
        }
    }
    Ok(crashes.finish(trial)?.sent(sent))
}

/// Killed at moments that are spread over the handling of a payment.
fn kill_while_handling<'s>(
    trial: &mut Trial<'s, '_>,
    process: &'s EndpointProcess,
) -> Result<CaseJudgement, Stop> {
    let handling = handling(trial)?;
    let sent = format!(
        "payments with kill -9 at moments spread over the {} that one takes; where it was not answered, its retry",
        milliseconds(handling)
    );
    let mut crashes = Crashes::new(process, Cause::AnsweredThenLost);
    let started = Instant::now();
    for (round, delay) in moments(handling, trial.seed).enumerate() {
        if round >= ROUNDS as usize && started.elapsed() > ROUND_TIME {
            break;
        }
        let payment = WatchedPayment::new(trial)?;
        let reply = trial.send_during(&payment.request, delay, || process.kill())?;
        let when = format!(
            "round {}: killed {} after the last byte",
            round + 1,
            milliseconds(delay)
        );
        if let Some(judgement) = crashes.after(trial, vec![(payment, reply)], &when)? {
            return Ok(judgement.sent(sent));
        }
    }
    Ok(crashes.finish(trial)?.sent(sent))
}

/// Told to end while a payment is in hand.
fn terminate<'s>(
    trial: &mut Trial<'s, '_>,
    process: &'s EndpointProcess,
) -> Result<CaseJudgement, Stop> {
    let handling = handling(trial)?;
    let sent = format!(
        "payments with SIGTERM at moments spread over the {} that one takes; where it was not answered, its retry",
        milliseconds(handling)
    );
    let mut crashes = Crashes::new(process, Cause::DropsAtShutdown);
    for (round, delay) in moments(handling, trial.seed)
        .take(ROUNDS as usize)
        .enumerate()
    {
        let payment = WatchedPayment::new(trial)?;
        let mut ended = false;
        let reply = trial.send_during(&payment.request, delay, || {
            ended = process.terminate(END_LIMIT);
        })?;
        let when = format!(
            "round {}: SIGTERM {} after the last byte",
            round + 1,
            milliseconds(delay)
        );
        if let Some(judgement) = crashes.after(trial, vec![(payment, reply)], &when)? {
            return Ok(judgement.sent(sent));
        }
        if !ended {
            // It was killed after the limit; that many times would take too long.
            break;
        }
    }
    Ok(crashes.finish(trial)?.sent(sent))
}

/// The same delivery before and after a restart.
fn duplicate_after_restart<'s>(
    trial: &mut Trial<'s, '_>,
    process: &'s EndpointProcess,
) -> Result<CaseJudgement, Stop> {
    let payment = WatchedPayment::new(trial)?;
    trial.deliver_or_stop(&payment.request)?;
    let first = payment.effect(trial)?;
    if trial.counted(&first)?.is_less() {
        return Err(Stop::Inconclusive(format!(
            "the payment did not have the effect that it had in the calibration: {first}"
        )));
    }
    process.kill();
    let sent = "a payment, then a restart, then the same delivery again";
    if let Some(judgement) = starts_again(trial, process, &payment)? {
        return Ok(judgement.sent(sent).with(&payment.request));
    }
    trial.deliver(&payment.request)?;
    let second = payment.effect(trial)?;
    let counted = trial.counted(&second)?;
    let more = match counted {
        PaymentCount::More => trial.cause_of_more(&payment, Cause::ForgetsAfterRestart)?,
        _ => Cause::ForgetsAfterRestart,
    };
    Ok(counted
        .verdict(more, Cause::AnsweredThenLost)
        .sent(sent)
        .expected(format!(
            "the same state after both: {}",
            trial.calibration()?.paid
        ))
        .got(format!("before the restart: {first}; after it: {second}"))
        .with(&payment.request))
}

/// How long a payment is handled, until it has its effect: the median of three.
fn handling(trial: &mut Trial<'_, '_>) -> Result<Duration, Stop> {
    let mut times = Vec::new();
    for _ in 0..3 {
        let payment = WatchedPayment::new(trial)?;
        times.push(trial.deliver_or_stop(&payment.request)?.latency());
        trial.wait_for_payment(&payment.order, &payment.before)?;
    }
    times.sort();
    // Asynchronous work goes on after the answer.
    let calibration = trial.calibration()?;
    let asynchronous = calibration.delay > Duration::from_millis(50);
    let after = if asynchronous {
        calibration.delay
    } else {
        Duration::ZERO
    };
    Ok(times[1] + after)
}

/// Moments from the beginning of the handling to a little after its end: each tenth has one in each ten, in random order.
fn moments(handling: Duration, seed: Seed) -> impl Iterator<Item = Duration> {
    let rounds = ROUNDS as usize;
    (0..MOST_ROUNDS as usize).map(move |round| {
        // 3 and 10 have no common factor, so that every tenth comes once in ten rounds.
        let tenth = (round * 3 + round / rounds) % rounds;
        let within = seed.draw(round as u64) % 1000;
        let part = (tenth as f64 + within as f64 / 1000.0) / ROUNDS as f64;
        handling.mul_f64(part * 1.1)
    })
}

/// A time in milliseconds, with one decimal below ten.
fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_cover_the_whole_handling_in_every_ten_rounds() {
        let handling = Duration::from_millis(110);
        let all: Vec<_> = moments(handling, Seed(7)).collect();
        for ten in all.chunks(ROUNDS as usize) {
            let mut tenths: Vec<_> = ten
                .iter()
                .map(|moment| moment.as_micros() / 12_100)
                .collect();
            tenths.sort_unstable();
            assert_eq!(tenths, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_ne!(all[0], all[10]);
    }
}
