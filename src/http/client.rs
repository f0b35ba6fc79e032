//! Sends one delivery at a time and says what came back.
//!
//! Two engines: what goes to this machine without TLS travels over hyper's bare connection, which costs nothing to set
//! up; everything else goes through reqwest, which knows certificates and proxies. Separate from bursts, where the
//! connections stay open and the clock rules.

use super::answer::{Answer, Fault, MARGIN_OF_A_BODY, MOST_OF_A_BODY};
use super::head_rewriter::{self, HeadRewriter};
use super::interrupt::{Interrupt, Interrupted};
use super::route::Route;
use super::{Delivery, Header, title_case};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::error::Error as StdError;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};
use std::{io, task};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};

/// Whom TLS trusts.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those whom the system trusts.
    #[default]
    System,
    /// Only those whose certificates these have signed.
    Authorities(Vec<reqwest::Certificate>),
    /// Anybody.
    Anybody,
}

impl Trust {
    /// Trust in those alone whose certificates the ones in that text have signed, in PEM; why it cannot be had.
    pub fn in_authorities(pem: &[u8]) -> Result<Self, String> {
        let (mut authorities, mut judged) = (Vec::new(), RootCertStore::empty());
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("it is no PEM: {error}"))?;
            // The library takes any bytes for one, and fails when it connects.
            judged
                .add(certificate.clone())
                .map_err(|error| format!("a certificate in it is none: {error}"))?;
            authorities.extend(reqwest::Certificate::from_der(&certificate));
        }
        if authorities.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        Ok(Self::Authorities(authorities))
    }
}

/// Sends deliveries, each over a connection of its own.
#[derive(Debug)]
pub struct Client {
    pub(crate) runtime: Runtime,
    pub(crate) interrupt: Interrupt,
    trust: Trust,
}

/// What came of one delivery, and how long it took.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The answer, or why there was none.
    pub outcome: Result<Answer, Fault>,
    /// From the first packet to the last.
    pub latency: Duration,
}

impl Client {
    /// A client that trusts as told.
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

    /// Sends a delivery and waits for the whole answer, at most so long.
    pub fn send(&self, delivery: &Delivery, route: &Route, limit: Duration) -> Sent {
        let begun = Instant::now();
        let work = async {
            // Kept outside, so that a timeout can say how far it came.
            let mut status = None;
            let exchange = async {
                if route.is_plain() {
                    direct(delivery, route, &mut status).await
                } else {
                    self.through(delivery, route, &mut status).await
                }
            };
            let outcome = tokio::time::timeout(limit, exchange).await;
            outcome.unwrap_or(Err(Fault::Timeout(status)))
        };
        let outcome = self
            .runtime
            .block_on(self.interrupt.or(work))
            .unwrap_or(Err(Fault::Interrupted));
        Sent {
            outcome,
            latency: begun.elapsed(),
        }
    }

    /// Waits.
    pub fn wait(&self, time: Duration) -> Result<(), Interrupted> {
        if time.is_zero() {
            return if self.interrupt.came() {
                Err(Interrupted)
            } else {
                Ok(())
            };
        }
        self.runtime
            .block_on(self.interrupt.or(async { tokio::time::sleep(time).await }))
    }

    async fn through(
        &self,
        delivery: &Delivery,
        route: &Route,
        status: &mut Option<u16>,
    ) -> Result<Answer, Fault> {
        let client = self.library(route)?;
        let mut request = client.request(method(delivery)?, delivery.target.url_without_login());
        request = request
            .headers(headers(delivery)?)
            .body(delivery.body.clone());
        let response = request
            .send()
            .await
            .map_err(|error| Fault::of(&error, None))?;
        let response: Response<reqwest::Body> = response.into();
        answer(response, status).await
    }

    pub(crate) fn library(&self, route: &Route) -> Result<reqwest::Client, Fault> {
        self.trust.library(route)
    }
}

impl Trust {
    /// A client of the library for targets that need one: certificates are read and TLS is set up only for them.
    pub(crate) fn library(&self, route: &Route) -> Result<reqwest::Client, Fault> {
        // Another provider of cryptography cannot have been installed before, and the same one may have been.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_only()
            .http1_title_case_headers()
            .tcp_nodelay(true)
            .resolve_to_addrs(route.target.host(), &route.addresses);
        if route.loopback {
            builder = builder.no_proxy();
        }
        builder = match self {
            Trust::Anybody => builder.tls_danger_accept_invalid_certs(true),
            Trust::Authorities(authorities) => builder.tls_certs_only(authorities.clone()),
            Trust::System if !route.target.is_https() => builder.tls_certs_only([]),
            Trust::System => builder,
        };
        builder.build().map_err(|error| Fault::of(&error, None))
    }
}

async fn direct(
    delivery: &Delivery,
    route: &Route,
    status: &mut Option<u16>,
) -> Result<Answer, Fault> {
    let mut request = Request::new(Full::new(delivery.body.clone().into()));
    *request.method_mut() = method(delivery)?;
    *request.uri_mut() = path(delivery)?;
    *request.headers_mut() = with_host(headers(delivery)?, route)?;
    let head = (!fits_a_map(&delivery.headers)).then(|| {
        let lines = delivery
            .headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.as_bytes()));
        head_rewriter::head(
            &delivery.method,
            in_head(&request),
            route.target.authority(),
            &lines,
            delivery.body.len(),
        )
    });
    let mut connection = Connection::open_with(&route.addresses, head).await?;
    connection
        .exchange(request, async |response| answer(response, status).await)
        .await
}

