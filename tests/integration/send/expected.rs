//! What endpoints should answer: `--expect`, and deliveries that are known to be forged.

use crate::support::endpoint::{
    Endpoint, answer, dead_port, scrubbed, send, send_all, snapshot, socket,
};
use crate::support::listener::signature;
use crate::support::{folder, json_lines, of_type};
use serde_json::Value;
use std::io::{Read as _, Write as _};

#[test]
fn a_forged_delivery_that_is_accepted_is_a_failure() {
    let (folder, endpoint) = (folder(&[("secret", "hush")]), Endpoint::answering(200));
    let to = format!("INVOICE_PAID --seed 1 --to :{}", endpoint.port);
    let wrong = "ab".repeat(64);
    for (flags, words) in [
        ("--scheme none".to_owned(), "it is not signed"),
        ("--scheme inqud".to_owned(), "it is signed as inqud does"),
        (
            "--header Sign:deadbeef".to_owned(),
            "--header replaces its Sign by a wrong one",
        ),
        (
            format!("--secret-file secret --header Sign:{wrong}"),
            "--header replaces its Sign by a wrong one",
        ),
    ] {
        let line = format!("{to} {flags}");
        let ran = send(&folder.path, &line);
        assert_eq!(ran.code, 1, "{flags}");
        assert!(ran.out.contains(words), "{}", ran.out);
        assert!(ran.out.contains("accepts forged deliveries"), "{}", ran.out);
        let ran = send(&folder.path, &format!("{line} --format json"));
        let lines = json_lines(&ran.out);
        let delivery = of_type(&lines, "delivery")[0];
        assert_eq!(
            [&delivery["accepted"], &delivery["as_expected"]],
            [&Value::Bool(true), &Value::Bool(false)]
        );
        assert_eq!(delivery["forged"], words);
        for (expect, code) in [("accepted", 0), ("200", 0), ("refused", 1), ("401", 1)] {
            let ran = send(&folder.path, &format!("{line} --expect {expect}"));
            assert_eq!(ran.code, code, "{flags} {expect}: {}", ran.out);
        }
        // As many as a burst has are no better.
        let ran = send(&folder.path, &format!("{line} --count 3"));
        assert_eq!(ran.code, 1, "{flags}");
        assert!(ran.err.contains("accepts forged deliveries"), "{}", ran.err);
        let ran = send(&folder.path, &format!("{line} --count 3 --expect accepted"));
        assert_eq!(ran.code, 0, "{flags}: {}", ran.err);
        assert!(
            !ran.err.contains("accepts forged deliveries"),
            "{}",
            ran.err
        );
    }
    let ran = send(&folder.path, &format!("{to} --scheme none"));
    snapshot("forged", &scrubbed(&ran.out, endpoint.port));
}

#[test]
fn a_delivery_that_may_be_genuine_is_not_taken_for_forged() {
    let folder = folder(&[("secret", "hush"), ("own.json", "{\"mine\":true}")]);
    let endpoint = Endpoint::answering(200);
    let dry = send(&folder.path, "INVOICE_PAID --seed 1 --as http");
    let body = dry
        .out
        .split_once("\n\n")
        .or(dry.out.split_once("\r\n\r\n"));
    let body = body.expect("a head and a body").1.trim_end_matches('\n');
    let right = format!("Sign: {}", signature("calypso", "hush", body.as_bytes()).1);
    let unknown = format!("Sign: {}", "ab".repeat(64));
    let port = format!(":{}", endpoint.port);
    for flags in [
        vec!["INVOICE_PAID"],
        vec![
            "INVOICE_PAID",
            "--seed",
            "1",
            "--secret-file",
            "secret",
            "--header",
            &right,
        ],
        // It may have been made with a secret that is not configured.
        vec!["INVOICE_PAID", "--header", &unknown],
        vec!["INVOICE_PAID", "--scheme", "none", "--header", &unknown],
        vec!["INVOICE_PAID", "--scheme", "calypso"],
        vec!["--body", "own.json", "--scheme", "none"],
        vec!["--body", "own.json", "--scheme", "inqud"],
    ] {
        let ran = send_all(&folder.path, [&flags[..], &["--to", &port]].concat());
        assert_eq!(ran.code, 0, "{flags:?}: {}", ran.out);
        let given = flags.contains(&"--header");
        assert_eq!(ran.out.contains("signature given by --header"), given);
        assert!(!(given && ran.err.contains("signing with")), "{}", ran.err);
    }
}

