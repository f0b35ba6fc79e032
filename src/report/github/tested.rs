//! The verdicts of `test`: an annotation per cause, since the runner shows only ten of each level.

use super::super::judgement::{CaseFinding, report_text};
use super::super::tested::{CaseVerdict, TestReport};
use super::{data, file, property};
use crate::sanitize::{visible, visible_lines};
use std::io::Write as _;

/// All annotations, the costliest first.
pub(super) fn annotations(report: &TestReport, out: &mut Vec<u8>) {
    let mut say = |command: &str, title: &str, text: &str| {
        let place = report
            .subject
            .settings
            .as_deref()
            .map_or(String::new(), |path| format!("file={},line=1,", file(path)));
        let (title, text) = (property(&visible(title)), data(&visible_lines(text)));
        let _ = writeln!(out, "::{command} {place}title={title}::{text}");
    };
    if let Some((what, todo)) = &report.blocked {
        return say(
            "error",
            "blocked",
            &format!("no case could be judged: {what}\n{todo}"),
        );
    }
    for (verdict, command) in [
        (CaseVerdict::Fail, "error"),
        (CaseVerdict::Inconclusive, "warning"),
        (CaseVerdict::Advice, "notice"),
    ] {
        for finding in report.findings(verdict) {
            say(command, finding.first.case.name(), &text(report, &finding));
        }
    }
    if let Some((paid, doubt)) = report
        .paid
        .as_ref()
        .and_then(|paid| Some((paid, paid.doubt.as_ref()?)))
    {
        say(
            "warning",
            "paid or held",
            &format!("{}\n{doubt}", paid.words()),
        );
    }
    for case in &report.stale {
        let text = format!("the baseline lists {case}, which no longer fails");
        say("warning", "stale baseline", &text);
    }
}

fn text(report: &TestReport, finding: &CaseFinding<'_>) -> String {
    let others: Vec<&str> = finding
        .others
        .iter()
        .map(|judged| judged.case.name())
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("\nalso: {}", others.join(", "))
    };
    format!("{}{others}", report_text(report, finding.first))
}
