//! What `listen` has to say: that it is ready, what arrived, what was rejected, and the summary.

use crate::catalogue::manifest::Manifest;
use crate::http::{Header, Refused};
use crate::lint::{LintedBody, Severity};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::Diagnosis;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// The listener accepts connections.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The real address, also where any free port was asked for.
    pub address: SocketAddr,
    /// The file that deliveries are recorded to.
    pub journal: Option<String>,
    /// The link to the page that shows deliveries.
    pub inspector: Option<String>,
    /// What people are told of how it listens; nothing where only problems are shown.
    pub details: Option<ListenDetails>,
}

/// How the listener was set up, without secrets.
#[derive(Clone, Debug)]
pub struct ListenDetails {
    /// The local date at the start, with the zone of all times.
    pub day: String,
    /// The patterns of the events to forward, and where to.
    pub forwards: Vec<(Vec<String>, String)>,
    /// Bad deliveries are rejected.
    pub strict: bool,
    /// The patterns of the events to show; all if empty.
    pub filter: Vec<String>,
    /// The providers, each with the place of its secret; none for the built-in test secret.
    pub secrets: Vec<(String, Option<String>)>,
}

/// A delivery that arrived and was answered, without the secrets in it.
#[derive(Debug)]
pub struct ReceivedDelivery<'a> {
    /// Its number in the journal; without a journal, among all deliveries of the run. Nothing where it was not recorded.
    pub number: Option<u64>,
    /// Its id, which is the listener's own; empty for people who do not want everything.
    pub id: String,
    /// When it arrived, to the millisecond in UTC; empty for people.
    pub received_at: String,
    /// When it arrived, on a local clock; empty for machines.
    pub clock: String,
    /// The name of the order that it is about, for people.
    pub order: Option<String>,
    /// The price, or what has to be or was paid, with its currency, for people; behind it what was paid where that is not
    /// what is due.
    pub amount: Option<String>,
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: Cow<'a, str>,
    /// In order, with repeats; empty for people who do not want everything.
    pub headers: Vec<Header>,
    /// The sender's address.
    pub remote: SocketAddr,
    /// The verdict on the signature.
    pub signature: SignatureVerdict,
    /// The scheme that it was verified by.
    pub scheme: &'static str,
    /// Why it is not valid.
    pub diagnosis: Option<Diagnosis>,
    /// The findings of each body; several where the body is a list.
    pub bodies: Cow<'a, [LintedBody<'static>]>,
    /// The body, decompressed.
    pub text: Cow<'a, [u8]>,
    /// The length of the body as it was sent.
    pub bytes: usize,
    /// It was sent compressed.
    pub compressed: bool,
    /// The earlier delivery that it repeats.
    pub duplicate_of: Option<OriginalDelivery>,
    /// The earlier delivery with the same id and another body.
    pub same_id_as: Option<OriginalDelivery>,
    /// An event that arrived earlier but happened later.
    pub out_of_order: Option<&'a str>,
    /// A final event that arrived earlier: nothing should follow it.
    pub after_end: Option<&'a str>,
    /// The answer's status; `None` where there was none.
    pub status: Option<u16>,
    /// Why there was none.
    pub no_answer: Option<NoAnswer>,
    /// From the request's last byte to the answer.
    pub latency: Duration,
    /// Where it was forwarded to; the first target's answer was relayed to the sender.
    pub forwarded: Cow<'a, [Forwarded]>,
    /// Why it could not be recorded.
    pub not_written: Option<&'a str>,
    /// How much of the body is shown.
    pub shown: Shown,
    /// The answer, where all of the request and the answer is shown to people.
    pub exchange: Option<ShownExchange>,
    /// The fields in which secrets are replaced by stars.
    pub masked: Vec<&'static str>,
}

impl ReceivedDelivery<'_> {
    /// The canonical name of the event, where it was recognised.
    pub fn event(&self) -> Option<String> {
        let first = self.bodies.first()?;
        Some([first.provider?, "/", first.event?].concat())
    }

    /// Whether the signature is valid, or was not checked, and the body has no errors.
    pub fn is_good(&self) -> bool {
        self.signature.is_acceptable() && self.count(Severity::Error) == 0
    }

    /// How many findings have that severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.bodies.iter().map(|body| body.count(severity)).sum()
    }
}

