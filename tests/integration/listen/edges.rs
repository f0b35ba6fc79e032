//! Rare cases of `listen` that once went wrong.

use crate::support::endpoint::{read_request, socket};
use crate::support::listener::{
    DEVELOPMENT, Listener, PATIENCE, ask, connect, listening, read_answer, request, signature, wait,
};
use crate::support::{acme, all, folder, json_lines, of_type, payload, signal};
use inqud_hook::http::{Ended, Handler, Limits, Received, Reply, Responder, Server, Until};
use std::io::{Read as _, Write as _};
use std::time::Duration;

fn paid() -> Vec<u8> {
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    request("POST", "/", &[(name, &value)], body.as_bytes())
}

#[test]
fn a_signal_is_heard_from_the_first_line_on() {
    let folder = folder(&[]);
    // Whoever waits for the line may end it at once; a signal that nobody listens for yet would kill it. That it is
    // ended a hundred times leaves little to luck, and nothing once signals are heard before the line is printed.
    for _ in 0..100 {
        let (mut child, mut out, _) =
            crate::support::listener::start(&mut listening(&folder.path, "--format json"));
        signal(child.id(), "INT");
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(wait(&mut child, PATIENCE), 130);
        assert!(rest.starts_with(r#"{"type":"summary""#), "{rest:?}");
    }
}

#[test]
fn a_body_without_end_in_depth_takes_neither_memory_nor_the_end() {
    let folder = folder(&[]);
    for flags in [
        "--body full",
        "--body changed",
        "--body full --color always",
    ] {
        let listener = Listener::start(&folder.path, flags);
        let body = format!("{}5{}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(listener.post(&[], body.as_bytes()).status, 200);
        let ran = listener.interrupt();
        // Indented it would be 800 MB.
        assert!(ran.out.len() < 1_000_000, "{flags}: {}", ran.out.len());
        assert!(
            ran.out.contains("too-deep") && ran.out.contains("1 delivery, 0 valid"),
            "{flags}"
        );
    }
}

#[test]
fn a_secret_is_not_shown_wherever_it_stands() {
    let secret = "s3cr3t of-the shop";
    let folder = folder(&[("secret", secret)]);
    acme::write(&folder, "own/acme");
    let path = folder.path.join("own/acme/provider.toml");
    let toml = std::fs::read_to_string(&path).unwrap();
    let secret_header = "value = { scheme = \"secret\", header = \"X-Acme\", prefix = \"\" }";
    let old =
        "value = { scheme = \"hmac\", hash = \"sha256\", encoding = \"hex\", header = \"X-Acme\" }";
    std::fs::write(&path, toml.replace(old, secret_header)).unwrap();
    let names = ["Sign", "X-Payload-Digest", "Authorization", "X-Acme"];
    let flags = ["", "--scheme none", "--scheme calypso"];
    let cases = names
        .iter()
        .flat_map(|name| flags.map(|flags| (format!("{name} {flags}"), (*name, flags))));
    // Where nothing is verified no secret is read, so that only headers which are known to carry one can be hidden.
    let known = |name: &str| matches!(name, "Authorization" | "X-Acme");
    all(
        cases.filter(|(_, (name, flags))| known(name) || *flags != "--scheme none"),
        |_, (name, flags)| {
            let listener = Listener::start(
                &folder.path,
                &format!("--format json --catalog own --secret-file secret {flags}"),
            );
            listener.post(&[(name, secret)], b"{\"anvil\": 1, \"status\": \"PAID\"}");
            let out = listener.interrupt().out;
            assert!(!out.contains("s3cr3t") && !out.contains("shop"), "{out}");
        },
    );
}

#[test]
fn careful_without_a_scheme_looks_only_at_the_body() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--strict --scheme none --format json");
    for (body, status) in [
        (payload("calypso/samples/INVOICE_PAID.json"), 200),
        ("{}".into(), 422),
        ("x".into(), 400),
    ] {
        assert_eq!(listener.post(&[], body.as_bytes()).status, status, "{body}");
    }
}

#[test]
fn a_question_mark_belongs_to_a_pattern() {
    let folder = folder(&[]);
    let listener = Listener::start(
        &folder.path,
        "--format json --forward INVOICE_????=http://localhost:1/x?a=b",
    );
    assert_eq!(listener.ask(&paid()).status, 502);
}

#[test]
fn a_switch_of_protocols_is_no_answer() {
    let folder = folder(&[]);
    let port = socket(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        );
    });
    let listener = Listener::start(
        &folder.path,
        &format!("--format json --forward :{port} --forward-timeout 1s"),
    );
    let answered = ask(listener.port, &paid()).expect("it is answered");
    assert_eq!(answered.status, 502);
}

