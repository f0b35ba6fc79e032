//! Several threads that lint, and one order in which their results are written.
//!
//! Separate from what is done with a chunk. A thread takes work and a ticket under one lock; results go out in the
//! order of the tickets. A thread that has much to say waits for its turn and then writes as it goes, so that memory
//! stays constant however long the stream and however many the findings.

use crate::error::{Error, Unreadable};
use crate::report::{Counts, Report, Summary};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A provider and its event, as far as they were recognised.
pub(crate) type Name<'c> = (Option<&'c str>, Option<&'c str>);

/// What one piece of work came to, until it is written.
#[derive(Default)]
pub(crate) struct FinishedPiece<'c> {
    pub(crate) ticket: u64,
    pub(crate) rendered: Vec<u8>,
    pub(crate) counts: Counts,
    pub(crate) failed: Vec<Error>,
    pub(crate) events: EventCounts<'c>,
}

/// How often each event came. They are few, and the next body is mostly of the event of the last.
#[derive(Default)]
pub(crate) struct EventCounts<'c>(Vec<(Name<'c>, u64)>);

impl<'c> EventCounts<'c> {
    pub(crate) fn add(&mut self, name: Name<'c>, count: u64) {
        let place =
            |(provider, event): Name<'c>| (provider.map(str::as_ptr), event.map(str::as_ptr));
        // Names of one catalogue: the same name is the same place, and looking there is quicker than comparing.
        match self
            .0
            .iter_mut()
            .find(|(known, _)| place(*known) == place(name))
        {
            Some((_, known)) => *known += count,
            None => self.0.push((name, count)),
        }
    }
}

/// More than this is written as soon as it is this piece's turn.
const MUCH: usize = 1 << 20;

/// So many pieces may lie aside until it is their turn.
const MANY: usize = 64;

/// The results, in order.
pub(crate) struct Results<'w, 'c> {
    state: Mutex<PoolState<'w, 'c>>,
    turn: Condvar,
    report: &'w dyn Report,
}

struct PoolState<'w, 'c> {
    /// Whose turn it is to write.
    next: u64,
    out: &'w mut (dyn Write + Send),
    /// Told of every error and of the progress.
    listener: &'w mut (dyn Listener + Send),
    /// Pieces that came before their turn.
    aside: BTreeMap<u64, FinishedPiece<'c>>,
    aside_bytes: usize,
    /// Something was written that the next piece must be separated from.
    begun: bool,
    /// A thread has panicked with its turn still to come: nobody waits for it.
    abandoned: bool,
    /// Why writing failed; from then on nothing is written any more.
    broken: Option<io::Error>,
    counts: Counts,
    unreadable: Vec<Unreadable>,
    events: EventCounts<'c>,
}

/// Hears of what is not a result.
pub(crate) trait Listener {
    /// Results are about to be written, perhaps to the same terminal.
    fn clear(&mut self);
    /// Something could not be read.
    fn failed(&mut self, error: &Error);
    /// So many bodies are done.
    fn progress(&mut self, bodies: u64);
}

impl<'w, 'c> Results<'w, 'c> {
    pub(crate) fn new(
        out: &'w mut (dyn Write + Send),
        report: &'w dyn Report,
        listener: &'w mut (dyn Listener + Send),
    ) -> Self {
        let state = PoolState {
            next: 0,
            out,
            listener,
            aside: BTreeMap::new(),
            aside_bytes: 0,
            begun: false,
            abandoned: false,
            broken: None,
            counts: Counts::default(),
            unreadable: Vec::new(),
            events: EventCounts::default(),
        };
        Self {
            state: Mutex::new(state),
            turn: Condvar::new(),
            report,
        }
    }

    /// What stands before all results.
    pub(crate) fn start(&self) {
        let mut head = Vec::new();
        self.report.start(&mut head);
        self.state().write(&head);
    }

    /// Writes what a piece has so far, where that is much; false when nobody reads any more.
    pub(crate) fn relieve(&self, piece: &mut FinishedPiece<'_>) -> bool {
        if piece.rendered.len() < MUCH {
            return true;
        }
        let mut state = self.wait(piece.ticket);
        state.write_part(&mut piece.rendered, self.report);
        state.broken.is_none()
    }

    /// Writes a piece and lets the next one come; false when nobody reads any more.
    ///
    /// One that comes before its turn is laid aside, so that its thread can go on; only so many are.
    pub(crate) fn finish(&self, piece: &mut FinishedPiece<'c>) -> bool {
        let mut state = self.state();
        let early = state.next != piece.ticket && !state.abandoned;
        if early && state.aside.len() < MANY && state.aside_bytes + piece.rendered.len() < MUCH {
            state.aside_bytes += piece.rendered.len();
            let piece = std::mem::take(piece);
            state.aside.insert(piece.ticket, piece);
            return state.broken.is_none();
        }
        drop(state);
        let mut state = self.wait(piece.ticket);
        state.take(std::mem::take(piece), self.report);
        while let Some(next) = state.next_aside() {
            state.take(next, self.report);
        }
        self.turn.notify_all();
        state.broken.is_none()
    }

    /// To be held while there is work to be written.
    pub(crate) fn turn(&self) -> TurnGuard<'_, 'w, 'c> {
        TurnGuard(self)
    }

    /// The sum of everything, or why it could not be written.
    pub(crate) fn summary(self) -> Result<Summary, io::Error> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.broken {
            return Err(error);
        }
        let mut events: Vec<(String, u64)> = state
            .events
            .0
            .into_iter()
            .map(|(name, count)| (described(name), count))
            .collect();
        events.sort_by(|(name, count), (other, fewer)| {
            fewer.cmp(count).then_with(|| name.cmp(other))
        });
        Ok(Summary {
            counts: state.counts,
            unreadable: state.unreadable,
            events,
        })
    }

    fn state(&self) -> MutexGuard<'_, PoolState<'w, 'c>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, ticket: u64) -> MutexGuard<'_, PoolState<'w, 'c>> {
        let waiting = self.turn.wait_while(self.state(), |state| {
            state.next != ticket && !state.abandoned
        });
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

/// Lets the other threads go when the one that holds it panics, since its turn will never be taken.
pub(crate) struct TurnGuard<'r, 'w, 'c>(&'r Results<'w, 'c>);

impl Drop for TurnGuard<'_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().abandoned = true;
            self.0.turn.notify_all();
        }
    }
}

impl<'c> PoolState<'_, 'c> {
    /// Writes the piece whose turn it is.
    fn take(&mut self, mut piece: FinishedPiece<'c>, report: &dyn Report) {
        self.write_part(&mut piece.rendered, report);
        for error in piece.failed {
            self.listener.failed(&error);
            self.unreadable.push(error.unreadable());
        }
        self.counts.merge(&piece.counts);
        for (name, count) in piece.events.0 {
            self.events.add(name, count);
        }
        self.listener.progress(self.counts.bodies);
        self.next += 1;
    }

    fn next_aside(&mut self) -> Option<FinishedPiece<'c>> {
        let piece = self.aside.remove(&self.next)?;
        self.aside_bytes -= piece.rendered.len();
        Some(piece)
    }

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
            self.listener.clear();
            self.broken = self.out.write_all(bytes).err();
        }
    }
}
