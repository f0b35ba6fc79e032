//! One line per mistake: the wrong header is made by making the mistake.

use super::question::MOST_HASHED_BYTES;
use super::*;
use crate::catalogue::manifest::{Encoding, Hash, Signing};
use crate::http::Header;
use crate::secret::{DEVELOPMENT, Secret};
use crate::signature::SigningInput;
use crate::signature::keyed_hash::{KeyedHash, from_lower_hex, hex};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use sha2::Digest as _;
use std::collections::BTreeSet;

const CALYPSO: &str = "b823a6b9ea72408583cef9ec8d67fa52";
const INQUD: &str = "WebhookKey/4711";
const REHIVE: &str = "Hush-0815-hush";
/// Everything that programs print differently.
const BODY: &str = r#"{"b":{"amount":1.10,"map":{},"url":"https://a/?x=1&y"},"a":[1,"Счёт ₿"]}"#;

/// The three providers, each with its own secret.
struct Bench {
    schemes: [(
        &'static str,
        &'static str,
        Signing,
        Secret,
        Option<&'static str>,
    ); 3],
}

impl Bench {
    fn new() -> Self {
        let digest =
            |hash: Hash, header: &'static str, key_header: Option<&'static str>| Signing::Hmac {
                hash,
                encoding: Encoding::Hex,
                header: header.into(),
                key_header: key_header.map(Into::into),
                optional: key_header.is_none(),
            };
        let rehive = Signing::Secret {
            header: "Authorization".into(),
            prefix: "Secret".into(),
            optional: true,
        };
        let secret = |text: &str| Secret::new(text.as_bytes());
        Self {
            schemes: [
                (
                    "calypso",
                    "Calypso",
                    digest(Hash::Sha512, "Sign", Some("Key")),
                    secret(CALYPSO),
                    Some("in $C"),
                ),
                (
                    "inqud",
                    "Inqud",
                    digest(Hash::Sha1, "X-Payload-Digest", None),
                    secret(INQUD),
                    Some("in $I"),
                ),
                ("rehive", "Rehive", rehive, secret(REHIVE), Some("in $R")),
            ],
        }
    }

    fn with(mut self, at: usize, secret: &[u8]) -> Self {
        self.schemes[at].3 = Secret::new(secret);
        self
    }

    fn unconfigured(mut self, at: usize) -> Self {
        self.schemes[at].4 = None;
        self.with(at, DEVELOPMENT.as_bytes())
    }

    fn ask(&self, at: usize, headers: &[(&str, &[u8])], body: &[u8]) -> Option<Diagnosis> {
        let found = self.question(at, headers, body, diagnose);
        for text in found
            .iter()
            .flat_map(|found| [&found.explanation, &found.fix])
        {
            assert!(!text.ends_with('.') && text.len() < 600, "{text}");
            for (_, _, _, secret, _) in &self.schemes {
                assert_silent(text, secret, body);
            }
        }
        found
    }

    fn question<T>(
        &self,
        at: usize,
        headers: &[(&str, &[u8])],
        body: &[u8],
        answer: impl FnOnce(&Question<'_>) -> T,
    ) -> T {
        let variable = "INQUD_HOOK_SECRET_X";
        let mut others: Vec<Candidate<'_>> = self
            .schemes
            .iter()
            .map(|(provider, title, signing, secret, place)| {
                let place = *place;
                Candidate {
                    provider,
                    title,
                    signing,
                    secret,
                    place,
                    variable,
                }
            })
            .collect();
        let expected = others.remove(at);
        answer(&Question {
            expected: &expected,
            others: &others,
            delivery: SigningInput {
                method: "POST",
                target: "/",
                headers,
                body,
                now: 0,
            },
        })
    }

    /// The diagnosis of a value in the header of the provider at that place.
    fn judge(&self, at: usize, value: &[u8], body: &[u8]) -> Diagnosis {
        let header = self.schemes[at].2.header().to_owned();
        self.ask(at, &[(&header, value)], body)
            .expect("the signature is wrong")
    }

    /// Checks the reason and a part of the explanation of each value.
    fn expect(&self, at: usize, body: &[u8], cases: &[(Reason, &str, &str)]) {
        for (reason, value, explanation) in cases {
            let found = self.judge(at, value.as_bytes(), body);
            assert_eq!(found.reason, *reason, "{value} {found:?}");
            assert!(
                found.explanation.contains(explanation),
                "{explanation}: {found:?}"
            );
        }
    }
}

/// A text contains neither a secret nor the digest that it makes of a body.
fn assert_silent(text: &str, secret: &Secret, body: &[u8]) {
    let exposed = String::from_utf8_lossy(secret.expose());
    assert!(exposed.len() < 8 || !text.contains(&*exposed), "{text}");
    if body.len() > 1 << 20 {
        return;
    }
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
        let digest = KeyedHash::new(hash, secret).hex_digest(body);
        let encoded = STANDARD.encode(from_lower_hex(digest.as_bytes()).unwrap());
        assert!(
            !text.to_lowercase().contains(&digest[..8]) && !text.contains(&encoded[..8]),
            "{text}"
        );
    }
}

