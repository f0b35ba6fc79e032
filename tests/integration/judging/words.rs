//! What `test` says about flags that cannot work, and about small endpoints that need a word of explanation.

use crate::support::endpoint::{Endpoint, answer};
use crate::support::{Ran, folder, json_lines, of_type, run_line};

fn run(line: &str) -> Ran {
    run_line(&folder(&[]).path, line)
}

#[test]
fn a_variable_for_the_secret_needs_a_command() {
    let ran = run("test --to :9 --provider calypso --secret-env SHOP_SECRET");
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("no command is given"), "{}", ran.err);
    let ran = run("test --to :9 --provider calypso --secret a1b2c3");
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("'--secret-file'"), "{}", ran.err);
    assert!(!ran.err.contains("a1b2c3"), "{}", ran.err);
}

#[test]
fn what_another_status_costs_is_told() {
    let endpoint = Endpoint::new(|_, _| answer(202, &[], ""));
    for (provider, verdict, words) in [
        ("calypso", "advice", "again for 3days 19h"),
        ("inqud", "fail", "counts all but 200 as failed"),
    ] {
        let line = format!(
            "test ack/code --to :{} --provider {provider} --format json",
            endpoint.port
        );
        let lines = json_lines(&run(&line).out);
        let cases = of_type(&lines, "case");
        let case = cases.iter().find(|case| case["id"] == "ack/code").unwrap();
        assert_eq!(case["verdict"], verdict);
        assert!(case["got"].as_str().unwrap().contains(words), "{case}");
    }
}

#[test]
fn the_event_of_a_payment_is_named() {
    let endpoint =
        Endpoint::new(|_, came| answer(200, &[], if came.method == "GET" { "{}" } else { "" }));
    let (port, events) = (endpoint.port, "--events transaction.execute");
    let line = format!(
        "test gate --to :{port} --provider rehive {events} --state http://127.0.0.1:{port}/{{order}} --format json"
    );
    let ran = run(&line);
    let note = "none of --events says that an order is paid, so invoice.paid is sent";
    assert!(ran.err.contains(note), "{}", ran.err);
    let lines = json_lines(&ran.out);
    let cases = of_type(&lines, "case");
    let case = cases
        .iter()
        .find(|case| case["id"] == "gate/state-moves")
        .unwrap();
    assert!(
        case["sent"].as_str().unwrap().contains("invoice.paid"),
        "{case}"
    );
    let fix = case["fix"].as_str().unwrap();
    assert!(
        fix.contains("invoice.complete") && fix.contains("let --order make"),
        "{fix}"
    );
}

#[test]
fn what_cannot_work_is_refused_with_what_does() {
    let base = "test --to :9 --provider calypso";
    for (flags, words) in [
        (
            "--state :3100/orders",
            "hint: a URL begins with its scheme: http://127.0.0.1:3100/orders\n",
        ),
        (
            "--order localhost:3100/orders?a",
            "http://localhost:3100/orders?a\n",
        ),
        ("--state ./show-{order}", "in $INQUD_HOOK_ORDER"),
        ("--to :10", "hint: leave one --to,"),
        ("--jobs 0", "write a whole number from 1 on"),
    ] {
        let ran = run(&format!("{base} {flags}"));
        assert_eq!(ran.code, 2, "{flags}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{flags}: {}", ran.err);
    }
}

#[test]
fn an_updated_baseline_is_named() {
    let endpoint = Endpoint::new(|_, _| answer(200, &[], ""));
    let folder = folder(&[]);
    let line = format!(
        "test forge/no-signature --to :{} --provider calypso --baseline known --update-baseline",
        endpoint.port
    );
    let ran = run_line(&folder.path, &line);
    assert!(
        ran.err
            .contains("the failures are written to known, and no longer fail a run\n"),
        "{}",
        ran.err
    );
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("\n1 of 3 cases failed"), "{}", ran.out);
    let known = std::fs::read_to_string(folder.path.join("known")).unwrap();
    assert!(known.contains("forge/no-signature"), "{known}");
}
