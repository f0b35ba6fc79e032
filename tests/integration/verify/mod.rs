//! `verify`: the verdict on a signature, the reason where it is wrong, and that no secret and no right digest is shown.

mod copied;
mod pasted;
mod right_check;
mod sent;
mod sources;
mod tickets;

use crate::support::listener::{DEVELOPMENT, signature};
use crate::support::{
    Folder, Ran, acme, all, folder, json_lines, of_type, payload, ran, run, tool,
};
use serde_json::Value;
use std::fmt::Write as _;

/// A secret of each provider.
const SECRET: &str = "a-merchants-own-secret-0815";

/// A sample of each provider.
const SAMPLES: [(&str, &str, &str); 3] = [
    (
        "calypso",
        "calypso/INVOICE_PAID",
        "calypso/samples/INVOICE_PAID.json",
    ),
    (
        "inqud",
        "inqud/checkout.success",
        "inqud/samples/checkout.success.json",
    ),
    (
        "rehive",
        "rehive/invoice.paid",
        "rehive/samples/invoice.paid.json",
    ),
];

/// A folder with a sample of Calypso, without a final newline, and the secret.
fn paid() -> (Folder, String) {
    let body = payload("calypso/samples/INVOICE_PAID.json")
        .trim_end()
        .to_owned();
    (folder(&[("body.json", &body), ("secret", SECRET)]), body)
}

/// The digest of Calypso under that secret.
fn calypso(secret: &str, body: &str) -> String {
    signature("calypso", secret, body.as_bytes()).1
}

/// The arguments for the body with that signature.
fn signed_by(signature: &str) -> [&str; 5] {
    [
        "body.json",
        "--signature",
        signature,
        "--secret-file",
        "secret",
    ]
}

/// Runs `verify`.
fn verify(folder: &Folder, arguments: &[&str]) -> Ran {
    run(&folder.path, ["verify"].iter().chain(arguments))
}

/// The exit code, the `signature` lines, and the summary.
fn verify_json(folder: &Folder, arguments: &[&str]) -> (i32, Vec<Value>, Option<Value>) {
    let ran = verify(folder, &[arguments, &["--format", "json"]].concat());
    let lines = json_lines(&ran.out);
    let signatures: Vec<Value> = of_type(&lines, "signature").into_iter().cloned().collect();
    let summary = of_type(&lines, "summary")
        .first()
        .map(|line| (*line).clone());
    assert_eq!(
        signatures.len() + usize::from(summary.is_some()),
        lines.len(),
        "{}",
        ran.out
    );
    assert_eq!(summary.is_some(), signatures.len() > 1, "{}", ran.out);
    (ran.code, signatures, summary)
}

/// The only line.
fn only(folder: &Folder, arguments: &[&str]) -> (i32, Value) {
    let (code, mut lines, _) = verify_json(folder, arguments);
    assert_eq!(lines.len(), 1, "{lines:?}");
    (code, lines.remove(0))
}

fn snapshot(name: &str, text: &str) {
    crate::support::snapshot("verify", name, text);
}

