//! `--as k6`: a load-test script for k6 0.34 and later, which renews and signs every body.
//!
//! Sending the same body a thousand times would test little, since receivers skip ids that they know. So this form needs
//! the template of a body, not only its bytes.

use super::super::paint::write_json;
use super::{LOGIN, ShownRequest, Value};
use crate::body::{FreshKind, TemplatePiece};
use crate::catalogue::manifest::Hash;
use crate::http::Header;
use crate::sanitize::visible;
use crate::time::parse_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

/// The part of the script that makes new values for an iteration.
const FRESH: &str = r"
// New values of one iteration: what was equal stays equal, in all of its requests.
class Fresh {
  constructor(count, delivery) {
    this.count = count;
    this.delivery = delivery;
    this.known = new Map();
  }
  once(old, make) {
    if (!this.known.has(old)) {
      this.known.set(old, make());
    }
    return this.known.get(old);
  }
  uuid(old) {
    return this.once(old, () => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters('89ab', 1)}${hex(3)}-${hex(12)}`);
  }
  hex(old) {
    return this.once(old, () => hex(old.length));
  }
  base58(old) {
    return this.once(old, () => old[0] + letters(BASE58, old.length - 1));
  }
  number(old) {
    return String(Number(old) + this.count).padStart(old.length, '0');
  }
  order() {
    return String(this.delivery);
  }
  time(old) {
    const [year, month, day, hour, minute, second = 0] = old.split(/\D/).map(Number);
    const moment = Date.UTC(year, month - 1, day, hour, minute, second) + this.moved * 1000;
    return new Date(moment).toISOString().slice(0, old.length);
  }
  milliseconds(old) {
    return String(Number(old) + this.moved * 1000);
  }
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function letters(from, count) {
  return Array.from({ length: count }, () => from[Math.floor(Math.random() * from.length)]).join('');
}

function hex(count) {
  return letters('0123456789abcdef', count);
}

// Numbers that count begin elsewhere in every run.
export function setup() {
  return { first: 1000 + Math.floor(Math.random() * 899000) };
}

export default function (run) {
  const iteration = exec.scenario.iterationInTest;
  const fresh = new Fresh(run.first + iteration * requests.length, iteration + 1);
  const now = Math.floor(Date.now() / 1000);
  for (const request of requests) {
    fresh.moved = now - request.sent;
    post(request, request.body(fresh));
  }
}
";

/// The part of the script for bodies that are not renewed.
const FIXED: &str = "
export default function () {
  for (const request of requests) {
    post(request, request.body());
  }
}
";

/// The part of the script that sends a request.
const POST: &str = "
function post(request, body) {
  const parameters = { headers: request.headers(body), redirects: 0 };
  const response = http.request(request.method, request.url, body, parameters);
  check(response, { [`${request.event} is accepted`]: ({ status }) => request.success.includes(status) });
}
";

/// The part of the script that reads a secret, before anything is sent.
const SECRET: &str = "
function secret(name) {
  if (!__ENV[name]) {
    throw new Error(`the environment variable ${name} must hold the secret`);
  }
  return __ENV[name];
}
";

/// Writes the script.
pub(super) fn write(requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let bodies: Vec<ScriptBody<'_>> = requests.iter().map(ScriptBody::of).collect();
    let secrets: BTreeSet<String> = requests.iter().flat_map(secrets).collect();
    let fresh = bodies
        .iter()
        .any(|body| matches!(body, ScriptBody::Pieces(_)));
    let mut text = "// k6 run --vus 10 --duration 30s script.js\n".to_owned();
    for name in &secrets {
        let holds = if name == LOGIN {
            "user:password in base64"
        } else {
            "the secret"
        };
        text += &format!("// {name} must hold {holds}.\n");
    }
    let digests = requests.iter().any(|request| digest(request).is_some());
    let bytes = bodies
        .iter()
        .any(|body| matches!(body, ScriptBody::Bytes(_)));
    for (needed, import) in [
        (true, "http from 'k6/http'"),
        (digests, "crypto from 'k6/crypto'"),
        (bytes, "encoding from 'k6/encoding'"),
        (fresh, "exec from 'k6/execution'"),
        (true, "{ check } from 'k6'"),
    ] {
        if needed {
            text += &format!("import {import};\n");
        }
    }
    if !secrets.is_empty() {
        let read = secrets
            .iter()
            .map(|name| format!("  {name}: secret('{name}'),\n"));
        text += &format!("\nconst secrets = {{\n{}}};\n", read.collect::<String>());
    }
    if requests.iter().any(|request| request.connect.insecure) {
        text += "\nexport const options = { insecureSkipTLSVerify: true };\n";
    }
    let entries = requests
        .iter()
        .zip(&bodies)
        .map(|(request, body)| entry(request, body));
    text += &format!("\nconst requests = [\n{}];\n", entries.collect::<String>());
    text += if fresh { FRESH } else { FIXED };
    // The same for all requests; k6 refuses an undefined timeout.
    let timeout = requests.iter().find_map(|request| request.connect.timeout);
    let timeout = timeout.map_or(String::new(), |time| {
        format!(", timeout: '{}ms'", time.as_millis().max(1))
    });
    text += &POST.replace("redirects: 0", &format!("redirects: 0{timeout}"));
    if !secrets.is_empty() {
        text += SECRET;
    }
    out.extend_from_slice(text.as_bytes());
}

fn entry(request: &ShownRequest<'_>, body: &ScriptBody<'_>) -> String {
    let delivery = request.delivery;
    // k6 reserves two colons for its groups.
    let event = visible(request.event).replace("::", ":");
    let mut text = format!("  {{\n    event: {},\n", literal(&event));
    text += &format!("    method: {},\n", literal(&delivery.method));
    text += &format!(
        "    url: {},\n",
        literal(&delivery.target.url_without_login())
    );
    text += &format!("    success: {:?},\n", request.success);
    if matches!(body, ScriptBody::Pieces(_)) {
        let sent = parse_time(request.started.as_bytes()).map_or(0, |(moment, _)| moment.seconds);
        text += &format!("    sent: {sent}, // {}\n", visible(request.started));
    }
    text += "    headers: (body) => ({\n";
    for (name, value) in headers(request) {
        text += &format!("      {}: {value},\n", literal(&name));
    }
    text += "    }),\n    body: ";
    text += &body.script();
    text += ",\n  },\n";
    text
}

/// A body, as the script builds it.
enum ScriptBody<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Pieces(Vec<TemplatePiece<'a>>),
}

impl<'a> ScriptBody<'a> {
    fn of(request: &ShownRequest<'a>) -> Self {
        let body = &request.delivery.body;
        let Ok(text) = std::str::from_utf8(body) else {
            return Self::Bytes(body);
        };
        let pieces = pieces(request.template.pieces(), text).unwrap_or_default();
        let renewed = pieces
            .iter()
            .any(|piece| matches!(piece, TemplatePiece::Fresh(..)));
        if renewed {
            Self::Pieces(pieces)
        } else {
            Self::Text(text)
        }
    }

    fn script(&self) -> String {
        match self {
            Self::Text(text) => format!("() => {}", literal(text)),
            Self::Bytes(bytes) => format!(
                "() => encoding.b64decode({})",
                literal(&STANDARD.encode(bytes))
            ),
            Self::Pieces(pieces) => {
                let mut script = "(fresh) => [\n".to_owned();
                for piece in pieces {
                    script += &match piece {
                        TemplatePiece::Text("") => continue,
                        TemplatePiece::Text(text) => format!("      {},\n", literal(text)),
                        TemplatePiece::Fresh(what, now) => {
                            format!("      fresh.{}({}),\n", method(*what), literal(now))
                        }
                    };
                }
                script + "    ].join('')"
            }
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

/// The script's method that renews such a value.
fn method(what: FreshKind) -> &'static str {
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

/// Names of headers and the expressions of their values. A script cannot repeat a header, so repeated ones are joined,
/// which means the same. `Content-Length` is left to k6.
fn headers(request: &ShownRequest<'_>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for header in request
        .delivery
        .headers
        .iter()
        .filter(|header| !header.is("Content-Length"))
    {
        let value = value(request, header);
        match headers.iter_mut().find(|(name, _)| header.is(name)) {
            Some((_, values)) => *values += &format!(" + ', ' + {value}"),
            None => headers.push((header.name.clone(), value)),
        }
    }
    headers
}

fn value(request: &ShownRequest<'_>, header: &Header) -> String {
    if let Some((hash, signed)) = digest(request)
        && header.is(signed)
    {
        return format!(
            "crypto.hmac('{}', secrets.{}, body, 'hex')",
            algorithm(hash),
            request.variable()
        );
    }
    match request.value(header) {
        Value::Plain(value) => literal(value),
        Value::Secret(before, name, "") => format!("{} + secrets.{name}", literal(before)),
        Value::Secret(before, name, after) => {
            format!("{} + secrets.{name} + {}", literal(before), literal(after))
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

/// The variables that a request's headers need.
fn secrets(request: &ShownRequest<'_>) -> Vec<String> {
    request
        .variables()
        .chain(digest(request).map(|_| request.variable()))
        .collect()
}

/// k6's name of a hash function.
fn algorithm(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "sha1",
        Hash::Sha256 => "sha256",
        Hash::Sha512 => "sha512",
    }
}

/// A JavaScript string literal: JSON without control characters and line separators.
fn literal(text: &str) -> String {
    let mut out = Vec::new();
    write_json(&text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
