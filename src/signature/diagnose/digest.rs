//! Mistakes with a digest: reads it from the header, searches for it, and words what was found.

use super::mistake::{Mistake, diagnosis_of};
use super::question::{Diagnosis, Question, SearchBudget};
use super::reason::Reason;
use super::search::Search;
use super::spelling;
use crate::catalogue::manifest::Hash;
use crate::signature::keyed_hash::{KeyedHash, same};

/// The mistakes that produce a value in place of the expected digest.
pub(super) fn explain(
    question: &Question<'_>,
    value: &[u8],
    budget: &mut SearchBudget,
) -> Option<Diagnosis> {
    let expected = question.expected;
    let right = expected.signing.hash()?;
    if is_secret(value, expected.secret.expose()) {
        let header = expected.signing.header();
        return Some(Diagnosis::new(
            Reason::SecretItself,
            format!(
                "{header} carries the secret itself; {} sends a digest of the body",
                expected.title
            ),
            "use the secret as the HMAC key, and replace it: this one was sent in the clear",
        ));
    }
    let spelled = spelling::read(value)?;
    let mut search = Search {
        digest: &spelled.bytes,
        question,
        budget,
    };
    let found = Hash::of_digest_length(spelled.bytes.len());
    let whole = found.and_then(|hash| search.by_hash(hash, right));
    let mut mistakes = match whole {
        Some(mistakes) => mistakes,
        None => search.cut(right)?,
    };
    let hash = found.unwrap_or(right);
    let not_hmac = [Reason::PlainHash, Reason::JoinedHash, Reason::DigestCut];
    if hash != right && !mistakes.iter().any(|one| not_hmac.contains(&one.reason)) {
        mistakes.push(other_algorithm(question, hash, right));
    }
    mistakes.extend(spelled.mistakes(expected.title));
    diagnosis_of(&mistakes)
}

/// Whether a value is the secret, alone or after a word.
fn is_secret(value: &[u8], secret: &[u8]) -> bool {
    let value = value.trim_ascii();
    let after_word = value
        .iter()
        .position(|byte| *byte == b' ')
        .map_or(value, |at| value[at..].trim_ascii_start());
    same(value, secret) | same(after_word, secret)
}

fn other_algorithm(question: &Question<'_>, hash: Hash, right: Hash) -> Mistake {
    let (used, right) = (hash.title(), right.title());
    let users = users(question, hash).map_or(String::new(), |users| format!(" (as {users} does)"));
    let what = format!("uses HMAC-{used}{users} instead of HMAC-{right}");
    Mistake::new(Reason::OtherAlgorithm, what, format!("use HMAC-{right}"))
}

/// The providers that sign with a hash function.
fn users(question: &Question<'_>, wanted: Hash) -> Option<String> {
    let names: Vec<&str> = question
        .others
        .iter()
        .filter(|other| other.signing.hash() == Some(wanted))
        .map(|other| other.title)
        .take(3)
        .collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// That only a few digits of a value differ from the right one: says how many, but neither which nor what is right.
pub(super) fn mistyped(question: &Question<'_>, value: &[u8]) -> Option<Diagnosis> {
    const MOST: usize = 4;
    let expected = question.expected;
    let hash = expected.signing.hash()?;
    let text = spelling::bare(std::str::from_utf8(value).ok()?).to_ascii_lowercase();
    if text.len() != 2 * hash.digest_length() {
        return None;
    }
    let right = KeyedHash::new(hash, expected.secret).hex_digest(question.body());
    let pairs = text.bytes().zip(right.bytes());
    let wrong = pairs.filter(|(given, right)| given != right).count();
    if !(1..=MOST).contains(&wrong) {
        return None;
    }
    Some(Diagnosis::new(
        Reason::Mistyped,
        format!(
            "{} agrees with the right signature except for {wrong} of its {} digits, so it was most likely mistyped or \
             damaged while copying",
            expected.signing.header(),
            right.len()
        ),
        "copy the signature again, all of it",
    ))
}

/// What the form alone says about a value that is not the expected digest and that no mistake produces.
pub(super) fn wrong_form(question: &Question<'_>, value: &[u8]) -> Option<Diagnosis> {
    let expected = question.expected;
    let right = expected.signing.hash()?;
    let (title, header) = (expected.title, expected.signing.header());
    let fix = format!("set {header} to {}", expected.signing.expected_value());
    let bytes = |count: usize| match count {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    };
    let Some(spelled) = spelling::read(value) else {
        let what = format!("{header} carries {}, not a digest", bytes(value.len()));
        return Some(Diagnosis::new(Reason::NotADigest, what, fix));
    };
    let length = spelled.bytes.len();
    let found = Hash::of_digest_length(length);
    if found == Some(right) {
        return None;
    }
    let name = match (found, length) {
        (Some(hash), _) => Some(hash.title()),
        (None, 16) => Some("MD5"),
        (None, 28) => Some("SHA-224"),
        (None, 48) => Some("SHA-384"),
        (None, _) => None,
    };
    let users = found.and_then(|hash| users(question, hash));
    let like: Vec<&str> = name.into_iter().chain(users.as_deref()).collect();
    let like = match like.as_slice() {
        [] => String::new(),
        like => format!(" (as with {})", like.join(" and ")),
    };
    let what = format!(
        "the signature has {}{like}, but {title}'s have {}, and no common mistake explains it",
        bytes(length),
        right.digest_length()
    );
    Some(Diagnosis::new(Reason::DigestLength, what, fix))
}