fn mac(hash: Hash, key: &[u8], body: &[u8]) -> String {
    KeyedHash::new(hash, &Secret::new(key)).hex_digest(body)
}

fn calypso(body: &[u8]) -> String {
    mac(Hash::Sha512, CALYPSO.as_bytes(), body)
}

/// The digest of the body that was made with another key.
fn keyed(key: &[u8]) -> String {
    mac(Hash::Sha512, key, BODY.as_bytes())
}

fn raw(hexadecimal: &str) -> Vec<u8> {
    from_lower_hex(hexadecimal.as_bytes()).unwrap()
}

fn feed(text: &str) -> Vec<u8> {
    format!("{text}\n").into_bytes()
}

#[test]
fn what_is_wrong_with_a_digest_is_named() {
    let body = BODY.as_bytes();
    let right = calypso(body);
    let sha512 = |text: &str| hex(&sha2::Sha512::digest(text));
    let based = STANDARD.encode(raw(&right));
    Bench::new().expect(
        0,
        body,
        &[
            (Reason::HeaderEmpty, "  ", "Sign is empty"),
            (
                Reason::HeaderRepeated,
                &format!("00, {right}"),
                "several values",
            ),
            (
                Reason::HeaderRepeated,
                &format!("{right}, 00"),
                "several values",
            ),
            (
                Reason::OtherAlgorithm,
                &mac(Hash::Sha1, CALYPSO.as_bytes(), body),
                "uses HMAC-SHA-1 (as Inqud does) instead of HMAC-SHA-512",
            ),
            (
                Reason::OtherAlgorithm,
                &mac(Hash::Sha256, CALYPSO.as_bytes(), body),
                "uses HMAC-SHA-256 instead of HMAC-SHA-512",
            ),
            (
                Reason::DigestLength,
                &mac(Hash::Sha1, b"?", body),
                "20 bytes (as with SHA-1 and Inqud), but Calypso's",
            ),
            (
                Reason::DigestLength,
                &"0".repeat(32),
                "16 bytes (as with MD5)",
            ),
            (Reason::DigestLength, "00", "1 byte, but Calypso's have 64"),
            (
                Reason::NotADigest,
                "hello there",
                "carries 11 bytes, not a digest",
            ),
            (Reason::NotADigest, "héllo", "not a digest"),
            (
                Reason::DigestCut,
                &right[..64],
                "truncated: only 32 of 64 bytes",
            ),
            (
                Reason::DigestCut,
                &right[..127],
                "truncated: only 63 of 64 bytes",
            ),
            (
                Reason::PlainHash,
                &sha512(BODY),
                "plain SHA-512 of the body",
            ),
            (
                Reason::PlainHash,
                &hex(&sha2::Sha256::digest(body)),
                "plain SHA-256 of the body",
            ),
            (
                Reason::JoinedHash,
                &sha512(&format!("{BODY}{CALYPSO}")),
                "the body and the secret, concatenated",
            ),
            (
                Reason::JoinedHash,
                &sha512(&format!("{CALYPSO}{BODY}")),
                "the secret and the body, concatenated",
            ),
            (
                Reason::SwappedArguments,
                &mac(Hash::Sha512, body, CALYPSO.as_bytes()),
                "the body as the key",
            ),
            (
                Reason::UpperCase,
                &right.to_uppercase(),
                "is upper-case hex",
            ),
            (Reason::Base64, &based, "is base64 instead of hex"),
            (
                Reason::Base64,
                based.trim_end_matches('='),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &URL_SAFE_NO_PAD.encode(raw(&right)),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &based.replace('+', "-").replace('/', "_"),
                "is base64 instead of hex",
            ),
            (
                Reason::Base64,
                &STANDARD.encode(&right),
                "base64 of the hex text",
            ),
            (
                Reason::Base64,
                &format!("sha512={based}"),
                "is base64 instead of hex and has `sha512=` in front",
            ),
            (
                Reason::Prefix,
                &format!("sha512={right}"),
                "has `sha512=` in front",
            ),
            (
                Reason::Prefix,
                &format!("sha256={right}"),
                "has `sha256=` in front",
            ),
            (Reason::Prefix, &format!("0x{right}"), "has `0x` in front"),
            (
                Reason::Prefix,
                &format!("t=1735787045,v1={right}"),
                "has an unknown prefix in front",
            ),
            (
                Reason::Prefix,
                &format!("{CALYPSO}:{right}"),
                "has an unknown prefix in front",
            ),
            (
                Reason::Padded,
                &format!("{right} "),
                "surrounded by white space or quotation marks",
            ),
            (
                Reason::Padded,
                &format!("\"{right}\""),
                "surrounded by white space or quotation marks",
            ),
            (
                Reason::Padded,
                &format!("{right}\r\n"),
                "surrounded by white space or quotation marks",
            ),
            (Reason::SecretItself, CALYPSO, "carries the secret itself"),
            (
                Reason::SecretItself,
                &format!("Bearer {CALYPSO}"),
                "carries the secret itself",
            ),
            (
                Reason::Unexplained,
                &keyed(b"something else"),
                "no common mistake explains it",
            ),
        ],
    );
    assert_eq!(
        Bench::new().ask(0, &[("sign", right.as_bytes())], body),
        None
    );
    let plain = Bench::new().judge(0, hex(&sha2::Sha256::digest(body)).as_bytes(), body);
    assert!(plain.fix.starts_with("use HMAC-SHA-512"), "{plain:?}");
}

