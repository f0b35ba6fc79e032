//! What every format of `test` needs beside the values: findings by cause, the costliest first, what is missing, counts
//! by group, and the result in one sentence.

use super::human::short;
use super::tested::{CaseVerdict, FoundCause, JudgedCase, PaidMeaning, TestReport, VerdictCounts};
use crate::cases::Cost;
use std::cmp::Reverse;

/// Cases with the same cause, or a single case.
pub(super) struct CaseFinding<'a> {
    pub(super) cause: Option<&'a FoundCause>,
    /// The costliest.
    pub(super) first: &'a JudgedCase,
    /// The others, the costliest first. Beneath a failure stands also what the same cause makes advice or inconclusive.
    pub(super) others: Vec<&'a JudgedCase>,
}

impl<'a> CaseFinding<'a> {
    /// What is wrong, for people.
    pub(super) fn title(&self) -> String {
        match self.cause {
            Some(cause) => cause.title.clone(),
            None if self.others.is_empty() => self.first.demand(),
            None => self.first.got.clone(),
        }
    }

    /// How much it costs.
    pub(super) fn cost(&self) -> Cost {
        self.first.case.cost()
    }

    /// How many of the cases have the verdict of the first.
    pub(super) fn count(&self) -> u64 {
        let same = |judged: &&JudgedCase| judged.verdict == self.first.verdict;
        self.cases().filter(same).count() as u64
    }

    /// All cases.
    pub(super) fn cases(&self) -> impl Iterator<Item = &'a JudgedCase> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl JudgedCase {
    /// What the case asks of an endpoint, as a sentence without a full stop.
    pub(super) fn demand(&self) -> String {
        format!(
            "{}: a correct endpoint {}",
            self.case.name(),
            self.case.title()
        )
    }

    /// Whether it has this verdict and is to be reported in full.
    fn is_new(&self, verdict: CaseVerdict) -> bool {
        self.verdict == verdict && !self.known
    }
}

impl PaidMeaning {
    /// What paid looks like, as a line.
    pub(super) fn words(&self) -> String {
        let given = self.given.as_ref();
        let given = given.map_or(String::new(), |given| format!(" (--paid {given})"));
        format!("Paid looks like: {}{given}", self.effect)
    }
}

