//! HTTP requests as text, pasted from a log or printed by `send --dry-run`. People shorten them, and editors change their
//! line breaks, so much is tolerated, and what was left out or does not fit is said.

use super::header_line::{continues, header, quoted};
use super::journal::{Captured, CapturedHeader};
use crate::http::target::path_and_query;

/// A request, and what does not fit in it.
#[derive(Debug)]
pub(super) struct RawRequest {
    pub(super) captured: Captured,
    pub(super) notes: Vec<String>,
}

/// Why a text that holds a request does not hold all of it.
#[derive(Debug)]
pub(super) struct NoRequest {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
}

const METHODS: [&str; 7] = ["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS"];

/// The requests in a text; none where it begins neither with a request line nor with headers above a body.
pub(super) fn requests(text: &[u8]) -> Vec<RawRequest> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if let Some(inside) = inside_fence(rest).filter(|inside| begins_request(inside)) {
        rest = inside;
    }
    let mut requests = Vec::new();
    while begins_request(rest) {
        let (request, after) = RawRequest::read(rest);
        requests.push(request);
        rest = after;
    }
    requests.extend(headers_below(rest).filter(|_| requests.is_empty()));
    requests
}

/// What is between the lines of a code fence.
fn inside_fence(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii();
    let (first, rest) = next_line(text);
    let inside = rest
        .strip_suffix(b"```")
        .filter(|_| first.starts_with(b"```"))?;
    let inside = inside.strip_suffix(b"\n")?;
    Some(inside.strip_suffix(b"\r").unwrap_or(inside))
}

/// A body with headers on the lines below it.
fn headers_below(text: &[u8]) -> Option<RawRequest> {
    let text = text.trim_ascii_start();
    let end = text.iter().rposition(|byte| matches!(byte, b'}' | b']'))? + 1;
    let (body, mut rest) = text.split_at(end);
    let (behind, after) = next_line(rest);
    if !body.starts_with(b"{") || !behind.trim_ascii().is_empty() || after.trim_ascii().is_empty() {
        return None;
    }
    let mut captured = Captured {
        body: body.to_vec(),
        ..Captured::default()
    };
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        if !line.trim_ascii().is_empty() {
            captured.headers.push(header(line)?);
        }
        rest = after;
    }
    Some(RawRequest {
        captured,
        notes: vec!["taking the lines below the body as headers".to_owned()],
    })
}

fn begins_request(text: &[u8]) -> bool {
    let (first, rest) = next_line(without_separators(text));
    // Headers alone are followed by an empty line and a body; anything else with a colon may be a body itself.
    let empty_line = || {
        let mut rest = rest;
        while !rest.is_empty() {
            let (line, after) = next_line(rest);
            if line.trim_ascii().is_empty() {
                return !after.trim_ascii().is_empty();
            }
            // Pasted without the empty line.
            if line.starts_with(b"{") {
                return true;
            }
            rest = after;
        }
        false
    };
    request_line(first).is_some() || (header(first).is_some() && empty_line())
}

/// A text without the empty lines before it, and without the lines that separate the requests of `.http` files.
fn without_separators(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii_start();
    while text.starts_with(b"###") {
        text = next_line(text).1.trim_ascii_start();
    }
    text
}

/// A line without its end, and what follows it.
pub(super) fn next_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', text);
    let line = &text[..end.unwrap_or(text.len())];
    let rest = end.map_or(&[][..], |end| &text[end + 1..]);
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// Method and target, if the line is a request line; logs often leave out the version.
pub(super) fn request_line(line: &[u8]) -> Option<(&str, &str)> {
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let version = words.next().is_none_or(|word| word.starts_with("HTTP/"));
    let is_target = target.starts_with('/') || target.contains("://") || target == "*";
    (METHODS.contains(&method) && is_target && version && words.next().is_none())
        .then_some((method, target))
}

