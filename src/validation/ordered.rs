//! The results of several threads, written in the order of the input.
//!
//! A thread takes work and a ticket under one lock; results are written in the order of the tickets. A thread with many
//! results waits for its turn and then writes as it goes, so that memory stays constant however long the input is.

use super::console::Console;
use super::repeats::{RenderedFinding, Repeats};
use super::tally::BodyTally;
use crate::capture::walk::Skipped;
use crate::error::{Error, Unreadable};
use crate::report::{Message, Report, Summary, ValidateMessage};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A piece with more results than this is written as soon as it is its turn; together, early pieces may not have more.
const MOST_HELD: usize = 1 << 20;
/// The most pieces that are held until it is their turn.
const MOST_EARLY: usize = 64;

/// What one piece of work came to, until it is written.
#[derive(Default)]
pub(super) struct Piece<'c> {
    pub(super) ticket: u64,
    pub(super) rendered: Vec<u8>,
    /// The findings in what was rendered, where some of them may be left out.
    pub(super) findings: Vec<RenderedFinding>,
    pub(super) repeats: Repeats,
    pub(super) tally: BodyTally<'c>,
    /// What could not be read.
    pub(super) failed: Vec<Error>,
}

/// The results, in order.
pub(super) struct OrderedOutput<'w, 'c> {
    state: Mutex<OutputState<'w, 'c>>,
    turn: Condvar,
    report: &'w dyn Report,
}

struct OutputState<'w, 'c> {
    /// The ticket of the piece that is written next.
    next: u64,
    out: &'w mut (dyn Write + Send),
    console: Console<'w>,
    /// Finished pieces that wait for their turn.
    early: BTreeMap<u64, Piece<'c>>,
    early_bytes: usize,
    /// The empty buffer of such a piece: a new one would grow step by step to its size.
    spare: Vec<u8>,
    /// Something was written, from which the next piece must be separated.
    begun: bool,
    /// A thread has panicked and will never take its turn: the others stop waiting.
    abandoned: bool,
    /// Why writing failed; nothing is written after that.
    broken: Option<io::Error>,
    tally: BodyTally<'c>,
    repeats: Repeats,
    unreadable: Vec<Unreadable>,
}

impl<'w, 'c> OrderedOutput<'w, 'c> {
    /// Writes what stands before all results.
    pub(super) fn start(
        out: &'w mut (dyn Write + Send),
        report: &'w dyn Report,
        console: Console<'w>,
    ) -> Self {
        let mut state = OutputState {
            next: 0,
            out,
            console,
            early: BTreeMap::new(),
            early_bytes: 0,
            spare: Vec::new(),
            begun: false,
            abandoned: false,
            broken: None,
            tally: BodyTally::default(),
            repeats: Repeats::default(),
            unreadable: Vec::new(),
        };
        let mut head = Vec::new();
        report.start(&mut head);
        state.write(&head);
        Self {
            state: Mutex::new(state),
            turn: Condvar::new(),
            report,
        }
    }

    /// Writes what a piece has so far, where that is much. False when the output is closed.
    pub(super) fn relieve(&self, piece: &mut Piece<'c>) -> bool {
        if piece.rendered.len() < MOST_HELD {
            return true;
        }
        let mut state = self.wait(piece.ticket);
        state.write_piece(piece, self.report);
        state.broken.is_none()
    }

    /// Writes a piece, or holds it until its turn so that its thread can go on. False when the output is closed.
    pub(super) fn finish(&self, piece: &mut Piece<'c>) -> bool {
        let mut state = self.state();
        let early = state.next != piece.ticket && !state.abandoned;
        let has_room =
            state.early.len() < MOST_EARLY && state.early_bytes + piece.rendered.len() < MOST_HELD;
        if early && has_room {
            state.early_bytes += piece.rendered.len();
            let spare = std::mem::take(&mut state.spare);
            let early = std::mem::take(piece);
            piece.rendered = spare;
            state.early.insert(early.ticket, early);
            return state.broken.is_none();
        }
        drop(state);
        let mut state = self.wait(piece.ticket);
        state.take(piece, self.report);
        while let Some(mut next) = state.next_early() {
            state.take(&mut next, self.report);
            state.spare = next.rendered;
        }
        self.turn.notify_all();
        state.broken.is_none()
    }

    /// To be held by a thread as long as it has a ticket.
    pub(super) fn turn(&self) -> TurnGuard<'_, 'w, 'c> {
        TurnGuard(self)
    }

    /// Writes the summary, and says what it says; or why not everything could be written.
    pub(super) fn close(self, skipped: Skipped) -> io::Result<Summary> {
        let state = self.state.into_inner();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.console.clear();
        if let Some(error) = state.broken {
            return Err(error);
        }
        let summary = state
            .tally
            .summary(state.unreadable, state.repeats, skipped);
        let mut tail = Vec::new();
        self.report.message(
            &Message::Validate(ValidateMessage::Summary(&summary)),
            &mut tail,
        );
        state.out.write_all(&tail)?;
        state.out.flush()?;
        Ok(summary)
    }

    fn state(&self) -> MutexGuard<'_, OutputState<'w, 'c>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, ticket: u64) -> MutexGuard<'_, OutputState<'w, 'c>> {
        let waiting = self.turn.wait_while(self.state(), |state| {
            state.next != ticket && !state.abandoned
        });
        waiting.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Frees the waiting threads when the one that holds it panics, since its turn will never be taken.
pub(super) struct TurnGuard<'r, 'w, 'c>(&'r OrderedOutput<'w, 'c>);

impl Drop for TurnGuard<'_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().abandoned = true;
            self.0.turn.notify_all();
        }
    }
}

impl<'c> OutputState<'_, 'c> {
    /// Writes the piece whose turn it is, and empties it.
    fn take(&mut self, piece: &mut Piece<'c>, report: &dyn Report) {
        self.write_piece(piece, report);
        self.repeats.merge(std::mem::take(&mut piece.repeats));
        for error in piece.failed.drain(..) {
            self.console.failed(&error);
            self.unreadable.push(error.unreadable());
        }
        self.tally.merge(std::mem::take(&mut piece.tally));
        self.console.progress(self.tally.counts.bodies);
        self.next += 1;
    }

    fn next_early(&mut self) -> Option<Piece<'c>> {
        let piece = self.early.remove(&self.next)?;
        self.early_bytes -= piece.rendered.len();
        Some(piece)
    }

    fn write_piece(&mut self, piece: &mut Piece<'c>, report: &dyn Report) {
        self.leave_out(piece);
        let rendered = &mut piece.rendered;
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

    /// Leaves out the findings that earlier pieces have shown often enough.
    fn leave_out(&mut self, piece: &mut Piece<'c>) {
        let mut start = 0;
        let mut kept = Vec::new();
        for finding in piece.findings.drain(..) {
            if self.repeats.admits(&piece.repeats, finding.sort) {
                kept.extend_from_slice(&piece.rendered[start..finding.end]);
            }
            start = finding.end;
        }
        if start > 0 {
            kept.extend_from_slice(&piece.rendered[start..]);
            piece.rendered = kept;
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.broken.is_none() {
            self.console.clear();
            self.broken = self.out.write_all(bytes).err();
        }
    }
}
