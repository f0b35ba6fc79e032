//! Reads a digest out of a header's value however it is written, and remembers what was odd about it.
//!
//! Separate because it knows no secret: whether the digest is right is not its business.

use super::super::digits;
use super::digest::{Mistake, hash_of};
use super::reason::Reason;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// No digest is written with more characters.
const LONGEST: usize = 1024;

/// A shorter one behind a word is a word or a number itself.
const SHORTEST: usize = 8;

/// What stands between a word and the digest.
const BETWEEN: [char; 4] = ['=', ':', ' ', ','];

/// What people put before a digest; anything else is not repeated, since it may be a secret.
const WORDS: [&str; 16] = [
    "sha1",
    "sha256",
    "sha512",
    "sha-1",
    "sha-256",
    "sha-512",
    "hmac",
    "hmac-sha1",
    "hmac-sha256",
    "hmac-sha512",
    "v0",
    "v1",
    "signature",
    "bearer",
    "secret",
    "0x",
];

/// How the bytes of a digest are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DigestForm {
    Hex,
    Capitals,
    Base64,
    /// Hex digits, and these in base64.
    Twice,
}

/// A digest as it stands in a header.
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) bytes: Vec<u8>,
    form: DigestForm,
    /// White space or quotation marks around it.
    padded: bool,
    /// Something before it, as far as that may be repeated.
    prefix: Option<String>,
}

/// The digest in a value; `None` where there is none.
pub(super) fn read(value: &[u8]) -> Option<Spelled> {
    let text = std::str::from_utf8(value)
        .ok()
        .filter(|text| text.len() <= LONGEST)?;
    let core = bare(text);
    let padded = core.len() != text.len();
    if let Some((bytes, form)) = decoded(core) {
        return Some(Spelled {
            bytes,
            form,
            padded,
            prefix: None,
        });
    }
    let zero = core
        .get(..2)
        .filter(|start| start.eq_ignore_ascii_case("0x"))
        .map(|_| 2);
    let separators = core.match_indices(BETWEEN).map(|(at, _)| at + 1);
    zero.into_iter().chain(separators.take(8)).find_map(|end| {
        let (bytes, form) =
            decoded(bare(&core[end..])).filter(|(bytes, _)| bytes.len() >= SHORTEST)?;
        let word = core[..end].trim_end_matches(BETWEEN);
        let prefix = if WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            format!("`{}`", core[..end].trim_end())
        } else {
            "something else".to_owned()
        };
        Some(Spelled {
            bytes,
            form,
            padded,
            prefix: Some(prefix),
        })
    })
}

/// A text without the white space and the quotation marks around it.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|char: char| {
        char.is_whitespace() || char.is_control() || "\"'`".contains(char)
    })
}

fn decoded(text: &str) -> Option<(Vec<u8>, DigestForm)> {
    // A digest that was cut off may end in half a byte.
    let hexadecimal = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(bytes) = from_hex(&text.as_bytes()[..text.len() & !1]).filter(|_| hexadecimal) {
        let capitals = text.bytes().any(|byte| byte.is_ascii_uppercase());
        return Some((
            bytes,
            if capitals {
                DigestForm::Capitals
            } else {
                DigestForm::Hex
            },
        ));
    }
    let bytes = from_base64(text.as_bytes())?;
    if hash_of(bytes.len()).is_some() {
        return Some((bytes, DigestForm::Base64));
    }
    let inner = from_hex(&bytes)?;
    hash_of(inner.len()).map(|_| (inner, DigestForm::Twice))
}

/// Digits in either case.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    digits(&text.to_ascii_lowercase())
}

/// Either alphabet, padded or not.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let with = |alphabet| GeneralPurpose::new(alphabet, EITHER).decode(text).ok();
    with(&STANDARD).or_else(|| with(&URL_SAFE))
}

impl Spelled {
    /// What is odd about it, where the provider writes lower-case hex digits and nothing else.
    pub(super) fn slips(&self, title: &str) -> Vec<Mistake> {
        let hex = format!("write the digest as {title} does, in lower-case hex digits");
        let form = match self.form {
            DigestForm::Hex => None,
            DigestForm::Capitals => Some((Reason::UpperCase, "is in upper case")),
            DigestForm::Base64 => Some((Reason::Base64, "is in base64")),
            DigestForm::Twice => Some((Reason::Base64, "is in base64 on top of hex")),
        };
        let form = form.map(|(reason, what)| Mistake::new(reason, what, &*hex));
        let prefix = self.prefix.as_ref().map(|prefix| {
            let fix =
                format!("leave out what stands before the digest: {title} sends the digest alone");
            Mistake::new(Reason::Prefix, format!("has {prefix} before it"), fix)
        });
        let padded = self.padded.then(|| {
            let fix = "trim the value before it goes into the header";
            Mistake::new(
                Reason::Padded,
                "has white space or quotation marks around it",
                fix,
            )
        });
        [form, prefix, padded].into_iter().flatten().collect()
    }
}
