//! The conclusion of a case as it is reported: with what mends it, and how to repeat it.

use super::causes::Cause;
use super::judgement::{CaseJudgement, Stop};
use super::run::TestRun;
use super::save::save;
use super::trial::Trial;
use crate::http::{ExactRequest, Header};
use crate::report::{CaseVerdict, JudgedCase, short_curl};

/// The longest body that is shown as a curl command; longer ones would hide the report, and shells refuse them.
const LONGEST_SHOWN: usize = 16 * 1024;

impl TestRun<'_, '_> {
    /// The conclusion of a case as it is reported.
    pub(super) fn judged(
        &self,
        trial: &Trial<'_, '_>,
        conclusion: Result<CaseJudgement, Stop>,
        mark: Option<usize>,
    ) -> JudgedCase {
        let case = trial.case;
        let (judgement, not_pass) = match conclusion {
            Ok(mut judgement) => {
                if judgement.strict && self.session.strictness.strict {
                    judgement.verdict = CaseVerdict::Fail;
                }
                if let Some(doubt) = self.session.doubt() {
                    judgement = doubt.weakened(judgement);
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

    fn without_conclusion(&self, stop: Stop) -> CaseJudgement {
        let (verdict, why) = match stop {
            Stop::NotRun(why) => (CaseVerdict::NotRun, why),
            Stop::Inconclusive(why) => (CaseVerdict::Inconclusive, why),
            Stop::Interrupted => {
                let broken = self.lock_broken().is_some();
                let why = if broken {
                    "an error ended the run"
                } else {
                    "interrupted"
                };
                (CaseVerdict::NotRun, why.to_owned())
            }
            Stop::Broken(error) => {
                let words = error.to_string();
                self.break_with(error);
                (CaseVerdict::Inconclusive, words)
            }
        };
        CaseJudgement {
            verdict,
            ..CaseJudgement::pass().got(why)
        }
    }
}
