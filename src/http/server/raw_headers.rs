//! Request headers in their original order and spelling.
//!
//! hyper keeps headers in a map, which groups repeats and lowers the case of names. The bytes that it read are parsed a
//! second time here. Where the two disagree, as with pipelined requests, hyper's map is used.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::ops::Range;

/// Keeps the bytes of a connection that may be part of a request head.
#[derive(Debug, Default)]
pub(crate) struct RawHeaderTracker {
    bytes: Vec<u8>,
    /// The bytes of a body that precede the next head.
    skip: usize,
    /// Where the next head begins is unknown.
    out_of_sync: bool,
}

/// The memory that is kept between two requests.
const ROOM: usize = 4 * 1024;

impl RawHeaderTracker {
    /// Records bytes that were read.
    pub(crate) fn record(&mut self, read: &[u8]) {
        let skipped = read.len().min(self.skip);
        self.skip -= skipped;
        let read = &read[skipped..];
        if self.out_of_sync || self.bytes.len() + read.len() > 2 * super::MOST_HEADER_BYTES {
            self.out_of_sync = true;
            return;
        }
        self.bytes.extend_from_slice(read);
    }

    /// The raw headers of the request that has just begun, which hyper read as `map`.
    pub(crate) fn take(&mut self, map: &HeaderMap) -> Option<RawHeaders> {
        let read = if self.out_of_sync {
            None
        } else {
            RawHeaders::read(&self.bytes)
        };
        let length = map
            .get(header::CONTENT_LENGTH)
            .map_or(Some("0"), |length| length.to_str().ok());
        let length = length.filter(|_| !map.contains_key(header::TRANSFER_ENCODING));
        match read
            .as_ref()
            .zip(length.and_then(|length| length.parse::<usize>().ok()))
        {
            Some(((end, _), length)) => {
                let body = length.min(self.bytes.len() - end);
                self.skip = length - body;
                self.bytes.drain(..end + body);
                self.bytes.shrink_to(ROOM);
            }
            None => {
                *self = Self {
                    out_of_sync: true,
                    ..Self::default()
                }
            }
        }
        read.map(|(_, raw)| raw)
    }

    /// A request was read to its end, so the next byte begins a head.
    pub(crate) fn request_finished(&mut self) {
        self.out_of_sync = false;
    }
}

/// The names and values of a request head.
#[derive(Debug)]
pub(crate) struct RawHeaders {
    text: Box<[u8]>,
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl RawHeaders {
    /// Parses a head at the beginning of the bytes, and returns where it ends.
    fn read(bytes: &[u8]) -> Option<(usize, Self)> {
        let mut headers = [httparse::EMPTY_HEADER; super::MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(end) = request.parse(bytes).ok()? else {
            return None;
        };
        let range = |part: &[u8]| {
            let start = part.as_ptr() as usize - bytes.as_ptr() as usize;
            start..start + part.len()
        };
        let lines = request.headers.iter().map(|header| match header.value {
            // An empty value may point outside of `bytes`.
            b"" => (range(header.name.as_bytes()), 0..0),
            value => (range(header.name.as_bytes()), range(value)),
        });
        Some((
            end,
            Self {
                lines: lines.collect(),
                text: bytes[..end].into(),
            },
        ))
    }

    /// Names and values in order, or `None` if they differ from the map.
    pub(crate) fn lines(&self, map: &HeaderMap) -> Option<Vec<(&str, &[u8])>> {
        let line = |(name, value): &(Range<usize>, Range<usize>)| {
            Some((
                std::str::from_utf8(&self.text[name.clone()]).ok()?,
                &self.text[value.clone()],
            ))
        };
        let lines: Vec<(&str, &[u8])> = self.lines.iter().map(line).collect::<Option<_>>()?;
        let is_same = |wanted: &HeaderName| {
            let values = lines
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_str()));
            map.get_all(wanted)
                .iter()
                .map(HeaderValue::as_bytes)
                .eq(values.map(|(_, value)| *value))
        };
        (lines.len() == map.len() && map.keys().all(is_same)).then_some(lines)
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .fold(
                HeaderMap::new(),
                |mut map, (name, value): (HeaderName, _)| {
                    map.append(name, value);
                    map
                },
            )
    }

