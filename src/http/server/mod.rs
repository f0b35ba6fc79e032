//! Receives deliveries: raw bytes in, a reply out, and limits on everything that a client could hold up.
//!
//! Separate from whoever judges what came, which is a [`Handler`] here. The limits are the server's own because
//! hyper's defaults would wait for ever: its header timeout does nothing unless it is given a timer.

mod places;
mod raw_headers;
mod reading;
mod shutdown;
mod timeout_stream;

pub use reading::{IncomingRequest, Received, Refused};
pub use shutdown::{Ended, Until};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use places::{ConnectionPlace, PlaceState, Places};
use raw_headers::{RawHeaderTracker, RawHeaders};
use reading::read;
use shutdown::{Finishing, InHand, Signals};
use std::cell::{Cell, RefCell};
use std::future::{Future as _, poll_fn};
use std::net::{SocketAddr, TcpListener};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use std::{fmt, io};
use timeout_stream::{Closing, TimeoutStream, close, gone, unread};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use tokio::sync::oneshot;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body: usize,
    /// How long a client may take for its headers, again for its body, and again for taking the answer.
    pub patience: Duration,
    /// The most connections at once. For one more the one gives way that has not moved for the longest time, unless all
    /// of them have deliveries that are worked on.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            patience: Duration::from_secs(5),
            connections: 512,
        }
    }
}

/// The most headers, and the most bytes of them.
const MOST_HEADERS: usize = 64;
const MOST_HEADER_BYTES: usize = 64 * 1024;

/// The most connections that wait to be accepted, as far as the system allows.
#[cfg(target_os = "linux")]
const MOST_WAITING: i32 = 4_096;

/// Judges what comes.
pub trait Handler {
    /// A whole delivery came. The answer may be sent later and from another task.
    fn received(&self, received: Received, responder: Responder);

    /// Whether headers are wanted exactly as they came, which costs a second look at them.
    fn wants_exact(&self) -> bool {
        false
    }

    /// Something came that was answered without asking.
    fn refused(&self, _refused: Refused) {}
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside the length.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// A status, and a line for whoever reads it.
    pub fn line(status: u16, text: &str) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(http::header::CONTENT_TYPE, plain);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            headers,
            body: Bytes::from(format!("{text}\n")),
        }
    }
}

/// Takes the answer to one delivery.
#[derive(Debug)]
pub struct Responder(oneshot::Sender<Option<Reply>>);

impl Responder {
    /// Answers. A client that has gone does not miss it.
    pub fn send(self, reply: Reply) {
        let _ = self.0.send(Some(reply));
    }

    /// Waits until the client has gone, so that it misses no answer.
    pub async fn unwanted(&mut self) {
        self.0.closed().await;
    }

    /// Resets the connection instead of answering.
    pub fn reset(self) {
        let _ = self.0.send(None);
    }
}

/// A bound port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    /// The real address, also where a free port was asked for.
    pub address: SocketAddr,
}

impl Server {
    /// Takes the port; nobody is answered yet, but they may already connect.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        // The library lets 128 wait to be accepted, and whoever comes then tries again only after a second.
        #[cfg(target_os = "linux")]
        rustix::net::listen(&listener, MOST_WAITING)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers on this thread until it is told to end, and says by what. What is in hand then is still finished, for at
    /// most two seconds. `ready` is called once everything that can end it is heard.
    pub fn serve(
        self,
        limits: Limits,
        handler: impl Handler + 'static,
        until: Until,
        ready: impl FnOnce(),
    ) -> io::Result<Ended> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let ended = LocalSet::new().block_on(&runtime, async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let mut signals = until.signals.then(Signals::listen).transpose()?;
            let finishing = Finishing::default();
            let places = Rc::new(Places::new(limits.connections));
            let shared = Rc::new(ServerState {
                limits,
                handler,
                finishing,
                in_hand: InHand::default(),
                places,
            });
            let accepting = spawn_local(accept(listener, Rc::clone(&shared)));
            ready();
            let ended = until.come(&mut signals).await;
            accepting.abort();
            shared.finishing.begin();
            shutdown::finish(&shared.places, &shared.in_hand, &mut signals).await;
            Ok(ended)
        });
        // Else a thread that a disk holds up would hold up the end.
        runtime.shutdown_background();
        ended
    }
}

/// What all connections share.
struct ServerState<H> {
    limits: Limits,
    handler: H,
    finishing: Finishing,
    in_hand: InHand,
    places: Rc<Places>,
}

async fn accept<H: Handler + 'static>(
    listener: tokio::net::TcpListener,
    shared: Rc<ServerState<H>>,
) {
    // A longer pause than that would be noticed, a shorter one would burn the processor while descriptors are short.
    const PAUSE: Duration = Duration::from_millis(10);
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => {
                let place = shared.places.take().await;
                spawn_local(converse(stream, remote, place, Rc::clone(&shared)));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            // Mostly there are no more descriptors; what gives way leaves one.
            Err(_) => drop(timeout(PAUSE, shared.places.make_room()).await),
        }
    }
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

