//! How bodies are spelled: a handler that verifies JSON which it parsed and printed again fails on every scenario and on
//! every kind of event.

use crate::support::{feed, folder, json_lines, run, run_line};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// Reads bodies, each a JSON string on its line, and prints which of them are what the language prints itself.
const NODE: &str = r"
const survives = (body) => [0, 2, 4, '\t'].some((indent) => JSON.stringify(JSON.parse(body), null, indent) === body)
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n')
console.log(JSON.stringify(lines.map((line) => survives(JSON.parse(line)))))
";

const PYTHON: &str = r"
import itertools, json, sys
def survives(body):
    value = json.loads(body)
    styles = itertools.product([True, False], [None, (',', ':'), (', ', ':')], [None, 2, 4])
    return any(json.dumps(value, ensure_ascii=ascii, separators=separators, indent=indent) == body
               for ascii, separators, indent in styles)
print(json.dumps([survives(json.loads(line)) for line in sys.stdin.buffer]))
";

/// Which of the bodies a program prints again as they are; `None` where it is not installed.
fn survivors(program: &str, script: [&str; 2], bodies: &[String]) -> Option<Vec<bool>> {
    let mut command = Command::new(program);
    command
        .args(script)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Err(error) = Command::new(program).arg("--version").output() {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        return None;
    }
    let lines: Vec<String> = bodies
        .iter()
        .map(|body| Value::from(body.as_str()).to_string())
        .collect();
    let ran = feed(&mut command, (lines.join("\n") + "\n").as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{program}");
    Some(serde_json::from_str(&ran.out).expect("it prints a list"))
}

/// The bodies that `send` would send.
fn sent(folder: &Path, what: &[&str]) -> Vec<String> {
    let arguments = ["send", "--as", "har", "--seed", "1"];
    let ran = run(folder, arguments.iter().chain(what));
    assert_eq!(ran.code, 0, "{what:?}: {}", ran.err);
    let har: Value = serde_json::from_str(&ran.out).expect("an archive is JSON");
    let entries = har["log"]["entries"].as_array().expect("it has requests");
    let body = |entry: &Value| {
        entry["request"]["postData"]["text"]
            .as_str()
            .map(str::to_owned)
    };
    entries
        .iter()
        .map(|entry| body(entry).expect("each has a body"))
        .collect()
}

/// Every scenario, and an event of every kind that is in none of them.
fn everything(folder: &Path) -> Vec<Vec<String>> {
    let listed = |line: &str| json_lines(&run_line(folder, line).out);
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let scenarios = listed("events --scenarios --format json");
    let mut kinds = BTreeSet::new();
    let mut all = Vec::new();
    let events = listed("events --format json");
    let kind = |event: &Value| (text(&event["provider"]), text(&event["kind"]));
    for scenario in &scenarios {
        all.push(vec!["--scenario".to_owned(), text(&scenario["name"])]);
        for step in scenario["steps"].as_array().expect("it has steps") {
            let event = events.iter().find(|event| {
                event["provider"] == scenario["provider"] && event["event"] == step["event"]
            });
            kinds.insert(kind(event.expect("each step is an event")));
        }
    }
    for event in &events {
        if kinds.insert(kind(event)) {
            all.push(vec![text(&event["name"])]);
        }
    }
    all
}

#[test]
fn no_scenario_and_no_kind_of_event_survives_javascript_or_python() {
    let folder = folder(&[]);
    let everything = everything(&folder.path);
    assert!(everything.len() > 30, "{everything:?}");
    let half = everything.len() / 2;
    let bodies = |parts: &[Vec<String>]| {
        let sent = parts.iter().flat_map(|what| {
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            sent(&folder.path, &what)
        });
        sent.collect::<Vec<_>>()
    };
    let bodies = std::thread::scope(|scope| {
        let other = scope.spawn(|| bodies(&everything[half..]));
        let mut first = bodies(&everything[..half]);
        first.extend(other.join().expect("it ends"));
        first
    });
    let plain = sent(&folder.path, &["INVOICE_PAID", "--spelling", "plain"]);
    let bodies = [plain, bodies].concat();
    for (program, script) in [("node", ["-e", NODE]), ("python3", ["-c", PYTHON])] {
        let Some(survives) = survivors(program, script, &bodies) else {
            println!("skipped: {program} is not installed");
            continue;
        };
        for (body, survives) in bodies.iter().zip(survives).skip(1) {
            assert!(!survives, "{program} prints it again: {body}");
        }
    }
    let plain = &bodies[..1];
    for (program, script) in [("node", ["-e", NODE]), ("python3", ["-c", PYTHON])] {
        let survives = survivors(program, script, plain);
        assert!(
            survives.is_none_or(|survives| survives == [true]),
            "{program}: {plain:?}"
        );
    }
}

#[test]
fn the_spelling_is_chosen_for_samples_alone_and_fields_are_set_exactly() {
    let folder = folder(&[("body.json", "{\"type\": \"INVOICE_PAID\"}\n")]);
    let event = "calypso/INVOICE_PAID";
    let body = |flags: &[&str]| sent(&folder.path, &[&[event], flags].concat()).concat();
    let (plain, provider) = (body(&["--spelling", "plain"]), body(&[]));
    let hard = body(&["--spelling", "hard"]);
    assert_eq!(body(&["--spelling", "provider"]), provider);
    assert!(
        plain.contains("\"amount\":271.42,") && plain.contains("shoes & café"),
        "{plain}"
    );
    assert!(provider.contains("\"amount\":271.420,"), "{provider}");
    assert!(provider.contains("shoes \\u0026 café"), "{provider}");
    assert!(hard.contains("\"\\u0061mount\" : 271420.0E-3 ,"), "{hard}");
    for spelling in ["plain", "provider", "hard"] {
        let set = ["--set", "amount=250.00", "--spelling", spelling];
        assert!(body(&set).contains("250.00"), "{spelling}");
    }
    // Where nothing odd is left, a space is what no program prints.
    let set = [
        "--set",
        "amount=1",
        "--set",
        "realAmount=1",
        "--set",
        "description=x",
    ];
    assert!(body(&set).starts_with("{ \"requestId\""));
    let line = "send INVOICE_PAID --body body.json --dry-run";
    let exact = run_line(&folder.path, line);
    assert!(
        exact.out.ends_with("\n{\"type\": \"INVOICE_PAID\"}\n"),
        "{}",
        exact.out
    );
    let refused = run_line(&folder.path, &format!("{line} --spelling hard"));
    assert_eq!(refused.code, 2);
    assert!(
        refused
            .err
            .contains("'--body <FILE>' cannot be used with '--spelling <SPELLING>'"),
        "{}",
        refused.err
    );
}
