//! Endpoints on this machine for what the tool sends: one on `tiny_http`, one on plain sockets for broken responses;
//! and a check of signatures that is independent of ours.

use crate::support::{Ran, ran, signal, tool};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use tiny_http::{Header, Response, Server};

/// Longer than any test takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A received delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Came {
    pub(crate) method: String,
    pub(crate) path: String,
    /// In order, with repeats.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Came {
    /// Every value of the headers of that name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of the one header of that name.
    pub(crate) fn header(&self, name: &str) -> &str {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "one {name} in {:?}", self.headers);
        all[0]
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is a text")
    }
}

/// A response.
pub(crate) type Answer = Response<std::io::Cursor<Vec<u8>>>;

/// A response with that status and a header.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let header =
        |(name, value): &(&str, &str)| Header::from_bytes(*name, *value).expect("it is a header");
    headers.iter().map(header).fold(
        Response::from_string(body).with_status_code(status),
        Response::with_header,
    )
}

/// An endpoint that records deliveries and answers with given responses, until it is dropped.
pub(crate) struct Endpoint {
    pub(crate) port: u16,
    server: Arc<Server>,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Endpoint {
    /// The response depends on the number of the delivery, from 0; deliveries are handled in parallel.
    pub(crate) fn new(reply: impl Fn(usize, &Came) -> Answer + Send + Sync + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("there is a free port"));
        let port = server
            .server_addr()
            .to_ip()
            .expect("it is a TCP socket")
            .port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let (taking, written, reply) = (Arc::clone(&server), Arc::clone(&came), Arc::new(reply));
        thread::spawn(move || {
            for mut request in taking.incoming_requests() {
                let header = |header: &Header| (header.field.to_string(), header.value.to_string());
                let headers = request.headers().iter().map(header).collect();
                let mut body = Vec::new();
                // A client that disconnects has not delivered.
                if request.as_reader().read_to_end(&mut body).is_err() {
                    continue;
                }
                let came = Came {
                    method: request.method().to_string(),
                    path: request.url().to_owned(),
                    headers,
                    body,
                };
                let number = {
                    let mut all = written.lock().expect("the lock is not poisoned");
                    all.push(came.clone());
                    all.len() - 1
                };
                let reply = Arc::clone(&reply);
                // The client may have disconnected.
                thread::spawn(move || drop(request.respond(reply(number, &came))));
            }
        });
        Self { port, server, came }
    }

    /// Answers every delivery the same.
    pub(crate) fn answering(status: u16) -> Self {
        Self::new(move |_, _| answer(status, &[], ""))
    }

    /// The deliveries so far.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().expect("the lock is not poisoned").clone()
    }

    /// The deliveries since the last call.
    pub(crate) fn take(&self) -> Vec<Came> {
        std::mem::take(&mut self.came.lock().expect("the lock is not poisoned"))
    }

    /// The only delivery since the last call.
    pub(crate) fn one(&self) -> Came {
        let mut all = self.take();
        assert_eq!(all.len(), 1, "one delivery comes");
        all.remove(0)
    }

    /// Waits for this many deliveries.
    pub(crate) fn wait_for(&self, count: usize) {
        let begun = Instant::now();
        while self.came.lock().expect("the lock is not poisoned").len() < count {
            assert!(begun.elapsed() < PATIENCE, "fewer deliveries came");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

/// A port that calls `act` for every connection, on a new thread, as long as the test runs.
pub(crate) fn socket(act: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let act = Arc::new(act);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, act) = (
                stream.expect("the connection is accepted"),
                Arc::clone(&act),
            );
            thread::spawn(move || act(stream));
        }
    });
    port
}

/// A port without a listener while the second value lives.
pub(crate) fn dead_port() -> (u16, impl Sized) {
    // A connection occupies its own port, so nothing else can listen there.
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let stream =
        TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
    (
        stream.local_addr().expect("it is connected").port(),
        (listener, stream),
    )
}

