//! `listen` with slow, wrong, greedy or absent clients: each is answered or closed in time, and well-behaved clients
//! are served meanwhile without delay.
//!
//! The listener gives a client five seconds, which no flag changes, so all cases wait at the same time.

use crate::support::endpoint::all_at_once;
use crate::support::listener::{
    DEVELOPMENT, Listener, PATIENCE, connect, listening, request, say, signature,
};
use crate::support::{Folder, Ran, folder, gzip, json_lines, of_type, payload};
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::ops::Range;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// What the listener refuses to read more of.
const MOST: usize = 1 << 20;
/// What a delivery may take on a busy machine; it takes a few milliseconds.
const QUICK: Duration = Duration::from_millis(250);
/// The most time for a response: less than the listener's timeout, so no client waited for another one's.
const SLOWEST: Duration = Duration::from_secs(4);
/// When a client is closed that the listener lost its patience with, and no sooner.
const AFTER_PATIENCE: Range<f64> = 4.9..9.0;
/// When one is closed that has had its answer, or that nothing can be answered: patience has nothing to do with it.
const SOON: Range<f64> = 0.0..4.0;
/// When a client gives up that should have been closed.
const LONGEST: Duration = Duration::from_secs(12);
/// What the listener may grow by, whatever comes: it would hold bodies of the largest size a few times at most.
const MOST_MEMORY: u64 = 8 << 20;

const CHUNKED: &str = "Transfer-Encoding: chunked";

/// What a client does once it has sent its bytes.
#[derive(Clone, Copy)]
enum Then {
    /// Reads what is answered, and sends nothing more.
    Waits,
    /// Says that nothing more comes, and reads what is answered.
    Shuts,
    /// Is gone.
    Leaves,
    /// Sends this byte again and again, one a second.
    Drips(u8),
    /// Sends the same again and again, and reads nothing.
    Floods,
}

/// How many clients do it at once, what each of them sends and then does; the statuses that come back, and the seconds
/// after which the connection ends.
struct Abuse {
    clients: usize,
    sends: Vec<u8>,
    then: Then,
    answers: &'static [u16],
    ends: Range<f64>,
}

impl Abuse {
    /// Does it once; the statuses that came, and after how many seconds the connection ended.
    fn run(&self, port: u16) -> (Vec<u16>, f64) {
        let begun = Instant::now();
        let mut stream = connect(port);
        // Who is never closed is to be told of, not waited for.
        stream
            .set_read_timeout(Some(LONGEST))
            .expect("it is a socket");
        stream
            .set_write_timeout(Some(LONGEST))
            .expect("it is a socket");
        // As simple clients do it: they send all they have before they read. An early answer must survive that.
        let mut sent = stream.write_all(&self.sends);
        let mut came = Vec::new();
        match self.then {
            Then::Leaves => return (Vec::new(), 0.0),
            Then::Waits => drop(stream.read_to_end(&mut came)),
            Then::Shuts => drop((
                stream.shutdown(Shutdown::Write),
                stream.read_to_end(&mut came),
            )),
            Then::Drips(byte) => {
                while begun.elapsed() < LONGEST && drip(&mut stream, byte, &mut came) {}
            }
            Then::Floods => {
                while begun.elapsed() < LONGEST && sent.is_ok() {
                    sent = stream.write_all(&self.sends);
                }
            }
        }
        (statuses(&came), begun.elapsed().as_secs_f64())
    }
}

