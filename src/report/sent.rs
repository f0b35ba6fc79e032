//! The messages of `send` and `replay`: what was sent, what came of it, and the totals.

use super::sent_order::SentOrder;
use crate::http::{Delivery, Fault, Header, Sent};
use crate::signature::SignatureVerdict;
use crate::signature::diagnose::{Diagnosis, HandlerMistake};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::time::Duration;

/// What it means that an endpoint accepts a delivery that is not genuine.
pub const FORGED_ACCEPTED: &str =
    "your endpoint accepts forged deliveries: anyone can tell it that an order is paid";

/// How much `send` and `replay` show to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Only what is wrong.
    Quiet,
    /// A line for each delivery, and what is wrong.
    #[default]
    Usual,
    /// Also requests and answers.
    Verbose,
}

/// What a run is about to send.
#[derive(Clone, Debug)]
pub struct SendHeading<'a> {
    /// The scenario, the event, or how many deliveries.
    pub title: String,
    /// Where the deliveries go, without secrets.
    pub targets: Vec<String>,
    /// The target is the built-in receiver.
    pub built_in: bool,
    /// The event of each delivery, and how often it was sent before.
    pub events: Vec<(&'a str, u32)>,
    /// The order that all deliveries are about.
    pub order: Option<SentOrder>,
    /// What each body says about its order, as far as that is known in advance.
    pub orders: Vec<SentOrder>,
    /// Why nothing signs the first delivery.
    pub unsigned: Option<&'static str>,
}

/// A delivery that is sent.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// Its id, which does not travel; attempts and duplicates share it.
    pub id: &'a str,
    /// The id that `replay --id` finds it by where it was recorded.
    pub recorded_id: Option<&'a str>,
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// Where it goes, without secrets.
    pub target: &'a str,
    /// Its number in the run, from 1 on, and how many there are.
    pub place: (usize, usize),
    /// How often it was sent before.
    pub copy: u32,
    /// The order that it is about.
    pub order: &'a SentOrder,
    /// How it is signed.
    pub scheme: &'static str,
    /// The verdict on its signature when it was recorded.
    pub recorded_signature: Option<SignatureVerdict>,
    /// Why it is known not to be genuine.
    pub forged: Option<&'a str>,
    /// The header that carries the signature.
    pub signature: Option<&'a Header>,
    /// Why nothing signs it.
    pub unsigned: Option<&'static str>,
    /// The length of the body.
    pub bytes: usize,
    /// The request, without secrets, where it is shown.
    pub request: Option<&'a Delivery>,
}

/// A delivery that was sent.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// What was sent.
    pub sending: Sending<'a>,
    /// The number of the attempt, from 1 on.
    pub attempt: u32,
    /// What came of it.
    pub sent: &'a Sent,
    /// Whether the provider accepts the answer.
    pub accepted: bool,
    /// Whether it is what the endpoint should answer.
    pub as_expected: bool,
    /// Why not, or why there was no answer.
    pub reason: Option<&'a str>,
    /// What to try next.
    pub hint: Option<&'a str>,
    /// What the endpoint's handler does wrong, where it was asked.
    pub why: Option<&'a HandlerMistake>,
}

/// What the built-in receiver found in a delivery.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The verdict on its signature.
    pub signature: SignatureVerdict,
    /// The scheme that it was checked by.
    pub scheme: &'static str,
    /// The canonical name of its event, where it was recognised.
    pub event: Option<String>,
    /// Findings that are errors.
    pub errors: u64,
    /// Findings that are warnings.
    pub warnings: u64,
    /// Findings that are notes.
    pub notes: u64,
    /// What is answered.
    pub status: u16,
    /// Why the signature is not valid.
    pub diagnosis: Option<Diagnosis>,
    /// What differs, where it is a digest.
    pub digests: Option<ShortDigests>,
}

impl Seen {
    /// Whether there is nothing to say about signature and body.
    pub fn is_good(&self) -> bool {
        let signed = self.signature == SignatureVerdict::Valid && self.event.is_some();
        signed && self.errors + self.warnings + self.notes == 0
    }
}

/// A wrong digest and the right one, both shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortDigests {
    /// The one that was received.
    pub received: String,
    /// The right one.
    pub expected: String,
}

/// A pause before the next attempt.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The number of the next attempt, and how many there are at most.
    pub attempt: (u32, u32),
    /// How long the provider waits.
    pub real: Duration,
    /// How long this run waits.
    pub waited: Duration,
}

