//! A server on this machine that records requests byte for byte, and the tools that send to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Method, target and version.
    pub(crate) line: String,
    /// In order, with repeats; the bytes of the values as Rust writes them in ASCII.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A server that answers everybody the same.
pub(crate) struct Recorder {
    pub(crate) port: u16,
    came: Receiver<Recorded>,
}

impl Recorder {
    /// A server that answers with that status for as long as the test runs.
    pub(crate) fn new(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (sender, came) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let recorded = record(stream.expect("the connection is accepted"), status);
                if sender.send(recorded).is_err() {
                    break;
                }
            }
        });
        Self { port, came }
    }

    /// The next request; there must be one.
    pub(crate) fn next(&self) -> Recorded {
        self.came
            .recv_timeout(Duration::from_secs(60))
            .expect("a request comes")
    }

    /// Nothing came beside what was asked for.
    pub(crate) fn is_done(&self) -> bool {
        self.came.try_recv().is_err()
    }
}

fn record(stream: TcpStream, status: u16) -> Recorded {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).expect("a line comes");
        assert_eq!(
            line.split_off(line.len() - 2),
            b"\r\n",
            "lines end as HTTP's do"
        );
        line
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("names are ASCII");
    let first = text(&line());
    let mut headers = Vec::new();
    loop {
        let line = line();
        if line.is_empty() {
            break;
        }
        let colon = line
            .iter()
            .position(|byte| *byte == b':')
            .expect("a header has a colon");
        headers.push((
            text(&line[..colon]),
            line[colon + 1..].trim_ascii().escape_ascii().to_string(),
        ));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length is a number"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the whole body comes");
    let answer =
        format!("HTTP/1.1 {status} Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    reader
        .into_inner()
        .write_all(answer.as_bytes())
        .expect("the answer is taken");
    Recorded {
        line: first,
        headers,
        body,
    }
}

/// The tool of that name, if it is there; otherwise says so.
#[expect(
    clippy::print_stdout,
    reason = "who asks for a test's output wants to know what it left out"
)]
pub(crate) fn tool(name: &str) -> Option<Command> {
    let mut probe = Command::new(name);
    // Not every shell knows the flag; that it starts is enough.
    if probe
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
    {
        let mut command = Command::new(name);
        for proxy in [
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            command.env_remove(proxy);
        }
        return Some(command);
    }
    println!("skipped: {name} is not installed");
    None
}

/// Runs a tool to its end, with that on its standard input.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(input)
        .expect("it reads");
    child.wait_with_output().expect("it ends")
}
