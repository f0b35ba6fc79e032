//! Whether a delivery is the provider's, and all the ways to be wrong about it.

use crate::http::Request;
use crate::reprint::{Printer, reprinted};
use crate::switches::{Defect, Trap};
use crate::{Provider, Shop};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::value::RawValue;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a shop that takes a default secret takes.
const GUESSABLE: [&str; 2] = ["secret", "changeme"];
/// Where the providers say that they send from.
const PUBLISHED: [&str; 2] = ["3.64.51.60", "34.91.230.165"];

/// Whether the delivery passes.
pub(crate) fn passes(shop: &Shop, request: &Request) -> bool {
    let skipped = [
        Defect::NoCheck,
        Defect::NoSecretConfigured,
        Defect::OffInDevelopment,
    ];
    if skipped.iter().any(|defect| shop.has(*defect)) {
        return true;
    }
    let trusted = shop.has(Defect::ForwardedFor) && is_forwarded_for(request, &PUBLISHED)
        || shop.has(Defect::OwnNetwork) && is_forwarded_for(request, &["10.0.0."]);
    if trusted {
        return true;
    }
    let name = shop.provider.header();
    let given = if shop.has(Defect::HeaderNameCase) {
        request.header_spelt(name)
    } else {
        request.header(name)
    };
    let Some(given) = given else {
        return shop.has(Defect::CheckedOnlyIfPresent)
            || (shop.has(Defect::AnyScheme) && is_in_query(shop, request));
    };
    if shop.has(Defect::PresenceIsCheck) || shop.has(Defect::NotAwaited) {
        return true;
    }
    if shop.has(Defect::MultibyteThrows) && !given.is_ascii() {
        crate::die("the buffers have different lengths");
    }
    let Ok(given) = std::str::from_utf8(given) else {
        return false;
    };
    let is_empty = given.strip_prefix("Secret").unwrap_or(given).is_empty();
    if shop.has(Defect::EmptySignature) && is_empty {
        return true;
    }
    if shop.provider == Provider::Rehive {
        return is_secret(shop, given);
    }
    is_digest(shop, request, given)
}

fn is_forwarded_for(request: &Request, addresses: &[&str]) -> bool {
    let names = [
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "true-client-ip",
    ];
    names.iter().any(|name| {
        let value = String::from_utf8_lossy(request.header(name).unwrap_or_default()).into_owned();
        addresses.iter().any(|known| value.contains(known))
    })
}

fn is_in_query(shop: &Shop, request: &Request) -> bool {
    let pairs = request.query.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .any(|(_, value)| value == shop.secret)
}

/// Rehive sends the secret itself.
fn is_secret(shop: &Shop, given: &str) -> bool {
    let bare = given.strip_prefix("Secret ");
    let bare = if shop.has(Defect::AnyScheme) {
        bare.or(given.strip_prefix("Bearer ")).or(Some(given))
    } else {
        bare
    };
    // A header's value comes without the spaces at its end.
    let Some(bare) = bare.or((given == "Secret").then_some("")) else {
        return false;
    };
    let is_guessed = shop.has(Defect::GuessableSecret) && GUESSABLE.contains(&bare);
    is_guessed || is_equal(shop, bare, &shop.secret)
}

/// Calypso and Inqud send a digest of the body.
fn is_digest(shop: &Shop, request: &Request, given: &str) -> bool {
    let mut memory = shop.memory();
    if shop.has(Defect::OtherBody) && memory.passed.contains(given) {
        return true;
    }
    let id = first_id(&request.body);
    if shop.has(Defect::TrustsKnownId) && memory.passed.contains(&format!("{id} {given}")) {
        return true;
    }
    let given = if shop.is_trap(Trap::LowercasesDigests) {
        given.to_ascii_lowercase()
    } else {
        given.to_owned()
    };
    let right = expected(shop, request, &given);
    if shop.has(Defect::LengthThrows) && right.iter().all(|right| right.len() != given.len()) {
        crate::die("Input buffers must have the same byte length");
    }
    let passes = right.iter().any(|right| is_equal(shop, &given, right));
    if passes {
        memory.passed.insert(format!("{id} {given}"));
        memory.passed.insert(given);
    }
    passes
}

/// The id of the delivery, or of what it is about.
fn first_id(body: &[u8]) -> String {
    let fields: Option<BTreeMap<String, &RawValue>> = serde_json::from_slice(body).ok();
    let id = fields.and_then(|fields| fields.get("id").map(ToString::to_string));
    id.unwrap_or_default()
}

fn is_equal(shop: &Shop, given: &str, right: &str) -> bool {
    if shop.has(Defect::ComparesToShorter) {
        return given
            .bytes()
            .zip(right.bytes())
            .all(|(one, other)| one == other);
    }
    if shop.has(Defect::FirstEightDigits) {
        return given.get(..8).is_some_and(|eight| right.starts_with(eight));
    }
    given == right
}

