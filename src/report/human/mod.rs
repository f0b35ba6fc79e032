//! The format for people: code frames, documentation and lists. Unlike the machine formats it may change at any time.

mod arrived;
mod body_text;
mod explained;
mod folded;
mod headline;
mod listened;
mod logged;
mod output_excerpt;
mod paid;
mod sent;
mod sent_columns;
mod sent_details;
mod sent_totals;
mod settings;
mod tested;
mod validated;
mod verified;

pub(super) use self::sent::SentLines;
pub(super) use self::sent_totals::short;
use self::tested::TestPrinter;
use super::frame::Frames;
use super::wrap::behind;
use super::{
    CatalogueMessage, ListenMessage, LogMessage, Message, Paint, Report, SendMessage, Style,
    ValidateMessage, VerifyMessage, note, page,
};
use crate::catalogue::Entry;
use crate::catalogue::manifest::Scenario;
use crate::sanitize::visible;
use crate::signature::SignatureVerdict;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// The format for people.
pub(super) struct Human {
    style: Style,
    frames: Frames,
}

impl Human {
    pub(super) fn new(style: Style) -> Self {
        let frames = Frames::new(&style);
        Self { style, frames }
    }

    /// The word for a verdict on a signature.
    fn signature_verdict(&self, verdict: SignatureVerdict) -> String {
        verdict_role(verdict)(self.style.paint, verdict.name())
    }

    fn event(&self, entry: Entry<'_>, out: &mut Vec<u8>) {
        let other = entry.event.aliases.join(", ");
        let other = if other.is_empty() {
            String::new()
        } else {
            format!(" (also {other})")
        };
        let name = format!("{:<48}", visible(&entry.name()));
        let about = format!("{}{other}", entry.event.summary);
        let about = behind(name.width() + 1, &about, self.style.width);
        let _ = writeln!(out, "{} {about}", self.style.paint.name(&name));
    }

    fn scenario(&self, provider: &str, scenario: &Scenario, out: &mut Vec<u8>) {
        let steps = scenario.steps.iter().map(|step| step.event.as_str());
        let steps: Vec<&str> = steps.collect();
        let name = format!("{provider}/{}", scenario.name);
        if self.style.width == usize::MAX {
            // Into a pipe: one line, with the columns of the events.
            let name = self.style.paint.name(&format!("{:<48}", visible(&name)));
            let text = format!("{} {}", scenario.summary, steps.join(" → "));
            let _ = writeln!(out, "{name} {}", visible(&text));
            return;
        }
        let name = format!("{:<28}", visible(&name));
        let summary = behind(name.width() + 1, &scenario.summary, self.style.width);
        let _ = writeln!(out, "{} {summary}", self.style.paint.name(&name));
        let steps = behind(4, &steps.join(" → "), self.style.width);
        for line in steps.lines() {
            let line = self.style.paint.quiet(line.trim_start());
            let _ = writeln!(out, "    {line}");
        }
    }
}

impl Report for Human {
    fn folds(&self) -> bool {
        !self.style.verbose
    }

    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>) {
        match message {
            Message::Validate(ValidateMessage::Body(body)) => self.body(body, out),
            Message::Validate(ValidateMessage::Summary(summary)) => self.summary(summary, out),
            Message::Catalogue(CatalogueMessage::Event(entry)) => self.event(*entry, out),
            Message::Catalogue(CatalogueMessage::EventPage(entry, form)) => {
                page::event(*entry, *form, &self.style, out);
            }
            Message::Catalogue(CatalogueMessage::Scenario(provider, scenario)) => {
                self.scenario(provider, scenario, out);
            }
            Message::Catalogue(CatalogueMessage::ScenarioPage(provider, scenario)) => {
                page::scenario(provider, scenario, &self.style, out);
            }
            Message::Catalogue(CatalogueMessage::Rule(rule, severity)) => {
                self.rule(*rule, *severity, out);
            }
            Message::Catalogue(CatalogueMessage::RulePage(rule, severity)) => {
                self.rule_page(*rule, *severity, out);
            }
            Message::Catalogue(CatalogueMessage::Case(case)) => self.case(*case, out),
            Message::Catalogue(CatalogueMessage::CasePage(case)) => self.case_page(*case, out),
            Message::Catalogue(CatalogueMessage::CausePage(name, title, case)) => {
                self.cause_page(name, title, *case, out);
            }
            Message::Catalogue(CatalogueMessage::ReasonPage(reason)) => {
                self.reason_page(*reason, out);
            }
            Message::Catalogue(CatalogueMessage::Setting(setting)) => self.setting(setting, out),
            // `SentLines` writes the others, because each depends on those before.
            Message::Send(SendMessage::Burst(burst)) => self.burst(burst, out),
            Message::Send(_) => {}
            Message::Listen(ListenMessage::Ready(ready)) => self.ready(ready, out),
            Message::Listen(ListenMessage::Inspecting(link)) => self.inspecting(link, out),
            Message::Listen(ListenMessage::Arrived(arrived)) => self.arrived(arrived, out),
            Message::Listen(ListenMessage::TurnedAway(turned)) => self.turned_away(turned, out),
            Message::Listen(ListenMessage::Skipped(count)) => self.skipped(*count, out),
            Message::Listen(ListenMessage::Note(text)) => {
                let width = self.style.wrapped.then_some(self.style.width);
                out.extend_from_slice(note(text, self.style.paint, width).as_bytes());
            }
            Message::Listen(ListenMessage::Listened(totals)) => self.listened(totals, out),
            Message::Test(message) => TestPrinter { style: &self.style }.message(message, out),
            Message::Log(LogMessage::Source(name, first)) => {
                out.extend_from_slice(if *first { b"" } else { b"\n" });
                self.log_heading(name, out);
            }
            Message::Log(LogMessage::Day(day)) | Message::Listen(ListenMessage::Day(day)) => {
                self.log_heading(day, out);
            }
            Message::Log(LogMessage::Line(found)) => self.logged(found, out),
            Message::Log(LogMessage::Whole(found)) => self.whole(found, out),
            Message::Log(LogMessage::Changes(found)) => self.log_changes(found, out),
            Message::Log(LogMessage::Totals(totals)) => self.log_totals(totals, out),
            Message::Verify(VerifyMessage::Verified(delivery)) => self.verified(delivery, out),
            Message::Verify(VerifyMessage::Totals(totals)) => self.verify_totals(totals, out),
        }
    }
}

/// How the word for a verdict on a signature is painted.
fn verdict_role(verdict: SignatureVerdict) -> fn(Paint, &str) -> String {
    match verdict {
        SignatureVerdict::Valid => Paint::good,
        SignatureVerdict::Unchecked => Paint::warning,
        SignatureVerdict::Invalid | SignatureVerdict::Missing => Paint::error,
    }
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// How many findings there are of each severity, in parentheses; nothing where there are none.
fn counted_findings(errors: u64, warnings: u64, notes: u64) -> String {
    let counts = [
        (errors, "error", "errors"),
        (warnings, "warning", "warnings"),
        (notes, "note", "notes"),
    ];
    let found = counts.into_iter().filter(|(count, _, _)| *count > 0);
    let words: Vec<String> = found
        .map(|(count, one, several)| counted(count, one, several))
        .collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(" ({})", words.join(", ")),
    }
}
