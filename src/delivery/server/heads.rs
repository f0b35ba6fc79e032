//! The headers of requests exactly as they came: names in their own spelling, repeats where they stood.
//!
//! Separate because the library keeps headers in a map, which puts repeats together and forgets how names were written.
//! What it read is looked at once more here; where the two do not agree, as after requests that were sent without
//! waiting for answers, the map is believed.

use http::{HeaderMap, header};
use memchr::memmem;

/// What came over a connection and may still be of a head.
#[derive(Debug, Default)]
pub(super) struct Heads {
    bytes: Vec<u8>,
    /// So many bytes of a body come before the next head.
    skip: usize,
    /// Nobody knows where the next head begins.
    lost: bool,
}

/// Of a connection that waits for its next request no more is kept.
const ROOM: usize = 4 * 1024;

impl Heads {
    /// Notes what was read.
    pub(super) fn note(&mut self, read: &[u8]) {
        let skipped = read.len().min(self.skip);
        self.skip -= skipped;
        let read = &read[skipped..];
        if self.lost || self.bytes.len() + read.len() > 2 * super::MOST_HEADER_BYTES {
            self.lost = true;
            return;
        }
        self.bytes.extend_from_slice(read);
    }

    /// What should be the head of the request that has just begun, which has these headers.
    pub(super) fn take(&mut self, map: &HeaderMap) -> Option<Box<[u8]>> {
        let end = memmem::find(&self.bytes, b"\r\n\r\n").filter(|_| !self.lost).map(|end| end + 4);
        let head = end.map(|end| self.bytes[..end].into());
        let length = map.get(header::CONTENT_LENGTH).map_or(Some("0"), |length| length.to_str().ok());
        let length = length.filter(|_| !map.contains_key(header::TRANSFER_ENCODING));
        match end.zip(length.and_then(|length| length.parse::<usize>().ok())) {
            Some((end, length)) => {
                let body = length.min(self.bytes.len() - end);
                self.skip = length - body;
                self.bytes.drain(..end + body);
                self.bytes.shrink_to(ROOM);
            }
            None => *self = Self { lost: true, ..Self::default() },
        }
        head
    }

    /// A request has been read to its end: what comes now is a head, also where that was not known.
    pub(super) fn ended(&mut self) {
        self.lost = false;
    }
}

/// The headers of a head; nothing where they are not those of the map.
pub(super) fn lines<'h>(head: &'h [u8], map: &HeaderMap) -> Option<Vec<(&'h str, &'h [u8])>> {
    let mut headers = [httparse::EMPTY_HEADER; super::MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(head).ok().filter(httparse::Status::is_complete)?;
    let known = |name: &str, value: &[u8]| map.get_all(name).iter().any(|known| known.as_bytes() == value);
    let same =
        request.headers.len() == map.len() && request.headers.iter().all(|header| known(header.name, header.value));
    same.then(|| request.headers.iter().map(|header| (header.name, header.value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn map(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).fold(
            HeaderMap::new(),
            |mut map, (name, value): (http::HeaderName, _)| {
                map.append(name, value);
                map
            },
        )
    }

    fn told(heads: &mut Heads, lines: &[(&'static str, &'static str)]) -> Option<String> {
        let map = map(lines);
        let head = heads.take(&map)?;
        let text = |value| std::str::from_utf8(value).unwrap();
        Some(super::lines(&head, &map)?.iter().map(|(name, value)| format!("{name}={} ", text(value))).collect())
    }

    #[test]
    fn heads_are_found_behind_bodies_and_however_they_are_cut() {
        let first = b"POST / HTTP/1.1\r\nb: 1\r\nA: 2\r\nB: 3\r\ncontent-length: 4\r\n\r\n";
        let stream = [&first[..], b"GET ", b"GET / HTTP/1.1\r\nx: 4\r\n\r\n"].concat();
        for cut in 1..stream.len() {
            let mut heads = Heads::default();
            heads.note(&stream[..cut]);
            // The library begins with a request once its head is there.
            let begun = cut.max(first.len());
            heads.note(&stream[cut..begun]);
            let headers = [("b", "1"), ("b", "3"), ("a", "2"), ("content-length", "4")];
            assert_eq!(told(&mut heads, &headers).unwrap(), "b=1 A=2 B=3 content-length=4 ", "cut at {cut}");
            heads.note(&stream[begun..]);
            heads.ended();
            assert_eq!(told(&mut heads, &[("x", "4")]).unwrap(), "x=4 ", "cut at {cut}");
        }
    }

    #[test]
    fn where_bytes_and_map_do_not_agree_the_map_is_believed_until_the_next_request() {
        let mut heads = Heads::default();
        heads.note(b"POST / HTTP/1.1\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
        let chunked = [("a", "1"), ("transfer-encoding", "chunked")];
        assert_eq!(told(&mut heads, &chunked).unwrap(), "A=1 Transfer-Encoding=chunked ");
        heads.note(b"llo\r\n0\r\n\r\n");
        heads.ended();
        heads.note(b"GET / HTTP/1.1\r\nA: 1\r\nA: 2\r\n\r\n");
        assert_eq!(told(&mut heads, &[("a", "1")]), None);
        heads.ended();
        heads.note(b"GET / HTTP/1.1\r\nA: 1\r\n\r\n");
        assert_eq!(told(&mut heads, &[("a", "7")]), None);
        heads.ended();
        heads.note(b"GET / HTTP/1.1\r\nA: 1\r\n\r\n");
        assert_eq!(told(&mut heads, &[("a", "1")]).unwrap(), "A=1 ");
    }
}
