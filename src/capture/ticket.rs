//! A delivery in a text that people or programs wrote around it: a ticket, a mail, notes, all that `curl -v` prints. The
//! header that signs it and its body are looked for wherever they are.

use super::body_in_text::{body_in, object_end, prefix, without_prefix};
use super::header_line::continues;
use super::journal::{Captured, CapturedHeader};
use super::raw_request::{NoRequest, RawRequest, next_line, request_line};
use crate::catalogue::Catalogue;
use crate::secret::STARS;

/// Larger texts are not pasted.
const LARGEST: usize = 1 << 20;

/// What stands before a header or after its value: quotations, lists, bold print, code, assignments.
const AROUND: &[char] = &[
    ' ', '\t', '\r', '>', '*', '+', '-', '|', '#', '`', '"', '\'', '•', ',', ';',
];
const LABELS: [&str; 4] = ["headers:", "header:", "-h ", "h "];

const NO_BODY: NoRequest = NoRequest {
    what: "this has a signature but no body",
    hint: "put the body below the signature, as it arrived",
};

/// A header as the text has it.
struct FoundHeader {
    header: CapturedHeader,
    line: usize,
    at: usize,
    joined: bool,
}

/// Whether a request has what a signature is checked with, so that its text need not be searched.
pub(super) fn is_complete(request: &RawRequest, catalogue: &Catalogue) -> bool {
    let body = request.captured.body.trim_ascii();
    let has_value = |header: &&CapturedHeader| header.value.as_deref() != Some("");
    let signed = request
        .captured
        .headers
        .iter()
        .filter(has_value)
        .any(|header| is_signing(&header.name, catalogue));
    let only_body = match body.first() {
        Some(b'{') => object_end(body).is_none_or(|end| end == body.len()),
        Some(b'[') => true,
        _ => std::str::from_utf8(body).is_err(),
    };
    signed && only_body
}

/// The delivery in such a text; `None` where no line looks like a header that signs deliveries.
pub(super) fn request(
    text: &[u8],
    catalogue: &'static Catalogue,
) -> Option<Result<RawRequest, NoRequest>> {
    if text.len() > LARGEST {
        return None;
    }
    let headers = headers(text, catalogue);
    if headers.is_empty() {
        return None;
    }
    let Some(range) = body_in(text, catalogue) else {
        return Some(Err(NO_BODY));
    };
    let distance = |header: &&FoundHeader| header.at.abs_diff(range.start);
    let outside = headers.iter().filter(|header| !range.contains(&header.at));
    let nearest = outside.min_by_key(distance)?;
    let mut captured = Captured {
        headers: vec![nearest.header.clone()],
        body: without_prefix(text, &range),
        ..Captured::default()
    };
    // The rest of the same request, such as a second header of its signature.
    captured.headers.extend(
        headers
            .iter()
            .filter(|found| !found.header.name.eq_ignore_ascii_case(&nearest.header.name))
            .map(|found| found.header.clone()),
    );
    let mut sent = lines(text).filter_map(|(_, _, line)| request_line(bare(line).as_bytes()));
    if let Some((method, target)) = sent.next() {
        captured.method = Some(method.to_owned());
        captured.target = Some(target.to_owned()).filter(|target| target.starts_with('/'));
    }
    let prefixed = match prefix(text, range.start).trim_ascii().is_empty() {
        true => "",
        false => ", without what stands before each of its lines",
    };
    let joined = match nearest.joined {
        true => " (its lines joined)",
        false => "",
    };
    let line = |at: usize| memchr::memchr_iter(b'\n', &text[..at]).count() + 1;
    let (first, last) = (line(range.start), line(range.end));
    let lines = match first == last {
        true => format!("line {first}"),
        false => format!("lines {first} to {last}"),
    };
    let note = format!(
        "found {} on line {}{joined} and the body on {lines}{prefixed}; leaving out the rest of the text",
        nearest.header.name, nearest.line,
    );
    Some(Ok(RawRequest {
        captured,
        notes: vec![note],
    }))
}

/// The headers that sign deliveries, wherever a line begins with one.
fn headers(text: &[u8], catalogue: &Catalogue) -> Vec<FoundHeader> {
    let names = catalogue.signing_headers();
    let mut found = Vec::new();
    for (number, at, line) in lines(text) {
        let Some((name, value)) = names.iter().find_map(|name| header(line, name)) else {
            continue;
        };
        let after = text.get(at + line.len() + 1..).unwrap_or_default();
        let (mut value, mut joined) = (value.to_owned(), false);
        for (_, _, line) in lines(after) {
            let line = bare(line);
            let ends = names.iter().any(|name| header(line, name).is_some());
            if ends || !continues(&value, line) {
                break;
            }
            value += line;
            joined = true;
        }
        // The value has no spaces, but for a word before a secret; with more it is a sentence.
        if value.is_empty() || value.split_whitespace().count() > 2 {
            continue;
        }
        found.push(FoundHeader {
            header: CapturedHeader {
                name: name.to_owned(),
                value: (!value.contains(STARS)).then_some(value),
            },
            line: number,
            at,
            joined,
        });
    }
    found
}

/// The lines that are text, each with its number and where it begins.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut rest = text;
    let mut number = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = text.len() - rest.len();
        let (line, after) = next_line(rest);
        (rest, number) = (after, number + 1);
        Some((number, at, std::str::from_utf8(line).unwrap_or_default()))
    })
}

/// A line without quotation signs, list marks, labels and the like.
fn bare(line: &str) -> &str {
    let mut line = line.trim_matches(AROUND);
    for label in LABELS {
        line = without(line, label).map_or(line, |rest| rest.trim_start_matches(AROUND));
    }
    line
}

/// The name and the value of a line that sets this header.
fn header<'l>(line: &'l str, name: &str) -> Option<(&'l str, &'l str)> {
    let line = bare(line);
    let rest = without(line, name)?.trim_start_matches(AROUND);
    let value = rest.strip_prefix(':').or_else(|| rest.strip_prefix('='))?;
    Some((&line[..name.len()], value.trim_matches(AROUND)))
}

/// A text without that beginning; case does not matter.
fn without<'l>(line: &'l str, start: &str) -> Option<&'l str> {
    let (before, rest) = line.split_at_checked(start.len())?;
    before.eq_ignore_ascii_case(start).then_some(rest)
}

fn is_signing(name: &str, catalogue: &Catalogue) -> bool {
    let names = catalogue.signing_headers();
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
