//! A finding and a case on the page.

use super::super::human::short;
use super::super::judgement::{CaseFinding, explain};
use super::super::tested::{CaseVerdict, JudgedCase, TestReport};
use super::text::{escaped, with_code};
use std::io::Write as _;

/// What is wrong, what it costs and how to mend it, with the cases beneath.
pub(super) fn article(
    report: &TestReport,
    verdict: CaseVerdict,
    finding: &CaseFinding<'_>,
    out: &mut Vec<u8>,
) {
    let (class, first) = (verdict.name(), finding.first);
    let title = finding.cause.map_or_else(
        || format!("A correct endpoint {}", first.case.title()),
        |cause| capital(&cause.title),
    );
    let _ = writeln!(
        out,
        "<article class=\"finding {class}\">\n<h3>{}</h3>\n<p><span class=\"mark {class}\">{}, {}</span></p>",
        with_code(&title),
        label(verdict),
        finding.cost().name()
    );
    out.extend_from_slice(b"<dl class=\"case\">\n");
    if verdict == CaseVerdict::Fail {
        row(
            "Why it costs money",
            &with_code(first.why.as_deref().unwrap_or_default()),
            out,
        );
    }
    row(
        "How to fix it",
        &with_code(report.fix(first).unwrap_or_default()),
        out,
    );
    out.extend_from_slice(b"</dl>\n");
    for (number, judged) in finding.cases().enumerate() {
        folded(judged, number == 0 && verdict == CaseVerdict::Fail, out);
    }
    out.extend_from_slice(b"</article>\n");
}

/// A case that can be unfolded. A link to its name unfolds it.
pub(super) fn folded(judged: &JudgedCase, open: bool, out: &mut Vec<u8>) {
    let verdict = judged.verdict;
    let name = judged.case.name();
    let _ = writeln!(
        out,
        "<details{}>\n<summary>{} <span class=\"name\">{name}</span> {}</summary>\n\
         <dl class=\"case\" id=\"{name}\">",
        if open { " open" } else { "" },
        mark(judged),
        escaped(judged.case.title())
    );
    row("Sent", &escaped(&judged.sent), out);
    row("Expected", &escaped(&judged.expected), out);
    let got = if verdict == CaseVerdict::NotRun {
        "Reason"
    } else {
        "Got"
    };
    row(got, &escaped(&judged.got), out);
    if let Some(latency) = judged.latency {
        row("Longest answer", &short(latency), out);
    }
    if !matches!(verdict, CaseVerdict::Pass | CaseVerdict::NotRun) {
        row("Repeat", &block(&judged.repeat), out);
        row(
            "As curl",
            &block(judged.curl.as_deref().unwrap_or_default()),
            out,
        );
        row(
            "Endpoint's output",
            &block(judged.output.as_deref().unwrap_or_default()),
            out,
        );
        row("More", &block(&explain(judged)), out);
    }
    out.extend_from_slice(b"</dl>\n</details>\n");
}

/// A line that leads to a case further up.
pub(super) fn link(judged: &JudgedCase, out: &mut Vec<u8>) {
    let (name, title) = (judged.case.name(), escaped(judged.case.title()));
    let mark = mark(judged);
    let _ = writeln!(
        out,
        "<p class=\"line\">{mark} <a href=\"#{name}\">{name}</a> {title}</p>"
    );
}

fn mark(judged: &JudgedCase) -> String {
    let known = if judged.known { ", known" } else { "" };
    let (class, label) = (judged.verdict.name(), label(judged.verdict));
    format!("<span class=\"mark {class}\">{label}{known}</span>")
}

/// A row of a description list, unless there is nothing to say.
fn row(name: &str, html: &str, out: &mut Vec<u8>) {
    if !html.is_empty() {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{html}</dd>");
    }
}

/// Text with its own lines.
fn block(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() {
        return String::new();
    }
    format!("<pre><code>{}</code></pre>", escaped(text))
}

fn label(verdict: CaseVerdict) -> &'static str {
    match verdict {
        CaseVerdict::Pass => "Pass",
        CaseVerdict::Fail => "Fail",
        CaseVerdict::Advice => "Advice",
        CaseVerdict::Inconclusive => "Inconclusive",
        CaseVerdict::NotRun => "Not run",
    }
}

/// A sentence with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
