//! The published schemas of machine formats, in `tests/schemas`, and what judges by them.

use super::repository;
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The complaints of xmllint about a document; `None` without xmllint.
pub(crate) fn xmllint(document: &str) -> Option<String> {
    let schema = repository("tests/schemas/junit-10.xsd");
    let mut command = Command::new("xmllint");
    command.arg("--schema").arg(schema).args(["--noout", "-"]);
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.ok()?;
    // Where it stops reading it says why.
    let _ = child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(document.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() {
        String::new()
    } else {
        said
    })
}

pub(crate) const NO_XMLLINT: &str = "skipped: xmllint is not installed";

/// A validator for SARIF logs.
pub(crate) fn sarif_judge() -> jsonschema::Validator {
    let schema = fs::read_to_string(repository("tests/schemas/sarif-schema-2.1.0.json"))
        .expect("it is there");
    // The pattern of languages has a bracket too many, which strict engines refuse; later editions have this one.
    let (stray, mended) = (
        r"^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$",
        r"^[a-zA-Z]{2}(-[a-zA-Z]{2})?$",
    );
    let schema: Value = serde_json::from_str(&schema.replace(stray, mended)).expect("it is JSON");
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("it is a schema")
}
