//! Which captures `replay` sends, in which order and how fast, what `--dry-run` and the outputs show; secrets, remote
//! targets, and Ctrl-C.

use crate::support::captures::{
    NEW, OLD, capture, captured, counts, each, hooks, paid, recorder, replay, replay_json,
    replaying,
};
use crate::support::captures::{sample, shop, snapshot, three, without_own};
use crate::support::endpoint::{Came, Endpoint, PATIENCE, all_at_once, answer, finish, scrubbed};
use crate::support::listener::Listener;
use crate::support::{Ran, acme, all, gzip, json_lines, of_type, ran, run_line, signal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Captures to choose from: one of an event each way, with the provider's ids in them.
fn choice() -> String {
    let paid = paid();
    let expired = sample("calypso/samples/INVOICE_EXPIRED.json");
    let zipped = STANDARD.encode(gzip(
        paid.replace("order-10417", "order-9")
            .replace("e38a4b0d", "feed")
            .as_bytes(),
    ));
    [
        json!({"id": "aa11", "event": "calypso/INVOICE_PAID", "body": paid}),
        json!({"id": "aa22", "event": "calypso/INVOICE_EXPIRED", "body": expired, "answer": {"status": 500}}),
        json!({"id": "bb11", "event": "inqud/checkout.success", "body": sample("inqud/samples/checkout.success.json")}),
        // Rehive takes that for accepted, and Calypso Pay does not.
        json!({"id": "bb22", "body": sample("rehive/samples/invoice.paid.json"), "answer": {"status": 201}}),
        json!({"id": "cc11", "body": paid.replace("2874154", "7"), "answer": {"status": 201}}),
        json!({"id": "cc22", "body": "{\"n\":5}", "answer": {"status": 200}}),
        // The connection was reset.
        json!({"id": "dd11", "body": "no JSON", "answer": {"status": null}}),
        json!({"id": "dd22", "event": "calypso/INVOICE_PAID", "headers": [["Content-Encoding", "gzip"]], "body": null,
            "body_base64": zipped, "answer": null}),
    ]
    .iter()
    .map(capture)
    .collect()
}

/// Flags, and the ids of those that are sent; a new case is a new line.
const CHOICES: &[(&str, &str)] = &[
    ("", "aa11 aa22 bb11 bb22 cc11 cc22 dd11 dd22"),
    ("--only INVOICE_*", "aa11 aa22 cc11 dd22"),
    ("--only calypso/invoice_paid", "aa11 cc11 dd22"),
    ("--only */*paid", "aa11 bb22 cc11 dd22"),
    (
        "--only checkout.success --only INVOICE_EXPIRED",
        "aa22 bb11",
    ),
    ("--only *", "aa11 aa22 bb11 bb22 cc11 cc22 dd11 dd22"),
    ("--only */*", "aa11 aa22 bb11 bb22 cc11 dd22"),
    ("--failed", "aa22 cc11 dd11 dd22"),
    ("--last 2", "dd11 dd22"),
    ("--last 99", "aa11 aa22 bb11 bb22 cc11 cc22 dd11 dd22"),
    ("--id 2", "aa22"),
    ("--id aa11 --id bb22", "aa11 bb22"),
    ("--id 2874154", "aa11 dd22"),
    ("--id 5 --id 08", "cc11 dd22"),
    ("--id CCO-aa4a1a35-4e7e-46cd-a214-b18acd63554c", "bb11"),
    ("--id 86ad3613-7846-4990-8558-f785b23e3e07", "bb22"),
    (
        "--id f553ffce-c075-4a56-a37c-3d67b0cc572c --id dd11",
        "bb22 dd11",
    ),
    ("--failed --only INVOICE_*", "aa22 cc11 dd22"),
    ("--failed --only INVOICE_* --last 2", "cc11 dd22"),
    ("--failed --id 1 --id 2 --id cc11 --id 6", "aa22 cc11"),
    ("--only INVOICE_* --id 2874154 --last 1", "dd22"),
    ("--only INVOICE_PAID --failed --id cc11 --last 5", "cc11"),
    ("--last 3 --order reversed", "dd22 dd11 cc22"),
    ("--last 2 --duplicates 1", "dd11 dd11 dd22 dd22"),
];

#[test]
fn what_is_sent_is_chosen_by_event_id_outcome_and_place_and_all_of_it_has_to_fit() {
    let folder = shop(&[("journal", &choice())]);
    all(
        CHOICES.iter().map(|case| (case.0.to_owned(), case)),
        |_, (flags, ids)| {
            let endpoint = Endpoint::answering(200);
            let (code, lines) = replay_json(
                &folder,
                &format!(
                    "journal --scheme none --expect accepted --to {} {flags}",
                    endpoint.port
                ),
            );
            assert_eq!((code, each(&lines, "id").join(" ")), (0, (*ids).to_owned()));
            assert_eq!(endpoint.take().len(), ids.split(' ').count());
        },
    );
    let endpoint = Endpoint::answering(200);
    // Over several files they are counted together, in the order of the files.
    let line = format!(
        "journal journal --scheme none --expect accepted --last 9 --to {} --only *",
        endpoint.port
    );
    assert_eq!(
        each(&replay_json(&folder, &line).1, "id").join(" "),
        format!("dd22 {}", CHOICES[0].1)
    );
}

/// When captures came, as milliseconds and a zone; flags; and how long at least is paused before each but the first.
type Pace = (&'static [(i64, &'static str)], &'static str, &'static [u64]);

