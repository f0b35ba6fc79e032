//! Only the exact digest over the exact bytes is valid: no other spelling, no flipped bit and no changed body is, for
//! every provider.

use crate::support::listener::{DEVELOPMENT, Listener, request, signature};
use crate::support::{folder, payload};
use std::fmt::Write as _;

/// A provider whose signature depends on the body, and a body of its own.
const SIGNED: [(&str, &str); 2] = [
    ("calypso", "calypso/samples/INVOICE_PAID.json"),
    ("inqud", "inqud/samples/checkout.success.json"),
];

/// What is sent, and what the listener says of it.
fn verdict(listener: &Listener, header: &str, value: &str, body: &[u8]) -> String {
    assert_eq!(
        listener
            .ask(&request("POST", "/", &[(header, value)], body))
            .status,
        200,
        "{value:?}"
    );
    listener.delivery()["signature"]["verdict"]
        .as_str()
        .expect("there is one")
        .to_owned()
}

/// Other spellings of a digest that might be mistaken for the same.
fn spellings(right: &str) -> Vec<String> {
    let upper = right.to_uppercase();
    let bytes: Vec<u8> = right.as_bytes().chunks(2).map(hex).collect();
    let base64 = base64(&bytes);
    let (half, rest) = right.split_at(right.len() / 2);
    vec![
        upper.clone(),
        format!(
            "{}{}",
            upper.split_at(1).0.to_lowercase() + &upper[1..2],
            &upper[2..]
        ),
        base64.clone(),
        base64.trim_end_matches('=').to_owned(),
        base64.replace('+', "-").replace('/', "_"),
        format!("0x{right}"),
        format!("sha512={right}"),
        format!("sha1={right}"),
        format!("v1={right}"),
        format!("HMAC {right}"),
        format!("Secret {right}"),
        format!("Bearer {right}"),
        format!("\"{right}\""),
        format!("'{right}'"),
        format!("<{right}>"),
        format!("{right},"),
        format!("{right};"),
        format!("{right}, {right}"),
        format!("{right},{}", "0".repeat(right.len())),
        format!("{}, {right}", "0".repeat(right.len())),
        format!("{right}00"),
        format!("00{right}"),
        format!("{right}{right}"),
        format!("{half} {rest}"),
        format!("{half}:{rest}"),
        right[..right.len() - 1].to_owned(),
        right[1..].to_owned(),
        right.chars().rev().collect(),
        format!("{right}\u{a0}"),
        format!("\u{feff}{right}"),
        right.replacen(|char: char| char.is_ascii_digit(), "\u{0660}", 1),
        String::new(),
    ]
}

/// The byte that two digits stand for.
fn hex(two: &[u8]) -> u8 {
    let text = std::str::from_utf8(two).expect("digits are ASCII");
    u8::from_str_radix(text, 16).expect("they are digits")
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn no_other_spelling_and_no_flipped_bit_of_a_digest_is_valid() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    for (provider, _) in SIGNED {
        // A short one: why each is wrong is looked for, too, which takes a debug build its time.
        let body = "{\"id\": 1}";
        let (header, right) = signature(provider, DEVELOPMENT, body.as_bytes());
        assert_eq!(
            verdict(&listener, header, &right, body.as_bytes()),
            "valid",
            "{provider}"
        );
        for spelling in spellings(&right) {
            // A header without a value carries no signature.
            let expected = if spelling.is_empty() {
                ["invalid", "missing"]
            } else {
                ["invalid"; 2]
            };
            let found = verdict(&listener, header, &spelling, body.as_bytes());
            assert!(
                expected.contains(&&*found),
                "{provider}: {found} for {spelling:?}"
            );
        }
        let bytes: Vec<u8> = right.as_bytes().chunks(2).map(hex).collect();
        for bit in (0..bytes.len() * 8).step_by(bytes.len() / 5) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut text = String::new();
            for byte in flipped {
                write!(text, "{byte:02x}").expect("memory takes every write");
            }
            assert_eq!(
                verdict(&listener, header, &text, body.as_bytes()),
                "invalid",
                "{provider}: bit {bit}"
            );
        }
        assert_eq!(
            verdict(&listener, header, &right, body.as_bytes()),
            "valid",
            "{provider} at the end"
        );
    }
}

#[test]
fn a_digest_of_other_bytes_is_invalid_however_little_differs() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    for (provider, path) in SIGNED {
        let body = payload(path);
        let (header, right) = signature(provider, DEVELOPMENT, body.as_bytes());
        let compact = serde_json::from_str::<serde_json::Value>(&body)
            .expect("it is JSON")
            .to_string();
        for changed in [
            format!("{body} "),
            format!("{body}\n"),
            format!("\u{feff}{body}"),
            body.replacen('\n', "\r\n", 1),
            body.replacen(' ', "", 1),
            body.replacen('1', "2", 1),
            body.replacen(':', ": ", 1),
            body.trim_end().to_owned(),
            compact,
            String::new(),
        ] {
            assert_ne!(changed, body, "it differs");
            assert_eq!(
                verdict(&listener, header, &right, changed.as_bytes()),
                "invalid",
                "{provider}: {changed}"
            );
        }
    }
}

#[test]
fn a_shared_secret_is_valid_only_whole_and_as_it_is() {
    let folder = folder(&[]);
    let listener = Listener::start(&folder.path, "--format json --body none");
    let body = payload("rehive/samples/invoice.paid.json");
    let right = format!("Secret {DEVELOPMENT}");
    assert_eq!(
        verdict(&listener, "Authorization", &right, body.as_bytes()),
        "valid"
    );
    let upper = DEVELOPMENT.to_uppercase();
    for wrong in [
        DEVELOPMENT.to_owned(),
        format!("Secret  {DEVELOPMENT} x"),
        format!("Secret {upper}"),
        format!("Secret {}", &DEVELOPMENT[1..]),
        format!("Secret {}", &DEVELOPMENT[..DEVELOPMENT.len() - 1]),
        format!("Secret {DEVELOPMENT}{DEVELOPMENT}"),
        format!("Secret \"{DEVELOPMENT}\""),
        format!("Secret {DEVELOPMENT},"),
        format!("Bearer {DEVELOPMENT}"),
        format!("Basic {}", base64(format!(":{DEVELOPMENT}").as_bytes())),
        format!("Secret {}", base64(DEVELOPMENT.as_bytes())),
        "Secret".to_owned(),
        "Secret ".to_owned(),
    ] {
        assert_eq!(
            verdict(&listener, "Authorization", &wrong, body.as_bytes()),
            "invalid",
            "{wrong:?}"
        );
    }
}
