//! Every option in every form of `--as`, through the built binary: it is in what is printed, or it is refused by name.

use crate::support::captures::{capture, sample};
use crate::support::endpoint::sending;
use crate::support::{Folder, Ran, all, folder, ran, repository, run_line};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inqud_hook::report::{CARRIED, RequestForm, carried_option};
use serde_json::json;
use std::collections::BTreeSet;

/// What shows that an option was carried.
#[derive(Clone, Copy)]
enum Evidence {
    /// This is printed.
    Has(&'static str),
    /// This, which is printed otherwise, is not.
    Lacks(&'static str),
    /// This many requests are printed.
    Requests(usize),
    /// The first comes before the second, which it does not otherwise.
    Before(&'static str, &'static str),
    /// In each form, this is printed.
    In(&'static [(RequestForm, &'static str)]),
}

use Evidence::{Before, Has, In, Lacks, Requests};
use RequestForm::{Curl, Hurl, K6, Locust};

const CREATED: &str = "INVOICE_CREATE_INVOICE";
const COMPLETED: &str = "INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED";

/// An option, a command line with it, and what shows that it was carried. Options without a form that carries them need
/// no evidence.
const OPTIONS: &[(&str, &str, Evidence)] = &[
    ("to", "INVOICE_PAID --to :7077/in", Has("7077")),
    (
        "allow-remote",
        "INVOICE_PAID --allow-remote --to shop.test",
        Has("shop.test"),
    ),
    ("header", "INVOICE_PAID --header X-Try:1", Has("X-Try")),
    (
        "timeout",
        "INVOICE_PAID --timeout 1500ms",
        In(&[
            (Curl, "--max-time 1.5"),
            (Hurl, "max-time: 1500ms"),
            (K6, "timeout: '1500ms'"),
            (Locust, "TIMEOUT = 1.5"),
        ]),
    ),
    (
        "insecure",
        "INVOICE_PAID --insecure",
        In(&[
            (Curl, "--insecure"),
            (Hurl, "insecure: true"),
            (K6, "insecureSkipTLSVerify: true"),
            (Locust, "INSECURE = True"),
        ]),
    ),
    (
        "cacert",
        "INVOICE_PAID --cacert a.pem",
        In(&[
            (Curl, "--cacert a.pem"),
            (Hurl, "cacert: a.pem"),
            (Locust, "CERTIFICATES = \"a.pem\""),
        ]),
    ),
    ("order-id", "INVOICE_PAID --order-id A-77", Has("A-77")),
    ("amount", "INVOICE_PAID --amount 77.31", Has("77.31")),
    ("currency", "INVOICE_PAID --currency USD", Has("USD\\\"")),
    ("set", "INVOICE_PAID --set realAmount=77.31", Has("77.31")),
    (
        "set-all",
        "INVOICE_PAID --set-all amount=77.31",
        Has("77.31"),
    ),
    (
        "unset",
        "INVOICE_PAID --unset realAmount",
        Lacks("realAmount"),
    ),
    (
        "body",
        "calypso/INVOICE_PAID --body own",
        Has("my own body"),
    ),
    ("form", "INVOICE_PAID --form bare", Lacks("requestId")),
    (
        "spelling",
        "INVOICE_PAID --spelling plain",
        Lacks("271.420"),
    ),
    ("edit", "INVOICE_PAID --edit", Has("my own body")),
    ("seed", "INVOICE_PAID --seed 1", Has("659803")),
    (
        "now",
        "INVOICE_PAID --now 2031-02-03T04:05:06Z",
        Has("2031-02-03T04:05:06"),
    ),
    (
        "scheme",
        "INVOICE_PAID --scheme inqud",
        Has("X-Payload-Digest"),
    ),
    (
        "secret-file",
        "rehive/invoice.paid --secret-file secret --show-secrets",
        Has("Secret hush-77"),
    ),
    (
        "show-secrets",
        "rehive/invoice.paid --show-secrets",
        Has("Secret conf-88"),
    ),
    ("why", "INVOICE_PAID --why", In(&[])),
    ("scenario", "--scenario calypso/paid", Requests(5)),
    (
        "gap",
        "--scenario calypso/paid --gap 250ms",
        In(&[(K6, "pause = 0.25"), (Locust, "PAUSE = 0.25")]),
    ),
    (
        "order",
        "--scenario calypso/paid --order reversed",
        Before(COMPLETED, CREATED),
    ),
    ("duplicates", "INVOICE_PAID --duplicates 2", Requests(3)),
    (
        "keep-going",
        "--scenario calypso/paid --keep-going",
        In(&[(K6, "keepGoing = true"), (Locust, "KEEP_GOING = True")]),
    ),
    ("retry", "INVOICE_PAID --retry", In(&[])),
    ("time-scale", "INVOICE_PAID --retry --time-scale 2", In(&[])),
    (
        "duration",
        "INVOICE_PAID --duration 7s",
        In(&[(K6, "duration: '7s'"), (Locust, "DURATION = 7 ")]),
    ),
    (
        "concurrency",
        "INVOICE_PAID --count 9 --concurrency 3",
        In(&[(K6, "vus: 3"), (Locust, "USERS = 3 ")]),
    ),
    (
        "rate",
        "INVOICE_PAID --count 9 --rate 5/s",
        In(&[(K6, "rate: 5"), (Locust, "RATE = 5 ")]),
    ),
    ("dry-run", "INVOICE_PAID --dry-run", Requests(1)),
    ("as", "INVOICE_PAID", Requests(1)),
    ("expect", "INVOICE_PAID --expect 401", In(&[])),
    ("verbose", "INVOICE_PAID --verbose", In(&[])),
    ("quiet", "INVOICE_PAID --quiet", In(&[])),
    ("format", "INVOICE_PAID --format json", In(&[])),
];

