//! The date between the deliveries of two days.

use super::print_queue::{PrintJob, PrintQueue};
use crate::time::zone::LocalTime;
use std::cell::Cell;

/// The day that was printed last.
pub(super) struct DayLine(Cell<Option<LocalTime>>);

impl DayLine {
    /// `last` has been printed.
    pub(super) fn after(last: Option<LocalTime>) -> Self {
        Self(Cell::new(last))
    }

    /// Prints the date where it has changed; where that does not fit now, before a later delivery.
    pub(super) fn say(&self, now: LocalTime, queue: &PrintQueue) {
        if self.0.get().is_some_and(|last| now.is_same_day(&last)) {
            return;
        }
        let day = now.day();
        let weight = day.len();
        if queue.put(PrintJob::Day(day), weight) {
            self.0.set(Some(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone::LocalZone;
    use std::ffi::OsStr;

    #[test]
    fn a_date_that_did_not_fit_is_printed_later_and_is_not_a_delivery() {
        let zone = LocalZone::new(Some(OsStr::new("UTC0")));
        let (queue, mut jobs) = (PrintQueue::default(), Vec::new());
        let line = DayLine::after(Some(zone.at(0)));
        line.say(zone.at(3_600), &queue);
        let day = zone.at(100_000);
        // A job that fills the queue alone.
        assert!(queue.put(PrintJob::Rendered(Vec::new()), usize::MAX / 2));
        line.say(day, &queue);
        assert!(!queue.put(PrintJob::Note("a note".to_owned()), 6));
        queue.put_rendered(b"a delivery");
        assert_eq!(queue.take(&mut jobs), Some(1), "the delivery is counted");
        assert!(matches!(jobs.as_slice(), [PrintJob::Rendered(_)]));

        jobs.clear();
        line.say(day, &queue);
        line.say(day, &queue);
        assert_eq!(queue.take(&mut jobs), Some(0));
        assert!(matches!(jobs.as_slice(), [PrintJob::Day(text)] if text == "1970-01-02 (UTC)"));
    }
}
