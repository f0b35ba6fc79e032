//! Terminals of 80 and 60 columns: lines are wrapped between words, with an indent, and code stays as it is.
#![cfg(target_os = "linux")]

use crate::support::captures::capture;
use crate::support::listener::{DEVELOPMENT, signature};
use crate::support::terminal::on_terminal;
use crate::support::{payload, run_line, three};
use serde_json::json;

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn width(line: &str) -> u16 {
    u16::try_from(line.chars().count()).unwrap_or(u16::MAX)
}

#[test]
fn lists_and_pages_are_wrapped_between_words_at_the_width_of_the_terminal() {
    let folder = three();
    for line in [
        "events",
        "events --scenarios",
        "events INVOICE_PAID",
        "explain",
        "explain state",
        "explain paid-short",
        "explain paid-differs",
        "explain unlisted-value",
        "explain forge/truncated",
    ] {
        let piped = run_line(folder.path(), line).out;
        for columns in [60, 80] {
            let Some(shown) = on_terminal(folder.path(), columns, line) else {
                return;
            };
            // A sample and an example are not wrapped.
            let code = |line: &str| piped.lines().any(|whole| whole == line);
            for shown in shown.lines().filter(|line| width(line) > columns) {
                assert!(
                    words(shown).len() == 1 || code(shown) && shown.starts_with("  "),
                    "{line} at {columns}: {shown}"
                );
            }
            assert_eq!(words(&shown), words(&piped), "{line} at {columns}");
        }
    }
    let Some(page) = on_terminal(folder.path(), 60, "explain unlisted-value") else {
        return;
    };
    assert!(
        page.contains("\n- Calypso: ") && page.contains("\n  "),
        "{page}"
    );
}

#[test]
fn a_list_in_a_pipe_has_one_line_an_entry() {
    let folder = three();
    let (list, scenarios) = (run_line(folder.path(), "events").out, "events --scenarios");
    let summary = "The customer's payment covers the invoice";
    assert!(
        !list.lines().any(|line| line.starts_with("    ")),
        "{summary}: {list}"
    );
    let scenarios = run_line(folder.path(), scenarios).out;
    let has_all = |line: &str| line.contains("/") && line.contains(" → ");
    assert!(scenarios.lines().all(has_all), "{scenarios}");
    // Events and scenarios have the same columns.
    let found = run_line(folder.path(), "events paid").out;
    let aligned = |line: &str| line.as_bytes().get(47..49) == Some(b"  ") || line.len() < 49;
    assert!(found.lines().all(aligned), "{found}");
    assert!(found.contains("\ncalypso/paid "), "{found}");
}

#[test]
fn notes_errors_and_hints_are_wrapped_behind_their_label() {
    let folder = three();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let line = "validate empty";
    let piped = run_line(folder.path(), line);
    for columns in [60, 80] {
        let Some(shown) = on_terminal(folder.path(), columns, line) else {
            return;
        };
        assert!(shown.lines().all(|line| width(line) <= columns), "{shown}");
        assert!(
            shown.contains("\nhint: only *.json, *.ndjson and *.jsonl are read"),
            "{shown}"
        );
        assert!(shown.contains("\n      "), "{shown}");
        let said = format!("{}{}", piped.err, piped.out);
        assert_eq!(words(&shown), words(&said));
    }
}

#[test]
fn a_frame_fits_the_terminal_with_its_label() {
    let folder = three();
    let text = std::fs::read_to_string(folder.path().join("short.json")).unwrap();
    let line: Vec<&str> = text.lines().map(str::trim).collect();
    std::fs::write(folder.path().join("line.json"), line.join(" ")).unwrap();
    for columns in [60, 80, 120] {
        let Some(shown) = on_terminal(folder.path(), columns, "validate line.json bad.json -v")
        else {
            return;
        };
        assert!(
            shown.lines().all(|line| width(line) <= columns),
            "{columns}\n{shown}"
        );
        assert!(
            shown.contains("^^^ less than the 271.420 of `amount`\n"),
            "{shown}"
        );
    }
}

#[test]
fn signatures_logs_and_wrong_lines_are_wrapped_between_words() {
    let folder = three();
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (name, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    let line = |number: u8, sign: &str, status: u16| {
        capture(
            &json!({"headers": [[name, sign]], "body": body.replace("2874154", &number.to_string()),
            "event": "calypso/INVOICE_PAID", "answer": {"status": status}}),
        )
    };
    let journal = [line(1, &value, 200), line(2, "00", 500)].concat();
    std::fs::write(folder.path().join("j.ndjson"), &journal).unwrap();
    for line in [
        "verify j.ndjson",
        "log j.ndjson",
        "log j.ndjson --diff 1 2",
        "log j.ndjson --history order-10417",
        "send INVOICE_PAID --format nonsense-of-a-format --to http://localhost:3000/webhooks",
        "listen --answer 700",
    ] {
        let piped = run_line(folder.path(), line);
        let said = format!("{}{}", piped.err, piped.out);
        for columns in [60, 80] {
            let Some(shown) = on_terminal(folder.path(), columns, line) else {
                return;
            };
            for wide in shown.lines().filter(|line| width(line) > columns) {
                assert_eq!(words(wide).len(), 1, "{line} at {columns}: {wide}");
            }
            let sorted = |text: &str| {
                // A row may go without the provider.
                let text = text.replace("calypso/", "");
                let mut words: Vec<String> = words(&text).into_iter().map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(&shown), sorted(&said), "{line} at {columns}");
        }
    }
    // A line a delivery where it fits.
    let Some(shown) = on_terminal(folder.path(), 80, "log j.ndjson") else {
        return;
    };
    assert!(shown.contains("  signed valid  → 200\n"), "{shown}");
    // The answer stands beside the verdicts, and an order's name gives way.
    let journal = journal.replace("order-10417", "order-with-a-long-name-10417");
    std::fs::write(folder.path().join("j.ndjson"), journal).unwrap();
    let Some(shown) = on_terminal(folder.path(), 80, "log j.ndjson") else {
        return;
    };
    let row = "  INVOICE_PAID  order-with-a-long…  249.95 EUR  signed valid  → 200\n";
    assert!(shown.contains(row), "{shown}");
    assert!(
        !shown.lines().any(|line| line.trim_start().starts_with('→')),
        "{shown}"
    );
}
