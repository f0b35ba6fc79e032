//! What `listen` finds in deliveries, in human and JSON output: provider, signature, findings, duplicates and order;
//! which secret is used, and that it is never shown.

use crate::support::endpoint::{Came, Digests, scrubbed, send};
use crate::support::listener::{DEVELOPMENT, Listener, ask, listening, request, signature};
use crate::support::{
    Folder, all, bodies, folder, gzip, json_lines, of_type, payload, run, run_line,
};
use serde_json::{Value, json};
use std::io::Write as _;

const SECRET: &str = "s3cr3t-of-the-shop";

/// One event of each provider, with the scheme of its signature.
const EVENTS: [(&str, &str, &str); 3] = [
    ("calypso", "INVOICE_PAID", "hmac-sha512"),
    ("inqud", "checkout.success", "hmac-sha1"),
    ("rehive", "invoice.paid", "secret"),
];

fn snapshot(name: &str, out: &str) {
    crate::support::snapshot("listen", name, out);
}

fn sample(provider: &str, event: &str) -> String {
    payload(&format!("{provider}/samples/{event}.json"))
}

fn paid() -> String {
    sample("calypso", "INVOICE_PAID")
}

/// A delivery to be made: headers, and a body.
type Delivery = (Vec<(&'static str, String)>, Vec<u8>);

fn delivery(headers: Vec<(&'static str, String)>, body: impl Into<Vec<u8>>) -> Delivery {
    (headers, body.into())
}

/// Signed with the development secret.
fn signed(provider: &str, body: impl Into<Vec<u8>>) -> Delivery {
    let body = body.into();
    (vec![signature(provider, DEVELOPMENT, &body)], body)
}

fn post(listener: &Listener, (headers, body): &Delivery) -> u16 {
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    listener.post(&headers, body).status
}

/// What a listener prints for people of those deliveries, one after the other, without what differs from run to run.
fn shown(folder: &Folder, flags: &str, deliveries: &[Delivery]) -> String {
    let listener = Listener::start(&folder.path, flags);
    for delivery in deliveries {
        assert_eq!(
            post(&listener, delivery),
            200,
            "an observer causes no retries"
        );
    }
    let port = listener.port;
    let ran = listener.interrupt();
    assert_eq!(ran.code, 130, "{}", ran.err);
    steady(&ran.out, port)
}

/// A text without ports, times and latencies.
fn steady(text: &str, port: u16) -> String {
    let scrubbed = scrubbed(text, port);
    let is_clock = |at: usize| {
        let like = |(byte, like): (u8, u8)| {
            if like == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == like
            }
        };
        let word = scrubbed.as_bytes().get(at..at + 8);
        // What stands in a body is part of a date.
        !scrubbed[..at].ends_with('T')
            && word.is_some_and(|word| word.iter().copied().zip(*b"00:00:00").all(like))
    };
    let mut text = scrubbed.clone();
    for at in (0..scrubbed.len())
        .rev()
        .filter(|at| scrubbed.is_char_boundary(*at) && is_clock(*at))
    {
        text.replace_range(at..at + 8, "CLOCK");
    }
    // Which one was the slowest is different, too.
    let line = |line: &str| match line.split_once("slowest answer ") {
        Some((before, _)) => format!("{before}slowest answer TIME\n"),
        // Perhaps with colours.
        None if line.contains("(UTC)") => "DAY (UTC)\n".to_owned(),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn it_is_ready_once_it_is_bound_and_names_the_real_port() {
    let folder = folder(&[]);
    for (flags, host) in [("", "127.0.0.1"), ("--bind 127.0.0.2", "127.0.0.2")] {
        let ready = |format: &str| {
            let mut command = listening(&folder.path, &format!("{flags} {format}"));
            let (mut child, _out, port) = crate::support::listener::start(&mut command);
            // Whoever has read the line is answered, at once and by that port.
            let stream = std::net::TcpStream::connect((host, port));
            let mut stream = stream.expect("it listens there");
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
            assert_eq!(
                crate::support::listener::read_answer(&mut stream, false)
                    .unwrap()
                    .status,
                200
            );
            child.kill().unwrap();
            child.wait().unwrap();
            port
        };
        assert!(ready("") > 0);
        assert!(ready("--format json") > 0);
    }
    let listener = Listener::start(&folder.path, "--format json");
    let port = listener.port;
    let lines = json_lines(&listener.interrupt().out);
    let expected = json!({"type": "ready", "v": 1, "address": "127.0.0.1", "port": port,
        "url": format!("http://127.0.0.1:{port}"), "journal": null, "inspector": null});
    assert_eq!(lines[0], expected);
    assert_eq!(lines[1]["type"], "summary");
}

#[test]
fn every_event_is_recognised_and_its_signature_is_valid_as_another_implementation_reckons_it() {
    let (folder, digests) = (folder(&[("secret", SECRET)]), Digests::default());
    let listener = Listener::start(&folder.path, "--format json --secret-file secret");
    let events = json_lines(&run_line(&folder.path, "events --format json").out);
    assert!(events.len() > 100);
    all(
        events
            .iter()
            .map(|event| (event["name"].to_string(), event)),
        |name, event| {
            let text = |key: &str| event[key].as_str().unwrap();
            let body = sample(text("provider"), text("event"));
            let (header, value) = signature(text("provider"), SECRET, body.as_bytes());
            assert_eq!(
                listener.post(&[(header, &value)], body.as_bytes()).status,
                200
            );
            let line = listener.delivery();
            assert_eq!(line["event"], event["name"], "{name}");
            assert_eq!(line["provider"], event["provider"], "{name}");
            assert_eq!(line["signature"]["verdict"], "valid", "{name}: {line}");
            assert!(
                line["findings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|found| found["severity"] != "error"),
                "{name}"
            );
            assert_eq!(
                (&line["body"], &line["bytes"]),
                (&json!(body), &json!(body.len()))
            );
            let came = Came {
                method: String::new(),
                path: String::new(),
                headers: vec![(header.to_owned(), value)],
                body: body.into_bytes(),
            };
            digests.note(name, text("provider"), SECRET, &came);
        },
    );
    digests.check();
    let ran = listener.interrupt();
    let summary = &of_type(&json_lines(&ran.out), "summary")[0].clone();
    assert_eq!(
        (&summary["deliveries"], &summary["valid"]),
        (&json!(events.len()), &json!(events.len()))
    );
    assert_eq!(summary["events"].as_array().unwrap().len(), events.len());
    assert_eq!((ran.code, &*ran.err), (130, ""));
}

#[test]
fn a_line_for_machines_has_every_field_that_was_promised() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json");
    let body = paid().replace("\"realAmount\": 271.420", "\"realAmount\": \"x\"");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    let headers = [
        ("X-Twice", "1"),
        (name, &*value),
        ("x-twice", "2"),
        ("Authorization", "Bearer t0ken"),
    ];
    assert_eq!(
        listener
            .ask(&request(
                "POST",
                "/hooks/a?b=%20&c",
                &headers,
                body.as_bytes()
            ))
            .status,
        200
    );
    let line = listener.delivery();
    let keys: Vec<&str> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let promised = [
        "type",
        "v",
        "id",
        "received_at",
        "method",
        "target",
        "provider",
        "event",
        "signature",
        "findings",
        "duplicate_of",
        "out_of_order",
        "bytes",
        "answer",
        "body",
    ];
    assert!(promised.iter().all(|key| keys.contains(key)), "{keys:?}");
    let expected = json!({"type": "delivery", "v": 1, "method": "POST", "target": "/hooks/a?b=%20&c",
        "provider": "calypso", "event": "calypso/INVOICE_PAID", "duplicate_of": null, "same_id_as": null, "out_of_order": null,
        "after_end": null, "bytes": body.len(), "compressed": false, "body": body, "body_base64": null});
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(line[key], *value, "{key}");
    }
    let signature = json!({"verdict": "valid", "scheme": "hmac-sha512", "reason": null, "explanation": null,
        "fix": null});
    assert_eq!(line["signature"], signature);
    let answer = &line["answer"];
    assert_eq!(
        (&answer["status"], &answer["forwarded_to"]),
        (&json!(200), &Value::Null)
    );
    assert!(answer["latency_ms"].as_f64().unwrap() > 0.0);
    let found = &line["findings"][0];
    let offset = body.find("\"x\"").unwrap();
    let row = body[..offset].matches('\n').count() + 1;
    for (key, value) in [
        ("pointer", json!("/data/realAmount")),
        ("offset", json!(offset)),
        ("line", json!(row)),
    ] {
        assert_eq!(found[key], value, "{key}: {found}");
    }
    assert_eq!(found["severity"], "error");
    // Headers keep their order and repeats; what may be a secret is not told.
    let came: Vec<&str> = line["headers"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|header| header[0].as_str())
        .collect();
    assert_eq!(
        came,
        [
            "Host",
            "X-Twice",
            name,
            "x-twice",
            "Authorization",
            "Content-Length"
        ]
    );
    assert!(!line.to_string().contains("t0ken"));
    // An id is a UUID, a moment is to the millisecond in UTC.
    let (id, at) = (
        line["id"].as_str().unwrap(),
        line["received_at"].as_str().unwrap(),
    );
    assert_eq!((id.len(), id.matches('-').count()), (36, 4));
    assert_eq!(
        (at.len(), &at[10..11], &at[19..20], &at[23..]),
        (24, "T", ".", "Z")
    );

    assert_eq!(listener.post(&[], b"\xff\0{").status, 200);
    let line = listener.delivery();
    assert_eq!(
        (&line["body"], &line["body_base64"]),
        (&Value::Null, &json!("/wB7"))
    );
    assert_eq!(
        (&line["provider"], &line["event"]),
        (&Value::Null, &Value::Null)
    );

    let lines = json_lines(&listener.interrupt().out);
    let summary = &lines[lines.len() - 1];
    let expected = json!({"type": "summary", "v": 1, "deliveries": 2, "valid": 0, "invalid": 2, "duplicates": 0,
        "signatures": {"missing": 1, "valid": 1}, "interrupted": true});
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(summary[key], *value, "{key}");
    }
}

#[test]
fn a_signature_is_valid_invalid_missing_or_unchecked() {
    let folder = folder(&[]);
    for (flags, way, verdict, said) in [
        ("", "signed", "valid", false),
        ("", "by another", "invalid", true),
        ("", "of other bytes", "invalid", true),
        ("", "cut", "invalid", true),
        ("", "bare", "missing", true),
        ("--scheme none", "signed", "unchecked", false),
        ("--scheme none", "bare", "unchecked", false),
    ] {
        let listener = Listener::start(&folder.path, &format!("--format json {flags}"));
        for (provider, event, scheme) in EVENTS {
            let body = sample(provider, event);
            // Rehive's header has nothing to do with the body.
            let secret = if way == "by another" {
                "another"
            } else {
                DEVELOPMENT
            };
            let other = if provider == "rehive" {
                "another"
            } else {
                secret
            };
            let (name, value) = match way {
                "of other bytes" => signature(provider, other, b"{}"),
                _ => signature(provider, secret, body.as_bytes()),
            };
            let value = if way == "cut" {
                &value[..value.len() - 1]
            } else {
                &value
            };
            let headers: &[(&str, &str)] = if way == "bare" { &[] } else { &[(name, value)] };
            assert_eq!(listener.post(headers, body.as_bytes()).status, 200);
            let line = listener.delivery();
            let found = &line["signature"];
            assert_eq!(found["verdict"], verdict, "{provider} {way} {flags}");
            assert_eq!(
                found["scheme"],
                if verdict == "unchecked" {
                    "none"
                } else {
                    scheme
                },
                "{provider} {way}"
            );
            for key in ["reason", "explanation", "fix"] {
                assert_eq!(found[key].is_string(), said, "{provider} {way}: {found}");
            }
            assert_eq!(
                line["event"],
                format!("{provider}/{event}"),
                "a bad signature hides nothing else"
            );
        }
    }
    // Without a recognised provider, the signature header decides; without one, all of them are missing.
    let listener = Listener::start(&folder.path, "--format json");
    for (delivery, verdict, scheme) in [
        (signed("inqud", "{}"), "valid", "hmac-sha1"),
        (
            delivery(vec![("Sign", "00".to_owned())], "{}"),
            "invalid",
            "hmac-sha512",
        ),
        (delivery(Vec::new(), "{}"), "missing", "none"),
        (delivery(Vec::new(), ""), "missing", "none"),
    ] {
        assert_eq!(post(&listener, &delivery), 200);
        let line = listener.delivery();
        assert_eq!(
            (&line["signature"]["verdict"], &line["signature"]["scheme"]),
            (&json!(verdict), &json!(scheme))
        );
        assert_eq!(line["valid"], false, "{line}");
    }
    // One scheme for all, whatever the body.
    let listener = Listener::start(&folder.path, "--format json --scheme inqud");
    let body = paid();
    for (provider, verdict) in [("inqud", "valid"), ("calypso", "missing")] {
        listener.post_signed(provider, DEVELOPMENT, body.as_bytes());
        let line = listener.delivery();
        assert_eq!(
            (&line["signature"]["verdict"], &line["provider"]),
            (&json!(verdict), &json!("calypso"))
        );
    }
}

#[test]
fn a_compressed_body_is_read_and_verified_as_it_came() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --max-body 4KiB");
    let raw = gzip(paid().as_bytes());
    let encoded = |encoding: &str, body: &[u8], signed: &[u8]| {
        let headers = vec![
            ("Content-Encoding", encoding.to_owned()),
            signature("calypso", DEVELOPMENT, signed),
        ];
        delivery(headers, body)
    };
    for (delivery, verdict, event) in [
        (
            encoded("gzip", &raw, &raw),
            "valid",
            json!("calypso/INVOICE_PAID"),
        ),
        (
            encoded("X-GZIP", &raw, &raw),
            "valid",
            json!("calypso/INVOICE_PAID"),
        ),
        (
            encoded("gzip", &raw, paid().as_bytes()),
            "invalid",
            json!("calypso/INVOICE_PAID"),
        ),
        // What is broken, or swells beyond what may come, stays as it came.
        (
            encoded("gzip", &raw[..40], &raw[..40]),
            "valid",
            Value::Null,
        ),
        (
            encoded("gzip", b"no gzip", b"no gzip"),
            "valid",
            Value::Null,
        ),
        (
            encoded("gzip", &gzip(&vec![b' '; 1 << 20]), b"x"),
            "invalid",
            Value::Null,
        ),
    ] {
        assert_eq!(post(&listener, &delivery), 200);
        let line = listener.delivery();
        assert_eq!(
            (&line["signature"]["verdict"], &line["event"]),
            (&json!(verdict), &event)
        );
        assert_eq!(line["bytes"], delivery.1.len());
        assert_eq!(line["compressed"], !event.is_null());
        if !event.is_null() {
            assert_eq!(line["body"], paid());
        }
    }
}

/// Marks of a delivery in a few words; nothing where there are none.
fn marks(line: &Value) -> String {
    let mark = |key: &str| line[key].as_str().map(|value| format!(" {key} {value}"));
    let duplicate = line["duplicate_of"]
        .as_str()
        .map(|_| " duplicate".to_owned());
    let same_id = line["same_id_as"].as_str().map(|_| " same_id".to_owned());
    [duplicate, same_id, mark("out_of_order"), mark("after_end")]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn a_life_cycle_in_order_has_no_marks_and_otherwise_its_steps_are_marked() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    let scenarios = json_lines(&run_line(&folder.path, "events --scenarios --format json").out);
    assert!(scenarios.len() > 20);
    let mut said = String::new();
    for (scenario, seed) in scenarios.iter().zip((0..).step_by(10)) {
        let name = scenario["name"].as_str().unwrap();
        // Each seed has ids of its own, so that none knows of the others.
        let run = |seed: usize, flags: &str| {
            let line = format!(
                "--scenario {name} --to :{} --seed {seed} {flags} --format json",
                listener.port
            );
            let ran = send(&folder.path, &line);
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            listener.next_of("delivery", of_type(&json_lines(&ran.out), "delivery").len())
        };
        for line in run(seed, "") {
            assert_eq!(marks(&line), "", "{name} in order: {line}");
        }
        assert!(
            run(seed, "")
                .iter()
                .all(|line| line["duplicate_of"].is_string()),
            "{name} again"
        );
        let doubled = run(seed + 1, "--duplicates 1");
        let (firsts, seconds): (Vec<_>, Vec<_>) =
            doubled.iter().enumerate().partition(|(at, _)| at % 2 == 0);
        for ((_, first), (_, second)) in firsts.iter().zip(seconds) {
            assert_eq!(marks(first), "", "{name}, the first of two: {first}");
            assert_eq!(
                (marks(second), &second["duplicate_of"]),
                (" duplicate".to_owned(), &first["id"]),
                "{name}"
            );
        }
        let reversed = run(seed + 2, "--order reversed");
        // A deposit to the account has no id of its own that its events share.
        let tied = !name.starts_with("calypso/top-up");
        let any = reversed
            .iter()
            .any(|line| marks(line).contains("out_of_order"));
        assert_eq!(any, tied, "{name} reversed");
        said += &format!("# {name}, reversed\n");
        for line in reversed {
            said += &format!("{}{}\n", line["event"].as_str().unwrap(), marks(&line));
        }
    }
    snapshot("marks-of-reversed-life-cycles", &said);
}

#[test]
fn what_came_before_is_told_by_ids_bytes_and_ends() {
    let folder = folder(&[]);
    let calypso = |event: &str, id: u32, at: &str, more: &str| {
        let head = format!(
            r#""id":{id},"createdDate":"2026-11-03T09:{at}","level":"SUCCESS","service":"INVOICE""#
        );
        format!(r#"{{{head},"eventType":"{event}","data":{{"parentExternalId":"p-1"{more}}}}}"#)
    };
    let checkout =
        |event: &str, id: &str| sample("inqud", event).replace("CCO-", &format!("CCO-{id}"));
    // Bodies one after the other, each with its marks; a new case is a new line.
    for (name, bodies) in [
        (
            "the same bytes without a provider",
            vec![("{}".to_owned(), ""), ("{}".to_owned(), " duplicate")],
        ),
        (
            "the same id with other bytes",
            vec![
                (calypso("INVOICE_PAID", 7, "20:00", ""), ""),
                (calypso("INVOICE_PAID", 7, "20:00", ",\"x\":1"), " same_id"),
                (
                    calypso("INVOICE_PAID", 7, "20:00", ",\"x\":1"),
                    " duplicate",
                ),
                (calypso("INVOICE_PAID", 8, "20:01", ""), ""),
            ],
        ),
        (
            "the same id of another event is another delivery",
            vec![
                (calypso("INVOICE_MEMPOOL_FOUND", 7, "20:00", ""), ""),
                (calypso("INVOICE_PAID", 7, "20:01", ""), ""),
            ],
        ),
        (
            "a step that happened before one that came before it",
            vec![
                (calypso("INVOICE_PAID", 8, "20:00", ""), ""),
                (
                    calypso("INVOICE_MEMPOOL_FOUND", 7, "19:00", ""),
                    " out_of_order INVOICE_PAID",
                ),
            ],
        ),
        (
            "something after an end, and not the end again",
            vec![
                (calypso("INVOICE_EXPIRED", 8, "20:00", ""), ""),
                (calypso("INVOICE_EXPIRED", 9, "20:30", ""), ""),
                (
                    calypso("INVOICE_PAID", 10, "21:00", ""),
                    " after_end INVOICE_EXPIRED",
                ),
            ],
        ),
        (
            "another object has a life of its own",
            vec![
                (checkout("checkout.success", "1"), ""),
                (checkout("checkout.new", "2"), ""),
                (
                    checkout("checkout.new", "1"),
                    " out_of_order checkout.success",
                ),
            ],
        ),
    ] {
        let listener = Listener::start(&folder.path, "--format json");
        for (at, (body, expected)) in bodies.iter().enumerate() {
            listener.post(&[], body.as_bytes());
            assert_eq!(marks(&listener.delivery()), *expected, "{name}: {at}");
        }
    }
}

#[test]
fn people_see_a_line_for_each_then_the_body_then_what_is_wrong() {
    let folder = folder(&[]);
    let paid = paid();
    let step = |event: &str| signed("calypso", sample("calypso", event));
    let raw = gzip(paid.as_bytes());
    let compressed = vec![
        ("Content-Encoding", "gzip".to_owned()),
        signature("calypso", DEVELOPMENT, &raw),
    ];
    let list = format!("[{}, {{\"object\": \"charge\"}}]", paid.trim_end());
    let escapes = "{\"a\": \"\\u001b[2J\u{202e}\\u0000\", \"\u{1b}[31m\u{7f}\": \"\u{9b}1A\"}";
    let scenes = [
        (
            "valid",
            "--body full",
            vec![signed("calypso", paid.clone())],
        ),
        (
            "valid, without its body",
            "",
            EVENTS
                .map(|(provider, event, _)| signed(provider, sample(provider, event)))
                .into(),
        ),
        ("no signature", "", vec![delivery(Vec::new(), paid.clone())]),
        (
            "a signature of other bytes",
            "",
            vec![delivery(vec![("Sign", "0".repeat(128))], paid.clone())],
        ),
        (
            "an invalid body",
            "",
            vec![signed(
                "calypso",
                paid.replace("271.420", "\"x\"")
                    .replace("\"level\"", "\"lvl\""),
            )],
        ),
        (
            "a warning",
            "",
            vec![signed(
                "calypso",
                paid.replace("\"realAmount\": 271.420", "\"realAmount\": 250"),
            )],
        ),
        (
            "a duplicate",
            "",
            vec![
                signed("calypso", paid.clone()),
                signed("calypso", paid.clone()),
            ],
        ),
        (
            "the same id with another body",
            "",
            vec![
                signed("calypso", paid.clone()),
                signed(
                    "calypso",
                    paid.replace("\"realAmount\": 271.420", "\"realAmount\": 271.42"),
                ),
            ],
        ),
        (
            "out of order",
            "",
            vec![step("INVOICE_PAID"), step("INVOICE_MEMPOOL_FOUND")],
        ),
        (
            "after an end",
            "",
            vec![step("FIAT_DEPOSIT_ORDER_EXPIRED"), {
                let late = sample("calypso", "FIAT_DEPOSIT_ORDER_FAILED").replace("2026-", "2027-");
                signed("calypso", late)
            }],
        ),
        (
            "not recognised",
            "--body full",
            vec![delivery(
                Vec::new(),
                r#"{"object": "charge", "amount": 1.10}"#,
            )],
        ),
        (
            "no JSON",
            "--body full",
            vec![delivery(Vec::new(), "status=paid&amount=1\nsecond line\n")],
        ),
        ("nothing", "--body full", vec![delivery(Vec::new(), "")]),
        ("gzip", "", vec![delivery(compressed, raw)]),
        (
            "no UTF-8",
            "--body full",
            vec![delivery(Vec::new(), b"{\"a\": \"\xff\xfe\0\"}".to_vec())],
        ),
        (
            "what would steer a terminal",
            "--body full",
            vec![delivery(Vec::new(), escapes)],
        ),
        ("a list", "--body full", vec![signed("calypso", list)]),
        (
            "a scheme that is none",
            "--scheme none",
            vec![signed("calypso", paid.clone())],
        ),
        (
            "only what changes",
            "--body changed",
            vec![
                step("INVOICE_MEMPOOL_FOUND"),
                step("INVOICE_PAID"),
                step("INVOICE_PAID"),
                delivery(Vec::new(), "{\"x\": 1}"),
                delivery(Vec::new(), "{\"x\": 2}"),
            ],
        ),
        (
            "only some",
            "--filter *_PAID --filter checkout.*",
            vec![
                step("INVOICE_MEMPOOL_FOUND"),
                step("INVOICE_PAID"),
                delivery(Vec::new(), "{}"),
                signed("inqud", sample("inqud", "checkout.success")),
            ],
        ),
        (
            "colours",
            "--body full --color always",
            vec![signed("calypso", paid.replace("249.95", "\"x\\u001b[2J\""))],
        ),
    ];
    let mut said = String::new();
    for (title, flags, deliveries) in scenes {
        let flags = format!(" {flags}");
        said += &format!("# {title}\n$ inqud-hook listen{}\n", flags.trim_end());
        said += &shown(&folder, &flags, &deliveries).replace('\u{1b}', "ESC");
        said += "\n";
    }
    snapshot("deliveries", &said);
}

#[test]
fn machines_are_told_as_much_of_a_body_as_was_asked_for() {
    let folder = folder(&[]);
    let (first, second) = (sample("calypso", "INVOICE_MEMPOOL_FOUND"), paid());
    for (flag, whole) in [
        ("", true),
        ("--body full", true),
        ("--body none", false),
        ("--body changed", true),
    ] {
        let listener = Listener::start(&folder.path, &format!("--format json {flag}"));
        post(&listener, &signed("calypso", first.clone()));
        let line = listener.delivery();
        assert_eq!(line["body"] == json!(first), whole, "{flag}");
        assert!(line["changes"].is_null());
        post(&listener, &signed("calypso", second.clone()));
        let line = listener.delivery();
        if flag == "--body changed" {
            assert_eq!(
                (&line["body"], &line["body_base64"]),
                (&Value::Null, &Value::Null)
            );
            let change = |pointer: &str| {
                let mut all = line["changes"].as_array().unwrap().iter();
                all.find(|change| change["pointer"] == pointer)
                    .map(|change| (&change["before"], &change["now"]))
            };
            let event = (
                &json!("\"INVOICE_MEMPOOL_FOUND\""),
                &json!("\"INVOICE_PAID\""),
            );
            assert_eq!(change("/eventType"), Some(event));
            assert_eq!(change("/requestId"), None);
        } else {
            assert_eq!(line["body"] == json!(second), whole, "{flag}");
        }
    }
}

#[test]
fn a_filter_shows_some_and_counts_all() {
    let folder = folder(&[]);
    for (flags, shown) in [
        ("--filter INVOICE_*", vec!["calypso/INVOICE_PAID"]),
        ("--filter invoice_p?id", vec!["calypso/INVOICE_PAID"]),
        (
            "--filter rehive/* --filter CHECKOUT.success",
            vec!["inqud/checkout.success", "rehive/invoice.paid"],
        ),
        (
            "--filter *",
            vec![
                "calypso/INVOICE_PAID",
                "inqud/checkout.success",
                "rehive/invoice.paid",
                "",
            ],
        ),
        ("--filter *_EXPIRED", vec![]),
    ] {
        let listener = Listener::start(&folder.path, &format!("--format json {flags}"));
        for (provider, event, _) in EVENTS {
            assert_eq!(
                post(&listener, &signed(provider, sample(provider, event))),
                200
            );
        }
        assert_eq!(post(&listener, &delivery(Vec::new(), "{}")), 200);
        let lines = json_lines(&listener.interrupt().out);
        let events = of_type(&lines, "delivery")
            .into_iter()
            .map(|line| line["event"].as_str().unwrap_or_default());
        assert_eq!(events.collect::<Vec<_>>(), shown, "{flags}");
        assert_eq!(of_type(&lines, "summary")[0]["deliveries"], 4);
    }
}

type Secret = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    [&'static str; 3],
);

/// Configuration, variables and flags, and which secret then verifies each provider's deliveries.
const SECRETS: &[Secret] = &[
    ("", &[], "", [DEVELOPMENT, DEVELOPMENT, DEVELOPMENT]),
    ("", &[], "--secret-file flag", ["flag", "flag", "flag"]),
    (
        "",
        &[("INQUD_HOOK_SECRET", "all")],
        "",
        ["all", "all", "all"],
    ),
    (
        "",
        &[
            ("INQUD_HOOK_SECRET", "all"),
            ("INQUD_HOOK_SECRET_INQUD", "own"),
        ],
        "",
        ["all", "own", "all"],
    ),
    (
        "",
        &[("INQUD_HOOK_SECRET", "all")],
        "--secret-file flag",
        ["flag", "flag", "flag"],
    ),
    (
        "",
        &[("INQUD_HOOK_SECRET_REHIVE", "own")],
        "",
        [DEVELOPMENT, DEVELOPMENT, "own"],
    ),
    (
        "calypso = { file = 'deep/own' }",
        &[("INQUD_HOOK_SECRET", "all")],
        "",
        ["own", "all", "all"],
    ),
    (
        "inqud = { env = 'SHOP' }",
        &[("SHOP", "shop")],
        "",
        [DEVELOPMENT, "shop", DEVELOPMENT],
    ),
    ("", &[], "--secret-file feed", ["line", "line", "line"]),
];

#[test]
fn deliveries_are_verified_with_the_nearest_secret() {
    let name = |(file, variables, flags, _): &Secret| format!("{file} {variables:?} {flags}");
    all(
        SECRETS.iter().map(|case| (name(case), case)),
        |_, (file, variables, flags, secrets)| {
            let file = format!("[secrets]\n{file}\n");
            let files = [
                ("inqud-hook.toml", &*file),
                ("flag", "flag"),
                ("deep/own", "own"),
                ("feed", "line\n"),
            ];
            let folder = folder(&files);
            let mut command = listening(&folder.path, &format!("--format json {flags}"));
            let listener = Listener::of(command.envs(variables.iter().copied()));
            for ((provider, event, _), secret) in EVENTS.into_iter().zip(secrets) {
                let body = sample(provider, event);
                listener.post_signed(provider, secret, body.as_bytes());
                assert_eq!(
                    listener.delivery()["signature"]["verdict"],
                    "valid",
                    "{provider}"
                );
                listener.post_signed(provider, "another", body.as_bytes());
                assert_eq!(
                    listener.delivery()["signature"]["verdict"],
                    "invalid",
                    "{provider}"
                );
            }
            let ran = listener.interrupt();
            let without: Vec<&str> = EVENTS
                .iter()
                .zip(secrets)
                .filter(|(_, secret)| **secret == DEVELOPMENT)
                .map(|((provider, ..), _)| *provider)
                .collect();
            let told = if without.is_empty() {
                String::new()
            } else {
                format!("no secret configured for {}; ", without.join(", "))
            };
            assert!(ran.err.contains(&told), "{}", ran.err);
            assert_eq!(
                ran.err.matches("built-in test secret").count(),
                usize::from(!without.is_empty()),
                "{}",
                ran.err
            );
            let trimmed = secrets[0] == "line";
            assert_eq!(
                ran.err.matches("ignoring the trailing newline").count(),
                usize::from(trimmed),
                "{}",
                ran.err
            );
            let found = usize::from(ran.err.contains("inqud-hook.toml sets secrets\n"));
            let told = usize::from(!without.is_empty()) + usize::from(trimmed);
            assert_eq!(ran.err.lines().count(), found + told, "{}", ran.err);
        },
    );
}

#[test]
fn no_output_shows_a_secret() {
    let folder = folder(&[("secret", SECRET)]);
    let encoded = "czNjcjN0LW9mLXRoZS1zaG9w";
    let hidden = [SECRET, encoded, "an-other-s3cret", "k00kie"];
    for flags in [
        "",
        "--body full",
        "--body full --color always",
        "--format json",
        "--format json --scheme none",
    ] {
        let listener = Listener::start(&folder.path, &format!("--secret-file secret {flags}"));
        for (provider, event, _) in EVENTS {
            let body = sample(provider, event);
            // Valid, invalid, of the wrong header, spelt wrong: what is said of a failure must not tell either.
            for secret in [SECRET, "an-other-s3cret"] {
                listener.post_signed(provider, secret, body.as_bytes());
            }
            for value in [
                format!("secret {SECRET}"),
                format!("Basic {encoded}"),
                SECRET.to_owned(),
                format!("{SECRET}\t"),
            ] {
                for name in ["Authorization", "Proxy-Authorization"] {
                    listener.post(&[(name, &value), ("Cookie", "sid=k00kie")], body.as_bytes());
                }
            }
        }
        let ran = listener.interrupt();
        assert!(ran.out.lines().count() > 20, "{}", ran.out);
        for secret in hidden {
            assert!(
                !ran.out.contains(secret) && !ran.err.contains(secret),
                "{flags}: {secret} in {}{}",
                ran.out,
                ran.err
            );
        }
    }
}

/// What is left of a text once its own colours are taken away.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('m').filter(|end| {
            part[..*end]
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b';')
        });
        left += end.map_or(part, |end| &part[end + 1..]);
        // Something else than a colour shows itself by this.
        left += if end.is_none() { "\u{1b}" } else { "" };
    }
    left
}