const HOURS: &[(i64, &str)] = &[(0, "Z"), (36_000_000, "Z"), (72_000_000, "Z")];

/// Where an upper bound matters the pause would else last for hours, so that no load of the machine decides; a new case
/// is a new line.
const PACES: &[Pace] = &[
    (HOURS, "", &[0, 0]),
    (HOURS, "--speed max", &[0, 0]),
    (HOURS, "--speed 1e9x", &[0, 0]),
    (HOURS, "--speed 100000x", &[360, 360]),
    (HOURS, "--gap 250ms", &[250, 250]),
    (
        &[(0, "Z"), (200, "Z"), (500, "Z")],
        "--speed original",
        &[200, 300],
    ),
    (
        &[(0, "Z"), (200, "Z"), (500, "Z")],
        "--speed 0.5x",
        &[400, 600],
    ),
    (
        &[(0, "Z"), (3_000, "Z"), (5_000, "Z")],
        "--speed 10x",
        &[300, 200],
    ),
    // What is left out between two leaves its time there.
    (
        &[(0, "Z"), (300, "Z"), (500, "Z")],
        "--speed original --id 1 --id 3",
        &[500],
    ),
    // A clock that was set back, another zone, and unknown times.
    (
        &[(36_000_000, "Z"), (0, "Z"), (200, "Z")],
        "--speed original",
        &[0, 200],
    ),
    (
        &[(0, "Z"), (3_600_300, "+01:00"), (500, "Z")],
        "--speed original",
        &[300, 200],
    ),
    (
        &[(0, "Z"), (-1, ""), (400, "Z")],
        "--speed original",
        &[0, 400],
    ),
];

#[test]
fn captures_follow_each_other_as_they_came_or_as_fast_as_is_wanted() {
    all_at_once(
        PACES.iter().map(|pace| (format!("{pace:?}"), pace)),
        |_, (times, flags, pauses)| {
            let base = humantime::parse_rfc3339("2026-11-21T09:30:00Z").unwrap();
            let line = |(number, (millis, zone)): (usize, &(i64, &str))| {
                let at = u64::try_from(*millis)
                    .ok()
                    .map(|millis| base + Duration::from_millis(millis));
                let at = at.map_or("some day".to_owned(), |at| {
                    humantime::format_rfc3339_millis(at).to_string()
                });
                let at = at.replace('Z', zone);
                capture(&json!({"id": format!("c{number}"), "received_at": at, "body": paid()}))
            };
            let folder = shop(&[(
                "journal",
                &times.iter().enumerate().map(line).collect::<String>(),
            )]);
            let came = Arc::new(Mutex::new(Vec::new()));
            let noted = Arc::clone(&came);
            let endpoint = Endpoint::new(move |_, _| {
                noted.lock().unwrap().push(Instant::now());
                answer(200, &[], "")
            });
            let ran = replay(&folder, &format!("journal --to {} {flags}", endpoint.port));
            assert_eq!(ran.code, 0, "{}", ran.err);
            let came = came.lock().unwrap();
            assert_eq!(came.len(), pauses.len() + 1);
            for (two, pause) in came.windows(2).zip(*pauses) {
                // The pause begins when the answer has come, and the answer goes after the note.
                let real = two[1] - two[0];
                assert!(
                    real >= Duration::from_millis(*pause),
                    "{real:?} is shorter than {pause} ms"
                );
            }
        },
    );
}

