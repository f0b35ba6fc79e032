//! The keys that a digest may have been made with, where it should have been the secret.
//!
//! Separate so that each of them is a line here, and so that all of them are wiped with the search that tried them.

use super::digest::Mistake;
use super::reason::Reason;
use super::{Question, spelling};
use crate::catalogue::manifest::Signing;
use crate::secret::{DEVELOPMENT, Secret};

/// A key, and what is wrong with it.
pub(super) struct CandidateKey {
    pub(super) secret: Secret,
    /// `None` for the right one.
    pub(super) slip: Option<Mistake>,
    /// So common that it comes together with other mistakes.
    pub(super) likely: bool,
}

/// What programs write where there is nothing.
const NOTHING: [&str; 6] = ["", "undefined", "null", "None", "nil", "NULL"];

const TRIM: &str =
    "keep the secret without anything around it: `printf %s` writes no line feed where `echo` does";
const AS_TEXT: &str = "use the secret as it reads, without decoding it";

/// The right key, then the wrong ones.
pub(super) fn keys(question: &Question<'_>) -> Vec<CandidateKey> {
    let expected = question.expected;
    let own = expected.secret.expose();
    let mut keys = vec![CandidateKey {
        secret: expected.secret.clone(),
        slip: None,
        likely: false,
    }];
    let mut add = |bytes: &[u8], likely: bool, reason: Reason, what: String, fix: &str| {
        let slip = Some(Mistake::new(reason, format!("was made with {what}"), fix));
        keys.push(CandidateKey {
            secret: Secret::new(bytes),
            slip,
            likely,
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
            let what = "the secret in other capitals".to_owned();
            add(
                &changed,
                false,
                Reason::SecretCase,
                what,
                "copy the secret letter for letter",
            );
        }
    }
    for nothing in NOTHING {
        let what = match nothing {
            "" => "an empty secret".to_owned(),
            word => format!("the word {word} in place of the secret"),
        };
        let fix = "look where the sender reads its secret: there is nothing";
        add(nothing.as_bytes(), true, Reason::SecretEmpty, what, fix);
    }
    foreign(question, &mut add);
    keys
}

/// The secret with more around it, or with less.
fn padded(own: &[u8], add: &mut impl FnMut(&[u8], bool, Reason, String, &str)) {
    for (before, behind, what, likely) in [
        ("", "\n", "a line feed at its end", true),
        (
            "",
            "\r\n",
            "a carriage return and a line feed at its end",
            true,
        ),
        ("", "\r", "a carriage return at its end", false),
        ("", " ", "a space at its end", false),
        (" ", "", "a space before it", false),
        (" ", " ", "spaces around it", false),
        ("\"", "\"", "quotation marks around it", false),
        ("'", "'", "quotation marks around it", false),
    ] {
        let padded = [before.as_bytes(), own, behind.as_bytes()].concat();
        add(
            &padded,
            likely,
            Reason::SecretPadded,
            format!("the secret and {what}"),
            TRIM,
        );
    }
    let mark = |byte: &&u8| byte.is_ascii_whitespace() || b"\"'".contains(byte);
    let start = own.iter().take_while(mark).count();
    let end = own.len() - own[start..].iter().rev().take_while(mark).count();
    for trimmed in [own.trim_ascii_end(), own.trim_ascii(), &own[start..end]] {
        if trimmed.len() != own.len() {
            let what =
                "the secret without the white space or the quotation marks around it".to_owned();
            add(
                trimmed,
                true,
                Reason::SecretPadded,
                what,
                "take away what stands around the configured secret",
            );
        }
    }
}

/// The keys that are another's.
fn foreign(question: &Question<'_>, add: &mut impl FnMut(&[u8], bool, Reason, String, &str)) {
    let expected = question.expected;
    if let Some(place) = expected.place {
        let fix = format!(
            "give the sender the secret {place}, or take it away here and sign with the development one"
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
        let fix = format!(
            "use the secret that {} has for this webhook",
            expected.title
        );
        add(
            other.secret.expose(),
            true,
            Reason::OtherSecret,
            format!("the secret of {}", other.title),
            &fix,
        );
    }
    if let Signing::Hmac {
        key_header: Some(header),
        ..
    } = expected.signing
    {
        for value in question.values(header).into_iter().take(1) {
            let what = format!("the public key in {header}");
            let fix = format!("use the secret key: the public one in {header} only says which");
            add(value, true, Reason::PublicKey, what, &fix);
        }
    }
}
