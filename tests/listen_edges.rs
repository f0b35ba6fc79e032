//! What hardly ever happens to `listen`, and once went wrong.

mod common;
#[path = "common/endpoint.rs"]
mod endpoint;
#[path = "common/listener.rs"]
mod listener;

use common::{acme, all, folder, json_lines, of_type, payload};
use endpoint::{read_request, socket};
use listener::{
    DEVELOPMENT, Listener, PATIENCE, ask, connect, listening, read_answer, request, signal, signature, wait,
};
use std::io::{Read as _, Write as _};

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
fn a_signature_that_comes_twice_is_not_valid() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --strict");
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (_, right) = signature("calypso", DEVELOPMENT, body.as_bytes());
    for (headers, words) in [
        ([("Sign", &*right), ("Sign", "x")], "Sign came 2 times, and not every value fits"),
        ([("Sign", "x"), ("sign", &*right)], "Sign came 2 times, and not every value fits"),
        ([("Sign", &*right), ("Sign", &*right)], "Sign came 2 times, with the same value, which fits"),
        ([("Sign", "x"), ("Sign", "y")], "Sign came 2 times, and none of its values fits"),
    ] {
        assert_eq!(listener.post(&headers, body.as_bytes()).status, 401, "{words}");
        let signature = &listener.delivery()["signature"];
        assert_eq!((&signature["verdict"], &signature["reason"]), (&"invalid".into(), &"header_repeated".into()));
        assert!(signature["explanation"].as_str().unwrap().starts_with(words), "{signature}");
    }
}
