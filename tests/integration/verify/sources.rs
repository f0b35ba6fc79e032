//! Where deliveries come from: raw requests, journals of a real listener, its JSON lines, HAR files, folders, standard
//! input; and what happens to inputs that cannot be read.

use super::{SAMPLES, SECRET, only, verify, verify_json};
use crate::support::captures::{OLD, capture, captured, hooks, shop};
use crate::support::listener::signature;
use crate::support::{all, feed, folder, json_lines, payload, run_line, tool};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One field of every line.
fn each<'l>(lines: &'l [Value], field: &str) -> Vec<&'l str> {
    lines
        .iter()
        .map(|line| line[field].as_str().unwrap_or_default())
        .collect()
}

#[test]
fn a_raw_request_is_read_however_it_was_pasted() {
    all(
        SAMPLES.map(|sample| (sample.1.to_owned(), sample)),
        |_, (provider, event, path)| {
            let body = payload(path).trim_end().to_owned();
            let (header, value) = signature(provider, SECRET, body.as_bytes());
            let length = body.len();
            let head = format!(
                "POST /hooks?a=b HTTP/1.1\nHost: shop.test\nContent-Length: {length}\n{header}: {value}\n"
            );
            let chunks = format!(
                "{:x}\n{}\n{:x}\n{}\n0\n\n",
                7,
                &body[..7],
                length - 7,
                &body[7..]
            );
            let chunked = head.replace(
                &format!("Content-Length: {length}"),
                "Transfer-Encoding: chunked",
            );
            for (name, text) in [
                (
                    "as it came",
                    format!("{}\r\n{body}", head.replace('\n', "\r\n")),
                ),
                ("with LF", format!("{head}\n{body}")),
                ("with an end", format!("\n{head}\n{body}\n\n")),
                ("headers alone", format!("{header}: {value}\n\n{body}")),
                (
                    "without a version",
                    format!("POST /hooks\n{header}: {value}\n\n{body}"),
                ),
                (
                    "with a URL",
                    format!("POST https://shop.test/hooks HTTP/2\n{header}: {value}\n\n{body}"),
                ),
                (
                    "as a file of an editor",
                    format!("### paid\n{head}\n{body}\n"),
                ),
                ("chunked", format!("{chunked}\n{chunks}")),
                ("said to be chunked", format!("{chunked}\n{body}")),
                (
                    "with another length",
                    format!("{}\n{body}", head.replace(&length.to_string(), "7")),
                ),
            ] {
                let folder = folder(&[("request.http", &text), ("secret", SECRET)]);
                let ran = verify(
                    &folder,
                    &[
                        "request.http",
                        "--secret-file",
                        "secret",
                        "--format",
                        "json",
                    ],
                );
                let line = &json_lines(&ran.out)[0];
                assert_eq!(
                    (ran.code, &line["verdict"]),
                    (0, &"valid".into()),
                    "{name}: {line}"
                );
                assert_eq!(
                    (&line["event"], &line["bytes"]),
                    (&event.into(), &length.into()),
                    "{name}"
                );
                let noted = match name {
                    "said to be chunked" => {
                        "note: request.http: Transfer-Encoding is chunked, but the body has no chunk sizes"
                    }
                    "with another length" => "note: request.http: Content-Length is 7, but ",
                    _ => "",
                };
                assert!(
                    ran.err.starts_with(noted) && ran.err.is_empty() == noted.is_empty(),
                    "{name}: {}",
                    ran.err
                );
            }
        },
    );
}

#[test]
fn what_a_dry_run_prints_is_valid() {
    let folder = folder(&[("secret", SECRET)]);
    for (line, count) in [
        ("send INVOICE_PAID --seed 1", 1),
        ("send rehive/invoice.paid --seed 1 --show-secrets", 1),
        ("send --scenario underpaid --seed 1", 5),
    ] {
        let printed = run_line(
            &folder.path,
            &format!("{line} --dry-run --secret-file secret"),
        );
        let mut command = tool(
            &folder.path,
            ["verify", "-", "--format", "json", "--secret-file", "secret"],
        );
        let ran = feed(&mut command, printed.out.as_bytes());
        let lines = json_lines(&ran.out);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{line}: {}", ran.out);
        let valid = lines.iter().filter(|line| line["verdict"] == "valid");
        assert_eq!(valid.count(), count, "{line}: {}", ran.out);
    }
}