#[test]
fn after_the_last_that_was_counted_none_is_taken() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --count 3");
    let mut stream = connect(listener.port);
    stream.write_all(&paid().repeat(10)).unwrap();
    while read_answer(&mut stream, false).is_some() {}
    let lines = json_lines(&listener.finish().out);
    assert_eq!(of_type(&lines, "delivery").len(), 3);
    assert_eq!(of_type(&lines, "summary")[0]["deliveries"], 3);
}

/// A POST of a good delivery to that path with those headers and no others, as a browser's or a tunnel's are.
fn bare(target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let version = if headers.iter().any(|(name, _)| *name == "Host") {
        "1.1"
    } else {
        "1.0"
    };
    let length = body.len();
    let head = format!(
        "POST {target} HTTP/{version}\r\n{lines}{name}: {value}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

#[test]
fn web_pages_foreign_names_and_other_paths_deliver_nothing() {
    let tunnel = "--host abc.ngrok.app";
    let below = "--host *.ngrok.app";
    let two = "--path /hooks --path /hooks?x=1";
    let host = |name: &'static str| vec![("Host", name)];
    let local =
        |name: &'static str, value: &'static str| vec![("Host", "localhost"), (name, value)];
    // Flags, what is asked for, with which headers, and the status; what a refusal has to say.
    let cases = [
        ("", "/", host("localhost"), 200, ""),
        ("", "/", host("LocalHost:1"), 200, ""),
        ("", "/", host("localhost."), 200, ""),
        ("", "/", host("shop.localhost:8080"), 200, ""),
        ("", "/", host("127.0.0.1:8080"), 200, ""),
        ("", "/", host("[::1]:8080"), 200, ""),
        ("", "/", host("192.168.7.7"), 200, ""),
        ("", "/", Vec::new(), 200, ""),
        (
            "",
            "/",
            host("evil.example:8080"),
            421,
            "--host evil.example",
        ),
        (
            "",
            "/",
            host("localhost.evil.example"),
            421,
            "--host localhost.evil.example",
        ),
        ("", "/", host("127.0.0.1.evil.example"), 421, "--host"),
        ("", "/", host("evil-localhost"), 421, "--host"),
        (
            "",
            "/",
            host("$(id).example"),
            421,
            "the Host header does not name this machine; --host accepts other names",
        ),
        (
            "",
            "/",
            host("caf\u{e9}.example"),
            421,
            "--host accepts other names",
        ),
        (
            "",
            "/",
            host("abc.ngrok.app"),
            421,
            "if it is your tunnel or another name of yours, start `listen` with --host",
        ),
        (tunnel, "/", host("abc.ngrok.app"), 200, ""),
        (tunnel, "/", host("ABC.ngrok.app:443"), 200, ""),
        (tunnel, "/", host("localhost"), 200, ""),
        (
            tunnel,
            "/",
            host("x.abc.ngrok.app"),
            421,
            "--host x.abc.ngrok.app",
        ),
        (below, "/", host("abc.ngrok.app"), 200, ""),
        (below, "/", host("ngrok.app"), 421, "--host ngrok.app"),
        (
            below,
            "/",
            host("evilngrok.app"),
            421,
            "--host evilngrok.app",
        ),
        (
            "--host evil.test --host *",
            "/",
            host("evil.example"),
            200,
            "",
        ),
        ("", "/", local("Sec-Fetch-Site", "none"), 200, ""),
        (
            "",
            "/",
            local("Sec-Fetch-Site", "cross-site"),
            403,
            "Sec-Fetch-Site: cross-site",
        ),
        (
            "",
            "/",
            local("Sec-Fetch-Site", "same-site"),
            403,
            "Sec-Fetch-Site: same-site",
        ),
        (
            "",
            "/",
            local("Sec-Fetch-Site", "same-origin"),
            403,
            "for a web page",
        ),
        (
            "",
            "/",
            local("Origin", "https://evil.example"),
            403,
            "Origin: https://evil.example",
        ),
        (
            "",
            "/",
            local("Origin", "http://localhost:8080"),
            403,
            "for a web page",
        ),
        ("", "/", local("origin", "null"), 403, "for a web page"),
        (
            "--host * --path *",
            "/",
            local("Origin", "null"),
            403,
            "for a web page",
        ),
        (two, "/hooks", host("localhost"), 200, ""),
        (two, "/hooks?x=1", host("localhost"), 200, ""),
        (two, "/hooks?x=2", host("localhost"), 404, "--path"),
        (two, "/hooks/", host("localhost"), 404, "--path"),
        (two, "/hooks/../hooks", host("localhost"), 404, "--path"),
        (two, "/", host("localhost"), 404, "--path"),
        ("--path *", "/any?x", host("localhost"), 200, ""),
    ];
    let named = cases.map(|case| (format!("{} {} {:?}", case.0, case.1, case.2), case));
    all(named, |name, (flags, target, headers, status, words)| {
        let folder = folder(&[]);
        let listener = Listener::start(
            &folder.path,
            &format!("--format json --count 2 --journal j {flags}"),
        );
        assert_eq!(
            listener.ask(&bare(target, &headers)).status,
            status,
            "{name}"
        );
        let line = listener.json();
        let kept = std::fs::read_to_string(folder.path.join("j"))
            .unwrap()
            .lines()
            .count();
        if status == 200 {
            assert_eq!((&line["type"], kept), (&"delivery".into(), 1), "{name}");
        } else {
            assert_eq!((&line["type"], kept), (&"refused".into(), 0), "{name}");
            assert_eq!(
                (&line["status"], &line["target"]),
                (&status.into(), &target.into()),
                "{name}"
            );
            assert!(line["reason"].as_str().unwrap().contains(words), "{line}");
        }
        let summary = json_lines(&listener.interrupt().out).pop().unwrap();
        let counted = u64::from(status == 200);
        assert_eq!(
            (&summary["deliveries"], &summary["refused"]),
            (&counted.into(), &(1 - counted).into()),
            "{name}"
        );
    });
}

#[test]
fn what_was_turned_away_ends_no_run_and_a_look_shows_what_a_delivery_would_meet() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --until INVOICE_PAID");
    let foreign = [("Host", "abc.ngrok.app")];
    assert_eq!(
        listener
            .ask(&bare(
                "/",
                &[("Host", "localhost"), ("Sec-Fetch-Site", "cross-site")]
            ))
            .status,
        403
    );
    assert_eq!(listener.ask(&bare("/", &foreign)).status, 421);
    // Whoever opens the tunnel's address in a browser sees what is missing before a delivery is lost.
    let look = listener.ask(b"GET / HTTP/1.1\r\nHost: abc.ngrok.app\r\n\r\n");
    assert_eq!(look.status, 421);
    assert!(
        look.text()
            .contains("start `listen` with --host abc.ngrok.app"),
        "{}",
        look.text()
    );
    let page = "GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n";
    assert_eq!(
        listener.ask(page.as_bytes()).status,
        200,
        "who follows a link is a visitor as any other"
    );
    assert_eq!(listener.ask(&paid()).status, 200);
    let ran = listener.finish();
    let summary = json_lines(&ran.out).pop().unwrap();
    assert_eq!(
        (ran.code, &summary["deliveries"], &summary["refused"]),
        (0, &1.into(), &3.into())
    );
}

#[test]
fn a_signature_that_comes_twice_is_not_valid() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --strict");
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (_, right) = signature("calypso", DEVELOPMENT, body.as_bytes());
    for (headers, words) in [
        (
            [("Sign", &*right), ("Sign", "x")],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            [("Sign", "x"), ("sign", &*right)],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            [("Sign", &*right), ("Sign", &*right)],
            "Sign was sent 2 times, each time with the right value",
        ),
        (
            [("Sign", "x"), ("Sign", "y")],
            "Sign was sent 2 times, and none of its values is right",
        ),
    ] {
        assert_eq!(
            listener.post(&headers, body.as_bytes()).status,
            401,
            "{words}"
        );
        let signature = &listener.delivery()["signature"];
        assert_eq!(
            (&signature["verdict"], &signature["reason"]),
            (&"invalid".into(), &"header_repeated".into())
        );
        assert!(
            signature["explanation"]
                .as_str()
                .unwrap()
                .starts_with(words),
            "{signature}"
        );
    }
}

