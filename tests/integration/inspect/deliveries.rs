//! What the page is told: rows, details, what changed, searches, archives.

use super::Inspected;
use crate::support::endpoint::{Endpoint, answer};
use crate::support::listener::{ask, request};
use crate::support::{folder, payload, run_line};
use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

fn paid() -> String {
    payload("calypso/samples/INVOICE_PAID.json")
}

#[test]
fn a_delivery_is_a_row_and_then_a_page() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let row = page.deliver(&paid());
    assert_eq!(
        (&row["seq"], &row["rev"], &row["number"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(row["event"], "calypso/INVOICE_PAID");
    assert_eq!(
        row["signature"],
        json!({ "verdict": "valid", "reason": null })
    );
    assert_eq!(row["answer"]["status"], 200);
    assert_eq!(row["accepted"], true);
    assert!(
        row["order"].is_string() && row["amount"].is_string(),
        "{row}"
    );
    let whole = page.json("/api/deliveries/1");
    assert_eq!(whole["body"], paid());
    assert_eq!(whole["answered"]["status"], 200);
    assert_eq!(whole["previous"], Value::Null);
    for name in ["id", "order", "seq", "received_at", "errors"] {
        assert_eq!(whole[name], row[name], "{name}");
    }
    let missing = page.get("/api/deliveries/2");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("no longer kept"));
}

#[test]
fn what_changed_since_the_delivery_before_is_told() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    page.deliver(&paid());
    page.deliver(&payload("calypso/samples/PAYOUT_CONFIRMED.json"));
    let row = page.deliver(&paid().replace("\"realAmount\": 271.420", "\"realAmount\": 96.019"));
    let previous = &page.json(&format!("/api/deliveries/{}", row["seq"]))["previous"];
    assert_eq!(
        (&previous["seq"], &previous["same_bytes"]),
        (&json!(1), &json!(false))
    );
    let change = json!({ "pointer": "/data/realAmount", "before": "271.420", "now": "96.019" });
    assert_eq!(previous["changes"], json!([change]));
}

#[test]
fn a_wrong_signature_is_explained_and_no_secret_is_shown() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let headers = [("Sign", "abcdef"), ("Authorization", "Bearer top-secret")];
    page.listener.post(&headers, paid().as_bytes());
    let rows = page.json("/api/deliveries?after=0&wait=1");
    assert_eq!(rows["deliveries"][0]["signature"]["verdict"], "invalid");
    let whole = page.json("/api/deliveries/1");
    assert!(whole["signature"]["fix"].is_string(), "{whole}");
    for target in [
        "/api/deliveries/1",
        "/api/deliveries/1/as/curl",
        "/api/deliveries/1/as/http",
    ] {
        let text = page.get(target).text().to_owned();
        assert!(!text.contains("top-secret"), "{target}: {text}");
        assert!(!text.contains("inqud-hook-development-secret"), "{target}");
    }
}

#[test]
fn who_waits_gets_the_next_delivery_or_nothing_after_a_clear() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    page.deliver(&paid());
    let begun = Instant::now();
    let shown = &page.page;
    thread::scope(|scope| {
        let waiting = scope.spawn(|| shown.json("/api/deliveries?after=1&wait=1"));
        thread::sleep(Duration::from_millis(50));
        page.listener.post(&[], b"{}");
        let rows = waiting.join().unwrap();
        assert_eq!(rows["deliveries"][0]["seq"], 2);
        let waiting = scope.spawn(|| shown.json("/api/deliveries?after=2&wait=1"));
        thread::sleep(Duration::from_millis(50));
        assert_eq!(page.posted("/api/clear", &json!({})), json!({}));
        let rows = waiting.join().unwrap();
        assert_eq!(
            rows,
            json!({ "oldest": 3, "newest": 2, "kept": 0, "problem": null, "deliveries": [] })
        );
    });
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "it did not wait in vain"
    );
}

#[test]
fn only_the_last_deliveries_are_kept() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "--inspect-keep 2");
    for _ in 0..3 {
        page.deliver(&paid());
    }
    let rows = page.json("/api/deliveries?after=0");
    assert_eq!(
        (&rows["oldest"], &rows["newest"], &rows["kept"]),
        (&json!(2), &json!(3), &json!(2))
    );
    assert!(rows["deliveries"][0]["duplicate_of"].is_string());
}

#[test]
fn the_answers_of_targets_are_shown() {
    let folder = folder(&[]);
    let shop = Endpoint::new(|_, _| answer(503, &[("X-Shop", "closed")], "{\"why\":\"no\"}"));
    let page = Inspected::listen(
        &folder,
        &format!("--forward http://127.0.0.1:{}/hooks", shop.port),
    );
    let row = page.deliver(&paid());
    assert_eq!(
        (&row["accepted"], &row["answer"]["status"]),
        (&json!(false), &json!(503))
    );
    let forwards = &page.json("/api/deliveries/1")["forwards"];
    assert_eq!(
        (&forwards[0]["status"], &forwards[0]["fault"]),
        (&json!(503), &Value::Null)
    );
    assert_eq!(forwards[0]["body"], "{\"why\":\"no\"}");
    let headers = forwards[0]["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["X-Shop", "closed"])),
        "{headers:?}"
    );
}

