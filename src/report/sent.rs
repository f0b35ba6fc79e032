//! What can be said of deliveries that were sent, received by ourselves, or waited for.
//!
//! Separate from the other messages because only sending has them; each format renders them beside its own.

use crate::http::{Header, Sent};
use crate::outbound::Tally;
use hdrhistogram::Histogram;
use std::time::Duration;

/// A delivery that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// Its id, which does not travel; attempts and duplicates share it.
    pub id: &'a str,
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// Where it goes, as anybody may see it.
    pub target: &'a str,
    /// The receiver there is our own.
    pub built_in: bool,
    /// Its place in a sequence, and how many there are.
    pub step: Option<(usize, usize)>,
    /// It was sent before, so many times.
    pub copy: u32,
    /// How it is signed.
    pub scheme: &'static str,
    /// The header that carries the signature.
    pub signature: Option<&'a Header>,
    /// The length of the body.
    pub bytes: usize,
}

/// A delivery that was sent.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// What was sent.
    pub sending: Sending<'a>,
    /// Which attempt this was, from 1 on.
    pub attempt: u32,
    /// What came of it.
    pub sent: &'a Sent,
    /// Whether the provider would count it as accepted.
    pub accepted: bool,
    /// Why not, or why there was no answer.
    pub reason: Option<String>,
    /// What to try next.
    pub hint: Option<String>,
}

/// What our own receiver made of a delivery.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The verdict on its signature.
    pub signature: &'static str,
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
}

/// A pause before the next attempt.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The attempt that comes then, and how many there are at most.
    pub attempt: (u32, u32),
    /// How long the provider would wait.
    pub real: Duration,
    /// How long is waited.
    pub waited: Duration,
}

/// What a run of `send` came to.
#[derive(Clone, Debug)]
pub struct Totals {
    /// Deliveries, attempts counted one by one.
    pub sent: u64,
    /// Those that the provider would count as accepted.
    pub accepted: u64,
    /// Those that were answered otherwise.
    pub refused: u64,
    /// Those without an answer.
    pub failed: u64,
    /// From the first to the last.
    pub elapsed: Duration,
    /// In microseconds.
    pub latency: Histogram<u64>,
    /// Somebody ended it before its time.
    pub interrupted: bool,
}

/// What a burst came to.
#[derive(Debug)]
pub struct BurstTotals<'a> {
    /// The canonical name of its event.
    pub event: Option<&'a str>,
    /// Where it went, as anybody may see it.
    pub target: &'a str,
    /// Counts, statuses and times.
    pub tally: &'a Tally,
    /// How long was waited for an answer at most.
    pub limit: Duration,
    /// Statuses that the provider counts as accepted.
    pub success: &'a [u16],
    /// The length of one body.
    pub bytes: usize,
    /// How many a second were wanted.
    pub rate: Option<f64>,
    /// How many our own receiver found good, where it was the target.
    pub verified: Option<u64>,
}

impl BurstTotals<'_> {
    /// Everything that was sent, accepted, answered otherwise, and not answered.
    pub fn counts(&self) -> (u64, u64, u64, u64) {
        let accepted = |status: &u16| self.success.contains(status);
        let answered: u64 = self.tally.statuses.values().sum();
        let good: u64 = self
            .tally
            .statuses
            .iter()
            .filter(|(status, _)| accepted(status))
            .map(|(_, count)| count)
            .sum();
        let failed: u64 = self.tally.faults.values().sum();
        (answered + failed, good, answered - good, failed)
    }

    /// Deliveries a second, over the whole time.
    pub fn per_second(&self) -> f64 {
        let (sent, ..) = self.counts();
        per_second(sent, self.tally.elapsed)
    }
}

/// So many in that time, a second.
pub(super) fn per_second(count: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}
