//! Reads the answer to an exact request.
//!
//! hyper reads answers only to requests that it wrote itself, so the few framings of HTTP/1.1 are handled here, on the
//! parser that hyper uses.

use super::super::answer::{Answer, Fault, MARGIN_OF_A_BODY, MOST_OF_A_BODY};
use std::cell::Cell;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::Notify;

/// The most that the head of an answer may have.
const LONGEST_HEAD: usize = 64 << 10;

/// The most headers that an answer may have.
const MOST_HEADERS: usize = 256;

/// The longest line before a chunk.
const LONGEST_CHUNK_LINE: usize = 4 << 10;

/// What others learn while an answer is read.
#[derive(Default)]
pub(super) struct ReadProgress {
    /// The status of an answer that has begun.
    pub(super) status: Cell<Option<u16>>,
    /// Wakes the writer when the endpoint asks for the body.
    pub(super) continued: Notify,
}

/// A head that was read.
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    length: usize,
}

/// How long a body is.
#[derive(Clone, Copy)]
enum AnswerFraming {
    Length(u64),
    Chunked,
    UntilClose,
}

/// Reads from a connection what has not been consumed yet.
struct Reader<'r, S> {
    stream: S,
    buffer: Vec<u8>,
    progress: &'r ReadProgress,
}

/// Reads the final answer, and of its body as much as is shown.
pub(super) async fn read(
    stream: impl AsyncRead + Unpin,
    to_head: bool,
    progress: &ReadProgress,
) -> Result<Answer, Fault> {
    let mut reader = Reader {
        stream,
        buffer: Vec::new(),
        progress,
    };
    let head = reader.final_head().await?;
    let mut answer = Answer {
        status: head.status,
        headers: head.headers,
        body: Vec::new(),
        cut: false,
    };
    if !to_head && !matches!(answer.status, 101 | 204 | 304) {
        let framing = framing(&answer)?;
        reader.body(framing, &mut answer).await?;
    }
    Ok(answer)
}

impl<S: AsyncRead + Unpin> Reader<'_, S> {
    async fn final_head(&mut self) -> Result<Head, Fault> {
        loop {
            if let Some(head) = parse_head(&self.buffer)? {
                self.buffer.drain(..head.length);
                if head.status == 100 {
                    self.progress.continued.notify_one();
                }
                if head.status >= 200 || head.status == 101 {
                    self.progress.status.set(Some(head.status));
                    return Ok(head);
                }
            } else if self.buffer.len() > LONGEST_HEAD {
                return Err(Fault::NotHttp);
            } else if !self.fill().await? {
                return Err(Fault::Closed(None));
            }
        }
    }

    async fn body(&mut self, framing: AnswerFraming, answer: &mut Answer) -> Result<(), Fault> {
        match framing {
            AnswerFraming::Length(length) => {
                self.take(length, answer).await?;
            }
            AnswerFraming::UntilClose => loop {
                let received = self.buffer.len() as u64;
                self.take(received, answer).await?;
                if answer.cut || !self.fill().await? {
                    break;
                }
            },
            AnswerFraming::Chunked => loop {
                let length = self.chunk_length().await?;
                if length == 0 {
                    break;
                }
                self.take(length, answer).await?;
                if answer.cut {
                    break;
                }
                // The line break after the chunk; the parser accepts none before a length.
                self.line_break().await?;
            },
        }
        Ok(())
    }

    /// Moves that many bytes to the answer's body, or as many as are shown.
    async fn take(&mut self, mut length: u64, answer: &mut Answer) -> Result<(), Fault> {
        while length > 0 {
            if self.buffer.is_empty() && !self.fill().await? {
                return Err(Fault::Closed(self.progress.status.get()));
            }
            let received = usize::try_from(length).unwrap_or(usize::MAX);
            let received = received.min(self.buffer.len());
            let room = (MOST_OF_A_BODY + MARGIN_OF_A_BODY).saturating_sub(answer.body.len());
            answer.body.extend(self.buffer.drain(..received).take(room));
            if received > room {
                answer.cut = true;
                return Ok(());
            }
            length -= received as u64;
        }
        Ok(())
    }

    async fn chunk_length(&mut self) -> Result<u64, Fault> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((end, length))) => {
                    self.buffer.drain(..end);
                    return Ok(length);
                }
                Ok(httparse::Status::Partial) if self.buffer.len() <= LONGEST_CHUNK_LINE => {
                    self.need_more().await?;
                }
                _ => return Err(Fault::NotHttp),
            }
        }
    }

    async fn line_break(&mut self) -> Result<(), Fault> {
        while self.buffer.len() < 2 {
            self.need_more().await?;
        }
        if self.buffer.drain(..2).ne(*b"\r\n") {
            return Err(Fault::NotHttp);
        }
        Ok(())
    }

    async fn need_more(&mut self) -> Result<(), Fault> {
        if self.fill().await? {
            Ok(())
        } else {
            Err(Fault::Closed(self.progress.status.get()))
        }
    }

    /// Receives more; `false` at the end.
    async fn fill(&mut self) -> Result<bool, Fault> {
        self.buffer.reserve(16 << 10);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(received) => Ok(received > 0),
            // Small TLS servers close the connection without a farewell.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Fault::of(&error, self.progress.status.get())),
        }
    }
}

/// The head at the start of what was received; `None` while it is incomplete.
fn parse_head(received: &[u8]) -> Result<Option<Head>, Fault> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let length = match parsed.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Fault::NotHttp),
    };
    let status = parsed.code.ok_or(Fault::NotHttp)?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = parsed
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), text(header.value)))
        .collect();
    Ok(Some(Head {
        status,
        headers,
        length,
    }))
}

fn framing(answer: &Answer) -> Result<AnswerFraming, Fault> {
    if let Some(encoding) = answer.header("Transfer-Encoding") {
        let last = encoding.rsplit(',').next().unwrap_or_default().trim();
        return Ok(if last.eq_ignore_ascii_case("chunked") {
            AnswerFraming::Chunked
        } else {
            AnswerFraming::UntilClose
        });
    }
    let mut lengths = answer
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))
        .map(|(_, value)| value.trim());
    let Some(first) = lengths.next() else {
        return Ok(AnswerFraming::UntilClose);
    };
    if lengths.any(|other| other != first) || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::NotHttp);
    }
    first
        .parse()
        .map(AnswerFraming::Length)
        .map_err(|_| Fault::NotHttp)
}