/// Sends one byte and listens for a second; whether the connection is still there.
fn drip(stream: &mut TcpStream, byte: u8, came: &mut Vec<u8>) -> bool {
    let mut block = [0; 4096];
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .expect("it is a socket");
    if stream.write_all(&[byte]).is_err() {
        return false;
    }
    match stream.read(&mut block) {
        Ok(0) => false,
        Ok(read) => {
            came.extend_from_slice(&block[..read]);
            true
        }
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

/// The statuses of all answers in what came.
fn statuses(came: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(came);
    let status = |(at, _): (usize, &str)| text.get(at + 9..at + 12)?.parse().ok();
    text.match_indices("HTTP/1.").filter_map(status).collect()
}

/// A request line and headers as they are given, with an empty line after them, and a body.
fn raw(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let head = head
        .trim()
        .lines()
        .map(|line| format!("{}\r\n", line.trim()))
        .collect::<String>();
    [format!("{head}\r\n").as_bytes(), body.as_ref()].concat()
}

/// A POST with those headers and that body, after which the connection ends.
fn post(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    raw(
        &format!("POST /hook HTTP/1.1\nHost: localhost\nConnection: close\n{headers}"),
        body,
    )
}

/// The same with the length of the body.
fn post_whole(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let length = body.as_ref().len();
    post(
        &format!("{headers}\nContent-Length: {length}")
            .trim_start()
            .replace("\n\n", "\n"),
        body,
    )
}

/// A body in this many chunks.
fn chunked(chunks: usize, chunk: &[u8]) -> Vec<u8> {
    let one = [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
    [one.repeat(chunks), b"0\r\n\r\n".to_vec()].concat()
}

/// The first flight of a TLS client: a record with a hello in it.
fn tls_hello() -> Vec<u8> {
    let hello = [&[1, 0, 1, 252, 3, 3][..], &[7; 506]].concat();
    [&[0x16, 3, 1, 2, 0][..], &hello].concat()
}

/// How many clients there are, what they do, the bytes that each sends and what it then does, and the statuses that
/// come back.
type Row<'t> = (usize, &'t str, Vec<u8>, Then, &'static [u16]);

/// Every way in which a client may hold up, crash or bloat a listener.
fn abuses() -> Vec<(String, Abuse)> {
    let abuse = |ends: Range<f64>| {
        move |(clients, name, sends, then, answers): Row<'_>| {
            (
                name.to_owned(),
                Abuse {
                    clients,
                    sends,
                    then,
                    answers,
                    ends: ends.clone(),
                },
            )
        }
    };
    let late = slow_clients()
        .into_iter()
        .chain(idle_clients())
        .map(abuse(AFTER_PATIENCE));
    let tables = [
        gone_clients(),
        large_bodies(),
        bad_headers(),
        no_http(),
        seldom_used(),
        costly_bodies(),
    ];
    late.chain(tables.into_iter().flatten().map(abuse(SOON)))
        .collect()
}

/// A delivery as it should be, on a connection that is kept.
fn signed() -> Vec<u8> {
    let paid = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, paid.as_bytes());
    request("POST", "/hook", &[(name, &value)], paid.as_bytes())
}

/// Those that let others wait for what does not come, or not soon. Their time is the listener's patience.
fn slow_clients() -> Vec<Row<'static>> {
    use Then::{Drips, Waits};
    vec![
        (
            1,
            "half a header, then silence",
            b"POST /hook HTTP/1.1\r\nHost: loc".into(),
            Waits,
            &[],
        ),
        (
            1,
            "headers without an end",
            b"POST /hook HTTP/1.1\r\nHost: localhost\r\n".into(),
            Waits,
            &[],
        ),
        (
            1,
            "a header of one byte a second",
            b"POST /hook HTTP/1.1\r\nX: ".into(),
            Drips(b'x'),
            &[],
        ),
        (
            1,
            "empty lines of one byte a second",
            Vec::new(),
            Drips(b'\n'),
            &[],
        ),
        (
            1,
            "headers, then silence",
            post("Content-Length: 10", ""),
            Waits,
            &[408],
        ),
        (
            1,
            "chunks, then silence",
            post(CHUNKED, "2\r\n{}\r\n"),
            Waits,
            &[408],
        ),
        (
            1,
            "half a chunk's size, then silence",
            post(CHUNKED, "2"),
            Waits,
            &[408],
        ),
        (
            1,
            "a body of one byte a second",
            post("Content-Length: 2000", "{"),
            Drips(b' '),
            &[408],
        ),
        (
            1,
            "permission that is not used",
            post("Content-Length: 2\nExpect: 100-continue", ""),
            Waits,
            &[100, 408],
        ),
        (
            8,
            "8 that announce 2,000 bytes and send one",
            post("Content-Length: 2000", "{"),
            Waits,
            &[408],
        ),
        (
            8,
            "8 that announce 1,000 bytes and send one",
            post("Content-Length: 1000", "{"),
            Waits,
            &[408],
        ),
    ]
}

/// Those that do nothing, or read nothing.
fn idle_clients() -> Vec<Row<'static>> {
    let empty = request("POST", "/hook", &[], b"{}");
    vec![
        (1, "nothing at all", Vec::new(), Then::Waits, &[]),
        (
            1,
            "a connection that is kept and not used",
            signed(),
            Then::Waits,
            &[200],
        ),
        (
            1,
            "requests with unread responses",
            empty.repeat(500),
            Then::Floods,
            &[],
        ),
    ]
}

/// Those that do not wait for an answer.
fn gone_clients() -> Vec<Row<'static>> {
    use Then::{Leaves, Shuts};
    let endless = post("Content-Length: 1000000000000", "{}");
    vec![
        (20, "a client that is gone at once", Vec::new(), Leaves, &[]),
        (
            20,
            "a client that is gone after its request",
            signed(),
            Leaves,
            &[],
        ),
        (
            1,
            "a body that ends too early",
            post("Content-Length: 10", "{}"),
            Shuts,
            &[400],
        ),
        (
            1,
            "a chunk of 2^63 bytes that ends after two",
            post(CHUNKED, "7fffffffffffffff\r\n{}"),
            Shuts,
            &[400],
        ),
        (
            8,
            "a body of 10^12 bytes, and gone after two",
            endless.clone(),
            Leaves,
            &[],
        ),
        (
            1,
            "a body of 10^12 bytes that ends after two",
            endless,
            Shuts,
            &[413],
        ),
    ]
}

