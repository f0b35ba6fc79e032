//! Captures made to misuse a replay: no header is added or split, nothing is sent to a place that the file chose, and
//! entries that cannot be sent are reported.

use crate::support::endpoint::{PATIENCE, all_at_once, finish, head_of, read_request, socket};
use crate::support::{folder, ran, tool};
use serde_json::{Value, json};
use std::io::Write as _;
use std::sync::{Arc, Mutex};

/// An entry of an archive with those members in place of the usual ones.
fn entry(request: &Value) -> Value {
    let mut usual = json!({
        "method": "POST", "url": "https://shop.test/hooks", "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "postData": {"mimeType": "application/json", "text": "{}"},
    });
    for (name, value) in request.as_object().expect("members are named") {
        usual[name] = value.clone();
    }
    json!({"startedDateTime": "2026-11-21T09:30:00.000Z", "time": 1, "request": usual,
        "response": {"status": 200, "statusText": "", "headers": [], "content": {"size": 0}}})
}

/// What is wrong with a request of an archive; every case is a name and the members that differ.
fn requests() -> Vec<(&'static str, Value)> {
    let header = |name: &str, value: &str| json!({"headers": [{"name": name, "value": value}]});
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    vec![
        ("a line break in a value", header("X-A", "1\r\nX-Evil: 1")),
        ("a line feed in a value", header("X-A", "1\nX-Evil: 1")),
        (
            "a carriage return in a value",
            header("X-A", "1\rX-Evil: 1"),
        ),
        ("a line break in a name", header("X-A: 1\r\nX-Evil", "1")),
        ("a colon in a name", header("X-A: 1, X-Evil", "1")),
        ("a space in a name", header("X Evil", "1")),
        ("an empty name", header("", "1")),
        ("a NUL in a value", header("X-A", "1\0X-Evil: 1")),
        ("an escape in a value", header("X-A", "\u{1b}]0;x\u{7}")),
        ("a name that is not ASCII", header("X-\u{e9}", "1")),
        ("another host", header("Host", "evil.test")),
        (
            "two hosts",
            json!({"headers": [{"name": "Host", "value": "a"}, {"name": "host", "value": "evil.test"}]}),
        ),
        ("another length", header("Content-Length", "99")),
        ("no length", header("Content-Length", "0")),
        ("chunks", header("Transfer-Encoding", "chunked")),
        (
            "a connection",
            header("Connection", "Sign, Host, Content-Length"),
        ),
        ("an upgrade", header("Upgrade", "h2c")),
        ("a permission", header("Expect", "100-continue")),
        ("a header of HTTP/2", header(":authority", "evil.test")),
        (
            "another host in the URL",
            json!({"url": "http://evil.test:81/x"}),
        ),
        (
            "a login in the URL",
            json!({"url": "http://evil.test@127.0.0.1:1/x"}),
        ),
        (
            "a line break in the URL",
            json!({"url": "http://a/x HTTP/1.1\r\nX-Evil: 1\r\nX: "}),
        ),
        (
            "a space in the URL",
            json!({"url": "http://a/x HTTP/1.1 y"}),
        ),
        (
            "two slashes in the URL",
            json!({"url": "http://a//evil.test/x"}),
        ),
        (
            "a URL within the URL",
            json!({"url": "http://a/http://evil.test/x"}),
        ),
        ("no URL", json!({"url": "evil.test"})),
        ("another protocol", json!({"url": "file:///etc/passwd"})),
        (
            "a line break in the method",
            json!({"method": "POST / HTTP/1.1\r\nX-Evil: 1\r\n\r\nPOST"}),
        ),
        ("a space in the method", json!({"method": "POST /evil"})),
        ("CONNECT", json!({"method": "CONNECT"})),
        ("an empty method", json!({"method": ""})),
        (
            "a file as its body",
            json!({"postData": {"mimeType": "", "text": "@/etc/passwd"}}),
        ),
        (
            "a body that is deep",
            json!({"postData": {"mimeType": "", "text": deep}}),
        ),
        (
            "a body that hides a request",
            json!({"postData": {"mimeType": "", "text": "0\r\n\r\nPOST /evil HTTP/1.1\r\nHost: a\r\nX-Evil: 1\r\n\r\n"}}),
        ),
        (
            "a body that is not base64",
            json!({"postData": {"mimeType": "", "text": "???", "encoding": "base64"}}),
        ),
    ]
}

