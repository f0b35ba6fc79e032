//! Deliveries that do not go well: the connection breaks, or the database is away.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::options::OutageCommands;
use super::super::super::reply::EndpointReply;
use super::super::super::shell::run_shell;
use super::super::super::trial::Trial;
use super::super::once::{PaymentCount, WatchedPayment, refused_for_good};
use crate::error::Error;
use crate::http::Manner;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// How long `--break` and `--mend` may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// How long the shop may take to find its database again.
const RECOVERY: Duration = Duration::from_secs(15);

/// The connection closes after the last byte, at several moments of the handling; then the provider's retry.
pub(super) fn abort_retry(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let handling = trial.calibration()?.handling;
    let sent =
        "payments of which the connection closes before the answer, each followed by its retry";
    for after in [Duration::ZERO, handling / 4, handling / 2, handling * 3 / 4] {
        let payment = WatchedPayment::new(trial)?;
        trial.send_as(&payment.request, Manner::Abort(after))?;
        let reply = trial.deliver_patiently(&payment.request)?;
        let when = format!("closed {} ms after the last byte", after.as_millis());
        if !reply.is_taken() {
            let got = format!("{when}; the retries: {}", reply.words());
            let judgement = refused_for_good(&reply)?.got(got);
            return Ok(judgement
                .sent(sent)
                .expected("a retry is accepted")
                .with(&payment.request));
        }
        let effect = payment.effect(trial)?;
        let counted = trial.counted(&effect)?;
        if counted.is_once() {
            continue;
        }
        let more = match counted {
            PaymentCount::More => trial.cause_of_more(&payment, Cause::Race)?,
            _ => Cause::Race,
        };
        return Ok(counted
            .verdict(more, Cause::MarkedBeforeDone)
            .sent(sent)
            .expected(format!(
                "the effect of one payment: {}",
                trial.calibration()?.paid
            ))
            .got(format!("{when}, retry: {}; then: {effect}", reply.words()))
            .with(&payment.request));
    }
    Ok(CaseJudgement::pass()
        .sent(sent)
        .expected(format!(
            "the effect of one payment: {}",
            trial.calibration()?.paid
        ))
        .got("the effect of one payment each time"))
}

/// The database is away while a payment arrives, and comes back.
pub(super) fn outage(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let missing = || Stop::NotRun("it needs --break and --mend".to_owned());
    let commands = trial.session.outage.as_ref().ok_or_else(missing)?;
    let payment = WatchedPayment::new(trial)?;
    let during = match run("--break", &commands.start, trial) {
        Ok(()) => trial.send(&payment.request),
        Err(stop) => Err(stop),
    };
    // Whatever happened, the database comes back.
    mend(commands)?;
    let during = during?;
    shows_state_again(trial, &payment)?;
    let mut told = format!("during the outage: {}", during.words());
    if !during.is_taken() {
        let reply = trial.deliver_patiently(&payment.request)?;
        told += &format!("; the retry afterwards: {}", reply.words());
        if !reply.is_taken() {
            return Ok(outage_told(refused_for_good(&reply)?, told, trial)?.with(&payment.request));
        }
    }
    let effect = payment.effect(trial)?;
    let counted = trial.counted(&effect)?;
    told += &format!("; state in the end: {effect}");
    let judgement = counted.verdict(Cause::DoneBeforeMarked, cause_of_loss(&during));
    Ok(outage_told(judgement, told, trial)?.with(&payment.request))
}

fn outage_told(
    judgement: CaseJudgement,
    told: String,
    trial: &Trial<'_, '_>,
) -> Result<CaseJudgement, Stop> {
    let paid = &trial.calibration()?.paid;
    Ok(judgement
        .sent("a payment while the database was away; where it was refused, its retry afterwards")
        .expected(format!("refused, or kept for later; in the end {paid}"))
        .got(told))
}

/// Why a payment was lost: the provider sends none again that was accepted.
fn cause_of_loss(first: &EndpointReply) -> Cause {
    if first.is_taken() {
        Cause::AnsweredThenLost
    } else {
        Cause::MarkedBeforeDone
    }
}

fn run(flag: &str, line: &str, trial: &Trial<'_, '_>) -> Result<(), Stop> {
    let ran = run_shell(line, &[], COMMAND_LIMIT, &trial.session.stop);
    ran.map(drop).map_err(|failure| {
        if failure.interrupted {
            return Stop::Interrupted;
        }
        Stop::Broken(Error::Usage {
            what: format!("{flag} {line}: {failure}"),
            hint: "try it by hand: the case about outages cannot do without".to_owned(),
        })
    })
}

/// Gives the database back, also where the run is to end.
fn mend(commands: &OutageCommands) -> Result<(), Stop> {
    let ran = run_shell(&commands.end, &[], COMMAND_LIMIT, &AtomicBool::new(false));
    ran.map(drop).map_err(|failure| {
        Stop::Broken(Error::Usage {
            what: format!("--mend {}: {failure}", commands.end),
            hint: "try it by hand: it must give back what --break took away".to_owned(),
        })
    })
}

/// Waits until the shop shows states again.
fn shows_state_again(trial: &Trial<'_, '_>, payment: &WatchedPayment) -> Result<(), Stop> {
    let started = Instant::now();
    loop {
        match trial.state(&payment.order) {
            Err(Stop::Broken(_)) if started.elapsed() < RECOVERY => {
                trial.pause(Duration::from_millis(100))?;
            }
            other => return other.map(drop),
        }
    }
}
