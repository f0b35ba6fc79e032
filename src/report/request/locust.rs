//! `--as locust`: a file for Locust 2.47, which renews and signs every body; `locust.py` is its template.

use super::ShownRequest;
use super::script::{
    Dialect, ScriptBody, filled, headers, holds, literal, method, numbers, secrets,
};
use crate::body::TemplatePiece;
use crate::sanitize::visible;
use crate::time::parse_time;
use std::time::Duration;

const TEMPLATE: &str = include_str!("locust.py");

const DIALECT: Dialect = Dialect {
    secret: |name| format!("SECRETS[\"{name}\"]"),
    digest: |hash, name| format!("digest(\"{hash}\", SECRETS[\"{name}\"], body)"),
};

/// Locust's own default.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Writes the file.
pub(super) fn write(requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let secrets = secrets(requests);
    let mut needs: String = secrets
        .iter()
        .map(|name| format!("{name} must hold {}.\n", holds(name)))
        .collect();
    if !needs.is_empty() {
        needs += "\n";
    }
    let read = secrets
        .iter()
        .map(|name| format!("    \"{name}\": secret(\"{name}\"),\n"));
    let run = requests
        .first()
        .map_or_else(Default::default, |first| first.run);
    let connect = requests
        .first()
        .map_or_else(Default::default, |first| first.connect);
    let options = match run.load {
        Some(_) => "",
        None => " --users 10 --run-time 30s",
    };
    let load = run.load;
    let number = |number: Option<f64>| optional(number.map(|number| number.to_string()));
    let entries: String = requests.iter().map(entry).collect();
    let timeout = connect.timeout.unwrap_or(TIMEOUT);
    let text = filled(
        TEMPLATE,
        &[
            ("__OPTIONS__", options.to_owned()),
            ("__OPTIONS__", options.to_owned()),
            ("__NEEDS__", needs),
            (
                "__USERS__",
                optional(load.map(|load| load.connections.to_string())),
            ),
            ("__RATE__", number(load.and_then(|load| load.rate))),
            (
                "__DURATION__",
                number(load.and_then(|load| Some(load.duration?.as_secs_f64()))),
            ),
            (
                "__COUNT__",
                optional(load.and_then(|load| Some(load.count?.to_string()))),
            ),
            ("__PAUSE__", run.gap.as_secs_f64().to_string()),
            ("__KEEP_GOING__", boolean(run.keep_going)),
            ("__TIMEOUT__", timeout.as_secs_f64().to_string()),
            (
                "__CERTIFICATES__",
                optional(connect.authorities.map(literal)),
            ),
            ("__INSECURE__", boolean(connect.insecure)),
            ("__SECRETS__", table('{', &read.collect::<String>(), '}')),
            ("__REQUESTS__", table('[', &entries, ']')),
            ("__NUMBERS__", numbers(requests).to_string()),
        ],
    );
    out.extend_from_slice(text.as_bytes());
}

fn optional(value: Option<String>) -> String {
    value.unwrap_or_else(|| "None".to_owned())
}

fn boolean(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

/// Lines between brackets.
fn table(open: char, lines: &str, close: char) -> String {
    let line_end = if lines.is_empty() { "" } else { "\n" };
    format!("{open}{line_end}{lines}{close}")
}

fn entry(request: &ShownRequest<'_>) -> String {
    let delivery = request.delivery;
    let sent = parse_time(request.started.as_bytes()).map_or(0, |(moment, _)| moment.seconds);
    let headers = headers(request, &DIALECT).into_iter();
    let headers =
        headers.map(|(name, value)| format!("            {}: {value},\n", literal(&name)));
    format!(
        "    {{\n        \"event\": {},\n        \"method\": {},\n        \"url\": {},\n        \"success\": {:?},\n        \
         \"sent\": {sent},  # {}\n        \"headers\": lambda body: {{\n{}        }},\n        \
         \"body\": lambda fresh: {},\n    }},\n",
        literal(&visible(request.event)),
        literal(&delivery.method),
        literal(&delivery.target.url_without_login()),
        request.success,
        visible(request.started),
        headers.collect::<String>(),
        body(&ScriptBody::of(request)),
    )
}

fn body(body: &ScriptBody<'_>) -> String {
    match body {
        ScriptBody::Text(text) => format!("{}.encode()", literal(text)),
        ScriptBody::Bytes(base64) => format!("base64.b64decode({})", literal(base64)),
        ScriptBody::Pieces(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                TemplatePiece::Text(text) => format!("            {},\n", literal(text)),
                TemplatePiece::Fresh(what, now) => {
                    format!("            fresh.{}({}),\n", method(*what), literal(now))
                }
            });
            format!(
                "\"\".join([\n{}        ]).encode()",
                pieces.collect::<String>()
            )
        }
    }
}
