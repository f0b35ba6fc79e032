//! Reads a whole request within its limits, or says why it was refused.

use super::super::header::title_case;
use super::Limits;
use super::raw_headers::RawHeaders;
use super::shutdown::PendingDelivery;
use bytes::{Bytes, BytesMut};
use http::header::EXPECT;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use std::borrow::Cow;
use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

/// A received request that the server still has to deal with.
#[derive(Debug)]
pub struct Received {
    /// The request, shared so that it can be kept without copying.
    pub request: Arc<IncomingRequest>,
    /// When its last byte was received.
    pub received_at: Instant,
    /// The server does not stop before this is dropped.
    pending: PendingDelivery,
}

impl Received {
    /// Waits until the server stops without waiting for this delivery any longer.
    pub async fn given_up(&self) {
        self.pending.given_up().await;
    }

    /// Waits until too many deliveries are pending. Those whose clients have disconnected are then given up.
    pub async fn overloaded(&self) {
        self.pending.overloaded().await;
    }
}

impl Deref for Received {
    type Target = IncomingRequest;

    fn deref(&self) -> &IncomingRequest {
        &self.request
    }
}

/// A request as it was received.
#[derive(Debug)]
pub struct IncomingRequest {
    /// The method.
    pub method: Method,
    /// The requested path and query.
    pub uri: Uri,
    /// The headers by name.
    pub headers: HeaderMap,
    /// The headers as written, if the handler wanted them.
    pub(crate) raw: Option<RawHeaders>,
    /// The raw bytes.
    pub body: Bytes,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl IncomingRequest {
    /// The value of the first header with this name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(HeaderValue::as_bytes)
    }

    /// The values of all headers with this name; case does not matter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.headers
            .get_all(name)
            .into_iter()
            .map(HeaderValue::as_bytes)
    }

    /// Names and values of all headers, grouped by name.
    pub fn header_pairs(&self) -> Vec<(&str, &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect()
    }

    /// Headers in their original order and spelling if known; otherwise grouped by name, in `Title-Case`.
    pub fn lines(&self) -> Vec<(Cow<'_, str>, &[u8])> {
        match self.raw.as_ref().and_then(|raw| raw.lines(&self.headers)) {
            Some(lines) => lines
                .into_iter()
                .map(|(name, value)| (Cow::Borrowed(name), value))
                .collect(),
            None => {
                let title = |name: &HeaderName| Cow::Owned(title_case(name.as_str()));
                self.headers
                    .iter()
                    .map(|(name, value)| (title(name), value.as_bytes()))
                    .collect()
            }
        }
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        // The map refers to the bytes that were read; the raw headers are another copy.
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        self.body.len()
            + self.target().len()
            + headers
            + self.raw.as_ref().map_or(0, RawHeaders::len)
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.uri
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str)
    }
}

/// A request that the server answered without asking its handler.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The method and the requested path, if that much was received.
    pub request: Option<(String, String)>,
    /// The status of the answer.
    pub status: u16,
    /// Why.
    pub why: String,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl Refused {
    /// What was received is not HTTP, and has been answered.
    pub(crate) fn not_http(remote: SocketAddr) -> Self {
        let why = "not an HTTP request; if you sent https://, use http://".to_owned();
        Self {
            request: None,
            status: 400,
            why,
            remote,
        }
    }

    /// What was received is the beginning of HTTP/2.
    pub(crate) fn http2(remote: SocketAddr) -> Self {
        let why = "HTTP/2 is not supported; send HTTP/1.1".to_owned();
        Self {
            request: None,
            status: 505,
            why,
            remote,
        }
    }

    /// The answer to HTTP/2, which hyper leaves unanswered.
    pub(crate) fn http2_answer(&self) -> String {
        let Self { status, why, .. } = self;
        let length = why.len() + 1;
        format!(
            "HTTP/1.1 {status} HTTP Version Not Supported\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{why}\n"
        )
    }
}

/// Reads a whole request.
pub(crate) async fn read(
    request: Request<Incoming>,
    raw: Option<RawHeaders>,
    remote: SocketAddr,
    limits: &Limits,
    mut pending: PendingDelivery,
) -> Result<Received, Refused> {
    let (parts, body) = request.into_parts();
    let refuse = |parts: &http::request::Parts, status, why: &str| Refused {
        request: Some((parts.method.to_string(), parts.uri.to_string())),
        status,
        why: why.to_owned(),
        remote,
    };
    let too_large = || {
        format!(
            "body larger than {} bytes (raise the limit with --max-body)",
            limits.body
        )
    };
    if body.size_hint().lower() > limits.body as u64 {
        // A client that waits for `100 Continue` reads the answer now; any other one only after it has sent the body.
        if !parts.headers.contains_key(EXPECT) {
            discard(body).await;
        }
        return Err(refuse(&parts, 413, &too_large()));
    }
    let body = match read_body(body, limits).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => return Err(refuse(&parts, 413, &too_large())),
        Err(Unread::Broken) => {
            return Err(refuse(&parts, 400, "body malformed or incomplete"));
        }
        Err(Unread::TooSlow) => return Err(refuse(&parts, 408, "body not received in time")),
    };
    let (method, uri, headers) = (parts.method, parts.uri, parts.headers);
    pending.set_size(body.len());
    let request = Arc::new(IncomingRequest {
        method,
        uri,
        headers,
        raw,
        body,
        remote,
    });
    Ok(Received {
        request,
        received_at: Instant::now(),
        pending,
    })
}

/// Why a body could not be read.
enum Unread {
    TooLarge,
    Broken,
    TooSlow,
}

/// Reads a whole body within its limits.
async fn read_body(body: Incoming, limits: &Limits) -> Result<Bytes, Unread> {
    let mut whole = pin!(whole(body, limits.body));
    // Usually all of it is here already, and needs no timer.
    match poll_fn(|context| Poll::Ready(whole.as_mut().poll(context))).await {
        Poll::Ready(whole) => whole,
        Poll::Pending => tokio::time::timeout(limits.client_timeout, whole)
            .await
            .unwrap_or(Err(Unread::TooSlow)),
    }
}

/// Reads a whole body of at most that many bytes.
async fn whole(mut body: Incoming, most: usize) -> Result<Bytes, Unread> {
    let (mut first, mut all) = (Bytes::new(), BytesMut::new());
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else {
            break;
        };
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > most {
            return Err(Unread::TooLarge);
        }
        // A body usually comes in one piece, which is not copied.
        match (first.is_empty(), all.is_empty()) {
            (true, true) => first = data,
            (_, empty) => {
                if empty {
                    all.extend_from_slice(&std::mem::take(&mut first));
                }
                all.extend_from_slice(&data);
            }
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads the body of a refused request for a short time, so that its sender gets to read the answer.
async fn discard(mut body: Incoming) {
    const ENOUGH: Duration = Duration::from_millis(500);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(ENOUGH, all).await;
}
