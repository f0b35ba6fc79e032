//! Bodies that copying changed: each change is found and named, for the digests of every provider that signs bodies; and a
//! recorded body is not taken for a copied one.

use super::{SECRET, calypso, only, signed_by, verify};
use crate::support::captures::capture;
use crate::support::listener::signature;
use crate::support::{all, folder};
use serde_json::{Value, json};
use std::fs;

/// A body as its provider sends it, with characters that editors replace.
const SENT: &str = r#"{"eventType":"INVOICE_PAID","data":{"type":"INVOICE_PAID","description":"Joe's -- «Счёт» 7...","amount":10.50,"url":"https:\/\/shop.test\/7"}}"#;

/// It in the form of a viewer.
fn pretty(indent: &str) -> String {
    let members = [
        r#""type": "INVOICE_PAID""#,
        r#""description": "Joe's -- «Счёт» 7...""#,
        r#""amount": 10.50"#,
        r#""url": "https:\/\/shop.test\/7""#,
    ];
    let inner = members
        .map(|member| format!("{indent}{indent}{member}"))
        .join(",\n");
    format!(
        "{{\n{indent}\"eventType\": \"INVOICE_PAID\",\n{indent}\"data\": {{\n{inner}\n{indent}}}\n}}"
    )
}

fn utf_16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// What was sent, what was pasted, and what must be undone.
fn cases() -> Vec<(String, Vec<u8>, &'static str)> {
    let (sent, two, four, tabs) = (SENT.to_owned(), pretty("  "), pretty("    "), pretty("\t"));
    let curly = |text: &str| text.replace("\"", "”").replace('\'', "’");
    let text = |text: String| text.into_bytes();
    vec![
        (
            sent.clone(),
            text(format!("{SENT}\n")),
            "valid once the final newline is removed: it was added when the body was copied",
        ),
        (
            sent.clone(),
            text(format!("{SENT}\r\n")),
            "the final newline is removed",
        ),
        (
            sent.clone(),
            text(format!("\n  {SENT}  \n")),
            "the white space around it is removed",
        ),
        (
            format!("{two}\n"),
            text(two.clone()),
            "a final newline is added: it was lost",
        ),
        (
            two.replace('\n', "\r\n"),
            text(two.clone()),
            "its line endings are CRLF again",
        ),
        (
            two.clone(),
            text(two.replace('\n', "\r\n")),
            "its line endings are LF again",
        ),
        (
            format!("{}\r\n", two.replace('\n', "\r\n")),
            text(two.clone()),
            "its line endings are CRLF again and a final CRLF is added",
        ),
        (
            tabs.clone(),
            text(two.clone()),
            "each two spaces of indentation are a tab again",
        ),
        (
            tabs.clone(),
            text(four.clone()),
            "each four spaces of indentation are a tab again",
        ),
        (
            two.clone(),
            text(tabs.clone()),
            "its tabs are two spaces again: an editor changed the indentation",
        ),
        (
            four.clone(),
            text(format!("{tabs}\n")),
            "its tabs are four spaces again and the final newline is removed",
        ),
        (
            sent.clone(),
            text(two.clone()),
            "the JSON is printed as it was (compact, no spaces): it was reformatted",
        ),
        (
            sent.clone(),
            text(four.replace("\\/", "/")),
            "(as json_encode($body) prints it)",
        ),
        (
            sent.clone(),
            text(two.replace("10.50", "10.5").replace('\n', "\r\n"))
                .into_iter()
                .collect(),
            "",
        ),
        (
            sent.clone(),
            text(curly(SENT)),
            "the curly double quotation marks are straight again",
        ),
        (
            sent.clone(),
            text(SENT.replace("--", "—").replace("...", "…")),
            "the dashes and ellipses are hyphens and dots again: an editor or a chat",
        ),
        (
            two.clone(),
            text(two.replace(' ', "\u{a0}")),
            "the non-breaking spaces are plain spaces again",
        ),
        (
            sent.clone(),
            text(SENT.replace(":", ":\u{200b}")),
            "the invisible characters are removed",
        ),
        (
            sent.clone(),
            text(format!("\u{feff}{SENT}")),
            "the byte-order mark is removed",
        ),
        (
            sent.clone(),
            text(format!("```json\n{SENT}\n```\n")),
            "the code fence around it is removed",
        ),
        (
            sent.clone(),
            text(format!("'{SENT}'\n")),
            "the quotation marks around it are removed",
        ),
        (
            sent.clone(),
            text(serde_json::to_string(SENT).unwrap()),
            "the backslashes of the string around it are removed",
        ),
        (
            sent.clone(),
            text(SENT.replace('"', "&quot;")),
            "the HTML entities are decoded",
        ),
        (
            sent.clone(),
            text(format!("{}\n{}\n", &SENT[..40], &SENT[40..])),
            "the line breaks are removed: long lines were wrapped",
        ),
        (
            sent.clone(),
            text(
                two.replace("\\/", "/")
                    .replace('\'', "\\'")
                    .replace('"', "'"),
            ),
            "it is JSON instead of a Python dict and the JSON is printed as it was (as json_encode($body) prints it)",
        ),
        (
            sent.clone(),
            utf_16(SENT),
            "it is encoded as UTF-8: it was saved as UTF-16",
        ),
        (
            sent.clone(),
            utf_16(&format!("{SENT}\r\n")),
            "it is encoded as UTF-8 and the final newline is removed: copying made these changes",
        ),
    ]
}

