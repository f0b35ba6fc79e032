//! What `send` and `replay` print for people: a line for each delivery, more with `-v`, less with `-q`, at any width; and
//! JUnit for those who run it in CI. Flags without effect are said.

use crate::support::captures::replay;
use crate::support::endpoint::{Endpoint, answer, send};
#[cfg(target_os = "linux")]
use crate::support::terminal::on_terminal;
use crate::support::{Ran, folder, json_lines, of_type, xmllint};

/// Refuses the last event of the scenario `underpaid`.
fn shop() -> Endpoint {
    Endpoint::new(|_, came| {
        if came.text().contains("_COMPLETED") {
            return answer(
                401,
                &[("X-Noise", "1"), ("Retry-After", "7")],
                "bad signature",
            );
        }
        answer(200, &[], "ok")
    })
}

const UNDERPAID: &str = "--scenario underpaid --seed 1";

#[test]
fn a_step_is_a_line_with_its_number_and_what_differs_from_the_heading() {
    let (folder, shop) = (folder(&[]), shop());
    let ran = send(&folder.path, &format!("{UNDERPAID} --to :{}", shop.port));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(
        lines[0].ends_with("/  order-258235, 249.95 EUR (271.420 USDT_TRX)"),
        "{}",
        ran.out
    );
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let third = words(lines[3]);
    assert_eq!(
        third[..5],
        [
            "3/5",
            "INVOICE_FUNDS_RECEIVED_FOR_INVOICE",
            "200.000",
            "USDT_TRX",
            "200"
        ]
    );
    assert_eq!(
        words(lines[4])[..3],
        ["4/5", "INVOICE_PENDING_INTERVENTION", "200"]
    );
    assert!(lines[5].starts_with("  5/5  ") && lines[5].ends_with("  rejected"));
    // Of the headers, only those that help.
    assert!(ran.out.contains("| Retry-After: 7\n") && !ran.out.contains("X-Noise"));
    assert!(ran.out.contains("       | bad signature\n"), "{}", ran.out);
    let last = lines.last().unwrap();
    assert!(
        last.starts_with("5 sent: 4 accepted, 1 rejected in "),
        "{last}"
    );
}

#[test]
fn all_targets_and_copies_can_be_told_apart() {
    let (folder, one, other) = (
        folder(&[]),
        Endpoint::answering(200),
        Endpoint::answering(200),
    );
    let to = format!("--to :{} --to :{}", one.port, other.port);
    let line = format!("--scenario rehive/paid --order reversed --duplicates 1 {to}");
    let ran = send(&folder.path, &line);
    let rows = || {
        ran.out
            .lines()
            .filter(|line| line.contains(" ms  → localhost:"))
    };
    for target in [&one, &other] {
        let end = format!("→ localhost:{}", target.port);
        assert_eq!(
            rows().filter(|row| row.ends_with(&end)).count(),
            target.came().len()
        );
    }
    let again = rows().filter(|row| row.contains(" (again)")).count();
    assert_eq!(again * 2, rows().count(), "{}", ran.out);
}

#[test]
fn verbose_shows_the_exchange_without_secrets_and_an_id_that_replay_takes() {
    let (folder, shop) = (folder(&[("secret", "hush-hush")]), shop());
    let to = format!("--to :{}", shop.port);
    let ran = send(
        &folder.path,
        &format!("rehive/invoice.paid -v --secret-file secret {to}"),
    );
    for part in [
        "> POST / HTTP/1.1\n",
        "> Authorization: Secret ********\n",
        "> {\"",
        "< HTTP 200 OK\n",
        "< ok\n",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains("hush-hush"), "{}", ran.out);
    let ran = send(&folder.path, &format!("INVOICE_PAID --verbose {to}"));
    let (_, id) = ran.out.split_once("id: ").unwrap();
    let id = id.lines().next().unwrap();
    folder.write("came.json", shop.came().last().unwrap().text());
    let again = replay(&folder, &format!("came.json --id {id} {to}"));
    assert_eq!((again.code, shop.came().len()), (0, 3), "{}", again.err);
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let (folder, shop) = (folder(&[]), shop());
    for line in [
        "INVOICE_PAID",
        "--scenario rehive/paid",
        "INVOICE_PAID --count 3",
    ] {
        for to in [String::new(), format!("--to :{}", shop.port)] {
            let ran = send(&folder.path, &format!("{line} -q {to}"));
            assert_eq!((ran.code, &*ran.out, &*ran.err), (0, "", ""), "{line} {to}");
        }
    }
    let ran = send(
        &folder.path,
        &format!("{UNDERPAID} --quiet --to :{}", shop.port),
    );
    let rows = ran.out.lines().filter(|line| line.contains("/5  ")).count();
    assert_eq!((ran.code, rows), (1, 1), "{}", ran.out);
    assert!(ran.out.starts_with("calypso/underpaid → "), "{}", ran.out);
}

