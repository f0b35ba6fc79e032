//! JSON texts without white space, or indented for people. Nothing else in them changes.

use super::Scanner;

/// A JSON text without the white space between its tokens; every number keeps its spelling.
pub(crate) fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    while let Some(byte) = scanner.next_token() {
        let start = scanner.at;
        if byte != b'"' || scanner.string().is_err() {
            scanner.at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        }
        out.push_str(&text[start..scanner.at]);
    }
    out
}

/// Deeper texts are not indented: each level would be indented further, and they are unreadable anyway.
const DEEPEST_INDENTED: usize = 128;
/// Nor are texts that would become longer than this.
const LONGEST_INDENTED: usize = 1 << 20;

/// A JSON text with one member per line; every number keeps its spelling. `None` where it is not JSON, or too deep or too
/// long.
pub(crate) fn indented(text: &str) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let compact = compact(text);
    let mut out = String::with_capacity(compact.len());
    let mut scanner = Scanner::new(compact.as_bytes(), 0);
    let mut depth = 0;
    let feed = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(byte) = scanner.peek() {
        if out.len() > LONGEST_INDENTED {
            return None;
        }
        let start = scanner.at;
        if byte == b'"' {
            scanner.string().ok()?;
            out.push_str(&compact[start..scanner.at]);
            continue;
        }
        scanner.at += 1;
        let empty = matches!(scanner.peek(), Some(b'}' | b']'));
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEEPEST_INDENTED {
                    return None;
                }
                out.push(char::from(byte));
                if !empty {
                    feed(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if !matches!(compact.as_bytes()[start - 1], b'{' | b'[') {
                    feed(&mut out, depth);
                }
                out.push(char::from(byte));
            }
            b',' => {
                out.push(',');
                feed(&mut out, depth);
            }
            b':' => out.push_str(": "),
            // Everything else is ASCII: numbers and `true`, `false`, `null`.
            other => out.push(char::from(other)),
        }
    }
    out.push('\n');
    Some(out)
}