#[test]
fn what_is_wrong_with_a_key_is_named() {
    let body = BODY.as_bytes();
    let inqud_key = mac(Hash::Sha1, INQUD.as_bytes(), body);
    let fed_twice = mac(Hash::Sha512, &feed(CALYPSO), &feed(BODY));
    let all_at_once = mac(Hash::Sha256, DEVELOPMENT.as_bytes(), &feed(BODY)).to_uppercase();
    Bench::new().expect(
        0,
        body,
        &[
            (Reason::SecretPadded, &keyed(&feed(CALYPSO)), "the secret plus a trailing newline"),
            (Reason::SecretPadded, &keyed(format!("{CALYPSO}\r\n").as_bytes()), "plus a trailing CRLF"),
            (Reason::SecretPadded, &keyed(format!(" {CALYPSO} ").as_bytes()), "between spaces"),
            (Reason::SecretPadded, &keyed(format!("\"{CALYPSO}\"").as_bytes()), "in quotation marks"),
            (Reason::SecretHexDecoded, &keyed(&raw(CALYPSO)), "the secret decoded from hex"),
            (Reason::SecretBase64Decoded, &keyed(&STANDARD.decode(CALYPSO).unwrap()), "decoded from base64"),
            (Reason::SecretCase, &keyed(CALYPSO.to_uppercase().as_bytes()), "the secret in another case"),
            (Reason::SecretEmpty, &keyed(b""), "made with an empty secret"),
            (Reason::SecretEmpty, &keyed(b"undefined"), "the word undefined instead of the secret"),
            (Reason::DevelopmentSecret, &keyed(DEVELOPMENT.as_bytes()), "made with the development secret"),
            (Reason::OtherSecret, &keyed(INQUD.as_bytes()), "made with the secret of Inqud"),
            (Reason::OtherSecret, &inqud_key, "of Inqud and uses HMAC-SHA-1 (as Inqud does)"),
            (Reason::SecretPadded, &fed_twice, "plus a trailing newline and was computed over the body plus a trailing newline"),
            (
                Reason::DevelopmentSecret,
                &all_at_once,
                "the signature was made with the development secret, was computed over the body plus a trailing \
                 newline, uses HMAC-SHA-256 instead of HMAC-SHA-512 and is upper-case hex instead of lower-case",
            ),
        ],
    );
    let padded = Bench::new().with(0, b" 'kept-so'\n");
    let bare = keyed(b"kept-so");
    assert_eq!(
        padded.judge(0, bare.as_bytes(), body).reason,
        Reason::SecretPadded
    );
}

