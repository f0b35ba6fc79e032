//! A stream with a time limit for writing, and ways to close it so that the client can read the last answer.
//!
//! hyper has timeouts for reading and none for writing: a client that sends requests and never reads an answer would
//! keep its connection until the listener stops.

use super::raw_headers::RawHeaderTracker;
use super::slots::{Activity, ConnectionSlot};
use std::cell::{Cell, RefCell};
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Sleep, sleep, timeout};

/// What every answer begins with. It is sent before the rest where only that tells whether the client is still there.
const BEGINNING: &[u8] = b"HTTP/1.";

/// How much of its answers a connection has sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AnswersSent {
    /// All of them, whole.
    #[default]
    Whole,
    /// And that many bytes of the beginning of the next one.
    Beginning(usize),
    /// Not all of the last one.
    Unfinished,
}

/// A connection's stream.
pub(crate) struct TimeoutStream<'c> {
    read: ReadHalf<'c>,
    /// Shared with `disconnected`.
    write: &'c WriteHalf<'c>,
    /// How long the client may read nothing.
    limit: Duration,
    /// Runs while the client reads nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    slot: &'c ConnectionSlot,
    answers: &'c Cell<AnswersSent>,
    /// Records what is read, if set.
    raw_headers: Option<&'c RefCell<RawHeaderTracker>>,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The client has sent everything.
    Normal,
    /// The client may still be sending, and would lose the answer if the connection were closed at once.
    Lingering,
    /// Everything on its way is discarded, and the client sees a reset.
    Reset,
}

/// How long a client may continue to send before it reads its answer.
const LINGER: Duration = Duration::from_millis(500);

impl<'c> TimeoutStream<'c> {
    pub(crate) fn new(
        read: ReadHalf<'c>,
        write: &'c WriteHalf<'c>,
        limit: Duration,
        slot: &'c ConnectionSlot,
        answers: &'c Cell<AnswersSent>,
        raw_headers: Option<&'c RefCell<RawHeaderTracker>>,
    ) -> Self {
        Self {
            read,
            write,
            limit,
            stalled: None,
            slot,
            answers,
            raw_headers,
        }
    }

    fn try_write(&self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.write.as_ref().poll_write_ready(context))?;
            match self.write.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncRead for TimeoutStream<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.read).poll_read(context, buffer);
        let received = &buffer.filled()[before..];
        if !received.is_empty() {
            self.slot.bytes_received();
            if let Some(raw_headers) = self.raw_headers {
                raw_headers.borrow_mut().record(received);
            }
        }
        read
    }
}

impl AsyncWrite for TimeoutStream<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let AnswersSent::Beginning(length) = self.answers.get() {
            self.answers.set(AnswersSent::Unfinished);
            return Poll::Ready(Ok(length));
        }
        if let Poll::Ready(written) = self.try_write(context, bytes) {
            self.slot.mark_active();
            self.stalled = None;
            return Poll::Ready(written);
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes once all of an answer is written.
        self.slot.answer_flushed();
        if self.answers.get() == AnswersSent::Unfinished {
            self.answers.set(AnswersSent::Whole);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Left to `close`, which has the whole stream.
        Poll::Ready(Ok(()))
    }
}

/// Waits until the client has disconnected, rather than only shut down its sending half. Both look the same until something
/// is sent: the system of a client that has closed its socket answers with a reset.
pub(crate) async fn disconnected(
    write: &WriteHalf<'_>,
    slot: &ConnectionSlot,
    answers: &Cell<AnswersSent>,
) {
    let Ok(ready) = write.ready(Interest::READABLE | Interest::ERROR).await else {
        return;
    };
    if !ready.is_error() {
        if ready.is_read_closed() {
            slot.set(Activity::HalfClosed);
            // An answer before this one may still be on its way.
            if answers.get() == AnswersSent::Whole
                && let Ok(length @ 1..) = write.try_write(BEGINNING)
            {
                answers.set(AnswersSent::Beginning(length));
            }
        }
        let _ = write.ready(Interest::ERROR).await;
    }
}

/// Whether the client has sent bytes that are not read yet. A system call, made only before a connection is closed for
/// another.
pub(crate) fn has_unread(stream: &TcpStream) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::net::{RecvFlags, recv};
        recv(stream, &mut [0; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT)
            .is_ok_and(|(_, length)| length > 0)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = stream;
        false
    }
}

/// Closes a connection.
pub(crate) async fn close(mut stream: TcpStream, closing: Closing) {
    if closing == Closing::Reset {
        // If that fails the connection is closed without an answer, which is nearly the same.
        let _ = stream.set_zero_linger();
        return;
    }
    if stream.shutdown().await.is_ok() && closing == Closing::Lingering {
        // If the stream were closed with unread bytes, the system would discard the answer.
        let _ = timeout(LINGER, discard(&stream)).await;
    }
}

/// Reads until the client has nothing more to send.
async fn discard(stream: &TcpStream) {
    while stream.readable().await.is_ok() {
        // Not held across an await: every connection's task would be that much larger.
        match stream.try_read(&mut [0; 4096]) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return,
            _ => {}
        }
    }
}
