//! The receiver reads requests as hyper does, or more strictly for a reason that is named here.
//!
//! Generated and mutated connections are read by both: by hyper as a server over a pipe in memory, and by the parsers of
//! the receiver. Where they first disagree, a row of [`REASONS`] must say why.

use crate::mutations::Rng;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use inqud_hook::http::{BadHead, BodyFraming, ChunkDecoder, RequestHead};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What is read of a connection: requests, and how it ends.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    /// Method, path and query, headers with their names in lower case and grouped by name, body.
    Request(String, String, Vec<(String, Vec<u8>)>, Vec<u8>),
    /// Answered with that status.
    Refused(u16),
    /// The last request is not complete, or there are no more.
    End,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(method, target, headers, body) => {
                let head = format!("{method} {target}");
                let headers = headers.iter();
                let headers: Vec<_> = headers
                    .map(|(name, value)| format!("{name}: {}", value.escape_ascii()))
                    .collect();
                write!(f, "{head} {headers:?} {}", body.escape_ascii())
            }
            Self::Refused(status) => write!(f, "refused {status}"),
            Self::End => f.write_str("end"),
        }
    }
}

/// Why the receiver refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Head(BadHead),
    Chunks,
    /// It does not.
    Accepted,
}

/// Where the two first disagree.
struct Disagreement<'d> {
    /// The bytes from the beginning of that request on.
    raw: &'d [u8],
    /// Those of the requests before it.
    before: &'d [u8],
    why: Why,
    ours: &'d Step,
    theirs: &'d Step,
}

/// A name, and whether that is why.
type Reason = (&'static str, fn(&Disagreement<'_>) -> bool);

const REASONS: &[Reason] = &[
    (
        "stricter: a body has a length or one coding, which is chunked, and not both",
        |at| at.why == Why::Head(BadHead::Coding) && matches!(at.theirs, Step::Request(..)),
    ),
    (
        "stricter: a length beside a coding must be a number",
        |at| at.why == Why::Head(BadHead::Length) && has_header(at.raw, b"transfer-encoding"),
    ),
    (
        "stricter: a chunk's size has at most 16 digits, also if they are zeroes",
        |at| at.why == Why::Chunks && has_long_size(at.raw),
    ),
    ("stricter: an extension has no control characters", |at| {
        at.why == Why::Chunks && has_control_in_extension(at.raw)
    }),
    ("stricter: a trailer ends its lines with CRLF", |at| {
        at.why == Why::Chunks && has_line_feed_in_trailer(at.raw)
    }),
    (
        "stricter: a connection that is to be closed is closed, whatever else its header says",
        |at| *at.ours == Step::End && has_connection_in_latin(at.before),
    ),
];

fn has_header(raw: &[u8], name: &[u8]) -> bool {
    raw.windows(name.len())
        .any(|window| window.eq_ignore_ascii_case(name))
}

fn has_long_size(raw: &[u8]) -> bool {
    raw.split(|byte| *byte == b'\n').any(|line| {
        line.iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count()
            > 16
    })
}

fn has_control_in_extension(raw: &[u8]) -> bool {
    raw.split(|byte| *byte == b'\n').any(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let extension = line.split(|byte| *byte == b';').skip(1).flatten();
        let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
        extension.copied().any(|byte| is_control(&byte))
    })
}

fn has_connection_in_latin(raw: &[u8]) -> bool {
    let lines = raw.split(|byte| *byte == b'\n');
    let mut named = lines.filter(|line| has_header(line, b"connection:"));
    named.any(|line| !line.is_ascii())
}

fn has_line_feed_in_trailer(raw: &[u8]) -> bool {
    let is_last_size = |line: &[u8]| line.starts_with(b"0") && line.ends_with(b"\r\n");
    let lines: Vec<&[u8]> = raw.split_inclusive(|byte| *byte == b'\n').collect();
    let mut behind = lines.iter().skip_while(|line| !is_last_size(line)).skip(1);
    behind.any(|line| !line.ends_with(b"\r\n"))
}

