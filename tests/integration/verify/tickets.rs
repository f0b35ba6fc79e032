//! A delivery in a text that was written around it: a ticket, a mail, notes, all that `curl -v` printed; and what a journal
//! does not hold.

use super::{SECRET, calypso, only, paid, verify, verify_json};
use crate::support::captures::capture;
use crate::support::listener::{DEVELOPMENT, signature};
use crate::support::{feed, folder, json_lines, payload, tool};
use serde_json::{Value, json};

/// The secret of the folder.
const FLAGS: [&str; 2] = ["--secret-file", "secret"];

/// What `curl -v` prints of a request, and of an answer that refuses it.
fn curl_log(sign: &str) -> String {
    format!(
        "*   Trying 127.0.0.1:8080...\n> POST /hooks HTTP/1.1\n> Host: 127.0.0.1:8080\n> Sign: {sign}\n>\n\
         * upload completely sent off\n< HTTP/1.1 401 Unauthorized\n<\n{{\"error\":\"invalid signature\"}}\n\
         * Connection #0 to host left intact\n"
    )
}

/// Lines with a quotation sign.
fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}\n")).collect()
}

/// As a mail program encodes it.
fn quoted_printable(text: &str) -> String {
    let encoded: Vec<String> = text
        .bytes()
        .map(|byte| match byte {
            b'=' | 0x80.. => format!("={byte:02X}"),
            _ => char::from(byte).to_string(),
        })
        .collect();
    let lines: Vec<String> = encoded.chunks(60).map(<[String]>::concat).collect();
    lines.join("=\n")
}

#[test]
fn a_signature_and_a_body_are_found_in_a_ticket_and_what_was_left_out_is_said() {
    let (folder, body) = paid();
    let one_line = serde_json::from_str::<Value>(&body).unwrap().to_string();
    let (sign, of_line) = (calypso(SECRET, &body), calypso(SECRET, &one_line));
    let (start, end) = of_line.split_at(70);
    let log = curl_log(&sign);
    let mail = format!("Hi,\n\nthe hook {{id}} is refused:\nSign: {sign}\n\n{body}\n\nRegards\n");
    for (name, text, note) in [
        (
            "prose",
            mail.clone(),
            "found Sign on line 4 and the body on lines 6 to ",
        ),
        (
            "mail headers",
            format!("From: a@shop.test\nSubject: webhook\n\n{mail}"),
            "found Sign on line 7",
        ),
        (
            "a quoted mail",
            quoted(&mail),
            "without what stands before each of its lines",
        ),
        (
            "curl -v, body below",
            format!("{log}\n{body}\n"),
            "found Sign on line 4",
        ),
        (
            "curl -v, body above",
            format!("{body}\n\n{log}"),
            "the body on lines 1 to ",
        ),
        (
            "a value below its header",
            format!("Sign:\n{of_line}\n\n{one_line}"),
            "joining the lines of Sign",
        ),
        (
            "a folded value",
            format!("POST /hooks HTTP/1.1\nSign: {start}\n{end}\nX-Id: 1\n\n{one_line}"),
            "joining the lines of Sign",
        ),
        (
            "a folded value in a mail",
            format!("Hi,\nSign: {start}\n{end}\nand:\n{one_line}\n"),
            "found Sign on line 2 (its lines joined)",
        ),
        (
            "labels",
            format!("Header: Sign: {sign}\nBody: {body}\n"),
            "found Sign on line 1 and the body on lines 2 to ",
        ),
        (
            "assignments",
            format!("sign = {of_line}\nbody = {one_line}\n"),
            "found sign on line 1",
        ),
        (
            "a list",
            format!("- **Sign:** `{of_line}`\n- **Body:** `{one_line}`\n"),
            "the body on line 2;",
        ),
        (
            "fences",
            format!("```\nSign: {sign}\n```\n\nand\n\n```json\n{body}\n```\n"),
            "found Sign on line 2",
        ),
        (
            "a fence below",
            format!("Sign: {sign}\n```json\n{body}\n```\n"),
            "found Sign on line 1",
        ),
        (
            "quoted-printable",
            quoted_printable(&format!("Grüße,\nSign: {sign}\n\n{body}\n")),
            "decoding it from quoted-printable",
        ),
        (
            "an odd line",
            format!("POST / HTTP/1.1\nodd line\nSign: {of_line}\n\n{one_line}"),
            "that is not a header: \"odd line\"",
        ),
    ] {
        let mut command = tool(&folder.path, ["verify", "-", "--format", "json"]);
        let ran = feed(command.args(FLAGS), text.as_bytes());
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        assert_eq!(
            json_lines(&ran.out)[0]["event"],
            "calypso/INVOICE_PAID",
            "{name}"
        );
        assert!(ran.err.contains(note), "{name}: {}", ran.err);
    }
}