/// One request, byte for byte; `None` once the connection is closed.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<Vec<u8>> {
    let (mut request, mut block) = (Vec::new(), [0; 1 << 16]);
    let mut whole = None;
    while whole.is_none_or(|whole| request.len() < whole) {
        match stream.read(&mut block) {
            Ok(read @ 1..) => request.extend_from_slice(&block[..read]),
            _ => return None,
        }
        let head = || request.windows(4).position(|window| window == b"\r\n\r\n");
        if let (None, Some(end)) = (whole, head()) {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            whole = Some(
                end + 4 + length.map_or(0, |length| length.parse().expect("a length is a number")),
            );
        }
    }
    Some(request)
}

/// Runs `send` with a line of arguments until it ends, within the limit.
pub(crate) fn send(folder: &Path, line: &str) -> Ran {
    send_all(folder, line.split_whitespace())
}

/// Runs `send` until it ends, within the limit.
pub(crate) fn send_all<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Ran {
    finish(
        sending(folder, arguments)
            .spawn()
            .expect("the binary starts"),
        PATIENCE,
    )
}

/// The command `send`, not yet run.
pub(crate) fn sending<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = tool(folder, ["send"]);
    command.args(arguments);
    command
}

/// The result of a run, which must end within that time.
pub(crate) fn finish(child: Child, limit: Duration) -> Ran {
    let id = child.id();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let output = ended.recv_timeout(limit);
    if output.is_err() {
        signal(id, "KILL");
    }
    let ran = ran(output
        .expect("it ends in time")
        .expect("it can be waited for"));
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// How each provider signs according to its pages: the header, and the hash if it is an HMAC.
const SCHEMES: [(&str, &str, &str); 3] = [
    ("calypso", "Sign", "sha512"),
    ("inqud", "X-Payload-Digest", "sha1"),
    ("rehive", "Authorization", ""),
];

/// The input of a digest: the hash, the secret and the body.
type Signed = (&'static str, Vec<u8>, Vec<u8>);

/// Received digests to check: a name, the digest, and its input.
#[derive(Default)]
pub(crate) struct Digests(Mutex<Vec<(String, String, Signed)>>);

impl Digests {
    /// Adds a delivery that must be signed as this provider does with this secret, and in no other way.
    pub(crate) fn note(&self, name: &str, provider: &str, secret: &str, came: &Came) {
        for (other, header, hash) in SCHEMES {
            if other != provider {
                assert!(came.all(header).is_empty(), "{name}: {header}");
            } else if hash.is_empty() {
                assert_eq!(came.header(header), format!("Secret {secret}"), "{name}");
            } else {
                let signed = (hash, secret.as_bytes().to_vec(), came.body.clone());
                let mut all = self.0.lock().expect("the lock is not poisoned");
                all.push((name.to_owned(), came.header(header).to_owned(), signed));
            }
        }
    }

    /// Checks all of them.
    pub(crate) fn check(self) {
        let noted = self.0.into_inner().expect("the lock is not poisoned");
        assert!(!noted.is_empty(), "there is something to judge");
        let signed: Vec<_> = noted.iter().map(|(.., signed)| signed.clone()).collect();
        let Some(expected) = judge(&signed) else {
            return;
        };
        assert_eq!(expected.len(), noted.len());
        for ((name, digest, _), expected) in noted.iter().zip(expected) {
            assert_eq!(*digest, expected, "{name}");
        }
    }
}

/// The hexadecimal HMAC of each, by another implementation; `None` if none is installed.
#[expect(
    clippy::print_stdout,
    reason = "who asks for a test's output wants to know what it left out"
)]
fn judge(signed: &[Signed]) -> Option<Vec<String>> {
    const PROGRAM: &str = "import base64, hmac, sys
for line in sys.stdin:
    hash, secret, body = line.rstrip('\\n').split(' ')
    print(hmac.new(base64.b64decode(secret), base64.b64decode(body), hash).hexdigest())";
    let line = |(hash, secret, body): &Signed| {
        format!(
            "{hash} {} {}\n",
            STANDARD.encode(secret),
            STANDARD.encode(body)
        )
    };
    let lines: String = signed.iter().map(line).collect();
    let python = piped(
        Command::new("python3").args(["-c", PROGRAM]),
        lines.as_bytes(),
    );
    let openssl = |(hash, secret, body): &Signed| {
        let key: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = format!("hexkey:{key}");
        let said = piped(
            Command::new("openssl").args([
                "dgst",
                &format!("-{hash}"),
                "-mac",
                "HMAC",
                "-macopt",
                &key,
            ]),
            body,
        );
        said.and_then(|said| said.trim().rsplit(' ').next().map(str::to_owned))
    };
    let found = match python {
        Some(python) => Some(python.lines().map(str::to_owned).collect()),
        None => signed.iter().map(openssl).collect(),
    };
    if found.is_none() {
        println!("skipped: neither python3 nor openssl is here");
    }
    found
}

