//! What can be said of deliveries that came.
//!
//! Separate from the other messages because only receiving has them; each format renders them beside its own.

use crate::http::{Header, Refused};
use crate::lint::{self, Severity};
use crate::signature::diagnose::Diagnosis;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// The port is taken, and whoever connects is answered.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The real address.
    pub address: SocketAddr,
    /// The file in which deliveries are written down.
    pub journal: Option<String>,
}

/// A delivery that came, and what became of it.
#[derive(Debug)]
pub struct Arrived<'a> {
    /// Its id, which did not travel.
    pub id: &'a str,
    /// When its last byte had come, to the millisecond.
    pub received_at: &'a str,
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// In order, with repeats.
    pub headers: &'a [Header],
    /// Who sent it.
    pub remote: SocketAddr,
    /// What was found of its signature.
    pub signature: SignatureSeen<'a>,
    /// For each of its bodies what was found in it; more than one where it is a list.
    pub bodies: &'a [lint::LintedBody<'static>],
    /// What the body says.
    pub text: &'a [u8],
    /// The length of the body as it came.
    pub bytes: usize,
    /// It came compressed.
    pub compressed: bool,
    /// What came before.
    pub marks: MarksSeen<'a>,
    /// What it was answered; nothing where the connection was reset.
    pub status: Option<u16>,
    /// From the last byte that came to the answer.
    pub latency: Duration,
    /// Where it was passed on to; the first one's answer went back.
    pub forwarded: &'a [Forwarded],
    /// Why it is not in the journal, where it should be.
    pub not_written: Option<&'a str>,
    /// How much of the body is shown.
    pub shown: Shown<'a>,
    /// The fields in which stars stand in place of secrets.
    pub masked: Vec<&'static str>,
}

impl Arrived<'_> {
    /// The canonical name of the event, where it was recognised.
    pub fn event(&self) -> Option<String> {
        let first = self.bodies.first()?;
        Some(format!("{}/{}", first.provider?, first.event?))
    }

    /// Whether nothing speaks against it: neither the signature, where it was checked, nor the body.
    pub fn is_good(&self) -> bool {
        matches!(self.signature.verdict, "valid" | "unchecked") && self.count(Severity::Error) == 0
    }

    /// How many findings are of that severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.bodies.iter().map(|found| found.count(severity)).sum()
    }
}

/// What was found of a signature.
#[derive(Clone, Copy, Debug)]
pub struct SignatureSeen<'a> {
    /// The verdict.
    pub verdict: &'static str,
    /// The scheme that it was checked by.
    pub scheme: &'static str,
    /// Why it is not valid.
    pub diagnosis: Option<&'a Diagnosis>,
}

/// What came before a delivery.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarksSeen<'a> {
    /// The id of the one that was the same, and when it came.
    pub duplicate_of: Option<(&'a str, &'a str)>,
    /// The event that came earlier though it happened later.
    pub out_of_order: Option<&'a str>,
    /// The event after which nothing should happen any more.
    pub after_end: Option<&'a str>,
}

/// How much of a body is shown.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// All of it.
    Full,
    /// What differs from the delivery before about the same thing.
    Changed(&'a [Change]),
    /// Nothing.
    Nothing,
}

/// A value that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands.
    pub pointer: String,
    /// What stood there, as JSON.
    pub before: Option<String>,
    /// What stands there now.
    pub now: Option<String>,
}

/// What came of a delivery that was passed on.
#[derive(Clone, Debug)]
pub struct Forwarded {
    /// Where it went.
    pub target: String,
    /// The status, or why there was none.
    pub outcome: Result<u16, String>,
    /// How long that took; nothing where it was not even tried.
    pub latency: Option<Duration>,
}

/// A request that was turned away.
#[derive(Clone, Debug)]
pub struct TurnedAway<'a> {
    /// What is known of it.
    pub refused: &'a Refused,
    /// When it came, to the millisecond.
    pub at: &'a str,
}

/// What all deliveries came to.
#[derive(Clone, Debug, Default)]
pub struct ListenTotals {
    /// By provider and event: all, and those that were good.
    pub events: BTreeMap<Option<(&'static str, &'static str)>, (u64, u64)>,
    /// By verdict on the signature.
    pub signatures: BTreeMap<&'static str, u64>,
    /// All.
    pub deliveries: u64,
    /// Signed as they should be, and as their schema says.
    pub valid: u64,
    /// Those that had come before.
    pub duplicates: u64,
    /// Those that came too late.
    pub out_of_order: u64,
    /// Those that came after an end.
    pub after_end: u64,
    /// Requests that were turned away.
    pub refused: u64,
    /// Those that could not be written down.
    pub not_written: u64,
    /// The longest that a sender waited, and for what.
    pub slowest: Option<(Duration, Option<(&'static str, &'static str)>)>,
    /// How long was listened.
    pub elapsed: Duration,
    /// Events that were waited for and did not come.
    pub missing: Vec<String>,
    /// A signal ended it.
    pub interrupted: bool,
}
