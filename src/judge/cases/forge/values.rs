//! Forged values of the signature: none, made with another secret, cut, changed, malformed.

use super::super::super::causes::Cause;
use super::super::super::judgement::{CaseJudgement, Stop};
use super::super::super::trial::Trial;
use super::attack::{Extent, attack};
use super::forgery::{Forgery, Original, random_secret};
use crate::catalogue::manifest::{FactText, Hash};
use crate::http::ExactRequest;
use crate::signature::plain_hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Words that docs, tutorials and frameworks use as secrets.
const GUESSABLE: &str = include_str!("../../guessable.txt");

const HASHES: [Hash; 3] = [Hash::Sha256, Hash::Sha512, Hash::Sha1];

/// Headers in which proxies pass on the sender's address.
const ADDRESS_HEADERS: [&str; 7] = [
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Original-Forwarded-For",
    "Forwarded",
];

/// Addresses that programs trust as their own: the same machine's, and a private network's.
const INSIDE: [&str; 2] = ["127.0.0.1", "10.0.0.1"];

pub(super) fn no_signature(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    attack(
        trial,
        "a payment without a signature",
        Extent::First,
        &|trial, order| {
            let original = Original::of(trial, order)?;
            Ok(vec![Forgery::new(
                "without a signature",
                original.unsigned(),
                Cause::OptionalSignature,
            )])
        },
    )
}

pub(super) fn empty_signature(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with an empty signature";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let mut values = vec![String::new()];
        if let Some(prefix) = original.signing.prefix() {
            values.extend([prefix.to_owned(), format!("{prefix} ")]);
        }
        let forgery = |value: &String| {
            let what = if value.is_empty() {
                "with an empty signature".to_owned()
            } else {
                format!("with `{value}` and no secret")
            };
            let request = original.with_value(value);
            Forgery::new(what, request, Cause::OptionalSignature)
        };
        Ok(values.iter().map(forgery).collect())
    })
}

pub(super) fn wrong_secret(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments signed with a random secret, and with a signature of zeros";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let random = random_secret(trial);
        let zeros = "0".repeat(original.value().len());
        let zeros = match original.signing.prefix() {
            Some(prefix) => format!("{prefix} {}", &zeros[prefix.len().min(zeros.len())..]),
            None => zeros,
        };
        let random = original.signed_with(random.as_bytes());
        let random = random.map(|request| {
            Forgery::new("signed with a random secret", request, Cause::PresenceOnly)
        });
        let zeros = Forgery::new(
            "with a signature of zeros",
            original.with_value(zeros),
            Cause::PresenceOnly,
        );
        Ok(random.into_iter().chain([zeros]).collect())
    })
}

pub(super) fn guessable(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let words: Vec<&str> = guessable_words().collect();
    let own = trial.session.secret().map(|secret| secret.secret.expose());
    let is_own = |word: &str| own == Some(word.as_bytes());
    // Whether a part of the secret is enough is another case.
    let is_part = |word: &str| own.is_some_and(|own| own.starts_with(word.as_bytes()));
    let known = words.iter().any(|word| is_own(word));
    let words: Vec<&str> = words.into_iter().filter(|word| !is_part(word)).collect();
    let sent = format!(
        "payments signed with {} secrets from docs, tutorials and frameworks",
        words.len()
    );
    let judgement = attack(trial, &sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let forgery = |word: &&str| {
            let request = original.signed_with(word.as_bytes())?;
            let what = format!("signed with the secret `{word}`");
            Some(Forgery::new(what, request, Cause::GuessableSecret))
        };
        Ok(words.iter().filter_map(forgery).collect())
    })?;
    // Only a test's secret, perhaps.
    if known && judgement.cause.is_none() {
        return Ok(CaseJudgement {
            verdict: crate::report::CaseVerdict::Advice,
            cause: Some(Cause::GuessableSecret),
            got: format!(
                "{}; but the endpoint's own secret is one of them",
                judgement.got
            ),
            ..judgement
        });
    }
    Ok(judgement)
}

fn guessable_words() -> impl Iterator<Item = &'static str> {
    let lines = GUESSABLE.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

