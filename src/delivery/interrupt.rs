//! Ctrl-C, as something that can be waited for and asked about.
//!
//! Separate because every engine listens to it, and because one listener must live as long as the work: a signal that
//! comes between two waits must not be lost.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Whether somebody wants an end.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(watch::Receiver<bool>);

/// Somebody pressed Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen(runtime: &Runtime) -> Self {
        let (sender, receiver) = watch::channel(false);
        runtime.spawn(async move {
            // Where no handler can be had the system's own stays, which ends the process.
            if tokio::signal::ctrl_c().await.is_ok() {
                let _ = sender.send(true);
            } else {
                std::future::pending::<()>().await;
            }
        });
        // Until it is polled once, the listener is not there.
        runtime.block_on(tokio::task::yield_now());
        Self(receiver)
    }

    /// Whether it has come.
    pub(super) fn came(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it comes.
    pub(super) async fn wait(&self) {
        // Where the listener is gone it will never come.
        if self.0.clone().wait_for(|came| *came).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The work's outcome, unless Ctrl-C comes first.
    pub(super) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut came = pin!(self.wait());
        let mut work = pin!(work);
        poll_fn(|context| match came.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Interrupted)),
            Poll::Pending => work.as_mut().poll(context).map(Ok),
        })
        .await
    }
}
