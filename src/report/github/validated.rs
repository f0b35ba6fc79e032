//! The findings of `validate`: an annotation each, at its place in the file.

use super::super::{Body, Summary};
use super::{data, file, property};
use crate::lint::{Finding, Severity};
use crate::sanitize::visible_lines;
use std::io::Write as _;

/// The findings of a body.
pub(super) fn annotations(body: &Body<'_>, out: &mut Vec<u8>) {
    for finding in body.findings {
        annotation(body, finding, out);
    }
}

/// What could not be read.
pub(super) fn unreadable(summary: &Summary, out: &mut Vec<u8>) {
    for unreadable in &summary.unreadable {
        let (file, why) = (
            file(&unreadable.path),
            data(&visible_lines(&unreadable.why)),
        );
        let _ = writeln!(
            out,
            "::error file={file},title=unreadable::cannot be validated: {why}"
        );
    }
}

fn annotation(body: &Body<'_>, finding: &Finding, out: &mut Vec<u8>) {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = body.excerpt.place(&finding.span);
    let help = finding
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("\nhelp: {help}"));
    let text = format!("{} ({}){help}", finding.message, finding.label);
    let _ = writeln!(
        out,
        "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}",
        file(body.source),
        place.line,
        place.end_line,
        place.column,
        place.end_column.max(place.column + 1) - u64::from(place.end_column > place.column),
        property(finding.rule.name()),
        data(&visible_lines(&text))
    );
}
