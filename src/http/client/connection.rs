//! An open connection to an endpoint, over which finished requests are sent one after the other.
//!
//! A request is one write, an answer usually one read into a buffer that is kept; nothing else is done for each.

use super::super::answer::{Fault, MOST_OF_A_BODY};
use super::super::route::Route;
use super::answer_reader::{AnswerBuffer, AnswerFraming, AnswerReader, has_body, is_final};
use super::connect::{self, ByteStream, OpenStream};
use super::trust::Tls;
use super::whole_answer::{self, ReadProgress, WholeAnswer};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite as _, ReadBuf};

/// An open connection.
pub(crate) struct ClientConnection {
    stream: OpenStream,
    received: AnswerBuffer,
    used: bool,
    /// The proxy that reads the requests.
    proxy: Option<Box<Route>>,
}

impl ClientConnection {
    /// Connects to a target.
    pub(crate) async fn open(route: &Route, tls: &Tls) -> Result<Self, Fault> {
        let proxy = route.proxy.clone();
        Ok(Self {
            stream: connect::connect(route, tls).await?,
            received: AnswerBuffer::default(),
            used: false,
            proxy: proxy.filter(|_| !route.target.is_https()),
        })
    }

    /// Whether a request has been answered over it.
    pub(crate) fn is_used(&self) -> bool {
        self.used
    }

    /// Sends a request, and reads its answer with at most that much of its body.
    pub(crate) async fn ask(
        mut self,
        request: &[u8],
        to_head: bool,
        most: usize,
        progress: &ReadProgress,
    ) -> Result<WholeAnswer, Fault> {
        let sending = SendingStream::new(&mut *self.stream, request);
        let reader = AnswerReader::new(sending, &mut self.received);
        let answer = whole_answer::read(reader, to_head, most, progress).await?;
        self.check(answer.status)?;
        // Says farewell, as TLS should; whether that is heard does not matter.
        poll_fn(|context| {
            let _ = Pin::new(&mut self.stream).poll_shutdown(context);
            Poll::Ready(())
        })
        .await;
        Ok(answer)
    }

    /// Sends a request and reads past its answer. Returns the status, and whether the connection can be used again; after a
    /// fault it cannot.
    pub(crate) async fn exchange(
        &mut self,
        request: &[u8],
        to_head: bool,
    ) -> Result<(u16, bool), Fault> {
        if self.used && self.is_over().await {
            return Err(Fault::Closed(None));
        }
        let mut sending = SendingStream::new(&mut *self.stream, request);
        let reader = AnswerReader::new(&mut sending, &mut self.received);
        let (status, stays_open) = skip_answer(reader, to_head).await?;
        let written = sending.is_written();
        self.check(status)?;
        self.used = true;
        Ok((status, stays_open && written))
    }

    /// Whether the endpoint has closed it, or has said something unasked, since the last answer. tokio knows without a
    /// system call that nothing has arrived.
    async fn is_over(&mut self) -> bool {
        poll_fn(|context| {
            let mut byte = [0];
            let mut buffer = ReadBuf::new(&mut byte);
            let read = Pin::new(&mut self.stream).poll_read(context, &mut buffer);
            Poll::Ready(read.is_ready())
        })
        .await
    }

    /// Refuses the answer of a proxy that wants a login.
    fn check(&self, status: u16) -> Result<(), Fault> {
        match &self.proxy {
            Some(proxy) if status == 407 => {
                Err(Fault::of_proxy(&proxy.target, &connect::refusal(status)))
            }
            _ => Ok(()),
        }
    }
}

/// Sends a request whenever something is read: an endpoint may answer before it has received everything.
struct SendingStream<'a> {
    stream: &'a mut dyn ByteStream,
    /// What is left of the request.
    left: &'a [u8],
    state: RequestState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RequestState {
    Writing,
    Done,
    /// The endpoint no longer reads; its answer tells why.
    Failed,
}

impl<'a> SendingStream<'a> {
    fn new(stream: &'a mut dyn ByteStream, request: &'a [u8]) -> Self {
        Self {
            stream,
            left: request,
            state: RequestState::Writing,
        }
    }

    fn is_written(&self) -> bool {
        self.state == RequestState::Done
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.left.is_empty() {
            let written = ready!(Pin::new(&mut *self.stream).poll_write(context, self.left))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left = &self.left[written..];
        }
        Pin::new(&mut *self.stream).poll_flush(context)
    }
}

impl AsyncRead for SendingStream<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.state == RequestState::Writing
            && let Poll::Ready(outcome) = self.poll_send(context)
        {
            self.state = match outcome {
                Ok(()) => RequestState::Done,
                Err(_) => RequestState::Failed,
            };
        }
        Pin::new(&mut *self.stream).poll_read(context, buffer)
    }
}

/// Reads past an answer; returns its status, and whether the connection stays open.
async fn skip_answer(
    mut reader: AnswerReader<'_, impl AsyncRead + Unpin>,
    to_head: bool,
) -> Result<(u16, bool), Fault> {
    let (status, (framing, stays_open)) = loop {
        let read =
            |head: &httparse::Response<'_, '_>| (AnswerFraming::of(head.headers), stays_open(head));
        let (status, head) = reader.head(read).await?;
        if is_final(status) {
            break (status, head);
        }
    };
    let framing = if to_head || !has_body(status) {
        AnswerFraming::Length(0)
    } else {
        framing?
    };
    let mut room = Some(MOST_OF_A_BODY);
    let take = |piece: &[u8]| {
        // A longer body is not worth reading to its end.
        room = room.and_then(|room| room.checked_sub(piece.len()));
        room.is_some()
    };
    reader.body(framing, take).await?;
    let complete = room.is_some() && framing != AnswerFraming::UntilClose && status != 101;
    if complete && framing == AnswerFraming::Chunked {
        reader.trailers().await?;
    }
    // What comes after the answer was not asked for.
    Ok((status, complete && stays_open && reader.is_empty()))
}

/// Whether the endpoint leaves the connection open after that answer.
fn stays_open(head: &httparse::Response<'_, '_>) -> bool {
    let named = |name: &'static str| {
        let headers = head.headers.iter();
        headers.filter(move |header| header.name.eq_ignore_ascii_case(name))
    };
    let says = |word: &str| {
        let mut options =
            named("Connection").flat_map(|header| header.value.split(|byte| *byte == b','));
        options.any(|option| option.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    // Where the end of such an answer is depends on who reads it.
    let ambiguous =
        named("Transfer-Encoding").next().is_some() && named("Content-Length").next().is_some();
    match head.version {
        Some(1) => !says("close") && !ambiguous,
        _ => says("keep-alive") && !ambiguous,
    }
}
