//! For tests of the journal: its lines, the bodies in them, and a listener that only opens it.

use crate::support::{Folder, Ran, run_line};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::fs;

/// All lines of a journal, which must be complete.
pub(crate) fn lines(folder: &Folder) -> Vec<Value> {
    lines_of(&fs::read_to_string(folder.path.join("j.ndjson")).expect("the journal is UTF-8"))
}

/// All lines of the text of a journal.
pub(crate) fn lines_of(text: &str) -> Vec<Value> {
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "the last line is whole"
    );
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// The bytes of a captured body.
pub(crate) fn body(line: &Value) -> Vec<u8> {
    assert!(
        line["body"].is_null() != line["body_base64"].is_null(),
        "one of them: {line}"
    );
    let base64 = |text: &str| STANDARD.decode(text).expect("it is base64");
    line["body"].as_str().map_or_else(
        || base64(line["body_base64"].as_str().expect("it is there")),
        Into::into,
    )
}

/// Runs `listen` on the journal `j.ndjson` until it is ready.
pub(crate) fn open(folder: &Folder, path: &str) -> Ran {
    run_line(
        &folder.path,
        &format!("listen 0 --deadline 1ms --journal {path}"),
    )
}

/// A small body with that number.
pub(crate) fn numbered(number: usize) -> Vec<u8> {
    format!("{{\"number\": {number}}}").into_bytes()
}
