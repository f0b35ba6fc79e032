//! What is wrong with a text before anything is known of schemas: bytes, byte-order marks, broken JSON.
//!
//! Separate because these findings are worded for somebody who looks at a file, not at a field.

use super::budget::MAX_FINDINGS;
use super::finding::{Complaint, Finding};
use crate::json::{Scanner, SyntaxFault, Why};
use crate::rules::Rule;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a text can be read at all; where its JSON begins, or what is in the way.
pub(crate) fn check(text: &[u8]) -> Result<usize, Finding> {
    let start = if text.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    // The quick check says only that something is wrong; the standard library's says where.
    if simdutf8::basic::from_utf8(text).is_err()
        && let Err(error) = std::str::from_utf8(text)
    {
        let at = error.valid_up_to();
        let bytes = &text[at..(at + error.error_len().unwrap_or(1)).min(text.len())];
        let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let message = match shown.as_slice() {
            [one] => format!("the byte {one} is no UTF-8"),
            several => format!("the bytes {} are no UTF-8", several.join(" ")),
        };
        let complaint = Complaint::new(Rule::InvalidUtf8, message, "not a character");
        let help = match text {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "this is UTF-16, as some shells and editors save it: save it as UTF-8"
            }
            [0x1f, 0x8b, ..] => "this is gzip: unpack it first",
            _ => "a webhook's body is UTF-8: look for a proxy or an editor that re-encoded it",
        };
        return Err(complaint.help(help).at(String::new(), at..at + bytes.len()));
    }
    if Scanner::new(text, start).next_token().is_none() {
        let complaint = Complaint::new(
            Rule::EmptyBody,
            "there is no body here",
            "expected an object",
        );
        return Err(complaint
            .help("a framework may have read the body before it was captured")
            .at(String::new(), 0..0));
    }
    Ok(start)
}

/// The finding of a byte-order mark, where there is one.
pub(crate) fn byte_order_mark(text: &[u8]) -> Option<Finding> {
    let complaint = Complaint::new(
        Rule::ByteOrderMark,
        "a byte-order mark stands before the JSON",
        "three bytes, EF BB BF",
    );
    let help = "no provider sends one: an editor added it, and the signature no longer fits";
    text.starts_with(MARK)
        .then(|| complaint.help(help).at(String::new(), 0..MARK.len()))
}

/// The finding of something behind the one value that was meant.
pub(crate) fn behind(text: &[u8], end: usize) -> Option<Finding> {
    let mut scanner = Scanner::new(text, end);
    scanner.next_token()?;
    let at = scanner.at;
    let complaint = Complaint::new(
        Rule::ExtraValue,
        "something follows the body",
        "expected the end of the text",
    );
    let help = "several bodies go one to a line, or into a list";
    Some(
        complaint
            .help(help)
            .at(String::new(), at..at + character(text, at)),
    )
}

/// The finding of a body that is no object.
pub(crate) fn no_object(text: &[u8], at: usize, end: usize) -> Finding {
    let what = match text.get(at) {
        Some(b'"') => "a text",
        Some(b'[') => "a list within a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    let complaint = Complaint::new(
        Rule::NotAnObject,
        format!("the body is {what}"),
        "expected an object",
    );
    let complaint = if what == "a text" {
        complaint.help("it looks as if the body was turned into JSON twice")
    } else {
        complaint
    };
    let end = if text.get(at) == Some(&b'[') {
        at + 1
    } else {
        end
    };
    complaint.at(String::new(), at..end)
}

