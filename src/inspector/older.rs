//! Deliveries that are no longer kept, or that came before this run: read from the journal when the page asks for them.

use super::kept::KeptDelivery;
use super::recorded::RecordedDelivery;
use super::ring::NumberedDelivery;
use super::state::Inspector;
use crate::capture::reader::{self, CaptureSink, FoundCapture};
use crate::error::Error;
use crate::log::EntryReader;
use std::collections::VecDeque;
use std::io::empty;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where there is a journal, those that arrive are counted from here on, and those in it have their numbers in it.
pub(super) const FIRST_ARRIVAL: u64 = 1 << 40;
/// How many are read at a time.
const AT_A_TIME: usize = 500;

/// What was read from the journal, the oldest first.
#[derive(Default)]
pub(super) struct OlderDeliveries(Mutex<Vec<NumberedDelivery>>);

/// Some of what the journal has.
pub(super) struct OlderPart {
    pub(super) deliveries: Vec<NumberedDelivery>,
    /// There are others before these.
    pub(super) more: bool,
}

impl OlderDeliveries {
    pub(super) fn all(&self) -> Vec<NumberedDelivery> {
        self.lock().clone()
    }

    pub(super) fn find(&self, seq: u64) -> Option<NumberedDelivery> {
        let all = self.lock();
        let place = all.binary_search_by_key(&seq, |one| one.seq).ok()?;
        all.get(place).cloned()
    }

    pub(super) fn clear(&self) {
        let forgotten = std::mem::take(&mut *self.lock());
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<NumberedDelivery>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inspector {
    /// Reads the last deliveries of the journal whose numbers are below that one, and keeps them for the page too.
    pub(super) fn read_older(&self, before: Option<u64>) -> Result<OlderPart, Error> {
        let settings = &self.settings;
        let (Some(journal), Some(reader)) = (&settings.journal, &settings.reader) else {
            return Ok(OlderPart {
                deliveries: Vec::new(),
                more: false,
            });
        };
        let held = self.older.all();
        let first = held.first().map_or(u64::MAX, |one| one.seq);
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.start_over();
        let mut found = JournalPart {
            inspector: self,
            reader: &mut reader,
            source: Arc::from(&*journal.to_string_lossy()),
            before: before.unwrap_or(u64::MAX).min(first),
            most: AT_A_TIME.min(settings.keep.saturating_sub(held.len())),
            number: 0,
            last: VecDeque::new(),
        };
        reader::read(std::slice::from_ref(journal), &mut empty(), &mut found)?;
        let deliveries = Vec::from(found.last);
        let more = deliveries.first().is_some_and(|first| first.seq > 1);
        let mut all = self.older.lock();
        all.splice(0..0, deliveries.iter().cloned());
        Ok(OlderPart { deliveries, more })
    }
}

/// Keeps the last deliveries before a number.
struct JournalPart<'r> {
    inspector: &'r Inspector,
    reader: &'r mut EntryReader,
    source: Arc<str>,
    before: u64,
    most: usize,
    number: u64,
    last: VecDeque<NumberedDelivery>,
}

impl CaptureSink for JournalPart<'_> {
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        self.number += 1;
        if self.number >= self.before {
            return Ok(());
        }
        let catalogue = self.inspector.settings.catalogue;
        // The id of an earlier one that is still at hand; its number says the same.
        let id = |number: u64| {
            let one = self.last.iter().find(|one| one.seq == number)?;
            one.delivery.recorded_id()
        };
        let read = RecordedDelivery::read(found, &self.source, self.reader, catalogue, id);
        let delivery = KeptDelivery::Recorded(Box::new(read));
        self.last
            .push_back(NumberedDelivery::recorded(self.number, delivery));
        if self.last.len() > self.most {
            self.last.pop_front();
        }
        Ok(())
    }

    // `inspect` and `log` tell what is damaged.
    fn skipped(&mut self, _words: String) {}
}