pub(super) fn empty_key(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "a payment signed with the empty secret";
    attack(trial, sent, Extent::First, &|trial, order| {
        let request = Original::of(trial, order)?.signed_with(b"");
        let what = "signed with the empty secret";
        let forgery = |request| Forgery::new(what, request, Cause::EmptySecret);
        Ok(request.map(forgery).into_iter().collect())
    })
}

pub(super) fn public_key(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "a payment signed with the public key that it carries";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let request = original
            .public_key()
            .and_then(|key| original.signed_with(key.as_bytes()))
            .ok_or_else(|| Stop::NotRun("the deliveries carry no public key".to_owned()))?;
        let what = "signed with the public key that it carries";
        Ok(vec![Forgery::new(what, request, Cause::PublicKeyAsSecret)])
    })
}

pub(super) fn truncated(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with the first character, the first half, and all but the last character of the right \
                signature, and with one more character";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let (before, right) = original.split_value();
        let ends: Vec<usize> = right.char_indices().map(|(at, _)| at).skip(1).collect();
        let mut cuts: Vec<usize> = [ends.first(), ends.get(ends.len() / 2), ends.last()]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        cuts.dedup();
        let cut = |end: usize| {
            let what = format!("with {end} of {} characters of the signature", right.len());
            let request = original.with_value(format!("{before}{}", &right[..end]));
            Forgery::new(what, request, Cause::PrefixCompare)
        };
        // It takes the right signature to make it, and some decoders drop an odd digit.
        let longer = Forgery::harmless(
            "with one character behind the right signature",
            original.with_value(format!("{before}{right}0")),
            Cause::LenientSignature,
        );
        Ok(cuts.into_iter().map(cut).chain([longer]).collect())
    })
}

pub(super) fn one_digit(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent =
        "payments with the first, the middle or the last digit of the right signature changed";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let right = original.value();
        let last = right.len().saturating_sub(1);
        let places = [("first", 0), ("middle", last / 2), ("last", last)];
        let forgery = |(name, at): (&str, usize)| {
            let digit = right.get(at..=at)?;
            let other = if digit == "0" { "1" } else { "0" };
            let value = format!("{}{other}{}", &right[..at], &right[at + 1..]);
            let what = format!("with the {name} digit of the signature changed");
            let request = original.with_value(value);
            Some(Forgery::new(what, request, Cause::InexactCompare))
        };
        Ok(places.into_iter().filter_map(forgery).collect())
    })
}

pub(super) fn unkeyed_hash(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with a plain hash of the body as the signature";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let forgery = |hash: Hash| {
            let value = plain_hash(hash, original.body.as_bytes());
            let what = format!("with the plain {} of the body", hash.name());
            Forgery::new(what, original.with_value(value), Cause::UnkeyedHash)
        };
        Ok(HASHES.into_iter().map(forgery).collect())
    })
}

pub(super) fn other_hash(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments signed with the right secret and another hash, and with the secret decoded from hex";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let secret = original.secret.expose();
        let mut all = Vec::new();
        for hash in HASHES
            .into_iter()
            .filter(|hash| Some(*hash) != original.signing.hash())
        {
            let Some(digest) = original.digest(hash, secret) else {
                continue;
            };
            let word = hash.name().to_lowercase();
            for value in [digest.clone(), format!("{word}={digest}")] {
                let what = format!("with an HMAC-{} of the right secret", hash.name());
                all.push(Forgery::harmless(
                    what,
                    original.with_value(value),
                    Cause::OtherHash,
                ));
            }
        }
        let decoded = from_hex(secret).and_then(|key| original.signed_with(&key));
        all.extend(decoded.map(|request| {
            let what = "signed with the secret decoded from hex";
            Forgery::harmless(what, request, Cause::OtherHash)
        }));
        Ok(all)
    })
}

/// The bytes that a text in hex stands for.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().map(|digit| char::from(*digit).to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    let whole = !digits.is_empty() && pairs.remainder().is_empty();
    whole.then(|| {
        pairs
            .filter_map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok())
            .collect()
    })
}

