//! What must hold for any bytes: the checks of the fuzz targets. The ordinary tests run them too
//! (`tests/library/arbitrary.rs`), so they are compiled and run without a fuzzer.

use inqud_hook::capture::{Captured, journal};
use inqud_hook::catalogue::Catalogue;
use inqud_hook::http::{
    Answer, BadChunk, ChunkDecoder, Client, Delivery, Fault, Handler, Limits, Received, Reply,
    RequestHead, Responder, Route, Server, Target, Trust, Until,
};
use inqud_hook::lint::{Finding, Levels, LintedBody, Linter, Rule, Scratch};
use inqud_hook::report::{
    Body, Excerpt, FindingsFormat, Message, Paint, Style, ValidateMessage, report,
};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::load(&[]).expect("the built-in catalogue can be read"));

/// The rules that report that a text is not one JSON value.
const NOT_JSON: &[Rule] = &[
    Rule::EmptyBody,
    Rule::InvalidUtf8,
    Rule::ByteOrderMark,
    Rule::Syntax,
    Rule::Truncated,
    Rule::ExtraValue,
    Rule::TooDeep,
];

/// Lints any bytes and renders the findings in every format.
pub(crate) fn linter(bytes: &[u8]) {
    let free = Linter::new(CATALOGUE.providers(), Levels::default());
    let events: Vec<_> = CATALOGUE.events().collect();
    // Also linted as an arbitrary event, which it usually is not.
    let event = events[bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>() % events.len()];
    let forced = Linter::new(CATALOGUE.providers(), Levels::default()).force(event);
    for linter in [free, forced] {
        let mut verdicts = Vec::new();
        linter.lint(bytes, &mut Scratch::default(), &mut |verdict| {
            verdicts.push(verdict);
        });
        assert!(
            !verdicts.is_empty(),
            "a text without a body still has a verdict"
        );
        for verdict in &verdicts {
            in_order_and_in_bounds(bytes, verdict);
            rendered(bytes, verdict);
        }
        let all: Vec<&Finding> = verdicts
            .iter()
            .flat_map(|verdict| &verdict.findings)
            .collect();
        let ours = !all.iter().any(|finding| NOT_JSON.contains(&finding.rule));
        let theirs = std::str::from_utf8(bytes)
            .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        // serde_json ignores deep values without parsing them.
        let deep = all.iter().any(|finding| finding.rule == Rule::TooDeep);
        assert!(ours == theirs || deep, "serde_json says {theirs}: {all:#?}");
    }
}

fn in_order_and_in_bounds(bytes: &[u8], verdict: &LintedBody<'_>) {
    let findings = &verdict.findings;
    assert!(
        findings.len() <= 3_010,
        "{} findings are too many",
        findings.len()
    );
    assert!(
        findings.is_sorted_by_key(|finding| finding.span.start),
        "not in the order of the text: {findings:#?}"
    );
    for finding in findings {
        let Range { start, end } = finding.span;
        assert!(
            start <= end && end <= bytes.len(),
            "out of bounds: {finding:#?}"
        );
        let text = std::str::from_utf8(bytes);
        let whole =
            text.is_ok_and(|text| text.is_char_boundary(start) && text.is_char_boundary(end));
        assert!(whole || text.is_err(), "within a character: {finding:#?}");
        assert!(
            finding.pointer.is_empty() || finding.pointer.starts_with('/'),
            "not a JSON pointer: {finding:#?}"
        );
        assert!(
            !finding.message.is_empty() && !finding.label.is_empty(),
            "no message or label: {finding:#?}"
        );
        let said = finding.message.len().max(finding.label.len());
        assert!(said < 4_000, "{} has a text of {said} bytes", finding.rule);
    }
}

