//! What people use the tool for, from the first command to the answer, as its users do it: with several commands and
//! without flags for tests. Two more such jobs are tested where their tools are: a broken server that `send --why`
//! diagnoses in `send/why.rs`, and a test of an underpaid order in `examples/python`.

use crate::support::listener::Listener;
use crate::support::{Folder, Ran, feed, folder, json_lines, of_type, repository, run_line, tool};
use serde_json::Value;
use std::fs;

/// The output of a command that must end with that code.
fn output(folder: &Folder, line: &str, code: i32) -> String {
    let ran = run_line(&folder.path, line);
    assert_eq!(ran.code, code, "{line}\n{}\n{}", ran.out, ran.err);
    ran.out
}

/// Its JSON lines of that type.
fn lines(folder: &Folder, line: &str, code: i32, name: &str) -> Vec<Value> {
    let lines = json_lines(&output(folder, &format!("{line} --format json"), code));
    of_type(&lines, name).into_iter().cloned().collect()
}

#[test]
fn a_pasted_ticket_is_answered() {
    let ticket = fs::read_to_string(repository("examples/ticket.http")).unwrap();
    let ticket = ticket.trim_end();
    let folder = folder(&[]);
    let verify = |text: &str| feed(&mut tool(&folder.path, ["verify", "-"]), text.as_bytes());
    let Ran { code, out, .. } = verify(ticket);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("re-serialised JSON"), "{out}");
    // What the customer's server had received before it printed the amount again.
    let right = ticket.replace("271.420", "271.42");
    let Ran { code, out, .. } = verify(&right);
    assert_eq!(code, 0, "{out}");
}

#[test]
fn a_captured_day_is_searched_compared_replayed_and_checked() {
    let folder = folder(&[("own", "a-secret-of-my-own")]);
    let flags = "--journal day.ndjson --secret-file own --strict";
    let listener = Listener::start(&folder.path, flags);
    let to = format!("--to :{}", listener.port);
    for (what, code) in [
        (
            "--scenario calypso/paid --order-id A-1 --secret-file own",
            0,
        ),
        (
            "--scenario calypso/underpaid-paid --order-id A-2 --secret-file own",
            0,
        ),
        // A forgery, signed with another secret.
        ("INVOICE_PAID --order-id A-3", 1),
    ] {
        output(&folder, &format!("send {what} {to}"), code);
    }
    listener.interrupt();
    let log = |line: &str, name: &str| {
        lines(
            &folder,
            &format!("log day.ndjson --secret-file own {line}"),
            0,
            name,
        )
    };
    // Searched by order, and for what has a wrong signature.
    let of_order = log("--order A-2", "delivery");
    assert!(of_order.len() >= 4, "{of_order:?}");
    let forged = log("--invalid", "delivery");
    assert_eq!(forged.len(), 1, "{forged:?}");
    assert_eq!(forged[0]["order"], "A-3", "{forged:?}");
    // Compared: what the payments of the two orders do not have in common.
    let number = |order: &str| {
        let all = log(&format!("--order {order} --event INVOICE_PAID"), "delivery");
        all[0]["number"].as_u64().unwrap()
    };
    let changes = log(
        &format!("--diff {} {}", number("A-1"), number("A-2")),
        "changes",
    );
    let text = serde_json::to_string(&changes).unwrap();
    for field in ["/data/externalId", "/data/realAmount"] {
        assert!(text.contains(field), "{text}");
    }
    // Checked: the forgery, and the payment that is short.
    let checked = output(&folder, "validate day.ndjson", 0);
    assert!(checked.contains("warning[paid-short]"), "{checked}");
    assert!(
        checked.contains("1 had an invalid signature when captured"),
        "{checked}"
    );
    // Sent again: one order, and of the rest only what its endpoint should have accepted.
    let again = lines(
        &folder,
        "replay day.ndjson --secret-file own --only INVOICE_PAID",
        0,
        "delivery",
    );
    assert!(again.len() >= 2, "{again:?}");
}

#[test]
fn captured_bodies_are_checked_in_a_pipeline() {
    let folder = folder(&[]);
    fs::create_dir(folder.path.join("captures")).unwrap();
    let good = output(&folder, "events INVOICE_PAID --sample", 0);
    fs::write(folder.path.join("captures/good.json"), &good).unwrap();
    output(&folder, "validate captures", 0);
    let short = good.replace("\"realAmount\": 271.420", "\"realAmount\": 200");
    assert_ne!(short, good);
    fs::write(folder.path.join("captures/short.json"), short).unwrap();
    // Warnings are for people, unless the pipeline is to stop at them.
    output(&folder, "validate captures", 0);
    let annotated = output(
        &folder,
        "validate captures --deny warnings --format github",
        1,
    );
    assert!(
        annotated.starts_with("::error") && annotated.contains("file=captures/short.json"),
        "{annotated}"
    );
    let cases = output(
        &folder,
        "validate captures --deny warnings --format junit",
        1,
    );
    let suite = "<testsuite name=\"captures/short.json\" tests=\"1\" failures=\"1\"";
    assert!(cases.contains(suite), "{cases}");
}
