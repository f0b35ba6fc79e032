//! The headers of requests exactly as they came: names in their own spelling, repeats where they stood.
//!
//! Separate because the library keeps headers in a map, which puts repeats together and forgets how names were written.
//! What it read is looked at once more here; where the two do not agree, as after requests that were sent without
//! waiting for answers, the map is believed.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::ops::Range;

/// What came over a connection and may still be of a head.
#[derive(Debug, Default)]
pub(crate) struct RawHeaderTracker {
    bytes: Vec<u8>,
    /// So many bytes of a body come before the next head.
    skip: usize,
    /// Nobody knows where the next head begins.
    lost: bool,
}

/// Of a connection that waits for its next request no more is kept.
const ROOM: usize = 4 * 1024;

impl RawHeaderTracker {
    /// Notes what was read.
    pub(crate) fn note(&mut self, read: &[u8]) {
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
    pub(crate) fn take(&mut self, map: &HeaderMap) -> Option<RawHeaders> {
        let read = if self.lost {
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
                    lost: true,
                    ..Self::default()
                }
            }
        }
        read.map(|(_, head)| head)
    }

    /// A request has been read to its end: what comes now is a head, also where that was not known.
    pub(crate) fn ended(&mut self) {
        self.lost = false;
    }
}

/// The names and values of a head.
#[derive(Debug)]
pub(crate) struct RawHeaders {
    text: Box<[u8]>,
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl RawHeaders {
    /// Where a head at the beginning ends, and what it has.
    fn read(bytes: &[u8]) -> Option<(usize, Self)> {
        let mut headers = [httparse::EMPTY_HEADER; super::MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(end) = request.parse(bytes).ok()? else {
            return None;
        };
        let place = |part: &[u8]| {
            let start = part.as_ptr() as usize - bytes.as_ptr() as usize;
            start..start + part.len()
        };
        let lines = request.headers.iter().map(|header| match header.value {
            // It points nowhere.
            b"" => (place(header.name.as_bytes()), 0..0),
            value => (place(header.name.as_bytes()), place(value)),
        });
        Some((
            end,
            Self {
                lines: lines.collect(),
                text: bytes[..end].into(),
            },
        ))
    }

    /// The headers; nothing where they are not those of the map.
    pub(crate) fn lines(&self, map: &HeaderMap) -> Option<Vec<(&str, &[u8])>> {
        let line = |(name, value): &(Range<usize>, Range<usize>)| {
            Some((
                std::str::from_utf8(&self.text[name.clone()]).ok()?,
                &self.text[value.clone()],
            ))
        };
        let lines: Vec<(&str, &[u8])> = self.lines.iter().map(line).collect::<Option<_>>()?;
        let known = |wanted: &HeaderName| {
            let same = lines
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_str()));
            map.get_all(wanted)
                .iter()
                .map(HeaderValue::as_bytes)
                .eq(same.map(|(_, value)| *value))
        };
        (lines.len() == map.len() && map.keys().all(known)).then_some(lines)
    }

    /// How many bytes it has.
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

    fn told(
        heads: &mut RawHeaderTracker,
        lines: &[(&'static str, &'static str)],
    ) -> Option<String> {
        let map = map(lines);
        let head = heads.take(&map)?;
        let text = |value| std::str::from_utf8(value).unwrap();
        Some(
            head.lines(&map)?
                .iter()
                .map(|(name, value)| format!("{name}={} ", text(value)))
                .collect(),
        )
    }

    #[test]
    fn heads_are_found_behind_bodies_and_however_they_are_cut() {
        let first = b"POST / HTTP/1.1\r\nb: 1\r\nA: 2\r\nB: 3\r\ncontent-length: 4\r\n\r\n";
        let stream = [&first[..], b"GET ", b"GET / HTTP/1.1\r\nx: 4\r\n\r\n"].concat();
        for cut in 1..stream.len() {
            let mut heads = RawHeaderTracker::default();
            heads.note(&stream[..cut]);
            // The library begins with a request once its head is there.
            let begun = cut.max(first.len());
            heads.note(&stream[cut..begun]);
            let headers = [("b", "1"), ("b", "3"), ("a", "2"), ("content-length", "4")];
            assert_eq!(
                told(&mut heads, &headers).unwrap(),
                "b=1 A=2 B=3 content-length=4 ",
                "cut at {cut}"
            );
            heads.note(&stream[begun..]);
            heads.ended();
            assert_eq!(
                told(&mut heads, &[("x", "4")]).unwrap(),
                "x=4 ",
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn lines_may_end_as_they_should_not_and_nothing_else_is_taken_for_a_head() {
        let mut heads = RawHeaderTracker::default();
        heads
            .note(b"\r\n\r\n\nPOST / HTTP/1.1\nA:\nb: 2\nContent-Length: 5\n\n\r\n\r\n!GET / HTTP/1.1\r\nc: 3\r\n\r\n");
        let first = [("a", ""), ("b", "2"), ("content-length", "5")];
        assert_eq!(
            told(&mut heads, &first).unwrap(),
            "A= b=2 Content-Length=5 "
        );
        heads.ended();
        assert_eq!(told(&mut heads, &[("c", "3")]).unwrap(), "c=3 ");
        // As many headers, each of which is there, are not the same headers.
        for (forged, map) in [
            ("A: 1\r\nA: 1", [("a", "1"), ("b", "2")]),
            ("A: 2\r\nA: 1", [("a", "1"), ("a", "2")]),
        ] {
            heads.ended();
            heads.note(format!("GET / HTTP/1.1\r\n{forged}\r\n\r\n").as_bytes());
            assert_eq!(told(&mut heads, &map), None);
        }
    }

    #[test]
    fn where_bytes_and_map_do_not_agree_the_map_is_believed_until_the_next_request() {
        let mut heads = RawHeaderTracker::default();
        heads.note(b"POST / HTTP/1.1\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
        let chunked = [("a", "1"), ("transfer-encoding", "chunked")];
        assert_eq!(
            told(&mut heads, &chunked).unwrap(),
            "A=1 Transfer-Encoding=chunked "
        );
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
