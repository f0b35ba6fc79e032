//! A request as it came in, read whole within its limits; or why it was not.
//!
//! Separate from serving connections, which knows nothing of what a request holds.

use super::super::title_case;
use super::Limits;
use super::raw_headers::RawHeaders;
use super::shutdown::OneInHand;
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

/// A delivery as it came in, and the server's obligation to deal with it.
#[derive(Debug)]
pub struct Received {
    /// What came; whoever looks at it later keeps it without copying.
    pub came: Arc<IncomingRequest>,
    /// When the last byte had come.
    pub since: Instant,
    /// Until it goes, the server does not end.
    in_hand: OneInHand,
}

impl Received {
    /// Waits until more is in hand than there is room for. Work that no client waits for is then given up.
    pub async fn crowded(&self) {
        self.in_hand.crowded().await;
    }
}

impl Deref for Received {
    type Target = IncomingRequest;

    fn deref(&self) -> &IncomingRequest {
        &self.came
    }
}

/// A delivery as it came in.
#[derive(Debug)]
pub struct IncomingRequest {
    /// The method.
    pub method: Method,
    /// What the client asked for.
    pub uri: Uri,
    /// By name.
    pub headers: HeaderMap,
    /// What they seem to have been read from, where somebody wants to know.
    pub(crate) head: Option<RawHeaders>,
    /// The raw bytes.
    pub body: Bytes,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl IncomingRequest {
    /// The value of the first header of that name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(HeaderValue::as_bytes)
    }

    /// The values of all headers of that name; case does not matter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.headers
            .get_all(name)
            .into_iter()
            .map(HeaderValue::as_bytes)
    }

    /// Names and values of all headers, those of one name together.
    pub fn header_pairs(&self) -> Vec<(&str, &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect()
    }

    /// Headers in order with repeats, as they were written; else those of one name together, in the usual spelling.
    pub fn lines(&self) -> Vec<(Cow<'_, str>, &[u8])> {
        match self
            .head
            .as_ref()
            .and_then(|head| head.lines(&self.headers))
        {
            Some(lines) => lines
                .into_iter()
                .map(|(name, value)| (Cow::Borrowed(name), value))
                .collect(),
            None => {
                let usual = |name: &HeaderName| Cow::Owned(title_case(name.as_str()));
                self.headers
                    .iter()
                    .map(|(name, value)| (usual(name), value.as_bytes()))
                    .collect()
            }
        }
    }

    /// About how many bytes it keeps.
    pub fn weight(&self) -> usize {
        // The map has its bytes from those that were read, of which the head is another copy.
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        self.body.len()
            + self.target().len()
            + headers
            + self.head.as_ref().map_or(0, RawHeaders::len)
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.uri
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str)
    }
}

/// A request that was answered without asking anybody.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The method and what was asked for, where that much came.
    pub request: Option<(String, String)>,
    /// What was answered.
    pub status: u16,
    /// Why.
    pub why: String,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl Refused {
    /// What came is not a request that could be read, and has been answered.
    pub(crate) fn no_http(remote: SocketAddr) -> Self {
        let why = "what came is no HTTP request; was https:// meant to be http://?".to_owned();
        Self {
            request: None,
            status: 400,
            why,
            remote,
        }
    }

    /// What came is the beginning of HTTP/2.
    pub(crate) fn http2(remote: SocketAddr) -> Self {
        let why = "HTTP/2 is not supported; send HTTP/1.1".to_owned();
        Self {
            request: None,
            status: 505,
            why,
            remote,
        }
    }

    /// What is answered to HTTP/2, to which the library says nothing.
    pub(crate) fn http2_answer(&self) -> String {
        let Self { status, why, .. } = self;
        let length = why.len() + 1;
        format!(
            "HTTP/1.1 {status} HTTP Version Not Supported\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{why}\n"
        )
    }
}

/// Reads a request to its end.
pub(crate) async fn read(
    request: Request<Incoming>,
    head: Option<RawHeaders>,
    remote: SocketAddr,
    limits: &Limits,
    mut in_hand: OneInHand,
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
            "the body is larger than {} bytes; --max-body allows more",
            limits.body
        )
    };
    if body.size_hint().lower() > limits.body as u64 {
        // Who waits for permission hears the answer now; who sends anyhow would not read it before all is sent.
        if !parts.headers.contains_key(EXPECT) {
            discard(body).await;
        }
        return Err(refuse(&parts, 413, &too_large()));
    }
    let mut whole = pin!(whole(body, limits.body));
    // Mostly all of it has come, and needs no clock.
    let whole = match poll_fn(|context| Poll::Ready(whole.as_mut().poll(context))).await {
        Poll::Ready(whole) => Ok(whole),
        Poll::Pending => tokio::time::timeout(limits.patience, whole).await,
    };
    let body = match whole {
        Ok(Ok(body)) => body,
        Ok(Err(Unread::TooLarge)) => return Err(refuse(&parts, 413, &too_large())),
        Ok(Err(Unread::Broken)) => {
            return Err(refuse(
                &parts,
                400,
                "the body is broken, or ended before it was whole",
            ));
        }
        Err(_) => return Err(refuse(&parts, 408, "the body came too slowly")),
    };
    let (method, uri, headers) = (parts.method, parts.uri, parts.headers);
    in_hand.weighs(body.len());
    let came = Arc::new(IncomingRequest {
        method,
        uri,
        headers,
        head,
        body,
        remote,
    });
    Ok(Received {
        came,
        since: Instant::now(),
        in_hand,
    })
}

/// Why there is no whole body.
enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body to its end, unless that is too far.
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
        // One piece is mostly all there is, and is taken without copying.
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

/// Takes some of a body that nobody wants, so that its sender comes to reading the answer.
async fn discard(mut body: Incoming) {
    const ENOUGH: Duration = Duration::from_millis(500);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(ENOUGH, all).await;
}
