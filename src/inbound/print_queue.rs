//! The queue between the thread that receives and the thread that prints.
//!
//! Adding to it never blocks. It is bounded; what does not fit is counted.

use super::delivery::InspectedDelivery;
use crate::http::Refused;
use crate::report::Ready;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The most jobs in the queue, and the most bytes of them. What exceeds either is not shown.
const MOST_WAITING: usize = 1_024;
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Something to be printed.
pub(crate) enum PrintJob {
    Ready(Ready),
    /// The deliveries after it are of this day.
    Day(String),
    Delivery(Arc<InspectedDelivery>),
    Refused(Refused, SystemTime),
    Note(String),
    /// Printed as it is.
    Rendered(Vec<u8>),
}

impl PrintJob {
    /// Whether it shows a request, rather than what is said between them.
    fn is_of_a_sender(&self) -> bool {
        match self {
            Self::Delivery(_) | Self::Refused(..) | Self::Rendered(_) => true,
            Self::Ready(_) | Self::Day(_) | Self::Note(_) => false,
        }
    }
}

/// The jobs that wait to be printed.
#[derive(Default)]
pub(crate) struct PrintQueue {
    waiting: Mutex<WaitingJobs>,
    filled: Condvar,
}

#[derive(Default)]
struct WaitingJobs {
    jobs: Vec<PrintJob>,
    bytes: usize,
    /// How many requests did not fit.
    skipped: u64,
    /// No more jobs will be added.
    closed: bool,
    /// The printer waits for a job.
    idle: bool,
}

impl PrintQueue {
    /// Adds a job that takes about `weight` bytes of memory; whether it fitted.
    pub(crate) fn put(&self, job: PrintJob, weight: usize) -> bool {
        self.change(|waiting| {
            let fits = waiting.takes(weight);
            if fits {
                waiting.jobs.push(job);
            } else if job.is_of_a_sender() {
                waiting.skipped += 1;
            }
            fits
        })
    }

    /// Adds a rendered text. Several in a row become one job.
    pub(crate) fn put_rendered(&self, text: &[u8]) {
        self.change(|waiting| {
            if waiting.takes(text.len()) {
                match waiting.jobs.last_mut() {
                    Some(PrintJob::Rendered(before)) => before.extend_from_slice(text),
                    _ => waiting.jobs.push(PrintJob::Rendered(text.to_vec())),
                }
            } else {
                waiting.skipped += 1;
            }
        });
    }

    /// No more jobs will be added.
    pub(crate) fn close(&self) {
        self.change(|waiting| waiting.closed = true);
    }

    /// Waits for jobs, takes all of them, and returns how many requests did not fit; `None` once the queue is closed and
    /// empty.
    pub(crate) fn take(&self, jobs: &mut Vec<PrintJob>) -> Option<u64> {
        let mut waiting = self.lock();
        while waiting.jobs.is_empty() && waiting.skipped == 0 {
            if waiting.closed {
                return None;
            }
            waiting.idle = true;
            waiting = self
                .filled
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        waiting.idle = false;
        waiting.bytes = 0;
        std::mem::swap(&mut waiting.jobs, jobs);
        Some(std::mem::take(&mut waiting.skipped))
    }

    fn change<T>(&self, change: impl FnOnce(&mut WaitingJobs) -> T) -> T {
        let mut waiting = self.lock();
        let changed = change(&mut waiting);
        // Waking the printer costs more than all the rest.
        if std::mem::take(&mut waiting.idle) {
            self.filled.notify_one();
        }
        changed
    }

    fn lock(&self) -> MutexGuard<'_, WaitingJobs> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitingJobs {
    /// Reserves room for a job, where there is some.
    fn takes(&mut self, weight: usize) -> bool {
        if self.jobs.len() >= MOST_WAITING || self.bytes >= MOST_BYTES {
            return false;
        }
        self.bytes += weight;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendered_texts_are_joined_and_what_does_not_fit_is_counted() {
        let (queue, mut jobs) = (PrintQueue::default(), Vec::new());
        queue.put_rendered(b"a\n");
        queue.put_rendered(b"b\n");
        queue.put(PrintJob::Rendered(b"c".to_vec()), MOST_BYTES);
        queue.put_rendered(b"d");
        queue.put(PrintJob::Rendered(Vec::new()), 0);
        assert_eq!(queue.take(&mut jobs), Some(2));
        let texts: Vec<&[u8]> = jobs
            .iter()
            .map(|job| {
                if let PrintJob::Rendered(text) = job {
                    &text[..]
                } else {
                    b"?"
                }
            })
            .collect();
        assert_eq!(texts, [&b"a\nb\n"[..], b"c"]);

        jobs.clear();
        for _ in 0..MOST_WAITING + 3 {
            queue.put(PrintJob::Rendered(Vec::new()), 0);
        }
        queue.close();
        assert_eq!((queue.take(&mut jobs), jobs.len()), (Some(3), MOST_WAITING));
        jobs.clear();
        assert_eq!(queue.take(&mut jobs), None);
    }
}
