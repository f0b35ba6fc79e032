//! The report of a run of `send` or `replay`, in one of its formats. Unlike other reports it has a memory: the columns of
//! a sequence, what was said of an earlier attempt, and test cases that can be counted only at the end.

use super::human::{Human, SentLines};
use super::json::Json;
use super::junit::SentCases;
use super::{Detail, Message, Report as _, SendFormat, Style};

/// A report that messages are given to, one after the other.
pub(crate) struct SentReport(SentFormat);

/// What is written for whom.
enum SentFormat {
    Human(Box<SentLines>),
    Json,
    Junit(Box<SentCases>),
}

impl SentReport {
    pub(crate) fn new(
        format: SendFormat,
        detail: Detail,
        command: &'static str,
        style: Style,
    ) -> Self {
        Self(match format {
            SendFormat::Human => {
                SentFormat::Human(Box::new(SentLines::new(Human::new(style), detail)))
            }
            SendFormat::Json => SentFormat::Json,
            SendFormat::Junit => SentFormat::Junit(Box::new(SentCases::new(command, &style))),
        })
    }

    /// What that message adds to the output.
    pub(crate) fn message(&mut self, message: &Message<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        match &mut self.0 {
            SentFormat::Human(lines) => lines.message(message, &mut out),
            SentFormat::Json => Json.message(message, &mut out),
            SentFormat::Junit(cases) => cases.message(message, &mut out),
        }
        out
    }
}
