//! Requests in an HTTP archive (HAR 1.2), as browsers and proxies record them. Much is optional, and the program that
//! recorded it may have left bodies out.

use super::journal::{Captured, CapturedHeader};
use crate::http::target::path_and_query;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

#[derive(Deserialize)]
struct ReadArchive {
    log: ReadLog,
}

#[derive(Deserialize)]
struct ReadLog {
    #[serde(default)]
    entries: Vec<ReadEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadEntry {
    started_date_time: Option<String>,
    request: ReadRequest,
    response: Option<ReadResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<ReadPair>,
    post_data: Option<ReadPostData>,
}

#[derive(Deserialize)]
struct ReadPair {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct ReadPostData {
    text: Option<String>,
    encoding: Option<String>,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct ReadResponse {
    status: Option<i64>,
}

/// A body is marked as base64 but is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadBase64;

/// The requests of an archive, `None` for each without a body; or `None` where the text is not an archive.
pub fn requests(
    text: &[u8],
) -> Option<impl Iterator<Item = Option<Result<Captured, BadBase64>>> + use<>> {
    // The format allows a byte-order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let archive: ReadArchive = serde_json::from_slice(text).ok()?;
    Some(archive.log.entries.into_iter().map(|mut entry| {
        let ReadPostData {
            text,
            encoding,
            comment,
        } = entry.request.post_data.take()?;
        Some(body(text?, encoding.as_deref(), comment.as_deref()).map(|body| captured(entry, body)))
    }))
}

fn body(text: String, encoding: Option<&str>, comment: Option<&str>) -> Result<Vec<u8>, BadBase64> {
    // The format does not define how to mark binary bodies; these two ways are in use.
    let encoded = encoding == Some("base64")
        || comment.is_some_and(|comment| comment.contains("the text is the body in base64"));
    if encoded {
        STANDARD.decode(text).map_err(|_| BadBase64)
    } else {
        Ok(text.into_bytes())
    }
}

fn captured(entry: ReadEntry, body: Vec<u8>) -> Captured {
    let header = |ReadPair { name, value }: ReadPair| CapturedHeader {
        value: (!value.contains(crate::secret::STARS)).then_some(value),
        name,
    };
    Captured {
        id: None,
        received_at: entry.started_date_time,
        method: Some(entry.request.method),
        target: path_and_query(&entry.request.url),
        // Names with a colon are pseudo-headers of HTTP/2, which are not sent as headers.
        headers: entry
            .request
            .headers
            .into_iter()
            .filter(|pair| !pair.name.starts_with(':'))
            .map(header)
            .collect(),
        body,
        event: None,
        status: entry
            .response
            .and_then(|response| response.status)
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| *status > 0),
        ..Captured::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_with_bodies_are_taken_out_of_an_archive() {
        let archive = br#"{"log":{"version":"1.2","entries":[
            {"startedDateTime":"2026-11-21T09:30:00.000Z","request":{"method":"POST","url":"https://shop.test:1/hooks?a=b#c",
             "headers":[{"name":":method","value":"POST"},{"name":"Sign","value":"ab"}],
             "postData":{"mimeType":"application/json","text":"{}"}},"response":{"status":500}},
            {"request":{"method":"GET","url":"https://shop.test/"},"response":{"status":200}},
            {"request":{"method":"POST","url":"http://x","postData":{"text":"/w==","encoding":"base64"}},
             "response":{"status":0}},
            {"request":{"method":"POST","url":"http://x","postData":{"text":"?","encoding":"base64"}}}]}}"#;
        let mut found: Vec<_> = requests(archive).unwrap().collect();
        assert_eq!(
            (found.len(), found.pop(), found.remove(1)),
            (4, Some(Some(Err(BadBase64))), None)
        );
        let found: Vec<Captured> = found
            .into_iter()
            .map(|found| found.unwrap().unwrap())
            .collect();
        assert_eq!(found[0].target.as_deref(), Some("/hooks?a=b"));
        assert_eq!(
            (&*found[0].body, found[0].status, found[0].headers.len()),
            (&b"{}"[..], Some(500), 1)
        );
        assert_eq!(
            (&*found[1].body, found[1].status, found[1].target.as_deref()),
            (&b"\xff"[..], None, None)
        );
        assert!(requests(b"{\"log\":7}").is_none());
        assert!(requests(b"[]").is_none());
    }
}