/// What is shown beside the request, where a person wants everything.
#[derive(Debug)]
pub struct ShownExchange {
    /// The answer; nothing where there was none.
    pub answer: Option<GivenAnswer>,
}

/// An answer that was given to a delivery, without the secrets in it.
#[derive(Debug)]
pub struct GivenAnswer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a delivery got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection was reset, as was asked for.
    Reset,
    /// The sender had disconnected.
    Disconnected,
    /// The listener was stopped.
    Stopped,
}

impl NoAnswer {
    /// The name in the journal and for machines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Disconnected => "disconnected",
            Self::Stopped => "stopped",
        }
    }
}

/// The first of several deliveries that are the same, or have the same id.
#[derive(Clone, Debug, Default)]
pub struct OriginalDelivery {
    /// Its id; empty for people.
    pub id: String,
    /// When it arrived on a local clock, with the date if that is another; empty for machines.
    pub clock: String,
}

/// How much of a body is shown.
#[derive(Clone, Debug)]
pub enum Shown {
    /// All of it.
    Full,
    /// The lines that matter to people, as the provider's facts tell; without a provider its first lines.
    Folded(Option<&'static Manifest>),
    /// The differences from the previous delivery about the same object.
    Changed(Vec<Change>),
    /// Nothing.
    Nothing,
}

/// A value that was added, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its JSON pointer.
    pub pointer: String,
    /// The old value, as JSON; `None` where it was added.
    pub before: Option<String>,
    /// The new value; `None` where it was removed.
    pub now: Option<String>,
    /// Where it is part of an object or a list that only one of the bodies has: how much of the pointer leads there.
    pub within: Option<usize>,
}

/// The outcome of forwarding a delivery.
#[derive(Clone, Debug)]
pub struct Forwarded {
    /// The URL.
    pub target: String,
    /// The status of the answer, or why there was none.
    pub outcome: Result<u16, String>,
    /// How long it took; `None` where the delivery was not sent at all.
    pub latency: Option<Duration>,
}

impl Forwarded {
    /// Whether the target accepted it.
    pub fn is_good(&self) -> bool {
        matches!(self.outcome, Ok(200..=299))
    }
}

/// A request that was rejected.
#[derive(Clone, Debug)]
pub struct RefusedRequest<'a> {
    /// What is known of it.
    pub refused: &'a Refused,
    /// When it arrived, to the millisecond in UTC.
    pub at: &'a str,
    /// The same on a local clock.
    pub clock: &'a str,
}

/// The summary.
#[derive(Clone, Debug, Default)]
pub struct ListenTotals {
    /// By provider and event: all deliveries, and the valid ones.
    pub events: BTreeMap<Option<(&'static str, &'static str)>, (u64, u64)>,
    /// Deliveries by the verdict on their signature.
    pub signatures: BTreeMap<SignatureVerdict, u64>,
    /// All deliveries.
    pub deliveries: u64,
    /// Deliveries with a valid signature and a valid body.
    pub valid: u64,
    /// Deliveries that repeat an earlier one.
    pub duplicates: u64,
    /// Deliveries with the id of an earlier one and another body.
    pub same_id: u64,
    /// Deliveries that arrived after a later event.
    pub out_of_order: u64,
    /// Deliveries that arrived after a final event.
    pub after_end: u64,
    /// Requests that were rejected.
    pub refused: u64,
    /// Deliveries that could not be recorded.
    pub not_written: u64,
    /// Deliveries that got no answer.
    pub unanswered: u64,
    /// Forwards that got no answer, or were not tried.
    pub forwards_failed: u64,
    /// Forwards that the target did not accept, by the status of its answer.
    pub forwards_rejected: BTreeMap<u16, u64>,
    /// The slowest answer, and the event it was for.
    pub slowest: Option<(Duration, Option<(&'static str, &'static str)>)>,
    /// How long the listener ran.
    pub elapsed: Duration,
    /// Events of `--until` that did not arrive.
    pub missing: Vec<String>,
    /// The deadline ended it before a delivery arrived that is shown.
    pub none_arrived: bool,
    /// A signal ended it.
    pub interrupted: bool,
}
