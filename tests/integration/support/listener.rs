//! Runs `listen` as a process on a free port, reads its output line by line, and sends it raw requests, signed with the
//! hash functions directly and not with our code.

use crate::support::{Ran, signal, tool};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Longer than any test takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The built-in test secret.
pub(crate) const DEVELOPMENT: &str = "inqud-hook-development-secret";

/// A running listener; dropping it ends it.
pub(crate) struct Listener {
    pub(crate) port: u16,
    /// Its first line.
    pub(crate) ready: String,
    child: Option<Child>,
    /// Lines of its output that have not been read yet.
    lines: Receiver<String>,
    /// Its whole output.
    out: Option<JoinHandle<Vec<u8>>>,
    err: Option<JoinHandle<Vec<u8>>>,
}

/// The command `listen` on a free port with a line of arguments without spaces in them, not yet run.
pub(crate) fn listening(folder: &Path, line: &str) -> Command {
    let mut command = tool(folder, ["listen", "0"]);
    command.args(line.split_whitespace());
    command
}

/// The port in a `ready` line of either format.
pub(crate) fn port_of(ready: &str) -> u16 {
    let port = match serde_json::from_str::<Value>(ready) {
        Ok(line) => line["port"]
            .as_u64()
            .and_then(|port| u16::try_from(port).ok()),
        Err(_) => {
            let address = ready.split("http://").nth(1);
            address.and_then(|text| {
                text.split([';', ',', ' ', '\x1b'])
                    .next()?
                    .trim()
                    .rsplit(':')
                    .next()?
                    .parse()
                    .ok()
            })
        }
    };
    port.expect(ready)
}

