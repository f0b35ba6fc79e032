//! Many deliveries over a few open connections, as fast as they are answered or at a rate that the clock keeps.
//!
//! Separate from the client for single deliveries because here nothing may be done twice: connections stay open, the
//! headers are made once, and only what differs is made for each. Latency counts from the moment at which a delivery
//! was due, so that an endpoint that stalls cannot hide behind deliveries that were not sent meanwhile.

use super::client::{self, Sender};
use super::interrupt::Interrupt;
use super::pace::Pace;
use super::{Client, Delivery, Fault, MOST_OF_A_BODY, Route};
use bytes::Bytes;
use hdrhistogram::Histogram;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

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
    pub faults: BTreeMap<String, u64>,
    /// From due to answered, in microseconds; without those that had no answer.
    pub latency: Histogram<u64>,
    /// From due to sent, in nanoseconds, where a rate was kept.
    pub late: Option<Histogram<u64>>,
    /// From the first due moment to the last answer.
    pub elapsed: Duration,
    /// Somebody ended it before its time.
    pub interrupted: bool,
}

/// The longest time that is told apart: an hour, in microseconds and in nanoseconds.
const LONGEST: u64 = 3_600_000_000_000;

impl Tally {
    fn new(paced: bool) -> Self {
        // Three digits: a thousandth is less than what two runs differ by.
        let histogram = || Histogram::new_with_max(LONGEST, 3).expect("these bounds are good ones");
        Self {
            statuses: BTreeMap::new(),
            faults: BTreeMap::new(),
            latency: histogram(),
            late: paced.then(histogram),
            elapsed: Duration::ZERO,
            interrupted: false,
        }
    }

    /// One that could not be sent.
    pub fn failed(fault: &Fault, load: Load) -> Self {
        let mut tally = Self::new(load.rate.is_some());
        tally.faults.insert(fault.words(load.limit), 1);
        tally
    }

    fn merge(&mut self, other: &Self) {
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        for (fault, count) in &other.faults {
            *self.faults.entry(fault.clone()).or_default() += count;
        }
        let same = "both have the same bounds";
        self.latency.add(&other.latency).expect(same);
        if let (Some(late), Some(other)) = (&mut self.late, &other.late) {
            late.add(other).expect(same);
        }
    }
}

/// What all connections share.
struct Shared {
    load: Load,
    route: Route,
    method: Method,
    headers: HeaderMap,
    signature: Option<HeaderName>,
    make: Make,
    begun: Instant,
    next: AtomicU64,
    done: AtomicU64,
    interrupt: Interrupt,
}

/// A way to the endpoint that stays open.
enum Line {
    /// A connection of our own, opened when it is needed.
    Direct(Option<Sender>),
    /// The library's, with TLS or a proxy on the way.
    Library(reqwest::Client),
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
        let method = client::method(delivery)?;
        let headers = client::with_host(client::headers(&delivery.headers)?, route)?;
        let signature = signature.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        self.runtime.block_on(async {
            let mut lines = self.lines(route, load.connections).await?;
            let begun = Instant::now();
            let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
            let (route, interrupt) = (route.clone(), self.interrupt.clone());
            let shared = Shared { load, route, method, headers, signature, make, begun, next, done, interrupt };
            let shared = Arc::new(shared);
            let workers: Vec<_> = lines.drain(..).map(|line| tokio::spawn(Arc::clone(&shared).work(line))).collect();
            let all = async {
                let mut total = Tally::new(load.rate.is_some());
                for worker in workers {
                    match worker.await {
                        Ok(tally) => total.merge(&tally),
                        Err(_) => *total.faults.entry("a worker of this tool failed".to_owned()).or_default() += 1,
                    }
                }
                total
            };
            let mut all = pin!(all);
            let mut total = loop {
                match tokio::time::timeout(TICK, all.as_mut()).await {
                    Ok(total) => break total,
                    Err(_) => tick(shared.done.load(Ordering::Relaxed)),
                }
            };
            total.interrupted = self.interrupt.came();
            total.elapsed = begun.elapsed();
            Ok(total)
        })
    }

    /// As many lines as connections may be open. The first one is opened at once: where it cannot be, none can.
    async fn lines(&self, route: &Route, count: usize) -> Result<Vec<Line>, Fault> {
        if !route.is_plain() {
            let client = self.library(route)?;
            return Ok((0..count).map(|_| Line::Library(client.clone())).collect());
        }
        let first = client::connect(&route.addresses).await.map_err(|error| Fault::of(&*error, None))?;
        let others = (1..count).map(|_| Line::Direct(None));
        Ok(std::iter::once(Line::Direct(Some(first))).chain(others).collect())
    }
}