/// The options that only `replay` has, with the deliveries of [`recorded`].
const REPLAYED: &[(&str, &str, Evidence)] = &[
    ("only", "all --only INVOICE_PAID", Lacks("/first")),
    ("id", "all --id 1", Lacks("/second")),
    ("failed", "all --failed", Lacks("/first")),
    ("since", "all --since 2026-11-21T09:00:00Z", Lacks("/first")),
    ("last", "all --last 1", Lacks("/first")),
    ("as-captured", "all --as-captured", Has("as-it-was")),
    ("speed", "all --speed original", In(&[])),
];

fn recorded() -> String {
    [
        ("INVOICE_EXPIRED", "/first", "08:00", 200),
        ("INVOICE_PAID", "/second", "09:30", 500),
    ]
    .map(|(event, target, time, status)| {
        capture(&json!({
            "target": target,
            "received_at": format!("2026-11-21T{time}:00.000Z"),
            "headers": [["Sign", "as-it-was"]],
            "body": sample(&format!("calypso/samples/{event}.json")),
            "event": format!("calypso/{event}"),
            "answer": {"status": status},
        }))
    })
    .concat()
}

/// A number of deliveries, which scripts make of one.
const COUNTED: &str = "INVOICE_PAID --count 4";

fn shop() -> Folder {
    let editor = "echo 'my own body' > \"$1\"\n";
    folder(&[
        ("own", "my own body"),
        ("secret", "hush-77"),
        ("configured", "conf-88"),
        ("edit", editor),
        ("all", &recorded()),
        (
            "inqud-hook.toml",
            "[secrets]\ndefault = { file = \"configured\" }\n",
        ),
    ])
}

fn printed(folder: &Folder, command: &str, line: &str, form: RequestForm) -> Ran {
    let line = format!("{line} --as {}", form.name());
    if command == "replay" {
        return run_line(&folder.path, &format!("replay {line}"));
    }
    let mut sending = sending(&folder.path, line.split(' '));
    let output = sending
        .env("EDITOR", "sh edit")
        .env_remove("VISUAL")
        .output();
    ran(output.expect("the binary starts"))
}

/// What is printed, readable: bodies of vegeta are in base64.
fn readable(form: RequestForm, out: &str) -> String {
    if form != RequestForm::Vegeta {
        return out.to_owned();
    }
    let target = |line: &str| {
        let target: serde_json::Value = serde_json::from_str(line).expect("a target a line");
        let body = STANDARD.decode(target["body"].as_str().expect("it has a body"));
        format!(
            "{line}\n{}\n",
            String::from_utf8_lossy(&body.expect("it is base64"))
        )
    };
    out.lines().map(target).collect()
}

