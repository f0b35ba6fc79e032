//! A connection to an endpoint on this machine, over which a request is sent.

use super::super::answer::Fault;
use super::super::head_rewriter::HeadRewriter;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task;
use tokio::net::TcpStream;

/// An open connection. It is driven only during an exchange, by the task that makes it: a task of its own would have to
/// be woken twice for every delivery.
pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    /// `None` once it is closed.
    driver: Option<Pin<Box<Driver>>>,
}

type Driver = http1::Connection<TokioIo<HeadRewriter<TcpStream>>, Full<Bytes>>;

/// How many bytes of an answer are read at once, and so the most that its head may have. hyper handles a hundred times
/// as much before other connections and the timer run again, which a stream of interim answers would otherwise delay.
const READ_BUFFER: usize = 32 << 10;

impl Connection {
    /// Opens a connection over which the first request is sent with that head, whatever its own headers are.
    pub(crate) async fn open_with(
        addresses: &[SocketAddr],
        head: Option<Vec<u8>>,
    ) -> Result<Self, Fault> {
        let stream = TcpStream::connect(addresses)
            .await
            .map_err(|error| Fault::of(&error, None))?;
        stream
            .set_nodelay(true)
            .map_err(|error| Fault::of(&error, None))?;
        let mut builder = http1::Builder::new();
        builder.title_case_headers(true).max_buf_size(READ_BUFFER);
        let (sender, driver) = builder
            .handshake(TokioIo::new(HeadRewriter::new(stream, head)))
            .await
            .map_err(|error| Fault::of(&error, None))?;
        Ok(Self {
            sender,
            driver: Some(Box::pin(driver)),
        })
    }

    /// Sends a request, and reads the answer with `read`.
    pub(crate) async fn exchange<T>(
        &mut self,
        request: Request<Full<Bytes>>,
        read: impl AsyncFnOnce(Response<Incoming>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Self { sender, driver } = self;
        let mut work = pin!(async {
            sender
                .ready()
                .await
                .map_err(|error| Fault::of(&error, None))?;
            let response = sender
                .send_request(request)
                .await
                .map_err(|error| Fault::of(&error, None))?;
            read(response).await
        });
        let mut drive = |context: &mut task::Context<'_>| {
            // Its error is also returned to `work`.
            if driver
                .as_mut()
                .is_some_and(|driver| driver.as_mut().poll(context).is_ready())
            {
                *driver = None;
            }
        };
        poll_fn(|context| {
            // Reads what was received, lets `work` handle it, and writes what `work` sends.
            drive(context);
            let outcome = work.as_mut().poll(context);
            if outcome.is_pending() {
                drive(context);
            }
            outcome
        })
        .await
    }
}
