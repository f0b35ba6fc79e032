//! Deliveries that got no answer: the journal has no status that was not sent, `listen` counts them, and `log` and
//! `replay --failed` find them.

use super::{log, log_json, numbers};
use crate::support::captures::{counts, replay_json};
use crate::support::endpoint::Endpoint;
use crate::support::listener::{DEVELOPMENT, Listener, PATIENCE, connect, request, signature};
use crate::support::{Folder, folder, json_lines, of_type, payload};
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// A signed delivery as bytes.
fn paid() -> Vec<u8> {
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    request("POST", "/", &[(name, &value)], body.as_bytes())
}

fn journal(folder: &Folder) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.path.join("j.ndjson")).unwrap_or_default();
    json_lines(&text)
}

#[cfg(target_os = "linux")]
#[test]
fn what_got_no_answer_is_recorded_as_such_counted_and_found() {
    for (flags, reason) in [
        ("--delay 60s", "stopped"),
        ("--delay 60s", "disconnected"),
        ("--delay 59s", "disconnected"),
        ("--reset", "reset"),
    ] {
        let folder = folder(&[]);
        let flags = format!("--format json --journal j.ndjson {flags}");
        let listener = Listener::start(&folder.path, &flags);
        let mut stream = connect(listener.port);
        stream.write_all(&paid()).expect("it is taken");
        // Whatever came before has been read.
        assert_eq!(listener.ask(&request("GET", "/", &[], b"")).status, 200);
        if reason == "disconnected" {
            if flags.contains("60s") {
                // Reset, as by a client that was killed.
                rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))
                    .expect("it is a socket");
            }
            drop(stream);
            let begun = Instant::now();
            while journal(&folder).is_empty() {
                assert!(begun.elapsed() < PATIENCE, "it is not recorded");
            }
        } else if reason == "stopped" {
            assert_eq!(
                journal(&folder).len(),
                0,
                "nothing is known of its answer yet"
            );
            listener.signal("INT");
            while std::net::TcpStream::connect(("127.0.0.1", listener.port)).is_ok() {}
        }
        let ran = listener.interrupt();
        let answer = json!({"status": null, "reason": reason});
        assert_eq!(journal(&folder)[0]["answer"], answer, "{reason}");
        let lines = json_lines(&ran.out);
        let delivery = of_type(&lines, "delivery")[0];
        assert_eq!(
            (&delivery["answer"]["status"], &delivery["answer"]["reason"]),
            (&Value::Null, &json!(reason))
        );
        let summary = of_type(&lines, "summary")[0];
        assert_eq!(
            (&summary["deliveries"], &summary["unanswered"]),
            (&json!(1), &json!(1)),
            "{reason}"
        );
        let found = log_json(&folder, "j.ndjson");
        assert_eq!((numbers(&found), &found[0]["answer"]), (vec![1], &answer));
        let endpoint = Endpoint::answering(200);
        let line = format!("j.ndjson --failed --to {}", endpoint.port);
        let (code, lines) = replay_json(&folder, &line);
        assert_eq!((code, counts(&lines)), (0, [1, 1, 0, 0]), "{reason}");
    }
}

#[test]
fn a_client_that_ended_its_half_gets_the_whole_answer() {
    let folder = folder(&[]);
    let listener = Listener::start(
        &folder.path,
        "--format json --journal j.ndjson --delay 300ms",
    );
    let mut stream = connect(listener.port);
    let two = [paid(), paid()].concat();
    stream.write_all(&two).expect("it is taken");
    stream
        .shutdown(std::net::Shutdown::Write)
        .expect("it is connected");
    let answers = std::io::read_to_string(stream).expect("they are text");
    assert!(answers.starts_with("HTTP/1.1 200 OK\r\n"), "{answers}");
    assert_eq!(answers.matches("HTTP/1.").count(), 2, "{answers}");
    listener.interrupt();
    let statuses: Vec<Value> = journal(&folder)
        .iter()
        .map(|line| line["answer"].clone())
        .collect();
    assert_eq!(statuses, [json!({"status": 200}), json!({"status": 200})]);
}

#[test]
fn people_see_that_there_was_no_answer() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--body none --reset --journal j.ndjson");
    let _ = crate::support::listener::ask(listener.port, &paid());
    let ran = listener.interrupt();
    assert!(ran.out.contains("→ reset after "), "{}", ran.out);
    assert!(ran.out.contains("\n      1 unanswered\n"), "{}", ran.out);
    assert!(!ran.out.contains("slowest answer"), "{}", ran.out);
}

#[test]
fn the_journal_keeps_why_a_forward_failed() {
    let folder = folder(&[]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = free.local_addr().expect("it is bound").port();
    drop(free);
    let flags = format!("--format json --journal j.ndjson --forward :{port}");
    let listener = Listener::start(&folder.path, &flags);
    assert_eq!(listener.ask(&paid()).status, 502);
    folder.write("printed.ndjson", &listener.interrupt().out);
    let answer = json!({"status": 502, "reason": "connection refused: nothing is listening there"});
    assert_eq!(journal(&folder)[0]["answer"], answer);
    for file in ["j.ndjson", "printed.ndjson"] {
        assert_eq!(log_json(&folder, file)[0]["answer"], answer, "{file}");
        let shown = log(&folder, &format!("{file} --failed")).out;
        assert!(
            shown.contains("→ 502 Bad Gateway: connection refused: nothing"),
            "{shown}"
        );
    }
}

#[test]
fn the_journal_keeps_why_a_signature_is_not_valid() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --journal j.ndjson");
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    listener.post(&[(name, &value.to_uppercase())], body.as_bytes());
    listener.post(&[], body.as_bytes());
    listener.post(&[(name, &value)], body.as_bytes());
    let printed = listener.next_of("delivery", 3);
    listener.interrupt();
    let recorded = journal(&folder);
    assert_eq!(recorded[0]["signature"]["verdict"], "invalid");
    for (recorded, printed) in recorded.iter().zip(&printed).take(2) {
        assert!(recorded["signature"]["reason"].is_string(), "{recorded}");
        assert_eq!(
            recorded["signature"]["reason"],
            printed["signature"]["reason"]
        );
    }
    assert_eq!(recorded[2]["signature"].get("reason"), None);
}