/// Flags; what is answered to each by its number, the last for all others; the ids that are sent; the exit code and the
/// counts.
type Sequence = (&'static str, &'static [u16], &'static str, i32, [u64; 4]);

/// A new case is a new line.
const SEQUENCES: &[Sequence] = &[
    ("", &[200], "a b c", 0, [3, 3, 0, 0]),
    ("", &[200, 500, 200], "a b", 1, [2, 1, 1, 0]),
    ("", &[204], "a", 1, [1, 0, 1, 0]),
    ("--keep-going", &[200, 500, 200], "a b c", 1, [3, 2, 1, 0]),
    ("--keep-going", &[302], "a b c", 1, [3, 0, 3, 0]),
    ("--order reversed", &[200], "c b a", 0, [3, 3, 0, 0]),
    ("--order reversed", &[200, 401], "c b", 1, [2, 1, 1, 0]),
    ("--duplicates 1", &[200], "a a b b c c", 0, [6, 6, 0, 0]),
    (
        "--duplicates 2 --order reversed --last 2",
        &[200],
        "c c c b b b",
        0,
        [6, 6, 0, 0],
    ),
    (
        "--retry --time-scale 1e9",
        &[503, 503, 200],
        "a a a b c",
        0,
        [5, 3, 2, 0],
    ),
    (
        "--retry --time-scale 1e9 --keep-going --as-captured",
        &[503, 200],
        "a a b c",
        0,
        [4, 3, 1, 0],
    ),
    (
        "--speed 1000x --duplicates 1",
        &[200, 200, 500],
        "a a b",
        1,
        [3, 2, 1, 0],
    ),
];

#[test]
fn what_was_captured_is_sent_like_a_life_cycle() {
    let folder = shop(&[("journal", &three())]);
    all(
        SEQUENCES.iter().map(|case| (format!("{case:?}"), case)),
        |_, (flags, statuses, ids, code, expected)| {
            let last = statuses[statuses.len() - 1];
            let endpoint = Endpoint::new(move |number, _| {
                answer(*statuses.get(number).unwrap_or(&last), &[], "")
            });
            let (ended, lines) =
                replay_json(&folder, &format!("journal --to {} {flags}", endpoint.port));
            assert_eq!(
                (ended, each(&lines, "id").join(" "), counts(&lines)),
                (*code, (*ids).to_owned(), *expected)
            );
            assert_eq!(endpoint.came().len(), ids.split(' ').count());
        },
    );
    // Each target gets each delivery; where one of them refuses it, it is the last.
    let (good, bad) = (Endpoint::answering(200), Endpoint::answering(401));
    for (flags, count) in [("", 1), ("--keep-going", 3)] {
        let to = format!("--to {}/own --to 127.0.0.1:{}", good.port, bad.port);
        let (code, lines) = replay_json(&folder, &format!("journal {to} {flags}"));
        let (good, bad) = (good.take(), bad.take());
        assert_eq!((code, good.len(), bad.len()), (1, count, count));
        assert_eq!(counts(&lines), [2, 1, 1, 0].map(|each| each * count as u64));
        assert_eq!(
            (&*good[0].path, &*bad[0].path, &good[0].body),
            ("/own", "/hooks", &bad[0].body)
        );
    }
    // Only a seed would shuffle twice alike, and each comes once all the same.
    let endpoint = Endpoint::answering(200);
    let (_, lines) = replay_json(
        &folder,
        &format!("journal --order shuffled --to {}", endpoint.port),
    );
    let mut ids = each(&lines, "id");
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b", "c"]);
}

/// An address reserved for documentation; nothing connects to it.
const ELSEWHERE: &str = "192.0.2.1";

#[test]
fn what_is_not_this_machine_is_sent_nothing_unless_that_is_allowed() {
    let near = Endpoint::answering(200);
    // What may leave would leave through it.
    let proxy = Endpoint::answering(200);
    let files = [
        ("journal", &*three()),
        ("allowed.toml", "allowed_hosts = ['192.0.2.1']"),
    ];
    let folder = shop(&files);
    for (flags, allowed) in [
        ("", false),
        ("--as-captured", false),
        ("--keep-going", false),
        ("--allow-remote", true),
        ("--config allowed.toml --as-captured", true),
    ] {
        let line = format!(
            "journal --to {} --to http://{ELSEWHERE}/x {flags}",
            near.port
        );
        let mut command = replaying(&folder, &line);
        let Ran { code, out, err } = ran(command
            .env("http_proxy", format!("http://127.0.0.1:{}", proxy.port))
            .output()
            .unwrap());
        assert_eq!(code, if allowed { 0 } else { 2 }, "{flags}: {out}{err}");
        let count = if allowed { 3 } else { 0 };
        assert_eq!(
            (near.take().len(), proxy.take().len()),
            (count, count),
            "{flags}"
        );
        assert!(
            allowed || (out.is_empty() && err.contains(ELSEWHERE) && err.contains("hint: ")),
            "{err}"
        );
    }
}

/// What cannot be sent; a new case is a new line.
const REFUSED: &[&str] = &[
    "",
    "not-there.ndjson",
    "journal not-there.ndjson",
    "empty",
    "empty-folder",
    "newer",
    "only-gets.har",
    "journal --only PAYOUT_*",
    "journal --id nobody --failed",
    "journal --last 0",
    "journal --last -1",
    "unknown",
    "unknowns",
    "README.md",
    "binary",
    "unknown --scheme stripe",
    "journal --scheme stripe",
    "journal --as-captured --scheme calypso",
    "journal --as-captured --secret-file old",
    "journal --secret-file not-there",
    "journal --speed fast",
    "journal --speed 0x",
    "journal --speed 10",
    "journal --speed original --gap 1s",
    "journal --time-scale 10",
    "journal --header X-A",
    "journal --to ftp://localhost",
    "journal --count 5",
    "journal --seed 5",
    "journal --as curl --format json",
    "journal --format sarif",
];

#[test]
fn what_cannot_be_sent_is_said_on_stderr_with_what_to_try() {
    let gets = json!({"log": {"entries": [{"request": {"method": "GET", "url": "http://x/"}}]}})
        .to_string();
    let files = [
        ("journal", &*three()),
        ("one", &capture(&json!({"body": paid()}))),
        ("newer", &capture(&json!({"v": 2, "body": paid()}))),
        ("unknown", &capture(&json!({"body": "{\"n\":5}"}))),
        (
            "unknowns",
            &capture(&json!({"body": "{\"n\":5}"})).repeat(7),
        ),
        ("README.md", "# A shop\n\nIt sells shoes.\n"),
        ("binary", "\u{0}\u{1}"),
        ("only-gets.har", &gets),
        ("empty", " \n"),
        ("empty-folder/README", ""),
    ];
    let (folder, endpoint) = (shop(&files), Endpoint::answering(200));
    let mut said = String::new();
    for line in REFUSED {
        // The last target that is named does not matter where another one is wrong.
        let Ran { code, out, err } = replay(&folder, &format!("{line} --to {}", endpoint.port));
        assert_eq!((code, &*out), (2, ""), "{line}: {err}");
        said += &format!(
            "{}\n{err}\n",
            format!("$ inqud-hook replay {line}").trim_end()
        );
    }
    assert!(endpoint.came().is_empty());
    snapshot("refused", &said);
}

#[test]
fn a_body_that_is_no_webhook_is_skipped_and_counted() {
    let lines = [paid(), "{\"n\":5}".to_owned(), paid(), "junk".to_owned()];
    let journal = lines.map(|body| capture(&json!({"body": body, "answer": {"status": 200}})));
    let (folder, endpoint) = (
        shop(&[("journal", &journal.concat())]),
        Endpoint::answering(200),
    );
    let to = format!("journal --secret-file new --to {}", endpoint.port);
    let (code, lines) = replay_json(&folder, &to);
    assert_eq!((code, counts(&lines)), (0, [2, 2, 0, 0]));
    assert_eq!(of_type(&lines, "summary")[0]["skipped"], 2);
    let ran = replay(&folder, &to);
    assert!(
        ran.err.contains("note: skipping 2 deliveries (2, 4): not signed, because the provider is unknown; give --scheme"),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("2 sent: all accepted, 2 skipped in "),
        "{}",
        ran.out
    );
    assert_eq!(endpoint.take().len(), 4);
    // With --scheme and with --as-captured it is known how to send them.
    for flags in ["--scheme calypso", "--as-captured"] {
        let flags = format!("journal {flags} --to {}", endpoint.port);
        let (code, lines) = replay_json(&folder, &flags);
        assert_eq!((code, counts(&lines)), (0, [4, 4, 0, 0]), "{flags}");
    }
}

#[test]
fn nothing_that_failed_is_no_failure() {
    let journal = capture(&json!({"body": paid()}));
    let (folder, endpoint) = (
        shop(&[("one", &journal), ("three", &journal.repeat(3))]),
        Endpoint::answering(200),
    );
    for (file, words) in [
        (
            "one",
            "note: nothing to send: the delivery was accepted when captured\n",
        ),
        (
            "three",
            "note: nothing to send: all 3 deliveries were accepted when captured\n",
        ),
    ] {
        let line = format!("{file} --failed --to {}", endpoint.port);
        let Ran { code, out, err } = replay(&folder, &line);
        assert_eq!((code, &*out, &*err), (0, "", words));
        let (code, lines) = replay_json(&folder, &line);
        assert_eq!((code, counts(&lines)), (0, [0, 0, 0, 0]));
    }
    assert!(endpoint.came().is_empty());
}

#[test]
fn standard_input_and_journals_in_the_wrong_place_have_words_of_their_own() {
    let folder = shop(&[("journal", &capture(&json!({"body": paid()})))]);
    let ran = replay(&folder, "- --to :9");
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: standard input is empty\nhint: give a body, a journal of `listen --journal`, or an HTTP archive (HAR)\n"
    );
    for line in [
        "send --body journal",
        "send INVOICE_PAID --body journal",
        "send --body journal --scheme calypso",
    ] {
        let ran = run_line(&folder.path, line);
        assert_eq!(ran.code, 2, "{line}");
        assert_eq!(
            ran.err,
            "error: journal is a journal, not a body\nhint: use `inqud-hook replay journal`, which sends the deliveries in \
             it again\n",
            "{line}"
        );
    }
}

