//! One run: through the gate, then through the cases, group by group.
//!
//! Cases that cannot disturb each other run side by side; those that attack the endpoint itself run alone. After each
//! case the endpoint must still accept a genuine delivery.

use super::baseline::Baseline;
use super::blocked::Blocked;
use super::cases;
use super::causes::{self, Cause};
use super::choice::{inapplicable, missing};
use super::gate;
use super::judgement::Stop;
use super::options::JudgeOptions;
use super::session::Session;
use super::trial::Trial;
use crate::cases::Case;
use crate::error::Error;
use crate::report::{CaseVerdict, JudgedCase, TestReport, TestSubject};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// How many cases run side by side, unless the user says otherwise.
const JOBS: usize = 8;

/// What a run tells while it goes on.
pub(crate) enum RunProgress<'a> {
    /// The group or the case that is at work, and how many of the group's cases are done.
    Group(&'a str, usize, usize),
    /// All cases of a group were judged.
    Judged(&'a str, &'a [JudgedCase]),
}

/// What all cases of a run are told by and told with.
pub(super) struct TestRun<'s, 'c> {
    pub(super) session: &'s Session<'c>,
    pub(super) options: &'s JudgeOptions,
    /// When the run started, as journals write it.
    pub(super) started_at: &'s str,
    /// What broke the run.
    broken: Mutex<Option<Error>>,
    /// The endpoint does not answer any more, and `test` cannot start it.
    pub(super) dead: AtomicBool,
    /// Cases that ran side by side when it stopped answering.
    pub(super) suspects: Mutex<Vec<Case>>,
}

