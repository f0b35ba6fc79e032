//! `log`: recorded deliveries listed, chosen, shown whole, compared and followed; no secret is shown; and what a journal
//! says of deliveries that got no answer.

mod following;
mod money;
mod paging;
mod unanswered;

use crate::support::captures::{OLD, capture, captured, hooks, shop};
use crate::support::listener::{DEVELOPMENT, signature};
use crate::support::{Folder, Ran, all, folder, json_lines, of_type, payload, ran, snapshot, tool};
use serde_json::{Value, json};

/// Runs `log` with a line of arguments, in a zone an hour ahead of UTC.
fn log(folder: &Folder, line: &str) -> Ran {
    let mut command = tool(&folder.path, ["log"]);
    command.args(line.split_whitespace()).env("TZ", "CET-1");
    ran(command.output().expect("the binary starts"))
}

/// The lines of `log --format json`, which must succeed.
fn log_json(folder: &Folder, line: &str) -> Vec<Value> {
    let Ran { code, out, err } = log(folder, &format!("{line} --format json"));
    assert_eq!(code, 0, "{line}: {err}");
    json_lines(&out)
}

/// The numbers of the deliveries in the output.
fn numbers(lines: &[Value]) -> Vec<u64> {
    let deliveries = of_type(lines, "delivery");
    let numbers = deliveries.iter().map(|line| line["number"].as_u64());
    numbers.map(|number| number.expect("it has one")).collect()
}

/// A Calypso invoice on one line.
fn invoice(event: &str, order: &str, fields: &Value) -> String {
    let mut data = json!({"type": event, "externalId": order, "orderId": "7f0c"});
    for (name, value) in fields.as_object().expect("fields are named") {
        data[name] = value.clone();
    }
    json!({"id": 1, "eventType": event, "data": data}).to_string()
}

/// A delivery of Calypso, signed with the built-in test secret.
fn signed(at: &str, body: &str, fields: &Value) -> String {
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    let mut members = json!({
        "received_at": at, "headers": [["User-Agent", "Calypso"], [name, value]], "body": body,
    });
    for (name, value) in fields.as_object().expect("fields are named") {
        members[name] = value.clone();
    }
    capture(&members)
}

/// A journal of two days: an order's life, another order, a forgery, and a body that is no webhook.
fn two_days() -> Folder {
    let created = invoice(
        "INVOICE_CREATE_INVOICE",
        "order-1",
        &json!({"amount": 10.5, "currency": "USDT"}),
    );
    let paid = invoice(
        "INVOICE_PAID",
        "order-1",
        &json!({"amount": 10.5, "currency": "USDT", "realAmount": 10.5}),
    );
    let other = invoice(
        "INVOICE_PAID",
        "order-2",
        &json!({"orderId": "99", "fiatAmount": 3, "fiatCurrency": "EUR"}),
    );
    // It names the order only by the provider's id.
    let late =
        json!({"id": 9, "eventType": "INVOICE_COMPLETED", "data": {"orderId": "7f0c"}}).to_string();
    let wrong = json!({"signature": {"verdict": "invalid", "scheme": "hmac-sha512", "reason": "wrong_secret"}, "headers": [["Sign", "ab"]], "errors": 2});
    let lines = [
        signed(
            "2026-11-21T22:59:58.000Z",
            &created,
            &json!({"event": "calypso/INVOICE_CREATE_INVOICE"}),
        ),
        signed(
            "2026-11-21T23:00:03.500Z",
            &paid,
            &json!({"event": "calypso/INVOICE_PAID", "answer": {"status": 500}}),
        ),
        signed(
            "2026-11-21T23:10:00.000Z",
            &other,
            &json!({"event": "calypso/INVOICE_PAID", "answer": {"status": null, "reason": "stopped"}}),
        ),
        signed("2026-11-22T08:00:00.000Z", &paid, &wrong),
        capture(
            &json!({"received_at": "2026-11-22T08:00:01.000Z", "body": "Grüße\u{1b}[2J", "target": "/odd",
            "signature": {"verdict": "missing", "scheme": "none"}, "errors": 1}),
        ),
        signed("2026-11-22T08:00:02.000Z", &late, &json!({})),
    ];
    folder(&[("j.ndjson", &lines.concat())])
}

