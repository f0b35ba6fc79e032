//! Deliveries to be saved: as a journal, which every command reads, and as an HTTP archive (HAR 1.2), which browsers read.
//! Without secrets, as the page shows them.

use super::super::state::Inspector;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Which deliveries are saved; all without numbers.
#[derive(Deserialize)]
pub(super) struct SavedDeliveries {
    seqs: Option<Vec<u64>>,
}

/// A line for each delivery.
pub(super) fn journal(inspector: &Inspector, chosen: &SavedDeliveries) -> Vec<u8> {
    let lines = wholes(inspector, chosen).map(|whole| format!("{}\n", journal_line(&whole)));
    lines.collect::<String>().into_bytes()
}

/// What a journal has of a delivery.
fn journal_line(whole: &Value) -> Value {
    let mut line = Map::new();
    line.insert("v".to_owned(), 1.into());
    for name in ["id", "received_at", "method", "target", "headers"] {
        line.insert(name.to_owned(), whole[name].clone());
    }
    let body = if whole["body"].is_null() {
        "body_base64"
    } else {
        "body"
    };
    line.insert(body.to_owned(), whole[body].clone());
    for name in ["compressed", "masked"] {
        let value = &whole[name];
        if !value.is_null() && *value != false {
            line.insert(name.to_owned(), value.clone());
        }
    }
    for name in ["remote", "event"] {
        line.insert(name.to_owned(), whole[name].clone());
    }
    let (signature, answer) = (&whole["signature"], &whole["answer"]);
    line.insert(
        "signature".to_owned(),
        json!({
            "verdict": signature["verdict"],
            "scheme": signature["scheme"],
            "reason": signature["reason"],
        }),
    );
    line.insert("errors".to_owned(), whole["errors"].clone());
    line.insert(
        "answer".to_owned(),
        json!({ "status": answer["status"], "reason": answer["reason"] }),
    );
    Value::Object(line)
}

/// One archive of all.
pub(super) fn har(inspector: &Inspector, chosen: &SavedDeliveries) -> Value {
    let sources = &inspector.settings.sources;
    let source = sources.iter().find(|source| source.contains("://"));
    let base = source.map_or("http://localhost", String::as_str);
    let entries = wholes(inspector, chosen).map(|whole| entry(&whole, base));
    json!({
        "log": {
            "version": "1.2",
            "creator": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
            },
            "entries": entries.collect::<Vec<_>>(),
        }
    })
}

fn entry(whole: &Value, base: &str) -> Value {
    let answered = &whole["answered"];
    let target = whole["target"].as_str().unwrap_or("/");
    let time = whole["answer"]["latency_ms"].as_f64().unwrap_or_default();
    let (text, encoding) = text_of(whole);
    let mut post = json!({
        "mimeType": header(&whole["headers"], "Content-Type"),
        "params": [],
        "text": text,
    });
    let (answer, answer_encoding) = text_of(answered);
    let mut content = json!({
        "size": answer.len(),
        "mimeType": header(&answered["headers"], "Content-Type"),
        "text": answer,
    });
    for (object, encoding) in [(&mut post, encoding), (&mut content, answer_encoding)] {
        if let Some(encoding) = encoding {
            object["encoding"] = encoding.into();
        }
    }
    json!({
        "startedDateTime": whole["received_at"],
        "time": time,
        "request": {
            "method": whole["method"],
            "url": format!("{base}{target}"),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": pairs(&whole["headers"]),
            "queryString": [],
            "postData": post,
            "headersSize": -1,
            "bodySize": whole["bytes"],
        },
        "response": {
            "status": answered["status"].as_u64().unwrap_or_default(),
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": pairs(&answered["headers"]),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": time, "receive": 0 },
        "comment": whole["event"],
    })
}

/// A body as an archive has it, and how it is encoded.
fn text_of(message: &Value) -> (&str, Option<&'static str>) {
    match (message["body"].as_str(), message["body_base64"].as_str()) {
        (None, Some(text)) => (text, Some("base64")),
        (text, _) => (text.unwrap_or_default(), None),
    }
}

fn pairs(headers: &Value) -> Value {
    let headers = headers.as_array().into_iter().flatten();
    headers
        .map(|header| json!({ "name": header[0], "value": header[1] }))
        .collect()
}

/// The value of a header.
fn header<'h>(headers: &'h Value, name: &str) -> &'h str {
    let mut all = headers.as_array().into_iter().flatten();
    let is_it = |header: &&Value| {
        let known = header[0].as_str();
        known.is_some_and(|known| known.eq_ignore_ascii_case(name))
    };
    all.find(is_it)
        .and_then(|header| header[1].as_str())
        .unwrap_or_default()
}

/// All of each chosen delivery that is still kept.
fn wholes<'i>(
    inspector: &'i Inspector,
    chosen: &SavedDeliveries,
) -> impl Iterator<Item = Value> + use<'i> {
    let kept = match &chosen.seqs {
        None => inspector.all(),
        Some(seqs) => seqs
            .iter()
            .filter_map(|seq| inspector.find(*seq).ok())
            .collect(),
    };
    kept.into_iter().map(|one| inspector.whole(&one))
}
