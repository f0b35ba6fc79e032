//! Requests that two servers might read differently, sent through `listen --forward`: the service behind it receives
//! exactly what the listener counted, under a head that the listener wrote.

use crate::support::endpoint::{all_at_once, head_of, read_request, socket};
use crate::support::listener::{Listener, ask, request, say};
use crate::support::{folder, json_lines, of_type};
use std::io::Write as _;
use std::sync::{Arc, Mutex};

/// A name, what is sent on one connection, the statuses that come back, and the bodies that are passed on.
type Case = (
    &'static str,
    Vec<u8>,
    &'static [u16],
    &'static [&'static [u8]],
);

/// The smuggled request, which exists only if a server takes the body of another request for one.
const HIDDEN: &str = "POST /hidden HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[]";

/// A POST with those lines of a head, ended by an empty line, and what follows it.
fn post(lines: &str, rest: &str) -> Vec<u8> {
    format!("POST /open HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n{rest}").into_bytes()
}

/// The same with another request behind it, which is the body's if the body is as long as the first reader thinks.
fn hiding(lines: &str, rest: &str) -> Vec<u8> {
    post(lines, &format!("{rest}{HIDDEN}"))
}

fn lengths() -> Vec<Case> {
    vec![
        (
            "a length",
            hiding("Content-Length: 2", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        ("no length", hiding("X: 1", ""), &[200, 200], &[b"", b"[]"]),
        (
            "the same length twice",
            hiding("Content-Length: 2\r\nContent-Length: 2", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "two lengths",
            hiding("Content-Length: 0\r\nContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "two lengths, the longer first",
            hiding("Content-Length: 2\r\nContent-Length: 0", "{}"),
            &[400],
            &[],
        ),
        (
            "two lengths in one",
            hiding("Content-Length: 2, 2", "{}"),
            &[400],
            &[],
        ),
        (
            "two lengths in one, unlike",
            hiding("Content-Length: 2,0", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with a sign",
            hiding("Content-Length: +2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length below zero",
            hiding("Content-Length: -2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length in hexadecimal",
            hiding("Content-Length: 0x2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with a fraction",
            hiding("Content-Length: 2.0", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with an exponent",
            hiding("Content-Length: 2e0", "{}"),
            &[400],
            &[],
        ),
        (
            "a length in other digits",
            hiding("Content-Length: \u{0662}", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with a space in it",
            hiding("Content-Length: 0 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length in quotation marks",
            hiding("Content-Length: \"2\"", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with a tab behind it",
            hiding("Content-Length: 2\t", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a length with zeroes",
            hiding("Content-Length: 002", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a length that is empty",
            hiding("Content-Length:", "{}"),
            &[400],
            &[],
        ),
        (
            "a length of 2^64 + 2",
            hiding("Content-Length: 18446744073709551618", "{}"),
            &[400],
            &[],
        ),
        (
            "a length with a NUL",
            hiding("Content-Length: 2\0", "{}"),
            &[400],
            &[],
        ),
        (
            "a space before the colon",
            hiding("Content-Length : 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a tab before the colon",
            hiding("Content-Length\t: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "an underscore",
            hiding("Content_Length: 2", ""),
            &[200, 200],
            &[b"", b"[]"],
        ),
        (
            "a length in a continued line",
            hiding("X: a\r\n Content-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length on a line of its own",
            hiding("Content-Length:\r\n 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length behind a bare CR",
            hiding("X: a\rContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a length behind a bare LF",
            hiding("X: a\nContent-Length: 2", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
    ]
}

fn encodings() -> Vec<Case> {
    let te = |value: &str| format!("Transfer-Encoding: {value}");
    let both = "Content-Length: 5\r\nTransfer-Encoding: chunked";
    let chunk = "2\r\n{}\r\n0\r\n\r\n";
    vec![
        (
            "chunks",
            hiding(&te("chunked"), chunk),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "chunks in capitals",
            hiding(&te("CHUNKED"), chunk),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a length and chunks",
            hiding(both, "0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "chunks and a length",
            hiding(
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "0\r\n\r\n",
            ),
            &[400],
            &[],
        ),
        (
            "a length for more than the chunks",
            hiding("Content-Length: 60\r\nTransfer-Encoding: chunked", chunk),
            &[400],
            &[],
        ),
        (
            "chunks twice",
            hiding(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                chunk,
            ),
            &[400],
            &[],
        ),
        (
            "chunks twice in one",
            hiding(&te("chunked, chunked"), chunk),
            &[400],
            &[],
        ),
        (
            "chunks, then identity",
            hiding(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                chunk,
            ),
            &[400],
            &[],
        ),
        (
            "identity, then chunks",
            hiding(&te("identity, chunked"), chunk),
            &[400],
            &[],
        ),
        (
            "another encoding",
            hiding(&te("xchunked"), chunk),
            &[400],
            &[],
        ),
        (
            "another encoding and a length",
            hiding("Content-Length: 2\r\nTransfer-Encoding: x", "{}"),
            &[400],
            &[],
        ),
        (
            "an encoding in quotation marks",
            hiding(&te("\"chunked\""), chunk),
            &[400],
            &[],
        ),
        (
            "an encoding with a parameter",
            hiding(&te("chunked;q=1"), chunk),
            &[400],
            &[],
        ),
        (
            "an encoding that is empty",
            hiding(&te(""), chunk),
            &[400],
            &[],
        ),
        (
            "an encoding with a vertical tab",
            hiding(&te("\u{b}chunked"), chunk),
            &[400],
            &[],
        ),
        (
            "an encoding with a space before the colon",
            hiding("Transfer-Encoding : chunked", chunk),
            &[400],
            &[],
        ),
        (
            "an encoding in a continued line",
            hiding("Transfer-Encoding:\r\n chunked", chunk),
            &[400],
            &[],
        ),
        (
            "an encoding behind a bare CR",
            hiding("X: a\rTransfer-Encoding: chunked", chunk),
            &[400],
            &[],
        ),
        (
            "an encoding that the connection names",
            hiding(
                "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
                chunk,
            ),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a length that the connection names",
            hiding("Connection: Content-Length\r\nContent-Length: 2", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a host that the connection names",
            hiding("Connection: Host\r\nContent-Length: 2", "{}"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
    ]
}

fn chunks() -> Vec<Case> {
    let chunked = |rest: &str| hiding("Transfer-Encoding: chunked", rest);
    vec![
        (
            "an extension",
            chunked("2;a=b\r\n{}\r\n0\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "an extension in quotation marks",
            chunked("2;a=\"\\\"b\"\r\n{}\r\n0\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "an extension with a line feed",
            chunked("2;a\nb\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size with a space",
            chunked("2 \r\n{}\r\n0\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a size with zeroes",
            chunked("0002\r\n{}\r\n000\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a size with a sign",
            chunked("+2\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size with 0x",
            chunked("0x2\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size of 2^64",
            chunked("10000000000000000\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size that is empty",
            chunked("\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size below zero",
            chunked("-2\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a size with more digits than 64 bits have",
            chunked("00000000000000002\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "an extension with a NUL",
            chunked("2;a\0\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a space before the colon in a trailer",
            chunked("2\r\n{}\r\n0\r\nX-A : 1\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a chunk that is longer than its size",
            chunked("1\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a chunk that is shorter than its size",
            chunked("4\r\n{}\r\n0\r\n\r\n"),
            &[400],
            &[],
        ),
        (
            "a chunk with bare line feeds",
            chunked("2\n{}\n0\n\n"),
            &[400],
            &[],
        ),
        (
            "a trailer",
            chunked("2\r\n{}\r\n0\r\nX-A: 1\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a length in a trailer",
            chunked("2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
        (
            "a host in a trailer",
            chunked("2\r\n{}\r\n0\r\nHost: evil\r\n\r\n"),
            &[200, 200],
            &[b"{}", b"[]"],
        ),
    ]
}

fn heads() -> Vec<Case> {
    let whole = |line: &str| {
        format!("{line}\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}{HIDDEN}").into_bytes()
    };
    let two: &[&[u8]] = &[b"{}", b"[]"];
    vec![
        (
            "a target with a host",
            whole("POST http://evil/x HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target with a login",
            whole("POST http://a:b@evil/x HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target of another protocol",
            whole("POST ftp://evil/x HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target that is a host",
            whole("POST evil:80 HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target of two slashes",
            whole("POST //evil/x HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target that is a star",
            whole("POST * HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target that is empty",
            whole("POST  HTTP/1.1"),
            &[400],
            &[],
        ),
        (
            "a target with a space",
            whole("POST /a b HTTP/1.1"),
            &[400],
            &[],
        ),
        (
            "a target with a tab",
            whole("POST /a\tb HTTP/1.1"),
            &[400],
            &[],
        ),
        (
            "a target with a fragment",
            whole("POST /a#b HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "a target with a bare CR",
            whole("POST /a\rX: HTTP/1.1"),
            &[400],
            &[],
        ),
        (
            "a second request line",
            whole("POST /a HTTP/1.1\r\nPOST /hidden HTTP/1.1"),
            &[400],
            &[],
        ),
        ("two spaces", whole("POST  /a HTTP/1.1"), &[400], &[]),
        ("a version of 1.10", whole("POST /a HTTP/1.10"), &[400], &[]),
        ("a version of 0.9", whole("POST /a"), &[400], &[]),
        ("a version of 2", whole("POST /a HTTP/2"), &[400], &[]),
        (
            "lower case",
            whole("post /a HTTP/1.1"),
            &[405, 200],
            &[b"[]"],
        ),
        (
            "CONNECT",
            whole("CONNECT evil:80 HTTP/1.1"),
            &[405, 200],
            &[b"[]"],
        ),
        ("TRACE", whole("TRACE / HTTP/1.1"), &[405, 200], &[b"[]"]),
        (
            "empty lines before it",
            whole("\r\n\r\nPOST /a HTTP/1.1"),
            &[200, 200],
            two,
        ),
        (
            "two hosts",
            hiding("Host: b\r\nContent-Length: 2", "{}"),
            &[200, 200],
            two,
        ),
        (
            "another protocol",
            hiding(
                "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 2",
                "{}",
            ),
            &[200, 200],
            two,
        ),
        (
            "a web socket",
            hiding(
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAA\r\nContent-Length: 2",
                "{}",
            ),
            &[200, 200],
            two,
        ),
        (
            "a header that begins with a space",
            hiding(" X: 1\r\nContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a header with a bare CR",
            hiding("X: a\rY: b\r\nContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a header with a NUL",
            hiding("X: a\0b\r\nContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "a name with a space",
            hiding("X Y: 1\r\nContent-Length: 2", "{}"),
            &[400],
            &[],
        ),
        (
            "garbage behind the body",
            post("Content-Length: 2", "{}\0\0garbage\r\n\r\n"),
            &[200, 400],
            &[b"{}"],
        ),
    ]
}

/// A service that notes each request as it comes, and answers 200.
fn service() -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let came = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&came);
    let port = socket(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            noted
                .lock()
                .expect("the lock is not poisoned")
                .push(request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    (port, came)
}

/// The statuses of all answers in what came back.
fn statuses(came: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(came);
    text.match_indices("HTTP/1.1 ")
        .filter_map(|(at, _)| text.get(at + 9..at + 12)?.parse().ok())
        .collect()
}

/// Checks the head of a request that was passed on, and gives its body.
fn body_of(name: &str, passed: &[u8], port: u16) -> Vec<u8> {
    let end = passed
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("it has a head");
    let (head, body) = (
        String::from_utf8_lossy(&passed[..end]).into_owned(),
        passed[end + 4..].to_vec(),
    );
    let (first, headers) = head_of(&head);
    assert_eq!(first, ["POST", "/behind", "HTTP/1.1"], "{name}: {head:?}");
    let all = |wanted: &str| {
        headers
            .iter()
            .filter(|(header, _)| header == wanted)
            .map(|(_, value)| *value)
            .collect()
    };
    let (length, hosts, encodings): (Vec<&str>, Vec<&str>, Vec<&str>) =
        (all("content-length"), all("host"), all("transfer-encoding"));
    assert_eq!(length, [body.len().to_string()], "{name}: {head:?}");
    assert_eq!(hosts, [format!("127.0.0.1:{port}")], "{name}: {head:?}");
    assert!(encodings.is_empty(), "{name}: {head:?}");
    assert!(
        !head.contains('\0') && !head.replace("\r\n", "").contains(['\r', '\n']),
        "{name}: {head:?}"
    );
    body
}

#[test]
fn what_is_passed_on_is_what_the_listener_read_however_a_request_is_written() {
    let cases = [lengths(), encodings(), chunks(), heads()].concat();
    let count = cases.len();
    let cases = cases.into_iter().map(|case| (case.0.to_owned(), case));
    let folder = folder(&[]);
    all_at_once(cases, |name, (_, sent, answers, bodies)| {
        let (port, came) = service();
        let flags = format!("--format json --body none --forward http://127.0.0.1:{port}/behind");
        let listener = Listener::start(&folder.path, &flags);
        let (answered, _) = say(listener.port, &sent);
        assert_eq!(
            statuses(&answered),
            answers,
            "{name}: {}",
            answered.escape_ascii()
        );
        let passed = std::mem::take(&mut *came.lock().expect("the lock is not poisoned"));
        let passed: Vec<_> = passed.iter().map(|one| body_of(name, one, port)).collect();
        assert_eq!(passed, bodies, "{name}");
        // Nothing of it is left over for the next request.
        let next = ask(
            listener.port,
            &request("POST", "/next", &[], b"{\"next\": 1}"),
        )
        .expect("it is answered");
        let after = came.lock().expect("the lock is not poisoned").clone();
        assert_eq!((next.status, after.len()), (200, 1), "{name}");
        assert_eq!(body_of(name, &after[0], port), b"{\"next\": 1}", "{name}");
        let lines = json_lines(&listener.interrupt().out);
        assert_eq!(
            of_type(&lines, "delivery").len(),
            bodies.len() + 1,
            "{name}"
        );
    });
    println!("{count} requests, nothing passed on that was not received");
}
