//! `--as vegeta`: targets in vegeta's JSON form, one per line. Its other form needs a file per body.

use super::super::paint::write_json;
use super::ShownRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value};

/// A target; see `vegeta attack -format=json`.
#[derive(Serialize)]
struct VegetaTarget<'a> {
    method: &'a str,
    url: String,
    header: Map<String, Value>,
    body: String,
}

/// Writes the target.
pub(super) fn write(request: &ShownRequest<'_>, out: &mut Vec<u8>) {
    let mut header = Map::new();
    for given in &request.delivery.headers {
        let value = Value::from(request.shown(given));
        match header.get_mut(&given.name) {
            Some(Value::Array(values)) => values.push(value),
            _ => _ = header.insert(given.name.clone(), Value::Array(vec![value])),
        }
    }
    let target = VegetaTarget {
        method: &request.delivery.method,
        url: request.delivery.target.url_without_login(),
        header,
        body: STANDARD.encode(&request.delivery.body),
    };
    write_json(&target, out);
    out.push(b'\n');
}