#[test]
fn an_answer_is_not_taken_for_the_body_and_a_signature_alone_has_none() {
    let (folder, body) = paid();
    let sign = calypso(SECRET, &body);
    for (text, what) in [
        (
            curl_log(&sign),
            "output of curl -v, which does not have the body",
        ),
        (
            format!("Sign: {sign}\n"),
            "this has a signature but no body",
        ),
    ] {
        folder.write("paste.txt", &text);
        let ran = verify(&folder, &[&["paste.txt"][..], &FLAGS].concat());
        assert_eq!((ran.code, &*ran.out), (2, ""), "{text}");
        assert!(ran.err.contains(what), "{}", ran.err);
    }
    let ran = verify(&folder, &[]);
    assert!(ran.err.contains("'-' reads standard input"), "{}", ran.err);
}

#[test]
fn a_copied_newline_does_not_hide_a_mistake() {
    let (folder, body) = paid();
    let value = calypso(SECRET, &body).to_uppercase();
    folder.write("body.json", &format!("{body}\n"));
    let flags = [&["body.json", "--signature", &value][..], &FLAGS].concat();
    assert_eq!(only(&folder, &flags).1["reason"], "upper_case");
}

#[test]
fn a_body_that_a_log_printed_anew_is_not_blamed_on_the_secret() {
    let (folder, body) = paid();
    let parsed: Value = serde_json::from_str(&body).unwrap();
    let (spaced, logged) = (format!("{parsed:#}"), parsed.to_string());
    // The signed bytes are printed in another way than the log's, or zeros were lost.
    for (sent, reason) in [
        (spaced, "pasted"),
        (logged.replace("271.42", "271.420000"), "reformatted"),
    ] {
        let sign = calypso(SECRET, &sent);
        let line = json!({"level": "info", "headers": {"sign": sign}, "body": parsed});
        folder.write("log.json", &line.to_string());
        let (code, line) = only(&folder, &[&["log.json"][..], &FLAGS].concat());
        assert_eq!((code, &line["reason"]), (1, &reason.into()), "{line}");
    }
}

#[test]
fn what_a_journal_does_not_hold_counts_as_on_arrival() {
    let body = payload("rehive/samples/invoice.paid.json");
    let stars = json!([["Authorization", "Secret ********", "keyed:00"]]);
    let recorded = |verdict: &str| {
        capture(&json!({"headers": stars, "body": body, "signature": {"verdict": verdict}}))
    };
    let valid = recorded("valid").repeat(3);
    let folder = folder(&[("secret", SECRET), ("valid.ndjson", &valid)]);
    folder.write("one.ndjson", &format!("{valid}{}", recorded("invalid")));
    for (file, code, summary) in [
        (
            "valid.ndjson",
            0,
            "3 deliveries: 0 valid, 3 not verified (3 valid on arrival)\n",
        ),
        (
            "one.ndjson",
            1,
            "4 deliveries: 0 valid, 4 not verified (3 valid, 1 not valid on arrival)\n",
        ),
    ] {
        let ran = verify(&folder, &[&[file][..], &FLAGS].concat());
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        assert!(ran.out.ends_with(summary), "{}", ran.out);
        assert_eq!(
            ran.out.matches("not verified (Auth").count(),
            1,
            "{}",
            ran.out
        );
    }
    let (_, lines, summary) = verify_json(&folder, &[&["one.ndjson"][..], &FLAGS].concat());
    assert_eq!(lines[3]["recorded_signature"], "invalid");
    assert_eq!(summary.unwrap()["recorded_valid"], 3);
}

#[test]
fn a_delivery_that_was_valid_points_to_another_secret() {
    let body = payload("calypso/samples/INVOICE_PAID.json");
    let (header, value) = signature("calypso", DEVELOPMENT, body.as_bytes());
    let recorded =
        json!({"headers": [[header, value]], "body": body, "signature": {"verdict": "valid"}});
    // Another secret than on arrival: neither the configured one nor the development secret.
    let other = signature("calypso", "a secret of then", body.as_bytes()).1;
    let then =
        json!({"headers": [[header, other]], "body": body, "signature": {"verdict": "valid"}});
    let folder = folder(&[
        ("secret", SECRET),
        ("then.ndjson", &capture(&then)),
        ("test.ndjson", &capture(&recorded)),
    ]);
    let (_, line) = only(&folder, &[&["then.ndjson"][..], &FLAGS].concat());
    let said = line["explanation"].as_str().unwrap();
    assert!(
        said.contains("the secret here is another one than then"),
        "{said}"
    );
    // A mistake that is known is said as before.
    let (_, line) = only(&folder, &[&["test.ndjson"][..], &FLAGS].concat());
    assert_eq!(line["reason"], "development_secret");
}
