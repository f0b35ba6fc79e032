//! How a server ends: what it waits for, and what it still does then.
//!
//! Separate because a clean end has several parts: nobody new is accepted, what is in hand is finished, a second wish
//! to end is obeyed at once, and none of it may hang.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, watch};

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
    pub(super) async fn come(&self, signals: &mut Option<Signals>) -> Ended {
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
pub(super) async fn finish(places: &Semaphore, all: usize, in_hand: &InHand, signals: &mut Option<Signals>) {
    const GRACE: Duration = Duration::from_secs(2);
    let all = u32::try_from(all).unwrap_or(u32::MAX);
    let work = async {
        let _ = places.acquire_many(all).await;
        in_hand.none().await;
    };
    let mut work = pin!(tokio::time::timeout(GRACE, work));
    poll_fn(|context| {
        if work.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        signals.as_mut().map_or(Poll::Pending, |signals| signals.poll(context))
    })
    .await;
}

/// Tells connections that nothing new is taken.
#[derive(Clone)]
pub(super) struct Finishing(Rc<watch::Sender<bool>>);

impl Default for Finishing {
    fn default() -> Self {
        Self(Rc::new(watch::Sender::new(false)))
    }
}

impl Finishing {
    pub(super) fn begin(&self) {
        self.0.send_replace(true);
    }

    pub(super) async fn begun(&self) {
        // The sender is `self`'s own, so it is there.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

/// Counts what is in hand: each clone but the server's own is one delivery.
#[derive(Clone, Debug, Default)]
pub(super) struct InHand(Rc<Notify>);

impl InHand {
    pub(super) fn one(&self) -> Self {
        self.clone()
    }

    /// Waits until there is none.
    async fn none(&self) {
        while Rc::strong_count(&self.0) > 1 {
            self.0.notified().await;
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        // Stored where nobody waits yet.
        self.0.notify_one();
    }
}

/// The signals that ask for an end.
pub(super) struct Signals {
    #[cfg(unix)]
    streams: [tokio::signal::unix::Signal; 2],
    #[cfg(not(unix))]
    stream: tokio::signal::windows::CtrlC,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { streams: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?] })
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { stream: tokio::signal::windows::ctrl_c()? })
    }

    /// Ready once for every signal.
    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        #[cfg(unix)]
        let came = self.streams.iter_mut().any(|stream| stream.poll_recv(context).is_ready());
        #[cfg(not(unix))]
        let came = self.stream.poll_recv(context).is_ready();
        if came { Poll::Ready(()) } else { Poll::Pending }
    }
}
