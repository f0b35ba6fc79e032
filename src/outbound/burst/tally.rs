//! Counts the outcomes of a burst.

use super::load::Load;
use crate::http::Fault;
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::time::Duration;

/// The outcomes of a burst.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The number of answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// The number of failures by reason.
    pub faults: BTreeMap<Fault, u64>,
    /// From the moment a delivery was due to its answer, in microseconds; failures are left out.
    pub latency: Histogram<u64>,
    /// From the moment a delivery was due to its start, in nanoseconds; only with a rate.
    pub late: Option<Histogram<u64>>,
    /// From the first delivery to the last answer.
    pub elapsed: Duration,
    /// Ctrl-C ended it early.
    pub interrupted: bool,
}

/// The longest time that is recorded exactly.
const LONGEST: Duration = Duration::from_secs(3_600);

impl Tally {
    pub(super) fn new(has_rate: bool) -> Self {
        // Three digits: two runs differ by more than a thousandth.
        let histogram =
            |longest| Histogram::new_with_max(longest, 3).expect("these bounds are valid");
        Self {
            statuses: BTreeMap::new(),
            faults: BTreeMap::new(),
            latency: histogram(microseconds(LONGEST)),
            late: has_rate.then(|| histogram(nanoseconds(LONGEST))),
            elapsed: Duration::ZERO,
            interrupted: false,
        }
    }

    /// The tally of an endpoint that could not be reached: one delivery, which failed.
    pub fn failed(fault: Fault, load: Load) -> Self {
        let mut tally = Self::new(load.rate.is_some());
        tally.fault(fault, 1);
        tally
    }

    /// Counts an answer.
    pub(super) fn answer(&mut self, status: u16, latency: Duration) {
        self.latency.saturating_record(microseconds(latency));
        *self.statuses.entry(status).or_default() += 1;
    }

    /// Counts failures.
    pub(super) fn fault(&mut self, fault: Fault, count: u64) {
        *self.faults.entry(fault).or_default() += count;
    }

    /// Records how late a delivery started; only with a rate.
    pub(super) fn late(&mut self, late: Duration) {
        if let Some(histogram) = &mut self.late {
            histogram.saturating_record(nanoseconds(late));
        }
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
