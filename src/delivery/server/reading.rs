//! A request as it came in, read whole within its limits; or why it was not.
//!
//! Separate from serving connections, which knows nothing of what a request holds.

use super::Limits;
use super::ending::InHand;
use bytes::Bytes;
use http::header::EXPECT;
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A delivery as it came in, and the server's obligation to deal with it.
#[derive(Debug)]
pub struct Received {
    /// What came; whoever looks at it later keeps it without copying.
    pub came: Arc<Came>,
    /// When the last byte had come.
    pub since: Instant,
    /// Until it goes, the server does not end.
    _in_hand: InHand,
}

impl Deref for Received {
    type Target = Came;

    fn deref(&self) -> &Came {
        &self.came
    }
}

/// A delivery as it came in.
#[derive(Debug)]
pub struct Came {
    /// The method.
    pub method: Method,
    /// What the client asked for.
    pub uri: Uri,
    /// In order, with repeats.
    pub headers: HeaderMap,
    /// The raw bytes.
    pub body: Bytes,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl Came {
    /// The value of the first header of that name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(http::HeaderValue::as_bytes)
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
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
    /// What came is no request at all, and has been answered.
    pub(super) fn no_http(remote: SocketAddr) -> Self {
        let why = "what came is no HTTP request; was https:// meant to be http://?".to_owned();
        Self { request: None, status: 400, why, remote }
    }
}

/// Reads a request to its end.
pub(super) async fn read(
    request: Request<Incoming>,
    remote: SocketAddr,
    limits: &Limits,
    in_hand: InHand,
) -> Result<Received, Refused> {
    let (parts, body) = request.into_parts();
    let refuse = |parts: &http::request::Parts, status, why: &str| Refused {
        request: Some((parts.method.to_string(), parts.uri.to_string())),
        status,
        why: why.to_owned(),
        remote,
    };
    let too_large = format!("the body is larger than {} bytes; --max-body allows more", limits.body);
    if body.size_hint().lower() > limits.body as u64 {
        // Who waits for permission hears the answer now; who sends anyhow would not read it before all is sent.
        if !parts.headers.contains_key(EXPECT) {
            discard(body).await;
        }
        return Err(refuse(&parts, 413, &too_large));
    }
    let collected = if body.is_end_stream() {
        Bytes::new()
    } else {
        match tokio::time::timeout(limits.patience, Limited::new(body, limits.body).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(refuse(&parts, 413, &too_large)),
            Ok(Err(_)) => return Err(refuse(&parts, 400, "the body is broken, or ended before it was whole")),
            Err(_) => return Err(refuse(&parts, 408, "the body came too slowly")),
        }
    };
    let (method, uri, headers) = (parts.method, parts.uri, parts.headers);
    let came = Arc::new(Came { method, uri, headers, body: collected, remote });
    Ok(Received { came, since: Instant::now(), _in_hand: in_hand })
}

/// Takes some of a body that nobody wants, so that its sender comes to reading the answer.
async fn discard(mut body: Incoming) {
    const ENOUGH: Duration = Duration::from_millis(500);
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(ENOUGH, all).await;
}
