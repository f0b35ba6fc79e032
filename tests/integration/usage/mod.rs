//! Wrong command lines and what stderr says to them. A new case is a new line of a table.

mod terminal;

use crate::support::{acme, all, folder, run, run_line, snapshot};
use std::net::TcpListener;

/// Lines that cannot run. Their errors are in the snapshots, in this order.
const WRONG: [(&str, &[&str]); 7] = [
    (
        "numbers",
        &[
            "send INVOICE_PAID --seed abc",
            "send INVOICE_PAID --seed 99999999999999999999999",
            "send INVOICE_PAID --count 0",
            "send INVOICE_PAID --count -1",
            "send INVOICE_PAID --count 5 --concurrency 0",
            "send INVOICE_PAID --duplicates 5000",
            "send INVOICE_PAID --count 5 --rate x",
            "send INVOICE_PAID --timeout 5x",
            "send INVOICE_PAID --timeout 0",
            "send INVOICE_PAID --retry --time-scale 0",
            "send INVOICE_PAID --to localhost:99999",
            "replay day.ndjson --last 0",
            "replay day.ndjson --speed fast",
            "listen --answer ok",
            "listen --answer 700",
            "listen --count 0",
            "listen --fail-first x",
            "listen --fail-rate 2",
            "listen --fail-rate 0.5 --seed x",
            "listen --deadline soon",
            "listen --inspect=65536",
            "listen --inspect=-1",
            "inspect day.ndjson --port 65536",
            "log day.ndjson --diff 0 x",
            "test --to :3000 --jobs 0",
            "test --to :3000 --seed x",
        ],
    ),
    (
        "formats",
        &[
            "send INVOICE_PAID --format yaml",
            "replay day.ndjson --format sarif",
            "listen --format jsn",
            "log day.ndjson --format yaml",
            "test --to :3000 --format yaml",
            "validate a.json --format yaml",
            "verify a.json --format yaml",
            "events --format yaml",
            "explain --format yaml",
            "config --format yaml",
        ],
    ),
    (
        "usage-lines",
        &[
            "send INVOICE_PAID --scenario paid",
            "send INVOICE_PAID --scenario paid --to :3000",
            "send INVOICE_PAID :3000 :3001",
            "send INVOICE_PAID --body a.json --form bare",
            "events --scenarios --sample",
            "events --sample",
            "replay",
            "validate",
            "man send --dir .",
            "listen 8091 --open",
            "listen --inspect-keep=5",
            "listen --inspect --open --seed 5",
            "listen 8091 --inspect 9090",
        ],
    ),
    (
        "load",
        &[
            "send INVOICE_PAID --rate 50/s",
            "send INVOICE_PAID --concurrency 5",
            "send INVOICE_PAID --as k6 --rate 50/s",
            "send INVOICE_PAID --as locust --rate 50/s",
            "send INVOICE_PAID --as vegeta --rate 50/s",
            "send INVOICE_PAID --as curl --rate 50/s",
            "send INVOICE_PAID --as vegeta --rate 70/s --duration 1m30s --concurrency 30 --timeout 1500ms --insecure",
            "send INVOICE_PAID --as vegeta --rate 50/m --cacert own.pem",
            "send INVOICE_PAID --as vegeta --gap 500ms",
            "send INVOICE_PAID --as hurl --gap 500ms --keep-going --retry --expect 4xx",
        ],
    ),
    (
        "words-of-other-tools",
        &[
            "send INVOICE_PAID --json",
            "send INVOICE_PAID --override amount=1",
            "send INVOICE_PAID --remove amount",
            "send INVOICE_PAID -d @body.json",
            "send INVOICE_PAID --offline",
            "send INVOICE_PAID --port 3000",
            "send INVOICE_PAID --n 5",
            "send INVOICE_PAID -n 5",
            "send INVOICE_PAID -k",
            "send INVOICE_PAID --secret abc",
            "test --to :3000 --secret abc",
            "listen --port 8080",
            "listen --events INVOICE_PAID",
            "listen --print-secret",
            "listen --timeout 10s",
            "replay day.ndjson --filter INVOICE_PAID",
            "validate a.json --json",
            "verify a.json --no-color",
            "check a.json",
            "serve",
            "list",
            "scenarios",
            "tail day.ndjson",
            "version",
        ],
    ),
    (
        "misspelt",
        &[
            "send INVOICE_PAID --sede 1",
            "send INVOICE_PAID --retries",
            "listen --forwards :3000",
            "sned INVOICE_PAID",
            "validat a.json",
            "send INVOICE_PAID --order revered",
            "send INVOICE_PAI",
            "events INVOCE_PAID",
            "events --scenarios underpayd",
            "explain paid-shrt",
            "explain body_reprnted",
            "replay day.ndjson --only INVOICE_EXPIRD",
            "replay day.ndjson --only INVOCE_*",
            "replay day.ndjson --only calipso/*",
            "log day.ndjson --event INVOICE_EXPIRD",
            "log day.ndjson --event checkout",
            "validate a.json --ignore paid-short",
        ],
    ),
    (
        "without-a-tip",
        &[
            "send INVOICE_PAID --qq",
            "send INVOICE_PAID --foo",
            "send INVOICE_PAID -x",
            "config --quiet",
            "events --watch",
            "frobnicate",
        ],
    ),
];

