//! Many deliveries over a few open connections, as fast as they are answered or at a rate that the clock keeps.
//!
//! Separate from the client for single deliveries because here nothing may be done twice: connections stay open, the
//! headers are made once, and only what differs is made for each. Latency counts from the moment at which a delivery
//! was due, so that an endpoint that stalls cannot hide behind deliveries that were not sent meanwhile.

use super::precise_timer::PreciseTimer;
use crate::http::client::{self, Connection};
use crate::http::{Client, Delivery, Fault, Interrupted, MOST_OF_A_BODY, Route};
use bytes::Bytes;
use hdrhistogram::Histogram;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep_until};

/// How much is sent, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// So many deliveries.
    pub count: Option<u64>,
    /// For so long.
    pub duration: Option<Duration>,
    /// Over so many connections at most.
    pub connections: usize,
    /// So many a second; as fast as they are answered without it.
    pub rate: Option<f64>,
    /// How long one may take.
    pub limit: Duration,
}

/// What differs from one delivery to the next.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The body.
    pub body: Vec<u8>,
    /// The value of the header that signs it.
    pub signature: Option<String>,
}

/// Makes the delivery of that number, which is due that long after the start.
pub type Make = Arc<dyn Fn(u64, Duration) -> Parcel + Send + Sync>;

/// What came of a burst.
#[derive(Clone, Debug)]
pub struct Tally {
    /// How often each status came.
    pub statuses: BTreeMap<u16, u64>,
    /// How often there was no answer, by reason.
    pub faults: BTreeMap<Fault, u64>,
    /// From due to answered, in microseconds; without those that had no answer.
    pub latency: Histogram<u64>,
    /// From due to sent, in nanoseconds, where a rate was kept.
    pub late: Option<Histogram<u64>>,
    /// From the first due moment to the last answer.
    pub elapsed: Duration,
    /// Somebody ended it before its time.
    pub interrupted: bool,
}

/// The longest time that is told apart: an hour.
const LONGEST: Duration = Duration::from_secs(3_600);

impl Tally {
    fn new(paced: bool) -> Self {
        // Three digits: a thousandth is less than what two runs differ by.
        let histogram =
            |longest| Histogram::new_with_max(longest, 3).expect("these bounds are good ones");
        Self {
            statuses: BTreeMap::new(),
            faults: BTreeMap::new(),
            latency: histogram(microseconds(LONGEST)),
            late: paced.then(|| histogram(nanoseconds(LONGEST))),
            elapsed: Duration::ZERO,
            interrupted: false,
        }
    }

    /// One that could not be sent.
    pub fn failed(fault: Fault, load: Load) -> Self {
        let mut tally = Self::new(load.rate.is_some());
        tally.fault(fault, 1);
        tally
    }

    fn fault(&mut self, fault: Fault, count: u64) {
        *self.faults.entry(fault).or_default() += count;
    }
}

/// What all connections share.
struct BurstState {
    load: Load,
    route: Route,
    method: Method,
    path: Uri,
    headers: HeaderMap,
    signature: Option<HeaderName>,
    make: Make,
    /// The clock starts when the first of them is ready to send.
    begun: OnceLock<Instant>,
    /// They take turns on one thread, so nobody ever waits for it.
    count: Mutex<Count>,
}

/// How far a burst has come.
struct Count {
    /// The number of the next delivery.
    next: u64,
    /// On their way.
    open: u64,
    /// Answered or failed.
    done: u64,
    tally: Tally,
}

/// A way to the endpoint that stays open.
enum BurstConnection {
    /// A connection of our own, opened when it is needed.
    Direct(Option<Connection>),
    /// The library's, with TLS or a proxy on the way, and whether it was used before.
    Library(reqwest::Client, bool),
}

/// A delivery that can be sent again.
struct ReusableRequest {
    signature: Option<HeaderValue>,
    body: Bytes,
}

