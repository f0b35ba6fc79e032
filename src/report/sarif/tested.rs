//! The verdicts of `test`: a result for each case that failed, was inconclusive or gives advice.
//!
//! Code scanning wants a place in a file, and an endpoint has none: it is the configuration file, or where that would be.

use super::super::judgement::{missing, report_text};
use super::super::tested::{CaseVerdict, JudgedCase, TestReport};
use super::uri;
use crate::cases::{Case, Cost};
use serde_json::{Value, json};

/// The place of results without a configuration file.
const SYNTHETIC: &str = "inqud-hook.toml";

/// The results, in the order of the cases.
pub(super) fn results(report: &TestReport) -> impl Iterator<Item = Value> {
    report
        .cases
        .iter()
        .filter_map(|judged| Some(result(report, judged, level(judged.verdict)?)))
}

/// How serious a verdict is; `None` for those that are no results.
fn level(verdict: CaseVerdict) -> Option<&'static str> {
    match verdict {
        CaseVerdict::Fail => Some("error"),
        CaseVerdict::Inconclusive => Some("warning"),
        CaseVerdict::Advice => Some("note"),
        CaseVerdict::Pass | CaseVerdict::NotRun => None,
    }
}

fn result(report: &TestReport, judged: &JudgedCase, level: &str) -> Value {
    let (case, subject) = (judged.case, &report.subject);
    let file = subject.settings.as_deref().unwrap_or(SYNTHETIC);
    let mut result = json!({
        "ruleId": case.name(),
        "ruleIndex": case as usize,
        "level": level,
        "message": {"text": report_text(report, judged)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(file.trim_start_matches("./"))},
                "region": {"startLine": 1},
            },
            "logicalLocations": [{"fullyQualifiedName": subject.target, "kind": "resource"}],
        }],
        // Neither the port nor the seed: they change from run to run.
        "partialFingerprints": {"case/v1": format!("{} {}", subject.provider, case.name())},
        "properties": {
            "verdict": judged.verdict.name(),
            "cause": judged.cause,
            "cost": case.cost(),
            "seed": subject.seed,
        },
    });
    if judged.known {
        result["suppressions"] =
            json!([{"kind": "external", "justification": "listed in the baseline"}]);
    }
    result
}

/// All cases with their documentation, in the order of their indexes.
pub(super) fn rules() -> Vec<Value> {
    Case::ALL
        .iter()
        .map(|case| {
            let level = match case.cost() {
                Cost::Low => "note",
                Cost::Medium => "warning",
                Cost::High | Cost::Critical => "error",
            };
            json!({
                "id": case.name(),
                "shortDescription": {"text": format!("A correct endpoint {}.", case.title())},
                "help": {"text": case.page(), "markdown": case.page()},
                "defaultConfiguration": {"level": level},
                "properties": {"cost": case.cost()},
            })
        })
        .collect()
}

/// What happened to the run as a whole.
pub(super) fn notifications(report: &TestReport) -> Vec<Value> {
    let say = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
    let mut said = Vec::new();
    if let Some((what, todo)) = &report.blocked {
        said.push(say(
            "error",
            format!("no case could be judged: {what}\n{todo}"),
        ));
    }
    if report.interrupted {
        said.push(say("warning", "interrupted".to_owned()));
    }
    if let Some(why) = &report.broken {
        said.push(say("error", format!("ended by an error: {why}")));
    }
    for (why, count) in report.not_run() {
        said.push(say("note", format!("not run: {}", missing(count, why))));
    }
    for case in &report.stale {
        let text = format!("the baseline lists {case}, which no longer fails");
        said.push(say("warning", text));
    }
    said
}
