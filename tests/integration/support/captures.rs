//! For tests of `replay`: running it, captures written by a test or a real listener, and a server that keeps requests
//! byte for byte.

use crate::support::endpoint::{Came, PATIENCE, finish, read_request, socket};
use crate::support::listener::{Listener, request, signature};
use crate::support::{Folder, Ran, folder, gzip, json_lines, of_type, payload, tool};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};

/// The secret of the captured deliveries.
pub(crate) const OLD: &str = "s3cr3t-of-the-old-shop";

/// The secret of replayed deliveries.
pub(crate) const NEW: &str = "s3cr3t-of-the-new-shop";

/// A new folder with both secrets.
pub(crate) fn shop(files: &[(&str, &str)]) -> Folder {
    folder(&[&[("old", OLD), ("new", NEW)], files].concat())
}

/// The command `replay` with a line of arguments without spaces in them, not yet run.
pub(crate) fn replaying(folder: &Folder, line: &str) -> Command {
    let mut command = tool(&folder.path, ["replay"]);
    command.args(line.split_whitespace());
    command
}

/// Runs it until it ends, within the limit.
pub(crate) fn replay(folder: &Folder, line: &str) -> Ran {
    finish(
        replaying(folder, line).spawn().expect("the binary starts"),
        PATIENCE,
    )
}

/// The exit code, and the lines that `replay --format json` prints.
pub(crate) fn replay_json(folder: &Folder, line: &str) -> (i32, Vec<Value>) {
    let ran = replay(folder, &format!("{line} --format json"));
    (ran.code, json_lines(&ran.out))
}

/// The value of that field in every delivery.
pub(crate) fn each<'l>(lines: &'l [Value], member: &str) -> Vec<&'l str> {
    of_type(lines, "delivery")
        .iter()
        .map(|line| line[member].as_str().expect(member))
        .collect()
}

/// Of the summary: how many were sent, accepted, refused, and had no response.
pub(crate) fn counts(lines: &[Value]) -> [u64; 4] {
    let [summary] = of_type(lines, "summary")[..] else {
        unreachable!("one summary in {lines:?}")
    };
    ["sent", "accepted", "refused", "failed"].map(|name| summary[name].as_u64().expect(name))
}

/// A line of a journal with these fields and the usual ones.
pub(crate) fn capture(members: &Value) -> String {
    let mut line = json!({
        "v": 1, "id": "c", "received_at": "2026-11-21T09:30:00.000Z", "method": "POST", "target": "/hooks",
        "headers": [], "body": "{}", "remote": "127.0.0.1:50000", "event": null,
        "signature": {"verdict": "valid", "scheme": "hmac-sha512"}, "errors": 0, "answer": {"status": 200},
    });
    for (name, value) in members.as_object().expect("members are named") {
        line[name] = value.clone();
    }
    format!("{line}\n")
}

/// A sample on one line.
pub(crate) fn sample(path: &str) -> String {
    let value: Value = serde_json::from_str(&payload(path)).expect(path);
    value.to_string()
}

pub(crate) fn paid() -> String {
    sample("calypso/samples/INVOICE_PAID.json")
}

/// A delivery to be captured.
pub(crate) struct Hook {
    pub(crate) event: &'static str,
    pub(crate) target: &'static str,
    /// Without those of every request and the signature.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// As sent, perhaps compressed.
    pub(crate) body: Vec<u8>,
    /// Decompressed.
    pub(crate) text: Vec<u8>,
}

