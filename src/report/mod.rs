//! All output, for people and machines.
//!
//! Commands describe what happened as a [`Message`]; a [`Report`] renders it into a buffer, so that several threads can
//! render at once and the results are still written in order.

mod findings;
mod format;
mod frame;
mod github;
mod html;
mod human;
mod json;
mod judgement;
mod junit;
mod labelled;
mod listened;
mod logged;
mod page;
mod paint;
mod place;
mod progress;
mod request;
mod sarif;
mod sent;
mod sent_order;
mod sent_report;
mod tested;
mod verified;
mod wrap;

pub(crate) use findings::with_missing_together;
pub use findings::{RepeatedFinding, SummaryOnly};
pub use format::{AnyFormat, FindingsFormat, Format, SendFormat, TestFormat};
pub use labelled::{error, note, provider_heading};
pub use listened::{
    Change, Forwarded, GivenAnswer, ListenDetails, ListenTotals, NoAnswer, OriginalDelivery, Ready,
    ReceivedDelivery, RefusedRequest, Shown, ShownExchange,
};
pub use logged::{
    LogTotals, LoggedAnswer, LoggedChanges, LoggedDelivery, LoggedMarks, WholeDelivery,
};
pub use paint::{ColorChoice, Paint, colour_for};
pub use place::{EmbeddedBody, Excerpt, Place};
pub use progress::{NO_PROGRESS, Progress, case_progress};
pub(crate) use request::curl::{short as short_curl, word as shell_word};
pub use request::{
    CARRIED, CarriedOption, CarriedValues, Connect, RequestForm, ScriptLoad, ScriptRun,
    ShownRequest, carried_option, requests,
};
pub use sent::{
    BurstTotals, Delivered, Detail, FORGED_ACCEPTED, Seen, SendHeading, Sending, ShortDigests,
    Totals, Wait,
};
pub(crate) use sent_order::ShownAmount;
pub use sent_order::{SentAmount, SentOrder};
pub(crate) use sent_report::SentReport;
pub use tested::{
    CaseVerdict, FoundCause, JudgedCase, ListedCase, PaidMeaning, TestReport, TestSubject,
    VerdictCounts,
};
pub(crate) use verified::PASTED;
pub use verified::{RightCheck, VerifiedDelivery, VerifyTotals, WhyNotValid};

use crate::cases::Case;
use crate::catalogue::manifest::{Form, Scenario};
use crate::catalogue::{Entry, Provider};
use crate::config::Setting;
use crate::error::Unreadable;
use crate::lint::{self, Finding, LintedBody, Rule, Severity};
use crate::signature::diagnose::Reason;

/// How results are rendered, beyond their format.
#[derive(Clone, Debug)]
pub struct Style {
    /// Colours or none.
    pub paint: Paint,
    /// The columns of the terminal.
    pub width: usize,
    /// Lines are wrapped at that width: it is a terminal, and not a file in which each thing has one line.
    pub wrapped: bool,
    /// Also report valid bodies.
    pub verbose: bool,
}

/// A body that was validated.
#[derive(Debug)]
pub struct Body<'a> {
    /// The file as the user named it, or `<stdin>`.
    pub source: &'a str,
    /// Its 1-based number within the source.
    pub record: u64,
    /// The offset of its first byte in the text.
    pub start: usize,
    /// The provider that it is recognised as.
    pub provider: Option<&'a str>,
    /// The event's name within the provider.
    pub event: Option<&'a str>,
    /// Its form, if the provider has several.
    pub form: Option<Form>,
    /// The findings, in text order.
    pub findings: &'a [Finding],
    /// How many findings of each severity were dropped because there were too many.
    pub dropped: [u64; 3],
    /// The text around it, for positions and code frames.
    pub excerpt: &'a Excerpt<'a>,
}

impl<'a> Body<'a> {
    /// A body of a received delivery.
    pub fn received(record: u64, found: &'a LintedBody<'a>, excerpt: &'a Excerpt<'a>) -> Self {
        Self::of("<received>", record, found, excerpt)
    }