/// Bodies of more than what is read of them.
fn large_bodies() -> Vec<Row<'static>> {
    use Then::Waits;
    let huge = vec![b' '; 8 * MOST];
    let permitted = post("Content-Length: 1000000000000\nExpect: 100-continue", "");
    vec![
        (
            1,
            "a body of 10^12 bytes that stops after two",
            post("Content-Length: 1000000000000", "{}"),
            Waits,
            &[413],
        ),
        (
            1,
            "a body of 10^12 bytes, if it is permitted",
            permitted,
            Waits,
            &[413],
        ),
        (
            1,
            "a body of 2^64 - 1 bytes",
            post("Content-Length: 18446744073709551615", "{}"),
            Waits,
            &[431],
        ),
        (
            1,
            "a body of 2^64 bytes",
            post("Content-Length: 18446744073709551616", "{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a body of the largest size",
            post_whole("", &huge[..MOST]),
            Waits,
            &[200],
        ),
        (
            1,
            "a body of one byte more",
            post_whole("", &huge[..=MOST]),
            Waits,
            &[413],
        ),
        (1, "a body of 8 MiB", post_whole("", &huge), Waits, &[413]),
        (8, "8 bodies of 8 MiB", post_whole("", &huge), Waits, &[413]),
        (
            1,
            "chunks of 8 MiB",
            post(CHUNKED, chunked(128, &huge[..MOST / 16])),
            Waits,
            &[413],
        ),
        (
            1,
            "chunks of one byte, 65,536 of them",
            post(CHUNKED, chunked(MOST / 16, b" ")),
            Waits,
            &[200],
        ),
        (
            1,
            "a chunk of 2^64 bytes",
            post(CHUNKED, "10000000000000000\r\n{}"),
            Waits,
            &[400],
        ),
    ]
}

