//! The messages of `test` as JSON lines. Fields may be added, but not renamed.

use super::super::TestMessage;
use super::super::tested::VerdictCounts;
use super::super::tested::{CaseVerdict, FoundCause, JudgedCase, ListedCase, TestReport};
use super::{V, line};
use crate::cases::{Cost, Need};
use serde::Serialize;

#[derive(Serialize)]
struct CaseLine<'a> {
    r#type: &'static str,
    v: u8,
    id: &'static str,
    group: &'static str,
    title: &'static str,
    cost: Cost,
    sent: &'a str,
    expected: &'a str,
    got: &'a str,
    verdict: &'static str,
    cause: Option<&'static str>,
    why: Option<&'a str>,
    fix: Option<&'a str>,
    repeat: &'a str,
    curl: Option<&'a str>,
    latency_ms: Option<f64>,
    known: bool,
    output: Option<&'a str>,
}

#[derive(Serialize)]
struct ListedCaseLine<'a> {
    r#type: &'static str,
    v: u8,
    id: &'static str,
    group: &'static str,
    title: &'static str,
    cost: Cost,
    needs: &'static [Need],
    not_run: Option<&'a str>,
}

#[derive(Serialize)]
struct TestSummaryLine<'a> {
    r#type: &'static str,
    v: u8,
    target: &'a str,
    provider: &'a str,
    cases: usize,
    passed: u64,
    failed: u64,
    advice: u64,
    inconclusive: u64,
    not_run: u64,
    known: usize,
    causes: Vec<CauseObject<'a>>,
    paid: Option<PaidObject<'a>>,
    stale: &'a [String],
    blocked: Option<BlockedObject<'a>>,
    seconds: f64,
    seed: u64,
    interrupted: bool,
    broken: Option<&'a str>,
}

#[derive(Serialize)]
struct CauseObject<'a> {
    id: &'static str,
    title: &'a str,
    fix: &'a str,
    cases: Vec<&'static str>,
}

#[derive(Serialize)]
struct PaidObject<'a> {
    effect: &'a str,
    given: Option<&'a str>,
    doubt: Option<&'a str>,
}

#[derive(Serialize)]
struct BlockedObject<'a> {
    reason: &'a str,
    fix: &'a str,
}

pub(super) fn message(message: &TestMessage<'_>, out: &mut Vec<u8>) {
    match message {
        // The lines at the end contain both: what a case shares with others is known only then.
        TestMessage::Started(_) | TestMessage::Group(..) => {}
        TestMessage::Finished(report) => finished(report, out),
        TestMessage::Listed(case) => listed(case, out),
    }
}

fn judged(judged: &JudgedCase, out: &mut Vec<u8>) {
    let case = judged.case;
    let found = CaseLine {
        r#type: "case",
        v: V,
        id: case.name(),
        group: case.group(),
        title: case.title(),
        cost: case.cost(),
        sent: &judged.sent,
        expected: &judged.expected,
        got: &judged.got,
        verdict: judged.verdict.name(),
        cause: judged.cause,
        why: judged.why.as_deref(),
        fix: judged.fix.as_deref(),
        repeat: &judged.repeat,
        curl: judged.curl.as_deref(),
        latency_ms: judged.latency.map(|latency| latency.as_secs_f64() * 1e3),
        known: judged.known,
        output: judged.output.as_deref(),
    };
    line(&found, out);
}

fn listed(listed: &ListedCase, out: &mut Vec<u8>) {
    let case = listed.case;
    let found = ListedCaseLine {
        r#type: "case",
        v: V,
        id: case.name(),
        group: case.group(),
        title: case.title(),
        cost: case.cost(),
        needs: case.needs(),
        not_run: listed.not_run.as_deref(),
    };
    line(&found, out);
}

fn finished(report: &TestReport, out: &mut Vec<u8>) {
    for case in &report.cases {
        judged(case, out);
    }
    let counts = VerdictCounts::of(&report.cases);
    let subject = &report.subject;
    let total = TestSummaryLine {
        r#type: "summary",
        v: V,
        target: &subject.target,
        provider: &subject.provider,
        cases: subject.cases,
        passed: counts.get(CaseVerdict::Pass),
        failed: counts.get(CaseVerdict::Fail),
        advice: counts.get(CaseVerdict::Advice),
        inconclusive: counts.get(CaseVerdict::Inconclusive),
        not_run: counts.get(CaseVerdict::NotRun),
        known: report.known().len(),
        causes: report
            .causes
            .iter()
            .filter(|cause| !cause.cases.is_empty())
            .map(cause)
            .collect(),
        paid: report.paid.as_ref().map(|paid| PaidObject {
            effect: &paid.effect,
            given: paid.given.as_deref(),
            doubt: paid.doubt.as_deref(),
        }),
        stale: &report.stale,
        blocked: report
            .blocked
            .as_ref()
            .map(|(reason, fix)| BlockedObject { reason, fix }),
        seconds: report.elapsed.as_secs_f64(),
        seed: subject.seed,
        interrupted: report.interrupted,
        broken: report.broken.as_deref(),
    };
    line(&total, out);
}

fn cause(cause: &FoundCause) -> CauseObject<'_> {
    CauseObject {
        id: cause.id,
        title: &cause.title,
        fix: &cause.fix,
        cases: cause.cases.iter().map(|case| case.name()).collect(),
    }
}
