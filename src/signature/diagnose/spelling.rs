//! Reads a digest from a header in any encoding, and remembers how its form differs from the expected one.

use super::mistake::Mistake;
use super::reason::Reason;
use crate::catalogue::manifest::Hash;
use crate::signature::keyed_hash::from_lower_hex;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Longer values are not digests.
const LONGEST: usize = 1024;

/// A shorter digest after a prefix is a word or a number.
const SHORTEST: usize = 8;

/// What separates a prefix from the digest.
const BETWEEN: [char; 4] = ['=', ':', ' ', ','];

/// Common prefixes. Others are not repeated in messages, since they may be secrets.
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

/// How a digest is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DigestForm {
    Hex,
    UpperHex,
    Base64,
    /// Base64 of the hex text.
    Base64OfHex,
}

/// A digest as a header carries it.
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) bytes: Vec<u8>,
    form: DigestForm,
    /// White space or quotation marks around it.
    padded: bool,
    /// What precedes it, in words that may be shown.
    prefix: Option<String>,
}

/// The digest in a value, if it has one.
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
            "an unknown prefix".to_owned()
        };
        Some(Spelled {
            bytes,
            form,
            padded,
            prefix: Some(prefix),
        })
    })
}

/// A text without surrounding white space and quotation marks.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|char: char| {
        char.is_whitespace() || char.is_control() || "\"'`".contains(char)
    })
}

fn decoded(text: &str) -> Option<(Vec<u8>, DigestForm)> {
    // A truncated digest may end in half a byte.
    let hexadecimal = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(bytes) = from_hex(&text.as_bytes()[..text.len() & !1]).filter(|_| hexadecimal) {
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        return Some((
            bytes,
            if upper {
                DigestForm::UpperHex
            } else {
                DigestForm::Hex
            },
        ));
    }
    let bytes = from_base64(text.as_bytes())?;
    // First, since the hex text of one digest is as long as another digest.
    let inner = from_hex(&bytes).filter(|inner| Hash::of_digest_length(inner.len()).is_some());
    if let Some(inner) = inner {
        return Some((inner, DigestForm::Base64OfHex));
    }
    Hash::of_digest_length(bytes.len()).map(|_| (bytes, DigestForm::Base64))
}

/// Decodes hex of either case.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    from_lower_hex(&text.to_ascii_lowercase())
}

/// Decodes base64 of either alphabet, padded or not.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let with = |alphabet| GeneralPurpose::new(alphabet, EITHER).decode(text).ok();
    with(&STANDARD).or_else(|| with(&URL_SAFE))
}

impl Spelled {
    /// How its form differs from plain lower-case hex.
    pub(super) fn mistakes(&self, title: &str) -> Vec<Mistake> {
        let hex = format!("write the digest as lower-case hex, as {title} does");
        let form = match self.form {
            DigestForm::Hex => None,
            DigestForm::UpperHex => {
                Some((Reason::UpperCase, "is upper-case hex instead of lower-case"))
            }
            DigestForm::Base64 => Some((Reason::Base64, "is base64 instead of hex")),
            DigestForm::Base64OfHex => Some((Reason::Base64, "is base64 of the hex text")),
        };
        let form = form.map(|(reason, what)| Mistake::new(reason, what, &*hex));
        let prefix = self.prefix.as_ref().map(|prefix| {
            let fix = format!("remove the prefix: {title} sends the digest alone");
            Mistake::new(Reason::Prefix, format!("has {prefix} in front"), fix)
        });
        let padded = self.padded.then(|| {
            let fix = "trim the value before setting the header";
            Mistake::new(
                Reason::Padded,
                "is surrounded by white space or quotation marks",
                fix,
            )
        });
        [form, prefix, padded].into_iter().flatten().collect()
    }
}
