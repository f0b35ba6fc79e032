//! The keys that a digest may have been made with instead of the secret. They are wiped together with the search.

use super::mistake::Mistake;
use super::question::Question;
use super::reason::Reason;
use super::spelling;
use crate::secret::{DEVELOPMENT, Secret};

/// A key, and what is wrong with it.
pub(super) struct CandidateKey {
    pub(super) secret: Secret,
    /// `None` for the right one.
    pub(super) mistake: Option<Mistake>,
    /// Common enough to be tried together with other mistakes.
    pub(super) common: bool,
}

/// What programs print for an unset value.
const NOTHING: [&str; 6] = ["", "undefined", "null", "None", "nil", "NULL"];

const TRIM: &str =
    "store the secret without anything around it: `printf %s` writes no newline, `echo` does";
const AS_TEXT: &str = "use the secret as text, without decoding it";

/// The right key, then the wrong ones.
pub(super) fn keys(question: &Question<'_>) -> Vec<CandidateKey> {
    let expected = question.expected;
    let own = expected.secret.expose();
    let mut keys = vec![CandidateKey {
        secret: expected.secret.clone(),
        mistake: None,
        common: false,
    }];
    let mut add = |bytes: &[u8], common: bool, reason: Reason, what: String, fix: &str| {
        let mistake = Some(Mistake::new(reason, format!("was made with {what}"), fix));
        keys.push(CandidateKey {
            secret: Secret::new(bytes),
            mistake,
            common,
        });
    };
    padded(own, &mut add);
    if let Some(bytes) = spelling::from_hex(own).filter(|_| !own.is_empty()) {
        add(
            &bytes,
            true,
            Reason::SecretHexDecoded,
            "the secret decoded from hex".to_owned(),
            AS_TEXT,
        );
    }
    if let Some(bytes) = spelling::from_base64(own).filter(|_| !own.is_empty()) {
        add(
            &bytes,
            true,
            Reason::SecretBase64Decoded,
            "the secret decoded from base64".to_owned(),
            AS_TEXT,
        );
    }
    for changed in [own.to_ascii_lowercase(), own.to_ascii_uppercase()] {
        if changed != own {
            let what = "the secret in another case".to_owned();
            add(
                &changed,
                false,
                Reason::SecretCase,
                what,
                "copy the secret exactly: case matters",
            );
        }
    }
    for nothing in NOTHING {
        let what = match nothing {
            "" => "an empty secret".to_owned(),
            word => format!("the word {word} instead of the secret"),
        };
        let fix = "check where the sender reads its secret: it is empty there";
        add(nothing.as_bytes(), true, Reason::SecretEmpty, what, fix);
    }
    foreign(question, &mut add);
    keys
}

/// The secret with white space or quotation marks added or removed.
fn padded(own: &[u8], add: &mut impl FnMut(&[u8], bool, Reason, String, &str)) {
    for (before, after, what, common) in [
        ("", "\n", "plus a trailing newline", true),
        ("", "\r\n", "plus a trailing CRLF", true),
        ("", "\r", "plus a trailing carriage return", false),
        ("", " ", "plus a trailing space", false),
        (" ", "", "after a leading space", false),
        (" ", " ", "between spaces", false),
        ("\"", "\"", "in quotation marks", false),
        ("'", "'", "in quotation marks", false),
    ] {
        let padded = [before.as_bytes(), own, after.as_bytes()].concat();
        add(
            &padded,
            common,
            Reason::SecretPadded,
            format!("the secret {what}"),
            TRIM,
        );
    }
    let mark = |byte: &&u8| byte.is_ascii_whitespace() || b"\"'".contains(byte);
    let start = own.iter().take_while(mark).count();
    let end = own.len() - own[start..].iter().rev().take_while(mark).count();
    for trimmed in [own.trim_ascii_end(), own.trim_ascii(), &own[start..end]] {
        if trimmed.len() != own.len() {
            let what = "the secret without the white space or quotation marks around it".to_owned();
            add(
                trimmed,
                true,
                Reason::SecretPadded,
                what,
                "remove the white space or quotation marks around the configured secret",
            );
        }
    }
}

/// Other keys that are known here.
fn foreign(question: &Question<'_>, add: &mut impl FnMut(&[u8], bool, Reason, String, &str)) {
    let expected = question.expected;
    if let Some(place) = expected.place {
        let fix = format!(
            "configure the sender with the secret {place}, or remove it here and sign with the development secret"
        );
        add(
            DEVELOPMENT.as_bytes(),
            true,
            Reason::DevelopmentSecret,
            "the development secret".to_owned(),
            &fix,
        );
    }
    for other in question
        .others
        .iter()
        .filter(|other| other.place.is_some() && other.secret != expected.secret)
    {
        let fix = format!("use the secret from {}'s webhook settings", expected.title);
        add(
            other.secret.expose(),
            true,
            Reason::OtherSecret,
            format!("the secret of {}", other.title),
            &fix,
        );
    }
    if let Some(header) = expected.signing.key_header() {
        for value in question.delivery.values(header).take(1) {
            let what = format!("the public key in {header}");
            let fix = format!("use the secret key: the public key in {header} only identifies it");
            add(value, true, Reason::PublicKey, what, &fix);
        }
    }
}
