//! The verdicts of `test` as one page for a browser: readable in the dark, printable, without scripts and without any
//! request.
//!
//! The page's own policy allows its one style sheet, by its digest, and nothing else; so even a mistake in escaping
//! could not run or load anything.

mod case;
mod text;

use self::case::{article, folded, link};
use self::text::escaped;
use super::human::short;
use super::judgement::{cases, missing};
use super::tested::{CaseVerdict, TestReport, VerdictCounts};
use super::{Message, Report, TestMessage};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;

/// One page.
pub(super) struct Html;

const STYLE: &str = include_str!("page.css");

impl Report for Html {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        if let Message::Test(TestMessage::Finished(report)) = message {
            page(report, out);
        }
    }
}

fn page(report: &TestReport, out: &mut Vec<u8>) {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    let subject = &report.subject;
    let title = escaped(&format!(
        "{} webhooks at {}",
        subject.provider, subject.target
    ));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n"
    );
    header(report, &title, out);
    out.extend_from_slice(b"<main id=\"main\">\n");
    if let Some((what, todo)) = &report.blocked {
        blocked(report, what, todo, out);
    } else {
        findings(report, out);
        groups(report, out);
        baseline(report, out);
        not_run(report, out);
        all_cases(report, out);
    }
    let _ = write!(
        out,
        "</main>\n<footer>\n<p>inqud-hook {}, seed {}. The same seed sends the same bytes again.</p>\n</footer>\n\
         </body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        subject.seed
    );
}

/// What was tested, the result, and the counts at a glance.
fn header(report: &TestReport, title: &str, out: &mut Vec<u8>) {
    let unclear = report.ended_early() || !report.findings(CaseVerdict::Inconclusive).is_empty();
    let class = match (&report.blocked, report.failed(), unclear) {
        (None, 0, false) => "pass",
        (None, 0, true) => "inconclusive",
        _ => "fail",
    };
    let (subject, paid) = (&report.subject, report.paid.as_ref());
    let _ = write!(
        out,
        "<header>\n<p class=\"over\">inqud-hook test</p>\n<h1>{title}</h1>\n\
         <p class=\"result {class}\">{}</p>\n",
        escaped(&report.sentence())
    );
    if report.blocked.is_none() {
        bar(VerdictCounts::of(&report.cases), out);
    }
    out.extend_from_slice(b"<dl class=\"facts\">\n");
    for (name, value) in [
        ("Configuration", subject.settings.clone()),
        ("Seed", Some(subject.seed.to_string())),
        ("Time", Some(short(report.elapsed))),
        ("Paid looks like", paid.map(|paid| paid.effect.clone())),
        ("--paid", paid.and_then(|paid| paid.given.clone())),
        ("Doubt", paid.and_then(|paid| paid.doubt.clone())),
    ] {
        if let Some(value) = value.as_deref().map(escaped) {
            let _ = writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
    }
    out.extend_from_slice(b"</dl>\n</header>\n");
}

/// One bar with a part for each verdict. Its numbers are attributes of SVG, since the policy allows no inline style.
fn bar(counts: VerdictCounts, out: &mut Vec<u8>) {
    let all: u64 = counts.0.iter().sum();
    if all == 0 {
        return;
    }
    let words: Vec<String> = CaseVerdict::ALL
        .into_iter()
        .filter(|verdict| counts.get(*verdict) > 0)
        .map(|verdict| format!("{} {}", counts.get(verdict), verdict.words()))
        .collect();
    let _ = write!(
        out,
        "<svg class=\"bar\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {all} 1\" preserveAspectRatio=\"none\">",
        words.join(", ")
    );
    let mut start = 0;
    for verdict in CaseVerdict::ALL {
        let (count, class) = (counts.get(verdict), verdict.name());
        if count > 0 {
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{start}\" width=\"{count}\" height=\"1\"/>"
            );
        }
        start += count;
    }
    out.extend_from_slice(b"</svg>\n");
}

fn blocked(report: &TestReport, what: &str, todo: &str, out: &mut Vec<u8>) {
    let _ = write!(
        out,
        "<section aria-labelledby=\"blocked\">\n<h2 id=\"blocked\">What stopped it</h2>\n<p>{}</p>\n\
         <h2>What to do</h2>\n<p>{}</p>\n",
        escaped(what),
        escaped(todo)
    );
    if let Some(gate) = report.gate() {
        folded(gate, true, out);
    }
    out.extend_from_slice(b"</section>\n");
}