#[test]
fn a_line_a_delivery_below_its_day_in_local_time() {
    let ran = log(&two_days(), "j.ndjson");
    assert_eq!((ran.code, &*ran.err), (0, ""));
    snapshot("log", "lines", &ran.out);
}

#[test]
fn every_selection_chooses_and_they_work_together() {
    let folder = two_days();
    for (flags, expected) in [
        ("", &[1, 2, 3, 4, 5, 6][..]),
        ("--order order-2", &[3]),
        ("--order order-1", &[1, 2, 4, 6]),
        ("--order ORDER-1", &[1, 2, 4, 6]),
        ("--failed", &[2, 3]),
        ("--order order-2 --order 7f0c", &[1, 2, 3, 4, 6]),
        ("--order order", &[]),
        ("--event INVOICE_PAID", &[2, 3, 4]),
        ("--event *CREATE* --event calypso/INVOICE_EXPIRED", &[1]),
        ("--invalid", &[4, 5]),
        ("--since 2026-11-22", &[2, 3, 4, 5, 6]),
        ("--since 2026-11-22T09:00:01", &[5, 6]),
        ("--since 2026-11-22T08:00:02Z", &[6]),
        ("--since 1s", &[]),
        ("--since 5", &[]),
        ("--last 2", &[5, 6]),
        ("--last 9", &[1, 2, 3, 4, 5, 6]),
        ("--last 1 --order order-2", &[3]),
        ("--since 100years", &[1, 2, 3, 4, 5, 6]),
        ("--grep grüSSe", &[]),
        ("--grep GRÜßE", &[5]),
        ("--grep /ODD --grep order-2", &[3, 5]),
        ("--grep user-agent:", &[1, 2, 3, 6]),
        ("--event *PAID --since 2026-11-22T01:00 --invalid", &[4]),
        ("--history order-1", &[1, 2, 4, 6]),
        ("--history order-1 --since 2026-11-22T01:00", &[4, 6]),
        ("5 2", &[2, 5]),
    ] {
        let lines = log_json(&folder, &format!("j.ndjson {flags}"));
        assert_eq!(numbers(&lines), expected, "{flags}");
        if let [summary] = of_type(&lines, "summary")[..] {
            assert_eq!(
                (&summary["deliveries"], &summary["shown"]),
                (&json!(6), &json!(expected.len())),
                "{flags}"
            );
        }
    }
}