/// Renders a verdict in every format: that must not fail, and the output must be valid and free of control characters.
fn rendered(bytes: &[u8], verdict: &LintedBody<'_>) {
    let excerpt = Excerpt::new(bytes, 1, 0);
    for format in [
        FindingsFormat::Human,
        FindingsFormat::Github,
        FindingsFormat::Json,
        FindingsFormat::Sarif,
        FindingsFormat::Junit,
    ] {
        let report = report(
            format,
            Style {
                paint: Paint::new(false),
                width: 80,
                wrapped: false,
                verbose: true,
            },
        );
        let body = Body::of("body.json", 1, verdict, &excerpt);
        let mut out = Vec::new();
        report.message(&Message::Validate(ValidateMessage::Body(body)), &mut out);
        let text = String::from_utf8(out).expect("what is printed is UTF-8");
        match format {
            FindingsFormat::Json => {
                let lines: Vec<Value> = text
                    .lines()
                    .map(|line| serde_json::from_str(line).expect("each line is JSON"))
                    .collect();
                assert_eq!(
                    lines.len(),
                    verdict.findings.len() + 1,
                    "one line for each finding and one for the body"
                );
            }
            FindingsFormat::Human | FindingsFormat::Github => {
                let steers = |char: &char| {
                    let turns = matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
                    (char.is_control() && !matches!(char, '\n' | '\t')) || turns
                };
                assert_eq!(text.chars().find(steers), None, "{format:?}: {text:?}");
            }
            FindingsFormat::Junit => {
                let illegal = |char: &char| {
                    char.is_control() && !matches!(char, '\n' | '\t' | '\r' | '\x7f'..)
                };
                let alien = text
                    .chars()
                    .find(|char| illegal(char) || matches!(char, '\u{fffe}' | '\u{ffff}'));
                assert_eq!(alien, None, "not allowed in XML: {text:?}");
            }
            FindingsFormat::Sarif => {}
        }
    }
}

