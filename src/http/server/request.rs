//! What is received: requests as they came, and those that the server answers itself.

use super::head::RequestHead;
use super::shutdown::PendingDelivery;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

/// A received request that the server still has to deal with.
#[derive(Debug)]
pub struct Received {
    /// The request, shared so that it can be kept without copying.
    pub request: Arc<IncomingRequest>,
    /// When its last byte was received.
    pub received_at: Instant,
    /// The server does not stop before this is dropped.
    pub(super) pending: PendingDelivery,
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
    /// The head as it came, and the body without its chunks.
    bytes: Box<[u8]>,
    head: RequestHead,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl IncomingRequest {
    /// A request of those bytes, which begin with the head.
    pub(super) fn new(bytes: Box<[u8]>, head: RequestHead, remote: SocketAddr) -> Self {
        Self {
            bytes,
            head,
            remote,
        }
    }

    /// The same request, from its bytes.
    pub(crate) fn again(bytes: Box<[u8]>, remote: SocketAddr) -> Self {
        // They were parsed before.
        let head = RequestHead::parse(&bytes).ok().flatten();
        Self::new(bytes, head.unwrap_or_default(), remote)
    }

    /// The head as it came, and the body without its chunks.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The method.
    pub fn method(&self) -> &str {
        self.head.method(&self.bytes)
    }

    /// What was requested, as it was written: usually a path.
    pub fn requested(&self) -> &str {
        self.head.requested(&self.bytes)
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.head.target(&self.bytes)
    }

    /// The raw bytes.
    pub fn body(&self) -> &[u8] {
        self.bytes.get(self.head.length..).unwrap_or_default()
    }

    /// The value of the first header with this name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.values(name).next()
    }

    /// The values of all headers with this name; case does not matter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.head
            .headers(&self.bytes)
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// Names and values of all headers, in the order and the spelling that they were sent in.
    pub fn headers(&self) -> impl ExactSizeIterator<Item = (&str, &[u8])> {
        // The names of headers are ASCII.
        let text = |name| std::str::from_utf8(name).unwrap_or_default();
        self.head
            .headers(&self.bytes)
            .map(move |(name, value)| (text(name), value))
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        self.bytes.len()
    }
}

/// A request that the server answered without asking its handler.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The method and what was requested, if that much was received.
    pub request: Option<(String, String)>,
    /// The status of the answer.
    pub status: u16,
    /// Why.
    pub why: String,
    /// Who sent it.
    pub remote: SocketAddr,
}