impl RawRequest {
    /// Reads the request at the beginning of a text; returns what follows it.
    fn read(text: &[u8]) -> (Self, &[u8]) {
        let mut request = Self {
            captured: Captured::default(),
            notes: Vec::new(),
        };
        let start = request.read_head(without_separators(text));
        let (body, rest) = request.body(start);
        request.captured.body = body;
        (request, rest)
    }

    /// Reads the request line and the headers; returns what follows them.
    fn read_head<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let mut rest = text;
        let captured = &mut self.captured;
        if let (first, after) = next_line(text)
            && let Some((method, target)) = request_line(first)
        {
            captured.method = Some(method.to_owned());
            captured.target = match target.contains("://") && !target.starts_with('/') {
                true => path_and_query(target),
                false => Some(target.to_owned()),
            };
            rest = after;
        }
        while !rest.is_empty() {
            let (line, after) = next_line(rest);
            if line.trim_ascii().is_empty() {
                return after;
            }
            if matches!(line.first(), Some(b'{' | b'[')) {
                self.notes
                    .push("no empty line between the headers and the body".to_owned());
                return rest;
            }
            let folded = line.starts_with(b" ") || line.starts_with(b"\t");
            match (header(line), captured.headers.last_mut()) {
                (
                    None,
                    Some(CapturedHeader {
                        name,
                        value: Some(value),
                    }),
                ) if continues(value, &String::from_utf8_lossy(line.trim_ascii())) => {
                    *value += String::from_utf8_lossy(line.trim_ascii()).as_ref();
                    self.notes.push(format!("joining the lines of {name}"));
                }
                (_, Some(CapturedHeader { value, .. })) if folded => {
                    // A long value that was wrapped, as HTTP once allowed.
                    if let Some(value) = value {
                        *value += " ";
                        *value += String::from_utf8_lossy(line.trim_ascii()).as_ref();
                    }
                }
                (Some(header), _) => captured.headers.push(header),
                (None, _) => self.notes.push(format!(
                    "ignoring a line among the headers that is not a header{}",
                    quoted(line)
                )),
            }
            rest = after;
        }
        rest
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.captured.headers.iter();
        let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
        header.value.as_deref()
    }

    /// The body at the beginning of a text, and what follows it.
    fn body<'t>(&mut self, text: &'t [u8]) -> (Vec<u8>, &'t [u8]) {
        let chunked = self
            .header("Transfer-Encoding")
            .is_some_and(|encoding| encoding.to_ascii_lowercase().contains("chunked"));
        if chunked {
            if let Some((body, rest)) = joined_chunks(text) {
                return (body, rest);
            }
            self.notes.push(
                "Transfer-Encoding is chunked, but the body has no chunk sizes; taking it as it is"
                    .to_owned(),
            );
        }
        let length = self
            .header("Content-Length")
            .and_then(|length| length.parse::<usize>().ok());
        let Some(length) = length else {
            return (text.to_vec(), &[]);
        };
        if let Some((body, rest)) = text.split_at_checked(length) {
            // What follows is the end of the paste, or the next request.
            if rest.trim_ascii().is_empty() || begins_request(rest) {
                return (body.to_vec(), rest);
            }
        }
        let follow = match text.len() {
            1 => "1 byte follows".to_owned(),
            bytes => format!("{bytes} bytes follow"),
        };
        self.notes.push(format!(
            "Content-Length is {length}, but {follow}; taking all of it as the body"
        ));
        (text.to_vec(), &[])
    }
}

