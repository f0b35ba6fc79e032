//! `--as har`: an HTTP archive, HAR 1.2, with an empty response for each request.

use super::super::paint::write_json;
use super::ShownRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
struct HarArchive<'a> {
    log: HarLog<'a>,
}

#[derive(Serialize)]
struct HarLog<'a> {
    version: &'static str,
    creator: Creator,
    entries: Vec<HarEntry<'a>>,
}

#[derive(Serialize)]
struct Creator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarEntry<'a> {
    started_date_time: &'a str,
    time: u8,
    request: HarRequest<'a>,
    response: HarResponse,
    cache: Empty,
    timings: Timings,
    comment: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest<'a> {
    method: &'a str,
    url: String,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<HarPair<'a>>,
    query_string: Vec<HarPair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<HarPostData<'a>>,
    headers_size: i64,
    body_size: usize,
}

#[derive(Serialize)]
struct HarPair<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarPostData<'a> {
    mime_type: Cow<'a, str>,
    params: [Empty; 0],
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'static str>,
}

/// The response that every entry must have, left empty.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: [Empty; 0],
    content: HarContent,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i64,
    body_size: i64,
    comment: &'static str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct HarContent {
    size: u64,
    mime_type: &'static str,
}

#[derive(Default, Serialize)]
struct Timings {
    send: u8,
    wait: u8,
    receive: u8,
}

#[derive(Serialize)]
struct Empty {}

/// The value for sizes that are not known.
const UNKNOWN: i64 = -1;

/// Writes the archive.
pub(super) fn write(requests: &[ShownRequest<'_>], out: &mut Vec<u8>) {
    let creator = Creator {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
    let entries = requests.iter().map(entry).collect();
    write_json(
        &HarArchive {
            log: HarLog {
                version: "1.2",
                creator,
                entries,
            },
        },
        out,
    );
    out.push(b'\n');
}

fn entry<'a>(request: &'a ShownRequest<'_>) -> HarEntry<'a> {
    let delivery = request.delivery;
    let headers = request
        .all_headers()
        .into_iter()
        .map(|(name, value)| HarPair {
            name: Cow::Borrowed(name),
            value,
        });
    // As written, like Chrome does.
    let query = delivery
        .target
        .path()
        .split_once('?')
        .map_or("", |(_, query)| query);
    let query = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            HarPair {
                name: Cow::Borrowed(name),
                value: Cow::Borrowed(value),
            }
        });
    HarEntry {
        started_date_time: request.started,
        time: 0,
        request: HarRequest {
            method: &delivery.method,
            url: delivery.target.url_without_login(),
            http_version: "HTTP/1.1",
            cookies: [],
            headers: headers.collect(),
            query_string: query.collect(),
            post_data: (!delivery.body.is_empty()).then(|| post_data(request)),
            headers_size: UNKNOWN,
            body_size: delivery.body.len(),
        },
        response: HarResponse {
            http_version: "HTTP/1.1",
            headers_size: UNKNOWN,
            body_size: UNKNOWN,
            comment: "not sent",
            ..HarResponse::default()
        },
        cache: Empty {},
        timings: Timings::default(),
        comment: request.event,
    }
}

fn post_data<'a>(request: &'a ShownRequest<'_>) -> HarPostData<'a> {
    let delivery = request.delivery;
    let (text, comment) = match std::str::from_utf8(&delivery.body) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(_) => (
            Cow::Owned(STANDARD.encode(&delivery.body)),
            Some("not UTF-8: the text is the body in base64"),
        ),
    };
    let kind = delivery
        .headers
        .iter()
        .find(|header| header.is("Content-Type"));
    let mime_type = kind.map_or(Cow::Borrowed(""), |header| request.shown(header));
    HarPostData {
        mime_type,
        params: [],
        text,
        comment,
    }
}
