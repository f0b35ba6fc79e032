//! `events` with a pattern, a part of a name, a word, or a scenario.

use crate::support::{json_lines, run_line};

fn good(line: &str) -> String {
    let nowhere = tempfile::tempdir().expect("there is room for a folder");
    let ran = run_line(nowhere.path(), line);
    assert_eq!((ran.code, &*ran.err), (0, ""), "{line}");
    ran.out
}

/// The type and the name of each line.
fn found(line: &str) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().expect("it is a text").to_owned();
    let lines = json_lines(&good(&format!("{line} --format json")));
    lines
        .iter()
        .map(|line| (text(&line["type"]), text(&line["name"])))
        .collect()
}

#[test]
fn patterns_and_words_list_what_has_them() {
    for (line, some, none) in [
        (
            "events INVOICE_*",
            "calypso/INVOICE_PAID",
            "calypso/PAYOUT_CONFIRMED",
        ),
        (
            "events invoice_p",
            "calypso/INVOICE_PAID",
            "rehive/invoice.paid",
        ),
        (
            "events inqud/*",
            "inqud/checkout.success",
            "rehive/invoice.paid",
        ),
        (
            "events --provider rehive overp",
            "rehive/invoice.overpaid",
            "calypso/overpaid",
        ),
        // All of a provider.
        (
            "events calypso",
            "calypso/PAYOUT_CONFIRMED",
            "inqud/checkout.success",
        ),
        ("events paid", "calypso/paid", "calypso/INVOICE_EXPIRED"),
        (
            "events --scenarios under*",
            "calypso/underpaid",
            "calypso/paid",
        ),
        // Only said of it.
        (
            "events compliance",
            "calypso/INVOICE_PENDING_COMPLIANCE",
            "calypso/INVOICE_PAID",
        ),
    ] {
        let names: Vec<String> = found(line).into_iter().map(|(_, name)| name).collect();
        let has = |name: &str| names.iter().any(|found| found == name);
        assert!(has(some) && !has(none), "{line}: {names:?}");
        let human = good(line);
        assert!(names.iter().all(|name| human.contains(name)), "{human}");
    }
    assert!(
        found("events --scenarios paid")
            .iter()
            .all(|(kind, _)| kind == "scenario")
    );
}

#[test]
fn a_scenario_is_shown_step_by_step() {
    let page = good("events calypso/underpaid");
    assert_eq!(page, good("events --scenarios underpaid"));
    crate::support::snapshot("commands", "scenario-calypso-underpaid", &page);
    assert_eq!(
        found("events calypso/underpaid"),
        [("scenario".to_owned(), "calypso/underpaid".to_owned())]
    );
}