/// Lints any bytes in a thread that has learned shapes of bodies, and in one that has learned none: both must find the same.
pub(crate) fn shapes(bytes: &[u8]) {
    thread_local! {
        static LEARNED: RefCell<(Linter<'static>, Scratch)> = RefCell::new(learned());
    }
    LEARNED.with_borrow_mut(|(linter, scratch)| {
        let found = |scratch: &mut Scratch| {
            let mut found = Vec::new();
            linter.lint(bytes, scratch, &mut |verdict| {
                found.push(format!("{verdict:?}"));
            });
            found
        };
        let expected = found(&mut Scratch::default());
        // What it has just learned is known the second time.
        for _ in 0..2 {
            assert_eq!(
                found(scratch),
                expected,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    });
}

/// A linter with the shapes of all samples.
fn learned() -> (Linter<'static>, Scratch) {
    let linter = Linter::new(CATALOGUE.providers(), Levels::default());
    let mut scratch = Scratch::default();
    for entry in CATALOGUE.events() {
        let sample = entry
            .provider
            .sample(&entry.event.name)
            .expect("every event has a sample");
        for _ in 0..2 {
            linter.lint(sample.as_bytes(), &mut scratch, &mut |_| {});
        }
    }
    assert!(scratch.accepted() > 0, "no shape was learned");
    (linter, scratch)
}

/// Finds line and column in any bytes: in a text, and in a body inside a journal line.
pub(crate) fn positions(bytes: &[u8]) {
    let excerpt = Excerpt::new(bytes, 3, 0);
    let length = bytes.len();
    // Forwards, backwards and in leaps: an excerpt caches the last line.
    let places = (0..=length)
        .chain((0..=length).rev())
        .chain((0..=length).map(|at| at * 7 % (length + 1)));
    for at in places {
        let end = (at + at % 5).min(length);
        let place = excerpt.place(&(at..end));
        assert_eq!(
            (place.line, place.column),
            line_and_column(bytes, at),
            "of {at} in {bytes:?}"
        );
        assert_eq!(
            (place.end_line, place.end_column),
            line_and_column(bytes, end),
            "of {end} in {bytes:?}"
        );
        assert_eq!((place.offset, place.length), (at as u64, (end - at) as u64));
        let range = excerpt.around(at, 1 + at % 9);
        assert!(
            !bytes[range.clone()].contains(&b'\n') && range.start <= at,
            "{range:?} of {at} in {bytes:?}"
        );
    }
    let received = "2026-11-03T09:20:09Z";
    if let Ok(text) = std::str::from_utf8(bytes) {
        let line = json!({"v": 1, "received_at": received, "body": text}).to_string();
        let body = journal::body(line.as_bytes()).expect("the line is a capture");
        assert!(journal::is_capture(line.as_bytes()));
        assert_eq!(body.bytes, bytes);
        for (at, char) in text.char_indices() {
            let range = body.in_line(at..at + char.len_utf8());
            let said: String =
                serde_json::from_str(&format!("\"{}\"", &line[range])).expect("a piece of a text");
            assert_eq!(said, char.to_string(), "at {at} of {text:?}");
        }
    }
    let line = json!({"v": 1, "received_at": received, "body_base64": base64(bytes)}).to_string();
    let body = journal::body(line.as_bytes()).expect("the line is a capture");
    assert_eq!(body.bytes, bytes);
    let first = body.in_line(0..0).start;
    for at in 0..length {
        // Base64 has six bits a character: the range must contain every character with a bit of the byte.
        let range = body.in_line(at..at + 1);
        let bits = at * 8..at * 8 + 8;
        assert!(
            range.start <= first + bits.start / 6 && first + bits.end.div_ceil(6) <= range.end,
            "{range:?} of {at}"
        );
        assert!(range.len() <= 4, "{range:?} of {at}");
    }
}

/// Reads any bytes as a journal line: `replay` and `validate` must see the same body.
pub(crate) fn capture(bytes: &[u8]) {
    let (read, body) = (Captured::read(bytes), journal::body(bytes));
    if let Ok(captured) = &read {
        let body = body.as_ref().expect("what can be replayed can be linted");
        assert_eq!(captured.body, body.bytes);
    }
    if let Ok(body) = &body {
        for at in 0..=body.bytes.len() {
            for end in [at, at + 1, body.bytes.len()].map(|end| end.min(body.bytes.len())) {
                let range = body.in_line(at..end.max(at));
                assert!(
                    range.start <= range.end && range.end <= bytes.len(),
                    "{range:?} of {at}..{end}"
                );
            }
        }
    }
    let _ = journal::is_capture(bytes);
}

/// Parses any bytes as the head of a request and as chunks: nothing is read beyond what belongs to them, and it makes no
/// difference in how many pieces they arrive.
pub(crate) fn requests(bytes: &[u8], cuts: &[usize]) {
    if let Ok(Some(head)) = RequestHead::parse(bytes) {
        let exact = &bytes[..head.length];
        let lines = |bytes: &[u8]| -> Vec<(Vec<u8>, Vec<u8>)> {
            let lines = head.headers(bytes);
            lines
                .map(|(name, value)| (name.to_vec(), value.to_vec()))
                .collect()
        };
        let again = RequestHead::parse(exact).expect("it is the same");
        let again = again.expect("it is complete");
        assert_eq!((again.length, again.framing), (head.length, head.framing));
        assert_eq!(lines(exact), lines(bytes));
        assert!(head.target(exact).starts_with(['/', '*', '?']));
        // Every name is followed by its value, in the order of the bytes.
        let mut rest = exact;
        for (name, value) in lines(exact) {
            for part in [name, value] {
                let at = rest
                    .windows(part.len().max(1))
                    .position(|window| window.starts_with(&part));
                rest = &rest[at.expect("it stands there") + part.len()..];
            }
        }
        for cut in cuts {
            let part = &bytes[..cut % head.length];
            let early =
                RequestHead::parse(part).expect("the rest is missing, and nothing is wrong");
            assert!(early.is_none(), "{} of {} bytes", part.len(), head.length);
        }
    }
    let whole = unchunked(&[bytes]);
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (piece, remaining) = rest.split_at(cut % (rest.len() + 1));
        pieces.push(piece);
        rest = remaining;
    }
    pieces.push(rest);
    assert_eq!(unchunked(&pieces), whole);
}

/// The data of chunks that arrive in those pieces, how many bytes they took, and whether they are complete.
fn unchunked(pieces: &[&[u8]]) -> Result<(Vec<u8>, usize, bool), BadChunk> {
    let mut decoder = ChunkDecoder::default();
    let (mut data, mut consumed) = (Vec::new(), 0);
    for piece in pieces {
        let mut piece = piece.to_vec();
        let decoded = decoder.decode(&mut piece)?;
        data.extend_from_slice(&piece[..decoded.data]);
        consumed += decoded.consumed;
        if decoded.done {
            return Ok((data, consumed, true));
        }
        assert_eq!(decoded.consumed, piece.len(), "all of it is used");
    }
    Ok((data, consumed, false))
}

/// Answers every delivery, and checks that no header is lost.
struct HeaderChecker;

impl Handler for HeaderChecker {
    fn received(&self, received: Received, responder: Responder) {
        let is_name = |name: &str| !name.is_empty() && name.is_ascii();
        assert!(received.headers().all(|(name, _)| is_name(name)));
        assert!(received.body().len() <= LIMITS.body);
        responder.send(Reply::line(200, "ok"));
    }
}

const LIMITS: Limits = Limits {
    body: 4_096,
    client_timeout: Duration::from_millis(300),
    connections: 64,
};

static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into()).expect("there is a free port");
    let address = server.address;
    thread::spawn(move || server.serve(LIMITS, HeaderChecker, Until::default(), || {}));
    address
});

