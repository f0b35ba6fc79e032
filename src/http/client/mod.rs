//! Sends one delivery at a time and returns what came back.
//!
//! Deliveries to this machine without TLS go over a bare hyper connection, which costs nothing to set up; all others go
//! through reqwest, which supports TLS and proxies. Bursts are in `outbound`; their connections stay open and are below
//! hyper, which would triple what a delivery costs beside its signature.

mod answer_reader;
mod connection;
pub(crate) mod exact;
mod exact_answer;
mod kept_connection;
mod request;
mod trust;

pub(crate) use connection::Connection;
pub(crate) use kept_connection::KeptConnection;
pub(crate) use request::{headers, method, path, path_and_query};
pub use trust::Trust;

use super::Delivery;
use super::answer::{Answer, Fault, MARGIN_OF_A_BODY, MOST_OF_A_BODY};
use super::head_rewriter;
use super::interrupt::{Interrupt, Interrupted};
use super::route::Route;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};
use tokio::runtime::{self, Runtime};

/// Sends deliveries, each over its own connection.
#[derive(Debug)]
pub struct Client {
    pub(crate) runtime: Runtime,
    pub(crate) interrupt: Interrupt,
    trust: Trust,
}

/// What came back for one delivery, and how long it took.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The answer, or why there was none.
    pub outcome: Result<Answer, Fault>,
    /// From connecting to the end of the answer.
    pub latency: Duration,
}

impl Client {
    /// A client that accepts these certificates.
    pub fn new(trust: Trust) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let interrupt = Interrupt::listen(&runtime);
        Ok(Self {
            runtime,
            interrupt,
            trust,
        })
    }

    /// Sends a delivery and waits for the whole answer, no longer than `limit`.
    pub fn send(&self, delivery: &Delivery, route: &Route, limit: Duration) -> Sent {
        let started = Instant::now();
        let work = async {
            // Kept outside of the exchange, so that a timeout can include it.
            let mut status = None;
            let exchange = async {
                if route.is_direct() {
                    send_direct(delivery, route, &mut status).await
                } else {
                    self.send_with_reqwest(delivery, route, &mut status).await
                }
            };
            let outcome = tokio::time::timeout(limit, exchange).await;
            outcome.unwrap_or(Err(Fault::Timeout(status)))
        };
        let outcome = self
            .runtime
            .block_on(self.interrupt.race(work))
            .unwrap_or(Err(Fault::Interrupted));
        Sent {
            outcome,
            latency: started.elapsed(),
        }
    }

    /// Waits for that time, or until Ctrl-C.
    pub fn wait(&self, time: Duration) -> Result<(), Interrupted> {
        if time.is_zero() {
            return if self.interrupt.received() {
                Err(Interrupted)
            } else {
                Ok(())
            };
        }
        let sleep = async { tokio::time::sleep(time).await };
        self.runtime.block_on(self.interrupt.race(sleep))
    }

    async fn send_with_reqwest(
        &self,
        delivery: &Delivery,
        route: &Route,
        status: &mut Option<u16>,
    ) -> Result<Answer, Fault> {
        let response = self
            .reqwest_client(route)?
            .request(method(delivery)?, delivery.target.url_without_login())
            .headers(headers(delivery)?)
            .body(delivery.body.clone())
            .send()
            .await
            .map_err(|error| Fault::of(&error, None))?;
        read_answer(Response::<reqwest::Body>::from(response), status).await
    }

    pub(crate) fn reqwest_client(&self, route: &Route) -> Result<reqwest::Client, Fault> {
        self.trust.reqwest_client(route)
    }
}

async fn send_direct(
    delivery: &Delivery,
    route: &Route,
    status: &mut Option<u16>,
) -> Result<Answer, Fault> {
    let mut request = Request::new(Full::new(delivery.body.clone().into()));
    *request.method_mut() = method(delivery)?;
    *request.uri_mut() = path(delivery)?;
    *request.headers_mut() = request::with_host(headers(delivery)?, route)?;
    let head = (!request::fits_a_map(&delivery.headers)).then(|| {
        let lines = delivery
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.as_bytes()));
        head_rewriter::head(
            &delivery.method,
            path_and_query(request.uri()),
            route.target.authority(),
            &lines,
            delivery.body.len(),
        )
    });
    let mut connection = Connection::open_with(&route.addresses, head).await?;
    connection
        .exchange(request, async |response| {
            read_answer(response, status).await
        })
        .await
}

/// Reads an answer, and of its body as much as is shown.
async fn read_answer<B>(response: Response<B>, status: &mut Option<u16>) -> Result<Answer, Fault>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: StdError + Send + Sync + 'static,
{
    let (parts, mut body) = response.into_parts();
    *status = Some(parts.status.as_u16());
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    let mut answer = Answer {
        status: parts.status.as_u16(),
        headers,
        body: Vec::new(),
        cut: false,
    };
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame
            .map_err(|error| Fault::of(&error, *status))?
            .into_data()
        else {
            continue;
        };
        let room = MOST_OF_A_BODY + MARGIN_OF_A_BODY - answer.body.len();
        answer.body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            answer.cut = true;
            break;
        }
    }
    Ok(answer)
}

/// The standard reason phrase of a status.
pub fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}
