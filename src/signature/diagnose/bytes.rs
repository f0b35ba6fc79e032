//! How a body's bytes change on the way to a signature without being parsed: line breaks, byte-order marks, encodings,
//! compression.

use super::question::MOST_HASHED_BYTES;
use super::reason::Reason;
use crate::http::inflated;
use crate::json::lookup;

/// A change of a body.
pub(super) struct ByteChange {
    /// `None` if it would change nothing.
    pub(super) apply: fn(&[u8]) -> Option<Vec<u8>>,
    pub(super) reason: Reason,
    /// What the digest was computed over.
    pub(super) what: &'static str,
    pub(super) fix: &'static str,
}

const MARK: &[u8] = b"\xef\xbb\xbf";
const RAW: &str = "sign and verify the exact bytes sent, including the last line break";
const LINES: &str = "sign and verify the exact bytes sent; text mode changes line endings when a body is read or written";
const NEWLINE: &str = "sign and verify the exact bytes sent; a shell's `echo` adds a newline, which `printf %s` and \
                       `echo -n` do not";
const TEXT: &str = "sign and verify bytes: do not decode the body to text and encode it again";

pub(super) const WHOLE: &str = "sign and verify the whole body, with the envelope around `data`";

/// The field that envelopes carry the event's own object in.
pub(super) fn data(body: &[u8]) -> Option<&[u8]> {
    body.get(lookup(body, 0, "/data")?)
}

/// The changes, the most likely first.
pub(super) const CHANGES: [ByteChange; 19] = [
    change(
        Reason::BodyNewline,
        "the body without its trailing newline",
        RAW,
        |body| {
            let line = body.strip_suffix(b"\n")?;
            Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        },
    ),
    change(
        Reason::BodyNewline,
        "the body plus a trailing newline that was not sent",
        NEWLINE,
        |body| Some([body, b"\n"].concat()),
    ),
    change(
        Reason::BodyNewline,
        "the body plus a trailing CRLF that was not sent",
        NEWLINE,
        |body| Some([body, b"\r\n"].concat()),
    ),
    change(
        Reason::BodyNewline,
        "the body with LF instead of its trailing CRLF",
        RAW,
        |body| {
            body.strip_suffix(b"\r\n")
                .map(|line| [line, b"\n"].concat())
        },
    ),
    change(
        Reason::BodyEmpty,
        "an empty body",
        "read the body once and keep its bytes: it had already been consumed",
        |_| Some(Vec::new()),
    ),
    change(
        Reason::BodyPart,
        "the value of `data` alone",
        WHOLE,
        |body| data(body).map(<[u8]>::to_vec),
    ),
    change(
        Reason::ByteOrderMark,
        "the body without its byte-order mark",
        "write JSON without a byte-order mark",
        |body| body.strip_prefix(MARK).map(<[u8]>::to_vec),
    ),
    change(
        Reason::ByteOrderMark,
        "the body after a byte-order mark",
        "write JSON without a byte-order mark",
        |body| (!body.starts_with(MARK)).then(|| [MARK, body].concat()),
    ),
    change(
        Reason::LineEndings,
        "the body with LF line endings",
        LINES,
        |body| body.contains(&b'\r').then(|| without_returns(body)),
    ),
    change(
        Reason::LineEndings,
        "the body with CRLF line endings",
        LINES,
        |body| {
            body.contains(&b'\n')
                .then(|| with_returns(&without_returns(body)))
        },
    ),
    change(
        Reason::BodyWhiteSpace,
        "the body without leading and trailing white space",
        RAW,
        |body| {
            let trimmed = body.trim_ascii();
            (trimmed.len() != body.len()).then(|| trimmed.to_vec())
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body with U+FFFD in place of invalid UTF-8",
        TEXT,
        |body| {
            std::str::from_utf8(body)
                .is_err()
                .then(|| String::from_utf8_lossy(body).into_owned().into_bytes())
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body decoded as Latin-1 and encoded as UTF-8",
        TEXT,
        |body| {
            (!body.is_ascii()).then(|| {
                body.iter()
                    .map(|byte| char::from(*byte))
                    .collect::<String>()
                    .into_bytes()
            })
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body before it was encoded as UTF-8 a second time",
        "look for a program on the way that reads the body as Latin-1 and writes it as UTF-8, and leave its bytes alone",
        |body| {
            String::from_utf8(latin1(body)?)
                .ok()
                .map(String::into_bytes)
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body encoded as Latin-1",
        TEXT,
        latin1,
    ),
    change(
        Reason::BodyQuoted,
        "the body as a JSON string",
        "serialise the body to JSON once",
        |body| serde_json::to_vec(std::str::from_utf8(body).ok()?).ok(),
    ),
    change(
        Reason::BodyQuoted,
        "JSON.stringify of the Buffer that holds the body",
        "pass the Buffer itself to the HMAC, without JSON.stringify",
        |body| {
            let bytes = serde_json::to_string(body).ok()?;
            Some(format!("{{\"type\":\"Buffer\",\"data\":{bytes}}}").into_bytes())
        },
    ),
    change(
        Reason::BodyQuoted,
        "the content of the JSON string that the body is",
        "serialise the body to JSON once",
        |body| {
            serde_json::from_slice::<String>(body)
                .ok()
                .map(String::into_bytes)
        },
    ),
    change(
        Reason::BodyCompressed,
        "the body before it was compressed",
        "decompress the body before verifying it if a proxy compresses it on the way, or turn that off; a sender that \
         compresses must sign the compressed bytes, since those are sent",
        |body| inflated(body, MOST_HASHED_BYTES / 4),
    ),
];

const fn change(
    reason: Reason,
    what: &'static str,
    fix: &'static str,
    apply: fn(&[u8]) -> Option<Vec<u8>>,
) -> ByteChange {
    ByteChange {
        apply,
        reason,
        what,
        fix,
    }
}

/// A text that is not ASCII alone, encoded as Latin-1.
fn latin1(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body)
        .ok()
        .filter(|text| !text.is_ascii())?;
    text.chars().map(|char| u8::try_from(char).ok()).collect()
}

fn without_returns(body: &[u8]) -> Vec<u8> {
    let next = body.iter().skip(1).map(Some).chain([None]);
    let kept = body
        .iter()
        .zip(next)
        .filter(|pair| !matches!(pair, (b'\r', Some(b'\n'))));
    kept.map(|(byte, _)| *byte).collect()
}

fn with_returns(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 16);
    for byte in body {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}
