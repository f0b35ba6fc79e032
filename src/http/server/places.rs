//! The places that connections take, and which of them gives way where all are taken.
//!
//! Separate because it is about all connections and not about one: a client that does nothing, or does it slowly, must
//! not keep out one that has a delivery to make. The connection that has not moved for the longest time goes first, so
//! that one which is just sending its request outlasts any number of those that wait.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use tokio::sync::Notify;

/// All places, and who has them.
pub(crate) struct Places {
    most: usize,
    taken: RefCell<Vec<Rc<PlaceEntry>>>,
    /// Counts every movement of any connection: what moved last has the highest number. A clock would cost more.
    moves: Cell<u64>,
    /// Somebody waits for a change.
    wanted: Cell<bool>,
    changed: Notify,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceState {
    /// It had its answer, and has sent nothing since.
    Idle,
    /// A request is on its way in.
    Reading,
    /// An answer is on its way out.
    Answering,
    /// Its delivery is worked on.
    Working,
    /// The same, and the client said that nothing more comes: mostly it has given up.
    HalfClosed,
}

impl PlaceState {
    /// Those of the lowest rank give way first, those without one never.
    fn rank(self) -> Option<u8> {
        match self {
            Self::Idle => Some(0),
            Self::Reading | Self::Answering => Some(1),
            Self::HalfClosed => Some(2),
            Self::Working => None,
        }
    }
}

struct PlaceEntry {
    state: Cell<PlaceState>,
    moved: Cell<u64>,
    /// It is to give way.
    asked: Cell<bool>,
    task: OnceCell<Waker>,
    /// Where it stands among all.
    at: Cell<usize>,
}

/// A connection's place, which is free again once this is dropped.
pub(crate) struct ConnectionPlace {
    places: Rc<Places>,
    entry: Rc<PlaceEntry>,
}

impl Places {
    pub(crate) fn new(most: usize) -> Self {
        let (moves, wanted) = (Cell::new(0), Cell::new(false));
        Self {
            most,
            taken: RefCell::default(),
            moves,
            wanted,
            changed: Notify::new(),
        }
    }

    /// Takes a place, for which another connection may have to go. Waits while all have deliveries that are worked on.
    pub(crate) async fn take(self: &Rc<Self>) -> ConnectionPlace {
        while self.taken.borrow().len() >= self.most {
            self.make_room().await;
        }
        let mut taken = self.taken.borrow_mut();
        let entry = Rc::new(PlaceEntry {
            state: Cell::new(PlaceState::Reading),
            moved: Cell::new(0),
            asked: Cell::new(false),
            task: OnceCell::new(),
            at: Cell::new(taken.len()),
        });
        taken.push(Rc::clone(&entry));
        let place = ConnectionPlace {
            places: Rc::clone(self),
            entry,
        };
        place.moved();
        place
    }

    /// Asks the first in order to give way, unless one is asked already, and waits until anything has changed.
    pub(crate) async fn make_room(&self) {
        self.wanted.set(true);
        if let Some(task) = self.ask() {
            task.wake();
        }
        self.changed.notified().await;
    }

    fn ask(&self) -> Option<Waker> {
        let taken = self.taken.borrow();
        if taken.iter().any(|entry| entry.asked.get()) {
            return None;
        }
        let ranked = taken
            .iter()
            .filter_map(|entry| Some(((entry.state.get().rank()?, entry.moved.get()), entry)));
        let (_, first) = ranked
            .filter(|(_, entry)| entry.task.get().is_some())
            .min_by_key(|(order, _)| *order)?;
        first.asked.set(true);
        first.task.get().cloned()
    }

    /// Waits until all places are free.
    pub(crate) async fn all_free(&self) {
        while !self.taken.borrow().is_empty() {
            self.wanted.set(true);
            self.changed.notified().await;
        }
    }

    fn change(&self) {
        if self.wanted.take() {
            self.changed.notify_one();
        }
    }
}

impl ConnectionPlace {
    /// Notes what the connection is doing now.
    pub(crate) fn set(&self, state: PlaceState) {
        let before = self.entry.state.replace(state);
        if before.rank().is_none() {
            self.places.change();
        }
    }

    /// Something of an answer was taken.
    pub(crate) fn moved(&self) {
        let moves = self.places.moves.get() + 1;
        self.places.moves.set(moves);
        self.entry.moved.set(moves);
    }

    /// Something of a request came.
    pub(crate) fn came(&self) {
        self.moved();
        if self.entry.state.get() == PlaceState::Idle {
            self.entry.state.set(PlaceState::Reading);
        }
    }

    /// All of an answer was taken.
    pub(crate) fn flushed(&self) {
        if self.entry.state.get() == PlaceState::Answering {
            self.entry.state.set(PlaceState::Idle);
        }
    }

    /// Works until that is done, or until the place is needed by another; `unread` tells whether the client has sent
    /// what nobody has read yet.
    pub(crate) async fn keep<T>(
        &self,
        work: impl Future<Output = T>,
        unread: impl Fn() -> bool,
    ) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.entry.task.get().is_none() {
                let _ = self.entry.task.set(context.waker().clone());
                self.places.change();
            }
            if self.entry.asked.take() {
                if self.gives_way(&unread) {
                    return Poll::Ready(None);
                }
                self.places.change();
            }
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn gives_way(&self, unread: &impl Fn() -> bool) -> bool {
        let state = self.entry.state.get();
        // Who has sent something meanwhile was not as slow as it seemed.
        let moves = matches!(state, PlaceState::Idle | PlaceState::Reading) && unread();
        if moves {
            self.came();
        }
        !moves && state.rank().is_some()
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let mut taken = self.places.taken.borrow_mut();
        let at = self.entry.at.get();
        taken.swap_remove(at);
        if let Some(entry) = taken.get(at) {
            entry.at.set(at);
        }
        self.places.change();
    }
}
