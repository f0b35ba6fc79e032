//! Text from outside, wrapped at white space to the columns of the terminal.

use crate::sanitize::visible;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Longer lines are hard to read, even on a wide terminal.
const WIDEST: usize = 100;
/// The indent below a heading that takes half of the terminal.
const NARROW_INDENT: usize = 4;
/// On a narrower terminal it is the terminal that wraps.
const NARROWEST: usize = 20;
/// The most characters of an order's name or of an amount.
const LONGEST_NAME: usize = 60;

/// The columns of a harmless text.
pub(super) fn columns(text: &str) -> usize {
    plain_columns(text).unwrap_or_else(|| text.width())
}

/// The columns of a text that is plain ASCII, as most are, and perhaps cut at its ends: every character takes one.
pub(super) fn plain_columns(text: &str) -> Option<usize> {
    const CUT: [u8; 3] = *b"\xe2\x80\xa6";
    let bytes = text.as_bytes();
    if bytes.is_ascii() {
        return Some(bytes.len());
    }
    let (bytes, before) = match bytes.split_first_chunk() {
        Some((&CUT, rest)) => (rest, 1),
        _ => (bytes, 0),
    };
    let (bytes, after) = match bytes.split_last_chunk() {
        Some((rest, &CUT)) => (rest, 1),
        _ => (bytes, 0),
    };
    bytes.is_ascii().then_some(before + bytes.len() + after)
}

/// The lines of a text that stands behind an indent, made harmless. A longer word stays whole, so that addresses and
/// commands can be copied.
pub(super) fn lines(text: &str, indent: usize, width: usize) -> Vec<String> {
    let room = width.min(WIDEST).saturating_sub(indent).max(NARROWEST);
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let word = visible(word);
        // Columns, not characters: emoji and many scripts take two.
        let columns = columns(&word);
        match lines.last_mut() {
            Some(line) if used + 1 + columns <= room => {
                line.push(' ');
                line.push_str(&word);
                used += 1 + columns;
            }
            _ => {
                lines.push(word.into_owned());
                used = columns;
            }
        }
    }
    lines
}

/// A name or an amount, cut where it is longer than any real one and would only fill the screen.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A text behind a heading of that many columns, in one line where that fits. Otherwise its later lines are indented by as
/// many, or by fewer where a heading takes half of the terminal.
pub(super) fn behind(heading: usize, text: &str, width: usize) -> String {
    let whole = visible(text);
    if heading + columns(&whole) <= width {
        return whole.into_owned();
    }
    if heading <= width / 2 {
        return lines(text, heading, width).join(&format!("\n{:heading$}", ""));
    }
    // The text starts on a line of its own.
    let indent = format!("\n{:NARROW_INDENT$}", "");
    let below = lines(text, NARROW_INDENT, width).join(&indent);
    format!("{indent}{below}")
}

/// The lines of a text of our own, which may have colours, at the width of the terminal.
pub(super) fn painted_lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split(' ') {
        let columns = columns_of_painted(word);
        match lines.last_mut() {
            Some(line) if used + 1 + columns <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + columns;
            }
            _ => {
                lines.push(word.to_owned());
                used = columns;
            }
        }
    }
    lines
}

/// The columns of a text without its colours.
pub(super) fn columns_of_painted(text: &str) -> usize {
    let mut pieces = text.split('\x1b');
    let plain = pieces.next().map_or(0, UnicodeWidthStr::width);
    let coloured = pieces.filter_map(|piece| Some(piece.split_once('m')?.1.width()));
    plain + coloured.sum::<usize>()
}

/// The same lines in one text, but a text that fits keeps its white space.
pub(super) fn fitted(text: &str, indent: usize, width: usize) -> Cow<'_, str> {
    let whole = visible(text);
    if indent + columns(&whole) <= width.min(WIDEST) {
        whole
    } else {
        Cow::Owned(lines(text, indent, width).join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_edge_in_columns_not_characters() {
        assert_eq!(
            lines("one two three four five six", 0, 20),
            ["one two three four", "five six"]
        );
        assert_eq!(
            lines("日本語 日本語 日本語 x", 4, 24),
            ["日本語 日本語 日本語", "x"]
        );
        assert_eq!(lines(" \r\n ", 0, 80), [""; 0]);
        assert_eq!(
            lines("a::error ::error\u{1b}[2J", 0, 80),
            ["a::error : :error␛[2J"]
        );
    }

    #[test]
    fn colours_take_no_columns() {
        let text = "5 sent: \x1b[31m2 failed (no response)\x1b[0m in 3 ms";
        assert_eq!(columns_of_painted(text), 38);
        assert_eq!(painted_lines(text, 38), [text]);
        assert_eq!(
            painted_lines(text, 20),
            ["5 sent: \x1b[31m2 failed (no", "response)\x1b[0m in 3 ms"]
        );
    }

    #[test]
    fn a_word_wider_than_the_line_stays_whole() {
        let address = "http://127.0.0.1:3000/a/very/long/path/to/the/hooks";
        assert_eq!(
            lines(&format!("at {address} now"), 0, 30),
            ["at", address, "now"]
        );
    }
}
