//! Lines of headers in pasted text: what is one, and what belongs to the line before.

use super::journal::CapturedHeader;
use crate::secret::STARS;

/// The header that a line is.
pub(super) fn header(line: &[u8]) -> Option<CapturedHeader> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    if !name.first()?.is_ascii_alphabetic() || !name.iter().all(token) {
        return None;
    }
    // What is not valid UTF-8 is read as Latin-1, the original encoding of headers.
    let value = std::str::from_utf8(value).map_or_else(
        |_| value.iter().copied().map(char::from).collect(),
        str::to_owned,
    );
    Some(CapturedHeader {
        name: String::from_utf8_lossy(name).into_owned(),
        value: (!value.contains(STARS)).then_some(value),
    })
}

/// Whether a line is the rest of a header's value that a mail program wrapped: the value is empty so far, or both are
/// parts of a digest.
pub(super) fn continues(value: &str, line: &str) -> bool {
    // Shorter digits may be anything.
    const SHORTEST: usize = 16;
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match value.is_empty() {
        true => !line.is_empty() && !line.starts_with(['{', '[', '`']),
        false => !line.is_empty() && value.len() >= SHORTEST && hex(value) && hex(line),
    }
}

/// What to add to a sentence about a line: its text, unless that is long.
pub(super) fn quoted(line: &[u8]) -> String {
    const MOST: usize = 60;
    let text = String::from_utf8_lossy(line.trim_ascii());
    match text.len() {
        0..=MOST => format!(": \"{text}\""),
        length => format!(" ({length} bytes)"),
    }
}