impl TestReport {
    /// The cause of a case.
    pub(super) fn cause(&self, judged: &JudgedCase) -> Option<&FoundCause> {
        let id = judged.cause?;
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// How to mend it: what was found out here, else what the page of the cause or of the case says.
    pub(super) fn fix<'a>(&'a self, judged: &'a JudgedCase) -> Option<&'a str> {
        let own = judged.fix.as_deref().filter(|fix| !fix.is_empty());
        let page = judged.case.fix();
        let found_out = own.filter(|fix| Some(*fix) != page.as_deref());
        let of_cause = self.cause(judged).map(|cause| &*cause.fix);
        found_out.or(of_cause.filter(|fix| !fix.is_empty())).or(own)
    }

    /// The cases with this verdict that no baseline lists, those with one cause together, the costliest first. A cause of
    /// a failure is one finding, whatever it does to other cases.
    pub(super) fn findings(&self, verdict: CaseVerdict) -> Vec<CaseFinding<'_>> {
        use CaseVerdict::{Advice, Fail, Inconclusive};
        let beneath = |judged: &JudgedCase| {
            let weaker = judged.is_new(Advice) || judged.is_new(Inconclusive);
            weaker && self.has_failed(judged.cause)
        };
        let mut cases: Vec<&JudgedCase> = self
            .cases
            .iter()
            .filter(|judged| match verdict {
                Fail => judged.is_new(Fail) || beneath(judged),
                _ => judged.is_new(verdict) && !beneath(judged),
            })
            .collect();
        cases.sort_by_key(|judged| (judged.verdict != verdict, Reverse(judged.case.cost())));
        let mut findings: Vec<CaseFinding<'_>> = Vec::new();
        for judged in cases {
            let cause = self.cause(judged);
            let same = |finding: &&mut CaseFinding<'_>| match (finding.cause, cause) {
                (Some(known), Some(cause)) => known.id == cause.id,
                // An endpoint that has died says the same to all.
                (None, None) => verdict == Inconclusive && finding.first.got == judged.got,
                _ => false,
            };
            match findings.iter_mut().find(same) {
                Some(finding) => finding.others.push(judged),
                None => findings.push(CaseFinding {
                    cause,
                    first: judged,
                    others: Vec::new(),
                }),
            }
        }
        // Within one cost, what explains most cases comes first.
        findings.sort_by_key(|finding| Reverse((finding.cost(), finding.others.len())));
        findings
    }

    /// Whether a case failed for this cause.
    fn has_failed(&self, cause: Option<&'static str>) -> bool {
        let failed =
            |judged: &JudgedCase| judged.is_new(CaseVerdict::Fail) && judged.cause == cause;
        cause.is_some() && self.cases.iter().any(failed)
    }

    /// The failures that the baseline lists.
    pub(super) fn known(&self) -> Vec<&JudgedCase> {
        self.cases.iter().filter(|judged| judged.known).collect()
    }

    /// Why cases were not run, and how many for each reason, the most frequent first.
    pub(super) fn not_run(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<(&str, u64)> = Vec::new();
        let not_run = |judged: &&JudgedCase| judged.verdict == CaseVerdict::NotRun;
        for judged in self.cases.iter().filter(not_run) {
            match reasons.iter_mut().find(|(why, _)| *why == judged.got) {
                Some((_, count)) => *count += 1,
                None => reasons.push((&judged.got, 1)),
            }
        }
        reasons.sort_by_key(|(_, count)| Reverse(*count));
        reasons
    }

    /// The groups that had cases, in their order, each with its counts.
    pub(super) fn groups(&self) -> Vec<(&'static str, VerdictCounts)> {
        let groups = self
            .cases
            .chunk_by(|one, other| one.case.group() == other.case.group());
        groups
            .filter_map(|cases| Some((cases.first()?.case.group(), VerdictCounts::of(cases))))
            .collect()
    }

    /// The decisive case of a blocked run.
    pub(super) fn gate(&self) -> Option<&JudgedCase> {
        let decided = [CaseVerdict::Fail, CaseVerdict::Inconclusive];
        self.cases
            .iter()
            .find(|judged| judged.case.group() == "gate" && decided.contains(&judged.verdict))
    }

    /// How many cases failed that no baseline lists.
    pub(super) fn failed(&self) -> u64 {
        let failed = |judged: &&JudgedCase| judged.is_new(CaseVerdict::Fail);
        self.cases.iter().filter(failed).count() as u64
    }

    /// Whether a case was inconclusive for another reason than that forgeries are answered like genuine deliveries, which
    /// the user knows then.
    pub(super) fn has_failed_unclear(&self) -> bool {
        self.cases.iter().any(|judged| {
            judged.verdict == CaseVerdict::Inconclusive && judged.cause != Some("silent-refusal")
        })
    }

    /// Whether some of the chosen cases were not reached.
    pub(super) fn ended_early(&self) -> bool {
        self.interrupted || self.broken.is_some()
    }

    /// The result in one sentence.
    pub fn sentence(&self) -> String {
        if self.blocked.is_some() {
            return "Blocked: no case could be judged.".to_owned();
        }
        let counts = VerdictCounts::of(&self.cases);
        let not_run = counts.get(CaseVerdict::NotRun);
        let judged = self.cases.len() as u64 - not_run;
        let all = cases(judged);
        let (failed, unclear) = (self.failed(), counts.get(CaseVerdict::Inconclusive));
        let inconclusive = if failed == 0 && self.has_failed_unclear() {
            "inconclusive, for which the run fails"
        } else {
            "inconclusive"
        };
        let mut parts = Vec::new();
        match (judged, failed) {
            (0, _) => parts.push("No case was judged".to_owned()),
            (_, 0) if counts.get(CaseVerdict::Pass) == judged => {
                parts.push(if judged == 1 {
                    "The case passed".to_owned()
                } else {
                    format!("All {all} passed")
                });
            }
            (_, 0) => parts.push(format!("None of {all} failed")),
            _ => {
                let reasons = match self.findings(CaseVerdict::Fail).len() {
                    1 if failed > 1 => ", for one reason".to_owned(),
                    several if (several as u64) < failed => format!(", for {several} reasons"),
                    _ => String::new(),
                };
                parts.push(format!("{failed} of {all} failed{reasons}"));
            }
        }
        let known = self.known().len();
        for (count, words) in [
            (known as u64, "known from the baseline"),
            (counts.get(CaseVerdict::Advice), "with advice"),
            (unclear, inconclusive),
            (not_run, "not run"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        let early = if self.ended_early() {
            let why = self
                .broken
                .as_ref()
                .map_or("interrupted", |_| "ended by an error");
            format!(", {why}; {} were chosen", cases(self.subject.cases as u64))
        } else {
            String::new()
        };
        format!("{} ({}{early}).", parts.join("; "), short(self.elapsed))
    }
}

/// A case as plain text, for formats without a layout of their own.
pub(super) fn report_text(report: &TestReport, judged: &JudgedCase) -> String {
    let cause = report.cause(judged);
    let mut text = cause.map_or_else(
        || judged.demand(),
        |cause| format!("{}\n{}", cause.title, judged.demand()),
    );
    for (label, part) in [
        ("sent", Some(&*judged.sent)),
        ("expected", Some(&*judged.expected)),
        ("got", Some(&*judged.got)),
        ("risk", judged.why.as_deref()),
        ("fix", report.fix(judged)),
        ("repeat", Some(&*judged.repeat)),
        ("more", Some(&*explain(judged))),
    ] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            text += &format!("\n{label}: {part}");
        }
    }
    text
}

/// A number of cases, in words.
pub(super) fn cases(count: u64) -> String {
    format!("{count} {}", if count == 1 { "case" } else { "cases" })
}

/// Why this many cases were not run.
pub(super) fn missing(count: u64, why: &str) -> String {
    match why.strip_prefix("needs ") {
        Some(what) if count > 1 => format!("{} need {what}", cases(count)),
        Some(_) => format!("{} {why}", cases(count)),
        None => format!("{}: {why}", cases(count)),
    }
}

/// The command that shows the case's page.
pub(super) fn explain(judged: &JudgedCase) -> String {
    format!("inqud-hook explain {}", judged.case.name())
}
