//! Answers, and how they are written.

use super::date::DateCache;
use super::head::RequestHead;
use crate::json::write_number;
use bytes::Bytes;
use http::StatusCode;

/// An answer to a delivery.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// All headers but the length.
    pub headers: HeaderLines,
    /// The body.
    pub body: Bytes,
}

/// The headers of an answer, as they are written. Copies share the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeaderLines {
    /// Each line ends with CRLF.
    text: Bytes,
    has_date: bool,
    closes: bool,
}

impl Reply {
    /// A status with one line of text.
    pub fn line(status: u16, text: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderLines {
                text: Bytes::from_static(b"content-type: text/plain; charset=utf-8\r\n"),
                ..HeaderLines::default()
            },
            body: Bytes::from(format!("{text}\n")),
        }
    }
}

impl HeaderLines {
    /// Adds a header. One that is not a single line is left out: it would be several headers.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        let breaks = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
        if name.as_bytes().iter().chain(value).any(breaks) {
            return;
        }
        self.has_date |= name.eq_ignore_ascii_case("date");
        self.closes |=
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case(b"close");
        self.text = [&*self.text, name.as_bytes(), b": ", value, b"\r\n"]
            .concat()
            .into();
    }

    /// The same without the headers of that name; case does not matter.
    pub fn without(&self, name: &str) -> Self {
        let others = self
            .iter()
            .filter(|(known, _)| !known.eq_ignore_ascii_case(name));
        others.fold(Self::default(), |mut lines, (name, value)| {
            lines.push(name, value);
            lines
        })
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.text.split(|byte| *byte == b'\n').filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = std::str::from_utf8(&line[..colon]).ok()?;
            Some((name, line[colon + 1..].trim_ascii()))
        })
    }
}

/// How the request asks to be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnswerForm {
    pub(super) is_1_1: bool,
    pub(super) keep_alive: bool,
    /// Only the head is wanted.
    pub(super) is_head: bool,
}

impl AnswerForm {
    /// The last answer to a client of which too little is known.
    pub(super) const LAST: Self = Self {
        is_1_1: true,
        keep_alive: false,
        is_head: false,
    };

    pub(super) fn of(head: &RequestHead, bytes: &[u8]) -> Self {
        Self {
            is_1_1: head.is_1_1,
            keep_alive: head.keep_alive,
            is_head: head.method(bytes) == "HEAD",
        }
    }
}

/// Writes the head of an answer, and returns its body, and whether the connection is kept.
pub(super) fn write_head<'r>(
    out: &mut Vec<u8>,
    reply: &'r Reply,
    form: AnswerForm,
    date: &DateCache,
) -> (&'r [u8], bool) {
    let Reply {
        status,
        headers,
        body,
    } = reply;
    let keep_alive = form.keep_alive && !headers.closes;
    out.extend_from_slice(if form.is_1_1 {
        b"HTTP/1.1 "
    } else {
        b"HTTP/1.0 "
    });
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    // Some clients expect a reason.
    out.extend_from_slice(status.canonical_reason().unwrap_or("<none>").as_bytes());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&headers.text);
    if form.is_1_1 && !keep_alive && !headers.closes {
        out.extend_from_slice(b"connection: close\r\n");
    } else if !form.is_1_1 && keep_alive {
        out.extend_from_slice(b"connection: keep-alive\r\n");
    }
    let has_body = !matches!(status.as_u16(), 204 | 304);
    if has_body {
        out.extend_from_slice(b"content-length: ");
        write_number(body.len() as u64, out);
        out.extend_from_slice(b"\r\n");
    }
    if !headers.has_date {
        date.write(out);
    }
    out.extend_from_slice(b"\r\n");
    let body: &[u8] = if has_body && !form.is_head { body } else { &[] };
    (body, keep_alive)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply, form: AnswerForm) -> (String, bool) {
        let mut out = Vec::new();
        let (body, kept) = write_head(&mut out, reply, form, &DateCache::default());
        out.extend_from_slice(body);
        let text = String::from_utf8(out).unwrap();
        let lines = text.split_inclusive("\r\n");
        let lines: String = lines.filter(|line| !line.starts_with("date: ")).collect();
        assert_eq!(text.len() - lines.len(), 37, "{text}");
        (lines, kept)
    }

    #[test]
    fn an_answer_has_the_form_that_its_request_asks_for() {
        let mut reply = Reply::line(200, "ok");
        reply.headers.push("X-A", b"1");
        reply.headers.push("X-B", b"1\r\nX-C: 2");
        reply.headers = reply.headers.without("x-none");
        let form = |is_1_1, keep_alive, is_head| AnswerForm {
            is_1_1,
            keep_alive,
            is_head,
        };
        let shared = "content-type: text/plain; charset=utf-8\r\nX-A: 1\r\n";
        let end = "content-length: 3\r\n\r\n";
        for (form, first, connection, body) in [
            (form(true, true, false), "HTTP/1.1 200 OK", "", "ok\n"),
            (
                form(true, false, false),
                "HTTP/1.1 200 OK",
                "connection: close\r\n",
                "ok\n",
            ),
            (form(true, true, true), "HTTP/1.1 200 OK", "", ""),
            (
                form(false, true, false),
                "HTTP/1.0 200 OK",
                "connection: keep-alive\r\n",
                "ok\n",
            ),
            (form(false, false, false), "HTTP/1.0 200 OK", "", "ok\n"),
        ] {
            let expected = format!("{first}\r\n{shared}{connection}{end}{body}");
            assert_eq!(written(&reply, form), (expected, form.keep_alive));
        }
        reply.headers.push("Connection", b"close");
        assert!(!written(&reply, form(true, true, false)).1);
        let nothing = Reply {
            status: StatusCode::NO_CONTENT,
            ..Reply::default()
        };
        let expected = "HTTP/1.1 204 No Content\r\n\r\n".to_owned();
        assert_eq!(written(&nothing, form(true, true, false)), (expected, true));
    }
}
