//! Receives deliveries: hands raw bytes to a [`Handler`], sends its reply, and limits everything that a client could
//! hold up.
//!
//! HTTP/1.1 of our own: a request is kept as the bytes that came, which no library does. `head` and `chunks` parse bytes
//! and know of no connection; a `connection` reads into its `read_buffer`, and writes the `reply`.

mod chunks;
mod connection;
mod date;
mod head;
mod read_buffer;
mod reply;
mod request;
mod responder;
mod shutdown;
mod slots;
mod stream;

pub use chunks::{BadChunk, ChunkDecoder, Decoded};
pub use head::{BadHead, BodyFraming, RequestHead};
pub use reply::{HeaderLines, Reply};
pub use request::{IncomingRequest, Received, Refused};
pub use responder::Responder;
pub use shutdown::{Ended, Until};

use connection::ServerState;
use date::DateCache;
use shutdown::{PendingDeliveries, Signals};
use slots::ConnectionSlots;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

/// How much a client may send, and how slowly.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body: usize,
    /// How long a client may take to send its headers, again to send its body, and again to read the answer.
    pub client_timeout: Duration,
    /// The most connections at once. One more replaces the connection that has been inactive the longest, or waits while
    /// all of them have deliveries in progress.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            client_timeout: Duration::from_secs(5),
            connections: 512,
        }
    }
}

/// The most connections that wait to be accepted, up to the system's own limit.
#[cfg(target_os = "linux")]
const MOST_WAITING: i32 = 4_096;

/// Answers deliveries.
pub trait Handler {
    /// A whole delivery was received. The answer may be sent later and from another task.
    fn received(&self, received: Received, responder: Responder);

    /// What a request is answered that the server itself refuses.
    fn refusal(&self, status: u16, why: &str) -> Reply {
        Reply::line(status, why)
    }

    /// A request was refused by the server itself.
    fn refused(&self, _refused: Refused) {}
}

/// A bound port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    /// The actual address, also if any free port was requested.
    pub address: SocketAddr,
}

impl Server {
    /// Binds the port. Clients can connect from now on, and are answered once `serve` runs.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        // By default 128 connections may wait to be accepted; a client beyond them retries only after a second.
        #[cfg(target_os = "linux")]
        rustix::net::listen(&listener, MOST_WAITING)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers on this thread until it is told to stop, and returns why it stopped. Deliveries in progress may finish
    /// for at most two seconds more. `ready` is called once every way to stop the server works.
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
            let state = Rc::new(ServerState {
                limits,
                handler,
                pending: PendingDeliveries::default(),
                date: DateCache::default(),
                slots: Rc::new(ConnectionSlots::new(limits.connections)),
            });
            let accepting = spawn_local(accept(listener, Rc::clone(&state)));
            ready();
            // A task of its own is not looked at whenever a connection has work.
            let waiting = spawn_local(async move { (until.wait(&mut signals).await, signals) });
            let (ended, mut signals) = waiting.await.map_err(io::Error::other)?;
            accepting.abort();
            state.slots.stop();
            shutdown::finish(&state.slots, &state.pending, &mut signals).await;
            Ok(ended)
        });
        // Does not wait for threads, which a slow disk may block.
        runtime.shutdown_background();
        ended
    }
}

/// Accepts connections for ever.
async fn accept<H: Handler + 'static>(
    listener: tokio::net::TcpListener,
    state: Rc<ServerState<H>>,
) {
    // A longer pause would be noticed; a shorter one would keep the processor busy while file descriptors are scarce.
    const PAUSE: Duration = Duration::from_millis(10);
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => {
                let slot = state.slots.take().await;
                spawn_local(connection::serve(stream, remote, slot, Rc::clone(&state)));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            // Usually file descriptors ran out; a closed connection frees one.
            Err(_) => drop(timeout(PAUSE, state.slots.free_one()).await),
        }
    }
}
