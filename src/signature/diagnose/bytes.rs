//! What happens to a body's bytes without anybody parsing it: line breaks, byte-order marks, encodings.
//!
//! Separate from printing anew, which needs a body that is JSON.

use super::reason::Reason;

/// A change, which is `None` where it changes nothing.
pub(super) struct ByteChange {
    pub(super) apply: fn(&[u8]) -> Option<Vec<u8>>,
    pub(super) reason: Reason,
    /// The body of which it is the digest.
    pub(super) what: &'static str,
    pub(super) fix: &'static str,
}

const MARK: &[u8] = b"\xef\xbb\xbf";
const RAW: &str = "sign and check the raw bytes that travel, to the last line break";
const TEXT: &str = "sign and check bytes: do not turn the body into a text and back";

/// The changes, the likeliest first.
pub(super) const CHANGES: [ByteChange; 15] = [
    change(
        Reason::BodyNewline,
        "the body without the line break at its end",
        RAW,
        |body| {
            let line = body.strip_suffix(b"\n")?;
            Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        },
    ),
    change(
        Reason::BodyNewline,
        "the body with a line feed at its end",
        RAW,
        |body| Some([body, b"\n"].concat()),
    ),
    change(
        Reason::BodyNewline,
        "the body with a carriage return and a line feed at its end",
        RAW,
        |body| Some([body, b"\r\n"].concat()),
    ),
    change(
        Reason::BodyNewline,
        "the body with another line break at its end",
        RAW,
        |body| {
            body.strip_suffix(b"\r\n")
                .map(|line| [line, b"\n"].concat())
        },
    ),
    change(
        Reason::BodyEmpty,
        "an empty body",
        "read the body once and keep its bytes: it was gone already",
        |_| Some(Vec::new()),
    ),
    change(
        Reason::ByteOrderMark,
        "the body without its byte-order mark",
        "write JSON without one",
        |body| body.strip_prefix(MARK).map(<[u8]>::to_vec),
    ),
    change(
        Reason::ByteOrderMark,
        "the body with a byte-order mark before it",
        "write JSON without one",
        |body| (!body.starts_with(MARK)).then(|| [MARK, body].concat()),
    ),
    change(
        Reason::LineEndings,
        "the body with line feeds alone at its line ends",
        RAW,
        |body| body.contains(&b'\r').then(|| without_returns(body)),
    ),
    change(
        Reason::LineEndings,
        "the body with carriage returns and line feeds at its line ends",
        RAW,
        |body| {
            body.contains(&b'\n')
                .then(|| with_returns(&without_returns(body)))
        },
    ),
    change(
        Reason::BodyWhiteSpace,
        "the body without the white space around it",
        RAW,
        |body| {
            let trimmed = body.trim_ascii();
            (trimmed.len() != body.len()).then(|| trimmed.to_vec())
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body with U+FFFD for the bytes that are no UTF-8",
        TEXT,
        |body| {
            std::str::from_utf8(body)
                .is_err()
                .then(|| String::from_utf8_lossy(body).into_owned().into_bytes())
        },
    ),
    change(
        Reason::BodyEncoding,
        "the body read as Latin-1 and written as UTF-8",
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
    change(Reason::BodyEncoding, "the body in Latin-1", TEXT, |body| {
        let text = std::str::from_utf8(body)
            .ok()
            .filter(|text| !text.is_ascii())?;
        text.chars().map(|char| u8::try_from(char).ok()).collect()
    }),
    change(
        Reason::BodyQuoted,
        "the body as a text within JSON",
        "turn the body into JSON once",
        |body| serde_json::to_vec(std::str::from_utf8(body).ok()?).ok(),
    ),
    change(
        Reason::BodyQuoted,
        "the JSON within the text that the body is",
        "turn the body into JSON once",
        |body| {
            serde_json::from_slice::<String>(body)
                .ok()
                .map(String::into_bytes)
        },
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
