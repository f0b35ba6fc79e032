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
use super::judgement::{Judgement, Stop};
use super::options::JudgeOptions;
use super::save::save;
use super::session::Session;
use super::trial::Trial;
use crate::cases::Case;
use crate::error::Error;
use crate::http::{ExactRequest, Header};
use crate::report::{CaseVerdict, JudgedCase, TestReport, TestSubject, short_curl};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How many cases run side by side, unless the user says otherwise.
const JOBS: usize = 8;

/// The longest body that is shown as a curl command; longer ones would hide the report, and shells refuse them.
const LONGEST_SHOWN: usize = 16 * 1024;

/// How often a genuine delivery is tried after a case.
const ALIVE_TRIES: u32 = 3;

/// What a run tells while it goes on.
pub(crate) enum Progress<'a> {
    /// This many of the group's cases are done; called from any thread.
    Group(&'a str, usize, usize),
    /// All cases of a group were judged.
    Judged(&'a str, &'a [JudgedCase]),
}

/// What all cases of a run are told by and told with.
struct Run<'s, 'c> {
    session: &'s Session<'c>,
    options: &'s JudgeOptions,
    /// When the run started, as journals write it.
    started_at: &'s str,
    /// What broke the run.
    broken: Mutex<Option<Error>>,
    /// The endpoint does not answer any more, and `test` cannot start it.
    dead: AtomicBool,
    /// Cases that ran side by side when it stopped answering.
    suspects: Mutex<Vec<Case>>,
}

/// Runs these cases and judges the endpoint.
pub(crate) fn judge(
    session: &Session<'_>,
    options: &JudgeOptions,
    subject: TestSubject,
    cases: &[Case],
    started_at: &str,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<TestReport, Error> {
    let started = Instant::now();
    let baseline = match &options.baseline {
        Some(path) => Baseline::read(path, options.update_baseline)?,
        None => Baseline::default(),
    };
    let run = Run {
        session,
        options,
        started_at,
        broken: Mutex::new(None),
        dead: AtomicBool::new(false),
        suspects: Mutex::new(Vec::new()),
    };
    let (mut judged, blocked) = run.gate();
    tell(Progress::Judged("gate", &judged));
    if blocked.is_none() {
        for group in ["forge", "wire", "ack", "state", "crash", "load"] {
            let members: Vec<Case> = cases
                .iter()
                .copied()
                .filter(|case| case.group() == group)
                .collect();
            if members.is_empty() || session.stopped() {
                continue;
            }
            let done = run.group(group, &members, tell);
            tell(Progress::Judged(group, &done));
            judged.extend(done);
        }
        let alive = run.alive_case(&judged);
        let gate = judged
            .iter()
            .take_while(|judged| judged.case.group() == "gate")
            .count();
        judged.insert(gate, alive);
    }
    if let Some(error) = run
        .broken
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        return Err(error);
    }
    causes::share(&mut judged);
    let stale = baseline.apply(&mut judged);
    if options.update_baseline
        && let Some(path) = &options.baseline
        && blocked.is_none()
        && !session.stopped()
    {
        baseline.update(path, &judged)?;
    }
    Ok(TestReport {
        subject,
        causes: causes::found(&judged),
        cases: judged,
        stale,
        blocked: blocked.map(|blocked| (blocked.why, blocked.fix)),
        interrupted: session.stopped(),
        elapsed: started.elapsed(),
    })
}

