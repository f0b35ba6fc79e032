//! The journal: captures as NDJSON, one delivery a line.
//!
//! A line has `v` (1), `id`, `received_at`, `method`, `target`, `headers` (`[name, value]`, order and repeats kept),
//! the body as `body` where it is UTF-8, else as `body_base64`, `remote`, and what was found and answered. `line`
//! writes it out, `recording` has it written through `disk`, and `reading` reads it whole. Here only the body of a line is found, with the position
//! of each of its bytes, so that a finding can point into the journal itself.

mod disk;
mod line;
mod numbers;
mod open;
mod reading;
mod recording;

pub use disk::{Disturbance, Journal, Sync};
pub use line::{Capture, CapturedSignature, Fingerprints};
pub use open::NoJournal;
pub use reading::{Captured, CapturedHeader, RecordedSignature};
pub use recording::{Appended, Numbered, Recorder};

use crate::json::{EscapedPiece, Scanner, Text, piece};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::Finder;
use std::cell::Cell;
use std::ops::Range;
use std::sync::LazyLock;

/// Every capture that this tool writes begins with this.
const BEGINNING: &[u8] = b"{\"v\":1,\"id\":\"";

/// The body of a captured delivery, and how its bytes lie in the line.
#[derive(Debug, PartialEq, Eq)]
pub struct CapturedBody<'t> {
    /// The bytes as they were recorded.
    pub bytes: Vec<u8>,
    /// Secrets in them were replaced with stars.
    pub masked: bool,
    /// The verdict on its signature on arrival, where it was `invalid` or `missing`.
    pub bad_signature: Option<BadSignature>,
    layout: LineLayout<'t>,
}

#[derive(Debug, PartialEq, Eq)]
enum LineLayout<'t> {
    /// A JSON string in its line. The last position that was asked for is remembered, in the body and in the line:
    /// findings come in order, so that all of them together cost one walk over the string.
    Text(&'t [u8], Text, Cell<(usize, usize)>),
    /// Base64 that begins there: four characters for three bytes.
    Base64(usize),
}

/// What was wrong with a signature on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSignature {
    /// It was another one.
    Invalid,
    /// There was none.
    Missing,
}

impl BadSignature {
    /// What a line says in `signature`.
    fn recorded(value: &[u8]) -> Option<Self> {
        let has = |word: &str| memchr::memmem::find(value, word.as_bytes()).is_some();
        // Texts inside the object have their quotation marks escaped, so that only the verdict matches.
        if has("\"invalid\"") {
            Some(Self::Invalid)
        } else {
            has("\"missing\"").then_some(Self::Missing)
        }
    }
}

/// Why a line holds no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBody {
    /// The line is not a JSON object.
    NoObject,
    /// It has no `body` or `body_base64` that is a string.
    Missing,
    /// `body_base64` is not base64.
    BadBase64,
    /// `v` is not 1.
    Version,
    /// There is no `v`.
    NoVersion,
    /// Another field has the wrong type.
    Member,
}

impl NoBody {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoObject => "the line is not a JSON object",
            Self::Missing => "it has no string `body` or `body_base64`",
            Self::BadBase64 => "its `body_base64` is not valid base64",
            Self::Version => "unsupported version: `v` is not 1",
            Self::Member => "one of its fields has the wrong type",
            Self::NoVersion => "it has no `v`, unlike the other lines of the journal",
        }
    }
}

struct CaptureFields<'t> {
    version: Option<&'t [u8]>,
    received: bool,
    body: Option<Text>,
    base64: Option<Text>,
    has_body: bool,
    masked: bool,
    bad_signature: Option<BadSignature>,
}

fn fields(line: &[u8]) -> Option<CaptureFields<'_>> {
    let mut fields = CaptureFields {
        version: None,
        received: false,
        body: None,
        base64: None,
        has_body: false,
        masked: false,
        bad_signature: None,
    };
    let mut scanner = Scanner::new(line, 0);
    scanner.next_token()?;
    scanner.members(|scanner, key| {
        let name = &line[key.start..key.end];
        let start = scanner.at;
        match name {
            b"v" => {
                let _ = scanner.skip_value();
                fields.version = Some(&line[start..scanner.at]);
            }
            b"received_at" => fields.received = true,
            b"masked" => {
                let _ = scanner.skip_value();
                fields.masked =
                    memchr::memmem::find(&line[start..scanner.at], b"\"body\"").is_some();
            }
            b"signature" => {
                let _ = scanner.skip_value();
                fields.bad_signature = BadSignature::recorded(&line[start..scanner.at]);
            }
            b"body" | b"body_base64" => {
                fields.has_body = true;
                let text = if scanner.peek() == Some(b'"') {
                    scanner.string().ok()
                } else {
                    None
                };
                if name == b"body" {
                    fields.body = text;
                } else {
                    fields.base64 = text;
                }
            }
            _ => {}
        }
        true
    })?;
    Some(fields)
}

