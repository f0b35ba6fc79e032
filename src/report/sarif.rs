//! SARIF 2.1.0 for code scanning.
//!
//! A single document: results are written as they are found; the tool, its rules and whether all input could be read
//! follow at the end, since the order of keys does not matter in JSON.

use super::paint::write_json;
use super::{Body, Message, Report, Summary, ValidateMessage};
use crate::lint::{Finding, Rule, Severity};
use serde::Serialize;
use serde_json::json;

/// A SARIF log with one run.
pub(super) struct Sarif;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: Severity,
    message: SarifText,
    locations: [Location<'a>; 1],
}

#[derive(Serialize)]
struct SarifText {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
    byte_offset: u64,
    byte_length: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'static str,
}

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
                for finding in body.findings {
                    if !out.is_empty() {
                        out.extend_from_slice(self.separator());
                    }
                    write_json(&outcome(body, finding), out);
                }
            }
            Message::Validate(ValidateMessage::Summary(summary)) => end(summary, out),
            _ => {}
        }
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }
}

fn outcome<'a>(body: &Body<'a>, finding: &'a Finding) -> SarifResult<'a> {
    let place = body.excerpt.place(&finding.span);
    let help = finding
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("\n{help}"));
    let logical = LogicalLocation {
        fully_qualified_name: &finding.pointer,
        kind: "member",
    };
    SarifResult {
        rule_id: finding.rule.name(),
        rule_index: finding.rule as usize,
        level: finding.severity,
        message: SarifText {
            text: format!("{}: {}{help}", finding.message, finding.label),
        },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(body.source),
                },
                region: Region {
                    start_line: place.line,
                    start_column: place.column,
                    end_line: place.end_line,
                    end_column: place.end_column,
                    byte_offset: place.offset,
                    byte_length: place.length,
                },
            },
            logical_locations: if finding.pointer.is_empty() {
                Vec::new()
            } else {
                vec![logical]
            },
        }],
    }
}

fn end(summary: &Summary, out: &mut Vec<u8>) {
    let rules: Vec<_> = Rule::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name(),
                "shortDescription": {"text": rule.title()},
                "help": {"text": rule.page(), "markdown": rule.page()},
                "defaultConfiguration": {"level": rule.default_severity()},
            })
        })
        .collect();
    let driver =
        json!({"name": "inqud-hook", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let notifications: Vec<_> = summary
        .unreadable
        .iter()
        .map(|unreadable| {
            let message =
                json!({"text": format!("cannot read {}: {}", unreadable.path, unreadable.why)});
            json!({"level": "error", "message": message})
        })
        .collect();
    let successful = notifications.is_empty();
    let invocation =
        json!({"executionSuccessful": successful, "toolExecutionNotifications": notifications});
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