impl<'s, 'c> Run<'s, 'c> {
    /// The cases of the gate, which run in every run; and what keeps it closed.
    fn gate(&self) -> (Vec<JudgedCase>, Option<Blocked>) {
        let mark = self.mark();
        let ((trial, conclusion), blocked) = gate::genuine(self.session);
        let passed = matches!(&conclusion, Ok(judgement) if judgement.verdict == CaseVerdict::Pass);
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

    /// The cases of one group, in their order.
    fn group(
        &self,
        group: &str,
        members: &[Case],
        tell: &mut dyn FnMut(Progress<'_>),
    ) -> Vec<JudgedCase> {
        let (together, alone): (Vec<Case>, Vec<Case>) =
            members.iter().partition(|case| self.may_run_beside(**case));
        let mut done = Vec::new();
        let mut again = together;
        if self.jobs() > 1 && again.len() > 1 {
            let (judged, left) = self.side_by_side(&again);
            done.extend(judged);
            again = left;
            tell(Progress::Group(group, done.len(), members.len()));
        }
        for case in again.into_iter().chain(alone) {
            if self.session.stopped() {
                break;
            }
            done.push(self.one(case));
            tell(Progress::Group(group, done.len(), members.len()));
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
                        if shaky {
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

    /// Whether a genuine delivery is still accepted.
    fn is_alive(&self, case: Case) -> bool {
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
    fn revive(&self) {
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
    fn died(&self, trial: &mut Trial<'_, '_>, conclusion: Result<Judgement, Stop>) -> Judgement {
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
        let judgement = Judgement::fail(Cause::Dies)
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

    /// The conclusion of a case as it is reported.
    fn judged(
        &self,
        trial: &Trial<'_, '_>,
        conclusion: Result<Judgement, Stop>,
        mark: Option<usize>,
    ) -> JudgedCase {
        let case = trial.case;
        let (judgement, not_pass) = match conclusion {
            Ok(mut judgement) => {
                if judgement.strict && self.session.strictness.strict {
                    judgement.verdict = CaseVerdict::Fail;
                }
                let not_pass = judgement.verdict != CaseVerdict::Pass;
                (judgement, not_pass)
            }
            Err(stop) => (self.without_conclusion(stop), false),
        };
        let failed = judgement.verdict == CaseVerdict::Fail;
        if failed
            && let Some(folder) = &self.options.save
            && let Err(error) = save(folder, trial, self.started_at)
        {
            self.break_with(error);
        }
        let process = self.session.process.as_ref().filter(|_| failed);
        let output = process
            .zip(mark)
            .map(|(process, mark)| process.output_since(mark));
        JudgedCase {
            case,
            verdict: judgement.verdict,
            sent: judgement.sent,
            expected: judgement.expected,
            got: judgement.got,
            cause: judgement.cause.filter(|_| not_pass).map(Cause::id),
            why: case.why().filter(|_| not_pass),
            fix: judgement.fix.or_else(|| case.fix()).filter(|_| not_pass),
            repeat: self.options.repeat(case, self.session.seed),
            curl: judgement
                .decisive
                .filter(|request| not_pass && request.body.len() <= LONGEST_SHOWN)
                .map(|request| self.curl(&request)),
            latency: (!trial.slowest.is_zero()).then_some(trial.slowest),
            known: false,
            output: output.filter(|output| !output.trim().is_empty()),
        }
    }

    /// A request as a curl command, without the secret.
    fn curl(&self, request: &ExactRequest) -> String {
        let mut line = request.line.split(' ');
        let (method, path) = (line.next().unwrap_or("POST"), line.next().unwrap_or("/"));
        let target = &self.session.route.target;
        let scheme = if target.is_https() { "https" } else { "http" };
        let url = format!("{scheme}://{}{path}", target.authority());
        // curl writes these itself.
        let own = |header: &&Header| {
            !["Host", "Content-Length", "Connection"]
                .iter()
                .any(|name| header.is(name))
        };
        let shown: Vec<_> = request
            .headers
            .iter()
            .filter(own)
            .map(|header| (header.name.as_str(), header.shown()))
            .collect();
        let headers: Vec<(&str, &str)> = shown
            .iter()
            .map(|(name, value)| (*name, value.as_ref()))
            .collect();
        let line = short_curl(method, &url, &headers, &request.body);
        // One case sends the secret in the query.
        self.session.redactor.text(&line).into_owned()
    }

    fn without_conclusion(&self, stop: Stop) -> Judgement {
        let (verdict, why) = match stop {
            Stop::NotRun(why) => (CaseVerdict::NotRun, why),
            Stop::Inconclusive(why) => (CaseVerdict::Inconclusive, why),
            Stop::Interrupted => (CaseVerdict::NotRun, "interrupted".to_owned()),
            Stop::Broken(error) => {
                let words = error.to_string();
                self.break_with(error);
                (CaseVerdict::Inconclusive, words)
            }
        };
        Judgement {
            verdict,
            ..Judgement::pass().got(why)
        }
    }

    /// The case that stands for the genuine deliveries after the others.
    fn alive_case(&self, judged: &[JudgedCase]) -> JudgedCase {
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
            Judgement::fail(Cause::Dies)
                .got(format!(
                    "not accepted after one of {}, which ran side by side",
                    suspects.join(", ")
                ))
                .fixed_by(
                    "find which one it is: give the endpoint's command after --, so that it is started again, or --jobs 1",
                )
        } else if names.is_empty() {
            Judgement::pass().got("accepted each time")
        } else {
            Judgement::fail(Cause::Dies).got(format!("not accepted after {}", names.join(", ")))
        };
        let judgement = judgement
            .sent("a genuine payment after each case")
            .expected("2xx each time");
        self.judged(&Trial::new(self.session, Case::Alive), Ok(judgement), None)
    }

    /// A place in the endpoint's output.
    fn mark(&self) -> Option<usize> {
        self.session
            .process
            .as_ref()
            .map(super::process::EndpointProcess::mark)
    }

    /// Ends the run with an error.
    fn break_with(&self, error: Error) {
        self.lock_broken().get_or_insert(error);
        self.session.stop.store(true, Ordering::Relaxed);
    }

    fn lock_broken(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a run fails: something failed that was not known, or the endpoint allowed no verdict.
pub(crate) fn has_failed(report: &TestReport) -> bool {
    let bad = |judged: &JudgedCase| match judged.verdict {
        CaseVerdict::Fail => !judged.known,
        // The user said so with --silent-refusal.
        CaseVerdict::Inconclusive => judged.cause != Some(Cause::SilentRefusal.id()),
        CaseVerdict::Pass | CaseVerdict::Advice | CaseVerdict::NotRun => false,
    };
    report.blocked.is_some() || report.cases.iter().any(bad)
}
