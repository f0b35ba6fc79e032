//! Receives deliveries: raw bytes in, a reply out, and limits on everything that a client could hold up.
//!
//! Separate from whoever judges what came, which is a plain function here. The limits are the server's own because
//! hyper's defaults would wait for ever: its header timeout does nothing unless it is given a timer.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{LocalSet, spawn_local};

/// How long a client may take for its headers, and again for its body.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most headers, and the most bytes of them.
const MOST_HEADERS: usize = 64;
const MOST_HEADER_BYTES: usize = 64 * 1024;
/// The largest body.
const MOST_BODY_BYTES: usize = 1024 * 1024;
/// The most connections at once; more wait until one ends.
const MOST_CONNECTIONS: usize = 512;

/// A delivery as it came in.
#[derive(Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order, with repeats.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw bytes.
    pub body: Bytes,
    /// Who sent it.
    pub remote: SocketAddr,
}

impl Received {
    /// The value of the first header of that name; case does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// A line for whoever reads it.
    pub text: String,
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
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers on this thread until `stop` is sent or its sender is gone.
    pub fn serve(self, handle: impl Fn(Received) -> Reply + 'static, stop: oneshot::Receiver<()>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = Rc::new(handle);
        LocalSet::new().block_on(&runtime, async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            spawn_local(accept(listener, handle));
            let _ = stop.await;
            Ok(())
        })
    }
}

async fn accept<H: Fn(Received) -> Reply + 'static>(listener: tokio::net::TcpListener, handle: Rc<H>) {
    // A longer pause than that would be noticed, a shorter one would burn the processor while descriptors are short.
    const PAUSE: Duration = Duration::from_millis(10);
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, remote)) => {
                let handle = Rc::clone(&handle);
                spawn_local(async move {
                    // A connection's fault is its client's.
                    let _ = converse(stream, remote, handle).await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn converse<H: Fn(Received) -> Reply + 'static>(
    stream: TcpStream,
    remote: SocketAddr,
    handle: Rc<H>,
) -> Result<(), hyper::Error> {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let handle = Rc::clone(&handle);
        async move {
            let reply = match read(request, remote).await {
                Ok(received) => handle(received),
                Err(refused) => refused,
            };
            Ok::<_, Infallible>(response(reply))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

async fn read(request: Request<Incoming>, remote: SocketAddr) -> Result<Received, Reply> {
    let refuse = |status, text: &str| Reply { status, text: text.to_owned() };
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(PATIENCE, Limited::new(body, MOST_BODY_BYTES).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(refuse(413, "the body is too large")),
        Ok(Err(_)) => return Err(refuse(400, "the body is broken")),
        Err(_) => return Err(refuse(408, "the body came too slowly")),
    };
    let header = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), value.as_bytes().to_vec());
    Ok(Received {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().map_or_else(|| parts.uri.to_string(), ToString::to_string),
        headers: parts.headers.iter().map(header).collect(),
        body,
        remote,
    })
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.text + "\n")));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(http::header::CONTENT_TYPE, plain);
    response
}