/// Headers that are too long, too many, or say two things.
fn bad_headers() -> Vec<Row<'static>> {
    use Then::Waits;
    let headers = |count: usize| {
        (0..count)
            .map(|at| format!("X-{at}: 1\n"))
            .collect::<String>()
    };
    let long = |bytes: usize| post_whole(&format!("X: {}", "x".repeat(bytes)), "{}");
    let target = raw(&format!("POST /{} HTTP/1.1", "x".repeat(32 << 20)), "");
    let xchunked = post("Transfer-Encoding: xchunked", "2\r\n{}\r\n0\r\n\r\n");
    let gzipped = post("Transfer-Encoding: chunked, gzip", "2\r\n{}\r\n0\r\n\r\n");
    // Latin-1, as headers were before there was UTF-8.
    let mut latin = post_whole("X-Name: caf?", "{}");
    *latin
        .iter_mut()
        .find(|byte| **byte == b'?')
        .expect("it is there") = 0xe9;
    vec![
        (1, "a header line of 32 MiB", long(32 << 20), Waits, &[431]),
        (1, "a target of 32 MiB", target, Waits, &[431]),
        (1, "a header line of 32 KiB", long(32 << 10), Waits, &[200]),
        // The request has three of its own.
        (
            1,
            "64 headers",
            post_whole(&headers(61), "{}"),
            Waits,
            &[200],
        ),
        (
            1,
            "65 headers",
            post_whole(&headers(62), "{}"),
            Waits,
            &[431],
        ),
        (
            1,
            "100,000 headers",
            post_whole(&headers(100_000), "{}"),
            Waits,
            &[431],
        ),
        (
            1,
            "two lengths",
            post("Content-Length: 2\nContent-Length: 4", "{}{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "two lengths in one",
            post("Content-Length: 2, 4", "{}{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a length of letters",
            post("Content-Length: abc", "{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a length below nothing",
            post("Content-Length: -1", "{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a length with a sign",
            post("Content-Length: +2", "{}"),
            Waits,
            &[400],
        ),
        (1, "an unknown encoding", xchunked, Waits, &[400]),
        (1, "chunks, and then something else", gzipped, Waits, &[400]),
        (
            1,
            "a chunk's size of letters",
            post(CHUNKED, "xyz\r\n{}\r\n0\r\n\r\n"),
            Waits,
            &[400],
        ),
        (1, "a header value that is not ASCII", latin, Waits, &[200]),
        (
            1,
            "a header value with a NUL",
            post_whole("X-Name: a\0b", "{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a header without a name",
            post_whole(": a", "{}"),
            Waits,
            &[400],
        ),
        (
            1,
            "a header without a colon",
            post_whole("X-Name", "{}"),
            Waits,
            &[400],
        ),
    ]
}

/// Not HTTP, or another version.
fn no_http() -> Vec<Row<'static>> {
    use Then::Waits;
    vec![
        (
            1,
            "a bad request line",
            b"hello?\r\n\r\n".into(),
            Waits,
            &[400],
        ),
        (
            1,
            "a request line without a version",
            b"POST /hook\r\n\r\n".into(),
            Waits,
            &[400],
        ),
        (
            1,
            "an unknown version",
            b"POST /hook HTTP/3.0\r\n\r\n".into(),
            Waits,
            &[400],
        ),
        (
            1,
            "HTTP/2",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
            Waits,
            &[505],
        ),
        (1, "TLS", tls_hello(), Waits, &[400]),
        (1, "nothing but NULs", vec![0; MOST], Waits, &[400]),
    ]
}

/// What is right, though few do it.
fn seldom_used() -> Vec<Row<'static>> {
    use Then::{Shuts, Waits};
    let kept = raw(
        "POST / HTTP/1.0\nConnection: keep-alive\nContent-Length: 2",
        "{}",
    );
    let absolute = "POST http://localhost/hook HTTP/1.1\nConnection: close\nContent-Length: 2";
    let pipelined = [signed().repeat(3), post_whole("", "{}")].concat();
    vec![
        (
            1,
            "permission is asked for",
            post_whole("Expect: 100-continue", "{}"),
            Waits,
            &[100, 200],
        ),
        (1, "chunks", post(CHUNKED, chunked(3, b"{}")), Waits, &[200]),
        (
            1,
            "chunks with a trailer",
            post(CHUNKED, "2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n"),
            Waits,
            &[200],
        ),
        (
            1,
            "HTTP/1.0",
            raw("POST /hook HTTP/1.0\nContent-Length: 2", "{}"),
            Waits,
            &[200],
        ),
        (
            1,
            "HTTP/1.0 without a length",
            raw("POST /hook HTTP/1.0", ""),
            Waits,
            &[200],
        ),
        (
            1,
            "HTTP/1.0 that is kept",
            kept.repeat(2),
            Shuts,
            &[200, 200],
        ),
        (1, "pipelining", pipelined, Waits, &[200; 4]),
        (
            1,
            "pipelining by a client that ends it",
            signed().repeat(3),
            Shuts,
            &[200; 3],
        ),
        (
            1,
            "a target with its host",
            raw(absolute, "{}"),
            Waits,
            &[200],
        ),
        (
            1,
            "a wish for another protocol",
            post_whole("Upgrade: websocket", "{}"),
            Waits,
            &[200],
        ),
        (
            1,
            "CONNECT",
            raw("CONNECT localhost:1 HTTP/1.1\nHost: localhost", ""),
            Shuts,
            &[405],
        ),
        (
            1,
            "OPTIONS of everything",
            raw("OPTIONS * HTTP/1.1\nConnection: close", ""),
            Waits,
            &[405],
        ),
    ]
}

/// Bodies that cost more than they weigh.
fn costly_bodies() -> Vec<Row<'static>> {
    use Then::Waits;
    let numbers = format!(
        "{{\"amount\": 1e999999999, \"id\": {}}}",
        "9".repeat(MOST / 2)
    );
    let bomb = gzip(&vec![b'['; 16 * MOST]);
    let broken = &gzip(b"{\"a\": 1}")[..12];
    vec![
        (
            1,
            "a compressed body of 16 MiB",
            post_whole("Content-Encoding: gzip", bomb),
            Waits,
            &[200],
        ),
        (
            1,
            "a compressed body that is broken",
            post_whole("Content-Encoding: gzip", broken),
            Waits,
            &[200],
        ),
        (
            1,
            "deep nesting",
            post_whole("", "[".repeat(MOST)),
            Waits,
            &[200],
        ),
        (
            1,
            "deep nesting of objects",
            post_whole("", "{\"a\":".repeat(MOST / 5)),
            Waits,
            &[200],
        ),
        (
            1,
            "gigantic numbers",
            post_whole("", numbers),
            Waits,
            &[200],
        ),
        (
            1,
            "a text of quotes",
            post_whole("", format!("\"{}\"", "\\\"".repeat(MOST / 4))),
            Waits,
            &[200],
        ),
    ]
}

#[test]
fn who_says_that_nothing_more_comes_is_answered_all_the_same() {
    for flags in [
        "",
        "--delay 50ms",
        "--journal new",
        "--journal new --sync none",
    ] {
        let folder = folder(&[]);
        let listener = Listener::start(&folder.path, &format!("--format json {flags}"));
        for _ in 0..10 {
            let (came, ended) = say(listener.port, &signed());
            assert!(ended.is_ok(), "{flags}: {ended:?}");
            assert_eq!(statuses(&came), [200], "{flags}");
            assert_eq!(
                listener.delivery()["signature"]["verdict"],
                "valid",
                "{flags}"
            );
        }
        end(listener);
    }
}

/// What a process takes of its machine; nothing where the system does not tell.
#[derive(Clone, Copy, Debug)]
struct Taken {
    threads: u64,
    /// The most that it ever held.
    peak: u64,
    resident: u64,
    descriptors: usize,
}

impl Taken {
    fn by(id: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_matches([':', ' ', '\t', 'k', 'B'])
                .parse::<u64>()
                .ok()
        };
        let descriptors = fs::read_dir(format!("/proc/{id}/fd")).ok()?.count();
        let bytes = |name| Some(number(name)? << 10);
        Some(Self {
            threads: number("Threads")?,
            peak: bytes("VmHWM")?,
            resident: bytes("VmRSS")?,
            descriptors,
        })
    }
}

/// How long a process has kept processors busy.
fn processor_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("the system tells");
    // Of what follows the name in brackets; in hundredths of a second.
    let fields = stat
        .rsplit(')')
        .next()
        .expect("it has fields")
        .split_whitespace()
        .skip(11)
        .take(2);
    Duration::from_millis(
        fields
            .map(|ticks| ticks.parse::<u64>().expect("a number") * 10)
            .sum(),
    )
}

/// Deliveries as they should be, each on a connection of its own, and how long each took.
#[derive(Default)]
struct Served(Vec<Duration>);