/// The totals of a sequence.
#[derive(Clone, Debug)]
pub struct Totals {
    /// Deliveries, attempts counted one by one.
    pub sent: u64,
    /// Those that the provider accepts.
    pub accepted: u64,
    /// Those with another answer.
    pub refused: u64,
    /// Those without an answer.
    pub failed: u64,
    /// Captured deliveries that could not be sent.
    pub skipped: u64,
    /// Deliveries that the run ended before.
    pub not_sent: u64,
    /// Those that were answered as they should be, where that is not the same as accepted.
    pub as_expected: Option<u64>,
    /// From the start to the end.
    pub elapsed: Duration,
    /// In microseconds.
    pub latency: Histogram<u64>,
    /// Ctrl-C ended it early.
    pub interrupted: bool,
}

impl Default for Totals {
    fn default() -> Self {
        // To three digits. It starts small: one for an hour takes longer to set up than a delivery.
        let latency = Histogram::new(3).expect("three digits are possible");
        Self {
            sent: 0,
            accepted: 0,
            refused: 0,
            failed: 0,
            skipped: 0,
            not_sent: 0,
            as_expected: None,
            elapsed: Duration::ZERO,
            latency,
            interrupted: false,
        }
    }
}

impl Totals {
    /// Counts one attempt.
    pub fn add(&mut self, delivered: &Delivered<'_>) {
        let before = self.as_expected.or(Some(self.accepted));
        if self.as_expected.is_some() || delivered.as_expected != delivered.accepted {
            self.as_expected = before.map(|count| count + u64::from(delivered.as_expected));
        }
        self.sent += 1;
        match &delivered.sent.outcome {
            Ok(_) if delivered.accepted => self.accepted += 1,
            Ok(_) => self.refused += 1,
            Err(_) => self.failed += 1,
        }
        if delivered.sent.outcome.is_ok() {
            let micros = delivered.sent.latency.as_micros();
            let micros = u64::try_from(micros).unwrap_or(u64::MAX);
            // It grows as far as an hour on every machine.
            let _ = self.latency.record(micros.min(3_600_000_000));
        }
    }
}

/// The totals of a burst.
#[derive(Debug)]
pub struct BurstTotals<'a> {
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// Where it went, without secrets.
    pub target: &'a str,
    /// How often each status came.
    pub statuses: &'a BTreeMap<u16, u64>,
    /// How often there was no answer, by reason.
    pub faults: &'a BTreeMap<Fault, u64>,
    /// In microseconds, without those that had no answer.
    pub latency: &'a Histogram<u64>,
    /// How late each delivery was sent, in nanoseconds, where a rate was kept.
    pub late: Option<&'a Histogram<u64>>,
    /// From the start to the last answer.
    pub elapsed: Duration,
    /// Ctrl-C ended it early.
    pub interrupted: bool,
    /// The longest wait for an answer.
    pub limit: Duration,
    /// Statuses that the provider accepts.
    pub success: &'a [u16],
    /// The length of one body.
    pub bytes: usize,
    /// The target rate, per second.
    pub rate: Option<f64>,
    /// How many the built-in receiver verified and found valid, where it was the target.
    pub verified: Option<u64>,
    /// What to try next.
    pub hint: Option<&'a str>,
}

impl BurstTotals<'_> {
    /// How many were sent, accepted, refused, and failed.
    pub fn counts(&self) -> (u64, u64, u64, u64) {
        let accepted = |status: &u16| self.success.contains(status);
        let answered: u64 = self.statuses.values().sum();
        let good: u64 = self
            .statuses
            .iter()
            .filter(|(status, _)| accepted(status))
            .map(|(_, count)| count)
            .sum();
        let failed: u64 = self.faults.values().sum();
        (answered + failed, good, answered - good, failed)
    }

    /// How many were answered with such a status.
    pub fn count(&self, is_such: impl Fn(u16) -> bool) -> u64 {
        let such = self.statuses.iter().filter(|(status, _)| is_such(**status));
        such.map(|(_, count)| count).sum()
    }

    /// Deliveries a second, over the whole time.
    pub fn per_second(&self) -> f64 {
        let (sent, ..) = self.counts();
        per_second(sent, self.elapsed)
    }
}

/// How many per second.
pub(super) fn per_second(count: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}
