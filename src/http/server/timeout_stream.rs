//! A stream that does not wait for ever until its client takes what it is sent, and that closes so that the client
//! still reads the last answer.
//!
//! Separate because hyper has timeouts for what it reads and none for what it writes: a client that sends requests and
//! never reads an answer would keep its connection until the listener ends.

use super::places::{ConnectionPlace, PlaceState};
use super::raw_headers::RawHeaderTracker;
use std::cell::RefCell;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Sleep, sleep, timeout};

pub(crate) struct TimeoutStream<'c> {
    read: ReadHalf<'c>,
    /// Shared with what watches for a client that goes away.
    write: &'c WriteHalf<'c>,
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    place: &'c ConnectionPlace,
    /// Where what is read is noted, if anywhere.
    heads: Option<&'c RefCell<RawHeaderTracker>>,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The client has sent all that it wanted.
    Usual,
    /// It may still be sending, and would lose the answer if it were not let.
    Lingering,
    /// What is on its way is thrown away, and the client hears of it at once.
    Reset,
}

/// How long a client that still sends may do so, and come to reading its answer.
const LINGER: Duration = Duration::from_millis(500);

impl<'c> TimeoutStream<'c> {
    pub(crate) fn new(
        read: ReadHalf<'c>,
        write: &'c WriteHalf<'c>,
        patience: Duration,
        place: &'c ConnectionPlace,
        heads: Option<&'c RefCell<RawHeaderTracker>>,
    ) -> Self {
        Self {
            read,
            write,
            patience,
            stalled: None,
            place,
            heads,
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
        let came = &buffer.filled()[before..];
        if !came.is_empty() {
            self.place.came();
            if let Some(heads) = self.heads {
                heads.borrow_mut().note(came);
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
        if let Poll::Ready(written) = self.try_write(context, bytes) {
            self.place.moved();
            self.stalled = None;
            return Poll::Ready(written);
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The library comes here once all that it had is written.
        self.place.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // That is left to `close`, which has the whole stream.
        Poll::Ready(Ok(()))
    }
}

/// Waits until the client has gone away, rather than only said that nothing more comes.
pub(crate) async fn gone(write: &WriteHalf<'_>, place: &ConnectionPlace) {
    let Ok(ready) = write.ready(Interest::READABLE | Interest::ERROR).await else {
        return;
    };
    if !ready.is_error() {
        if ready.is_read_closed() {
            place.set(PlaceState::HalfClosed);
        }
        let _ = write.ready(Interest::ERROR).await;
    }
}

/// Whether the client has sent what nobody has read yet. It takes a call of the system's, and is asked only before a
/// connection is closed to make room.
pub(crate) fn unread(stream: &TcpStream) -> bool {
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

/// Closes a connection that has come to its end.
pub(crate) async fn close(mut stream: TcpStream, closing: Closing) {
    if closing == Closing::Reset {
        // Where the system does not do it the connection is closed without an answer, which is nearly the same.
        let _ = stream.set_zero_linger();
        return;
    }
    if stream.shutdown().await.is_ok() && closing == Closing::Lingering {
        // Were the stream closed with something unread in it, the system would throw the answer away.
        let _ = timeout(LINGER, discard(&stream)).await;
    }
}

/// Reads until the client has nothing more to send.
async fn discard(stream: &TcpStream) {
    while stream.readable().await.is_ok() {
        // Not held across a wait: every connection would have room for it.
        match stream.try_read(&mut [0; 4096]) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return,
            _ => {}
        }
    }
}
