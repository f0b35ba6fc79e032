//! A finding, and how it is made.

use crate::rules::{Rule, Severity};
use std::borrow::Cow;
use std::ops::Range;

/// Something wrong with a body, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub rule: Rule,
    /// Its severity, after the user's levels.
    pub severity: Severity,
    /// JSON pointer of the value, or of the object that lacks a field.
    pub pointer: String,
    /// The bytes of the body that it is about.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub message: String,
    /// What was expected at that place, in a few words.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What is said of a missing field, behind its name in backticks.
const MISSING: &str = " is missing";

impl Finding {
    /// The name of a missing field, in backticks.
    pub(crate) fn missing_field(&self) -> Option<&str> {
        if self.rule == Rule::MissingField {
            self.message.strip_suffix(MISSING)
        } else {
            None
        }
    }

    /// The bytes of its texts.
    pub(crate) fn said(&self) -> usize {
        self.pointer.len()
            + self.message.len()
            + self.label.len()
            + self.help.as_ref().map_or(0, String::len)
    }
}

/// A finding without its place in the body.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub(crate) rule: Rule,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
}

impl Complaint {
    pub(crate) fn new(rule: Rule, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    pub(crate) fn missing(field: &str) -> Self {
        let message = ["`", field, "`", MISSING].concat();
        let label = [&*message, " here"].concat();
        Self::new(Rule::MissingField, message, label)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn at(self, pointer: String, span: Range<usize>) -> Finding {
        let Self {
            rule,
            message,
            label,
            help,
        } = self;
        Finding {
            rule,
            severity: rule.default_severity(),
            pointer,
            span,
            message,
            label,
            help,
        }
    }
}

/// Text from outside, short enough for a sentence.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    let cut = (text.len() > LONGEST).then(|| text.char_indices().nth(LONGEST));
    match cut.flatten() {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The same between quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    ["\"", &*shortened(text), "\""].concat()
}

/// `a, b or c`.
pub(crate) fn alternatives(words: &[&str]) -> String {
    let length: usize = words.iter().map(|word| word.len() + " or ".len()).sum();
    let mut text = String::with_capacity(length);
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            let last = at + 1 == words.len();
            text.push_str(if last { " or " } else { ", " });
        }
        text.push_str(word);
    }
    text
}
