//! How bodies lie in a source, told from its first lines: one document, one body a line, or a journal.

use super::journal;
use crate::json::Scanner;

/// How bodies lie in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// One value, or a list of bodies.
    Document,
    /// One body a line.
    Lines,
    /// One capture a line.
    Journal,
}

/// The next line that is not blank, with its end, and what follows it.
fn line_of(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // Blank lines are passed in one go: a source may begin with millions of them.
    let first = text.iter().position(|byte| !is_white(*byte))?;
    let start = memchr::memrchr(b'\n', &text[..first]).map_or(0, |newline| newline + 1);
    let end = memchr::memchr(b'\n', &text[first..]);
    let end = end.map_or(text.len(), |length| first + length + 1);
    Some((&text[start..end], &text[end..]))
}

/// The framing of a source that begins with this text; `None` where more text is needed to tell.
pub(super) fn framing_of(text: &[u8], ended: bool) -> Option<Framing> {
    let (first, rest) = line_of(text)?;
    if !first.ends_with(b"\n") && !ended {
        return None;
    }
    let mut scanner = Scanner::new(first, 0);
    if first.starts_with(b"\xef\xbb\xbf") {
        scanner.at = 3;
    }
    let bracket = scanner.next_token();
    if !matches!(bracket, Some(b'{' | b'[')) {
        return Some(Framing::Document);
    }
    if journal::is_capture(first) {
        return Some(Framing::Journal);
    }
    let second = match line_of(rest) {
        Some((second, _)) => second,
        None if ended => return Some(Framing::Document),
        // The second line decides, and it has not been read yet.
        None => return None,
    };
    let complete = scanner.skip_value().is_some() && scanner.next_token().is_none();
    // A first line with broken JSON is still one of many bodies where the next line begins a new object and the first
    // does not stop where a value has to follow.
    let ends_like_a_body = !matches!(
        first.trim_ascii_end().last(),
        Some(b'[' | b'{' | b':' | b',')
    );
    let another_body = bracket == Some(b'{') && second.starts_with(b"{\"") && ends_like_a_body;
    Some(if complete || another_body {
        Framing::Lines
    } else {
        Framing::Document
    })
}

/// How many bodies a line counts as: one, unless it holds a list of them.
pub(crate) fn bodies_in(framing: Framing, line: &[u8]) -> u64 {
    if line.first() == Some(&b'{') {
        return 1;
    }
    if is_blank(line) {
        return 0;
    }
    let mut scanner = Scanner::new(
        line,
        if line.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        },
    );
    if framing != Framing::Lines || scanner.next_token() != Some(b'[') {
        return 1;
    }
    scanner.at += 1;
    let mut bodies = 1;
    while scanner.next_token().is_some()
        && scanner.skip_value().is_some()
        && scanner.next_token() == Some(b',')
    {
        scanner.at += 1;
        bodies += 1;
    }
    bodies
}

pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| is_white(*byte))
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
