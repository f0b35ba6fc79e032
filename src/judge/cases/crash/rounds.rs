//! The rounds of crash cases: after each crash the endpoint is started again, what was not answered is sent again, and
//! each payment must have counted once.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::process::EndpointProcess;
use super::super::super::reply::EndpointReply;
use super::super::super::trial::Trial;
use super::super::once::{PaymentCount, WatchedPayment, refused_for_good};
use std::time::{Duration, Instant};

/// How often the endpoint is started, and the pause between: its port may not be free at once.
const STARTS: u32 = 3;
const START_PAUSE: Duration = Duration::from_secs(1);

/// How long the shop may take to show states after a restart.
const RECOVERY: Duration = Duration::from_secs(5);

/// The rounds of a case: what was in hand at each crash must count once in the end.
pub(super) struct Crashes<'s> {
    process: &'s EndpointProcess,
    /// Why a payment is lost that was answered.
    answered: Cause,
    rounds: u32,
    past: Vec<Crashed>,
}

/// A payment that counted once after a crash.
struct Crashed {
    payment: WatchedPayment,
    was_answered: bool,
    told: String,
}

impl<'s> Crashes<'s> {
    pub(super) fn new(process: &'s EndpointProcess, answered: Cause) -> Self {
        Self {
            process,
            answered,
            rounds: 0,
            past: Vec::new(),
        }
    }

    /// Starts the endpoint again, sends again what was not answered, and looks whether each payment counted once; a
    /// judgement where one did not.
    pub(super) fn after(
        &mut self,
        trial: &mut Trial<'_, '_>,
        payments: Vec<(WatchedPayment, EndpointReply)>,
        when: &str,
    ) -> Result<Option<CaseJudgement>, Stop> {
        self.rounds += 1;
        for (at, (payment, reply)) in payments.into_iter().enumerate() {
            if at == 0
                && let Some(judgement) = starts_again(trial, self.process, &payment)?
            {
                return Ok(Some(judgement.with(&payment.request)));
            }
            let mut told = when.to_owned();
            if reply.is_taken() {
                told += "; this one had been answered";
            } else {
                let retry = trial.deliver_patiently(&payment.request)?;
                told += &format!("; the retry after the restart: {}", retry.words());
                if !retry.is_taken() {
                    let judgement = refused_for_good(&retry)?.expected("a retry is accepted");
                    return Ok(Some(judgement.got(told).with(&payment.request)));
                }
            }
            let effect = trial.wait_for_payment(&payment.order, &payment.before)?;
            let crashed = Crashed {
                payment,
                was_answered: reply.is_taken(),
                told,
            };
            // In a view over all orders nothing can be seen later.
            let soon = trial.calibration()?.isolated && trial.counted(&effect)?.is_once();
            if !soon && let Some(judgement) = self.judged(trial, &crashed)? {
                return Ok(Some(judgement));
            }
            self.past.push(crashed);
        }
        Ok(None)
    }

    /// The judgement about a payment that did not count once.
    fn judged(
        &self,
        trial: &mut Trial<'_, '_>,
        crashed: &Crashed,
    ) -> Result<Option<CaseJudgement>, Stop> {
        let payment = &crashed.payment;
        let effect = payment.effect(trial)?;
        let counted = trial.counted(&effect)?;
        if counted.is_once() {
            return Ok(None);
        }
        let more = match counted {
            PaymentCount::More => self.cause_of_more(trial, payment)?,
            _ => Cause::DoneBeforeMarked,
        };
        let less = if crashed.was_answered {
            self.answered
        } else {
            Cause::MarkedBeforeDone
        };
        Ok(Some(
            counted
                .verdict(more, less)
                .expected(format!(
                    "the effect of one payment: {}",
                    trial.calibration()?.paid
                ))
                .got(format!("{}; then: {effect}", crashed.told))
                .with(&payment.request),
        ))
    }

    /// Why a payment counted several times: a repetition does it too, or one after a restart, or only this crash.
    fn cause_of_more(
        &self,
        trial: &mut Trial<'_, '_>,
        payment: &WatchedPayment,
    ) -> Result<Cause, Stop> {
        let cause = trial.cause_of_more(payment, Cause::DoneBeforeMarked)?;
        if cause == Cause::DoneBeforeMarked && starts_again(trial, self.process, payment)?.is_none()
        {
            let repeated = trial.cause_of_more(payment, cause)?;
            return Ok(match repeated {
                Cause::NoIdempotency => Cause::ForgetsAfterRestart,
                other => other,
            });
        }
        Ok(cause)
    }

    /// Whether all payments still count once, some time later.
    pub(super) fn finish(self, trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
        let calibration = trial.calibration()?;
        if calibration.isolated {
            trial.pause(calibration.quiet)?;
            for crashed in &self.past {
                let payment = &crashed.payment;
                let effect = trial.effect_now(&payment.order, &payment.before)?;
                if !trial.counted(&effect)?.is_once()
                    && let Some(judgement) = self.judged(trial, crashed)?
                {
                    return Ok(judgement);
                }
            }
        }
        Ok(CaseJudgement::pass()
            .expected(format!(
                "the effect of one payment each time: {}",
                calibration.paid
            ))
            .got(format!(
                "the effect of one payment in each of {} rounds",
                self.rounds
            )))
    }
}

/// Starts the endpoint and waits until the shop shows the order; a judgement where it does not.
pub(super) fn starts_again(
    trial: &Trial<'_, '_>,
    process: &EndpointProcess,
    payment: &WatchedPayment,
) -> Result<Option<CaseJudgement>, Stop> {
    let mut problem = None;
    for start in 1..=STARTS {
        match process.restart() {
            Ok(()) => {
                problem = None;
                break;
            }
            Err(error) => problem = Some(error.to_string()),
        }
        if start < STARTS {
            trial.pause(START_PAUSE)?;
        }
    }
    if let Some(problem) = problem {
        let text = problem.to_lowercase();
        if text.contains("in use") || text.contains("eaddrinuse") {
            return Err(Stop::Inconclusive(format!(
                "the endpoint could not be started again at once, since its port was still in use: {problem}"
            )));
        }
        return Ok(Some(
            CaseJudgement::fail(Cause::DoesNotRestart)
                .expected("the endpoint starts again")
                .got(problem)
                .fixed_by(
                    "clear what a killed process leaves behind, such as a PID file, a socket or a lock, when the \
                     endpoint starts",
                ),
        ));
    }
    let started = Instant::now();
    loop {
        match trial.state(&payment.order) {
            Ok(_) => return Ok(None),
            Err(Stop::Broken(_)) if started.elapsed() < RECOVERY => {
                trial.pause(Duration::from_millis(50))?;
            }
            Err(Stop::Broken(error)) => {
                return Ok(Some(
                    CaseJudgement::fail(Cause::AnsweredThenLost)
                        .expected("the shop still knows its orders")
                        .got(format!("after the restart: {error}")),
                ));
            }
            Err(stop) => return Err(stop),
        }
    }
}