/// What Rust's and clap's own parsers say, or suggest.
const FOREIGN: [&str; 6] = [
    "invalid digit",
    "is not in ",
    "non-zero type",
    "number too large",
    "as a value, use '-- ",
    "a similar ",
];

#[test]
fn a_wrong_command_line_is_answered_with_what_to_type() {
    let folder = folder(&[("day.ndjson", "{}\n"), ("a.json", "{}")]);
    for (name, lines) in WRONG {
        let mut told = String::new();
        for line in lines {
            let ran = run_line(&folder.path, line);
            assert_eq!((ran.code, &*ran.out), (2, ""), "{line}: {}", ran.err);
            for words in FOREIGN {
                assert!(!ran.err.contains(words), "{line}: {}", ran.err);
            }
            told += &format!("$ inqud-hook {line}\n{}\n", ran.err);
        }
        snapshot("usage", name, &told);
    }
}

#[test]
fn without_a_command_three_things_to_try_are_shown() {
    let folder = folder(&[]);
    let ran = run_line(&folder.path, "");
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let lines = ran
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("  inqud-hook "));
    let typed = lines.map(|line| line.split("  ").next().unwrap_or_default());
    let typed: Vec<&str> = typed.collect();
    assert_eq!(typed.len(), 3);
    for line in typed {
        // It is a line of the tool, whatever it says then.
        let help = run_line(&folder.path, &format!("{line} --help"));
        assert_eq!(help.code, 0, "{line}: {}", help.err);
    }
    snapshot("usage", "start", &ran.err);
    for options in ["--color always", "--env-file none"] {
        let other = run_line(&folder.path, options);
        let told = (other.code, &*other.out, &*other.err);
        assert_eq!(told, (2, "", &*ran.err), "{options}");
    }
}

#[test]
fn a_port_behind_the_flag_of_the_page_is_the_listeners_and_a_note_says_so() {
    let folder = folder(&[]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let note = format!(
        "note: {port} is the port to listen on; for the port of the page, write --inspect={port}\n"
    );
    for (line, noted) in [
        (format!("listen --inspect {port}"), true),
        (format!("listen {port} --inspect"), false),
        (format!("listen --inspect --quiet {port}"), false),
    ] {
        let ran = run_line(&folder.path, &line);
        assert_eq!(ran.code, 2, "the port is taken: {}", ran.err);
        assert_eq!(ran.err.contains(&note), noted, "{line}: {}", ran.err);
    }
}

#[test]
fn other_spellings_mean_the_same() {
    let folder = folder(&[("mine.json", "{}")]);
    acme::write(&folder, "own/acme");
    let dry = "--seed 1 --dry-run";
    let pairs = [
        (
            format!("trigger INVOICE_PAID {dry} --url :3000"),
            format!("send INVOICE_PAID {dry} --to :3000"),
        ),
        (
            format!("send INVOICE_PAID :3000/hooks {dry}"),
            format!("send INVOICE_PAID --to :3000/hooks {dry}"),
        ),
        (
            format!("send --scenario calypso/paid 3000 {dry}"),
            format!("send --scenario calypso/paid --to 3000 {dry}"),
        ),
        (
            format!("send INVOICE_PAID http://localhost:9/x {dry} --target :3000 -H A:b"),
            format!("send INVOICE_PAID --to :3000 --to http://localhost:9/x {dry} --header A:b"),
        ),
        ("lint mine.json".to_owned(), "validate mine.json".to_owned()),
        (
            format!("resend mine.json :3000 --scheme calypso {dry}").replace("--seed 1 ", ""),
            "replay mine.json --to :3000 --scheme calypso --dry-run".to_owned(),
        ),
        (
            "events --catalogue own --provider acme".to_owned(),
            "events --catalog own --provider acme".to_owned(),
        ),
        (
            "test forge :3000 --list".to_owned(),
            "test forge --to :3000 --list".to_owned(),
        ),
        (
            "explain AMOUNT_NOT_COMPARED".to_owned(),
            "explain amount-not-compared".to_owned(),
        ),
        (
            "explain body-reprinted".to_owned(),
            "explain body_reprinted".to_owned(),
        ),
    ];
    all(
        pairs.map(|(other, usual)| (other.clone(), (other, usual))),
        |_, (other, usual)| {
            let (other, usual) = (
                run_line(&folder.path, &other),
                run_line(&folder.path, &usual),
            );
            assert!(usual.code < 2, "{}", usual.err);
            assert_eq!(
                (other.code, other.out, other.err),
                (usual.code, usual.out, usual.err)
            );
        },
    );
}

#[test]
fn a_word_with_a_colon_that_is_not_a_target_is_an_event() {
    let folder = folder(&[]);
    let ran = run(&folder.path, ["send", "charge:confirmed", "--dry-run"]);
    assert!(
        ran.err
            .starts_with("error: unknown event \"charge:confirmed\""),
        "{}",
        ran.err
    );
}
