//! Several threads that lint, and one order in which their results are written.
//!
//! Separate from what is done with a chunk. A thread takes work and a ticket under one lock; results go out in the
//! order of the tickets. A thread that has much to say waits for its turn and then writes as it goes, so that memory
//! stays constant however long the stream and however many the findings.

use crate::error::Error;
use crate::report::{Counts, Report, Summary, Unreadable};
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A provider and its event, as far as they were recognised.
pub(super) type Name<'c> = (Option<&'c str>, Option<&'c str>);

/// What one piece of work came to, until it is written.
#[derive(Default)]
pub(super) struct Piece<'c> {
    pub(super) ticket: u64,
    pub(super) rendered: Vec<u8>,
    pub(super) counts: Counts,
    pub(super) failed: Vec<Error>,
    pub(super) events: Tally<'c>,
}

/// How often each event came. They are few, and the next body is mostly of the event of the last.
#[derive(Default)]
pub(super) struct Tally<'c>(Vec<(Name<'c>, u64)>);

impl<'c> Tally<'c> {
    pub(super) fn add(&mut self, name: Name<'c>, count: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known += count,
            None => self.0.push((name, count)),
        }
    }
}

/// More than this is written as soon as it is this piece's turn.
const MUCH: usize = 1 << 20;

/// The results, in order.
pub(super) struct Results<'w, 'c> {
    state: Mutex<State<'w, 'c>>,
    turn: Condvar,
    report: &'w dyn Report,
}

struct State<'w, 'c> {
    /// Whose turn it is to write.
    next: u64,
    out: &'w mut (dyn Write + Send),
    /// Told of every error and of the progress.
    listener: &'w mut (dyn Listener + Send),
    /// Something was written that the next piece must be separated from.
    begun: bool,
    /// A thread has panicked with its turn still to come: nobody waits for it.
    abandoned: bool,
    /// Why writing failed; from then on nothing is written any more.
    broken: Option<io::Error>,
    counts: Counts,
    unreadable: Vec<Unreadable>,
    events: Tally<'c>,
}

/// Hears of what is not a result.
pub(super) trait Listener {
    /// Something could not be read.
    fn failed(&mut self, error: &Error);
    /// So many bodies are done.
    fn progress(&mut self, bodies: u64);
}

impl<'w, 'c> Results<'w, 'c> {
    pub(super) fn new(
        out: &'w mut (dyn Write + Send),
        report: &'w dyn Report,
        listener: &'w mut (dyn Listener + Send),
    ) -> Self {
        let state = State {
            next: 0,
            out,
            listener,
            begun: false,
            abandoned: false,
            broken: None,
            counts: Counts::default(),
            unreadable: Vec::new(),
            events: Tally::default(),
        };
        Self { state: Mutex::new(state), turn: Condvar::new(), report }
    }

    /// What stands before all results.
    pub(super) fn start(&self) {
        let mut head = Vec::new();
        self.report.start(&mut head);
        self.state().write(&head);
    }

    /// Writes what a piece has so far, where that is much; false when nobody reads any more.
    pub(super) fn relieve(&self, piece: &mut Piece<'_>) -> bool {
        if piece.rendered.len() < MUCH {
            return true;
        }
        let mut state = self.wait(piece.ticket);
        state.write_part(&mut piece.rendered, self.report);
        state.broken.is_none()
    }

    /// Writes a piece and lets the next one come; false when nobody reads any more.
    pub(super) fn finish(&self, piece: &mut Piece<'c>) -> bool {
        let mut state = self.wait(piece.ticket);
        state.write_part(&mut piece.rendered, self.report);
        for error in piece.failed.drain(..) {
            state.listener.failed(&error);
            state.unreadable.push(error.unreadable());
        }
        state.counts.merge(&std::mem::take(&mut piece.counts));
        for (name, count) in piece.events.0.drain(..) {
            state.events.add(name, count);
        }
        let bodies = state.counts.bodies;
        state.listener.progress(bodies);
        state.next += 1;
        self.turn.notify_all();
        state.broken.is_none()
    }

    /// Holds a turn; when the thread panics before it was taken, the others are let go.
    pub(super) fn turn_of(&self, ticket: u64) -> Turn<'_, 'w, 'c> {
        Turn { results: self, ticket }
    }

    /// The sum of everything, or why it could not be written.
    pub(super) fn summary(self) -> Result<Summary, io::Error> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.broken {
            return Err(error);
        }
        let mut events: Vec<(String, u64)> =
            state.events.0.into_iter().map(|(name, count)| (described(name), count)).collect();
        events.sort_by(|(name, count), (other, fewer)| fewer.cmp(count).then_with(|| name.cmp(other)));
        Ok(Summary { counts: state.counts, unreadable: state.unreadable, events })
    }

    fn state(&self) -> MutexGuard<'_, State<'w, 'c>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, ticket: u64) -> MutexGuard<'_, State<'w, 'c>> {
        let waiting = self.turn.wait_while(self.state(), |state| state.next != ticket && !state.abandoned);
        waiting.unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event as the summary names it.
fn described((provider, event): Name<'_>) -> String {
    match (provider, event) {
        (Some(provider), Some(event)) => format!("{provider}/{event}"),
        (Some(provider), None) => format!("{provider}, no known event"),
        (None, _) => "not recognised".to_owned(),
    }
}

/// A turn that is still to be taken.
pub(super) struct Turn<'r, 'w, 'c> {
    results: &'r Results<'w, 'c>,
    ticket: u64,
}

impl Drop for Turn<'_, '_, '_> {
    fn drop(&mut self) {
        let mut state = self.results.state();
        if state.next <= self.ticket {
            state.abandoned = true;
            self.results.turn.notify_all();
        }
    }
}

impl State<'_, '_> {
    fn write_part(&mut self, rendered: &mut Vec<u8>, report: &dyn Report) {
        if rendered.is_empty() {
            return;
        }
        if self.begun {
            self.write(report.separator());
        }
        self.begun = true;
        self.write(rendered);
        rendered.clear();
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.broken.is_none() {
            self.broken = self.out.write_all(bytes).err();
        }
    }
}
