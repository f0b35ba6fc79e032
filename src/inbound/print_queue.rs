//! What waits to be printed, between whoever receives and the thread that prints.
//!
//! Separate because both sides build on it and neither may wait for the other: what is put here never blocks, is
//! bounded, and what does not fit is counted.

use super::arrival::Arrival;
use crate::http::Refused;
use crate::report::Ready;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// So many deliveries wait to be printed, and so many bytes of them; what comes then is not shown.
const MOST_WAITING: usize = 1_024;
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Something to be printed.
pub(crate) enum PrintJob {
    Ready(Ready),
    Arrival(Box<Arrival>),
    Refused(Refused, SystemTime),
    Note(String),
    /// What is printed as it is.
    Rendered(Vec<u8>),
}

/// What waits to be printed.
#[derive(Default)]
pub(crate) struct PrintQueue {
    waiting: Mutex<WaitingJobs>,
    filled: Condvar,
}

#[derive(Default)]
struct WaitingJobs {
    sheets: Vec<PrintJob>,
    bytes: usize,
    /// How many did not fit.
    skipped: u64,
    /// Nothing more comes.
    over: bool,
    /// Whoever prints has nothing to do.
    idle: bool,
}

impl PrintQueue {
    /// Puts something on top that takes about that much memory.
    pub(crate) fn put(&self, sheet: PrintJob, weight: usize) {
        self.change(|waiting| {
            if waiting.takes(weight) {
                waiting.sheets.push(sheet);
            }
        });
    }

    /// The same for something that is rendered already. Many of them take the place of one.
    pub(crate) fn put_rendered(&self, text: &[u8]) {
        self.change(|waiting| {
            if waiting.takes(text.len()) {
                match waiting.sheets.last_mut() {
                    Some(PrintJob::Rendered(before)) => before.extend_from_slice(text),
                    _ => waiting.sheets.push(PrintJob::Rendered(text.to_vec())),
                }
            }
        });
    }

    /// Nothing more comes.
    pub(crate) fn end(&self) {
        self.change(|waiting| waiting.over = true);
    }

    /// Waits for what there is, takes all of it, and tells how many did not fit; nothing once all is done.
    pub(crate) fn take(&self, sheets: &mut Vec<PrintJob>) -> Option<u64> {
        let mut waiting = self.lock();
        while waiting.sheets.is_empty() && waiting.skipped == 0 {
            if waiting.over {
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
        std::mem::swap(&mut waiting.sheets, sheets);
        Some(std::mem::take(&mut waiting.skipped))
    }

    fn change(&self, change: impl FnOnce(&mut WaitingJobs)) {
        let mut waiting = self.lock();
        change(&mut waiting);
        // Waking somebody costs more than all the rest.
        if std::mem::take(&mut waiting.idle) {
            self.filled.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, WaitingJobs> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitingJobs {
    /// Takes the room for something, or counts it as what did not fit.
    fn takes(&mut self, weight: usize) -> bool {
        if self.sheets.len() >= MOST_WAITING || self.bytes >= MOST_BYTES {
            self.skipped += 1;
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
        let (pile, mut sheets) = (PrintQueue::default(), Vec::new());
        pile.put_rendered(b"a\n");
        pile.put_rendered(b"b\n");
        pile.put(PrintJob::Rendered(b"c".to_vec()), MOST_BYTES);
        pile.put_rendered(b"d");
        pile.put(PrintJob::Rendered(Vec::new()), 0);
        assert_eq!(pile.take(&mut sheets), Some(2));
        let texts: Vec<&[u8]> = sheets
            .iter()
            .map(|sheet| {
                if let PrintJob::Rendered(text) = sheet {
                    &text[..]
                } else {
                    b"?"
                }
            })
            .collect();
        assert_eq!(texts, [&b"a\nb\n"[..], b"c"]);

        sheets.clear();
        for _ in 0..MOST_WAITING + 3 {
            pile.put(PrintJob::Rendered(Vec::new()), 0);
        }
        pile.end();
        assert_eq!(
            (pile.take(&mut sheets), sheets.len()),
            (Some(3), MOST_WAITING)
        );
        sheets.clear();
        assert_eq!(pile.take(&mut sheets), None);
    }
}
