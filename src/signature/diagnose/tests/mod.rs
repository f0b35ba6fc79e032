//! One line per mistake: the wrong header is made by making the mistake. Here is what all of them use.

mod bodies;
mod digests;
mod headers;
mod search;
mod secrets;

use super::*;
use crate::catalogue::manifest::{Encoding, Hash, Signing};
use crate::secret::{DEVELOPMENT, Secret};
use crate::signature::SigningInput;
use crate::signature::keyed_hash::{KeyedHash, from_lower_hex, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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
