//! JUnit XML for test dashboards: one test case per body, one suite per source.
//!
//! A suite starts with the number of its cases, so a chunk's cases are rendered first and then wrapped. A long stream
//! becomes several suites with the same name.

use super::{Body, Counts, Message, Report, Summary, ValidateMessage};
use crate::lint::{Finding, Rule, Severity};
use crate::sanitize::visible;
use std::io::Write as _;

/// JUnit XML.
pub(super) struct Junit;

impl Report for Junit {
    fn start(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"inqud-hook validate\">\n",
        );
    }

    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => case(body, out),
            Message::Validate(ValidateMessage::Summary(summary)) => end(summary, out),
            _ => {}
        }
    }

    fn group(&self, source: &str, counts: &Counts, rendered: &mut Vec<u8>) {
        let head = suite(source, counts.bodies, counts.invalid, 0);
        rendered.splice(0..0, head.into_bytes());
        rendered.extend_from_slice(b"  </testsuite>\n");
    }
}

fn suite(source: &str, tests: u64, failures: u64, errors: u64) -> String {
    let name = escaped(source);
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">\n"
    )
}

fn case(body: &Body<'_>, out: &mut Vec<u8>) {
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

fn end(summary: &Summary, out: &mut Vec<u8>) {
    for unreadable in &summary.unreadable {
        let (name, message) = (escaped(&unreadable.path), escaped(&unreadable.why));
        out.extend_from_slice(suite(&unreadable.path, 1, 0, 1).as_bytes());
        let _ = writeln!(
            out,
            "    <testcase name=\"1: unreadable\" classname=\"{name}\">"
        );
        let _ = writeln!(
            out,
            "      <error type=\"unreadable\" message=\"{message}\"/>\n    </testcase>\n  </testsuite>"
        );
    }
    out.extend_from_slice(b"</testsuites>\n");
}

/// Text for XML 1.0, which does not allow most control characters, not even escaped.
fn escaped(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    let text = lines.join("\n");
    // XML does not allow these two either.
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