/// Runs these cases and judges the endpoint. An error that ends the run early comes with what was judged until then.
pub(crate) fn judge(
    session: &Session<'_>,
    options: &JudgeOptions,
    subject: TestSubject,
    cases: &[Case],
    started_at: &str,
    tell: &mut dyn FnMut(RunProgress<'_>),
) -> Result<(TestReport, Option<Error>), Error> {
    let started = Instant::now();
    let baseline = match &options.baseline {
        Some(path) => Baseline::read(path, options.update_baseline)?,
        None => Baseline::default(),
    };
    let run = TestRun {
        session,
        options,
        started_at,
        broken: Mutex::new(None),
        dead: AtomicBool::new(false),
        suspects: Mutex::new(Vec::new()),
    };
    let (mut judged, blocked) = run.gate();
    tell(RunProgress::Judged("gate", &judged));
    if blocked.is_none() {
        run.groups(cases, &mut judged, tell);
    }
    let broken = run.lock_broken().take();
    let broken = match (broken, &blocked) {
        (Some(error), Some(_)) => return Err(error),
        (broken, _) => broken,
    };
    causes::share(&mut judged);
    let stale = baseline.apply(&mut judged);
    let updated = options
        .baseline
        .as_ref()
        .filter(|_| options.update_baseline && blocked.is_none() && !session.stopped());
    if let Some(path) = updated {
        baseline.update(path, &judged)?;
    }
    let report = TestReport {
        subject,
        causes: causes::found(&judged),
        cases: judged,
        paid: session.paid_meaning(),
        stale,
        baseline_written: updated.is_some(),
        blocked: blocked.map(|blocked| (blocked.why, blocked.fix)),
        interrupted: session.stopped() && broken.is_none(),
        broken: broken.as_ref().map(ToString::to_string),
        elapsed: started.elapsed(),
    };
    Ok((report, broken))
}

impl<'s, 'c> TestRun<'s, 'c> {
    /// The cases of the gate, which run in every run; and what keeps it closed.
    fn gate(&self) -> (Vec<JudgedCase>, Option<Blocked>) {
        let mark = self.mark();
        let ((trial, conclusion), blocked) = gate::genuine(self.session);
        // An endpoint that takes only what is spelled plainly can still be judged, with plain bodies.
        let passed = matches!(&conclusion, Ok(judgement) if judgement.verdict == CaseVerdict::Pass
            || judgement.cause == Some(Cause::ReserialisedBody));
        let mut judged = vec![self.judged(&trial, conclusion, mark)];
        if passed && self.session.shows_states() {
            for (trial, conclusion) in gate::calibrate(self.session) {
                judged.push(self.judged(&trial, conclusion, mark));
            }
        }
        let broken = self.lock_broken().is_some();
        let blocked = blocked.or_else(|| {
            (!passed || broken).then(|| Blocked {
                why: judged[0].got.clone(),
                fix: judged[0].fix.clone().unwrap_or_default(),
            })
        });
        (judged, blocked)
    }

    /// The cases of all groups behind the gate, and the one that stands for the genuine deliveries between them.
    fn groups(
        &self,
        cases: &[Case],
        judged: &mut Vec<JudgedCase>,
        tell: &mut dyn FnMut(RunProgress<'_>),
    ) {
        let gate = judged.len();
        for group in ["forge", "wire", "ack", "state", "crash", "load"] {
            let of_group = cases.iter().copied().filter(|case| case.group() == group);
            let members: Vec<Case> = of_group.collect();
            if members.is_empty() || self.session.stopped() {
                continue;
            }
            let done = self.group(group, &members, tell);
            tell(RunProgress::Judged(group, &done));
            judged.extend(done);
        }
        judged.insert(gate, self.alive_case(judged));
    }

    /// The cases of one group, in their order.
    fn group(
        &self,
        group: &str,
        members: &[Case],
        tell: &mut dyn FnMut(RunProgress<'_>),
    ) -> Vec<JudgedCase> {
        let (together, alone): (Vec<Case>, Vec<Case>) =
            members.iter().partition(|case| self.may_run_beside(**case));
        let mut done = Vec::new();
        let mut again = together;
        if self.jobs() > 1 && again.len() > 1 {
            let (judged, left) = self.side_by_side(&again);
            done.extend(judged);
            again = left;
            tell(RunProgress::Group(group, done.len(), members.len()));
        }
        for case in again.into_iter().chain(alone) {
            if self.session.stopped() {
                break;
            }
            // Some take a minute.
            tell(RunProgress::Group(case.name(), done.len(), members.len()));
            done.push(self.one(case));
        }
        done.sort_by_key(|judged| judged.case);
        done
    }

    /// How many cases run at the same time.
    fn jobs(&self) -> usize {
        // Without orders of their own, the effect of one case would be taken for that of another.
        let apart = match self.session.calibration() {
            Some(calibration) => calibration.isolated,
            None => !self.session.shows_states(),
        };
        let wanted = self.options.jobs.map(std::num::NonZeroUsize::get);
        match (apart, wanted) {
            (false, _) => 1,
            (true, Some(jobs)) => jobs,
            // Answers alone come quickly; side by side they would only be measured wrongly.
            (true, None) if self.session.calibration().is_none() => 1,
            (true, None) => JOBS,
        }
    }

    /// Whether a case leaves the endpoint as it is for the others, and their orders too: payments under wrong names may
    /// pay any order.
    fn may_run_beside(&self, case: Case) -> bool {
        !matches!(case.group(), "crash" | "load" | "ack")
            && !matches!(
                case,
                Case::Malformed
                    | Case::Outage
                    | Case::Concurrent
                    | Case::Method
                    | Case::Leak
                    | Case::CrossOrder
                    | Case::Early
            )
    }

    /// Runs cases on threads; those during which the endpoint stopped answering are left for a second look, alone.
    fn side_by_side(&self, cases: &[Case]) -> (Vec<JudgedCase>, Vec<Case>) {
        let next = AtomicUsize::new(0);
        let trouble = AtomicBool::new(false);
        let done = Mutex::new(Vec::new());
        let jobs = self.jobs().min(cases.len());
        thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    while !trouble.load(Ordering::Relaxed) && !self.session.stopped() {
                        let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) else {
                            return;
                        };
                        let mark = self.mark();
                        let (trial, conclusion) = self.conclude(*case);
                        let judged = self.judged(&trial, conclusion, mark);
                        let shaky = judged.verdict == CaseVerdict::Inconclusive;
                        let ran = judged.verdict != CaseVerdict::NotRun;
                        if ran && !self.is_alive(*case) {
                            // Which of the cases did it shows when each runs alone.
                            trouble.store(true, Ordering::Relaxed);
                            self.suspects
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(*case);
                            continue;
                        }
                        // It gets a second look, unless the run ends here.
                        if shaky && !self.session.stopped() {
                            continue;
                        }
                        done.lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(judged);
                    }
                });
            }
        });
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        if trouble.into_inner() || !self.session.listens() {
            self.revive();
        }
        let left = |case: &Case| !done.iter().any(|judged: &JudgedCase| judged.case == *case);
        let left = cases.iter().copied().filter(left).collect();
        (done, left)
    }

    /// Runs a case alone, and looks whether the endpoint survived it.
    fn one(&self, case: Case) -> JudgedCase {
        let mark = self.mark();
        let (mut trial, mut conclusion) = self.conclude(case);
        let ran = !matches!(
            conclusion,
            Err(Stop::NotRun(_) | Stop::Broken(_) | Stop::Interrupted)
        );
        if ran
            && !self.dead.load(Ordering::Relaxed)
            && !self.is_alive(case)
            && !self.session.stopped()
        {
            conclusion = Ok(self.died(&mut trial, conclusion));
            self.revive();
        }
        self.judged(&trial, conclusion, mark)
    }

    /// Does the work of a case, unless something is missing for it.
    fn conclude(&self, case: Case) -> gate::Concluded<'s, 'c> {
        let mut trial = Trial::new(self.session, case);
        let not_run = missing(case, self.options)
            .or_else(|| inapplicable(case, self.session.deliveries.provider))
            .or_else(|| {
                let uncalibrated = case.needs().contains(&crate::cases::Need::State)
                    && self.session.calibration().is_none();
                uncalibrated.then(|| "needs a state that genuine payments change".to_owned())
            });
        let conclusion = match (not_run, cases::run(case)) {
            (Some(why), _) => Err(Stop::NotRun(why)),
            _ if self.dead.load(Ordering::Relaxed) => Err(Stop::Inconclusive(
                "the endpoint does not answer any more".to_owned(),
            )),
            (None, Some(run)) => match run(&mut trial) {
                // Where the endpoint made the orders, or showed the states, they are not to blame.
                Err(Stop::Broken(_)) if !self.session.listens() => Err(Stop::Inconclusive(
                    "the endpoint stopped taking connections".to_owned(),
                )),
                conclusion => conclusion,
            },
            (None, None) => Err(Stop::NotRun("it is judged with the others".to_owned())),
        };
        (trial, conclusion)
    }

    /// A place in the endpoint's output.
    fn mark(&self) -> Option<usize> {
        self.session
            .process
            .as_ref()
            .map(super::process::EndpointProcess::mark)
    }

    /// Ends the run with an error.
    pub(super) fn break_with(&self, error: Error) {
        self.lock_broken().get_or_insert(error);
        self.session.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn lock_broken(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a run fails: something failed that the baseline does not have, or the endpoint allowed no verdict.
pub(crate) fn has_failed(report: &TestReport) -> bool {
    let bad = |judged: &JudgedCase| match judged.verdict {
        CaseVerdict::Fail => !judged.known && !report.baseline_written,
        // The user said so with --silent-refusal.
        CaseVerdict::Inconclusive => judged.cause != Some(Cause::SilentRefusal.id()),
        CaseVerdict::Pass | CaseVerdict::Advice | CaseVerdict::NotRun => false,
    };
    report.blocked.is_some() || report.cases.iter().any(bad)
}