/// A server that keeps each request byte for byte.
fn recorder() -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let came = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&came);
    let port = socket(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            kept.lock().expect("the lock is not poisoned").push(request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (port, came)
}

/// Nothing stands in a head that a capture smuggled into it.
fn check(name: &str, request: &[u8], port: u16) {
    let end = request
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("it has a head");
    let (head, body) = (
        String::from_utf8_lossy(&request[..end]).into_owned(),
        &request[end + 4..],
    );
    let (first, headers) = head_of(&head);
    assert!(
        first.len() == 3 && first[1].starts_with('/') && first[2] == "HTTP/1.1",
        "{name}: {head:?}"
    );
    let all = |wanted: &str| {
        headers
            .iter()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| *value)
            .collect()
    };
    let (hosts, lengths): (Vec<&str>, Vec<&str>) = (all("host"), all("content-length"));
    assert_eq!(hosts, [format!("127.0.0.1:{port}")], "{name}: {head:?}");
    assert_eq!(lengths, [body.len().to_string()], "{name}: {head:?}");
    assert!(
        !headers
            .iter()
            .any(|(name, _)| name == "x-evil" || name == "transfer-encoding"),
        "{name}: {head:?}"
    );
    assert!(
        !head
            .replace("\r\n", "")
            .contains(['\r', '\n', '\0', '\u{1b}']),
        "{name}: {head:?}"
    );
}

#[test]
fn no_archive_adds_a_header_or_says_where_it_is_sent() {
    // An own server each: what came is told from what others sent.
    let cases = requests().into_iter().flat_map(|(name, request)| {
        ["", "--as-captured"].map(|flags| (format!("{name} {flags}"), (request.clone(), flags)))
    });
    let sent = all_at_once(cases, |name, (request, flags)| {
        let (port, came) = recorder();
        let har = json!({"log": {"version": "1.2", "entries": [entry(&request)]}}).to_string();
        let folder = folder(&[("a.har", &har)]);
        let line = format!("replay a.har --scheme calypso --to http://127.0.0.1:{port}/hooks");
        let line = if flags.is_empty() {
            line
        } else {
            line.replace("--scheme calypso", flags)
        };
        let ran = finish(
            tool(&folder.path, line.split(' '))
                .spawn()
                .expect("the binary starts"),
            PATIENCE,
        );
        let came = came.lock().expect("the lock is not poisoned").clone();
        assert!(came.len() <= 1, "{name}: {} came", came.len());
        // It was sent, or it was said why not.
        assert_eq!(
            ran.code == 0,
            came.len() == 1,
            "{name}: {}{}",
            ran.out,
            ran.err
        );
        let told = ran.err.contains("error: ") || ran.out.contains("failed after ");
        assert!(ran.code == 0 || told, "{name}: {}{}", ran.out, ran.err);
        let steers =
            |char: char| (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{202e}';
        assert!(
            !ran.out.contains(steers) && !ran.err.contains(steers),
            "{name}: {}{}",
            ran.out,
            ran.err
        );
        for request in &came {
            check(name, request, port);
        }
        came.len()
    });
    assert!(sent.iter().sum::<usize>() > 20, "most of them are sent");
}

#[test]
fn an_archive_of_any_shape_is_read_or_refused_and_takes_no_time() {
    let one = entry(&json!({})).to_string();
    let many = (0..30_000)
        .map(|_| "{\"name\":\"X\",\"value\":\"1\"}")
        .collect::<Vec<_>>()
        .join(",");
    for (name, text) in [
        ("an empty file", String::new()),
        ("an empty log", "{\"log\":{}}".to_owned()),
        ("no list", "{\"log\":{\"entries\":{}}}".to_owned()),
        (
            "an entry of nothing",
            "{\"log\":{\"entries\":[null]}}".to_owned(),
        ),
        (
            "an entry without a request",
            "{\"log\":{\"entries\":[{}]}}".to_owned(),
        ),
        (
            "a log that is deep",
            format!("{{\"log\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        ),
        (
            "headers that are a text",
            one.replace("[{\"name\"", "\"[{\\\"name\\\"")
                .replace("}],", "\","),
        ),
        (
            "the same entry often",
            format!(
                "{{\"log\":{{\"entries\":[{}]}}}}",
                vec![&*one; 2_000].join(",")
            ),
        ),
        ("cut off", format!("{{\"log\":{{\"entries\":[{one}")),
        (
            "two logs",
            format!("{{\"log\":{{\"entries\":[{one}]}},\"log\":{{\"entries\":[]}}}}"),
        ),
        (
            "30,000 headers",
            format!(
                "{{\"log\":{{\"entries\":[{}]}}}}",
                one.replace("[{\"name\"", &format!("[{many},{{\"name\""))
            ),
        ),
    ] {
        let folder = folder(&[("a.har", &text)]);
        let run = tool(
            &folder.path,
            ["replay", "a.har", "--dry-run", "--scheme", "none"],
        )
        .output();
        let ran = ran(run.expect("the binary starts"));
        assert!(
            [0, 1, 2].contains(&ran.code) && !ran.err.contains("panicked"),
            "{name}: {}",
            ran.err
        );
    }
}
