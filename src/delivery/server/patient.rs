//! A stream that does not wait for ever until its client takes what it is sent, and that closes so that the client
//! still reads the last answer.
//!
//! Separate because hyper has timeouts for what it reads and none for what it writes: a client that sends requests and
//! never reads an answer would keep its connection until the listener ends.

use std::cell::Cell;
use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

pub(super) struct Patient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Runs while the client still sends what nobody wants.
    lingering: Option<Pin<Box<Sleep>>>,
    /// What is on its way is to be thrown away in the end, and the client to hear of it at once.
    reset: Rc<Cell<bool>>,
}

/// How long a client that still sends may do so, and come to reading its answer.
const LINGER: Duration = Duration::from_millis(500);

impl Patient {
    pub(super) fn new(stream: TcpStream, patience: Duration, reset: Rc<Cell<bool>>) -> Self {
        Self { stream, patience, stalled: None, lingering: None, reset }
    }

    fn patiently<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(written) = write(Pin::new(&mut self.stream), context) {
            self.stalled = None;
            return Poll::Ready(written);
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.patiently(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.patiently(context, |stream, context| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.patiently(context, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.get() {
            return Poll::Ready(Ok(()));
        }
        if self.lingering.is_none() {
            ready!(self.patiently(context, AsyncWrite::poll_shutdown))?;
            self.lingering = Some(Box::pin(sleep(LINGER)));
        }
        // Were the stream closed with something unread in it, the system would throw the answer away.
        let mut block = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut block);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    return self.lingering.as_mut().map_or(Poll::Ready(()), |time| time.as_mut().poll(context)).map(Ok);
                }
            }
        }
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        if self.reset.get() {
            // Where the system does not do it the connection is closed without an answer, which is nearly the same.
            let _ = self.stream.set_zero_linger();
        }
    }
}
