//! `--as k6`: a load-test script for k6 0.34 and later, which renews and signs every body; `k6.js` is its template.

use super::ShownRequest;
use super::script::{
    Dialect, ScriptBody, ScriptLoad, filled, headers, holds, literal, method, numbers, rate_of,
    secrets,
};
use crate::body::TemplatePiece;
use crate::sanitize::visible;
use crate::time::parse_time;
use std::time::Duration;

const TEMPLATE: &str = include_str!("k6.js");

const DIALECT: Dialect = Dialect {
    secret: |name| format!("secrets.{name}"),
    digest: |hash, name| format!("crypto.hmac('{hash}', secrets.{name}, body, 'hex')"),
};

/// k6's own default.
const TIMEOUT: Duration = Duration::from_secs(60);

/// k6 ends `shared-iterations` after ten minutes unless told otherwise.
const LONGEST: &str = "'24h'";

/// Writes the script.
pub(super) fn write(requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let secrets = secrets(requests);
    let needs = secrets
        .iter()
        .map(|name| format!("// {name} must hold {}.\n", holds(name)));
    let read = secrets
        .iter()
        .map(|name| format!("  {name}: secret('{name}'),\n"));
    let read: String = read.collect();
    let read = if read.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{read}}}")
    };
    let run = requests
        .first()
        .map_or_else(Default::default, |first| first.run);
    let command = match run.load {
        Some(_) => "k6 run FILE",
        None => "k6 run --vus 10 --duration 30s FILE",
    };
    // The same for all requests.
    let timeout = requests.iter().find_map(|request| request.connect.timeout);
    let timeout = timeout.unwrap_or(TIMEOUT).as_millis().max(1);
    let insecure = requests.iter().any(|request| request.connect.insecure);
    let entries: String = requests.iter().map(entry).collect();
    let text = filled(
        TEMPLATE,
        &[
            ("__COMMAND__", command.to_owned()),
            ("__NEEDS__", needs.collect()),
            ("__SECRETS__", read),
            ("__OPTIONS__", options(run.load, insecure)),
            ("__PAUSE__", run.gap.as_secs_f64().to_string()),
            ("__KEEP_GOING__", run.keep_going.to_string()),
            ("__REQUESTS__", format!("[\n{entries}]")),
            ("__NUMBERS__", numbers(requests).to_string()),
            ("__TIMEOUT__", format!("'{timeout}ms'")),
        ],
    );
    out.extend_from_slice(text.as_bytes());
}

/// The options of the script. k6 fails only where a threshold says so.
fn options(load: Option<ScriptLoad>, insecure: bool) -> String {
    let mut text = "{\n".to_owned();
    if insecure {
        text += "  insecureSkipTLSVerify: true,\n";
    }
    text += "  thresholds: { checks: ['rate==1'] },\n";
    if let Some(load) = load {
        text += &format!(
            "  scenarios: {{\n    load: {{\n{}    }},\n  }},\n",
            executor(load)
        );
    }
    text + "}"
}

/// The executor that has this shape.
fn executor(load: ScriptLoad) -> String {
    let connections = load.connections;
    let seconds = |time: Duration| format!("'{}s'", time.as_secs_f64());
    let lines = match (load.rate, load.count) {
        (Some(rate), count) => {
            let (number, unit) = rate_of(rate);
            // Half an interval before the one that would be too many.
            let counted = count.map(|count| (count as f64 - 0.5).max(0.5) / rate);
            let counted = counted.and_then(|time| Duration::try_from_secs_f64(time).ok());
            let duration = counted.into_iter().chain(load.duration).min();
            vec![
                "executor: 'constant-arrival-rate'".to_owned(),
                format!("rate: {number}"),
                format!("timeUnit: '{unit}'"),
                format!("duration: {}", duration.map_or(LONGEST.to_owned(), seconds)),
                format!("preAllocatedVUs: {connections}"),
            ]
        }
        (None, Some(count)) => vec![
            "executor: 'shared-iterations'".to_owned(),
            format!("iterations: {count}"),
            format!("vus: {}", count.min(connections as u64)),
            format!(
                "maxDuration: {}",
                load.duration.map_or(LONGEST.to_owned(), seconds)
            ),
        ],
        (None, None) => vec![
            "executor: 'constant-vus'".to_owned(),
            format!("vus: {connections}"),
            format!(
                "duration: {}",
                load.duration.map_or(LONGEST.to_owned(), seconds)
            ),
        ],
    };
    let lines = lines.iter().map(|line| format!("      {line},\n"));
    lines.collect()
}

fn entry(request: &ShownRequest<'_>) -> String {
    let delivery = request.delivery;
    // k6 reserves two colons for its groups.
    let event = visible(request.event).replace("::", ":");
    let sent = parse_time(request.started.as_bytes()).map_or(0, |(moment, _)| moment.seconds);
    let headers = headers(request, &DIALECT).into_iter();
    let headers = headers.map(|(name, value)| format!("      {}: {value},\n", literal(&name)));
    format!(
        "  {{\n    event: {},\n    method: {},\n    url: {},\n    success: {:?},\n    sent: {sent}, // {}\n    \
         headers: (body) => ({{\n{}    }}),\n    body: {},\n  }},\n",
        literal(&event),
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
        ScriptBody::Text(text) => format!("() => {}", literal(text)),
        ScriptBody::Bytes(base64) => format!("() => encoding.b64decode({})", literal(base64)),
        ScriptBody::Pieces(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                TemplatePiece::Text(text) => format!("      {},\n", literal(text)),
                TemplatePiece::Fresh(what, now) => {
                    format!("      fresh.{}({}),\n", method(*what), literal(now))
                }
            });
            format!("(fresh) => [\n{}    ].join('')", pieces.collect::<String>())
        }
    }
}
