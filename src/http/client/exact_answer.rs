//! Reads the answer to an exact request, as much of it as is shown.

use super::super::answer::{Answer, Fault, MARGIN_OF_A_BODY, MOST_OF_A_BODY};
use super::answer_reader::{AnswerFraming, AnswerReader, has_body, is_final};
use std::cell::Cell;
use tokio::io::AsyncRead;
use tokio::sync::Notify;

/// What others learn while an answer is read.
#[derive(Default)]
pub(super) struct ReadProgress {
    /// The status of an answer that has begun.
    pub(super) status: Cell<Option<u16>>,
    /// Wakes the writer when the endpoint asks for the body.
    pub(super) continued: Notify,
}

/// Reads the final answer, and of its body as much as is shown.
pub(super) async fn read(
    stream: impl AsyncRead + Unpin,
    to_head: bool,
    progress: &ReadProgress,
) -> Result<Answer, Fault> {
    let mut received = Vec::new();
    let mut reader = AnswerReader::new(stream, &mut received);
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let (status, (headers, framing)) = loop {
        let read = |head: &httparse::Response<'_, '_>| {
            let headers = head.headers.iter();
            let headers = headers.map(|header| (header.name.to_owned(), text(header.value)));
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
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
        cut: false,
    };
    if !to_head && has_body(status) {
        let take = |piece: &[u8]| {
            let room = (MOST_OF_A_BODY + MARGIN_OF_A_BODY).saturating_sub(answer.body.len());
            answer
                .body
                .extend_from_slice(&piece[..piece.len().min(room)]);
            answer.cut = piece.len() > room;
            !answer.cut
        };
        reader.body(framing?, take).await?;
    }
    Ok(answer)
}