#[test]
fn http_2_is_refused_with_words_that_are_shown() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json");
    let mut stream = connect(listener.port);
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let answered = read_answer(&mut stream, false).expect("it is answered");
    let words = "HTTP/2 is not supported; send HTTP/1.1";
    assert_eq!(
        (answered.status, answered.text()),
        (505, &*format!("{words}\n"))
    );
    let shown = listener.json();
    assert_eq!(
        (&shown["type"], &shown["status"], &shown["reason"]),
        (&"refused".into(), &505.into(), &words.into())
    );
}

/// Has something done on another thread for every delivery that takes longer than any test, as on a disk that hangs.
struct Blocked;

impl Handler for Blocked {
    fn received(&self, received: Received, responder: Responder) {
        tokio::task::spawn_local(async move {
            let blocked =
                tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(600)));
            responder.send(Reply::line(
                if blocked.await.is_ok() { 200 } else { 503 },
                "",
            ));
            drop(received);
        });
    }
}

#[test]
fn a_thread_that_never_returns_does_not_hold_up_the_end() {
    let server = Server::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let (port, until) = (
        server.address.port(),
        Until {
            deadline: Some(Duration::from_secs(1)),
            ..Until::default()
        },
    );
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        ended.send(
            server
                .serve(Limits::default(), Blocked, until, || ())
                .unwrap(),
        )
    });
    let mut stream = connect(port);
    stream.write_all(&paid()).unwrap();
    // A second until it ends, two for what is in hand, and the rest for slow machines.
    assert_eq!(
        end.recv_timeout(Duration::from_secs(10)),
        Ok(Ended::Deadline)
    );
    assert_eq!(read_answer(&mut stream, false), None);
}