#[test]
fn nothing_that_comes_steers_the_terminal() {
    let folder = folder(&[]);
    let steers = |char: char| {
        (char.is_control() && !matches!(char, '\n' | '\t'))
            || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let raw: Vec<u8> = (0..=255).collect();
    let foreign = "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}1A\u{202e}\u{0}\r\u{8}";
    let mut all: Vec<Vec<u8>> = bodies("bad").into_iter().map(|(_, body)| body).collect();
    all.push(raw.clone());
    all.push([&b"{\"a\": \""[..], &raw, b"\"}"].concat());
    all.push(paid().replace("USDT_TRX", foreign).into_bytes());
    all.push(paid().replace("INVOICE_PAID", foreign).into_bytes());
    all.push(paid().replace("realAmount", foreign).into_bytes());
    all.push(format!("{}5{}", "[".repeat(300), "]".repeat(300)).into_bytes());
    all.push(format!("{{\"amount\": 1{}}}", "0".repeat(20_000)).into_bytes());
    for flags in [
        "--color never --body full",
        "--color always --body full",
        "--color always --body changed",
        "--format json",
    ] {
        let listener = Listener::start(&folder.path, flags);
        for body in &all {
            let head = request("POST", "/hooks", &[], body);
            // Headers may carry any byte beyond ASCII; a target may, too.
            let head = String::from_utf8_lossy(&head[..head.len() - body.len()]).into_owned();
            let at = head.find("Content-Length").unwrap();
            let head = [
                &head.as_bytes()[..at],
                b"Sign: \x9b2J\xe2\x80\xae\r\nX-\x21: \xff\t\x80\r\n",
                &head.as_bytes()[at..],
            ]
            .concat();
            assert_eq!(listener.ask(&[&head[..], body].concat()).status, 200);
        }
        for target in ["/\u{9b}2J\u{202e}", "/%1b[2J"] {
            // Whether that is answered or refused, it is shown harmlessly.
            let _ = ask(listener.port, &request("POST", target, &[], b"{}"));
            let _ = ask(listener.port, &request("PUT", target, &[], b"{}"));
        }
        let ran = listener.interrupt();
        let left = if flags.contains("always") {
            without_colours(&ran.out)
        } else {
            ran.out.clone()
        };
        let found = left.lines().find(|line| line.contains(steers));
        assert_eq!(found, None, "{flags}");
        assert_eq!(ran.out.contains('\u{1b}'), flags.contains("always"));
        if flags.contains("json") {
            let lines = json_lines(&ran.out);
            assert!(of_type(&lines, "delivery").len() >= all.len());
        }
    }
}

#[test]
fn what_one_sends_the_other_finds_good() {
    let folder = folder(&[("secret", SECRET)]);
    let listener = Listener::start(
        &folder.path,
        "--format json --body none --secret-file secret --strict",
    );
    for (provider, event, _) in EVENTS {
        let to = format!(
            "{provider}/{event} --to :{} --secret-file secret",
            listener.port
        );
        for flags in ["", "--count 50 --concurrency 5", "--form bare"] {
            if (flags, provider) == ("--form bare", "inqud") {
                continue;
            }
            let ran = send(&folder.path, &format!("{to} {flags}"));
            assert_eq!(ran.code, 0, "{provider} {flags}: {}{}", ran.out, ran.err);
        }
    }
    let lines = json_lines(&listener.interrupt().out);
    let summary = of_type(&lines, "summary")[0];
    let expected = json!({"deliveries": 155, "valid": 155, "duplicates": 0, "out_of_order": 0, "after_end": 0});
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(summary[key], *value, "{key}: {summary}");
    }
}