/// The output of a program for this input; `None` if it is missing or fails.
fn piped(command: &mut Command, input: &[u8]) -> Option<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut stdin, input) = (child.stdin.take()?, input.to_vec());
    let feeder = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().ok()?;
    feeder.join().ok()?.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).expect("digits are ASCII"))
}

/// Checks all cases in parallel, because most of them wait, and reports all failures. Returns the results in order.
pub(crate) fn all_at_once<T: Send, R: Send>(
    cases: impl IntoIterator<Item = (String, T)>,
    check: impl Fn(&str, T) -> R + Sync,
) -> Vec<R> {
    let check = &check;
    thread::scope(|scope| {
        let cases = cases.into_iter();
        let threads: Vec<_> = cases
            .map(|(name, case)| (name.clone(), scope.spawn(move || check(&name, case))))
            .collect();
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        for (name, thread) in threads {
            match thread.join() {
                Ok(result) => found.push(result),
                Err(_) => failed.push(name),
            }
        }
        assert!(
            failed.is_empty(),
            "{} cases failed: {}",
            failed.len(),
            failed.join(", ")
        );
        found
    })
}

/// A text with placeholders for what differs between runs: ports, durations, rates and dates.
pub(crate) fn scrubbed(text: &str, port: u16) -> String {
    const BEFORE_A_TIME: [&str; 6] = ["in", "after", "p50", "p90", "p99", "max"];
    let mut lines = String::new();
    for line in text.replace(&format!(":{port}"), ":PORT").lines() {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in (1..words.len().saturating_sub(1)).rev() {
            let unit = words[at + 1].trim_end_matches([':', ',', ';']);
            let is_wait = at > 1 && words[at - 2] == "retrying";
            if BEFORE_A_TIME.contains(&&*words[at - 1])
                && !is_wait
                && words[at].parse::<f64>().is_ok()
                && unit.ends_with('s')
            {
                words[at] = format!("TIME{}", &words[at + 1][unit.len()..]);
                words.remove(at + 1);
                if let Some(rate) = words.get_mut(at + 1).filter(|rate| rate.ends_with("/s")) {
                    *rate = "RATE/s".to_owned();
                }
            }
        }
        let line = without_time_of_row(&words.join(" "));
        let date = line
            .to_lowercase()
            .find("date: ")
            .filter(|at| line[..*at].trim_matches([' ', '|']).is_empty());
        lines += &date.map_or(line.clone(), |at| format!("{}DATE", &line[..at + 6]));
        lines.push('\n');
    }
    lines
}

/// The line of a delivery in a sequence, such as `  1/5  EVENT  200    1.1 ms`, with TIME in place of its time.
fn without_time_of_row(line: &str) -> String {
    let place = line.trim_start().split(' ').next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !place
        .split_once('/')
        .is_some_and(|(number, all)| is_number(number) && is_number(all))
    {
        return line.to_owned();
    }
    let mut words: Vec<&str> = line.split(' ').collect();
    if let Some(at) = words.iter().rposition(|word| *word == "ms") {
        let begin = words[..at - 1]
            .iter()
            .rposition(|word| !word.is_empty())
            .expect("a status stands before it");
        words.splice(begin + 1..=at, ["TIME"]);
    }
    words.join(" ")
}

/// Compares a text with its snapshot.
pub(crate) fn snapshot(name: &str, text: &str) {
    crate::support::snapshot("send", name, text);
}

/// The parts of a request line, and the headers with their names in lower case, of a head without its end.
pub(crate) fn head_of(head: &str) -> (Vec<&str>, Vec<(String, &str)>) {
    let mut lines = head.split("\r\n");
    let first = lines.next().expect("it has a first line");
    let headers = lines
        .map(|line| line.split_once(':').expect("a header has a colon"))
        .map(|(name, value)| (name.to_lowercase(), value.trim()));
    (first.split(' ').collect(), headers.collect())
}