/// The finding of a text that stops being JSON.
pub(crate) fn fault(text: &[u8], fault: &SyntaxFault) -> Finding {
    let at = fault.at.min(text.len());
    let here = text
        .get(at)
        .map(|_| String::from_utf8_lossy(&text[at..at + character(text, at)]));
    let complaint = match fault.why {
        Why::Ended(expected) => {
            let complaint = Complaint::new(
                Rule::Truncated,
                "the JSON ends too early",
                format!("expected {expected}"),
            );
            complaint
                .help("the body was cut off: compare its length with the Content-Length header")
        }
        Why::Expected(expected) => {
            let found = here
                .as_deref()
                .map_or_else(String::new, |here| format!("`{here}`"));
            let complaint = Complaint::new(
                Rule::Syntax,
                format!("not JSON: {found} where something else belongs"),
                format!("expected {expected}"),
            );
            let rest = &text[at..];
            match text.get(at) {
                _ if rest.starts_with(b"None") => complaint.help("Python's None is null in JSON"),
                _ if rest.starts_with(b"True") || rest.starts_with(b"False") => {
                    complaint.help("JSON writes true and false in lower case")
                }
                _ if at == 0
                    && [&b"POST "[..], b"GET ", b"PUT ", b"HTTP/"]
                        .iter()
                        .any(|start| rest.starts_with(start)) =>
                {
                    complaint.help(
                        "this is a whole HTTP message: keep what follows its first blank line",
                    )
                }
                _ if at == 0 && rest.starts_with(b"<") => {
                    complaint.help("this is a page of HTML or XML, not a body")
                }
                Some(b'\'') => complaint.help("JSON has only double quotation marks"),
                Some(b'}' | b']') if text[..at].trim_ascii_end().ends_with(b",") => {
                    complaint.help("JSON has no comma after the last item")
                }
                Some(b'#' | b'/') => complaint.help("JSON has no comments"),
                Some(0xe2) if matches!(rest.get(1..3), Some([0x80, 0x98..=0x9e])) => complaint
                    .help(
                        "typographic quotation marks come from a word processor: JSON has only \"",
                    ),
                _ if [&b"NaN"[..], b"Infinity", b"undefined"]
                    .iter()
                    .any(|word| rest.starts_with(word)) =>
                {
                    complaint.help("JSON has neither NaN nor Infinity nor undefined")
                }
                _ => complaint,
            }
        }
        Why::Control => {
            let complaint = Complaint::new(
                Rule::Syntax,
                "a raw control character in a text",
                "must be escaped",
            );
            complaint.help(
                "a line break is written \\n, a tab \\t; or a quotation mark is missing before",
            )
        }
        Why::Escape => Complaint::new(
            Rule::Syntax,
            "an escape that JSON does not have",
            "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000",
        ),
        Why::Number(why) => {
            Complaint::new(Rule::Syntax, "a number that JSON does not write so", why)
        }
        Why::Many(looked) => {
            let message = "more values than are looked at; nothing is said of what follows";
            let complaint = Complaint::new(
                Rule::TooManyValues,
                message,
                format!("only the first {looked} are"),
            );
            complaint.help("a webhook has a few dozen: compare the body with what was sent")
        }
        Why::Deep => {
            let complaint = Complaint::new(
                Rule::TooDeep,
                "nested more than 128 levels deep",
                "the 129th level",
            );
            complaint.help("common parsers give up here, and no webhook goes deeper than ten")
        }
    };
    let length = if at < text.len() {
        character(text, at)
    } else {
        0
    };
    complaint.at(String::new(), at..at + length)
}

/// The finding that stands for all bodies of a list that are not looked at, of which the first begins here.
pub(crate) fn too_many_bodies(mut scanner: Scanner<'_>, looked: usize) -> Finding {
    let (at, mut more) = (scanner.at, 1_u64);
    while scanner.skip_value().is_some() && scanner.next_token() == Some(b',') {
        scanner.at += 1;
        scanner.next_token();
        more += 1;
    }
    let message = match more {
        1 => "1 more body in this list was not looked at".to_owned(),
        more => format!("{more} more bodies in this list were not looked at"),
    };
    let complaint = Complaint::new(
        Rule::TooManyValues,
        message,
        format!("only the first {looked} are"),
    );
    let help = "a provider sends one body at a time; many captured ones go one to a line, not into one list";
    complaint
        .help(help)
        .at(format!("/{looked}"), at..at + character(scanner.text, at))
}

/// The finding that stands for all those of a text that were not kept.
pub(crate) fn too_many(dropped: u64, end: usize, what: &str) -> Finding {
    let findings = if dropped == 1 { "finding" } else { "findings" };
    let message = format!("{dropped} more {findings} in this {what}");
    let label = format!("only the first {MAX_FINDINGS} errors, warnings and notes are kept");
    Complaint::new(Rule::TooManyFindings, message, label)
        .at(String::new(), end.saturating_sub(1)..end)
}

/// How many bytes the character at `at` takes.
fn character(text: &[u8], at: usize) -> usize {
    (1..=4)
        .find(|length| text.get(at + length).is_none_or(|byte| byte & 0xc0 != 0x80))
        .unwrap_or(1)
}
