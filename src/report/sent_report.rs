//! The report of a run of `send` or `replay`, in one of its formats. Unlike other reports it has a memory: the columns of
//! a sequence, what was said of an earlier attempt, and test cases that can be counted only at the end.

use super::human::{Human, SentLines};
use super::json::Json;
use super::junit::SentCases;
use super::{Detail, Message, Report as _, SendFormat, Style};

/// A report that messages are given to, one after the other.
pub(crate) struct SentReport(RunReport);

/// The formats, each with what it remembers.
enum RunReport {
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
                RunReport::Human(Box::new(SentLines::new(Human::new(style), detail)))
            }
            SendFormat::Json => RunReport::Json,
            SendFormat::Junit => RunReport::Junit(Box::new(SentCases::new(command, &style))),
        })
    }

    /// What that message adds to the output.
    pub(crate) fn message(&mut self, message: &Message<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        match &mut self.0 {
            RunReport::Human(lines) => lines.message(message, &mut out),
            RunReport::Json => Json.message(message, &mut out),
            RunReport::Junit(cases) => cases.message(message, &mut out),
        }
        out
    }
}
