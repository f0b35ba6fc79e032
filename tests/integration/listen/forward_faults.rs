//! `listen --forward` with a service that answers badly: the sender gets 502 or 504 in time, or a response with a head
//! written by the listener; nothing of it is kept, and the listener serves the next delivery.

use crate::support::endpoint::{all_at_once, read_request, socket};
use crate::support::listener::{Answered, Listener, ask, request};
use crate::support::{folder, json_lines, payload, peak_memory};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// When the listener gives up on the service.
const TIMEOUT: &str = "700ms";
/// What may be between that and the answer on a busy machine.
const LATEST: Duration = Duration::from_secs(12);
/// What the listener may grow by: an answer of the largest size a few times.
const MOST_MEMORY: u64 = 16 << 20;

/// What the service sends after a request: first once, then repeatedly with a pause in milliseconds.
struct Says {
    first: Vec<u8>,
    again: Vec<u8>,
    pause: u64,
    /// Stays without a word afterwards; else it closes.
    stays: bool,
}

impl Says {
    fn act(&self, mut stream: TcpStream) {
        if read_request(&mut stream).is_none() || stream.write_all(&self.first).is_err() {
            return;
        }
        while !self.again.is_empty() && stream.write_all(&self.again).is_ok() {
            std::thread::sleep(Duration::from_millis(self.pause));
        }
        if !self.stays {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

fn once(first: impl AsRef<[u8]>) -> Says {
    Says {
        first: first.as_ref().to_vec(),
        again: Vec::new(),
        pause: 0,
        stays: false,
    }
}

fn silent_after(first: impl AsRef<[u8]>) -> Says {
    Says {
        stays: true,
        ..once(first)
    }
}

fn for_ever(first: impl AsRef<[u8]>, again: impl AsRef<[u8]>, pause: u64) -> Says {
    Says {
        again: again.as_ref().to_vec(),
        pause,
        ..once(first)
    }
}

/// A name, what the service says, and the status that the sender gets.
type Case = (&'static str, Says, u16);

/// Broken responses, or none in time.
fn no_answers() -> Vec<Case> {
    const OK: &str = "HTTP/1.1 200 OK\r\n";
    vec![
        ("nothing, and closes", once(""), 502),
        ("nothing, and stays", silent_after(""), 504),
        ("garbage", once("\0\x01garbage\u{ff}\r\n\r\n"), 502),
        ("another protocol", once("220 mail.test ESMTP\r\n"), 502),
        (
            "HTTP/2",
            once(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80"),
            502,
        ),
        ("TLS", once(b"\x15\x03\x01\0\x02\x02\x46"), 502),
        ("half a status", once("HTTP/1.1 20"), 502),
        (
            "a status of four digits",
            once("HTTP/1.1 2000 OK\r\n\r\n"),
            502,
        ),
        ("half a header", once(format!("{OK}Content-Le")), 502),
        (
            "half a header, and stays",
            silent_after(format!("{OK}X: ")),
            504,
        ),
        (
            "less than its length",
            once(format!("{OK}Content-Length: 50\r\n\r\nhalf")),
            502,
        ),
        (
            "less than its length, and stays",
            silent_after(format!("{OK}Content-Length: 50\r\n\r\nhalf")),
            504,
        ),
        (
            "two lengths",
            once(format!(
                "{OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"
            )),
            502,
        ),
        (
            "broken chunks",
            once(format!(
                "{OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"
            )),
            502,
        ),
        (
            "a chunk of 2^64 bytes",
            once(format!(
                "{OK}Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"
            )),
            502,
        ),
        (
            "chunks without an end",
            once(format!(
                "{OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            )),
            502,
        ),
        (
            "a switch of protocols",
            once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
            502,
        ),
        (
            "a body that drips",
            for_ever(format!("{OK}\r\n"), "x", 50),
            504,
        ),
        (
            "a header that drips",
            for_ever(format!("{OK}X: "), "x", 50),
            504,
        ),
        (
            "interim answers",
            for_ever("", "HTTP/1.1 100 Continue\r\n\r\n", 20),
            504,
        ),
        (
            "interim answers at full speed",
            for_ever(
                "",
                "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n".repeat(500),
                0,
            ),
            504,
        ),
        (
            "a body without an end",
            for_ever(format!("{OK}\r\n"), [b'x'; 1 << 16], 0),
            502,
        ),
        (
            "chunks for ever",
            for_ever(
                format!("{OK}Transfer-Encoding: chunked\r\n\r\n"),
                "5\r\nxxxxx\r\n".repeat(9),
                1,
            ),
            504,
        ),
        (
            "a length of 10^12",
            for_ever(
                format!("{OK}Content-Length: 1000000000000\r\n\r\n"),
                [b'x'; 1 << 16],
                0,
            ),
            502,
        ),
        (
            "a header without an end",
            for_ever(format!("{OK}X: "), [b'x'; 1 << 16], 0),
            502,
        ),
        (
            "headers without an end",
            for_ever(OK, "X-Some: thing\r\n".repeat(999), 0),
            502,
        ),
        (
            "an escape in a header",
            once(format!("{OK}X: \x1b[31m\r\nContent-Length: 0\r\n\r\n")),
            502,
        ),
    ]
}

/// What is an answer, however odd.
fn answers() -> Vec<Case> {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b'x'; 64 << 20])
        .expect("memory takes every write");
    let bomb = bomb.finish().expect("memory takes every write");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    vec![
        (
            "a compressed 64 MiB",
            once([head.as_bytes(), &bomb].concat()),
            200,
        ),
        (
            "after an interim answer",
            once("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n"),
            202,
        ),
        (
            "two answers",
            once(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
            ),
            200,
        ),
        (
            "an unknown status",
            once("HTTP/1.1 799 X\r\nContent-Length: 0\r\n\r\n"),
            799,
        ),
        (
            "a redirect",
            once("HTTP/1.1 307 X\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"),
            307,
        ),
        (
            "without a length",
            once("HTTP/1.0 200 OK\r\n\r\nuntil the end"),
            200,
        ),
    ]
}

/// The head that the sender sees is the listener's: one length, which fits, and no second answer hidden in it.
fn whole(name: &str, answered: &Answered) {
    let lengths = answered.all("Content-Length");
    assert_eq!(lengths, [answered.body.len().to_string()], "{name}");
    assert!(answered.all("Transfer-Encoding").is_empty(), "{name}");
}

#[test]
fn however_a_service_answers_the_sender_gets_one_answer_in_time_and_the_next_is_served() {
    let cases = no_answers().into_iter().chain(answers());
    let folder = folder(&[]);
    let body = payload("calypso/samples/INVOICE_PAID.json");
    all_at_once(
        cases.map(|case| (case.0.to_owned(), case)),
        |name, (_, says, status)| {
            let port = socket(move |stream| says.act(stream));
            let flags = format!(
                "--format json --body none --forward http://127.0.0.1:{port}/hooks --forward-timeout {TIMEOUT}"
            );
            let listener = Listener::start(&folder.path, &flags);
            assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
            let before = peak_memory(listener.id());
            for _ in 0..2 {
                let begun = Instant::now();
                let answered = ask(listener.port, &request("POST", "/", &[], body.as_bytes()))
                    .expect("it is answered");
                assert_eq!(
                    answered.status,
                    status,
                    "{name}: {:?}",
                    String::from_utf8_lossy(&answered.body)
                );
                assert!(
                    begun.elapsed() < LATEST,
                    "{name}: it takes {:?}",
                    begun.elapsed()
                );
                whole(name, &answered);
            }
            if let (Some(before), Some(after)) = (before, peak_memory(listener.id())) {
                assert!(
                    after - before <= MOST_MEMORY,
                    "{name}: {} KiB more",
                    (after - before) >> 10
                );
            }
            assert_eq!(
                listener.ask(&request("GET", "/", &[], b"")).status,
                200,
                "{name}"
            );
            let ran = listener.interrupt();
            assert_eq!(ran.code, 130, "{name}");
            let summary = json_lines(&ran.out)
                .pop()
                .expect("a summary is the last line");
            let counts = (&summary["forwards_failed"], &summary["forwards_rejected"]);
            let (failed, rejected) = match status {
                200..=299 => (0, json!({})),
                502 | 504 => (2, json!({})),
                _ => (2, json!({ status.to_string(): 2 })),
            };
            assert_eq!(counts, (&json!(failed), &rejected), "{name}");
        },
    );
}
