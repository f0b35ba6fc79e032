//! The limit of listen.sh: a server on epoll that finds the end of each request by its Content-Length and gives a fixed
//! answer. It has no limits, no time-outs and no checks; the rest of `listen` is those, verifying, linting and printing.
//!
//! It prints its address, and runs until the first signal.

use httparse::{EMPTY_HEADER, Request, Status};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 3\r\n\r\nok\n";
const ROOM: usize = 64 * 1024;
const LISTENER: Token = Token(usize::MAX);

/// The length of the first request, head and body, if its head is complete.
fn length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [EMPTY_HEADER; 64];
    let mut request = Request::new(&mut headers);
    let Status::Complete(head) = request.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let header = request
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body: usize = match header {
        Some(header) => str::from_utf8(header.value)
            .map_err(io::Error::other)?
            .parse()
            .map_err(io::Error::other)?,
        None => 0,
    };
    Ok(Some(head + body))
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    /// Answers what has come; an error when the client has hung up.
    fn serve(&mut self) -> io::Result<()> {
        loop {
            let room = &mut self.buffer[self.filled..];
            let most = room.len();
            let count = match self.stream.read(room) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            self.filled += count;
            let mut at = 0;
            while let Some(length) = length(&self.buffer[at..self.filled])? {
                if at + length > self.filled {
                    break;
                }
                self.stream.write_all(ANSWER)?;
                at += length;
            }
            self.buffer.copy_within(at..self.filled, 0);
            self.filled -= at;
            // What was shorter than it could be was all there is; another call would only say so.
            if count < most {
                return Ok(());
            }
        }
    }
}

fn main() -> io::Result<()> {
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1024));
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut connections: Vec<Option<Connection>> = Vec::new();
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    let token = Token(connections.len());
                    poll.registry()
                        .register(&mut stream, token, Interest::READABLE)?;
                    let buffer = vec![0; ROOM];
                    connections.push(Some(Connection {
                        stream,
                        buffer,
                        filled: 0,
                    }));
                }
            } else if let Some(place) = connections.get_mut(event.token().0) {
                // What a round of measuring has opened is few enough not to use places again.
                if place.as_mut().is_some_and(|one| one.serve().is_err()) {
                    *place = None;
                }
            }
        }
    }
}