#[test]
fn every_change_that_copying_makes_is_found_and_named() {
    let cases = cases().into_iter().enumerate();
    all(
        cases.map(|(at, case)| (format!("{at}: {}", case.2), (at, case))),
        |name, (at, (sent, pasted, words))| {
            assert_ne!(sent.as_bytes(), pasted, "{name}");
            let provider = ["calypso", "inqud"][at % 2];
            let (header, value) = signature(provider, SECRET, sent.as_bytes());
            let folder = folder(&[("secret", SECRET)]);
            fs::write(folder.path.join("body.json"), &pasted).unwrap();
            let given = format!("{header}: {value}");
            let arguments = ["body.json", "--header", &given, "--provider", provider];
            let (code, line) = only(
                &folder,
                &[&arguments[..], &["--secret-file", "secret"]].concat(),
            );
            assert_eq!((code, &line["verdict"]), (1, &"invalid".into()), "{line}");
            // Digits cannot come back: what is lost is lost.
            let lost = words.is_empty();
            assert_eq!(
                line["reason"],
                if lost { "unexplained" } else { "pasted" },
                "{line}"
            );
            let said = line["explanation"].as_str().unwrap();
            assert!(said.contains(words), "{said}");
        },
    );
}

#[test]
fn a_copied_signature_is_mended_too_and_the_provider_is_found_in_a_broken_body() {
    let value = calypso(SECRET, SENT);
    let folder = folder(&[("secret", SECRET), ("body.json", SENT)]);
    let wrapped = format!("{}\n{}\u{200b}", &value[..64], &value[64..]);
    let (code, line) = only(&folder, &signed_by(&wrapped));
    assert_eq!((code, &line["reason"]), (1, &"pasted".into()), "{line}");
    let said = line["explanation"].as_str().unwrap();
    assert!(
        said.contains("invisible characters in Sign are removed"),
        "{said}"
    );

    // Not JSON, so the event is found only once the quotation marks are straight.
    folder.write("curly.json", &SENT.replace('"', "”"));
    let (_, line) = only(
        &folder,
        &[
            "curly.json",
            "--signature",
            &value,
            "--secret-file",
            "secret",
        ],
    );
    assert_eq!(
        (&line["reason"], &line["event"]),
        (&"pasted".into(), &"calypso/INVOICE_PAID".into()),
        "{line}"
    );

    // Another mistake beside the copying is named with it.
    let shouted = value.to_uppercase();
    let (_, line) = only(
        &folder,
        &[
            "curly.json",
            "--signature",
            &shouted,
            "--secret-file",
            "secret",
        ],
    );
    let said = line["explanation"].as_str().unwrap();
    assert_eq!(line["reason"], "upper_case", "{line}");
    assert_eq!(
        said,
        "once the curly double quotation marks are straight again, the signature is upper-case hex instead of lower-case"
    );
}

#[test]
fn a_recorded_body_was_not_copied_and_a_compact_one_not_reformatted() {
    let spaced = pretty("  ");
    let value: Value = calypso(SECRET, SENT).into();
    let lines = [
        capture(&json!({"headers": [["Sign", value]], "body": spaced})),
        capture(&json!({"headers": [["Sign", value]], "body": format!("{SENT}\n")})),
    ];
    let folder = folder(&[
        ("secret", SECRET),
        ("j.ndjson", &lines.concat()),
        ("body.json", SENT),
    ]);
    let (_, lines, summary) = super::verify_json(&folder, &["j.ndjson", "--secret-file", "secret"]);
    let reasons: Vec<_> = lines
        .iter()
        .map(|line| line["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["body_reprinted", "body_newline"]);
    folder.write("spaced.json", &spaced);
    let value = value.as_str().unwrap();
    let copied = verify(
        &folder,
        &[
            "spaced.json",
            "--signature",
            value,
            "--secret-file",
            "secret",
        ],
    );
    assert!(
        copied.out.contains("valid once") && !copied.out.contains("right check"),
        "{}",
        copied.out
    );
    assert_eq!(summary.unwrap()["pasted"], 0);

    let python = SENT.replace("\":", "\": ").replace(",\"", ", \"");
    let value = calypso(SECRET, &python);
    let arguments = signed_by(&value);
    let (_, line) = only(&folder, &arguments);
    assert_eq!(
        line["reason"], "body_reprinted",
        "no viewer removes white space: {line}"
    );
    assert!(verify(&folder, &arguments).out.contains("right check"));
}