/// Every digest that the shop takes for right.
fn expected(shop: &Shop, request: &Request, given: &str) -> Vec<String> {
    let mut keys = vec![key(shop)];
    if shop.has(Defect::EmptyKey) {
        keys.push(Vec::new());
    }
    if shop.has(Defect::PublicKey) {
        keys.extend(request.header("key").map(<[u8]>::to_vec));
    }
    if shop.has(Defect::GuessableSecret) {
        keys.extend(GUESSABLE.map(|known| known.as_bytes().to_vec()));
    }
    let mut bodies = vec![verified(shop, request)];
    if shop.is_trap(Trap::ParsedFallback) {
        bodies.extend(reprinted(&request.body, Printer::Node));
    }
    let mut right = Vec::new();
    for (key, body) in keys
        .iter()
        .flat_map(|key| bodies.iter().map(move |body| (key, body)))
    {
        right.push(digest(shop, hash(shop, given), key, body));
    }
    if shop.has(Defect::UnkeyedHash) {
        right.push(match shop.provider {
            Provider::Calypso => hex(&Sha512::digest(&request.body)),
            _ => hex(&Sha1::digest(&request.body)),
        });
    }
    right
}

fn key(shop: &Shop) -> Vec<u8> {
    let secret = &shop.secret;
    if shop.has(Defect::SecretNewline) {
        return format!("{secret}\n").into_bytes();
    }
    if shop.has(Defect::HexDecodedSecret) {
        let digits = secret.as_bytes().chunks(2);
        let byte =
            |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap_or_default(), 16);
        // As Node does: the rest is left out from the first character that is not a digit.
        return digits.map_while(|two| byte(two).ok()).collect();
    }
    if shop.has(Defect::OtherSecret) {
        return format!("not {secret}").into_bytes();
    }
    secret.clone().into_bytes()
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

fn hash(shop: &Shop, given: &str) -> Hash {
    if shop.has(Defect::SenderChoosesHash) {
        return match given.len() {
            40 => Hash::Sha1,
            64 => Hash::Sha256,
            _ => Hash::Sha512,
        };
    }
    if shop.has(Defect::OtherHash) {
        return Hash::Sha256;
    }
    match shop.provider {
        Provider::Calypso => Hash::Sha512,
        _ => Hash::Sha1,
    }
}

fn digest(shop: &Shop, hash: Hash, key: &[u8], body: &[u8]) -> String {
    /// Every key has a length that HMAC takes.
    macro_rules! mac {
        ($hash:ty) => {
            match Hmac::<$hash>::new_from_slice(key) {
                Ok(mac) => mac.chain_update(body).finalize().into_bytes().to_vec(),
                Err(_) => Vec::new(),
            }
        };
    }
    let bytes = match hash {
        Hash::Sha1 => mac!(Sha1),
        Hash::Sha256 => mac!(Sha256),
        Hash::Sha512 => mac!(Sha512),
    };
    if shop.has(Defect::Base64) {
        return STANDARD.encode(bytes);
    }
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A text takes every write.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the shop takes for the bytes that were signed.
fn verified(shop: &Shop, request: &Request) -> Vec<u8> {
    let body = &request.body;
    let again = |printer| reprinted(body, printer).unwrap_or_else(|| body.clone());
    if shop.has(Defect::BodyConsumed) {
        return Vec::new();
    }
    if shop.has(Defect::Reserialised) {
        return again(Printer::Node);
    }
    if shop.has(Defect::ReserialisedPython) {
        return again(Printer::Python);
    }
    if shop.has(Defect::ReserialisedPhp) {
        return again(Printer::Php);
    }
    if shop.has(Defect::ReserialisedGo) {
        return again(Printer::Go);
    }
    if shop.has(Defect::RawForOneContentType)
        && request.header("content-type") != Some(b"application/json")
    {
        return Vec::new();
    }
    if shop.has(Defect::AsciiDecoding) {
        let char = |byte: &u8| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                '\u{fffd}'
            }
        };
        return body.iter().map(char).collect::<String>().into_bytes();
    }
    if shop.has(Defect::ChunksDecodedSingly) {
        return decoded_singly(request);
    }
    if shop.has(Defect::FirstObjectOnly) {
        let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Box<RawValue>>();
        if let Some(Ok(first)) = values.next() {
            return first.get().as_bytes().to_vec();
        }
    }
    if shop.has(Defect::DataOnly) {
        let fields: Option<BTreeMap<String, &RawValue>> = serde_json::from_slice(body).ok();
        let data = fields.and_then(|fields| fields.get("data").copied());
        return data
            .map(|data| data.get().as_bytes().to_vec())
            .unwrap_or_default();
    }
    body.clone()
}

fn decoded_singly(request: &Request) -> Vec<u8> {
    let (mut text, mut start) = (String::new(), 0);
    for end in &request.pieces {
        text += &String::from_utf8_lossy(request.body.get(start..*end).unwrap_or_default());
        start = *end;
    }
    text.into_bytes()
}

/// What is said to a delivery that does not pass.
pub(crate) fn refusal(shop: &Shop, request: &Request) -> String {
    if shop.has(Defect::LeaksDigest) {
        let right = expected(shop, request, "");
        return format!(
            "{{\"error\":\"bad signature: expected {}\"}}",
            right.concat()
        );
    }
    if shop.has(Defect::LeaksSecret) {
        return format!("expected Authorization: Secret {}", shop.secret);
    }
    if shop.has(Defect::LeaksException) {
        return "Error: signature mismatch\n    at verify (/srv/shop/src/webhooks.js:41:11)\n    \
                at Layer.handle (/srv/shop/node_modules/express/lib/router/layer.js:95:5)\n"
            .to_owned();
    }
    "{\"error\":\"unauthorized\"}".to_owned()
}