    /// A linted body of this source.
    pub fn of(
        source: &'a str,
        record: u64,
        found: &'a LintedBody<'a>,
        excerpt: &'a Excerpt<'a>,
    ) -> Self {
        let &LintedBody {
            start,
            provider,
            event,
            form,
            ref findings,
            dropped,
        } = found;
        Self {
            source,
            record,
            start,
            provider,
            event,
            form,
            findings,
            dropped,
            excerpt,
        }
    }

    /// The canonical name of the event.
    pub fn name(&self) -> Option<String> {
        Some([self.provider?, "/", self.event?].concat())
    }

    /// How many findings have this severity, including dropped ones.
    pub fn count(&self, severity: Severity) -> u64 {
        lint::count(self.findings, &self.dropped, severity)
    }
}

/// Numbers of bodies and findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All bodies.
    pub bodies: u64,
    /// Bodies with an error.
    pub invalid: u64,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are notes.
    pub notes: u64,
    /// Deliveries of journals whose signature was wrong on arrival.
    pub invalid_signatures: u64,
    /// Those that had none.
    pub missing_signatures: u64,
}

impl Counts {
    /// Counts one body.
    pub fn add(&mut self, body: &Body<'_>) {
        let errors = body.count(Severity::Error);
        self.bodies += 1;
        self.invalid += u64::from(errors > 0);
        self.errors += errors;
        self.warnings += body.count(Severity::Warning);
        self.notes += body.count(Severity::Note);
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Counts) {
        self.bodies += other.bodies;
        self.invalid += other.invalid;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
        self.invalid_signatures += other.invalid_signatures;
        self.missing_signatures += other.missing_signatures;
    }
}

/// The result of validating all bodies.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The numbers.
    pub counts: Counts,
    /// Inputs that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// How many bodies there are of each event, most frequent first.
    pub events: Vec<(String, u64)>,
    /// The findings of which not all were shown.
    pub repeated: Vec<RepeatedFinding>,
    /// Folders that were found and not searched.
    pub skipped_folders: u64,
    /// Files that were found and not read.
    pub skipped_files: u64,
}