#[test]
fn what_became_of_a_body_is_named() {
    let cases: &[(Reason, &str, &[u8], &[u8])] = &[
        (
            Reason::BodyNewline,
            "without its trailing newline",
            b"{}\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "without its trailing newline",
            b"{}\r\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "with LF instead of its trailing CRLF",
            b"{}\r\n",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "plus a trailing newline",
            b"{}",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "plus a trailing CRLF",
            b"{}",
            b"{}\r\n",
        ),
        (Reason::BodyEmpty, "an empty body", b"{}", b""),
        (
            Reason::BodyPart,
            "the value of `data` alone",
            b"{\"data\": {\"a\": 1}}",
            b"{\"a\": 1}",
        ),
        (
            Reason::BodyPart,
            "alone and was computed over re-serialised JSON",
            b"{\"data\": {\"a\": 1}}",
            b"{\"a\":1}",
        ),
        (
            Reason::ByteOrderMark,
            "without its byte-order mark",
            b"\xef\xbb\xbf{}",
            b"{}",
        ),
        (
            Reason::ByteOrderMark,
            "after a byte-order mark",
            b"{}",
            b"\xef\xbb\xbf{}",
        ),
        (
            Reason::LineEndings,
            "with LF line endings",
            b"{\r\n}\r\n",
            b"{\n}\n",
        ),
        (
            Reason::LineEndings,
            "with CRLF line endings",
            b"{\n}\n",
            b"{\r\n}\r\n",
        ),
        (
            Reason::BodyWhiteSpace,
            "leading and trailing white space",
            b" {}\n\n",
            b"{}",
        ),
        (
            Reason::BodyEncoding,
            "U+FFFD",
            b"\"\xff\"",
            "\"\u{fffd}\"".as_bytes(),
        ),
        (
            Reason::BodyEncoding,
            "decoded as Latin-1",
            "\"é\"".as_bytes(),
            "\"Ã©\"".as_bytes(),
        ),
        (
            Reason::BodyEncoding,
            "encoded as Latin-1",
            "\"é\"".as_bytes(),
            b"\"\xe9\"",
        ),
        (Reason::BodyQuoted, "as a JSON string", b"{}", b"\"{}\""),
        (
            Reason::BodyQuoted,
            "content of the JSON string",
            br#""{\"a\":1}""#,
            br#"{"a":1}"#,
        ),
    ];
    for (reason, explanation, came, signed) in cases {
        Bench::new().expect(0, came, &[(*reason, &calypso(signed), explanation)]);
    }
}

