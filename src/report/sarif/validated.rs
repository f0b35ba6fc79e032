//! The findings of `validate`: a result each, at its place in the body.

use super::super::{Body, Summary};
use super::uri;
use crate::lint::{Finding, Rule, Severity};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
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

/// The results of a body.
pub(super) fn results<'a>(body: &'a Body<'a>) -> impl Iterator<Item = SarifResult<'a>> {
    body.findings
        .iter()
        .map(move |finding| outcome(body, finding))
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

/// The rules of the linter, in the order of their indexes.
pub(super) fn rules() -> Vec<Value> {
    Rule::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name(),
                "shortDescription": {"text": rule.title()},
                "help": {"text": rule.page(), "markdown": rule.page()},
                "defaultConfiguration": {"level": rule.default_severity()},
            })
        })
        .collect()
}

/// What could not be read.
pub(super) fn notifications(summary: &Summary) -> Vec<Value> {
    summary
        .unreadable
        .iter()
        .map(|unreadable| {
            let message =
                json!({"text": format!("cannot read {}: {}", unreadable.path, unreadable.why)});
            json!({"level": "error", "message": message})
        })
        .collect()
}