#[test]
fn a_body_of_each_provider_is_valid_with_its_signature_and_with_no_other() {
    all(
        SAMPLES.map(|sample| (sample.1.to_owned(), sample)),
        |_, (provider, event, path)| {
            let body = payload(path);
            let folder = folder(&[("body.json", &body), ("secret", SECRET)]);
            let (header, value) = signature(provider, SECRET, body.as_bytes());
            let given = format!("{}: {value}", header.to_uppercase());
            for how in [
                &["--header", &given][..],
                &["--signature", &value],
                &["--signature", &given],
                &[
                    "--signature",
                    &value,
                    "--provider",
                    &provider.to_uppercase(),
                ],
                &["--signature", &value, "--scheme", provider],
                &[
                    "--header",
                    "X-Other: 1",
                    "--header",
                    "Content-Length: 3",
                    "--header",
                    &given,
                ],
            ] {
                let (code, line) = only(
                    &folder,
                    &[how, &["body.json", "--secret-file", "secret"]].concat(),
                );
                assert_eq!(
                    (code, &line["verdict"], &line["event"]),
                    (0, &"valid".into(), &event.into()),
                    "{line}"
                );
                for (field, value) in [
                    ("provider", provider.into()),
                    ("header", header.into()),
                    ("source", "body.json".into()),
                    ("record", 1.into()),
                    ("v", 1.into()),
                    ("bytes", body.len().into()),
                    ("reason", Value::Null),
                    ("explanation", Value::Null),
                    ("fix", Value::Null),
                    ("expected", Value::Null),
                    ("example", Value::Null),
                ] {
                    assert_eq!(line[field], value, "{field}");
                }
            }
            // One changed character, of the signature or of the body.
            let changed = value.replacen(['a', 'b', '0'], "1", 1);
            let (code, line) = only(&folder, &signed_by(&changed));
            assert_eq!((code, &line["verdict"]), (1, &"invalid".into()), "{line}");
            folder.write("other.json", &body.replacen('1', "2", 1));
            let (_, line) = only(
                &folder,
                &[
                    "other.json",
                    "--signature",
                    &value,
                    "--secret-file",
                    "secret",
                ],
            );
            let expected = if provider == "rehive" {
                "valid"
            } else {
                "invalid"
            };
            assert_eq!(
                line["verdict"], expected,
                "Rehive does not sign the body: {line}"
            );
        },
    );
}

