//! Sends a request exactly as written, in the manner that is asked for: in pieces, with its last byte held back, without
//! reading the answer.
//!
//! Nothing of a request is checked: most of what an endpoint must survive should not be sent. Each request has a
//! connection and a runtime of its own, and so threads can send side by side.

use super::super::answer::{Answer, Fault};
use super::super::route::Route;
use super::super::{Delivery, Header};
use super::answer_reader::{AnswerBuffer, AnswerReader};
use super::connect::{self, OpenStream};
use super::request::write_line;
use super::trust::Tls;
use super::whole_answer::{self, ReadProgress};
use super::{MOST_READ, Sent, Trust};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

/// A request of which every byte is chosen.
#[derive(Clone, Debug)]
pub(crate) struct ExactRequest {
    /// Method, path and version, without a line break.
    pub(crate) line: String,
    /// In order, exactly as written; `Host` and `Content-Length` included.
    pub(crate) headers: Vec<Header>,
    /// The body as sent on the wire.
    pub(crate) body: Vec<u8>,
}

impl ExactRequest {
    /// A delivery in its usual form: `Host` first, then its own headers, `Connection: close` and `Content-Length` last.
    pub(crate) fn of(delivery: &Delivery) -> Self {
        let has = |name: &str| delivery.headers.iter().any(|header| header.is(name));
        let line = |name: &str, value: &str| {
            (!has(name)).then(|| Header {
                name: name.to_owned(),
                value: value.to_owned(),
                secret: None,
            })
        };
        let host = line("Host", delivery.target.authority());
        let close = line("Connection", "close");
        let length = line("Content-Length", &delivery.body.len().to_string());
        Self {
            line: format!("{} {} HTTP/1.1", delivery.method, delivery.target.path()),
            headers: host
                .into_iter()
                .chain(delivery.headers.iter().cloned())
                .chain(close)
                .chain(length)
                .collect(),
            body: delivery.body.clone(),
        }
    }

    /// Replaces every header of that name with this one, where the first of them is, or adds it at the end.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.put(Header {
            name: name.to_owned(),
            value: value.into(),
            secret: None,
        });
    }

    /// The same with a header whose value may be partly secret.
    pub(crate) fn put(&mut self, header: Header) {
        let at = self.headers.iter().position(|known| known.is(&header.name));
        self.remove(&header.name);
        self.headers
            .insert(at.unwrap_or(self.headers.len()), header);
    }

    /// Removes every header of that name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|header| !header.is(name));
    }

    /// Replaces the body, and the value of `Content-Length` where there is one.
    pub(crate) fn set_body(&mut self, body: Vec<u8>) {
        for header in &mut self.headers {
            if header.is("Content-Length") {
                header.value = body.len().to_string();
            }
        }
        self.body = body;
    }

    /// The request line and the headers.
    fn head(&self) -> Vec<u8> {
        let mut head = format!("{}\r\n", self.line).into_bytes();
        for header in &self.headers {
            write_line(&mut head, &header.name, header.value.as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// How the bytes leave.
#[derive(Clone, Copy)]
pub(crate) enum Manner<'a> {
    /// All at once.
    Whole,
    /// Pieces of the whole request that end at these offsets of the body, with a pause between them.
    Pieces(&'a [usize], Duration),
    /// All but the last byte; the last leaves when all have met at the barrier, and the time limit starts again. One that
    /// does not connect within two seconds gives up. `send` waits at the barrier exactly once, whatever happens.
    Gated(&'a Barrier),
    /// Closes the connection that long after the last byte, without reading the answer: [`Fault::Closed`].
    Abort(Duration),
    /// Waits for `100 Continue`, or for a second, before the body.
    Expect,
}

/// How long a body is held back while the endpoint does not ask for it.
const CONTINUE_LIMIT: Duration = Duration::from_secs(1);

/// How long gated requests wait for each other: an endpoint with one thread takes no more connections while it waits
/// for the last byte of the first.
const GATHER_LIMIT: Duration = Duration::from_secs(2);

/// How often a run that was interrupted is noticed.
const STOP_INTERVAL: Duration = Duration::from_millis(50);

/// Sends exact requests to one target; threads may share it.
pub(crate) struct ExactClient {
    route: Route,
    tls: Tls,
    stop: Arc<AtomicBool>,
}

impl ExactClient {
    /// A client for that target. Whatever it does ends soon after `stop` is set.
    pub(crate) fn new(trust: &Trust, route: Route, stop: Arc<AtomicBool>) -> Result<Self, Fault> {
        let tls = Tls::new(trust.clone());
        if route.target.is_https() {
            tls.prepare()?;
        }
        Ok(Self { route, tls, stop })
    }

    /// Sends a request in that manner, and waits for the answer no longer than `limit`.
    pub(crate) fn send(&self, request: &ExactRequest, manner: Manner<'_>, limit: Duration) -> Sent {
        let mut started = Instant::now();
        let mut gate = LastByteGate::of(manner);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let outcome = runtime
            .map_err(|error| Fault::of(&error, None))
            .and_then(|runtime| {
                runtime.block_on(self.exchange(request, manner, limit, &mut gate, &mut started))
            });
        Sent {
            outcome,
            latency: started.elapsed(),
        }
    }

    async fn exchange(
        &self,
        request: &ExactRequest,
        manner: Manner<'_>,
        limit: Duration,
        gate: &mut LastByteGate<'_>,
        started: &mut Instant,
    ) -> Result<Answer, Fault> {
        let outgoing = Outgoing::new(request, manner);
        let opening = async {
            let mut stream = connect::connect(&self.route, &self.tls).await?;
            write(&mut stream, &outgoing.before_gate)
                .await
                .map_err(|error| Fault::of(&error, None))?;
            Ok(stream)
        };
        let opening_limit = match manner {
            Manner::Gated(_) => limit.min(GATHER_LIMIT),
            _ => limit,
        };
        let stream = self
            .limited(opening_limit, opening, &ReadProgress::default())
            .await?;
        let mut left = limit.saturating_sub(started.elapsed());
        if gate.wait() {
            *started = Instant::now();
            left = limit;
        }
        let progress = ReadProgress::default();
        let exchange = outgoing.send_and_read(stream, manner, &progress);
        self.limited(left, exchange, &progress).await
    }

    /// Ends the work at the time limit, and soon after `stop` is set.
    async fn limited<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, Fault>>,
        progress: &ReadProgress,
    ) -> Result<T, Fault> {
        let stopped = async {
            while !self.stop.load(Ordering::Relaxed) {
                sleep(STOP_INTERVAL).await;
            }
        };
        let (mut stopped, mut work) = (pin!(stopped), pin!(work));
        let either = poll_fn(|context| match stopped.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Fault::Interrupted)),
            Poll::Pending => work.as_mut().poll(context),
        });
        timeout(limit, either)
            .await
            .unwrap_or_else(|_| Err(Fault::Timeout(progress.status.get())))
    }
}

