//! A stream that does not wait for ever until its client takes what it is sent, and that closes so that the client
//! still reads the last answer.
//!
//! Separate because hyper has timeouts for what it reads and none for what it writes: a client that sends requests and
//! never reads an answer would keep its connection until the listener ends.

use super::heads::Heads;
use std::cell::{Cell, RefCell};
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
    closing: Rc<Cell<Closing>>,
    /// Where what is read is noted, if anywhere.
    heads: Option<Rc<RefCell<Heads>>>,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// The client has sent all that it wanted.
    Usual,
    /// It may still be sending, and would lose the answer if it were not let.
    Lingering,
    /// What is on its way is thrown away, and the client hears of it at once.
    Reset,
}

/// How long a client that still sends may do so, and come to reading its answer.
const LINGER: Duration = Duration::from_millis(500);

impl Patient {
    pub(super) fn new(
        stream: TcpStream,
        patience: Duration,
        closing: Rc<Cell<Closing>>,
        heads: Option<Rc<RefCell<Heads>>>,
    ) -> Self {
        Self { stream, patience, stalled: None, lingering: None, closing, heads }
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
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Some(heads) = &self.heads {
            heads.borrow_mut().note(&buffer.filled()[before..]);
        }
        read
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
        match self.closing.get() {
            Closing::Reset => return Poll::Ready(Ok(())),
            Closing::Usual => return self.patiently(context, AsyncWrite::poll_shutdown),
            Closing::Lingering => {}
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
        if self.closing.get() == Closing::Reset {
            // Where the system does not do it the connection is closed without an answer, which is nearly the same.
            let _ = self.stream.set_zero_linger();
        }
    }
}