/// What the stream of a connection and its requests tell each other.
struct ConnectionState<'c> {
    remote: SocketAddr,
    write: WriteHalf<'c>,
    place: &'c ConnectionPlace,
    closing: Cell<Closing>,
    /// Where somebody wants headers exactly as they came.
    heads: Option<RefCell<RawHeaderTracker>>,
}

/// Serves a connection from its beginning to its end, or until its place is needed.
async fn converse<H: Handler>(
    mut stream: TcpStream,
    remote: SocketAddr,
    place: ConnectionPlace,
    shared: Rc<ServerState<H>>,
) {
    let _ = stream.set_nodelay(true);
    let Some((ended, closing)) = exchange(&mut stream, remote, &place, &shared).await else {
        return;
    };
    place.set(PlaceState::Answering);
    let rest = async {
        match ended {
            Err(error) if error.is_parse_version_h2() => {
                let refused = Refused::http2(remote);
                let _ = stream.write_all(refused.http2_answer().as_bytes()).await;
                shared.handler.refused(refused);
            }
            Err(error) if error.is_parse() => shared.handler.refused(Refused::no_http(remote)),
            // Any other fault of a connection is its client's.
            Err(_) if closing != Closing::Reset => return,
            _ => {}
        }
        close(stream, closing).await;
    };
    place.keep(rest, || false).await;
}

/// Answers requests until there are no more; how that ended and how the connection is to be closed, or nothing where
/// its place was needed.
async fn exchange<H: Handler>(
    stream: &mut TcpStream,
    remote: SocketAddr,
    place: &ConnectionPlace,
    shared: &ServerState<H>,
) -> Option<(hyper::Result<()>, Closing)> {
    let (read, write) = stream.split();
    let heads = shared.handler.wants_exact().then(RefCell::default);
    let line = &ConnectionState {
        remote,
        write,
        place,
        closing: Cell::new(Closing::Lingering),
        heads,
    };
    let service = service_fn(|request: Request<Incoming>| {
        place.set(PlaceState::Reading);
        // Now, before more is read.
        let head = line
            .heads
            .as_ref()
            .and_then(|heads| heads.borrow_mut().take(request.headers()));
        async move { shared.answer(request, head, line).await.map(response) }
    });
    let stream = TimeoutStream::new(
        read,
        &line.write,
        shared.limits.patience,
        place,
        line.heads.as_ref(),
    );
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Some say that nothing more comes and still wait for the answer.
        .half_close(true)
        // Answers are short: one piece is sent faster than several.
        .writev(false)
        .header_read_timeout(shared.limits.patience)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let (mut connection, mut finishing) = (pin!(connection), pin!(shared.finishing.begun()));
    let mut asked = false;
    let ended = poll_fn(|context| {
        if !asked && finishing.as_mut().poll(context).is_ready() {
            asked = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(context)
    });
    let ended = place.keep(ended, || unread(line.write.as_ref())).await?;
    Some((ended, line.closing.get()))
}

impl<H: Handler> ServerState<H> {
    /// Reads a request to its end and has it answered.
    async fn answer(
        &self,
        request: Request<Incoming>,
        head: Option<RawHeaders>,
        line: &ConnectionState<'_>,
    ) -> Result<Reply, Reset> {
        let read = read(request, head, line.remote, &self.limits, self.in_hand.one()).await;
        if let Some(heads) = &line.heads {
            heads.borrow_mut().ended();
        }
        let received = match read {
            Ok(received) => received,
            Err(refused) => {
                line.closing.set(Closing::Lingering);
                line.place.set(PlaceState::Answering);
                let reply = Reply::line(refused.status, &refused.why);
                self.handler.refused(refused);
                return Ok(reply);
            }
        };
        line.closing.set(Closing::Usual);
        line.place.set(PlaceState::Working);
        let (sender, receiver) = oneshot::channel();
        self.handler.received(received, Responder(sender));
        // Whoever else has sent something is read first, and then all answers go out one after another: a client on
        // another processor is woken once for many of them, which costs more than reading.
        tokio::task::yield_now().await;
        let answer = line.wait(receiver).await?;
        line.place.set(PlaceState::Answering);
        answer.ok_or_else(|| {
            line.closing.set(Closing::Reset);
            Reset
        })
    }
}

impl ConnectionState<'_> {
    /// Waits for an answer as long as there is a client for it.
    async fn wait(
        &self,
        mut receiver: oneshot::Receiver<Option<Reply>>,
    ) -> Result<Option<Reply>, Reset> {
        let mut gone = pin!(gone(&self.write, self.place));
        poll_fn(|context| match Pin::new(&mut receiver).poll(context) {
            Poll::Ready(answer) => Poll::Ready(Ok(
                answer.unwrap_or_else(|_| Some(Reply::line(500, "nobody answered")))
            )),
            Poll::Pending => gone.as_mut().poll(context).map(|()| Err(Reset)),
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