/// An open connection. It moves only while something is exchanged over it, in the task of whoever does: a task of its
/// own would have to be woken twice for every delivery.
pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    /// `None` once it is closed.
    wire: Option<Pin<Box<Wire>>>,
    used: bool,
}

/// How many bytes of an answer are read at once, and so the most that its head may have. A hundred times as much is
/// worked on before another connection, or the clock, gets its turn: interim answers at full speed would hold them up.
const MOST_AT_ONCE: usize = 32 << 10;

type Wire = http1::Connection<TokioIo<HeadRewriter<TcpStream>>, Full<Bytes>>;

impl Connection {
    pub(crate) async fn open(addresses: &[SocketAddr]) -> Result<Self, Fault> {
        Self::open_with(addresses, None).await
    }

    /// One over which the first request has that head, whatever headers it has itself.
    pub(crate) async fn open_with(
        addresses: &[SocketAddr],
        head: Option<Vec<u8>>,
    ) -> Result<Self, Fault> {
        let stream = TcpStream::connect(addresses)
            .await
            .map_err(|error| Fault::of(&error, None))?;
        stream
            .set_nodelay(true)
            .map_err(|error| Fault::of(&error, None))?;
        let mut builder = http1::Builder::new();
        builder.title_case_headers(true).max_buf_size(MOST_AT_ONCE);
        let made = builder
            .handshake(TokioIo::new(HeadRewriter::new(stream, head)))
            .await;
        let (sender, wire) = made.map_err(|error| Fault::of(&error, None))?;
        Ok(Self {
            sender,
            wire: Some(Box::pin(wire)),
            used: false,
        })
    }

    /// Whether something was answered over it.
    pub(crate) fn is_used(&self) -> bool {
        self.used
    }

    /// Sends a request, and reads the answer so far as `read` does.
    pub(crate) async fn exchange<T>(
        &mut self,
        request: Request<Full<Bytes>>,
        read: impl AsyncFnOnce(Response<Incoming>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Self { sender, wire, used } = self;
        let mut work = pin!(async {
            sender
                .ready()
                .await
                .map_err(|error| Fault::of(&error, None))?;
            let response = sender
                .send_request(request)
                .await
                .map_err(|error| Fault::of(&error, None))?;
            *used = true;
            read(response).await
        });
        let mut advance = |context: &mut task::Context<'_>| {
            // Its fault comes back to whoever sends on it.
            if wire
                .as_mut()
                .is_some_and(|wire| wire.as_mut().poll(context).is_ready())
            {
                *wire = None;
            }
        };
        poll_fn(|context| {
            // First what has come is read, then something is made of it, and what that wants to send is written.
            advance(context);
            let outcome = work.as_mut().poll(context);
            if outcome.is_pending() {
                advance(context);
            }
            outcome
        })
        .await
    }
}

pub(crate) fn method(delivery: &Delivery) -> Result<Method, Fault> {
    Method::from_bytes(delivery.method.as_bytes())
        .map_err(|_| Fault::Other("the method is none".to_owned()))
}

pub(crate) fn path(delivery: &Delivery) -> Result<Uri, Fault> {
    delivery
        .target
        .path()
        .parse()
        .map_err(|_| Fault::Other("the path is none".to_owned()))
}

/// What a request asks for, as it stands in its head.
pub(crate) fn in_head<B>(request: &Request<B>) -> &str {
    request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str)
}

/// Headers with the host in front, where people and servers expect it, unless one is among them.
pub(crate) fn with_host(headers: HeaderMap, route: &Route) -> Result<HeaderMap, Fault> {
    if headers.contains_key(http::header::HOST) {
        return Ok(headers);
    }
    let host = HeaderValue::from_str(route.target.authority());
    let mut all = HeaderMap::with_capacity(headers.len() + 1);
    all.insert(
        http::header::HOST,
        host.map_err(|_| Fault::Other("the host is no header".to_owned()))?,
    );
    all.extend(headers);
    Ok(all)
}

/// Whether a map tells all there is to tell of those headers: each name in the usual spelling, repeats together.
fn fits_a_map(headers: &[Header]) -> bool {
    headers.iter().enumerate().all(|(at, header)| {
        let before = headers[..at]
            .iter()
            .position(|other| other.is(&header.name));
        title_case(&header.name) == header.name
            && before.is_none_or(|_| headers[at - 1].is(&header.name))
    })
}

/// Far more than any server takes, and far fewer than the library can hold without a panic.
const MOST_HEADERS: usize = 4_096;

pub(crate) fn headers(delivery: &Delivery) -> Result<HeaderMap, Fault> {
    let count = delivery.headers.len();
    if count > MOST_HEADERS {
        return Err(Fault::Other(format!(
            "{count} headers are too many to send; {MOST_HEADERS} are the most"
        )));
    }
    let mut map = HeaderMap::with_capacity(count + 2);
    for header in &delivery.headers {
        let bad = |error: http::Error| {
            Fault::Other(format!(
                "the header {} cannot be sent: {error}",
                header.name
            ))
        };
        let name =
            HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| bad(error.into()))?;
        let mut value =
            HeaderValue::from_bytes(header.value.as_bytes()).map_err(|error| bad(error.into()))?;
        value.set_sensitive(header.secret.is_some());
        map.append(name, value);
    }
    if delivery.body.is_empty() {
        // The library leaves it out where there is nothing to count, and some servers then ask for it (411).
        map.insert(http::header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(map)
}

async fn answer<B>(response: Response<B>, status: &mut Option<u16>) -> Result<Answer, Fault>
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

/// The words that go with a status, where it is a known one.
pub fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}
