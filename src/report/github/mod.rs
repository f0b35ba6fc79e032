//! GitHub Actions: workflow commands that become annotations in a pull request.

mod tested;
mod validated;

use super::{Message, Report, TestMessage, ValidateMessage};
use crate::sanitize::visible;

/// Workflow commands.
pub(super) struct Github;

impl Report for Github {
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => validated::annotations(body, out),
            Message::Validate(ValidateMessage::Summary(summary)) => {
                validated::unreadable(summary, out);
            }
            Message::Test(TestMessage::Finished(report)) => tested::annotations(report, out),
            _ => {}
        }
    }
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
