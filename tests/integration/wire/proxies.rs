//! Remote targets are reached through the proxy of the environment; what a proxy refuses is told as its refusal.

use crate::support::endpoint::{Endpoint, PATIENCE, dead_port, finish, sending, socket};
use crate::support::listener::{Listener, listening};
use crate::support::wire::{ELSEWHERE, Wire};
use crate::support::{Ran, folder, json_lines, of_type, snapshot};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a delivery to a target elsewhere, with these variables.
fn send(line: &str, variables: &[(&str, &str)]) -> Ran {
    let folder = folder(&[]);
    let mut command = sending(&folder.path, line.split(' '));
    command
        .envs(variables.iter().copied())
        .arg("--allow-remote");
    finish(command.spawn().expect("the binary starts"), PATIENCE)
}

#[test]
fn a_tunnel_is_asked_for_with_the_proxys_login_and_nothing_else() {
    let wire = Wire::new();
    let proxy = format!("http://ann:p%3A%40@localhost:{}", wire.port);
    for (target, place) in [
        (format!("https://{ELSEWHERE}/x"), format!("{ELSEWHERE}:443")),
        (
            format!("https://{ELSEWHERE}:444/x"),
            format!("{ELSEWHERE}:444"),
        ),
    ] {
        let line = format!("INVOICE_PAID --insecure --to {target}");
        let ran = send(
            &line,
            &[
                ("HTTPS_PROXY", &proxy),
                ("HTTP_PROXY", "http://localhost:1"),
            ],
        );
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let expected = format!(
            "CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nProxy-Authorization: Basic YW5uOnA6QA==\r\n\r\n"
        );
        assert_eq!(wire.take_connects(), [expected]);
        let came = wire.take().remove(0);
        let came = String::from_utf8_lossy(&came);
        assert!(
            came.starts_with("POST /x HTTP/1.1\r\n") && !came.contains("Proxy-"),
            "{came}"
        );
    }
}

#[test]
fn the_variables_that_other_tools_read_choose_the_proxy() {
    let (one, other) = (Endpoint::answering(200), Endpoint::answering(200));
    let (one_url, other_url) = (
        format!("localhost:{}", one.port),
        format!("http://localhost:{}", other.port),
    );
    for variables in [
        &[("http_proxy", &*one_url)][..],
        &[("HTTP_PROXY", &one_url), ("ALL_PROXY", &other_url)],
        &[("all_proxy", &one_url), ("HTTPS_PROXY", &other_url)],
        &[
            ("http_proxy", &one_url),
            ("NO_PROXY", "192.0.2.2, shop.test,10.0.0.0/8"),
        ],
    ] {
        let ran = send(
            &format!("INVOICE_PAID --to http://{ELSEWHERE}/x"),
            variables,
        );
        assert_eq!(ran.code, 0, "{variables:?}: {}{}", ran.out, ran.err);
        assert_eq!(
            one.one().path,
            format!("http://{ELSEWHERE}/x"),
            "{variables:?}"
        );
        assert!(other.came().is_empty());
    }
}

/// A proxy that answers so, and closes.
fn answering(answer: &'static [u8]) -> u16 {
    socket(move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 1 << 16]);
        let _ = stream.write_all(answer);
    })
}

