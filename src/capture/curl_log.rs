//! The output of `curl -v`, and requests that a mail or a chat quotes: each line that was sent starts with `>`. curl does
//! not print the body; people paste it below.

use super::header_line::header;
use super::raw_request::{self, NoRequest, RawRequest, next_line, request_line};

const NO_BODY: NoRequest = NoRequest {
    what: "this looks like output of curl -v, which does not have the body",
    hint: "keep the lines that start with > and put the body below them, or give the curl command",
};

/// Where in a request the log is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LogPart {
    Before,
    Head,
    Body,
    Response,
}

/// The requests in such a text; `None` where no line is one of a request.
pub(super) fn requests(text: &[u8]) -> Option<Result<Vec<RawRequest>, NoRequest>> {
    let (mut texts, mut part): (Vec<Vec<u8>>, _) = (Vec::new(), LogPart::Before);
    let json = text.trim_ascii_start().starts_with(b"{");
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        let whole = rest.strip_suffix(after).unwrap_or(rest);
        rest = after;
        if let Some(sent) = line.strip_prefix(b">") {
            let sent = sent.strip_prefix(b" ").unwrap_or(sent);
            let begins = part == LogPart::Before && !json && header(sent).is_some();
            if begins || request_line(sent).is_some() {
                texts.push(Vec::new());
                part = LogPart::Head;
            } else if part == LogPart::Head && sent.trim_ascii().is_empty() {
                part = LogPart::Body;
            }
            if let (Some(text), LogPart::Head | LogPart::Body) = (texts.last_mut(), part) {
                text.extend_from_slice(sent);
                text.extend_from_slice(whole.strip_prefix(line).unwrap_or_default());
            }
        } else if line.starts_with(b"<") {
            part = LogPart::Response;
        } else if part == LogPart::Body && !is_remark(line) {
            let text = texts.last_mut()?;
            let no_body = text.ends_with(b"\n\n") || text.ends_with(b"\n\r\n");
            if !(no_body && line.trim_ascii().is_empty()) {
                text.extend_from_slice(whole);
            }
        }
    }
    (!texts.is_empty()).then(|| {
        let requests: Vec<RawRequest> = texts
            .iter()
            .flat_map(|text| raw_request::requests(text))
            .collect();
        let complete = |request: &RawRequest| !request.captured.body.trim_ascii().is_empty();
        match !requests.is_empty() && requests.iter().all(complete) {
            true => Ok(requests),
            false => Err(NO_BODY),
        }
    })
}

/// What curl says about the connection and the transfer.
fn is_remark(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"*") || line.ends_with(b" bytes data]")
}
