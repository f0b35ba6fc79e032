//! Reads answers from a connection: their heads, and their bodies piece by piece.
//!
//! hyper reads answers only to requests that it wrote itself, so the few framings of HTTP/1.1 are handled here, on the
//! parser that hyper uses.

use super::super::answer::Fault;
use std::io;
use std::mem::MaybeUninit;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The most that the head of an answer may have.
const LONGEST_HEAD: usize = 64 << 10;

/// The most headers that an answer may have.
const MOST_HEADERS: usize = 256;

/// The longest line before a chunk.
const LONGEST_CHUNK_LINE: usize = 4 << 10;

/// How long a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerFraming {
    Length(u64),
    Chunked,
    UntilClose,
}

/// Reads from a connection what has not been consumed yet.
pub(super) struct AnswerReader<'r, S> {
    stream: S,
    received: &'r mut Vec<u8>,
    /// The status of an answer that has begun.
    status: Option<u16>,
}

impl AnswerFraming {
    pub(super) fn of(headers: &[httparse::Header<'_>]) -> Result<Self, Fault> {
        let mut length: Option<&[u8]> = None;
        let mut chunked = None;
        for header in headers {
            let value = header.value.trim_ascii();
            if header.name.eq_ignore_ascii_case("Content-Length") {
                if length.is_some_and(|first| first != value) {
                    return Err(Fault::NotHttp);
                }
                length = Some(value);
            } else if header.name.eq_ignore_ascii_case("Transfer-Encoding") && chunked.is_none() {
                let last = value.rsplit(|byte| *byte == b',').next();
                chunked = last.map(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"));
            }
        }
        match (chunked, length) {
            (Some(true), _) => Ok(Self::Chunked),
            (Some(false), _) | (None, None) => Ok(Self::UntilClose),
            (None, Some(length)) => digits(length).map(Self::Length).ok_or(Fault::NotHttp),
        }
    }
}

/// A number of digits alone.
fn digits(text: &[u8]) -> Option<u64> {
    // `parse` accepts a plus sign.
    let text = str::from_utf8(text).ok()?;
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// Whether an answer with that status is the last to its request.
pub(super) fn is_final(status: u16) -> bool {
    status >= 200 || status == 101
}

/// Whether an answer with that status has a body.
pub(super) fn has_body(status: u16) -> bool {
    !matches!(status, 101 | 204 | 304)
}

impl<'r, S: AsyncRead + Unpin> AnswerReader<'r, S> {
    /// A reader of what comes after what was already received.
    pub(super) fn new(stream: S, received: &'r mut Vec<u8>) -> Self {
        Self {
            stream,
            received,
            status: None,
        }
    }

    /// Whether nothing is left of what was received.
    pub(super) fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// Reads the next head, that of an interim answer too; returns its status, and what `read` makes of it.
    pub(super) async fn head<T>(
        &mut self,
        read: impl Fn(&httparse::Response<'_, '_>) -> T,
    ) -> Result<(u16, T), Fault> {
        loop {
            if let Some((length, status, head)) = parse_head(self.received, &read)? {
                self.received.drain(..length);
                if is_final(status) {
                    self.status = Some(status);
                }
                return Ok((status, head));
            }
            if self.received.len() > LONGEST_HEAD {
                return Err(Fault::NotHttp);
            }
            if !self.fill().await? {
                return Err(Fault::Closed(None));
            }
        }
    }

    /// Gives a body to `take`, piece by piece, until it returns false. Of a chunked body, what follows the last chunk is
    /// not read.
    pub(super) async fn body(
        &mut self,
        framing: AnswerFraming,
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<(), Fault> {
        match framing {
            AnswerFraming::Length(length) => {
                self.take(length, &mut take).await?;
            }
            AnswerFraming::UntilClose => loop {
                let received = self.received.len() as u64;
                if !self.take(received, &mut take).await? || !self.fill().await? {
                    break;
                }
            },
            AnswerFraming::Chunked => loop {
                let length = self.chunk_length().await?;
                if length == 0 || !self.take(length, &mut take).await? {
                    break;
                }
                // The line break after the chunk; the parser accepts none before a length.
                self.line_break().await?;
            },
        }
        Ok(())
    }

    /// Reads the lines after the last chunk.
    pub(super) async fn trailers(&mut self) -> Result<(), Fault> {
        loop {
            match self.received.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    let is_last = self.received.drain(..=end).all(|byte| byte < b' ');
                    if is_last {
                        return Ok(());
                    }
                }
                None if self.received.len() > LONGEST_HEAD => return Err(Fault::NotHttp),
                None => self.need_more().await?,
            }
        }
    }

    /// Gives that many bytes to `take`; `false` if it wants no more.
    async fn take(
        &mut self,
        mut length: u64,
        take: &mut impl FnMut(&[u8]) -> bool,
    ) -> Result<bool, Fault> {
        while length > 0 {
            if self.received.is_empty() {
                self.need_more().await?;
            }
            let piece = usize::try_from(length).unwrap_or(usize::MAX);
            let piece = piece.min(self.received.len());
            let wants_more = take(&self.received[..piece]);
            self.received.drain(..piece);
            if !wants_more {
                return Ok(false);
            }
            length -= piece as u64;
        }
        Ok(true)
    }

    async fn chunk_length(&mut self) -> Result<u64, Fault> {
        loop {
            match httparse::parse_chunk_size(self.received) {
                Ok(httparse::Status::Complete((end, length))) => {
                    self.received.drain(..end);
                    return Ok(length);
                }
                Ok(httparse::Status::Partial) if self.received.len() <= LONGEST_CHUNK_LINE => {
                    self.need_more().await?;
                }
                _ => return Err(Fault::NotHttp),
            }
        }
    }

    async fn line_break(&mut self) -> Result<(), Fault> {
        while self.received.len() < 2 {
            self.need_more().await?;
        }
        if self.received.drain(..2).ne(*b"\r\n") {
            return Err(Fault::NotHttp);
        }
        Ok(())
    }

    async fn need_more(&mut self) -> Result<(), Fault> {
        if self.fill().await? {
            Ok(())
        } else {
            Err(Fault::Closed(self.status))
        }
    }

    /// Receives more; `false` at the end.
    async fn fill(&mut self) -> Result<bool, Fault> {
        self.received.reserve(16 << 10);
        match self.stream.read_buf(self.received).await {
            Ok(received) => Ok(received > 0),
            // Small TLS servers close the connection without a farewell.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Fault::of(&error, self.status)),
        }
    }
}

/// The length and the status of the head at the start of what was received, and what `read` makes of it; `None` while
/// it is incomplete.
fn parse_head<T>(
    received: &[u8],
    read: impl Fn(&httparse::Response<'_, '_>) -> T,
) -> Result<Option<(usize, u16, T)>, Fault> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut parsed = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    match parser.parse_response_with_uninit_headers(&mut parsed, received, &mut headers) {
        Ok(httparse::Status::Complete(length)) => {
            let status = parsed.code.ok_or(Fault::NotHttp)?;
            Ok(Some((length, status, read(&parsed))))
        }
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(Fault::NotHttp),
    }
}