/// The output of the programs named: of JavaScript and Python from `node` and `python3`, of the others as documented.
#[test]
fn re_serialised_json_is_recognised() {
    let python = r#"{"b": {"amount": 1.1, "map": {}, "url": "https://a/?x=1&y"}, "a": [1, "\u0421\u0447\u0451\u0442 \u20bf"]}"#;
    let sorted = r#"{"a": [1, "\u0421\u0447\u0451\u0442 \u20bf"], "b": {"amount": 1.1, "map": {}, "url": "https://a/?x=1&y"}}"#;
    let php = r#"{"b":{"amount":1.1,"map":[],"url":"https:\/\/a\/?x=1&y"},"a":[1,"\u0421\u0447\u0451\u0442 \u20bf"]}"#;
    let go = "{\"a\":[1,\"Счёт ₿\"],\"b\":{\"amount\":1.1,\"map\":{},\"url\":\"https://a/?x=1\\u0026y\"}}\n";
    let net = r#"{"b":{"amount":1.10,"map":{},"url":"https://a/?x=1\u0026y"},"a":[1,"\u0421\u0447\u0451\u0442 \u20BF"]}"#;
    let pretty = |step: &str| {
        format!(
            "{{\n{step}\"b\": {{\n{step}{step}\"amount\": 1.10,\n{step}{step}\"map\": {{}},\n{step}{step}\"url\": \
             \"https://a/?x=1&y\"\n{step}}},\n{step}\"a\": [\n{step}{step}1,\n{step}{step}\"Счёт ₿\"\n{step}]\n}}"
        )
    };
    let (two, four, tabs) = (pretty("  "), pretty("    "), pretty("\t"));
    let double = two.replace("1.10", "1.1") + "\n";
    let cases: &[(&str, &str, &str)] = &[
        (BODY, &two, "JSON (indented by two spaces)"),
        (BODY, &four, "JSON (indented by four spaces)"),
        (BODY, &tabs, "JSON (indented by tabs)"),
        (
            &four,
            BODY,
            "JSON (compact, no spaces), not over the bytes sent",
        ),
        (
            BODY,
            &BODY.replace("1.10", "1.1"),
            "JSON (numbers as JavaScript prints them)",
        ),
        (BODY, &BODY.replace('/', "\\/"), "JSON (\\/ for slashes)"),
        (
            BODY,
            &double,
            "indented by two spaces, numbers as JavaScript prints them, a trailing newline",
        ),
        (
            BODY,
            python,
            "a space after each colon and comma, as Python's json.dumps does, numbers as",
        ),
        (BODY, sorted, "json.dumps does, keys sorted, numbers"),
        (BODY, php, "as PHP does, [] for {}"),
        (
            BODY,
            go,
            "keys sorted, numbers as JavaScript prints them, \\u003c etc.",
        ),
        (BODY, net, "as .NET does"),
        (net, BODY, "without unnecessary escapes"),
        (
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":3,"b":2}"#,
            "JSON (the last value of each repeated key)",
        ),
        (r#"{"a":1.0}"#, r#"{"a": 1.0}"#, "JSON (a space after each"),
        (
            r#"{"a":1.50e0,"b":2.0}"#,
            r#"{"a":1.5,"b":2.0}"#,
            "JSON (numbers as Python prints them)",
        ),
        (
            r#"["\ud800é"]"#,
            r#"["\ud800\u00e9"]"#,
            "JSON (\\uXXXX for non-ASCII characters)",
        ),
        (
            r#"["\b\f\n\r\t\u0001\"\\"]"#,
            r#"["\b\f\n\r\t\u0001\u0022\\"]"#,
            "as .NET does",
        ),
        ("{ }", "{}", "compact, no spaces"),
    ];
    for (came, signed, explanation) in cases {
        assert_ne!(came, signed);
        let developed = mac(Hash::Sha512, DEVELOPMENT.as_bytes(), signed.as_bytes());
        Bench::new().expect(
            0,
            came.as_bytes(),
            &[
                (
                    Reason::BodyReprinted,
                    &calypso(signed.as_bytes()),
                    explanation,
                ),
                (Reason::DevelopmentSecret, &developed, explanation),
            ],
        );
    }
}

#[test]
fn what_is_wrong_with_a_secret_in_the_clear_is_named() {
    let login = format!("Basic {}", STANDARD.encode(format!("me:{REHIVE}")));
    let digest = mac(Hash::Sha256, REHIVE.as_bytes(), BODY.as_bytes());
    Bench::new().expect(
        2,
        BODY.as_bytes(),
        &[
            (
                Reason::PrefixMissing,
                REHIVE,
                "the right secret without the word Secret in front",
            ),
            (
                Reason::PrefixMissing,
                &format!("\"{REHIVE}\" "),
                "without the word Secret",
            ),
            (
                Reason::Prefix,
                &format!("secret {REHIVE}"),
                "after `secret` instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Bearer {REHIVE}"),
                "after `Bearer` instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Other {REHIVE}"),
                "after an unknown word instead of `Secret`",
            ),
            (
                Reason::Prefix,
                &format!("Secret{REHIVE}"),
                "without a space after the word",
            ),
            (Reason::Prefix, &login, "as a Basic user name or password"),
            (
                Reason::Padded,
                &format!("Secret  {REHIVE}"),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret {REHIVE}\n"),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret \"{REHIVE}\""),
                "not after exactly one space",
            ),
            (
                Reason::Padded,
                &format!("Secret: {REHIVE}"),
                "not after exactly one space",
            ),
            (
                Reason::SecretCase,
                &format!("Secret {}", REHIVE.to_lowercase()),
                "the secret in another case",
            ),
            (Reason::SecretEmpty, "Secret", "without a secret"),
            (Reason::SecretEmpty, "Secret undefined", "without a secret"),
            (
                Reason::DevelopmentSecret,
                &format!("Secret {DEVELOPMENT}"),
                "the development secret, but another",
            ),
            (
                Reason::DevelopmentSecret,
                DEVELOPMENT,
                "the development secret, but another",
            ),
            (
                Reason::OtherSecret,
                &format!("Secret {CALYPSO}"),
                "the secret of Calypso",
            ),
            (
                Reason::OtherAlgorithm,
                &digest,
                "an HMAC-SHA-256 of the body; Rehive sends the secret itself",
            ),
            (
                Reason::OtherAlgorithm,
                &format!("Secret {digest}"),
                "an HMAC-SHA-256 of the body",
            ),
            (
                Reason::Unexplained,
                "Secret another",
                "a different secret from the one in $R",
            ),
            (
                Reason::Unexplained,
                "é",
                "a different secret from the one in $R",
            ),
        ],
    );
    let long = "Long-".repeat(40);
    let cut = format!("Secret {}", &long[..150]);
    for (secret, value, reason) in [
        ("two words", "Secret two", Reason::SecretCut),
        (&long, &cut, Reason::SecretCut),
        ("hush-4711\t", "Secret hush-4711", Reason::SecretPadded),
        ("hush\n4711", "Secret hush", Reason::SecretUnwritable),
    ] {
        let bench = Bench::new().with(2, secret.as_bytes());
        assert_eq!(
            bench.judge(2, value.as_bytes(), b"").reason,
            reason,
            "{value}"
        );
    }
}

