//! Limits the number of connections, and chooses the one to close when a new one arrives at the limit.
//!
//! An idle or slow client must not keep out one with a delivery to make. The connection that has been inactive for the
//! longest time is closed first, so one that is sending a request outlasts any number of idle ones.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use tokio::sync::Notify;

/// All slots, and the connections in them.
pub(crate) struct ConnectionSlots {
    most: usize,
    taken: RefCell<Vec<Rc<SlotEntry>>>,
    /// Counts every activity of any connection; the latest has the highest number. Reading the time would cost more.
    clock: Cell<u64>,
    /// The server stops: connections close as soon as they are idle.
    stopping: Cell<bool>,
    /// A task waits for `changed`.
    has_waiter: Cell<bool>,
    changed: Notify,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It was answered, and has sent nothing since.
    Idle,
    /// A request is being received.
    Reading,
    /// An answer is being sent.
    Answering,
    /// Its delivery is being handled.
    Working,
    /// The same, and the client has shut down its sending half: usually it has given up.
    HalfClosed,
}

impl Activity {
    /// Connections of the lowest rank are closed first, those without a rank never.
    fn rank(self) -> Option<u8> {
        match self {
            Self::Idle => Some(0),
            Self::Reading | Self::Answering => Some(1),
            Self::HalfClosed => Some(2),
            Self::Working => None,
        }
    }
}

/// What is known of one connection.
struct SlotEntry {
    activity: Cell<Activity>,
    last_active: Cell<u64>,
    /// The connection is to be closed for another.
    evict: Cell<bool>,
    waker: OnceCell<Waker>,
    /// Its index among all.
    index: Cell<usize>,
}

/// A connection's slot, which is freed when this is dropped.
pub(crate) struct ConnectionSlot {
    slots: Rc<ConnectionSlots>,
    entry: Rc<SlotEntry>,
}

impl ConnectionSlots {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            taken: RefCell::default(),
            clock: Cell::new(0),
            stopping: Cell::new(false),
            has_waiter: Cell::new(false),
            changed: Notify::new(),
        }
    }

    /// Takes a slot, if need be by closing another connection. Waits while all of them have deliveries in progress.
    pub(crate) async fn take(self: &Rc<Self>) -> ConnectionSlot {
        while self.taken.borrow().len() >= self.most {
            self.free_one().await;
        }
        let mut taken = self.taken.borrow_mut();
        let entry = Rc::new(SlotEntry {
            activity: Cell::new(Activity::Reading),
            last_active: Cell::new(0),
            evict: Cell::new(false),
            waker: OnceCell::new(),
            index: Cell::new(taken.len()),
        });
        taken.push(Rc::clone(&entry));
        let slot = ConnectionSlot {
            slots: Rc::clone(self),
            entry,
        };
        slot.mark_active();
        slot
    }

    /// Tells one connection to close, unless one is closing already, and waits until anything has changed.
    pub(crate) async fn free_one(&self) {
        self.has_waiter.set(true);
        if let Some(waker) = self.choose() {
            waker.wake();
        }
        self.changed.notified().await;
    }

    /// The waker of the connection to close first, which is told so.
    fn choose(&self) -> Option<Waker> {
        let taken = self.taken.borrow();
        if taken.iter().any(|entry| entry.evict.get()) {
            return None;
        }
        let ranked = taken.iter().filter_map(|entry| {
            Some((
                (entry.activity.get().rank()?, entry.last_active.get()),
                entry,
            ))
        });
        let (_, first) = ranked
            .filter(|(_, entry)| entry.waker.get().is_some())
            .min_by_key(|(order, _)| *order)?;
        first.evict.set(true);
        first.waker.get().cloned()
    }

    /// Tells all connections that the server stops.
    pub(crate) fn stop(&self) {
        self.stopping.set(true);
        for entry in &*self.taken.borrow() {
            if let Some(waker) = entry.waker.get() {
                waker.wake_by_ref();
            }
        }
    }

    /// Waits until all connections are closed.
    pub(crate) async fn all_free(&self) {
        while !self.taken.borrow().is_empty() {
            self.has_waiter.set(true);
            self.changed.notified().await;
        }
    }

    fn notify_waiter(&self) {
        if self.has_waiter.take() {
            self.changed.notify_one();
        }
    }
}

impl ConnectionSlot {
    /// Sets what the connection is doing now.
    pub(crate) fn set(&self, activity: Activity) {
        let before = self.entry.activity.replace(activity);
        if before.rank().is_none() {
            self.slots.notify_waiter();
        }
    }

    /// Marks the connection as the most recently active one.
    pub(crate) fn mark_active(&self) {
        let now = self.slots.clock.get() + 1;
        self.slots.clock.set(now);
        self.entry.last_active.set(now);
    }

    /// A part of a request was received.
    pub(crate) fn bytes_received(&self) {
        self.mark_active();
        if self.entry.activity.get() == Activity::Idle {
            self.entry.activity.set(Activity::Reading);
        }
    }

    /// Whether the server stops.
    pub(crate) fn is_stopping(&self) -> bool {
        self.slots.stopping.get()
    }

    /// Whether there are other connections.
    pub(crate) fn has_company(&self) -> bool {
        self.slots.taken.borrow().len() > 1
    }

    /// Does the work to its end, or returns nothing if the slot is needed for another connection. `has_unread` tells
    /// whether the client has sent bytes that are not read yet.
    pub(crate) async fn run<T>(
        &self,
        work: impl Future<Output = T>,
        has_unread: impl Fn() -> bool,
    ) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.entry.waker.get().is_none() {
                let _ = self.entry.waker.set(context.waker().clone());
                self.slots.notify_waiter();
            }
            if self.entry.evict.take() {
                if self.is_evicted(&has_unread) {
                    return Poll::Ready(None);
                }
                self.slots.notify_waiter();
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn is_evicted(&self, has_unread: &impl Fn() -> bool) -> bool {
        let activity = self.entry.activity.get();
        // A client with unread bytes is not inactive.
        let active = matches!(activity, Activity::Idle | Activity::Reading) && has_unread();
        if active {
            self.bytes_received();
        }
        !active && activity.rank().is_some()
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.borrow_mut();
        let at = self.entry.index.get();
        taken.swap_remove(at);
        if let Some(entry) = taken.get(at) {
            entry.index.set(at);
        }
        self.slots.notify_waiter();
    }
}
