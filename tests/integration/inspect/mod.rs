//! Tests of the page's server, over raw sockets: `listen --inspect` and `inspect`.

mod access;
mod actions;
mod deliveries;
mod files;
mod flood;
mod older;

use crate::support::Folder;
use crate::support::listener::{Answered, DEVELOPMENT, Listener, ask, signature};
use serde_json::Value;
use std::ops::Deref;

/// A page that is served.
struct Page {
    port: u16,
    token: String,
}

/// The page of a listener.
struct Inspected {
    listener: Listener,
    page: Page,
}

impl Deref for Inspected {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// A request to the page as bytes, with exactly these headers.
fn raw(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    request.into_bytes()
}

impl Inspected {
    /// `listen 0 --inspect` with more arguments.
    fn listen(folder: &Folder, line: &str) -> Self {
        let line = format!("--format json --inspect {line}");
        Self::of(Listener::start(&folder.path, &line))
    }

    fn of(listener: Listener) -> Self {
        let page = Page::of(&listener.ready);
        Self { listener, page }
    }

    /// Sends a body to the listener, signed, and waits until the page has it.
    fn deliver(&self, body: &str) -> Value {
        let rows = self.json("/api/deliveries?after=0");
        let next = rows["newest"].as_u64().unwrap() + 1;
        let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
        self.listener.post(&[(name, &value)], body.as_bytes());
        // What is answered was added before, if it is forwarded to at most one target.
        let rows = self.json("/api/deliveries?after=0");
        let mut rows = rows["deliveries"].as_array().unwrap().iter();
        rows.find(|row| row["seq"] == next).unwrap().clone()
    }
}

impl Page {
    /// The page whose link is in a `ready` line.
    fn of(ready: &str) -> Self {
        let ready: Value = serde_json::from_str(ready).unwrap();
        let link = ready["inspector"].as_str().unwrap();
        let (address, token) = link.split_once("/#t=").unwrap();
        Self {
            port: address.rsplit(':').next().unwrap().parse().unwrap(),
            token: token.to_owned(),
        }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What a page of ours asks.
    fn get(&self, target: &str) -> Answered {
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let headers = [("Host", &*host), ("Authorization", &*token)];
        ask(self.port, &raw("GET", target, &headers, "")).unwrap()
    }

    fn json(&self, target: &str) -> Value {
        let answered = self.get(target);
        assert_eq!(answered.status, 200, "{target}: {}", answered.text());
        serde_json::from_slice(&answered.body).unwrap()
    }

    /// What a page of ours posts.
    fn post(&self, target: &str, body: &Value) -> Answered {
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let origin = format!("http://{host}");
        let headers = [
            ("Host", &*host),
            ("Authorization", &*token),
            ("Origin", &*origin),
            ("Content-Type", "application/json"),
        ];
        ask(self.port, &raw("POST", target, &headers, &body.to_string())).unwrap()
    }

    fn posted(&self, target: &str, body: &Value) -> Value {
        let answered = self.post(target, body);
        assert_eq!(answered.status, 200, "{target}: {}", answered.text());
        serde_json::from_slice(&answered.body).unwrap()
    }
}