impl Client {
    /// Sends many; `delivery` has the headers that are the same for all, and a placeholder in the header named
    /// `signature`. `tick` hears now and then how many are done. A fault says that the endpoint could not be reached at
    /// all, and that nothing was sent.
    pub fn burst(
        &self,
        delivery: &Delivery,
        signature: Option<&str>,
        route: &Route,
        load: Load,
        make: Make,
        tick: &mut dyn FnMut(u64),
    ) -> Result<Tally, Fault> {
        // The first one is on its way as soon as its connection is being opened.
        let count = Count {
            next: 0,
            open: 1,
            done: 0,
            tally: Tally::new(load.rate.is_some()),
        };
        let shared = Arc::new(BurstState {
            load,
            route: route.clone(),
            method: client::method(delivery)?,
            path: client::path(delivery)?,
            headers: client::with_host(client::headers(delivery)?, route)?,
            signature: signature.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok()),
            make,
            begun: OnceLock::new(),
            count: Mutex::new(count),
        });
        let work = async {
            let lines = tokio::time::timeout(load.limit, self.lines(route, load));
            let lines = lines.await.unwrap_or(Err(Fault::Timeout(None)))?;
            shared.count().open = 0;
            let mut workers = JoinSet::new();
            for line in lines {
                workers.spawn(Arc::clone(&shared).work(line));
            }
            loop {
                match tokio::time::timeout(TICK, workers.join_next()).await {
                    Ok(None) => return Ok(()),
                    Ok(Some(Ok(()))) => {}
                    Ok(Some(Err(_))) => {
                        shared
                            .count()
                            .tally
                            .fault(Fault::Other("a worker of this tool failed".to_owned()), 1);
                    }
                    Err(_) => tick(shared.count().done),
                }
            }
        };
        let ended = self.runtime.block_on(self.interrupt.or(work));
        let mut count = shared.count();
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
        tally.elapsed = shared.begun.get().map_or(Duration::ZERO, Instant::elapsed);
        Ok(tally.clone())
    }

    /// As many lines as connections may be open. The first one is opened at once: where it cannot be, none can.
    async fn lines(&self, route: &Route, load: Load) -> Result<Vec<BurstConnection>, Fault> {
        let most = load
            .count
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usize::MAX);
        let count = load.connections.min(most);
        if !route.is_plain() {
            if route.loopback {
                // No proxy lies between, so that whoever refuses a bare connection refuses all.
                TcpStream::connect(&*route.addresses)
                    .await
                    .map_err(|error| Fault::of(&error, None))?;
            }
            let client = self.library(route)?;
            return Ok((0..count)
                .map(|_| BurstConnection::Library(client.clone(), false))
                .collect());
        }
        let first = Connection::open(&route.addresses).await?;
        let others = (1..count).map(|_| BurstConnection::Direct(None));
        Ok(std::iter::once(BurstConnection::Direct(Some(first)))
            .chain(others)
            .collect())
    }
}

/// How often the progress is told.
const TICK: Duration = Duration::from_millis(100);

impl BurstState {
    fn count(&self) -> MutexGuard<'_, Count> {
        // Numbers are whole even where somebody panicked between two of them.
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one delivery after the other until there is nothing left to send.
    async fn work(self: Arc<Self>, mut line: BurstConnection) {
        let begun = *self.begun.get_or_init(Instant::now);
        let (mut pace, mut alarm) = (None, Alarm::new());
        loop {
            let Some((number, due)) = self.next(begun) else {
                return;
            };
            let ready = self.ready((self.make)(number, due.saturating_duration_since(begun)));
            let mut late = None;
            if self.load.rate.is_some() {
                wait(due, &mut pace).await;
                late = Some(due.elapsed());
            }
            self.count().open += 1;
            let outcome = match &ready {
                Ok(ready) => {
                    alarm
                        .within(self.load.limit, self.send(&mut line, ready))
                        .await
                }
                Err(fault) => Err(fault.clone()),
            };
            let mut count = self.count();
            count.open -= 1;
            count.done += 1;
            if let (Some(histogram), Some(late)) = (&mut count.tally.late, late) {
                histogram.saturating_record(nanoseconds(late));
            }
            match outcome {
                Ok(status) => {
                    count
                        .tally
                        .latency
                        .saturating_record(microseconds(due.elapsed()));
                    *count.tally.statuses.entry(status).or_default() += 1;
                }
                Err(fault) => count.tally.fault(fault, 1),
            }
        }
    }

