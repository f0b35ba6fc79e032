//! Whether the endpoint survives its cases: after each a genuine delivery is sent, and what has died is started again.

use super::causes::Cause;
use super::judgement::{CaseJudgement, Stop};
use super::run::TestRun;
use super::trial::Trial;
use crate::cases::Case;
use crate::report::JudgedCase;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often a genuine delivery is tried after a case.
const ALIVE_TRIES: u32 = 3;

impl TestRun<'_, '_> {
    /// Whether a genuine delivery is still accepted.
    pub(super) fn is_alive(&self, case: Case) -> bool {
        let mut trial = Trial::new(self.session, Case::Alive);
        // Each case is followed by a delivery of its own.
        trial.seed = crate::body::Seed(trial.seed.draw(super::deliveries::hash(case.name())));
        let taken = trial.order().and_then(|order| {
            let request = trial.payment(&order);
            for attempt in 1..=ALIVE_TRIES {
                if trial.send(&request)?.is_taken() {
                    return Ok(true);
                }
                trial.pause(Duration::from_millis(100) * attempt)?;
            }
            Ok(false)
        });
        if let Some(calibration) = self.session.calibration()
            && !calibration.isolated
            && calibration.delay > Duration::from_millis(20)
        {
            // Its effect must not be taken for one of the next case.
            let _ = trial.pause(calibration.quiet);
        }
        match taken {
            Ok(taken) => taken,
            // It may have made the orders too.
            Err(Stop::Broken(_)) if !self.session.listens() => false,
            Err(Stop::Broken(error)) => {
                self.break_with(error);
                true
            }
            Err(_) => true,
        }
    }

    /// Starts the endpoint again, where `test` started it.
    pub(super) fn revive(&self) {
        match &self.session.process {
            Some(process) => {
                let is_back = process.restart().is_ok();
                self.dead.store(!is_back, Ordering::Relaxed);
            }
            // It may come back by itself, under a supervisor.
            None if self.is_alive(Case::Alive) => {}
            None => self.dead.store(true, Ordering::Relaxed),
        }
    }

    /// The conclusion of a case after which no genuine delivery is accepted.
    pub(super) fn died(
        &self,
        trial: &mut Trial<'_, '_>,
        conclusion: Result<CaseJudgement, Stop>,
    ) -> CaseJudgement {
        let (sent, got) = match conclusion {
            // It knows after which of its requests.
            Ok(judgement)
                if matches!(judgement.cause, Some(Cause::Dies | Cause::DoesNotRestart)) =>
            {
                return judgement;
            }
            Ok(judgement) => (judgement.sent, judgement.got),
            Err(_) => (trial.case.title().to_owned(), "no conclusion".to_owned()),
        };
        let last = trial.record.last().map(|exchange| exchange.request.clone());
        let judgement = CaseJudgement::fail(Cause::Dies)
            .sent(sent)
            .expected("genuine deliveries are accepted afterwards")
            .got(format!(
                "{got}; then three genuine deliveries were not accepted"
            ));
        match last {
            Some(request) => judgement.with(&request),
            None => judgement,
        }
    }

    /// The case that stands for the genuine deliveries after the others.
    pub(super) fn alive_case(&self, judged: &[JudgedCase]) -> JudgedCase {
        let died = judged
            .iter()
            .filter(|judged| judged.cause == Some(Cause::Dies.id()));
        let names: Vec<&str> = died.map(|judged| judged.case.name()).collect();
        let mut suspects = self
            .suspects
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        suspects.sort_unstable();
        let suspects: Vec<&str> = suspects.iter().map(|case| case.name()).collect();
        let judgement = if names.is_empty() && self.dead.load(Ordering::Relaxed) {
            let when = if suspects.is_empty() {
                "in the middle of the run".to_owned()
            } else {
                format!(
                    "after one of {}, which ran side by side",
                    suspects.join(", ")
                )
            };
            CaseJudgement::fail(Cause::Dies)
                .got(format!("not accepted any more {when}"))
                .fixed_by(
                    "find which one it is: give the endpoint's command after --, so that it is started again, or --jobs 1",
                )
        } else if names.is_empty() {
            CaseJudgement::pass().got("accepted each time")
        } else {
            CaseJudgement::fail(Cause::Dies).got(format!("not accepted after {}", names.join(", ")))
        };
        let judgement = judgement
            .sent("a genuine payment after each case")
            .expected("2xx each time");
        self.judged(&Trial::new(self.session, Case::Alive), Ok(judgement), None)
    }
}
