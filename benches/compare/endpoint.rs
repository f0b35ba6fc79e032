//! The endpoint of send.sh: answers every POST with 200 as fast as the standard library can, and records when each was
//! received. send.sh compiles and starts it; it is not part of the crate.
//!
//! One thread polls all connections in turn and never sleeps while there is work: the standard library has no epoll, and
//! waking a thread per request would cost more than the answer. It therefore needs a processor to itself.
//!
//! It prints its port. GET /reset forgets everything; GET /count, /arrivals (nanoseconds, one a line), /first and /last
//! (a whole request) report what was received since. It runs until the first signal.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const LARGEST: usize = 64 << 10;
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Seen {
    started: Instant,
    arrivals: Vec<u64>,
    first: Vec<u8>,
    last: Vec<u8>,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// The length of the first request, head and body, if it is complete.
fn length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let mut body = 0;
    for line in bytes[..head].split(|&byte| byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
        if line[..colon].eq_ignore_ascii_case(b"content-length") {
            let digits = str::from_utf8(&line[colon + 1..]).map_err(io::Error::other)?;
            body = digits.trim().parse().map_err(io::Error::other)?;
        } else if line[..colon].eq_ignore_ascii_case(b"transfer-encoding") {
            return Err(io::Error::other("only bodies with a Content-Length are supported"));
        }
    }
    let all = head + 4 + body;
    if all > LARGEST { Err(io::Error::other("too large")) } else { Ok((all <= bytes.len()).then_some(all)) }
}

impl Connection {
    /// Answers received requests; returns whether there were any.
    fn serve(&mut self, seen: &mut Seen) -> io::Result<bool> {
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        }
        while let Some(end) = length(&self.buffer[..self.filled])? {
            let request = &self.buffer[..end];
            if request.starts_with(b"GET ") {
                let text = tell(request, seen);
                // That much may not fit into the socket buffer at once.
                self.stream.set_nonblocking(false)?;
                write!(self.stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len())?;
                self.stream.write_all(&text)?;
                self.stream.set_nonblocking(true)?;
            } else {
                seen.arrivals.push(seen.started.elapsed().as_nanos() as u64);
                if seen.first.is_empty() {
                    seen.first.extend_from_slice(request);
                }
                seen.last.clear();
                seen.last.extend_from_slice(request);
                self.stream.write_all(OK)?;
            }
            self.buffer.copy_within(end..self.filled, 0);
            self.filled -= end;
        }
        Ok(true)
    }
}

fn tell(request: &[u8], seen: &mut Seen) -> Vec<u8> {
    match request.split(|&byte| byte == b' ').nth(1) {
        Some(b"/count") => seen.arrivals.len().to_string().into_bytes(),
        Some(b"/arrivals") => seen.arrivals.iter().flat_map(|at| format!("{at}\n").into_bytes()).collect(),
        Some(b"/first") => seen.first.clone(),
        Some(b"/last") => seen.last.clone(),
        Some(b"/reset") => {
            seen.arrivals.clear();
            seen.first.clear();
            seen.last.clear();
            Vec::new()
        }
        _ => b"what?".to_vec(),
    }
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?.port());
    let arrivals = Vec::with_capacity(1 << 22);
    let mut seen = Seen { started: Instant::now(), arrivals, first: Vec::new(), last: Vec::new() };
    let mut connections: Vec<Connection> = Vec::new();
    let mut busy = Instant::now();
    loop {
        let mut quiet = true;
        while let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            connections.push(Connection { stream, buffer: vec![0; LARGEST], filled: 0 });
        }
        connections.retain_mut(|connection| {
            let came = connection.serve(&mut seen);
            quiet &= matches!(came, Ok(false));
            came.is_ok()
        });
        if !quiet {
            busy = Instant::now();
        } else if busy.elapsed() > Duration::from_millis(20) {
            thread::sleep(Duration::from_millis(1));
        }
    }
}
