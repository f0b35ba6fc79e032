//! What the scripts for load tests have in common: bodies with places to renew, headers with secrets and digests, and how
//! a template is filled.
//!
//! Sending the same body a thousand times would test little, since receivers skip ids that they know. So scripts need
//! the template of a body, not only its bytes.

use super::super::paint::write_json;
use super::{LOGIN, ShownRequest, Value};
use crate::body::{FreshKind, TemplatePiece};
use crate::catalogue::manifest::Hash;
use crate::http::Header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::time::Duration;

/// How a script sends its requests, as far as the user specified it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScriptRun {
    /// How many and how fast; `None` leaves it to the command line of the tool.
    pub load: Option<ScriptLoad>,
    /// The pause between two requests.
    pub gap: Duration,
    /// Whether the next request follows a rejected one.
    pub keep_going: bool,
}

/// How often a script sends all of its requests, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct ScriptLoad {
    /// How often.
    pub count: Option<u64>,
    /// How long.
    pub duration: Option<Duration>,
    /// How often per second; without it, as fast as they are answered.
    pub rate: Option<f64>,
    /// How many at the same time.
    pub connections: usize,
}

/// A body, as a script makes it.
pub(super) enum ScriptBody<'a> {
    Text(&'a str),
    /// In base64.
    Bytes(String),
    Pieces(Vec<TemplatePiece<'a>>),
}

impl<'a> ScriptBody<'a> {
    pub(super) fn of(request: &ShownRequest<'a>) -> Self {
        let body = &request.delivery.body;
        let Ok(text) = std::str::from_utf8(body) else {
            return Self::Bytes(STANDARD.encode(body));
        };
        let mut pieces = pieces(request.template.pieces(), text).unwrap_or_default();
        pieces.retain(|piece| *piece != TemplatePiece::Text(""));
        let is_fresh = |piece: &TemplatePiece<'_>| matches!(piece, TemplatePiece::Fresh(..));
        if pieces.iter().any(is_fresh) {
            Self::Pieces(pieces)
        } else {
            Self::Text(text)
        }
    }
}

/// The values of a body at the places of its template; `None` for a body that was edited since.
///
/// Not the template's values: deliveries of a burst share a template but must stay different. The values are those of the
/// delivery's time, so times need no further shift.
fn pieces<'b>(
    template: impl Iterator<Item = TemplatePiece<'b>>,
    body: &'b str,
) -> Option<Vec<TemplatePiece<'b>>> {
    let mut rest = body;
    let mut found = Vec::new();
    for piece in template {
        let length = match piece {
            TemplatePiece::Text(text) => rest.starts_with(text).then_some(text.len())?,
            // Numbers may have more digits than in the template.
            TemplatePiece::Fresh(
                FreshKind::Count | FreshKind::Number | FreshKind::Milliseconds,
                _,
            ) => rest.bytes().take_while(u8::is_ascii_digit).count(),
            TemplatePiece::Fresh(_, old) => old.len(),
        };
        let (here, behind) = rest.split_at_checked(length)?;
        found.push(match piece {
            TemplatePiece::Text(_) => TemplatePiece::Text(here),
            TemplatePiece::Fresh(what, _) => TemplatePiece::Fresh(what, here),
        });
        rest = behind;
    }
    rest.is_empty().then_some(found)
}

/// How many numbers an iteration has that count up: as many as differ, but at least one.
pub(super) fn numbers(requests: &[ShownRequest<'_>]) -> usize {
    let mut numbers = BTreeSet::new();
    for request in requests {
        if let ScriptBody::Pieces(pieces) = ScriptBody::of(request) {
            numbers.extend(pieces.into_iter().filter_map(|piece| match piece {
                TemplatePiece::Fresh(FreshKind::Count, old) => Some(old),
                _ => None,
            }));
        }
    }
    numbers.len().max(1)
}

/// The script's method that renews such a value.
pub(super) fn method(what: FreshKind) -> &'static str {
    match what {
        FreshKind::Uuid => "uuid",
        FreshKind::Hex => "hex",
        FreshKind::Base58 => "base58",
        FreshKind::Count => "number",
        FreshKind::Number => "order",
        FreshKind::Time => "time",
        FreshKind::Milliseconds => "milliseconds",
    }
}

