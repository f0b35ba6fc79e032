//! Finds the body of a webhook in a text around it: what lies between braces that belong together, even where long lines
//! were wrapped or quotation marks replaced.

use crate::catalogue::Catalogue;
use crate::lint::{Levels, Linter, Scratch};
use std::ops::Range;

/// Braces without a counterpart; each is searched to the end of the text.
const MOST_OPEN: usize = 64;

/// What mail programs and lists put before each line.
const BEFORE_LINES: &[u8] = b" \t>|*";

/// The object that is most likely the body: a known event, else the longest. What follows the answer in the output of
/// `curl -v` may be that answer, so there it has to be a known event.
pub(super) fn body_in(text: &[u8], catalogue: &'static Catalogue) -> Option<Range<usize>> {
    let linter = Linter::new(catalogue.providers(), Levels::default()).at_most(1);
    let mut scratch = Scratch::default();
    let mut is_event = |text: &[u8]| {
        let mut known = false;
        linter.lint(text, &mut scratch, &mut |body| {
            known |= body.event.is_some();
        });
        known
    };
    let answer = memchr::memmem::find(text, b"\n< ");
    let found = objects(text).into_iter().map(|range| {
        let event = is_event(&without_prefix(text, &range));
        let answered = answer.is_some_and(|answer| answer < range.start);
        (event, !answered, range.len(), range)
    });
    let best = found.max_by_key(|(event, sent, length, _)| (*event, *sent, *length));
    best.and_then(|(event, sent, _, range)| (event || sent).then_some(range))
}

/// The bytes of a body, without what a mail program put before each of its lines.
pub(super) fn without_prefix(text: &[u8], range: &Range<usize>) -> Vec<u8> {
    let prefix = prefix(text, range.start);
    let body = &text[range.clone()];
    let short = prefix.trim_ascii_end();
    let bare = |line: &[u8]| {
        let rest = line
            .strip_prefix(prefix)
            .or_else(|| line.strip_prefix(short));
        rest.unwrap_or(line).to_vec()
    };
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let lines: Vec<Vec<u8>> = lines.map(bare).collect();
    lines.concat()
}

/// What stands before a body on its line, if the other lines may have it too.
pub(super) fn prefix(text: &[u8], start: usize) -> &[u8] {
    let line = memchr::memrchr(b'\n', &text[..start]).map_or(0, |newline| newline + 1);
    let before = &text[line..start];
    match before.iter().all(|byte| BEFORE_LINES.contains(byte)) {
        true => before,
        false => &[],
    }
}

/// The objects of a text that are not inside others. The last may break off.
fn objects(text: &[u8]) -> Vec<Range<usize>> {
    let (mut found, mut at, mut open) = (Vec::new(), 0, 0);
    while let Some(start) = memchr::memchr(b'{', &text[at..]).map(|next| at + next) {
        match object_end(&text[start..]) {
            Some(length) => {
                found.push(start..start + length);
                at = start + length;
            }
            None if text[start + 1..].trim_ascii_start().starts_with(b"\"") => {
                found.push(start..text.trim_ascii_end().len());
                break;
            }
            None if open == MOST_OPEN => break,
            None => {
                open += 1;
                at = start + 1;
            }
        }
    }
    found
}

/// The length of the object at the beginning of a text; `None` if it does not end.
pub(super) fn object_end(text: &[u8]) -> Option<usize> {
    // With other quotation marks, or inside a string, only the braces can be counted.
    let json = text.get(1..)?.trim_ascii_start().starts_with(b"\"");
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'"' if json && !escaped => inside = !inside,
            b'{' if !inside => depth += 1,
            b'}' if !inside => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        escaped = inside && *byte == b'\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn objects_are_found_between_other_text() {
        for (text, expected) in [
            (
                "Hi {name}, see {\"a\": \"}\"} :-{",
                &["{name}", "{\"a\": \"}\"}"][..],
            ),
            ("{“a”: {}} {\\\"a\\\":1}", &["{“a”: {}}", "{\\\"a\\\":1}"]),
            ("x {\"a\": {\"b\": 1}, ", &["{\"a\": {\"b\": 1},"]),
            ("none }", &[]),
        ] {
            let found: Vec<&str> = objects(text.as_bytes())
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in "([{}\"\\\\ \n>a]|é){0,60}") {
            for range in objects(text.as_bytes()) {
                prop_assert!(without_prefix(text.as_bytes(), &range).len() <= range.len());
            }
        }
    }
}
