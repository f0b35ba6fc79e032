//! Sends one delivery at a time and says what came back.
//!
//! Two engines: what goes to this machine without TLS travels over hyper's bare connection, which costs nothing to set
//! up; everything else goes through reqwest, which knows certificates and proxies. Separate from bursts, where the
//! connections stay open and the clock rules.

use super::interrupt::{Interrupt, Interrupted};
use super::{Answer, Delivery, Fault, Header, MOST_OF_A_BODY, Route};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};

/// How TLS decides whom to trust.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Anybody.
    pub insecure: bool,
    /// Only those whose certificates these have signed, in PEM.
    pub authorities: Option<Vec<u8>>,
}

/// Sends deliveries, each over a connection of its own.
#[derive(Debug)]
pub struct Client {
    pub(super) runtime: Runtime,
    pub(super) interrupt: Interrupt,
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
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let interrupt = Interrupt::listen(&runtime);
        Ok(Self { runtime, interrupt, trust })
    }

    /// Sends a delivery and waits for the whole answer, at most so long.
    pub fn send(&self, delivery: &Delivery, route: &Route, limit: Duration) -> Result<Sent, Interrupted> {
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
        let outcome = self.runtime.block_on(self.interrupt.or(work))?;
        Ok(Sent { outcome, latency: begun.elapsed() })
    }

    /// Waits.
    pub fn wait(&self, time: Duration) -> Result<(), Interrupted> {
        if time.is_zero() {
            return if self.interrupt.came() { Err(Interrupted) } else { Ok(()) };
        }
        self.runtime.block_on(self.interrupt.or(async { tokio::time::sleep(time).await }))
    }

    async fn through(&self, delivery: &Delivery, route: &Route, status: &mut Option<u16>) -> Result<Answer, Fault> {
        let client = self.library(route)?;
        let mut request = client.request(method(delivery)?, route.target.url_without_login());
        request = request.headers(headers(&delivery.headers)?).body(delivery.body.clone());
        let response = request.send().await.map_err(|error| Fault::of(&error, None))?;
        let response: Response<reqwest::Body> = response.into();
        answer(response, status).await
    }

    /// A client of the library for targets that need one: certificates are read and TLS is set up only for them.
    pub(super) fn library(&self, route: &Route) -> Result<reqwest::Client, Fault> {
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
        builder = match &self.trust {
            Trust { insecure: true, .. } => builder.tls_danger_accept_invalid_certs(true),
            Trust { authorities: Some(pem), .. } => {
                let certificates = reqwest::Certificate::from_pem_bundle(pem)
                    .map_err(|error| Fault::Tls(format!("the certificates of --cacert cannot be read: {error}")))?;
                builder.tls_certs_only(certificates)
            }
            _ if !route.target.is_https() => builder.tls_certs_only([]),
            _ => builder,
        };
        builder.build().map_err(|error| Fault::of(&error, None))
    }
}

async fn direct(delivery: &Delivery, route: &Route, status: &mut Option<u16>) -> Result<Answer, Fault> {
    let mut sender = connect(&route.addresses).await.map_err(|error| Fault::of(&*error, None))?;
    let headers = with_host(headers(&delivery.headers)?, route)?;
    let request = request(method(delivery)?, route, headers, Full::new(delivery.body.clone().into()))?;
    let response = sender.send_request(request).await.map_err(|error| Fault::of(&error, None))?;
    answer(response, status).await
}

pub(super) type Sender = http1::SendRequest<Full<Bytes>>;

/// Opens a connection, which lives as long as somebody sends or reads on it.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<Sender, Box<dyn StdError + Send + Sync>> {
    let stream = TcpStream::connect(addresses).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::Builder::new().title_case_headers(true).handshake(TokioIo::new(stream)).await?;
    // Its fault comes back to whoever sends on it.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

pub(super) fn method(delivery: &Delivery) -> Result<Method, Fault> {
    Method::from_bytes(delivery.method.as_bytes()).map_err(|_| Fault::Other("the method is none".to_owned()))
}

pub(super) fn request(
    method: Method,
    route: &Route,
    headers: HeaderMap,
    body: Full<Bytes>,
) -> Result<Request<Full<Bytes>>, Fault> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = route.target.path().parse().map_err(|_| Fault::Other("the path is none".to_owned()))?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Headers with the host in front, where people and servers expect it, unless one is among them.
pub(super) fn with_host(headers: HeaderMap, route: &Route) -> Result<HeaderMap, Fault> {
    if headers.contains_key(http::header::HOST) {
        return Ok(headers);
    }
    let host = HeaderValue::from_str(route.target.authority());
    let mut all = HeaderMap::with_capacity(headers.len() + 1);
    all.insert(http::header::HOST, host.map_err(|_| Fault::Other("the host is no header".to_owned()))?);
    all.extend(headers);
    Ok(all)
}

pub(super) fn headers(headers: &[Header]) -> Result<HeaderMap, Fault> {
    let mut map = HeaderMap::with_capacity(headers.len() + 1);
    for header in headers {
        let bad = |error: http::Error| Fault::Other(format!("the header {} cannot be sent: {error}", header.name));
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| bad(error.into()))?;
        let mut value = HeaderValue::from_bytes(header.value.as_bytes()).map_err(|error| bad(error.into()))?;
        value.set_sensitive(header.secret.is_some());
        map.append(name, value);
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
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let mut answer = Answer { status: parts.status.as_u16(), headers, body: Vec::new(), cut: false };
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| Fault::of(&error, *status))?.into_data() else { continue };
        let room = MOST_OF_A_BODY - answer.body.len();
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