#[test]
fn a_signature_in_another_header_is_found() {
    type Headers<'a> = &'a [(&'a str, &'a [u8])];
    let body = BODY.as_bytes();
    let right = calypso(body);
    let right = right.as_bytes();
    let inqud = mac(Hash::Sha1, INQUD.as_bytes(), body);
    let inqud = inqud.as_bytes();
    let public = mac(Hash::Sha512, b"pk-1", body);
    let upper = calypso(body).to_uppercase();
    let cases: &[(Reason, Headers<'_>, &str)] = &[
        (Reason::HeaderMissing, &[], "missing header: Sign"),
        (
            Reason::HeaderMissing,
            &[("X-Signature", b"00")],
            "; X-Signature is present, but its value is not the signature",
        ),
        (
            Reason::HeaderMissing,
            &[("x-payload-digest", b"00")],
            "; X-Payload-Digest, the signature header of Inqud, is present",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", right)],
            "missing header: Sign; the signature is in X-Signature",
        ),
        (
            Reason::OtherHeader,
            &[("Key", right)],
            "missing header: Sign; the signature is in Key",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", upper.as_bytes())],
            "found in X-Signature: the signature is upper-case hex",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"00"), ("SIGN", right)],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("Sign", b"")],
            "Sign was sent 2 times, and not every value is right",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("sign", right)],
            "2 times, each time with the right value",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"0"), ("Sign", b""), ("Sign", b"0")],
            "sent 3 times, and none of its va",
        ),
        (
            Reason::OtherProvider,
            &[("X-Payload-Digest", inqud)],
            "signed for Inqud (X-Payload-Digest is valid), but Calypso was expected",
        ),
        (
            Reason::OtherProvider,
            &[("Sign", b"0"), ("X-Payload-Digest", inqud)],
            "signed for Inqud",
        ),
        (
            Reason::PublicKey,
            &[("Key", b"pk-1"), ("Sign", public.as_bytes())],
            "made with the public key in Key",
        ),
    ];
    let bench = Bench::new();
    for (reason, headers, explanation) in cases {
        let found = bench.ask(0, headers, body).unwrap();
        assert_eq!(found.reason, *reason, "{headers:?} {found:?}");
        assert!(found.explanation.contains(explanation), "{found:?}");
    }
    let unsigned = bench.ask(1, &[], body).unwrap();
    assert!(
        unsigned
            .fix
            .contains("set a secret for this webhook in Inqud's settings"),
        "{unsigned:?}"
    );
    let long = "x-signature-".repeat(2000);
    assert!(
        bench
            .ask(1, &[(&long, b"00")], body)
            .unwrap()
            .explanation
            .len()
            < 200
    );
}