#[test]
fn requests_are_shown_instead_of_sent() {
    let (folder, hooks, endpoint) = (shop(&[]), hooks(), Endpoint::answering(200));
    captured(&folder, &hooks, "--keep-secrets");
    let to = format!("journal.ndjson --to 127.0.0.1:{}", endpoint.port);
    for form in [
        "--dry-run",
        "--as http",
        "--as curl",
        "--as hurl",
        "--as k6",
        "--as locust",
        "--as vegeta",
        "--as har",
    ] {
        for way in [
            if ["--as k6", "--as locust"].contains(&form) {
                "--only */*"
            } else {
                "--secret-file new --only */*"
            },
            "--as-captured",
            "--scheme none --last 2 --duplicates 1",
        ] {
            let Ran { code, out, err } = replay(&folder, &format!("{to} {form} {way}"));
            assert_eq!(code, 0, "{form} {way}: {err}");
            let path = if way.contains("--last") {
                "/elsewhere"
            } else {
                "/hooks?shop=1&at=%2F"
            };
            assert!(out.contains(path), "{form} {way}: {out}");
            assert!(
                !out.contains(OLD) && !out.contains(NEW),
                "{form} {way}: {out}"
            );
        }
    }
    assert!(endpoint.came().is_empty());

    let shown = replay(
        &folder,
        &format!("{to} --dry-run --as-captured --show-secrets"),
    )
    .out;
    let messages: Vec<&str> = shown.split("\n###\n").collect();
    assert_eq!(messages.len(), hooks.len());
    for (message, hook) in messages.iter().zip(&hooks) {
        let (head, _) = message.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        assert_eq!(
            lines.next(),
            Some(&*format!("POST {} HTTP/1.1", hook.target))
        );
        let headers: Vec<&str> = lines.collect();
        let kept = hook
            .kept_headers()
            .into_iter()
            .map(|(name, value)| format!("{name}: {value}").trim().to_owned());
        assert_eq!(headers[1..headers.len() - 1], kept.collect::<Vec<_>>());
    }

    // An archive of them is what they were.
    let recorder = recorder();
    folder.write(
        "again.har",
        &replay(
            &folder,
            &format!("{to} --as har --as-captured --show-secrets"),
        )
        .out,
    );
    assert_eq!(
        replay(
            &folder,
            &format!("again.har --as-captured --to {}", recorder.port)
        )
        .code,
        0
    );
    let all = recorder.take();
    assert_eq!(all.len(), hooks.len());
    for (came, hook) in all.iter().zip(&hooks) {
        assert_eq!(
            (&*came.path, without_own(came)),
            (hook.target, hook.kept_headers())
        );
        assert!(came.body == hook.body);
    }
}

