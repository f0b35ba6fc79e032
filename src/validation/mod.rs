//! Lints the bodies that were written down, with several threads, and reports them in the order of the input.
//!
//! [`validate`] hands pieces of work (`queue`) to one worker per thread (`worker`), which finds the bodies, lints and
//! renders them; `ordered` writes the results in order and sums them up (`tally`, `repeats`).

mod console;
mod ordered;
mod queue;
mod repeats;
mod result_file;
mod tally;
mod worker;

pub(crate) use console::Console;
pub(crate) use result_file::{create, unwritable};

use crate::capture::buffer::Buffer;
use crate::capture::walk::FileWalk;
use crate::lint::Linter;
use crate::report::{Report, Summary};
use ordered::OrderedOutput;
use queue::WorkQueue;
use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use worker::Worker;

/// What is linted, and what that takes.
pub(crate) struct Validation<'w, 'c> {
    pub(crate) walk: FileWalk,
    pub(crate) stdin: Box<dyn Read + Send>,
    pub(crate) linter: &'w Linter<'c>,
    pub(crate) report: &'w dyn Report,
    /// How many threads may work.
    pub(crate) threads: fn() -> usize,
}

/// Lints everything and writes the findings and the summary. Fails only where that cannot be written.
pub(crate) fn validate<'w>(
    validation: Validation<'w, '_>,
    out: &'w mut (dyn Write + Send),
    console: Console<'w>,
) -> io::Result<Summary> {
    let Validation {
        walk,
        stdin,
        linter,
        report,
        threads,
    } = validation;
    let queue = Mutex::new(WorkQueue::new(walk, stdin));
    let output = OrderedOutput::start(out, report, console);
    let worker = || (Worker::new(linter, report, &output), Buffer::default());
    // The first piece is done by this thread alone: most runs have only one, and a thread costs as much as a body.
    let mut first = worker();
    if do_next(&queue, &mut first) && !lock(&queue).is_done() {
        std::thread::scope(|scope| {
            for _ in 1..threads() {
                scope.spawn(|| {
                    let mut worker = worker();
                    while do_next(&queue, &mut worker) {}
                });
            }
            while do_next(&queue, &mut first) {}
        });
    }
    drop(first);
    let skipped = lock(&queue).skipped();
    output.close(skipped)
}

/// Takes a piece of work and does it. False when there is none, or when the output is closed.
fn do_next(queue: &Mutex<WorkQueue>, (worker, buffer): &mut (Worker<'_, '_, '_>, Buffer)) -> bool {
    let next = lock(queue).next(buffer);
    next.is_some_and(|(ticket, job)| worker.work(ticket, job, buffer))
}

fn lock(queue: &Mutex<WorkQueue>) -> MutexGuard<'_, WorkQueue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
