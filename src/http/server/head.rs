//! The head of a request, kept as the bytes that came: where its parts stand, and how long the body behind it is.
//!
//! Strict where two servers could read one request differently: a length is one decimal number, the only transfer coding
//! is `chunked`, and a request has one of them. httparse refuses bare CRs, folded lines and spaces before colons.

use http::Uri;
use std::mem::MaybeUninit;
use std::ops::Range;

/// The most headers, and their most bytes.
pub(super) const MOST_HEADERS: usize = 64;
pub(super) const MOST_HEADER_BYTES: usize = 64 * 1024;

/// Where the parts of a head stand in the bytes of its request, and what they mean for the connection.
#[derive(Debug, Default)]
pub struct RequestHead {
    /// Its length in bytes, including the empty line that ends it.
    pub length: usize,
    /// How the end of the body is found.
    pub framing: BodyFraming,
    /// Whether the client speaks HTTP/1.1, not 1.0.
    pub is_1_1: bool,
    /// Whether the client may send another request on this connection.
    pub keep_alive: bool,
    /// Whether the client waits for permission to send the body.
    pub expects_continue: bool,
    method: HeadPart,
    /// As written: usually a path.
    requested: HeadPart,
    /// Path and query; empty where there is none.
    target: HeadPart,
    headers: Vec<(HeadPart, HeadPart)>,
}

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFraming {
    /// It has that many bytes.
    Length(u64),
    /// It comes in chunks.
    Chunked,
}

impl Default for BodyFraming {
    fn default() -> Self {
        Self::Length(0)
    }
}

/// Why bytes are not the beginning of an acceptable request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHead {
    /// They are not HTTP, or malformed.
    NotHttp,
    /// They are HTTP/2.
    Http2,
    /// There are too many headers, or too many bytes of them.
    TooLarge,
    /// The body's length is not one number.
    Length,
    /// The body has another transfer coding than `chunked`, or a length as well.
    Coding,
}

/// A range in the bytes of a request.
#[derive(Clone, Copy, Debug, Default)]
struct HeadPart {
    start: u32,
    end: u32,
}

impl HeadPart {
    /// Where a part stands in the bytes that it was taken from.
    fn of(part: &[u8], bytes: &[u8]) -> Self {
        // An empty part may point outside of them.
        let start = match part {
            [] => 0,
            _ => part.as_ptr() as usize - bytes.as_ptr() as usize,
        };
        Self::new(start..start + part.len())
    }

    /// Heads are short.
    fn new(range: Range<usize>) -> Self {
        Self {
            start: range.start as u32,
            end: range.end as u32,
        }
    }

    fn in_bytes(self, bytes: &[u8]) -> &[u8] {
        bytes
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// For parts that are known to be text.
    fn in_text(self, bytes: &[u8]) -> &str {
        std::str::from_utf8(self.in_bytes(bytes)).unwrap_or_default()
    }
}

impl RequestHead {
    /// Parses the head at the beginning of the bytes; `None` if it is not complete.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, BadHead> {
        let mut lines = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        let length = match request.parse_with_uninit_headers(bytes, &mut lines) {
            Ok(httparse::Status::Complete(length)) if length <= MOST_HEADER_BYTES => length,
            Ok(httparse::Status::Partial) if bytes.len() < MOST_HEADER_BYTES => return Ok(None),
            Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(BadHead::TooLarge),
            Err(_) if bytes.starts_with(b"PRI * HTTP/2.0\r\n") => return Err(BadHead::Http2),
            Err(_) => return Err(BadHead::NotHttp),
        };
        let (Some(method), Some(requested), Some(version)) =
            (request.method, request.path, request.version)
        else {
            return Err(BadHead::NotHttp);
        };
        let target = path_and_query(requested).ok_or(BadHead::NotHttp)?;
        let requested = HeadPart::of(requested.as_bytes(), bytes);
        let at = requested.start as usize;
        let mut head = Self {
            length,
            framing: BodyFraming::default(),
            is_1_1: version == 1,
            keep_alive: version == 1,
            expects_continue: false,
            method: HeadPart::of(method.as_bytes(), bytes),
            requested,
            target: HeadPart::new(at + target.start..at + target.end),
            headers: Vec::with_capacity(request.headers.len()),
        };
        let (mut framing, mut closes) = (None, false);
        for line in request.headers.iter() {
            let (name, value) = (line.name.as_bytes(), line.value);
            head.headers
                .push((HeadPart::of(name, bytes), HeadPart::of(value, bytes)));
            // The length tells most names apart.
            match name.len() {
                6 if name.eq_ignore_ascii_case(b"expect") => {
                    head.expects_continue =
                        head.is_1_1 && value.eq_ignore_ascii_case(b"100-continue");
                }
                10 if name.eq_ignore_ascii_case(b"connection") => {
                    closes |= lists(value, b"close");
                    head.keep_alive |= lists(value, b"keep-alive");
                }
                14 if name.eq_ignore_ascii_case(b"content-length") => {
                    framing = Some(with_length(value, framing)?);
                }
                17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                    let known = head.is_1_1 && value.eq_ignore_ascii_case(b"chunked");
                    if !known || framing.is_some() {
                        return Err(BadHead::Coding);
                    }
                    framing = Some(BodyFraming::Chunked);
                }
                _ => {}
            }
        }
        head.framing = framing.unwrap_or(head.framing);
        head.keep_alive &= !closes;
        Ok(Some(head))
    }

    /// The method; `bytes` are those that were parsed.
    pub fn method<'b>(&self, bytes: &'b [u8]) -> &'b str {
        match self.method.in_bytes(bytes) {
            // Nearly all are, and need not be checked to be text.
            b"POST" => "POST",
            _ => self.method.in_text(bytes),
        }
    }

    /// What was requested, as it was written.
    pub fn requested<'b>(&self, bytes: &'b [u8]) -> &'b str {
        self.requested.in_text(bytes)
    }

    /// Path and query.
    pub fn target<'b>(&self, bytes: &'b [u8]) -> &'b str {
        match self.target.in_text(bytes) {
            "" => "/",
            target => target,
        }
    }

    /// Names and values in order.
    pub fn headers<'b>(
        &self,
        bytes: &'b [u8],
    ) -> impl ExactSizeIterator<Item = (&'b [u8], &'b [u8])> {
        self.headers
            .iter()
            .map(move |(name, value)| (name.in_bytes(bytes), value.in_bytes(bytes)))
    }
}