/// How often the progress is told.
const TICK: Duration = Duration::from_millis(100);

impl Shared {
    /// Sends one delivery after the other until there is nothing left to send, or somebody wants an end.
    async fn work(self: Arc<Self>, mut line: Line) -> Tally {
        let mut tally = Tally::new(self.load.rate.is_some());
        let mut came = pin!(self.interrupt.wait());
        {
            let mut sending = pin!(self.send_all(&mut line, &mut tally));
            poll_fn(|context| match came.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => sending.as_mut().poll(context),
            })
            .await;
        }
        tally
    }

    async fn send_all(&self, line: &mut Line, tally: &mut Tally) {
        let mut pace = None;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(due) = self.due(number) else { return };
            let parcel = (self.make)(number, due.saturating_duration_since(self.begun));
            if let Some(late) = &mut tally.late {
                wait(due, &mut pace).await;
                late.saturating_record(nanoseconds(due.elapsed()));
            }
            let outcome = tokio::time::timeout(self.load.limit, self.exchange(line, parcel)).await;
            match outcome.unwrap_or(Err(Fault::Timeout(None))) {
                Ok(status) => {
                    tally.latency.saturating_record(nanoseconds(due.elapsed()) / 1_000);
                    *tally.statuses.entry(status).or_default() += 1;
                }
                Err(fault) => {
                    // Whatever is on the wire now belongs to a delivery that was given up.
                    if let Line::Direct(sender) = line {
                        *sender = None;
                    }
                    *tally.faults.entry(fault.words(self.load.limit)).or_default() += 1;
                }
            }
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// When the delivery of that number is due; `None` where there is none.
    fn due(&self, number: u64) -> Option<Instant> {
        if self.load.count.is_some_and(|count| number >= count) {
            return None;
        }
        let since = match self.load.rate {
            Some(rate) => Duration::try_from_secs_f64(number as f64 / rate).ok()?,
            None => self.begun.elapsed(),
        };
        if self.load.duration.is_some_and(|duration| since >= duration) {
            return None;
        }
        self.begun.checked_add(since)
    }

    async fn exchange(&self, line: &mut Line, parcel: Parcel) -> Result<u16, Fault> {
        let mut headers = self.headers.clone();
        if let (Some(name), Some(value)) = (&self.signature, parcel.signature) {
            let value = HeaderValue::from_maybe_shared(Bytes::from(value))
                .map_err(|_| Fault::Other("the signature is no header".to_owned()))?;
            headers.insert(name, value);
        }
        let body = Bytes::from(parcel.body);
        match line {
            Line::Library(client) => {
                let url = self.route.target.url_without_login();
                headers.remove(http::header::HOST);
                let request = client.request(self.method.clone(), url).headers(headers).body(body);
                let response = request.send().await.map_err(|error| Fault::of(&error, None))?;
                let status = response.status().as_u16();
                drain(reqwest::Body::from(response), status).await.map(|_| status)
            }
            Line::Direct(sender) => self.direct(sender, headers, body).await,
        }
    }

    async fn direct(&self, line: &mut Option<Sender>, headers: HeaderMap, body: Bytes) -> Result<u16, Fault> {
        let open = match line.take() {
            // An endpoint may close a connection between two deliveries: that is no fault, and nothing was sent.
            Some(mut sender) => {
                if sender.ready().await.is_ok() {
                    Some(sender)
                } else {
                    None
                }
            }
            None => None,
        };
        let mut sender = match open {
            Some(sender) => sender,
            None => client::connect(&self.route.addresses).await.map_err(|error| Fault::of(&*error, None))?,
        };
        let request = client::request(self.method.clone(), &self.route, headers, Full::new(body))?;
        let response = sender.send_request(request).await.map_err(|error| Fault::of(&error, None))?;
        let status = response.status().as_u16();
        if drain(response.into_body(), status).await? {
            *line = Some(sender);
        }
        Ok(status)
    }
}

/// Waits until then.
async fn wait(due: Instant, pace: &mut Option<Pace>) {
    if pace.is_none() {
        *pace = Pace::new().ok();
    }
    let kept = match pace {
        Some(pace) => pace.until(due).await.is_ok(),
        None => false,
    };
    if !kept {
        // No precise clock can be had: the coarse one then.
        tokio::time::sleep_until(due.into()).await;
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

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