#[test]
fn a_line_for_machines_says_what_was_recorded() {
    let lines = log_json(&two_days(), "j.ndjson");
    let third = json!({
        "type": "delivery", "v": 1, "number": 3, "source": "j.ndjson", "record": 3, "id": "c",
        "received_at": "2026-11-21T23:10:00.000Z", "provider": "calypso", "event": "calypso/INVOICE_PAID",
        "order": "order-2", "amount": "3", "currency": "EUR", "payment": null, "due": null,
        "signature": {"verdict": "valid", "scheme": "hmac-sha512", "reason": null}, "errors": 0, "warnings": lines[2]["warnings"],
        "answer": {"status": null, "reason": "stopped"}, "duplicate_of": null, "same_id_as": lines[2]["same_id_as"],
        "out_of_order": null, "after_end": null,
    });
    assert_eq!(lines[2], third);
    assert_eq!(lines[3]["signature"]["reason"], "wrong_secret");
    let summary = of_type(&lines, "summary")[0];
    assert_eq!(
        (&summary["invalid"], &summary["unanswered"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn one_delivery_is_shown_whole_and_verified_again() {
    let folder = two_days();
    let shown = ["j.ndjson 2", "j.ndjson 4", "j.ndjson 5"].map(|line| {
        let Ran { code, out, err } = log(&folder, line);
        assert_eq!(code, 0, "{err}");
        format!("$ inqud-hook log {line}\n{out}{err}")
    });
    snapshot("log", "whole", &shown.join("\n"));
    let lines = log_json(&folder, "j.ndjson 4");
    let (line, []) = lines.split_first().expect("there is one line") else {
        unreachable!("{lines:?}")
    };
    assert_eq!(
        (&line["verified"]["verdict"], &line["signature"]["verdict"]),
        (&json!("invalid"), &json!("invalid"))
    );
    assert!(line["verified"]["explanation"].is_string(), "{line}");
    assert_eq!(line["headers"], json!([["Sign", "ab"]]));
    assert!(
        line["body"]
            .as_str()
            .is_some_and(|body| body.contains("order-1"))
    );
}

#[test]
fn what_changed_is_shown_field_by_field_in_the_order_of_the_text() {
    let folder = two_days();
    let shown = [
        "j.ndjson --diff 1 2",
        "j.ndjson --diff 2 4",
        "j.ndjson --diff 2 5",
        "j.ndjson --history order-1",
    ];
    let shown = shown.map(|line| {
        let Ran { code, out, err } = log(&folder, line);
        assert_eq!((code, &*err), (0, ""), "{line}");
        format!("$ inqud-hook log {line}\n{out}")
    });
    snapshot("log", "changes", &shown.join("\n"));
    let lines = log_json(&folder, "j.ndjson --diff 2 1");
    let changes = of_type(&lines, "changes")[0];
    assert_eq!((&changes["from"], &changes["to"]), (&json!(2), &json!(1)));
    let removed = json!({"pointer": "/data/realAmount", "before": "10.5", "now": null});
    assert_eq!(changes["changes"].as_array().map(Vec::len), Some(3));
    assert_eq!(changes["changes"][2], removed);
}

#[test]
fn it_reads_what_a_listener_wrote_and_shows_no_secret() {
    let folder = shop(&[]);
    let hooks = hooks();
    captured(&folder, &hooks, "--keep-secrets");
    for file in ["journal.ndjson", "log.ndjson"] {
        let lines = log_json(&folder, file);
        let events: Vec<&str> = of_type(&lines, "delivery")
            .iter()
            .map(|line| line["event"].as_str().unwrap_or_default())
            .collect();
        let expected: Vec<&str> = hooks.iter().map(|hook| hook.event).collect();
        assert_eq!(events, expected, "{file}");
        for number in 1..=hooks.len() {
            for form in ["", "--format json"] {
                let shown = log(
                    &folder,
                    &format!("{file} {number} --secret-file old {form}"),
                );
                assert_eq!(shown.code, 0, "{}", shown.err);
                assert!(!shown.out.contains(OLD), "{}", shown.out);
                assert!(!shown.out.contains('\u{1b}') && !shown.out.contains('\u{202e}'));
                if form.is_empty() && number == 4 {
                    assert!(
                        shown.out.contains("\"eventType\": \"INVOICE_EXPIRED\""),
                        "{}",
                        shown.out
                    );
                }
            }
        }
    }
    let lines = log_json(&folder, "journal.ndjson 1 4 --secret-file old");
    for line in &lines {
        assert_eq!(line["verified"]["verdict"], "valid", "{line}");
    }
}

#[test]
fn what_was_not_recorded_is_found_now() {
    let body = payload("inqud/samples/checkout.success.json");
    let (name, value) = signature("inqud", DEVELOPMENT, body.as_bytes());
    let request = |value: &str| {
        json!({"startedDateTime": "2026-11-21T09:30:00.000Z", "request": {"method": "POST", "url": "http://x/hooks",
            "headers": [{"name": name, "value": value}], "postData": {"text": body}}, "response": {"status": 200}})
    };
    let har = json!({"log": {"entries": [request(&value), request("00")]}}).to_string();
    let folder = folder(&[("a.har", &har), ("body.json", &body)]);
    let lines = log_json(&folder, "a.har body.json");
    let verdicts: Vec<&str> = of_type(&lines, "delivery")
        .iter()
        .map(|line| line["signature"]["verdict"].as_str().unwrap_or_default())
        .collect();
    // A body alone has no headers that could carry a signature.
    assert_eq!(verdicts, ["valid", "invalid", "unchecked"]);
    assert_eq!(
        (&lines[0]["answer"]["status"], &lines[2]["answer"]),
        (&json!(200), &Value::Null)
    );
    let human = log(&folder, "a.har body.json").out;
    assert!(
        human.starts_with("a.har\n2026-11-21 (UTC+01:00)\n   1 10:30:00  inqud/checkout.success"),
        "{human}"
    );
    assert!(
        human.contains("\n\nbody.json\n   3 --:--:--  inqud/checkout.success"),
        "{human}"
    );
}

#[test]
fn validate_counts_the_signatures_that_were_bad_on_arrival() {
    let body = json!({"event": "rehive/invoice.paid", "body": payload("rehive/samples/invoice.paid.json")});
    let line = |signature: Value| {
        let mut members = body.clone();
        members["signature"] = signature;
        capture(&members)
    };
    let told = "the header says \"missing\", not \"invalid\"";
    let lines = [
        line(json!({"verdict": "valid", "scheme": "secret", "explanation": told})),
        line(json!({"verdict": "missing", "scheme": "secret", "reason": "header_missing"})),
        line(json!({"verdict": "invalid", "scheme": "secret", "explanation": told})),
        line(json!({"verdict": "invalid", "scheme": "secret"})),
    ];
    let folder = folder(&[("j.ndjson", &lines.concat())]);
    let ran = crate::support::run_line(&folder.path, "validate j.ndjson");
    // The bodies are valid, and that alone decides.
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let expected = "4 bodies, all valid\n      4 rehive/invoice.paid\n      2 had an invalid signature when captured; \
                    `inqud-hook verify` says why\n      1 had no signature when captured; `inqud-hook verify` says why\n";
    assert_eq!(ran.out, expected);
    let ran = crate::support::run_line(&folder.path, "validate j.ndjson --format json");
    let lines = json_lines(&ran.out);
    let summary = of_type(&lines, "summary")[0];
    assert_eq!(
        (
            &summary["invalid_signatures"],
            &summary["missing_signatures"],
            &summary["invalid"]
        ),
        (&json!(2), &json!(1), &json!(0))
    );
}

#[test]
fn wrong_use_is_refused_with_what_to_do() {
    let folder = two_days();
    folder.write("empty.ndjson", "");
    all(
        [
            (
                "j.ndjson 7",
                2,
                "there is no delivery 7\nhint: deliveries are numbered from 1 to 6",
            ),
            ("j.ndjson --diff 1 7", 2, "there is no delivery 7"),
            ("17", 2, "no file given"),
            (
                "j.ndjson 2 --invalid",
                2,
                "a number already chooses the delivery",
            ),
            (
                "j.ndjson --diff 1 2 --order x",
                2,
                "a number already chooses the delivery",
            ),
            ("j.ndjson -f 2", 2, "a number leaves nothing to follow"),
            ("- -f", 2, "--follow takes one file"),
            (
                "j.ndjson --since soon",
                2,
                "--since soon is neither a time nor a duration",
            ),
            (
                "not-there.ndjson j.ndjson",
                2,
                "cannot read not-there.ndjson: no such file",
            ),
            (
                "j.ndjson --history order-17",
                2,
                "no delivery is about the order order-17\nhint: leave out --history",
            ),
            ("j.ndjson --event invoice", 2, "did you mean 'INVOICE_*'?"),
            ("empty.ndjson", 0, "note: empty.ndjson is empty"),
            ("-", 0, "note: <stdin> is empty"),
        ]
        .map(|case| (case.0.to_owned(), case)),
        |_, (line, code, words)| {
            let ran = log(&folder, line);
            assert_eq!(ran.code, code, "{}", ran.err);
            assert!(ran.err.contains(words), "{}", ran.err);
        },
    );
    std::fs::write(folder.path.join("binary"), [0xff, 0, 0xfe, b'\n', 0x80]).unwrap();
    folder.write("README.md", "# A shop\n\nIt sells shoes.\n");
    for (line, said) in [
        (
            "README.md",
            "error: README.md is not a journal, an HTTP archive (HAR), an HTTP request or a JSON body\nhint: give a file \
             that `listen --journal` wrote\n",
        ),
        (
            "A-1 j.ndjson",
            "error: cannot read A-1: no such file\nhint: for the deliveries about an order, write --order A-1\n",
        ),
        (
            "binary",
            "error: binary is not a journal, an HTTP archive (HAR), an HTTP request or a JSON body\nhint: give a file \
             that `listen --journal` wrote\n",
        ),
        (
            "j.ndjson A-1",
            "error: cannot read A-1: no such file\nhint: for the deliveries about an order, write --order A-1\n",
        ),
        (
            "nope.ndjson",
            "error: cannot read nope.ndjson: no such file or directory\nhint: check the path; it is relative to the working \
             folder\n",
        ),
    ] {
        let ran = log(&folder, line);
        assert_eq!((ran.code, &*ran.out, &*ran.err), (2, "", said), "{line}");
    }
    // The others are shown all the same.
    assert!(
        log(&folder, "not-there.ndjson j.ndjson")
            .out
            .contains("6 deliveries")
    );
}

#[test]
fn what_the_log_printed_is_not_taken_for_bodies() {
    let folder = two_days();
    folder.write("list", &log(&folder, "j.ndjson --failed --format json").out);
    for line in ["replay list --to :9", "verify list", "log list"] {
        let ran = crate::support::run_line(&folder.path, line);
        let said = "error: list is a list that `log` printed, which has no bodies\nhint: give the journal itself";
        assert!(ran.code == 2 && ran.err.starts_with(said), "{}", ran.err);
    }
}

#[test]
fn another_secret_than_on_arrival_is_said_to_be_another_one() {
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let sign = signature("calypso", "the-secret-of-then", body.as_bytes());
    let line = capture(&json!({"headers": [[sign.0, sign.1]], "body": body}));
    let folder = folder(&[("j.ndjson", &line), ("other", "another-secret")]);
    let shown = log(&folder, "j.ndjson 1 --secret-file other").out;
    let said = "it was valid on arrival, so the secret here is another one than the listener had";
    assert!(shown.contains(said), "{shown}");
}

#[test]
fn a_new_object_is_one_change_and_what_tells_most_comes_first() {
    let event = |kind: &str, fields: Value| {
        let mut body = json!({"id": 1, "eventType": kind, "data": {"note": format!("of {kind}"), "orderId": "7f0c", "externalId": "o-1"}});
        for (name, value) in fields.as_object().expect("fields are named") {
            body["data"][name] = value.clone();
        }
        signed("2026-11-21T09:30:00.000Z", &body.to_string(), &json!({}))
    };
    let customer = json!({"a": 1, "b": 2, "c": {"d": 3, "e": 4}});
    let lines = [
        event(
            "INVOICE_CREATE_INVOICE",
            json!({"customer": null, "amount": 1}),
        ),
        event("INVOICE_PAID", json!({"customer": customer, "amount": 2})),
        event("INVOICE_COMPLETED", json!({"amount": 2, "customer": null})),
        event("INVOICE_COMPLETED", json!({"amount": 2, "added": customer})),
    ];
    let folder = folder(&[("j.ndjson", &lines.concat())]);
    let shown = log(&folder, "j.ndjson --history o-1").out;
    let changes: Vec<&str> = shown
        .lines()
        .filter_map(|line| line.strip_prefix("  /"))
        .collect();
    let expected = [
        "eventType \"INVOICE_CREATE_INVOICE\" → \"INVOICE_PAID\"",
        "data/amount 1 → 2",
        "data/note \"of INVOICE_CREATE_INVOICE\" → \"of INVOICE_PAID\"",
        "data/customer null → {4 fields}",
        "eventType \"INVOICE_PAID\" → \"INVOICE_COMPLETED\"",
        "data/note \"of INVOICE_PAID\" → \"of INVOICE_COMPLETED\"",
        "data/customer {4 fields} → null",
        "data/customer null (removed)",
        "data/added {4 fields} (added)",
    ];
    let mut sorted = (changes.clone(), expected.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1, "{shown}");
    assert!(
        changes[0].starts_with("eventType") && changes[1].starts_with("data/amount"),
        "{shown}"
    );
    // Machines get each field.
    let lines = log_json(&folder, "j.ndjson --diff 1 2");
    let all = of_type(&lines, "changes")[0]["changes"]
        .as_array()
        .map(Vec::len);
    assert_eq!(all, Some(8));
}

#[test]
fn packages_are_not_read_from_a_folder() {
    let folder = two_days();
    let deep = folder.path.join("node_modules/shop");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("package.json"), "{}").unwrap();
    for (line, code) in [("log .", 0), ("verify .", 2), ("replay . --dry-run", 0)] {
        let ran = crate::support::run_line(&folder.path, line);
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        let said = "note: skipped 1 folder: hidden, git-ignored, or node_modules, target or vendor; give their names to \
                    read them\n";
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
        assert!(!ran.out.contains("package.json"), "{line}: {}", ran.out);
    }
}
