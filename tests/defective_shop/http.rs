//! HTTP/1.1 on blocking sockets, exact enough to be attacked: limits, chunks, `Expect`, HTTP/1.0, lengths that lie, and
//! the pieces in which a body came.

use crate::Shop;
use crate::switches::{Defect, Trap};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Webhooks are far smaller.
const MOST_BODY: usize = 1024 * 1024;
const MOST_HEAD: usize = 64 * 1024;
/// A client that says nothing for longer is cut off.
const IDLE: Duration = Duration::from_secs(30);

pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    /// Where each piece of the body ends.
    pub(crate) pieces: Vec<usize>,
    /// Whether it is an HTTP/1.0 request.
    pub(crate) is_old: bool,
    keeps_alive: bool,
}

impl Request {
    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        let named = |(known, _): &&(String, Vec<u8>)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| &**value)
    }

    /// The first header with exactly that spelling.
    pub(crate) fn header_spelt(&self, name: &str) -> Option<&[u8]> {
        let named = |(known, _): &&(String, Vec<u8>)| known == name;
        self.headers.iter().find(named).map(|(_, value)| &**value)
    }

    fn all(&self, name: &str) -> Vec<String> {
        let named = |(known, _): &&(String, Vec<u8>)| known.eq_ignore_ascii_case(name);
        let text = |(_, value): &(String, Vec<u8>)| String::from_utf8_lossy(value).into_owned();
        self.headers.iter().filter(named).map(text).collect()
    }
}

/// A response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) location: Option<&'static str>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            body: body.into(),
            location: None,
        }
    }
}

/// What a connection brings next.
pub(crate) enum Next {
    Request(Request),
    /// Refused before it was read whole; the connection cannot be used any more.
    Refused(Answer),
    Closed,
}