impl Served {
    /// Sends one, which must be answered in time.
    fn one(&mut self, port: u16) {
        self.one_within(port, SLOWEST);
    }

    fn one_within(&mut self, port: u16, limit: Duration) {
        let paid = payload("calypso/samples/INVOICE_PAID.json");
        let (name, value) = signature("calypso", DEVELOPMENT, paid.as_bytes());
        let request = request(
            "POST",
            "/",
            &[(name, &value), ("Connection", "close")],
            paid.as_bytes(),
        );
        let begun = Instant::now();
        let mut stream = connect(port);
        stream
            .set_read_timeout(Some(limit))
            .expect("it is a socket");
        stream.write_all(&request).expect("it is taken");
        let mut head = [0; 12];
        stream
            .read_exact(&mut head)
            .expect("it is answered in time");
        self.0.push(begun.elapsed());
        assert_eq!(&head, b"HTTP/1.1 200");
    }

    /// How long the middle one and the slowest took.
    fn middle_and_most(&mut self) -> [Duration; 2] {
        self.0.sort();
        [self.0[self.0.len() / 2], self.0[self.0.len() - 1]]
    }
}

/// Ends a listener, which must go as it always does, and gives what it printed.
fn end(listener: Listener) -> Ran {
    let ran = listener.interrupt();
    assert_eq!(ran.code, 130, "{}", ran.err);
    ran
}

#[test]
fn whatever_a_client_does_it_is_answered_or_closed_in_time_and_others_are_served_meanwhile() {
    let _turn = many_descriptors();
    // Answers large enough to fill every buffer on their way.
    let answer = "x".repeat(MOST);
    let measured = all_at_once(abuses(), |name, abuse| {
        let folder = folder(&[("answer", &answer)]);
        let flags = if matches!(abuse.then, Then::Floods) {
            "--answer-body answer"
        } else {
            ""
        };
        let listener = Listener::start(&folder.path, &format!("--format json --body none {flags}"));
        let mut served = Served::default();
        served.one(listener.port);
        let before = Taken::by(listener.id());
        let mut threads = 0;
        let came: Vec<_> = thread::scope(|scope| {
            let clients: Vec<_> = (0..abuse.clients)
                .map(|_| scope.spawn(|| abuse.run(listener.port)))
                .collect();
            // At least some, and until the last client has gone.
            while served.0.len() < 6 || clients.iter().any(|client| !client.is_finished()) {
                served.one(listener.port);
                threads = threads.max(Taken::by(listener.id()).map_or(0, |taken| taken.threads));
                sleep(Duration::from_millis(200));
            }
            clients
                .into_iter()
                .map(|client| client.join().expect("a client does not panic"))
                .collect()
        });
        for (statuses, seconds) in &came {
            let left = matches!(abuse.then, Then::Leaves);
            assert_eq!(statuses, abuse.answers, "{name}: after {seconds:.1} s");
            assert!(
                left || abuse.ends.contains(seconds),
                "{name}: it ends after {seconds:.1} s"
            );
        }
        let [middle, most] = served.middle_and_most();
        assert!(
            middle < QUICK,
            "{name}: half of the others take longer than {middle:?}"
        );
        let mut line = format!(
            "{name}: {:?} after {:.1} s; others {middle:.1?}, at most {most:.1?}",
            came[0].0, came[0].1
        );
        if let (Some(before), Some(after)) = (before, Taken::by(listener.id())) {
            let more = after.peak - before.peak;
            line += &format!("; {} KiB more", more >> 10);
            assert!(more <= MOST_MEMORY, "{name}: {} KiB more", more >> 10);
            assert!(threads <= before.threads, "{name}: {threads} threads");
        }
        let ran = end(listener);
        let lines = json_lines(&ran.out);
        let summary = of_type(&lines, "summary")[0];
        let deliveries = summary["deliveries"].as_u64().expect("it is counted") as usize;
        let good = came
            .iter()
            .flat_map(|(statuses, _)| statuses)
            .filter(|status| **status == 200)
            .count();
        // Who left, or did not read, may have been answered all the same.
        let unread = matches!(abuse.then, Then::Leaves | Then::Floods);
        assert!(
            deliveries == served.0.len() + good || unread,
            "{name}: {summary}"
        );
        line
    });
    println!("{}", measured.join("\n"));
}

/// Connections on which nothing is sent. Now and then, as long as there are places, somebody is served in between: more
/// than some hundred that nobody has accepted yet would be asked by the system to try again a second later.
fn idle(port: u16, count: usize, places: usize, served: &mut Served) -> Vec<TcpStream> {
    let connect = |at| {
        if at % 50 == 0 && at < places {
            served.one(port);
        }
        connect(port)
    };
    (0..count).map(connect).collect()
}

/// Tests that hold many descriptors take turns: some systems give a process no more than 1,024. So do those that load
/// the machine for seconds, while others measure.
static DESCRIPTORS: Mutex<()> = Mutex::new(());

