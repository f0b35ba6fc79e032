//! Sends many deliveries over a few open connections, as fast as they are answered or at a fixed rate.
//!
//! Latency counts from the moment a delivery was due, so that deliveries that a stalled endpoint delayed are included.

use super::connection::{BurstConnection, RequestTemplate};
use super::precise_timer;
use super::request::Parcel;
use super::tally::Tally;
use super::time_limit::TimeLimit;
use crate::http::{Client, Delivery, Fault, Interrupted, Route};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How much is sent, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The number of deliveries.
    pub count: Option<u64>,
    /// How long to keep sending.
    pub duration: Option<Duration>,
    /// The most connections.
    pub connections: usize,
    /// Deliveries per second; without it, as fast as they are answered.
    pub rate: Option<f64>,
    /// How long one delivery may take.
    pub limit: Duration,
}

/// Makes the delivery with this number, which is due this long after the start, over the one before.
pub type Make = Arc<dyn Fn(u64, Duration, &mut Parcel) + Send + Sync>;

/// What all connections share.
struct BurstState {
    load: Load,
    template: RequestTemplate,
    make: Make,
    /// When the first connection was ready to send.
    started: OnceLock<Instant>,
    /// All tasks run on one thread, so it is never contended.
    count: Mutex<Count>,
}

/// The progress of a burst.
struct Count {
    /// The number of the next delivery.
    next: u64,
    /// Sent, and not answered yet.
    open: u64,
    /// Answered or failed.
    done: u64,
    tally: Tally,
}

/// How often progress is reported.
const TICK: Duration = Duration::from_millis(100);

impl Client {
    /// Sends many deliveries. `delivery` has the headers that are the same for all, and a placeholder in the header
    /// named `signature`. `tick` is told from time to time how many are done. Returns a fault if the endpoint could not
    /// be reached at all and nothing was sent.
    pub fn burst(
        &self,
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
        load: Load,
        make: Make,
        tick: &mut dyn FnMut(u64),
    ) -> Result<Tally, Fault> {
        // While the first connection is being opened, the first delivery counts as sent.
        let count = Count {
            next: 0,
            open: 1,
            done: 0,
            tally: Tally::new(load.rate.is_some()),
        };
        let state = Arc::new(BurstState {
            load,
            template: RequestTemplate::new(delivery, signature, route, &self.tls)?,
            make,
            started: OnceLock::new(),
            count: Mutex::new(count),
        });
        let work = async {
            let connections = tokio::time::timeout(load.limit, state.connections());
            let connections = connections.await.unwrap_or(Err(Fault::Timeout(None)))?;
            Arc::clone(&state).send_all(connections, tick).await;
            Ok(())
        };
        let ended = self.runtime.block_on(self.interrupt.race(work));
        let mut count = state.count();
        let Count { open, tally, .. } = &mut *count;
        match ended {
            Ok(reached) => reached?,
            Err(Interrupted) => {
                tally.interrupted = true;
                if *open > 0 {
                    tally.fault(Fault::Interrupted, *open);
                }
            }
        }
        tally.elapsed = state.started.get().map_or(Duration::ZERO, Instant::elapsed);
        Ok(tally.clone())
    }
}

impl BurstState {
    fn count(&self) -> MutexGuard<'_, Count> {
        // The numbers stay usable if a task panicked.
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connections. The first one is opened at once: if that fails, the endpoint cannot be reached.
    async fn connections(&self) -> Result<Vec<BurstConnection>, Fault> {
        let first = BurstConnection::open(&self.template).await?;
        let most = self
            .load
            .count
            .and_then(|count| usize::try_from(count).ok());
        let count = self.load.connections.min(most.unwrap_or(usize::MAX));
        let others = (1..count).map(|_| BurstConnection::default());
        Ok(std::iter::once(first).chain(others).collect())
    }

    /// Sends over all connections until nothing is left to send.
    async fn send_all(
        self: Arc<Self>,
        connections: Vec<BurstConnection>,
        tick: &mut dyn FnMut(u64),
    ) {
        self.count().open = 0;
        let mut workers = JoinSet::new();
        for connection in connections {
            workers.spawn(Arc::clone(&self).work(connection));
        }
        loop {
            match tokio::time::timeout(TICK, workers.join_next()).await {
                Ok(None) => return,
                Ok(Some(Ok(()))) => {}
                Ok(Some(Err(_))) => {
                    let fault = Fault::Other("internal error: a worker failed".to_owned());
                    self.count().tally.fault(fault, 1);
                }
                Err(_) => tick(self.count().done),
            }
        }
    }

    /// Sends one delivery after the other over a connection until nothing is left to send.
    async fn work(self: Arc<Self>, mut connection: BurstConnection) {
        let started = *self.started.get_or_init(Instant::now);
        let (mut timer, mut time_limit) = (None, TimeLimit::new());
        let mut parcel = Parcel::default();
        let mut now = Instant::now();
        while let Some((number, due)) = self.next(started, now) {
            (self.make)(number, due.saturating_duration_since(started), &mut parcel);
            if self.load.rate.is_some() {
                precise_timer::wait(due, &mut timer).await;
                now = Instant::now();
                let late = now.saturating_duration_since(due);
                self.count().tally.late(late);
            }
            self.count().open += 1;
            let limit = (now + self.load.limit).into();
            let sending = connection.send(&self.template, &parcel);
            let outcome = time_limit.until(limit, sending).await;
            now = Instant::now();
            let mut count = self.count();
            count.open -= 1;
            count.done += 1;
            match outcome {
                Ok(status) => count
                    .tally
                    .answer(status, now.saturating_duration_since(due)),
                Err(fault) => count.tally.fault(fault, 1),
            }
        }
    }

    /// The number of the next delivery and when it is due; `None` if there are no more.
    fn next(&self, started: Instant, now: Instant) -> Option<(u64, Instant)> {
        let mut count = self.count();
        let number = count.next;
        if self.load.count.is_some_and(|count| number >= count) {
            return None;
        }
        let since = match self.load.rate {
            Some(rate) => Duration::try_from_secs_f64(number as f64 / rate).ok()?,
            None => now.saturating_duration_since(started),
        };
        if self.load.duration.is_some_and(|duration| since >= duration) {
            return None;
        }
        count.next += 1;
        Some((number, started.checked_add(since)?))
    }
}