/// Reads a connection with the parsers of the receiver; each step with where its request begins, and why it was refused.
fn ours(bytes: &[u8]) -> Vec<(Step, usize, Why)> {
    let (mut steps, mut at) = (Vec::new(), 0);
    loop {
        let rest = &bytes[at..];
        let (step, length, why, more) = next(rest);
        let ended = !more || !matches!(step, Step::Request(..));
        let is_request = matches!(step, Step::Request(..));
        steps.push((step, at, why));
        at += length;
        if ended {
            if is_request {
                steps.push((Step::End, at, Why::Accepted));
            }
            return steps;
        }
    }
}

/// The first request, its length, why it is refused, and whether others may follow.
fn next(rest: &[u8]) -> (Step, usize, Why, bool) {
    let refused = |why| {
        let status = match why {
            Why::Head(bad) => bad.status(),
            _ => 400,
        };
        (Step::Refused(status), 0, why, false)
    };
    let head = match RequestHead::parse(rest) {
        Ok(Some(head)) => head,
        Ok(None) => return (Step::End, 0, Why::Accepted, false),
        Err(bad) => return refused(Why::Head(bad)),
    };
    let mut body = rest[head.length..].to_vec();
    let (data, consumed) = match head.framing {
        BodyFraming::Length(length) if length <= body.len() as u64 => {
            (length as usize, length as usize)
        }
        // Cut off.
        BodyFraming::Length(_) => return refused(Why::Accepted),
        BodyFraming::Chunked => match ChunkDecoder::default().decode(&mut body) {
            Ok(decoded) if decoded.done => (decoded.data, decoded.consumed),
            Ok(_) => return refused(Why::Accepted),
            Err(_) => return refused(Why::Chunks),
        },
    };
    body.truncate(data);
    let headers = head.headers(rest).map(|(name, value)| {
        let name = String::from_utf8_lossy(name).to_lowercase();
        (name, value.to_vec())
    });
    let request = Step::Request(
        head.method(rest).to_owned(),
        head.target(rest).to_owned(),
        grouped(headers),
        body,
    );
    (
        request,
        head.length + consumed,
        Why::Accepted,
        head.keep_alive,
    )
}

