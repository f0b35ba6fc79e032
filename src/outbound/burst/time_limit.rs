//! A time limit that is set thousands of times a second and hardly ever reached.

use crate::http::Fault;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is used for one exchange after the other, and reset only when it fires.
pub(super) struct TimeLimit(Pin<Box<Sleep>>);

impl TimeLimit {
    pub(super) fn new() -> Self {
        Self(Box::pin(sleep_until(Instant::now())))
    }

    /// The outcome of the work, or a timeout if it takes until then.
    pub(super) async fn until<T>(
        &mut self,
        end: Instant,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(outcome) = work.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            // Work that never waits uses up what tokio lets a task do at once, the timer included.
            while pin!(unconstrained(self.0.as_mut()))
                .poll(context)
                .is_ready()
            {
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