/// Sends any bytes to the server, in pieces of those lengths: it must answer or close in time, and still answer others.
pub(crate) fn server(bytes: &[u8], cuts: &[usize]) {
    let connect = || {
        let stream = TcpStream::connect(*SERVER).expect("the server accepts");
        // Longer than all of its time limits together.
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("it is a socket");
        stream.set_nodelay(true).expect("it is a socket");
        stream
    };
    let mut stream = connect();
    write_in_pieces(&mut stream, bytes, cuts);
    let mut answered = Vec::new();
    let ended = stream.read_to_end(&mut answered);
    let stuck = ended.is_err_and(|error| matches!(error.kind(), std::io::ErrorKind::WouldBlock));
    assert!(!stuck, "the server neither answers nor closes");
    assert!(
        answered.is_empty() || answered.starts_with(b"HTTP/1."),
        "{}",
        answered.escape_ascii()
    );

    let mut other = connect();
    other
        .write_all(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        )
        .expect("the server reads");
    let mut answered = String::new();
    other
        .read_to_string(&mut answered)
        .expect("the server answers others");
    assert!(answered.starts_with("HTTP/1.1 200 OK\r\n"), "{answered}");
}

/// Sends bytes in pieces of those lengths, and nothing more. The other side may have read enough before, and closed.
fn write_in_pieces(stream: &mut TcpStream, bytes: &[u8], cuts: &[usize]) {
    let mut rest = bytes;
    for cut in cuts {
        let (piece, remaining) = rest.split_at(cut % (rest.len() + 1));
        let _ = stream.write_all(piece);
        thread::yield_now();
        rest = remaining;
    }
    let _ = stream.write_all(rest);
    let _ = stream.shutdown(Shutdown::Write);
}

static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::new(Trust::System).expect("the network is there"));

/// Answers a delivery with any bytes, in pieces of those lengths: the client must end in time, and read the same however
/// they are split.
pub(crate) fn client(bytes: &[u8], cuts: &[usize]) -> Result<Answer, Fault> {
    let [whole, split] = [&[][..], cuts].map(|cuts| outcome_of(bytes, cuts));
    let shown = |outcome: &Result<Answer, Fault>| format!("{outcome:?}");
    assert_eq!(shown(&whole), shown(&split), "{}", bytes.escape_ascii());
    assert!(
        !matches!(
            whole,
            Err(Fault::Timeout(_) | Fault::Reset(_) | Fault::Other(_))
        ),
        "{whole:?}: {}",
        bytes.escape_ascii()
    );
    whole
}

/// What a delivery has come to that was answered with these bytes, in pieces of those lengths, and a close.
fn outcome_of(bytes: &[u8], cuts: &[usize]) -> Result<Answer, Fault> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let target = Target::at(listener.local_addr().expect("it is bound"));
    let delivery = Delivery {
        method: "POST".to_owned(),
        target: target.clone(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
    };
    let route = Route::to(&target).expect("it is an address");
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().expect("the client connects");
            stream.set_nodelay(true).expect("it is a socket");
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n{}") && matches!(stream.read(&mut byte), Ok(1)) {
                request.push(byte[0]);
            }
            write_in_pieces(&mut stream, bytes, cuts);
            let _ = stream.read_to_end(&mut Vec::new());
        });
        CLIENT
            .send(&delivery, &route, Duration::from_secs(10))
            .outcome
    })
}

/// The line and column of a byte, counted the slow way; the first line is 3.
fn line_and_column(bytes: &[u8], at: usize) -> (u64, u64) {
    let before = &bytes[..at];
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    // A byte-order mark does not count as a column.
    let line = &before[start..];
    let mark = start == 0 && bytes.starts_with(b"\xef\xbb\xbf");
    let line = if mark {
        line.get(1..).unwrap_or_default()
    } else {
        line
    };
    let characters = line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    (3 + lines as u64, 1 + characters as u64)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