/// How a language spells what is computed.
pub(super) struct Dialect {
    /// The secret that a variable holds.
    pub(super) secret: fn(&str) -> String,
    /// The digest of the body, by the name of the hash function and that of the variable.
    pub(super) digest: fn(&str, &str) -> String,
}

/// Names of headers and the expressions of their values. A script cannot repeat a header, so repeated ones are joined,
/// which means the same. `Content-Length` is left to the tool.
pub(super) fn headers(request: &ShownRequest<'_>, dialect: &Dialect) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let all = request.delivery.headers.iter();
    for header in all.filter(|header| !header.is("Content-Length")) {
        let value = value(request, header, dialect);
        match headers.iter_mut().find(|(name, _)| header.is(name)) {
            Some((_, values)) => *values += &format!(" + {} + {value}", literal(", ")),
            None => headers.push((header.name.clone(), value)),
        }
    }
    headers
}

fn value(request: &ShownRequest<'_>, header: &Header, dialect: &Dialect) -> String {
    if let Some((hash, signed)) = digest(request)
        && header.is(signed)
    {
        return (dialect.digest)(algorithm(hash), &request.variable());
    }
    let text = |text: &str| Some(literal(text)).filter(|_| !text.is_empty());
    match request.value(header) {
        Value::Plain(value) => literal(value),
        Value::Secret(before, name, after) => {
            let parts = [text(before), Some((dialect.secret)(&name)), text(after)];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" + ")
        }
    }
}

/// The hash function and the header of a digest, if the request is signed with one.
fn digest<'r>(request: &ShownRequest<'r>) -> Option<(Hash, &'r str)> {
    let signing = request.signing?;
    let hash = signing.hash()?;
    request
        .has(signing.header())
        .then(|| (hash, signing.header()))
}

/// The variables that the headers of all requests need.
pub(super) fn secrets(requests: &[ShownRequest<'_>]) -> BTreeSet<String> {
    let of = |request: &ShownRequest<'_>| -> Vec<String> {
        let signs = digest(request).map(|_| request.variable());
        request.variables().chain(signs).collect()
    };
    requests.iter().flat_map(of).collect()
}

/// What a variable must hold.
pub(super) fn holds(variable: &str) -> &'static str {
    if variable == LOGIN {
        "user:password in base64"
    } else {
        "the secret"
    }
}

/// The name of a hash function, in k6 and in Python.
fn algorithm(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "sha1",
        Hash::Sha256 => "sha256",
        Hash::Sha512 => "sha512",
    }
}

/// A string literal of JavaScript and of Python, without control characters and line separators. Their escapes are those of
/// JSON; single quotes keep JSON in it readable.
pub(super) fn literal(text: &str) -> String {
    let mut json = Vec::new();
    write_json(&text, &mut json);
    let json = String::from_utf8_lossy(&json).into_owned();
    if !text.contains('"') {
        return json;
    }
    let mut out = "'".to_owned();
    let mut inner = json[1..json.len() - 1].chars();
    while let Some(char) = inner.next() {
        match char {
            '\'' => out.push_str("\\'"),
            '\\' => match inner.next() {
                Some('"') => out.push('"'),
                escaped => out.extend(std::iter::once('\\').chain(escaped)),
            },
            _ => out.push(char),
        }
    }
    out + "'"
}

/// A rate as a whole number in a unit of time, which is how k6 and vegeta take it.
pub(super) fn rate_of(rate: f64) -> (u64, String) {
    for (seconds, unit) in [(1.0, "1s"), (60.0, "1m"), (3_600.0, "1h")] {
        let number = rate * seconds;
        if number >= 1.0 && (number - number.round()).abs() < 1e-9 * number {
            return (number.round() as u64, unit.to_owned());
        }
    }
    (1, format!("{}s", 1.0 / rate))
}

/// A template with these texts in the place of their marks, which it holds in this order.
pub(super) fn filled(template: &str, parts: &[(&str, String)]) -> String {
    let (mut out, mut rest) = (String::new(), template);
    for (mark, text) in parts {
        // Without its mark the script would end here, which the tests that run it would notice.
        let (before, behind) = rest.split_once(mark).unwrap_or((rest, ""));
        out += before;
        out += text;
        rest = behind;
    }
    out + rest
}
