//! One line a mistake: the wrong header is made by the mistake itself, with the standard's own HMAC.

use super::super::{Keyed, digits, hex};
use super::*;
use crate::catalogue::manifest::{Encoding, Hash};
use crate::secret::DEVELOPMENT;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use sha2::Digest as _;
use std::collections::BTreeSet;

const CALYPSO: &str = "b823a6b9ea72408583cef9ec8d67fa52";
const INQUD: &str = "WebhookKey/4711";
const REHIVE: &str = "Hush-0815-hush";
/// Every sort of thing that another program may print otherwise.
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
        let digest = |hash: Hash, header: &str, key_header: Option<&str>| Signing::Hmac {
            hash,
            encoding: Encoding::Hex,
            header: header.to_owned(),
            key_header: key_header.map(str::to_owned),
            optional: key_header.is_none(),
        };
        let rehive = Signing::Secret {
            header: "Authorization".to_owned(),
            prefix: "Secret".to_owned(),
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
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_vec()))
            .collect();
        let found = diagnose(&Question {
            expected: &expected,
            others: &others,
            headers: &headers,
            body,
        });
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

    /// What is found of a value in the header of the provider at that place.
    fn judge(&self, at: usize, value: &[u8], body: &[u8]) -> Diagnosis {
        let header = header_of(&self.schemes[at].2).to_owned();
        self.ask(at, &[(&header, value)], body)
            .expect("the signature is wrong")
    }

    /// Each value is explained by its reason and in these words.
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

/// A text tells neither a secret nor the digest that it makes of a body.
fn assert_silent(text: &str, secret: &Secret, body: &[u8]) {
    let exposed = String::from_utf8_lossy(secret.expose());
    assert!(exposed.len() < 8 || !text.contains(&*exposed), "{text}");
    if body.len() > 1 << 20 {
        return;
    }
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha512] {
        let digest = Keyed::new(hash, secret).digest(body);
        let encoded = STANDARD.encode(digits(digest.as_bytes()).unwrap());
        assert!(
            !text.to_lowercase().contains(&digest[..8]) && !text.contains(&encoded[..8]),
            "{text}"
        );
    }
}

fn mac(hash: Hash, key: &[u8], body: &[u8]) -> String {
    Keyed::new(hash, &Secret::new(key)).digest(body)
}

fn calypso(body: &[u8]) -> String {
    mac(Hash::Sha512, CALYPSO.as_bytes(), body)
}

/// The digest of the body that was made with another key.
fn keyed(key: &[u8]) -> String {
    mac(Hash::Sha512, key, BODY.as_bytes())
}

