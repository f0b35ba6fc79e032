//! Sends headers in their given order and spelling.
//!
//! hyper writes headers from a map, which groups repeats and has one spelling for all names. It still handles the
//! connection; only the head that it writes is replaced on its way out.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The head of a request with a body of that length.
pub(crate) fn head<'h>(
    method: &str,
    path: &str,
    host: &str,
    headers: &(impl Iterator<Item = (&'h str, &'h [u8])> + Clone),
    length: usize,
) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\n").into_bytes();
    let has = |name: &str| {
        headers
            .clone()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let mut line = |name: &str, value: &[u8]| {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    };
    if !has("Host") {
        line("Host", host.as_bytes());
    }
    headers.clone().for_each(|(name, value)| line(name, value));
    if !has("Content-Length") {
        line("Content-Length", length.to_string().as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// A stream that replaces the first head that is written to it.
#[derive(Debug)]
pub(crate) struct HeadRewriter<S> {
    stream: S,
    /// The head to send instead; `None` once it is sent, or if nothing is to be replaced.
    head: Option<Vec<u8>>,
    /// How many bytes of `END` the discarded head has ended with so far; all of them once it is complete.
    matched: usize,
    /// How many bytes of `head` are sent.
    sent: usize,
}

/// The end of a head.
const END: &[u8; 4] = b"\r\n\r\n";

impl<S: AsyncWrite + Unpin> HeadRewriter<S> {
    pub(crate) fn new(stream: S, head: Option<Vec<u8>>) -> Self {
        Self {
            stream,
            head,
            matched: 0,
            sent: 0,
        }
    }

    /// How many of those bytes belong to the discarded head.
    fn discard(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            self.matched = match byte {
                byte if *byte == END[self.matched] => self.matched + 1,
                b'\r' => 1,
                _ => 0,
            };
            if self.matched == END.len() {
                return at + 1;
            }
        }
        bytes.len()
    }

    /// Sends what is left of the head together with `rest`, and returns how much of `rest` was sent.
    fn send(&mut self, context: &mut Context<'_>, rest: &[u8]) -> Poll<io::Result<usize>> {
        while let Some(head) = self.head.as_ref().filter(|_| self.matched == END.len()) {
            let slices = [IoSlice::new(&head[self.sent..]), IoSlice::new(rest)];
            let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, &slices))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += written;
            if let Some(more) = self.sent.checked_sub(head.len()) {
                self.head = None;
                return Poll::Ready(Ok(more));
            }
        }
        Poll::Ready(Ok(0))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HeadRewriter<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeadRewriter<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.head.is_none() {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        if self.matched < END.len() {
            return Poll::Ready(Ok(self.discard(bytes)));
        }
        match ready!(self.send(context, bytes))? {
            0 if !bytes.is_empty() => Pin::new(&mut self.stream).poll_write(context, bytes),
            written => Poll::Ready(Ok(written)),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.head.is_none() {
            return Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        }
        let first = slices
            .iter()
            .find(|slice| !slice.is_empty())
            .map_or(&[][..], |slice| slice);
        self.poll_write(context, first)
    }

    fn is_write_vectored(&self) -> bool {
        self.head.is_none() && self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A request without a body ends with its head.
        ready!(self.send(context, &[]))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    /// Accepts this many bytes at a time.
    struct Narrow(Vec<u8>, usize);

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let taken = bytes.len().min(self.1);
            self.0.extend_from_slice(&bytes[..taken]);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn the_head_is_replaced_however_it_is_split_and_the_body_is_kept() {
        let headers = [("b", &b"1"[..]), ("A", b"2"), ("B", b"\xe9")];
        let head = head("POST", "/x", "here", &headers.into_iter(), 7);
        assert_eq!(head, b"POST /x HTTP/1.1\r\nHost: here\r\nb: 1\r\nA: 2\r\nB: \xe9\r\nContent-Length: 7\r\n\r\n");
        let written = b"POST /x HTTP/1.1\r\nA: 2\r\nB: 1\r\n\r\n";
        let mut context = Context::from_waker(Waker::noop());
        for body in [&b""[..], b"\r\n\r\nabc"] {
            let (all, expected) = ([written, body].concat(), [&head[..], body].concat());
            for (piece, width) in [
                (1, 1),
                (3, 1_000),
                (33, 5),
                (34, 1_000),
                (1_000, 7),
                (1_000, 1_000),
            ] {
                let mut rewriter = HeadRewriter::new(Narrow(Vec::new(), width), Some(head.clone()));
                for mut piece in all.chunks(piece) {
                    while !piece.is_empty() {
                        let Poll::Ready(Ok(taken)) =
                            Pin::new(&mut rewriter).poll_write(&mut context, piece)
                        else {
                            panic!("it is always ready")
                        };
                        assert!(taken > 0);
                        piece = &piece[taken..];
                    }
                }
                assert!(Pin::new(&mut rewriter).poll_flush(&mut context).is_ready());
                assert_eq!(
                    rewriter.stream.0, expected,
                    "pieces of {piece} into {width}"
                );
            }
        }
    }
}