#[test]
fn a_script_reads_each_kept_secret_from_a_variable_of_its_own() {
    let headers = json!([
        ["Authorization", "Bearer t0p"],
        ["Cookie", "sid=s3cr3t"],
        ["Sign", "feedface"]
    ]);
    let lines = [paid(), "{\"n\":5}".to_owned()];
    let lines =
        lines.map(|body| capture(&json!({"headers": headers, "body": body, "target": "/a"})));
    let folder = shop(&[("journal", &lines.concat())]);
    for (form, variables) in [
        (
            "curl",
            [
                "Bearer ${INQUD_HOOK_AUTHORIZATION:?}",
                "${INQUD_HOOK_COOKIE:?}",
            ],
        ),
        (
            "hurl",
            [
                "Bearer {{inqud_hook_authorization}}",
                "{{inqud_hook_cookie}}",
            ],
        ),
        (
            "k6",
            [
                "secrets.INQUD_HOOK_AUTHORIZATION",
                "secrets.INQUD_HOOK_COOKIE",
            ],
        ),
    ] {
        let out = replay(&folder, &format!("journal --as-captured --as {form}")).out;
        for variable in variables {
            assert_eq!(out.matches(variable).count(), 2, "{form}: {out}");
        }
        assert!(!out.contains("t0p") && !out.contains("s3cr3t"), "{out}");
        // The signature is not made again.
        assert_eq!(out.matches("feedface").count(), 2, "{form}: {out}");
    }
}