/// Whether a line is a capture of some version, rather than a body.
pub fn is_capture(line: &[u8]) -> bool {
    // Nearly every other line lacks this, and searching for it is quicker than reading the line. What searches is made
    // once: that costs more than searching a line.
    static RECEIVED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"received_at\""));
    RECEIVED.find(line).is_some()
        && fields(line)
            .is_some_and(|fields| fields.version.is_some() && fields.received && fields.has_body)
}

/// The body in a line of a journal.
pub fn body(line: &[u8]) -> Result<CapturedBody<'_>, NoBody> {
    let fields = fields(line).ok_or(NoBody::NoObject)?;
    match fields.version {
        Some(b"1") => {}
        Some(_) => return Err(NoBody::Version),
        None => return Err(NoBody::NoVersion),
    }
    let (masked, bad_signature) = (fields.masked, fields.bad_signature);
    match (fields.body, fields.base64) {
        (Some(text), _) => {
            let layout = LineLayout::Text(line, text, Cell::new((0, text.start)));
            Ok(CapturedBody {
                bytes: text.bytes(line).into_owned(),
                masked,
                bad_signature,
                layout,
            })
        }
        (None, Some(text)) => {
            let bytes = STANDARD
                .decode(&line[text.start..text.end])
                .map_err(|_| NoBody::BadBase64)?;
            Ok(CapturedBody {
                bytes,
                masked,
                bad_signature,
                layout: LineLayout::Base64(text.start),
            })
        }
        (None, None) => Err(NoBody::Missing),
    }
}

impl CapturedBody<'_> {
    /// Where a range of the body's bytes is in the line.
    pub fn in_line(&self, range: Range<usize>) -> Range<usize> {
        let start = self.place(range.start);
        let end = match &self.layout {
            _ if range.is_empty() => start,
            // Three bytes share four characters, so each of the bytes covers all four.
            LineLayout::Base64(first) => first + range.end.div_ceil(3) * 4,
            LineLayout::Text(..) => self.place(range.end),
        };
        start..end.max(start)
    }

    fn place(&self, at: usize) -> usize {
        match &self.layout {
            LineLayout::Base64(start) => start + at / 3 * 4,
            LineLayout::Text(line, text, last) => {
                let (mut body, mut place) = last.get();
                if body > at {
                    (body, place) = (0, text.start);
                }
                while place < text.end {
                    let (char, length) = match piece(&line[..text.end], place) {
                        EscapedPiece::Char(char, length) => (char.len_utf8(), length),
                        EscapedPiece::Lone => ('\u{fffd}'.len_utf8(), 6),
                    };
                    // A byte inside an escape begins where the escape begins.
                    if body + char > at {
                        let inside = if line[place] == b'\\' { 0 } else { at - body };
                        last.set((body, place));
                        return place + inside;
                    }
                    body += char;
                    place += length;
                }
                last.set((body, place));
                place
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(body: &str) -> String {
        format!(r#"{{"v":1,"id":"c1","received_at":"2026-11-20T09:30:00Z","headers":[],{body}}}"#)
    }

    #[test]
    fn a_range_of_the_body_is_found_in_its_line() {
        let line = line(r#""body":"{\"id\": \"Caf\u00e9 \ud83d\ude00\",\n\"a\": 1}""#);
        assert!(is_capture(line.as_bytes()));
        let body = body(line.as_bytes()).unwrap();
        let text = std::str::from_utf8(&body.bytes).unwrap();
        assert_eq!(text, "{\"id\": \"Café 😀\",\n\"a\": 1}");
        let find = |part: &str| {
            text.find(part)
                .map(|at| body.in_line(at..at + part.len()))
                .unwrap()
        };
        for (part, raw) in [
            ("id", "id"),
            ("Café 😀", r"Caf\u00e9 \ud83d\ude00"),
            ("1", "1"),
            ("\"a\"", r#"\"a\""#),
        ] {
            assert_eq!(&line[find(part)], raw);
        }
    }

    #[test]
    fn base64_bodies_are_read_and_others_named() {
        let line_of = |body: &str| line(body);
        let base64 = line_of(r#""body_base64":"/wB7""#);
        let found = body(base64.as_bytes()).unwrap();
        assert_eq!(found.bytes, [0xff, 0, b'{']);
        assert_eq!(
            body(line_of(r#""body_base64":"?""#).as_bytes()),
            Err(NoBody::BadBase64)
        );
        assert_eq!(
            body(line_of(r#""body":7"#).as_bytes()),
            Err(NoBody::Missing)
        );
        assert_eq!(body(b"[]"), Err(NoBody::NoObject));
        assert_eq!(
            body(br#"{"v":2,"received_at":"","body":""}"#),
            Err(NoBody::Version)
        );
        assert!(!is_capture(br#"{"id":"CCO-1","status":"NEW"}"#));
    }
}