#[test]
fn what_cannot_be_understood_is_said_before_anything_listens() {
    let folder = folder(&[("empty", "")]);
    let mut said = String::new();
    for line in [
        "eighty",
        "80x",
        "65536",
        "-1",
        "example.com:80",
        "http://localhost:80",
        "127.0.0.1:0 --bind 0.0.0.0",
        "0 --filter NOPE",
        "0 --filter INVOCE_*",
        "0 --forward INVOCE_*=:3000",
        "0 --events INVOICE_PAID",
        "0 --verbose --quiet",
        "0 --verbose --format json",
        "0 --bind nowhere",
        "0 --bind 192.0.2.1",
        "0 --scheme stripe",
        "0 --secret-file none",
        "0 --secret-file empty",
        "0 --format sarif",
        "0 --body some",
        "0 --max-body 0",
        "0 --host https://abc.ngrok.app",
        "0 --host abc.ngrok.app:443",
        "0 --host abc.*.app",
        "0 --host *app",
        "0 --path hooks",
        "0 --path /hooks#top",
        "0 --max-body 1TiB",
        "0 --deadline soon",
        "0 --count 0",
        "0 --until INVOICE_PAYED",
        "0 --until invoice",
        "0 --answer 99",
        "0 --answer 101",
        "0 --answer-body none",
        "0 --answer-header X",
        "0 --answer-header Content-Length:5",
        "0 --fail-rate 1.5",
        "0 --fail-rate NaN",
        "0 --seed 5",
        "0 --reset --answer 500",
        "0 --sync none",
        "0 --keep-secrets",
        "0 --insecure",
        "0 --forward ftp://localhost",
        "0 --forward http://",
        "0 --forward 192.0.2.1:80/x",
        "0 --forward INVOICE_*=192.0.2.1",
        "0 --forward http://ann:pa55w0rd@localhost/",
        "0 --forward :1 --answer 500",
        "0 --forward :1 --reset",
        "0 --forward :1 --answer-header X:1",
    ] {
        let ran = run(
            &folder.path,
            std::iter::once("listen").chain(line.split(' ')),
        );
        assert_eq!((ran.code, &*ran.out), (2, ""), "{line}: {}", ran.err);
        assert!(!ran.err.contains("pa55w0rd"), "{}", ran.err);
        said += &format!(
            "$ inqud-hook listen {line}\n{}\n",
            ran.err
                .trim_end()
                .replace(&*folder.path.to_string_lossy(), "FOLDER")
        );
        said += "\n";
    }
    let answer_body = run(&folder.path, ["listen", "0", "--answer-header", "X: a\nb"]);
    assert_eq!(answer_body.code, 2, "{}", answer_body.err);
    snapshot("refused", &said);
}