#[test]
fn an_archive_of_captures_says_when_they_came() {
    let folder = shop(&[("journal", &capture(&json!({"body": paid()})))]);
    let archive: Value = serde_json::from_str(&replay(&folder, "journal --as har").out).unwrap();
    let at = archive
        .pointer("/log/entries/0/startedDateTime")
        .unwrap()
        .as_str()
        .unwrap();
    let at = humantime::parse_rfc3339(at).unwrap();
    assert!(
        at >= humantime::parse_rfc3339("2026-11-21T09:30:00Z").unwrap(),
        "{at:?}"
    );
}

#[test]
fn no_output_shows_a_secret_that_was_kept() {
    // An own provider that sends its secret in a header of its own.
    let manifest = acme::FILES[0].1.replace(
        "{ scheme = \"hmac\", hash = \"sha256\", encoding = \"hex\", header = \"X-Acme\" }",
        "{ scheme = \"secret\", header = \"X-Acme\", prefix = \"Token\" }",
    );
    assert!(manifest.contains("\"Token\""));
    let folder = shop(&[]);
    acme::write(&folder, "own/acme");
    folder.write("own/acme/provider.toml", &manifest);
    let secrets = [OLD, NEW, "c00kie", "pr0xy", "p0rtal"];
    let listener = Listener::start(
        &folder.path,
        "--catalog own --secret-file old --journal journal --keep-secrets --format json",
    );
    let acme = format!("Token {OLD}");
    let secret = format!("Secret {OLD}");
    for (headers, body) in [
        (
            vec![("X-Acme", &*acme), ("Cookie", "sid=c00kie")],
            "{\"anvil\":1,\"status\":\"PAID\"}".to_owned(),
        ),
        (
            vec![("Authorization", &*secret)],
            sample("rehive/samples/invoice.paid.json"),
        ),
        (
            vec![("Authorization", "Bearer p0rtal")],
            "{\"n\":5}".to_owned(),
        ),
    ] {
        assert_eq!(listener.post(&headers, body.as_bytes()).status, 200);
    }
    listener.interrupt();
    let journal = fs::read_to_string(folder.path.join("journal")).unwrap();
    assert!(
        journal.contains(OLD) && journal.contains("c00kie") && journal.contains("p0rtal"),
        "{journal}"
    );

    let echo = |_, came: &Came| answer(400, &[], &format!("{:?}", came.headers));
    let endpoint = Endpoint::new(echo);
    let forms = ["http", "curl", "hurl", "vegeta", "har"].map(|form| format!("--as {form}"));
    let scripts = ["k6", "locust"].map(|form| format!("--as-captured --as {form}"));
    let ways = [
        "",
        "--format json",
        "--keep-going",
        "--keep-going --format json --duplicates 1",
        "--dry-run",
    ];
    let ways = ways.map(str::to_owned).into_iter().chain(forms);
    let cases = ways.flat_map(|way| {
        ["--as-captured", "--secret-file new --scheme acme"].map(|how| format!("{how} {way}"))
    });
    let cases = cases.chain(scripts);
    all(cases.map(|case| (case.clone(), case)), |_, flags| {
        for to in [format!("--to {}", endpoint.port), String::new()] {
            let Ran { code, out, err } =
                replay(&folder, &format!("journal --catalog own {to} {flags}"));
            assert!(code < 2 && !out.is_empty(), "{err}");
            for secret in secrets {
                assert!(
                    !out.contains(secret) && !err.contains(secret),
                    "{secret} in {out}{err}"
                );
            }
        }
    });
    assert!(
        endpoint
            .came()
            .iter()
            .any(|came| came.all("X-Acme") == [&*acme]),
        "it is sent all the same"
    );
}