/// Starts a listener and reads only its first line; the caller may read the rest.
pub(crate) fn start(command: &mut Command) -> (Child, BufReader<ChildStdout>, u16) {
    let mut child = command.spawn().expect("the binary starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut ready = String::new();
    out.read_line(&mut ready).expect("it can be read");
    if ready.is_empty() {
        let ended = child.wait_with_output().expect("it can be waited for");
        unreachable!(
            "it does not begin to listen: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    (child, out, port_of(&ready))
}

impl Listener {
    /// Runs `listen 0` with a line of arguments, and waits until it is ready.
    pub(crate) fn start(folder: &Path, line: &str) -> Self {
        Self::of(&mut listening(folder, line))
    }

    /// Runs a command that listens, and waits until it is ready.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the binary starts");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut err = child.stderr.take().expect("it is piped");
        let (sender, lines) = mpsc::channel();
        let out = thread::spawn(move || {
            let (mut all, mut begun) = (Vec::new(), 0);
            while out.read_until(b'\n', &mut all).is_ok_and(|read| read > 0) {
                // The receiver may be gone.
                let _ = sender.send(
                    String::from_utf8_lossy(&all[begun..])
                        .trim_end_matches('\n')
                        .to_owned(),
                );
                begun = all.len();
            }
            all
        });
        let err = thread::spawn(move || {
            let mut all = Vec::new();
            let _ = err.read_to_end(&mut all);
            all
        });
        let mut listener = Self {
            port: 0,
            ready: String::new(),
            child: Some(child),
            lines,
            out: Some(out),
            err: Some(err),
        };
        let Ok(ready) = listener.lines.recv_timeout(PATIENCE) else {
            let Ran { code, err, .. } = listener.finish();
            unreachable!("it does not begin to listen, but ends with {code}: {err}");
        };
        listener.port = port_of(&ready);
        listener.ready = ready;
        listener
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// The next line of its output, which must arrive in time.
    pub(crate) fn line(&self) -> String {
        self.lines
            .recv_timeout(PATIENCE)
            .expect("it prints another line")
    }

    /// The next line, as JSON.
    pub(crate) fn json(&self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).expect(&line)
    }

    /// The next `count` lines of that type; other lines are skipped.
    pub(crate) fn next_of(&self, name: &str, count: usize) -> Vec<Value> {
        let all = std::iter::repeat_with(|| self.json());
        all.filter(|line| line["type"] == name)
            .take(count)
            .collect()
    }

    /// The next delivery that it prints.
    pub(crate) fn delivery(&self) -> Value {
        self.next_of("delivery", 1).remove(0)
    }

    /// Sends it a signal: INT, TERM, KILL.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Sends it a signal and waits for its end; returns its whole output.
    pub(crate) fn end(self, name: &str) -> Ran {
        self.signal(name);
        self.finish()
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn interrupt(self) -> Ran {
        self.end("INT")
    }

    /// Waits until it ends by itself, within the limit; returns its whole output.
    pub(crate) fn finish(mut self) -> Ran {
        let mut child = self.child.take().expect("it is ended once");
        let code = wait(&mut child, PATIENCE);
        let text = |all: Option<JoinHandle<Vec<u8>>>| {
            let all = all
                .expect("it is read once")
                .join()
                .expect("reading does not panic");
            String::from_utf8(all).expect("what is printed is UTF-8")
        };
        let ran = Ran {
            code,
            out: text(self.out.take()),
            err: text(self.err.take()),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    /// Makes one request on a new connection; there must be a response.
    pub(crate) fn ask(&self, request: &[u8]) -> Answered {
        ask(self.port, request).expect("it is answered")
    }

    /// Posts a body to the root with those headers.
    pub(crate) fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> Answered {
        self.ask(&request("POST", "/", headers, body))
    }

    /// Posts a body to the root, signed as that provider signs with that secret.
    pub(crate) fn post_signed(&self, provider: &str, secret: &str, body: &[u8]) -> Answered {
        let (name, value) = signature(provider, secret, body);
        self.post(&[(name, &value)], body)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits for a process, which must end within that time; returns its exit code, or the signal as a negative number.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> i32 {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            #[cfg(unix)]
            let signal =
                std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| -signal);
            #[cfg(not(unix))]
            let signal = None;
            return status.code().or(signal).expect("it has ended somehow");
        }
        let late = begun.elapsed() >= limit;
        if late {
            let _ = child.kill();
        }
        assert!(!late, "it does not end within {limit:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A received response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// In order, with repeats.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    /// Every value of the headers of that name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the answer is a text")
    }
}

/// A request as bytes; Host and Content-Length are added.
pub(crate) fn request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n", body.len());
    [request.as_bytes(), body].concat()
}

/// Connects to the listener at that port.
pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("it is a socket");
    stream.set_nodelay(true).expect("it is a socket");
    stream
}

/// Makes one request on a new connection; `None` if it closes without a response.
pub(crate) fn ask(port: u16, request: &[u8]) -> Option<Answered> {
    let mut stream = connect(port);
    // A listener that rejects early need not read everything.
    let _ = stream.write_all(request);
    // A response to HEAD has a length but no body.
    read_answer(&mut stream, request.starts_with(b"HEAD "))
}

/// Reads one response; `None` if the connection closes before it is complete.
pub(crate) fn read_answer(stream: &mut impl Read, no_body: bool) -> Option<Answered> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("the head is a text");
    let mut lines = head.lines();
    let status = lines
        .next()?
        .split(' ')
        .nth(1)?
        .parse()
        .expect("a status is a number");
    let header = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let headers = lines.filter_map(header).collect();
    let mut answered = Answered {
        status,
        headers,
        body: Vec::new(),
    };
    if status == 100 {
        return read_answer(stream, no_body);
    }
    let length = answered
        .all("Content-Length")
        .first()
        .map(|length| length.parse().expect("a length is a number"));
    if !no_body {
        answered.body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut answered.body).ok()?;
    }
    Some(answered)
}

/// Sends bytes and shuts down writing. Returns everything received until the connection closes, and an error if it was
/// reset.
pub(crate) fn say(port: u16, bytes: &[u8]) -> (Vec<u8>, std::io::Result<()>) {
    let mut stream = connect(port);
    let _ = stream
        .write_all(bytes)
        .and_then(|()| stream.shutdown(Shutdown::Write));
    let mut all = Vec::new();
    let ended = stream.read_to_end(&mut all).map(|_| ());
    (all, ended)
}

/// The signature header of a body, according to the pages of the provider.
pub(crate) fn signature(provider: &str, secret: &str, body: &[u8]) -> (&'static str, String) {
    match provider {
        "calypso" => ("Sign", digest::<Hmac<sha2::Sha512>>(secret, body)),
        "inqud" => ("X-Payload-Digest", digest::<Hmac<sha1::Sha1>>(secret, body)),
        "rehive" => ("Authorization", format!("Secret {secret}")),
        _ => unreachable!("unknown provider {provider}"),
    }
}

fn digest<M: Mac + KeyInit>(secret: &str, body: &[u8]) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