#[test]
fn a_missing_configuration_explains_only_what_no_mistake_explains() {
    let bench = Bench::new().unconfigured(0).unconfigured(2);
    let body = BODY.as_bytes();
    let found = bench.judge(0, calypso(body).as_bytes(), body);
    assert_eq!(found.reason, Reason::NoSecret);
    assert_eq!(
        found.explanation,
        "no secret configured for Calypso, and the signature was not made with the development secret"
    );
    assert!(found.fix.contains("$INQUD_HOOK_SECRET_X"), "{found:?}");
    let printed = mac(Hash::Sha512, DEVELOPMENT.as_bytes(), b"{}\n");
    assert_eq!(
        bench.judge(0, printed.as_bytes(), b"{}").reason,
        Reason::BodyNewline
    );
    assert_eq!(
        bench.judge(2, b"Secret whatever", b"{}").reason,
        Reason::NoSecret
    );
    let sender = Bench::new().unconfigured(0);
    let theirs = format!("Secret {DEVELOPMENT}");
    assert_eq!(
        sender.judge(2, theirs.as_bytes(), b"{}").reason,
        Reason::DevelopmentSecret
    );
}

/// The vectors of the fact sheets that must be invalid.
#[test]
fn the_documented_mistakes_are_recognised() {
    let calypso = "b84d7aec6a0e1588570ae2a3435fd848d7062d541bb17942d3d5f2461ed65b864872159906fb6b63026ce9c95dbf1b634830f3fcafcaaa1ad358b63370794d63";
    let spaced = "997c35df780d761a9a6c7f98521a3ca8a6f238a87e4c728fe2dcb83a8c34cb47feb03bba5961a636804dd7bdccbce2b8615af323d9715dcf74cbb5d5f82e0145";
    Bench::new().expect(
        0,
        br#"{"timestamp":1}"#,
        &[
            (
                Reason::SecretHexDecoded,
                calypso,
                "the secret decoded from hex",
            ),
            (Reason::BodyReprinted, spaced, "as Python's json.dumps does"),
        ],
    );
    let inqud = Bench::new().with(1, b"secret_value");
    inqud.expect(
        1,
        br#"{"field":"value"}"#,
        &[
            (
                Reason::OtherAlgorithm,
                "a7d151bfe53c2e8571d40a494b6adc47c1db059aa5e6776bec3450a8dcad4c45",
                "HMAC-SHA-256",
            ),
            (
                Reason::BodyReprinted,
                "6625cfb98ddf0cbd9f74c186a6db05299cd1b927",
                "as Python's json.dumps does",
            ),
            (
                Reason::BodyNewline,
                "8e386c54fcf533478adc1b6521243df4a784cfd3",
                "plus a trailing newline",
            ),
            (
                Reason::BodyEmpty,
                "cc60b4c15d7437d82f1d70c85e151e0ea930315e",
                "an empty body",
            ),
        ],
    );
    inqud.expect(
        1,
        r#"{"name":"Café ₿"}"#.as_bytes(),
        &[(
            Reason::BodyReprinted,
            "3eba84138d9ed1b937cbdc51bd41e3a59e422070",
            "\\uXXXX for non-ASCII characters",
        )],
    );
}

