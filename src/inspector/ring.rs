//! The deliveries that are kept for the page: the last ones, in bounded memory.
//!
//! The thread that receives adds to it, and holds its lock only for that; those who read take references and look at them
//! without the lock.

use super::kept::KeptDelivery;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The most bytes that are kept.
const MOST_BYTES: usize = 64 << 20;

/// A delivery with its number among all that came.
#[derive(Clone)]
pub(super) struct NumberedDelivery {
    /// From 1 on. A delivery is added when all is known of it, so that its number is that of its last change, too.
    pub(super) seq: u64,
    pub(super) delivery: Arc<KeptDelivery>,
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
    bytes: usize,
    newest: u64,
}

/// Some of what is kept.
pub(super) struct KeptPart {
    /// The number of the oldest that is kept; one more than the newest where nothing is.
    pub(super) oldest: u64,
    pub(super) newest: u64,
    pub(super) kept: usize,
    pub(super) deliveries: Vec<NumberedDelivery>,
}

impl DeliveryRing {
    /// Keeps at most that many.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Adds a delivery, and forgets the oldest where there is no room.
    pub(super) fn push(&self, delivery: KeptDelivery) {
        let weight = delivery.weight();
        let delivery = Arc::new(delivery);
        // What is forgotten is freed without the lock.
        let forgotten = self.lock().push(delivery, weight, self.most);
        drop(forgotten);
        self.changed.notify_waiters();
    }

    /// The first deliveries behind that number.
    pub(super) fn after(&self, seq: u64, most: usize) -> KeptPart {
        let kept = self.lock();
        let oldest = kept.oldest();
        let skipped = usize::try_from((seq + 1).saturating_sub(oldest)).unwrap_or(usize::MAX);
        KeptPart {
            oldest,
            newest: kept.newest,
            kept: kept.all.len(),
            deliveries: kept.all.iter().skip(skipped).take(most).cloned().collect(),
        }
    }

    /// All of them, the oldest first.
    pub(super) fn all(&self) -> Vec<NumberedDelivery> {
        self.lock().all.iter().cloned().collect()
    }

    pub(super) fn find(&self, seq: u64) -> Option<NumberedDelivery> {
        let kept = self.lock();
        let place = usize::try_from(seq.checked_sub(kept.oldest())?).ok()?;
        kept.all.get(place).cloned()
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        let forgotten = {
            let mut kept = self.lock();
            kept.bytes = 0;
            std::mem::take(&mut kept.all)
        };
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

    /// Returns what is forgotten.
    fn push(
        &mut self,
        delivery: Arc<KeptDelivery>,
        weight: usize,
        most: usize,
    ) -> Vec<NumberedDelivery> {
        let mut forgotten = Vec::new();
        while self.all.len() >= most || (self.bytes + weight > MOST_BYTES && !self.all.is_empty()) {
            let Some(first) = self.all.pop_front() else {
                break;
            };
            self.bytes -= first.delivery.weight();
            forgotten.push(first);
        }
        self.newest += 1;
        self.bytes += weight;
        self.all.push_back(NumberedDelivery {
            seq: self.newest,
            delivery,
        });
        forgotten
    }
}
