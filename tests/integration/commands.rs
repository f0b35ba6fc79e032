//! Commands as they are typed: listing and showing; exit codes; errors for wrong usage; colours.

use crate::support::{
    Ran, all, folder_with, json_lines, of_type, payload, ran, run, run_line, three, tool,
};
use serde_json::Value;
use std::collections::BTreeSet;

const PROVIDERS: [&str; 3] = ["calypso", "inqud", "rehive"];

/// A folder in which nothing lies.
fn nowhere() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn snapshot(name: &str, out: &str) {
    crate::support::snapshot("commands", name, out);
}

/// Runs a line that must succeed without a word on stderr.
fn good(line: &str) -> String {
    let Ran { code, out, err } = run_line(nowhere().path(), line);
    assert_eq!((code, &*err), (0, ""), "{line}");
    out
}

fn toml_of(path: &str) -> toml::Table {
    payload(path).parse().expect(path)
}

fn names(value: &toml::Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["name"].as_str())
}

#[test]
fn events_lists_what_the_manifests_list() {
    let all = good("events --format json");
    let mut listed = BTreeSet::new();
    for provider in PROVIDERS {
        let manifest = toml_of(&format!("{provider}/provider.toml"));
        let expected: Vec<String> = names(&manifest["events"])
            .map(|name| format!("{provider}/{name}"))
            .collect();
        let lines = json_lines(&good(&format!(
            "events --provider {} --format json",
            provider.to_uppercase()
        )));
        assert!(
            lines.iter().all(|line| line["type"] == "event"
                && line["v"] == 1
                && line["provider"] == provider)
        );
        assert_eq!(
            lines
                .iter()
                .map(|line| line["name"].as_str().unwrap())
                .collect::<Vec<_>>(),
            expected
        );
        let human = good(&format!("events --provider {provider}"));
        let first: Vec<&str> = human
            .lines()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(first, expected, "one line an event");
        listed.extend(expected);
    }
    assert_eq!(json_lines(&all).len(), listed.len());
    let human = good("events");
    assert!(
        listed
            .iter()
            .all(|name| human.contains(&format!("\n{name} ")))
    );
}

#[test]
fn samples_and_schemas_are_printed_byte_for_byte() {
    let entries = json_lines(&good("events --format json"));
    assert!(entries.len() > 60);
    all(
        entries
            .iter()
            .map(|entry| (entry["name"].to_string(), entry)),
        |_, entry| {
            let text = |key: &str| entry[key].as_str().unwrap();
            let (name, provider) = (text("name"), text("provider"));
            let sample = payload(&format!("{provider}/samples/{}.json", text("event")));
            assert_eq!(good(&format!("events {name} --sample")), sample);
            assert_eq!(
                good(&format!("events {name} --schema")),
                payload(&format!("{provider}/schemas/{}.json", text("kind")))
            );
            let bare = format!("events {name} --sample --form bare");
            if provider == "inqud" {
                let ran = run_line(nowhere().path(), &bare);
                assert!(
                    ran.code == 2 && ran.err.contains("no bare form"),
                    "{}",
                    ran.err
                );
                return;
            }
            // The bare form has the same values, out of its envelope.
            let mut full: Value = serde_json::from_str(&sample).unwrap();
            let bare: Value = serde_json::from_str(&good(&bare)).unwrap();
            match provider {
                "calypso" => full = full["data"].take(),
                "rehive" => {
                    let object = full.as_object_mut().unwrap();
                    object.retain(|key, _| !matches!(key.as_str(), "id" | "event" | "company"));
                }
                _ => {}
            }
            assert_eq!(bare, full);
        },
    );
}

#[test]
fn an_event_has_a_page_in_both_forms_and_for_machines() {
    for (name, form) in [
        ("INVOICE_PAID", "full"),
        ("INVOICE_PAID", "bare"),
        ("checkout.success", "full"),
        ("rehive/user.create", "full"),
    ] {
        let page = good(&format!("events {name} --form {form}"));
        snapshot(&format!("event-{}-{form}", name.replace('/', "-")), &page);
        let line = &json_lines(&good(&format!("events {name} --form {form} --format json")))[0];
        let sample: Value =
            serde_json::from_str(&good(&format!("events {name} --form {form} --sample"))).unwrap();
        assert_eq!(
            (&line["sample"], &line["form"]),
            (&sample, &Value::from(form))
        );
        let paid = page.contains("the order is paid.");
        assert_eq!(line["means"], if paid { "paid" } else { "neither" });
        for field in line["fields"].as_array().unwrap() {
            assert!(
                page.contains(field["path"].as_str().unwrap()) && field["description"] != "",
                "{field}"
            );
        }
    }
}