/// A body without the sizes of its chunks, and what follows it; `None` where the sizes do not fit.
fn joined_chunks(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (mut body, mut rest) = (Vec::new(), text);
    loop {
        let (line, after) = next_line(rest);
        let size = line.split(|byte| *byte == b';').next()?.trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some((body, after));
        }
        let (chunk, after) = after.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        let (end, after) = next_line(after);
        if !end.is_empty() {
            return None;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> RawRequest {
        let mut requests = requests(text.as_bytes());
        assert_eq!(requests.len(), 1, "{text}");
        requests.remove(0)
    }

    #[test]
    fn requests_are_read_however_they_were_pasted() {
        let body = "{\"a\": 1}";
        for (text, target, headers, notes) in [
            (
                "POST /h?x HTTP/1.1\r\nSign: ab\r\n\r\n{\"a\": 1}",
                Some("/h?x"),
                1,
                0,
            ),
            ("\n\nPOST /h?x\nSign: ab\n\n{\"a\": 1}", Some("/h?x"), 1, 0),
            (
                "POST https://shop.test/h?x HTTP/2\nSign: ab\n\n{\"a\": 1}",
                Some("/h?x"),
                1,
                0,
            ),
            ("POST https://shop.test HTTP/1.1\n\n{\"a\": 1}", None, 0, 0),
            ("POST / HTTP/1.1\n{\"a\": 1}", Some("/"), 0, 1),
            ("Sign: ab\nX: y\n\n{\"a\": 1}", None, 2, 0),
            (
                "POST / HTTP/1.1\nSign: ab\n  cd\nodd line\n\n{\"a\": 1}",
                Some("/"),
                1,
                1,
            ),
            (
                "POST / HTTP/1.1\nContent-Length: 8\n\n{\"a\": 1}\n\n",
                Some("/"),
                1,
                0,
            ),
            (
                "POST / HTTP/1.1\nContent-Length: 7\n\n{\"a\": 1}",
                Some("/"),
                1,
                1,
            ),
            (
                "POST / HTTP/1.1\nContent-Length: 99\n\n{\"a\": 1}",
                Some("/"),
                1,
                1,
            ),
            (
                "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;x=y\r\n{\"a\r\n5\r\n\": 1}\r\n0\r\n\r\n",
                Some("/"),
                1,
                0,
            ),
            (
                "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\n{\"a\n5\n\": 1}\n0\n\n",
                Some("/"),
                1,
                0,
            ),
            (
                "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n{\"a\": 1}",
                Some("/"),
                1,
                1,
            ),
        ] {
            let RawRequest {
                captured,
                notes: said,
            } = one(text);
            assert_eq!(String::from_utf8_lossy(&captured.body), body, "{text}");
            assert_eq!(captured.target.as_deref(), target, "{text}");
            assert_eq!(
                (captured.headers.len(), said.len()),
                (headers, notes),
                "{text}: {said:?}"
            );
        }
        let folded = one("POST / HTTP/1.1\nSign: ab\n  cd\nAuthorization: Secret ********\n\n");
        assert_eq!(folded.header("sign"), Some("ab cd"));
        assert_eq!(folded.captured.headers[1].value, None);
    }

    #[test]
    fn several_requests_follow_each_other_where_their_lengths_say_so() {
        let text =
            "### one\nPOST /1 HTTP/1.1\nContent-Length: 2\n\n{}\n\n###\nPOST /2 HTTP/1.1\n\n[]";
        let targets: Vec<_> = requests(text.as_bytes())
            .into_iter()
            .map(|request| (request.captured.target.unwrap(), request.captured.body))
            .collect();
        assert_eq!(
            targets,
            [
                ("/1".to_owned(), b"{}".to_vec()),
                ("/2".to_owned(), b"[]".to_vec())
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(head in "(POST|Sign:|###|[a-z ]|[0-9a-f]|:|/|\r?\n){0,40}", body: Vec<u8>) {
            let chunked = "POST / HTTP/1.1\nTransfer-Encoding: chunked\nContent-Length: 3\n";
            for start in ["", chunked] {
                let text = [start.as_bytes(), head.as_bytes(), b"\n\n", &body].concat();
                let read: usize = requests(&text).iter().map(|request| request.captured.body.len()).sum();
                prop_assert!(read <= text.len());
            }
        }
    }

    #[test]
    fn bodies_are_not_taken_for_requests() {
        for text in [
            "{\"POST\": 1}",
            "",
            "POST",
            "POST it to me / now",
            "key: value",
            "key: value\nother: value\n",
            "key: value\n\n",
            "PATH / HTTP/1.1\n\n{}",
        ] {
            assert!(requests(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
