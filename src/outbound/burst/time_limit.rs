//! A time limit that is set thousands of times a second and hardly ever reached.

use crate::http::Fault;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::time::{Sleep, sleep_until};

/// A timer that is used for one exchange after the other, and reset only when it fires.
pub(super) struct TimeLimit(Pin<Box<Sleep>>);

impl TimeLimit {
    pub(super) fn new() -> Self {
        Self(Box::pin(sleep_until(Instant::now().into())))
    }

    /// The outcome of the work, or a timeout.
    pub(super) async fn within<T>(
        &mut self,
        limit: Duration,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let end = tokio::time::Instant::now() + limit;
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(outcome) = work.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            while self.0.as_mut().poll(context).is_ready() {
                if self.0.deadline() >= end {
                    return Poll::Ready(Err(Fault::Timeout(None)));
                }
                self.0.as_mut().reset(end);
            }
            Poll::Pending
        })
        .await
    }
}