impl BadHead {
    /// The status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::NotHttp | Self::Length | Self::Coding => 400,
            Self::TooLarge => 431,
            Self::Http2 => 505,
        }
    }

    /// What is said of it.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::NotHttp => "not an HTTP request; if you sent https://, use http://",
            Self::Http2 => "HTTP/2 is not supported; send HTTP/1.1",
            Self::TooLarge => "more than 64 headers, or more than 64 KiB of them",
            Self::Length => "the Content-Length is not one number",
            Self::Coding => {
                "a Transfer-Encoding other than chunked, or with a Content-Length, is not accepted"
            }
        }
    }
}

/// The framing by a length, if there is no other.
fn with_length(value: &[u8], earlier: Option<BodyFraming>) -> Result<BodyFraming, BadHead> {
    /// A larger one is not a length that any body has.
    const MOST: u64 = u64::MAX - 2;
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| is_number);
    let length: Option<u64> = text.and_then(|text| text.parse().ok());
    let framing = BodyFraming::Length(length.ok_or(BadHead::Length)?);
    match earlier {
        None if length > Some(MOST) => Err(BadHead::TooLarge),
        None => Ok(framing),
        Some(earlier) if earlier == framing => Ok(framing),
        Some(BodyFraming::Length(_)) => Err(BadHead::Length),
        Some(BodyFraming::Chunked) => Err(BadHead::Coding),
    }
}

/// Whether a list, separated by commas, contains that word.
fn lists(value: &[u8], word: &[u8]) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|item| item.trim_ascii().eq_ignore_ascii_case(word))
}

/// Where path and query stand in a requested target, or `None` if it is not valid.
fn path_and_query(requested: &str) -> Option<Range<usize>> {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~?=&%+,:;@!$'()*".contains(&byte);
    if requested.starts_with('/') && requested.bytes().all(is_plain) {
        return Some(0..requested.len());
    }
    let uri: Uri = requested.parse().ok()?;
    let end = requested.find('#').unwrap_or(requested.len());
    let start = match requested.find("://") {
        Some(scheme) if uri.scheme().is_some() => {
            let authority = scheme + "://".len();
            let path = requested[authority..end].find(['/', '?']);
            path.map_or(end, |path| authority + path)
        }
        // Only a host and a port.
        _ if uri.authority().is_some() => end,
        _ => 0,
    };
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_as_they_were_written() {
        let bytes = b"\r\n\nPOST /a?b=1#c HTTP/1.1\nb: 1\r\nA:\r\nB: \xe9 x \r\ncontent-LENGTH: 4\r\n\r\nbody";
        let head = RequestHead::parse(bytes).unwrap().unwrap();
        let headers: Vec<_> = head.headers(bytes).collect();
        let expected: [(&[u8], &[u8]); 4] = [
            (b"b", b"1"),
            (b"A", b""),
            (b"B", b"\xe9 x"),
            (b"content-LENGTH", b"4"),
        ];
        assert_eq!(headers, expected);
        assert_eq!(
            (
                head.method(bytes),
                head.requested(bytes),
                head.target(bytes)
            ),
            ("POST", "/a?b=1#c", "/a?b=1")
        );
        assert_eq!(&bytes[head.length..], b"body");
        assert_eq!(head.framing, BodyFraming::Length(4));
        for cut in 0..head.length {
            assert!(RequestHead::parse(&bytes[..cut]).unwrap().is_none());
        }
    }

    #[test]
    fn path_and_query_are_found_in_every_form_of_a_target() {
        for (requested, expected) in [
            ("/", Some("/")),
            ("/a|b{c}?d=1", Some("/a|b{c}?d=1")),
            ("//a/b#c/d", Some("//a/b")),
            ("*", Some("*")),
            ("http://a", Some("")),
            ("http://a:1/b?c=://d#e?f", Some("/b?c=://d")),
            ("http://u:p@a?b", Some("?b")),
            ("a:80", Some("")),
            ("/a<b", None),
            ("a/b", None),
            ("http:///a", None),
        ] {
            let found = path_and_query(requested).map(|range| &requested[range]);
            assert_eq!(found, expected, "{requested}");
        }
    }
}
