//! One connection: answers its requests one after the other, then closes it so that the client can read the last
//! answer.

use super::chunks::ChunkDecoder;
use super::date::DateCache;
use super::head::{BadHead, BodyFraming, MOST_HEADER_BYTES, RequestHead};
use super::read_buffer::ReceiveBuffer;
use super::reply::{AnswerForm, Reply, write_head};
use super::request::{IncomingRequest, Received, Refused};
use super::responder::{HandlerAnswer, PendingAnswer, Responder};
use super::shutdown::PendingDeliveries;
use super::slots::{Activity, ConnectionSlot, ConnectionSlots};
use super::stream::{Arrived, Closing, ConnectionStream, close, has_unread};
use super::{Handler, Limits};
use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use tokio::net::TcpStream;

/// What all connections share.
pub(super) struct ServerState<H> {
    pub(super) limits: Limits,
    pub(super) handler: H,
    pub(super) pending: PendingDeliveries,
    pub(super) slots: Rc<ConnectionSlots>,
    pub(super) date: DateCache,
}

/// A connection between its first byte and its last answer.
struct ServedConnection<'c, H> {
    client: ConnectionStream<'c>,
    remote: SocketAddr,
    slot: &'c ConnectionSlot,
    server: &'c ServerState<H>,
    pending_answer: Rc<PendingAnswer>,
    received: ReceiveBuffer,
    /// The head of an answer, and a short body. Its memory is kept.
    answer: Vec<u8>,
}

/// Why a body could not be read.
#[derive(Clone, Copy)]
enum Unread {
    TooLarge,
    Broken,
    TooSlow,
}

/// Larger bodies are sent from where they are, and no more memory is kept for answers.
const SHORT: usize = 4 * 1024;

/// Serves a connection from beginning to end, or until its slot is needed for another.
pub(super) async fn serve<H: Handler>(
    mut stream: TcpStream,
    remote: SocketAddr,
    slot: ConnectionSlot,
    server: Rc<ServerState<H>>,
) {
    let _ = stream.set_nodelay(true);
    let (read, write) = stream.split();
    let mut connection = ServedConnection {
        client: ConnectionStream::new(read, &write, &slot, server.limits.client_timeout),
        remote,
        slot: &slot,
        server: &*server,
        pending_answer: Rc::default(),
        received: ReceiveBuffer::default(),
        answer: Vec::new(),
    };
    let unread = || has_unread(write.as_ref());
    let ended = slot.run(connection.answer_all(), unread).await;
    drop(connection);
    if let Some(closing) = ended {
        slot.set(Activity::Answering);
        slot.run(close(stream, closing), || false).await;
    }
}

