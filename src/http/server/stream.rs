//! A connection's stream: reading and writing within time limits, noticing that the client has left, and closing so that
//! the client can read the last answer.

use super::slots::{Activity, ConnectionSlot};
use std::cell::Cell;
use std::future::{Future as _, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// What every answer begins with. It is sent before the rest where only that tells whether the client is still there.
const BEGINNING: &[u8] = b"HTTP/1.";

/// A connection's stream.
pub(super) struct ConnectionStream<'c> {
    read: ReadHalf<'c>,
    write: &'c WriteHalf<'c>,
    slot: &'c ConnectionSlot,
    limit: ClientTimeout,
    /// How many bytes of the beginning of the next answer are sent.
    sent_ahead: Cell<usize>,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    Some,
    /// The client sends nothing more.
    End,
    /// It sent nothing in time.
    Late,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// The client has sent everything.
    Normal,
    /// The client may still be sending, and would lose the answer if the connection were closed at once.
    Lingering,
    /// Everything on its way is discarded, and the client sees a reset.
    Reset,
}

/// How long a client may continue to send before it reads its answer.
const LINGER: Duration = Duration::from_secs(1);

impl<'c> ConnectionStream<'c> {
    pub(super) fn new(
        read: ReadHalf<'c>,
        write: &'c WriteHalf<'c>,
        slot: &'c ConnectionSlot,
        limit: Duration,
    ) -> Self {
        Self {
            read,
            write,
            slot,
            limit: ClientTimeout::new(limit),
            sent_ahead: Cell::new(0),
        }
    }

    /// From now on the client has the whole time again.
    pub(super) fn restart_limit(&mut self) {
        self.limit.until = None;
    }

    /// Reads more; where the client is `idle` not beyond the end of the server.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>, idle: bool) -> Arrived {
        poll_fn(|context| {
            // The future has no state.
            match pin!(self.read.read_buf(buffer)).poll(context) {
                Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(Arrived::End),
                Poll::Ready(Ok(_)) => {
                    self.slot.bytes_received();
                    Poll::Ready(Arrived::Some)
                }
                Poll::Pending if idle && self.slot.is_stopping() => Poll::Ready(Arrived::End),
                Poll::Pending => self.limit.poll(context).map(|()| Arrived::Late),
            }
        })
        .await
    }

    /// Sends both parts, as long as the client reads some of them in time.
    pub(super) async fn write(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        let mut sent = self.sent_ahead.take();
        self.restart_limit();
        let stream: &TcpStream = self.write.as_ref();
        poll_fn(|context| {
            while sent < head.len() + body.len() {
                let first = head.get(sent..).unwrap_or_default();
                let rest = &body[sent.saturating_sub(head.len())..];
                let written = if rest.is_empty() {
                    stream.try_write(first)
                } else {
                    stream.try_write_vectored(&[IoSlice::new(first), IoSlice::new(rest)])
                };
                match written {
                    Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                    Ok(written) => {
                        sent += written;
                        self.slot.mark_active();
                        self.limit.until = None;
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        if stream.poll_write_ready(context)?.is_pending() {
                            ready!(self.limit.poll(context));
                            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Waits until the client has disconnected, rather than only shut down its sending half. Both look the same until
    /// something is sent: the system of a client that has closed its socket answers with a reset.
    pub(super) async fn disconnected(&self) {
        let Ok(ready) = self.write.ready(Interest::READABLE | Interest::ERROR).await else {
            return;
        };
        if !ready.is_error() {
            if ready.is_read_closed() {
                self.slot.set(Activity::HalfClosed);
                if let Ok(length) = self.write.try_write(BEGINNING) {
                    self.sent_ahead.set(length);
                }
            }
            let _ = self.write.ready(Interest::ERROR).await;
        }
    }
}

/// The time that a client may take. Setting it anew costs nothing: the timer is moved only when it rings too early.
struct ClientTimeout {
    limit: Duration,
    /// Not set before the client is waited for.
    until: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl ClientTimeout {
    fn new(limit: Duration) -> Self {
        Self {
            limit,
            until: None,
            timer: None,
        }
    }

    /// Ready when the time is over.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        let until = *self.until.get_or_insert_with(|| Instant::now() + limit);
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        while timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= until {
                return Poll::Ready(());
            }
            timer.as_mut().reset(until);
        }
        Poll::Pending
    }
}

/// Whether the client has sent bytes that are not read yet. A system call, made only before a connection is closed for
/// another.
pub(super) fn has_unread(stream: &TcpStream) -> bool {
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
pub(super) async fn close(mut stream: TcpStream, closing: Closing) {
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