#[test]
fn a_journal_is_verified_byte_for_byte_and_what_was_not_kept_is_not_judged() {
    let folder = shop(&[]);
    captured(&folder, &hooks(), "");
    let (code, lines, summary) = verify_json(&folder, &["journal.ndjson", "--secret-file", "old"]);
    assert_eq!(code, 2, "not all could be verified");
    let events: Vec<&str> = hooks().iter().map(|hook| hook.event).collect();
    assert_eq!(each(&lines, "event"), events);
    assert_eq!(
        each(&lines, "verdict"),
        ["valid", "valid", "unchecked", "valid", "unchecked"]
    );
    assert_eq!(
        each(&lines, "reason"),
        ["", "", "not_recorded", "", "unknown_provider"]
    );
    let records: Vec<_> = lines.iter().map(|line| line["record"].as_u64()).collect();
    assert_eq!(records, (1..=5).map(Some).collect::<Vec<_>>());
    let summary = summary.expect("there are several");
    let counts = [
        "deliveries",
        "valid",
        "invalid",
        "pasted",
        "missing",
        "unchecked",
        "unreadable",
    ];
    assert_eq!(
        counts.map(|name| summary[name].as_u64().unwrap()),
        [5, 3, 0, 0, 0, 2, 0]
    );

    // The value that was not recorded, given by hand.
    let value = format!("Authorization: Secret {OLD}");
    let (_, lines, _) = verify_json(
        &folder,
        &["journal.ndjson", "--secret-file", "old", "--header", &value],
    );
    assert_eq!(
        each(&lines, "verdict"),
        ["valid", "valid", "valid", "valid", "valid"]
    );

    // The listener's own output holds the text of the compressed body.
    let (_, lines, _) = verify_json(&folder, &["log.ndjson", "--secret-file", "old"]);
    assert_eq!(each(&lines, "verdict")[3], "unchecked");
    assert_eq!(each(&lines, "reason")[3], "not_recorded");

    let (code, lines, _) = verify_json(&folder, &["journal.ndjson", "--secret-file", "new"]);
    assert_eq!((code, each(&lines, "verdict")[0]), (2, "invalid"));
}

#[test]
fn a_kept_journal_is_verified_whole_and_a_masked_body_is_not_judged() {
    let folder = shop(&[]);
    let mut hooks = hooks();
    hooks.truncate(4);
    captured(&folder, &hooks, "--keep-secrets");
    let ran = verify(&folder, &["journal.ndjson", "--secret-file", "old"]);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    assert!(
        ran.out.ends_with("4 deliveries: all valid\n"),
        "{}",
        ran.out
    );

    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (header, value) = signature("calypso", OLD, body.as_bytes());
    let masked = json!({"headers": [[header, value]], "body": body.replace("Order", "********"), "masked": ["body"]});
    folder.write("masked.ndjson", &capture(&masked));
    let (code, line) = only(&folder, &["masked.ndjson", "--secret-file", "old"]);
    assert_eq!(
        (code, &line["verdict"], &line["reason"]),
        (0, &"unchecked".into(), &"not_recorded".into()),
        "it was valid on arrival"
    );
}

#[test]
fn an_archive_a_folder_and_several_inputs_are_read_and_failures_do_not_stop_it() {
    let body = payload("inqud/samples/checkout.success.json");
    let (header, value) = signature("inqud", SECRET, body.as_bytes());
    let entry = |body: &str, encoding: Option<&str>| {
        json!({"request": {"method": "POST", "url": "https://shop.test/h",
            "headers": [{"name": header.to_lowercase(), "value": value}],
            "postData": {"text": body, "encoding": encoding}}})
    };
    let other = body.replacen('1', "2", 1);
    let archive = json!({"log": {"entries": [entry(&body, None), entry(&STANDARD.encode(&body), Some("base64")),
        entry(&other, None), entry("?", Some("base64"))]}});
    let request = format!("{header}: {value}\n\n{body}");
    let folder = folder(&[
        ("secret", SECRET),
        ("all/recorded.har", &archive.to_string()),
        ("all/request.http", &request),
        ("all/notes.txt", "not read"),
    ]);
    let ran = verify(
        &folder,
        &[
            "none.json",
            "all",
            "--secret-file",
            "secret",
            "--format",
            "json",
        ],
    );
    let lines = json_lines(&ran.out);
    assert_eq!(ran.code, 2);
    assert_eq!(
        each(&lines[..4], "verdict"),
        ["valid", "valid", "invalid", "valid"]
    );
    assert_eq!(each(&lines[..4], "source")[3], "all/request.http");
    let count = |name: &str| lines[4][name].as_u64().unwrap();
    assert_eq!(
        ["deliveries", "valid", "invalid", "unreadable"].map(count),
        [4, 3, 1, 1]
    );
    for part in [
        "error: cannot read none.json",
        "skipping entry 4 of all/recorded.har",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    let ran = verify(&folder, &["all/recorded.har", "--secret-file", "secret"]);
    assert_eq!(ran.code, 1, "all could be read, and one is invalid");
    assert!(
        ran.out.contains("\n3 deliveries: 2 valid, 1 invalid\n"),
        "{}",
        ran.out
    );
}

#[test]
fn nothing_from_outside_controls_the_terminal() {
    let header = "X-\u{1b}[31m: 1\nSign-\u{202e}: 1\nX-Sign: \u{1b}]0;x\u{7}\n";
    let text =
        format!("POST /\u{1b}[2J HTTP/1.1\n{header}\n{{\"eventType\": \"INVOICE_\u{1b}[31m\"}}");
    let folder = folder(&[("request\u{1b}.http", &text)]);
    for format in ["human", "json"] {
        let ran = verify(
            &folder,
            &[
                "request\u{1b}.http",
                "--provider",
                "calypso",
                "--format",
                format,
            ],
        );
        assert_eq!(ran.code, 1, "{}", ran.out);
        for text in [ran.out, ran.err] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
        }
    }
}
