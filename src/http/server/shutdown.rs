//! How a server ends: what it waits for, and what it still does then.
//!
//! Separate because a clean end has several parts: nobody new is accepted, what is in hand is finished, a second wish
//! to end is obeyed at once, and none of it may hang.

use super::places::Places;
use std::cell::Cell;
use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// What a server waits for.
#[derive(Clone, Debug, Default)]
pub struct Until {
    /// Whoever holds this may ask for the end, once.
    pub asked: Arc<Notify>,
    /// It ends then, whatever has come.
    pub deadline: Option<Duration>,
    /// Ctrl-C and the system's wish to terminate end it.
    pub signals: bool,
}

/// What ended a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Somebody asked for it.
    Asked,
    /// Its time was over.
    Deadline,
    /// A signal came.
    Signal,
}

impl Until {
    /// Waits for the first of them.
    pub(crate) async fn come(&self, signals: &mut Option<Signals>) -> Ended {
        let mut asked = pin!(self.asked.notified());
        let mut deadline = pin!(self.deadline.map(tokio::time::sleep));
        poll_fn(|context| {
            if asked.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ended::Asked);
            }
            if let Some(deadline) = deadline.as_mut().as_pin_mut()
                && deadline.poll(context).is_ready()
            {
                return Poll::Ready(Ended::Deadline);
            }
            match signals {
                Some(signals) => signals.poll(context).map(|()| Ended::Signal),
                None => Poll::Pending,
            }
        })
        .await
    }
}

/// Gives what is in hand two seconds to be finished, or until the next signal.
pub(crate) async fn finish(places: &Places, in_hand: &InHand, signals: &mut Option<Signals>) {
    const GRACE: Duration = Duration::from_secs(2);
    let work = async {
        places.all_free().await;
        in_hand.none().await;
    };
    let mut work = pin!(tokio::time::timeout(GRACE, work));
    poll_fn(|context| {
        if work.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        signals
            .as_mut()
            .map_or(Poll::Pending, |signals| signals.poll(context))
    })
    .await;
}

/// Tells connections that nothing new is taken.
#[derive(Clone)]
pub(crate) struct Finishing(Rc<watch::Sender<bool>>);

impl Default for Finishing {
    fn default() -> Self {
        Self(Rc::new(watch::Sender::new(false)))
    }
}

impl Finishing {
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn begun(&self) {
        // The sender is `self`'s own, so it is there.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

/// What is in hand: deliveries that are read or worked on, also those whose clients have gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct InHand(Rc<Held>);

#[derive(Debug, Default)]
struct Held {
    deliveries: Cell<usize>,
    bytes: Cell<usize>,
    none: Notify,
    crowded: Notify,
}

/// More deliveries than that, or more bytes of their bodies, are too many where some of them have no client any more.
const MOST_DELIVERIES: usize = 1_024;
const MOST_BYTES: usize = 64 * 1024 * 1024;

impl InHand {
    /// Takes one more in hand.
    pub(crate) fn one(&self) -> OneInHand {
        self.0.deliveries.set(self.0.deliveries.get() + 1);
        OneInHand {
            held: Rc::clone(&self.0),
            bytes: 0,
        }
    }

    /// Waits until there is none.
    async fn none(&self) {
        while self.0.deliveries.get() > 0 {
            self.0.none.notified().await;
        }
    }
}

impl Held {
    fn is_crowded(&self) -> bool {
        self.deliveries.get() > MOST_DELIVERIES || self.bytes.get() > MOST_BYTES
    }
}

/// One delivery in hand.
#[derive(Debug)]
pub(crate) struct OneInHand {
    held: Rc<Held>,
    bytes: usize,
}

impl OneInHand {
    /// So many bytes of it are kept.
    pub(crate) fn weighs(&mut self, bytes: usize) {
        self.bytes = bytes;
        self.held.bytes.set(self.held.bytes.get() + bytes);
        if self.held.is_crowded() {
            self.held.crowded.notify_one();
        }
    }

    /// Waits until there is too much in hand. Of several the one that has waited longest hears of it.
    pub(crate) async fn crowded(&self) {
        while !self.held.is_crowded() {
            self.held.crowded.notified().await;
        }
    }
}

impl Drop for OneInHand {
    fn drop(&mut self) {
        self.held.deliveries.set(self.held.deliveries.get() - 1);
        self.held.bytes.set(self.held.bytes.get() - self.bytes);
        if self.held.is_crowded() {
            self.held.crowded.notify_one();
        } else if self.held.deliveries.get() == 0 {
            // Stored where nobody waits yet.
            self.held.none.notify_one();
        }
    }
}

/// The signals that ask for an end.
pub(crate) struct Signals {
    #[cfg(unix)]
    streams: [tokio::signal::unix::Signal; 2],
    #[cfg(not(unix))]
    stream: tokio::signal::windows::CtrlC,
}

impl Signals {
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            streams: [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
            ],
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            stream: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Ready once for every signal.
    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        #[cfg(unix)]
        let came = self
            .streams
            .iter_mut()
            .any(|stream| stream.poll_recv(context).is_ready());
        #[cfg(not(unix))]
        let came = self.stream.poll_recv(context).is_ready();
        if came { Poll::Ready(()) } else { Poll::Pending }
    }
}
