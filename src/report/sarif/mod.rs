//! SARIF 2.1.0 for code scanning.
//!
//! A single document: results are written as they are found; the tool, its rules and whether the run was complete follow
//! at the end, since the order of keys does not matter in JSON.

mod tested;
mod validated;

use super::paint::write_json;
use super::{Message, Report, TestMessage, ValidateMessage};
use serde_json::{Value, json};

/// A SARIF log with one run.
pub(super) struct Sarif;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl Report for Sarif {
    fn start(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[\n")
                .as_bytes(),
        );
    }

    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => {
                for result in validated::results(body) {
                    if !out.is_empty() {
                        out.extend_from_slice(self.separator());
                    }
                    write_json(&result, out);
                }
            }
            Message::Validate(ValidateMessage::Summary(summary)) => {
                let notifications = validated::notifications(summary);
                let complete = notifications.is_empty();
                end(&validated::rules(), &notifications, complete, out);
            }
            Message::Test(TestMessage::Finished(report)) => {
                for (number, result) in tested::results(report).enumerate() {
                    if number > 0 {
                        out.extend_from_slice(self.separator());
                    }
                    write_json(&result, out);
                }
                let complete = report.blocked.is_none() && !report.ended_early();
                end(
                    &tested::rules(),
                    &tested::notifications(report),
                    complete,
                    out,
                );
            }
            _ => {}
        }
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }
}

/// Ends the results and the log.
fn end(rules: &[Value], notifications: &[Value], complete: bool, out: &mut Vec<u8>) {
    let driver =
        json!({"name": "inqud-hook", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let invocation =
        json!({"executionSuccessful": complete, "toolExecutionNotifications": notifications});
    out.extend_from_slice(b"\n],\"tool\":{\"driver\":");
    write_json(&driver, out);
    out.extend_from_slice(b"},\"columnKind\":\"unicodeCodePoints\",\"invocations\":[");
    write_json(&invocation, out);
    out.extend_from_slice(b"]}]}\n");
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
