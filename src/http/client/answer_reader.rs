//! Reads answers from a connection: their heads, and their bodies piece by piece.

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

/// What was received from a connection, and how much of that has been read.
#[derive(Debug, Default)]
pub(super) struct AnswerBuffer {
    bytes: Vec<u8>,
    read: usize,
}

/// Reads from a connection what has not been read yet.
pub(super) struct AnswerReader<'r, S> {
    stream: S,
    received: &'r mut AnswerBuffer,
    /// The status of an answer that has begun.
    status: Option<u16>,
}

impl AnswerBuffer {
    /// What has not been read yet.
    fn rest(&self) -> &[u8] {
        &self.bytes[self.read..]
    }

    /// Whether all of it has been read.
    pub(super) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// Room for more.
    fn room(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.reserve(16 << 10);
        &mut self.bytes
    }
}

impl AnswerFraming {
    pub(super) fn of(headers: &[httparse::Header<'_>]) -> Result<Self, Fault> {
        let mut length: Option<&[u8]> = None;
        let mut coding: Option<&[u8]> = None;
        for header in headers {
            let value = header.value.trim_ascii();
            if header.name.eq_ignore_ascii_case("Content-Length") {
                if length.is_some_and(|first| first != value) {
                    return Err(Fault::NotHttp);
                }
                length = Some(value);
            } else if header.name.eq_ignore_ascii_case("Transfer-Encoding") {
                // The last coding of the last header frames the body.
                coding = value.rsplit(|byte| *byte == b',').next();
            }
        }
        match (coding, length) {
            (Some(coding), _) if coding.trim_ascii().eq_ignore_ascii_case(b"chunked") => {
                Ok(Self::Chunked)
            }
            (Some(_), _) | (None, None) => Ok(Self::UntilClose),
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
    pub(super) fn new(stream: S, received: &'r mut AnswerBuffer) -> Self {
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
            if let Some((length, status, head)) = parse_head(self.received.rest(), &read)? {
                self.received.read += length;
                if is_final(status) {
                    self.status = Some(status);
                }
                return Ok((status, head));
            }
            if self.received.rest().len() > LONGEST_HEAD {
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
                let received = self.received.rest().len() as u64;
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
            let rest = self.received.rest();
            match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    let is_last = rest[..end].iter().all(|byte| *byte < b' ');
                    self.received.read += end + 1;
                    if is_last {
                        return Ok(());
                    }
                }
                None if rest.len() > LONGEST_HEAD => return Err(Fault::NotHttp),
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
            let rest = self.received.rest();
            let piece = &rest[..piece.min(rest.len())];
            let wants_more = take(piece);
            length -= piece.len() as u64;
            self.received.read += piece.len();
            if !wants_more {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn chunk_length(&mut self) -> Result<u64, Fault> {
        loop {
            match httparse::parse_chunk_size(self.received.rest()) {
                Ok(httparse::Status::Complete((end, length))) => {
                    self.received.read += end;
                    return Ok(length);
                }
                Ok(httparse::Status::Partial)
                    if self.received.rest().len() <= LONGEST_CHUNK_LINE =>
                {
                    self.need_more().await?;
                }
                _ => return Err(Fault::NotHttp),
            }
        }
    }

    async fn line_break(&mut self) -> Result<(), Fault> {
        while self.received.rest().len() < 2 {
            self.need_more().await?;
        }
        if !self.received.rest().starts_with(b"\r\n") {
            return Err(Fault::NotHttp);
        }
        self.received.read += 2;
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
        match self.stream.read_buf(self.received.room()).await {
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
            // The parser accepts any three digits.
            let status = parsed.code.filter(|code| *code >= 100);
            let status = status.ok_or(Fault::NotHttp)?;
            Ok(Some((length, status, read(&parsed))))
        }
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(Fault::NotHttp),
    }
}