#[test]
fn one_line_is_a_negative_test() {
    let folder = folder(&[]);
    let refusing = Endpoint::new(|_, came| {
        let status = came.path.trim_matches('/').parse().expect("a status");
        answer(status, &[], "")
    });
    let mut said = String::new();
    for (status, expect, code) in [
        (401, "401", 0),
        (401, "4xx", 0),
        (401, "refused", 0),
        (401, "accepted", 1),
        (403, "401", 1),
        (404, "refused", 1),
        (500, "refused", 1),
        (200, "refused", 1),
    ] {
        let ran = send(
            &folder.path,
            &format!(
                "INVOICE_PAID --seed 1 --scheme none --expect {expect} --to :{}/{status}",
                refusing.port
            ),
        );
        assert_eq!(ran.code, code, "{status} {expect}: {}", ran.out);
        let shown = scrubbed(&ran.out, refusing.port);
        let shown = shown
            .lines()
            .filter(|line| !line.starts_with("  |"))
            .skip(1);
        said += &format!(
            "--expect {expect}\n{}\n",
            shown.collect::<Vec<_>>().join("\n")
        );
    }
    snapshot("expected", &said);
    let all = format!(
        "--scenario underpaid --scheme none --expect refused --to :{}/401",
        refusing.port
    );
    let ran = send(&folder.path, &all);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains(", all as expected"), "{}", ran.out);
    let ran = send(&folder.path, "INVOICE_PAID --expect nothing");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("such as 401"), "{}", ran.err);
}

#[test]
fn a_server_that_is_down_has_refused_nothing() {
    let (folder, (port, _held)) = (folder(&[]), dead_port());
    for expect in ["refused", "4xx", "401"] {
        let ran = send(
            &folder.path,
            &format!("INVOICE_PAID --scheme none --expect {expect} --to :{port}"),
        );
        assert_eq!(ran.code, 1, "{expect}");
        assert!(ran.out.contains("connection refused"), "{}", ran.out);
    }
}

#[test]
fn the_built_in_receiver_says_why() {
    let folder = folder(&[("secret", "hush")]);
    let line = format!("INVOICE_PAID --seed 1 --header Sign:{}", "ab".repeat(64));
    for flags in ["", " --secret-file secret"] {
        let ran = send(&folder.path, &format!("{line}{flags}"));
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("  signature: "), "{}", ran.out);
        assert!(
            ran.out.contains("(received abababab…, expected "),
            "{}",
            ran.out
        );
        assert!(!ran.err.contains("signing with"), "{}", ran.err);
        let ran = send(&folder.path, &format!("{line}{flags} --format json"));
        let lines = json_lines(&ran.out);
        let found = &of_type(&lines, "received")[0]["signature"];
        let reason = if flags.is_empty() {
            "no_secret"
        } else {
            "unexplained"
        };
        assert_eq!(found["reason"], reason, "{}", ran.out);
        assert!(found["explanation"].is_string() && found["fix"].is_string());
        assert_eq!(found["received"], "abababab…");
        assert_eq!(found["expected"].as_str().unwrap().chars().count(), 9);
    }
}

#[test]
fn tls_to_a_port_without_it_is_told_so() {
    let folder = folder(&[]);
    let port = socket(|mut stream| {
        let _ = stream.read(&mut [0; 64]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let ran = send(
        &folder.path,
        &format!("INVOICE_PAID --to https://localhost:{port}/"),
    );
    assert_eq!(ran.code, 1);
    for words in ["that port does not speak TLS", "write http:// instead"] {
        assert!(ran.out.contains(words), "{}", ran.out);
    }
}
