//! A connection that stays open, over which finished requests are sent one after the other. Of their answers only the
//! statuses are kept.
//!
//! A request is one write, an answer usually one read into a buffer that is kept; nothing else is done for each.

use super::super::answer::{Fault, MOST_OF_A_BODY};
use super::answer_reader::{AnswerFraming, AnswerReader, has_body, is_final};
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An open connection to an endpoint on this machine, without TLS.
pub(crate) struct KeptConnection {
    stream: TcpStream,
    /// Received, and not read yet.
    received: Vec<u8>,
    used: bool,
}

impl KeptConnection {
    pub(crate) async fn open(addresses: &[SocketAddr]) -> Result<Self, Fault> {
        let failed = |error: io::Error| Fault::of(&error, None);
        let stream = TcpStream::connect(addresses).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self {
            stream,
            received: Vec::new(),
            used: false,
        })
    }

    /// Whether a request has been answered over it.
    pub(crate) fn is_used(&self) -> bool {
        self.used
    }

    /// Sends a request and reads its answer. Returns the status, and whether the connection can be used again; after a
    /// fault it cannot.
    pub(crate) async fn exchange(
        &mut self,
        request: &[u8],
        to_head: bool,
    ) -> Result<(u16, bool), Fault> {
        if self.used && self.is_over() {
            return Err(Fault::Closed(None));
        }
        let (reader, mut writer) = self.stream.split();
        let reader = AnswerReader::new(reader, &mut self.received);
        let mut read = pin!(skip_answer(reader, to_head));
        let mut write = pin!(writer.write_all(request));
        let (mut writing, mut written) = (true, false);
        // Reads and writes at the same time: an endpoint may answer before it has read everything.
        let (status, stays_open) = poll_fn(|context| {
            if writing && let Poll::Ready(outcome) = write.as_mut().poll(context) {
                // When the endpoint no longer reads, its answer tells why.
                (writing, written) = (false, outcome.is_ok());
            }
            read.as_mut().poll(context)
        })
        .await?;
        self.used = true;
        Ok((status, stays_open && written))
    }

    /// Whether the endpoint has closed it, or has said something unasked, since the last answer. tokio knows without a
    /// system call that nothing has arrived.
    fn is_over(&self) -> bool {
        let nothing = |error: io::Error| error.kind() == io::ErrorKind::WouldBlock;
        !self.stream.try_read(&mut [0]).is_err_and(nothing)
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
    let says = |word: &str| {
        let mut connection = head
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case("Connection"))
            .flat_map(|header| header.value.split(|byte| *byte == b','));
        connection.any(|option| option.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    match head.version {
        Some(1) => !says("close"),
        _ => says("keep-alive"),
    }
}
