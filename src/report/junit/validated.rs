//! The findings of `validate`: one test case per body, one suite per source.
//!
//! A suite starts with the number of its cases, so a chunk's cases are rendered first and then wrapped. A long stream
//! becomes several suites with the same name.

use super::super::{Body, Summary};
use super::{escaped, suite};
use crate::lint::{Finding, Rule, Severity};
use std::io::Write as _;

pub(super) fn case(body: &Body<'_>, out: &mut Vec<u8>) {
    let name = body.name().unwrap_or_else(|| "not recognised".to_owned());
    let (record, source) = (body.record, escaped(body.source));
    let _ = write!(
        out,
        "    <testcase name=\"{record}: {}\" classname=\"{source}\"",
        escaped(&name)
    );
    let count = body.count(Severity::Error);
    if body.findings.is_empty() && count == 0 {
        out.extend_from_slice(b"/>\n");
        return;
    }
    out.extend_from_slice(b">\n");
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) = body
        .findings
        .iter()
        .partition(|finding| finding.severity == Severity::Error);
    if let Some(first) = errors.first() {
        let more = if count > 1 {
            format!(" (and {} more)", count - 1)
        } else {
            String::new()
        };
        let message = escaped(&format!("{}{more}", first.message));
        let _ = write!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">",
            first.rule
        );
        list(body, &errors, out);
        out.extend_from_slice(b"</failure>\n");
    } else if count > 0 {
        let rule = Rule::TooManyFindings;
        let _ = writeln!(
            out,
            "      <failure type=\"{rule}\" message=\"{count} of too many to be shown\"/>"
        );
    }
    if !others.is_empty() {
        out.extend_from_slice(b"      <system-out>");
        list(body, &others, out);
        out.extend_from_slice(b"</system-out>\n");
    }
    out.extend_from_slice(b"    </testcase>\n");
}

fn list(body: &Body<'_>, findings: &[&Finding], out: &mut Vec<u8>) {
    for finding in findings {
        let place = body.excerpt.place(&finding.span);
        let help = finding
            .help
            .as_ref()
            .map_or(String::new(), |help| format!("\n  help: {help}"));
        let text = format!(
            "{}[{}]: {} ({}){help}",
            finding.severity, finding.rule, finding.message, finding.label
        );
        let _ = writeln!(
            out,
            "{}:{}:{}: {}",
            escaped(body.source),
            place.line,
            place.column,
            escaped(&text)
        );
    }
}

pub(super) fn end(summary: &Summary, out: &mut Vec<u8>) {
    for unreadable in &summary.unreadable {
        let (name, message) = (escaped(&unreadable.path), escaped(&unreadable.why));
        out.extend_from_slice(suite(&unreadable.path, 1, 0, 1, 0).as_bytes());
        let _ = writeln!(
            out,
            "    <testcase name=\"1: unreadable\" classname=\"{name}\">"
        );
        let _ = writeln!(
            out,
            "      <error type=\"unreadable\" message=\"{message}\"/>\n    </testcase>\n  </testsuite>"
        );
    }
}