    fn headers_of(
        tracker: &mut RawHeaderTracker,
        lines: &[(&'static str, &'static str)],
    ) -> Option<String> {
        let map = map(lines);
        let raw = tracker.take(&map)?;
        let text = |value| std::str::from_utf8(value).unwrap();
        Some(
            raw.lines(&map)?
                .iter()
                .map(|(name, value)| format!("{name}={} ", text(value)))
                .collect(),
        )
    }

    #[test]
    fn heads_are_found_after_bodies_and_however_they_are_split() {
        let first = b"POST / HTTP/1.1\r\nb: 1\r\nA: 2\r\nB: 3\r\ncontent-length: 4\r\n\r\n";
        let stream = [&first[..], b"GET ", b"GET / HTTP/1.1\r\nx: 4\r\n\r\n"].concat();
        for cut in 1..stream.len() {
            let mut tracker = RawHeaderTracker::default();
            tracker.record(&stream[..cut]);
            // hyper begins a request once its head is complete.
            let head_end = cut.max(first.len());
            tracker.record(&stream[cut..head_end]);
            let headers = [("b", "1"), ("b", "3"), ("a", "2"), ("content-length", "4")];
            assert_eq!(
                headers_of(&mut tracker, &headers).unwrap(),
                "b=1 A=2 B=3 content-length=4 ",
                "cut at {cut}"
            );
            tracker.record(&stream[head_end..]);
            tracker.request_finished();
            assert_eq!(
                headers_of(&mut tracker, &[("x", "4")]).unwrap(),
                "x=4 ",
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn bare_line_feeds_are_accepted_and_nothing_else_is_taken_for_a_head() {
        let mut tracker = RawHeaderTracker::default();
        tracker
            .record(b"\r\n\r\n\nPOST / HTTP/1.1\nA:\nb: 2\nContent-Length: 5\n\n\r\n\r\n!GET / HTTP/1.1\r\nc: 3\r\n\r\n");
        let first = [("a", ""), ("b", "2"), ("content-length", "5")];
        assert_eq!(
            headers_of(&mut tracker, &first).unwrap(),
            "A= b=2 Content-Length=5 "
        );
        tracker.request_finished();
        assert_eq!(headers_of(&mut tracker, &[("c", "3")]).unwrap(), "c=3 ");
        // The same number of headers, but not the same headers.
        for (forged, map) in [
            ("A: 1\r\nA: 1", [("a", "1"), ("b", "2")]),
            ("A: 2\r\nA: 1", [("a", "1"), ("a", "2")]),
        ] {
            tracker.request_finished();
            tracker.record(format!("GET / HTTP/1.1\r\n{forged}\r\n\r\n").as_bytes());
            assert_eq!(headers_of(&mut tracker, &map), None);
        }
    }

    #[test]
    fn where_bytes_and_map_disagree_the_map_wins_until_the_next_request() {
        let mut tracker = RawHeaderTracker::default();
        tracker.record(b"POST / HTTP/1.1\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
        let chunked = [("a", "1"), ("transfer-encoding", "chunked")];
        assert_eq!(
            headers_of(&mut tracker, &chunked).unwrap(),
            "A=1 Transfer-Encoding=chunked "
        );
        tracker.record(b"llo\r\n0\r\n\r\n");
        tracker.request_finished();
        tracker.record(b"GET / HTTP/1.1\r\nA: 1\r\nA: 2\r\n\r\n");
        assert_eq!(headers_of(&mut tracker, &[("a", "1")]), None);
        tracker.request_finished();
        tracker.record(b"GET / HTTP/1.1\r\nA: 1\r\n\r\n");
        assert_eq!(headers_of(&mut tracker, &[("a", "7")]), None);
        tracker.request_finished();
        tracker.record(b"GET / HTTP/1.1\r\nA: 1\r\n\r\n");
        assert_eq!(headers_of(&mut tracker, &[("a", "1")]).unwrap(), "A=1 ");
    }
}