#[test]
fn the_secret_is_found_as_everywhere_and_its_source_is_said() {
    let (folder, body) = paid();
    let (own, built_in) = (calypso(SECRET, &body), calypso(DEVELOPMENT, &body));
    let run = |value: &str, flags: &[&str], variables: &[(&str, &str)]| {
        let arguments = [&["verify", "body.json", "--signature", value], flags].concat();
        ran(tool(&folder.path, arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap())
    };
    let without = run(&built_in, &[], &[]);
    assert_eq!(without.code, 0, "{}", without.out);
    assert!(
        without
            .err
            .contains("no secret configured for calypso; verifying with the built-in"),
        "{}",
        without.err
    );
    for variable in ["INQUD_HOOK_SECRET", "INQUD_HOOK_SECRET_CALYPSO"] {
        let ran = run(&own, &[], &[(variable, SECRET)]);
        assert_eq!((ran.code, &*ran.err), (0, ""), "{}", ran.out);
    }
    folder.write("line", &format!("{SECRET}\n"));
    let ran = run(
        &own,
        &["--secret-file", "line"],
        &[("INQUD_HOOK_SECRET", "other")],
    );
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(
        ran.err,
        "note: ignoring the trailing newline of the secret in the file line\n"
    );
    folder.write(
        "inqud-hook.toml",
        "[secrets]\ncalypso = { file = \"secret\" }\n",
    );
    let ran = run(&own, &[], &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// Values of `Sign` that are wrong, each with the reason and whether code is to blame.
fn wrong(body: &str) -> Vec<(String, &'static str, bool)> {
    let right = calypso(SECRET, body);
    let (_, sha1) = signature("inqud", SECRET, body.as_bytes());
    let compact: Value = serde_json::from_str(body).unwrap();
    let python = compact
        .to_string()
        .replace("\":", "\": ")
        .replace(",\"", ", \"");
    let start = body.find("\"data\": ").unwrap() + "\"data\": ".len();
    let data = body[start..].trim_end_matches('}').trim_end();
    vec![
        (calypso(SECRET, data), "body_part", true),
        (right.to_uppercase(), "upper_case", true),
        (format!("sha512={right}"), "prefix", true),
        (sha1, "other_algorithm", true),
        (calypso(&format!("{SECRET}\n"), body), "secret_padded", true),
        (calypso("undefined", body), "secret_empty", true),
        (calypso(SECRET, ""), "body_empty", true),
        (calypso(SECRET, &python), "pasted", false),
        (calypso(DEVELOPMENT, body), "development_secret", false),
        (SECRET.to_owned(), "secret_itself", true),
        ("not a digest".to_owned(), "not_a_digest", false),
        (calypso("another secret", body), "reformatted", false),
        (String::new(), "header_empty", false),
    ]
}

#[test]
fn every_reason_is_named_and_neither_a_secret_nor_a_right_digest_is_shown() {
    let (folder, body) = paid();
    let right = calypso(SECRET, &body);
    let cases = wrong(&body).into_iter();
    all(
        cases.map(|case| (case.1.to_owned(), case)),
        |_, (value, reason, of_code)| {
            let arguments = signed_by(&value);
            let (code, line) = only(&folder, &arguments);
            assert_eq!((code, &line["reason"]), (1, &reason.into()), "{line}");
            let human = verify(&folder, &arguments);
            assert_eq!(human.code, 1);
            assert_eq!(human.out.contains("right check"), of_code, "{}", human.out);
            for text in [&human.out, &human.err, &line.to_string()] {
                let lower = text.to_lowercase();
                assert!(!lower.contains(&right) && !lower.contains(SECRET), "{text}");
            }
            let shown = verify(&folder, &[&arguments[..], &["--show-signature"]].concat());
            assert!(
                shown.out.contains(&format!("\n  right Sign: {right}\n")),
                "{}",
                shown.out
            );
            assert!(!shown.out.contains(SECRET), "{}", shown.out);
        },
    );
}

#[test]
fn the_right_signature_is_in_the_line_of_a_wrong_one_if_it_is_asked_for() {
    let (folder, body) = paid();
    let right = calypso(SECRET, &body);
    for (value, expected) in [("00", Value::from(&*right)), (&*right, Value::Null)] {
        let flags = ["--secret-file", "secret", "--show-signature"];
        let (_, line) = only(
            &folder,
            &[&["body.json", "--signature", value][..], &flags].concat(),
        );
        assert_eq!(line["expected"], expected);
    }
}

#[test]
fn a_secret_that_is_sent_as_it_is_stays_hidden_even_where_the_right_value_is_shown() {
    let folder = folder(&[
        ("body.json", &payload("rehive/samples/invoice.paid.json")),
        ("secret", SECRET),
    ]);
    for value in ["Secret wrong-one", SECRET, &format!("Bearer {SECRET}")] {
        let ran = verify(
            &folder,
            &[
                "body.json",
                "--signature",
                value,
                "--secret-file",
                "secret",
                "--show-signature",
            ],
        );
        assert_eq!(ran.code, 1);
        assert!(
            ran.out.contains("  right Authorization: Secret ********\n"),
            "{}",
            ran.out
        );
        assert!(
            !ran.out.contains(SECRET) && !ran.err.contains(SECRET),
            "{}{}",
            ran.out,
            ran.err
        );
    }
    let header = format!("X-{SECRET}-Token: {SECRET}");
    let ran = verify(
        &folder,
        &["body.json", "--header", &header, "--secret-file", "secret"],
    );
    assert_eq!(ran.code, 1);
    assert!(!ran.out.to_lowercase().contains(SECRET), "{}", ran.out);
}

#[test]
fn what_people_read_is_as_reviewed() {
    let (folder, body) = paid();
    let right = calypso(SECRET, &body);
    folder.write("copied.json", &format!("{body}\n"));
    folder.write("unknown.json", "{\"a\": 1}");
    let mut shown = String::new();
    for (line, value) in [
        ("body.json", &right),
        ("copied.json", &right),
        ("body.json", &right.to_uppercase()),
        ("body.json", &calypso("another secret", &body)),
        ("body.json --provider inqud", &right),
        ("body.json --scheme rehive", &right),
        ("unknown.json", &right),
        ("body.json copied.json unknown.json", &right),
    ] {
        let arguments: Vec<&str> = line
            .split(' ')
            .chain(["--secret-file", "secret", "--signature", value])
            .collect();
        let ran = verify(&folder, &arguments);
        let _ = writeln!(
            shown,
            "$ inqud-hook verify {line} --signature … → {}\n{}{}",
            ran.code, ran.err, ran.out
        );
    }
    let ran = verify(&folder, &["body.json"]);
    let _ = writeln!(
        shown,
        "$ inqud-hook verify body.json → {}\n{}{}",
        ran.code, ran.err, ran.out
    );
    snapshot("human", &shown);
}

#[test]
fn a_provider_of_the_users_own_is_verified_and_its_check_is_shown() {
    let folder = folder(&[("body.json", "{\"anvil\": 1, \"status\": \"PAID\"}")]);
    acme::write(&folder, "own/acme");
    let ran = verify(
        &folder,
        &[
            "body.json",
            "--header",
            "X-Acme: 00",
            "--catalog",
            "own",
            "--example",
            "go",
        ],
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.starts_with(
            "body.json: acme/order.paid: signature invalid (X-Acme, hmac-sha256, 30 bytes)\n"
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("\tmac := hmac.New(sha256.New, []byte(secret))\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("os.Getenv(\"ACME_WEBHOOK_SECRET\")"),
        "{}",
        ran.out
    );
}

/// What is refused; a new case is a new line.
const REFUSED: &[&str] = &[
    "",
    "none.json",
    "empty",
    "empty.json",
    "empty.har",
    "body.json --scheme none",
    "body.json --scheme acme",
    "body.json --provider calipso",
    "body.json --header Sign",
    "body.json --header =:1",
    "body.json --example ruby",
    "body.json --secret-file none",
];

#[test]
fn what_cannot_be_done_is_said_on_stderr_with_what_to_try() {
    let (folder, _) = paid();
    folder.write("empty/readme.txt", "");
    folder.write("empty.json", " \n");
    folder.write("empty.har", r#"{"log": {"entries": []}}"#);
    let said: String = REFUSED
        .iter()
        .map(|line| {
            let arguments: Vec<&str> = line.split_whitespace().collect();
            let ran = verify(&folder, &arguments);
            assert_eq!((ran.code, &*ran.out), (2, ""), "{line}");
            format!("$ inqud-hook verify {line}\n{}\n", ran.err)
        })
        .collect();
    snapshot("refused", &said);
}

#[test]
fn a_secret_is_refused_only_for_the_provider_that_cannot_use_it() {
    let (folder, body) = paid();
    let value = calypso(SECRET, &body);
    // One newline is the end of the line; two make the second a part of the secret, which a header cannot carry.
    folder.write("two-newlines", &format!("{SECRET}\n\n"));
    folder.write("rehive.json", &payload("rehive/samples/invoice.paid.json"));
    let secret = ["--secret-file", "two-newlines"];
    let flags = [&["body.json", "--signature", &value][..], &secret].concat();
    let (code, line) = only(&folder, &flags);
    assert_eq!((code, &line["provider"]), (1, &"calypso".into()), "{line}");
    assert_eq!(line["reason"], "secret_padded", "{line}");

    let header = ["--header", "Authorization: Secret x"];
    let flags = [&["rehive.json", "body.json"][..], &header, &secret].concat();
    let (code, lines, _) = verify_json(&folder, &flags);
    assert_eq!(code, 2);
    let reasons = lines.iter().map(|line| line["reason"].as_str());
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [Some("secret_unusable"), Some("header_missing")]
    );
    let said = lines[0]["explanation"].as_str().unwrap();
    assert!(
        said.starts_with("cannot use the secret of rehive: ") && said.contains("two-newlines"),
        "{said}"
    );
}