fn raw(hexadecimal: &str) -> Vec<u8> {
    digits(hexadecimal.as_bytes()).unwrap()
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
            (Reason::HeaderEmpty, "  ", "Sign is there, but empty"),
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
                "HMAC-SHA-1, as Inqud makes it, wh",
            ),
            (
                Reason::OtherAlgorithm,
                &mac(Hash::Sha256, CALYPSO.as_bytes(), body),
                "is an HMAC-SHA-256, where Cal",
            ),
            (
                Reason::DigestLength,
                &mac(Hash::Sha1, b"?", body),
                "20 bytes, as of SHA-1 and Inqud, where Calypso's",
            ),
            (Reason::DigestLength, &"0".repeat(32), "16 bytes, as of MD5"),
            (
                Reason::DigestLength,
                "00",
                "1 byte, where Calypso's have 64",
            ),
            (
                Reason::NotADigest,
                "hello there",
                "carries 11 bytes that are no digest",
            ),
            (Reason::NotADigest, "héllo", "no digest"),
            (
                Reason::DigestCut,
                &right[..64],
                "begins right, but has 32 of 64 bytes",
            ),
            (
                Reason::DigestCut,
                &right[..127],
                "begins right, but has 63 of 64 bytes",
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
                "the body and the secret one behind",
            ),
            (
                Reason::JoinedHash,
                &sha512(&format!("{CALYPSO}{BODY}")),
                "the secret and the body one behind",
            ),
            (
                Reason::SwappedArguments,
                &mac(Hash::Sha512, body, CALYPSO.as_bytes()),
                "the body as the key",
            ),
            (
                Reason::UpperCase,
                &right.to_uppercase(),
                "the digest is in upper case",
            ),
            (Reason::Base64, &based, "is in base64"),
            (Reason::Base64, based.trim_end_matches('='), "is in base64"),
            (
                Reason::Base64,
                &URL_SAFE_NO_PAD.encode(raw(&right)),
                "is in base64",
            ),
            (
                Reason::Base64,
                &based.replace('+', "-").replace('/', "_"),
                "is in base64",
            ),
            (
                Reason::Base64,
                &STANDARD.encode(&right),
                "base64 on top of hex",
            ),
            (
                Reason::Base64,
                &format!("sha512={based}"),
                "is in base64 and has `sha512=` before it",
            ),
            (
                Reason::Prefix,
                &format!("sha512={right}"),
                "has `sha512=` before it",
            ),
            (
                Reason::Prefix,
                &format!("sha256={right}"),
                "has `sha256=` before it",
            ),
            (Reason::Prefix, &format!("0x{right}"), "has `0x` before it"),
            (
                Reason::Prefix,
                &format!("t=1735787045,v1={right}"),
                "has something else before it",
            ),
            (
                Reason::Prefix,
                &format!("{CALYPSO}:{right}"),
                "has something else before it",
            ),
            (
                Reason::Padded,
                &format!("{right} "),
                "white space or quotation marks around it",
            ),
            (
                Reason::Padded,
                &format!("\"{right}\""),
                "white space or quotation marks around it",
            ),
            (
                Reason::Padded,
                &format!("{right}\r\n"),
                "white space or quotation marks around it",
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
                "every likely mistake was tried",
            ),
        ],
    );
    assert_eq!(
        Bench::new().ask(0, &[("sign", right.as_bytes())], body),
        None
    );
    let plain = Bench::new().judge(0, hex(&sha2::Sha256::digest(body)).as_bytes(), body);
    assert!(plain.fix.starts_with("make an HMAC-SHA-512"), "{plain:?}");
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
            (Reason::SecretPadded, &keyed(&feed(CALYPSO)), "the secret and a line feed at its end"),
            (Reason::SecretPadded, &keyed(format!("{CALYPSO}\r\n").as_bytes()), "a carriage return and a line feed"),
            (Reason::SecretPadded, &keyed(format!(" {CALYPSO} ").as_bytes()), "spaces around it"),
            (Reason::SecretPadded, &keyed(format!("\"{CALYPSO}\"").as_bytes()), "quotation marks around it"),
            (Reason::SecretHexDecoded, &keyed(&raw(CALYPSO)), "the secret decoded from hex"),
            (Reason::SecretBase64Decoded, &keyed(&STANDARD.decode(CALYPSO).unwrap()), "decoded from base64"),
            (Reason::SecretCase, &keyed(CALYPSO.to_uppercase().as_bytes()), "the secret in other capitals"),
            (Reason::SecretEmpty, &keyed(b""), "made with an empty secret"),
            (Reason::SecretEmpty, &keyed(b"undefined"), "the word undefined in place of the secret"),
            (Reason::DevelopmentSecret, &keyed(DEVELOPMENT.as_bytes()), "made with the development secret"),
            (Reason::OtherSecret, &keyed(INQUD.as_bytes()), "made with the secret of Inqud"),
            (Reason::OtherSecret, &inqud_key, "of Inqud and is an HMAC-SHA-1, as Inqud makes it"),
            (Reason::SecretPadded, &fed_twice, "feed at its end and belongs to the body with a line feed at its end"),
            (
                Reason::DevelopmentSecret,
                &all_at_once,
                "the digest was made with the development secret, belongs to the body with a line feed at its end, is \
                 an HMAC-SHA-256, where Calypso makes an HMAC-SHA-512 and is in upper case",
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
            "without the line break",
            b"{}\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "without the line break",
            b"{}\r\n",
            b"{}",
        ),
        (
            Reason::BodyNewline,
            "with another line break",
            b"{}\r\n",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "with a line feed at its end",
            b"{}",
            b"{}\n",
        ),
        (
            Reason::BodyNewline,
            "with a carriage return and a line feed at its end",
            b"{}",
            b"{}\r\n",
        ),
        (Reason::BodyEmpty, "an empty body", b"{}", b""),
        (
            Reason::ByteOrderMark,
            "without its byte-order mark",
            b"\xef\xbb\xbf{}",
            b"{}",
        ),
        (
            Reason::ByteOrderMark,
            "with a byte-order mark",
            b"{}",
            b"\xef\xbb\xbf{}",
        ),
        (
            Reason::LineEndings,
            "line feeds alone",
            b"{\r\n}\r\n",
            b"{\n}\n",
        ),
        (
            Reason::LineEndings,
            "carriage returns",
            b"{\n}\n",
            b"{\r\n}\r\n",
        ),
        (
            Reason::BodyWhiteSpace,
            "white space around",
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
            "read as Latin-1",
            "\"é\"".as_bytes(),
            "\"Ã©\"".as_bytes(),
        ),
        (
            Reason::BodyEncoding,
            "in Latin-1",
            "\"é\"".as_bytes(),
            b"\"\xe9\"",
        ),
        (
            Reason::BodyQuoted,
            "as a text within JSON",
            b"{}",
            b"\"{}\"",
        ),
        (
            Reason::BodyQuoted,
            "within the text",
            br#""{\"a\":1}""#,
            br#"{"a":1}"#,
        ),
    ];
    for (reason, explanation, came, signed) in cases {
        Bench::new().expect(0, came, &[(*reason, &calypso(signed), explanation)]);
    }
}