#[test]
fn an_attempt_is_a_line_and_details_are_said_when_they_change() {
    let folder = folder(&[]);
    let endpoint = Endpoint::new(|number, _| match number {
        0..=2 => answer(500, &[], "down"),
        3 => answer(503, &[], "still down"),
        _ => answer(200, &[], ""),
    });
    let ran = send(
        &folder.path,
        &format!(
            "INVOICE_PAID --retry --time-scale 1e6 --to :{}",
            endpoint.port
        ),
    );
    let attempts: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| line.contains("retrying in "))
        .collect();
    assert_eq!(attempts.len(), 4, "{}", ran.out);
    assert!(attempts[0].contains(": 500 in ") && attempts[3].contains(": 200 in "));
    assert_eq!(
        [
            ran.out.matches("| down\n").count(),
            ran.out.matches("| still down\n").count()
        ],
        [1, 1],
        "{}",
        ran.out
    );
}

#[test]
fn notes_come_after_the_checks_and_the_published_secret_is_shown() {
    let folder = folder(&[("secret", "hush-hush")]);
    let ran = send(&folder.path, "INVOICE_PAID --to localhost:99999");
    assert!(
        ran.code == 2 && !ran.err.contains("signing with"),
        "{}",
        ran.err
    );
    for form in ["--dry-run", "--as har", "--as vegeta"] {
        let ran = send(&folder.path, &format!("rehive/invoice.paid {form}"));
        assert!(ran.code == 0 && !ran.out.contains("****"), "{}", ran.out);
        let ran = send(
            &folder.path,
            &format!("rehive/invoice.paid --secret-file secret {form}"),
        );
        let hidden = ran.out.contains("********") || ran.out.contains("KioqKioqKio");
        assert!(hidden && !ran.out.contains("hush-hush"), "{}", ran.out);
    }
}

#[test]
fn flags_without_effect_are_said() {
    let folder = folder(&[("own.json", "{\"mine\":true}")]);
    let endpoint = Endpoint::answering(200);
    let to = format!("--to :{}", endpoint.port);
    for (line, note) in [
        (
            "INVOICE_PAID --order reversed",
            "--order has no effect: there is only one delivery",
        ),
        (
            "INVOICE_PAID --gap 5ms",
            "--gap has no effect: there is only one delivery",
        ),
        (
            "INVOICE_PAID --keep-going",
            "--keep-going has no effect: there is only one delivery",
        ),
        (
            "INVOICE_PAID --duplicates 1 --order reversed",
            "--order has no effect: there is only one delivery",
        ),
        (
            "--body own.json --scheme calypso --seed 4",
            "--seed has no effect: the body of --body is sent as it is",
        ),
        (
            "INVOICE_PAID --dry-run --retry",
            "--retry has no effect: nothing is sent",
        ),
    ] {
        let ran = send(&folder.path, &format!("{line} {to}"));
        assert!(
            ran.code == 0 && ran.err.contains(note),
            "{line}: {}",
            ran.err
        );
    }
    for line in [
        "INVOICE_PAID --duplicates 1 --gap 1ms --keep-going",
        "--scenario rehive/paid --order reversed",
    ] {
        let ran = send(&folder.path, &format!("{line} {to}"));
        assert!(!ran.err.contains("no effect"), "{line}: {}", ran.err);
    }
    for (line, error) in [
        ("-q --format json", "--quiet has no effect on --format json"),
        (
            "-v --format junit",
            "--verbose has no effect on --format junit",
        ),
        ("-v --dry-run", "--verbose has no effect on a dry run"),
        ("-v --count 3", "--verbose shows single deliveries"),
        (
            "--format junit --count 3",
            "--format junit lists single deliveries",
        ),
        ("--format junit --dry-run", "no results to print as junit"),
        ("--format sarif", "[possible values: human, json, junit]"),
        ("-q -v", "cannot be used with"),
    ] {
        let ran = send(&folder.path, &format!("INVOICE_PAID {to} {line}"));
        assert_eq!((ran.code, &*ran.out), (2, ""), "{line}");
        assert!(ran.err.contains(error), "{line}: {}", ran.err);
    }
}