/// What is sent, in the order in which it leaves.
struct Outgoing {
    to_head: bool,
    /// Before the gate.
    before_gate: Vec<u8>,
    pieces: Vec<Vec<u8>>,
}

impl Outgoing {
    fn new(request: &ExactRequest, manner: Manner<'_>) -> Self {
        let (mut before_gate, mut pieces) = (Vec::new(), Vec::new());
        let mut piece = request.head();
        let body = &*request.body;
        match manner {
            Manner::Whole | Manner::Abort(_) => piece.extend_from_slice(body),
            Manner::Pieces(ends, _) => {
                let mut start = 0;
                for end in ends {
                    let end = (*end).clamp(start, body.len());
                    piece.extend_from_slice(&body[start..end]);
                    pieces.push(std::mem::take(&mut piece));
                    start = end;
                }
                piece.extend_from_slice(&body[start..]);
            }
            Manner::Gated(_) => {
                piece.extend_from_slice(body);
                let last = piece.split_off(piece.len() - 1);
                before_gate = std::mem::replace(&mut piece, last);
            }
            Manner::Expect => {
                pieces.push(std::mem::take(&mut piece));
                piece.extend_from_slice(body);
            }
        }
        pieces.push(piece);
        Self {
            to_head: request.line.starts_with("HEAD "),
            before_gate,
            pieces,
        }
    }

    /// Writes and reads at the same time: an endpoint may answer before it has read everything.
    async fn send_and_read(
        &self,
        stream: OpenStream,
        manner: Manner<'_>,
        progress: &ReadProgress,
    ) -> Result<Answer, Fault> {
        let (reader, mut writer) = tokio::io::split(stream);
        if let Manner::Abort(after) = manner {
            let written = self.write_all(&mut writer, manner, progress).await;
            written.map_err(|error| Fault::of(&error, None))?;
            sleep(after).await;
            return Err(Fault::Closed(None));
        }
        let mut received = AnswerBuffer::default();
        let reader = AnswerReader::new(reader, &mut received);
        let mut read = pin!(whole_answer::read(
            reader,
            self.to_head,
            MOST_READ,
            progress
        ));
        let mut write = pin!(self.write_all(&mut writer, manner, progress));
        let mut writing = true;
        poll_fn(|context| {
            // When the endpoint no longer reads, its answer tells why.
            writing = writing && write.as_mut().poll(context).is_pending();
            read.as_mut().poll(context)
        })
        .await
        .map(Answer::from)
    }

    async fn write_all(
        &self,
        writer: &mut (impl AsyncWrite + Unpin),
        manner: Manner<'_>,
        progress: &ReadProgress,
    ) -> io::Result<()> {
        for (at, piece) in self.pieces.iter().enumerate() {
            match manner {
                Manner::Pieces(_, pause) if at > 0 => sleep(pause).await,
                Manner::Expect if at > 0 => {
                    // After that time the body is sent all the same.
                    let _ = timeout(CONTINUE_LIMIT, progress.continued.notified()).await;
                }
                _ => {}
            }
            write(writer, piece).await?;
        }
        Ok(())
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes).await?;
    writer.flush().await
}

/// The barrier of a gated request: waits there exactly once, at the latest when it is dropped.
struct LastByteGate<'a>(Option<&'a Barrier>);

impl<'a> LastByteGate<'a> {
    fn of(manner: Manner<'a>) -> Self {
        Self(match manner {
            Manner::Gated(barrier) => Some(barrier),
            _ => None,
        })
    }

    /// Waits for the others; `false` without a barrier.
    fn wait(&mut self) -> bool {
        let barrier = self.0.take();
        barrier.map(Barrier::wait).is_some()
    }
}

impl Drop for LastByteGate<'_> {
    fn drop(&mut self) {
        self.wait();
    }
}

#[cfg(test)]
mod tests;
