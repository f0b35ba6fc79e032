//! GitHub Actions: workflow commands that become annotations in a pull request.

use super::{Body, Message, Report, ValidateMessage};
use crate::lint::{Finding, Severity};
use crate::sanitize::{visible, visible_lines};
use std::io::Write as _;

/// Workflow commands.
pub(super) struct Github;

impl Report for Github {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => {
                for finding in body.findings {
                    annotation(body, finding, out);
                }
            }
            Message::Validate(ValidateMessage::Summary(summary)) => {
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
            _ => {}
        }
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

/// A path as the runner expects it: without `./`, and with forward slashes.
fn file(path: &str) -> String {
    let path = if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    property(&visible(path.trim_start_matches("./")))
}

/// The message of a command, with percent signs and line ends escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command, with colons and commas escaped as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_cannot_be_misled() {
        assert_eq!(data("50 %\r\n::set-env"), "50 %25%0D%0A::set-env");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(
            (file("././a/./b,c"), file("a.json")),
            ("a/./b%2Cc".to_owned(), "a.json".to_owned())
        );
    }
}