    /// The number of the next delivery, and when it is due; `None` where there is none.
    fn next(&self, begun: Instant) -> Option<(u64, Instant)> {
        let mut count = self.count();
        let number = count.next;
        if self.load.count.is_some_and(|count| number >= count) {
            return None;
        }
        let since = match self.load.rate {
            Some(rate) => Duration::try_from_secs_f64(number as f64 / rate).ok()?,
            None => begun.elapsed(),
        };
        if self.load.duration.is_some_and(|duration| since >= duration) {
            return None;
        }
        count.next += 1;
        Some((number, begun.checked_add(since)?))
    }

    fn ready(&self, parcel: Parcel) -> Result<ReusableRequest, Fault> {
        let signature = parcel
            .signature
            .map(|value| HeaderValue::from_maybe_shared(Bytes::from(value)))
            .transpose();
        let signature =
            signature.map_err(|_| Fault::Other("the signature is no header".to_owned()))?;
        Ok(ReusableRequest {
            signature,
            body: Bytes::from(parcel.body),
        })
    }

    /// The headers of one delivery.
    fn headers(&self, ready: &ReusableRequest) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let (Some(name), Some(value)) = (&self.signature, &ready.signature) {
            headers.insert(name, value.clone());
        }
        headers
    }

    async fn send(
        &self,
        line: &mut BurstConnection,
        ready: &ReusableRequest,
    ) -> Result<u16, Fault> {
        let used = line.is_used();
        match self.exchange(line, ready).await {
            // An endpoint may close a connection after any answer, and the next delivery may cross with that on the
            // way. It is no fault of either: whoever keeps connections open sends once more, over another one.
            Err(Fault::Closed(None) | Fault::Reset(None)) if used => {
                self.exchange(line, ready).await
            }
            outcome => outcome,
        }
    }

    async fn exchange(
        &self,
        line: &mut BurstConnection,
        ready: &ReusableRequest,
    ) -> Result<u16, Fault> {
        match line {
            BurstConnection::Library(client, used) => {
                let mut request =
                    client.request(self.method.clone(), self.route.target.url_without_login());
                let mut headers = self.headers(ready);
                headers.remove(http::header::HOST);
                request = request.headers(headers).body(ready.body.clone());
                let response = request
                    .send()
                    .await
                    .map_err(|error| Fault::of(&error, None))?;
                *used = true;
                let status = response.status().as_u16();
                drain(reqwest::Body::from(response), status)
                    .await
                    .map(|_| status)
            }
            BurstConnection::Direct(open) => {
                // Taken out, so that a connection on which somebody gave up is never used again.
                let mut connection = match open.take() {
                    Some(connection) => connection,
                    None => Connection::open(&self.route.addresses).await?,
                };
                let mut request = Request::new(Full::new(ready.body.clone()));
                *request.method_mut() = self.method.clone();
                *request.uri_mut() = self.path.clone();
                *request.headers_mut() = self.headers(ready);
                let read = async |response: http::Response<hyper::body::Incoming>| {
                    let status = response.status().as_u16();
                    Ok((status, drain(response.into_body(), status).await?))
                };
                let (status, whole) = connection.exchange(request, read).await?;
                if whole {
                    *open = Some(connection);
                }
                Ok(status)
            }
        }
    }
}

impl BurstConnection {
    /// Whether a delivery has gone over it that was answered.
    fn is_used(&self) -> bool {
        match self {
            Self::Direct(open) => open.as_ref().is_some_and(Connection::is_used),
            Self::Library(_, used) => *used,
        }
    }
}

/// A time limit that is set thousands of times a second and hardly ever reached: the timer is moved only when it rings.
struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    fn new() -> Self {
        Self(Box::pin(sleep_until(Instant::now().into())))
    }

    async fn within<T>(
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

/// Waits until then.
async fn wait(due: Instant, pace: &mut Option<PreciseTimer>) {
    if pace.is_none() {
        *pace = PreciseTimer::new().ok();
    }
    let kept = match pace {
        Some(pace) => pace.until(due).await.is_ok(),
        None => false,
    };
    if !kept {
        // No precise clock can be had: the coarse one then.
        sleep_until(due.into()).await;
    }
}

/// Reads a body to its end; false where it was not worth reading that far.
async fn drain<B>(mut body: B, status: u16) -> Result<bool, Fault>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: StdError + Send + Sync + 'static,
{
    let mut room = MOST_OF_A_BODY;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Fault::of(&error, Some(status)))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        if length > room {
            return Ok(false);
        }
        room -= length;
    }
    Ok(true)
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
