//! The answers to the page, each with headers that keep it to itself.

use super::access::PageRefusal;
use super::assets::Asset;
use crate::error::Error;
use crate::http::{HeaderLines, Reply};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use std::sync::LazyLock;

/// Own files alone, and no text that becomes markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// No header of CORS: no other site may read anything.
static HEADERS: LazyLock<HeaderLines> = LazyLock::new(|| {
    let mut lines = HeaderLines::default();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        lines.push(name, value.as_bytes());
    }
    lines
});

/// An answer of that type.
pub(super) fn reply(status: u16, content_type: &str, body: impl Into<Bytes>) -> Reply {
    let mut headers = HEADERS.clone();
    headers.push("content-type", content_type.as_bytes());
    Reply {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        headers,
        body: body.into(),
    }
}

pub(super) fn file(asset: &Asset) -> Reply {
    reply(200, asset.content_type, asset.bytes.clone())
}

pub(super) fn json(value: &impl Serialize) -> Reply {
    // Keys are strings, so this cannot fail.
    json_text(serde_json::to_vec(value).unwrap_or_default())
}

pub(super) fn json_text(json: Vec<u8>) -> Reply {
    reply(200, "application/json", json)
}

pub(super) fn text(text: impl Into<Bytes>) -> Reply {
    reply(200, "text/plain; charset=utf-8", text)
}

pub(super) fn refusal(refusal: &PageRefusal) -> Reply {
    let PageRefusal { status, what, hint } = refusal;
    let body = json!({ "error": what, "hint": hint }).to_string();
    reply(*status, "application/json", body)
}

impl From<Error> for PageRefusal {
    fn from(error: Error) -> Self {
        let hint = error.hint().unwrap_or_default();
        Self::new(400, &error.to_string(), &hint)
    }
}
