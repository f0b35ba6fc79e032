//! JUnit XML for test dashboards.

mod sent;
mod tested;
mod validated;

pub(super) use sent::SentCases;

use super::{Counts, Message, Report, TestMessage, ValidateMessage};
use crate::sanitize::visible;

/// JUnit XML of a command.
pub(super) struct Junit {
    pub(super) command: &'static str,
}

impl Report for Junit {
    fn start(&self, out: &mut Vec<u8>) {
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"inqud-hook {}\">\n",
            self.command
        );
        out.extend_from_slice(head.as_bytes());
    }

    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => validated::case(body, out),
            Message::Validate(ValidateMessage::Summary(summary)) => {
                validated::end(summary, out);
                end(out);
            }
            Message::Test(TestMessage::Finished(report)) => {
                tested::suites(report, out);
                end(out);
            }
            _ => {}
        }
    }

    fn group(&self, source: &str, counts: &Counts, rendered: &mut Vec<u8>) {
        let head = suite(source, counts.bodies, counts.invalid, 0, 0);
        rendered.splice(0..0, head.into_bytes());
        rendered.extend_from_slice(b"  </testsuite>\n");
    }
}

/// The start of a suite.
fn suite(name: &str, tests: u64, failures: u64, errors: u64, skipped: u64) -> String {
    let name = escaped(name);
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n"
    )
}

fn end(out: &mut Vec<u8>) {
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