pub(super) fn spoofed_ip(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let policy = &trial.session.deliveries.manifest().delivery;
    let published = policy.source_ips.as_ref().and_then(|ips| ips.value.first());
    let addresses: Vec<&str> = published
        .map(FactText::as_str)
        .into_iter()
        .chain(INSIDE)
        .collect();
    let sent = format!(
        "payments without a signature, with {} in X-Forwarded-For and the like",
        addresses.join(", ")
    );
    attack(trial, &sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        // One by one, to tell which is believed; some endpoints distrust several at once.
        let forgery = |name: &str, ip: &str| {
            let value = match name {
                "Forwarded" => format!("for={ip}"),
                _ => ip.to_owned(),
            };
            let mut request = original.unsigned();
            request.set(name, value.clone());
            let what = format!("without a signature, with {name}: {value}");
            Forgery::new(what, request, Cause::TrustsForwardedFor)
        };
        let all = addresses
            .iter()
            .flat_map(|ip| ADDRESS_HEADERS.iter().map(|name| forgery(name, ip)));
        Ok(all.collect())
    })
}

pub(super) fn scheme_word(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent =
        "payments with the right secret alone, after another word, and in the query of the URL";
    attack(trial, sent, Extent::First, &|trial, order| {
        let original = Original::of(trial, order)?;
        let (_, secret) = original.split_value();
        let login = STANDARD.encode(format!("{secret}:"));
        let forms = [
            ("alone", secret.to_owned()),
            ("after `Bearer`", format!("Bearer {secret}")),
            ("after `Token`", format!("Token {secret}")),
            ("as a Basic user name", format!("Basic {login}")),
        ];
        let header = |(form, value): (&str, String)| {
            let what = format!("with the right secret {form}");
            Forgery::harmless(what, original.with_value(value), Cause::LooseScheme)
        };
        let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let query = ["secret", "token"].into_iter().map(|name| {
            let mut request = original.unsigned();
            add_query(&mut request, &format!("{name}={encoded}"));
            let what = format!("with the right secret in the URL, as `{name}`");
            Forgery::harmless(what, request, Cause::LooseScheme)
        });
        Ok(forms.into_iter().map(header).chain(query).collect())
    })
}

/// Adds parameters to the path of a request line.
pub(super) fn add_query(request: &mut ExactRequest, query: &str) {
    let mut parts = request.line.splitn(3, ' ');
    let parts = (parts.next(), parts.next(), parts.next());
    if let (Some(method), Some(path), Some(version)) = parts {
        let mark = if path.contains('?') { '&' } else { '?' };
        request.line = format!("{method} {path}{mark}{query} {version}");
    }
}

pub(super) fn malformed(trial: &mut Trial<'_, '_>) -> Result<CaseJudgement, Stop> {
    let sent = "payments with malformed signatures: words, JSON, other characters, 8 kB";
    attack(trial, sent, Extent::All, &|trial, order| {
        let original = Original::of(trial, order)?;
        let length = original.value().len();
        let values = [
            ("a word as the signature", "signature".to_owned()),
            ("JSON as the signature", "{\"sign\":[]}".to_owned()),
            ("a signature that is not hexadecimal", "z".repeat(length)),
            (
                "a signature of as many bytes, but not ASCII",
                "\u{e9}".repeat(length / 2),
            ),
            (
                "a signature of as many characters, but not ASCII",
                "\u{e9}".repeat(length),
            ),
            ("commas as the signature", ",=,".to_owned()),
            ("a signature of 8 kB", "a".repeat(8 << 10)),
        ];
        let forgery = |(what, value): (&str, String)| {
            let request = original.with_value(value);
            Forgery::new(format!("with {what}"), request, Cause::PresenceOnly)
        };
        Ok(values.into_iter().map(forgery).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_fifty_secrets_are_tried_each_once() {
        let words: Vec<&str> = guessable_words().collect();
        let unique: std::collections::BTreeSet<_> = words.iter().collect();
        assert!(words.len() >= 50 && unique.len() == words.len());
        for known in ["secret", "undefined", "null", "changeme"] {
            assert!(words.contains(&known), "{known}");
        }
        assert!(words.iter().all(|word| word.trim() == *word));
    }

    #[test]
    fn hexadecimal_secrets_are_decoded() {
        assert_eq!(from_hex(b"00fF"), Some(vec![0, 255]));
        for text in ["", "0", "0g", "+1", "\u{e9}"] {
            assert_eq!(from_hex(text.as_bytes()), None, "{text}");
        }
    }
}
