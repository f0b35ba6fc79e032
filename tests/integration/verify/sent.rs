//! What a request itself proves about its body: a `Content-Length` that fits shows that copying lost and added nothing; a
//! compressed body may be signed before that; and a signature that is almost right was mistyped.

use super::{SECRET, calypso, only, signed_by, verify};
use crate::support::listener::signature;
use crate::support::{Folder, all, folder};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::fs;
use std::io::Write as _;

/// A body as its provider sends it.
const BODY: &str =
    r#"{"eventType":"INVOICE_PAID","data":{"type":"INVOICE_PAID","description":"Счёт 7"}}"#;

const PRETTY: &str =
    "{\n  \"eventType\": \"INVOICE_PAID\",\n  \"data\": {\n    \"type\": \"INVOICE_PAID\"\n  }\n}";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zlib(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The text as a program writes it that takes UTF-8 for Latin-1.
fn encoded_twice(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// A folder with a request that has these headers, the signature of `signed`, and this body.
fn request(headers: &str, signed: &[u8], body: &[u8]) -> Folder {
    let folder = folder(&[("secret", SECRET)]);
    let (_, sign) = signature("calypso", SECRET, signed);
    let head = format!("POST /hook HTTP/1.1\r\n{headers}Sign: {sign}\r\n\r\n");
    fs::write(
        folder.path.join("it.http"),
        [head.as_bytes(), body].concat(),
    )
    .unwrap();
    folder
}

const FLAGS: [&str; 5] = [
    "it.http",
    "--provider",
    "calypso",
    "--secret-file",
    "secret",
];

/// What was signed, what was sent, the reason where its length fits, and words of the explanation and of the fix. A new
/// case is a new line.
fn changed() -> Vec<(String, String, &'static str, &'static str, &'static str)> {
    let (body, pretty) = (BODY.to_owned(), PRETTY.to_owned());
    let crlf = pretty.replace('\n', "\r\n");
    vec![
        (
            format!("{BODY}\n"),
            body.clone(),
            "body_newline",
            "the signature was computed over the body plus a trailing newline that was not sent",
            "`printf %s`",
        ),
        (
            format!("{BODY}\r\n"),
            body.clone(),
            "body_newline",
            "the body plus a trailing CRLF that was not sent",
            "`echo -n`",
        ),
        (
            body.clone(),
            format!("{BODY}\n"),
            "body_newline",
            "the body without its trailing newline",
            "sign and verify the exact bytes sent",
        ),
        (
            pretty.clone(),
            crlf,
            "line_endings",
            "the body with LF line endings",
            "text mode changes line endings",
        ),
        (
            body.clone(),
            encoded_twice(BODY),
            "body_encoding",
            "the body before it was encoded as UTF-8 a second time",
            "reads the body as Latin-1",
        ),
        (
            body.clone(),
            body.replace('"', "”"),
            "body_changed",
            "not by copying, since Content-Length fits",
            "look for a program between",
        ),
    ]
}

#[test]
fn a_length_that_fits_shows_that_copying_is_not_to_blame() {
    let cases = changed().into_iter();
    all(
        cases.map(|case| (case.3.to_owned(), case)),
        |_, (signed, sent, reason, words, fix)| {
            let ask = |headers: &str| {
                let folder = request(headers, signed.as_bytes(), sent.as_bytes());
                let (code, line) = only(&folder, &FLAGS);
                assert_eq!((code, &line["verdict"]), (1, &"invalid".into()), "{line}");
                let text = |field: &str| line[field].as_str().unwrap().to_owned();
                (text("reason"), text("explanation"), text("fix"))
            };
            let length = |bytes: usize| format!("Content-Length: {bytes}\r\n");
            let (found, said, advice) = ask(&length(sent.len()));
            assert_eq!(found, reason);
            assert!(said.contains(words) && !said.contains("copied"), "{said}");
            assert!(advice.contains(fix), "{advice}");

            // Without a length, both may be the cause; where only copying can have done it, that alone is said.
            let (found, said, advice) = ask("");
            assert_eq!(found, "pasted", "{said}");
            assert!(said.starts_with("valid once "), "{said}");
            let both = reason != "body_changed";
            assert_eq!(
                said.contains(&format!(", or {words}")),
                both && words.starts_with("the sig")
            );
            assert_eq!(
                said.contains(", or the signature was computed over"),
                both,
                "{said}"
            );
            assert_eq!(advice.contains(fix), both, "{advice}");

            // With another length, copying is the cause.
            let (found, said, _) = ask(&length(sent.len() + 40));
            assert_eq!(found, "pasted", "{said}");
            assert!(!said.contains(", or "), "{said}");
        },
    );
}

#[test]
fn a_body_that_was_compressed_after_it_was_signed_is_told_from_a_wrong_secret() {
    let text = BODY;
    for (encoding, body) in [
        ("gzip", gzip(text)),
        ("deflate", zlib(text)),
        ("", gzip(text)),
    ] {
        let encoding = match encoding {
            "" => String::new(),
            name => format!("Content-Encoding: {name}\r\n"),
        };
        let headers = format!("{encoding}Content-Length: {}\r\n", body.len());
        let (code, line) = only(&request(&headers, text.as_bytes(), &body), &FLAGS);
        assert_eq!(
            (code, &line["reason"]),
            (1, &"body_compressed".into()),
            "{line}"
        );
        assert_eq!(line["event"], "calypso/INVOICE_PAID");
        let fix = line["fix"].as_str().unwrap();
        assert!(
            fix.starts_with("decompress the body before verifying it"),
            "{fix}"
        );

        // Signed as it was sent.
        assert_eq!(only(&request(&headers, &body, &body), &FLAGS).0, 0);

        // Signed as it was sent, and decompressed on the way.
        let (code, line) = only(&request(&encoding, &body, text.as_bytes()), &FLAGS);
        let expected = match &*encoding {
            "" => (1, "unexplained"),
            _ => (2, "not_recorded"),
        };
        assert_eq!((code, line["reason"].as_str().unwrap()), expected, "{line}");
    }
}

#[test]
fn a_signature_with_a_few_wrong_digits_was_mistyped() {
    let right = calypso(SECRET, BODY);
    let folder = folder(&[("secret", SECRET), ("body.json", BODY)]);
    let with_wrong = |count: usize, wrong: fn(char) -> char| -> String {
        let digits = right.chars().enumerate();
        digits
            .map(|(at, digit)| match at % 30 == 7 && at / 30 < count {
                true => wrong(digit),
                false => digit,
            })
            .collect()
    };
    let other: fn(char) -> char = |digit| if digit == '1' { '2' } else { '1' };
    for (count, wrong) in [(1, other), (4, other), (2, |_| 'o')] {
        let value = with_wrong(count, wrong);
        let arguments = signed_by(&value);
        let (code, line) = only(&folder, &arguments);
        assert_eq!((code, &line["reason"]), (1, &"mistyped".into()), "{line}");
        let said = line["explanation"].as_str().unwrap();
        assert!(
            said.contains(&format!("except for {count} of its 128 digits")),
            "{said}"
        );
        let ran = verify(&folder, &arguments);
        assert!(
            !ran.out.contains(&right[..8]) && !ran.out.contains("right check"),
            "{}",
            ran.out
        );
    }
    let mut value = with_wrong(4, other).into_bytes();
    value[0] = if value[0] == b'0' { b'1' } else { b'0' };
    let value = String::from_utf8(value).unwrap();
    let arguments = signed_by(&value);
    assert_eq!(only(&folder, &arguments).1["reason"], "unexplained");
}