/// What is not a pass, by its cause, the costliest first.
fn findings(report: &TestReport, out: &mut Vec<u8>) {
    for (verdict, heading) in [
        (CaseVerdict::Fail, "What to fix"),
        (CaseVerdict::Inconclusive, "What could not be judged"),
        (CaseVerdict::Advice, "Advice"),
    ] {
        let findings = report.findings(verdict);
        if findings.is_empty() {
            continue;
        }
        let id = verdict.name();
        let _ = writeln!(
            out,
            "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>"
        );
        for finding in &findings {
            article(report, verdict, finding, out);
        }
        out.extend_from_slice(b"</section>\n");
    }
}

/// The table of groups, each with a link to its cases.
fn groups(report: &TestReport, out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"<section aria-labelledby=\"groups\">\n<h2 id=\"groups\">Groups</h2>\n<div class=\"wide\">\n<table>\n\
        <thead><tr><th scope=\"col\">Group</th>",
    );
    for verdict in CaseVerdict::ALL {
        let _ = write!(out, "<th scope=\"col\">{}</th>", verdict.words());
    }
    out.extend_from_slice(b"</tr></thead>\n<tbody>\n");
    let cells = |counts: VerdictCounts, out: &mut Vec<u8>| {
        for verdict in CaseVerdict::ALL {
            let _ = match counts.get(verdict) {
                0 => write!(out, "<td class=\"not_run\">0</td>"),
                count => write!(out, "<td class=\"{}\">{count}</td>", verdict.name()),
            };
        }
        out.extend_from_slice(b"</tr>\n");
    };
    for (name, counts) in report.groups() {
        let name = escaped(name);
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#group-{name}\">{name}</a></th>"
        );
        cells(counts, out);
    }
    out.extend_from_slice(b"</tbody>\n<tfoot>\n<tr><th scope=\"row\">All</th>");
    cells(VerdictCounts::of(&report.cases), out);
    out.extend_from_slice(b"</tfoot>\n</table>\n</div>\n</section>\n");
}

/// What the baseline knew, and what it lists in vain.
fn baseline(report: &TestReport, out: &mut Vec<u8>) {
    let known = report.known();
    if known.is_empty() && report.stale.is_empty() {
        return;
    }
    out.extend_from_slice(
        b"<section aria-labelledby=\"baseline\">\n<h2 id=\"baseline\">Baseline</h2>\n",
    );
    if !known.is_empty() {
        let count = cases(known.len() as u64);
        let _ = writeln!(
            out,
            "<p>Known failures, which do not fail the run: {count}.</p>"
        );
        for judged in known {
            folded(judged, false, out);
        }
    }
    if !report.stale.is_empty() {
        let _ = writeln!(
            out,
            "<p>These no longer fail: {}. Remove them with <code>--update-baseline</code>.</p>",
            escaped(&report.stale.join(", "))
        );
    }
    out.extend_from_slice(b"</section>\n");
}

fn not_run(report: &TestReport, out: &mut Vec<u8>) {
    let reasons = report.not_run();
    if reasons.is_empty() {
        return;
    }
    out.extend_from_slice(
        b"<section aria-labelledby=\"missing\">\n<h2 id=\"missing\">Not run</h2>\n<ul class=\"plain\">\n",
    );
    for (why, count) in reasons {
        let _ = writeln!(out, "<li>{}</li>", escaped(&missing(count, why)));
    }
    out.extend_from_slice(b"</ul>\n</section>\n");
}

/// Each case under its group: folded, or a link where it stands further up.
fn all_cases(report: &TestReport, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<section aria-labelledby=\"all\">\n<h2 id=\"all\">All cases</h2>\n");
    let groups = report
        .cases
        .chunk_by(|one, other| one.case.group() == other.case.group());
    for group in groups {
        let name = group
            .first()
            .map_or(String::new(), |judged| escaped(judged.case.group()));
        let _ = writeln!(out, "<section aria-labelledby=\"group-{name}\">");
        let _ = writeln!(out, "<h3 id=\"group-{name}\">{name}</h3>");
        for judged in group {
            match judged.verdict {
                CaseVerdict::Pass | CaseVerdict::NotRun => folded(judged, false, out),
                _ => link(judged, out),
            }
        }
        out.extend_from_slice(b"</section>\n");
    }
    out.extend_from_slice(b"</section>\n");
}