impl Hook {
    pub(crate) fn provider(&self) -> &'static str {
        self.event.split('/').next().expect("there is a first part")
    }

    /// All its headers, with the signature.
    fn all_headers(&self) -> Vec<(&'static str, String)> {
        let signed = (!self.event.is_empty()).then(|| signature(self.provider(), OLD, &self.body));
        self.headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .chain(signed)
            .collect()
    }

    /// The headers that arrive with `--as-captured`: without those of one connection.
    pub(crate) fn kept_headers(&self) -> Vec<(String, String)> {
        let own = [
            "Keep-Alive",
            "Te",
            "Upgrade",
            "Proxy-Authorization",
            "Connection",
            "X-Hop",
            "Proxy-Connection",
        ];
        let all = self
            .all_headers()
            .into_iter()
            .filter(|(name, _)| !own.contains(name));
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// One delivery of each provider, a compressed one, and a binary one without a provider.
pub(crate) fn hooks() -> Vec<Hook> {
    let sent = |event, target, headers: &[(&'static str, &'static str)], text: Vec<u8>| {
        let compressed = headers.contains(&("Content-Encoding", "gzip"));
        let body = if compressed {
            gzip(&text)
        } else {
            text.clone()
        };
        Hook {
            event,
            target,
            headers: headers.to_vec(),
            body,
            text,
        }
    };
    let bytes =
        |path: &str, before: &str, after: &str| payload(path).replace(before, after).into_bytes();
    vec![
        sent(
            "calypso/INVOICE_PAID",
            "/hooks?shop=1&at=%2F",
            &[
                ("X-Trace", "a"),
                ("X-Trace", "b; \"c\", d"),
                ("User-Agent", "Calypso"),
                ("X-Empty", ""),
                ("Key", "k-1"),
            ],
            bytes("calypso/samples/INVOICE_PAID.json", "\n", "\r\n"),
        ),
        sent(
            "inqud/checkout.success",
            "/",
            &[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Te", "trailers"),
                ("Upgrade", "h2c"),
                ("X-Hop", "1"),
                (
                    "Connection",
                    "X-Hop, Te, Upgrade, X-Payload-Digest, content-type",
                ),
                ("Proxy-Connection", "keep-alive"),
                ("Keep-Alive", "timeout=5"),
                ("X-Name", "Zoë"),
            ],
            bytes(
                "inqud/samples/checkout.success.json",
                "Fernhollow",
                "Café\u{202e}",
            ),
        ),
        sent(
            "rehive/invoice.paid",
            "/a/../b//c",
            &[],
            bytes("rehive/samples/invoice.paid.json", "}\n", "}\n\n \t\n"),
        ),
        sent(
            "calypso/INVOICE_EXPIRED",
            "/hooks",
            &[
                ("Content-Encoding", "gzip"),
                ("Content-Type", "application/json"),
            ],
            bytes("calypso/samples/INVOICE_EXPIRED.json", "\n", "\n"),
        ),
        sent(
            "",
            "/elsewhere",
            &[("Content-Type", "application/octet-stream")],
            b"\xff\0{}\r\n".to_vec(),
        ),
    ]
}

/// Lets a real listener record these deliveries in a journal and a log; returns their ids.
pub(crate) fn captured(folder: &Folder, hooks: &[Hook], flags: &str) -> Vec<String> {
    let line = format!("--secret-file old --journal journal.ndjson --format json {flags}");
    let listener = Listener::start(&folder.path, &line);
    for hook in hooks {
        let headers = hook.all_headers();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(
            listener
                .ask(&request("POST", hook.target, &headers, &hook.body))
                .status,
            200
        );
    }
    let lines = listener.next_of("delivery", hooks.len());
    let ran = listener.interrupt();
    folder.write("log.ndjson", &ran.out);
    let text = |line: &Value| line["id"].as_str().expect("it has one").to_owned();
    lines.iter().map(text).collect()
}

/// A server that answers 200 and keeps requests byte for byte.
pub(crate) struct Recorder {
    pub(crate) port: u16,
    came: Receiver<Came>,
}

impl Recorder {
    /// The requests since the last call.
    pub(crate) fn take(&self) -> Vec<Came> {
        self.came.try_iter().collect()
    }
}

pub(crate) fn recorder() -> Recorder {
    let (sender, came) = mpsc::channel();
    let sender = Mutex::new(sender);
    let port = socket(move |mut stream| {
        let Some(request) = read_request(&mut stream) else {
            return;
        };
        let end = request
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a head ends");
        let head = std::str::from_utf8(&request[..end]).expect("the head is a text");
        let mut lines = head.split("\r\n");
        let mut first = lines
            .next()
            .expect("there is a first line")
            .split(' ')
            .map(str::to_owned);
        let mut word = || first.next().expect("it has three words");
        let (method, path) = (word(), word());
        let header = |line: &str| {
            line.split_once(':')
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        };
        let headers = lines.map(|line| header(line).expect(line)).collect();
        let came = Came {
            method,
            path,
            headers,
            body: request[end + 4..].to_vec(),
        };
        sender
            .lock()
            .expect("the lock is not poisoned")
            .send(came)
            .expect("the test waits for it");
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .expect("the channel is open");
    });
    Recorder { port, came }
}

/// A request without the headers that differ between requests.
pub(crate) fn without_own(came: &Came) -> Vec<(String, String)> {
    let mut headers = came.headers.clone();
    headers.retain(|(name, _)| !["Host", "Content-Length"].contains(&name.as_str()));
    headers
}

pub(crate) fn three() -> String {
    ["a", "b", "c"]
        .map(|id| capture(&json!({"id": id, "body": paid()})))
        .concat()
}

/// A HAR file as browsers write it: with many other fields, and header names in lower case.
pub(crate) fn browsers_archive() -> String {
    let entry = |request: Value, status: i64, at: &str| {
        json!({"_initiator": {"type": "script"}, "startedDateTime": at, "time": 3.5, "request": request,
            "response": {"status": status, "statusText": "", "headers": [], "content": {"size": 0}}, "cache": {}})
    };
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let entries = [
        entry(
            json!({"method": "GET", "url": "https://shop.test/", "headers": []}),
            200,
            "2026-11-21T09:30:00.000Z",
        ),
        entry(
            json!({"method": "POST", "url": "https://shop.test:8443/hooks?a=%20&b#top", "httpVersion": "http/2.0",
                "headers": [header(":authority", "shop.test"), header(":method", "POST"), header("x-b", "2"),
                    header("content-length", "9"), header("x-a", "1"), header("x-b", "3"), header("sign", "00")],
                "queryString": [header("a", "%20")], "cookies": [], "headersSize": -1, "bodySize": 9,
                "postData": {"mimeType": "application/json", "text": paid()}}),
            500,
            "2026-11-21T10:30:00.250+01:00",
        ),
        entry(
            json!({"method": "POST", "url": "https://shop.test/form", "headers": [],
                "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [header("a", "1")]}}),
            200,
            "2026-11-21T09:30:01.000Z",
        ),
        entry(
            json!({"method": "PUT", "url": "https://shop.test", "headers": [],
                "postData": {"mimeType": "", "text": STANDARD.encode(b"\xff\0"), "encoding": "base64"}}),
            0,
            "2026-11-21T09:30:02.000Z",
        ),
    ];
    json!({"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "pages": [], "entries": entries}}).to_string()
}

/// Compares a text with its snapshot.
pub(crate) fn snapshot(name: &str, text: &str) {
    crate::support::snapshot("replay", name, text);
}