fn check(folder: &Folder, command: &str, form: RequestForm, row: &(&str, &str, Evidence)) {
    let (option, line, evidence) = row;
    let ran = printed(folder, command, line, form);
    let known = carried_option(option).expect("the table has it");
    if let Some(instead) = known.instead(form) {
        let named = match (*option, form) {
            ("time-scale", Curl | Hurl) => "retry, --time-scale",
            ("time-scale", _) => "retry",
            _ => option,
        };
        let error = format!("error: --as {} cannot carry --{named}\nhint: ", form.name());
        assert_eq!((ran.code, &*ran.out), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(&error), "{}", ran.err);
        // A mark stands for the value that was given.
        let instead = instead.split('{').next().expect("there is a first part");
        assert!(
            *option == "time-scale" || ran.err.contains(instead),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains('{'), "{}", ran.err);
        return;
    }
    assert_eq!(ran.code, 0, "{}", ran.err);
    let out = readable(form, &ran.out);
    // A quotation mark in JSON that is in a string of another language.
    let holds = |text: &str| out.contains(text) || out.contains(&text.replace('\\', ""));
    match *evidence {
        Has(text) => assert!(holds(text), "{text}: {out}"),
        Lacks(text) => assert!(!out.contains(text), "{text}: {out}"),
        Requests(count) => {
            assert_eq!(
                out.matches("inqud-hook-development-key").count(),
                count,
                "{out}"
            );
        }
        Before(first, second) => {
            let place = |text| out.find(text).expect("it is there");
            assert!(place(first) < place(second), "{out}");
        }
        In(forms) => {
            if let Some((_, text)) = forms.iter().find(|(of, _)| *of == form) {
                assert!(holds(text), "{text}: {out}");
            }
        }
    }
}

#[test]
fn every_form_carries_an_option_or_refuses_it_by_name() {
    let folder = shop();
    let sent = OPTIONS.iter().map(|row| ("send", row));
    let rows = sent.chain(REPLAYED.iter().map(|row| ("replay", row)));
    let pairs = rows.flat_map(|(command, row)| RequestForm::ALL.map(|form| (command, form, row)));
    all(
        pairs.map(|case| (format!("{} {} --{}", case.0, case.1.name(), case.2.0), case)),
        |_, (command, form, row)| check(&folder, command, form, row),
    );
    for form in RequestForm::ALL {
        let out = readable(form, &printed(&folder, "send", COUNTED, form).out);
        match form {
            K6 => assert!(out.contains("iterations: 4,"), "{out}"),
            Locust => assert!(out.contains("COUNT = 4\n"), "{out}"),
            _ => assert_eq!(
                out.matches("inqud-hook-development-key").count(),
                4,
                "{out}"
            ),
        }
    }
}

#[test]
fn no_option_is_forgotten() {
    let folder = folder(&[]);
    let options = |command: &str| -> BTreeSet<String> {
        let help = run_line(&folder.path, &format!("{command} --help")).out;
        let (own, _) = help
            .split_once("\nGlobal options:")
            .expect("they are the last");
        let lines = own.lines().filter_map(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("-").map_or(line, |short| {
                short.split_once(", ").map_or(line, |(_, long)| long)
            });
            let name = line.strip_prefix("--")?;
            name.split([' ', '\n']).next().map(str::to_owned)
        });
        lines.filter(|name| !name.is_empty()).collect()
    };
    let tested = |rows: &[(&str, &str, Evidence)]| -> BTreeSet<String> {
        rows.iter().map(|(name, ..)| (*name).to_owned()).collect()
    };
    let mut sent = tested(OPTIONS);
    sent.insert("count".to_owned());
    assert_eq!(options("send"), sent);
    let own: BTreeSet<String> = options("replay").difference(&sent).cloned().collect();
    assert_eq!(own, tested(REPLAYED));
}

#[test]
fn the_documentation_shows_the_same_table() {
    let names = RequestForm::ALL.map(RequestForm::name).join(" | ");
    let mut table = format!("| | {names} |\n| ---{} |\n", " | ---".repeat(7));
    for option in CARRIED {
        let cells = RequestForm::ALL.map(|form| match option.instead(form) {
            None => "yes",
            Some(_) => "–",
        });
        if cells.contains(&"–") {
            table += &format!("| `--{}` | {} |\n", option.name, cells.join(" | "));
        }
    }
    let page = std::fs::read_to_string(repository("docs/load.md")).expect("it is there");
    assert!(
        page.contains(&table),
        "docs/load.md lacks this table:\n{table}"
    );
}
