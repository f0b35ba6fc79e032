//! What hardly ever happens to `listen`, and once went wrong.

mod common;
#[path = "common/endpoint.rs"]
mod endpoint;
#[path = "common/listener.rs"]
mod listener;

use common::{acme, all, folder, json_lines, of_type, payload};
use endpoint::{read_request, socket};
use inqud_hook::delivery::{Ended, Handler, Limits, Received, Reply, Responder, Server, Until};
use listener::{
    DEVELOPMENT, Listener, PATIENCE, ask, connect, listening, read_answer, request, signal, signature, wait,
};
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
        let (mut child, mut out, _) = listener::start(&mut listening(&folder.path, "--format json"));
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
    for flags in ["--body full", "--body changed", "--body full --color always"] {
        let listener = Listener::start(&folder.path, flags);
        let body = format!("{}5{}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(listener.post(&[], body.as_bytes()).status, 200);
        let ran = listener.interrupt();
        // Indented it would be 800 MB.
        assert!(ran.out.len() < 1_000_000, "{flags}: {}", ran.out.len());
        assert!(ran.out.contains("too-deep") && ran.out.contains("1 delivery, 0 valid"), "{flags}");
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
    let old = "value = { scheme = \"hmac\", hash = \"sha256\", encoding = \"hex\", header = \"X-Acme\" }";
    std::fs::write(&path, toml.replace(old, secret_header)).unwrap();
    let names = ["Sign", "X-Payload-Digest", "Authorization", "X-Acme"];
    let flags = ["", "--scheme none", "--scheme calypso"];
    let cases = names.iter().flat_map(|name| flags.map(|flags| (format!("{name} {flags}"), (*name, flags))));
    // Where nothing is verified no secret is read, so that only headers which are known to carry one can be hidden.
    let known = |name: &str| matches!(name, "Authorization" | "X-Acme");
    all(cases.filter(|(_, (name, flags))| known(name) || *flags != "--scheme none"), |_, (name, flags)| {
        let listener =
            Listener::start(&folder.path, &format!("--format json --catalog own --secret-file secret {flags}"));
        listener.post(&[(name, secret)], b"{\"anvil\": 1, \"status\": \"PAID\"}");
        let out = listener.interrupt().out;
        assert!(!out.contains("s3cr3t") && !out.contains("shop"), "{out}");
    });
}

#[test]
fn careful_without_a_scheme_looks_only_at_the_body() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--strict --scheme none --format json");
    for (body, status) in [(payload("calypso/samples/INVOICE_PAID.json"), 200), ("{}".into(), 422), ("x".into(), 400)] {
        assert_eq!(listener.post(&[], body.as_bytes()).status, status, "{body}");
    }
}

#[test]
fn a_question_mark_belongs_to_a_pattern() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --forward INVOICE_????=http://localhost:1/x?a=b");
    assert_eq!(listener.ask(&paid()).status, 502);
}

#[test]
fn a_switch_of_protocols_is_no_answer() {
    let folder = folder(&[]);
    let port = socket(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    });
    let listener = Listener::start(&folder.path, &format!("--format json --forward :{port} --forward-timeout 1s"));
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

#[test]
fn http_2_is_refused_with_words_that_are_shown() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json");
    let mut stream = connect(listener.port);
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let answered = read_answer(&mut stream, false).expect("it is answered");
    let words = "HTTP/2 is not supported; send HTTP/1.1";
    assert_eq!((answered.status, answered.text()), (505, &*format!("{words}\n")));
    let shown = listener.json();
    assert_eq!((&shown["type"], &shown["status"], &shown["reason"]), (&"refused".into(), &505.into(), &words.into()));
}

/// Has something done on another thread for every delivery that takes longer than any test, as on a disk that hangs.
struct Blocked;

impl Handler for Blocked {
    fn received(&self, received: Received, responder: Responder) {
        tokio::task::spawn_local(async move {
            let blocked = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(600)));
            responder.send(Reply::line(if blocked.await.is_ok() { 200 } else { 503 }, ""));
            drop(received);
        });
    }
}

#[test]
fn a_thread_that_never_returns_does_not_hold_up_the_end() {
    let server = Server::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let (port, until) = (server.address.port(), Until { deadline: Some(Duration::from_secs(1)), ..Until::default() });
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(server.serve(Limits::default(), Blocked, until, || ()).unwrap()));
    let mut stream = connect(port);
    stream.write_all(&paid()).unwrap();
    // A second until it ends, two for what is in hand, and the rest for slow machines.
    assert_eq!(end.recv_timeout(Duration::from_secs(10)), Ok(Ended::Deadline));
    assert_eq!(read_answer(&mut stream, false), None);
}
