//! The deliveries that are kept for the page: the last ones, in bounded memory.
//!
//! The thread that receives adds to it, and holds its lock only for that; those who read take references and look at them
//! without the lock.

use super::kept::KeptDelivery;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The most bytes that are kept.
const MOST_BYTES: usize = 64 << 20;

/// A delivery with its number among all that came.
#[derive(Clone)]
pub(super) struct NumberedDelivery {
    /// From 1 on, or from where `older` ones end.
    pub(super) seq: u64,
    /// The number of its last change among all changes.
    pub(super) rev: u64,
    pub(super) delivery: Arc<KeptDelivery>,
    weight: usize,
}

impl NumberedDelivery {
    /// One that was read from the journal, and never changes.
    pub(super) fn recorded(seq: u64, delivery: KeptDelivery) -> Self {
        Self {
            seq,
            rev: 0,
            weight: delivery.weight(),
            delivery: Arc::new(delivery),
        }
    }
}

/// What is kept.
pub(super) struct DeliveryRing {
    most: usize,
    kept: Mutex<KeptDeliveries>,
    /// Wakes those who wait for a delivery.
    pub(super) changed: Notify,
}

#[derive(Default)]
struct KeptDeliveries {
    all: VecDeque<NumberedDelivery>,
    /// The numbers of changes and of the deliveries that they were made to, in order.
    changes: VecDeque<(u64, u64)>,
    /// The deliveries that are not answered, by the numbers that the listener gave them.
    unanswered: HashMap<u64, u64>,
    bytes: usize,
    newest: u64,
    last_change: u64,
}

/// Some of what is kept.
pub(super) struct KeptPart {
    /// The number of the oldest that is kept; one more than the newest where nothing is.
    pub(super) oldest: u64,
    pub(super) newest: u64,
    pub(super) kept: usize,
    /// In the order of their last changes.
    pub(super) deliveries: Vec<NumberedDelivery>,
}

impl DeliveryRing {
    /// Keeps at most that many; `before` is the number before the first.
    pub(super) fn new(most: usize, before: u64) -> Self {
        let kept = KeptDeliveries {
            newest: before,
            ..KeptDeliveries::default()
        };
        Self {
            most,
            kept: kept.into(),
            changed: Notify::new(),
        }
    }

    /// Adds a delivery, and forgets the oldest where there is no room.
    pub(super) fn push(&self, delivery: KeptDelivery) {
        self.change(delivery, KeptDeliveries::push);
    }

    /// Adds a delivery that is answered later; `number` is the listener's.
    pub(super) fn begin(&self, number: u64, delivery: KeptDelivery) {
        self.change(delivery, |kept, delivery, weight| {
            kept.push(delivery, weight);
            kept.unanswered.insert(number, kept.newest);
        });
    }

    /// Adds a delivery that was answered, in the place that it was given when it began.
    pub(super) fn finish(&self, number: u64, delivery: KeptDelivery) {
        self.change(delivery, |kept, delivery, weight| {
            let begun = kept.unanswered.remove(&number);
            match begun.and_then(|seq| kept.place(seq)) {
                Some(place) => kept.replace(place, delivery, weight),
                None => kept.push(delivery, weight),
            }
        });
    }

    /// The first deliveries that changed behind that number.
    pub(super) fn after(&self, rev: u64, most: usize) -> KeptPart {
        let kept = self.lock();
        let first = kept.changes.partition_point(|(change, _)| *change <= rev);
        let changes = kept.changes.range(first..);
        let deliveries = changes.filter_map(|(change, seq)| {
            let delivery = kept.all.get(kept.place(*seq)?)?;
            // It may have changed again.
            (delivery.rev == *change).then(|| delivery.clone())
        });
        KeptPart {
            oldest: kept.oldest(),
            newest: kept.newest,
            kept: kept.all.len(),
            deliveries: deliveries.take(most).collect(),
        }
    }

    /// All of them, the oldest first.
    pub(super) fn all(&self) -> Vec<NumberedDelivery> {
        self.lock().all.iter().cloned().collect()
    }

    pub(super) fn find(&self, seq: u64) -> Option<NumberedDelivery> {
        let kept = self.lock();
        kept.all.get(kept.place(seq)?).cloned()
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        let forgotten = {
            let mut kept = self.lock();
            kept.bytes = 0;
            kept.changes.clear();
            std::mem::take(&mut kept.all)
        };
        drop(forgotten);
        self.changed.notify_waiters();
    }

    fn change(
        &self,
        delivery: KeptDelivery,
        change: impl FnOnce(&mut KeptDeliveries, Arc<KeptDelivery>, usize),
    ) {
        let weight = delivery.weight();
        let delivery = Arc::new(delivery);
        let forgotten = {
            let mut kept = self.lock();
            change(&mut kept, delivery, weight);
            kept.forget(self.most)
        };
        // What is forgotten is freed without the lock.
        drop(forgotten);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, KeptDeliveries> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptDeliveries {
    fn oldest(&self) -> u64 {
        self.all.front().map_or(self.newest + 1, |first| first.seq)
    }

    /// The index of a delivery, if it is kept.
    fn place(&self, seq: u64) -> Option<usize> {
        let place = usize::try_from(seq.checked_sub(self.oldest())?).ok()?;
        (place < self.all.len()).then_some(place)
    }

    fn push(&mut self, delivery: Arc<KeptDelivery>, weight: usize) {
        self.newest += 1;
        self.bytes += weight;
        self.all.push_back(NumberedDelivery {
            seq: self.newest,
            rev: self.last_change + 1,
            delivery,
            weight,
        });
        self.note_change(self.newest);
    }

    fn replace(&mut self, place: usize, delivery: Arc<KeptDelivery>, weight: usize) {
        let rev = self.last_change + 1;
        let Some(kept) = self.all.get_mut(place) else {
            return;
        };
        self.bytes = self.bytes - kept.weight + weight;
        (kept.rev, kept.delivery, kept.weight) = (rev, delivery, weight);
        let seq = kept.seq;
        self.note_change(seq);
    }

    fn note_change(&mut self, seq: u64) {
        self.last_change += 1;
        self.changes.push_back((self.last_change, seq));
    }

    /// Makes room, and returns what had to go; the newest stays.
    fn forget(&mut self, most: usize) -> Vec<NumberedDelivery> {
        let mut forgotten = Vec::new();
        while self.all.len() > 1 && (self.all.len() > most || self.bytes > MOST_BYTES) {
            let Some(first) = self.all.pop_front() else {
                break;
            };
            self.bytes -= first.weight;
            forgotten.push(first);
        }
        let oldest = self.oldest();
        while self.changes.front().is_some_and(|(_, seq)| *seq < oldest) {
            self.changes.pop_front();
        }
        forgotten
    }
}
