//! How everything looks: the only module that writes for people or machines.
//!
//! Commands say what happened as a [`Message`]; one trait, [`Report`], renders it. Rendering goes to a buffer, so that
//! several threads can render at once and their results be written in order.

mod frame;
mod github;
mod human;
mod json;
mod junit;
mod listened;
mod page;
mod paint;
mod place;
mod progress;
mod request;
mod sarif;
mod sent;

pub use listened::{
    Arrived, Change, Forwarded, ListenTotals, MarksSeen, Ready, Shown, SignatureSeen, TurnedAway,
};
pub use paint::{ColorChoice, Paint, colour_for};
pub use place::{Excerpt, Place};
pub use progress::Progress;
pub use request::{Connect, RequestForm, ShownRequest, Takes, requests};
pub use sent::{BurstTotals, Delivered, Seen, Sending, Totals, Wait};

use crate::catalogue::Entry;
use crate::catalogue::manifest::{Form, Scenario};
use crate::config::Setting;
use crate::error::{Error, Unreadable};
use crate::lint::{self, Finding, LintedBody, Rule, Severity};
use crate::sanitize::{visible, visible_lines};

/// How most commands print their results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// NDJSON, one object per line.
    Json,
}

/// How `validate` prints its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsFormat {
    /// Code frames and a summary.
    Human,
    /// NDJSON, one object per line.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub Actions run.
    Github,
    /// JUnit XML, one test case per body.
    Junit,
}

impl From<Format> for FindingsFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Json => Self::Json,
        }
    }
}

/// How results are rendered, beyond their format.
#[derive(Clone, Debug)]
pub struct Style {
    /// Colours or none.
    pub paint: Paint,
    /// The columns of the terminal.
    pub width: usize,
    /// Say what is all right, too.
    pub verbose: bool,
}

/// A body that was validated.
#[derive(Debug)]
pub struct Body<'a> {
    /// The file as the user named it, or `<stdin>`.
    pub source: &'a str,
    /// Its 1-based number within the source.
    pub record: u64,
    /// Where it begins in its text.
    pub start: usize,
    /// Whose it is.
    pub provider: Option<&'a str>,
    /// The event's name within the provider.
    pub event: Option<&'a str>,
    /// In which of its forms it came.
    pub form: Option<Form>,
    /// What is wrong, in the order of the text.
    pub findings: &'a [Finding],
    /// How many more of each severity there are, which were not kept.
    pub dropped: [u64; 3],
    /// The text, for places and code frames.
    pub excerpt: &'a Excerpt<'a>,
}

impl<'a> Body<'a> {
    /// One of the bodies of a delivery that came.
    pub fn received(record: u64, found: &'a LintedBody<'a>, excerpt: &'a Excerpt<'a>) -> Self {
        Self::of("<received>", record, found, excerpt)
    }

    /// What was found in a body of that source.
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
        Some(format!("{}/{}", self.provider?, self.event?))
    }

    /// How many findings are of that severity, kept or not.
    pub fn count(&self, severity: Severity) -> u64 {
        lint::count(self.findings, &self.dropped, severity)
    }
}

/// How many bodies and findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All bodies.
    pub bodies: u64,
    /// Those that have an error.
    pub invalid: u64,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are notes.
    pub notes: u64,
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

    /// Counts the bodies of another count, too.
    pub fn merge(&mut self, other: &Counts) {
        self.bodies += other.bodies;
        self.invalid += other.invalid;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
    }
}

/// What all bodies came to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The numbers.
    pub counts: Counts,
    /// Sources that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// How often each event came, the most frequent first.
    pub events: Vec<(String, u64)>,
}

/// Something to be said on stdout.
#[derive(Debug)]
pub enum Message<'a> {
    /// A body was validated.
    Body(Body<'a>),
    /// That was the last body.
    Summary(&'a Summary),
    /// An entry of the catalogue, in a list.
    Event(Entry<'a>),
    /// An entry of the catalogue, with everything that is known of it.
    EventPage(Entry<'a>, Form),
    /// A life cycle, in a list.
    Scenario(&'a str, &'a Scenario),
    /// A rule of the linter, in a list.
    Rule(Rule, Option<Severity>),
    /// A rule of the linter, with its page.
    RulePage(Rule, Option<Severity>),
    /// An effective value of the configuration.
    Setting(&'a Setting),
    /// A delivery is about to be sent.
    Sending(Sending<'a>),
    /// A delivery was sent.
    Delivered(&'a Delivered<'a>),
    /// Our own receiver got a delivery.
    Seen(&'a Seen),
    /// A pause before the next attempt.
    Wait(Wait),
    /// That was the last delivery.
    Totals(&'a Totals),
    /// That was the burst.
    Burst(&'a BurstTotals<'a>),
    /// Whoever connects is answered.
    Ready(&'a Ready),
    /// A delivery came.
    Arrived(&'a Arrived<'a>),
    /// A request was turned away.
    TurnedAway(&'a TurnedAway<'a>),
    /// So many deliveries were not shown.
    Skipped(u64),
    /// Something to know beside the deliveries that come.
    Note(&'a str),
    /// That was the last delivery that came.
    Listened(&'a ListenTotals),
}

/// Renders messages in one format.
pub trait Report: Send + Sync {
    /// What stands before the first message.
    fn start(&self, _out: &mut Vec<u8>) {}

    /// Renders one message.
    fn message(&self, message: &Message<'_>, out: &mut Vec<u8>);

    /// Puts around the rendered bodies of one source what belongs there.
    fn group(&self, _source: &str, _counts: &Counts, _rendered: &mut Vec<u8>) {}

    /// What stands between two pieces that were rendered apart from each other.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// The report of a format.
pub fn report(format: impl Into<FindingsFormat>, style: Style) -> Box<dyn Report> {
    match format.into() {
        FindingsFormat::Human => Box::new(human::Human::new(style)),
        FindingsFormat::Json => Box::new(json::Json),
        FindingsFormat::Sarif => Box::new(sarif::Sarif),
        FindingsFormat::Github => Box::new(github::Github),
        FindingsFormat::Junit => Box::new(junit::Junit),
    }
}

/// An error of the tool itself, with what to try next.
pub fn error(error: &Error, paint: Paint) -> String {
    let mut text = format!(
        "{} {}\n",
        paint.error("error:"),
        visible_lines(&error.to_string())
    );
    if let Some(hint) = error.hint() {
        text += &format!("{} {}\n", paint.name("hint:"), visible_lines(&hint));
    }
    text
}

/// Something to know beside the results.
pub fn note(text: &str, paint: Paint) -> String {
    format!("{} {}\n", paint.name("note:"), visible(text))
}
