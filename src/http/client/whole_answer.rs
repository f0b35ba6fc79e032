//! Reads a whole answer, but of its body no more than is asked for.

use super::super::answer::{Answer, Fault};
use super::answer_reader::{AnswerFraming, AnswerReader, has_body, is_final};
use std::cell::Cell;
use tokio::io::AsyncRead;
use tokio::sync::Notify;

/// What others learn while an answer is read.
#[derive(Default)]
pub(crate) struct ReadProgress {
    /// The status of an answer that has begun.
    pub(crate) status: Cell<Option<u16>>,
    /// Wakes the writer when the endpoint asks for the body.
    pub(super) continued: Notify,
}

/// An answer as it was received.
#[derive(Debug)]
pub(crate) struct WholeAnswer {
    pub(crate) status: u16,
    /// In order and spelling.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// The body, or its beginning.
    pub(crate) body: Vec<u8>,
    /// The body was longer.
    pub(crate) cut: bool,
}

impl From<WholeAnswer> for Answer {
    fn from(whole: WholeAnswer) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = whole.headers.into_iter();
        Self {
            status: whole.status,
            headers: headers.map(|(name, value)| (name, text(&value))).collect(),
            body: whole.body,
            cut: whole.cut,
        }
    }
}

/// Reads the final answer, and at most that much of its body.
pub(super) async fn read(
    mut reader: AnswerReader<'_, impl AsyncRead + Unpin>,
    to_head: bool,
    most: usize,
    progress: &ReadProgress,
) -> Result<WholeAnswer, Fault> {
    let (status, (headers, framing)) = loop {
        let read = |head: &httparse::Response<'_, '_>| {
            let headers = head.headers.iter();
            let headers = headers.map(|header| (header.name.to_owned(), header.value.to_vec()));
            (headers.collect(), AnswerFraming::of(head.headers))
        };
        let (status, head) = reader.head(read).await?;
        if status == 100 {
            progress.continued.notify_one();
        }
        if is_final(status) {
            progress.status.set(Some(status));
            break (status, head);
        }
    };
    let mut answer = WholeAnswer {
        status,
        headers,
        body: Vec::new(),
        cut: false,
    };
    if !to_head && has_body(status) {
        let take = |piece: &[u8]| {
            let piece_of_it = &piece[..piece.len().min(most - answer.body.len())];
            answer.body.extend_from_slice(piece_of_it);
            answer.cut = piece_of_it.len() < piece.len();
            !answer.cut
        };
        reader.body(framing?, take).await?;
    }
    Ok(answer)
}