fn many_descriptors() -> impl Sized {
    DESCRIPTORS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn five_hundred_idle_connections_cost_little_memory_and_no_thread_and_are_closed_in_time() {
    let _turn = many_descriptors();
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json");
    let mut served = Served::default();
    served.one(listener.port);
    let before = Taken::by(listener.id());
    let begun = Instant::now();
    let mut idle = idle(listener.port, 500, 500, &mut served);
    // They are accepted in turn, and this one comes last.
    served.one(listener.port);
    let during = Taken::by(listener.id());
    for stream in &mut idle {
        assert_eq!(
            stream.read(&mut [0; 1]).expect("it ends without a fault"),
            0
        );
    }
    let seconds = begun.elapsed().as_secs_f64();
    assert!(
        AFTER_PATIENCE.contains(&seconds),
        "they are closed after {seconds:.1} s"
    );
    served.one(listener.port);
    let [middle, most] = served.middle_and_most();
    assert!(
        middle < QUICK,
        "half of the others take longer than {middle:?}"
    );
    println!("others {middle:.1?}, at most {most:.1?}");
    if let (Some(before), Some(during), Some(after)) = (before, during, Taken::by(listener.id())) {
        let more = during.resident - before.resident;
        println!(
            "{} KiB more, {} threads, {} descriptors",
            more >> 10,
            during.threads,
            during.descriptors
        );
        assert!(during.descriptors >= 500, "{during:?}");
        assert!(more <= MOST_MEMORY, "{} KiB more", more >> 10);
        assert!(
            during.threads <= before.threads + 1,
            "{before:?} {during:?}"
        );
        assert!(
            after.descriptors < before.descriptors + 10,
            "{before:?} {after:?}"
        );
    }
    end(listener);
}

/// A connection on which a request is sent.
fn sending(port: u16, request: &[u8]) -> TcpStream {
    let mut stream = connect(port);
    stream.write_all(request).expect("it is taken");
    stream
}

/// The tool with that line of arguments and a limit of file descriptors.
fn with_descriptors(most: usize, folder: &Folder, line: &str) -> Listener {
    let tool = listening(&folder.path, line);
    let mut command = Command::new("sh");
    let limited = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
    command
        .args(["-c", &limited])
        .arg(tool.get_program())
        .args(tool.get_args());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .current_dir(&folder.path);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Listener::of(&mut command)
}

#[test]
fn where_descriptors_are_short_idle_connections_give_way() {
    let _turn = many_descriptors();
    let folder = folder(&[]);
    let listener = with_descriptors(256, &folder, "--format json");
    let mut served = Served::default();
    served.one(listener.port);
    for _ in 0..3 {
        let idle = idle(listener.port, 300, 300, &mut served);
        if let Some(taken) = wait_for(
            || Taken::by(listener.id()),
            |taken| taken.descriptors >= 250,
        ) {
            assert!(taken.descriptors <= 256, "{taken:?}");
        }
        (0..5).for_each(|_| served.one(listener.port));
        drop(idle);
        served.one(listener.port);
    }
    end(listener);
}

#[test]
fn where_descriptors_are_short_and_all_are_worked_on_the_next_waits_without_burning_the_processor()
{
    let _turn = many_descriptors();
    let folder = folder(&[]);
    let listener = with_descriptors(40, &folder, "--format json --delay 60s");
    let port = listener.port;
    let working: Vec<_> = (0..100).map(|_| sending(port, &signed())).collect();
    let visitor = request("GET", "/", &[("Connection", "close")], b"");
    let waits = thread::spawn(move || {
        crate::support::listener::ask(port, &visitor).map(|answered| answered.status)
    });
    if wait_for(|| Taken::by(listener.id()), |taken| taken.descriptors >= 38).is_some() {
        let begun = processor_time(listener.id());
        sleep(Duration::from_secs(1));
        assert!(!waits.is_finished());
        let burnt = processor_time(listener.id()) - begun;
        assert!(burnt < Duration::from_millis(300), "{burnt:?} of a second");
    }
    // Those that have gone for certain, or as it seems, make room.
    drop(working);
    assert_eq!(waits.join().expect("it does not panic"), Some(200));
    end(listener);
}

/// Asks until the answer is as it should be; nothing where there never is one.
fn wait_for<T>(ask: impl Fn() -> Option<T>, right: impl Fn(&T) -> bool) -> Option<T> {
    let begun = Instant::now();
    loop {
        let answer = ask()?;
        if right(&answer) {
            return Some(answer);
        }
        assert!(begun.elapsed() < SLOWEST, "it never comes");
        sleep(Duration::from_millis(5));
    }
}

/// What a delivery takes at most on a busy machine while a crowd comes and goes; one that had to wait for the listener's
/// patience with others would take five seconds and more.
const IN_A_CROWD: Duration = Duration::from_secs(2);

/// So many connections at once, some of each kind: what a client sends at first, and then twice a second. Those that
/// are closed come again.
struct Crowd(Vec<TcpStream>, Vec<Kind>);

/// A name, what is sent at first, and what is sent then.
type Kind = (&'static str, &'static [u8], &'static [u8]);

const CROWDS: [Kind; 4] = [
    ("nothing is sent", b"", b""),
    (
        "a header now and then",
        b"POST / HTTP/1.1\r\nHost: localhost\r\n",
        b"X: 1\r\n",
    ),
    (
        "a byte of a body now and then",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{",
        b" ",
    ),
    (
        "a visit now and then",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
];

impl Crowd {
    fn new(port: u16, count: usize, kinds: &[Kind]) -> Self {
        let kinds: Vec<_> = kinds.iter().copied().cycle().take(count).collect();
        Self(
            kinds.iter().map(|kind| Self::begun(port, kind)).collect(),
            kinds,
        )
    }

    fn begun(port: u16, (_, first, _): &Kind) -> TcpStream {
        let mut stream = connect(port);
        // Who is closed at once comes again later.
        let _ = stream.write_all(first);
        stream.set_nonblocking(true).expect("it is a socket");
        stream
    }

    /// Goes on until that is over.
    fn go_on(mut self, port: u16, over: &AtomicBool) {
        let mut block = [0; 4096];
        while !over.load(Ordering::Relaxed) {
            for (stream, kind) in self.0.iter_mut().zip(&self.1) {
                let closed = match stream.read(&mut block) {
                    Ok(read) => read == 0,
                    Err(error) => error.kind() != ErrorKind::WouldBlock,
                };
                if closed || stream.write_all(kind.2).is_err() {
                    *stream = Self::begun(port, kind);
                }
            }
            sleep(Duration::from_millis(500));
        }
    }
}

/// Ends a crowd.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How long the middle one of some deliveries takes, and the slowest, while a crowd holds connections.
fn served_in_a_crowd(count: usize, kinds: &[Kind]) -> [Duration; 2] {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    let (port, over, mut served) = (listener.port, AtomicBool::new(false), Served::default());
    let crowd = Crowd::new(port, count, kinds);
    thread::scope(|scope| {
        scope.spawn(|| crowd.go_on(port, &over));
        // Also where the test fails.
        let _over = Over(&over);
        for _ in 0..15 {
            // That most are answered at once is what counts.
            served.one_within(port, PATIENCE);
            sleep(Duration::from_millis(60));
        }
        if let Some(taken) = Taken::by(listener.id()) {
            assert!((500..550).contains(&taken.descriptors), "{taken:?}");
        }
    });
    end(listener);
    served.middle_and_most()
}

#[test]
fn however_many_connections_are_held_a_delivery_is_answered_at_once() {
    let _turn = many_descriptors();
    for kinds in CROWDS.chunks(1).chain([&CROWDS[..]]) {
        let [middle, most] = served_in_a_crowd(700, kinds);
        println!("{}: {middle:.1?}, at most {most:.1?}", kinds[0].0);
        assert!(middle < IN_A_CROWD, "{}: {middle:?}", kinds[0].0);
    }
}

#[test]
#[ignore = "takes half a minute, and wants 2,300 descriptors"]
fn two_thousand_connections_hold_up_no_delivery() {
    let (_turn, _alone) = (many_descriptors(), alone());
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let most = line
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(1_024_usize);
    let count = most.saturating_sub(300).min(2_000);
    if count < 2_000 {
        println!("only {count} connections: the system gives a process {most} descriptors");
    }
    for kinds in CROWDS.chunks(1).chain([&CROWDS[..]]) {
        let [middle, most] = served_in_a_crowd(count, kinds);
        println!("{}: {middle:.1?}, at most {most:.1?}", kinds[0].0);
        assert!(middle < IN_A_CROWD, "{}: {middle:?}", kinds[0].0);
    }
}

#[test]
fn a_delivery_that_is_worked_on_never_gives_way() {
    let _turn = many_descriptors();
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none --delay 1s");
    let begun = Instant::now();
    let mut senders: Vec<_> = (0..600)
        .map(|_| sending(listener.port, &signed()))
        .collect();
    let idle: Vec<_> = (0..100).map(|_| connect(listener.port)).collect();
    for stream in &mut senders {
        assert_eq!(
            crate::support::listener::read_answer(stream, false)
                .expect("it is answered")
                .status,
            200
        );
    }
    // More than there are places for wait until one ends, and then have a delay of their own.
    let seconds = begun.elapsed().as_secs_f64();
    assert!((2.0..6.0).contains(&seconds), "{seconds:.1} s");
    drop(idle);
    end(listener);
}

/// Lets this many clients send a body and reset their connections; returns how long the next delivery takes.
#[cfg(target_os = "linux")]
fn after_resets(listener: &Listener, clients: usize, body: &[u8]) -> Duration {
    let delivery = request("POST", "/", &[], body);
    for _ in 0..clients {
        let stream = sending(listener.port, &delivery);
        // It has mostly been read then.
        sleep(Duration::from_millis(2));
        rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))
            .expect("it is a socket");
    }
    let begun = Instant::now();
    crate::support::listener::ask(listener.port, &signed()).expect("it is answered");
    begun.elapsed()
}

/// Options that make every delivery wait this many seconds, for its response or for a forward.
#[cfg(target_os = "linux")]
fn waits(seconds: u64) -> ([String; 2], std::net::TcpListener) {
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = deaf.local_addr().expect("it is bound").port();
    let forward = format!("--forward http://127.0.0.1:{port}/hooks --forward-timeout {seconds}s");
    ([format!("--delay {seconds}s"), forward], deaf)
}

#[test]
#[cfg(target_os = "linux")]
fn deliveries_whose_clients_have_gone_keep_no_places() {
    let (flags, _deaf) = waits(10);
    let folder = folder(&[]);
    all_at_once(flags.map(|flags| (flags.clone(), flags)), |_, flags| {
        let listener = Listener::start(&folder.path, &format!("--format json --body none {flags}"));
        let waited = after_resets(&listener, 700, b"{}");
        // Its own ten seconds, and not the rest of those before it.
        assert!(waited.as_secs_f64() < 15.0, "{flags}: {waited:?}");
        let lines = json_lines(&end(listener).out);
        let deliveries = of_type(&lines, "summary")[0]["deliveries"].as_u64();
        // Received deliveries are processed even if their senders have disconnected.
        assert!(deliveries > Some(600), "{flags}: {deliveries:?}");
    });
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "takes half a minute"]
fn large_deliveries_whose_clients_have_gone_are_bounded() {
    /// As many bodies as wait without clients, and copies of them on their way.
    const MOST: u64 = 256 << 20;
    let (_turn, _alone) = (many_descriptors(), alone());
    let (flags, _deaf) = waits(12);
    let folder = folder(&[]);
    let body = format!("\"{}\"", "x".repeat((1 << 20) - 2));
    for flags in flags {
        let listener = Listener::start(&folder.path, &format!("--format json --body none {flags}"));
        let waited = after_resets(&listener, 1_500, body.as_bytes());
        let taken = Taken::by(listener.id()).expect("Linux tells");
        println!("{flags}: {waited:.1?}, {} MiB", taken.peak >> 20);
        assert!(waited.as_secs_f64() < 14.0, "{flags}: {waited:?}");
        assert!(taken.peak < MOST, "{flags}: {} MiB", taken.peak >> 20);
        end(listener);
    }
}

/// Tests that measure, or load the machine, take turns.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> impl Sized {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a delivery takes while one client does its worst and the machine has nothing else to do.
const AT_ONCE: Duration = Duration::from_millis(5);

#[test]
#[ignore = "measures, and so wants a machine of its own"]
fn others_are_served_within_milliseconds_whatever_one_client_does() {
    let _alone = alone();
    let answer = "x".repeat(MOST);
    let mut slow = Vec::new();
    for (name, abuse) in abuses() {
        let folder = folder(&[("answer", &answer)]);
        let flags = if matches!(abuse.then, Then::Floods) {
            "--answer-body answer"
        } else {
            ""
        };
        let listener = Listener::start(&folder.path, &format!("--format json --body none {flags}"));
        let (port, mut served) = (listener.port, Served::default());
        thread::scope(|scope| {
            for _ in 0..abuse.clients {
                scope.spawn(|| abuse.run(port));
            }
            // The worst of it is over, or goes on.
            sleep(Duration::from_millis(100));
            for _ in 0..21 {
                served.one(port);
                sleep(Duration::from_millis(5));
            }
            // Its clients have nobody to wait for then.
            end(listener);
        });
        let [middle, most] = served.middle_and_most();
        println!("{name}: {middle:.1?}, at most {most:.1?}");
        slow.extend((middle > AT_ONCE).then(|| format!("{name}: {middle:.1?}")));
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
#[ignore = "takes a minute"]
fn nothing_is_left_of_abuse_that_goes_on() {
    let _alone = alone();
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    let all: Vec<_> = abuses()
        .into_iter()
        .filter(|(_, abuse)| !matches!(abuse.then, Then::Floods))
        .collect();
    let over = AtomicBool::new(false);
    let mut served = Served::default();
    served.one(listener.port);
    let taken = || Taken::by(listener.id());
    let before = taken();
    let mut halves = Vec::new();
    thread::scope(|scope| {
        for (_, abuse) in &all {
            let (over, port) = (&over, listener.port);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    abuse.run(port);
                    sleep(Duration::from_millis(50));
                }
            });
        }
        // The first half fills what is kept for later.
        for _ in 0..2 {
            for _ in 0..30 {
                served.one(listener.port);
                sleep(Duration::from_secs(1));
            }
            halves.extend(taken());
        }
        over.store(true, Ordering::Relaxed);
    });
    let [middle, most] = served.middle_and_most();
    println!("others {middle:.1?}, at most {most:.1?}; {halves:?}");
    if let (Some(before), [first, second]) = (before, &halves[..]) {
        // The peak, which only rises: what is in hand differs from moment to moment, what leaks adds up.
        assert!(
            second.peak <= first.peak + 4 * MOST_MEMORY,
            "{before:?} {halves:?}"
        );
        let begun = Instant::now();
        let left = || taken().expect("Linux tells");
        // All connections are closed once the listener's timeout has passed.
        while left().descriptors > before.descriptors && begun.elapsed() < LONGEST {
            sleep(Duration::from_millis(100));
        }
        // Less, where the first connection had not been closed yet.
        let left = left();
        assert!(
            left.descriptors <= before.descriptors,
            "{before:?} {left:?}"
        );
        assert!(left.threads <= before.threads, "{before:?} {left:?}");
    }
    end(listener);
}
