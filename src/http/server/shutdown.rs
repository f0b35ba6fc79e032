//! How a server stops: what makes it stop, and what it finishes first.
//!
//! Nothing new is accepted, deliveries in progress may finish within two seconds, and a second signal stops it at once.
//! Those that are not finished then are given up, which their handler hears of, so that it can record them.

use super::slots::ConnectionSlots;
use std::cell::Cell;
use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// When a server stops: at the first of these.
#[derive(Clone, Debug, Default)]
pub struct Until {
    /// It is asked to, through this.
    pub asked: Arc<Notify>,
    /// This much time has passed.
    pub deadline: Option<Duration>,
    /// Ctrl-C or SIGTERM, where this is set.
    pub signals: bool,
}

/// Why a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Asked,
    /// Its time was up.
    Deadline,
    /// It received a signal.
    Signal,
}

impl Until {
    /// Waits for the first of them.
    pub(crate) async fn wait(&self, signals: &mut Option<Signals>) -> Ended {
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

/// Waits until deliveries in progress are finished, for at most two seconds or until the next signal; then gives them up.
pub(crate) async fn finish(
    slots: &ConnectionSlots,
    pending: &PendingDeliveries,
    signals: &mut Option<Signals>,
) {
    const GRACE: Duration = Duration::from_secs(2);
    /// Enough to record what was given up, unless the disk hangs.
    const LAST: Duration = Duration::from_millis(500);
    if !finish_within(GRACE, slots, pending, signals).await {
        pending.give_up();
        finish_within(LAST, slots, pending, signals).await;
    }
}

/// Waits until they are finished; false if that takes longer, or a signal arrives.
async fn finish_within(
    limit: Duration,
    slots: &ConnectionSlots,
    pending: &PendingDeliveries,
    signals: &mut Option<Signals>,
) -> bool {
    let work = async {
        slots.all_free().await;
        pending.all_done().await;
    };
    let mut work = pin!(tokio::time::timeout(limit, work));
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done.is_ok());
        }
        let signal = signals.as_mut();
        signal.map_or(Poll::Pending, |signals| {
            signals.poll(context).map(|()| false)
        })
    })
    .await
}

/// Counts the deliveries in progress, including those whose clients have disconnected.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingDeliveries(Rc<PendingCounts>);

#[derive(Debug, Default)]
struct PendingCounts {
    deliveries: Cell<usize>,
    bytes: Cell<usize>,
    all_done: Notify,
    overloaded: Notify,
    /// The server stops without waiting for them any longer.
    given_up: watch::Sender<bool>,
}

/// With more deliveries than that, or more bytes of them, those whose clients have disconnected are given up.
const MOST_DELIVERIES: usize = 1_024;
const MOST_BYTES: usize = 64 * 1024 * 1024;

impl PendingDeliveries {
    /// Counts one more, which holds that many bytes.
    pub(crate) fn add(&self, bytes: usize) -> PendingDelivery {
        self.0.deliveries.set(self.0.deliveries.get() + 1);
        self.0.bytes.set(self.0.bytes.get() + bytes);
        if self.0.is_overloaded() {
            self.0.overloaded.notify_one();
        }
        PendingDelivery {
            counts: Rc::clone(&self.0),
            bytes,
        }
    }

    /// Tells them that the server waits no longer.
    fn give_up(&self) {
        self.0.given_up.send_replace(true);
    }

    /// Waits until all are finished.
    async fn all_done(&self) {
        while self.0.deliveries.get() > 0 {
            self.0.all_done.notified().await;
        }
    }
}

impl PendingCounts {
    fn is_overloaded(&self) -> bool {
        self.deliveries.get() > MOST_DELIVERIES || self.bytes.get() > MOST_BYTES
    }
}

/// One delivery in progress, counted until this is dropped.
#[derive(Debug)]
pub(crate) struct PendingDelivery {
    counts: Rc<PendingCounts>,
    bytes: usize,
}

impl PendingDelivery {
    /// Waits until the server waits no longer for it.
    pub(crate) async fn given_up(&self) {
        // Cannot fail: the sender is held here.
        let mut given_up = self.counts.given_up.subscribe();
        let _ = given_up.wait_for(|given_up| *given_up).await;
    }

    /// Waits until too much is pending. Of several waiters the one that has waited longest is woken.
    pub(crate) async fn overloaded(&self) {
        while !self.counts.is_overloaded() {
            self.counts.overloaded.notified().await;
        }
    }
}

impl Drop for PendingDelivery {
    fn drop(&mut self) {
        self.counts.deliveries.set(self.counts.deliveries.get() - 1);
        self.counts.bytes.set(self.counts.bytes.get() - self.bytes);
        if self.counts.is_overloaded() {
            self.counts.overloaded.notify_one();
        } else if self.counts.deliveries.get() == 0 {
            // Remembered if there is no waiter yet.
            self.counts.all_done.notify_one();
        }
    }
}

/// The signals that stop a server.
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
        let received = self
            .streams
            .iter_mut()
            .any(|stream| stream.poll_recv(context).is_ready());
        #[cfg(not(unix))]
        let received = self.stream.poll_recv(context).is_ready();
        if received {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}