#[test]
fn texts_are_found_in_bodies_paths_and_headers() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    page.deliver(&paid());
    page.listener
        .post(&[("X-Shop", "Blue & Green")], b"{\"name\": \"Zo\xc3\xab\"}");
    page.json("/api/deliveries?after=1&wait=1");
    for (text, expected) in [
        ("invoice", json!([1])),
        ("blue%20%26%20green", json!([2])),
        ("ZO%C3%8B", json!([2])),
        ("nowhere", json!([])),
    ] {
        assert_eq!(
            page.json(&format!("/api/search?text={text}"))["seqs"],
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_is_saved_can_be_read_by_every_command() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    page.deliver(&paid());
    page.listener
        .post(&[("Authorization", "Bearer top-secret")], b"\xff\xfe");
    page.json("/api/deliveries?after=1&wait=1");
    for (name, target) in [("saved.ndjson", "/api/journal"), ("saved.har", "/api/har")] {
        let saved = page.post(target, &json!({ "seqs": null }));
        assert_eq!(saved.status, 200);
        assert!(!saved.text().contains("top-secret"), "{name}");
        folder.write(name, saved.text());
        let ran = run_line(&folder.path, &format!("log {name} --format json"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let lines = crate::support::json_lines(&ran.out);
        assert_eq!(lines[0]["event"], "calypso/INVOICE_PAID", "{name}");
        assert_eq!(lines.len(), 3, "two deliveries and the totals in {name}");
        let one = page.post(target, &json!({ "seqs": [1, 77] }));
        assert!(one.body.len() < saved.body.len(), "{name}");
    }
}

#[test]
fn markup_stays_text() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let body = "{\"a\": \"<script>alert(1)</script>\u{1b}[31m\"}";
    page.listener
        .post(&[("X-A", "<img src=x onerror=alert(1)>")], body.as_bytes());
    page.json("/api/deliveries?after=0&wait=1");
    let answered = page.get("/api/deliveries/1");
    assert_eq!(answered.all("content-type"), ["application/json"]);
    let whole: Value = serde_json::from_slice(&answered.body).unwrap();
    assert_eq!(whole["body"], body);
}

#[test]
fn a_page_that_never_reads_holds_up_no_delivery() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "");
    let (host, token) = (page.host(), format!("Bearer {}", page.token));
    let headers = [("Host", &*host), ("Authorization", &*token)];
    let idle: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = crate::support::listener::connect(page.port);
            let wait = super::raw("GET", "/api/deliveries?after=0&wait=1", &headers, "");
            std::io::Write::write_all(&mut stream, &wait).unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    for _ in 0..200 {
        assert_eq!(page.listener.post(&[], paid().as_bytes()).status, 200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(page.json("/api/deliveries?after=0")["newest"], 200);
    drop(idle);
}

#[test]
fn memory_is_bounded_by_bytes_too() {
    let folder = folder(&[]);
    let page = Inspected::listen(&folder, "--inspect-keep 100000");
    let body = format!("\"{}\"", "a".repeat((1 << 20) - 2));
    for _ in 0..70 {
        page.listener.post(&[], body.as_bytes());
    }
    let rows = page.json("/api/deliveries?after=0");
    assert_eq!(rows["newest"], 70);
    assert!(rows["kept"].as_u64().unwrap() < 64, "{}", rows["kept"]);
}

#[test]
fn a_delivery_is_shown_while_its_handler_still_works() {
    let folder = folder(&[]);
    let (go_on, waiting) = mpsc::sync_channel(0);
    let waiting = Mutex::new(waiting);
    let shop = Endpoint::new(move |_, _| {
        waiting.lock().unwrap().recv().unwrap();
        answer(200, &[], "")
    });
    let forward = format!("--forward http://127.0.0.1:{}/hooks", shop.port);
    let page = Inspected::listen(&folder, &forward);
    let port = page.listener.port;
    let sent = request("POST", "/", &[], paid().as_bytes());
    thread::scope(|scope| {
        let answered = scope.spawn(move || ask(port, &sent));
        let begun = page.json("/api/deliveries?after=0&wait=1");
        let row = &begun["deliveries"][0];
        assert_eq!((&row["seq"], &row["accepted"]), (&json!(1), &Value::Null));
        let nothing = json!({ "status": null, "reason": null, "latency_ms": null });
        assert_eq!(row["answer"], nothing);
        assert_eq!(page.json("/api/deliveries/1")["answered"], Value::Null);
        go_on.send(()).unwrap();
        assert_eq!(answered.join().unwrap().unwrap().status, 200);
        let rows = page.json(&format!("/api/deliveries?after={}&wait=1", row["rev"]));
        let row = &rows["deliveries"][0];
        assert_eq!(
            (&row["seq"], &row["answer"]["status"]),
            (&json!(1), &json!(200))
        );
        assert_eq!((&rows["newest"], &rows["kept"]), (&json!(1), &json!(1)));
    });
}
