//! Sends deliveries, exactly as they are, and returns what came back.
//!
//! A request is written by [`request`] and an answer read by [`answer_reader`], over whatever [`connect`] has opened: TCP,
//! TLS, a proxy. Requests of which `test` chooses every byte are in [`exact`]; bursts are in `outbound`.

mod answer_reader;
mod certificate_verifiers;
mod connect;
mod connection;
pub(crate) mod exact;
mod request;
mod trust;
mod whole_answer;

pub(crate) use connection::ClientConnection;
pub(crate) use request::{delivery_head, head};
pub(crate) use trust::Tls;
pub use trust::Trust;
pub(crate) use whole_answer::{ReadProgress, WholeAnswer};

use super::Delivery;
use super::answer::{Answer, Fault, MARGIN_OF_A_BODY, MOST_OF_A_BODY};
use super::interrupt::{Interrupt, Interrupted};
use super::route::Route;
use http::StatusCode;
use std::io;
use std::time::{Duration, Instant};
use tokio::runtime::{self, Runtime};

/// How much of an answer's body is read.
const MOST_READ: usize = MOST_OF_A_BODY + MARGIN_OF_A_BODY;

/// Sends deliveries, each over its own connection.
#[derive(Debug)]
pub struct Client {
    pub(crate) runtime: Runtime,
    pub(crate) interrupt: Interrupt,
    pub(crate) tls: Tls,
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
            tls: Tls::new(trust),
        })
    }

    /// Sends a delivery and waits for the whole answer, no longer than `limit`.
    pub fn send(&self, delivery: &Delivery, route: &Route, limit: Duration) -> Sent {
        let started = Instant::now();
        let work = async {
            // Kept outside of the exchange, so that a timeout can include it.
            let progress = ReadProgress::default();
            let exchange = self.exchange(delivery, route, &progress);
            let outcome = tokio::time::timeout(limit, exchange).await;
            outcome.unwrap_or(Err(Fault::Timeout(progress.status.get())))
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

    async fn exchange(
        &self,
        delivery: &Delivery,
        route: &Route,
        progress: &ReadProgress,
    ) -> Result<Answer, Fault> {
        let mut request = delivery_head(delivery, route)?;
        request.extend_from_slice(&delivery.body);
        let connection = ClientConnection::open(route, &self.tls).await?;
        let to_head = delivery.method == "HEAD";
        let answer = connection.ask(&request, to_head, MOST_READ, progress);
        answer.await.map(Answer::from)
    }
}

/// The standard reason phrase of a status.
pub fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}