/// In the order of their names, repeats in their own; the same length twice counts once, as in hyper.
fn grouped(headers: impl Iterator<Item = (String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let mut headers: Vec<_> = headers.collect();
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    headers.dedup_by(|one, other| one.0 == "content-length" && one.0 == other.0);
    headers
}

/// Lets hyper read the same.
async fn theirs(bytes: &[u8]) -> Vec<Step> {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let steps = RefCell::new(Vec::new());
    let service = service_fn(async |request: Request<Incoming>| {
        let (parts, body) = request.into_parts();
        let status = match body.collect().await {
            Ok(body) => {
                let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                let headers = parts.headers.iter();
                let headers = headers
                    .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
                steps.borrow_mut().push(Step::Request(
                    parts.method.to_string(),
                    target.to_owned(),
                    grouped(headers),
                    body.to_bytes().to_vec(),
                ));
                200
            }
            Err(_) => {
                steps.borrow_mut().push(Step::Refused(400));
                400
            }
        };
        Response::builder()
            .status(status)
            .body(Full::<Bytes>::default())
    });
    client.write_all(bytes).await.unwrap();
    client.shutdown().await.unwrap();
    let served = http1::Builder::new()
        .half_close(true)
        .max_headers(64)
        .serve_connection(TokioIo::new(server), service)
        .await;
    let mut answered = Vec::new();
    client.read_to_end(&mut answered).await.unwrap();
    let text = String::from_utf8_lossy(&answered);
    let last = text.rmatch_indices("HTTP/1.").next();
    let status = last.and_then(|(at, _)| text.get(at + 9..at + 12)?.parse().ok());
    let mut steps = steps.into_inner();
    if !matches!(steps.last(), Some(Step::Refused(_))) {
        let parse = served.is_err_and(|error| error.is_parse());
        steps.push(match status {
            Some(status) if parse && status != 200 => Step::Refused(status),
            // hyper leaves HTTP/2 unanswered.
            _ if parse => Step::Refused(505),
            _ => Step::End,
        });
    }
    steps
}

const METHODS: &[&str] = &["POST", "GET", "HEAD", "PUT", "post", "X-Y", "P/", "OPTIONS"];
const TARGETS: &[&str] = &[
    "/",
    "/a?b=%00&c",
    "/a#b",
    "*",
    "http://a/b?c",
    "http://a?b",
    "a:80",
    "//a",
    "/|\"{}",
    "/<",
    "/é",
    "a/b",
    "ftp://a@b/",
];
const VERSIONS: &[&str] = &[
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "HTTP/1.10",
];
const LINES: &[&str] = &[
    "Host: a",
    "Host: a",
    "X-A: 1",
    "x-a:",
    "X-A:  2\t",
    "X-Latin: \u{e9}",
    "X : 1",
    " X: 1",
    "X: a\r b",
    "X: a\rb",
    "X: \0",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: x, Close",
    "Connection: keep-alive, close",
    "connection:",
    "Expect: 100-continue",
    "Upgrade: h2c",
    "Content_Length: 3",
    "Transfer-Encoding: gzip",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked\t",
    "Content-Length: 0",
    "Content-Length: 2",
    "Content-Length: +2",
    "Content-Length: 2, 2",
    "Content-Length: x",
    "Content-Length: 18446744073709551615",
    "Content-Length: 18446744073709551616",
    "Content-Length: 00",
];
const CHUNKS: &[&str] = &[
    "2\r\n{}\r\n",
    "2;a=b\r\n{}\r\n",
    "2 \t;a=\"b\"\r\n{}\r\n",
    "00000000000000000002\r\n{}\r\n",
    "0002\r\n{}\r\n",
    "A\r\n0123456789\r\n",
    "2;a\0\r\n{}\r\n",
    "2\n{}\n",
    "+2\r\n{}\r\n",
    "0x2\r\n{}\r\n",
    "3\r\n{}\r\n",
    "1\r\n{}\r\n",
];
const ENDS: &[&str] = &[
    "0\r\n\r\n",
    "0\r\n\r\n",
    "0\r\n\r\n",
    "000\r\n\r\n",
    "0;x\r\n\r\n",
    "0\r\nX: 1\r\n\r\n",
    "0\r\nX: 1\r\nY: 2\r\n\r\n",
    "0\r\nX: 1\n\r\n",
    "0\r\nX : 1\r\n\r\n",
    "0\r\n\n",
    "0\n\n",
    "0\r\n X: 1\r\n\r\n",
];

/// A request, mostly a right one.
fn request(rng: &mut Rng) -> Vec<u8> {
    let rarely = |rng: &mut Rng| rng.below(8) == 0;
    let method = if rarely(rng) {
        *rng.of(METHODS)
    } else {
        "POST"
    };
    let target = if rarely(rng) {
        *rng.of(TARGETS)
    } else {
        "/a?b"
    };
    let version = if rarely(rng) {
        *rng.of(VERSIONS)
    } else {
        "HTTP/1.1"
    };
    let end = if rarely(rng) { "\n" } else { "\r\n" };
    let mut text = format!("{method} {target} {version}{end}");
    let usual = 2 + rng.below(3);
    for _ in 0..usual {
        let known = if rarely(rng) { LINES.len() } else { 6 };
        text += *rng.of(&LINES[..known]);
        text += end;
    }
    let body = ["", "{}", "{\"a\": 1}"][rng.below(3)];
    match rng.below(4) {
        0 => text += &format!("\r\n{body}"),
        1 | 2 => text += &format!("Content-Length: {}{end}{end}{body}", body.len()),
        _ => {
            text += &format!("Transfer-Encoding: chunked{end}{end}");
            for _ in 0..rng.below(3) {
                let known = if rarely(rng) { CHUNKS.len() } else { 3 };
                text += *rng.of(&CHUNKS[..known]);
            }
            text += if rarely(rng) { *rng.of(ENDS) } else { ENDS[0] };
        }
    }
    text.into_bytes()
}

/// One to three requests, often with bytes changed, moved, doubled or cut out.
fn connection(rng: &mut Rng) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=rng.below(3)).flat_map(|_| request(rng)).collect();
    for _ in 0..rng.below(4) {
        let at = rng.below(bytes.len());
        let end = (at + rng.below(30)).min(bytes.len());
        match rng.below(8) {
            0 => bytes[at] = rng.below(256) as u8,
            1 | 2 => bytes[at] = *rng.of(b"\r\n \t:;,0aA/\0"),
            3 => bytes.insert(at, *rng.of(b"\r\n \t:;,0aA/\0")),
            4 => drop(bytes.remove(at)),
            5 => drop(bytes.drain(at..end)),
            6 => {
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            _ => bytes.truncate(at + 1),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Lets both read that many connections, and counts how often each reason explains a disagreement.
fn compare(name: &str, count: usize) -> BTreeMap<&'static str, usize> {
    let mut rng = Rng::new(name);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut explained: BTreeMap<_, _> = REASONS.iter().map(|(name, _)| (*name, 0)).collect();
    let (mut read, mut refused, mut unexplained) = (0, 0, Vec::new());
    for _ in 0..count {
        let bytes = connection(&mut rng);
        let (ours, theirs) = (ours(&bytes), runtime.block_on(theirs(&bytes)));
        let requests = ours
            .iter()
            .filter(|(step, ..)| matches!(step, Step::Request(..)));
        read += requests.count();
        refused += ours
            .iter()
            .filter(|(step, ..)| matches!(step, Step::Refused(_)))
            .count();
        let pairs = ours.iter().zip(&theirs);
        let Some(((step, at, why), their)) =
            pairs.into_iter().find(|((one, ..), other)| one != *other)
        else {
            assert_eq!(ours.len(), theirs.len(), "{}", bytes.escape_ascii());
            continue;
        };
        let disagreement = Disagreement {
            raw: &bytes[*at..],
            before: &bytes[..*at],
            why: *why,
            ours: step,
            theirs: their,
        };
        let reason = REASONS.iter().find(|(_, is_why)| is_why(&disagreement));
        let Some((reason, _)) = reason else {
            let Disagreement {
                why, ours, theirs, ..
            } = disagreement;
            let bytes = bytes.escape_ascii();
            unexplained.push(format!("{ours:?} ({why:?}), not {theirs:?}, of {bytes}"));
            continue;
        };
        *explained.entry(reason).or_default() += 1;
    }
    assert!(
        unexplained.is_empty(),
        "{} without a reason:\n{}",
        unexplained.len(),
        unexplained[..unexplained.len().min(9)].join("\n")
    );
    assert!(
        read > count / 2 && refused > count / 10,
        "{read} read, {refused} refused"
    );
    explained
}

#[test]
fn requests_are_read_as_hyper_reads_them_or_more_strictly() {
    compare("a few", 4_000);
}

#[test]
#[ignore = "takes a minute"]
fn very_many_requests_are_read_as_hyper_reads_them_or_more_strictly() {
    let explained = compare("many", 100_000);
    for (reason, count) in &explained {
        println!("{count:6} {reason}");
    }
    let unused: Vec<_> = explained.iter().filter(|(_, count)| **count == 0).collect();
    assert!(unused.is_empty(), "these explain nothing: {unused:?}");
}