pub(crate) struct Connection {
    stream: TcpStream,
    /// Read, but not used yet.
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // A socket that refuses these is closed already, which the next read shows.
        let _ = stream.set_read_timeout(Some(IDLE));
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Whether the client has closed its side, or the whole connection.
    pub(crate) fn is_abandoned(&self) -> bool {
        let mut byte = [0];
        let _ = self.stream.set_nonblocking(true);
        let peeked = self.stream.peek(&mut byte);
        let _ = self.stream.set_nonblocking(false);
        match peeked {
            Ok(count) => count == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }

    pub(crate) fn next(&mut self, shop: &Shop) -> Next {
        let mut request = match self.head() {
            Ok(Some(request)) => request,
            Ok(None) => return Next::Closed,
            Err(status) => return Next::Refused(Answer::new(status, "")),
        };
        match self.body(shop, &mut request) {
            Ok(true) => Next::Request(request),
            Ok(false) => Next::Closed,
            Err(status) => Next::Refused(Answer::new(status, "")),
        }
    }

    /// Reads more; `false` at the end, after an error, and after a silence.
    fn fill(&mut self) -> bool {
        let mut piece = [0; 64 * 1024];
        loop {
            return match self.stream.read(&mut piece) {
                Ok(0) => false,
                Ok(count) => {
                    self.buffer.extend_from_slice(&piece[..count]);
                    true
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => false,
            };
        }
    }

    fn head(&mut self) -> Result<Option<Request>, u16> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 100];
            let mut parsed = httparse::Request::new(&mut headers);
            match parsed.parse(&self.buffer) {
                Ok(httparse::Status::Complete(end)) => {
                    let request = request(&parsed);
                    self.buffer.drain(..end);
                    return Ok(Some(request));
                }
                Ok(httparse::Status::Partial) if self.buffer.len() > MOST_HEAD => return Err(431),
                Ok(httparse::Status::Partial) => {}
                Err(_) => return Err(400),
            }
            if !self.fill() {
                return Ok(None);
            }
        }
    }

    /// Reads the body that the head promises; `false` where it did not come.
    fn body(&mut self, shop: &Shop, request: &mut Request) -> Result<bool, u16> {
        let chunked = request.all("transfer-encoding");
        let lengths = request.all("content-length");
        let limit = limit(shop);
        if !chunked.is_empty() {
            if shop.is_trap(Trap::RefusesChunked) {
                return Err(411);
            }
            if !lengths.is_empty() || chunked.iter().any(|name| name != "chunked") {
                return Err(400);
            }
            self.invite(shop, request)?;
            let read = self.chunks(request, limit)?;
            if shop.has(Defect::ChunkedEmpty) {
                request.body.clear();
                request.pieces.clear();
            }
            return Ok(read);
        }
        let length: usize = match &*lengths {
            [] => 0,
            [length] => length.parse().map_err(|_| 400_u16)?,
            _ => return Err(400),
        };
        if length > limit {
            return Err(413);
        }
        if length > 0 {
            self.invite(shop, request)?;
        }
        if !self.take(request, length) {
            if shop.has(Defect::LyingLengthCrashes) {
                crate::die("failed to fill whole buffer");
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// Tells a client that waits for it to send its body.
    fn invite(&mut self, shop: &Shop, request: &Request) -> Result<(), u16> {
        if request.header("expect").is_none() {
            return Ok(());
        }
        if shop.has(Defect::ExpectRefused) {
            return Err(417);
        }
        if self.buffer.is_empty() {
            let _ = self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        Ok(())
    }

    /// Moves that many bytes into the body, piece by piece as they come.
    fn take(&mut self, request: &mut Request, length: usize) -> bool {
        let end = request.body.len() + length;
        while request.body.len() < end {
            if self.buffer.is_empty() && !self.fill() {
                return false;
            }
            let count = self.buffer.len().min(end - request.body.len());
            request.body.extend(self.buffer.drain(..count));
            request.pieces.push(request.body.len());
        }
        true
    }

    fn line(&mut self) -> Result<Option<String>, u16> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).take(at).collect();
                return String::from_utf8(line).map(Some).map_err(|_| 400);
            }
            if self.buffer.len() > MOST_HEAD {
                return Err(431);
            }
            if !self.fill() {
                return Ok(None);
            }
        }
    }

    fn chunks(&mut self, request: &mut Request, limit: usize) -> Result<bool, u16> {
        loop {
            let Some(line) = self.line()? else {
                return Ok(false);
            };
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).map_err(|_| 400_u16)?;
            if size > limit || request.body.len() + size > limit {
                return Err(413);
            }
            if size == 0 {
                break;
            }
            if !self.take(request, size) {
                return Ok(false);
            }
            match self.line()?.as_deref() {
                Some("") => {}
                Some(_) => return Err(400),
                None => return Ok(false),
            }
        }
        loop {
            match self.line()?.as_deref() {
                Some("") => return Ok(true),
                Some(_) => {}
                None => return Ok(false),
            }
        }
    }

    /// Answers; whether the connection can be used again.
    pub(crate) fn answer(&mut self, shop: &Shop, request: Option<&Request>, told: &Answer) -> bool {
        let keeps = request.is_some_and(|request| request.keeps_alive)
            && !shop.is_trap(Trap::ClosesConnections)
            && !shop.is_alone();
        let Answer { status, body, .. } = told;
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(*status));
        if let Some(location) = told.location {
            head += &format!("Location: {location}\r\n");
        }
        if *status != 204 {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += if keeps {
            "Connection: keep-alive\r\n\r\n"
        } else {
            "Connection: close\r\n\r\n"
        };
        let body = if *status == 204 { "" } else { body };
        let bytes = [head.as_bytes(), body.as_bytes()].concat();
        let written = self.stream.write_all(&bytes).is_ok();
        if request.is_none() {
            self.drain();
        }
        written && keeps
    }

    /// Reads what is still coming for a moment: closing at once would reset the connection and lose the answer.
    fn drain(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let _ = self.stream.set_read_timeout(Some(Duration::from_secs(1)));
        let mut piece = [0; 64 * 1024];
        let mut left = 32 * MOST_BODY;
        while let Ok(count) = self.stream.read(&mut piece) {
            left = left.saturating_sub(count);
            if count == 0 || left == 0 {
                return;
            }
        }
    }
}

fn request(parsed: &httparse::Request<'_, '_>) -> Request {
    let target = parsed.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |header: &httparse::Header<'_>| (header.name.to_owned(), header.value.to_vec());
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: parsed.headers.iter().map(header).collect(),
        body: Vec::new(),
        pieces: Vec::new(),
        is_old: parsed.version == Some(0),
        keeps_alive: false,
    };
    let connection = request.all("connection").join(",").to_ascii_lowercase();
    request.keeps_alive = if request.is_old {
        connection.contains("keep-alive")
    } else {
        !connection.contains("close")
    };
    request
}

/// The largest body that is read.
fn limit(shop: &Shop) -> usize {
    if shop.has(Defect::Limit100Kb) {
        100 * 1024
    } else if shop.has(Defect::NoLimit) {
        usize::MAX / 2
    } else if shop.is_trap(Trap::StrictLimit) {
        200 * 1024
    } else {
        MOST_BODY
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Other",
    }
}
