//! What arrived is shown beside what is due, by `listen` and by `log`, and warnings about money can be found again.

use super::{log, log_json, numbers};
use crate::support::listener::{DEVELOPMENT, Listener, signature};
use crate::support::{Folder, folder, json_lines, of_type, payload};
use serde_json::{Value, json};

/// What arrives with how much of it paid, and how the listener answers; beside it its money in the output.
const DELIVERIES: [(&str, &str, &str, &str); 5] = [
    (
        "calypso",
        "INVOICE_PAID",
        "\"realAmount\": 271.420",
        "249.95 EUR",
    ),
    (
        "calypso",
        "INVOICE_PAID",
        "\"realAmount\": 96.019",
        "249.95 EUR (96.019 USDT_TRX of 271.420)",
    ),
    (
        "calypso",
        "INVOICE_PAID",
        "\"realAmount\": 271.42000",
        "249.95 EUR",
    ),
    (
        "rehive",
        "invoice.underpaid",
        "",
        "129.95 USD (0.00132286 XBT of 0.00134786)",
    ),
    // What is due is not in it.
    (
        "calypso",
        "INVOICE_FUNDS_RECEIVED_FOR_INVOICE",
        "",
        "249.95 EUR (271.420 USDT_TRX)",
    ),
];

/// A journal of those deliveries, and the output of the listener.
fn recorded() -> (Folder, String) {
    let folder = folder(&[]);
    let listener = Listener::start(
        &folder.path,
        "--journal j.ndjson --fail-first 1 --sync none",
    );
    for (number, (provider, event, paid, _)) in DELIVERIES.into_iter().enumerate() {
        let body = payload(&format!("{provider}/samples/{event}.json"));
        let body = body.replace("\"realAmount\": 271.420", paid);
        let body = body.replace("\"id\": 2874154", &format!("\"id\": {number}"));
        let (name, value) = signature(provider, DEVELOPMENT, body.as_bytes());
        listener.post(&[(name, &value)], body.as_bytes());
    }
    (folder, listener.interrupt().out)
}

#[test]
fn what_was_paid_is_shown_where_it_is_not_what_is_due() {
    let (folder, listened) = recorded();
    let logged = log(&folder, "j.ndjson").out;
    for (out, event) in [(&listened, "  2"), (&logged, "   2")] {
        assert!(out.contains(event), "{out}");
        let lines: Vec<&str> = out.lines().filter(|line| line.contains("→ ")).collect();
        assert_eq!(lines.len(), DELIVERIES.len(), "{out}");
        for (line, (_, _, _, money)) in lines.iter().zip(DELIVERIES) {
            let shown = line.split("  ").map(str::trim);
            assert!(shown.clone().any(|cell| cell == money), "{money}: {line}");
        }
    }
    let lines = log_json(&folder, "j.ndjson 2");
    assert_eq!(
        (&lines[0]["amount"], &lines[0]["payment"], &lines[0]["due"]),
        (
            &json!("249.95"),
            &json!({"amount": "96.019", "currency": "USDT_TRX"}),
            &json!({"amount": "271.420", "currency": "USDT_TRX"}),
        )
    );
}

#[test]
fn warnings_and_failures_are_counted_and_found() {
    let (folder, _) = recorded();
    let logged = log(&folder, "j.ndjson").out;
    assert!(
        logged.contains("signed valid (paid-short)  → 200\n"),
        "{logged}"
    );
    assert!(
        logged.ends_with("5 deliveries, 1 with warnings, 1 out of order\n"),
        "{logged}"
    );
    for (flags, expected) in [
        ("--rule paid-short", &[2][..]),
        ("--rule PAID-SHORT --failed", &[]),
        ("--rule paid-*", &[2]),
        ("--rule warnings", &[2]),
        ("--failed", &[1]),
        ("--invalid", &[]),
    ] {
        let lines = log_json(&folder, &format!("j.ndjson {flags}"));
        assert_eq!(numbers(&lines), expected, "{flags}");
    }
    let lines = log_json(&folder, "j.ndjson");
    let warnings: Vec<&Value> = lines.iter().map(|line| &line["warnings"]).collect();
    assert_eq!(warnings[..2], [&json!([]), &json!(["paid-short"])]);
    assert_eq!(of_type(&lines, "summary")[0]["warned"], 1);
    let refused = log(&folder, "j.ndjson --rule paid-shrt");
    assert_eq!(refused.code, 2);
    let said = "unknown rule \"paid-shrt\" (--rule)\nhint: did you mean paid-short?\n";
    assert!(refused.err.ends_with(said), "{}", refused.err);
}

#[test]
fn a_body_that_came_before_is_a_duplicate_whatever_came_between() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --journal j.ndjson");
    let first = payload("calypso/samples/INVOICE_PAID.json");
    let other = first.replace("271.420", "96.019");
    let event = |name: &str, number: &str| {
        first
            .replace("INVOICE_PAID", name)
            .replace("2874154", number)
    };
    let expired = event("INVOICE_EXPIRED", "8");
    let declined = event("INVOICE_COMPLIANCE_DECLINED", "9");
    let created = event("INVOICE_CREATE_INVOICE", "7");
    for body in [&first, &other, &first, &expired, &declined, &created] {
        let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
        listener.post(&[(name, &value)], body.as_bytes());
    }
    let lines = json_lines(&listener.interrupt().out);
    let found = of_type(&lines, "delivery");
    let id = &found[0]["id"];
    assert_eq!(
        (&found[1]["duplicate_of"], &found[1]["same_id_as"]),
        (&Value::Null, id)
    );
    assert_eq!(
        (&found[2]["duplicate_of"], &found[2]["same_id_as"]),
        (id, &Value::Null)
    );
    // The log says the same, with numbers.
    let logged = log_json(&folder, "j.ndjson");
    let number = |id: &Value| found.iter().position(|line| &line["id"] == id);
    for (printed, logged) in found.iter().zip(of_type(&logged, "delivery")) {
        for mark in ["duplicate_of", "same_id_as"] {
            let first = number(&printed[mark]).map(|place| place + 1);
            assert_eq!(logged[mark], json!(first), "{logged}");
        }
        for mark in ["out_of_order", "after_end"] {
            assert_eq!(logged[mark], printed[mark], "{logged}");
        }
    }
    let summary = of_type(&logged, "summary")[0];
    assert_eq!(
        (&summary["duplicates"], &summary["same_id"]),
        (&json!(1), &json!(1))
    );
    for line in ["j.ndjson", "j.ndjson --history order-10417"] {
        let shown = log(&folder, line).out;
        for (number, mark) in [
            (2, "same id as 1, different content"),
            (3, "duplicate of 1"),
            (5, "after the end: INVOICE_EXPIRED"),
            (6, "out of order: INVOICE_PAID came before"),
        ] {
            let row = shown
                .lines()
                .find(|row| row.starts_with(&format!("   {number} ")));
            assert!(
                row.is_some_and(|row| row.ends_with(mark)),
                "{mark}: {shown}"
            );
        }
        assert!(
            shown.ends_with(
                ", 1 duplicate, 1 same id, different content, 1 out of order, 1 after the end\n"
            ),
            "{shown}"
        );
    }
}