#[test]
fn scenarios_are_listed_with_their_steps() {
    for provider in PROVIDERS {
        let written = toml_of(&format!("{provider}/scenarios.toml"));
        let lines = json_lines(&good(&format!(
            "events --scenarios --provider {provider} --format json"
        )));
        let human = good(&format!("events --scenarios --provider {provider}"));
        assert_eq!(lines.len(), names(&written["scenarios"]).count());
        for (line, scenario) in lines.iter().zip(written["scenarios"].as_array().unwrap()) {
            assert_eq!(
                line["name"],
                format!("{provider}/{}", scenario["name"].as_str().unwrap())
            );
            let steps: Vec<&str> = scenario["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["event"].as_str().unwrap())
                .collect();
            let listed: Vec<&str> = line["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["event"].as_str().unwrap())
                .collect();
            assert_eq!(listed, steps);
            assert!(human.contains(&steps.join(" → ")), "{steps:?}");
        }
    }
    assert!(good("events --scenarios").matches(" → ").count() > 20);
}

#[test]
fn help_is_as_reviewed() {
    let commands = [
        "send",
        "listen",
        "log",
        "inspect",
        "replay",
        "validate",
        "verify",
        "events",
        "explain",
        "init",
        "config",
        "completions",
        "man",
    ];
    for command in std::iter::once("").chain(commands) {
        let (short, long) = (
            good(&format!("{command} -h")),
            good(&format!("{command} --help")),
        );
        assert!(
            short
                .lines()
                .chain(long.lines())
                .all(|line| line.chars().count() <= 100),
            "{short}{long}"
        );
        assert!(
            long.ends_with("\n  130  ended by Ctrl-C\n"),
            "exit codes are explained: {long}"
        );
        snapshot(
            &format!("help{}{command}", if command.is_empty() { "" } else { "-" }),
            &short,
        );
    }
    assert_eq!(
        good("--version"),
        format!("inqud-hook {}\n", env!("CARGO_PKG_VERSION"))
    );
}

/// What is refused; a new case is a new line.
const REFUSED: &[&str] = &[
    "frobnicate",
    "validate",
    "verify",
    "validate body.json --frob",
    "validate body.json --format xml",
    "validate body.json --deny",
    "validate body.json --deny paid_short",
    "validate body.json --deny paid-short --allow paid-short",
    "validate body.json --event INVOICE_PAYED",
    "validate body.json --event invoice.failed",
    "validate body.json --provider Calipso",
    "validate not-there.json",
    "validate .",
    "events INVOICE_PAYED",
    "events calypso/INVOICE_PAIDD",
    "events stripe/charge",
    "events zzz",
    "events PAYOUT_SPEEDED_UP",
    "events invoice.failed",
    "events INVOICE_PAID --provider stripe",
    "events INVOICE_PAID --sample --schema",
    "events INVOICE_PAID --sample --format json",
    "events INVOICE_PAID --form envelope",
    "events --sample",
    "events --format sarif",
    "events --scenarios --provider stripe",
    "explain paid-shrt",
    "explain forge/truncatd",
    "explain state/zzz*",
    "explain zzz",
    "completions",
    "completions bahs",
    "man sned",
    "man zzz",
    "man send --dir .",
    "config --format junit",
    "config --deny zzz",
    "--config not-there.toml events",
    "--catalog not-there events",
    "--color sometimes events",
];

#[test]
fn what_cannot_be_done_is_said_on_stderr_with_what_to_try() {
    let folder = nowhere();
    let said: String = REFUSED
        .iter()
        .map(|line| {
            let Ran { code, out, err } = run_line(folder.path(), line);
            assert_eq!(code, 2, "{line}");
            assert!(
                out.is_empty() || line.starts_with("validate "),
                "{line}: {out}"
            );
            format!("$ inqud-hook {line}\n{err}\n")
        })
        .collect();
    snapshot("refused", &said);
}

#[test]
fn exit_codes_tell_good_from_found_from_failed() {
    let folder = three();
    for (line, code) in [
        ("good.json", 0),
        ("short.json", 0),
        ("good.json bad.json", 1),
        ("bad.json not-there.json", 2),
        ("short.json --deny paid-short", 1),
        ("short.json --deny warnings", 1),
        ("good.json --deny warnings", 0),
        ("bad.json --warn unrecognised", 0),
        ("bad.json --allow unrecognised", 0),
        ("good.json --event INVOICE_PAID", 0),
        ("good.json --event calypso/INVOICE_EXPIRED", 1),
        ("good.json --provider calypso", 0),
        ("good.json --provider rehive", 1),
        ("good.json --event invoice.failed", 2),
        ("good.json --provider stripe", 2),
    ] {
        let ran = run_line(folder.path(), &format!("validate {line}"));
        assert_eq!(ran.code, code, "{line}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_named_event_is_what_a_body_without_a_name_is_checked_against() {
    let body =
        br#"{"amount": 5, "currency": "BTC", "description": "", "parentExternalId": 3, "realAmount": "5"}"#.to_vec();
    let folder = folder_with(&[("body.json".to_owned(), body)]);
    let lines = json_lines(
        &run_line(
            folder.path(),
            "validate body.json --event invoice_paid --format json",
        )
        .out,
    );
    let body = of_type(&lines, "body")[0];
    assert_eq!(
        (&body["event"], &body["form"]),
        (&"calypso/INVOICE_PAID".into(), &"bare".into())
    );
    let rules: BTreeSet<&str> = of_type(&lines, "finding")
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, BTreeSet::from(["missing-field", "wrong-type"]));

    let lines = json_lines(
        &run_line(
            folder.path(),
            "validate body.json --provider rehive --format json",
        )
        .out,
    );
    let help = of_type(&lines, "finding")[0]["help"].as_str().unwrap();
    assert!(
        help.contains("rehive: ") && !help.contains("calypso: "),
        "only what was looked for is named: {help}"
    );
}

#[test]
fn colours_follow_the_flag_then_the_environment_on_both_streams() {
    let folder = three();
    let coloured = |text: &str| text.contains('\u{1b}');
    for (flag, variables, expected) in [
        ("auto", &[][..], false),
        ("auto", &[("CLICOLOR_FORCE", "1")], true),
        ("auto", &[("CLICOLOR_FORCE", "0")], false),
        ("auto", &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
        ("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
        ("auto", &[("FORCE_COLOR", "1")], true),
        ("auto", &[("FORCE_COLOR", "")], true),
        ("auto", &[("FORCE_COLOR", "0")], false),
        (
            "auto",
            &[("FORCE_COLOR", "false"), ("CLICOLOR_FORCE", "1")],
            false,
        ),
        ("auto", &[("FORCE_COLOR", "3"), ("NO_COLOR", "1")], false),
        ("always", &[("FORCE_COLOR", "0")], true),
        ("never", &[("FORCE_COLOR", "1")], false),
        ("always", &[("NO_COLOR", "1")], true),
        ("always", &[], true),
        ("never", &[("CLICOLOR_FORCE", "1")], false),
    ] {
        // The first goes on after its error, the second ends with it.
        for line in ["validate bad.json not-there.json", "events INVOICE_PAYED"] {
            let arguments = line.split(' ').chain(["--color", flag]);
            let ran = ran(tool(folder.path(), arguments)
                .envs(variables.iter().copied())
                .output()
                .unwrap());
            assert_eq!(
                coloured(&ran.err),
                expected,
                "{line} --color {flag} {variables:?}: {}",
                ran.err
            );
            assert_eq!(
                coloured(&ran.out),
                expected && !ran.out.is_empty(),
                "{line} --color {flag} {variables:?}"
            );
        }
    }
    for format in ["json", "github", "junit", "sarif"] {
        assert!(
            !coloured(
                &run(
                    folder.path(),
                    ["validate", ".", "--color", "always", "--format", format]
                )
                .out
            ),
            "{format}"
        );
    }
}