impl<H: Handler> ServedConnection<'_, H> {
    /// Answers requests until there are no more, and says how to close the connection.
    async fn answer_all(&mut self) -> Closing {
        loop {
            let head = match self.head().await {
                Ok(Some(head)) => head,
                Ok(None) => return Closing::Normal,
                Err(bad) => {
                    let why = bad.why().to_owned();
                    return self.refuse(None, bad.status(), why, AnswerForm::LAST).await;
                }
            };
            self.slot.set(Activity::Reading);
            let form = AnswerForm::of(&head, self.received.unused());
            let body = match self.body(&head).await {
                Ok(length) => length,
                Err(unread) => return self.refuse_body(&head, unread, form).await,
            };
            self.hand_over(head, body);
            if self.slot.has_company() || !self.received.is_empty() {
                // Other requests are read first, and then all answers go out one after another: a client on another
                // processor is woken once for many of them, and waking it costs more than reading.
                tokio::task::yield_now().await;
            }
            let reply = match self.reply().await {
                Some(HandlerAnswer::Reply(reply)) => reply,
                Some(HandlerAnswer::Reset) => return Closing::Reset,
                None => return Closing::Normal,
            };
            match self.send(&reply, form).await {
                Some(true) => {}
                Some(false) if !self.received.is_empty() => return Closing::Lingering,
                _ => return Closing::Normal,
            }
            self.slot.set(Activity::Idle);
        }
    }

    /// Reads the head of the next request; `None` if there is none, or it is not complete in time.
    async fn head(&mut self) -> Result<Option<RequestHead>, BadHead> {
        self.client.restart_limit();
        // How many bytes are known to contain no end of a head.
        let mut searched = 0;
        loop {
            let unused = self.received.unused();
            let more = &unused[searched..];
            let first = searched == 0 && !more.is_empty();
            if (first || may_end(more) || unused.len() >= MOST_HEADER_BYTES)
                && let Some(head) = RequestHead::parse(unused)?
            {
                return Ok(Some(head));
            }
            // The end may have begun.
            searched = unused.len().saturating_sub(2);
            let idle = unused.is_empty();
            if self.client.read(self.received.with_room(), idle).await != Arrived::Some {
                return Ok(None);
            }
        }
    }

    /// Reads the body behind a head, without the chunks that it comes in, and returns its length.
    async fn body(&mut self, head: &RequestHead) -> Result<usize, Unread> {
        let most = self.server.limits.body;
        if let BodyFraming::Length(length) = head.framing
            && length > most as u64
        {
            return Err(Unread::TooLarge);
        }
        if head.expects_continue && head.framing != BodyFraming::Length(0) {
            let permission = b"HTTP/1.1 100 Continue\r\n\r\n";
            let sent = self.client.write(permission, &[]).await;
            sent.map_err(|_| Unread::Broken)?;
        }
        self.client.restart_limit();
        match head.framing {
            BodyFraming::Length(length) => {
                let length = length as usize;
                while self.received.unused().len() < head.length + length {
                    self.more().await?;
                }
                Ok(length)
            }
            BodyFraming::Chunked => {
                let mut decoder = ChunkDecoder::default();
                let mut end = head.length;
                loop {
                    let bytes = self.received.compact();
                    let decoded = decoder.decode(&mut bytes[end..]);
                    let decoded = decoded.map_err(|_| Unread::Broken)?;
                    bytes.drain(end + decoded.data..end + decoded.consumed);
                    end += decoded.data;
                    if end - head.length > most {
                        return Err(Unread::TooLarge);
                    }
                    if decoded.done {
                        return Ok(end - head.length);
                    }
                    self.more().await?;
                }
            }
        }
    }

    /// Reads more of a body.
    async fn more(&mut self) -> Result<(), Unread> {
        match self.client.read(self.received.with_room(), false).await {
            Arrived::Some => Ok(()),
            Arrived::End => Err(Unread::Broken),
            Arrived::Late => Err(Unread::TooSlow),
        }
    }

    /// Gives a whole request to the handler.
    fn hand_over(&mut self, head: RequestHead, body: usize) {
        let bytes = self.received.take(head.length + body);
        let pending = self.server.pending.add(bytes.len());
        let received = Received {
            request: Arc::new(IncomingRequest::new(bytes, head, self.remote)),
            received_at: Instant::now(),
            pending,
        };
        self.slot.set(Activity::Working);
        let responder = Responder::new(&self.pending_answer);
        self.server.handler.received(received, responder);
    }

    /// Waits for the handler's answer, as long as the client is connected.
    async fn reply(&mut self) -> Option<HandlerAnswer> {
        let mut disconnected = pin!(self.client.disconnected());
        poll_fn(|context| match self.pending_answer.poll_answer(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => disconnected.as_mut().poll(context).map(|()| None),
        })
        .await
    }

    /// Sends an answer, and says whether the connection is kept; `None` if the client did not read it.
    async fn send(&mut self, reply: &Reply, mut form: AnswerForm) -> Option<bool> {
        self.slot.set(Activity::Answering);
        form.keep_alive &= !self.slot.is_stopping();
        self.answer.clear();
        self.answer.shrink_to(2 * SHORT);
        let (mut body, kept) = write_head(&mut self.answer, reply, form, &self.server.date);
        if body.len() <= SHORT {
            // One piece is sent faster than two.
            self.answer.extend_from_slice(body);
            body = &[];
        }
        self.client.write(&self.answer, body).await.ok()?;
        Some(kept)
    }

    async fn refuse_body(
        &mut self,
        head: &RequestHead,
        unread: Unread,
        mut form: AnswerForm,
    ) -> Closing {
        let (status, why) = match unread {
            Unread::TooLarge => {
                let most = self.server.limits.body;
                (
                    413,
                    format!("body larger than {most} bytes (raise the limit with --max-body)"),
                )
            }
            Unread::Broken => (400, "body malformed or incomplete".to_owned()),
            Unread::TooSlow => (408, "body not received in time".to_owned()),
        };
        let bytes = self.received.unused();
        let request = (
            head.method(bytes).to_owned(),
            head.requested(bytes).to_owned(),
        );
        form.keep_alive = false;
        self.refuse(Some(request), status, why, form).await
    }

    /// Answers a request without asking the handler.
    async fn refuse(
        &mut self,
        request: Option<(String, String)>,
        status: u16,
        why: String,
        form: AnswerForm,
    ) -> Closing {
        let reply = self.server.handler.refusal(status, &why);
        self.server.handler.refused(Refused {
            request,
            status,
            why,
            remote: self.remote,
        });
        match self.send(&reply, form).await {
            Some(_) => Closing::Lingering,
            None => Closing::Normal,
        }
    }
}

impl<H> Drop for ServedConnection<'_, H> {
    fn drop(&mut self) {
        self.pending_answer.disconnect();
    }
}

/// Whether bytes may contain the end of a head: an empty line.
fn may_end(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|two| two == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}