#[test]
fn each_delivery_is_a_test_case_of_junit() {
    let (folder, shop) = (folder(&[]), shop());
    let to = format!("--to :{} --format junit", shop.port);
    let check = |ran: &Ran, counts: &str| {
        assert!(ran.out.contains(counts), "{}", ran.out);
        if let Some(said) = xmllint(&ran.out) {
            assert_eq!(said, "", "{}", ran.out);
        }
    };
    let ran = send(&folder.path, &format!("{UNDERPAID} {to}"));
    check(
        &ran,
        "tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"0\"",
    );
    assert!(ran.code == 1 && ran.out.contains("<failure type=\"rejected\""));
    assert!(ran.out.contains("bad signature") && ran.out.contains("hint: "));
    let ran = send(&folder.path, &format!("{UNDERPAID} --order reversed {to}"));
    check(
        &ran,
        "tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"4\"",
    );
    // All attempts are one case.
    let ran = send(
        &folder.path,
        &format!("TRANSLATION_TO_ACCOUNT_COMPLETED --retry --time-scale 1e9 {to}"),
    );
    if ran.code != 2 {
        check(&ran, "tests=\"1\" failures=\"1\"");
    }
    folder.write("came.json", shop.came().first().unwrap().text());
    let ran = replay(&folder, &format!("came.json {to}"));
    check(&ran, "<testsuites name=\"inqud-hook replay\">");
    check(
        &ran,
        "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"",
    );
}

#[test]
fn machines_read_the_number_the_order_and_its_amount() {
    let (folder, shop) = (folder(&[]), shop());
    let ran = send(
        &folder.path,
        &format!("{UNDERPAID} --format json --to :{}", shop.port),
    );
    let lines = json_lines(&ran.out);
    let second = of_type(&lines, "delivery")[1];
    assert_eq!(
        [
            &second["number"],
            &second["order"],
            &second["amount"],
            &second["currency"]
        ],
        [
            &2.into(),
            &serde_json::Value::from("order-258235"),
            &"249.95".into(),
            &"EUR".into()
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn no_line_is_wider_than_the_terminal() {
    let (shop, folder) = (shop(), folder(&[]));
    for width in [60, 80, 120] {
        let line = format!("send {UNDERPAID} --to :{}/hooks", shop.port);
        let Some(shown) = on_terminal(&folder.path, width, &line) else {
            return;
        };
        let (_, shown) = shown.split_once("calypso/underpaid").expect("the heading");
        for line in shown.lines() {
            assert!(
                line.chars().count() <= usize::from(width),
                "{width}: {line}\n{shown}"
            );
        }
        // The columns stay where they are: a longer event moves the rest to the next line.
        let rows = shown.lines().filter(|line| !line.contains(" sent: "));
        let ends = rows.filter(|line| line.ends_with(" ms"));
        let mut ends: Vec<usize> = ends.map(|line| line.chars().count()).collect();
        ends.dedup();
        assert_eq!(ends.len(), 1, "{width}: {shown}");
        assert!(shown.contains("401"), "{shown}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_it_is_said_that_standard_input_is_read() {
    let folder = folder(&[]);
    for line in ["send --body - --scheme none --to :9", "replay - --to :9"] {
        let Some(shown) = on_terminal(&folder.path, 80, line) else {
            return;
        };
        let note = "reading standard input; end it with Ctrl-D";
        assert!(shown.contains(note), "{line}: {shown}");
    }
}