/// Something to be said on stdout, by family.
#[derive(Debug)]
pub enum Message<'a> {
    /// What `validate` found.
    Validate(ValidateMessage<'a>),
    /// A part of the catalogue, a rule or a setting.
    Catalogue(CatalogueMessage<'a>),
    /// What was sent, and what came back.
    Send(SendMessage<'a>),
    /// What was received.
    Listen(ListenMessage<'a>),
    /// How an endpoint was judged.
    Test(TestMessage<'a>),
    /// Whether signatures are right.
    Verify(VerifyMessage<'a>),
    /// What was recorded.
    Log(LogMessage<'a>),
}

/// What `validate` found.
#[derive(Debug)]
pub enum ValidateMessage<'a> {
    /// A body was validated.
    Body(Body<'a>),
    /// All bodies were validated.
    Summary(&'a Summary),
}

/// A part of the catalogue, a rule or a setting.
#[derive(Debug)]
pub enum CatalogueMessage<'a> {
    /// An event of the catalogue, in a list.
    Event(Entry<'a>),
    /// An event of the catalogue, in full.
    EventPage(Entry<'a>, Form),
    /// A scenario, in a list.
    Scenario(&'a str, &'a Scenario),
    /// A scenario, step by step.
    ScenarioPage(&'a Provider, &'a Scenario),
    /// A rule of the linter, in a list.
    Rule(Rule, Option<Severity>),
    /// A rule of the linter, with its documentation.
    RulePage(Rule, Option<Severity>),
    /// A case of `test`, in a list.
    Case(Case),
    /// A case of `test`, with its documentation.
    CasePage(Case),
    /// A cause that `test` names, with the documentation of the case that finds it.
    CausePage(&'a str, &'a str, Case),
    /// A reason that a signature is wrong, with its meaning.
    ReasonPage(Reason),
    /// A setting.
    Setting(&'a Setting),
}

impl CatalogueMessage<'_> {
    /// Whether it is an entry of a list.
    pub(crate) fn is_entry(&self) -> bool {
        matches!(self, Self::Rule(..) | Self::Case(_))
    }
}

/// What was sent, and what came back.
#[derive(Debug)]
pub enum SendMessage<'a> {
    /// A sequence is about to be sent.
    Heading(&'a SendHeading<'a>),
    /// A delivery was sent.
    Delivered(&'a Delivered<'a>),
    /// The built-in receiver got a delivery.
    Seen(&'a Seen),
    /// A pause before the next attempt.
    Wait(Wait),
    /// All deliveries were sent.
    Totals(&'a Totals),
    /// The burst has ended.
    Burst(&'a BurstTotals<'a>),
}

/// What was received.
#[derive(Debug)]
pub enum ListenMessage<'a> {
    /// The listener accepts connections.
    Ready(&'a Ready),
    /// The page that shows recorded deliveries is ready at this link.
    Inspecting(&'a str),
    /// A delivery was received.
    Arrived(&'a ReceivedDelivery<'a>),
    /// A request was rejected.
    TurnedAway(&'a RefusedRequest<'a>),
    /// This many deliveries were not shown.
    Skipped(u64),
    /// A note among the deliveries.
    Note(&'a str),
    /// The deliveries below arrived on this day.
    Day(&'a str),
    /// The listener has ended.
    Listened(&'a ListenTotals),
}

/// How an endpoint was judged.
#[derive(Debug)]
pub enum TestMessage<'a> {
    /// The cases are about to run.
    Started(&'a TestSubject),
    /// All cases of a group were judged.
    Group(&'a str, VerdictCounts),
    /// The run is over.
    Finished(&'a TestReport),
    /// A case, in a list.
    Listed(&'a ListedCase),
}

/// Whether signatures are right.
#[derive(Debug)]
pub enum VerifyMessage<'a> {
    /// A delivery was checked.
    Verified(&'a VerifiedDelivery<'a>),
    /// All deliveries were checked.
    Totals(&'a VerifyTotals),
}

/// What was recorded.
#[derive(Debug)]
pub enum LogMessage<'a> {
    /// The deliveries below are from this file, the first or another.
    Source(&'a str, bool),
    /// The deliveries below are of this day.
    Day(&'a str),
    /// A delivery, in one line.
    Line(&'a LoggedDelivery<'a>),
    /// All of a delivery.
    Whole(&'a WholeDelivery<'a>),
    /// What changed between two deliveries.
    Changes(&'a LoggedChanges),
    /// All deliveries were read.
    Totals(&'a LogTotals),
}

/// Renders messages in one format.
pub trait Report: Send + Sync {
    /// Written before the first message.
    fn start(&self, _out: &mut Vec<u8>) {}

    /// Renders one message.
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>);

    /// Wraps the rendered bodies of one source.
    fn group(&self, _source: &str, _counts: &Counts, _rendered: &mut Vec<u8>) {}

    /// Whether findings that come again and again are left out after the first few.
    fn folds(&self) -> bool {
        false
    }

    /// Written between two pieces that were rendered separately.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// The report of a format.
pub fn report(format: impl Into<AnyFormat>, style: Style) -> Box<dyn Report> {
    use AnyFormat::{Common, Findings, Test};
    match format.into() {
        Common(Format::Human) | Findings(FindingsFormat::Human) | Test(TestFormat::Human) => {
            Box::new(human::Human::new(style))
        }
        Common(Format::Json) | Findings(FindingsFormat::Json) | Test(TestFormat::Json) => {
            Box::new(json::Json)
        }
        Findings(FindingsFormat::Sarif) | Test(TestFormat::Sarif) => Box::new(sarif::Sarif),
        Findings(FindingsFormat::Github) | Test(TestFormat::Github) => Box::new(github::Github),
        Findings(FindingsFormat::Junit) => Box::new(junit::Junit {
            command: "validate",
        }),
        Test(TestFormat::Junit) => Box::new(junit::Junit { command: "test" }),
        Test(TestFormat::Html) => Box::new(html::Html),
    }
}
