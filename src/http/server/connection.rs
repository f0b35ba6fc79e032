//! One connection: answers its requests one after the other, then closes it so that the client can read the last
//! answer.

use super::raw_headers::{RawHeaderTracker, RawHeaders};
use super::reading::read;
use super::shutdown::{PendingDeliveries, ShutdownSignal};
use super::slots::{Activity, ConnectionSlot, ConnectionSlots};
use super::timeout_stream::{AnswersSent, Closing, TimeoutStream, close, disconnected, has_unread};
use super::{
    Handler, Limits, MOST_HEADER_BYTES, MOST_HEADERS, Received, Refused, Reply, Responder,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use tokio::sync::oneshot;

/// What all connections share.
pub(super) struct ServerState<H> {
    pub(super) limits: Limits,
    pub(super) handler: H,
    pub(super) shutdown: ShutdownSignal,
    pub(super) pending: PendingDeliveries,
    pub(super) slots: Rc<ConnectionSlots>,
}

/// What the stream of a connection and its requests share.
struct ConnectionState<'c> {
    remote: SocketAddr,
    write: WriteHalf<'c>,
    slot: &'c ConnectionSlot,
    closing: Cell<Closing>,
    answers: Cell<AnswersSent>,
    /// Set if the handler wants raw headers.
    raw_headers: Option<RefCell<RawHeaderTracker>>,
}

/// The connection is to be reset.
#[derive(Debug)]
struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reset")
    }
}

impl std::error::Error for Reset {}

/// Serves a connection from beginning to end, or until its slot is needed for another.
pub(super) async fn serve<H: Handler>(
    mut stream: TcpStream,
    remote: SocketAddr,
    slot: ConnectionSlot,
    server: Rc<ServerState<H>>,
) {
    let _ = stream.set_nodelay(true);
    let Some((ended, closing)) = serve_requests(&mut stream, remote, &slot, &server).await else {
        return;
    };
    slot.set(Activity::Answering);
    let rest = async {
        match ended {
            Err(error) if error.is_parse_version_h2() => {
                let refused = Refused::http2(remote);
                let _ = stream.write_all(refused.http2_answer().as_bytes()).await;
                server.handler.refused(refused);
            }
            Err(error) if error.is_parse() => server.handler.refused(Refused::not_http(remote)),
            // Any other error is caused by the client.
            Err(_) if closing != Closing::Reset => return,
            _ => {}
        }
        close(stream, closing).await;
    };
    slot.run(rest, || false).await;
}

/// Answers requests until there are no more. Returns how that ended and how to close the connection, or nothing if the
/// slot was needed for another.
async fn serve_requests<H: Handler>(
    stream: &mut TcpStream,
    remote: SocketAddr,
    slot: &ConnectionSlot,
    server: &ServerState<H>,
) -> Option<(hyper::Result<()>, Closing)> {
    let (read, write) = stream.split();
    let raw_headers = server.handler.wants_raw_headers().then(RefCell::default);
    let connection = &ConnectionState {
        remote,
        write,
        slot,
        closing: Cell::new(Closing::Lingering),
        answers: Cell::default(),
        raw_headers,
    };
    let service = service_fn(|request: Request<Incoming>| {
        slot.set(Activity::Reading);
        // Here and not in the future: nothing more may be read before.
        let raw = connection
            .raw_headers
            .as_ref()
            .and_then(|tracker| tracker.borrow_mut().take(request.headers()));
        async move {
            let reply = server.answer(request, raw, connection).await;
            reply.map(response)
        }
    });
    let stream = TimeoutStream::new(
        read,
        &connection.write,
        server.limits.client_timeout,
        slot,
        &connection.answers,
        connection.raw_headers.as_ref(),
    );
    let requests = http1::Builder::new()
        .timer(TokioTimer::new())
        // Some clients shut down their sending half and still wait for the answer.
        .half_close(true)
        // Answers are short: one piece is sent faster than several.
        .writev(false)
        .header_read_timeout(server.limits.client_timeout)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let (mut requests, mut shutdown) = (pin!(requests), pin!(server.shutdown.triggered()));
    let mut shutting_down = false;
    let ended = poll_fn(|context| {
        if !shutting_down && shutdown.as_mut().poll(context).is_ready() {
            shutting_down = true;
            requests.as_mut().graceful_shutdown();
        }
        requests.as_mut().poll(context)
    });
    let ended = slot
        .run(ended, || has_unread(connection.write.as_ref()))
        .await?;
    Some((ended, connection.closing.get()))
}

impl<H: Handler> ServerState<H> {
    /// Reads a whole request and has the handler answer it.
    async fn answer(
        &self,
        request: Request<Incoming>,
        raw: Option<RawHeaders>,
        connection: &ConnectionState<'_>,
    ) -> Result<Reply, Reset> {
        let pending = self.pending.add();
        let read = read(request, raw, connection.remote, &self.limits, pending).await;
        if let Some(tracker) = &connection.raw_headers {
            tracker.borrow_mut().request_finished();
        }
        let received: Received = match read {
            Ok(received) => received,
            Err(refused) => {
                connection.closing.set(Closing::Lingering);
                connection.answering();
                let reply = Reply::line(refused.status, &refused.why);
                self.handler.refused(refused);
                return Ok(reply);
            }
        };
        connection.closing.set(Closing::Normal);
        connection.slot.set(Activity::Working);
        let (sender, receiver) = oneshot::channel();
        self.handler.received(received, Responder(sender));
        // Requests of other connections are read first, and then all answers go out one after another: a client on
        // another processor is woken once for many of them, and waking it costs more than reading.
        tokio::task::yield_now().await;
        let answer = connection.wait_for_reply(receiver).await?;
        connection.answering();
        answer.ok_or_else(|| {
            connection.closing.set(Closing::Reset);
            Reset
        })
    }
}

impl ConnectionState<'_> {
    fn answering(&self) {
        self.slot.set(Activity::Answering);
        if self.answers.get() == AnswersSent::Whole {
            self.answers.set(AnswersSent::Unfinished);
        }
    }

    /// Waits for the handler's reply, as long as the client is connected.
    async fn wait_for_reply(
        &self,
        mut receiver: oneshot::Receiver<Option<Reply>>,
    ) -> Result<Option<Reply>, Reset> {
        let mut disconnected = pin!(disconnected(&self.write, self.slot, &self.answers));
        poll_fn(|context| match Pin::new(&mut receiver).poll(context) {
            Poll::Ready(answer) => {
                Poll::Ready(Ok(answer.unwrap_or_else(|_| {
                    Some(Reply::line(500, "the request was not answered"))
                })))
            }
            Poll::Pending => disconnected.as_mut().poll(context).map(|()| Err(Reset)),
        })
        .await
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}