/// What the programs print that the names speak of; what JavaScript and Python print was taken from `node` and
/// `python3`, the rest is as their documentation has it.
#[test]
fn a_body_that_was_printed_anew_is_recognised() {
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
        (BODY, &two, "anew: indented by two spaces"),
        (BODY, &four, "anew: indented by four spaces"),
        (BODY, &tabs, "anew: indented by tabs"),
        (&four, BODY, "anew: on one line without white space"),
        (
            BODY,
            &BODY.replace("1.10", "1.1"),
            "anew: with numbers as JavaScript prints them",
        ),
        (
            BODY,
            &BODY.replace('/', "\\/"),
            "anew: with \\/ for slashes",
        ),
        (
            BODY,
            &double,
            "indented by two spaces, with numbers as JavaScript prints them, with a line feed at its end",
        ),
        (
            BODY,
            python,
            "with a space after each colon and comma, as Python's json.dumps prints, with numbers as",
        ),
        (
            BODY,
            sorted,
            "json.dumps prints, with its keys sorted, with numbers",
        ),
        (BODY, php, "as PHP prints, with [] for {}"),
        (
            BODY,
            go,
            "with its keys sorted, with numbers as JavaScript prints them, with \\u003c and the like",
        ),
        (BODY, net, "as .NET prints"),
        (net, BODY, "with no more escapes than need be"),
        (
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":3,"b":2}"#,
            "anew: with the last value of each repeated key",
        ),
        (
            r#"{"a":1.0}"#,
            r#"{"a": 1.0}"#,
            "anew: on one line with a space",
        ),
        (
            r#"{"a":1.50e0,"b":2.0}"#,
            r#"{"a":1.5,"b":2.0}"#,
            "anew: with numbers as Python prints them",
        ),
        (
            r#"["\ud800é"]"#,
            r#"["\ud800\u00e9"]"#,
            "anew: with \\uXXXX for what is not ASCII",
        ),
        (
            r#"["\b\f\n\r\t\u0001\"\\"]"#,
            r#"["\b\f\n\r\t\u0001\u0022\\"]"#,
            "as .NET prints",
        ),
        ("{ }", "{}", "on one line without white space"),
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
                "the right secret without the word Secret before it",
            ),
            (
                Reason::PrefixMissing,
                &format!("\"{REHIVE}\" "),
                "without the word Secret",
            ),
            (
                Reason::Prefix,
                &format!("secret {REHIVE}"),
                "behind `secret`, where `Secret` belongs",
            ),
            (
                Reason::Prefix,
                &format!("Bearer {REHIVE}"),
                "behind `Bearer`, where `Secret` belongs",
            ),
            (
                Reason::Prefix,
                &format!("Other {REHIVE}"),
                "behind something else, where `Secret` belongs",
            ),
            (
                Reason::Prefix,
                &format!("Secret{REHIVE}"),
                "without a space behind the word",
            ),
            (Reason::Prefix, &login, "as a user's name or password"),
            (
                Reason::Padded,
                &format!("Secret  {REHIVE}"),
                "something else around it",
            ),
            (
                Reason::Padded,
                &format!("Secret {REHIVE}\n"),
                "something else around it",
            ),
            (
                Reason::Padded,
                &format!("Secret \"{REHIVE}\""),
                "something else around it",
            ),
            (
                Reason::Padded,
                &format!("Secret: {REHIVE}"),
                "something else around it",
            ),
            (
                Reason::SecretCase,
                &format!("Secret {}", REHIVE.to_lowercase()),
                "the secret in other capitals",
            ),
            (Reason::SecretEmpty, "Secret", "without a secret behind it"),
            (
                Reason::SecretEmpty,
                "Secret undefined",
                "without a secret behind it",
            ),
            (
                Reason::DevelopmentSecret,
                &format!("Secret {DEVELOPMENT}"),
                "the development secret, while another",
            ),
            (
                Reason::DevelopmentSecret,
                DEVELOPMENT,
                "the development secret, while another",
            ),
            (
                Reason::OtherSecret,
                &format!("Secret {CALYPSO}"),
                "the secret of Calypso",
            ),
            (
                Reason::OtherAlgorithm,
                &digest,
                "an HMAC-SHA-256 of the body, where Rehive sends the secret itself",
            ),
            (
                Reason::OtherAlgorithm,
                &format!("Secret {digest}"),
                "an HMAC-SHA-256 of the body",
            ),
            (
                Reason::Unexplained,
                "Secret another",
                "another secret than the one in $R",
            ),
            (
                Reason::Unexplained,
                "é",
                "another secret than the one in $R",
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
fn a_header_that_is_elsewhere_is_found() {
    type Headers<'a> = &'a [(&'a str, &'a [u8])];
    let body = BODY.as_bytes();
    let right = calypso(body);
    let right = right.as_bytes();
    let inqud = mac(Hash::Sha1, INQUD.as_bytes(), body);
    let inqud = inqud.as_bytes();
    let public = mac(Hash::Sha512, b"pk-1", body);
    let upper = calypso(body).to_uppercase();
    let cases: &[(Reason, Headers<'_>, &str)] = &[
        (
            Reason::HeaderMissing,
            &[],
            "Sign is missing, in which Calypso sends its signature",
        ),
        (
            Reason::HeaderMissing,
            &[("X-Signature", b"00")],
            "; X-Signature is there, but what it carries does not fit",
        ),
        (
            Reason::HeaderMissing,
            &[("x-payload-digest", b"00")],
            "; X-Payload-Digest is there, in which Inqud sends",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", right)],
            "Sign is missing, while X-Signature carries the right",
        ),
        (
            Reason::OtherHeader,
            &[("Key", right)],
            "Sign is missing, while Key carries the right",
        ),
        (
            Reason::OtherHeader,
            &[("X-Signature", upper.as_bytes())],
            "X-Signature is there: the digest is in upper case",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"00"), ("SIGN", right)],
            "Sign came 2 times, and not every value fits",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("Sign", b"")],
            "Sign came 2 times, and not every value fits",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", right), ("sign", right)],
            "2 times, with the same value, which fits",
        ),
        (
            Reason::HeaderRepeated,
            &[("Sign", b"0"), ("Sign", b""), ("Sign", b"0")],
            "came 3 times, and none of its va",
        ),
        (
            Reason::OtherProvider,
            &[("X-Payload-Digest", inqud)],
            "a valid signature of Inqud, while one of Calypso",
        ),
        (
            Reason::OtherProvider,
            &[("Sign", b"0"), ("X-Payload-Digest", inqud)],
            "a valid signature of Inqud",
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
            .contains("set a secret for this webhook where Inqud"),
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
fn a_missing_configuration_is_to_blame_only_for_what_nothing_else_explains() {
    let bench = Bench::new().unconfigured(0).unconfigured(2);
    let body = BODY.as_bytes();
    let found = bench.judge(0, calypso(body).as_bytes(), body);
    assert_eq!(found.reason, Reason::NoSecret);
    assert_eq!(
        found.explanation,
        "no secret is configured for Calypso, and the development secret does not fit"
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

/// The vectors of the fact sheets that must not verify.
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
            (
                Reason::BodyReprinted,
                spaced,
                "as Python's json.dumps prints",
            ),
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
                "as Python's json.dumps prints",
            ),
            (
                Reason::BodyNewline,
                "8e386c54fcf533478adc1b6521243df4a784cfd3",
                "with a line feed at its end",
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
            "\\uXXXX for what is not ASCII",
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
fn a_body_of_any_size_and_depth_comes_to_an_end() {
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
    for body in [open, nested, wide, keys, "x".repeat(MOST_WORK)] {
        let found = bench.judge(0, wrong.as_bytes(), body.as_bytes());
        assert_eq!(
            (
                found.reason,
                found.explanation.contains("too large or too deep")
            ),
            (Reason::Unexplained, true)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_comes_in_makes_it_panic(
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