#[test]
fn what_a_proxy_refuses_is_told_as_its_refusal() {
    let (dead, _held) = dead_port();
    let ports = [
        (
            "wants a login",
            answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        ),
        (
            "forbids it",
            answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"),
        ),
        (
            "switches protocols",
            answering(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        ),
        (
            "says more than it should",
            answering(b"HTTP/1.1 200 OK\r\n\r\nhello"),
        ),
        ("is something else", answering(b"SSH-2.0-OpenSSH_9.9\r\n")),
        ("has too long a head", answering(&[b'x'; 70_000])),
        ("closes", answering(b"")),
        ("is not there", dead),
    ];
    let mut told = String::new();
    for (name, port) in ports {
        let proxy = format!("http://ann:hushed@127.0.0.1:{port}");
        let told_by = |line: &str| send(line, &[("all_proxy", &proxy)]);
        let line = format!("INVOICE_PAID --to https://{ELSEWHERE}/");
        let ran = told_by(&(line.clone() + " --format json"));
        let lines = json_lines(&ran.out);
        let delivery = of_type(&lines, "delivery")[0];
        assert_eq!(
            (ran.code, delivery["fault"].as_str()),
            (1, Some("proxy")),
            "{name}"
        );
        assert!(!ran.out.contains("hushed"), "{}", ran.out);
        let burst = told_by(&(line + " --count 3"));
        assert!(
            burst.code == 1 && burst.out.contains(" proxy http://"),
            "{}",
            burst.out
        );
        let text = |name: &str| {
            delivery[name]
                .as_str()
                .unwrap_or("-")
                .replace(&port.to_string(), "PORT")
        };
        told += &format!("{name}\n  {}\n  {}\n", text("reason"), text("hint"));
    }
    snapshot("wire", "proxy-refusals", &told);
}

#[test]
fn a_login_that_a_proxy_wants_is_not_taken_for_the_endpoints_answer() {
    let port =
        answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let (proxy, folder) = (format!("127.0.0.1:{port}"), folder(&[]));
    for burst in ["", " --count 2"] {
        let line = format!("INVOICE_PAID --to http://{ELSEWHERE}/{burst}");
        let ran = send(&line, &[("http_proxy", &proxy)]);
        let words = format!("proxy http://{proxy}/: it answered 407 Proxy Authentication Required");
        assert!(ran.code == 1 && ran.out.contains(&words), "{}", ran.out);
    }
    let mut command = listening(
        &folder.path,
        &format!("--forward http://{ELSEWHERE}/ --allow-remote"),
    );
    let listener = Listener::of(command.env("http_proxy", &proxy));
    let answered = listener.post(&[], b"{}");
    assert!(
        answered.status == 502
            && answered
                .text()
                .contains("407 Proxy Authentication Required"),
        "{}",
        answered.text()
    );
}

#[test]
fn a_proxy_that_cannot_be_used_is_no_reason_to_go_past_it() {
    let near = Endpoint::answering(200);
    for (url, words) in [
        (
            "socks5://localhost:1",
            "proxy in http_proxy cannot be used: only http:// and https:// are supported",
        ),
        (
            "localhost:x",
            "proxy in http_proxy cannot be used: port must be 1-65535",
        ),
    ] {
        let line = format!(
            "INVOICE_PAID --to http://{ELSEWHERE}/ --to :{} --keep-going",
            near.port
        );
        let ran = send(&line, &[("http_proxy", url)]);
        assert!(
            ran.code == 1 && ran.out.contains(words),
            "{}{}",
            ran.out,
            ran.err
        );
        assert_eq!(
            near.take().len(),
            1,
            "what stays on this machine needs none"
        );
        let folder = folder(&[]);
        let mut command = listening(
            &folder.path,
            &format!("--forward http://{ELSEWHERE}/ --allow-remote"),
        );
        let command = command.env("http_proxy", url);
        let ran = finish(command.spawn().expect("the binary starts"), PATIENCE);
        assert!(ran.code == 2 && ran.err.contains(words), "{}", ran.err);
    }
}

#[test]
fn a_proxy_that_never_answers_takes_no_longer_than_the_limit() {
    let silent = socket(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let proxy = format!("http://127.0.0.1:{silent}");
    for target in ["http", "https"] {
        let line = format!("INVOICE_PAID --to {target}://{ELSEWHERE}/ --timeout 200ms");
        let ran = send(&line, &[("all_proxy", &proxy)]);
        assert!(
            ran.code == 1 && ran.out.contains("no answer within 200ms"),
            "{}",
            ran.out
        );
    }
}
