//! What is wrong with a text before any schema matters: encoding, byte-order marks, broken JSON.

use super::budget::MAX_FINDINGS;
use super::finding::{Complaint, Finding};
use crate::json::{Scanner, SyntaxFault, Why};
use crate::rules::Rule;
use std::ops::Range;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a text's JSON starts, or the finding that it cannot be read.
pub(crate) fn check(text: &[u8]) -> Result<usize, Finding> {
    let start = if text.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    // The fast check does not say where the error is; the standard library's does.
    if simdutf8::basic::from_utf8(text).is_err()
        && let Err(error) = std::str::from_utf8(text)
    {
        let at = error.valid_up_to();
        let bytes = &text[at..(at + error.error_len().unwrap_or(1)).min(text.len())];
        let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let message = match shown.as_slice() {
            [one] => format!("the byte {one} is not valid UTF-8"),
            several => format!("the bytes {} are not valid UTF-8", several.join(" ")),
        };
        let complaint = Complaint::new(Rule::InvalidUtf8, message, "not a character");
        let help = match text {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "this is UTF-16, which some shells and editors write: save it as UTF-8"
            }
            [0x1f, 0x8b, ..] => "this is gzip: decompress it first",
            _ => "webhook bodies are UTF-8: look for a proxy or an editor that re-encoded it",
        };
        return Err(complaint.help(help).at(String::new(), at..at + bytes.len()));
    }
    if Scanner::new(text, start).next_token().is_none() {
        let complaint = Complaint::new(Rule::EmptyBody, "the body is empty", "expected an object");
        return Err(complaint
            .help("a framework may have consumed the body before it was captured")
            .at(String::new(), 0..0));
    }
    Ok(start)
}

/// The finding of a byte-order mark.
pub(crate) fn byte_order_mark(text: &[u8]) -> Option<Finding> {
    if !text.starts_with(MARK) {
        return None;
    }
    let complaint = Complaint::new(
        Rule::ByteOrderMark,
        "a byte-order mark before the JSON",
        "three bytes, EF BB BF",
    );
    let help = "no provider sends one: an editor added it, and the signature no longer matches";
    Some(complaint.help(help).at(String::new(), 0..MARK.len()))
}

/// The finding of text after the body.
pub(crate) fn behind(text: &[u8], end: usize) -> Option<Finding> {
    let mut scanner = Scanner::new(text, end);
    scanner.next_token()?;
    let at = scanner.at;
    let complaint = Complaint::new(
        Rule::ExtraValue,
        "more text after the body",
        "expected the end of the text",
    );
    let help = "write several bodies one per line, or as a list";
    Some(
        complaint
            .help(help)
            .at(String::new(), at..at + character(text, at)),
    )
}

/// The finding of a body that is not an object.
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
        complaint.help("the body looks serialised twice")
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
    let length = if at < text.len() {
        character(text, at)
    } else {
        0
    };
    let complaint = match fault.why {
        Why::Ended(expected) => Complaint::new(
            Rule::Truncated,
            "the JSON ends too early",
            format!("expected {expected}"),
        )
        .help("the body was truncated: compare its length with the Content-Length header"),
        Why::Expected(expected) => unexpected(text, at..at + length, expected),
        Why::Control => Complaint::new(
            Rule::Syntax,
            "an unescaped control character in a string",
            "must be escaped",
        )
        .help(
            "write a line break as \\n and a tab as \\t, or look for a missing quotation mark before it",
        ),
        Why::Escape => Complaint::new(
            Rule::Syntax,
            "an invalid escape",
            "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000",
        ),
        Why::Number(why) => Complaint::new(Rule::Syntax, "not a JSON number", why),
        Why::Many(looked) => Complaint::new(
            Rule::TooManyValues,
            "too many values: the rest was not checked",
            format!("only the first {looked} are checked"),
        )
        .help("a webhook has a few dozen: compare the body with what was sent"),
        Why::Deep => Complaint::new(
            Rule::TooDeep,
            "nested more than 128 levels deep",
            "the 129th level",
        )
        .help("common parsers stop here, and no webhook is nested more than about ten levels deep"),
    };
    complaint.at(String::new(), at..at + length)
}

/// The complaint about a character where something else should stand.
fn unexpected(text: &[u8], span: Range<usize>, expected: &str) -> Complaint {
    let found = match &text[span.clone()] {
        [] => String::new(),
        character => format!("`{}`", String::from_utf8_lossy(character)),
    };
    let message = format!("not JSON: unexpected {found}");
    let complaint = Complaint::new(Rule::Syntax, message, format!("expected {expected}"));
    match mistake(&text[..span.start], &text[span.start..]) {
        Some(help) => complaint.help(help),
        None => complaint,
    }
}

/// What was probably meant by a text that is no JSON, of which `before` is.
fn mistake(before: &[u8], rest: &[u8]) -> Option<&'static str> {
    let begins = |words: &[&str]| words.iter().any(|word| rest.starts_with(word.as_bytes()));
    Some(match rest {
        _ if begins(&["None"]) => "Python's None is null in JSON",
        _ if begins(&["True", "False"]) => "JSON writes true and false in lower case",
        _ if before.is_empty() && begins(&["POST ", "GET ", "PUT ", "HTTP/"]) => {
            "this is a whole HTTP message: keep only what follows the first blank line"
        }
        [b'<', ..] if before.is_empty() => "this is HTML or XML, not a JSON body",
        [b'\'', ..] => "JSON strings need double quotation marks",
        [b'}' | b']', ..] if before.trim_ascii_end().ends_with(b",") => {
            "JSON has no comma after the last item"
        }
        [b'#' | b'/', ..] => "JSON has no comments",
        [0xe2, 0x80, 0x98..=0x9e, ..] => {
            "these are typographic quotation marks: JSON strings need \""
        }
        _ if begins(&["NaN", "Infinity", "undefined"]) => "JSON has no NaN, Infinity or undefined",
        _ => return None,
    })
}

/// The finding that stands for all unchecked bodies of a list, the first of which starts here.
pub(crate) fn too_many_bodies(mut scanner: Scanner<'_>, looked: usize) -> Finding {
    let (at, mut more) = (scanner.at, 1_u64);
    while scanner.skip_value().is_some() && scanner.next_token() == Some(b',') {
        scanner.at += 1;
        scanner.next_token();
        more += 1;
    }
    let message = match more {
        1 => "1 more body in this list was not checked".to_owned(),
        more => format!("{more} more bodies in this list were not checked"),
    };
    let complaint = Complaint::new(
        Rule::TooManyValues,
        message,
        format!("only the first {looked} are checked"),
    );
    let help =
        "providers send one body at a time; write captured ones one per line, not as one list";
    complaint
        .help(help)
        .at(format!("/{looked}"), at..at + character(scanner.text, at))
}

/// The finding that stands for all those of a text that were not kept.
pub(crate) fn too_many(dropped: u64, end: usize, what: &str) -> Finding {
    let findings = if dropped == 1 { "finding" } else { "findings" };
    let message = format!("{dropped} more {findings} in this {what}");
    let label = format!("only the first {MAX_FINDINGS} of each severity are kept");
    Complaint::new(Rule::TooManyFindings, message, label)
        .at(String::new(), end.saturating_sub(1)..end)
}

/// The length of the character at `at` in bytes.
fn character(text: &[u8], at: usize) -> usize {
    (1..=4)
        .find(|length| text.get(at + length).is_none_or(|byte| byte & 0xc0 != 0x80))
        .unwrap_or(1)
}