#[test]
fn without_a_target_both_sides_are_shown() {
    let folder = shop(&[]);
    captured(&folder, &hooks(), "");
    for (flags, code, expected) in [
        ("--secret-file new --only */*", 0, [4, 4, 0, 0]),
        ("--scheme none --only */* --keep-going", 1, [4, 0, 4, 0]),
    ] {
        let ran = replay(&folder, &format!("journal.ndjson --format json {flags}"));
        assert!(ran.err.contains("note: no --to given"), "{}", ran.err);
        let lines = json_lines(&ran.out);
        assert_eq!((ran.code, counts(&lines)), (code, expected), "{}", ran.out);
        assert_eq!(of_type(&lines, "received").len() as u64, expected[0]);
    }
}

#[test]
fn machines_are_told_of_each_delivery_and_of_all() {
    let lines = [
        json!({"id": "first", "body": paid()}),
        json!({"id": null, "body": "text", "event": "calypso/RETIRED"}),
        json!({"id": "third", "event": "inqud/checkout.success", "body": "not what it says"}),
    ];
    let folder = shop(&[("journal", &lines.iter().map(capture).collect::<String>())]);
    let endpoint = Endpoint::new(|number, _| {
        answer(if number == 1 { 500 } else { 200 }, &[("X-A", "1")], "body")
    });
    let line = format!(
        "journal --keep-going --secret-file new --scheme calypso --to 127.0.0.1:{}/x",
        endpoint.port
    );
    let (code, lines) = replay_json(&folder, &line);
    assert_eq!((code, counts(&lines)), (1, [3, 2, 1, 0]));
    assert!(lines.iter().all(|line| line["v"] == 1));
    let deliveries = of_type(&lines, "delivery");
    let target = format!("http://127.0.0.1:{}/x", endpoint.port);
    let events = [
        json!("calypso/INVOICE_PAID"),
        json!(null),
        json!("inqud/checkout.success"),
    ];
    for (number, (line, event)) in deliveries.iter().zip(events).enumerate() {
        let status = if number == 1 { 500 } else { 200 };
        assert_eq!(
            (&line["event"], &line["status"], &line["target"]),
            (&event, &json!(status), &json!(target))
        );
        assert_eq!(
            (&line["attempt"], &line["step"], &line["copy"]),
            (&json!(1), &json!(number + 1), &json!(0))
        );
        assert_eq!(
            (&line["accepted"], &line["scheme"]),
            (&json!(status == 200), &json!("hmac-sha512"))
        );
        assert!(
            line["signature_header"]
                .as_str()
                .unwrap()
                .starts_with("Sign: ")
        );
        assert_eq!(line["response"]["body"], "body");
        assert!(line["latency_ms"].as_f64().unwrap() > 0.0);
    }
    let bytes: Vec<usize> = endpoint.came().iter().map(|came| came.body.len()).collect();
    assert_eq!(bytes, [paid().len(), 4, 16]);
    assert_eq!(
        (&deliveries[0]["id"], &deliveries[2]["id"]),
        (&json!("first"), &json!("third"))
    );
    // What has no id is given one.
    assert_eq!(deliveries[1]["id"].as_str().unwrap().len(), 36);
}

#[test]
fn a_replay_reads_well() {
    let bodies = [
        ("calypso/INVOICE_PAID", paid()),
        (
            "inqud/checkout.success",
            sample("inqud/samples/checkout.success.json"),
        ),
        (
            "rehive/invoice.paid",
            sample("rehive/samples/invoice.paid.json"),
        ),
    ];
    let headers = json!([
        ["X-Payload-Digest", "0123"],
        ["Authorization", "Secret ********", "sha256:01234567"]
    ]);
    let mut journal = String::new();
    for (event, body) in &bodies {
        journal +=
            &capture(&json!({"id": event, "event": event, "body": body, "headers": headers}));
    }
    let torn = format!("{journal}{}", &journal[..40]);
    let folder = shop(&[("hooks.ndjson", &journal), ("torn.ndjson", &torn)]);
    let mut said = String::new();
    for (line, refused, code) in [
        ("hooks.ndjson --secret-file new", usize::MAX, 0),
        ("hooks.ndjson --secret-file new --last 1", usize::MAX, 0),
        ("torn.ndjson --secret-file new", 1, 1),
        ("hooks.ndjson --as-captured --last 2", usize::MAX, 0),
    ] {
        let endpoint = Endpoint::new(move |number, _| {
            answer(if number == refused { 500 } else { 200 }, &[], "oops")
        });
        let ran = replay(&folder, &format!("{line} --to 127.0.0.1:{}", endpoint.port));
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        said += &format!(
            "$ inqud-hook replay {line}\n{}{}\n",
            ran.err,
            scrubbed(&ran.out, endpoint.port)
        );
    }
    snapshot("human", &said);
}

