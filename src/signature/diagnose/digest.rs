//! Mistakes with a digest: reads it, has it searched for, and puts into words what was found.
//!
//! Separate from the search, which tries keys and bodies and neither knows how a digest is written nor makes sentences.

use super::super::same;
use super::reason::Reason;
use super::search::Search;
use super::{Diagnosis, Question, SearchBudget, header_of, spelling};
use crate::catalogue::manifest::{Hash, Signing};

/// One of the mistakes that lead to a digest.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) reason: Reason,
    /// How a sentence goes on that begins with "the digest".
    pub(super) what: String,
    pub(super) fix: String,
}

impl Mistake {
    pub(super) fn new(reason: Reason, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            reason,
            what: what.into(),
            fix: fix.into(),
        }
    }
}

/// The hash function whose digests are so long.
pub(super) fn hash_of(bytes: usize) -> Option<Hash> {
    [Hash::Sha1, Hash::Sha256, Hash::Sha512]
        .into_iter()
        .find(|hash| length_of(*hash) == bytes)
}

/// How long a hash function's digests are, in bytes.
pub(super) fn length_of(hash: Hash) -> usize {
    match hash {
        Hash::Sha1 => 20,
        Hash::Sha256 => 32,
        Hash::Sha512 => 64,
    }
}

/// The name of a hash function as sentences have it.
pub(super) fn spoken(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA-1",
        Hash::Sha256 => "SHA-256",
        Hash::Sha512 => "SHA-512",
    }
}

/// The mistakes that lead to a value where a digest was expected.
pub(super) fn explain(
    question: &Question<'_>,
    value: &[u8],
    work: &mut SearchBudget,
) -> Option<Diagnosis> {
    let expected = question.expected;
    let Signing::Hmac { hash: right, .. } = expected.signing else {
        return None;
    };
    if is_secret(value, expected.secret.expose()) {
        let header = header_of(expected.signing);
        return Some(Diagnosis::new(
            Reason::SecretItself,
            format!(
                "{header} carries the secret itself, where {} sends a digest of the body",
                expected.title
            ),
            "use the secret as the key of an HMAC of the body, and replace it: this one has travelled in the clear",
        ));
    }
    let spelled = spelling::read(value)?;
    let mut search = Search {
        digest: &spelled.bytes,
        question,
        work,
    };
    let (hash, mut slips) = match hash_of(spelled.bytes.len()) {
        Some(hash) => (
            hash,
            search
                .by_length(hash, *right)
                .or_else(|| search.cut(*right))?,
        ),
        None => (*right, search.cut(*right)?),
    };
    let no_hmac = [Reason::PlainHash, Reason::JoinedHash, Reason::DigestCut];
    if hash != *right && !slips.iter().any(|slip| no_hmac.contains(&slip.reason)) {
        slips.push(other_algorithm(question, hash, *right));
    }
    slips.extend(spelled.slips(expected.title));
    told(&slips)
}

/// Whether a value is the secret, alone or behind a word.
fn is_secret(value: &[u8], secret: &[u8]) -> bool {
    let value = value.trim_ascii();
    let behind = value
        .iter()
        .position(|byte| *byte == b' ')
        .map_or(value, |at| value[at..].trim_ascii_start());
    same(value, secret) | same(behind, secret)
}

fn other_algorithm(question: &Question<'_>, hash: Hash, right: Hash) -> Mistake {
    let title = question.expected.title;
    let (used, right) = (spoken(hash), spoken(right));
    let what = match users(question, hash) {
        Some(users) => {
            format!("is an HMAC-{used}, as {users} makes it, where {title} makes an HMAC-{right}")
        }
        None => format!("is an HMAC-{used}, where {title} makes an HMAC-{right}"),
    };
    Mistake::new(Reason::OtherAlgorithm, what, format!("use {right}"))
}

/// The providers that sign with a hash function.
fn users(question: &Question<'_>, wanted: Hash) -> Option<String> {
    let uses = |signing: &Signing| matches!(signing, Signing::Hmac { hash, .. } if *hash == wanted);
    let names: Vec<&str> = question
        .others
        .iter()
        .filter(|other| uses(other.signing))
        .map(|other| other.title)
        .take(3)
        .collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// Several mistakes as one sentence, and what to do about each of them.
fn told(slips: &[Mistake]) -> Option<Diagnosis> {
    let (first, rest) = slips.split_first()?;
    let mut explanation = format!("the digest {}", first.what);
    for (at, slip) in rest.iter().enumerate() {
        explanation += if at + 1 == rest.len() { " and " } else { ", " };
        explanation += &slip.what;
    }
    let fixes: Vec<&str> = slips.iter().map(|slip| &*slip.fix).collect();
    Some(Diagnosis::new(first.reason, explanation, fixes.join("; ")))
}

/// What can be said of a value by its looks alone, where a digest was expected and none fits.
pub(super) fn oddity(question: &Question<'_>, value: &[u8]) -> Option<Diagnosis> {
    let expected = question.expected;
    let Signing::Hmac {
        hash: right,
        header,
        ..
    } = expected.signing
    else {
        return None;
    };
    let title = expected.title;
    let fix = format!(
        "put into {header} what {title} sends: {}",
        super::form(expected.signing)
    );
    let plural = |count: usize| if count == 1 { "byte" } else { "bytes" };
    let Some(spelled) = spelling::read(value) else {
        let length = value.len();
        let what = format!(
            "{header} carries {length} {} that are no digest",
            plural(length)
        );
        return Some(Diagnosis::new(Reason::NotADigest, what, fix));
    };
    let length = spelled.bytes.len();
    let found = hash_of(length);
    if found == Some(*right) {
        return None;
    }
    let whose = match (found, length) {
        (Some(hash), _) => {
            let users = users(question, hash)
                .map(|users| format!(" and {users}"))
                .unwrap_or_default();
            format!(", as of {}{users}", spoken(hash))
        }
        (None, 16) => ", as of MD5".to_owned(),
        (None, 28) => ", as of SHA-224".to_owned(),
        (None, 48) => ", as of SHA-384".to_owned(),
        (None, _) => String::new(),
    };
    let what = format!(
        "the digest has {length} {}{whose}, where {title}'s have {}, and no likely mistake explains it",
        plural(length),
        length_of(*right)
    );
    Some(Diagnosis::new(Reason::DigestLength, what, fix))
}
