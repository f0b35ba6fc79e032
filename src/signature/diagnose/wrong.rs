//! The diagnosis the other way round: signs a genuine delivery in every wrong way that the diagnosis recognises.
//!
//! An endpoint that refuses the right signature and accepts a wrong one names its own mistake: what it accepted is the
//! question, and [`diagnose`](super::diagnose) the answer, in the same words as everywhere.

use super::bytes::{CHANGES, data};
use super::keys::keys;
use super::plain_secret;
use super::question::Question;
use super::reprint::Reprinter;
use super::search::hashed;
use crate::catalogue::manifest::Hash;
use crate::http::Header;
use crate::secret::Secret;
use crate::signature::Signer;
use crate::signature::keyed_hash::{KeyedHash, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Names of headers that handlers read signatures from.
const OTHER_HEADERS: [&str; 6] = [
    "Signature",
    "X-Signature",
    "X-Sign",
    "X-Hmac",
    "X-Webhook-Signature",
    "Authorization",
];

/// Those of them in which other digests are looked for.
const DIGEST_HEADERS: [&str; 3] = ["X-Signature", "X-Webhook-Signature", "Signature"];

/// Names of headers that handlers read secrets from.
const SECRET_HEADERS: [&str; 5] = [
    "X-Webhook-Secret",
    "X-Secret",
    "X-Secret-Key",
    "X-Webhook-Token",
    "X-Auth-Token",
];

/// The headers that replace the signature, for each wrong way of signing, the most likely first. Ways that coincide with
/// the right one, or with each other, are left out: a body without white space, slashes or fractions tells few apart.
pub fn wrong_signings(question: &Question<'_>) -> Vec<Vec<Header>> {
    let expected = question.expected;
    let Ok(signer) = Signer::new(expected.signing, expected.secret) else {
        return Vec::new();
    };
    let header = expected.signing.header();
    let right = signer.value(&question.delivery);
    let mut values = match expected.signing.hash() {
        Some(hash) => digests(question, hash, &right),
        None => plain_secret::variants(question),
    };
    values.retain(|value| *value != right);
    let mut all: Vec<Vec<Header>> = Vec::with_capacity(values.len());
    let mut add = |headers: Vec<Header>| {
        if !headers.is_empty() && !all.contains(&headers) {
            all.push(headers);
        }
    };
    for name in OTHER_HEADERS
        .iter()
        .filter(|name| !name.eq_ignore_ascii_case(header))
    {
        add(secret_header(name, &right).into_iter().collect());
    }
    for other in question.others {
        if let Ok(signer) = Signer::new(other.signing, other.secret) {
            let theirs = signer.headers(&question.delivery);
            // In the same header it is a wrong value for this scheme, and among the others.
            add(theirs
                .into_iter()
                .filter(|theirs| !theirs.is(header))
                .collect());
        }
    }
    for value in &values {
        add(secret_header(header, value).into_iter().collect());
    }
    for (name, value) in in_other_headers(question) {
        add(secret_header(name, &value).into_iter().collect());
    }
    all
}

/// Headers of other names, each with another mistake in its value.
fn in_other_headers(question: &Question<'_>) -> Vec<(&'static str, String)> {
    let (expected, body) = (question.expected, question.body());
    if expected.signing.sends_secret() {
        let secret = str::from_utf8(expected.secret.expose()).unwrap_or_default();
        let bare = SECRET_HEADERS.map(|name| (name, secret.to_owned()));
        return bare.into_iter().filter(|_| !secret.is_empty()).collect();
    }
    let printer = Reprinter::of(body).ok().flatten();
    let prints = printer.map_or_else(Vec::new, |printer| printer.common());
    let mut texts: Vec<&[u8]> = vec![body];
    texts.extend(prints.iter().map(String::as_bytes));
    let mut all = Vec::new();
    for hash in [Hash::Sha256, Hash::Sha512, Hash::Sha1] {
        let keyed = KeyedHash::new(hash, expected.secret);
        for text in &texts {
            let digest = keyed.hex_digest(text);
            all.extend(DIGEST_HEADERS.map(|name| (name, digest.clone())));
        }
    }
    all
}

/// A header whose value is never shown, since it may be the secret; `None` if it cannot be sent.
fn secret_header(name: &str, value: &str) -> Option<Header> {
    let mut header = Header::exact(name, value).ok()?;
    header.secret = Some(0..value.len());
    Some(header)
}

/// Wrong values for a scheme that sends a digest; `right` is the right one.
fn digests(question: &Question<'_>, hash: Hash, right: &str) -> Vec<String> {
    let expected = question.expected;
    let body = question.body();
    let keyed = KeyedHash::new(hash, expected.secret);
    let changes = CHANGES.iter().filter_map(|change| (change.apply)(body));
    let mut values: Vec<String> = changes.map(|changed| keyed.hex_digest(&changed)).collect();
    values.extend(String::from_utf8(expected.secret.expose().to_vec()));
    values.extend(
        keys(question)
            .iter()
            .filter(|key| key.mistake.is_some())
            .map(|key| KeyedHash::new(hash, &key.secret).hex_digest(body)),
    );
    for used in [Hash::Sha256, Hash::Sha512, Hash::Sha1] {
        let digest = KeyedHash::new(used, expected.secret).hex_digest(body);
        values.extend(spellings(&digest, used));
    }
    values.extend(misused(question, hash));
    values.push(right[..right.len() / 2].to_owned());
    values.extend(prints(&keyed, body));
    values.extend(print_pairs(question, hash));
    values.extend(data(body).into_iter().flat_map(|text| prints(&keyed, text)));
    values
}

/// The digests of the body as common programs print it, each with a second mistake.
fn print_pairs(question: &Question<'_>, hash: Hash) -> Vec<String> {
    let Ok(Some(printer)) = Reprinter::of(question.body()) else {
        return Vec::new();
    };
    let secret = question.expected.secret;
    let keyed = KeyedHash::new(hash, secret);
    let other = if hash == Hash::Sha256 {
        Hash::Sha512
    } else {
        Hash::Sha256
    };
    let other = KeyedHash::new(other, secret);
    let newline = Secret::new(&[secret.expose(), b"\n"].concat());
    let newline = KeyedHash::new(hash, &newline);
    let mut values = Vec::new();
    for print in printer.common() {
        let print = print.as_bytes();
        let digest = keyed.hex_digest(print);
        let bytes = super::spelling::from_hex(digest.as_bytes()).unwrap_or_default();
        values.extend([
            STANDARD.encode(bytes),
            other.hex_digest(print),
            newline.hex_digest(print),
        ]);
    }
    values
}

/// The digests of a JSON text as programs print it, with and without a line feed at the end.
fn prints(keyed: &KeyedHash, text: &[u8]) -> Vec<String> {
    let Ok(Some(printer)) = Reprinter::of(text) else {
        return Vec::new();
    };
    let printed = printer.styles().into_iter();
    let mut prints: Vec<String> = printed.filter_map(|style| printer.print(&style)).collect();
    let with_line_feed: Vec<String> = prints.iter().map(|print| format!("{print}\n")).collect();
    prints.extend(with_line_feed);
    prints
        .iter()
        .map(|print| keyed.hex_digest(print.as_bytes()))
        .collect()
}

/// A digest as other schemes write it, plain hex first.
fn spellings(digest: &str, hash: Hash) -> Vec<String> {
    let bytes = super::spelling::from_hex(digest.as_bytes()).unwrap_or_default();
    let word = hash.name().to_ascii_lowercase();
    vec![
        digest.to_owned(),
        STANDARD.encode(&bytes),
        digest.to_ascii_uppercase(),
        format!("{word}={digest}"),
        STANDARD.encode(digest),
        format!("v1={digest}"),
        format!("Bearer {digest}"),
        format!("\"{digest}\""),
    ]
}

/// Plain hashes, and the arguments of the HMAC swapped.
fn misused(question: &Question<'_>, hash: Hash) -> [String; 4] {
    let body = question.body();
    let secret = question.expected.secret.expose();
    [
        hex(&hashed(hash, &[body])),
        hex(&hashed(hash, &[secret, body])),
        hex(&hashed(hash, &[body, secret])),
        KeyedHash::new(hash, &Secret::new(body)).hex_digest(secret),
    ]
}
