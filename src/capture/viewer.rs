//! A delivery as webhook viewers copy it and programs log it: one JSON object with its headers and its body.

use super::journal::{Captured, CapturedHeader};
use super::reader::CaptureKind;
use crate::http::target::path_and_query;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct ViewedRequest<'t> {
    method: Option<String>,
    #[serde(alias = "path")]
    url: Option<String>,
    headers: ViewedHeaders,
    #[serde(borrow)]
    body: &'t RawValue,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ViewedHeaders {
    Named(Map<String, Value>),
    Pairs(Vec<[String; 2]>),
    Listed(Vec<ViewedHeader>),
}

#[derive(Deserialize)]
struct ViewedHeader {
    name: String,
    value: String,
}

/// The delivery in such a text, and how its body is there; `None` where it is anything else.
pub(super) fn request(text: &[u8]) -> Option<(CaptureKind, Captured)> {
    let viewed: ViewedRequest<'_> = serde_json::from_slice(text).ok()?;
    let headers: Vec<(String, String)> = match viewed.headers {
        ViewedHeaders::Named(named) => named
            .into_iter()
            .flat_map(|(name, value)| values(value).map(move |value| (name.clone(), value)))
            .collect(),
        ViewedHeaders::Pairs(pairs) => pairs.into_iter().map(<(String, String)>::from).collect(),
        ViewedHeaders::Listed(listed) => listed
            .into_iter()
            .map(|header| (header.name, header.value))
            .collect(),
    };
    let body = viewed.body.get();
    // A program that parsed the body shows it as an object.
    let (kind, body) = match serde_json::from_str(body) {
        Ok(text) => (CaptureKind::Request, text),
        Err(_) => (CaptureKind::Parsed, body.to_owned()),
    };
    let captured = Captured {
        method: viewed.method,
        target: viewed.url.and_then(|url| match url.contains("://") {
            true => path_and_query(&url),
            false => Some(url),
        }),
        headers: headers
            .into_iter()
            .map(|(name, value)| CapturedHeader {
                name,
                value: (!value.contains(crate::secret::STARS)).then_some(value),
            })
            .collect(),
        body: body.into_bytes(),
        ..Captured::default()
    };
    Some((kind, captured))
}

/// The values of a header: one, or several in a list.
fn values(value: Value) -> impl Iterator<Item = String> {
    let values = match value {
        Value::Array(values) => values,
        value => vec![value],
    };
    values.into_iter().filter_map(|value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}