#[test]
fn every_reason_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    let reasons: BTreeSet<Reason> = Reason::ALL.iter().copied().collect();
    assert_eq!(
        (names.len(), reasons.len()),
        (Reason::ALL.len(), Reason::ALL.len())
    );
    let snake = |byte: u8| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte);
    assert!(names.iter().all(|name| name.bytes().all(snake)));
}

#[test]
fn wrong_signings_are_those_that_are_recognised() {
    let body = r#"{"id" : 1,  "data":{"url":"https:\/\/a/?x&y" ,"amount":1.10}}"#.as_bytes();
    let bench = Bench::new();
    let key: (&str, &[u8]) = ("Key", b"public");
    for (at, least) in [(0, 150), (1, 150), (2, 25)] {
        let wrong = bench.question(at, &[key], body, wrong_signings);
        assert!(wrong.len() >= least, "{}", wrong.len());
        let mut reasons = BTreeSet::new();
        // A part of the re-printed ones is enough.
        for headers in wrong
            .iter()
            .take(60)
            .chain(wrong.iter().skip(85).step_by(19))
        {
            let pairs: Vec<_> = [key]
                .into_iter()
                .chain(headers.iter().map(Header::pair))
                .collect();
            let found = bench.ask(at, &pairs, body);
            let reason = found.map(|found| found.reason);
            assert!(
                reason.is_some_and(|reason| reason != Reason::Unexplained),
                "{headers:?}"
            );
            reasons.extend(reason);
        }
        for reason in [
            Reason::BodyReprinted,
            Reason::BodyPart,
            Reason::BodyEmpty,
            Reason::SecretPadded,
            Reason::SecretItself,
            Reason::PlainHash,
            Reason::OtherHeader,
            Reason::OtherProvider,
            Reason::Base64,
        ] {
            assert!(
                at == 2 || reasons.contains(&reason),
                "{reason:?}: {reasons:?}"
            );
        }
        assert_eq!(
            at == 0,
            reasons.contains(&Reason::PublicKey) && reasons.contains(&Reason::SecretHexDecoded)
        );
    }
}

#[test]
fn the_search_ends_for_a_body_of_any_size_and_depth() {
    let bench = Bench::new();
    let wrong = keyed(b"something else");
    let open = "[".repeat(200_000);
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!(
        "{}{}1{}",
        "[".repeat(128),
        "1,".repeat(100_000),
        "]".repeat(128)
    );
    let keys = format!(
        "{{{}}}",
        (0..10_000)
            .map(|at| format!("\"k{at}\":1.0"))
            .collect::<Vec<_>>()
            .join(",")
    );
    for body in [open, nested, wide, keys, "x".repeat(MOST_HASHED_BYTES)] {
        let found = bench.judge(0, wrong.as_bytes(), body.as_bytes());
        assert_eq!(
            (
                found.reason,
                found.explanation.contains("too large or too deeply nested")
            ),
            (Reason::Unexplained, true)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_it_panic(
        at in 0..3_usize,
        header in "Sign|Key|Authorization|X-Payload-Digest|X-Signature|[ -~é]{0,12}",
        value in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "(sha512=|Secret |0x|\"|é)?[0-9a-fA-F]{0,130}[=:, \n]?".prop_map(String::into_bytes),
            "[A-Za-z0-9+/_=é: -]{0,100}".prop_map(String::into_bytes),
        ],
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "[\\[\\]{}\",:0-9.eE+\\\\ué\n -]{0,60}".prop_map(String::into_bytes),
            Just(BODY.as_bytes().to_vec()),
        ],
        secret in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let bench = Bench::new().with(at, &secret);
        bench.ask(at, &[(&header, &value)], &body);
    }
}