#[test]
fn for_captured_signatures_no_hint_suggests_another_secret() {
    let folder = shop(&[("journal", &three())]);
    let endpoint = Endpoint::answering(401);
    for format in ["human", "json"] {
        let Ran { code, out, .. } = replay(
            &folder,
            &format!(
                "journal --as-captured --to {} --format {format}",
                endpoint.port
            ),
        );
        assert_eq!(code, 1);
        assert!(
            !out.contains("--secret-file") && !out.contains("the built-in test secret"),
            "{out}"
        );
    }
}

#[test]
fn a_secret_is_asked_for_only_where_something_is_signed_and_the_development_secret_is_told_once() {
    let endpoint = Endpoint::answering(200);
    let all = [
        "calypso/samples/INVOICE_PAID.json",
        "inqud/samples/checkout.success.json",
        "rehive/samples/invoice.paid.json",
    ];
    let journal = all
        .map(|path| capture(&json!({"body": sample(path)})))
        .concat();
    let folder = shop(&[
        ("journal", &journal),
        ("gone.toml", "[secrets]\ncalypso = { file = 'gone' }\n"),
    ]);
    for (flags, code, told) in [
        ("", 0, 1),
        ("--scheme calypso", 0, 1),
        ("--scheme none", 0, 0),
        ("--as-captured", 0, 0),
        ("--config gone.toml", 2, 0),
        ("--config gone.toml --as-captured", 0, 0),
        ("--config gone.toml --scheme none", 0, 0),
    ] {
        let ran = replay(
            &folder,
            &format!("journal --expect accepted --to {} {flags}", endpoint.port),
        );
        let count = ran
            .err
            .matches("signing with the built-in test secret")
            .count();
        assert_eq!((ran.code, count), (code, told), "{flags}: {}", ran.err);
    }
}

/// Where Ctrl-C comes: flags, and the type of the line behind which it comes; a new case is a new line.
#[cfg(unix)]
const INTERRUPTED: &[(&str, u16, &str, [u64; 4])] = &[
    ("--gap 10m", 200, "delivery", [1, 1, 0, 0]),
    ("--speed original", 200, "delivery", [1, 1, 0, 0]),
    (
        "--speed original --keep-going --as-captured",
        500,
        "delivery",
        [1, 0, 1, 0],
    ),
    ("--retry", 500, "wait", [1, 0, 1, 0]),
    ("--timeout 10m --header X-Hang:1", 200, "", [1, 0, 0, 1]),
];

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_replay_at_once_and_leaves_its_summary() {
    let later = |hours: usize| json!({"received_at": format!("2026-11-21T0{hours}:00:00Z"), "body": paid()});
    let folder = shop(&[(
        "journal",
        &[1, 2, 3].map(|hours| capture(&later(hours))).concat(),
    )]);
    all_at_once(
        INTERRUPTED.iter().map(|case| (case.0.to_owned(), case)),
        |_, (flags, status, until, expected)| {
            let endpoint = Endpoint::new(|_, came: &Came| {
                // Longer than the test takes.
                if !came.all("X-Hang").is_empty() {
                    sleep(PATIENCE * 2);
                }
                answer(*status, &[], "")
            });
            let line = format!("journal --to {} {flags} --format json", endpoint.port);
            let mut child = replaying(&folder, &line).spawn().unwrap();
            let mut stdout = BufReader::new(child.stdout.take().unwrap());
            let mut out = String::new();
            while !until.is_empty() && !out.contains(&format!("\"type\":\"{until}\"")) {
                assert!(stdout.read_line(&mut out).unwrap() > 0, "{out}");
            }
            endpoint.wait_for(1);
            signal(child.id(), "INT");
            let ended = std::thread::spawn(move || stdout.read_to_string(&mut out).map(|_| out));
            let code = finish(child, PATIENCE).code;
            let lines = json_lines(&ended.join().unwrap().unwrap());
            assert_eq!((code, counts(&lines)), (130, *expected));
            assert_eq!(of_type(&lines, "summary")[0]["interrupted"], true);
            assert_eq!(endpoint.came().len(), 1, "nothing more is sent");
        },
    );
}
