//! The verdicts of `test`: one test case per case, one suite per group.

use super::super::judgement::report_text;
use super::super::tested::{CaseVerdict, JudgedCase, TestReport};
use super::{escaped, suite};
use std::io::Write as _;

/// All suites; one more where no case could be judged, so that a dashboard is never green then.
pub(super) fn suites(report: &TestReport, out: &mut Vec<u8>) {
    if let Some((what, todo)) = &report.blocked {
        out.extend_from_slice(suite("blocked", 1, 0, 1, 0).as_bytes());
        properties(report, out);
        let _ = writeln!(
            out,
            "    <testcase name=\"blocked\" classname=\"gate\">\n      <error type=\"blocked\" \
             message=\"{}\">{}</error>\n    </testcase>\n  </testsuite>",
            escaped(what),
            escaped(todo)
        );
    }
    let groups = report
        .cases
        .chunk_by(|one, other| one.case.group() == other.case.group());
    for cases in groups {
        let count = |counted: fn(&JudgedCase) -> bool| {
            cases.iter().filter(|judged| counted(judged)).count() as u64
        };
        let name = cases.first().map_or("", |judged| judged.case.group());
        let (all, failed, skipped) = (cases.len() as u64, count(is_failed), count(is_skipped));
        out.extend_from_slice(suite(name, all, failed, 0, skipped).as_bytes());
        properties(report, out);
        for judged in cases {
            case(report, judged, out);
        }
        out.extend_from_slice(b"  </testsuite>\n");
    }
}

/// What repeats the run.
fn properties(report: &TestReport, out: &mut Vec<u8>) {
    let subject = &report.subject;
    let _ = writeln!(
        out,
        "    <properties>\n      <property name=\"seed\" value=\"{}\"/>\n      \
         <property name=\"target\" value=\"{}\"/>\n      \
         <property name=\"provider\" value=\"{}\"/>\n    </properties>",
        subject.seed,
        escaped(&subject.target),
        escaped(&subject.provider)
    );
}

fn case(report: &TestReport, judged: &JudgedCase, out: &mut Vec<u8>) {
    let name = judged.case.name();
    let group = judged.case.group();
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{group}\"");
    let text = || escaped(&report_text(report, judged));
    let got = escaped(&judged.got);
    let title = judged.case.title();
    let inner = match judged.verdict {
        CaseVerdict::Pass => None,
        CaseVerdict::Fail if judged.known => Some(format!(
            "<skipped message=\"known from the baseline: {got}\"/>"
        )),
        CaseVerdict::Fail => Some(format!(
            "<failure type=\"{}\" message=\"a correct endpoint {title}: {got}\">{}</failure>",
            judged.cause.unwrap_or(name),
            text()
        )),
        CaseVerdict::Advice => Some(format!("<system-out>{}</system-out>", text())),
        CaseVerdict::Inconclusive => Some(format!(
            "<skipped message=\"inconclusive: {got}\">{}</skipped>",
            text()
        )),
        CaseVerdict::NotRun => Some(format!("<skipped message=\"not run: {got}\"/>")),
    };
    let printed = judged
        .output
        .as_deref()
        .filter(|_| is_failed(judged))
        .map_or(String::new(), |output| {
            format!("\n      <system-err>{}</system-err>", escaped(output))
        });
    match inner {
        None => out.extend_from_slice(b"/>\n"),
        Some(inner) => {
            let _ = writeln!(out, ">\n      {inner}{printed}\n    </testcase>");
        }
    }
}

fn is_failed(judged: &JudgedCase) -> bool {
    judged.verdict == CaseVerdict::Fail && !judged.known
}

fn is_skipped(judged: &JudgedCase) -> bool {
    match judged.verdict {
        CaseVerdict::Pass | CaseVerdict::Advice => false,
        CaseVerdict::Fail => judged.known,
        CaseVerdict::Inconclusive | CaseVerdict::NotRun => true,
    }
}
